"""A session looks at the workspace's files before it decides or runs anything, and says what it has read again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs

from formula.context import Context
from repl.messages import message
from repl.session.session import Session
from repl.session.supposing import differing
from repl.session.surroundings import context_for
from repl.showing.answers import FAULT, HINT, Answer, Line

TABLES = ("fields", "parameters", "functions", "memories", "formulas")


def read_again(session: Session) -> tuple[tuple[Line, ...], bool]:
    """What was read again, and whether the session may go on: not while the files have errors."""
    from routing.errors import RoutingError, WorkspaceError
    from routing.releases.release import stamp_of

    desk = session.desk
    folder = "" if desk is None or desk.release is None else desk.site.folder
    if not folder or desk.folder is not None:
        return (), True
    now = stamp_of(Path(folder))
    if session.stamp in ((), now):
        session.stamp = now
        return (), True
    try:
        lines = taken_over(session, folder)
    except WorkspaceError as fault:
        session.stamp = (("", 0, 0),)
        return faults(fault), False
    except RoutingError as fault:
        session.stamp = (("", 0, 0),)
        return (Line(str(fault), FAULT),), False
    session.stamp = now
    return lines, True


def taken_over(session: Session, folder: str) -> tuple[Line, ...]:
    """Take the folder's present rules; what the context supposes stays. Raises WorkspaceError."""
    from routing.desk.desk import open_desk
    from routing.desk.settling import errors_of
    from routing.errors import WorkspaceError

    before = session.desk
    after = open_desk(folder)
    errors = errors_of(after.site)
    if errors:
        after.close()
        raise WorkspaceError(errors)
    changed = [*names(before.release, after.release)]
    supposed = {name: differing(getattr(session.context, name), getattr(session.real or session.context, name)) for name in TABLES}
    session.desk, session.site = after, after.site
    before.close()
    real: Context = context_for(after, session.ticket)
    merged: dict[str, Any] = {name: {**getattr(real, name), **values} for name, values in supposed.items() if values}
    kept: dict[str, Any] = {"now": session.context.now}
    if session.real is not None and session.context.user != session.real.user:
        kept["user"] = session.context.user
    session.real = real if session.ticket is not None else None
    session.context = attrs.evolve(real, **merged, **kept)
    return tuple(Line(one, HINT) for one in changed)


def names(old: Any, new: Any) -> list[str]:
    """What is not as it was, by name."""
    before, after = ({**one.rules.files, **one.people.files} for one in (old, new))
    made: list[str] = []
    for path in sorted({*before, *after}):
        if before.get(path) == after.get(path):
            continue
        name = Path(path).stem if path.startswith("formulas/") else path
        if path not in after:
            made.append(message("{nome} não está mais na pasta", nome=name))
        elif path not in before:
            made.append(message("{nome} é nova na pasta: lida", nome=name))
        else:
            made.append(message("{nome} mudou: lida de novo", nome=name))
    return made


def faults(fault: Any) -> tuple[Line, ...]:
    """Every error of the files, and that nothing is decided meanwhile."""
    lines = [Line(message("a pasta tem erros: nada se decide até que sejam corrigidos"), FAULT)]
    for path, found in fault.files:
        for one in found:
            if one.severity == "error":
                said = message("{caminho}:{linha}: {falha}", caminho=path.name, linha=one.start.line, falha=one.message)
                lines.append(Line(said, FAULT))
    return tuple(lines)


def watched(session: Session, answer: Any) -> Answer:
    """What a command answers, after what was read again; with errors in the files, only those."""
    lines, well = read_again(session)
    if not well:
        return Answer(lines, faulty=True)
    given: Answer = answer()
    return attrs.evolve(given, lines=(*lines, *given.lines))
