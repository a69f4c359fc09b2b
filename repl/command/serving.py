"""``repasse serve`` and ``repasse studio``: the HTTP service with the page, or the page on a folder, until told to stop."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from repl.messages import message
from repl.showing.console import Console, Refusal
from routing.messages import how_to_add

SETTINGS = "repasse.toml"


def serve(console: Console, workspace: str | None, host: str, port: int, root: str = "") -> None:
    """Serve a workspace; without one named, that of the present folder; without any, only the page."""
    with needing_server():
        from routing.http.log import configure_log
        from routing.http.server import run
    from repl.page_server.web import create

    configure_log(sys.stderr)
    run(create(place_of(workspace), host, console.language), host, port, console.say, root)


@contextmanager
def needing_server() -> Iterator[None]:
    """A missing library is told with how to add it."""
    try:
        yield
    except ImportError as missing:
        raise Refusal(
            message("falta o módulo '{nome}' para servir HTTP", nome=missing.name or str(missing)),
            how_to_add("serve"),
        ) from missing


HOST = "127.0.0.1"
"""The studio answers this machine alone."""


def studio(console: Console, folder: str, port: int, *, browser: bool) -> None:
    """The page on a folder. Raises Refusal when it is none, SettingsFault when the port is taken."""
    with needing_server():
        from routing.http.server import serve as serve_application
        from routing.http.settings import ServiceSettings
    from repl.page_server.studio.app import create

    if not Path(folder).is_dir():
        raise Refusal(message("a pasta '{pasta}' não existe", pasta=folder), message("crie uma com: repasse init PASTA"))
    door = create(Path(folder), console.language)

    def told(address: str) -> None:
        whole = f"{address}/?token={door.new_token()}"
        console.say(message("estúdio de {pasta}; Ctrl-C encerra. Abra uma vez, neste computador:", pasta=folder))
        console.say(whole)
        sys.stdout.flush()
        if browser:
            webbrowser.open(whole)

    serve_application(door, ServiceSettings(), HOST, port, told)


def place_of(workspace: str | None) -> str | None:
    """A folder that is there, a database URL, or None."""
    if workspace is None:
        return "." if Path(SETTINGS).is_file() else None
    if "://" not in workspace and not Path(workspace).is_dir():
        raise Refusal(message("a pasta '{pasta}' não existe", pasta=workspace), message("crie uma com: repasse init PASTA"))
    return workspace
