"""Who looks (S:135-144): the attendant that a door names as viewer; and who looked at a ticket in a queue (S:170)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from routing.domain.access import visible
from routing.domain.decision import Reason
from routing.domain.model import Attendant, Ticket
from routing.domain.names import named
from routing.domain.site import Site
from routing.failures import StoreBusy, UnknownPerson
from routing.messages import message
from routing.store import tickets
from routing.store.unit import Store, Unit
from routing.workspace.toml_tables import pair


def hidden_tickets(unit: Unit, ticket: Ticket, viewer: Attendant | None) -> frozenset[str]:
    """The keys of tickets that a ticket is or was related to and that a viewer may not see, or that are no more."""
    others = {one.other for one in ticket.relations}
    if viewer is None or not others:
        return frozenset()
    found = {key: tickets.find(unit, key) for key in others}
    return frozenset(key for key, one in found.items() if one is None or not visible(one.ticket, viewer))


def known_viewer(site: Site, text: str) -> Attendant:
    """The active attendant of a key or name. UnknownPerson when there is none."""
    key = pair(text) or named(site.people, text)
    if isinstance(key, Reason):
        raise UnknownPerson(key.message, key.hint)
    found = site.people.attendants.get(key)
    if found is None or not found.active:
        raise UnknownPerson(
            message("o atendente '{chave}' não existe ou está inativo", chave=text),
            message("informe um atendente como 'coligada;código', ou pelo nome"),
        )
    return found


def with_view(
    store: Store, stored: tickets.Stored, person: Attendant | None, views: Sequence[dict[str, Any]], now: datetime
) -> list[dict[str, Any]]:
    """Who looked at a ticket in a queue, with who looks now: kept once for each time that the ticket lies there. Not kept while
    others hold the database, since nobody waits for that to read."""
    holder, shown = stored.ticket.holder, list(views)
    if person is not None and holder is not None and holder.kind == "group":
        came = [one.at for one in stored.ticket.handoffs if one.to_holder == holder][-1:]
        view = {"group": holder.key, "by": person.key, "at": now}
        if not any(one["group"] == holder.key and one["by"] == person.key and [one["at"]] >= came for one in views):
            with suppress(StoreBusy), store.writing() as unit:
                tickets.add_queue_view(unit, stored.id, view)
                unit.commit()
                shown.append(view)
    return [one | {"at": one["at"].isoformat()} for one in shown]
