"""Explanations of runs that went the way of an earlier run: the chain is worked out once a way, then only values change.

What :func:`formula.explaining.explanation.explain` chooses and says depends on the way a run took (which points ran, how the tests
answered, which parts were reached), never on the values it met; those only stand in the lines. So the chain of a way is
told once, with marks in the place of values, and kept; telling a run of the same way puts its values in. Services explain
every decision, and most decisions of a formula go few ways.

Whoever only sends or stores the chain as JSON has no use for its lines: :func:`retell_as_text` keeps the JSON text of a way
with holes, and puts the values' texts in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from json.encoder import encode_basestring as quote
from typing import Any
from weakref import WeakKeyDictionary

import attrs

from formula.explaining.explanation import Data, Line, Remarks, explain, quoted
from formula.explaining.remarks import Watched, said, watched
from formula.explaining.slicing import REST, STEP, VALUE
from formula.messages import Message
from formula.outcome import Outcome
from formula.runtime.record import Record
from formula.runtime.recording import UNSEEN, Point, Recording
from formula.runtime.slots import MARK, Slot

MOST_SLOTS, MOST_WAYS = 500, 256
"""Longer runs are told as they are; of each formula so many ways are kept."""

Fill = Callable[[Sequence[Any]], Any]
Way = tuple[Any, ...]
Form = Callable[[str, str, str, Data, str, int], str]
"""Makes the JSON text of a line from its text, place, kind, data, shorter text and weight. It keeps what a line says letter for
letter (nothing is escaped but as JSON must)."""

NUMBERED = re.compile(f"{MARK}([0-9]+){MARK}")
HOLE = NUMBERED
"""A mark in JSON text, which keeps it as it is."""


@attrs.frozen(eq=False)
class Shape:
    """An event in the log: all its slots, those of parts that may not be reached, and the first that shows which way the run
    went (a test's answer, the counts)."""

    parts: int
    test: bool
    size: int
    unsure: tuple[int, ...]
    first: int


def shape_of(point: Point) -> Shape:
    """The shape of a point's events."""
    test = point.kind == "test"
    return Shape(len(point.parts), test, point.size, point.unsure, 1 + len(point.parts) + (not test))


@attrs.frozen(eq=False)
class Tales:
    """The shapes of a recording's events, what to watch in them, and the chains told of it so far by the way of the run: as lines
    by what the run was asked for, and as text by the form too."""

    shapes: tuple[Shape, ...]
    watched: dict[int, Watched]
    told: dict[str, dict[Way, Chain]]
    texts: dict[tuple[Form, str], dict[Way, Text]]


@attrs.frozen(eq=False)
class Text:
    """JSON text of a chain: ``pieces`` with blanks at the odd places, for the values at ``places`` of the log."""

    pieces: tuple[str, ...]
    places: tuple[int, ...]

    def filled(self, values: Sequence[Any]) -> str:
        """The text with values; a value met again is not written again."""
        made = list(self.pieces)
        written: dict[int, str] = {}
        at = 1
        for place in self.places:
            value = values[place]
            text = written.get(id(value))
            if text is None:
                text = written[id(value)] = quote(quoted(value))[1:-1]
            made[at] = text
            at += 2
        return "".join(made)


KEPT: WeakKeyDictionary[Recording, Tales] = WeakKeyDictionary()


def retell(record: Record, *, asked: str = VALUE) -> list[Line]:
    """The lines of :func:`explain`."""
    tales = tales_of(record)
    chain = None if tales is None else chain_of(record, tales, asked)
    if chain is None:
        return explained_once(record, asked)
    values = [*record.log, record.outcome.value]
    return [link if isinstance(link, Line) else link(values) for link, _ in chain]


def retell_weighty(record: Record, *, asked: str = VALUE) -> list[tuple[int, Callable[[], Line]]]:
    """Of the lines of :func:`explain` those that weigh something, by their weight, with what makes each."""
    tales = tales_of(record)
    chain = None if tales is None else chain_of(record, tales, asked)
    if chain is None:
        return [(line.weight, partial(itself, line)) for line in explained_once(record, asked) if line.weight > 0]
    values = [*record.log, record.outcome.value]
    return [
        (line.weight, partial(itself, link) if isinstance(link, Line) else partial(link, values))
        for link, line in chain
        if line.weight > 0
    ]


def itself(line: Line) -> Line:
    """A line that is made already."""
    return line


def explained_once(record: Record, asked: str) -> list[Line]:
    """The lines of :func:`explain` of a run that is told as it is: worked out once, whoever reads them, and how."""
    key = f"lines {asked}"
    found: list[Line] | None = record.asides.get(key)
    if found is None:
        found = record.asides[key] = explain(record, asked=asked)
    return found


Chain = tuple[tuple[Line | Fill, Line], ...]
"""Lines with marks in the place of values, each with what fills it, or itself when there is nothing to fill."""


def chain_of(record: Record, tales: Tales, asked: str) -> Chain | None:
    """The chain of the way that a run went; None when too many are kept."""
    told = tales.told[asked]
    remarks, way = way_and_remarks(record, tales)
    chain = told.get(way)
    if chain is None and len(told) < MOST_WAYS:
        lines = explain(marked(record, tales.shapes), remarks, asked=asked)
        chain = told[way] = tuple((filler_of_line(line) or line, line) for line in lines)
    return chain


def way_and_remarks(record: Record, tales: Tales) -> tuple[Remarks, Way]:
    """The way of a run and the remarks on its steps, worked out once."""
    found = record.asides.get("way")
    if found is None:
        remarks = remarked(record, tales)
        found = record.asides["way"] = (remarks, way_of(record, tales.shapes, remarks))
    return found


def retell_as_text(record: Record, form: Form, *, asked: str) -> str:
    """JSON texts of the lines of :func:`explain`, a line each. The text is that of each line's ``form``, which must be the same
    function each time."""
    tales = tales_of(record)
    if tales is None:
        return told_as_text(explained_once(record, asked), form)
    texts = tales.texts.setdefault((form, asked), {})
    remarks, way = way_and_remarks(record, tales)
    text = texts.get(way)
    if text is None:
        if len(texts) >= MOST_WAYS:
            return told_as_text(explained_once(record, asked), form)
        pieces = HOLE.split(told_as_text(explain(marked(record, tales.shapes), remarks, asked=asked), form))
        places = tuple(map(int, pieces[1::2]))
        text = texts[way] = Text(tuple("" if at % 2 else piece for at, piece in enumerate(pieces)), places)
    return text.filled([*record.log, record.outcome.value])


def told_as_text(lines: Sequence[Line], form: Form) -> str:
    """The same from the lines."""
    return "\n".join([form(line.text, line.where, line.kind, line.data, line.short, line.weight) for line in lines])


def tales_of(record: Record) -> Tales | None:
    """What is kept of the formula that ran; None for a run that is told as it is."""
    if record.outcome.status != "ok" or record.calls or len(record.log) > MOST_SLOTS or MARK in record.source.text:
        return None
    tales = KEPT.get(record.recording)
    if tales is None:
        shapes = tuple(map(shape_of, record.recording.points))
        seen = watched(record.recording, lambda node: record.text(node.span))
        tales = KEPT[record.recording] = Tales(shapes, seen, {VALUE: {}, STEP: {}, REST: {}}, {})
    return tales


def remarked(record: Record, tales: Tales) -> Remarks:
    """The remarks on each step of a short run: what a way depends on beside its answers."""
    made: dict[int, tuple[Message, ...]] = {}
    seen = tales.watched
    if not seen:
        return made
    log, shapes, points = record.log, tales.shapes, record.recording.points
    state: dict[str, Any] = {}
    at, end, index = 0, len(log), 0
    while at < end:
        number = log[at]
        shape = shapes[number]
        found = seen.get(number)
        if found is not None:
            remarks = said(found, tuple(log[at + 1 : at + 1 + shape.parts]), state.get)
            if remarks:
                made[index] = remarks
        target = points[number].target
        if target is not None:
            state[target] = log[at + 1 + shape.parts]
        at += shape.size
        index += 1
    return made


def way_of(record: Record, shapes: Sequence[Shape], remarks: Remarks) -> Way:
    """The points that ran, the answers of tests, the parts not reached (as negative places), the counts, whether there is a
    value, and the remarks on its steps."""
    log = record.log
    made: list[Any] = [record.source.name, record.outcome.value is None]
    made += [str(said) for _, said, _ in record.notes]
    for index, noted in remarks.items():
        made += (index, *map(str, noted))
    at, end = 0, len(log)
    while at < end:
        shape = shapes[log[at]]
        made.append(log[at])
        if shape.unsure:
            made += [-at - place for place in shape.unsure if log[at + place] is UNSEEN]
        if shape.first < shape.size:
            made += log[at + shape.first : at + shape.size]
        at += shape.size
    return tuple(made)


def marked(record: Record, shapes: Sequence[Shape]) -> Record:
    """The record with a mark for each value; what decides the way stays."""
    log = list(record.log)
    at = 0
    while at < len(log):
        shape = shapes[log[at]]
        value = at + 1 + shape.parts
        for place in range(at + 1, value if shape.test else value + 1):
            if log[place] is not UNSEEN:
                log[place] = Slot(place)
        at += shape.size
    found = record.outcome
    if found.value is not None:
        end: Any = Slot(len(log))
        found = Outcome(found.status, end, found.effects, found.message, found.diagnostics, found.steps)
    return attrs.evolve(record, log=log, outcome=found)


def filler_of_line(line: Line) -> Fill | None:
    """The function that makes the line from values; None when there are none in it."""
    text, short = filler(line.text), filler(line.short)
    data = tuple((name, filler(value) or value) for name, value in line.data)
    if text is None and short is None and data == line.data:
        return None
    where, kind, weight = line.where, line.kind, line.weight

    def filled(values: Sequence[Any]) -> Line:
        return Line(
            line.text if text is None else text(values),
            where,
            kind,
            tuple((name, value(values) if callable(value) else value) for name, value in data),
            line.short if short is None else short(values),
            weight,
        )

    return filled


def filler(text: Any) -> Fill | None:
    """The function that puts values into a sentence, or into a text; None when there is nothing to put in."""
    if not isinstance(text, str) or MARK not in text:
        return None
    if type(text) is Message:
        return sentence_filler(text)
    alone = NUMBERED.fullmatch(text)
    if alone:
        place = int(alone[1])
        return lambda values: quoted(values[place])
    pieces = NUMBERED.split(text)
    places = tuple(int(number) for number in pieces[1::2])
    pattern = "{}".join(piece.replace("{", "{{").replace("}", "}}") for piece in pieces[::2])
    return lambda values: pattern.format(*[quoted(values[place]) for place in places])


def sentence_filler(text: Message) -> Fill:
    """The function that makes a sentence from values."""
    template, domain = text.template, text.domain
    fixed = dict(text.values)
    found = {name: fill for name, fill in ((name, filler(value)) for name, value in fixed.items()) if fill is not None}
    fills = tuple(found.items())
    return lambda values: Message(template, fixed | {name: fill(values) for name, fill in fills}, domain)
