"""What the store knows of people, for a decision; and which of it a decision went by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs

from routing.domain.model import DiscussionEntry, Ticket, attendant_holder
from routing.domain.people import People
from routing.failures import UnknownTicket
from routing.store import rotation, tickets
from routing.store.recipients import sent_to
from routing.store.unit import Unit


@attrs.frozen(eq=False)
class StoreWorkload:
    """What the store knows of people, within one transaction (:class:`routing.domain.people.Workload`)."""

    unit: Unit
    people: People
    presence: int = 0
    """The number of the newest word that people said of their presence."""
    deciding: bool = False
    """Whether the transaction will write what is decided: then nobody else may take a turn that was looked at."""

    def load(self, attendant: str) -> int:
        """Tickets in somebody's hands that are not solved."""
        return tickets.open_count(self.unit, attendant_holder(attendant))

    def last_turn(self, group: str) -> str | None:
        """Who had the latest turn of a group's rotation; None when nobody ever had one."""
        return rotation.last_turn(self.unit, group, lock=self.deciding)

    def mails(self, addresses: Sequence[str], since: datetime) -> Sequence[int]:
        """Mails written to each address since a time."""
        return sent_to(self.unit, addresses, since)

    def ticket(self, key: str) -> Ticket | None:
        """Another ticket, without its histories."""
        try:
            found = tickets.find(self.unit, key)
        except UnknownTicket:
            return None
        return None if found is None else found.ticket

    def entry(self, ticket: str, number: int) -> DiscussionEntry | None:
        """An entry of a ticket's discussion, counted from 1."""
        found = tickets.entry(self.unit, ticket, number)
        return None if found is None else found[1]


@attrs.frozen(eq=False)
class AnswersKept:
    """A workload that keeps its answers, so that another look at the store can be compared."""

    inner: StoreWorkload
    loads: dict[str, int] = attrs.field(factory=dict)
    receivers: dict[str, str | None] = attrs.field(factory=dict)
    sent: list[tuple[Sequence[str], datetime, Sequence[int]]] = attrs.field(factory=list)
    tickets: dict[str, Ticket | None] = attrs.field(factory=dict)

    @property
    def presence(self) -> int:
        """As :attr:`StoreWorkload.presence`."""
        return self.inner.presence

    def load(self, attendant: str) -> int:
        """As :meth:`StoreWorkload.load`."""
        return self.loads.setdefault(attendant, self.inner.load(attendant))

    def last_turn(self, group: str) -> str | None:
        """As :meth:`StoreWorkload.last_turn`."""
        return self.receivers.setdefault(group, self.inner.last_turn(group))

    def mails(self, addresses: Sequence[str], since: datetime) -> Sequence[int]:
        """As :meth:`StoreWorkload.mails`."""
        many = self.inner.mails(addresses, since)
        self.sent.append((addresses, since, many))
        return many

    def ticket(self, key: str) -> Ticket | None:
        """As :meth:`StoreWorkload.ticket`."""
        made = self.tickets[key] = self.inner.ticket(key)
        return made

    def entry(self, ticket: str, number: int) -> DiscussionEntry | None:
        """As :meth:`StoreWorkload.entry`; an entry only changes with its ticket's version."""
        return self.inner.entry(ticket, number)

    def agree(self, later: StoreWorkload) -> bool:
        """Whether another look at the store gives the same answers."""
        return (
            later.presence == self.inner.presence
            and all(later.load(who) == many for who, many in self.loads.items())
            and all(later.last_turn(group) == who for group, who in self.receivers.items())
            and all(list(later.mails(addresses, since)) == list(many) for addresses, since, many in self.sent)
            and all(later.ticket(key) == one for key, one in self.tickets.items())
        )
