"""SQLite: moves decided before their turn to write, so that writers wait for each other's writing only.

SQLite lets one writer in at a time, and a decision takes longer than its rows. So a move reads and decides in a view and makes its
rows ready before it keeps anybody from writing. If nobody wrote since, the view goes on as the transaction that writes. Otherwise
the move looks whether what it went by is still so: its ticket, and what it asked for. If not, it is decided again. What
is written is therefore always what would have been decided there, as if moves came one after the other.

Writers of one process take turns among themselves as well. A move that is decided quickly is so at the beginning of its turn, for
threads that decide at the same time are slower than one after the other; one that may take long, or asks another database,
before it. Which it will be is judged by the latest moves of the same type of ticket.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from routing.deciding.gates import crowded, mails_by_address
from routing.desk.apply import apply
from routing.domain.decision import Plan
from routing.domain.site import Site
from routing.store.postgres.held import Write
from routing.store.tickets import Stored
from routing.store.unit import Collector, Store, Unit
from routing.store.view import view_of
from routing.store.workload import StoreWorkload, WatchedWorkload


@attrs.frozen(eq=False)
class Ahead:
    """A decided move with its rows, and what the decision went by: the ticket as it was ``stored``, and what was ``known`` of
    people."""

    site: Site
    plan: Plan
    stored: Stored
    known: WatchedWorkload
    writes: Sequence[Write]

    def holds(self, unit: Unit) -> bool:
        """Whether the decision would be the same by what a transaction that may write sees."""
        now = view_of(unit, self.stored.id)
        later = StoreWorkload(unit, self.site.people)
        same = (now.version, now.entry) == (self.stored.ticket.version, self.stored.entry)
        return same and self.known.agrees(later) and self.has_room(later, now.mail or 0)

    def has_room(self, later: StoreWorkload, newest: int) -> bool:
        """Whether its mails are still not too many (G13), now that there are some up to the ``newest``; how many there are does not
        matter, so nobody is asked as long as there is room for all."""
        if not self.known.mailed:
            return True
        counts, most = mails_by_address(self.plan.mails), self.site.policy.mails_per_address_hour
        return all(
            crowded(counts, [many + newest - one.newest for many in one.many], most) is None
            or crowded(counts, later.mails(one.addresses, one.since), most) is None
            for one in self.known.mailed
        )


LONG = 0.02
"""Seconds that a decision may take in the turn, where other writers of the process wait."""
CARE = 100
"""Moves of a type of ticket that are decided before their turn after one that took longer, or asked another database."""


class Pace:
    """Which types of tickets have their moves decided so quickly of late that they may be in their turn."""

    def __init__(self, foreign: bool) -> None:
        """``foreign``: decisions may run code that is not ours; then none."""
        self.foreign = foreign
        self.careful: dict[int, int] = {}

    def may_be_quick(self) -> bool:
        """Whether any type is."""
        return not self.foreign and not all(self.careful.values())

    def is_quick(self, kind: int) -> bool:
        """Whether a type is; not before its first move, which compiles its formulas."""
        return not self.careful.get(kind, 1)

    def took(self, kind: int, seconds: float) -> None:
        """A decision took so long."""
        if seconds > LONG:
            self.care(kind)
        else:
            self.careful[kind] = max(self.careful.get(kind, 1) - 1, 0)

    def care(self, kind: int) -> None:
        """Decide before their turn for a while."""
        self.careful[kind] = CARE


def made_ready(store: Store, row: int, plan: Plan, store_name: str, request_hash: str) -> tuple[Plan, Sequence[Write]]:
    """The moved plan of a stored ticket, and its rows. Entries of other tickets can only be written where those are found."""
    assert not plan.other_entries
    collector = Collector(store)
    return apply(collector, row, plan, store_name, request_hash), collector.writes
