"""Session commands on the whole workspace: its tickets listed, its cases run, its files read again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from formula.context import Context
from repl.messages import message
from repl.session.session import Session
from repl.showing.answers import DIM, FAULT, HINT, TITLE, VALUE, Answer, Line, answer, refusal
from repl.showing.plans import holder_text
from routing.errors import RoutingError
from routing.failures import Failure

MOST_LISTED = 20
MOST_FAILURES = 10
"""Failing cases told in full; the others by name."""


def no_workspace() -> Answer:
    """What is asked needs a workspace."""
    return refusal(message("nenhuma área de trabalho"), message("abra a sessão com: repasse repl --workspace PASTA"))


def ticket_list(session: Session, text: str = "") -> Answer:
    """Tickets with subject, step and holder, newest first; with a text those whose subject has it."""
    from routing.desk.listing import ticket_list as page

    if session.desk is None:
        return no_workspace()
    try:
        found = page(session.desk, {"limit": str(MOST_LISTED), "text": text.strip(), "in": "subject" if text.strip() else ""})
    except RoutingError as fault:
        return refusal(fault.message, fault.hint) if isinstance(fault, Failure) else refusal(str(fault))
    if not found["tickets"]:
        return answer(message("nenhum atendimento"), style=DIM)
    lines = [Line(message("Atendimentos"), TITLE), *(ticket_line(session, row) for row in found["tickets"])]
    if found["next"]:
        lines.append(Line(message("há mais: :lista PALAVRA procura no assunto"), HINT))
    return Answer(tuple(lines))


def ticket_line(session: Session, row: dict[str, Any]) -> Line:
    """A ticket in a line."""
    from routing.domain.flow import step_name
    from routing.domain.model import Holder

    holder = row["holder"] and Holder(*next(iter(row["holder"].items())))
    said = message(
        "  {chave}  {assunto} · {etapa} · {quem}",
        chave=row["key"],
        assunto=row["subject"] or message("sem assunto"),
        etapa=step_name(session.site, row["type"], row["step"]),
        quem=holder_text(holder, session.site) if holder else message("com ninguém"),
    )
    opened = session.ticket is not None and session.ticket.key == row["key"]
    return Line(said, VALUE if opened else "plain")


def run_cases(session: Session, wanted: str) -> Answer:
    """The cases of the workspace, or of one formula, or those with some words in their names."""
    from routing.testing.run import FAILED
    from routing.testing.suite import find_files, focused, gather

    folder = "" if session.site is None else session.site.folder
    if not folder:
        return no_workspace()
    suite = gather(find_files([folder]))
    try:
        chosen = focused(list(matching(suite.entries, wanted.strip())))
    except ValueError:
        return refusal(message("não se entende '{palavras}'", palavras=wanted))
    if not chosen:
        said = message("nenhum caso tem '{palavras}'", palavras=wanted.strip()) if wanted.strip() else message("não há casos")
        return refusal(said, message("um caso se escreve em casos/NOME.casos.toml; :caso ARQUIVO guarda o último plano como caso"))
    ended = [(entry, suite.run(entry)) for entry in chosen]
    failed = [(entry, result) for entry, result in ended if result is None or result.status == FAILED]
    lines = [summary(ended)]
    for at, (entry, result) in enumerate(failed):
        lines += (
            failure_lines(session, entry, result) if at < MOST_FAILURES else [Line(message("✗ {nome}", nome=entry.name), FAULT)]
        )
    return Answer(tuple(lines), faulty=bool(failed))


def matching(entries: list[Any], wanted: str) -> Iterator[Any]:
    """The entries of a formula by its code, else those with the words. Raises ValueError for words that make no sense."""
    from routing.testing.suite import wanted as with_words

    own = [one for one in entries if one.case is not None and one.case.formula.upper() == wanted.upper()] if wanted else []
    yield from own or with_words(entries, wanted)


def summary(ended: list[tuple[Any, Any]]) -> Line:
    """How many of each."""
    from routing.testing.run import FAILED, PASSED, SKIPPED

    states = [FAILED if result is None else result.status for _, result in ended]
    said = message(
        "{passou} passaram, {falhou} falharam, {pulou} pulados",
        passou=states.count(PASSED),
        falhou=states.count(FAILED),
        pulou=states.count(SKIPPED),
    )
    return Line(said, FAULT if FAILED in states else VALUE)


def failure_lines(session: Session, entry: Any, result: Any) -> list[Line]:
    """A failing case with its place, what it expected and what came."""
    from routing.testing.report import failure_text

    place = f"{Path(entry.file.path).name}:{entry.line}"
    lines = [Line(message("✗ {nome}  [{onde}]", nome=entry.name, onde=place), FAULT)]
    told = failure_text(result, session.language) if result is not None else "\n".join(str(one.message) for one in entry.faults)
    return [*lines, *(Line("  " + text) for text in told.splitlines())]


def read_folder(session: Session, _rest: str) -> Answer:
    """Read the workspace's files again and say what is not as it was."""
    from repl.session.reloading import read_again

    if session.desk is None:
        return no_workspace()
    lines, well = read_again(session)
    if well and not lines:
        return answer(message("nada mudou na pasta"), style=DIM)
    return Answer(lines, faulty=not well)


def runs_of(plan: Any) -> list[Any]:
    """The runs of all formulas of a move, in their order, each with the fields that the ticket had by then; once each."""
    from routing.deciding.formulas import Told

    if plan is None or plan.explanation is None:
        return []
    found = [part for part in plan.explanation.parts if isinstance(part, Told)]
    return list({id(part.record): part for part in reversed(found)}.values())[::-1]


def context_of(session: Session, run: Any) -> Context:
    """What a formula of the latest plan saw: the ticket as it was by then."""
    from repl.session.surroundings import context_for

    desk = session.planned_on or session.desk
    context = context_for(desk, session.plan.before)
    return attrs.evolve(context, now=session.plan.now, fields=run.fields, parameters=run.parameters)


def seen_in_plan(session: Session) -> list[Line]:
    """Count the formulas of the latest plan as covered, and what the probes saw in them."""
    from repl.session.probing import probe_lines
    from repl.showing.coverage import Covered

    lines: list[Line] = []
    runs = runs_of(session.plan)
    if not runs or session.plan.before is None:
        return lines
    desk = session.planned_on or session.desk
    for run in runs:
        record = run.record
        session.covered.setdefault(record.source.text, Covered(record.source.name, record)).add(record)
        if session.probes:
            context, schema = context_of(session, run), desk.site.schema(session.plan.before.type)
            lines += probe_lines(session.probes, record, 0, context, schema, named=True)
    return lines
