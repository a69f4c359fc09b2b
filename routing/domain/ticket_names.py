"""What a ticket names and its site does not have: parameters, extra fields, classification, client, contact, people.

One list for every door (taa.md, Decisions): a sample of the workspace, a case, a draft over HTTP, a draft in Python.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

import attrs

from formula.fields import STANDARD_FIELDS
from formula.messages import Message
from formula.names import name_key
from routing.domain.model import CONTACT_ORIGINS, Client, Ticket, TicketType
from routing.domain.ticket_fields import BY_FORMULA_NAME
from routing.messages import message

Where = tuple[str, ...]


@attrs.frozen
class Known:
    """The names of a site. ``fields`` None: it declares no extra fields, and a ticket may have any."""

    types: Mapping[int, TicketType]
    fields: Collection[str] | None
    classifications: Collection[str]
    clients: Mapping[str, Client]
    people: Collection[str]
    groups: Collection[str]
    representatives: Mapping[str, Client] = attrs.field(factory=dict)
    lists: Mapping[str, Collection[str]] = attrs.field(factory=dict)


@attrs.frozen
class Unknown:
    """A name nobody has: its code, the keys of an ``[[atendimento]]`` where it stands, what is wrong, what to do."""

    code: str
    where: Where
    message: Message
    hint: Message | None


def unknown_names(ticket: Ticket, known: Known) -> list[Unknown]:
    """All of them, in the order of a ticket's keys. A type nobody has is told by itself, elsewhere."""
    kind = known.types.get(ticket.type)
    return [
        *(unknown_parameters(ticket, kind) if kind is not None else ()),
        *(unknown_fields(ticket, known.fields) if known.fields is not None else ()),
        *unknown_classification(ticket, known.classifications),
        *unknown_client(ticket, known.clients),
        *contact_of_nobody(ticket, known.clients),
        *unknown_representative(ticket, known.representatives),
        *unknown_origin(ticket),
        *unlisted_values(ticket, known.lists),
        *unknown_people(ticket, known),
    ]


def vanished_values(ticket: Ticket, known: Known) -> list[Unknown]:
    """Filled parameters and extra fields that the site does not know (any more)."""
    kind = known.types.get(ticket.type)
    if kind is None or not (ticket.parameters or ticket.fields):
        return []
    unknown = [
        *unknown_parameters(ticket, kind),
        *(unknown_fields(ticket, known.fields) if known.fields is not None else ()),
    ]
    carried = {"parametros": ticket.parameters, "campos": ticket.fields}
    return [one for one in unknown if carried[one.where[0]][one.where[1]] not in (None, "")]


def unknown_parameters(ticket: Ticket, kind: TicketType) -> Iterator[Unknown]:
    """Parameters that the type does not have."""
    for name in ticket.parameters:
        if name_key(name) not in kind.parameters:
            said = message("o tipo '{tipo}' não tem o parâmetro '{nome}'", tipo=kind.name, nome=name)
            yield Unknown("parametro-desconhecido", ("parametros", name), said, nearest(name, kind.parameters))


def unknown_fields(ticket: Ticket, fields: Collection[str]) -> Iterator[Unknown]:
    """Extra fields that the site does not declare; a standard field has its own key."""
    for name in ticket.fields:
        if name_key(name) not in fields:
            hint = nearest(name, fields)
            if name_key(name) in STANDARD_FIELDS:
                hint = message("'{nome}' é um campo do próprio atendimento, fora de 'campos'", nome=name)
            elif hint is None:
                hint = message("declare-o em [campos] de repasse.toml")
            said = message("o ambiente não tem o campo complementar '{nome}'", nome=name)
            yield Unknown("campo-desconhecido", ("campos", name), said, hint)


def unknown_classification(ticket: Ticket, known: Collection[str]) -> Iterator[Unknown]:
    """A classification that gives no level would leave a secret ticket open to all (S:144)."""
    written = ticket.classification.strip()
    if written and known and name_key(written) not in known:
        said = message("a classificação '{nome}' não existe", nome=written)
        yield Unknown("classificacao-desconhecida", ("classificacao",), said, nearest(written, known))


