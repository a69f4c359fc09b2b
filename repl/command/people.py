"""Commands on people: absence and own status, many of somebody's tickets to another, the directory from sentences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from formula.messages import Message
from repl.command.formulas import format_option
from repl.command.lists import LIMIT, PAGE, TICKET_OPTIONS, say_rows, with_options
from repl.messages import message
from repl.showing.console import FAULTY, FINE, INTERRUPTED, Console, Refusal, why
from routing.domain.model import CLIENT_KINDS


@click.command("absence", help=message("Diz quem está ausente; com PERSON, muda a ausência ou a situação de um atendente (S:207)."))
@click.argument("workspace")
@click.argument("person", required=False, default="")
@click.option("--from", "start", metavar="DAY", help=message("Primeiro dia de ausência, em ISO."))
@click.option("--to", "end", metavar="DAY", help=message("Último dia de ausência. Sem ele, a ausência não tem fim."))
@click.option("--substitute", default="", metavar="C;A", help=message("Quem recebe enquanto isso."))
@click.option("--status", default="", metavar="disponivel|ocupado|ausente", help=message("A situação da pessoa."))
@click.option("--back", is_flag=True, help=message("Retira o que foi dito: volta a valer o diretório."))
@click.option("--actor", default="", metavar="C;A", help=message("Quem pede. Sem ela, a própria pessoa."))
@click.option("--history", is_flag=True, help=message("Também tudo o que foi dito, do mais novo ao mais antigo."))
@format_option
@click.pass_obj
def absence_command(console: Console, /, workspace: str, person: str, history: bool, form: str, **given: Any) -> int:
    """What is said counts from the next decision on; ``diretorio.toml`` is not touched."""
    from repl.showing.console import clock
    from repl.showing.plans import desk_of

    changes = any(given[name] for name in ("start", "end", "substitute", "status", "back"))
    if changes and not person:
        raise Refusal(message("diga de quem é a ausência"), message("por exemplo: repasse absence PASTA '1;3' --status ausente"))
    with desk_of(workspace) as desk:
        now = clock(desk.site.zone)
        if changes:
            desk.say_presence(said(person, given), now)
        found = desk.absences(now, person, history=history)
        people = desk.site.people
    if form == "json":
        console.say_json(found)
        return FINE
    say_people(console, found, people)
    return FINE


def said(person: str, given: dict[str, Any]) -> Any:
    """What the options say."""
    from routing.desk.presence import Said

    days = {name: day(given[name], option) for name, option in (("start", "--from"), ("end", "--to"))}
    return Said(
        attendant=person, actor=given["actor"], status=given["status"], substitute=given["substitute"], back=given["back"], **days
    )


def day(text: str | None, option: str) -> Any:
    """A date in ISO."""
    from datetime import date

    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise Refusal(
            message("{opcao}: '{texto}' não é uma data", opcao=option, texto=text), message("escreva 2026-11-24")
        ) from None


SITUATIONS = {"disponivel": message("disponível"), "ocupado": message("ocupado"), "ausente": message("ausente")}


def say_people(console: Console, found: dict[str, Any], people: Any) -> None:
    """A table of how people are, and one of what was said."""

    def name(key: str | None) -> str:
        return console.text(people.name(key)) if key else ""

    def how(row: dict[str, Any]) -> str:
        if not row["active"]:
            return console.text(message("inativo"))
        return console.text(message("ausente") if row["away"] else SITUATIONS[row["status"]])

    if not found["people"]:
        console.say(message("todos estão presentes"))
    else:
        titles = (
            message("atendente"),
            message("situação"),
            message("de"),
            message("até"),
            message("substituto"),
            message("dito por"),
        )
        rows = (
            (name(row["attendant"]), how(row), row["from"] or "", row["to"] or "", name(row["substitute"]),
             name(row["by"]) or console.text(message("diretório")))
            for row in found["people"]
        )  # fmt: skip
        say_rows(console, titles, rows, None, "table")
    if found.get("history"):
        titles = (message("em"), message("atendente"), message("situação"), message("de"), message("até"), message("dito por"))
        past = (
            (row["at"].replace("T", " ")[:16], name(row["attendant"]),
             console.text(SITUATIONS[row["status"]] if row["status"] else message("como no diretório")),
             row["from"] or "", row["to"] or "", name(row["by"]))
            for row in found["history"]
        )  # fmt: skip
        say_rows(console, titles, past, None, "table")


FILTERS = TICKET_OPTIONS[1 : -len(PAGE)]


@click.command(
    "transfer", help=message("Repassa de uma vez os atendimentos que os filtros dão, cada um com as suas verificações (S:199).")
)
@click.argument("workspace")
@with_options(FILTERS)
@click.option("--to", required=True, metavar="DEST", help=message("O destino: '1;3', '5', ou o nome."))
@click.option("--actor", default="", metavar="C;A", help=message("Quem pede. Sem ela, quem tem cada atendimento."))
@click.option("--reason", type=int, metavar="N", help=message("Código do motivo."))
@click.option("--justification", default="", metavar="T", help=message("Justificativa."))
@click.option("--key", default="", metavar="TEXT", help=message("O nome da transferência: o mesmo comando, de novo, continua."))
@click.option("--plan", "only_plan", is_flag=True, help=message("Só mostra o que aconteceria."))
@format_option
@click.pass_obj
def transfer_command(
    console: Console, /, workspace: str, to: str, actor: str, reason: int | None, justification: str, key: str, only_plan: bool,
    form: str, **given: Any,
) -> int:  # fmt: skip
    """Exit code 1 when something was refused. What was moved before Ctrl-C stays moved."""
    from secrets import token_hex

    from repl.command.carrying import Progress
    from repl.showing.console import clock
    from repl.showing.plans import desk_of
    from routing.desk.transferring import Transfer, Transferred, transfer_tickets

    given["in"] = given.pop("in_")
    name = key or f"transferencia-{token_hex(4)}"
    wanted = Transfer(to=to, actor=actor, reason=reason, justification=justification, key=name, apply=not only_plan)
    made, progress, code = Transferred(), Progress(console), FINE
    with desk_of(workspace) as desk:
        try:
            transfer_tickets(desk, given, wanted, lambda: clock(desk.site.zone), made=made, told=progress)
        except KeyboardInterrupt:
            code = INTERRUPTED
        finally:
            progress.end()
    if form == "json":
        console.say_json({"key": name, **made.as_json(console.language)})
    else:
        say_transfer(console, made, only_plan=only_plan)
    if code == INTERRUPTED:
        console.say(message("interrompido: o mesmo comando com --key {chave} continua", chave=name), error=True)
        return code
    return FAULTY if made.refused else FINE


def say_transfer(console: Console, made: Any, *, only_plan: bool) -> None:
    """What was refused and why, then how many."""
    for one in made.refused:
        console.say(message("{chave}: {portao}: {motivo}", chave=one.ticket, portao=one.gate, motivo=one.reason.message))
    counts = {"feitos": len(made.moved), "antes": made.before, "recusados": len(made.refused)}
    if only_plan:
        console.say(message("Seriam repassados: {feitos}; recusados: {recusados}", **counts))
    else:
        console.say(message("Repassados: {feitos}; já repassados antes: {antes}; recusados: {recusados}", **counts))


@click.command("clients", help=message("Procura clientes por tipo, parte do nome, CPF ou CNPJ, ou código (S:23-25)."))
@click.argument("workspace")
@click.option("--kind", metavar="|".join(CLIENT_KINDS), help=message("O tipo do cliente."))
@click.option("--name", metavar="T", help=message("Parte do nome; acentos e maiúsculas não contam."))
@click.option("--document", metavar="N", help=message("CPF ou CNPJ, com ou sem sinais."))
@click.option("--code", metavar="K", help=message("O código."))
@LIMIT
@format_option
@click.pass_obj
def clients_command(console: Console, /, workspace: str, form: str, **given: str | None) -> int:
    """Suppliers where they may have no tickets, and inactive prospects, are not found."""
    from repl.showing.plans import desk_of

    with desk_of(workspace) as desk:
        found = desk.clients(**given)
    if form == "json":
        console.say_json(found)
        return FINE
    if not found["clients"]:
        console.say(message("nenhum cliente encontrado"))
        return FINE
    titles = (message("cliente"), message("nome"), message("documento"), message("e-mail"), message("contatos"))
    rows = (
        (f"{row['kind']};{row['code']}", row["name"], row["document"], row["email"],
         ", ".join(f"{one['code']} {one['name'] or one['email']}" for one in row["contacts"]))
        for row in found["clients"]
    )  # fmt: skip
    say_rows(console, titles, rows, None, "table")
    if found["more"]:
        console.say(message("há mais: diga outro filtro, ou --limit"))
    return FINE


@click.command(
    "contacts",
    help=message("Mostra os contatos de OWNER ('cliente;C001', 'representante;R1'); com CODE, grava ou exclui um (S:26-46)."),
)
@click.argument("workspace")
@click.argument("owner")
@click.argument("code", required=False, default="")
@click.option("--name", metavar="T", help=message("O nome do contato."))
@click.option("--email", metavar="ADDRESS", help=message("O endereço do contato."))
@click.option("--remove", is_flag=True, help=message("Exclui o contato; o de representante, se vinculado, fica inativo."))
@click.option("--actor", default="", metavar="C;A", help=message("Quem pede."))
@format_option
@click.pass_obj
def contacts_command(
    console: Console, /, workspace: str, owner: str, code: str, name: str | None, email: str | None, remove: bool, actor: str,
    form: str,
) -> int:  # fmt: skip
    """What is recorded counts from the next decision on; ``diretorio.toml`` is not touched, and its contacts are only shown."""
    from repl.showing.console import clock
    from repl.showing.plans import desk_of
    from routing.desk.contacts import ContactAsked

    changes = name is not None or email is not None or remove
    if changes and not (code and actor):
        raise Refusal(
            message("diga o contato e quem pede"),
            message("por exemplo: repasse contacts PASTA 'cliente;C001' 9 --name Zeca --actor ana"),
        )
    if remove and (name is not None or email is not None):
        raise Refusal(message("--remove não se junta a --name nem a --email"))
    with desk_of(workspace) as desk:
        if changes:
            asked = ContactAsked(owner=owner, code=code, name=name, email=email, remove=remove, actor=actor)
            found = desk.save_contact(asked, clock(desk.site.zone))
        else:
            found = desk.contacts(owner)
        people = desk.site.people
    rows = [row for row in found["contacts"] if changes or code in ("", row["code"])]
    if form == "json":
        console.say_json({**found, "contacts": rows})
        return FINE
    if not rows:
        console.say(message("nenhum contato encontrado"))
        return FINE
    titles = (message("contato"), message("nome"), message("e-mail"), message("situação"), message("gravado por"))
    shown = (
        (row["code"], row["name"], row["email"], console.text(message("ativo") if row["active"] else message("inativo")),
         people.name(row["by"]) if row["by"] else console.text(message("diretório")))
        for row in rows
    )  # fmt: skip
    say_rows(console, titles, shown, None, "table")
    return FINE


SHOWN = 8
"""Keys of each kind of change that a line of the table names."""


@click.command("directory", help=message("Mostra o que mudaria no diretório pelas sentenças de [diretorio]; com --write, grava."))
@click.argument("workspace")
@click.option("--write", is_flag=True, help=message("Grava diretorio.toml, inteiro ou nada."))
@click.option("--accept", is_flag=True, help=message("Grava também quando mais de um quinto de uma tabela some."))
@format_option
@click.pass_obj
def directory_command(console: Console, workspace: str, write: bool, accept: bool, form: str) -> int:
    """Nothing is written without ``--write``, or when the rows do not make a directory without faults."""
    from routing.desk.under_way import newly_missing, not_looked_at
    from routing.errors import WorkspaceError
    from routing.exchange import directory
    from routing.failures import StoreError
    from routing.workspace.folder import SETTINGS, read_workspace, stopping

    folder = Path(workspace)
    site, found = read_workspace(folder)
    unread = [(path, faults) for path, faults in found if path in (folder, folder / SETTINGS)]
    if stopping(folder, unread):
        raise WorkspaceError(unread)
    try:
        made = directory.drawn(folder, site)
        if write and made.differs:
            directory.write(folder, made, accept=accept)
    except OSError as fault:
        raise Refusal(message("não foi possível escrever '{caminho}': {motivo}", caminho=folder, motivo=why(fault))) from fault
    left: list[Message] = []
    unseen = None
    try:
        left = [] if made.faults else newly_missing(folder, site, made.site)
    except StoreError as failure:
        unseen = not_looked_at(failure)
    written = write and made.differs
    faults = [(path.name, one) for path, found in made.faults for one in found if one.severity == "error"]
    if form == "json":
        tables = {table: change.as_json() for table, change in made.changes.items()}
        told = [{"file": name, **one.as_json(console.language)} for name, one in faults]
        named = [console.text(said) for said in left] if unseen is None else None
        console.say_json({"written": written, "tables": tables, "faults": told, "under_way": named})
        return FAULTY if faults else FINE
    for name, one in faults:
        console.say(message("{arquivo}: {falha}", arquivo=name, falha=one.message))
    console.say_table(
        (message("tabela"), message("linhas"), message("novas"), message("mudadas"), message("somem")),
        [
            (table, str(change.rows), *(some_keys(found) for found in (change.new, change.changed, change.gone)))
            for table, change in made.changes.items()
        ],
    )
    if unseen is not None:
        console.say(message("Aviso: {aviso}", aviso=unseen))
    for said in left:
        console.say(message("Aviso: atendimentos em andamento: {falta}", falta=said))
    if left:
        console.say(message("  dica: passe-os a outra pessoa: repasse transfer {pasta} --away --to … --actor …", pasta=workspace))
    console.say(outcome_of(made.differs, written))
    return FAULTY if faults else FINE


def some_keys(found: Sequence[str]) -> str:
    """How many, and the first of them."""
    if not found:
        return "–"
    more = " …" if len(found) > SHOWN else ""
    return f"{len(found)}: {', '.join(found[:SHOWN])}{more}"


def outcome_of(differs: bool, written: bool) -> Message:
    """What happened."""
    if not differs:
        return message("O diretório já é o que as sentenças dão.")
    return message("diretorio.toml foi gravado.") if written else message("Nada foi gravado; com --write, será.")
