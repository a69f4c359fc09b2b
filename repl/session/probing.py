"""Probes: expressions whose values are shown whenever a run comes to a line. The run itself knows nothing of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from formula.context import Context
from formula.diagnostics import FormulaError
from formula.runtime.record import Record
from formula.schema import Schema
from repl.messages import message
from repl.session.evaluation import Question
from repl.showing.answers import DIM, FAULT, Line
from repl.showing.values import answered

MOST_SHOWN = 10
"""Values shown of one probe in one run; the rest is counted."""


@attrs.frozen
class Probe:
    """An expression at a line; ``code`` names the formula, none means any."""

    line: int
    text: str
    code: str = ""


def probe_lines(
    probes: Iterable[Probe], record: Record, first: int, context: Context, schema: Schema, *, named: bool = False
) -> Iterator[Line]:
    """What each probe saw: its value before every step at which the run came to its line. ``named``: in a move, the formula
    is told."""
    for probe in probes:
        if probe.code and probe.code.upper() != record.source.name.upper():
            continue
        if probe.line > len(record.source.line_starts):
            continue  # it was set for a longer formula
        try:
            question = Question(probe.text, record.written, context, schema)
        except FormulaError as error:
            reason = error.diagnostics[0].message
            yield Line(message("sonda linha {linha}: {texto}: {motivo}", linha=probe.line, texto=probe.text, motivo=reason), FAULT)
            continue
        shown = (
            attrs.evolve(probe, text=message("{formula}: {texto}", formula=record.source.name, texto=probe.text))
            if named
            else probe
        )
        yield from values_of(shown, question, record, first)


def values_of(probe: Probe, question: Question, record: Record, first: int) -> Iterator[Line]:
    """One line a visit, the first ones; then how many more."""
    visits = [index for index in range(first, len(record)) if arrives(record, index, first, probe.line)]
    if not visits:
        yield Line(message("sonda linha {linha}: {texto}: a execução não passou aqui", linha=probe.line, texto=probe.text), DIM)
    for count, index in enumerate(visits[:MOST_SHOWN], 1):
        outcome = question.answer(record.state(index - 1))
        yield Line(
            message(
                "sonda linha {linha} ({vez}): {texto} = {valor}",
                linha=probe.line,
                vez=count,
                texto=probe.text,
                valor=answered(outcome),
            ),
            DIM,
        )
    if len(visits) > MOST_SHOWN:
        more = len(visits) - MOST_SHOWN
        yield Line(message("sonda linha {linha}: … e mais {quantas} vezes", linha=probe.line, quantas=more), DIM)


def arrives(record: Record, index: int, first: int, line: int) -> bool:
    """Whether a step is the first on its line since another line, or comes back to its beginning."""
    if record.line(index) != line:
        return False
    if index == first or record.line(index - 1) != line:
        return True
    return record.point(index).span.start <= record.point(index - 1).span.start
