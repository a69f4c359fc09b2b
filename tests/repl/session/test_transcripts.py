"""Golden transcripts: ``tests/golden/sessions/*.session`` holds what is typed after ``> `` and, below, what is answered.

``# language: en`` in the first lines sets the language, ``# workspace`` opens the example workspace in a fresh copy,
``# file NAME`` to ``# end`` gives a file that the session can open.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from kit.golden import GOLDEN, compare

from repl.example import copy_example
from repl.session.feeding import feed
from repl.session.opening import open_session
from repl.session.session import Session
from repl.showing.console import Console

SESSIONS = sorted((GOLDEN / "sessions").glob("*.session"))
NOW = datetime(2026, 11, 24, 10, 0)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem)
def test_session_answers_as_kept(path: Path, here: Path, updating: bool) -> None:
    kept = path.read_text(encoding="utf-8")
    compare(path, "\n".join(replay(kept, here)) + "\n", updating=updating)


def replay(kept: str, folder: Path) -> Iterator[str]:
    head, lines = split(kept)
    yield from head
    session = opened(head, folder)
    for line in lines:
        yield f"> {line}".rstrip()
        answer = feed(session, line)
        if answer.lines:
            yield answer.text(session.language)
        if answer.leave:
            yield "# leaves"
    assert session.pending == [], "the transcript ends inside an input"


def split(kept: str) -> tuple[list[str], list[str]]:
    """The comment lines and files at the top, and what is typed."""
    head: list[str] = []
    rest = kept.split("\n")
    inside = False
    while rest and (inside or rest[0].startswith("#") or not rest[0]):
        inside = rest[0].startswith("# file ") or (inside and rest[0] != "# end")
        head.append(rest.pop(0))
    return head, [line[2:] for line in rest if line == ">" or line.startswith("> ")]


def opened(head: list[str], folder: Path) -> Session:
    language = "en" if "# language: en" in head else "pt"
    files = "\n".join(head).split("# file ")[1:]
    for piece in files:
        name, _, text = piece.partition("\n")
        (folder / name).write_text(text.partition("# end")[0], encoding="utf-8")
    workspace = None
    if "# workspace" in head:
        copy_example(folder / "compras")
        workspace = "compras"
    session = open_session(Console(language), None, None, workspace, None)
    session.clock = lambda: NOW
    return session
