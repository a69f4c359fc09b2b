"""Contacts of clients and representatives at a desk (S:26-46): listed, recorded, changed, deleted.

Those of the directory were made elsewhere and are only read here (S:36). Those recorded here are obeyed from the next decision on:
a ticket may have them, and mail reaches them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from routing.desk.presence import Place, now_site
from routing.desk.viewing import known_viewer
from routing.domain.access import LINK_CLIENT, contact_removal, may_edit_contact_record
from routing.domain.addresses import one_address
from routing.domain.clients import REPRESENTATIVE, contact_words, owner_of
from routing.domain.model import CLIENT_KINDS, Client
from routing.domain.names import plain
from routing.domain.presence import CONTACT_STATES, Presence
from routing.domain.site import Site
from routing.failures import NotAllowed, WrongContact
from routing.messages import message
from routing.store import presence
from routing.store.unit import Unit

ACTIVE, INACTIVE, DELETED = CONTACT_STATES
MOST_CODE = 64


@attrs.frozen(kw_only=True)
class ContactAsked:
    """What is asked for: whose contact (``cliente;C001``, ``representante;R1``), its code, its name and address, who asks.
    ``remove`` deletes it; one of a representative that a ticket has becomes inactive (S:46)."""

    owner: str
    code: str
    actor: str
    name: str | None = None
    email: str | None = None
    remove: bool = False


def contact_list(desk: Place, owner: str) -> dict[str, Any]:
    """The contacts of a client or representative: ``{"owner", "name", "contacts": [{code, name, email, active, source, by, at}]}``,
    those of the directory first. Raises WrongContact."""
    with desk.store.reading() as unit:
        record = owner_record(desk.site, owner)
        words = words_about(unit, record)
    return shown(record, words)


def save_contact(desk: Place, asked: ContactAsked, now: datetime) -> dict[str, Any]:
    """Record, change or delete a contact; the list of its owner. Raises WrongContact, NotAllowed, UnknownPerson."""
    with desk.store.writing() as unit:
        site = now_site(desk, unit)
        record, actor = owner_record(desk.site, asked.owner), known_viewer(site, asked.actor)
        code = asked.code.strip()
        if not code or len(code) > MOST_CODE:
            raise WrongContact(message("um contato precisa de um código, de até {maximo} caracteres", maximo=MOST_CODE))
        created_here = code not in record.contact_emails
        former = words_about(unit, record).get(code)
        if LINK_CLIENT not in actor.rights:
            raise NotAllowed(
                message("{quem} não pode gravar contatos", quem=site.people.name(actor.key)),
                message("é preciso o direito '{direito}'", direito=LINK_CLIENT),
            )
        if not may_edit_contact_record(actor, created_here=created_here):
            raise WrongContact(
                message("o contato '{codigo}' não pode ser excluído ou alterado, pois não foi criado aqui", codigo=code),
                message("ele vem do diretório: altere-o onde foi criado"),
            )
        word = removal(unit, record, former, code) if asked.remove else recorded(record, former, asked, code)
        presence.add(unit, attrs.evolve(word, by=actor.key, at=now))
        unit.commit()
    return contact_list(desk, record.key)


def owner_record(site: Site, owner: str) -> Client:
    """Whose contacts they are, as the directory has it. Raises WrongContact."""
    kind, _, code = owner.partition(";")
    kind, code = plain(kind), code.strip()
    if kind not in (*CLIENT_KINDS, REPRESENTATIVE) or not code:
        raise WrongContact(
            message("'{dono}' não diz de quem é o contato", dono=owner[:60]),
            message("escreva 'cliente;C001' ou 'representante;R1'; os tipos são: {lista}",
                    lista=", ".join((*CLIENT_KINDS, REPRESENTATIVE))),
        )  # fmt: skip
    found = owner_of(site, kind, code)
    if found is None:
        hint = message("os representantes estão em [representantes] de repasse.toml, os clientes em diretorio.toml")
        raise WrongContact(message("não existe {tipo} '{codigo}'", tipo=kind, codigo=code), hint)
    return found


def words_about(unit: Unit, owner: Client) -> dict[str, Presence]:
    """The contacts of somebody that were recorded here, by code."""
    return contact_words(presence.said(unit, attendant=owner.key)).get(owner.key, {})


def recorded(owner: Client, former: Presence | None, asked: ContactAsked, code: str) -> Presence:
    """The word that records or changes a contact; what is not said stays as it was."""
    name = (asked.name if asked.name is not None else former.name if former else "").strip()
    email = (asked.email if asked.email is not None else former.email if former else "").strip()
    if email and one_address(email) is None:
        raise WrongContact(message("'{texto}' não é um endereço de e-mail", texto=email[:80]), message("escreva nome@dominio"))
    if not name and not email:
        raise WrongContact(message("o contato '{codigo}' não tem nome nem endereço", codigo=code), message("diga ao menos um"))
    return Presence(attendant=owner.key, contact=code, status=ACTIVE, name=name, email=email)


def removal(unit: Unit, owner: Client, former: Presence | None, code: str) -> Presence:
    """The word that deletes a contact, or makes it inactive (S:36, S:46)."""
    if former is None:
        raise WrongContact(message("{dono} não tem o contato '{codigo}'", dono=owner.name or owner.code, codigo=code))
    linked = presence.is_linked(unit, owner.key, code)
    does = contact_removal(created_here=True, linked=linked, representative=owner.kind == REPRESENTATIVE)
    if does == "refuse":
        raise WrongContact(
            message("o contato '{codigo}' está vinculado a um atendimento e não pode ser excluído", codigo=code),
            message("troque antes o contato desses atendimentos: repasse tickets --client {cliente}", cliente=owner.key),
        )
    return attrs.evolve(former, status=INACTIVE if does == "deactivate" else DELETED, number=0)


def shown(owner: Client, words: dict[str, Presence]) -> dict[str, Any]:
    """A record with its contacts as doors tell of it."""
    rows: list[dict[str, Any]] = [
        {"code": code, "name": owner.contact_names.get(code, ""), "email": email, "active": True, "source": "directory",
         "by": None, "at": None}
        for code, email in owner.contact_emails.items()
    ]  # fmt: skip
    rows += [
        {"code": code, "name": word.name, "email": word.email, "active": word.status == ACTIVE, "source": "recorded",
         "by": word.by, "at": word.at.isoformat()}
        for code, word in sorted(words.items()) if code not in owner.contact_emails
    ]  # fmt: skip
    return {"owner": owner.key, "name": owner.name, "contacts": rows}
