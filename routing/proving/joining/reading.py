"""A part of a formula read for all tickets at once: its branches are not followed one by one but joined where they end.

A variable that two branches give different values holds ``("if", condition, one, other)`` after them. What has another effect than
to calculate, or needs what is not known of a value, is not read so: :class:`Apart`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal, DecimalException
from typing import TYPE_CHECKING, Any

import attrs

from formula.builtins import operators
from formula.builtins.table import Function
from formula.checking.names import Builtin, Field, OtherFormula, Variable
from formula.context import Run
from formula.diagnostics import Fault, FormulaError
from formula.host import MISSING, field_value, find, parameter_value
from formula.names import name_key
from formula.reading.tree import (
    Assign,
    Binary,
    Call,
    Declare,
    Evaluate,
    Expression,
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
    bare,
)
from formula.types import DATE, DECIMAL, EMPTY, INTEGER, LOGICAL, NUMBER, TEXT
from formula.values import NULL_DATE, to_date, to_integer, to_logical, to_number, to_text
from routing.proving.pairs import Pair, Shadow, kind_of, whole
from routing.proving.terms import Term, boxed, conjunction, constant, depth_of, negated

if TYPE_CHECKING:
    from formula.engine import Rule

MOST_TURNS = 24
"""Turns of a loop that are read."""
MOST_READ = 4_000
"""Statements and operators that are read of one part."""
MOST_DEPTH = 150
"""Parts of a term that stand one in another."""
MOST_DEEP = 8
"""Formulas that call each other."""
VALUE = ""
"""The place of the formula's own value, beside the variables."""
KINDS: Mapping[str, str] = {"num": "numero", "int": "numero", "text": "texto", "date": "data", "bool": "logico"}
DECLARED: Mapping[str, int] = {"num": DECIMAL | INTEGER, "int": DECIMAL | INTEGER, "text": TEXT, "date": DATE, "bool": LOGICAL}
LETTERS: Mapping[str, tuple[str, ...]] = {"V": ("num", "int"), "I": ("int",), "D": ("date",), "S": ("text",)}
"""The letters of a reading, and the kinds of which it is the value itself."""


GETTERS: Mapping[str, str] = {"campo": "CAMPOATENDIMENTO", "parametro": "PARAMETROATENDIMENTO"}
OF_PEOPLE = frozenset({"RETPROXIMOCHEFESECAOLABORE", "RETORNAPROXIMOCHEFESECAOLABORE", "RETORNAPROXIMOATENDENTEHIERARQUIARH"})
"""Functions that answer by who opened and who acts, which are the same for all tickets of a region."""


CONVERSIONS: Mapping[int, Callable[[Any], Any]] = {
    INTEGER: to_integer, NUMBER: to_number, DATE: to_date, LOGICAL: to_logical, TEXT: to_text
}  # fmt: skip


class Apart(Exception):
    """The part is not read as a whole."""


@attrs.frozen
class Seen:
    """A value by its kind and term; ``hollow`` when it may also be Vazio."""

    kind: str
    term: Term
    hollow: bool = False

    @property
    def known(self) -> bool:
        """Whether it is the same for all tickets."""
        return bool(self.term[0] == "v")

    @property
    def value(self) -> Any:
        """The known value."""
        return self.term[1]


EMPTY_SEEN = Seen("vazio", constant(None))
MIXED = Seen("?", constant(None))
"""What two branches leave so differently that it is no one value."""
Values = Mapping[str, Seen]


def seen(value: Any) -> Seen:
    """A known value."""
    return Seen(kind_of(value), constant(value))


def seen_pair(pair: Pair) -> Seen:
    """What a followed run holds."""
    if pair.term is None:
        return seen(pair.value)
    return MIXED if pair.term[0] == "opaque" else Seen(kind_of(pair.value), pair.term)


