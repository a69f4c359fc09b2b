"""Whose own a ticket is: who opened it, and the attendants who are the client it is for, as their e-mail tells. Pure."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from formula.messages import Message
from routing.domain.clients import client_key
from routing.domain.model import Client, Ticket, changed
from routing.domain.people import People, chiefs
from routing.messages import message


@attrs.frozen
class Owner:
    """An attendant whose own a ticket is: its opener; or who has the e-mail of its ``client``, or of a ``contact`` of that one.
    ``gone``: of the client that the ticket had until that person set another."""

    key: str
    client: str = ""
    contact: str = ""
    gone: bool = False


def owners(people: People, ticket: Ticket) -> tuple[Owner, ...]:
    """Everybody whose own a ticket is, who opened it first."""
    found = [Owner(ticket.opener)] if ticket.opener else []
    found += askers(people, ticket)
    return (*found, *taken_off(people, ticket)) if ticket.changes else tuple(found)


def owner_of(people: People, ticket: Ticket, attendant: str) -> Owner | None:
    """Why a ticket is somebody's own, be it as an attendant of another coligada; None when it is not."""
    if ticket.opener and people.same(ticket.opener, attendant):
        return Owner(ticket.opener)
    if not ticket.client_code and not ticket.changes:
        return None
    return next((one for one in owners(people, ticket) if people.same(one.key, attendant)), None)


def askers(people: People, ticket: Ticket) -> Iterator[Owner]:
    """The attendants who are the client of a ticket, or the contact who speaks for it."""
    client = people.clients.get(client_key(ticket)) if ticket.client_code else None
    if client is None:
        return
    named = named_client(client)
    for text in (client.email, client.person_email):
        yield from (Owner(key, named) for key in people.reached_at(text))
    contact = client.contact_emails.get(ticket.client_contact, "") if ticket.client_contact else ""
    told = client.contact_names.get(ticket.client_contact) or ticket.client_contact
    yield from (Owner(key, named, told) for key in people.reached_at(contact))


def named_client(client: Client) -> str:
    """A client for messages: ``Ana Lima (P1)``."""
    return f"{client.name} ({client.code})" if client.name else client.code


CLIENT_FIELDS = {"CLIENTE": "client_code", "TIPOCLIENTE": "client_kind", "CONTATOCLIENTE": "client_contact"}
"""The fields that say who the client is, as the history of changes names them."""


def taken_off(people: People, ticket: Ticket) -> Iterator[Owner]:
    """Who was the client, and set another one."""
    earlier = ticket
    for change in reversed(ticket.changes):
        attribute = CLIENT_FIELDS.get(change.field)
        if attribute is not None:
            earlier = changed(earlier, **{attribute: change.old})
            own = [one for one in askers(people, earlier) if people.same(one.key, change.by)]
            yield from (attrs.evolve(one, gone=True) for one in own)


def why_own(people: People, owner: Owner, who: str) -> Message:
    """Why a ticket is the own one of somebody who did not open it."""
    name = people.name(owner.key)
    if owner.contact:
        said = message(
            "{quem} é quem pediu: o contato {contato} do cliente {cliente} tem o e-mail de {nome}",
            quem=people.name(who), contato=owner.contact, cliente=owner.client, nome=name,
        )  # fmt: skip
    else:
        said = message(
            "{quem} é quem pediu: o cliente {cliente} tem o e-mail de {nome}",
            quem=people.name(who),
            cliente=owner.client,
            nome=name,
        )
    return message("{motivo}, e foi essa pessoa que o trocou por outro", motivo=said) if owner.gone else said


def chiefs_above(people: People, ticket: Ticket, attendant: str) -> list[str]:
    """The chiefs of somebody whose own a ticket is, nearest first: those of that record of the person by which it is, then those of
    the record that is asked about. Without anybody whose own it is too."""
    owner = owner_of(people, ticket, attendant)
    above = [*chiefs(people, owner.key if owner is not None else attendant), *chiefs(people, attendant)]
    return [key for key in dict.fromkeys(above) if owner_of(people, ticket, key) is None]
