"""Pages of what happened, as doors ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from routing.desk.filters import limit_of, wrong
from routing.desk.viewing import known_viewer
from routing.domain.flow import CODE
from routing.domain.model import Attendant
from routing.domain.site import Site
from routing.messages import message
from routing.store import events
from routing.store.unit import Store

MOST_DIGITS = 18
"""Of a number of a row."""


def event_list(store: Store, site: Site, given: Mapping[str, Any]) -> dict[str, Any]:
    """The contract's page of events behind a place, in the order of commits; ``given``: after, limit, viewer.

    ``next`` is the place to ask behind, also when nothing came. A viewer gets no events of tickets that are hidden (S:139); they
    count in ``next`` all the same.
    """
    after = place_of(given.get("after"))
    viewer = known_viewer(site, given["viewer"]) if given.get("viewer") is not None else None
    found = events.read_after(store, after, limit_of(given.get("limit")))
    shown = found if viewer is None else [one for one in found if one.ticket is None or event_visible(one, viewer)]
    return {"events": [one.as_json() for one in shown], "next": found[-1].id if found else after}


def event_visible(event: events.Event, viewer: Attendant) -> bool:
    """S:139 for the ticket of an event, as it is now."""
    return event.access_level <= viewer.level or event.hands == f"attendant:{viewer.key}"


def place_of(text: Any) -> int:
    """The place behind which events are asked for. WrongFilter for anything but a number."""
    if text in (None, ""):
        return 0
    if not CODE.fullmatch(str(text)[:9]) or not str(text).isdecimal() or len(str(text)) > MOST_DIGITS:
        raise wrong("after", text, message("o número do último evento lido, ou 0"))
    return int(text)
