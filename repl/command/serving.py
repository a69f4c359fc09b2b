"""``repasse serve``: the HTTP service with the page, until it is told to stop."""

from __future__ import annotations

import sys
from pathlib import Path

from repl.messages import message
from repl.showing.console import Console, Refusal
from routing.messages import how_to_add

SETTINGS = "repasse.toml"


def serve(console: Console, workspace: str | None, host: str, port: int, root: str = "") -> None:
    """Serve a workspace; without one named, that of the present folder; without any, only the page."""
    try:
        from routing.http.log import configure_log
        from routing.http.server import run
    except ImportError as missing:
        raise Refusal(
            message("falta o módulo '{nome}' para servir HTTP", nome=missing.name or str(missing)),
            how_to_add("serve"),
        ) from missing
    from repl.page_server.web import create

    configure_log(sys.stderr)
    run(create(place_of(workspace), host, console.language), host, port, console.say, root)


def place_of(workspace: str | None) -> str | None:
    """A folder that is there, a database URL, or None."""
    if workspace is None:
        return "." if Path(SETTINGS).is_file() else None
    if "://" not in workspace and not Path(workspace).is_dir():
        raise Refusal(message("a pasta '{pasta}' não existe", pasta=workspace), message("crie uma com: repasse init PASTA"))
    return workspace
