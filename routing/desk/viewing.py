"""Who looks (S:135-144): the attendant that a door names as viewer."""

from __future__ import annotations

from routing.domain.access import visible
from routing.domain.decision import Reason
from routing.domain.model import Attendant, Ticket
from routing.domain.names import named
from routing.domain.site import Site
from routing.failures import UnknownPerson
from routing.messages import message
from routing.store import tickets
from routing.store.unit import Unit
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
