"""One release for the whole service: what the folder becomes is published whole, and what is active is told.

The watcher looks at the folder's files now and then. A state that stays still, and that ``check`` finds no error in, becomes the
next release (``publicar = "automatico"``); a faulty one is told in log, ``/readyz`` and metrics, and the last good one stays. The
processes that decide look at the store themselves (:mod:`routing.releases.following`), so a change reaches all of them at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from routing.clock import now_in
from routing.desk.desk import Desk
from routing.desk.settling import AUTOMATIC, errors_of, policy_of
from routing.errors import FileFaults, RoutingError, WorkspaceError
from routing.failures import StoreError
from routing.releases.following import OtherRules
from routing.releases.publishing import Check, publish_release, pulled_away, whole_release
from routing.releases.release import Stamp, stamp_of
from routing.store import releases
from routing.store.releases import Active
from routing.workspace.folder import read_workspace

PAUSE = 0.4
"""Seconds between two looks. A changed folder must be the same at two of them."""
TOLD = 20
"""Faults of a refused state that the log has."""


def check_rules(folder: Path) -> list[FileFaults]:
    """What is wrong with a folder's rules, its rule tests apart."""
    site, found = read_workspace(folder)
    return [*found, *errors_of(site)] if site.folder else found


@attrs.define(eq=False)
class RulesWatch:
    """What decides now, and what keeps the folder's state from deciding. ``tell`` is called after a change with what is active."""

    desk: Desk
    folder: Path | None
    log: Any
    check: Check = check_rules
    tell: Callable[[Active], None] | None = None
    active: Active | None = None
    pending: int = 0
    switches: int = 0
    policy: str = AUTOMATIC
    seen: Stamp = ()
    judged: Stamp = ()

    def start(self) -> None:
        """Before the first request: the folder's rules, or the last good ones. Raises WorkspaceError when there are neither."""
        self.active = releases.look(self.desk.store)
        if self.folder is not None:
            self.judged = self.seen = self.stamp()
            self.judge(first=True)
        elif self.desk.release is not None and (self.active is None or self.active.held is None):
            self.active = publish_release(self.desk.store, self.desk.release, now_in(self.desk.site.zone)).active

    async def run(self) -> None:
        """Look until cancelled; a database that is away for a while is looked at again, and told of once."""
        told = False
        while True:
            await asyncio.sleep(PAUSE)
            try:
                await asyncio.to_thread(self.look)
                told = False
            except StoreError as error:
                if not told:
                    self.log.warning("rules_unknown", reason=error.text())
                told = True

    def look(self) -> None:
        """One look at the folder and at the store."""
        if self.folder is not None:
            stamp = self.stamp()
            if stamp == self.seen and stamp != self.judged:
                self.judged = stamp
                self.judge()
            self.seen = stamp
        found = releases.look(self.desk.store)
        if found is not None and found != self.active:
            self.switches += 1
            self.active = found
            self.log.info("rules", rules=found.rules, people=found.people, shadow=found.shadow, share=found.share)
            if self.tell is not None:
                self.tell(found)

    def stamp(self) -> Stamp:
        """The files as they are now."""
        assert self.folder is not None
        return stamp_of(self.folder)

    def judge(self, *, first: bool = False) -> None:
        """Make the folder's state a release, or say what keeps it back. Raises that when nothing was ever published."""
        assert self.folder is not None
        try:
            site, release = whole_release(self.folder, self.check)
            self.policy = policy_of(site.settings)
            if self.stamp() != self.judged:
                self.judged = ()  # somebody writes: the next still moment counts
                return
            self.pending = 0
            active = self.active
            if active is not None:
                if (active.rules, active.people) == (release.revision, release.people.revision) or self.policy != AUTOMATIC:
                    return
                if release.revision in (active.held, active.shadow, active.share):
                    return
                pulled = pulled_away(self.desk.store, site)
                if pulled:
                    self.refuse([str(line) for line in pulled], len(pulled))
                    return
            made = publish_release(self.desk.store, release, now_in(self.desk.site.zone))
            if first:
                self.active = made.active
        except WorkspaceError as fault:
            if first and self.active is None:
                raise
            errors = [
                f"{path}:{one.start.line}: {one.message}" for path, found in fault.files for one in found if one.severity == "error"
            ]
            self.refuse(errors, len(errors))
        except StoreError:
            self.judged = ()
            raise
        except (OSError, RoutingError) as fault:
            if first and self.active is None:
                raise
            self.refuse([str(fault)], 1)

    def refuse(self, reasons: list[str], count: int) -> None:
        """The folder's state does not decide; the last good release stays."""
        self.pending = count
        stays = None if self.active is None else self.active.rules
        self.log.warning("rules_refused", pending_faults=count, reasons=reasons[:TOLD], rules=stays)

    def desk_now(self) -> Desk:
        """The desk by what is active."""
        active, desk = self.active, self.desk
        if active is None or desk.follows is None or (desk.revision, desk.people_revision) == (active.rules, active.people):
            return desk
        rules = desk.follows.rules(desk.store, OtherRules(active.rules, active.people))
        return attrs.evolve(desk.under(rules), follows=desk.follows)
