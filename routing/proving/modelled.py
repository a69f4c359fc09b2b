"""Functions whose meaning is known for all values, as terms; of any other, arguments are pinned to what they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from formula.builtins.table import Function
from formula.context import Run
from formula.host import MISSING, find
from formula.names import name_key
from formula.types import INTEGER, TEXT
from routing.proving.pairs import NOTHING, Pair, Shadow, joined
from routing.proving.terms import Term, constant

if TYPE_CHECKING:
    from formula.engine import Rule


class Followed(Protocol):
    """A formula being followed (:class:`routing.proving.shadow.Walker`), as the functions here ask it."""

    rule: Rule
    run: Run
    shadow: Shadow
    memories: dict[str, Pair]

    def host_value(self, table: str, key: str, kinds: int) -> Pair:
        """A field or parameter as its schema declares it."""

    def free(self, table: str, key: str, raw: Any, value: Any) -> Pair:
        """A value of the ticket with its term."""

    def term(self, pair: Pair) -> Term:
        """The term of a pair; a known value is a constant."""

    def number(self, pair: Pair) -> Pair:
        """T6, T10 as a pair."""

    def date(self, pair: Pair) -> Pair:
        """T2, T10 as a pair."""

    def of_function(self, name: str) -> str:
        """Why an argument is pinned."""

    def converted(self, pair: Pair, kinds: int) -> Pair:
        """An argument as its parameter's kind."""


def field_read(walker: Followed, row: Function, given: list[Pair]) -> Pair | None:
    """CAMPOATENDIMENTO and PARAMETROATENDIMENTO: the value as the schema declares it, then as the letter says (T11)."""
    from formula.builtins.tickets import LETTERS

    name = walker.shadow.pin(given[0], walker.of_function(row.name))
    key = name_key(name)
    table = "campo" if row.name == "CAMPOATENDIMENTO" else "parametro"
    context, schema = walker.run.context, walker.rule.schema
    values = context.fields if table == "campo" else context.parameters
    raw = find(values, key)
    if raw is MISSING:
        return None
    if len(given) == 1:
        kinds = schema.fields.get(key) if table == "campo" else (schema.parameters or {}).get(key)
        if kinds is not None:
            return walker.host_value(table, key, kinds)
    value = row.call(walker.run, name)
    pair = walker.free(table, key, raw, value)
    letter = walker.shadow.pin(given[1], "").strip().upper() if len(given) > 1 else ""
    if letter and letter not in LETTERS:
        return None
    if letter == "V":
        return walker.number(pair)
    if letter == "I":
        return walker.converted(pair, INTEGER)
    if letter == "S":
        return walker.converted(pair, TEXT)
    return walker.date(pair) if letter == "D" else pair


def absolute(walker: Followed, row: Function, given: list[Pair]) -> Pair | None:
    """ABS."""
    one = given[0]
    if one.term is None or one.term[0] == "opaque":
        return None
    walker.shadow.decide(("<", one.term, constant(0)), one.value < 0)
    return Pair(row.call(one.value), ("neg", one.term) if one.value < 0 else one.term)


def chosen(walker: Followed, row: Function, given: list[Pair]) -> Pair | None:
    """MAX and MIN."""
    one, other = given
    terms = walker.term(one), walker.term(other)
    if (one.term is None and other.term is None) or "opaque" in (terms[0][0], terms[1][0]):
        return None
    first, second = (terms[0], terms[1]) if row.name == "MAX" else (terms[1], terms[0])
    takes = other.value > one.value if row.name == "MAX" else other.value < one.value
    walker.shadow.decide(("<", first, second), takes)
    return other if takes else one


def rounded(walker: Followed, row: Function, given: list[Pair]) -> Pair | None:
    """INT, ARRED, and ARREDONDA and TRUNC of a known number of places."""
    one = given[0]
    if one.term is None or one.term[0] == "opaque" or (len(given) > 1 and given[1].term is not None):
        return None
    value = row.call(*(pair.value for pair in given))
    kind = "round" if row.name in {"ARRED", "ARREDONDA"} else "trunc"
    places = given[1].value if len(given) > 1 else 0
    if not places:
        return Pair(value, (kind, one.term))
    if places > 12:
        return None
    unit = 10**places
    small = Decimal(1).scaleb(-places)
    return Pair(value, ("*", (kind, ("*", one.term, constant(unit))), constant(small)))


