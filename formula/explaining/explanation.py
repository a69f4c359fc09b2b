"""Why a formula gave what it gave: the steps of a recorded run that mattered, from values to result.

The chain is a slice of the record: the step that gave the value, the tests that led there, and, for every variable they
read, the step that set it and the tests that kept it from being set again, and so on back. The chain of a called formula
stands before the step that called it. What did not matter is left out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

from formula.diagnostics import in_language
from formula.messages import Message, message
from formula.reading.tree import NOWHERE, Binary, Call, Expression, If, Name, Repeat, While, bare, children
from formula.runtime.record import Event, Record
from formula.runtime.recording import UNSEEN, Point
from formula.runtime.slots import Slot
from formula.values import display, shorten

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


@attrs.frozen
class Link:
    """A step of a chain whose line is not made yet. ``kept`` are variables that would have been set, had a test led there."""

    record: Record
    event: Event
    kept: tuple[str, ...]

    def line(self) -> Line:
        """In words."""
        return step_line(self.record, self.event, self.kept)


def explain(record: Record) -> list[Line]:
    """The chain of a recorded run, in order of execution: fields, steps that mattered, result.

    Of a longer one than :data:`MOST_LINES` the middle is left out, and its lines are never made.
    """
    half = MOST_LINES // 2
    links, between = chain(record, half)
    left_out = len(links) + 1 - 2 * half
    if left_out <= 0 and not between:
        return [*map(made, links), result_line(record)]
    end = max(len(links) - half + 1, half)
    gap = Line(message("… ({quantos} passos iguais a estes, omitidos)", quantos=between + end - half), "")
    return [*map(made, links[:half]), gap, *map(made, links[end:]), result_line(record)]


def made(link: Line | Link) -> Line:
    """The line of a link."""
    return link if isinstance(link, Line) else link.line()


def chain(record: Record, half: int) -> tuple[list[Line | Link], int]:
    """The links of a record, and how many of its own steps are left out between the first ``half`` and the last."""
    chosen = relevant(record)
    order = sorted(chosen)
    between = max(0, len(order) - 2 * half)
    links: list[Line | Link] = list(fields_used(record, (chosen[index][0] for index in order)))
    for index in order if not between else [*order[:half], *order[-half:]]:
        event, kept = chosen[index]
        for called in record.called(index) if record.calls else ():
            links += inside(called, half)
        links.append(Link(record, event, kept))
    return links, between


def inside(record: Record, half: int) -> Iterator[Line | Link]:
    """The chain of a called formula, to its value; one that broke has none."""
    links, between = chain(record, half)
    if between:
        gap = Line(message("… ({quantos} passos iguais a estes, omitidos)", quantos=between), "")
        links[-half:-half] = [gap]
    yield from links
    if record.outcome.status == "ok":
        value = record.last_value()
        at = record.point(value).span.start if value is not None else 0
        said = message("a fórmula {nome} vale {valor}", nome=record.source.name, valor=quoted(record.outcome.value))
        yield Line(said, where(record, at))


def relevant(record: Record) -> dict[int, tuple[Event, tuple[str, ...]]]:
    """The steps that led to the end of the record, each with the variables that it kept from being set."""
    known = frozenset(record.variables)
    setters = conditional_setters(record) if known else {}
    chosen: dict[int, Event] = {}
    kept: dict[int, dict[str, None]] = {}
    work = starting_points(record)
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
            for test in kept_by(record, setters.get(name, ()), -1 if found is None else found, index):
                kept.setdefault(test, {})[record.written[name]] = None
                work.append(test)
    return {index: (event, tuple(kept.get(index, ()))) for index, event in chosen.items()}


def conditional_setters(record: Record) -> dict[str, list[Point]]:
    """For each variable, the statements that set it in a branch or loop."""
    found: dict[str, list[Point]] = {}
    for point in record.recording.points:
        if point.target is not None and point.inside:
            found.setdefault(point.target, []).append(point)
    return found


def kept_by(record: Record, setters: Iterable[Point], since: int, before: int) -> set[int]:
    """The tests between a step that set a variable and one that reads it, which led past another statement that sets it.
    The test that ended the loop in which it was set is none."""
    found: set[int] = set()
    own = {number for number, _ in record.point(since).inside} if since >= 0 else set()
    for point in setters:
        for number, answer in point.inside:
            test = last_between(record.test_steps.get(number, ()), since, before)
            if test is None:
                break
            if record.event(test).value is not answer:
                if number not in own or isinstance(record.recording.points[number].node, If):
                    found.add(test)
                break
    return found


def last_between(steps: Sequence[int], since: int, before: int) -> int | None:
    """The last of some steps after one and before another."""
    at = bisect_left(steps, before) - 1
    return steps[at] if at >= 0 and steps[at] > since else None


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


def step_line(record: Record, event: Event, kept: Sequence[str] = ()) -> Line:
    """A step as a line; see :class:`Link`."""
    point = event.point
    if point.span == NOWHERE:
        return Line(message("{nome} já valia {valor}", nome=record.written[point.target or ""], valor=quoted(event.value)), "")
    text = shorten(record.text(point.span), 100)
    place = where(record, point.span.start)
    with_values = parts_text(record, event)
    if event.failed:
        return Line(message("aqui a execução parou: {texto}{valores}", texto=text, valores=with_values), place)
    if point.kind == "test":
        answer = display(event.value)
        taken = branch_taken(record, event)
        said = message("{texto} é {resposta}{valores}{ramo}", texto=text, resposta=answer, valores=with_values, ramo=taken)
        if kept:
            said = message("{linha}; por isso {nomes} fica como estava", linha=said, nomes=", ".join(kept))
        return Line(said, place)
    if point.kind == "assign":
        name = record.written[point.target or ""]
        return Line(
            message(
                "{nome} recebe {valor}: {texto}{valores}", nome=name, valor=quoted(event.value), texto=text, valores=with_values
            ),
            place,
        )
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
    recorded = {id(node) for node in event.point.parts}
    stack: list[Expression] = [event.point.expression]
    while stack:
        node = stack.pop()
        if id(node) in recorded and id(node) not in values and not event.failed:
            continue
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
        return Line(
            message("ANALISAR parou a fórmula: {mensagem}", mensagem=outcome.message or ""),
            where(record, record.broken.point.span.start if record.broken else 0),
        )
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
    if type(value) is Slot:
        return value.text
    if value is None or value is UNSEEN:
        return message("Vazio")
    if isinstance(value, str):
        return "'" + shorten(value) + "'"
    return display(value)
