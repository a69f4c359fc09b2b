"""Commands for whoever runs the service: mail list|on|off|retry|cancel, store export|import."""

from __future__ import annotations

from pathlib import Path

import click

from repl.command.formulas import format_option
from repl.command.keys import workspace_first, workspace_option
from repl.messages import message
from repl.showing.console import FAULTY, FINE, Console
from routing.domain.mails import MAIL_KINDS


def known_states(context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """States of mails by their words in either language."""
    from routing.domain.names import plain
    from routing.reports.ticket_lines import MAIL_STATES

    words = {plain(word): state for state, said in MAIL_STATES.items() for word in (state, said, said.text("en"), said.split()[-1])}
    console = context.find_object(Console) or Console()
    made = []
    for text in given:
        found = words.get(plain(text))
        if found is None:
            listed = ", ".join(state if console.language == "en" else said for state, said in MAIL_STATES.items())
            raise click.BadParameter(console.text(message("'{estado}' não é um estado: {lista}", estado=text, lista=listed)))
        made.append(found)
    return tuple(made)


@click.group("mail", help=message("Vê e comanda a fila de e-mails."))
def mail_command() -> None:
    """The group of commands on outgoing mail."""


@mail_command.command("list", help=message("Lista e-mails da fila, dos mais antigos aos mais novos."))
@click.option(
    "--state", "states", multiple=True, metavar="STATE", callback=known_states, help=message("Só os deste estado; pode repetir.")
)
@click.option("--most", default=100, metavar="N", help=message("No máximo tantos."))
@workspace_first
@format_option
@click.pass_obj
def list_command(console: Console, states: tuple[str, ...], most: int, workspace: str, form: str) -> int:
    """With the counts of every state, and whether sending is on."""
    from repl.showing.plans import desk_of
    from routing.mail import states as dispatch
    from routing.reports.ticket_lines import MAIL_STATES

    with desk_of(workspace) as desk:
        found, counts, on = (
            dispatch.listed(desk.store, states, most),
            dispatch.counts(desk.store),
            dispatch.is_on(desk.store),
        )
    if form == "json":
        mails = [
            {"message_id": one.message_id, "kind": one.kind, "to": one.to, "cc": one.cc, "subject": one.subject,
             "state": one.state, "attempts": one.attempts, "fault": one.fault,
             "next_at": None if one.next_at is None else one.next_at.isoformat()}
            for one in found
        ]  # fmt: skip
        console.say_json({"on": on, "counts": counts, "mails": mails})
        return FINE
    console.say_table(
        (message("e-mail"), message("estado"), message("para"), message("assunto"), message("motivo")),
        ((one.message_id, MAIL_STATES[one.state], one.to, one.subject, one.fault or "") for one in found),
    )
    console.say(", ".join(f"{console.text(MAIL_STATES[state])} {count}" for state, count in counts.items()))
    console.say(message("O envio está ligado.") if on else message("O envio está desligado: repasse mail on o liga."))
    return FINE


@mail_command.command("on", help=message("Liga o envio para todos os trabalhadores deste banco."))
@workspace_first
@click.pass_obj
def on_command(console: Console, workspace: str) -> int:
    """Turn the switch on."""
    return turn(console, workspace, on=True)


@mail_command.command("off", help=message("Desliga o envio: nada sai, e os movimentos continuam a pôr e-mails na fila."))
@workspace_first
@click.pass_obj
def off_command(console: Console, workspace: str) -> int:
    """Turn the switch off."""
    return turn(console, workspace, on=False)


def turn(console: Console, workspace: str, *, on: bool) -> int:
    """Turn the switch of a store."""
    from repl.showing.plans import desk_of
    from routing.mail import states as dispatch

    with desk_of(workspace) as desk:
        dispatch.turn_mail(desk.store, on)
    console.say(message("O envio está ligado.") if on else message("O envio está desligado: repasse mail on o liga."))
    return FINE


@mail_command.command("retry", help=message("Põe de novo na fila um e-mail que falhou ou foi cancelado."))
@click.argument("name", metavar="MESSAGE-ID")
@workspace_option
@click.pass_obj
def retry_command(console: Console, name: str, workspace: str) -> int:
    """Exit code 1 when there is no such mail in such a state."""
    from repl.showing.plans import desk_of
    from routing.mail import states as dispatch

    with desk_of(workspace) as desk:
        done = dispatch.retry(desk.store, name)
    if done:
        console.say(message("O e-mail {nome} está de novo na fila.", nome=name))
        return FINE
    console.say(message("não há e-mail {nome} que tenha falhado ou sido cancelado", nome=name), error=True)
    return FAULTY


@mail_command.command("cancel", help=message("Cancela um e-mail que ninguém está enviando."))
@click.argument("name", metavar="MESSAGE-ID")
@workspace_option
@click.pass_obj
def cancel_command(console: Console, name: str, workspace: str) -> int:
    """Exit code 1 when it is too late or there is no such mail."""
    from repl.showing.plans import desk_of
    from routing.mail import states as dispatch

    with desk_of(workspace) as desk:
        done = dispatch.cancel(desk.store, name)
    if done:
        console.say(message("O e-mail {nome} está cancelado.", nome=name))
        return FINE
    console.say(message("não há e-mail {nome} à espera: já saiu, está saindo, ou não existe", nome=name), error=True)
    return FAULTY


@mail_command.command("preview", help=message("Mostra um e-mail como o atendimento o enviaria agora, com os modelos da pasta."))
@click.argument("workspace")
@click.argument("ticket")
@click.option("--kind", default="handoff", metavar="|".join(MAIL_KINDS), help=message("Que e-mail."))
@click.option("--to", default="", metavar="WHO", help=message("O destino do repasse, ou para quem vai o e-mail."))
@click.option("--actor", default="", metavar="C;A", help=message("Quem envia. Sem ela, quem tem o atendimento."))
@click.option("--html", is_flag=True, help=message("Mostra a parte HTML em vez do texto."))
@format_option
@click.pass_obj
def preview_command(console: Console, workspace: str, ticket: str, kind: str, to: str, actor: str, html: bool, form: str) -> int:
    """Exit code 1 when a template failed; the mail would then go in the built-in words."""
    from repl.showing.console import clock
    from repl.showing.plans import desk_of
    from routing.mail.building import page

    with desk_of(workspace) as desk:
        mail, failed = desk.preview(ticket, kind, clock(desk.site.zone), to=to, actor=actor)
    if form == "json":
        told = {"html": mail.html or page(mail.subject, mail.body), "warnings": [one.as_json(console.language) for one in failed]}
        console.say_json({**mail.as_json(console.language), **told})
        return FAULTY if failed else FINE
    heads = {
        message("De"): mail.from_address, message("Para"): mail.to, message("Cópia"): mail.cc, message("Assunto"): mail.subject,
    }  # fmt: skip
    for title, text in heads.items():
        if text:
            console.say(message("{titulo}: {texto}", titulo=title, texto=text))
    console.say("")
    console.say((mail.html or page(mail.subject, mail.body)) if html else mail.body)
    for one in failed:
        console.say(message("Aviso: {aviso}", aviso=one.message), error=True)
        console.say(message("      {dica}", dica=one.hint), error=True)
    return FAULTY if failed else FINE


@click.group("store", help=message("Leva o conteúdo de um banco para uma pasta e de volta."))
def store_command() -> None:
    """The group of commands on a store's contents."""


@store_command.command("export", help=message("Escreve numa pasta os arquivos da área de trabalho e todos os atendimentos."))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@workspace_option
@click.pass_obj
def export_command(console: Console, folder: Path, workspace: str) -> int:
    """Nothing is taken out of the store."""
    from repl.showing.plans import desk_of
    from routing.store.transfer import export_store

    place = None if "://" in workspace else Path(workspace)
    with desk_of(workspace) as desk:
        count = export_store(desk.store, folder, place)
    console.say(message("Atendimentos escritos em {pasta}: {quantos}", pasta=folder, quantos=count))
    tell_secrets(console, place)
    return FINE


@store_command.command("import", help=message("Traz uma pasta para o banco: tudo ou nada."))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))
@workspace_option
@click.pass_obj
def import_command(console: Console, folder: Path, workspace: str) -> int:
    """Tickets whose key the store has already stay as they are."""
    from repl.showing.plans import desk_of
    from routing.store.transfer import import_store

    with desk_of(workspace) as desk:
        new, old = import_store(desk.store, folder)
    console.say(message("Atendimentos trazidos: {novos}; já estavam no banco: {antigos}", novos=new, antigos=old))
    tell_secrets(console, folder)
    return FINE


def tell_secrets(console: Console, folder: Path | None) -> None:
    """Which keys of repasse.toml were not copied, as they hold secrets."""
    from routing.setting_secrets import without_secrets

    settings = None if folder is None else folder / "repasse.toml"
    if settings is not None and settings.is_file() and (keys := without_secrets(settings.read_bytes())[1]):
        console.say(
            message(
                "Segredos não são copiados: {lista}. No destino, ponha-os no ambiente (docs/operations.md).", lista=", ".join(keys)
            )
        )
