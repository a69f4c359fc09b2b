"""The help of commands in the reader's language: sentences, the words that stand for what one gives, and near values."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import click

from formula.messages import Message, catalogue
from repl.messages import message
from repl.showing.console import Console

WORDS: Mapping[str, str] = {
    "PATH": "CAMINHO",
    "FILE": "ARQUIVO",
    "DIR": "PASTA",
    "WORKSPACE": "ÁREA",
    "TICKET": "ATENDIMENTO",
    "DECISION": "DECISÃO",
    "NAME": "NOME",
    "NAMES": "NOMES",
    "WORDS": "PALAVRAS",
    "TEXT": "TEXTO",
    "FIELD": "CAMPO",
    "FIELDS": "CAMPOS",
    "VALUE": "VALOR",
    "ACTION": "AÇÃO",
    "STATE": "ESTADO",
    "STEP": "ETAPA",
    "DEST": "DESTINO",
    "WHEN": "QUANDO",
    "TYPE": "TIPO",
    "PERCENT": "PORCENTAGEM",
    "SECONDS": "SEGUNDOS",
    "ADDRESS": "ENDEREÇO",
    "ADDR": "ENDEREÇO",
    "COLUMNS": "COLUNAS",
    "MESSAGE-ID": "CÓDIGO-DO-E-MAIL",
    "CURSOR": "CURSOR",
    "CODE": "CÓDIGO",
    "INTEGER": "NÚMERO",
    "FLOAT": "NÚMERO",
    "DAYS": "DIAS",
    "OPTIONS": "OPÇÕES",
    "COMMAND": "COMANDO",
    "ARGS": "ARGUMENTOS",
}
"""What stands for a value in a usage line, in English and in Portuguese; single
letters and codes such as REV or C;A are the same in both languages."""

WORD = re.compile(r"[A-Z][A-Z-]+[A-Z]")


class NearChoice(click.Choice[Any]):
    """A closed list of values that names the near one to whoever mistypes."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """What is wrong, and what was probably meant."""
        told = super().get_invalid_choice_message(value, ctx)
        near = get_close_matches(str(value), [str(one) for one in self.choices], 1)
        console = (ctx.find_object(Console) if ctx is not None else None) or Console()
        if not near:
            return told
        return told + " " + console.text(message("Você quis dizer '{nome}'?", nome=near[0]))


def localized(command: click.Command, console: Console) -> click.Command:
    """A copy of a command, and of the commands below it, whose help is in the reader's language."""
    made = copy.copy(command)
    made._help_option = None  # noqa: SLF001 - the library keeps it in the language of who first asked
    made.help = None if made.help is None else said(made.help, console)
    made.options_metavar = shown_words(made.options_metavar or "", console) or None
    made.params = [localized_parameter(parameter, console) for parameter in made.params]
    if any(one.name == "action" for one in made.params if isinstance(one, click.Argument)):
        made.epilog = console.text(message("Ações: {lista}", lista=", ".join(action_words(console.language))))
    if isinstance(made, click.Group):
        made.subcommand_metavar = shown_words(made.subcommand_metavar or "", console)
        made.commands = {name: localized(inner, console) for name, inner in made.commands.items()}
    return made


def localized_parameter(parameter: click.Parameter, console: Console) -> click.Parameter:
    """A copy of an option or argument."""
    made = copy.copy(parameter)
    if isinstance(made.type, click.Choice):
        made.type = NearChoice(made.type.choices, made.type.case_sensitive)
    if isinstance(made, click.Option):
        made.help = None if made.help is None else said(made.help, console)
        if made.metavar is None and not made.is_flag and not made.count and not isinstance(made.type, click.Choice):
            made.metavar = made.type.name.partition(" ")[0].upper()
    elif made.metavar is None and made.name is not None and not isinstance(made.type, click.Choice):
        name = made.name.upper()
        made.metavar = name if made.required else f"[{name}]"
    if made.metavar is not None:
        made.metavar = shown_words(made.metavar, console)
    return made


def action_words(language: str) -> list[str]:
    """The actions as a command line names them."""
    from routing.domain.model import ACTIONS
    from routing.domain.names import VERBS

    return list(ACTIONS) if language == "en" else [VERBS[one][0].replace(" ", "-") for one in ACTIONS]


def said(text: str, console: Console) -> str:
    """A help sentence in the reader's language; the library keeps texts alone, so it is looked up again."""
    if isinstance(text, Message) or console.language == "pt":
        return console.text(text)
    return catalogue("repl", console.language).gettext(text)


def shown_words(metavar: str, console: Console) -> str:
    """The words of a usage line in the reader's language."""
    if console.language == "en":
        return metavar
    return WORD.sub(lambda found: WORDS.get(found[0], found[0]), metavar)
