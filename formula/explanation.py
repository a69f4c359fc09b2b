"""Why a formula gave what it gave: the steps of a recorded run that mattered, from values to result.

The chain is a slice of the record: the step that gave the value, the tests that led there, and, for every variable they
read, the step that set it, and so on back. What did not matter is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from formula.diagnostics import in_language
from formula.messages import Message, message
from formula.runtime.record import Event, Record
from formula.runtime.recording import UNSEEN
from formula.runtime.values import display, shorten
from formula.syntax import Binary, Call, Expression, If, Name, Repeat, While, bare, children

MOST_LINES = 40
"""Longer chains keep their beginning and their end: an explanation is two or three screens at most."""


@attrs.frozen
class Line:
    """One link of a chain: what happened and where."""

    text: str
    where: str

    def as_json(self, language: str = "pt") -> dict[str, str]:
        """The contract's shape of an explanation entry."""
        return {"text": in_language(self.text, language), "where": in_language(self.where, language)}


def explain(record: Record) -> list[Line]:
    """The chain of a recorded run, in order of execution: fields, steps that mattered, result.

    Of a longer one than :data:`MOST_LINES` the middle is left out, and its lines are never made.
    """
    chosen = relevant(record)
    steps = [chosen[index] for index in sorted(chosen)]
    fields = fields_used(record, steps)
    half = MOST_LINES // 2
    left_out = len(fields) + len(steps) + 1 - 2 * half
    if left_out <= 0:
        return [*fields, *(step_line(record, event) for event in steps), result_line(record)]
    first = [*fields, *(step_line(record, event) for event in steps[: max(0, half - len(fields))])][:half]
    last = [step_line(record, event) for event in steps[1 - half :]]
    gap = Line(message("… ({quantos} passos iguais a estes, omitidos)", quantos=left_out), "")
    return [*first, gap, *last, result_line(record)]


def relevant(record: Record) -> dict[int, Event]:
    """The steps that led to the end of the record."""
    start = starting_points(record)
    known = frozenset(record.variables)
    chosen: dict[int, Event] = {}
    work = list(start)
    while work:
        index = work.pop()
        if index in chosen:
            continue
        event = chosen[index] = record.event(index)
        work += [step for step, _ in record.causes(index)]
        for name in names_read(event, known):
            found = record.set_at(name, index - 1)
            if found is not None:
                work.append(found)
    return chosen


def starting_points(record: Record) -> list[int]:
    """The step that gave the value or broke; for Vazio the tests that took no branch; and every effect."""
    if record.broken is not None:
        return [len(record) - 1]
    found = [index for index in range(len(record)) if record.point(index).kind == "effect"]
    value = record.last_value()
    if record.outcome.value is not None and value is not None:
        return [*found, value]
    since = -1 if value is None else value
    tests = [
        index
        for index in range(since + 1, len(record))
        if record.point(index).kind == "test" and isinstance(record.point(index).node, If)
    ]
    return [*found, *(tests or ([value] if value is not None else []))]


def names_read(event: Event, known: frozenset[str]) -> set[str]:
    """The ``known`` variables that a step read; parts behind E or OU that were not reached do not count."""
    reached = {id(node) for node, _ in event.parts}
    made: set[str] = set()
    recorded = {id(node) for node in event.point.parts}
    stack: list[Expression] = [event.point.expression]
    while stack:
        node = stack.pop()
        if id(node) in recorded and id(node) not in reached and not event.failed:
            continue
        if isinstance(node, Name) and node.word.key in known:
            made.add(node.word.key)
        stack += children(node)  # type: ignore[arg-type]
    return made


def fields_used(record: Record, steps: Iterable[Event]) -> list[Line]:
    """Fields, parameters and other answers of the context that the chain read, with their values, once each."""
    made: dict[str, Line] = {}
    for event in steps:
        for node, value in event.parts:
            text = record.text(node.span)
            if isinstance(node, Name | Call) and text.upper() not in made and is_reading(node):
                made[text.upper()] = Line(
                    message("{nome} vale {valor}", nome=text, valor=quoted(value)), where(record, event.point.span.start)
                )
    return list(made.values())


