"""Commands on the keys of the HTTP service: key new, key list, key revoke."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from repl.command.formulas import format_option
from repl.messages import message
from repl.showing.console import FAULTY, FINE, Console

WORKSPACE_HELP = message("A área de trabalho, ou uma URL de banco de dados.")
workspace_option = click.option("--workspace", default=".", metavar="DIR", help=WORKSPACE_HELP)


def taken(context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    """The workspace as the first argument is that of the option."""
    if value is not None:
        context.params["workspace"] = value


def workspace_first(command: Any) -> Any:
    """The workspace as the first argument, as most commands have it, or as an option."""
    first = click.argument("workspace_first", metavar="[WORKSPACE]", required=False, expose_value=False, callback=taken)
    return first(click.option("--workspace", default=".", metavar="DIR", help=WORKSPACE_HELP, is_eager=True)(command))


@click.group("key", help=message("Chaves da API HTTP."))
def key_command() -> None:
    """The group of commands on keys."""


@key_command.command("new", help=message("Cria uma chave; ela é a última palavra da saída e não pode ser vista de novo."))
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(["read", "run", "move"]),
    help=message("O que a chave permite; pode repetir."),
)
@workspace_first
@click.option("--name", default="", metavar="TEXT", help=message("Para quem é a chave."))
@click.option("--attendant", metavar="C;A", help=message("De que atendente é a chave: ela só age e só vê como ele."))
@click.pass_obj
def new_command(console: Console, scopes: tuple[str, ...], workspace: str, name: str, attendant: str | None) -> int:
    """Prints the key once."""
    from repl.showing.plans import desk_of
    from routing.desk.viewing import known_viewer
    from routing.http import keys

    with desk_of(workspace) as desk:
        bound = known_viewer(desk.site, attendant).key if attendant else ""
        made = keys.new_key(desk.store, scopes, name, attendant=bound)
    console.say(message("Chave nova ({direitos}): {chave}", direitos=", ".join(dict.fromkeys(scopes)), chave=made))
    return FINE


@key_command.command("list", help=message("Lista as chaves, sem o segredo: número, escopos, nome, criação, fim."))
@workspace_first
@format_option
@click.pass_obj
def list_command(console: Console, workspace: str, form: str) -> int:
    """Oldest first."""
    from repl.showing.plans import desk_of
    from routing.http import keys

    with desk_of(workspace) as desk:
        found = keys.all_keys(desk.store)
    if form == "json":
        console.say_json(
            {
                "keys": [
                    {
                        "id": key.id,
                        "scopes": sorted(key.scopes),
                        "name": key.name,
                        "attendant": key.attendant or None,
                        "created_at": key.created_at.isoformat(),
                        "revoked_at": None if key.revoked_at is None else key.revoked_at.isoformat(),
                    }
                    for key in found
                ]
            }
        )
        return FINE
    console.say_table(
        (message("número"), message("escopos"), message("criada em"), message("nome"), message("revogada em")),
        ((key.id, ",".join(sorted(key.scopes)), moment(key.created_at), key.name, moment(key.revoked_at)) for key in found),
    )
    return FINE


def moment(when: datetime | None) -> str:
    """A time as people write it; nothing when there is none."""
    return "" if when is None else f"{when:%d/%m/%Y %H:%M}"


@key_command.command("revoke", help=message("Encerra uma chave pelo seu número (ver: repasse key list)."))
@click.argument("number", metavar="ID")
@workspace_option
@click.pass_obj
def revoke_command(console: Console, number: str, workspace: str) -> int:
    """Exit code 1 when no live key has the number."""
    from repl.showing.plans import desk_of
    from routing.http import keys

    with desk_of(workspace) as desk:
        done = keys.revoke(desk.store, number)
    if done:
        console.say(message("A chave {numero} não vale mais.", numero=number))
        return FINE
    console.say(message("nenhuma chave viva tem o número '{numero}'", numero=number), error=True)
    return FAULTY
