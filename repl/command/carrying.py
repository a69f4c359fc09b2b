"""Commands that bring tickets in from files and take them out: import, export."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from repl.messages import message
from repl.showing.console import FAULTY, FINE, INTERRUPTED, Console

SHOWN = 1.0
"""Seconds between two words about the progress."""


class Progress:
    """Says on a terminal how far a long piece of work is, once a second at most."""

    def __init__(self, console: Console) -> None:
        """Nothing is said in the first second."""
        self.console = console
        self.due = time.monotonic() + SHOWN
        self.said = False

    def __call__(self, done: int) -> None:
        """So many rows are done."""
        if sys.stderr.isatty() and time.monotonic() >= self.due:
            click.echo("\r" + self.console.text(message("{quantas} linhas", quantas=done)), nl=False, err=True)
            self.due, self.said = time.monotonic() + SHOWN, True

    def end(self) -> None:
        """Leave the line."""
        if self.said:
            click.echo(err=True)


@click.command("import", help=message("Traz atendimentos de um arquivo CSV ou JSONL para o banco."))
@click.argument("workspace")
@click.argument("file", metavar="FILE.csv|.jsonl", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--map", "map_path", metavar="COLUMNS.toml", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=message("O que cada coluna significa: [colunas] e [fixos]."),
)  # fmt: skip
@click.option(
    "--on-fault", type=click.Choice(["skip", "stop"]), default="skip",
    help=message("Depois de uma linha recusada: seguir (skip) ou parar (stop)."),
)  # fmt: skip
@click.option("--encoding", default="utf-8-sig", metavar="NAME", help=message("A codificação do arquivo, como cp1252."))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help=message("Formato da saída."))
@click.pass_obj
def import_command(
    console: Console, workspace: str, file: Path, map_path: Path | None, on_fault: str, encoding: str, form: str
) -> int:
    """Exit code 1 when rows were refused. What came in before Ctrl-C stays; the same command goes on."""
    from repl.showing.plans import desk_of
    from routing.exchange.columns import Columns, read_columns
    from routing.exchange.importing import Imported, import_tickets

    columns = Columns() if map_path is None else read_columns(map_path)
    made, progress = Imported(), Progress(console)
    code = FINE
    with desk_of(workspace) as desk:
        try:
            import_tickets(
                desk, file, columns, stop=on_fault == "stop", encoding=encoding, made=made, told=progress
            )  # fmt: skip
        except KeyboardInterrupt:
            code = INTERRUPTED
        finally:
            progress.end()
    if form == "json":
        console.say_json({
            "added": made.added, "there": made.there, "stopped": made.stopped,
            "refused": [one.as_json(console.language) for one in made.refused],
        })  # fmt: skip
    else:
        for one in made.refused:
            told = one.as_json(console.language)
            console.say(message("linha {linha}: {motivo}", linha=told["line"], motivo=told["reason"]))
        console.say(
            message(
                "Atendimentos trazidos: {novos}; já estavam no banco: {antigos}; linhas recusadas: {recusadas}",
                novos=made.added, antigos=made.there, recusadas=len(made.refused),
            )
        )  # fmt: skip
    if code == INTERRUPTED:
        console.say(message("interrompido: o que já veio fica; o mesmo comando continua"), error=True)
        return code
    return FAULTY if made.refused else FINE


@click.command("export", help=message("Escreve todos os atendimentos num arquivo CSV ou JSONL, que import traz de volta."))
@click.argument("workspace")
@click.argument("file", metavar="FILE.csv|.jsonl", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export_command(console: Console, workspace: str, file: Path) -> int:
    """An existing file is replaced when the new one is whole."""
    from repl.showing.plans import desk_of
    from routing.exchange.exporting import export_tickets

    progress = Progress(console)
    with desk_of(workspace) as desk:
        try:
            count = export_tickets(desk.store, desk.site, file, progress)
        finally:
            progress.end()
    console.say(message("Atendimentos escritos em {arquivo}: {quantos}", arquivo=file, quantos=count))
    return FINE


@click.command("prune", help=message("Retira do banco decisões, e-mails encerrados e eventos mais velhos que N dias."))
@click.argument("workspace")
@click.option("--older-than", "days", type=click.IntRange(1, 36_500), required=True, metavar="DAYS", help=message("Idade em dias."))
@click.option("--keep-counts", is_flag=True, help=message("Guarda quantos houve por dia, ação, verificação e tipo."))
@click.option("--dry-run", is_flag=True, help=message("Só diz quantos seriam retirados."))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help=message("Formato da saída."))
@click.pass_obj
def prune_command(console: Console, workspace: str, days: int, keep_counts: bool, dry_run: bool, form: str) -> int:
    """Tickets and their histories stay. Interrupted, what went is gone and the rest is there."""
    from datetime import timedelta

    from repl.showing.console import clock
    from repl.showing.plans import desk_of
    from routing.store.pruning import prune, would_prune

    progress = Progress(console)
    with desk_of(workspace) as desk:
        now = clock(desk.site.zone)
        before = now - timedelta(days=days)
        try:
            followers = {hook.name: hook.since for hook in desk.settings.hooks}
            if dry_run:
                made = would_prune(desk.store, before, followers)
            else:
                made = prune(desk.store, before, now, followers=followers, counts=keep_counts, told=progress)
        finally:
            progress.end()
    if form == "json":
        console.say_json({**made.as_json(), "dry_run": dry_run})
        return FINE
    count = message(
        "{decisoes} decisões, {emails} e-mails, {enderecos} endereços, {eventos} eventos",
        decisoes=made.decisions, emails=made.mails, enderecos=made.recipients, eventos=made.events,
    )  # fmt: skip
    console.say(message("Seriam retirados: {lista}", lista=count) if dry_run else message("Retirados: {lista}", lista=count))
    return FINE


@click.command("erase", help=message("Apaga do banco os dados de uma pessoa ou de um cliente; sem --yes, só diz o que apagaria."))
@click.argument("workspace")
@click.argument("who", metavar="C;A|K")
@click.option("--also", multiple=True, metavar="T", help=message("Outro nome ou endereço da pessoa; pode repetir."))
@click.option("--yes", "really", is_flag=True, help=message("Apaga de verdade."))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help=message("Formato da saída."))
@click.pass_obj
def erase_command(console: Console, workspace: str, who: str, also: tuple[str, ...], really: bool, form: str) -> int:
    """Keys, numbers, dates, steps, status and counts stay."""
    from repl.showing.plans import desk_of
    from routing.desk.erasing import subject_of
    from routing.store.overall.erasing import erase

    with desk_of(workspace) as desk:
        found = subject_of(desk.site, who, also)
        counts = erase(desk.store, found.subject, really=really)
    if form == "json":
        console.say_json({"who": found.name, "erased": counts, "dry_run": not really, "in_directory": found.in_directory})
        return FINE
    told = ", ".join(f"{console.text(ERASED.get(name, name))} {many}" for name, many in counts.items())
    if not told:
        console.say(message("O banco não tem nada de {quem}.", quem=found.name))
    elif really:
        console.say(message("Apagado de {quem}: {lista}", quem=found.name, lista=told))
    else:
        console.say(message("Seria apagado de {quem}: {lista}", quem=found.name, lista=told))
        console.say(message("nada mudou; --yes apaga de verdade"))
    if found.in_directory:
        console.say(message("diretorio.toml e as regras ainda podem trazer o nome: tire-o deles e publique de novo"))
    return FINE


ERASED = {
    "ticket": message("atendimentos"), "discussion": message("discussões"), "handoff": message("repasses"),
    "status_change": message("mudanças de status"), "step_change": message("mudanças de etapa"), "voice": message("vozes"),
    "field_change": message("mudanças de campos"), "annex": message("registros de anexos"), "mail": message("e-mails"),
    "attachment": message("arquivos"), "recipient": message("endereços"), "delivery": message("entregas"),
    "decision": message("decisões"), "event": message("eventos"), "article": message("FAQ e dicas"),
    "postponed": message("adiamentos"), "release_text": message("textos de publicações"),
    "presence": message("presenças"), "relation": message("relações"),
}  # fmt: skip
