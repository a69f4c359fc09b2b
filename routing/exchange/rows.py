"""The rows of a file, one at a time, as tables of an ``[[atendimento]]``; a row that cannot be read is told with its line."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

import attrs

from formula.messages import Message
from formula.values import written_number
from routing.exchange.columns import INNER, WHOLE, Columns, FileRefused, known_key
from routing.messages import message
from routing.workspace.sheet_text import TRUTHS, restored, separator_of

LONGEST_CELL = 4_000_000
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")


@attrs.frozen
class Row:
    """A row that begins at ``line``: its tables, or why it has none."""

    line: int
    data: Mapping[str, Any] = attrs.field(factory=dict)
    fault: Message | None = None


def rows_of(path: Path, columns: Columns, encoding: str = "utf-8-sig") -> Iterator[Row]:
    """The rows of a ``.csv`` or ``.jsonl`` file. FileRefused, OSError."""
    kind = path.suffix.lower()
    if kind not in {".csv", ".jsonl"}:
        raise FileRefused(
            message("'{arquivo}' não é .csv nem .jsonl", arquivo=path.name), message("grave a planilha como CSV (UTF-8)")
        )
    try:
        with path.open(encoding=encoding, newline="" if kind == ".csv" else None) as lines:
            yield from csv_rows(lines, columns) if kind == ".csv" else json_rows(lines, columns)
    except UnicodeDecodeError as fault:
        raise FileRefused(
            message("'{arquivo}' não está em UTF-8 (byte {numero})", arquivo=path.name, numero=fault.start),
            message("grave como CSV UTF-8, ou diga --encoding cp1252"),
        ) from None
    except LookupError:
        raise FileRefused(message("não existe a codificação '{nome}'", nome=encoding), message("use utf-8 ou cp1252")) from None


def csv_rows(lines: TextIO, columns: Columns) -> Iterator[Row]:
    """A spreadsheet; the separator is the one that the heading uses most."""
    heading = lines.readline()
    if not heading.strip():
        raise FileRefused(message("o arquivo está vazio"), message("a primeira linha dá os nomes das colunas"))
    separator = separator_of(heading)
    limit = csv.field_size_limit(LONGEST_CELL)
    try:
        (names,) = csv.reader([heading], delimiter=separator)
        keys = columns.of_header(names)
        reader = csv.reader(lines, delimiter=separator, strict=True)
        line = 2
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as fault:
                yield Row(line, fault=message("a linha não é CSV: {motivo}", motivo=fault))
                cells = []
            if any(cell.strip() for cell in cells):
                yield csv_row(line, cells, keys, columns.fixed)
            line = reader.line_num + 2
    finally:
        csv.field_size_limit(limit)


def csv_row(line: int, cells: list[str], keys: list[str | None], fixed: Mapping[str, Any]) -> Row:
    """One line of a spreadsheet. An empty cell is a value that is not there."""
    if len(cells) > len(keys):
        return Row(line, fault=message("a linha tem {quantas} células, e a primeira {nomes}", quantas=len(cells), nomes=len(keys)))
    data: dict[str, Any] = {}
    for key, cell in zip(keys, cells, strict=False):
        text = restored(cell)
        if key is not None and text.strip():
            put(data, key, cell_value(key, text))
    for key, value in fixed.items():
        put(data, key, value)
    return Row(line, data)


def cell_value(key: str, text: str) -> Any:
    """A cell as the reader of tickets takes it: a text, or a whole number where one is wanted. What is none stays a text, and is
    told by the reader."""
    written = text.strip()
    if key in WHOLE:
        return int(written) if WHOLE_NUMBER.fullmatch(written) else text
    if key.partition(".")[0] in INNER and written.lower() in TRUTHS:
        return TRUTHS[written.lower()]
    return text


def put(data: dict[str, Any], key: str, value: Any) -> None:
    """A value under its key, inside its table."""
    table, dot, inner = key.partition(".")
    if dot:
        data.setdefault(table, {})[inner] = value
    else:
        data[key] = value


def json_rows(lines: TextIO, columns: Columns) -> Iterator[Row]:
    """One object a line, with the keys of ``[[atendimento]]``, or those that a map gives them."""
    for line, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            made = json.loads(text, parse_float=written_number)
        except (ValueError, RecursionError) as fault:
            yield Row(line, fault=message("a linha não é JSON: {motivo}", motivo=fault))
            continue
        if not isinstance(made, dict):
            yield Row(line, fault=message("a linha não é um objeto JSON: {texto}", texto=text.strip()[:40]))
            continue
        yield json_row(line, made, columns)


def json_row(line: int, made: Mapping[str, Any], columns: Columns) -> Row:
    """One object. Its unknown keys are told with the row, since each row may have others."""
    data: dict[str, Any] = {}
    for name, value in made.items():
        if value is None:
            continue
        key: str | None = name
        if name in columns.keys or "." in name:
            try:
                key = columns.keys[name] if name in columns.keys else known_key(name)
            except FileRefused as refused:
                return Row(line, fault=message("{motivo}", motivo=refused.message))
        if key is not None:
            put(data, key, {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else value)
    for key, value in columns.fixed.items():
        put(data, key, value)
    return Row(line, data)
