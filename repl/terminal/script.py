"""A session whose lines come from a pipe or a file: each answer is printed, nothing is asked twice. A terminal that wants
plain text gets a prompt before each line, and no more."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TextIO

from formula.diagnostics import in_language
from repl.messages import message
from repl.showing.console import FAULTY, FINE, Console

if TYPE_CHECKING:
    from repl.session.session import Session

GREETING = message("repasse: fórmulas do RM. :ajuda mostra os comandos, Ctrl-D sai.")
PLAIN_TERMINALS = frozenset({"", "dumb", "unknown"})


def is_plain(environment: Mapping[str, str]) -> bool:
    """Whether the terminal can do no more than print. A Windows console says nothing of itself and can do more."""
    return environment.get("TERM", "") in PLAIN_TERMINALS and sys.platform != "win32"


def run_lines(session: Session, lines: Iterable[str], console: Console, blank_ends: bool = False) -> int:
    """Feed every line; at the end what was left open is run as it stands, and where ``blank_ends`` also at a blank line: files have
    such lines within formulas, while somebody who types one waits for an answer. Exit code 1 when there was any fault."""
    from repl.session.feeding import feed

    faulty = False
    for line in lines:
        ends = blank_ends and session.pending and not line.strip()
        answer = session.finish() if ends else feed(session, line.rstrip("\r\n"))
        faulty |= answer.faulty
        if answer.lines:
            console.say(answer.text(console.language))
        if answer.leave:
            return FAULTY if faulty else FINE
    answer = session.finish()
    if answer.lines:
        console.say(answer.text(console.language))
    return FAULTY if faulty or answer.faulty else FINE


def converse_plainly(session: Session, keyboard: TextIO, console: Console) -> int:
    """A conversation in bare lines, until the end of input or ``:sair``. Ctrl-C stops a run and keeps the session."""
    console.say(GREETING)
    lines = prompted(session, keyboard)
    while True:
        try:
            run_lines(session, lines, console, blank_ends=True)
        except KeyboardInterrupt:
            console.say()
            console.say(session.interrupt().text(console.language))
            lines = prompted(session, keyboard)
        else:
            return FINE


def prompted(session: Session, keyboard: TextIO) -> Iterator[str]:
    """The lines of a person, each asked for."""
    while True:
        prompt = prompt_of(session)
        sys.stdout.write("." * (len(prompt) - 1) + " " if session.pending else prompt)
        sys.stdout.flush()
        line = keyboard.readline()
        if not line:
            sys.stdout.write("\n")
            return
        yield line


def prompt_of(session: Session | None) -> str:
    """``repasse> ``; while travelling or with a ticket that is named instead."""
    name = "repasse"
    if session is not None and session.debugger is not None:
        name = in_language(message("depurar"), session.language)
    elif session is not None and session.ticket is not None:
        name = session.ticket.key
    return f"{name}> "
