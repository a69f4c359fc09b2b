"""A property: what somebody expects of all tickets, as it is written in ``propriedades/*.toml``."""

from __future__ import annotations

from pathlib import Path

import attrs

EVENTS = ("passa", "recebe", "termina", "falha", "sem_destino", "email", "muda")
"""What may happen on a way (contract, "Properties")."""

ANSWERS = ("proved", "held", "fails", "never_applies", "undecided")


@attrs.frozen
class Event:
    """What should or must not happen: ``kind`` of :data:`EVENTS`; ``wanted`` is a step's code, a holder's key, a status, an
    address or a field, resolved when the file was read."""

    kind: str
    wanted: str = ""
    written: str = ""


@attrs.frozen
class Until:
    """``ate``: a status letter, or a step's code."""

    status: str = ""
    step: int | None = None
    written: str = ""


@attrs.frozen(kw_only=True)
class Property:
    """``always`` True for ``sempre``, False for ``nunca``. ``kind`` is ``property``, or that of a built-in question.
    ``actions`` are the moves that ways may have besides opening; empty means all, but for those in ``without``."""

    name: str
    type: int
    event: Event
    always: bool
    when: str = ""
    until: Until | None = None
    kind: str = "property"
    actions: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    path: Path | None = None
    line: int = 0
    column: int = 1
