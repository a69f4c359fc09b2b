"""TOML with places: tomllib reads the values, a small scan of the text finds the line of each key."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from datetime import tzinfo
from functools import lru_cache
from itertools import islice
from typing import Any
from unicodedata import is_normalized

import attrs

from formula.diagnostics import Diagnostic, place
from formula.messages import Message
from formula.names import BLANKS, UNSEEN, as_seen
from formula.source import Position, Source, Span
from routing.domain.zone import all_local
from routing.messages import message
from routing.refusals import TABLE
from routing.workspace.toml_slips import slip, strange_key

HEADER = re.compile(r"^[ \t]*(\[\[?)([^\[\]]+)\]\]?", re.ASCII)
KEY = re.compile(r"""^[ \t]*((?:[\w-]+|"[^"\n]*"|'[^'\n]*')(?:\.(?:[\w-]+|"[^"\n]*"|'[^'\n]*'))*)[ \t]*=""")
ERROR_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")

LARGEST, MOST_ESCAPES, DEEPEST = 16_000_000, 50_000, 32
"""Characters of a file, its escapes, and its tables and lists inside each other: each costs the reader more than the last."""
LOOKED_THROUGH = 4_000
"""Characters of a value in which the place of an inner key is looked for; behind them its own key is the place."""

QUOTED = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*+"""|"(?:[^"\\\n]|\\.)*+"|#[^\n]*''' + r"""|'''(?:[^']|'(?!''))*+'''|'[^'\n]*+'""", re.DOTALL
)
OFFSET = re.compile(r"\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:)", re.ASCII)


def signs(which: str) -> re.Pattern[str]:
    """Finds the next of some signs outside texts and comments, or the end; all before it is stepped over at once."""
    return re.compile(rf"""(?:[^{which}"'#]++|{QUOTED.pattern}|["'])*+([{which}]|\Z)""", re.DOTALL)


BRACKETS, ELEMENTS, SIGNS = signs(r"\[\]{}"), signs(r"\[\]{},"), signs(r"\[\]{}\n")
NOTHING = re.compile(r"(?:[ \t\r\n]++|#[^\n]*)*+")
"""Blanks and comments."""
DOTS = re.compile(rf"^(?:[^.\n]*+\.){{{DEEPEST}}}", re.MULTILINE)
"""A line with as many dots as a name of too many levels has."""
DOTTED = re.compile(rf"(?<![\w-])[\w-]++(?:[ \t]*+\.[ \t]*+[\w-]++){{{DEEPEST},}}")

Path = tuple[str | int, ...]

NAMES = frozenset(
    {"nome", "usuario", "formula", "ao_entrar", "ao_sair", "ao_vencer", "destino", "receptor", "funcao", "fonte", "classificacao"}
    | {"obrigatorios", "obrigatorios_ao_sair", "etapa", "grupo", "tipo", "sentenca", "quem"}
)
"""Keys whose values are names of something."""

CHOSEN = frozenset({"campos", "parametros", "valores"})
"""Tables whose keys people chose, ``nome`` among them; what stands beside one is a value, which stays as it is."""


