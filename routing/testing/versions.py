"""All cases under two versions of the rules: which behave differently, and which changed line of a formula makes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import attrs

from routing.domain.site import Site
from routing.messages import message
from routing.testing.bench import Bench, ticket_of
from routing.testing.case import Case
from routing.testing.observed import Observed
from routing.testing.run import Result, Unprepared, observe_moves, prepare, unusable
from routing.testing.snapshots import MISSING, leaves, shown

PLACE = re.compile(r"(?P<code>.+), linha (?P<line>\d+)")
NO_LINE = "–"
"""The place of a difference that no line of a formula makes: types, people, settings."""
Link = tuple[str, str]


@attrs.frozen(eq=False)
class Look:
    """A case under one version: what a snapshot would keep of each run or move, or why it does not run."""

    pictures: list[Any]
    seen: tuple[Observed, ...] = ()
    faults: tuple[Link, ...] = ()

    def links(self) -> list[Link]:
        """Text and place of each link of the explanations, or of the faults that keep the case from running."""
        return [*self.faults, *(link for one in self.seen for link in links_of(one))]


@attrs.frozen
class Difference:
    """A case that behaves differently. ``keys`` are the parts of its behaviour that differ, each with what it was and what it is;
    ``where`` names the line, ``then`` and ``now`` are that line in both versions."""

    case: Case
    keys: tuple[tuple[str, str, str], ...]
    where: str
    then: str
    now: str


def look_at(case: Case, bench: Bench) -> Look:
    """A case under the rules of a bench."""
    try:
        if case.moves:
            ticket, faults = ticket_of(bench, case)
            faults = [*faults, *unusable(case)]
            if faults or ticket is None:
                return Look([not_run(one.message for one in faults)])
            seen = tuple(one for _, one in observe_moves(case, bench.site_for(case.given), ticket))
        else:
            seen = (prepare(case, bench).observe(),)
    except Unprepared as fault:
        name = fault.source.name
        places = (
            (str(one.message), str(message("{nome}, linha {linha}", nome=name, linha=one.start.line))) for one in fault.faults
        )
        return Look([not_run(one.message for one in fault.faults)], faults=tuple(places))
    return Look([one.picture() for one in seen], seen)


def not_run(reasons: Iterable[str]) -> dict[str, Any]:
    """The picture of a case that does not run."""
    return {"fim": str(message("não executa")), "motivo": [str(one) for one in reasons]}


def links_of(seen: Observed) -> list[Link]:
    """The links of one run or move, with their places."""
    return [(str(line.text), str(line.where or "")) for line in lines_told(seen)]


def lines_told(seen: Observed) -> list[Any]:
    """The explanation of one run or move."""
    if seen.plan is not None:
        return list(seen.plan.explanation)
    if seen.explain is None:
        return []
    from formula.explaining.explanation import explain

    return list(explain(seen.explain()))


def difference(case: Case, then: Bench, now: Bench) -> Difference | None:
    """How a case behaves differently under two benches; None when it does not."""
    old, new = look_at(case, then), look_at(case, now)
    if old.pictures == new.pictures:
        return None
    before, after = (dict(leaves(one.pictures[0] if len(one.pictures) == 1 else one.pictures)) for one in (old, new))
    keys = [key for key in {**before, **after} if before.get(key, MISSING) != after.get(key, MISSING)]
    where, was, would = changed_line(old.links(), new.links(), then.site, now.site)
    told = tuple((key, shown(before.get(key, MISSING)), shown(after.get(key, MISSING))) for key in keys)
    return Difference(case, told, where, was, would)


def changed_line(old: list[Link], new: list[Link], then: Site, now: Site) -> tuple[str, str, str]:
    """The place of the first link that differs and stands in a line that changed, with that line in both versions; without one,
    the place of the first link that differs at all."""
    known = {True: set(old), False: set(new)}
    parted = [(link, newer) for mine, newer in ((new, True), (old, False)) for link in mine if link not in known[newer]]
    for link, newer in parted:
        found = PLACE.fullmatch(link[1])
        if found is not None:
            hunk = hunk_of(found["code"], int(found["line"]), then, now, newer=newer)
            if hunk is not None:
                return hunk
    for (_, place), _ in parted:
        if PLACE.fullmatch(place):
            return place, "", ""
    return NO_LINE, "", ""


def hunk_of(code: str, line: int, then: Site, now: Site, *, newer: bool) -> tuple[str, str, str] | None:
    """The change of a formula that a line (of the newer or the older text) belongs to: its place and both texts."""
    was_text, now_text = (lines_of(site, code) for site in (then, now))
    for kind, old_start, old_end, new_start, new_end in SequenceMatcher(None, was_text, now_text, autojunk=False).get_opcodes():
        start, end = (new_start, new_end) if newer else (old_start, old_end)
        if kind == "equal" or not start < line <= end:
            continue
        first = (new_start if new_start < new_end else old_start) + 1
        was, would = on_one_line(was_text[old_start:old_end]), on_one_line(now_text[new_start:new_end])
        return str(message("{codigo}, linha {linha}", codigo=code, linha=first)), was, would
    return None


def lines_of(site: Site, code: str) -> list[str]:
    """The lines of a formula; none when the site has none of the code."""
    found = site.formulas.get(code.upper())
    return [] if found is None else found.text.splitlines()


def on_one_line(lines: Iterable[str]) -> str:
    """Some lines of a formula side by side."""
    return " / ".join(one.strip() for one in lines if one.strip())


def grouped(found: Iterable[Difference]) -> Mapping[tuple[str, str, str], list[Difference]]:
    """Differences by the line that makes them, the line with most cases first."""
    made: dict[tuple[str, str, str], list[Difference]] = {}
    for one in found:
        made.setdefault((one.where, one.then, one.now), []).append(one)
    return dict(sorted(made.items(), key=lambda group: (-len(group[1]), group[0])))


def deciding_line(result: Result) -> str:
    """The line of a formula that decided in a failed case: the last of the weightiest links; nothing where none did."""
    if result.observed is None:
        return ""
    placed = [line for line in lines_told(result.observed) if PLACE.fullmatch(str(line.where or ""))]
    most = max((line.weight for line in placed), default=0)
    return next((str(line.where) for line in reversed(placed) if line.weight == most), "")


def by_line(results: Iterable[Result]) -> Mapping[str, list[Result]]:
    """Failed cases by the line of a formula that decided last in them, the line with most first; lines of one case are left out."""
    made: dict[str, list[Result]] = {}
    for one in results:
        made.setdefault(deciding_line(one), []).append(one)
    several = [(where, those) for where, those in made.items() if where and len(those) > 1]
    return dict(sorted(several, key=lambda group: (-len(group[1]), group[0])))


def other_bench(bench: Bench, name: str) -> Bench:
    """The bench of a workspace under other rules: another folder's, or a release of its store. Its sample tickets stay.

    Raises UnknownRules, WorkspaceError.
    """
    from routing.releases.choosing import folder_rules, rules_named

    if Path(name).is_dir():
        return Bench(bench.folder, folder_rules(name, Path(name).absolute()).site)
    from routing.desk.desk import open_desk

    with open_desk(bench.folder or Path()) as desk:
        return Bench(bench.folder, rules_named(name, desk.site, desk.store).site)


def differences(cases: Iterable[tuple[Case, Bench]], name: str) -> Iterator[Difference | None]:
    """Each case that can run, under the other rules and under its own."""
    others: dict[int, Bench] = {}
    for case, bench in cases:
        if id(bench) not in others:
            others[id(bench)] = other_bench(bench, name)
        yield difference(case, others[id(bench)], bench)
