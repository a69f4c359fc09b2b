"""Rows of a table of cases, and places within tables as written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from formula.diagnostics import Diagnostic
from routing.workspace.toml_places import after_text


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


def element_offsets(text: str, start: int) -> list[int]:
    """Where each element of the first array after ``start`` begins; texts and comments inside are stepped over."""
    at = text.find("[", start)
    made: list[int] = []
    depth, fresh = 0, False
    while 0 <= at < len(text):
        char = text[at]
        if char == "#":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
            continue
        if depth == 1 and fresh and char not in " \t\r\n,]":
            made.append(at)
            fresh = False
        if char in "\"'":
            at = after_text(text, at)
            continue
        if char in "[{":
            depth += 1
            fresh = fresh or depth == 1
        elif char in "]}":
            depth -= 1
            if depth == 0:
                break
        elif char == "," and depth == 1:
            fresh = True
        at += 1
    return made
