"""Approvals of a step: the voices, and where they lead. Pure; nothing here acts.

A seat is a person or a group of ``por``. A voice takes one seat, and a person has one voice while the ticket is in the step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from routing.domain.model import Approval, Ticket, Voice

APPROVE, REJECT = "approve", "reject"


@attrs.frozen
class Standing:
    """Where the voices of a step lead: ``missing`` seats (as written in ``por``) that may still speak, ``met``: approved,
    ``lost``: rejected."""

    voices: tuple[Voice, ...]
    missing: tuple[str, ...]
    met: bool
    lost: bool

    def as_json(self) -> dict[str, Any]:
        """The contract's ``approvals`` and ``missing``."""
        return {"approvals": [voice.as_json() for voice in self.voices], "missing": list(self.missing)}


def spoken(ticket: Ticket, more: Iterable[Voice] = ()) -> tuple[Voice, ...]:
    """The voices since the ticket came to its step, oldest first."""
    return tuple(voice for voice in (*ticket.voices, *more) if voice.step == ticket.step and voice.version > ticket.step_version)


def counted(approval: Approval, voices: Iterable[Voice]) -> tuple[Voice, ...]:
    """Those voices whose seat the rules still have: other rules may ask other people while a ticket waits."""
    return tuple(voice for voice in voices if voice.seat in approval.by)


def standing(approval: Approval, given: Iterable[Voice]) -> Standing:
    """What some voices mean by the rule of a step."""
    voices, need = counted(approval, given), needed(approval)
    yes = sum(voice.voice == APPROVE for voice in voices)
    no = len(voices) - yes
    met = yes >= need and not (approval.veto and no)
    lost = not met and ((approval.veto and no > 0) or len(approval.by) - no < need)
    taken = {voice.seat for voice in voices}
    missing = () if met or lost else tuple(seat for seat in approval.by if seat not in taken)
    return Standing(voices, missing, met, lost)


def needed(approval: Approval) -> int:
    """How many seats must approve."""
    if approval.rule == "todos":
        return len(approval.by)
    return 1 if approval.rule == "qualquer" else int(approval.rule)


def most_filled(may: Mapping[str, Sequence[str]]) -> int:
    """How many seats different people could take, of those who may speak for each (a largest matching)."""
    by_person: dict[str, str] = {}

    def place(seat: str, tried: set[str]) -> bool:
        for person in may[seat]:
            if person not in tried:
                tried.add(person)
                if person not in by_person or place(by_person[person], tried):
                    by_person[person] = seat
                    return True
        return False

    return sum(place(seat, set()) for seat in may)
