"""A recorded run told to a consultant: what was read, which conditions decided, where the value came from."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from formula.runtime.values import display
from formula.syntax import Call, Expression, If, Name, Repeat
from routing.decision import ExplanationLine
from routing.messages import message

if TYPE_CHECKING:
    from formula.messages import Message
    from formula.runtime.record import Event, Record

MOST_EVENTS = 400
"""Steps of a run that are looked at; a loop has said all it can by then."""
MOST_LINES = 40


def told(record: Record, code: str, *, value: bool) -> Iterator[ExplanationLine]:
    """The lines of a run, in its order: values read, conditions with their branch, then the step that gave the value
    when the ``value`` matters."""
    seen: set[str] = set()
    lines: list[ExplanationLine] = []
    for event in islice(record.events(), MOST_EVENTS):
        for line in told_event(record, event, code):
            key = f"{line.where}{line.text}"
            if key not in seen:
                seen.add(key)
                lines.append(line)
    yield from lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        yield ExplanationLine(message("… e mais {quantas} passos da fórmula", quantas=len(lines) - MOST_LINES), code)
    last = record.last_value()
    if value and last is not None and record.outcome.status == "ok":
        event = record.event(last)
        yield ExplanationLine(
            message("o valor é o de {texto}", texto=record.text(event.point.span)), where(record, code, event.point.span.start)
        )


def told_event(record: Record, event: Event, code: str) -> Iterator[ExplanationLine]:
    """What one step read, and how a condition turned out."""
    for node, value in event.parts:
        if reads_ticket(node):
            text = message("{nome} = {valor}", nome=record.text(node.span), valor=shown_value(value))
            yield ExplanationLine(text, where(record, code, node.span.start))
    if event.point.kind == "test" and not event.failed:
        answer = event.value is True or (not isinstance(event.value, bool) and bool(event.value))
        text = message(
            "{condicao} é {resposta}: {ramo}", condicao=record.text(event.point.expression.span),
            resposta="VERDADE" if answer else "FALSO", ramo=branch(event, answer),
        )  # fmt: skip
        yield ExplanationLine(text, where(record, code, event.point.span.start))


def branch(event: Event, answer: bool) -> Message:
    """What a condition's answer leads to."""
    node = event.point.node
    if isinstance(node, If):
        if answer:
            return message("segue pelo ENTAO")
        return message("segue pelo SENAO") if node.otherwise is not None else message("pula o bloco")
    if isinstance(node, Repeat):
        return message("sai da repetição") if answer else message("repete")
    return message("repete") if answer else message("sai da repetição")


def reads_ticket(node: Expression) -> bool:
    """Whether a sub-expression brings in something from outside the formula."""
    if isinstance(node, Name):
        return True
    if not isinstance(node, Call):
        return False
    from formula.builtins import TABLE

    row = TABLE.get(node.word.key)
    return row is None or not (row.pure or row.effect or row.never_returns)


def where(record: Record, code: str, offset: int) -> str:
    """``code:line:column``."""
    at = record.source.position(offset)
    return f"{code}:{at.line}:{at.column}"


def shown_value(value: Any) -> Message | str:
    """A value for a sentence: texts in quotes, Vazio named."""
    if value is None:
        return message("Vazio")
    return f"'{value}'" if isinstance(value, str) else display(value)


