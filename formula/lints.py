"""What is allowed but hardly meant: read off a typed tree after its kinds are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from formula.bindings import Binding, Builtin, Field, OtherFormula, Variable
from formula.messages import message
from formula.reporter import Reporter
from formula.runtime.values import DATE_TEXT, parse_number, shorten
from formula.schema import FIELD_DOMAINS, Schema
from formula.source import Span
from formula.syntax import (
    Assign,
    Binary,
    Call,
    Evaluate,
    Expression,
    Formula,
    If,
    LogicalLiteral,
    Name,
    NumberLiteral,
    Repeat,
    Statement,
    TextLiteral,
    While,
    bare,
    walk,
)

MAX_CONSTANTS = 50
"""P9."""


def inspect(
    tree: Formula, schema: Schema, bindings: Mapping[int, Binding], kinds: Mapping[int, int], reporter: Reporter
) -> None:
    """Report every lint of a tree."""
    constants = 0
    inner: set[int] = set()
    for node in walk(tree):
        match node:
            case Formula():
                unreachable(node.statements, bindings, reporter)
            case If():
                unreachable(node.then, bindings, reporter)
                unreachable(node.otherwise or (), bindings, reporter)
                constant_condition(node.condition, reporter)
            case Repeat():
                unreachable(node.body, bindings, reporter)
                endless(node, node.until, bindings, reporter)
            case While():
                unreachable(node.body, bindings, reporter)
                endless(node, node.condition, bindings, reporter)
            case Binary():
                comparison(node, bindings, reporter, inner)
            case NumberLiteral() | TextLiteral():
                constants += 1
    if constants > MAX_CONSTANTS:
        reporter.add(
            "constantes-demais",
            Span(0, 0),
            message("a fórmula tem {quantas} constantes; o RM aceita {maximo}", quantas=constants, maximo=MAX_CONSTANTS),
            message("divida a fórmula em outras, chamadas pelo código"),
        )
    without_value(tree, bindings, reporter)


def never_returns(statement: Statement, bindings: Mapping[int, Binding]) -> bool:
    """A statement after which nothing runs."""
    if isinstance(statement, Evaluate):
        binding = bindings.get(id(bare(statement.expression)))
        return isinstance(binding, Builtin) and binding.row.never_returns
    if isinstance(statement, If) and statement.otherwise:
        return any(never_returns(s, bindings) for s in statement.then) and any(
            never_returns(s, bindings) for s in statement.otherwise
        )
    return False


def unreachable(block: tuple[Statement, ...], bindings: Mapping[int, Binding], reporter: Reporter) -> None:
    """Statements after ANALISAR."""
    for before, after in pairwise(block):
        if isinstance(before, Evaluate) and never_returns(before, bindings):
            reporter.add(
                "codigo-inalcancavel",
                Span(after.span.start, block[-1].span.end),
                message("nada depois de ANALISAR é executado"),
                message("tire o ANALISAR quando terminar de depurar, ou use o depurador: repasse repl, :depurar"),
            )
            return


def constant_condition(condition: Expression, reporter: Reporter) -> None:
    """``SE VERDADE`` and comparisons of two literals."""
    inner = bare(condition)
    fixed = isinstance(inner, LogicalLiteral) or (
        isinstance(inner, Binary)
        and isinstance(bare(inner.left), NumberLiteral | TextLiteral | LogicalLiteral)
        and isinstance(bare(inner.right), NumberLiteral | TextLiteral | LogicalLiteral)
    )
    if fixed:
        reporter.add("condicao-constante", condition.span, message("esta condição dá sempre o mesmo resultado"))


def endless(loop: Repeat | While, condition: Expression, bindings: Mapping[int, Binding], reporter: Reporter) -> None:
    """A loop whose condition nothing in it changes."""
    read: set[str] = set()
    for node in walk(condition):
        binding = bindings.get(id(node))
        if isinstance(binding, Variable):
            read.add(binding.key)
        elif isinstance(binding, OtherFormula) or (isinstance(binding, Builtin) and not binding.row.pure):
            return
    inner = bare(condition)
    if isinstance(inner, LogicalLiteral) and inner.value is isinstance(loop, Repeat):
        return
    for node in walk(loop):
        if isinstance(node, Assign) and node.target.key in read:
            return
    reporter.add(
        "laco-sem-fim",
        condition.span,
        message("nada dentro do laço muda esta condição"),
        message("mude no laço, com SETVAR, alguma variável da condição"),
    )


def comparison(node: Binary, bindings: Mapping[int, Binding], reporter: Reporter, inner: set[int]) -> None:
    """Comparisons that cannot be true, and texts that look like numbers or dates (T7)."""
    if node.operator == "E":
        left = bare(node.left)
        if isinstance(left, Binary) and left.operator == "E":
            inner.add(id(left))
        if id(node) not in inner:
            contradiction(node, bindings, reporter)
        return
    if node.operator not in {"=", "<>", "<", "<=", ">", ">="}:
        return
    left, right = bare(node.left), bare(node.right)
    if isinstance(left, TextLiteral) and isinstance(right, TextLiteral):
        if both_look_alike(left.value, right.value):
            reporter.add(
                "textos-que-parecem-numeros",
                node.span,
                message("textos se comparam letra a letra, mesmo quando parecem números ou datas"),
                message("para comparar números tire as aspas; para datas use MTDATA(dia, mês, ano)"),
            )
        return
    for one, other in ((left, right), (right, left)):
        if isinstance(other, TextLiteral):
            outside_domain(one, other, bindings, reporter)


def both_look_alike(left: str, right: str) -> bool:
    """Two texts that a person reads as numbers, or as dates."""
    if not left.strip() or not right.strip():
        return False
    numbers = parse_number(left) is not None and parse_number(right) is not None
    return numbers or bool(DATE_TEXT.fullmatch(left) and DATE_TEXT.fullmatch(right))


def field_of(node: Expression, bindings: Mapping[int, Binding]) -> str | None:
    """The ticket field an expression reads, by bare name or by CAMPOATENDIMENTO."""
    binding = bindings.get(id(node))
    if isinstance(binding, Field):
        return binding.key
    if isinstance(binding, Builtin) and binding.row.name == "CAMPOATENDIMENTO" and isinstance(node, Call):
        first = bare(node.arguments[0]) if node.arguments else None
        return first.value.strip().upper() if isinstance(first, TextLiteral) else None
    return None


def outside_domain(node: Expression, literal: TextLiteral, bindings: Mapping[int, Binding], reporter: Reporter) -> None:
    """``PRIORIDADE = 'urgente'``: the field never holds that text."""
    field = field_of(node, bindings)
    if field is None or field not in FIELD_DOMAINS or literal.value in FIELD_DOMAINS[field] or not literal.value.strip():
        return
    domain = FIELD_DOMAINS[field]
    near = next((value for value in domain if value.lower() == literal.value.strip().lower()), None)
    reporter.add(
        "comparacao-nunca-verdadeira",
        literal.span,
        message("{campo} nunca é '{texto}'", campo=field, texto=shorten(literal.value)),
        message("você quis dizer '{texto}'? Maiúsculas e minúsculas contam", texto=near)
        if near
        else message("os valores são: {valores}", valores=", ".join(domain)),
        fix=(literal.span, f"{literal.quote}{near}{literal.quote}") if near else None,
    )


def contradiction(node: Binary, bindings: Mapping[int, Binding], reporter: Reporter) -> None:
    """``A = 1 E A = 2`` side by side."""
    seen: dict[str, tuple[object, Expression]] = {}
    for part in conjuncts(node):
        inner = bare(part)
        if not (isinstance(inner, Binary) and inner.operator == "="):
            continue
        name, value = bare(inner.left), bare(inner.right)
        if not isinstance(name, Name) or not isinstance(value, NumberLiteral | TextLiteral):
            continue
        if not isinstance(bindings.get(id(name)), Variable | Field):
            continue
        before = seen.setdefault(name.word.key, (value.value, inner))
        if type(before[0]) is type(value.value) and before[0] != value.value:
            reporter.add(
                "comparacao-nunca-verdadeira",
                inner.span,
                message("'{nome}' não pode ser igual a dois valores ao mesmo tempo", nome=name.word.written),
                message("para aceitar um ou outro use OU"),
            )
            return


def conjuncts(node: Binary) -> Iterator[Expression]:
    """The parts of a chain of E, first to last."""
    spine: list[Binary] = []
    current: Expression = node
    while isinstance(current, Binary) and current.operator == "E":
        spine.append(current)
        current = current.left
    yield current
    for one in reversed(spine):
        yield one.right


def without_value(tree: Formula, bindings: Mapping[int, Binding], reporter: Reporter) -> None:
    """A calculation that can end without a value (P6–P8): some way through gives one, and another does not."""
    gives, always = value_of_block(tree.statements, bindings)
    if gives and not always:
        last = next(
            statement for statement in reversed(tree.statements) if value_of_block((statement,), bindings)[0]
        )
        reporter.add(
            "pode-terminar-sem-valor",
            last.span,
            message("por algum caminho a fórmula termina sem valor (Vazio)"),
            message("dê um valor também no SENAO"),
        )


def value_of_block(block: tuple[Statement, ...], bindings: Mapping[int, Binding]) -> tuple[bool, bool]:
    """Whether a block can give a value, and whether it always ends with one."""
    gives = always = False
    for statement in block:
        match statement:
            case Evaluate():
                binding = bindings.get(id(bare(statement.expression)))
                if isinstance(binding, Builtin) and binding.row.never_returns:
                    return gives, gives
                if not (isinstance(binding, Builtin) and binding.row.effect):
                    gives = always = True
            case If():
                some, every = value_of_branches(statement, bindings)
                gives = gives or some
                always = every or (always and not some and statement.otherwise is not None)
                if statement.otherwise is None and not some:
                    always = False
            case Repeat():
                some, every = value_of_block(statement.body, bindings)
                gives, always = gives or some, always or every
            case While():
                some, _ = value_of_block(statement.body, bindings)
                gives = gives or some
    return gives, always


def value_of_branches(statement: If, bindings: Mapping[int, Binding]) -> tuple[bool, bool]:
    """A chain of SE … SENAO SE …: some branch gives a value; every way gives one."""
    some, every = False, True
    current: If | None = statement
    while current is not None:
        gives, always = value_of_block(current.then, bindings)
        ends = any(never_returns(one, bindings) for one in current.then)
        some, every = some or gives, every and (always or ends)
        rest = current.otherwise
        if rest is not None and len(rest) == 1 and isinstance(rest[0], If):
            current = rest[0]
            continue
        if rest is None:
            every = False
        else:
            gives, always = value_of_block(rest, bindings)
            ends = any(never_returns(one, bindings) for one in rest)
            some, every = some or gives, every and (always or ends)
        current = None
    return some, every
