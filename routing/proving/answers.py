"""What is answered: proved, held, fails with a ticket and its way, never applies, or undecided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from formula.diagnostics import in_language
from routing.domain.decision import Plan, Request
from routing.domain.model import Ticket


@attrs.frozen(kw_only=True)
class Answer:
    """One property's answer. ``tried`` counts the situations that were planned; ``moves`` lead from ``ticket`` to where it
    fails; ``because`` is a sentence; ``where`` are places of formulas."""

    name: str
    kind: str
    answer: str
    because: str = ""
    assumptions: tuple[str, ...] = ()
    tried: int = 0
    seconds: float = 0.0
    ticket: Ticket | None = None
    moves: tuple[Request, ...] = ()
    plans: tuple[Plan, ...] = ()
    case: str | None = None
    where: tuple[str, ...] = ()

    def as_json(self, language: str = "pt") -> dict[str, Any]:
        """The contract's shape."""
        return {
            "name": in_language(self.name, language),
            "kind": self.kind,
            "answer": self.answer,
            "because": in_language(self.because, language),
            "assumptions": [in_language(one, language) for one in self.assumptions],
            "tried": self.tried,
            "seconds": round(self.seconds, 2),
            "ticket": None if self.ticket is None else self.ticket.as_json(),
            "moves": [move_json(one) for one in self.moves],
            "explanation": [
                {"text": line["text"], "where": line["where"]}
                for made in self.plans
                for line in made.as_json(language)["explanation"]
            ],
            "case": self.case,
            "where": list(self.where),
        }


def move_json(request: Request) -> Mapping[str, Any]:
    """A move as ``plan`` and ``move`` take it."""
    made: dict[str, Any] = {
        "action": request.action,
        "to": None if request.to is None else str(request.to),
        "actor": request.actor or None,
        "reason": request.reason,
        "justification": request.justification or None,
    }
    if request.set:
        made["set"] = {name: value for name, value in request.set if value is not None}
        made["clear"] = [name for name, value in request.set if value is None]
    if request.text:
        made["text"] = request.text
    for name in ("wake_up", "deadline"):
        value = getattr(request, name)
        if value is not None:
            made[name] = value.isoformat()
    return made
