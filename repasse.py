"""The door of the command, and a sign for whoever writes ``import repasse``: the parts are ``formula``, ``routing`` and ``repl``.

Their names are common words, so another package may have one of them. That is told here, before anything of it is imported.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

PARTS = ("formula", "routing", "repl")
USAGE = 2


def others() -> list[tuple[str, str]]:
    """The parts that another package stands for here, each with its place."""
    here = Path(__file__).resolve().parent
    found = ((name, find_spec(name)) for name in PARTS)
    places = [(name, (spec.origin if spec is not None else None) or "?") for name, spec in found]
    return [(name, place) for name, place in places if Path(place).resolve().parent.parent != here]


def main() -> NoReturn:
    """The command. Exit code 2 with a sentence when a part is somebody else's."""
    wrong = others()
    for name, place in wrong:
        sys.stderr.write(
            f"repasse: o módulo '{name}' é de outro pacote ({place}); instale o repasse num ambiente só seu\n"
            f"(the module '{name}' belongs to another package; install repasse in an environment of its own)\n"
        )
    if wrong:
        sys.exit(USAGE)
    from repl.commands import main as command

    command()
    raise AssertionError


def __getattr__(name: str) -> NoReturn:
    """Say where the names are: nothing else is kept here."""
    if name.startswith("__"):
        raise AttributeError(name)
    raise ImportError(
        f"'{name}' não está em repasse: importe das partes (import from the parts): "
        "import formula (check, compile, Context, Schema), import routing (load_workspace, plan, open_desk), import repl"
    )
