"""Rules that note what their runs reach, and those of the formulas they call."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from formula.context import Context
from formula.engine import Rule
from formula.limits import DEFAULT, Limits
from formula.runtime.covering import Covering, Fact, compile_covering

if TYPE_CHECKING:
    from formula.outcome import Outcome
    from formula.runtime.program import Program
    from formula.runtime.record import Record
    from formula.schema import Schema

Called = Callable[[str, Rule], Rule]
"""Gives the rule to run in the place of a called one, by its code: a covered one, the same whenever they are the same."""


class Covered(Rule):
    """A rule whose runs are measured. Outcomes are those of the rule.

    ``called`` covers the formulas that this one calls, at any depth. A run that breaks is made once more the careful way, so
    that nothing is taken for reached that was not.
    """

    __slots__ = ("_called", "_careful", "_checked_way", "_rule", "_trusted_way", "careful")

    def __new__(cls, rule: Rule, called: Called, *, careful: bool = False) -> Self:  # noqa: ARG004 - as below
        """One way to run for all."""
        return object.__new__(cls)

    def __init__(self, rule: Rule, called: Called, *, careful: bool = False) -> None:
        """Raises RecursionError or SyntaxError for a rule that is just simple enough to be compiled without marks."""
        self.careful = careful
        self._careful: Covered | None = None
        self._called = called
        self._rule = rule
        self._trusted_way = compile_covering(rule.checked, trusted=True, careful=careful)
        self._checked_way: Covering | None = None
        super().__init__(rule.checked, self._trusted_way.program)

    def run(self, context: Context = Context(), limits: Limits = DEFAULT) -> Outcome:  # noqa: B008
        """As a rule."""
        outcome = Rule.run(self, context, limits)
        if outcome.status != "ok" and not self.careful:
            self.carefully().run(context, limits)
        return outcome

    def carefully(self) -> Covered:
        """The same rule, measured the careful way."""
        if self._careful is None:
            self._careful = Covered(self._rule, self._called, careful=True)
        return self._careful

    def plain(self) -> Program:
        """The covering code that trusts no field."""
        if self._checked_way is None:
            self._checked_way = compile_covering(self.checked, trusted=False, careful=self.careful)
        return self._checked_way.program

    def compiled(self, text: str, schema: Schema, name: str) -> Rule:
        """A formula that this one calls."""
        found = self._called(name, self._rule.compiled(text, schema, name))
        return found.carefully() if self.careful and isinstance(found, Covered) else found

    def record(self, context: Context = Context(), limits: Limits = DEFAULT, *, past_stops: bool = False) -> Record:  # noqa: B008
        """A record notes values, not marks: what is recorded is run for its marks first."""
        self.run(context, limits)
        return super().record(context, limits, past_stops=past_stops)

    def reached(self) -> set[Fact]:
        """What all runs so far have reached."""
        return {fact for way in self.ways() for fact in way.reached()}

    def forget(self) -> None:
        """Begin anew."""
        for way in self.ways():
            way.forget()

    def ways(self) -> list[Covering]:
        """The codes that may have run."""
        own = [self._trusted_way] if self._checked_way is None else [self._trusted_way, self._checked_way]
        return own if self._careful is None else own + self._careful.ways()