@attrs.define(eq=False)
class Document:
    """A TOML file: its values, the place of its keys, and the faults found in it so far."""

    source: Source
    data: Mapping[str, Any]
    located: dict[Path, Span] | None = None
    finder: Callable[[], dict[Path, Span]] | None = None
    """How the places are found, where not by the text: for tables that are a part of another document."""
    faults: list[Diagnostic] = attrs.field(factory=list)
    starts: list[int] = attrs.field(factory=list)
    """Where the keys begin, in order, for as many keys as ``sorted_for``: made when first needed."""
    sorted_for: int = 0
    zone: tzinfo | None = None
    """The zone of times without an offset; those with one are turned to it."""

    @property
    def places(self) -> dict[Path, Span]:
        """Where each key and table stands, looked for when it is first asked: a file without faults is read in half the time."""
        if self.located is None:
            self.located = locate(self.source.text) if self.finder is None else self.finder()
        return self.located

    def span(self, path: Path, literal: str | None = None) -> Span:
        """Where a key stands, or a text inside its value; an absent key gives the nearest table around it."""
        where = path
        while where and where not in self.places:
            where = where[:-1]
        rest = path[len(where) :]
        found = self.places.get((*where, rest[0], 0) if rest else where) or self.places.get(where, Span(0, 0))
        if where and rest and found is self.places[where]:
            found = self.inside(found, rest)
        if literal:
            at = self.source.text.find(literal, found.start, self.end_of(found))
            if at >= 0:
                return Span(at, at + len(literal))
        return self.first_line(found)

    def inside(self, span: Span, rest: Path) -> Span:
        """A key of a table between braces, or an element of a list, within the value of a key; as much of it as is there."""
        end = min(self.end_of(span), span.start + LOOKED_THROUGH)
        for part in rest:
            if isinstance(part, int):
                at = next(islice(element_starts(self.source.text, span.start, end), part, None), None)
            else:
                key = re.compile(rf"""(?<![\w.-])(["']?){re.escape(part)}\1[ \t]*[.=]""").search(self.source.text, span.start, end)
                at = None if key is None else key.start()
            if at is None:
                break
            span = Span(at, end)
        return span

    def first_line(self, span: Span) -> Span:
        """A range cut at the end of its first line."""
        end = self.source.text.find("\n", span.start)
        return Span(span.start, min(span.end, len(self.source.text) if end < 0 else end))

    def end_of(self, span: Span) -> int:
        """Where the value that begins in a range ends: at the next key or table."""
        if self.sorted_for != len(self.places):
            self.starts, self.sorted_for = sorted({one.start for one in self.places.values()}), len(self.places)
        at = bisect_right(self.starts, span.start)
        return self.starts[at] if at < len(self.starts) else len(self.source.text)

    def report(self, code: str, path: Path, said: str, hint: str | None = None, literal: str | None = None) -> None:
        """Add a fault at a key."""
        self.faults.append(place(self.source, self.span(path, literal), code, TABLE[code].severity, said, hint))


def read(text: str, name: str, zone: tzinfo | None = None) -> Document:
    """Read a text; a syntax fault leaves no data and one diagnostic with the line and column. Times with an offset become those of
    the zone's wall clock."""
    source = Source(text, name)
    too_much = excess(text)
    if too_much is not None:
        at, said, hint = too_much
        fault = place(source, Span(at, min(at + 1, len(text))), "toml-invalido", "error", said, hint)
        return Document(source, {}, {}, faults=[fault])
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        return Document(source, {}, {}, faults=[syntax_fault(source, error)])
    if not text.isascii() and (not is_normalized("NFC", text) or UNSEEN.search(text) or BLANKS.search(text)):
        data = composed_names(data)
    return Document(source, all_local(data, zone) if OFFSET.search(text) else data, zone=zone)


def composed_names(value: Any, name: str = "", depth: int = DEEPEST) -> Any:
    """Data with its names composed (:mod:`formula.names`): every key, and what stands under a key of :data:`NAMES`."""
    if isinstance(value, str):
        return as_seen(value) if name in NAMES else value
    if depth and isinstance(value, list):
        return [composed_names(inner, name, depth - 1) for inner in value]
    if depth and isinstance(value, dict):
        return {as_seen(key): composed_names(inner, "" if name in CHOSEN else key, depth - 1) for key, inner in value.items()}
    return value


def excess(text: str) -> tuple[int, Message, Message] | None:
    """Where a text goes beyond what the reader does in bounded time, and why; None when it does not."""
    if len(text) > LARGEST:
        hint = message("divida o arquivo em vários")
        return LARGEST, message("o arquivo tem mais de {limite} caracteres", limite=LARGEST), hint
    if text.count("\\") > MOST_ESCAPES:
        at = text.index("\\")
        return (
            at,
            message("o arquivo tem mais de {limite} barras invertidas", limite=MOST_ESCAPES),
            message("escreva os textos entre aspas simples"),
        )
    deep = message("o arquivo tem mais de {limite} níveis de tabelas ou listas", limite=DEEPEST)
    hint = message("escreva as tabelas em menos níveis")
    depth = 0
    for found in BRACKETS.finditer(text):
        sign = found[1]
        if sign in OPENING:
            depth += 1
            if depth > DEEPEST:
                return found.start(1), deep, hint
        elif sign in CLOSING:
            depth -= 1
    dotted = DOTTED.search(QUOTED.sub(blanked, text)) if DOTS.search(text) else None
    return None if dotted is None else (dotted.start(), deep, hint)


