"""One line of travel through all formulas of a move, as the page goes along it: a window of places around the one asked for."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path
from typing import Any

import attrs

from formula import values
from formula.diagnostics import in_language
from formula.runtime.record import SHORT, Record
from formula.values import shorten
from repl.page_server.studio.asking import Given
from repl.page_server.studio.bench import StudioBench
from repl.page_server.studio.jobs import Told, planned
from repl.session.debugging import fields_on_the_way
from repl.session.folder import runs_of
from repl.session.timeline import Spot, Trail
from repl.showing.doings import effect_line
from routing.domain.decision import Plan
from routing.domain.site import Site

AROUND = 600
"""Places told before and after the one asked for."""
MOST_FRAMES, MOST_EFFECTS = 400, 200


def travel(bench: StudioBench, given: Given, language: str) -> Told:
    """The places of the formulas of a move around ``at``; a move without formulas has none."""
    desk, made, state = planned(bench, given)
    yield {"result": {"state": state.as_json(), **travel_told(made, desk.site, given, language)}}


def travel_told(made: Plan, site: Site, given: Given, language: str) -> dict[str, Any]:
    """What the page goes along: ``size`` places, of which those from ``first`` on are told."""
    runs = runs_of(made)
    if not runs or made.before is None:
        return {"size": 0, "first": 0, "at": 0, "runs": [], "frames": [], "places": [], "effects": []}
    trail = Trail([one.record for one in runs])
    wanted = given.get("at")
    at = min(max(wanted, 0), trail.size - 1) if isinstance(wanted, int) else start_of(trail)
    first, last = max(0, at - AROUND), min(trail.size - 1, at + AROUND)
    window = Window(trail, site)
    places = [window.place(number) for number in range(first, last + 1)]
    seen = [(one.fields, one.parameters) for one in runs]
    return {
        "size": trail.size,
        "first": first,
        "at": at,
        "runs": [
            {
                "code": one.record.source.name,
                "first": trail.firsts[number],
                "fields": [
                    {"name": name, "value": told(now), "was": None if now == was else told(was)}
                    for name, now, was in fields_on_the_way(trail, seen, number)
                ],
            }
            for number, one in enumerate(runs)
        ],
        "frames": window.frames,
        "places": places,
        "effects": [
            in_language(effect_line(one, site, made.before), language)
            for one in trail.asked(trail.spot(trail.size - 1))[:MOST_EFFECTS]
        ],
    }


def start_of(trail: Trail) -> int:
    """Where one begins: at the beginning, or where a formula broke."""
    return trail.size - 1 if trail.runs[-1].record.broken is not None else 0


@attrs.define
class Window:
    """Places being told, with the runs of formulas that they lie in: a formula called twice has two *frames*."""

    trail: Trail
    site: Site
    frames: list[dict[str, Any]] = attrs.field(factory=list)
    numbers: dict[tuple[int, int], int] = attrs.field(factory=dict)
    earlier: list[int] = attrs.field(init=False)
    """How many effects the runs before each had asked for."""

    @earlier.default
    def _earlier(self) -> list[int]:
        return list(accumulate((len(one.record.asked) for one in self.trail.runs), initial=0))

    def place(self, number: int) -> dict[str, Any]:
        """What was done to come to a place, and where in the text that is; ``comes`` marks a step that is still to be done, at a
        formula's beginning, and ``failed`` one that broke."""
        spot = self.trail.spot(number)
        record, past, run = spot.record, spot.past, self.trail.run_at(number)
        made: dict[str, Any] = {
            "frame": self.frame(spot), "run": run, "effects": self.earlier[run] + spot.effect_count(),
            "line": 1, "text": "", "changes": {}, "value": told(None), "comes": past is None, "failed": False,
        }  # fmt: skip
        broke = number == self.trail.size - 1 and spot.comes is not None and spot.comes.failed
        event = past if past is not None and not broke else spot.comes
        if event is None:
            return made
        made |= {"line": record.line(event.index), "text": shorten(record.text(event.point.span), SHORT), "failed": event.failed}
        made["comes"] = event is not past and not event.failed
        if event is past:
            made["changes"] = {record.written[name]: told(value) for name, value in event.changes.items()}
            made["value"] = told(event.value)
        return made

    def frame(self, spot: Spot) -> int:
        """The number of the run of a formula that a place lies in, told when it is first met."""
        begins = spot.at(0)
        key = (begins, id(spot.home))
        if key not in self.numbers:
            self.numbers[key] = len(self.frames)
            self.frames.append(self.frame_told(spot))
        return self.numbers[key]

    def frame_told(self, spot: Spot) -> dict[str, Any]:
        """A run of a formula: its variables where the window meets it, lines that it never came to, who waits for it, its end."""
        record = spot.record
        few = len(self.frames) < MOST_FRAMES
        return {
            "code": record.source.name,
            "path": path_of(self.site, record.source.name),
            "variables": {record.written.get(name, name): told(value) for name, value in spot.state().items()} if few else {},
            "skipped": skipped_lines(record) if few else [],
            "callers": [
                {"code": one.record.source.name, "line": line_of(one)} for one in spot.callers()
            ] if few else [],
            "end": end_told(record),
        }  # fmt: skip


def path_of(site: Site, code: str) -> str:
    """The file of a formula in its folder; nothing for a text that is no file."""
    found = site.formulas.get(code.upper())
    return f"formulas/{Path(found.path).name}" if found is not None and found.path else ""


def line_of(spot: Spot) -> int:
    """The line of the step that calls."""
    return spot.record.line(min(spot.done, len(spot.record) - 1))


def skipped_lines(record: Record) -> list[int]:
    """The lines of a formula's statements on which no step ran."""
    return sorted(set(record.lines) - record.lines_taken())


def end_told(record: Record) -> dict[str, Any]:
    """What a formula came to."""
    outcome = record.outcome
    return {"status": outcome.status, "value": told(outcome.value)}


def told(value: Any) -> dict[str, Any]:
    """A value, its beginning when it is long."""
    return values.as_json(shorten(value, SHORT) if type(value) is str else value)
