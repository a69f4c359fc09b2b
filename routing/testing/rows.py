"""Rows of a table of cases, places within tables as written, and the keys and moments of both."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import attrs

from formula.diagnostics import Diagnostic, place
from formula.messages import Message
from formula.source import Span
from routing.domain.zone import wall_time
from routing.key_words import key_hint
from routing.messages import message
from routing.testing.case import shown_value
from routing.workspace.toml_places import Document, element_starts
from routing.workspace.toml_places import Path as KeyPath
from routing.workspace.toml_tables import shown, text_hint, truth_hint, whole_hint

CODE = "caso-invalido"


@attrs.frozen
class Row:
    """A row of a table: what it sets, by path of keys."""

    name: str
    line: int
    values: tuple[tuple[tuple[str, ...], Any], ...]
    faults: tuple[Diagnostic, ...] = ()

    def applied(self, table: Mapping[str, Any]) -> dict[str, Any]:
        """The case with the row's values in it."""
        made = {key: value for key, value in table.items() if key != "tabela"}
        for path, value in self.values:
            made = put(made, path, value)
        return made


def put(table: Mapping[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """A table with a value at a path of keys."""
    head, *rest = path
    inner = table.get(head, {})
    return {**table, head: put(inner if isinstance(inner, Mapping) else {}, tuple(rest), value) if rest else value}


def paths_in(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of all keys of a table and of the tables in it."""
    for key, value in table.items():
        yield (*path, key)
        if isinstance(value, Mapping):
            yield from paths_in(value, (*path, key))


def has_key(table: Any, path: Iterable[str | int]) -> bool:
    """Whether a key is written at a path of tables and lists, empty or not."""
    for key in path:
        try:
            table = table[key]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """The values of a table by dotted names: ``PARAMETRO.VALOR``."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def assigned(table: Mapping[str, Any], wrong: Callable[[str, str, Message, object], None]) -> tuple[tuple[str, str | None], ...]:
    """``muda`` and ``limpa``: the fields that a change or an annex sets, and those that it empties."""
    made: dict[str, str | None] = {}
    given, emptied = table.get("muda", {}), table.get("limpa", [])
    if not isinstance(given, Mapping):
        wrong("muda", "muda", message('uma tabela de campos, como {{ PRIORIDADE = "Alta" }}'), given)
        given = {}
    for name, value in flat(given):
        if isinstance(value, str | int | float | date | Decimal):
            made[name] = shown_value(value)
        else:
            wrong("muda", f"muda.{name}", message("um valor só"), value)
    emptied = [emptied] if isinstance(emptied, str) else emptied
    if not isinstance(emptied, list) or not all(isinstance(one, str) for one in emptied):
        wrong("limpa", "limpa", message("uma lista de campos"), emptied)
        emptied = []
    return tuple({**made, **dict.fromkeys(emptied)}.items())


def whole_moment(value: datetime | date | None) -> datetime | None:
    """A date as its midnight."""
    return value if value is None or isinstance(value, datetime) else datetime(value.year, value.month, value.day)


@attrs.define(eq=False)
class Values:
    """Single values of a document's tables, and faults where they stand."""

    document: Document

    def text(self, table: Mapping[str, Any], key: str, path: KeyPath) -> str:
        """A text."""
        value = table.get(key, "")
        if isinstance(value, str):
            return value
        if key == "ator" and isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        self.wrong((*path, key), key, message("um texto"), value, text_hint(key, value))
        return ""

    def truth(self, table: Mapping[str, Any], key: str, path: KeyPath) -> bool:
        """``true`` or ``false``."""
        value = table.get(key, False)
        if isinstance(value, bool):
            return value
        self.wrong((*path, key), key, message("true ou false"), value, truth_hint(key, value))
        return False

    def whole(self, table: Mapping[str, Any], key: str, path: KeyPath) -> int | None:
        """A whole number."""
        value = table.get(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self.wrong((*path, key), key, message("um número inteiro"), value, whole_hint(key, value, 0))
        return None

    def moment(self, table: Mapping[str, Any], key: str, path: KeyPath) -> datetime | date | None:
        """A date or date-time."""
        value = table.get(key)
        if value is None or isinstance(value, date):
            return None if value is None else wall_time(value, self.document.zone)
        hint = message("escreva {chave} = 2026-11-24T10:00:00, sem aspas", chave=key)
        self.wrong((*path, key), key, message("uma data, como 2026-11-24T10:00:00"), value, hint)
        return None

    def unknown(self, table: Mapping[str, Any], known: Sequence[str], path: KeyPath, whole: Message) -> None:
        """Keys that do not exist, each with the nearest that does."""
        for key in table:
            if key not in known:
                said = message("a chave '{chave}' não existe em {lugar}", chave=key, lugar=whole)
                self.document.report(CODE, (*path, key), said, key_hint(key, known, 0.5), key)

    def wrong(self, path: KeyPath, key: str, wanted: Message, value: object, hint: Message | None = None) -> None:
        """A value of another kind, and what to write instead."""
        said = message("'{chave}' precisa de {preciso}, mas tem {valor}", chave=key, preciso=wanted, valor=shown(value))
        self.document.report(CODE, path, said, hint, key)

    def fault(self, path: KeyPath, said: Message, hint: Message) -> None:
        """Something else that is wrong."""
        self.document.report(CODE, path, said, hint)

    def fault_at(self, line: int, said: Message, hint: Message | None) -> Diagnostic:
        """The same of a line, for the caller to keep."""
        source = self.document.source
        start = source.line_starts[line - 1]
        span = Span(start, start + len(source.line_text(line)))
        return place(source, span, CODE, "error", said, hint)

    def line(self, path: KeyPath) -> int:
        """The line of a key."""
        found = self.document.places.get(path)
        start = found.start if found is not None else self.document.span(path).start
        return bisect_right(self.document.source.line_starts, start)

    def element_lines(self, path: KeyPath, count: int, within: str = "") -> list[int]:
        """The line of each element of an array, whether written as ``[[…]]`` or in one value."""
        direct = [self.document.places.get((*path, number)) for number in range(count)]
        source = self.document.source
        if all(span is not None for span in direct):
            return [source.position(span.start).line for span in direct if span is not None]
        start = self.document.span(path).start
        if within and (*path,) not in self.document.places:
            start = max(source.text.find(within, start), start)
        lines = [source.position(at).line for at in element_starts(source.text, start, len(source.text))]
        return [lines[number] if number < len(lines) else source.position(start).line for number in range(count)]
