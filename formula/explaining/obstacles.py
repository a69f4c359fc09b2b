"""What kept a run from a value or a step: the statements that could have given it, and the first test that led elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from formula.explaining.explanation import DECISION, Line, behind_calls, parts_read, parts_text, quoted, values_text, where
from formula.explaining.remarks import remarks_of
from formula.explaining.slicing import REST, STEP, VALUE, loops_around, names_read, origin, way_to
from formula.messages import message
from formula.names import name_key
from formula.reading.tree import (
    NOWHERE,
    Call,
    Expression,
    LogicalLiteral,
    Name,
    Node,
    NumberLiteral,
    TextLiteral,
    Unary,
    bare,
    children,
    walk,
)
from formula.runtime.record import Event, Record
from formula.runtime.recording import Point
from formula.values import display, shorten

Gives = Callable[[Any], bool]
"""Whether a value is the one that was expected."""

DEEPEST = 6
"""So many steps are told below a condition, down to the data."""


def why_not_value(record: Record, gives: Gives) -> list[Line]:
    """The nearest statement that gives the value, with what stood in its way; empty when no statement of the formula, or of those
    it called, writes it out."""
    for one in record.all_records():
        blocked = kept_from(one, [point for point in giving(one) if literally(point, gives)], VALUE)
        if blocked:
            return blocked
    return []


def why_not_computed(record: Record) -> list[Line]:
    """What stood in the way of the nearest statement that computes a value, such as from a row; empty when none does that."""
    return kept_from(record, [point for point in giving(record) if computes(record, point)], VALUE)


def why_not_step(record: Record, names: Gives) -> list[Line]:
    """The same of AVANCARETAPA with a step that was expected, written there or in the variable it is given; empty when no statement
    asks for it."""
    for one in record.all_records():
        found = [point for point in own_points(one, ("effect",)) if asks_for(point, "AVANCARETAPA", names)]
        blocked = kept_from(one, [*found, *(point for point in naming(one) if literally(point, names))], STEP)
        if blocked:
            return blocked
    return []


def kept_from(record: Record, points: list[Point], asked: str) -> list[Line]:
    """What stood in the way of some statements, told of the one of which there is least to tell; empty when nothing did."""
    blocked = [lines for point in points if (lines := list(obstacles(record, point, asked)))]
    return min(blocked, key=len) if blocked else []


def giving(record: Record) -> list[Point]:
    """The statements that give the value, and those that set a variable which is given as it is."""
    points = own_points(record, ("value", "assign"))
    named = names_behind(record, [point.expression for point in points if point.kind == "value"])
    return [point for point in points if point.kind == "value" or point.target in named]


def naming(record: Record) -> list[Point]:
    """The statements that set a variable by which a step is asked for."""
    calls = [bare(point.expression) for point in own_points(record, ("effect",))]
    asked = [call.arguments[0] for call in calls if isinstance(call, Call) and call.word.key == "AVANCARETAPA" and call.arguments]
    named = names_behind(record, asked)
    return [point for point in own_points(record, ("assign",)) if point.target in named]


def names_behind(record: Record, expressions: Iterable[Expression]) -> set[str]:
    """The variables that are all of some expressions, and those that these were set to, and so on."""
    settings: dict[str, list[Expression]] = {}
    for point in own_points(record, ("assign",)):
        settings.setdefault(point.target or "", []).append(point.expression)
    made: set[str] = set()
    work = list(expressions)
    while work:
        whole = bare(work.pop())
        if isinstance(whole, Name) and whole.word.key in record.variables and whole.word.key not in made:
            made.add(whole.word.key)
            work += settings.get(whole.word.key, ())
    return made


def computes(record: Record, point: Point) -> bool:
    """Whether a statement gives something that is neither written there nor a variable's."""
    whole = bare(point.expression)
    written = isinstance(whole, TextLiteral | NumberLiteral | LogicalLiteral)
    return not written and not (isinstance(whole, Name) and whole.word.key in record.variables)


def steps_written(record: Record) -> bool:
    """Whether every step that a formula, or one that it called, may ask for is written in it."""
    for one in record.all_records():
        if any(computes(one, point) for point in naming(one)):
            return False
        for point in own_points(one, ("effect",)):
            call = bare(point.expression)
            if isinstance(call, Call) and call.word.key == "AVANCARETAPA" and call.arguments:
                named = bare(call.arguments[0])
                if not isinstance(named, TextLiteral | NumberLiteral) and not (
                    isinstance(named, Name) and named.word.key in one.variables
                ):
                    return False
    return True


