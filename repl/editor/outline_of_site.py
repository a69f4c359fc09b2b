"""Where the parts of a workspace stand: formulas, types and steps, people, groups, sentences and cases, for an editor that
looks one up by name; and the cases that try a formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from repl.editor.neighbourhood import read
from repl.messages import message
from routing.domain.names import plain
from routing.domain.site import Site, types_using
from routing.workspace.toml_places import Document
from routing.workspace.toml_places import read as read_tables

FORMULA, TYPE, STEP, PERSON, GROUP, SENTENCE, CASE = "formula", "type", "step", "person", "group", "sentence", "case"
ENDING = ".casos.toml"

LARGEST_FILE = 4_000_000
"""Characters of a file whose parts are listed."""


@attrs.frozen
class Part:
    """A part of a workspace. ``line`` counts from 0; ``inside`` says what it belongs to."""

    name: str
    kind: str
    path: Path
    line: int = 0
    inside: str = ""


@attrs.frozen
class CaseFileKnown:
    """What a file of cases tries: its formula, or the moves of a type; the lines and names of its cases."""

    path: Path
    formula: str
    type: int | None
    cases: tuple[tuple[int, str], ...]


@attrs.define(eq=False)
class Parts:
    """The parts of files that were looked at, kept until a file changes."""

    kept: dict[Path, tuple[tuple[int, int], Document | None]] = attrs.field(factory=dict)

    def tables(self, path: Path) -> Document | None:
        """A TOML file with its places; None for one that cannot be read."""
        try:
            seen = path.stat()
        except OSError:
            return None
        mark = (seen.st_mtime_ns, seen.st_size)
        found = self.kept.get(path)
        if found is None or found[0] != mark:
            text = read(path) if seen.st_size <= LARGEST_FILE else None
            found = self.kept[path] = (mark, None if text is None else read_tables(text, path.name))
        return found[1]

    def of(self, root: Path, site: Site) -> Iterator[Part]:
        """Every part of a workspace."""
        for formula in site.formulas.values():
            yield Part(formula.code, FORMULA, root / formula.path, inside=message("fórmula"))
        for sentence in site.sentences.values():
            yield Part(sentence.code, SENTENCE, root / sentence.path, inside=message("sentença SQL"))
        for path in sorted(root.glob("tipos/**/*.toml")):
            yield from self.of_type(path)
        directory = root / "diretorio.toml"
        yield from self.named(directory, "atendente", PERSON, message("atendente"))
        yield from self.named(directory, "grupo", GROUP, message("grupo"))
        for known in self.case_files(root):
            inside = known.formula or (message("tipo {codigo}", codigo=known.type) if known.type is not None else known.path.name)
            yield from (Part(name, CASE, known.path, line, inside) for line, name in known.cases)

    def of_type(self, path: Path) -> Iterator[Part]:
        """A type and its steps."""
        document = self.tables(path)
        if document is None:
            return
        name = str(document.data.get("nome", path.stem))
        yield Part(name, TYPE, path, line_of(document, ("nome",)), message("tipo {codigo}", codigo=document.data.get("codigo", "")))
        yield from self.named(path, "etapa", STEP, name)

    def named(self, path: Path, table: str, kind: str, inside: str) -> Iterator[Part]:
        """The entries of a list of tables that have a name."""
        document = self.tables(path)
        for number, row in enumerate(rows(document, table)):
            if document is not None and isinstance(row.get("nome"), str):
                yield Part(row["nome"], kind, path, line_of(document, (table, number, "nome")), inside)

    def case_files(self, root: Path) -> Iterator[CaseFileKnown]:
        """The files of cases of a workspace."""
        for path in sorted(root.glob(f"casos/**/*{ENDING}")):
            document = self.tables(path)
            if document is None:
                continue
            cases = tuple(
                (line_of(document, ("caso", number, "nome")), str(row.get("nome", "")))
                for number, row in enumerate(rows(document, "caso"))
            )
            kind = document.data.get("tipo")
            yield CaseFileKnown(path, str(document.data.get("formula", "")), kind if isinstance(kind, int) else None, cases)

    def cases_of(self, root: Path, site: Site, code: str) -> tuple[list[CaseFileKnown], list[CaseFileKnown]]:
        """The files that try a formula by itself, and those that try moves of the types that use it."""
        used = {kind.code for kind in types_using(site, code)}
        known = [one for one in self.case_files(root) if one.cases]
        own = [one for one in known if one.formula.upper() == code.upper()]
        return own, [one for one in known if not one.formula and one.type in used]


def rows(document: Document | None, table: str) -> list[Mapping[str, Any]]:
    """The tables of a list; nothing where it is none."""
    found = document.data.get(table, ()) if document is not None else ()
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def line_of(document: Document, path: tuple[str | int, ...]) -> int:
    """The line of a key, from 0."""
    return document.source.position(document.span(path).start).line - 1


def fitting(parts: Iterator[Part], query: str, most: int) -> Iterator[Part]:
    """The parts whose name holds every word of a query; accents and case do not matter."""
    wanted = plain(query).split()
    for part in parts:
        name = plain(part.name)
        if all(word in name for word in wanted):
            yield part
            most -= 1
            if not most:
                return
