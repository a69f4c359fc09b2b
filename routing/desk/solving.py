"""A note that a question solved a ticket (S:107): its words come from the store."""

from __future__ import annotations

import attrs

from routing.domain.decision import Request
from routing.domain.names import action_named
from routing.store.overall import articles
from routing.store.overall.articles import REGISTERED
from routing.store.unit import Store

FAQ = "faq"
"""The kind of such a note."""


def solving(store: Store, request: Request) -> Request:
    """A note that a question solved the ticket, with the question's words in it; any other request as it is."""
    if action_named(request.action) != "note" or request.kind.strip().lower() != FAQ or request.entry is None or request.text:
        return request
    found = articles.find(store, request.entry)
    if found is None or found.state != REGISTERED:
        return request
    return attrs.evolve(request, text=f"{found.title}\n{found.solution}")
