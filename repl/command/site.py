"""Commands on a workspace and its database: plan, move, show, flow, init, work, key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from repl.command.formulas import format_option, full_option
from repl.messages import message
from repl.showing.console import FAULTY, FINE, Console

NOTE_KINDS = ("log", "solution", "possible-solution", "request")

REQUEST_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.argument("workspace"),
    click.argument("ticket"),
    click.argument("action"),
    click.option("--to", metavar="STEP|DEST", help=message("Etapa ou destino ('1;3', '5', ou o nome); com e-mail, para quem.")),
    click.option(
        "--actor", metavar="C;A", help=message("Quem pede: coligada;atendente, ou o nome. Sem ela, quem tem o atendimento.")
    ),
    click.option("--reason", type=int, metavar="N", help=message("Código do motivo.")),
    click.option("--justification", default="", metavar="T", help=message("Justificativa.")),
    click.option("--wake-up", metavar="WHEN", help=message("Despertamento de um agendamento, em ISO.")),
    click.option("--deadline", metavar="WHEN", help=message("Prazo de um agendamento, em ISO.")),
    click.option("--version", "seen", type=int, metavar="N", help=message("A versão vista; outra faz recusar.")),
    full_option,
    format_option,
)


CHANGE_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--set",
        "assigned",
        multiple=True,
        metavar="FIELD=VALUE",
        help=message("Um campo ou PARAMETRO.X com valor: com mudar, anexar e abrir --from, o que muda; em plan, o que se supõe."),
    ),
    click.option(
        "--clear",
        "cleared",
        multiple=True,
        metavar="FIELD",
        help=message("Esvazia um campo: com mudar, de verdade; em plan, por hipótese."),
    ),
    click.option(
        "--copy-parameters-from",
        "copy_from",
        metavar="TICKET",
        help=message("Com mudar: copia os parâmetros de outro atendimento."),
    ),
    click.option(
        "--from",
        "copied",
        metavar="TICKET",
        help=message("Com abrir: o atendimento de que se copia o novo; --set diz o que nele é outro."),
    ),
    click.option("--text", default="", metavar="T", help=message("Com anotar: o texto. Com e-mail: as próprias palavras.")),
    click.option(
        "--kind",
        default="log",
        metavar="|".join(NOTE_KINDS),
        help=message("Com anotar: o tipo. Com anexar: o anexo. Com e-mail: opening é o e-mail de abertura ao cliente."),
    ),
    click.option("--publishable", is_flag=True, help=message("Com anotar: a entrada pode sair no fórum.")),
    click.option(
        "--entry",
        type=int,
        metavar="N",
        help=message("Com anotar: a entrada da discussão que muda; com anexar: o último registro."),
    ),
    click.option(
        "--cc", default="", metavar="WHO", help=message("Com e-mail: cópia para endereços, atendentes, grupos, clientes.")
    ),
    click.option(
        "--part",
        "parts",
        multiple=True,
        metavar="PART",
        help=message("Com e-mail: o que vai junto (request, discussion, solution, summary; none para nada). Pode repetir."),
    ),
    click.option(
        "--attach",
        "attached",
        multiple=True,
        metavar="FILE",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help=message("Com e-mail: um arquivo que vai anexo. Pode repetir."),
    ),
)


def change_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What ``change``, ``note`` (contract, "Change and note") and ``mail`` are told."""
    for option in reversed(CHANGE_OPTIONS):
        command = option(command)
    return command


def request_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The arguments and options of a move, in the order of help."""
    for option in reversed(REQUEST_OPTIONS):
        command = option(command)
    return command


HYPOTHESIS_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--now", "supposed_now", metavar="WHEN", help=message("Supõe outro relógio, em ISO.")),
    click.option(
        "--rules",
        metavar="REV|DIR|published|folder",
        help=message("Supõe outras regras: uma revisão, uma pasta, as publicadas ou as da pasta."),
    ),
)


def hypothesis_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What a plan may suppose beside the values of ``--set`` and ``--clear`` (contract, "What if")."""
    for option in reversed(HYPOTHESIS_OPTIONS):
        command = option(command)
    return command


