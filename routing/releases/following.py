"""Deciding by the active release, whichever process decides and whoever made it active.

A decision looks in its own transaction which release is active: one row, so that nobody sees half of a change, and every process on
one store changes at the same moment. A release is read when it is first met, outside the transaction; those met lately are kept.
"""

from __future__ import annotations

from hashlib import sha256
from threading import Lock

import attrs

from routing.domain.decision import Reason
from routing.domain.site import Site
from routing.releases.loading import Rules, load
from routing.store.releases import Active
from routing.store.unit import Store

KEPT = 4
"""Releases that a process keeps read."""


class OtherRules(Exception):
    """Another release decides now than the one at hand."""

    def __init__(self, revision: str, people: str) -> None:
        """Which."""
        super().__init__(revision)
        self.revision = revision
        self.people = people


@attrs.define(eq=False)
class Follower:
    """What a desk that follows the store knows. ``place`` gives what is no rule: databases, mail server. ``held`` is why the folder
    at hand did not become what decides."""

    place: Site
    held: Reason | None = None
    kept: dict[tuple[str, str], Rules] = attrs.field(factory=dict)
    lock: Lock = attrs.field(factory=Lock)

    def look(self, active: Active | None, key: str, have: tuple[str, str]) -> None:
        """Raises OtherRules when others than at hand decide about a ticket by what is ``active``."""
        if active is not None:
            revision = deciding(active, key)
            if (revision, active.people) != have:
                raise OtherRules(revision, active.people)

    def rules(self, store: Store, wanted: OtherRules) -> Rules:
        """The rules of a release, read once. Raises UnknownRules, WorkspaceError."""
        key = (wanted.revision, wanted.people)
        with self.lock:
            found = self.kept.pop(key, None) or load(store, *key, self.place)
            self.kept[key] = found
            while len(self.kept) > KEPT:
                del self.kept[next(iter(self.kept))]
            return found


def deciding(active: Active, key: str) -> str:
    """The revision that decides about a ticket: that of a share, for the same tickets each time, or the published one."""
    if active.share is not None and bucket(key) < active.percent:
        return active.share
    return active.rules


def bucket(key: str) -> int:
    """A number from 0 to 99 that a ticket's key always gives."""
    spelled = ";".join(part.strip() for part in key.split(";"))
    return int.from_bytes(sha256(spelled.encode("utf-8", "replace")).digest()[:4], "big") % 100