def why_not_call(record: Record, name: str, wanted: Gives) -> list[Line]:
    """The same of any effect with a written argument."""
    for one in record.all_records():
        found = [point for point in own_points(one, ("effect",)) if asks_for(point, name, wanted)]
        for point in found:
            lines = list(obstacles(one, point, REST))
            if lines:
                return lines
    return []


def computed(record: Record) -> list[Line]:
    """Where a value came from that no statement writes out; empty for one that is written."""
    way = origin(record)
    if not way:
        return []
    event = record.event(way[-1])
    if isinstance(bare(event.point.expression), TextLiteral | NumberLiteral | LogicalLiteral):
        return []
    text = message(
        "o valor vem de {texto}, que deu {valor}{valores}",
        texto=shorten(record.text(event.point.expression.span), 100),
        valor=quoted(event.value),
        valores=parts_text(record, event),
    )
    return [Line(text, where(record, event.point.span.start), DECISION), *below(record, event)]


def written_values(record: Record) -> list[str]:
    """The values that the statements of a formula write out for its result, as they stand there, once each."""
    made: dict[str, None] = {}
    for point in giving(record):
        whole = bare(point.expression)
        if isinstance(whole, TextLiteral | NumberLiteral):
            made[record.text(whole.span)] = None
    return list(made)


def only_written(record: Record) -> bool:
    """Whether the result can only be one of the written values."""
    return not any(computes(record, point) for point in giving(record))


def own_points(record: Record, kinds: tuple[str, ...]) -> list[Point]:
    """The points of some kinds that stand in the text, in its order."""
    found = [point for point in record.recording.points if point.kind in kinds and point.span != NOWHERE]
    return sorted(found, key=lambda point: point.span.start)


def literally(point: Point, gives: Gives) -> bool:
    """Whether a statement writes the value out."""
    expression = bare(point.expression)
    return isinstance(expression, TextLiteral | NumberLiteral) and gives(expression.value)


def asks_for(point: Point, name: str, wanted: Gives) -> bool:
    """Whether a statement calls a function with a written argument."""
    call = bare(point.expression)
    return (
        isinstance(call, Call)
        and call.word.key == name
        and any(isinstance(one := bare(argument), TextLiteral | NumberLiteral) and wanted(one.value) for argument in call.arguments)
    )


def obstacles(record: Record, point: Point, asked: str = VALUE) -> Iterator[Line]:
    """The first test that led past a statement, with what its values come from; or the statement that replaced its value; or the
    end of the run. Nothing for a statement that decided."""
    said = shorten(record.text(point.span), 80)
    for number, answer in point.inside:
        steps = record.steps_of.get(number)
        if not steps:
            yield Line(message("{texto} não foi alcançado: a execução parou antes", texto=said), where(record, point.span.start))
            return
        event = record.event(steps[-1])
        if bool(event.value) is not answer:
            yield from failed_test(record, event, said, answer)
            return
    if not record.steps_of.get(point.number):
        yield Line(message("{texto} não foi alcançado: a execução parou antes", texto=said), where(record, point.span.start))
        return
    yield from replaced(record, point, said, way_to(record, asked))


def failed_test(record: Record, event: Event, said: str, answer: bool) -> Iterator[Line]:
    """A test that would have had to answer otherwise, and below it where its values come from."""
    behind, more = behind_calls(record, event.index) if record.calls else ((), ())
    text = message(
        "para {texto} valer, {condicao} precisava ser {preciso}; foi {obtido}{valores}",
        texto=said,
        condicao=shorten(record.text(event.point.span), 100),
        preciso=display(answer),
        obtido=display(event.value),
        valores=values_text(parts_read(record, event) | dict(behind), ()),
    )
    for remark in (*remarks_of(record, event), *more, *(note for note, _ in record.noted_by(event.index))):
        text = message("{lista}; {nota}", lista=text, nota=remark)
    yield Line(text, where(record, event.point.span.start), DECISION)
    yield from below(record, event)


