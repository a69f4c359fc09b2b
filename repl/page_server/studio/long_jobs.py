"""The questions that take long: all cases, a case of a situation, what a change does to open tickets, publishing."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from formula.diagnostics import in_language
from formula.printing.render import render
from repl.messages import message
from repl.page_server.studio.asking import Given
from repl.page_server.studio.bench import StudioBench
from repl.page_server.studio.faults import StudioFault
from repl.page_server.studio.jobs import Told, planned, texts_of
from repl.page_server.studio.proofs import properties
from repl.session.supposing import OTHERWISE, case_name, masks_of
from repl.showing.console import clock
from repl.showing.impact import impact_json
from repl.showing.releases import BrokenProperties, rules_alone, whoever
from routing.desk.impact import Impact, comparing
from routing.releases.publishing import PulledAway, publish
from routing.testing.bench import open_bench
from routing.testing.cases import cases_of
from routing.testing.coverage.measure import FormulaMeasure, Measures
from routing.testing.keeping import NEW_FILE, Unkeepable, kept, unused
from routing.testing.report import failure_text
from routing.testing.run import FAILED, PASSED, SKIPPED
from routing.testing.suite import Entry, Suite, find_files, focused, gather

PROGRESS_SECONDS = 0.2


def cases(bench: StudioBench, given: Given, language: str) -> Told:
    """Every rule test of the folder as edited, and what they reach of the formulas."""
    state = bench.update(texts_of(given))
    place = bench.copy.path / "casos"
    suite = gather(find_files([place])) if place.is_dir() else None
    entries = focused(suite.entries) if suite is not None else []
    measures, rows, told = Measures(), [], time.monotonic()
    for at, entry in enumerate(entries):
        if time.monotonic() - told > PROGRESS_SECONDS:
            told = time.monotonic()
            yield {"progress": [at, len(entries)]}
        rows.append(case_row(bench, suite, entry, measures, language))
    if suite is not None:
        measures.add_untouched(suite.benches.found.values())
    counts = Counter(row["status"] for row in rows)
    yield {
        "result": {
            "state": state.as_json(),
            "passed": counts[PASSED],
            "failed": counts[FAILED],
            "skipped": counts[SKIPPED],
            "cases": rows,
            "coverage": {
                bench.copy.name(Path(one.path)): covered(one) for one in measures.formulas.values() if one.path and not one.too_deep
            },
        }
    }


def case_row(bench: StudioBench, suite: Suite | None, entry: Entry, measures: Measures, language: str) -> dict[str, Any]:
    """What came of one case, or of a fault that stands for a whole file."""
    assert suite is not None
    result = suite.run(entry, lambda one: measures.watches(one.bench, one.case))
    status = FAILED if result is None else result.status
    detail, line = "", entry.line
    if result is None and entry.source is not None:
        detail = in_language(render(entry.source, entry.faults, language), language)
    elif result is not None and status == FAILED:
        detail = failure_text(result, language)
        line = next((wrong.line for wrong in result.mismatches if wrong.line), line)
    elif result is not None and status == SKIPPED:
        detail = in_language(result.reason, language)
    return {
        "path": bench.copy.name(entry.file.path.resolve()), "line": line, "name": entry.name, "status": status,
        "detail": detail.replace(str(bench.copy.path) + "/", ""),
    }  # fmt: skip


def covered(one: FormulaMeasure) -> dict[str, Any]:
    """Lines that a formula's runs reached, those they did not, and those with a condition that had one answer only."""
    half = {choice.line for choice, _ in one.missing_branches()} & one.reached
    return {"reached": sorted(one.reached - half), "half": sorted(half), "missed": sorted(one.lines - one.reached)}


def case(bench: StudioBench, given: Given, language: str) -> Told:
    """A planned move as a case at the end of a file of cases: the file's whole new text, which passes."""
    desk, plan, state = planned(bench, given)
    path = str(given.get("path") or f"casos/{NEW_FILE}")
    target = bench.copy.path / path
    before = target.read_text(encoding="utf-8-sig") if target.is_file() else ""
    before += "" if not before or before.endswith("\n") else "\n"
    before += "\n" if before else ""
    taken = {one.name for one in cases_of(before, target).cases}
    title = str(given.get("name") or "").strip()
    name = unused(title, taken) if title else in_language(case_name(plan, taken), language)
    try:
        masks = masks_of(desk.site) if given.get("mask") is True else None
        made = kept(plan, name, open_bench(bench.copy.path), target, before=before, site=desk.site, masks=masks)
    except Unkeepable as fault:
        raise StudioFault(
            422, "caso-recusado", fault.sentence, fault.hint, {"detail": in_language(fault.detail, language)}
        ) from fault
    told = in_language(OTHERWISE, language) if made.otherwise else ""
    yield {"result": {"state": state.as_json(), "path": path, "name": made.name, "text": before + made.text, "told": told}}


def impact(bench: StudioBench, given: Given, language: str) -> Told:
    """What the edited rules change for open tickets: the next move of each by the saved and by the edited rules."""
    old_rules = bench.saved_rules()
    state = bench.update(texts_of(given))
    new_rules = bench.rules(state)
    if old_rules is None:
        raise StudioFault(
            422,
            "sem-comparacao",
            message("as regras gravadas têm erros: não há com que comparar"),
            message("grave; a partir daí cada mudança pode ser comparada"),
        )
    old, new = bench.desk_under(old_rules), bench.desk_under(new_rules)
    told, made = time.monotonic(), Impact()
    for made in comparing(old, new, lambda: clock(old.site.zone)):
        if time.monotonic() - told > PROGRESS_SECONDS:
            told = time.monotonic()
            yield {"progress": [made.tickets, made.every]}
    yield {
        "result": {
            "state": state.as_json(),
            "saved": old_rules.revision,
            "rules": new_rules.revision,
            **impact_json(made, old.site, new.site, language),
        }
    }


def publishing(bench: StudioBench, given: Given, language: str) -> Told:
    """The folder's saved rules as the next release. ``accept``: also when open tickets lose something or a property fails."""
    desk = bench.opened()
    try:
        made = publish(
            desk.store, bench.folder.root, clock(desk.site.zone), rules_alone, by=whoever(),
            note=str(given.get("note") or ""), accept=bool(given.get("accept")), broken=BrokenProperties(),
        )  # fmt: skip
    except PulledAway as pulled:
        raise StudioFault(
            409, pulled.code, pulled.message, message("confira a lista e publique assim mesmo"),
            {"pulled": [in_language(one, language) for one in pulled.pulled]},
        ) from pulled  # fmt: skip
    yield {"result": {"rules": made.active.rules, "new": made.new}}


LONG: Mapping[str, Callable[[StudioBench, Given, str], Iterator[dict[str, Any]]]] = {
    "cases": cases, "case": case, "impact": impact, "publish": publishing, "properties": properties,
}  # fmt: skip
