"""Opening a session from the command line."""

from __future__ import annotations

import attrs

from repl.console import Console, clock, read_text
from repl.session import Session
from repl.surroundings import surroundings


def open_session(
    console: Console, path: str | None, context_path: str | None, workspace: str | None, ticket: str | None
) -> Session:
    """A session with what the options name. Raises Refusal, FormulaError, RoutingError."""
    around = surroundings(console, context_path, workspace, ticket)
    session = Session(clock, console.language, around.context, around.lenient)
    session.site, session.desk, session.ticket = around.site, around.desk, around.ticket
    if around.site is not None:
        session.limits = attrs.evolve(around.site.policy.limits)
    if path is not None:
        text, _ = read_text(path)
        session.loaded = (path, text)
    return session
