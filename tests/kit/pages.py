"""Pages that are carried out: files with a title are written, commands behind ``$`` are run, what they show is compared."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import attrs

from repl.commands import run as commands_run

FENCE = re.compile(r"^(?P<in>[ ]*)```(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=in)```[ ]*$", re.MULTILINE | re.DOTALL)
TITLE = re.compile(r'title="([^"]+)"')
ANY = "…"
"""Stands in a page for what differs from run to run."""


@attrs.frozen
class Block:
    """A fenced block: its language, the file that it is, its text and its line in the page."""

    language: str
    title: str
    text: str
    line: int
    marks: str = ""


@attrs.frozen
class Command:
    """A line behind ``$`` and what the page says that it shows."""

    words: tuple[str, ...]
    shown: str
    line: int


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    for found in FENCE.finditer(page):
        info = found["info"].strip()
        title = TITLE.search(info)
        text = "".join(line[len(found["in"]) :] for line in found["text"].splitlines(keepends=True))
        words = info.split()
        yield Block(words[0] if words else "", title[1] if title else "", text, page.count("\n", 0, found.start()) + 1, info)


def commands(block: Block) -> list[Command]:
    """The commands of a console block."""
    made: list[Command] = []
    for number, line in enumerate(block.text.splitlines(), block.line + 1):
        if line.startswith("$ "):
            made.append(Command(tuple(shlex.split(line[2:])), "", number))
        else:
            made[-1] = attrs.evolve(made[-1], shown=f"{made[-1].shown}{line}\n")
    return made


def play(page: str, folder: Path, language: str = "pt") -> int:
    """Carry out a page in a folder; how many commands it has. AssertionError names the line that is not as the page says."""
    here, count = folder, 0
    for block in blocks(page):
        if block.title:
            (here / block.title).parent.mkdir(parents=True, exist_ok=True)
            (here / block.title).write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            for command in commands(block):
                count += 1
                if command.words[0] == "cd":
                    here /= command.words[1]
                    assert here.is_dir(), f"line {command.line}: {here}"
                    continue
                said = run(command.words, here, language)
                assert fits(said, command.shown), f"line {command.line}: {shlex.join(command.words)}\n{said}"
    return count


def run(words: tuple[str, ...], folder: Path, language: str) -> str:
    """What a command shows, on both streams; in this process, because a page has many."""
    assert words[0] == "repasse", words
    said = io.StringIO()
    spoken = {"LANG": {"pt": "pt_BR.UTF-8", "en": "en_US.UTF-8"}[language], "COLUMNS": "200", "LC_ALL": ""}
    with patch.dict(os.environ, spoken), contextlib.chdir(folder), redirect_stdout(said), redirect_stderr(said):
        commands_run(words[1:])
    return said.getvalue()


def fits(said: str, shown: str) -> bool:
    """Whether a page shows what was said: ``…`` stands for anything, blank ends of lines do not count."""
    pattern = ".*?".join(re.escape(part) for part in tidy(shown).split(ANY))
    return re.fullmatch(pattern, tidy(said), re.DOTALL) is not None


def tidy(text: str) -> str:
    """Without blank ends of lines and without blank lines."""
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())
