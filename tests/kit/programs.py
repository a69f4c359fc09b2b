"""Random formulas that check without errors, built as trees: fast enough for tens of thousands in one test.

Kinds are aimed at, not guaranteed: some programs fault at run time, which every way of running must do alike.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random

from formula.reading.tree import (
    Assign,
    Binary,
    Call,
    Declare,
    Evaluate,
    Expression,
    Formula,
    If,
    LogicalLiteral,
    Name,
    NumberLiteral,
    Paren,
    Repeat,
    Statement,
    TextLiteral,
    Unary,
    While,
    Word,
)

FIELDS = {"PRIORIDADE": "texto", "PRODUTO": "texto", "VALOR": "numero", "DIAS": "inteiro", "ABERTURA": "data", "URGE": "logico"}
VARIABLES = {"N1": "n", "N2": "n", "T1": "t", "T2": "t", "D1": "d", "L1": "l"}
TEXTS = ("Urgente", "Alta", "85", "12,5", "", " ", "1;3", "24/10/2018", "abc", "0")
NUMBERS = ("0", "1", "2", "7", "10", "3.5", "0.1", "1000", "99999999999", "12.50")


def sample_fields(random: Random) -> dict[str, object]:
    """Field values, now and then of another kind than declared, or missing."""
    made: dict[str, object] = {
        "PRIORIDADE": random.choice(("Urgente", "Alta", "Baixa", "", " ")),
        "PRODUTO": random.choice(("ERP", "Folha", "85", "abc")),
        "VALOR": random.choice((Decimal("1500.00"), 3, 0, Decimal("-2.5"))),
        "DIAS": random.choice((0, 1, 30)),
        "ABERTURA": random.choice((date(2026, 11, 24), date(1, 1, 1))),
        "URGE": random.choice((True, False)),
    }
    if random.random() < 0.2:
        made[random.choice(list(made))] = random.choice((None, "12", 7, "x", Decimal("1.5"), date(2020, 2, 29), True))
    if random.random() < 0.05:
        del made[random.choice(list(made))]
    return made


class Programs:
    """A stream of random formulas from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.loops = 0

    def formula(self) -> Formula:
        """A whole formula that ends with a value."""
        self.loops = 0
        words = tuple(Word(name, name) for name in VARIABLES)
        body = self.block(self.random.randint(1, 4), 3)
        last = Evaluate(self.expression(self.random.choice("ntdl"), 3))
        return Formula((Declare(words), *body, last) if self.random.random() < 0.8 else (Declare(words), *body))

    def block(self, size: int, depth: int) -> tuple[Statement, ...]:
        return tuple(self.statement(depth) for _ in range(size))

    def statement(self, depth: int) -> Statement:
        roll = self.random.random()
        if roll < 0.5 or depth == 0:
            name = self.random.choice(list(VARIABLES))
            return Assign(Word(name, name), self.expression(VARIABLES[name], 3))
        if roll < 0.65:
            return Evaluate(self.expression(self.random.choice("ntdl"), 2))
        if roll < 0.72:
            return Evaluate(call("ADICIONARDISCUSSAO", self.expression("t", 2)))
        if roll < 0.92 or self.loops > 2:
            return self.choice(depth)
        self.loops += 1
        if self.random.random() < 0.5:
            return Repeat((self.counting(), *self.block(self.random.randint(1, 2), depth - 1)), self.expression("l", 2))
        return While(
            Binary("<", Name(Word("N1", "N1")), NumberLiteral(5, "5")),
            (self.counting(), *self.block(1, depth - 1)),
        )

    def counting(self) -> Assign:
        return Assign(Word("N1", "N1"), Binary("+", Name(Word("N1", "N1")), NumberLiteral(1, "1")))

    def choice(self, depth: int) -> If:
        if self.random.random() < 0.3:
            return self.routing_chain(depth)
        other = self.block(1, depth - 1) if self.random.random() < 0.6 else None
        return If(self.expression("l", 2), self.block(self.random.randint(1, 2), depth - 1), other)

    def routing_chain(self, depth: int) -> If:
        """A chain on equalities of the same fields, which a trusted compile turns into a look-up."""
        chain: tuple[Statement, ...] | None = self.block(1, 0) if self.random.random() < 0.5 else None
        two = self.random.random() < 0.5
        for _ in range(self.random.randint(4, 7)):
            condition: Expression = equality("PRIORIDADE", self.random.choice(("Urgente", "Alta", "Baixa")))
            if two:
                condition = Binary("E", condition, equality("PRODUTO", self.random.choice(("ERP", "Folha", "85"))))
            if self.random.random() < 0.4:
                rest = Binary(">", Name(Word("VALOR", "VALOR")), self.number())
                condition = Binary("E", condition, rest) if self.random.random() < 0.7 else Binary("E", rest, condition)
            chain = (If(condition, self.block(1, 0), chain),)
        found = chain[0] if chain else None
        assert isinstance(found, If)
        return found

    def number(self) -> NumberLiteral:
        text = self.random.choice(NUMBERS)
        return NumberLiteral(Decimal(text) if "." in text else int(text), text)

    def expression(self, kind: str, depth: int) -> Expression:
        if depth == 0 or self.random.random() < 0.15:
            return self.leaf(kind)
        makers: dict[str, Callable[[int], Expression]] = {"n": self.numeric, "t": self.textual, "d": self.dated, "l": self.logical}
        return makers[kind](depth - 1)

    def leaf(self, kind: str) -> Expression:
        name = self.random.choice([key for key, its in VARIABLES.items() if its == kind])
        fields = {"n": ("VALOR", "DIAS"), "t": ("PRIORIDADE", "PRODUTO"), "d": ("ABERTURA",), "l": ("URGE",)}[kind]
        literals: dict[str, Callable[[], Expression]] = {
            "n": self.number,
            "t": lambda: TextLiteral(self.random.choice(TEXTS)),
            "d": lambda: call("MTDATA", NumberLiteral(24, "24"), NumberLiteral(11, "11"), NumberLiteral(2026, "2026")),
            "l": lambda: LogicalLiteral(self.random.random() < 0.5),
        }
        roll = self.random.random()
        if roll < 0.4:
            return literals[kind]()
        if roll < 0.7:
            return Name(Word(name, name))
        field = self.random.choice(fields)
        return Name(Word(field, field))

    def numeric(self, depth: int) -> Expression:
        roll = self.random.random()
        if roll < 0.6:
            return paren(Binary(self.random.choice("+-*/"), self.expression("n", depth), self.expression("n", depth)))
        if roll < 0.7:
            return paren(Unary("-", self.expression("n", depth)))
        if roll < 0.8:
            return paren(Binary("-", self.expression("d", depth), self.expression("d", depth)))
        if roll < 0.86:
            return call(self.random.choice(("ABS", "INT", "ARRED")), self.expression("n", depth))
        if roll < 0.89:
            return call("TAMANHO", self.expression("t", depth))
        if roll < 0.92:
            return call("DIFDIAS", self.expression("d", depth), self.expression("d", depth))
        if roll < 0.95:
            return paren(Binary("*", self.expression("t", depth), self.number()))
        return paren(Binary("+", self.expression("t", depth), self.expression("n", depth)))

    def textual(self, depth: int) -> Expression:
        roll = self.random.random()
        if roll < 0.6:
            return call("CONCAT", self.expression("t", depth), self.expression(self.random.choice("tn"), depth))
        if roll < 0.8:
            return call("SUBSTR", self.expression("t", depth), NumberLiteral(1, "1"), NumberLiteral(3, "3"))
        return call(self.random.choice(("MAIUSCULA", "MINUSCULA", "TRIM")), self.expression("t", depth))

    def dated(self, depth: int) -> Expression:
        if self.random.random() < 0.7:
            return paren(Binary(self.random.choice("+-"), self.expression("d", depth), NumberLiteral(3, "3")))
        return call("ULTDIAMES", self.expression("d", depth))

    def logical(self, depth: int) -> Expression:
        roll = self.random.random()
        if roll < 0.5:
            kinds = self.random.choice(("nn", "tt", "dd", "nt", "tn", "dt", "ll"))
            sign = self.random.choice(("=", "<>") if kinds == "ll" else ("=", "<>", "<", "<=", ">", ">="))
            return paren(Binary(sign, self.expression(kinds[0], depth), self.expression(kinds[1], depth)))
        if roll < 0.9:
            return paren(Binary(self.random.choice(("E", "OU")), self.expression("l", depth), self.expression("l", depth)))
        return paren(Unary("NAO", self.expression("l", depth)))


def paren(inner: Expression) -> Expression:
    return Paren(inner)


def call(name: str, *arguments: Expression) -> Call:
    return Call(Word(name, name), arguments)


def equality(field: str, value: str) -> Binary:
    return Binary("=", Name(Word(field, field)), TextLiteral(value))
