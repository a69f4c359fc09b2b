"""The only place that asks what time it is for a site. Everything else is told."""

from __future__ import annotations

import os
from datetime import UTC, datetime, tzinfo
from pathlib import Path

LINK = Path("/etc/localtime")
ZONES = "zoneinfo/"


def now_in(zone: tzinfo | None) -> datetime:
    """The wall clock of a zone (None: the machine's) to the second, without an offset: what formulas see as now."""
    return datetime.now(zone).replace(microsecond=0, tzinfo=None, fold=0)


def this_moment() -> datetime:
    """Now to the second, with an offset: what a desk turns to its site's clock."""
    return datetime.now(UTC).replace(microsecond=0)


def machine_zone() -> str:
    """The machine's zone as people call it; its offset when it has no name."""
    name = os.environ.get("TZ", "").lstrip(":")
    if not name and LINK.is_symlink():
        name = LINK.readlink().as_posix().partition(ZONES)[2]
    return name or f"UTC{datetime.now().astimezone():%z}"
