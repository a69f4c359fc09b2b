"""What a run gave, as lines: its value or fault, and the effects it asks for."""

from __future__ import annotations

from typing import Any

from formula.explaining.explanation import given_to_analisar
from formula.outcome import Outcome
from formula.runtime.record import Record
from formula.source import Source
from formula.values import display
from repl.messages import message
from repl.showing.answers import EFFECT, FAULT, HINT, VALUE, Line, lines_of
from repl.showing.faults import faults_text


def outcome_lines(outcome: Outcome, source: Source, language: str, record: Record | None = None) -> list[Line]:
    """What a run gave: its value, ANALISAR's text, or its fault; and the effects it asks for. With the ``record`` of a run that
    ANALISAR ended, also what each of its arguments was."""
    if outcome.status == "fault":
        return fault_lines(source, outcome.diagnostics, language, FAULT)
    if outcome.status == "stopped":
        given = "" if record is None else given_to_analisar(record)
        told = message("(ANALISAR parou a fórmula: {dados})", dados=given) if given else message("(ANALISAR parou a fórmula)")
        return [Line(outcome.message or "", VALUE), Line(told, HINT)]
    lines = [] if outcome.value is None else [Line(display(outcome.value), VALUE)]
    if outcome.effects:
        from repl.showing.doings import effect_line

        lines += [Line(message("efeito: {efeito}", efeito=effect_line(effect)), EFFECT) for effect in outcome.effects]
    return lines


def fault_lines(source: Source, diagnostics: Any, language: str, style: str) -> list[Line]:
    """Faults with the caret under the place, line by line."""
    return list(lines_of(faults_text(source, list(diagnostics), language).split("\n"), style))