def replaced(record: Record, point: Point, said: str, way: list[int]) -> Iterator[Line]:
    """Who gave the value, or the step, in place of a statement that ran; ``way`` is its way."""
    if point.kind == "effect" or any(record.point(index).number == point.number for index in way):
        return
    if not way:
        return
    last = next((index for index in reversed(way) if record.point(index).target == point.target), way[0])
    yield Line(
        message(
            "{texto} foi executado, mas depois {outro} pôs {valor} no lugar",
            texto=said,
            outro=shorten(record.text(record.point(last).span), 80),
            valor=quoted(record.event(last).value),
        ),
        where(record, record.point(last).span.start),
        DECISION,
    )
    for test, _ in list(record.causes(last))[-1:]:
        event = record.event(test)
        text = message(
            "{condicao} foi {obtido}{valores}",
            condicao=shorten(record.text(event.point.span), 100),
            obtido=display(event.value),
            valores=parts_text(record, event),
        )
        yield Line(text, where(record, event.point.span.start), DECISION)
        yield from below(record, event)


def below(record: Record, event: Event) -> list[Line]:
    """Where the values of a step come from: the steps that set its variables, and so on back to fields, loops and rows."""
    known = frozenset(record.variables)
    made: list[Line] = []
    work, seen = [event], {event.index}
    while work and len(made) < DEEPEST:
        one = work.pop(0)
        for name in sorted(names_read(one, known)):
            found = record.set_at(name, one.index - 1)
            if found is None or found in seen:
                continue
            seen.add(found)
            setting = record.event(found)
            text = message(
                "{nome} recebeu {valor} de {texto}{valores}",
                nome=record.written[name],
                valor=quoted(setting.value),
                texto=shorten(record.text(setting.point.expression.span), 80),
                valores=parts_text(record, setting),
            )
            if not isinstance(bare(setting.point.expression), TextLiteral | NumberLiteral | LogicalLiteral):
                made.append(Line(text, where(record, setting.point.span.start), DECISION))
            made += ended(record, setting)
            work.append(setting)
    return made[:DEEPEST]


def ended(record: Record, event: Event) -> Iterator[Line]:
    """Why the innermost loop around a step ended."""
    for number in loops_around(record.recording).get(event.point.number, ())[-1:]:
        steps = [step for step in record.test_steps.get(number, ()) if step > event.index]
        if steps:
            test = record.event(steps[-1])
            text = message(
                "o laço terminou em {texto} = {valor}{valores}",
                texto=shorten(record.text(test.point.span), 80),
                valor=display(test.value),
                valores=parts_text(record, test),
            )
            yield Line(text, where(record, test.point.span.start), DECISION)


GETTERS = {"CAMPOATENDIMENTO": "", "PARAMETROATENDIMENTO": "PARAMETRO."}
"""Functions that read a ticket's data, with what stands before the name where data are supposed."""


def data_read(record: Record) -> list[str]:
    """The ticket's data that the text of a formula names, as they are supposed, in order."""
    made: dict[str, None] = {}
    for point in record.recording.points:
        for node in walk(point.expression):
            name = datum(node, record)
            if name is not None:
                made[name] = None
    return list(made)


def datum(node: Node, record: Record) -> str | None:
    """The name of the datum that an expression reads, if it reads one."""
    if isinstance(node, Name) and node.word.key not in record.variables and node.word.key not in record.written:
        return node.word.key
    if isinstance(node, Call) and node.word.key in GETTERS and node.arguments:
        first = bare(node.arguments[0])
        if isinstance(first, TextLiteral):
            return GETTERS[node.word.key] + name_key(first.value)
    return None


def literals(record: Record) -> list[Any]:
    """The numbers and texts that a formula compares or counts with, in order, once each."""
    made: dict[tuple[type, Any], Any] = {}
    for point in record.recording.points:
        if point.kind == "effect":
            continue
        stack: list[Node] = [point.expression]
        while stack:
            node = stack.pop()
            if isinstance(node, NumberLiteral | TextLiteral):
                made[type(node.value), node.value] = node.value
            elif isinstance(node, Unary) and node.operator == "-" and isinstance(inner := bare(node.operand), NumberLiteral):
                made[type(inner.value), -inner.value] = -inner.value
            if not isinstance(node, Call) or node.word.key not in GETTERS:
                stack += reversed(list(children(node)))
    return list(made.values())
