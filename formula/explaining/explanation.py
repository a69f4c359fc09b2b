"""Why a formula gave what it gave: the steps of a recorded run that mattered, from values to result.

The chain is a slice of the record (:mod:`formula.explaining.slicing`). The chain of a called formula stands before the step that
called it. What did not matter is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from formula.diagnostics import in_language
from formula.explaining.remarks import remarks_of
from formula.explaining.slicing import REST, VALUE, Chosen, last_asked, loops_around, origin, relevant
from formula.messages import Message, message, plural
from formula.reading.tree import NOWHERE, Binary, Call, Expression, If, Name, Repeat, While, bare, children, walk
from formula.runtime.record import Event, Record
from formula.runtime.recording import UNSEEN
from formula.runtime.slots import Slot
from formula.values import display, shorten
from formula.visible import on_one_line

MOST_LINES = 40
"""Longer chains keep their beginning and their end: an explanation is two or three screens at most."""

DECISION, FACT, GATE, WARNING, NOTE = "decision", "fact", "gate", "warning", "note"
"""Kinds of a line: what separated this end from another; what was read, computed or found in order; a check that was passed; what
to mind; what is easily overlooked."""
FOLDED = frozenset({FACT, GATE})
"""Kinds that are told only when everything is asked for."""

Data = tuple[tuple[str, str], ...]
"""Names a line speaks of, with their values as a formula would write them."""


@attrs.frozen
class Line:
    """One link of a chain: what happened and where, of which kind, and the data it speaks of. ``short`` is the same in fewer words;
    of the lines with a ``weight`` the heaviest are what separated this end from the nearest other."""

    text: str
    where: str
    kind: str = FACT
    data: Data = ()
    short: str = ""
    weight: int = 0

    def as_json(self, language: str = "pt") -> dict[str, Any]:
        """The contract's shape of an explanation entry."""
        return {
            "text": in_language(self.text, language),
            "where": in_language(self.where, language),
            "kind": self.kind,
            "data": {name: in_language(value, language) for name, value in self.data},
        }


@attrs.frozen
class Link:
    """A step of a chain whose line is not made yet."""

    record: Record
    chosen: Chosen
    remarks: tuple[Message, ...]
    weight: int
    behind: Data = ()

    def lines(self) -> Iterator[Line]:
        """In words."""
        yield from step_lines(self.record, self.chosen, self.remarks, self.weight, self.behind)


Remarks = Mapping[int, tuple[Message, ...]]
"""What is easily overlooked in the comparisons of a step."""


def explain(record: Record, remarks: Remarks | None = None, *, asked: str = VALUE) -> list[Line]:
    """The chain of a recorded run, in order of execution: fields, steps that mattered, result. Of a run that was not ``asked`` for
    its value only what it asked to be done is told.

    Of a longer one than :data:`MOST_LINES` the middle is left out, and its lines are never made. ``remarks`` are those of its
    steps, where they are known.
    """
    half = MOST_LINES // 2
    links, between = chain(record, half, remarks, asked)
    tail = [*unreached(record), *([result_line(record)] if asked == VALUE or record.outcome.status != "ok" else [])]
    left_out = len(links) + 1 - 2 * half
    if left_out <= 0 and not between:
        return [*made(links), *tail]
    end = max(len(links) - half + 1, half)
    gap = Line(message("… ({quantos} passos iguais a estes, omitidos)", quantos=between + end - half), "")
    return [*made(links[:half]), gap, *made(links[end:]), *tail]


def made(links: Iterable[Line | Link]) -> Iterator[Line]:
    """The lines of links."""
    for link in links:
        if isinstance(link, Line):
            yield link
        else:
            yield from link.lines()


def chain(record: Record, half: int, remarks: Remarks | None = None, asked: str = VALUE) -> tuple[list[Line | Link], int]:
    """The links of a record, and how many of its own steps are left out between the first ``half`` and the last."""
    chosen = relevant(record, asked)
    weights = weighed(record, chosen, asked)
    order = list(chosen)
    between = max(0, len(order) - 2 * half)
    links: list[Line | Link] = list(fields_used(record, (one.event for one in chosen.values())))
    for index in order if not between else [*order[:half], *order[-half:]]:
        one = chosen[index]
        if one.gap:
            links.append(Line(message("… ({quantos} passos iguais a estes, omitidos)", quantos=one.gap), ""))
        for called in record.called(index)[:MOST_CALLS] if record.calls else ():
            links += inside(called, half)
        found = record.noted_by(index)
        links += [
            Line(said, where(record, one.event.point.span.start), NOTE, (), said, NOTED) for said, slight in found if not slight
        ]
        noted = remarks_of(record, one.event) if remarks is None else remarks.get(index, ())
        slightly = tuple(said for said, slight in found if slight)
        behind: Data = ()
        if record.calls:
            behind, more = behind_calls(record, index)
            noted += more
        weight = weights.get(index, 0)
        if noted or (slightly and one.event.point.kind == "test"):
            weight += REMARKED
        elif slightly:
            weight = SLIGHT
        noted += slightly
        links.append(Link(record, one, noted, weight, behind))
    return links, between


