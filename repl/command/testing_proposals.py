"""``repasse test --gerar``: a table of cases that reaches every branch of a formula, on stdout for a person to confirm."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from repl.messages import message, plural
from repl.showing.console import FAULTY, FINE, INTERRUPTED, Console, Refusal
from repl.showing.faults import faults_text
from routing.testing.bench import Bench, Benches
from routing.testing.case import Case
from routing.testing.cases import cases_of, read_cases
from routing.testing.proposing.generate import go, proposal, start
from routing.testing.proposing.mutants import strengthen
from routing.testing.proposing.people import vary_people
from routing.testing.proposing.search import Search
from routing.testing.run import Prepared, Unprepared, prepare
from routing.testing.suite import find_files
from routing.workspace.toml_text import toml


def propose(console: Console, wanted: str, paths: tuple[str, ...]) -> int:
    """Search, show progress on a terminal, print what was found; Ctrl-C prints what there is so far."""
    ready = prepared_for(console, wanted, paths)
    if ready is None:
        return FAULTY
    search = start(ready[0], progress if sys.stderr.isatty() else None, ready[1:])
    code = FINE
    try:
        go(search)
        strengthen(search)
        vary_people(search)
    except KeyboardInterrupt:
        code = INTERRUPTED
        console.say(message("\ninterrompido: aqui está o que já foi encontrado"), error=True)
    if sys.stderr.isatty():
        click.echo("\r" + " " * 70 + "\r", nl=False, err=True)
    console.say(proposal(search).rstrip("\n"))
    tests = 2 * len(search.measure.tests)
    console.say(
        plural(
            len(search.chosen()),
            "{alcancados} de {todos} ramos com {casos} caso, em {execucoes} execuções: confira cada linha antes de guardar",
            "{alcancados} de {todos} ramos com {casos} casos, em {execucoes} execuções: confira cada linha antes de guardar",
            alcancados=tests - len(search.missing),
            todos=tests,
            casos=len(search.chosen()),
            execucoes=search.runs,
        ),
        error=True,
    )
    for one in sorted(search.missing, key=lambda one: (one.span.start, one.answer)):
        line = search.measure.source.position(one.span.start).line
        parts = {
            "linha": line,
            "condicao": search.measure.source.slice(one.span),
            "resposta": "VERDADE" if one.answer else "FALSO",
        }
        if one in search.failing:
            console.say(message("só alcançado ao falhar: linha {linha}: {condicao} = {resposta}", **parts), error=True)
        else:
            console.say(message("não alcançado: linha {linha}: {condicao} = {resposta}", **parts), error=True)
    return code


def progress(search: Search) -> None:
    """One line that changes."""
    tests = 2 * len(search.measure.tests)
    click.echo(f"\r{search.runs} execuções, {tests - len(search.missing)} de {tests} ramos", nl=False, err=True)


def prepared_for(console: Console, wanted: str, paths: tuple[str, ...]) -> list[Prepared] | None:
    """The formula ready to run in the context of each of its cases; None after telling why it cannot run."""
    first, *rest = cases_for(wanted, paths)
    try:
        made = [prepare(*first)]
    except Unprepared as fault:
        console.say(faults_text(fault.source, fault.faults, console.language), error=True)
        return None
    for case, bench in rest:
        try:
            made.append(prepare(case, bench))
        except Unprepared:
            continue  # a case that does not run says so in the run of the cases; it gives no seed
    return made


MOST_SEEDS = 500
"""Cases of a formula whose contexts a search begins with."""


def cases_for(wanted: str, paths: tuple[str, ...]) -> list[tuple[Case, Bench]]:
    """The cases of the formula with their benches; an empty one when it has none."""
    code = Path(wanted).name.removesuffix(".formula")
    roots = paths or ((str(Path(wanted).parent.parent),) if wanted.endswith(".formula") else (".",))
    benches = Benches()
    try:
        files = find_files(roots)
    except FileNotFoundError as missing:
        raise Refusal(message("'{caminho}' não existe", caminho=str(missing))) from missing
    found = [
        (case, benches.of(file))
        for file in files
        for case in read_cases(file).cases
        if case.formula.upper() == code.upper() and not case.faults and not case.moves
    ]
    if found:
        return found[:MOST_SEEDS]
    place = Path(roots[0]).absolute() / "casos" / "proposta.casos.toml"
    if wanted.endswith(".formula") and not paths:
        place = Path(wanted).absolute().with_name("proposta.casos.toml")
    text = f'formula = {toml(code)}\n[[caso]]\nnome = "proposta"\nretrato = true\n'
    return [(cases_of(text, place).cases[0], benches.of(place))]
