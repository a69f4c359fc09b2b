"""Coverage from recorded runs: lines, branches and conditions of formulas; steps, edges, handoff kinds and gates of a site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from formula.parser import parse
from formula.runtime.values import to_logical
from formula.source import Source, Span
from formula.syntax import (
    Assign,
    Binary,
    Evaluate,
    Expression,
    Formula,
    If,
    LogicalLiteral,
    Name,
    Node,
    NumberLiteral,
    Repeat,
    Unary,
    While,
    bare,
    walk,
)
from routing.decision import Plan
from routing.testing.bench import Bench
from routing.testing.case import Case

if TYPE_CHECKING:
    from formula.runtime.record import Record
    from formula.runtime.recording import Recording

NOWHERE = Span(0, 0)
LONGEST_WAY = 4_000
"""Slots of a record up to which a run is compared with earlier ones, so that one more of the same costs little."""
GATES = tuple(f"G{number}" for number in range(1, 14) if number != 12)
"""Gates that can refuse; G12 only warns."""


@attrs.frozen
class Choice:
    """A condition whose two answers count: a whole test (a branch), or one of its atomic conditions. Known by its range."""

    span: Span
    line: int


@attrs.define(eq=False)
class FormulaMeasure:
    """What the runs of one text have reached. Lines are those on which a statement or test begins."""

    code: str
    path: str
    source: Source
    lines: frozenset[int]
    tests: tuple[Choice, ...]
    conditions: tuple[Choice, ...]
    reached: set[int] = attrs.field(factory=set)
    branches: dict[Span, set[bool]] = attrs.field(factory=dict)
    answers: dict[Span, set[bool]] = attrs.field(factory=dict)
    runs: int = 0
    ways: set[tuple[Any, ...]] = attrs.field(factory=set)

    @property
    def branch_count(self) -> tuple[int, int]:
        """Branches taken, and all: two a test."""
        return sum(len(self.branches.get(one.span, ())) for one in self.tests), 2 * len(self.tests)

    @property
    def condition_count(self) -> tuple[int, int]:
        """Answers of atomic conditions seen, and all: two each."""
        return sum(len(self.answers.get(one.span, ())) for one in self.conditions), 2 * len(self.conditions)

    @property
    def line_count(self) -> tuple[int, int]:
        """Lines reached, and all."""
        return len(self.reached), len(self.lines)

    def missing_branches(self) -> Iterator[tuple[Choice, bool]]:
        """Answers that a test never gave, in order of place."""
        yield from ((one, answer) for one in self.tests for answer in (True, False) if answer not in self.branches.get(one.span, ()))

    def missing_conditions(self) -> Iterator[tuple[Choice, bool]]:
        """Answers that an atomic condition never gave, in order of place."""
        yield from ((one, answer) for one in self.conditions for answer in (True, False) if answer not in self.answers.get(one.span, ()))


@attrs.frozen(eq=False)
class Reading:
    """How to read the records of one recording: lines and tests by point number, and tests of several conditions."""

    recording: Recording
    lines: dict[int, int]
    single: dict[int, Span]
    compound: dict[int, Expression]
    sizes: tuple[int, ...]
    telling: dict[int, tuple[int, ...]]
    """For each point whose values decide conditions, the slots of its event that tell."""


@attrs.define(eq=False)
class SiteMeasure:
    """What the moves of cases have reached of a site."""

    bench: Bench
    steps: set[tuple[int, int]] = attrs.field(factory=set)
    edges: set[tuple[int, int, int]] = attrs.field(factory=set)
    kinds: set[str] = attrs.field(factory=set)
    gates: set[str] = attrs.field(factory=set)
    moves: int = 0

    def add(self, plan: Plan) -> None:
        """Take in one plan."""
        self.moves += 1
        if plan.gate is not None:
            self.gates.add(plan.gate)
        if not plan.applies or plan.after is None:
            return
        kind = plan.after.type
        for ticket in (plan.before, plan.after):
            if ticket is not None and ticket.step is not None:
                self.steps.add((kind, ticket.step))
        for change in plan.steps:
            if change.to_step is None:
                continue
            self.steps.add((kind, change.to_step))
            self.kinds.add(self.kind_of(kind, change.to_step))
            if change.from_step is not None:
                self.edges.add((kind, change.from_step, change.to_step))

    def kind_of(self, kind: int, code: int) -> str:
        """The handoff kind with which a step receives."""
        step = self.bench.site.step(kind, code)
        return (step.handoff if step is not None else None) or self.bench.site.types[kind].handoff

    def all_steps(self) -> set[tuple[int, int]]:
        """Every step of every type."""
        return {(kind.code, step.code) for kind in self.bench.site.types.values() for step in kind.steps}

    def all_edges(self) -> set[tuple[int, int, int]]:
        """Every edge of every flow."""
        return {(kind.code, edge.from_step, edge.to_step) for kind in self.bench.site.types.values() for edge in kind.edges}

    def all_kinds(self) -> set[str]:
        """The handoff kinds that the site's steps use."""
        return {self.kind_of(kind, code) for kind, code in self.all_steps()}


