"""Commands that open a door and stay: repl, serve, lsp."""

from __future__ import annotations

import sys
from typing import Any

import click

from repl.console import FINE, Console
from repl.formula_commands import context_option, ticket_option, workspace_option
from repl.messages import message


@click.command("repl", help=message("Abre uma sessão. Com entrada que não é terminal, executa as linhas e mostra cada resposta."))
@click.argument("path", required=False, metavar="FILE")
@context_option
@workspace_option
@ticket_option
@click.option("--plain", is_flag=True, help=message("Sem cores nem tela cheia, também num terminal."))
@click.pass_obj
def repl_command(console: Console, /, plain: bool, **given: Any) -> int:
    """Exit code 1 when a piped session had faults."""
    from repl.opening import open_session

    session = open_session(console, **given)
    if sys.stdin.isatty() and not plain:
        from repl.terminal import converse

        return converse(session)
    from repl.script import run_lines

    return run_lines(session, sys.stdin, console)


@click.command("serve", help=message("Serve a API HTTP e a página de experiências, até ser interrompido."))
@click.option("--workspace", metavar="DIR", help=message("A área de trabalho, ou uma URL de banco de dados."))
@click.option("--host", default="127.0.0.1", show_default=True, help=message("Endereço em que atende."))
@click.option("--port", default=8808, show_default=True, type=click.IntRange(0, 65535), help=message("Porta; 0 escolhe uma livre."))
@click.pass_obj
def serve_command(console: Console, workspace: str | None, host: str, port: int) -> int:
    """Runs until it is interrupted."""
    from repl.serving import serve

    serve(console, workspace, host, port)
    return FINE


@click.command("lsp", help=message("Atende um editor pela entrada e saída padrão."))
@click.pass_obj
def lsp_command(console: Console) -> int:
    """Ends when the editor says so."""
    from repl.lsp import serve_stdio

    serve_stdio(console.language)
    return FINE
