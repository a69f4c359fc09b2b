"""What the page may ask of a ticket: the parts that each action takes, and the request that a filled form is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

import attrs

from formula.diagnostics import in_language
from formula.messages import Message
from repl.messages import message
from repl.showing.plans import ACTION_NAMES, moment, request_of
from routing.deciding.leftovers import parts_of
from routing.deciding.ticket_fields import changeable
from routing.domain.decision import Hypothesis, Request
from routing.domain.flow import SETS_VALUES
from routing.domain.model import ACTIONS, Ticket
from routing.domain.names import action_named
from routing.domain.relations import KIND_NAMES
from routing.domain.site import Site

Given = Mapping[str, Any]
NOTE_NAMES: Mapping[str, Message] = {
    "log": message("discussão"), "request": message("solicitação"), "solution": message("solução"),
    "possible-solution": message("possível solução"),
}  # fmt: skip
FORM_PARTS = frozenset(
    {"to", "reason", "justification", "wake_up", "deadline", "text", "kind", "publishable", "copy_from", "cc", "set"}
)
"""The parts of a request that the page's form has."""
NOT_IN_FORM = {"open": frozenset({"copy_from", "set"}), "mail": frozenset({"kind"})}
"""What the form leaves out: an opening takes the stored ticket as it is, and a mail of the form is none of opening."""


def actions(language: str) -> list[dict[str, Any]]:
    """What can be asked of a ticket, in people's words, with the parts that each action takes and the kinds it knows."""
    kinds = {"note": NOTE_NAMES, "relate": KIND_NAMES}
    return [
        {
            "action": one,
            "name": in_language(ACTION_NAMES[one], language),
            "parts": sorted(parts_asked(one)),
            "kinds": [{"value": kind, "name": in_language(name, language)} for kind, name in kinds.get(one, {}).items()],
        }
        for one in ACTIONS
    ]


def parts_asked(action: str) -> frozenset[str]:
    """The parts that the form offers for an action."""
    return (parts_of(action) & FORM_PARTS) - NOT_IN_FORM.get(action, frozenset())


def settable(site: Site, found: Ticket) -> dict[str, Any]:
    """The names that a change of the ticket may set, and the annexes that it may get, with their fields."""
    annexes = [
        {"name": one.name, "title": one.title, "fields": list(one.fields)}
        for one in site.annexes.values()
        if not one.types or found.type in one.types
    ]
    return {"changeable": changeable(site, found), "annexes": annexes}


def asked_of(given: Given, found: Ticket, site: Site) -> tuple[Request, Hypothesis]:
    """The request that a form is, and what it supposes: of a change and an annex, the values are what is done. Raises Refusal."""
    action = action_named(str(given.get("action") or "advance")) or str(given.get("action"))
    reason, values = given.get("reason"), set_values(given)
    request = request_of(
        {
            "action": action, "actor": given.get("actor") or None, "reason": reason if isinstance(reason, int) else None,
            "publishable": given.get("publishable") is True,
            **{name: str(given.get(name) or "") or None
               for name in ("to", "justification", "wake_up", "deadline", "text", "kind", "copy_from", "cc")},
        },
        found, site,
    )  # fmt: skip
    if action in SETS_VALUES:
        return attrs.evolve(request, set=tuple(values.items())), Hypothesis(now=moment_of(given.get("now")))
    return request, Hypothesis(set=values, now=moment_of(given.get("now")))


def set_values(given: Given) -> dict[str, Any]:
    """What the page's form has in place of the ticket's values, by upper-case name; None empties."""
    found = given.get("set") or {}
    values = {str(name).upper(): value if value != "" else None for name, value in found.items()}
    return {**values, **dict.fromkeys((str(name).upper() for name in given.get("clear") or ()), None)}


def moment_of(text: Any) -> datetime | None:
    """Another clock. Raises Refusal for what is no time."""
    found = moment(str(text), "agora") if text else None
    return found if found is None or isinstance(found, datetime) else datetime.combine(found, time())
