"""What a formula asks for, as frozen records in order of execution (contract, Effect). Nothing here acts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar

import attrs

Scalar = int | Decimal | str | date | datetime | bool | None


@attrs.frozen
class Effect:
    """A request to the host; ``type`` names it in JSON."""

    type: ClassVar[str]

    def as_json(self) -> dict[str, Any]:
        """The contract's shape; dates are ISO text, numbers in fields are exact decimal text."""
        kind: Any = type(self)
        return {"type": self.type, **{name: plain(getattr(self, name)) for name in names_of(kind)}}


@cache
def names_of(kind: type[Effect]) -> tuple[str, ...]:
    """The fields of a kind of effect, in order."""
    return tuple(field.name for field in attrs.fields(kind))


def plain(value: object) -> object:
    """A value as JSON can hold it."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    return value


@attrs.frozen
class HandoffMail(Effect):
    """ENVIAEMAILREPASSE: another handoff mail; moves nobody (S:81-87)."""

    type = "handoff_mail"
    from_address: str
    to: str
    cc: str
    destination: str

    def as_json(self) -> dict[str, Any]:
        """``from`` is a Python word, so the field is named apart."""
        return {
            "type": self.type,
            "from": self.from_address,
            "to": self.to,
            "cc": self.cc,
            "destination": self.destination,
        }


@attrs.frozen
class AddDiscussion(Effect):
    """ADICIONARDISCUSSAO: appends to the ticket's discussion."""

    type = "add_discussion"
    text: str


@attrs.frozen
class AddRequest(Effect):
    """ADICIONARSOLICITACAO: appends to the request."""

    type = "add_request"
    text: str


@attrs.frozen
class AddSolution(Effect):
    """ADICIONARSOLUCAO: appends to the solution."""

    type = "add_solution"
    text: str


@attrs.frozen
class AddDiscussionTo(Effect):
    """ADICIONARDISCUSSAOATENDIMENTO: appends to another ticket; ``ticket`` is ``coligada;localidade;código``."""

    type = "add_discussion_to"
    ticket: str
    text: str


@attrs.frozen
class ChangeFields(Effect):
    """ALTERARCAMPOATENDIMENTO: sets ticket fields and parameters; values are texts as written."""

    type = "change_fields"
    fields: dict[str, str]
    parameters: dict[str, str]


@attrs.frozen
class Schedule(Effect):
    """AGENDARARESPONDER: status G. ``reason`` is None for -1."""

    type = "schedule"
    wake_up: datetime | date
    deadline: datetime | date
    reason: int | None
    justification: str


@attrs.frozen
class ChangeStatus(Effect):
    """Status functions; ``status`` is a letter of taa.md. Reason and justification only for a cancellation."""

    type = "status"
    status: str
    reason: int | None = None
    justification: str = ""

    def as_json(self) -> dict[str, Any]:
        """Reason and justification appear only when given."""
        made: dict[str, Any] = {"type": self.type, "status": self.status}
        if self.status == "C":
            made |= {"reason": self.reason, "justification": self.justification}
        return made


@attrs.frozen
class Advance(Effect):
    """AVANCARETAPA: asks for the advance to a step, by code (int) or name."""

    type = "advance"
    step: int | str


@attrs.frozen
class HandOff(Effect):
    """REPASSARATENDIMENTO: asks for a handoff. ``reason`` is None for -1."""

    type = "hand_off"
    destination: str
    reason: int | None
    justification: str


@attrs.frozen
class Return(Effect):
    """REPASSARDEVOLTA: asks for a return to the previous holder."""

    type = "return"
    justification: str
