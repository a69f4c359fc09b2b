"""The command ``repasse``: its commands by name, each loaded when it is called.

``repasse --help`` reads only this file. A command lives in the module its row names, as an attribute with the
command's name and ``_command`` after it. Sentences are messages, said in the reader's language when shown.
"""

from __future__ import annotations

import gettext
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

from formula.diagnostics import FormulaError, in_language
from formula.messages import LANGUAGES, Message
from repl.command.helping import localized
from repl.messages import message
from repl.showing.console import FAULTY, INTERRUPTED, UNUSABLE, Console, Refusal
from repl.showing.language import language_of, split_language
from routing.errors import RoutingError, WorkspaceError
from routing.failures import Conflict, Failure, Missing, NotAllowed

COMMANDS: dict[str, tuple[str, Message]] = {
    "check": ("repl.command.formulas", message("Mostra todas as falhas de fórmulas, sentenças, tipos e casos.")),
    "format": ("repl.command.formulas", message("Escreve fórmulas na forma canônica; comentários ficam.")),
    "run": ("repl.command.formulas", message("Executa uma fórmula.")),
    "explain": ("repl.command.formulas", message("Explica como uma fórmula chega ao seu valor.")),
    "functions": ("repl.command.formulas", message("Lista o que fórmulas podem chamar.")),
    "repl": ("repl.command.doors", message("Abre uma sessão interativa.")),
    "plan": ("repl.command.site", message("Mostra o que um movimento faria, sem fazer nada.")),
    "move": ("repl.command.site", message("Move um atendimento.")),
    "show": ("repl.command.site", message("Mostra um atendimento com seus históricos.")),
    "tickets": ("repl.command.lists", message("Lista e procura atendimentos.")),
    "transfer": ("repl.command.people", message("Repassa muitos atendimentos de uma vez.")),
    "clients": ("repl.command.people", message("Procura clientes.")),
    "contacts": ("repl.command.people", message("Mostra, grava e exclui contatos de clientes e representantes.")),
    "absence": ("repl.command.people", message("Diz quem está ausente, ou muda a situação de um atendente.")),
    "directory": ("repl.command.people", message("Traz o diretório das sentenças do banco.")),
    "decisions": ("repl.command.lists", message("Lista decisões.")),
    "stats": ("repl.command.reports", message("Conta movimentos, recusas, carga e tempo nas etapas.")),
    "faq": ("repl.command.reports", message("Procura, pede e cadastra FAQ e dicas.")),
    "due": ("repl.command.lists", message("Lista o que vence, e quando.")),
    "prune": ("repl.command.carrying", message("Retira o que é velho.")),
    "erase": ("repl.command.carrying", message("Apaga os dados de uma pessoa ou de um cliente.")),
    "import": ("repl.command.carrying", message("Traz atendimentos de um arquivo.")),
    "export": ("repl.command.carrying", message("Leva atendimentos a um arquivo.")),
    "events": ("repl.command.lists", message("Lista o que aconteceu.")),
    "rules": ("repl.command.releases", message("Mostra as publicações das regras.")),
    "publish": ("repl.command.releases", message("Publica as regras da pasta.")),
    "rollback": ("repl.command.releases", message("Volta à publicação anterior.")),
    "diff": ("repl.command.releases", message("Mostra o que muda entre duas regras, com exemplo.")),
    "impact": ("repl.command.releases", message("Mostra o que outras regras mudam para os atendimentos abertos.")),
    "replay": ("repl.command.releases", message("Decide de novo, com outras regras, o que já foi decidido.")),
    "decision": ("repl.command.releases", message("Mostra uma decisão, ou a decide de novo.")),
    "flow": ("repl.command.site", message("Desenha o fluxo de etapas de um tipo.")),
    "test": ("repl.command.testing", message("Executa os casos de teste de regras.")),
    "case": ("repl.command.keeping", message("Grava um atendimento ou uma decisão como caso de teste.")),
    "prove": ("repl.command.proving", message("Pergunta às regras o que vale para todos os atendimentos.")),
    "init": ("repl.command.site", message("Cria uma área de trabalho de exemplo.")),
    "serve": ("repl.command.doors", message("Serve a API HTTP e a página de experiências.")),
    "studio": ("repl.command.doors", message("Abre a página de uma pasta de regras, só nesta máquina.")),
    "work": ("repl.command.site", message("Faz o que venceu e envia os e-mails que esperam na fila.")),
    "key": ("repl.command.keys", message("Cria chaves da API.")),
    "mail": ("repl.command.store", message("Vê e comanda a fila de e-mails.")),
    "store": ("repl.command.store", message("Leva o conteúdo de um banco para uma pasta e de volta.")),
    "settings": ("repl.command.settings", message("Lista as configurações e as suas variáveis de ambiente.")),
    "schema": ("repl.command.doors", message("Escreve o JSON Schema dos arquivos de uma área de trabalho, para editores.")),
    "lsp": ("repl.command.doors", message("Atende um editor pelo Language Server Protocol.")),
    "mcp": ("repl.command.doors", message("Atende um assistente pelo Model Context Protocol.")),
    "dap": ("repl.command.doors", message("Atende um editor pelo Debug Adapter Protocol.")),
}

