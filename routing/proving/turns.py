"""Whose turn it is in a group is not for a ticket to say: in a question every member may have it, or the fewest tickets."""

from __future__ import annotations

from typing import Any

import attrs

from routing.domain.decision import Request
from routing.domain.people import NoWorkload, People


@attrs.frozen
class Turned(Request):
    """A move made while it is somebody's turn (``turn`` is an attendant's key)."""

    turn: str = ""


@attrs.frozen(eq=False)
class Turns(NoWorkload):
    """A store in which it is one person's turn in every group of his, and he has the fewest tickets; ``asked`` gathers who else
    might have been meant."""

    people: People
    chosen: str = ""
    asked: dict[str, None] = attrs.field(factory=dict)

    def load(self, attendant: str) -> int:
        """Fewer for the one chosen."""
        self.asked[attendant] = None
        return 1 if self.chosen and attendant != self.chosen else 0

    def last_turn(self, group: str) -> str | None:
        """Who comes before the one chosen."""
        found = self.people.groups.get(group)
        members = found.members if found is not None else ()
        self.asked.update(dict.fromkeys(members))
        return members[members.index(self.chosen) - 1] if self.chosen in members else None


def turns_of(people: People, request: Request) -> Turns:
    """The store of a move."""
    return Turns(people, request.turn if isinstance(request, Turned) else "")


def turned(request: Request, person: str) -> Turned:
    """The same move in somebody's turn."""
    given: dict[str, Any] = {one.name: getattr(request, one.name) for one in attrs.fields(Request)}
    return Turned(**given, turn=person)
