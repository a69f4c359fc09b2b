"""What a run gives back (contract, Outcome)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import attrs

from formula.diagnostics import Diagnostic, in_language
from formula.effects import Effect
from formula.runtime import values


@attrs.define
class Outcome:
    """The end of one run.

    ``status`` is ``ok``, ``stopped`` (ANALISAR) or ``fault``; ``value`` an int, Decimal, str, date, datetime, bool or None
    (Vazio, DATANULA is 01/01/0001); ``effects`` in order of execution, empty unless ``ok``; ``message`` the text of
    ANALISAR, or of the fault; ``steps`` loop turns and calls so far. Not frozen only because freezing triples the cost of
    making one, and a run makes one each time.
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
