"""Opening a session from the command line."""

from __future__ import annotations

from functools import partial

from repl.session.session import Session
from repl.session.surroundings import limits_of, surroundings
from repl.showing.console import Console, clock, read_text


def open_session(
    console: Console,
    path: str | None,
    context_path: str | None,
    workspace: str | None,
    ticket: str | None,
    limits: tuple[str, ...] = (),
) -> Session:
    """A session with what the options name. Raises Refusal, FormulaError, RoutingError."""
    around = surroundings(console, context_path, workspace, ticket)
    session = Session(partial(clock, around.zone), console.language, around.context, around.lenient)
    session.site, session.desk, session.ticket = around.site, around.desk, around.ticket
    session.real = around.context if around.ticket is not None else None
    if around.site is not None:
        session.limits = around.site.policy.limits
        from repl.session.reloading import read_again

        read_again(session)
    session.limits = limits_of(limits, session.limits)
    if path is not None:
        text, _ = read_text(path)
        session.loaded = (path, text)
    return session
