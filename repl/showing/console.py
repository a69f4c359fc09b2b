"""What a command has at hand: the reader's language, the streams, and how it ends."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import attrs
import click

from formula.diagnostics import Diagnostic, in_language
from formula.messages import Message, on_a_line
from formula.visible import OBEYED, visible
from repl.messages import message
from routing.clock import now_in

FINE, FAULTY, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
"""Exit codes (contract): fine; the input has faults; usage or environment; Ctrl-C."""

STANDARD_INPUT = "-"
PIPE_WIDTH = 10_000
"""Columns of what is not a terminal: no line is folded there."""


class Refusal(Exception):
    """A command cannot go on: ``sentence`` says why, ``hint`` what to do; the exit code is 2 unless told."""

    def __init__(self, sentence: str, hint: str | None = None, exit_code: int = UNUSABLE) -> None:
        """Keep what is to be said."""
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint
        self.exit_code = exit_code


@attrs.frozen
class Console:
    """One invocation's surroundings. Everything a person reads goes through here."""

    language: str = "pt"

    def text(self, sentence: str) -> str:
        """A sentence in the reader's language; what is filled in breaks no line, whichever package says it."""
        line = on_a_line(sentence) if isinstance(sentence, Message) else sentence
        return in_language(str(line) if not isinstance(line, Message) else line, self.language)

    def say(self, sentence: str = "", *, error: bool = False) -> None:
        """A line on stdout, or on stderr."""
        click.echo(harmless(self.text(sentence)), err=error)

    def say_styled(self, sentence: str, style: str, *, error: bool = False) -> None:
        """A line in the colours of a style, which only a terminal sees."""
        self.say(click.style(visible(self.text(sentence)), **LOOKS[style]) if style in LOOKS else sentence, error=error)

    def say_json(self, document: Any) -> None:
        """The one JSON document of a run with ``--format json``."""
        plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
        click.echo(OBEYED.sub(escaped, json.dumps(document, ensure_ascii=plain, indent=2)))

    def say_table(self, titles: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
        """Rows under their titles: a narrow terminal folds cells, a pipe gets whole lines."""
        from rich.console import Console as Screen
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False, header_style="bold")
        for title in titles:
            table.add_column(self.text(title), overflow="fold")
        for row in rows:
            table.add_row(*(Text(visible(self.text(cell))) for cell in row))
        width = None if sys.stdout.isatty() else PIPE_WIDTH
        Screen(file=sys.stdout, width=width, highlight=False).print(table)

    def say_refusal(self, refusal: Refusal) -> None:
        """Why the command stops."""
        self.say(f"repasse: {self.text(refusal.sentence)}", error=True)
        if refusal.hint:
            self.say("  " + self.text(refusal.hint), error=True)


LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True},
    "value": {"fg": "green", "bold": True},
    "fault": {"fg": "red"},
    "hint": {"fg": "yellow"},
    "dim": {"dim": True},
}
"""Styles of answers as a command writes them to a terminal."""

OWN_COLOURS = re.compile("(\x1b\\[(?:0|1|2|3[0-7])m)")
"""What ``click.style`` writes."""


def harmless(text: str) -> str:
    """A line whose only control sequences are the colours of this program."""
    if "\x1b" not in text:
        return visible(text)
    return "".join(part if at % 2 else visible(part) for at, part in enumerate(OWN_COLOURS.split(text)))


def escaped(found: re.Match[str]) -> str:
    """A character as JSON escapes it."""
    code = ord(found[0])
    return f"\\u{code:04x}" if code < 0x10000 else json.dumps(found[0])[1:-1]


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether one of the faults keeps a formula from running."""
    return any(diagnostic.severity == "error" for diagnostic in diagnostics)


def clock(zone: tzinfo | None) -> datetime:
    """The wall clock of a site's zone, or of the machine, without an offset, to the second: what formulas see as now."""
    return now_in(zone)


def read_bytes(path: str) -> bytes:
    """A file's bytes, or standard input for ``-``; a Refusal that says why it cannot be read."""
    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as fault:
        raise Refusal(message("não foi possível ler '{caminho}': {motivo}", caminho=path, motivo=why(fault))) from fault


def read_text(path: str) -> tuple[str, list[Diagnostic]]:
    """A formula's text and what its bytes gave rise to; see :func:`formula.source.decode`."""
    from formula.decoding import decode

    return decode(read_bytes(path))


def why(fault: OSError | ValueError) -> Message:
    """An operating-system fault in the reader's language."""
    known: dict[type[Exception], Message] = {
        FileNotFoundError: message("o arquivo não existe"),
        IsADirectoryError: message("é uma pasta"),
        NotADirectoryError: message("não é uma pasta"),
        PermissionError: message("sem permissão"),
        FileExistsError: message("já existe"),
    }
    text = getattr(fault, "strerror", None) or str(fault)
    return known.get(type(fault), message("{texto}", texto=text))
