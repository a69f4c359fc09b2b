"""Commands on what the store tells at large: statistics; questions and tips."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from repl.command.formulas import format_option
from repl.command.lists import LIMIT, TABLE_OR_JSON, VIEWER, say_rows, with_options
from repl.messages import message
from repl.showing.console import FINE, Console, clock

ACTOR = click.option("--actor", required=True, metavar="C;A", help=message("Quem pede ou cadastra."))


@click.command("stats", help=message("Conta movimentos, recusas por verificação, carga por pessoa e grupo e o tempo nas etapas."))
@click.argument("workspace")
@click.option("--since", metavar="T", help=message("Desde esta data ou hora, em ISO."))
@VIEWER
@click.option("--format", "form", type=click.Choice(["table", "json", "svg"]), default="table", help=message("Formato da saída."))
@click.pass_obj
def stats_command(console: Console, /, workspace: str, form: str, **given: str | None) -> int:
    """Tables for people, one document, or a picture."""
    from repl.showing.plans import desk_of
    from routing.reports.picture import picture
    from routing.reports.statistics import statistics

    with desk_of(workspace) as desk:
        found = statistics(desk, given, clock(desk.site.zone), console.language)
    if form == "json":
        console.say_json(found)
    elif form == "svg":
        console.say(picture(found, console.language))
    else:
        say_statistics(console, found)
    return FINE


def say_statistics(console: Console, found: Mapping[str, Any]) -> None:
    """Four tables."""
    from repl.showing.plans import DONE_NAMES, STATUS_NAMES
    from routing.domain.flow import STATUS_NAMES as LETTERS

    number = message("quantos")
    moves = [
        (console.text(DONE_NAMES.get(row["action"], row["action"])), console.text(STATUS_NAMES.get(row["status"], row["status"])),
         str(row["count"]))
        for row in found["moves"]
    ]  # fmt: skip
    statuses = [(console.text(LETTERS.get(row["status"], row["status"])), str(row["count"])) for row in found["statuses"]]
    stays = [
        (f"{row['type']} {row['type_name']}", f"{row['step']} {row['step_name']}", str(row["stays"]), str(row["now"]),
         decimal(row["average_hours"]), decimal(row["longest_hours"]), "" if row["duration"] is None else str(row["duration"]),
         "" if row["duration"] is None else str(row["late"]))
        for row in found["steps"]
    ]  # fmt: skip
    for title, titles, rows in (
        (message("Movimentos"), (message("ação"), message("resultado"), number), moves),
        (
            message("Recusas por verificação"),
            (message("verificação"), message("nome"), number),
            [(row["gate"], row["name"], str(row["count"])) for row in found["refusals"]],
        ),
        (
            message("Em aberto, por pessoa e grupo"),
            (message("com"), number),
            [(row["name"], str(row["open"])) for row in found["holders"]],
        ),
        (message("Atendimentos por status"), (message("status"), number), statuses),
        (
            message("Tempo nas etapas"),
            (
                message("tipo"), message("etapa"), message("passagens"), message("agora"), message("horas, em média"),
                message("a mais longa"), message("duração"), message("além da duração"),
            ),
            stays,
        ),
    ):  # fmt: skip
        if rows:
            console.say(title)
            console.say_table(titles, rows)


def decimal(number: float) -> str:
    """``12,5``."""
    return f"{number:.1f}".replace(".", ",")


@click.group("faq", help=message("Procura, pede e cadastra FAQ e dicas."))
def faq_command() -> None:
    """The group of commands on questions and tips."""


SEARCH_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.argument("workspace"),
    click.option("--text", metavar="T", help=message("Com esta expressão; acentos e maiúsculas não contam.")),
    click.option("--any-word", is_flag=True, help=message("Qualquer uma das palavras, em vez da expressão inteira.")),
    click.option("--requested", is_flag=True, help=message("As pedidas, que ninguém cadastrou ainda.")),
    LIMIT,
    click.option("--after", metavar="CURSOR", help=message("Continua de onde a página anterior parou.")),
    TABLE_OR_JSON,
)


@faq_command.command("search", help=message("Lista e procura, das mais novas às mais antigas."))
@with_options(SEARCH_OPTIONS)
@click.pass_obj
def search_command(console: Console, /, workspace: str, form: str, requested: bool, **given: Any) -> int:
    """A page; the cursor of the next one stands below it."""
    from repl.showing.plans import desk_of
    from routing.desk.knowledge import article_list

    with desk_of(workspace) as desk:
        found = article_list(desk, given | {"state": "requested" if requested else "registered"})
    if form == "json":
        console.say_json(found)
        return FINE
    rows = ((str(one["id"]), one["title"], one["product"], one["ticket"]) for one in found["articles"])
    titles = (message("número"), message("título"), message("produto"), message("pedida no atendimento"))
    say_rows(console, titles, rows, found["next"], form)
    return FINE


@faq_command.command("show", help=message("Mostra uma delas."))
@click.argument("workspace")
@click.argument("number", type=int, metavar="N")
@format_option
@click.pass_obj
def show_command(console: Console, workspace: str, number: int, form: str) -> int:
    """Question and answer."""
    from repl.showing.plans import desk_of
    from routing.desk.knowledge import article

    with desk_of(workspace) as desk:
        say_article(console, article(desk, number).as_json(), form)
    return FINE


@faq_command.command("request", help=message("Pede o cadastro de uma, com o assunto, a solicitação e a solução de um atendimento."))
@click.argument("workspace")
@click.argument("ticket")
@ACTOR
@format_option
@click.pass_obj
def request_command(console: Console, workspace: str, ticket: str, actor: str, form: str) -> int:
    """Who sees the ticket may."""
    from repl.showing.plans import desk_of
    from routing.desk.knowledge import ask_for

    with desk_of(workspace) as desk:
        say_article(console, ask_for(desk, ticket, actor, clock(desk.site.zone)).as_json(), form)
    return FINE


TEXT_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.argument("workspace"),
    click.argument("number", type=int, metavar="[N]", required=False),
    click.option("--title", default="", metavar="T", help=message("A pergunta em uma linha.")),
    click.option("--request", default="", metavar="T", help=message("O problema, por extenso.")),
    click.option("--solution", default="", metavar="T", help=message("A resposta.")),
    click.option("--product", default="", metavar="T", help=message("De que produto.")),
    ACTOR,
    format_option,
)


@faq_command.command("register", help=message("Cadastra uma: nova, ou a de número N, com outros textos."))
@with_options(TEXT_OPTIONS)
@click.pass_obj
def register_command(console: Console, /, workspace: str, number: int | None, actor: str, form: str, **texts: str) -> int:
    """Needs the right ``cadastrar_faq``."""
    from repl.showing.plans import desk_of
    from routing.desk.knowledge import register

    with desk_of(workspace) as desk:
        say_article(console, register(desk, actor, clock(desk.site.zone), number, **texts).as_json(), form)
    return FINE


def say_article(console: Console, found: Mapping[str, Any], form: str) -> None:
    """As JSON, or for a person."""
    if form == "json":
        console.say_json(found)
        return
    console.say(message("FAQ {numero}: {titulo}", numero=found["id"], titulo=found["title"]))
    for name, label in (("request", message("solicitação")), ("solution", message("solução")), ("product", message("produto"))):
        if found[name]:
            console.say(message("  {nome}: {valor}", nome=label, valor=found[name]))
    if found["state"] == "requested":
        console.say(message("  pedida no atendimento {chave}; repasse faq register a cadastra", chave=found["ticket"]))
