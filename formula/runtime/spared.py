"""Fields that may hold nothing where trusted code reads them: everywhere they stand, Vazio is worth the neutral value of their
kind (T10), so that this value may take its place. A field whose Vazio somebody could tell from 0, '' or DATANULA is none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from formula.builtins.table import Function
from formula.checking.names import Builtin, Field
from formula.names import name_key
from formula.reading.tree import Binary, Call, Expression, If, Name, Node, Repeat, TextLiteral, Unary, While, bare
from formula.types import DATE, EMPTY, INTEGER, LOGICAL, NUMBER, TEXT
from formula.values import NULL_DATE, parse_date

SHORT = 256
"""Comparing with a literal up to this length costs nothing of the budget of text, whatever stands on the other side."""

TABLES = {"CAMPOATENDIMENTO": "campo", "PARAMETROATENDIMENTO": "parametro"}
"""Functions that read a field of a known name, by the table they read."""

EQUALITY = frozenset({"=", "<>"})


def spared_fields(nodes: Iterable[Node], bindings: Mapping[int, object], kinds: Mapping[int, int]) -> frozenset[tuple[str, str]]:
    """The fields by table and name. ``kinds`` are those of trusted fields."""
    reads: dict[int, tuple[str, str]] = {}
    borne: set[int] = set()
    for node in nodes:
        key = field_read(node, bindings)
        if key is not None:
            reads[id(node)] = key
        borne.update(id(inner) for inner in bearing(node, bindings, kinds))
    all_read = set(reads.values())
    return frozenset(all_read - {key for place, key in reads.items() if place not in borne})


def field_read(node: Node, bindings: Mapping[int, object]) -> tuple[str, str] | None:
    """The table and name of the field that a node reads."""
    if not isinstance(node, Name | Call):
        return None
    binding = bindings.get(id(node))
    if isinstance(binding, Field):
        return "campo", binding.key
    if isinstance(binding, Builtin) and isinstance(node, Call) and binding.row.name in TABLES and len(node.arguments) == 1:
        literal = bare(node.arguments[0])
        if isinstance(literal, TextLiteral):
            return TABLES[binding.row.name], name_key(literal.value)
    return None


def bearing(node: Node, bindings: Mapping[int, object], kinds: Mapping[int, int]) -> Iterator[Expression]:
    """The parts of a node that may be Vazio as well as neutral."""
    match node:
        case Binary():
            for one, other, first in ((node.left, node.right, True), (node.right, node.left, False)):
                if operand(node.operator, kinds[id(one)], other, kinds[id(other)], first):
                    yield bare(one)
        case Unary():
            if not kinds[id(node.operand)] & ~(NUMBER | LOGICAL if node.operator == "NAO" else NUMBER | TEXT):
                yield bare(node.operand)
        case If() | While():
            yield from condition(node.condition, kinds)
        case Repeat():
            yield from condition(node.until, kinds)
        case Call():
            binding = bindings.get(id(node))
            if isinstance(binding, Builtin):
                yield from arguments(binding.row, node, kinds)


def condition(node: Expression, kinds: Mapping[int, int]) -> Iterator[Expression]:
    """A condition: Vazio and 0 are FALSO (C7)."""
    if not kinds[id(node)] & ~(NUMBER | LOGICAL):
        yield bare(node)


def arguments(row: Function, node: Call, kinds: Mapping[int, int]) -> Iterator[Expression]:
    """Arguments that are converted to the kind of their parameter."""
    for position, argument in enumerate(node.arguments):
        wanted = row.arguments[min(position, len(row.arguments) - 1)].kinds
        kind = kinds[id(argument)]
        if (
            (not kind & ~NUMBER and wanted in {NUMBER, INTEGER})
            or (kind == TEXT and wanted in {TEXT, NUMBER, INTEGER, DATE})
            or (kind == DATE and wanted in {DATE, TEXT})
            or (kind == LOGICAL and wanted == LOGICAL)
        ):
            yield bare(argument)


def operand(sign: str, kind: int, other: Expression, beside: int, first: bool) -> bool:
    """Whether a side of an operator, of a kind, may be Vazio as well as neutral beside another side. ``first``: it is the left."""
    if sign in {"E", "OU"}:
        return not kind & ~(NUMBER | LOGICAL)
    if sign in {"*", "/"}:
        return not kind & ~(NUMBER | TEXT) and not beside & ~(NUMBER | TEXT | EMPTY)
    if sign in {"+", "-"}:
        dates = 0 if sign == "-" and first else DATE
        return not kind & ~(NUMBER | TEXT) and not beside & ~(NUMBER | TEXT | EMPTY | dates)
    return compared(sign, kind, bare(other), beside)


def compared(sign: str, kind: int, other: Expression, beside: int) -> bool:
    """The same of a comparison (T3, T6, T7, T9)."""
    if not kind & ~NUMBER:
        return not beside & ~(NUMBER | EMPTY)
    if kind == TEXT:
        if isinstance(other, TextLiteral):
            return len(other.value) <= SHORT
        return not beside & ~(NUMBER | DATE)
    if kind == DATE:
        if isinstance(other, TextLiteral):
            # beside Vazio a text is compared as a text: it comes after '', as every date but the no-date after DATANULA
            return not other.value.strip() or parse_date(other.value) not in {None, NULL_DATE}
        return not beside & ~(DATE | EMPTY)
    return kind == LOGICAL and sign in EQUALITY and not beside & ~(LOGICAL | EMPTY)
