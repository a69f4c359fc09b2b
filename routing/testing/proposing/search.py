"""A search for contexts that reach every branch of a formula: what was tried, what is reached, what to try next."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from formula.explaining.coverage import Covered
from formula.limits import Limits
from formula.messages import Message
from formula.outcome import Outcome
from formula.runtime.covering import BRANCH, CONDITION, LINE, Fact
from formula.working_calendar import WorkingCalendar
from routing.domain.model import Holder
from routing.testing.coverage.measure import FormulaMeasure
from routing.testing.proposing.inputs import Input, applied
from routing.testing.proposing.inverses import CALLS
from routing.testing.proposing.wishes import View
from routing.testing.run import Prepared

if TYPE_CHECKING:
    from formula.engine import Rule

Goal = Fact
State = dict[Input, Any]
MOST_RUNS = 20_000
PAIR_RUNS = 3_000
RANDOM_RUNS = 3_000
STEPS = 50_000
"""Steps of one run of the search: a loop that needs more is given up."""


@attrs.frozen(eq=False)
class Trial:
    """One context tried, and what it reached."""

    state: State
    outcome: Outcome
    goals: frozenset[Goal]


@attrs.frozen(eq=False)
class Shifted:
    """A context tried with somebody of the directory as he is not, how that is told, and who receives then."""

    trial: Trial
    said: Message
    receiver: Holder | None


@attrs.define(eq=False)
class Search:
    """A search under way; what it has found is there at any time, so that it may be stopped."""

    prepared: Prepared
    inputs: list[Input]
    values: dict[Input, list[Any]]
    measure: FormulaMeasure
    trials: list[Trial] = attrs.field(factory=list)
    kept: list[Trial] = attrs.field(factory=list)
    reached: set[Goal] = attrs.field(factory=set)
    failing: set[Goal] = attrs.field(factory=set)
    """What runs came to that failed: a branch that nothing else comes to is not reached, but its failure is proposed."""
    runs: int = 0
    seen: set[Any] = attrs.field(factory=set)
    progress: Callable[[Search], None] | None = None
    columns: Mapping[str, Mapping[str, None]] = attrs.field(factory=dict)
    seeds: list[State] = attrs.field(factory=list)
    """Contexts of other cases of the formula: what they hold for the inputs."""
    extra: list[Trial] = attrs.field(init=False, factory=list)
    """Contexts chosen for what else they show."""
    shifted: list[Shifted] = attrs.field(init=False, factory=list)
    """Contexts in which the end depends on somebody of the directory."""
    named: dict[tuple[str, str], Input] = attrs.field(init=False)
    covered: Covered = attrs.field(init=False)
    branches: set[Goal] = attrs.field(init=False)
    """Both answers of every test."""
    conditions: set[Goal] = attrs.field(init=False)
    """Both answers of every atomic condition."""

    def __attrs_post_init__(self) -> None:
        """Formulas that are called run as they are: the search is for the branches of this one."""
        self.named = {(one.table, one.name): one for one in self.inputs}
        self.covered = Covered(self.prepared.rule, lambda _code, rule: rule)
        self.branches = {Fact(BRANCH, one.span, answer) for one in self.measure.tests for answer in (True, False)}
        self.conditions = {Fact(CONDITION, one.span, answer) for one in self.measure.conditions for answer in (True, False)}

    @property
    def missing(self) -> set[Goal]:
        """Branches not reached yet."""
        return self.branches - self.reached

    @property
    def spent(self) -> bool:
        """No more runs."""
        return self.runs >= MOST_RUNS

    def done(self) -> bool:
        """Nothing left to reach, or no more runs."""
        return self.spent or not ((self.branches | self.conditions) - self.reached)

    def key(self, state: State) -> tuple[str, ...]:
        """What tells contexts apart."""
        return tuple(str(state[one]) + type(state[one]).__name__ for one in self.inputs)

    def attempt(self, state: State) -> Trial | None:
        """Run once; None for a context tried before."""
        key = self.key(state)
        if key in self.seen or self.runs >= MOST_RUNS:
            return None
        self.seen.add(key)
        self.runs += 1
        trial = self.tried(state)
        if len(self.trials) < 2_000:
            self.trials.append(trial)
        fails = trial.outcome.status == "fault"
        known = self.reached | self.failing if fails else self.reached
        if trial.goals - known or not self.kept:
            self.kept.append(trial)
        if fails:
            self.failing |= trial.goals
        else:
            self.reached |= trial.goals
        if self.progress is not None and self.runs % 50 == 0:
            self.progress(self)
        return trial

    @property
    def limits(self) -> Limits:
        """The limits of one run."""
        return attrs.evolve(self.prepared.limits, steps=min(self.prepared.limits.steps, STEPS))

    def tried(self, state: State) -> Trial:
        """A run of a context and what it reached."""
        outcome = self.covered.run(applied(self.prepared.context, state), self.limits)
        goals = frozenset(self.covered.reached())
        self.covered.forget()
        return Trial(state, outcome, goals)

    def vary(self, start: int) -> None:
        """One input at a time, from every context that reached something new."""
        at = start
        while at < len(self.kept) and not self.done():
            state = self.kept[at].state
            for one in self.inputs:
                for value in self.values[one]:
                    self.attempt({**state, one: value})
            at += 1

    def pairs(self) -> None:
        """Two inputs at a time."""
        last = self.runs + PAIR_RUNS
        before = len(self.kept)
        for trial in list(self.kept):
            for place, one in enumerate(self.inputs):
                for other in self.inputs[place + 1 :]:
                    for value in self.values[one][:16]:
                        for second in self.values[other][:16]:
                            self.attempt({**trial.state, one: value, other: second})
                            if self.done() or self.runs >= last:
                                return
        self.vary(before)

    def view(self, state: State, rule: Rule | None = None) -> View:
        """A recorded run of a context, to be asked; of the formula itself or of a mutant."""
        rule = rule if rule is not None else self.prepared.rule
        record = rule.record(applied(self.prepared.context, state), self.limits)
        calendar = self.prepared.context.calendar or WorkingCalendar()
        return View(record, 0, {}, rule.checked.bindings, state, self.named, self.columns, CALLS, calendar=calendar)

    def at_random(self) -> None:
        """Any combination, in an order that is always the same."""
        order = random.Random(self.measure.source.text)  # noqa: S311 - no secret
        for _ in range(RANDOM_RUNS):
            if self.done():
                return
            before = len(self.kept)
            self.attempt({one: order.choice(given) for one, given in self.values.items()})
            if len(self.kept) > before:
                self.vary(before)

    def chosen(self) -> list[Trial]:
        """Few contexts that together reach everything reached, those that end well first; then the extra ones."""
        left = {fact for fact in self.reached | self.failing if fact.sort != LINE}
        made: list[Trial] = []
        pool = sorted(self.kept + self.trials, key=lambda one: one.outcome.status != "ok")
        if not left and pool:
            return [pool[0], *self.extra]
        while left:
            best = max(pool, key=lambda one: len(one.goals & left))
            if not best.goals & left:
                break
            made.append(best)
            left -= best.goals
        return [*made, *self.extra]