@attrs.define(eq=False)
class Reader:
    """One part being read. ``needs`` must hold for the reading to be right, each a condition; ``branches`` says when each branch
    is taken."""

    rule: Rule
    run: Run
    shadow: Shadow
    code: str
    effects: frozenset[str] = frozenset()
    needs: list[Term] = attrs.field(factory=list)
    branches: dict[tuple[str, int, bool], list[Term]] = attrs.field(factory=dict)
    read: list[int] = attrs.field(factory=lambda: [0])
    chain: tuple[str, ...] = ()

    def spend(self) -> None:
        """A part that goes on and on is not read as a whole."""
        self.read[0] += 1
        if self.read[0] > MOST_READ:
            raise Apart

    # -- statements ------------------------------------------------------------------------------

    def block(self, statements: Iterable[Statement], values: Values, path: tuple[Term, ...], *, turning: bool = False) -> Values:
        """What the variables hold after some statements."""
        for one in statements:
            self.spend()
            match one:
                case Assign():
                    values = {**values, one.target.key: self.expression(one.value, values, path)}
                case Evaluate():
                    values = self.evaluation(one, values, path, turning)
                case If():
                    values = self.choice(one, values, path, turning)
                case While():
                    values = self.turns(one, values, path, 0)
                case Repeat():
                    values = self.block(one.body, values, path, turning=True)
                    values = self.turns(one, values, path, 0)
                case Declare():
                    pass
        return values

    def evaluation(self, one: Evaluate, values: Values, path: tuple[Term, ...], turning: bool) -> Values:
        """An expression as a statement; of effects only those that matter to nobody."""
        inner = bare(one.expression)
        binding = self.rule.checked.bindings.get(id(inner))
        if isinstance(binding, Builtin) and (binding.row.effect or binding.row.never_returns):
            if binding.row.name not in self.effects or turning or not isinstance(inner, Call):
                raise Apart
            for argument in inner.arguments:
                self.said(argument, values, path)
            return values
        return {**values, VALUE: self.expression(one.expression, values, path)}

    def said(self, node: Expression, values: Values, path: tuple[Term, ...]) -> None:
        """A text for people: what it says decides nothing, but what it reads must be there."""
        inner = bare(node)
        binding = self.rule.checked.bindings.get(id(inner))
        if isinstance(inner, Call) and isinstance(binding, Builtin) and binding.row.name == "CONCAT":
            for argument in inner.arguments:
                self.said(argument, values, path)
            return
        self.expression(inner, values, path)

    def choice(self, one: If, values: Values, path: tuple[Term, ...], turning: bool) -> Values:
        """C1; without SENAO a branch not taken leaves Vazio (P7)."""
        condition = self.logical(self.expression(one.condition, values, path))
        self.noted(one.condition, condition, path)
        if condition[0] == "v":
            if condition[1]:
                return self.block(one.then, values, path, turning=turning)
            return self.otherwise(one, values, path, turning)
        then = self.block(one.then, values, (*path, condition), turning=turning)
        return joined(condition, then, self.otherwise(one, values, (*path, negated(condition)), turning))

    def otherwise(self, one: If, values: Values, path: tuple[Term, ...], turning: bool) -> Values:
        """The other branch."""
        if one.otherwise is None:
            return {**values, VALUE: EMPTY_SEEN}
        return self.block(one.otherwise, values, path, turning=turning)

    def turns(self, one: While | Repeat, values: Values, path: tuple[Term, ...], turn: int) -> Values:
        """A loop, turn by turn, as far as it can go."""
        if turn > MOST_TURNS:
            raise Apart
        test = one.condition if isinstance(one, While) else one.until
        condition = self.logical(self.expression(test, values, path))
        self.noted(test, condition, path)
        if isinstance(one, Repeat):
            condition = constant(not condition[1]) if condition[0] == "v" else negated(condition)
        if condition[0] == "v" and not condition[1]:
            return values
        inside = path if condition[0] == "v" else (*path, condition)
        after = self.turns(one, self.block(one.body, values, inside, turning=True), inside, turn + 1)
        return after if condition[0] == "v" else joined(condition, after, values)

    def noted(self, condition: Expression, term: Term, path: tuple[Term, ...]) -> None:
        """When a branch is taken."""
        for answer in (True, False):
            if term[0] == "v" and bool(term[1]) is not answer:
                continue
            taken = path if term[0] == "v" else (*path, term if answer else negated(term))
            self.branches.setdefault((self.code, condition.span.start, answer), []).append(conjunction(taken))

    # -- expressions -----------------------------------------------------------------------------

    def expression(self, node: Expression, values: Values, path: tuple[Term, ...]) -> Seen:
        """One expression."""
        self.spend()
        match node:
            case TextLiteral() | LogicalLiteral() | NumberLiteral():
                return seen(node.value)
            case Paren():
                return self.expression(node.inner, values, path)
            case Name() | Call():
                return self.named(node, values, path)
            case Unary():
                return self.unary(node, values, path)
            case Binary():
                return self.binary(node, values, path)
        raise Apart

    def named(self, node: Name | Call, values: Values, path: tuple[Term, ...]) -> Seen:
        """A name or a call by its binding."""
        binding = self.rule.checked.bindings.get(id(node))
        arguments = node.arguments if isinstance(node, Call) else ()
        match binding:
            case Variable(key=key):
                found = values.get(key, EMPTY_SEEN)
                if found.kind == "?":
                    raise Apart
                return found
            case Field(key=key, kinds=kinds):
                return self.place("campo", key, self.run.context.fields, kinds)
            case Builtin(row=row):
                return self.row(row, arguments, values, path)
            case OtherFormula(code=code):
                return self.formula(code, path)
        raise Apart

    def place(self, table: str, key: str, there: Mapping[str, Any], kinds: int | None, letter: str = "") -> Seen:
        """What a ticket has at a place, of the kind that is declared."""
        raw = find(there, key)
        term = None if raw is MISSING else self.shadow.symbol_of(table, key, raw)
        if term is None:
            return self.settled(table, key, kinds, letter)
        if term[0] != "s":
            raise Apart
        kind = KINDS[term[2]]
        if raw is not None and kind_of(raw) != kind:
            raise Apart
        if letter:
            if term[2] not in LETTERS.get(letter, ()):
                raise Apart
            return Seen(kind, term)
        if kinds is None or (kinds & ~EMPTY) & ~DECLARED[term[2]] or not kinds & ~EMPTY:
            raise Apart
        return Seen(kind, term, hollow=True)

    def settled(self, table: str, key: str, kinds: int | None, letter: str) -> Seen:
        """What all tickets have at a place."""
        context = self.run.context
        if letter:
            row = self.rule.schema.table[GETTERS[table]]
            return self.calculated(row.call, self.run, key, letter)
        if kinds is None:
            raise Apart
        if table == "campo":
            return self.calculated(field_value, context.fields, key, kinds)
        return self.calculated(parameter_value, context.parameters, key, kinds)

    def unary(self, node: Unary, values: Values, path: tuple[Term, ...]) -> Seen:
        """Signs and NAO."""
        inner = self.expression(node.operand, values, path)
        if node.operator == "NAO":
            term = self.logical(inner)
            return seen(not term[1]) if term[0] == "v" else Seen("logico", negated(term))
        number = self.number(inner)
        if node.operator == "+":
            return number
        return seen(operators.negate(number.value)) if number.known else Seen("numero", ("neg", number.term))

    def binary(self, node: Binary, values: Values, path: tuple[Term, ...]) -> Seen:
        """Operators; E and OU stop early (O3)."""
        if node.operator in {"E", "OU"}:
            return self.both(node, values, path)
        left, right = self.expression(node.left, values, path), self.expression(node.right, values, path)
        if left.known and right.known:
            return self.calculated(operators.CHECKED[node.operator], left.value, right.value)
        if node.operator in operators.COMPARISONS:
            return self.comparison(node.operator, left, right)
        if left.kind == right.kind == "data" and node.operator == "-" and not (left.hollow or right.hollow):
            return Seen("numero", ("-", left.term, right.term))
        one, other = self.number(left), self.number(right)
        if node.operator == "/":
            if other.term[0] in {"if", "let"} and whole(other.term):
                raise Apart  # followed apart it is one of few values, or a single free one
            self.require(("not", ("=", other.term, constant(0))), path, other)
        return Seen("numero", (node.operator, one.term, other.term))

    def both(self, node: Binary, values: Values, path: tuple[Term, ...]) -> Seen:
        """E and OU: the second part is read where the first does not decide."""
        conjoined = node.operator == "E"
        left = self.logical(self.expression(node.left, values, path))
        if left[0] == "v" and bool(left[1]) is not conjoined:
            return seen(not conjoined)
        inside = path if left[0] == "v" else (*path, left if conjoined else negated(left))
        right = self.logical(self.expression(node.right, values, inside))
        if left[0] == "v":
            return Seen("logico", right)
        if right[0] == "v":
            return Seen("logico", left) if bool(right[1]) is conjoined else seen(not conjoined)
        return Seen("logico", kept(("and" if conjoined else "or", left, right)))

    def require(self, condition: Term, path: tuple[Term, ...], about: Seen) -> None:
        """What must hold wherever the path leads there; of a known value it is looked at now."""
        if about.known:
            if about.value in {0, None}:
                raise Apart
            return
        self.needs.append(("or", *(negated(one) for one in path), condition))

    def comparison(self, sign: str, left: Seen, right: Seen) -> Seen:
        """T3, T7, T9: of two values of one kind; Vazio counts as the neutral value of the other."""
        if left.kind == "vazio":
            left = seen(operators.neutral(EXAMPLES[right.kind]))
        elif right.kind == "vazio":
            right = seen(operators.neutral(EXAMPLES[left.kind]))
        if left.kind != right.kind or left.kind not in {"numero", "data", "texto"}:
            raise Apart
        one, other = left.term, right.term
        if left.kind == "texto":
            if sign not in {"=", "<>"}:
                raise Apart
            made: Term = ("teq", one, other)
            return Seen("logico", made if sign == "=" else ("not", made))
        return Seen(
            "logico",
            {
                "=": ("=", one, other),
                "<>": ("not", ("=", one, other)),
                "<": ("<", one, other),
                "<=": ("<=", one, other),
                ">": ("<", other, one),
                ">=": ("<=", other, one),
            }[sign],
        )

    def logical(self, one: Seen) -> Term:
        """C7: the condition under which a value is VERDADE; a constant when it is known."""
        if one.kind == "vazio":
            return constant(False)
        if one.kind == "logico":
            return one.term
        if one.kind != "numero":
            raise Apart
        return constant(one.value != 0) if one.known else ("not", ("=", one.term, constant(0)))

    def number(self, one: Seen) -> Seen:
        """A number; Vazio is nought."""
        if one.kind == "vazio":
            return seen(0)
        if one.kind != "numero":
            raise Apart
        return one

    def calculated(self, call: Any, *given: Any) -> Seen:
        """What the engine makes of known values."""
        try:
            return seen(call(*given))
        except (Fault, DecimalException):
            raise Apart from None

    def converted(self, one: Seen, kinds: int) -> Any:
        """A known value as its parameter's kind."""
        return self.calculated(CONVERSIONS[kinds], one.value).value if kinds in CONVERSIONS else one.value

    # -- calls -----------------------------------------------------------------------------------

    def row(self, row: Function, arguments: tuple[Expression, ...], values: Values, path: tuple[Term, ...]) -> Seen:
        """A call of a function that is understood, or of a pure one of known values."""
        given = [self.expression(one, values, path) for one in arguments]
        if row.name in {"PARAMETROATENDIMENTO", "CAMPOATENDIMENTO"}:
            return self.getter(row, given)
        if row.name == "FORMULA" and len(given) == 1 and given[0].known and given[0].kind == "texto":
            return self.formula(given[0].value, path)
        if all(one.known for one in given):
            wanted = [row.arguments[min(place, len(row.arguments) - 1)].kinds for place in range(len(given))]
            values_given = [self.converted(one, kinds) for one, kinds in zip(given, wanted, strict=True)]
            if row.name in OF_PEOPLE:
                return self.calculated(row.call, self.run, *values_given)
            if not row.pure or row.needs_run or row.effect:
                raise Apart
            return self.calculated(row.call, *values_given)
        if row.name in {"MAX", "MIN"}:
            one, other = map(self.number, given)
            first, second = (one, other) if row.name == "MAX" else (other, one)
            return Seen("numero", kept(("if", ("<", first.term, second.term), other.term, one.term, "numero")))
        if row.name == "ABS":
            one = self.number(given[0])
            return Seen("numero", kept(("if", ("<", one.term, constant(0)), ("neg", one.term), one.term, "numero")))
        if row.name in {"INT", "ARRED", "ARREDONDA", "TRUNC"}:
            return self.rounded(row.name, given)
        if row.name == "DIFDIAS":
            return self.days(given, path)
        raise Apart

    def getter(self, row: Function, given: list[Seen]) -> Seen:
        """CAMPOATENDIMENTO and PARAMETROATENDIMENTO of a known name."""
        if any(not one.known or one.kind != "texto" for one in given):
            raise Apart
        key = name_key(given[0].value)
        field = row.name == "CAMPOATENDIMENTO"
        context, schema = self.run.context, self.rule.schema
        letter = given[1].value.strip().upper() if len(given) > 1 else ""
        kinds = schema.fields.get(key) if field else (schema.parameters or {}).get(key)
        return self.place(
            "campo" if field else "parametro", key, context.fields if field else context.parameters, kinds, letter
        )  # fmt: skip

    def rounded(self, name: str, given: list[Seen]) -> Seen:
        """INT, ARRED, ARREDONDA and TRUNC, of a known number of places."""
        one = self.number(given[0])
        places = given[1].value if len(given) > 1 and given[1].known else 0
        if (len(given) > 1 and not given[1].known) or not isinstance(places, int) or not 0 <= places <= 12:
            raise Apart
        kind = "round" if name in {"ARRED", "ARREDONDA"} else "trunc"
        if not places:
            return Seen("numero", (kind, one.term))
        return Seen("numero", ("*", (kind, ("*", one.term, constant(10**places))), constant(Decimal(1).scaleb(-places))))

    def days(self, given: list[Seen], path: tuple[Term, ...]) -> Seen:
        """DIFDIAS of dates that are there."""
        if any(one.kind != "data" or one.hollow for one in given):
            raise Apart
        for one in given:
            if one.known and one.value == NULL_DATE:
                raise Apart
            if not one.known:
                self.needs.append(("or", *(negated(part) for part in path), ("not", ("=", one.term, constant(NULL_DATE)))))
        return Seen("numero", ("-", *(("day", one.term) for one in given)))

    def formula(self, code: str, path: tuple[Term, ...]) -> Seen:
        """Another formula (F6), read where it is called."""
        key = name_key(code)
        text = find(self.run.context.formulas, key)
        if text is MISSING or key in self.run.chain or key in self.chain or len(self.chain) >= MOST_DEEP:
            raise Apart
        try:
            rule = self.rule.compiled(text, self.rule.schema, key)
        except FormulaError:
            raise Apart from None
        inner = attrs.evolve(self, rule=rule, code=key, chain=(*self.chain, key), effects=frozenset())
        found = inner.block(rule.tree.statements, {VALUE: EMPTY_SEEN}, path)[VALUE]
        if found.kind == "?":
            raise Apart
        return found


EXAMPLES: Mapping[str, Any] = {"numero": 1, "texto": "x", "data": datetime(2026, 1, 1), "logico": True, "vazio": None, "?": None}
"""A value of each kind, to ask for its neutral one."""


def kept(term: Term) -> Term:
    """A term as one thing; one that is too deep is not made, since in a loop it grows at each turn."""
    if depth_of(term) > MOST_DEPTH:
        raise Apart
    return boxed(term)


def joined(condition: Term, then: Values, otherwise: Values) -> Values:
    """What variables hold where two branches end."""
    made: dict[str, Seen] = {}
    for key in dict.fromkeys((*then, *otherwise)):
        one, other = then.get(key, EMPTY_SEEN), otherwise.get(key, EMPTY_SEEN)
        if one == other:
            made[key] = one
        elif one.kind != other.kind:
            made[key] = MIXED
        else:
            made[key] = Seen(one.kind, kept(("if", condition, one.term, other.term, one.kind)), one.hollow or other.hollow)
    return made