def days(walker: Followed, row: Function, given: list[Pair]) -> Pair | None:
    """DIFDIAS."""
    one, other = given
    if one.term is None and other.term is None:
        return None
    terms = walker.term(one), walker.term(other)
    if "opaque" in (terms[0][0], terms[1][0]):
        return None
    for pair, term in zip(given, terms, strict=True):
        if pair.term is not None:
            walker.shadow.decide(("=", term, constant(datetime(1, 1, 1))), pair.value == datetime(1, 1, 1))
    return Pair(row.call(one.value, other.value), ("-", ("day", terms[0]), ("day", terms[1])))


def text_made(walker: Followed, row: Function, given: list[Pair]) -> Pair | None:
    """Functions on texts that never fault: the text is known for this ticket alone."""
    if all(one.term is None for one in given):
        return None
    return Pair(row.call(*(one.value for one in given)), joined(*(one.term for one in given if one.term is not None)))


def kept(walker: Followed, row: Function, given: list[Pair]) -> Pair | None:
    """ATRIBUI."""
    walker.memories[name_key(walker.shadow.pin(given[0], ""))] = given[1]
    row.call(walker.run, given[0].value, given[1].value)
    return given[1]


def remembered(walker: Followed, row: Function, given: list[Pair]) -> Pair | None:
    """MEMORIA."""
    return walker.memories.get(name_key(walker.shadow.pin(given[0], "")), NOTHING)


def clock(walker: Followed, row: Function, given: list[Pair]) -> Pair | None:
    """HOJE and AGORA."""
    value = row.call(walker.run)
    term = walker.shadow.symbol_of("relogio", "AGORA", walker.run.context.now)
    if term is None:
        return None
    return Pair(value, ("day", term) if row.name == "HOJE" else term)


def executed(walker: Followed, row: Function, given: list[Pair]) -> Pair | None:
    """EXECSQL: whether there is a row."""
    code = walker.shadow.pin(given[0], walker.of_function(row.name))
    return counted(walker, name_key(code), 0, row.call(walker.run, code))


def next_row(walker: Followed, row: Function, given: list[Pair]) -> Pair | None:
    """PROXREGSQL: whether there is one more."""
    code = walker.shadow.pin(given[0], walker.of_function(row.name))
    cursor = walker.run.cursors.get(name_key(code))
    after = 0 if cursor is None else cursor.at + 1
    return counted(walker, name_key(code), after, row.call(walker.run, code))


def counted(walker: Followed, code: str, at: int, value: Any) -> Pair:
    """Whether a sentence has more rows than some."""
    term = walker.shadow.symbol_of("sentenca", code, len(walker.run.cursors[code].rows))
    return Pair(value) if term is None else Pair(value, ("<", constant(at), term))


def column_value(walker: Followed, row: Function, given: list[Pair]) -> Pair | None:
    """RESULTSQL: a column of the row being read; none beyond the last."""
    code, name = (walker.shadow.pin(one, walker.of_function(row.name)) for one in given)
    key = name_key(code)
    value = row.call(walker.run, code, name)
    cursor = walker.run.cursors[key]
    there = walker.shadow.symbol_of("sentenca", key, len(cursor.rows))
    if there is None:
        return Pair(value)
    walker.shadow.decide(("<", constant(cursor.at), there), cursor.at < len(cursor.rows))
    if cursor.at >= len(cursor.rows):
        return NOTHING
    return walker.free("sentenca", f"{key}.{cursor.at + 1}.{name_key(name)}", cursor.rows[cursor.at].get(name_key(name)), value)


MODELLED: Mapping[str, Callable[[Followed, Function, list[Pair]], Pair | None]] = {
    "CAMPOATENDIMENTO": field_read,
    "PARAMETROATENDIMENTO": field_read,
    "ABS": absolute,
    "MAX": chosen,
    "MIN": chosen,
    "INT": rounded,
    "ARRED": rounded,
    "ARREDONDA": rounded,
    "TRUNC": rounded,
    "DIFDIAS": days,
    "CONCAT": text_made,
    "MAIUSCULA": text_made,
    "MINUSCULA": text_made,
    "TRIM": text_made,
    "TAMANHO": text_made,
    "ATRIBUI": kept,
    "MEMORIA": remembered,
    "EXECSQL": executed,
    "PROXREGSQL": next_row,
    "RESULTSQL": column_value,
    "HOJE": clock,
    "AGORA": clock,
}

LOOSE: Mapping[str, tuple[int, ...]] = {
    "ADICIONARDISCUSSAO": (0,),
    "ADICIONARDISCUSSAOATENDIMENTO": (3,),
    "CANCELARATENDIMENTO": (1,),
}
"""Arguments that decide nothing: texts for people, by position."""
