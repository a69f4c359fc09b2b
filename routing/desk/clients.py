"""The look-up of clients (S:23-25): by kind and name, by document or code, as a new ticket may have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from routing.desk.filters import limit_of, wrong
from routing.domain.clients import allows_suppliers, dormant, plain_document
from routing.domain.model import CLIENT_KINDS, Client
from routing.domain.names import plain
from routing.messages import message

if TYPE_CHECKING:
    from routing.domain.site import Site

HIDDEN = "•••"
CPF, CNPJ = 11, 14
"""Lengths of the documents of people and companies."""


def client_list(site: Site, given: Mapping[str, Any], masked: Iterable[str] = ()) -> dict[str, Any]:
    """Clients by name: ``given`` has texts by kind, name (any part), document (CPF or CNPJ, with or without signs), code and limit.

    Suppliers are left out where they may have no tickets (S:24), and inactive prospects (S:25). ``masked`` hides documents.
    Raises WrongFilter.
    """
    kind = plain(str(given.get("kind") or ""))
    if kind and kind not in CLIENT_KINDS:
        raise wrong("kind", given["kind"], message("um destes tipos: {lista}", lista=", ".join(CLIENT_KINDS)))
    document = plain_document(str(given.get("document") or ""))
    if given.get("document") and not document:
        raise wrong("document", given["document"], message("os dígitos de um CPF ou CNPJ"))
    name, code, limit = plain(str(given.get("name") or "")), plain(str(given.get("code") or "")), limit_of(given.get("limit"))
    found = [
        one
        for one in site.people.clients.values()
        if (not kind or one.kind == kind)
        and (not name or name in plain(one.name))
        and (not code or code == plain(one.code))
        and (not document or document == one.document)
        and not (one.kind == "fornecedor" and not allows_suppliers(site))
        and not dormant(one)
    ]
    found.sort(key=lambda one: (plain(one.name), one.key))
    names = frozenset(word.upper() for word in masked)
    return {"clients": [shown(one, names) for one in found[:limit]], "more": len(found) > limit}


def shown(client: Client, masked: frozenset[str]) -> dict[str, Any]:
    """A client as doors tell of it."""
    return {
        "kind": client.kind,
        "code": client.code,
        "name": client.name,
        "document": HIDDEN if client.document and hides(client.document, masked) else client.document,
        "email": client.email,
        "active": client.active,
        "contacts": [
            {"code": code, "name": client.contact_names.get(code, ""), "email": address}
            for code, address in client.contact_emails.items()
        ],
    }


def hides(document: str, masked: frozenset[str]) -> bool:
    """Whether the setting of masked fields covers a document."""
    kind = {CPF: "CPF", CNPJ: "CNPJ"}.get(len(document), "DOCUMENTO")
    return not masked.isdisjoint({kind, "DOCUMENTO"})