NOTED, REMARKED, REPLACED, KEPT_OUT, SLIGHT, INNERMOST, EARLIER, OUTER, SOURCE = 320, 400, 300, 200, 125, 100, 90, 50, 10
"""Weights of lines: a function found something on its way; something is easily overlooked; a value was replaced; a test kept the
value from being another; nothing was read as a neutral value; the innermost test that led to it; tests before the last one that
kept it; those around the innermost; the step itself, where no test led to it."""


def weighed(record: Record, chosen: Mapping[int, Chosen], asked: str) -> dict[int, int]:
    """How much each step separated this end from the nearest other."""
    made: dict[int, int] = {}
    ends = [] if asked == REST else origin(record) if asked == VALUE else last_asked(record)
    if not ends:
        return made
    source = ends[-1]
    name = record.point(source).target
    kept = [
        index
        for index, one in chosen.items()
        if one.kept and name is not None and record.written[name] in one.kept and index > source
    ]
    for index in kept:
        made[index] = KEPT_OUT if index == kept[-1] else EARLIER
    for step in ends:
        causes = [test for test, _ in record.causes(step)]
        for depth, test in enumerate(reversed(causes)):
            made.setdefault(test, OUTER - min(depth, 40) if depth else INNERMOST)
    made.setdefault(source, SOURCE)
    return made


def behind_calls(record: Record, index: int) -> tuple[Data, tuple[Message, ...]]:
    """What the formulas that a step called read where they got their values, and what is easily overlooked there."""
    read: dict[str, str] = {}
    remarks: list[Message] = []
    for called in record.called(index)[:MOST_CALLS]:
        way = origin(called)
        for step in [*way[-1:], *(test for test, _ in list(called.causes(way[-1]))[-1:])] if way else ():
            event = called.event(step)
            read |= parts_read(called, event)
            remarks += [*remarks_of(called, event), *(said for said, slight in called.noted_by(step) if slight)]
    return tuple(read.items())[:MOST_CALLS], tuple(dict.fromkeys(remarks))


MOST_CALLS = 5
"""A step that calls more formulas tells of the first ones."""


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


def step_lines(
    record: Record, chosen: Chosen, remarks: Sequence[Message] = (), weight: int = 0, behind: Data = ()
) -> Iterator[Line]:
    """A step as lines: what it did, with what it read itself and what formulas ``behind`` it read that it called; and whose value
    it replaced."""
    event, point = chosen.event, chosen.event.point
    if point.span == NOWHERE:
        yield Line(message("{nome} já valia {valor}", nome=record.written[point.target or ""], valor=quoted(event.value)), "")
        return
    text = shorten(record.text(point.span), 100)
    place = where(record, point.span.start)
    read = parts_read(record, event) | dict(behind)
    data = tuple(read.items())
    with_values = values_text(read, remarks)
    if event.failed:
        yield Line(message("aqui a execução parou: {texto}{valores}", texto=text, valores=with_values), place, DECISION, data)
        return
    if point.kind == "test":
        yield test_line(record, chosen, Said(text, place, with_values, data), remarks, weight)
        return
    short = message("{texto}{valores}", texto=text, valores=with_values)
    kind = NOTE if remarks else DECISION if weight and point.kind == "effect" else FACT
    if point.kind == "assign":
        name = record.written[point.target or ""]
        said = message(
            "{nome} recebe {valor}: {texto}{valores}", nome=name, valor=quoted(event.value), texto=text, valores=with_values
        )
        yield Line(said, place, kind, data, short, weight)
        if chosen.replaced is not None:
            yield replaced_line(record, chosen, place)
    elif point.kind == "effect":
        yield Line(short, place, kind, data, short, weight)
    else:
        said = message("{texto} dá {valor}{valores}", texto=text, valor=quoted(event.value), valores=with_values)
        yield Line(said, place, kind, data, short, weight)
        if chosen.replaced is not None:
            yield replaced_line(record, chosen, place)


@attrs.frozen
class Said:
    """A step's own words: its text, its place, the values it read, and those as data."""

    text: str
    place: Message | str
    values: Message | str
    data: Data


def test_line(record: Record, chosen: Chosen, said: Said, remarks: Sequence[Message], weight: int) -> Line:
    """A condition with its answer, where it led, and what it kept from happening. A further turn of a loop decides nothing."""
    event = chosen.event
    answer = display(event.value)
    short = message("{texto} é {resposta}{valores}", texto=said.text, resposta=answer, valores=said.values)
    text = message(
        "{texto} é {resposta}{valores}{ramo}",
        texto=said.text, resposta=answer, valores=said.values, ramo=branch_taken(record, event, chosen.turns),
    )  # fmt: skip
    if chosen.kept:
        text = message("{linha}; por isso {nomes} fica como estava", linha=text, nomes=", ".join(chosen.kept))
    turning = not isinstance(event.point.node, If) and chosen.turns is None and not chosen.kept
    if chosen.turns is not None:
        short = message("{texto}{ramo}", texto=short, ramo=branch_taken(record, event, chosen.turns))
    return Line(text, said.place, FACT if turning and not remarks else DECISION, said.data, short, 0 if turning else weight)


