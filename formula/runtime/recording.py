"""The recording compile: the same code with points that write down what happened.

Each simple statement and each condition is a *point*. When it has run, the values of its sub-expressions are written to a
flat log behind the point's number: one list, no object per event. Values that follow from the state (literals, variables)
are not written. Recording changes neither value, effects nor steps.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

import attrs

from formula.checking.checker import Checked, untrusted_kinds
from formula.checking.names import Builtin
from formula.diagnostics import Stop
from formula.reading.tree import Assign, Call, Evaluate, Expression, If, Repeat, Statement, While, bare, walk
from formula.runtime.compile import Compiler
from formula.runtime.program import Program
from formula.runtime.steps import calls_formula
from formula.source import Span

NOTING = frozenset(
    {
        "ATENDENTEDOGRUPO", "EXECSQL", "RESULTSQL", "RETORNAPROXIMOATENDENTEHIERARQUIARH", "RETORNAPROXIMOCHEFESECAOLABORE",
        "RETPROXIMOCHEFESECAOLABORE",
    }
)  # fmt: skip
"""Functions that may say what they found on their way (:meth:`formula.context.Run.note`)."""
BY_LETTER = frozenset({"CAMPOATENDIMENTO", "PARAMETROATENDIMENTO"})
"""Those that do so when they are given a letter (T11)."""

UNSEEN = type("Unseen", (), {"__repr__": lambda self: "UNSEEN", "__slots__": ()})()
"""Stands in the log for a sub-expression that was not reached (O3)."""

ANSWER = "answer"
"""Stands for the local of a test's value: the answer is a constant in each of the two ways."""


@attrs.frozen(eq=False)
class Point:
    """A place that records.

    ``kind`` is ``assign``, ``value``, ``effect`` or ``test``; ``node`` the statement (for a test its If, Repeat or While);
    ``parts`` the recorded sub-expressions in order of evaluation, ``size`` how many log slots an event takes;
    ``inside`` the tests that decide whether this point runs, each with the answer that leads here, innermost last;
    ``unsure`` the places of parts that may not be reached, counted from the point's number; ``counts_effects``: the last slot
    is how many effects there are, before it, with ``counts_calls``, how many formulas have been called; with ``counts_notes`` the
    slot behind the value is how much functions have noted.
    """

    number: int
    kind: str
    node: Statement
    expression: Expression
    span: Span
    parts: tuple[Expression, ...]
    target: str | None
    inside: tuple[tuple[int, bool], ...]
    unsure: tuple[int, ...]
    counts_effects: bool
    counts_calls: bool
    counts_notes: bool

    @property
    def size(self) -> int:
        """Slots of an event: the number of the point, its parts, the statement's value, the counts."""
        return 2 + len(self.parts) + self.counts_notes + self.counts_effects + self.counts_calls


@attrs.frozen(eq=False)
class Progress:
    """How far a line of code is: its point (-1 outside any), how many parts of it were evaluated, and the finished points
    before it whose events still stand in locals."""

    point: int
    done: int
    waiting: tuple[int, ...]


@attrs.frozen(eq=False)
class Recording:
    """A compiled recording: the program, its points, the progress of each line of code, for each point the locals that hold
    its slots, and the variables by key as they are ``written``."""

    program: Program
    points: tuple[Point, ...]
    progress: tuple[Progress, ...]
    slots: tuple[tuple[str, ...], ...]
    variables: tuple[str, ...]
    written: Mapping[str, str]

    def function(self, log: list[Any], calls: list[Any], past_stops: bool) -> FunctionType:
        """The function that writes to a log and counts the records of ``calls``. ``past_stops``: ANALISAR is noted and
        the run goes on."""
        made = {**self.program.namespace, "LOG": log, "CALLS": calls}
        if past_stops and "B_ANALISAR" in made:
            made["B_ANALISAR"] = noted(made["B_ANALISAR"])
        return FunctionType(self.program.code, made, "formula")


def noted(analisar: Callable[..., Any]) -> Callable[..., Any]:
    """ANALISAR that gives its text instead of ending the run."""

    def note_and_go_on(*arguments: Any) -> str:
        try:
            analisar(*arguments)
        except Stop as stop:
            return stop.text
        raise AssertionError("ANALISAR always stops")

    return note_and_go_on


def compile_recording(checked: Checked) -> Recording:
    """Compile a runnable tree with recording points; fields are checked as they come."""
    compiler = Recorder(checked)
    program = compiler.program()
    return Recording(
        program,
        tuple(point for point in compiler.points if point is not None),
        tuple(compiler.progress),
        tuple(compiler.slots),
        checked.variables,
        {key: word.written for key, word in checked.words.items()},
    )


