"""What the store knows of people, for a decision; and which of it a decision went by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs

from routing.domain.model import attendant_holder
from routing.domain.people import People
from routing.store import tickets
from routing.store.recipients import sent_of_all, sent_to
from routing.store.unit import Unit


@attrs.frozen(eq=False)
class StoreWorkload:
    """What the store knows of people, within one transaction (:class:`routing.domain.people.Workload`)."""

    unit: Unit
    people: People

    def load(self, attendant: str) -> int:
        """Tickets that are not at their end in somebody's hands."""
        return tickets.open_count(self.unit, attendant_holder(attendant))

    def last_receiver(self, group: str) -> str | None:
        """The member whose latest handoff is the newest; None when no member ever had one."""
        found = self.people.groups.get(group)
        latest = [(tickets.latest_handoff(self.unit, attendant_holder(key)), key) for key in (found.members if found else ())]
        number, key = max(latest, default=(0, ""))
        return key if number else None

    def mails(self, addresses: Sequence[str], since: datetime) -> Sequence[int]:
        """Mails written to each address since a time."""
        return sent_to(self.unit, addresses, since)


@attrs.frozen
class Mailed:
    """How many mails some addresses had got since a time, when the ``newest`` of all was that."""

    addresses: Sequence[str]
    since: datetime
    many: Sequence[int]
    newest: int


@attrs.frozen(eq=False)
class WatchedWorkload:
    """A workload that remembers what it answered about people, and how much mail they had got since when."""

    inner: StoreWorkload
    loads: dict[str, int] = attrs.field(factory=dict)
    receivers: dict[str, str | None] = attrs.field(factory=dict)
    mailed: list[Mailed] = attrs.field(factory=list)

    def load(self, attendant: str) -> int:
        """As :meth:`StoreWorkload.load`."""
        made = self.loads[attendant] = self.inner.load(attendant)
        return made

    def last_receiver(self, group: str) -> str | None:
        """As :meth:`StoreWorkload.last_receiver`."""
        made = self.receivers[group] = self.inner.last_receiver(group)
        return made

    def mails(self, addresses: Sequence[str], since: datetime) -> Sequence[int]:
        """As :meth:`StoreWorkload.mails`."""
        if not addresses:
            return ()
        many, newest = sent_of_all(self.inner.unit, addresses, since)
        self.mailed.append(Mailed(addresses, since, many, newest))
        return many

    def agrees(self, later: StoreWorkload) -> bool:
        """Whether people have and had the same, by another look at the store; mail apart."""
        return all(later.load(who) == many for who, many in self.loads.items()) and all(
            later.last_receiver(group) == who for group, who in self.receivers.items()
        )
