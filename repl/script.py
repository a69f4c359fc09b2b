"""A session whose lines come from a pipe or a file: each answer is printed, nothing is asked twice."""

from __future__ import annotations

from collections.abc import Iterable

from repl.console import FAULTY, FINE, Console
from repl.session import Session


def run_lines(session: Session, lines: Iterable[str], console: Console) -> int:
    """Feed every line; at the end what was left open is run as it stands. Exit code 1 when there was any fault."""
    faulty = False
    for line in lines:
        answer = session.feed(line.rstrip("\r\n"))
        faulty |= answer.faulty
        if answer.lines:
            console.say(answer.text(console.language))
        if answer.leave:
            return FAULTY if faulty else FINE
    answer = session.finish()
    if answer.lines:
        console.say(answer.text(console.language))
    return FAULTY if faulty or answer.faulty else FINE
