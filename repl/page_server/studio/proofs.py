"""What holds for all tickets, asked from the page: the properties of the folder as edited and the questions without a file, all or
those of one formula."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from formula.diagnostics import in_language
from formula.names import name_key
from repl.messages import message
from repl.page_server.studio.asking import Given
from repl.page_server.studio.bench import StudioBench
from repl.page_server.studio.faults import StudioFault
from repl.page_server.studio.jobs import Told, texts_of
from repl.showing.plans import left_to_say
from repl.showing.proofs import WORDS, move_told, ticket_told
from routing.domain.site import Site
from routing.proving.answers import Answer
from routing.proving.builtin.questions import answer_builtin
from routing.proving.property import Property
from routing.proving.proving import answer_property
from routing.proving.reading import read_properties
from routing.proving.rules import looks_of
from routing.proving.solver import Solver
from routing.testing.keeping import NEW_FILE

QUESTION_SECONDS, ALL_SECONDS = 5.0, 10.0
"""What one question and all of them may take; what is not decided by then says so."""


def properties(bench: StudioBench, given: Given, language: str) -> Told:
    """Every answer as it comes (``progress`` with ``answer``), then all."""
    state = bench.update(texts_of(given))
    site = bench.rules(state).site
    code = name_key(str(given.get("formula") or ""))
    if code and code not in site.formulas:
        raise StudioFault(404, "formula-ausente", message("a fórmula '{codigo}' não existe", codigo=str(given.get("formula"))[:80]))
    files = read_properties(site, bench.copy.path)
    about = {kind.code for kind in site.types.values() if not code or code in looks_of(site, kind).codes}
    asked = [one for file in files for one in file.properties if one.type in about]
    rows: list[dict[str, Any]] = []
    with Solver() as solver:
        for wanted, answer in answers(site, asked, code, solver):
            rows.append(row(bench, site, wanted, answer, language))
            yield {"progress": [len(rows), len(rows) if wanted is None else len(asked) + 1], "answer": rows[-1]}
    faulty = [bench.copy.name(file.path) for file in files if any(one.severity == "error" for one in file.faults)]
    yield {
        "result": {"state": state.as_json(), "formula": code or None, "answers": rows, "faulty": faulty, "proves": solver.proves}
    }


def answers(site: Site, asked: list[Property], code: str, solver: Solver) -> Iterator[tuple[Property | None, Answer]]:
    """The properties, then the questions without a file, in the time there is."""
    until = time.monotonic() + ALL_SECONDS

    def within(left: int) -> float:
        return max(0.5, min(QUESTION_SECONDS, (until - time.monotonic()) / left))

    for position, one in enumerate(asked):
        yield one, answer_property(site, one, solver, within=within(len(asked) - position + 2))
    for answer in answer_builtin(site, solver, formula=code, within=within(2 * len(site.types) + 1) / 2):
        yield None, answer


def row(bench: StudioBench, site: Site, asked: Property | None, answer: Answer, language: str) -> dict[str, Any]:
    """One answer as the page shows it: in words, with its place, the ticket and the way that lead to where it fails."""

    def said(text: str | None) -> str:
        return in_language(text or "", language)

    place = None if asked is None or asked.path is None else bench.copy.name(Path(asked.path).resolve())
    return {
        "name": said(answer.name), "kind": answer.kind, "answer": answer.answer, "word": said(WORDS[answer.answer]),
        "because": said(answer.because), "assumptions": [said(one) for one in answer.assumptions],
        "path": place, "line": None if asked is None else asked.line,
        "ticket": None if answer.ticket is None else ticket_told(answer, site, language),
        "moves": [said(move_told(one, answer, site)) for one in answer.moves],
        "decisions": [
            {"text": said(one.short or one.text), "where": said(one.where) or None}
            for made in answer.plans
            for one in left_to_say(made)
        ],
        "case": answer.case,
        "case_path": case_path(bench, answer) if answer.case is not None else None,
    }  # fmt: skip


def case_path(bench: StudioBench, answer: Answer) -> str:
    """A file of its own beside the kept cases: the ticket's whole way is one case with its type."""
    start = NEW_FILE.removesuffix(".casos.toml")
    number = 1
    while (bench.copy.path / "casos" / f"{start}-{answer.kind}-{number}.casos.toml").exists():
        number += 1
    return f"casos/{start}-{answer.kind}-{number}.casos.toml"
