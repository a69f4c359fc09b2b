"""A release in shadow: it decides beside the active one what that has decided, and nothing is done.

A decision is kept with all that it was made from, so another release can decide it afterwards: no request waits for that, and none
is passed over while nobody looks, for the place up to which was looked is kept in the store. What the shadow asks and the decision
did not ask is a missing fact. Whoever looks counts for all: of two at once, one's round is thrown away.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

import attrs

from routing.releases.again import Recorded, recorded
from routing.releases.loading import Rules
from routing.releases.replay import Tally, replayed_one
from routing.store import decision_log, releases
from routing.store.recordings import count_after, known_numbers
from routing.store.unit import Store

TOGETHER = 200
"""Decisions of one round: others who use the process do not wait long."""
LISTED = 200
"""The latest decisions that differ, kept by number; a replay shows all."""
LATE = timedelta(minutes=10)
"""How long a number that was passed over may still come: PostgreSQL gives it out before its transaction ends."""
MOST_LATE = 2_000

Look = Callable[[str, str], Rules]
"""The rules of two revisions."""


@attrs.frozen
class Seen:
    """What came of a shadow so far: of the decisions behind number ``after``, looked at up to ``until``. ``differ`` are the latest
    that are not the same; ``late`` are numbers that were passed over, with the moment."""

    rules: str
    after: int = 0
    until: int = 0
    decisions: int = 0
    same: int = 0
    changed: int = 0
    faults: int = 0
    missing: int = 0
    differ: tuple[int, ...] = ()
    late: tuple[tuple[int, str], ...] = ()

    def text(self) -> str:
        """As the store keeps it."""
        return json.dumps(attrs.asdict(self), sort_keys=True)

    def counted(self, tally: Tally, differ: Iterable[int]) -> Seen:
        """With what came of some more decisions."""
        return attrs.evolve(
            self,
            decisions=self.decisions + tally.decisions,
            same=self.same + tally.same,
            changed=self.changed + tally.counts["changed"],
            faults=self.faults + tally.counts["faults"],
            missing=self.missing + tally.counts["missing"],
            differ=(*self.differ, *differ)[-LISTED:],
        )


def read(text: str) -> Seen:
    """As :meth:`Seen.text` wrote it, or as a shadow begins."""
    kept = json.loads(text)
    lists = {"differ": tuple(kept.get("differ", ())), "late": tuple((number, at) for number, at in kept.get("late", ()))}
    return Seen(**{**kept, **lists})


def seen_of(store: Store) -> Seen | None:
    """What the release in shadow, or the latest that was, came to; None when there never was one."""
    kept = releases.shadow_text(store)
    return None if kept is None else read(kept)


def behind(store: Store, seen: Seen) -> int:
    """How many decisions nobody has looked at yet."""
    return count_after(store, seen.until)


@attrs.frozen
class Round:
    """What some more decisions came to, and what the store kept before and is to keep then."""

    decisions: int
    before: str
    after: str

    def keep(self, store: Store) -> int:
        """Count them, unless somebody else did meanwhile; how many that were. Raises StoreError."""
        if self.before != self.after and not releases.keep_shadow(store, self.before, self.after):
            return 0
        return self.decisions


def follow(store: Store, rules_of: Look, ended: Callable[[], bool] = lambda: False) -> int:
    """One round, looked at and kept; how many decisions that were. Raises StoreError, UnknownRules, WorkspaceError."""
    made = looked(store, rules_of, ended)
    return 0 if made is None else made.keep(store)


def looked(store: Store, rules_of: Look, ended: Callable[[], bool] = lambda: False) -> Round | None:
    """Let the release in shadow decide some of what was decided since the last round; None without a shadow, or when there is
    nothing. Nothing is written. Raises StoreError, UnknownRules, WorkspaceError.
    """
    active, kept = releases.look(store), releases.shadow_text(store)
    if active is None or active.shadow is None or kept is None:
        return None
    seen = read(kept)
    newest = decision_log.newest(store)
    if newest <= seen.until and not seen.late:
        return None
    rules, tally, differ = rules_of(active.shadow, active.people), Tally(), list[int]()
    until, found = seen.until, set[int]()
    for one in some(store, seen, newest):
        found.add(one.number)
        until = max(until, one.number)
        before = tally.same
        replayed_one(rules, one, tally)
        if tally.same == before:
            differ.append(one.number)
        if ended() or len(found) >= TOGETHER:
            break
    else:
        until = max(until, newest)
    now = datetime.now(UTC)
    late = [(number, at) for number, at in seen.late if number not in found and datetime.fromisoformat(at) > now - LATE]
    if not store.is_sqlite:
        late += [(number, now.isoformat()) for number in range(seen.until + 1, until + 1) if number not in found]
    then = attrs.evolve(seen.counted(tally, differ), until=until, late=tuple(late[-MOST_LATE:]))
    return Round(tally.decisions, kept, kept if then == seen else then.text())


def some(store: Store, seen: Seen, newest: int) -> Iterator[Recorded]:
    """The decisions of a round: those that have come late, then those that are new."""
    for number in known_numbers(store, [number for number, _ in seen.late]):
        yield from recorded(store, number, number)
    yield from recorded(store, seen.until + 1, newest)


def listed(store: Store, rules: Rules, seen: Seen) -> Tally:
    """The latest that are not the same, decided once more to show both ways."""
    tally = Tally()
    for number in seen.differ:
        for one in recorded(store, number, number):
            replayed_one(rules, one, tally)
    return tally