@attrs.define(eq=False)
class Measures:
    """Everything measured in one run of cases."""

    formulas: dict[tuple[str, str], FormulaMeasure] = attrs.field(factory=dict)
    sites: dict[Path | None, SiteMeasure] = attrs.field(factory=dict)
    readings: dict[int, Reading] = attrs.field(factory=dict)
    latest: dict[tuple[int, str], FormulaMeasure] = attrs.field(factory=dict)

    def watches(self, bench: Bench, case: Case | None) -> tuple[Any, Any]:
        """The two functions that a case's run tells what happens."""
        site = self.sites.setdefault(bench.folder, SiteMeasure(bench))

        def watch(code: str, record: Record) -> None:
            self.add(bench, case, code, record)

        return watch, site.add

    def add(self, bench: Bench, case: Case | None, code: str, record: Record) -> None:
        """Take in one recorded run."""
        key = (id(record.recording), code)
        found = self.latest.get(key)
        if found is None:
            path = path_of(bench, case, code, record.source.text)
            found = self.formulas.get((path or code, record.source.text))
            if found is None:
                found = self.formulas[(path or code, record.source.text)] = new_measure(code, path, record.source, parse(record.source.text).tree)
            self.latest[key] = found
        take(found, self.reading(record.recording, record.source), record)

    def reading(self, recording: Recording, source: Source) -> Reading:
        """The reading of a recording, made once; it keeps the recording, whose ``id`` is the key."""
        if id(recording) not in self.readings:
            self.readings[id(recording)] = make_reading(recording, source)
        return self.readings[id(recording)]

    def add_untouched(self, benches: Iterable[Bench]) -> list[str]:
        """Bring in the formulas of workspaces that no case ran; the codes of those that cannot be parsed."""
        broken: list[str] = []
        for bench in benches:
            for text in bench.site.formulas.values():
                path = str((bench.folder / text.path).absolute()) if bench.folder is not None else ""
                if (path or text.code, text.text) in self.formulas:
                    continue
                parsed = parse(text.text, text.code)
                if parsed.tree is None:
                    broken.append(text.code)
                    continue
                self.formulas[(path or text.code, text.text)] = new_measure(text.code, path, parsed.source, parsed.tree)
        return broken

    def totals(self) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
        """Lines, branches and conditions of all formulas: reached, and all."""
        found = list(self.formulas.values())
        return (
            summed(one.line_count for one in found), summed(one.branch_count for one in found),
            summed(one.condition_count for one in found),
        )  # fmt: skip

    def percent(self) -> float:
        """Of all lines, branches and conditions together; 100 when there is nothing to reach."""
        reached, everything = summed(self.totals())
        return 100.0 if not everything else 100.0 * reached / everything


