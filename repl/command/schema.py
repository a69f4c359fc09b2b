"""The command ``schema``: the files of a workspace as JSON Schema, for editors."""

from __future__ import annotations

import click

from repl.messages import message
from repl.showing.console import FINE, Console


@click.command("schema", help=message("Escreve o JSON Schema dos arquivos de uma área de trabalho, para editores."))
@click.pass_obj
def schema_command(console: Console) -> int:
    """One document; a schema for each kind of file under ``$defs``."""
    from routing.schemas import workspace_schemas

    console.say_json(workspace_schemas())
    return FINE
