"""Statistics (S:211): moves, refusals by gate, load by holder, time in steps against their ``duracao``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs

from formula.working_calendar import working_hours_between
from routing.desk.listing import since_of
from routing.desk.viewing import known_viewer
from routing.domain.gates import BY_ID
from routing.domain.model import STATUSES, holder_json
from routing.domain.site import Site
from routing.store.overall.counting import Counts

if TYPE_CHECKING:
    from routing.desk.desk import Desk

HOUR = 3600


@attrs.define
class Stays:
    """The stays in a step: hours on the clock, and of those that have a duration, working hours beyond it."""

    count: int = 0
    now: int = 0
    hours: float = 0.0
    longest: float = 0.0
    late: int = 0

    def add(self, hours: float, lasts: bool, late: bool) -> None:
        """One more."""
        self.count += 1
        self.now += lasts
        self.hours += hours
        self.longest = max(self.longest, hours)
        self.late += late


def statistics(desk: Desk, given: Mapping[str, Any], now: datetime, language: str) -> dict[str, Any]:
    """The document; ``given``: since, viewer. Raises WrongFilter, UnknownPerson."""
    site = desk.site
    since = since_of(given.get("since"), site.zone)
    viewer = known_viewer(site, given["viewer"]) if given.get("viewer") is not None else None
    counts = Counts(desk.store, viewer, since)
    order = {letter: at for at, letter in enumerate(STATUSES)}
    return {
        "since": None if since is None else since.isoformat(),
        "moves": [
            {"action": action, "status": status, "count": many} for action, status, many in counts.decisions("action", "status")
        ],
        "refusals": [
            {"gate": gate, "name": BY_ID[gate].name.text(language) if gate in BY_ID else "", "count": many}
            for gate, many in sorted(counts.decisions("gate"), key=lambda row: int(row[0][1:] or 0) if row[0] else 0)
            if gate
        ],
        "holders": holders(site, counts),
        "statuses": [
            {"status": letter, "count": many}
            for letter, many in sorted(counts.tickets("status"), key=lambda row: order.get(row[0], 0))
        ],
        "steps": steps(site, counts, now),
    }


def holders(site: Site, counts: Counts) -> list[dict[str, Any]]:
    """Open tickets by person and group, the most loaded first."""
    found = [(holder, many) for holder, many in counts.tickets("holder", open_only=True) if holder is not None]
    made = [{"holder": holder_json(holder), "name": str(site.people.holder_name(holder)), "open": many} for holder, many in found]
    return sorted(made, key=lambda row: (-row["open"], row["name"]))


def steps(site: Site, counts: Counts, now: datetime) -> list[dict[str, Any]]:
    """How long tickets stay, and how often beyond what the step takes."""
    found: dict[tuple[int, int], Stays] = {}
    for kind, code, began, ended in counts.stays():
        step = site.step(kind, code)
        until = now if ended is None else ended
        duration = None if step is None else step.duration
        late = duration is not None and until > began and working_hours_between(site.calendar, began, until) > duration
        hours = max((until - began).total_seconds(), 0) / HOUR
        found.setdefault((kind, code), Stays()).add(hours, ended is None, late)
    rows = []
    for (kind, code), stays in sorted(found.items()):
        step = site.step(kind, code)
        rows.append({
            "type": kind, "type_name": site.types[kind].name if kind in site.types else "", "step": code,
            "step_name": "" if step is None else step.name, "stays": stays.count, "now": stays.now,
            "average_hours": round(stays.hours / stays.count, 2), "longest_hours": round(stays.longest, 2),
            "duration": None if step is None or step.duration is None else step.duration, "late": stays.late,
        })  # fmt: skip
    return rows