def replaced_line(record: Record, chosen: Chosen, place: Message | str) -> Line:
    """Which value a step put another in place of, and where that one came from."""
    assert chosen.replaced is not None
    event, earlier = chosen.event, record.event(chosen.replaced)
    if event.point.target is None:
        text = message(
            "a linha {onde} dava {antes}, e a linha {linha} deu {depois} no lugar",
            onde=line_of(record, earlier),
            antes=quoted(earlier.value),
            linha=line_of(record, event),
            depois=quoted(event.value),
        )
        return Line(text, place, NOTE, (), text, REPLACED)
    name = record.written[event.point.target or ""]
    text = message(
        "{nome} tinha {antes} (linha {onde}); a linha {linha} pôs {depois} no lugar",
        nome=name,
        antes=quoted(earlier.value),
        onde=line_of(record, earlier),
        linha=line_of(record, event),
        depois=quoted(event.value),
    )
    return Line(text, place, NOTE, ((name, quoted(event.value)),), text, REPLACED)


def line_of(record: Record, event: Event) -> int:
    """The line of a step."""
    return record.source.position(event.point.span.start).line


def unreached(record: Record) -> Iterator[Line]:
    """In a run stopped by its limits: how often the loop in which it stood had turned."""
    if record.outcome.status != "fault" or not record.outcome.diagnostics or not len(record):
        return
    if record.outcome.diagnostics[0].code != "limite-passos":
        return
    number = record.point(len(record) - 1).number
    for test in loops_around(record.recording).get(number, ()) or (number,):
        point = record.recording.points[test]
        turns = len(record.steps_of.get(test, ()))
        if point.kind == "test" and not isinstance(point.node, If) and turns:
            text = message(
                "o laço não terminou: {texto} foi testado {quantas} vezes",
                texto=shorten(record.text(point.span), 100),
                quantas=turns,
            )
            yield Line(text, where(record, point.span.start), DECISION, (), text, INNERMOST)
            return


def branch_taken(record: Record, event: Event, turns: int | None = None) -> Message | str:
    """Where a test led; after how many turns a loop ended."""
    node = event.point.node
    if turns is not None:
        if turns == 0:
            return message(": o laço não chega a começar")
        return plural(
            turns, ": o laço termina depois de {quantas} volta", ": o laço termina depois de {quantas} voltas", quantas=turns
        )
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
    return values_text(parts_read(record, event), ())


def parts_read(record: Record, event: Event) -> dict[str, str]:
    """What a step's expression read, with the values."""
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
    return dict(list(seen.items())[:6])


def given_to_analisar(record: Record) -> str:
    """What ANALISAR was given where a run stopped, each with its value: ``A = Vazio, '', 'b'``. Its text joins the values by
    blanks, so that an empty one cannot be seen in it. Empty when the run did not stop there."""
    for one in reversed(list(record.all_records())):
        event = one.broken
        if event is None:
            continue
        values = {id(node): value for node, value in event.parts}
        for node in walk(event.point.expression):
            if isinstance(node, Call) and node.word.key == "ANALISAR":
                return ", ".join(str(given_one(one, event, argument, values)) for argument in node.arguments)
    return ""


def given_one(record: Record, event: Event, argument: Expression, values: Mapping[int, Any]) -> Message | str:
    """One argument: a literal as it stands, anything else with its value when it is known."""
    inner = bare(argument)
    written = shorten(record.text(argument.span), 40)
    if isinstance(inner, Name) and inner.word.key in record.variables:
        return f"{written} = {quoted(record.value_at(inner.word.key, event.index - 1))}"
    if id(inner) in values:
        return f"{written} = {quoted(values[id(inner)])}"
    return written


def values_text(seen: Mapping[str, str], remarks: Sequence[Message]) -> Message | str:
    """Values in brackets, with what is easily overlooked."""
    if not seen and not remarks:
        return ""
    said: Message | str = ", ".join(f"{name} = {value}" for name, value in seen.items())
    for remark in remarks:
        said = message("{lista}; {nota}", lista=said, nota=remark) if said else remark
    return message(" ({lista})", lista=said)


def result_line(record: Record) -> Line:
    """The end of the chain."""
    outcome = record.outcome
    if outcome.status == "fault":
        found = outcome.diagnostics[0]
        return Line(message("falha: {mensagem}", mensagem=found.message), where(record, found.span.start), DECISION)
    if outcome.status == "stopped":
        return Line(
            message("ANALISAR parou a fórmula: {mensagem}", mensagem=outcome.message or ""),
            where(record, record.broken.point.span.start if record.broken else 0),
            DECISION,
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
        return "'" + on_one_line(shorten(value)) + "'"
    return display(value)
