"""Which lines and branches of which formulas the runs of a session have reached."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from formula.runtime.record import Record
from formula.source import Span
from formula.values import display
from repl.messages import message, plural
from repl.showing.answers import CHANGED, DIM, FAULT, TITLE, Line


@attrs.define
class Covered:
    """One text: its lines with something to run, those reached, and each test with the answers it gave."""

    name: str
    record: Record
    runs: int = 0
    lines: set[int] = attrs.field(factory=set)
    reached: set[int] = attrs.field(factory=set)
    answers: dict[int, set[bool]] = attrs.field(factory=dict)

    def add(self, record: Record) -> None:
        """Take in one run of the same text."""
        self.runs += 1
        self.record = record
        own = own_points(record)
        self.lines |= {record.lines[number] for number in own}
        self.reached |= {record.lines[number] for number in record.point_counts if number in own}
        for number in own:
            if record.recording.points[number].kind == "test":
                place = record.recording.points[number].span.start
                self.answers.setdefault(place, set()).update(record.answers.get(number, set()))

    @property
    def branches(self) -> tuple[int, int]:
        """Answers given, and answers possible: two a test."""
        return sum(len(given) for given in self.answers.values()), 2 * len(self.answers)


def own_points(record: Record) -> set[int]:
    """The numbers of the points that stand in the text."""
    return {point.number for point in record.recording.points if point.span != Span(0, 0)}


def coverage_lines(covered: Covered) -> Iterator[Line]:
    """The figures, then the text: ``+`` reached, ``-`` not reached, and the answers that a test never gave."""
    given, possible = covered.branches
    yield Line(
        plural(covered.runs, "{nome}: {execucoes} execução; linhas {alcancadas} de {linhas}; ramos {dados} de {possiveis}",
               "{nome}: {execucoes} execuções; linhas {alcancadas} de {linhas}; ramos {dados} de {possiveis}",
                nome=covered.name, execucoes=covered.runs, alcancadas=len(covered.reached), linhas=len(covered.lines),
                dados=given, possiveis=possible),
        TITLE,
    )  # fmt: skip
    source = covered.record.source
    missing: dict[int, list[str]] = {}
    for place, answers in sorted(covered.answers.items()):
        if answers and len(answers) == 1:
            missing.setdefault(source.position(place).line, []).append(display(not next(iter(answers))))
    for line in range(1, len(source.text.splitlines()) + 1):
        mark, style = (" ", DIM) if line not in covered.lines else ("+", CHANGED) if line in covered.reached else ("-", FAULT)
        text = f"{mark}{line:4}  {source.line_text(line)}".rstrip()
        never = ", ".join(missing.get(line, []))
        yield Line(message("{texto}   ← nunca {resposta}", texto=text, resposta=never), style) if never else Line(text, style)
