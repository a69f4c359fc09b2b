"""Why a formula did not give another value: the statements that could have given it, and what kept each from deciding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from formula.context import Context
from formula.diagnostics import FormulaError
from formula.explaining.explanation import Line, parts_text, where
from formula.explaining.obstacles import computed
from formula.reading.tree import Call, Name, NumberLiteral, TextLiteral, bare
from formula.runtime.record import Record
from formula.runtime.recording import Point
from formula.schema import Schema
from formula.source import Span
from formula.values import display, number_text
from repl.messages import message
from repl.session.evaluation import Question

MOST_CANDIDATES = 8


def why_not(record: Record, wanted: str, context: Context, schema: Schema) -> list[Line]:
    """For every statement that could give ``wanted``, what stood in its way, also in called formulas where the formula itself
    has none (in the latest run of each); or that none can."""
    text = unquoted(wanted)
    if record.outcome.status == "ok" and text in spellings(record.outcome.value):
        return [Line(message("a fórmula deu mesmo {valor}", valor=wanted), "")]
    lines = why_not_given(record, text, context, schema) + why_not_asked(record, text)
    if not lines:
        called = {child.source.name: child for child in record.all_records() if child is not record}
        lines = [line for child in called.values() for line in why_not_given(child, text, context, schema)]
    if lines:
        return lines
    data = computed(record) if record.outcome.status == "ok" else []
    if data:
        return data
    lines.append(Line(message("nenhum comando da fórmula dá {valor}", valor=wanted), ""))
    lines += [
        Line(message("pode dar {texto}", texto=record.text(point.expression.span)), where(record, point.span.start))
        for point in sources(record)[:MOST_CANDIDATES]
    ]
    return lines


def why_not_given(record: Record, text: str, context: Context, schema: Schema) -> list[Line]:
    """What stood in the way of each statement of one formula that could give a value."""
    state = record.state(len(record) - 1)
    points = sorted([*own_points(record, "value"), *own_points(record, "assign")], key=lambda point: point.span.start)
    found = [point for point in points if gives(record, point, text, state, context, schema)]
    return [line for point in found[:MOST_CANDIDATES] for line in obstacles(record, point)]


def sources(record: Record) -> list[Point]:
    """The statements that a value can come from: in place of one that gives a variable, those that set it."""
    made: list[Point] = []
    for point in own_points(record, "value"):
        whole = bare(point.expression)
        setting = [one for one in own_points(record, "assign") if isinstance(whole, Name) and one.target == whole.word.key]
        made += [one for one in setting or [point] if one not in made]
    return made


def why_not_asked(record: Record, wanted: str) -> list[Line]:
    """The same of effects, such as the step of AVANCARETAPA; nothing where none names the value."""
    text = unquoted(wanted)
    found = [point for point in own_points(record, "effect") if asks_for(point, text)]
    return [line for point in found[:MOST_CANDIDATES] for line in obstacles(record, point)]


def own_points(record: Record, kind: str) -> list[Point]:
    """The points of a kind that stand in the text, in its order."""
    found = [point for point in record.recording.points if point.kind == kind and point.span != Span(0, 0)]
    return sorted(found, key=lambda point: point.span.start)


def unquoted(text: str) -> str:
    """A value as typed, without quotes around it."""
    text = text.strip()
    return text[1:-1] if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"" else text


def spellings(value: Any) -> set[str]:
    """How a person may write a value."""
    if value is None:
        return {"", "Vazio", "vazio"}
    made = {display(value)}
    if isinstance(value, bool):
        return made
    return made if isinstance(value, str) or not hasattr(value, "real") else {*made, number_text(value)}


def gives(record: Record, point: Point, text: str, state: Mapping[str, Any], context: Context, schema: Schema) -> bool:
    """Whether a statement gives the value: as a literal, or by calculation with the variables as they were at the end."""
    expression = bare(point.expression)
    if isinstance(expression, TextLiteral):
        return expression.value == text
    if isinstance(expression, NumberLiteral):
        return text in spellings(expression.value)
    try:
        outcome = Question(record.source.slice(expression.span), record.written, context, schema).answer(state)
    except FormulaError:
        return False
    return outcome.status == "ok" and text in spellings(outcome.value)


def asks_for(point: Point, text: str) -> bool:
    """Whether an effect, such as AVANCARETAPA, names the value in one of its arguments."""
    call = bare(point.expression)
    if not isinstance(call, Call):
        return False
    arguments = (bare(argument) for argument in call.arguments)
    return any(
        isinstance(one, TextLiteral | NumberLiteral) and text.upper() in {shown.upper() for shown in spellings(one.value)}
        for one in arguments
    )


def obstacles(record: Record, point: Point) -> Iterator[Line]:
    """The first test that led elsewhere; or the later statement that replaced the value; or the end of the run."""
    place = where(record, point.span.start)
    said = record.text(point.span)
    for number, answer in point.inside:
        event_index = record.backward(len(record), lambda step, number=number: record.point(step).number == number)  # type: ignore[misc]
        if event_index is None:
            yield Line(message("{texto} não foi alcançado: a execução parou antes", texto=said), place)
            return
        event = record.event(event_index)
        if event.failed or bool(event.value) is not answer:
            needed, was = display(answer), display(event.value)
            yield Line(
                message(
                    "para {texto} valer, {condicao} precisava ser {preciso}; foi {obtido}{valores}",
                    texto=said,
                    condicao=record.text(event.point.span),
                    preciso=needed,
                    obtido=was,
                    valores=parts_text(record, event),
                ),
                where(record, event.point.span.start),
            )
            return
    last = record.last_value()
    if point.kind == "assign" and record.point_counts.get(point.number):
        yield Line(message("{texto} foi executado, mas o valor da fórmula veio de outro comando", texto=said), place)
    elif point.kind == "effect" and record.point_counts.get(point.number):
        yield Line(message("{texto} foi executado", texto=said), place)
    elif record.point_counts.get(point.number) and last is not None:
        yield Line(
            message(
                "{texto} foi calculado, mas depois {outro} deu o valor", texto=said, outro=record.text(record.point(last).span)
            ),
            where(record, record.point(last).span.start),
        )
    else:
        yield Line(message("{texto} não foi alcançado: a execução parou antes", texto=said), place)