def is_reading(node: Name | Call) -> bool:
    """A bare name, or a getter with literal arguments."""
    return isinstance(node, Name) or node.word.key in {"CAMPOATENDIMENTO", "PARAMETROATENDIMENTO"}


def step_line(record: Record, event: Event) -> Line:
    """A step as a line."""
    point = event.point
    text = shorten(record.text(point.span), 100)
    place = where(record, point.span.start)
    with_values = parts_text(record, event)
    if event.failed:
        return Line(message("aqui a execução parou: {texto}{valores}", texto=text, valores=with_values), place)
    if point.kind == "test":
        answer = display(event.value)
        taken = branch_taken(record, event)
        return Line(message("{texto} é {resposta}{valores}{ramo}", texto=text, resposta=answer, valores=with_values,
                             ramo=taken), place)
    if point.kind == "assign":
        name = record.written[point.target or ""]
        return Line(message("{nome} recebe {valor}: {texto}{valores}", nome=name, valor=quoted(event.value), texto=text,
                             valores=with_values), place)
    if point.kind == "effect":
        return Line(message("{texto}{valores}", texto=text, valores=with_values), place)
    return Line(message("{texto} dá {valor}{valores}", texto=text, valor=quoted(event.value), valores=with_values), place)


def branch_taken(record: Record, event: Event) -> Message | str:
    """Where a test led."""
    node = event.point.node
    if isinstance(node, Repeat):
        return message(": o laço termina") if event.value else message(": o laço dá mais uma volta")
    if isinstance(node, While):
        return message(": o laço dá mais uma volta") if event.value else message(": o laço termina")
    if not isinstance(node, If):
        return ""
    if event.value:
        return message(": segue por ENTAO")
    if node.otherwise is None:
        return message(": não há SENAO, nada acontece")
    return message(": segue por SENAO")


def parts_text(record: Record, event: Event) -> Message | str:
    """The values that a step's expression read, in brackets: ``(A = 3, PRIORIDADE = 'Urgente')``."""
    seen: dict[str, str] = {}
    values = {id(node): value for node, value in event.parts}
    known = set(record.variables)
    stack: list[Expression] = [event.point.expression]
    while stack:
        node = stack.pop()
        inner = bare(node)
        if isinstance(inner, Name) and inner.word.key in known:
            seen.setdefault(inner.word.written, quoted(record.value_at(inner.word.key, event.index - 1)))
        elif id(inner) in values and isinstance(inner, Name | Call) and inner is not event.point.expression:
            seen.setdefault(shorten(record.text(inner.span), 40), quoted(values[id(inner)]))
        elif id(inner) not in values and isinstance(inner, Binary) and inner.operator not in {"E", "OU"} and not event.failed:
            continue
        stack += reversed(children(inner))  # type: ignore[arg-type]
    if not seen:
        return ""
    return message(" ({lista})", lista=", ".join(f"{name} = {value}" for name, value in list(seen.items())[:6]))


def result_line(record: Record) -> Line:
    """The end of the chain."""
    outcome = record.outcome
    if outcome.status == "fault":
        found = outcome.diagnostics[0]
        return Line(message("falha: {mensagem}", mensagem=found.message), where(record, found.span.start))
    if outcome.status == "stopped":
        return Line(message("ANALISAR parou a fórmula: {mensagem}", mensagem=outcome.message or ""),
                    where(record, record.broken.point.span.start if record.broken else 0))
    if outcome.value is None:
        return Line(message("a fórmula termina sem valor (Vazio)"), where(record, len(record.source.text)))
    value = record.last_value()
    at = record.point(value).span.start if value is not None else 0
    return Line(message("a fórmula vale {valor}", valor=quoted(outcome.value)), where(record, at))


def where(record: Record, offset: int) -> Message | str:
    """A place: ``linha 8``, with the formula's name when it has one."""
    line = record.source.position(offset).line
    name = record.source.name
    if name.startswith("<"):
        return message("linha {linha}", linha=line)
    return message("{nome}, linha {linha}", nome=name, linha=line)


def quoted(value: Any) -> Message | str:
    """A value as a formula would write it; Vazio by its name."""
    if value is None or value is UNSEEN:
        return message("Vazio")
    if isinstance(value, str):
        return "'" + shorten(value) + "'"
    return display(value)
