"""What a run gives back (contract, Outcome)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from formula import values
from formula.diagnostics import Diagnostic, in_language
from formula.effects import Effect
from formula.host import FALLBACK
from formula.values import Distrust


class Outcome(NamedTuple):
    """The end of one run.

    ``status`` is ``ok``, ``stopped`` (ANALISAR) or ``fault``; ``value`` an int, Decimal, str, date, datetime, bool or None
    (Vazio, DATANULA is 01/01/0001); ``effects`` in order of execution, empty unless ``ok``; ``message`` the text of
    ANALISAR, or of the fault; ``steps`` loop turns and calls so far. A tuple with names, since a run makes one each time and of
    what cannot be changed a tuple is made quickest.
    """

    status: str
    value: int | Decimal | str | date | datetime | bool | None
    effects: tuple[Effect, ...]
    message: str | None
    diagnostics: tuple[Diagnostic, ...]
    steps: int

    def as_json(self, language: str = "pt") -> dict[str, Any]:
        """The contract's shape."""
        return {
            "status": self.status,
            "value": values.as_json(self.value),
            "message": None if self.message is None else in_language(self.message, language),
            "effects": [effect.as_json() for effect in self.effects],
            "diagnostics": [diagnostic.as_json(language) for diagnostic in self.diagnostics],
            "steps": self.steps,
        }


made = tuple.__new__
"""Makes an outcome in half the time of calling its class."""

MOST_ENDS, SHORT_END = 64, 100
"""How many outcomes a rule keeps, and how long their texts may be."""


class Ends(dict[Any, Outcome]):
    """The outcomes of a rule that only looks at fields, by their values. Those of a few short texts are kept: such a rule
    mostly gives one of the texts that stand in it, and an outcome never changes. FALLBACK has none, and raises."""

    def __init__(self, steps: int, kept: Mapping[Any, Outcome]) -> None:
        """``steps``: what every run of the rule takes."""
        super().__init__(kept)
        self.steps = steps

    def __missing__(self, value: Any) -> Outcome:
        """A new outcome."""
        if value is FALLBACK:
            raise Distrust
        outcome = made(Outcome, ("ok", values.release(value), (), None, (), self.steps))
        if type(value) is str and len(value) <= SHORT_END and len(self) < MOST_ENDS:
            self[value] = outcome
        return outcome
