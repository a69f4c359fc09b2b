"""The command ``prove``: what holds for all tickets."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from formula.names import name_key
from repl.messages import message
from repl.showing.console import FAULTY, FINE, Console, Refusal

if TYPE_CHECKING:
    from routing.domain.site import Site
    from routing.proving.answers import Answer
    from routing.proving.exploring import Explored
    from routing.proving.reading import PropertyFile

SECONDS = 10.0


@click.command(
    "prove",
    help=message("Diz o que vale para todos os atendimentos: as propriedades de propriedades/*.toml e as perguntas sem arquivo."),
)
@click.argument("workspace")
@click.argument("names", nargs=-1, metavar="NAME…")
@click.option("--formula", default="", metavar="CODE", help=message("Só as perguntas sobre uma fórmula."))
@click.option(
    "--versions",
    nargs=2,
    metavar="A B",
    help=message("Compara as fórmulas de duas versões: revisões, diretórios, 'published' ou 'folder'."),
)
@click.option(
    "--within",
    type=click.FloatRange(min=0.1),
    default=SECONDS,
    show_default=True,
    metavar="SECONDS",
    help=message("Tempo para cada pergunta."),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    help=message("Tabela para pessoas ou um documento JSON."),
)
@click.pass_obj
def prove_command(
    console: Console,
    workspace: str,
    names: tuple[str, ...],
    formula: str,
    versions: tuple[str, str] | None,
    within: float,
    form: str,
) -> int:
    """Exit code 1 when a property fails or a file of properties is faulty."""
    from repl.showing.proofs import say_answer, say_json, say_summary
    from routing.workspace.folder import load_workspace

    folder = Path(workspace)
    site = load_workspace(folder)
    if formula and name_key(formula) not in site.formulas:
        raise Refusal(
            message("a fórmula '{codigo}' não existe no ambiente", codigo=formula),
            message("as fórmulas são: {lista}", lista=", ".join(one.code for one in site.formulas.values())),
        )
    files, faulty = sound_files(console, site, folder)
    began = monotonic()
    answers: list[Answer] = []
    interrupted = False
    try:
        for one in asked_answers(console, site, folder, files, names, formula, versions, within):
            answers.append(one)
            if form == "table":
                say_answer(console, one, site)
    except KeyboardInterrupt:
        interrupted = True
    if form == "json":
        say_json(console, answers)
    else:
        say_summary(console, answers, monotonic() - began, interrupted=interrupted)
    if interrupted:
        return 130
    return FAULTY if faulty or any(one.answer == "fails" for one in answers) else FINE


def sound_files(console: Console, site: Site, folder: Path) -> tuple[list[PropertyFile], bool]:
    """The files of properties; their faults are told at once."""
    from formula.decoding import decode
    from formula.printing.render import render
    from formula.source import Source
    from routing.proving.reading import read_properties

    files = read_properties(site, folder)
    faulty = False
    for file in files:
        for fault in file.faults:
            faulty = faulty or fault.severity == "error"
            shown = Source(decode(file.path.read_bytes())[0], str(file.path))
            console.say(render(shown, [fault], console.language), error=True)
    return files, faulty


def asked_answers(
    console: Console,
    site: Site,
    folder: Path,
    files: list[PropertyFile],
    names: tuple[str, ...],
    formula: str,
    versions: tuple[str, str] | None,
    within: float,
) -> Iterator[Answer]:
    """What was asked for, answer by answer."""
    from routing.proving.builtin.questions import answer_builtin
    from routing.proving.equality import answer_equal
    from routing.proving.proving import answer_property
    from routing.proving.solver import Solver

    asked = [one for file in files for one in file.properties]
    if names:
        known = {one.name.lower() for one in asked}
        for name in names:
            if not any(name.lower() in one for one in known):
                raise Refusal(
                    message("nenhuma propriedade se chama '{nome}'", nome=name),
                    message("as propriedades são: {lista}", lista=", ".join(one.name for one in asked) or "–"),
                )
        asked = [one for one in asked if any(name.lower() in one.name.lower() for name in names)]
    told = progress(console)
    with Solver() as solver:
        if versions is not None:
            one, other = version_sites(folder, versions)
            yield from answer_equal(one, other, solver, formula=formula, within=within)
            return
        if not formula:
            for one_asked in asked:
                yield answer_property(site, one_asked, solver, within=within, told=told)
        if not names:
            yield from answer_builtin(site, solver, formula=formula, within=within, told=told)


def version_sites(folder: Path, versions: tuple[str, str]) -> tuple[Site, Site]:
    """The sites of two versions: what ``diff`` takes."""
    from repl.showing.releases import place_of
    from routing.releases.choosing import rules_named

    with place_of(str(folder)) as desk:
        one, other = (rules_named(name, desk.site, desk.store).site for name in versions)
    return one, other


def progress(console: Console) -> Callable[[Explored], None]:
    """Tells on a terminal how far a search is, on one line."""
    last = [0.0]

    def tell(seen: Explored) -> None:
        now = monotonic()
        if now - last[0] > 0.5 and sys.stderr.isatty():
            last[0] = now
            said = console.text(message("{quantas} situações, {estados} lugares…", quantas=seen.plans, estados=seen.states))
            click.echo(f"\r\x1b[K{said}\r", nl=False, err=True)

    return tell