@click.command("plan", help=message("Mostra o que um movimento faria: destino, e-mails e por quê. Nada é gravado."))
@request_options
@change_options
@click.option(
    "--why-not", "expected", metavar="X", help=message("Por que não vai para X: pessoa, grupo, etapa, status ou endereço.")
)
@hypothesis_options
@click.pass_obj
def plan_command(console: Console, /, **given: Any) -> int:
    """Exit code 1 when the move would not happen."""
    from repl.showing.plans import plan_once, say_plan

    full = given.pop("full")
    made, site = plan_once(console, **given)
    say_plan(console, made, given["form"], site, full=full)
    return FINE if made.status == "planned" else FAULTY


@click.command("move", help=message("Decide e grava um movimento, com históricos e e-mails na fila."))
@request_options
@change_options
@click.option("--key", metavar="TEXT", help=message("Chave de idempotência: repetir o pedido não repete o movimento."))
@click.pass_obj
def move_command(console: Console, /, **given: Any) -> int:
    """Exit code 1 when the move did not happen."""
    from repl.showing.plans import move_once, say_plan

    full = given.pop("full")
    made, site = move_once(console, **given)
    say_plan(console, made, given["form"], site, full=full)
    return FINE if made.status == "moved" else FAULTY


@click.command("show", help=message("Mostra um atendimento com históricos, discussão e e-mails."))
@click.argument("workspace")
@click.argument("ticket")
@click.option("--as", "viewer", metavar="C;A", help=message("Só o que este atendente pode ver."))
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text", help=message("Formato da saída."))
@click.pass_obj
def show_command(console: Console, workspace: str, ticket: str, viewer: str | None, form: str) -> int:
    """The contract's document, or a page for people."""
    from repl.showing.plans import desk_of, full_key, say_ticket

    with desk_of(workspace) as desk:
        ticket = full_key(desk, ticket)
        say_ticket(console, desk.show(ticket, viewer), form, desk.now_site())
        if form == "text" and (note := desk.sample_note(ticket)) is not None:
            console.say(message("Aviso: {aviso}", aviso=note.message))
            console.say(message("      {dica}", dica=note.hint))
    return FINE


@click.command("flow", help=message("Desenha o fluxo de etapas de um tipo, em SVG ou dot."))
@click.argument("workspace")
@click.argument("ticket_type", metavar="TYPE")
@click.option("--ticket", metavar="K", help=message("Marca a etapa em que um atendimento está."))
@click.option("--format", "form", type=click.Choice(["svg", "dot", "text"]), default="svg", help=message("Formato do desenho."))
@click.pass_obj
def flow_command(console: Console, workspace: str, ticket_type: str, ticket: str | None, form: str) -> int:
    """The drawing goes to stdout."""
    from repl.showing.plans import draw_flow

    console.say(draw_flow(console, workspace, ticket_type, ticket, form))
    return FINE


@click.command("init", help=message("Cria em DIR uma área de trabalho de exemplo, pronta para experimentar."))
@click.argument("folder", metavar="DIR")
@click.option("--empty", "--vazio", "empty", is_flag=True, help=message("Sem o exemplo: só as pastas e dois arquivos a preencher."))
@click.pass_obj
def init_command(console: Console, folder: str, empty: bool) -> int:
    """The folder must be new or empty: nothing is overwritten."""
    from repl.example import FOLDERS, copy_example, make_empty

    target = Path(folder)
    if empty:
        make_empty(target, console.language)
        console.say(message("{pasta}: repasse.toml, diretorio.toml e as pastas {pastas}", pasta=folder, pastas=", ".join(FOLDERS)))
        console.say(message("passo a passo: docs/tutorial.md"))
        return FINE
    count = copy_example(target)
    console.say(message("{quantos} arquivos em {pasta}", quantos=count, pasta=folder))
    console.say(message("experimente: repasse check {pasta}", pasta=folder))
    return FINE


@click.command("work", help=message("Faz o que venceu e envia os e-mails da fila, até ser interrompido."))
@click.argument("folder", metavar="[WORKSPACE]", required=False)
@click.option("--workspace", default=".", metavar="DIR", help=message("A área de trabalho, ou uma URL de banco de dados."))
@click.option("--once", is_flag=True, help=message("Faz o que venceu, envia o que está na fila e termina."))
@click.pass_obj
def work_command(console: Console, folder: str | None, workspace: str, once: bool) -> int:
    """Ends with exit code 130 at Ctrl-C."""
    from repl.showing.plans import work_until_told

    return work_until_told(console, folder or workspace, once=once)
