"""Commands that open a door and stay: repl, serve, studio, lsp, dap, mcp; and what editors ask for once: schema."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from repl.command.formulas import context_option, limit_option, ticket_option, workspace_option
from repl.messages import message
from repl.showing.console import FINE, Console, Refusal
from routing.messages import how_to_add

if TYPE_CHECKING:
    from repl.session.session import Session


@click.command("repl", help=message("Abre uma sessão. Com entrada que não é terminal, executa as linhas e mostra cada resposta."))
@click.argument("path", required=False, metavar="[FILE|WORKSPACE]")
@context_option
@workspace_option
@ticket_option
@limit_option
@click.option("--plain", is_flag=True, help=message("Sem cores nem tela cheia, também num terminal."))
@click.pass_obj
def repl_command(console: Console, /, plain: bool, **given: Any) -> int:
    """Exit code 1 when a piped session had faults."""
    from repl.terminal.script import converse_plainly, is_plain, run_lines

    if given["path"] and not given["workspace"] and (Path(given["path"]).is_dir() or "://" in given["path"]):
        given["workspace"], given["path"] = given["path"], None
    here = sys.stdin.isatty() and sys.stdout.isatty()
    if here and not plain and not is_plain(os.environ):
        return at_terminal(console, given)
    from repl.session.opening import open_session

    session = open_session(console, **given)
    return converse_plainly(session, sys.stdin, console) if here else run_lines(session, sys.stdin, console)


def at_terminal(console: Console, given: dict[str, Any]) -> int:
    """A conversation. What is named on the command line is opened first, since it may be refused."""
    from repl.terminal.terminal import converse
    from repl.terminal.waiting import Bench

    def open_it() -> Session:
        from repl.session.opening import open_session

        return open_session(console, **given)

    bench = Bench(console.language, open_it)
    if any(given.values()):
        bench.warm()
    return converse(bench)


@click.command("serve", help=message("Serve a API HTTP e a página de experiências, até ser interrompido."))
@click.argument("folder", metavar="[WORKSPACE]", required=False)
@click.option("--workspace", metavar="DIR", help=message("A área de trabalho, ou uma URL de banco de dados."))
@click.option("--host", default="127.0.0.1", show_default=True, help=message("Endereço em que atende."))
@click.option("--port", default=8808, show_default=True, type=click.IntRange(0, 65535), help=message("Porta; 0 escolhe uma livre."))
@click.option("--root-path", default="", metavar="PATH", help=message("O caminho sob o qual um proxy oferece o serviço."))
@click.pass_obj
def serve_command(console: Console, folder: str | None, workspace: str | None, host: str, port: int, root_path: str) -> int:
    """Runs until it is interrupted."""
    from repl.command.serving import serve

    serve(console, folder or workspace, host, port, root_path)
    return FINE


@click.command("studio", help=message("Abre no navegador a página de uma pasta: editar, experimentar, provar e publicar regras."))
@click.argument("folder", metavar="DIR")
@click.option("--port", default=8809, show_default=True, type=click.IntRange(0, 65535), help=message("Porta; 0 escolhe uma livre."))
@click.option("--no-browser", is_flag=True, help=message("Só mostra o endereço, sem abrir o navegador."))
@click.pass_obj
def studio_command(console: Console, folder: str, port: int, no_browser: bool) -> int:
    """Runs until it is interrupted."""
    from repl.command.serving import studio

    studio(console, folder, port, browser=not no_browser)
    return FINE


@click.command("lsp", help=message("Atende um editor pela entrada e saída padrão."))
@click.pass_obj
def lsp_command(console: Console) -> int:
    """Ends when the editor says so."""
    try:
        from repl.editor.lsp import serve_stdio
    except ModuleNotFoundError as missing:
        raise Refusal(message("o servidor de linguagem precisa do pygls"), how_to_add("lsp")) from missing

    serve_stdio(console.language)
    return FINE


@click.command("dap", help=message("Atende um depurador de editor pela entrada e saída padrão."))
@click.pass_obj
def dap_command(console: Console) -> int:
    """Ends when the editor leaves."""
    from repl.editor.dap import serve_stdio

    serve_stdio(console.language)
    return FINE


@click.command("mcp", help=message("Atende um assistente: verifica, executa, explica, planeja e testa. Nada se move nem se grava."))
@click.option("--workspace", default=".", metavar="DIR", help=message("A área de trabalho."))
@click.pass_obj
def mcp_command(console: Console, workspace: str) -> int:
    """Serves on stdin and stdout until they close."""
    from pathlib import Path

    if not Path(workspace).is_dir():
        raise Refusal(message("a pasta '{pasta}' não existe", pasta=workspace))
    try:
        from repl.editor.assistants import serve
    except ModuleNotFoundError as fault:
        raise Refusal(
            message("falta o complemento para assistentes"), message("instale o complemento mcp, como diz o LEIA-ME")
        ) from fault
    serve(Path(workspace), console.language)
    return FINE


@click.command("schema", help=message("Escreve o JSON Schema dos arquivos de uma área de trabalho, para editores."))
@click.pass_obj
def schema_command(console: Console) -> int:
    """One document; a schema for each kind of file under ``$defs``."""
    from routing.schemas import workspace_schemas

    console.say_json(workspace_schemas())
    return FINE
