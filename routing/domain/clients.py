"""Who may be the client of a ticket (S:23-25), and whose contacts there are (S:26-46)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from formula.names import name_key
from routing.domain.decision import Reason
from routing.domain.model import Client, Ticket
from routing.domain.presence import CONTACT_STATES, Presence, newest_words, peopled, with_presence
from routing.domain.site import Site
from routing.messages import message

REPRESENTATIVE = "representante"
"""The kind of a representative's record, which is like a client's and no client (S:37)."""


def client_key(ticket: Ticket) -> str:
    """``tipo;código``, as the directory has it; a client without a kind is a plain one."""
    return f"{ticket.client_kind or 'cliente'};{ticket.client_code}"


def allows_suppliers(site: Site) -> bool:
    """The parameter "Não permitir cadastrar atendimentos para fornecedores" (S:24), ``[atendimento] fornecedores = false``."""
    given = site.settings.get("atendimento", {})
    return not (isinstance(given, Mapping) and given.get("fornecedores") is False)


def asks_contact(site: Site, ticket: Ticket) -> bool:
    """Whether the opening mail by hand needs a client's contact (S:103), ``[atendimento] abertura_pede_contato = true``; else it
    goes to the client's own address too (S:91). Only clients and suppliers have contacts."""
    given = site.settings.get("atendimento", {})
    asks = isinstance(given, Mapping) and given.get("abertura_pede_contato") is True
    return asks and (ticket.client_kind or "cliente") in {"cliente", "fornecedor"} and not ticket.client_contact.strip()


def dormant(client: Client) -> bool:
    """An inactive prospect or suspect (S:25): shown in no look-up, and no client of a new ticket."""
    return not client.active and client.kind in {"prospect", "suspect"}


def plain_document(text: str) -> str:
    """A CPF or CNPJ without its signs; letters of a CNPJ are capitals."""
    return "".join(char for char in text.upper() if char.isascii() and char.isalnum())


def client_warning(site: Site, ticket: Ticket) -> Reason | None:
    """A client that is inactive and may have tickets all the same (rout-27)."""
    found = site.people.clients.get(client_key(ticket)) if ticket.client_code else None
    if found is None or found.active or dormant(found):
        return None
    return Reason(
        "cliente-inativo",
        message("o cliente {nome} ({codigo}) está inativo", nome=found.name, codigo=found.code),
        message("ative o cadastro, ou confira se é mesmo este"),
    )


def client_fault(site: Site, ticket: Ticket) -> Reason | None:
    """Why the client of a ticket cannot be one: a supplier where none may be, an inactive prospect."""
    if not ticket.client_code:
        return None
    if ticket.client_kind == "fornecedor" and not allows_suppliers(site):
        return Reason(
            "cliente-fornecedor",
            message("o cliente {codigo} é fornecedor, e fornecedores não têm atendimentos aqui", codigo=ticket.client_code),
            message("o parâmetro é fornecedores = false, em [atendimento] de repasse.toml"),
        )
    found = site.people.clients.get(client_key(ticket))
    if found is not None and dormant(found):
        return Reason(
            "cliente-inativo",
            message("{tipo} {nome} ({codigo}) está inativo", tipo=found.kind.capitalize(), nome=found.name, codigo=found.code),
            message("ative o cadastro, ou escolha outro cliente"),
        )
    return None


def owner_of(site: Site, kind: str, code: str) -> Client | None:
    """The client or representative whose contacts these are; None when the directory has none such."""
    if kind == REPRESENTATIVE:
        return next((one for name, one in site.representatives.items() if name_key(name) == name_key(code)), None)
    return site.people.clients.get(f"{kind};{code}")


def contact_words(said: Iterable[Presence]) -> dict[str, dict[str, Presence]]:
    """The contacts that were recorded here and are not deleted: whose, then by code."""
    made: dict[str, dict[str, Presence]] = {}
    for (owner, contact), word in newest_words(said).items():
        if contact and word.status:
            made.setdefault(owner, {})[contact] = word
    return made


def with_contacts(client: Client, words: Mapping[str, Presence]) -> Client:
    """The record with the contacts that may be chosen; those of the directory stay as they are (S:36)."""
    new = {code: word for code, word in words.items() if word.status == CONTACT_STATES[0] and code not in client.contact_emails}
    return attrs.evolve(
        client,
        contact_emails={**client.contact_emails, **{code: word.email for code, word in new.items()}},
        contact_names={**client.contact_names, **{code: word.name for code, word in new.items() if word.name}},
    )


def as_said(site: Site, said: Iterable[Presence]) -> Site:
    """The site with its people, and the contacts of clients and representatives, as they are by what was said."""
    words = tuple(said)
    people, contacts = with_presence(site.people, words), contact_words(words)
    clients = {key: with_contacts(people.clients[key], found) for key, found in contacts.items() if key in people.clients}
    if clients:
        people = attrs.evolve(people, clients={**people.clients, **clients})
    made = peopled(site, people)
    known = {
        code: with_contacts(one, contacts[one.key]) for code, one in site.representatives.items() if one.key in contacts
    }  # fmt: skip
    return attrs.evolve(made, representatives={**site.representatives, **known}) if known else made
