"""The site's zone: times that enter with an offset become its wall clock, times that leave get their offset back.

Ticket times are kept without a zone, as formulas see them. ``zone`` None is that of the machine. A time of the hour that comes
twice when daylight saving ends leaves with its first offset; one of the hour that is left out when it begins leaves as the moment
it stands for, an hour later.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from difflib import get_close_matches
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

Day = TypeVar("Day", bound=date)

NO_PLACES = frozenset({"Factory", "localtime", "posixrules"})
"""Names of the database that say nothing of a place."""
DEEPEST = 32
TIMES = frozenset(
    {"at", "changed_at", "opened_at", "closed_at", "first_contact_at", "wake_up", "deadline", "entered_at", "again_at"}
)
"""Members of our JSON that hold a time of the site."""
WRITTEN_TIME = re.compile(rf'("(?:{"|".join(sorted(TIMES))})": ?)"([0-9][^"\\]*)"')


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of a name as the time zone database writes it; None when it has none."""
    if name in NO_PLACES:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def nearest_zone(name: str) -> str | None:
    """The name somebody may have meant: in other letter case, without its continent, or misspelt."""
    known = {plain(one): one for one in sorted(available_timezones() - NO_PLACES)}
    places = {one.rpartition("/")[2]: whole for one, whole in known.items() if "/" in one}
    asked = plain(name)
    for names in (known, places):
        if asked in names:
            return names[asked]
    near = get_close_matches(asked, known, 1, 0.75) or get_close_matches(asked, places, 1, 0.75)
    return (known | places)[near[0]] if near else None


def plain(name: str) -> str:
    """Small letters without accents, words joined as the database joins them."""
    text = "_".join(name.lower().split())
    return "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))


def wall_time(moment: Day, zone: tzinfo | None) -> Day:
    """A time with an offset on the zone's wall clock; without one, or a mere date, as it is. At the edge of the calendar, where the
    other side does not exist, the offset is left out."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(zone).replace(tzinfo=None, fold=0)
    except OverflowError:
        return moment.replace(tzinfo=None, fold=0)


def read_time(text: str, zone: tzinfo | None) -> date | datetime:
    """An ISO date, or date and time with or without an offset, on the wall clock. ValueError."""
    written = text.strip()
    return date.fromisoformat(written) if len(written) == len("2026-11-24") else wall_time(datetime.fromisoformat(written), zone)


def local_values(values: Mapping[str, Any], zone: tzinfo | None) -> Mapping[str, Any]:
    """Named values, times among them on the wall clock; the very mapping when none has an offset."""
    turned = {name: wall_time(one, zone) for name, one in values.items() if isinstance(one, datetime) and one.tzinfo is not None}
    return {**values, **turned} if turned else values


def with_offset(moment: datetime, zone: tzinfo | None) -> datetime:
    """A wall-clock time with the offset that holds then."""
    if moment.tzinfo is not None:
        return moment
    try:
        return moment.replace(tzinfo=zone).astimezone(UTC).astimezone(zone) if zone is not None else moment.astimezone()
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def with_offsets(document: Any, zone: tzinfo | None) -> Any:
    """Our JSON with the offset at each time of the site; values of fields and formulas stay as formulas see them."""
    if isinstance(document, Mapping):
        return {
            name: zoned_text(value, zone) if name in TIMES and isinstance(value, str) else with_offsets(value, zone)
            for name, value in document.items()
        }
    if isinstance(document, list | tuple):
        return [with_offsets(one, zone) for one in document]
    return document


def text_with_offsets(text: str, zone: tzinfo | None) -> str:
    """The same of JSON text as :mod:`json` writes it. A text inside cannot look like a member, as its quotes are escaped."""
    return WRITTEN_TIME.sub(lambda found: f'{found[1]}"{zoned_text(found[2], zone)}"', text)


def zoned_text(text: str, zone: tzinfo | None) -> str:
    """An ISO time with its offset; a date, or anything else, as it is."""
    if len(text) < len("2026-11-24T10:00"):
        return text
    try:
        return with_offset(datetime.fromisoformat(text), zone).isoformat()
    except ValueError:
        return text


def all_local(value: Any, zone: tzinfo | None, depth: int = DEEPEST) -> Any:
    """Data as read from a file, every time in it on the wall clock. No reader looks deeper than ``depth`` tables and lists."""
    if depth and isinstance(value, dict):
        return {name: all_local(inner, zone, depth - 1) for name, inner in value.items()}
    if depth and isinstance(value, list):
        return [all_local(inner, zone, depth - 1) for inner in value]
    return wall_time(value, zone) if isinstance(value, datetime) else value
