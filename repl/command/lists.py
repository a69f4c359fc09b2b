"""Commands that list: tickets, decisions, one decision."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click

from repl.messages import message
from repl.showing.console import FINE, Console

FORM = click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", help=message("Formato da saída.")
)
VIEWER = click.option("--as", "viewer", metavar="C;A", help=message("Só o que este atendente pode ver."))
LIMIT = click.option("--limit", metavar="N", help=message("Linhas por página: 50 se nada for dito, no máximo 1000."))
TABLE_OR_JSON = click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", help=message("Formato da saída.")
)
HERE = click.argument("workspace", required=False, default=".")
"""The workspace; inside of one nothing need be said."""

PAGE: tuple[Callable[[Any], Any], ...] = (
    VIEWER,
    LIMIT,
    click.option("--after", metavar="CURSOR", help=message("Continua de onde a página anterior parou.")),
    FORM,
)
TICKET_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    HERE,
    click.option("--status", metavar="A", help=message("Letra ou nome do status.")),
    click.option("--type", metavar="N", help=message("Tipo de atendimento.")),
    click.option("--step", metavar="N", help=message("Etapa (código; ou nome, junto com --type).")),
    click.option("--holder", metavar="C;A", help=message("Nas mãos deste atendente.")),
    click.option("--queue", metavar="C;G", help=message("Na fila deste grupo.")),
    click.option("--client", metavar="K", help=message("Deste cliente: código, ou tipo;código.")),
    click.option("--opener", metavar="C;A", help=message("Abertos por este atendente.")),
    click.option("--movement", metavar="T", help=message("Deste movimento.")),
    click.option("--text", metavar="T", help=message("Com esta expressão; acentos e maiúsculas não contam.")),
    click.option("--in", "in_", metavar="FIELDS", help=message("Onde procurar: subject,request,discussion,solution.")),
    click.option("--any-word", is_flag=True, help=message("Qualquer uma das palavras, em vez da expressão inteira.")),
    click.option("--away", is_flag=True, help=message("Nas mãos de quem está ausente, inativo ou fora do diretório.")),
    click.option("--related", metavar="TICKET", help=message("Relacionados a este atendimento.")),
    click.option("--same-subject", metavar="TICKET", help=message("Com o mesmo assunto deste atendimento.")),
    *PAGE,
)
DECISION_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    HERE,
    click.option("--ticket", metavar="K", help=message("Deste atendimento.")),
    click.option("--status", metavar="S", help=message("O que veio dela: feito, recusado, falha ou parou.")),
    click.option("--gate", metavar="G", help=message("Recusadas nesta verificação, como G8.")),
    click.option("--action", metavar="A", help=message("Desta ação, em português ou inglês.")),
    click.option("--since", metavar="T", help=message("Desde esta data ou hora, em ISO.")),
    click.option("--rules", metavar="REV", help=message("Decididas por esta publicação.")),
    *PAGE,
)


def with_options(options: Iterable[Callable[[Any], Any]]) -> Callable[[Any], Any]:
    """Options in the order of help."""

    def add(command: Any) -> Any:
        for option in reversed(tuple(options)):
            command = option(command)
        return command

    return add


@click.command("tickets", help=message("Lista atendimentos, dos mais novos aos mais antigos, com filtros e busca de texto."))
@with_options(TICKET_OPTIONS)
@click.pass_obj
def tickets_command(console: Console, /, workspace: str, form: str, **given: Any) -> int:
    """A page; the cursor of the next one stands below it."""
    from repl.showing.plans import desk_of, holder_text
    from routing.clock import now_in
    from routing.desk.listing import ticket_list
    from routing.domain.flow import step_name
    from routing.domain.model import Holder
    from routing.domain.people import name_now

    given["in"] = given.pop("in_")
    with desk_of(workspace) as desk:
        found, site = ticket_list(desk, given), desk.site
        day = now_in(site.zone).date()
    if form == "json":
        console.say_json(found)
        return FINE

    def cells(row: Mapping[str, Any]) -> tuple[str, ...]:
        holder = row["holder"] and Holder(*next(iter(row["holder"].items())))
        person = holder and holder.kind == "attendant" and form != "csv"
        return (
            row["key"], str(row["type"]), step_name(site, row["type"], row["step"]), row["status"],
            console.text(name_now(site.people, holder.key, day) if person else holder_text(holder, site)) if holder else "",
            row["priority"], row["subject"], str(row["version"]),
            (row["changed_at"] or "").replace("T", " ")[:16],
        )  # fmt: skip

    titles = (
        message("atendimento"), message("tipo"), message("etapa"), message("status"), message("com"), message("prioridade"),
        message("assunto"), message("versão"), message("mudado em"),
    )  # fmt: skip
    say_rows(console, titles, map(cells, found["tickets"]), found["next"], form)
    return FINE


@click.command("decisions", help=message("Lista decisões, das mais novas às mais antigas: movimentos feitos e recusados."))
@with_options(DECISION_OPTIONS)
@click.option(
    "--to", "archive", metavar="FILE.parquet",
    help=message("Grava todas, com aquilo de que foram feitas, num arquivo que replay --from lê; só --since escolhe."),
)  # fmt: skip
@click.pass_obj
def decisions_command(console: Console, /, workspace: str, form: str, archive: str | None, **given: Any) -> int:
    """A page; the cursor of the next one stands below it."""
    from repl.showing.plans import DONE_NAMES, STATUS_NAMES, desk_of
    from routing.desk.listing import decision_list

    if archive is not None:
        from repl.showing.replaying import archive_now

        return archive_now(console, workspace, archive, form, **given)
    with desk_of(workspace) as desk:
        found, people = decision_list(desk, given), desk.site.people
    if form == "json":
        console.say_json(found)
        return FINE

    def cells(row: Mapping[str, Any]) -> tuple[str, ...]:
        result = console.text(STATUS_NAMES.get(row["status"], row["status"]))
        return (
            str(row["id"]), row["at"].replace("T", " ")[:16], row["ticket"],
            console.text(DONE_NAMES.get(row["action"], row["action"])), result,
            row["gate"] or "", console.text(people.name(row["actor"])) if row["actor"] else "",
        )  # fmt: skip

    titles = (
        message("decisão"), message("em"), message("atendimento"), message("ação"), message("resultado"), message("verificação"),
        message("quem"),
    )  # fmt: skip
    say_rows(console, titles, map(cells, found["decisions"]), found["next"], form)
    return FINE


@click.command("events", help=message("Lista o que aconteceu, na ordem em que foi gravado, a partir de um número."))
@HERE
@click.option("--after", metavar="N", help=message("O número do último evento já lido."))
@LIMIT
@VIEWER
@TABLE_OR_JSON
@click.pass_obj
def events_command(console: Console, /, workspace: str, form: str, **given: str | None) -> int:
    """A page; the number to go on from stands below it."""
    from repl.showing.plans import desk_of
    from routing.desk.following import event_list

    with desk_of(workspace) as desk:
        found, people = event_list(desk.store, desk.site, given), desk.site.people
    if form == "json":
        console.say_json(found)
        return FINE

    def cells(row: Mapping[str, Any]) -> tuple[str, ...]:
        actor = row["data"].get("actor", "")
        return (
            str(row["id"]), row["at"].replace("T", " ")[:16], console.text(EVENT_NAMES[row["type"]]), row["ticket"] or "",
            "" if row["decision"] is None else str(row["decision"]), console.text(people.name(actor)) if actor else "",
        )  # fmt: skip

    titles = (message("evento"), message("em"), message("o quê"), message("atendimento"), message("decisão"), message("quem"))
    say_rows(console, titles, map(cells, found["events"]), str(found["next"]) if found["events"] else None, form)
    return FINE


EVENT_NAMES = {
    "ticket.moved": message("movimento"), "ticket.changed": message("mudança de campos"), "ticket.noted": message("anotação"),
    "mail.sent": message("e-mail enviado"), "mail.failed": message("e-mail que falhou"),
    "rules.published": message("regras publicadas"),
}  # fmt: skip


@click.command("due", help=message("Lista o que vence: primeiro o que está atrasado, depois o que vem."))
@HERE
@click.option("--until", metavar="T", help=message("Só até esta data ou hora, em ISO."))
@LIMIT
@VIEWER
@TABLE_OR_JSON
@click.pass_obj
def due_command(console: Console, /, workspace: str, form: str, **given: str | None) -> int:
    """Nothing is done; that is the work of ``repasse work``."""
    from repl.showing.console import clock
    from repl.showing.plans import DONE_NAMES, desk_of, holder_text
    from routing.desk.clock import due_list
    from routing.domain.flow import step_name
    from routing.domain.model import Holder

    with desk_of(workspace) as desk:
        found, site = due_list(desk, given, clock(desk.site.zone)), desk.site
    if form == "json":
        console.say_json(found)
        return FINE

    def cells(row: Mapping[str, Any]) -> tuple[str, ...]:
        holder = row["holder"] and Holder(*next(iter(row["holder"].items())))
        return (
            row["at"].replace("T", " ")[:16], console.text(message("atrasado")) if row["overdue"] else "",
            console.text(DONE_NAMES[row["kind"]]), row["ticket"], step_name(site, row["type"], row["step"]),
            console.text(holder_text(holder, site)) if holder else "", row["subject"], row["reason"] or "",
        )  # fmt: skip

    titles = (
        message("vence em"), "", message("ação"), message("atendimento"), message("etapa"), message("com"), message("assunto"),
        message("por que não foi feito"),
    )  # fmt: skip
    if not found["due"]:
        console.say(message("nada vence"))
        return FINE
    say_rows(console, titles, map(cells, found["due"]), None, form)
    return FINE


def say_rows(console: Console, titles: tuple[Any, ...], rows: Iterable[tuple[str, ...]], following: str | None, form: str) -> None:
    """A table for people or a sheet; where the next page begins."""
    if form == "csv":
        from routing.workspace.sheet_text import defused

        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([console.text(title) for title in titles])
        writer.writerows([defused(cell) for cell in row] for row in rows)
        console.say(out.getvalue().rstrip("\n"))
        if following:
            console.say(message("a página seguinte: --after {cursor}", cursor=following), error=True)
        return
    console.say_table(titles, rows)
    if following:
        console.say(message("a página seguinte: --after {cursor}", cursor=following))
