"""The page of the session names every command and every word of the debugger, and nothing else."""

from __future__ import annotations

import re

from kit.paths import ROOT

from repl.session.commands import COMMANDS
from repl.session.debugging import WORDS
from repl.terminal.screen import KEYS

PAGE = (ROOT / "docs" / "session.md").read_text(encoding="utf-8")


def first_cells() -> str:
    return "\n".join(line.split(" | ")[0] for line in PAGE.splitlines() if line.startswith("| `"))


def test_commands() -> None:
    assert sorted(re.findall(r"`:(\w+)", first_cells())) == sorted(row.name for row in COMMANDS)


def test_words_of_the_debugger() -> None:
    assert set(re.findall(r"`([a-z]\w*)", first_cells())) == {word.name for word in WORDS}
    assert [word.short for word in WORDS if f"`{word.short}`" not in PAGE] == []


def test_keys_of_the_whole_screen() -> None:
    assert [key for key in KEYS if len(key) == 1 and f"`{key}`" not in PAGE] == []
