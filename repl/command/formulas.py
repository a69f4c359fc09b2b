"""Commands on formulas: check, format, run, explain, functions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from repl.messages import message
from repl.showing.console import FAULTY, FINE, STANDARD_INPUT, Console, Refusal, has_errors, read_text, why

FORMATS = click.Choice(["text", "json"])
FORMAT_HELP = message("Texto para pessoas ou um documento JSON.")
format_option = click.option("--format", "form", type=FORMATS, default="text", help=FORMAT_HELP)

expression_option = click.option("-e", "expression", metavar="TEXT", help=message("O texto da fórmula, em vez de um arquivo."))
context_option = click.option("--context", "context_path", metavar="C.toml", help=message("O que a fórmula pode ver."))
workspace_option = click.option("--workspace", metavar="DIR", help=message("Área de trabalho com diretório, fórmulas e sentenças."))
ticket_option = click.option("--ticket", metavar="K", help=message("Atendimento da área de trabalho: coligada;localidade;código."))
full_option = click.option("--full", "--completo", "full", is_flag=True, help=message("Também as verificações e os fatos."))
limit_option = click.option(
    "--limit", "limits", metavar="NAME=N", multiple=True, help=message("Um limite da execução, como steps=1000.")
)


@click.command("check", help=message("Mostra todas as falhas de fórmulas, sentenças, tipos e casos abaixo de cada caminho."))
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", help=message("Texto, JSON ou SARIF 2.1.")
)
@click.option("--lenient", is_flag=True, help=message("Variáveis passam a existir no primeiro SETVAR."))
@context_option
@click.pass_obj
def check_command(console: Console, paths: tuple[str, ...], form: str, lenient: bool, context_path: str | None) -> int:
    """Exit code 1 when there is an error; lints and warnings alone are fine."""
    from repl.session.surroundings import surroundings
    from repl.showing.faults import check_paths, say_checked

    schema = None
    if context_path is not None:
        around = surroundings(console, context_path, None, None)
        schema, lenient = around.schema, lenient or around.lenient
    files = check_paths(paths, lenient=lenient, schema=schema)
    say_checked(console, files, form)
    return FAULTY if any(has_errors(file.diagnostics) for file in files) else FINE


@click.command(
    "format",
    help=message("Escreve cada fórmula na forma canônica. Sem --check, arquivos são reescritos; de '-', o texto sai na saída."),
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--check", "only_check", is_flag=True, help=message("Só diz quais arquivos mudariam; código 1 se algum."))
@format_option
@click.pass_obj
def format_command(console: Console, paths: tuple[str, ...], only_check: bool, form: str) -> int:
    """Exit code 1 when a text cannot be parsed, or would change under ``--check``."""
    from formula.printing.printer import format_text
    from repl.showing.faults import formula_files, say_diagnostics

    changed: list[str] = []
    faulty = False
    for path in [file for given in paths for file in formula_files(given)]:
        text, noticed = read_text(path)
        made = format_text(text)
        if made.text is None:
            faulty = True
            say_diagnostics(console, text, path, [*noticed, *made.diagnostics], error=True)
        elif path == STANDARD_INPUT and not only_check and form == "text":
            click.echo(made.text, nl=False)
        elif made.text != text or noticed:
            changed.append(path)
            if not only_check and path != STANDARD_INPUT:
                write_text(path, made.text)
    if form == "json":
        console.say_json({"changed": changed, "check": only_check})
    else:
        for path in changed:
            said = message("mudaria: {caminho}", caminho=path) if only_check else message("reescrito: {caminho}", caminho=path)
            console.say(said, error=True)
    return FAULTY if faulty or (only_check and changed) else FINE


def write_text(path: str, text: str) -> None:
    """Replace a file's text by way of a new file beside it, so that a failure leaves the old one whole."""
    target = Path(path).resolve()
    beside = target.with_name(target.name + ".novo")
    try:
        beside.write_bytes(text.encode())
        beside.chmod(target.stat().st_mode)
        beside.replace(target)
    except OSError as fault:
        beside.unlink(missing_ok=True)
        raise Refusal(message("não foi possível escrever '{caminho}': {motivo}", caminho=path, motivo=why(fault))) from fault


@click.command("run", help=message("Executa uma fórmula e mostra valor, efeitos e falhas."))
@click.argument("path", required=False, metavar="FILE")
@expression_option
@context_option
@workspace_option
@ticket_option
@click.option("--trace", is_flag=True, help=message("Mostra cada comando executado e o que mudou."))
@limit_option
@click.option("--lenient", is_flag=True, help=message("Variáveis passam a existir no primeiro SETVAR."))
@format_option
@click.pass_obj
def run_command(console: Console, /, form: str, trace: bool, **given: Any) -> int:
    """Exit code 1 when the formula has errors or faults; ANALISAR is no fault."""
    from repl.command.running import prepare, run_once, say_run

    done = run_once(prepare(console, **given), recorded=trace)
    say_run(console, done, form)
    return FAULTY if done.outcome.status == "fault" else FINE


@click.command("explain", help=message("Mostra o caminho dos valores até o resultado."))
@click.argument("path", required=False, metavar="FILE")
@expression_option
@context_option
@workspace_option
@ticket_option
@limit_option
@click.option("--lenient", is_flag=True, help=message("Variáveis passam a existir no primeiro SETVAR."))
@full_option
@format_option
@click.pass_obj
def explain_command(console: Console, /, form: str, full: bool, **given: Any) -> int:
    """The explanation of one recorded run."""
    from repl.command.running import prepare, run_once, say_explanation

    done = run_once(prepare(console, **given), recorded=True)
    say_explanation(console, done, form, full=full)
    return FAULTY if done.outcome.status == "fault" else FINE


@click.command("functions", help=message("Lista o que fórmulas podem chamar, ou explica uma função."))
@click.argument("name", required=False, metavar="NAME")
@click.option("--context", "context", metavar="NAME", help=message("Só as deste contexto, como taa; as globais entram sempre."))
@format_option
@click.pass_obj
def functions_command(console: Console, name: str | None, context: str | None, form: str) -> int:
    """Exit code 1 when the name is not known."""
    from repl.showing.reference import function_rows, rows_of, say_function, say_functions

    rows = function_rows() if context is None else rows_of(function_rows(), context)
    if name is None:
        say_functions(console, rows, form)
        return FINE
    return FINE if say_function(console, rows, name, form) else FAULTY
