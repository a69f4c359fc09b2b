"""Opening a desk while its database starts, restarts or moves: who serves waits for it, and says so."""

from __future__ import annotations

import os
from collections.abc import Callable
from time import monotonic, sleep

from routing.desk.desk import Desk, open_desk
from routing.failures import StoreGone

PATIENCE, PAUSE = 120.0, 0.5
"""Seconds until it is given up, and between two tries."""

PASSING = (
    "starting up", "shutting down", "not yet accepting", "in recovery", "refused", "No such file", "timeout", "timed out",
    "closed the connection",
)  # fmt: skip
"""What PostgreSQL or its driver says of a server that may be there in a moment; a wrong password is not among it."""


def open_patiently(
    place: str | os.PathLike[str], told: Callable[[StoreGone], None], seconds: float = PATIENCE, *, serving: bool = False
) -> Desk:
    """Open a desk as :func:`open_desk` does, but wait up to some seconds for a database that is on its way; ``told`` gets the first
    failure. Raises the last one."""
    end, first = monotonic() + seconds, True
    while True:
        try:
            return open_desk(place, serving=serving)
        except StoreGone as gone:
            if monotonic() >= end or not any(sign in str(gone) for sign in PASSING):
                raise
            if first:
                told(gone)
            first = False
        sleep(PAUSE)
