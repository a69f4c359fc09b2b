"""The coverage.py plugin of formulas: which lines and branches a ``.formula`` file has, and how its words are coloured."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from coverage import CoveragePlugin, FileReporter
from coverage.plugin_support import Plugins

from formula.decoding import decode
from formula.editing.typed_words import Kind, words
from formula.parser import parse
from routing.testing.coverage.files import arc, arcs_of
from routing.testing.coverage.measure import FormulaMeasure, new_measure

COLOURS = {Kind.KEYWORD: "key", Kind.TEXT: "str", Kind.NUMBER: "num", Kind.COMMENT: "com", Kind.OPERATOR: "op"}


class Formulas(CoveragePlugin):
    """Files measured by rule tests; their lines come from records, so nothing is traced."""

    def file_reporter(self, filename: str) -> FileReporter:
        """The reporter of a formula."""
        return FormulaReporter(filename)


class FormulaReporter(FileReporter):
    """One formula."""

    @cached_property
    def text(self) -> str:
        """The file's text."""
        return decode(Path(self.filename).read_bytes())[0]

    @cached_property
    def measure(self) -> FormulaMeasure:
        """What there is to reach; nothing in a text that cannot be parsed."""
        parsed = parse(self.text, self.filename)
        return new_measure(Path(self.filename).stem, self.filename, parsed.source, parsed.tree)

    def source(self) -> str:
        """The text that is shown."""
        return self.text

    def lines(self) -> set[int]:
        """Lines on which a statement or test begins."""
        return set(self.measure.lines)

    def arcs(self) -> set[tuple[int, int]]:
        """The branches."""
        return arcs_of(self.measure)

    def exit_counts(self) -> dict[int, int]:
        """Branches by line."""
        made: dict[int, int] = {}
        for line, _ in self.arcs():
            made[line] = made.get(line, 0) + 1
        return made

    def described(self, start: int, end: int) -> tuple[str, str] | None:
        """The condition and answer of a branch."""
        for number, choice in enumerate(self.measure.tests):
            for answer in (True, False):
                if choice.line == start and arc(number, answer) == end:
                    return self.text[choice.span.start : choice.span.end], "VERDADE" if answer else "FALSO"
        return None

    def missing_arc_description(self, start: int, end: int, executed_arcs: Iterable[tuple[int, int]] | None = None) -> str:
        """A branch that was not taken, in words. Only the HTML report asks, and puts it in the page as it comes."""
        found = self.described(start, end)
        return escape(f"linha {start}: {found[0]} nunca é {found[1]}") if found else super().missing_arc_description(start, end)

    def arc_description(self, start: int, end: int) -> str:
        """A branch, in words."""
        found = self.described(start, end)
        return f"{found[0]} é {found[1]}" if found else super().arc_description(start, end)

    def source_token_lines(self) -> Iterable[list[tuple[str, str]]]:
        """The words of each line with their colours."""
        made: list[list[tuple[str, str]]] = [[]]
        at = 0
        for word in words(self.text):
            for piece, colour in (
                (self.text[at : word.span.start], ""),
                (self.text[word.span.start : word.span.end], COLOURS.get(word.kind, "nam")),
            ):
                for number, part in enumerate(piece.split("\n")):
                    if number:
                        made.append([])
                    if part:
                        made[-1].append((colour, part))
            at = word.span.end
        for number, part in enumerate(self.text[at:].split("\n")):
            if number:
                made.append([])
            if part:
                made[-1].append(("", part))
        return made


def coverage_init(reg: Plugins, options: dict[str, Any]) -> None:
    """Register with coverage.py."""
    reg.add_file_tracer(Formulas())