ABOUT = message("A linguagem de fórmulas do TOTVS RM para repasse de atendimentos: explica-se, depura-se, testa-se.")
LANGUAGE_HELP = message("Opção de todos os comandos: --lang pt|en escolhe o idioma das mensagens.")


class Commands(click.Group):
    """The commands of the table above."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command and say its help in the reader's language."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(COMMANDS[cmd_name][0]), f"{cmd_name}_command")
        return localized(found, ctx.find_object(Console) or Console())

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that a line names; an unknown one is told the near names."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as fault:
            raise click.exceptions.NoSuchCommand(fault.command_name, possibilities=COMMANDS, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without loading any of them."""
        console = ctx.find_object(Console) or Console()
        with formatter.section(console.text(message("Comandos"))):
            formatter.write_dl([(name, console.text(short)) for name, (_, short) in COMMANDS.items()])

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Usage, what the program is, the commands, the option that all have."""
        console = ctx.find_object(Console) or Console()
        self.format_usage(ctx, formatter)
        formatter.write_paragraph()
        formatter.write_text(console.text(ABOUT))
        self.format_options(ctx, formatter)
        formatter.write_paragraph()
        formatter.write_text(console.text(LANGUAGE_HELP))


@click.group(cls=Commands, name="repasse")
@click.version_option(package_name="repasse", message="%(version)s", help=message("Mostra a versão e termina."))
@click.pass_context
def program(context: click.Context) -> None:
    """See :data:`ABOUT`."""


def speak(language: str) -> None:
    """Let click's own sentences come from our catalogue of them. Portuguese has one; English is click's source."""
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("click", Path(__file__).parent / "locale")
    gettext.textdomain("click")


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point of the installed command; ends the process with the contract's exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line and return its exit code. Bad input never ends in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    said, rest = split_language(arguments)
    console = Console(said if said in LANGUAGES else language_of(os.environ))
    speak(console.language)
    try:
        if said is not None and said not in LANGUAGES:
            raise Refusal(message("'{idioma}' não é um idioma: use --lang pt ou --lang en", idioma=said))
        return finish(
            localized(program, console).main(
                spelled_out(rest),
                prog_name="repasse",
                standalone_mode=False,
                obj=console,
                color=False if os.environ.get("NO_COLOR") else None,
            )
        )
    except click.exceptions.NoArgsIsHelpError as nothing_asked:
        nothing_asked.show()
        return UNUSABLE
    except click.ClickException as fault:
        fault.show()
        return UNUSABLE
    except Refusal as refusal:
        console.say_refusal(refusal)
        return refusal.exit_code
    except FormulaError as fault:
        say_faults(fault, console)
        return FAULTY
    except RoutingError as fault:
        code = say_failure(fault, console)
        if code == FAULTY and wants_json(rest):
            console.say_json(failure_json(fault, console.language))
        return code
    except (click.Abort, KeyboardInterrupt):
        console.say(message("Interrompido."), error=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader left; Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAULTY


def spelled_out(arguments: Sequence[str]) -> list[str]:
    """``--json`` before ``--`` is ``--format json``."""
    words = list(arguments)
    end = words.index("--") if "--" in words else len(words)
    made: list[str] = []
    for word in words[:end]:
        made += ["--format", "json"] if word == "--json" else [word]
    return made + words[end:]


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether a command line asks for a JSON document, which a faulty input gets as well."""
    words = spelled_out(arguments)
    return "--format=json" in words or ("--format", "json") in pairwise(words)


def failure_json(fault: RoutingError, language: str) -> dict[str, Any]:
    """What is wrong, as ``check`` and as refused moves tell it."""
    if isinstance(fault, WorkspaceError):
        shown = [{"path": str(path), "diagnostics": [one.as_json(language) for one in found]} for path, found in fault.files]
        return {"status": "refused", "files": shown}
    assert isinstance(fault, Failure)
    hint = None if fault.hint is None else in_language(fault.hint, language)
    return {"status": "refused", "reason": {"code": fault.code, "message": in_language(fault.message, language), "hint": hint}}


def finish(result: Any) -> int:
    """The exit code that a command returned; click gives its own for ``--help``."""
    sys.stdout.flush()
    return result if isinstance(result, int) else 0


def say_faults(fault: FormulaError, console: Console) -> None:
    """A formula's faults on stderr."""
    from repl.showing.faults import say_diagnostics

    say_diagnostics(console, fault.source.text, fault.source.name, fault.diagnostics, error=True)


def say_failure(fault: RoutingError, console: Console) -> int:
    """What keeps routing from working: faults of a workspace's files, or a database, a key, a setting."""
    if isinstance(fault, WorkspaceError):
        from repl.showing.faults import say_diagnostics, text_of

        for path, found in fault.files:
            say_diagnostics(console, text_of(path), str(path), found, error=True)
        return FAULTY
    if isinstance(fault, Failure):
        console.say_refusal(Refusal(fault.message, fault.hint))
        return FAULTY if isinstance(fault, Conflict | Missing | NotAllowed) else UNUSABLE
    console.say_refusal(Refusal(str(fault)))
    return UNUSABLE


if __name__ == "__main__":
    main()
