"""The command ``settings``: what holds here, and with which variable it can be changed."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import click

from repl.command.formulas import format_option
from repl.messages import message
from repl.showing.console import FINE, Console, Refusal, why

ORIGINS = {"environment": message("ambiente"), "file": message("repasse.toml"), "default": message("padrão")}


@click.command("settings", help=message("Lista as configurações: chave, variável de ambiente, valor de agora e de onde ele vem."))
@click.argument("folder", metavar="[WORKSPACE]", required=False, default=".")
@format_option
@click.pass_obj
def settings_command(console: Console, folder: str, form: str) -> int:
    """Secrets are hidden. Without a repasse.toml the defaults and the environment are told."""
    from routing.setting_list import settings_of

    rows = settings_of(file_of(Path(folder)))
    if form == "json":
        console.say_json({"settings": [row.as_json() for row in rows]})
        return FINE
    console.say_table(
        (message("chave"), message("variável de ambiente"), message("padrão"), message("agora"), message("de onde")),
        [(row.key, row.variable, row.default or "–", row.value or "–", ORIGINS[row.origin]) for row in rows],
    )
    console.say(
        message("Um segredo pode vir de um arquivo: REPASSE_BANCO_ARQUIVO, smtp.senha_arquivo, segredo_arquivo de [[webhook]].")
    )
    console.say(message("As outras chaves de repasse.toml são regras: vão nas publicações e não têm variável (docs/workspace.md)."))
    return FINE


def file_of(folder: Path) -> dict[str, Any]:
    """The repasse.toml of a folder; nothing when there is none. Raises Refusal when it cannot be read."""
    path = folder / "repasse.toml"
    if not folder.is_dir():
        raise Refusal(message("a pasta '{pasta}' não existe", pasta=folder))
    try:
        return tomllib.loads(path.read_text("utf-8-sig")) if path.exists() else {}
    except (OSError, ValueError) as fault:
        reason = why(fault) if isinstance(fault, OSError) else message("veja repasse check")
        raise Refusal(message("não foi possível ler '{caminho}': {motivo}", caminho=path, motivo=reason)) from fault