def summed(pairs: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """The sum of pairs."""
    left = right = 0
    for one, other in pairs:
        left, right = left + one, right + other
    return left, right


def path_of(bench: Bench, case: Case | None, code: str, text: str) -> str:
    """The file of a formula, absolute; nothing for one written in a case or a context."""
    found = bench.site.formulas.get(code.upper())
    if found is not None and found.text == text and bench.folder is not None:
        return str((bench.folder / found.path).absolute())
    if case is not None and not case.text and not case.moves:
        near = bench.formula(case)
        if near is not None and near.text == text and near.path:
            return str(Path(near.path).absolute())
    return ""


def own_points(recording: Recording) -> Iterator[Any]:
    """The points that stand in the text; others were made to cut a long formula up."""
    return (point for point in recording.points if point.span != NOWHERE)


def new_measure(code: str, path: str, source: Source, tree: Formula | None) -> FormulaMeasure:
    """A measure with nothing reached yet. Without a tree there is nothing to reach."""
    nodes = [] if tree is None else list(walk(tree))
    tests = [condition for node in nodes if (condition := condition_of(node)) is not None]
    starts = [node.span for node in nodes if isinstance(node, Assign | Evaluate)] + [test.span for test in tests]

    def choice(span: Span) -> Choice:
        return Choice(span, source.position(span.start).line)

    return FormulaMeasure(
        code, path, source,
        frozenset(source.position(span.start).line for span in starts),
        tuple(choice(test.span) for test in tests),
        tuple(choice(leaf.span) for test in tests for leaf in atoms(test)),
    )  # fmt: skip


def condition_of(node: Node) -> Expression | None:
    """The condition that a statement tests."""
    if isinstance(node, If | While):
        return node.condition
    return node.until if isinstance(node, Repeat) else None


def make_reading(recording: Recording, source: Source) -> Reading:
    """Which points matter and how."""
    single: dict[int, Span] = {}
    compound: dict[int, Expression] = {}
    for point in own_points(recording):
        if point.kind != "test":
            continue
        single[point.number] = point.span
        if len(list(atoms(point.expression))) > 1 or isinstance(bare(point.expression), Unary):
            compound[point.number] = point.expression
    lines = {point.number: source.position(point.span.start).line for point in own_points(recording)}
    return Reading(recording, lines, single, compound, tuple(point.size for point in recording.points), telling_slots(recording, compound))


def telling_slots(recording: Recording, compound: dict[int, Expression]) -> dict[int, tuple[int, ...]]:
    """A test's answer and the parts of a compound one; what is assigned to a variable that is itself a condition."""
    leaves = [leaf for expression in compound.values() for leaf in atoms(expression)]
    variables = {leaf.word.key for leaf in leaves if isinstance(leaf, Name)}
    made: dict[int, tuple[int, ...]] = {}
    for point in recording.points:
        answer = 1 + len(point.parts)
        if point.number in compound:
            own = {id(leaf) for leaf in atoms(compound[point.number])}
            made[point.number] = (*(at for at, part in enumerate(point.parts, 1) if id(part) in own), answer)
        elif point.kind == "test" or point.target in variables:
            made[point.number] = (answer,)
    return made


def way_of(reading: Reading, record: Record) -> tuple[Any, ...]:
    """What a run did, as far as coverage goes: runs of the same way reach the same."""
    log, sizes, telling = record.log, reading.sizes, reading.telling
    made: list[Any] = []
    at, end = 0, len(log)
    while at < end:
        number = log[at]
        made.append(number)
        slots = telling.get(number)
        if slots is not None:
            made += [log[at + slot] for slot in slots]
        at += sizes[number]
    if record.broken is not None:
        made += ["broken", record.broken.point.number]
    return tuple(made)


def take(measure: FormulaMeasure, reading: Reading, record: Record) -> None:
    """Add what one run reached."""
    measure.runs += 1
    if len(record.log) <= LONGEST_WAY:
        way = (id(reading), *way_of(reading, record))
        if way in measure.ways:
            return
        measure.ways.add(way)
    measure.reached.update(reading.lines[number] for number in record.point_counts if number in reading.lines)
    for number, given in record.answers.items():
        span = reading.single.get(number)
        if span is None:
            continue
        plain = {truth(answer) for answer in given}
        measure.branches.setdefault(span, set()).update(plain)
        if number not in reading.compound:
            measure.answers.setdefault(atom_span(reading.recording.points[number].expression), set()).update(plain)
    if reading.compound:
        take_conditions(measure, reading, record)


def take_conditions(measure: FormulaMeasure, reading: Reading, record: Record) -> None:
    """Add the answers of atomic conditions within tests of several."""
    for index in range(len(record)):
        expression = reading.compound.get(record.point(index).number)
        if expression is None:
            continue
        event = record.event(index)
        values = {id(node): value for node, value in event.parts}
        if not event.failed:
            evaluate(expression, values, record, index, measure.answers)


def evaluate(node: Expression, values: dict[int, Any], record: Record, index: int, answers: dict[Span, set[bool]]) -> bool:
    """A test's value by its parts, stopping early as the run did (O3); each atomic condition reached is noted."""
    inner = bare(node)
    if isinstance(inner, Binary) and inner.operator in {"E", "OU"}:
        left = evaluate(inner.left, values, record, index, answers)
        if left is (inner.operator == "OU"):
            return left
        return evaluate(inner.right, values, record, index, answers)
    if isinstance(inner, Unary) and inner.operator == "NAO":
        return not evaluate(inner.operand, values, record, index, answers)
    answer = truth(leaf_value(inner, values, record, index))
    answers.setdefault(inner.span, set()).add(answer)
    return answer


def leaf_value(node: Expression, values: dict[int, Any], record: Record, index: int) -> Any:
    """The value of an atomic condition: recorded, or a variable's or literal's."""
    if id(node) in values:
        return values[id(node)]
    if isinstance(node, Name):
        return record.value_at(node.word.key, index - 1)
    if isinstance(node, LogicalLiteral | NumberLiteral):
        return node.value
    return record.event(index).value


def truth(value: Any) -> bool:
    """A condition's answer (C7)."""
    return value if isinstance(value, bool) else to_logical(value)


def atoms(node: Expression) -> Iterator[Expression]:
    """The atomic conditions of a test, in order."""
    inner = bare(node)
    if isinstance(inner, Binary) and inner.operator in {"E", "OU"}:
        yield from atoms(inner.left)
        yield from atoms(inner.right)
    elif isinstance(inner, Unary) and inner.operator == "NAO":
        yield from atoms(inner.operand)
    else:
        yield inner


def atom_span(node: Expression) -> Span:
    """The range of a test that is one atomic condition."""
    return next(atoms(node)).span
