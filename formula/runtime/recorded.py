"""Recording a run: the formula itself and, each in a record of its own, the formulas it calls."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from formula.context import Context, Run
from formula.diagnostics import Stop
from formula.host import steps_spent
from formula.outcome import Outcome
from formula.runtime.calling import Called, Formulas
from formula.runtime.record import Record, interrupted
from formula.runtime.stopping import steps_at
from formula.values import NOTED, release

if TYPE_CHECKING:
    from formula.limits import Limits
    from formula.runtime.program import Program
    from formula.runtime.recording import Recording
    from formula.schema import Schema


class Keeper:
    """What is written down while one formula runs, and the code that writes it."""

    def __init__(self, rule: Called, run: Run, past_stops: bool, depth: int = 0) -> None:
        """``run`` may have effects already, of the formulas that called this one, which are ``depth`` many."""
        self.depth = depth
        self.rule = rule
        self.run = run
        self.recording: Recording = rule.recording()
        self.log: list[Any] = []
        self.calls: list[Record] = []
        self.before = len(run.effects)
        self.program: Program = self.recording.program
        self.function = self.recording.function(self.log, self.calls, past_stops)

    def ended(self, outcome: Outcome, error: BaseException | None = None) -> Record:
        """The record; ``error`` is what stopped the formula."""
        broken = error and interrupted(error.__traceback__, self.recording, self.log, len(self.run.effects))
        recording = self.recording
        asked = tuple(self.run.effects[self.before :])
        return Record(
            self.rule.source,
            outcome,
            recording,
            self.log,
            recording.variables,
            recording.written,
            broken or None,
            asked,
            self.calls,
            self.before,
            self.run.notes,
            self.depth,
        )


class RecordedFormulas(Formulas):
    """Called formulas, each recorded for the one that calls it."""

    def __init__(
        self, run: Run, schema: Schema, name: str, compiled: Callable[[str, Schema, str], Called], past_stops: bool
    ) -> None:
        """As :class:`Formulas`. ``past_stops``: ANALISAR is noted and the run goes on."""
        super().__init__(run, schema, name, compiled)
        self.past_stops = past_stops
        self.keepers: list[Keeper] = []

    def inner(self, rule: Called, key: str) -> Any:
        """The value of a called formula; its record is kept also when it stops."""
        keeper = Keeper(rule, self.run, self.past_stops, len(self.run.chain))
        steps = self.run.steps
        self.keepers.append(keeper)
        try:
            value = self.perform(rule, key, keeper.program, keeper.function)
        except Stop as stop:
            outcome = Outcome("stopped", None, (), stop.text, (), steps_at(stop.__traceback__, keeper.program))
            self.keep(keeper.ended(outcome, stop))
            raise
        except Exception as error:
            # the caller's fault names the called formula; what it came from has the place there
            origin = error.__cause__ if isinstance(error.__cause__, Exception) else error
            self.keep(keeper.ended(rule.failed(origin, keeper.program), origin))
            raise
        effects = tuple(self.run.effects[keeper.before :])
        self.keep(keeper.ended(Outcome("ok", release(value), effects, None, (), self.run.steps - steps)))
        return value

    def keep(self, record: Record) -> None:
        """The innermost formula has ended: its record belongs to the one that called it."""
        self.keepers.pop()
        self.keepers[-1].calls.append(record)


def record_rule(
    rule: Called,
    context: Context,
    limits: Limits,
    arithmetic: decimal.Context,
    compiled: Callable[[str, Schema, str], Called],
    past_stops: bool,
) -> Record:
    """Run a rule once and keep everything that happened; see :meth:`formula.engine.Called.record`."""
    run = Run(context, limits)
    formulas = RecordedFormulas(run, rule.schema, rule.source.name, compiled, past_stops)
    run.called = formulas.value
    keeper = Keeper(rule, run, past_stops)
    formulas.keepers.append(keeper)
    program = keeper.program
    high = 10**limits.digits
    noting = NOTED.set([])
    with decimal.localcontext(arithmetic):
        try:
            if program.base_steps > limits.steps:
                raise steps_spent(program.base_steps, limits.steps)
            value = keeper.function(context.fields, context.parameters, run, (limits.steps, limits.text, -high, high))
        except Stop as stop:
            outcome = Outcome("stopped", None, (), stop.text, (), steps_at(stop.__traceback__, program))
            return keeper.ended(outcome, stop)
        except Exception as error:  # noqa: BLE001 - the formula's own faults; anything else is raised again inside
            return keeper.ended(rule.failed(error, program), error)
        finally:
            noted = NOTED.get()
            NOTED.reset(noting)
        steps = run.steps if program.own_steps else program.base_steps
        return keeper.ended(Outcome("ok", release(value), tuple(run.effects), None, rule.two_readings(noted or ()), steps))