class Recorder(Compiler):
    """The compiler with its recording points filled in. Events of statements in a row are written together."""

    recording = True

    def __init__(self, checked: Checked) -> None:
        """Kinds are those of untrusted fields: what is recorded does not depend on how fields arrive."""
        self.progress: list[Progress] = []
        self.points: list[Point | None] = []
        self.slots: list[tuple[str, ...]] = []
        self.current = -1
        self.parts: list[Expression] = []
        self.names: list[str] = []
        self.unsure: list[str] = []
        self.perhaps = 0
        self.tests: list[tuple[int, bool]] = []
        self.waiting: tuple[int, ...] = ()
        self.open_tests: list[tuple[list[ast.stmt], tuple[int, ...]]] = []
        super().__init__(checked, untrusted_kinds(checked), trusted=False)

    def mark(self, span: Span) -> None:
        """Remember for each line of code how far its point had come."""
        super().mark(span)
        self.progress.append(Progress(self.current, len(self.parts), self.waiting))

    def stop_when_spent(self) -> ast.stmt:
        """The fault of spent steps arises before the block's own points: it gets a line that says so."""
        self.mark(self.spans[-1])
        return super().stop_when_spent()

    def out_of_steps(self, more: int) -> ast.stmt:
        """As above, at a loop's turn."""
        self.mark(self.spans[-1])
        return super().out_of_steps(more)

    def opening(self) -> list[ast.stmt]:
        """The log is a local, which ``+=`` extends in place."""
        return [self.assign("log", self.load("LOG"))]

    def seen(self, node: Expression, made: ast.expr) -> ast.expr:
        """Keep a sub-expression's value in a local until its event is written. A statement's whole expression needs none:
        its value is the event's."""
        if node is self.whole:
            return made
        name = f"p{len(self.points)}_{len(self.parts)}"
        self.parts.append(node)
        self.names.append(name)
        if self.perhaps:
            self.unsure.append(name)
        self.mark(node.span)
        return self.named(name, made)

    def maybe(self, translate: Callable[[Expression], ast.expr], node: Expression, perhaps: bool) -> ast.expr:
        """A part behind E or OU may not be reached."""
        self.perhaps += perhaps
        made = translate(node)
        self.perhaps -= perhaps
        return made

    whole: Expression | None = None

    def open_point(self, expression: Expression) -> int:
        """Begin a point; its number is its place in the table."""
        number = len(self.points)
        self.points.append(None)
        self.slots.append(())
        self.current, self.parts, self.names, self.unsure = number, [], [], []
        self.whole = bare(expression)
        return number

    def close_point(
        self,
        number: int,
        kind: str,
        node: Statement,
        expression: Expression,
        span: Span,
        target: str | None,
        held: str,
    ) -> tuple[list[ast.stmt], list[ast.stmt]]:
        """End a point: what clears its unsure parts before, and what counts after. ``held`` is the local that has its
        value."""
        called = any(calls_formula(part, self.bindings) for part in walk(expression))
        notes = any(self.takes_notes(part) for part in walk(expression))
        counts = kind == "effect" or called or any(self.has_effect(part) for part in walk(expression))
        self.points[number] = Point(
            number,
            kind,
            node,
            expression,
            span,
            tuple(self.parts),
            target,
            tuple(self.tests),
            tuple(1 + self.names.index(name) for name in self.unsure),
            counts,
            called,
            notes,
        )
        self.mark(span)
        self.namespace["UNSEEN"] = UNSEEN
        clear: list[ast.stmt] = [self.assign(name, self.load("UNSEEN")) for name in self.unsure]
        kept: list[ast.stmt] = []
        slots = [*self.names, held]
        if notes:
            self.uses_run = True
            self.namespace["notes_so_far"] = notes_so_far
            kept.append(self.assign(f"n{number}", self.call("notes_so_far", self.load("run"))))
            slots.append(f"n{number}")
        if called:
            self.namespace["len"] = len
            kept.append(self.assign(f"c{number}", self.call("len", self.load("CALLS"))))
            slots.append(f"c{number}")
        if counts:
            self.uses_run = True
            self.namespace["effects_so_far"] = effects_so_far
            kept.append(self.assign(f"e{number}", self.call("effects_so_far", self.load("run"))))
            slots.append(f"e{number}")
        self.slots[number] = tuple(slots)
        self.current, self.parts, self.names, self.whole = -1, [], [], None
        self.waiting = (*self.waiting, number)
        return clear, kept

    def write(self) -> list[ast.stmt]:
        """Write the events that wait in locals."""
        waiting, self.waiting = self.waiting, ()
        return self.written_events(waiting) if waiting else []

    def written_events(self, numbers: tuple[int, ...], answer: bool | None = None) -> list[ast.stmt]:
        """Some events, in one go; ``answer`` is that of the last, when it is a test."""
        slots: list[ast.expr] = []
        for number in numbers:
            slots += [self.constant(number), *(self.slot(name, answer) for name in self.slots[number])]
        whole = ast.Tuple(slots, ast.Load(), **self.at)
        return [ast.AugAssign(self.store("log"), ast.Add(), whole, **self.at)]

    def slot(self, name: str, answer: bool | None) -> ast.expr:
        """What a slot is written from."""
        return self.constant(answer) if name == ANSWER else self.load(name)

    def before_change(self, local: str) -> list[ast.stmt]:
        """What waits is written before a local that it stands in changes."""
        return self.write() if any(local in self.slots[number] for number in self.waiting) else []

    def block(self, statements: tuple[Statement, ...]) -> list[ast.stmt]:
        """A block writes what waits when it ends."""
        return [*super().block(statements), *self.write()]

    def statement(self, statement: Statement) -> list[ast.stmt]:
        """What waits is written before a loop begins."""
        before = self.write() if isinstance(statement, Repeat | While) else []
        return [*before, *super().statement(statement)]

    def takes_notes(self, node: object) -> bool:
        """A call of a function that looks at people or rows, and may say what it found on its way; or of one that reads a ticket's
        datum by a letter, which takes nothing for a neutral value."""
        binding = self.bindings.get(id(node))
        if not isinstance(binding, Builtin):
            return False
        name = binding.row.name
        return name in NOTING or (name in BY_LETTER and isinstance(node, Call) and len(node.arguments) > 1)

    def has_effect(self, node: object) -> bool:
        """A call that adds effects by itself."""
        binding = self.bindings.get(id(node))
        return isinstance(binding, Builtin) and binding.row.effect

    def around(self, statement: Any, translate: Callable[[Any], list[ast.stmt]]) -> list[ast.stmt]:
        """A simple statement as a point."""
        if isinstance(statement, Assign):
            key = statement.target.key
            before = self.before_change(self.locals[key])
            number = self.open_point(statement.value)
            made = translate(statement)
            clear, kept = self.close_point(number, "assign", statement, statement.value, statement.span, key, self.locals[key])
            return [*before, *clear, *made, *kept]
        return self.recorded_evaluation(statement)

    def recorded_evaluation(self, statement: Evaluate) -> list[ast.stmt]:
        """An expression statement: the value it gave, or the effect it asked for."""
        binding = self.bindings.get(id(bare(statement.expression)))
        row = binding.row if isinstance(binding, Builtin) else None
        silent = row is not None and (row.effect or row.never_returns)
        before = [] if silent else self.before_change("r")
        number = self.open_point(statement.expression)
        held = f"w{number}" if silent else "r"
        made = [self.assign(held, self.expression(statement.expression))] if silent else self.evaluation(statement)
        clear, kept = self.close_point(
            number, "effect" if silent else "value", statement, statement.expression, statement.span, None, held
        )
        return [*before, *clear, *made, *kept]

    def tested(self, owner: If | Repeat | While, condition: Expression) -> tuple[list[ast.stmt], ast.expr]:
        """A condition as a point: what waits is written with its answer, where the answer is known."""
        number = self.open_point(condition)
        test = self.condition(condition)
        self.mark(condition.span)
        clear, kept = self.close_point(number, "test", owner, condition, condition.span, None, ANSWER)
        self.open_tests.append((kept, self.waiting))
        self.waiting = ()
        return clear, test

    def answered(self, answer: bool) -> list[ast.stmt]:
        """Write what the newest test not yet left has to say."""
        kept, waiting = self.open_tests[-1] if answer else self.open_tests.pop()
        return [*kept, *self.written_events(waiting, answer)]

    def enter_test(self, answer: bool) -> None:
        """The newest point is the test that decides what follows."""
        self.tests.append((len(self.points) - 1, answer))

    def turn_test(self) -> None:
        """The other answer of the innermost test."""
        number, answer = self.tests[-1]
        self.tests[-1] = (number, not answer)

    def leave_tests(self, count: int) -> None:
        """Out of a chain or a loop."""
        del self.tests[len(self.tests) - count :]


def notes_so_far(run: Any) -> int:
    """How much the functions of a run have noted."""
    return len(run.notes)


def effects_so_far(run: Any) -> int:
    """How many effects the run has asked for."""
    return len(run.effects)
