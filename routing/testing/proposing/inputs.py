"""What a formula reads from outside, and the values worth trying for each: those it compares with, and their neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs

from formula.builtins.table import Function
from formula.checking.names import Builtin, Field, OtherFormula, StandIn
from formula.context import Context
from formula.fields import FIELD_DOMAINS
from formula.host import source_text
from formula.reading.tree import Binary, Call, Expression, Name, Node, NumberLiteral, TextLiteral, Unary, bare, walk
from formula.schema import Schema
from formula.types import ANY, DATE, EMPTY, INTEGER, LOGICAL, NUMBER, TEXT
from formula.values import date_text, parse_date, parse_number
from routing.domain.people import SiteDirectory
from routing.testing.case import DEFAULT_NOW
from routing.testing.cast import recast

GETTERS = {"CAMPOATENDIMENTO": "campos", "PARAMETROATENDIMENTO": "parametros"}
READS_MEMORY = frozenset({"MEMORIA", "GETMEMORIA"})
WRITES_MEMORY = frozenset({"ATRIBUI", "SETMEMORIA"})
RECKONING = frozenset({"+", "-", "*", "/"})
COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})
TABLES = {"campos": "fields", "parametros": "parameters", "funcoes": "functions", "memorias": "memories", "sql": "sql",
          "formulas": "formulas"}  # fmt: skip
"""Tables of a context and the attributes that hold them."""
DAY = timedelta(days=1)
MOST = 40
"""Values tried for one input at most."""


@attrs.frozen
class Input:
    """Something read.

    ``table`` is a table of the context (``campos``, ``parametros``, ``funcoes``, ``memorias``, ``sql``) or a key of it (``agora``,
    ``usuario``, ``coligada``), or ``pessoas`` for somebody of the directory; ``name`` the key in the table, ``kinds`` what it may
    hold.
    """

    table: str
    name: str
    kinds: int

    @property
    def column(self) -> str:
        """The column of a table of cases."""
        if self.table == "sql":
            return f"contexto.sql.{self.name}.linhas"
        if not self.name:
            return f"contexto.{self.table}"
        plain = self.name.replace("_", "").isalnum() and self.name.isascii()
        return f"{self.table}.{self.name}" if plain else f'{self.table}."{self.name}"'


@attrs.define(eq=False)
class Literals:
    """The constants of formulas by kind; ``beside`` those that stand in a comparison with an input, which come first."""

    numbers: dict[Any, None] = attrs.field(factory=dict)
    texts: dict[str, None] = attrs.field(factory=dict)
    dates: dict[datetime, None] = attrs.field(factory=dict)
    beside: dict[tuple[str, str], dict[Any, None]] = attrs.field(factory=dict)
    columns: dict[str, dict[str, None]] = attrs.field(factory=dict)
    compared: dict[tuple[str, str], dict[Any, None]] = attrs.field(factory=dict)
    """What the columns of sentences, by code and name, are compared with."""
    reckoned: set[tuple[str, str]] = attrs.field(factory=set)
    """The columns that are reckoned with: they hold numbers."""

    def note(self, value: Any) -> None:
        """Keep a constant under every kind it may serve as."""
        if isinstance(value, str):
            self.texts[value] = None
            found = parse_date(value)
            if found is not None and value.strip():
                self.dates[found] = None
            elif value.strip() and (number := parse_number(value)) is not None:
                self.numbers[number] = None
        else:
            self.numbers[value] = None


Bindings = Mapping[int, Any]


def read_inputs(tree: Node, bindings: Bindings, schema: Schema, literals: Literals) -> Iterator[Input]:
    """Inputs of one formula, in order of place; its constants go to ``literals``."""
    written = {
        str(constant(bare(node.arguments[0]))).strip().upper()
        for node in walk(tree)
        if isinstance(node, Call) and node.word.key in WRITES_MEMORY and node.arguments
    }
    for node in walk(tree):
        if isinstance(node, Binary) and node.operator in COMPARISONS:
            note_comparison(node, bindings, literals)
        elif isinstance(node, Binary) and node.operator in RECKONING:
            literals.reckoned |= {key for side in (node.left, node.right) if (key := column_key(bare(side))) is not None}
        elif isinstance(node, Name | Call):
            found = inputs_of_name(node, bindings.get(id(node)), schema, literals)
            yield from (one for one in found if one.table != "memorias" or one.name not in written)


def note_comparison(node: Binary, bindings: Bindings, literals: Literals) -> None:
    """The constants on both sides; those right beside an input are noted for it."""
    for side, other in ((node.left, node.right), (node.right, node.left)):
        for inner in walk(side):
            value = constant(inner)
            if value is None:
                continue
            literals.note(value)
            column = column_key(bare(other))
            if column is not None:
                literals.compared.setdefault(column, {})[value] = None
            key = input_key(bare(other), bindings)
            if key is not None:
                literals.beside.setdefault(key, {})[value] = None


def column_key(node: Node) -> tuple[str, str] | None:
    """The sentence and the column that ``RESULTSQL('CODE', 'COLUMN')`` reads."""
    if not isinstance(node, Call) or node.word.key != "RESULTSQL" or len(node.arguments) < 2:
        return None
    code, column = bare(node.arguments[0]), bare(node.arguments[1])
    if not isinstance(code, TextLiteral) or not isinstance(column, TextLiteral):
        return None
    return code.value.strip().upper(), column.value.strip().upper()


def constant(node: Node) -> Any:
    """The value of a literal, a minus before it included; None for anything else."""
    if isinstance(node, NumberLiteral | TextLiteral):
        return node.value
    if isinstance(node, Unary) and node.operator == "-":
        inner = bare(node.operand)
        return -inner.value if isinstance(inner, NumberLiteral) else None
    return None


def input_key(node: Expression, bindings: Bindings) -> tuple[str, str] | None:
    """Which input an expression reads directly."""
    if isinstance(node, Name) and isinstance(bindings.get(id(node)), Field):
        return "campos", node.word.key
    if isinstance(node, Call) and node.word.key in GETTERS and node.arguments and isinstance(bare(node.arguments[0]), TextLiteral):
        return GETTERS[node.word.key], bare(node.arguments[0]).value.strip().upper()  # type: ignore[union-attr]
    if (
        isinstance(node, Call)
        and node.word.key in READS_MEMORY
        and node.arguments
        and isinstance(bare(node.arguments[0]), TextLiteral)
    ):
        return "memorias", bare(node.arguments[0]).value.strip().upper()  # type: ignore[union-attr]
    if isinstance(node, Name | Call) and isinstance(bindings.get(id(node)), StandIn):
        return "funcoes", stand_in_key(node)
    if isinstance(node, Name | Call):
        found = {"USUARIOCORRENTE": "usuario", "COLIGADA": "coligada", "HOJE": "agora", "AGORA": "agora"}.get(node.word.key)
        return (found, "") if found else None
    return None


def inputs_of_name(node: Name | Call, binding: Any, schema: Schema, literals: Literals) -> Iterator[Input]:
    """The input behind a name or call."""
    key = input_key(node, {id(node): binding})
    if key is not None:
        yield Input(*key, kinds_of_input(key, schema, binding))
    elif isinstance(node, Call) and node.word.key in {"EXECSQL", "RESULTSQL"} and node.arguments:
        code = bare(node.arguments[0])
        if isinstance(code, TextLiteral):
            columns = literals.columns.setdefault(code.value.strip().upper(), {})
            if node.word.key == "RESULTSQL" and len(node.arguments) > 1 and isinstance(bare(node.arguments[1]), TextLiteral):
                columns[bare(node.arguments[1]).value.strip().upper()] = None  # type: ignore[union-attr]
            yield Input("sql", code.value.strip().upper(), ANY)


def kinds_of_input(key: tuple[str, str], schema: Schema, binding: Any) -> int:
    """What an input may hold, as far as the schema says."""
    table, name = key
    if table == "campos":
        return schema.fields.get(name, ANY)
    if table == "parametros":
        return (schema.parameters or {}).get(name, ANY)
    if table == "funcoes":
        return binding.kinds if isinstance(binding, StandIn) else ANY
    return {"agora": DATE, "coligada": INTEGER}.get(table, TEXT)


def stand_in_key(node: Name | Call) -> str:
    """How ``[funcoes]`` names a call: with its arguments when they are literals, else for any."""
    if isinstance(node, Name) or not node.arguments:
        return node.word.key
    values = [constant(bare(argument)) for argument in node.arguments]
    if any(value is None for value in values):
        return f"{node.word.key}(*)"
    return f"{node.word.key}({', '.join(source_text(value) for value in values)})"


def called_formulas(tree: Node, bindings: Bindings) -> Iterator[str]:
    """Codes of other formulas that a formula calls."""
    for node in walk(tree):
        binding = bindings.get(id(node))
        if isinstance(binding, OtherFormula):
            yield binding.code.upper()
        elif (
            isinstance(node, Call)
            and is_formula_call(binding)
            and node.arguments
            and isinstance(bare(node.arguments[0]), TextLiteral)
        ):
            yield bare(node.arguments[0]).value.strip().upper()  # type: ignore[union-attr]


def is_formula_call(binding: Any) -> bool:
    """``FORMULA('code')``."""
    return isinstance(binding, Builtin) and isinstance(binding.row, Function) and binding.row.name == "FORMULA"


def candidates(one: Input, literals: Literals, context: Context) -> list[Any]:
    """Values to try, the likeliest first, each once."""
    made: dict[tuple[type, str], Any] = {}
    for value in offered(one, literals, context):
        if len(made) < MOST:
            made.setdefault((type(value), str(value)), value)
    if one.table == "coligada":
        return [value for value in made.values() if isinstance(value, int) and value > 0] or [context.coligada]
    return list(made.values())


def offered(one: Input, literals: Literals, context: Context) -> Iterator[Any]:
    """What the context holds, what the input is compared with, then everything else of its kinds."""
    present = present_value(one, context)
    if present is not None:
        yield present
    if one.table == "sql":
        yield from row_sets(one.name, literals)
        return
    closed = FIELD_DOMAINS.get(one.name, ()) if one.table == "campos" else ()
    yield from closed
    for value in literals.beside.get((one.table, one.name), ()):
        yield from neighbours(value, one.kinds)
    if one.kinds & NUMBER:
        yield from (0, *(near for number in literals.numbers for near in around(number)), 1, -1, 10**6)
    if one.kinds & TEXT and not closed:
        yield from ("mestre" if one.table == "usuario" else "outro", "", *literals.texts)
    if one.kinds & DATE:
        base = context.now or DEFAULT_NOW
        if one.table != "agora":
            base = datetime(base.year, base.month, base.day)
        yield from (
            *(near for day in literals.dates for near in (day, day - DAY, day + DAY)),
            base,
            base - 30 * DAY,
            base + 30 * DAY,
        )
    if one.kinds & LOGICAL:
        yield from (True, False)
    if one.kinds == EMPTY:
        yield ""


def present_value(one: Input, context: Context) -> Any:
    """What a given context holds for an input."""
    attribute = TABLES.get(one.table)
    if attribute is not None and one.table != "sql":
        table: Mapping[str, Any] = getattr(context, attribute)
        return next((value for name, value in table.items() if name.upper() == one.name), None)
    return {"agora": context.now, "usuario": context.user or None, "coligada": context.coligada}.get(one.table)


def neighbours(value: Any, kinds: int) -> list[Any]:
    """A constant and the values next to it, in the kinds an input may hold."""
    if isinstance(value, str):
        number, day = parse_number(value) if value.strip() else None, parse_date(value) if value.strip() else None
        if day is not None and kinds & DATE:
            return [day, day - DAY, day + DAY]
        if number is not None and kinds & NUMBER:
            return around(number)
        if day is not None and kinds & TEXT:
            return [date_text(day), date_text(day - DAY), date_text(day + DAY)]
        return [value]
    if kinds & NUMBER:
        return around(value)
    return [str(number) for number in around(value)]


def around(number: int | Decimal) -> list[Any]:
    """A number and its neighbours: one apart, or one of its last digit."""
    step: int | Decimal = 1
    if isinstance(number, Decimal) and isinstance(exponent := number.as_tuple().exponent, int) and exponent < 0:
        step = Decimal(1).scaleb(exponent)
    return [number, number + step, number - step]


def row_sets(code: str, literals: Literals) -> Iterator[list[dict[str, Any]]]:
    """Rows that a sentence may give: none, one and two. A column has what it is compared with and its neighbours, a number where it
    is reckoned with, else the constants of the formula."""
    columns = list(literals.columns.get(code, {})) or ["CAMPO"]
    yield []
    values: list[Any] = [*(near for number in literals.numbers for near in around(number)), *literals.texts] or [1]
    offers = {column: column_values(code, column, literals) for column in columns}
    first = {column: offer[0] if offer else values[0] for column, offer in offers.items()}
    yield [first]
    for column, offer in offers.items():
        yield from ([{**first, column: value}] for value in offer[1:])
    for column, offer in offers.items():
        yield from ([first, {**first, column: value}] for value in offer[1:3])
    for value in values[:12]:
        yield [{column: first[column] if offers[column] else value for column in columns}]
    yield [{**first}, {column: offers[column][-1] if offers[column] else values[-1] for column in columns}]


def column_values(code: str, column: str, literals: Literals) -> list[Any]:
    """What a column may hold, by its use; nothing when its use says nothing."""
    compared = literals.compared.get((code, column), {})
    numbers = [near for value in compared if not isinstance(value, str) for near in around(value)]
    texts = [value for value in compared if isinstance(value, str)]
    if (code, column) in literals.reckoned or numbers:
        return list(dict.fromkeys([*numbers, 2, 1, 0]))
    return [*texts, "outro"] if texts else []


def applied(context: Context, state: Mapping[Input, Any]) -> Context:
    """A context with the inputs' values in it."""
    changes: dict[str, Any] = {}
    for one, value in state.items():
        attribute = TABLES.get(one.table)
        if one.table == "pessoas":
            known = changes.get("directory", context.directory)
            assert isinstance(known, SiteDirectory)
            people, _ = recast(known.people, {one.name: value})
            changes["directory"] = SiteDirectory(people, known.workload)
        elif attribute is not None:
            if attribute not in changes:
                changes[attribute] = {
                    name.upper() if attribute != "functions" else name: inner for name, inner in getattr(context, attribute).items()
                }
            changes[attribute][one.name] = value
        else:
            key = {"agora": "now", "usuario": "user", "coligada": "coligada"}[one.table]
            changes[key] = (
                datetime(value.year, value.month, value.day)
                if key == "now" and isinstance(value, date) and not isinstance(value, datetime)
                else value
            )
    return attrs.evolve(context, **changes)