def unknown_client(ticket: Ticket, clients: Mapping[str, Client]) -> Iterator[Unknown]:
    """A client, or a contact of one, that the directory does not have. A directory without clients does not say."""
    code = ticket.client_code.strip()
    if not code or not clients:
        return
    kind = ticket.client_kind or "cliente"
    found = clients.get(f"{kind};{code}")
    if found is None:
        others = [one for one in clients.values() if one.code.upper() == code.upper()]
        hint = nearest(code, [one.code for one in clients.values() if one.kind == kind])
        if others:
            hint = message('{codigo} é de outro tipo: tipo_cliente = "{tipo}"', codigo=others[0].code, tipo=others[0].kind)
        said = message("o diretório não tem o cliente '{codigo}' do tipo {tipo}", codigo=code, tipo=kind)
        yield Unknown("cliente-desconhecido", ("cliente",), said, hint)
        return
    contact = ticket.client_contact.strip()
    if contact and found.contact_emails and contact not in found.contact_emails:
        said = message("o cliente {nome} não tem o contato '{codigo}'", nome=found.name or found.code, codigo=contact)
        yield Unknown("contato-desconhecido", ("contato_cliente",), said, nearest(contact, found.contact_emails))


def contact_of_nobody(ticket: Ticket, clients: Mapping[str, Client]) -> Iterator[Unknown]:
    """A contact without the client whose contact it is, where the directory has contacts."""
    contact = ticket.client_contact.strip()
    if contact and not ticket.client_code.strip() and any(one.contact_emails for one in clients.values()):
        said = message("o atendimento tem o contato '{codigo}', e não diz de que cliente", codigo=contact)
        yield Unknown("contato-desconhecido", ("contato_cliente",), said, message("diga o cliente, ou apague o contato"))


def unknown_representative(ticket: Ticket, representatives: Mapping[str, Client]) -> Iterator[Unknown]:
    """A representative, or a contact of one, that the site does not name. A site that names none does not say."""
    code, contact = ticket.representative.strip(), ticket.representative_contact.strip()
    if not code or not representatives:
        return
    found = next((one for one in representatives if name_key(one) == name_key(code)), None)
    if found is None:
        said = message("o ambiente não tem o representante '{codigo}'", codigo=code)
        yield Unknown("representante-desconhecido", ("representante",), said, nearest(code, representatives))
    elif contact and (listed := representatives[found].contact_emails) and contact not in listed:
        said = message("o representante {codigo} não tem o contato '{contato}'", codigo=found, contato=contact)
        yield Unknown("contato-desconhecido", ("contato_representante",), said, nearest(contact, listed))


def unknown_origin(ticket: Ticket) -> Iterator[Unknown]:
    """Where the contact came from (S:50)."""
    written = ticket.contact_origin.strip()
    if written and written.lower() not in CONTACT_ORIGINS:
        said = message("a origem de contato '{nome}' não existe", nome=written)
        yield Unknown("origem-desconhecida", ("origem_contato",), said, nearest(written, CONTACT_ORIGINS))


def unlisted_values(ticket: Ticket, lists: Mapping[str, Collection[str]]) -> Iterator[Unknown]:
    """Values that are not in their field's closed list as it writes them (S:16-21, 47-48): formulas compare letter by letter."""
    for name, listed in lists.items():
        row = BY_FORMULA_NAME.get(name)
        where: Where
        written: object
        if row is not None:
            where, written = (row.key,), getattr(ticket, row.attribute)
        else:
            found = next((key for key in ticket.fields if name_key(key) == name), "")
            where, written = ("campos", found), ticket.fields.get(found)
        if isinstance(written, str) and written.strip() and written not in listed:
            said = message("'{valor}' não está na lista do campo '{campo}'", valor=written.strip(), campo=name)
            yield Unknown("valor-fora-da-lista", where, said, nearest(written, listed))


def unknown_people(ticket: Ticket, known: Known) -> Iterator[Unknown]:
    """Opener, contact owner and holder."""
    holder = ticket.holder
    named = [("aberto_por", ticket.opener), ("responsavel_contato", ticket.contact_owner)]
    if holder is not None and holder.kind == "attendant" and holder.key != ticket.opener:
        named.append(("atendente", holder.key))
    for key, who in named:
        if who and who not in known.people:
            hint = message("inclua-o em diretorio.toml ou corrija o código")
            yield Unknown("atendente-desconhecido", (key,), message("o atendente {chave} não existe", chave=who), hint)
    if holder is not None and holder.kind == "group" and holder.key not in known.groups:
        hint = message("inclua-o em diretorio.toml ou corrija o código")
        yield Unknown("grupo-desconhecido", ("grupo",), message("o grupo {chave} não existe", chave=holder.key), hint)


def nearest(name: str, known: Collection[str]) -> Message | None:
    """The known name that is probably meant, else all of them when they are few."""
    upper = {name_key(one): one for one in known}
    near = get_close_matches(name.strip().upper(), list(upper), 1)
    if near:
        return message("você quis dizer '{perto}'?", perto=upper[near[0]])
    return message("os que existem são: {lista}", lista=", ".join(upper.values())) if 0 < len(upper) <= MOST_LISTED else None


MOST_LISTED = 12
"""Names that a hint lists."""
