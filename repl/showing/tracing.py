"""A recorded run as a list of its steps, for ``repasse run --trace``."""

from __future__ import annotations

from collections.abc import Iterator

from formula.runtime.record import Event, Record
from repl.messages import message
from repl.showing.values import quoted

MOST_STEPS = 2_000
"""Longer traces are cut for people; JSON has every step."""


def trace_lines(record: Record) -> Iterator[str]:
    """Every step: line, text, what it changed or gave."""
    for event in record.events():
        if event.index == MOST_STEPS:
            yield message("… e mais {quantos} passos; --format json mostra todos", quantos=len(record) - MOST_STEPS)
            return
        yield step_line(record, event)


def step_line(record: Record, event: Event) -> str:
    """``  3  SETVAR(A, 5)  A = 5``."""
    text = record.text(event.point.span)
    if event.failed:
        return message("{linha:4}  {texto}  ← parou aqui", linha=record.line(event.index), texto=text)
    if event.point.target is not None:
        said = f"{record.written[event.point.target]} = {quoted(event.value)}"
    elif event.point.kind == "effect":
        said = message("efeito")
    else:
        said = quoted(event.value)
    return message("{linha:4}  {texto}  → {dito}", linha=record.line(event.index), texto=text, dito=said)
