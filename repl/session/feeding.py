"""What a session does with a line: a command, a word of the debugger, or a part of a formula."""

from __future__ import annotations

import attrs

from formula.editing.typed_words import wants_more
from formula.names import as_seen
from repl.session import commands, debugging
from repl.session.session import Session
from repl.showing.answers import MORE, Answer

BARE = {"ajuda": "ajuda", "help": "ajuda", "?": "ajuda", "sair": "sair", "quit": "sair", "exit": "sair"}
"""What people type without a colon, and the command they mean, unless a variable has the name."""


def bare_command(session: Session, line: str) -> str | None:
    """The command that a line means which is none of the language."""
    word = as_seen(line)
    if session.pending or word.upper() in session.memory.values:
        return None
    return BARE.get(word.lower())


def feed(session: Session, line: str) -> Answer:
    """Take one line."""
    if session.question is not None:
        asked, session.question = session.question, None
        return asked(line)
    if line.lstrip().startswith(":"):
        # no formula holds such a line: what was left open before it is run as it stands
        unfinished = session.finish()
        given = commands.carry_out(session, line.strip())
        return attrs.evolve(given, lines=(*unfinished.lines, *given.lines), faulty=unfinished.faulty or given.faulty)
    if session.debugger is not None and not session.pending:
        return debugging.carry_out(session, line.strip())
    if not session.pending and not line.strip():
        return Answer()
    meant = bare_command(session, line)
    if meant is not None:
        return commands.carry_out(session, ":" + meant)
    session.pending.append(line)
    if wants_more("\n".join(session.pending)):
        return MORE
    return session.finish()


def feed_whole(session: Session, text: str) -> Answer:
    """Take an input that its author holds for whole, whatever it looks like."""
    if session.question is not None or text.lstrip().startswith(":") or session.debugger is not None:
        return feed(session, text)
    return session.run_text(text) if text.strip() else Answer()