OPENING, CLOSING = frozenset("[{"), frozenset("]}")


def blanked(found: re.Match[str]) -> str:
    """Something as long as a quoted text or comment, without brackets and points."""
    return "q" * len(found[0]) if found[0][0] != "#" else " " * len(found[0])


def syntax_fault(source: Source, error: Exception) -> Diagnostic:
    """What tomllib says, at the place it says."""
    found = ERROR_PLACE.search(str(error))
    at = len(source.text)
    if found:
        at = source.offset(Position(int(found[1]), int(found[2])))
    reason = ERROR_PLACE.sub("", str(error)).replace("(at end of document)", "").strip()
    known = slip(source.text, at, reason)
    key = strange_key(source.text, at)
    if known is not None and key is not None and key[1] in str(known[0]) and key.start(1) <= at <= key.end(1):
        at = key.start(1)
    why, hint = known or (reason, message("confira aspas, colchetes e o sinal de igual desta linha"))
    said = message("o arquivo não é TOML válido neste ponto ({motivo})", motivo=why)
    return place(source, Span(at, min(at + 1, len(source.text))), "toml-invalido", "error", said, hint)


def locate(text: str) -> dict[Path, Span]:
    """The range of each table header and key; an array's tables are numbered from 0."""
    places: dict[Path, Span] = {(): Span(0, 0)}
    counts: dict[Path, int] = {}
    table: Path = ()
    for start, line in logical_lines(text):
        header = HEADER.match(line)
        if header:
            table = opened(header, counts)
            places.setdefault(table, Span(start + header.start(1), start + header.end()))
            continue
        key = KEY.match(line)
        if key:
            path = (*table, *names(key[1]))
            places.setdefault(path, Span(start + key.start(1), start + len(line.rstrip())))
    return places


def opened(header: re.Match[str], counts: dict[Path, int]) -> Path:
    """The path of a table; tables below an array's table belong to its latest one."""
    path: Path = ()
    parts = names(header[2])
    for position, part in enumerate(parts):
        path = (*path, part)
        last = position == len(parts) - 1
        if last and header[1] == "[[":
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


@lru_cache(4096)
def names(dotted: str) -> tuple[str, ...]:
    """The parts of a dotted key, quotes taken off, as data has them."""
    return tuple(as_seen(part.strip().strip("\"'")) for part in re.findall(r""""[^"]*"|'[^']*'|[^.\s]+""", dotted))


def logical_lines(text: str) -> list[tuple[int, str]]:
    """Offset and text of each statement: lines inside a multi-line text or array are joined to the one before."""
    made: list[tuple[int, str]] = []
    begin = depth = 0
    for found in SIGNS.finditer(text):
        sign = found[1]
        if sign == "\n":
            if depth == 0:
                at = found.start(1)
                made.append((begin, text[begin:at]))
                begin = at + 1
        elif sign in OPENING:
            depth += 1
        elif sign in CLOSING:
            depth = max(0, depth - 1)
    made.append((begin, text[begin:]))
    return made


def element_starts(text: str, start: int, end: int) -> Iterator[int]:
    """Where each element of the first list behind ``start`` begins; texts and comments inside are stepped over."""
    depth = 0
    for found in ELEMENTS.finditer(text, start, end):
        sign = found[1]
        if depth == 0 and sign != "[":
            continue
        depth += (sign in OPENING) - (sign in CLOSING)
        if depth == 0:
            break
        if depth == 1 and sign in {"[", ","}:
            blanks = NOTHING.match(text, found.end(), end)
            at = found.end() if blanks is None else blanks.end()
            if at < end and text[at] not in "],":
                yield at
