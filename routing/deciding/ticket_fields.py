"""A ticket as formulas see it, and what ``ALTERARCAMPOATENDIMENTO`` may change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from difflib import get_close_matches
from operator import attrgetter
from typing import Any

import attrs

from formula.messages import Message
from formula.names import name_key
from routing.domain.access import may_change_contact, may_change_level, may_change_representative
from routing.domain.annexes import PREFIX
from routing.domain.clients import client_fault
from routing.domain.decision import Reason
from routing.domain.flow import CODE
from routing.domain.model import PARAMETER_KINDS, Attendant, Ticket, changed
from routing.domain.names import named, plain
from routing.domain.people import People
from routing.domain.relations import KINDS as RELATION_KINDS
from routing.domain.relations import relation_values
from routing.domain.site import Site
from routing.domain.ticket_fields import (
    BY_FORMULA_NAME,
    CHIEF,
    CONTACT,
    HOLDER_NAMES,
    LINKED,
    NUMBER,
    ONCE,
    PERSON,
    TEXT,
    TicketField,
    of_kind,
)
from routing.domain.ticket_names import (
    Unknown,
    unknown_classification,
    unknown_client,
    unknown_representative,
    unlisted_values,
)
from routing.domain.words import shows
from routing.messages import message
from routing.workspace.toml_tables import NUL, READINGS_HINT, pair, scalar_of, time_of, two_readings

ALL_FIELDS: Mapping[str, str] = {name: row.attribute for name, row in BY_FORMULA_NAME.items()}
TEXT_FIELDS: Mapping[str, str] = {row.formula: row.attribute for row in BY_FORMULA_NAME.values() if row.is_text and row.writable}
NUMBER_FIELDS: Mapping[str, str] = {row.formula: row.attribute for row in of_kind(NUMBER) if row.formula and row.writable}
FIELD_VALUES = attrgetter(*ALL_FIELDS.values())


def seen_fields(site: Site, ticket: Ticket) -> dict[str, Any]:
    """Every standard field and extra field by upper-case name; the holder is ATENDENTE or GRUPO, the other is empty. Extra fields
    of the site that are not filled are Vazio, as parameters are (S:149-156)."""
    made: dict[str, Any] = dict.fromkeys(site.extra_fields)
    made.update(zip(ALL_FIELDS, FIELD_VALUES(ticket), strict=True))
    holder = ticket.holder
    made["ATENDENTE"] = holder.key if holder is not None and holder.kind == "attendant" else ""
    made["GRUPO"] = holder.key if holder is not None and holder.kind == "group" else ""
    made.update(relation_values(ticket.relations))
    made.update(ticket.fields)
    return made


def seen_parameters(site: Site, ticket: Ticket) -> dict[str, Any]:
    """The ticket's parameters; those of the type that are not filled are Vazio."""
    kind = site.types.get(ticket.type)
    made: dict[str, Any] = dict.fromkeys(kind.parameters if kind else ())
    made.update(ticket.parameters)
    return made


def filled(value: object) -> bool:
    """Whether an obligatory item has a value: a text of which people see something, or any other value."""
    return value is not None and not (isinstance(value, str) and not shows(value))


@attrs.frozen
class Denied:
    """A change that is not done: ``gate`` G4 for a missing right, G9 for a value or name that cannot be."""

    gate: str
    code: str
    message: str
    hint: str | None = None


def change(
    site: Site, ticket: Ticket, actor: Attendant, fields: Mapping[str, str], parameters: Mapping[str, str], now: datetime
) -> Ticket | Denied:
    """The ticket with fields and parameters set from texts, or why not. All or nothing; rights are judged on the ticket as it
    was. Whether the fields can stand together is asked afterwards (:func:`not_together`)."""
    judged = ticket
    for name, text in fields.items():
        made = put_field(site, ticket, actor, name_key(name), text, now=now, judged=judged)
        if isinstance(made, Denied):
            return made
        ticket = made
    for name, text in parameters.items():
        made = put_parameter(site, ticket, name_key(name), text)
        if isinstance(made, Denied):
            return made
        ticket = made
    return ticket


def put_parameter(site: Site, ticket: Ticket, name: str, text: str | None) -> Ticket | Denied:
    """A parameter of the type from a text; None and an empty text clear it."""
    kind = site.types.get(ticket.type)
    written = kind.parameters.get(name) if kind else None
    if kind is None or written is None:
        known = list(kind.parameters) if kind else []
        near = get_close_matches(name, known, 1)
        return Denied(
            "G9",
            "parametro-desconhecido",
            message("o tipo não tem o parâmetro '{nome}'", nome=name),
            message("você quis dizer '{nome}'?", nome=near[0])
            if near
            else message("os parâmetros são: {lista}", lista=", ".join(known)),
        )
    step = site.step(ticket.type, ticket.step)
    if step is not None and f"PARAMETRO.{name}" in step.read_only:
        return read_only(f"PARAMETRO.{name}", step.name)
    fits, value = scalar_of(text, PARAMETER_KINDS[written], site.zone)
    if not fits and PARAMETER_KINDS[written] == "numero":
        twice = unfit_value(message("o parâmetro '{nome}' é um número", nome=name), text)
        if twice is not None:
            return twice
    if not fits:
        return Denied(
            "G9",
            "valor-invalido",
            message("o parâmetro '{nome}' é do tipo {tipo} e não aceita '{valor}'", nome=name, tipo=written, valor=text),
        )
    return changed(ticket, parameters={**ticket.parameters, name: value})


def put_field(
    site: Site,
    ticket: Ticket,
    actor: Attendant,
    name: str,
    text: str | None,
    *,
    now: datetime,
    judged: Ticket,
    opening: bool = False,
) -> Ticket | Denied:
    """One field from a text; None and an empty text clear it. ``judged`` is the ticket whose state decides what the actor may; of a
    ticket that is being opened (``opening``) the fields that need a right are the opener's to say, as in a draft."""
    row = BY_FORMULA_NAME.get(name)
    guard = None if row is None or opening else GUARDS.get(row.writer)
    if row is not None and guard is not None and not guard(site.people, judged, actor):
        return Denied(
            "G4",
            "sem-direito-ao-campo",
            message("{quem} não pode mudar o campo '{campo}'", quem=site.people.name(actor.key), campo=name),
            GUARD_HINTS[row.writer],
        )
    if name in HOLDER_NAMES or (row is not None and not row.writable):
        return Denied(
            "G4",
            "campo-somente-leitura",
            message("o campo '{campo}' não se altera", campo=name),
            message("etapa, status e detentor mudam por ações, como AVANCARETAPA ou REPASSARATENDIMENTO"),
        )
    if name.startswith(PREFIX):
        said = message("o campo '{campo}' é de um anexo e não se altera assim", campo=name)
        return Denied("G4", "campo-somente-leitura", said, message("registre-o com a ação 'anexar'"))
    if name in RELATION_KINDS:
        said = message("o campo '{campo}' é dos relacionados e não se altera assim", campo=name)
        return Denied("G4", "campo-somente-leitura", said, message("relacione com a ação 'relacionar'"))
    step = site.step(ticket.type, ticket.step)
    if step is not None and name in step.read_only:
        return read_only(name, step.name)
    if row is not None:
        return put_row(site, ticket, row, text or "", now)
    if name in ticket.fields or name in site.extra_fields:
        kind = kind_of_extra(site, name)
        fits, value = scalar_of(text, kind, site.zone)
        if not fits:
            return unfit_value(message("o campo '{campo}' é um número", campo=name), text) or bad_value(
                name, text or "", WANTED_KINDS[kind]
            )
        return listed_only(site, name, changed(ticket, fields={**ticket.fields, name: value}))
    return unknown_field(site, ticket, name)


def unfit_value(said: Message, text: str | None) -> Denied | None:
    """Why a text that could be two numbers is none; None when it could not."""
    twice = two_readings(text)
    if twice is None:
        return None
    return Denied("G9", "valor-invalido", message("{dito}, e {motivo}", dito=said, motivo=twice), READINGS_HINT)


WANTED_KINDS: Mapping[str, Message] = {
    "numero": message("um número"),
    "data": message("uma data"),
    "logico": message("sim ou não"),
    "texto": message("um texto"),
}


def put_row(site: Site, ticket: Ticket, row: TicketField, text: str, now: datetime) -> Ticket | Denied:
    """A field of the table."""
    if row.writer == ONCE:
        return put_first_contact(site, ticket, row, text, now)
    if row.is_text:
        return set_text(site, ticket, row.formula, text)
    if text.strip() and not CODE.fullmatch(text.strip()):
        return bad_value(row.formula, text, message("um número inteiro"))
    return changed(ticket, **{row.attribute: int(text.strip() or 0)})


def read_only(name: str, step: str) -> Denied:
    """A field or parameter that the step locks."""
    return Denied(
        "G4", "campo-somente-leitura", message("o campo '{campo}' é somente leitura na etapa '{etapa}'", campo=name, etapa=step)
    )


def changeable(site: Site, ticket: Ticket) -> list[str]:
    """The names that a change may set, the right and the step willing: standing fields, extra ones, then parameters. What annexes
    and relations say is changed by their own actions."""
    kind = site.types.get(ticket.type)
    standing = (row.formula for row in BY_FORMULA_NAME.values() if row.writable)
    extra = (one for one in (*site.extra_fields, *ticket.fields) if not one.startswith(PREFIX) and one not in RELATION_KINDS)
    return list(dict.fromkeys((*standing, *extra, *(f"PARAMETRO.{one}" for one in (kind.parameters if kind else ())))))


def unknown_field(site: Site, ticket: Ticket, name: str) -> Denied:
    """A name that is no field, with the nearest one."""
    known, parameter = changeable(site, ticket), f"PARAMETRO.{name}"
    near = [parameter] if parameter in known else get_close_matches(name, known, 1)
    return Denied(
        "G9",
        "campo-desconhecido",
        message("o campo '{campo}' não existe", campo=name),
        message("você quis dizer '{nome}'?", nome=near[0]) if near else message("os campos são: {lista}", lista=", ".join(known)),
    )


def put_first_contact(site: Site, ticket: Ticket, row: TicketField, text: str, now: datetime) -> Ticket | Denied:
    """The first contact is registered once (S:133): now, or at a time between the opening and now."""
    if ticket.first_contact_at is not None:
        when = f"{ticket.first_contact_at:%d/%m/%Y %H:%M}"
        return Denied("G4", "primeiro-contato-registrado", message("o primeiro contato já foi registrado em {quando}", quando=when))
    at = now if text.strip().lower() in {"agora", "now"} else moment_of(text, site.zone)
    if at is None:
        return bad_value(row.formula, text, message("'agora', ou uma data e hora como 24/11/2026 10:00"))
    if at > now or (ticket.opened_at is not None and at < ticket.opened_at):
        return bad_value(row.formula, text, message("um momento entre a abertura e agora"))
    return changed(ticket, **{row.attribute: at})


def moment_of(text: str, zone: tzinfo | None) -> datetime | None:
    """A date and time as people or programs write it."""
    found = time_of(text, zone)
    return found if found is None or isinstance(found, datetime) else datetime(found.year, found.month, found.day)


def kind_of_extra(site: Site, name: str) -> str:
    """The kind of an extra field, ``texto`` when it may hold several."""
    from formula.types import KIND_NAMES

    return KIND_NAMES.get(site.extra_fields.get(name, 0) & ~16, "texto")


def set_text(site: Site, ticket: Ticket, name: str, text: str) -> Ticket | Denied:
    """A text field; closed lists, people, clients and contacts are checked, a classification brings its level (S:144)."""
    row = BY_FORMULA_NAME[name]
    if NUL in text:
        return bad_value(name, text.replace(NUL, "␀"), message("um texto sem o caractere nulo (U+0000)"))
    value = text if row.kind == TEXT else text.strip()
    if row.attribute == "priority" and not value:
        return Denied("G9", "valor-invalido", message("o campo '{campo}' nunca fica vazio", campo=name))
    if row.allowed and value:
        match = value if value in row.allowed else allowed_word(row, value)
        if match is None:
            return bad_value(name, text, message("uma destas palavras: {lista}", lista=", ".join(row.allowed)))
        value = match
    if row.kind == PERSON and value:
        key = pair(value) or named(site.people, value)
        if isinstance(key, Reason):
            return Denied("G9", key.code, key.message, key.hint)
        if key not in site.people.attendants:
            return bad_value(name, text, message("um atendente do diretório"))
        value = key
    made = changed(ticket, **{row.attribute: value})
    judge = JUDGES.get(row.attribute)
    if judge is not None and value:
        return judge(site, made)
    return listed_only(site, name, made)


def listed_only(site: Site, name: str, ticket: Ticket) -> Ticket | Denied:
    """A ticket whose field has a value of its closed list, spelt as there, or none; a field without a list takes any."""
    listed = site.lists.get(name)
    if listed is None:
        return ticket
    row = BY_FORMULA_NAME.get(name)
    value = ticket.fields.get(name) if row is None else getattr(ticket, row.attribute)
    found = next((one for one in listed if isinstance(value, str) and plain(one) == plain(value.strip())), None)
    if found is not None:
        ticket = (
            changed(ticket, fields={**ticket.fields, name: found}) if row is None else changed(ticket, **{row.attribute: found})
        )
    return denied_name(unlisted_values(ticket, {name: listed})) or ticket


def allowed_word(row: TicketField, text: str) -> str | None:
    """The word of a closed list that a text means, whatever its accents and case; None when it means none."""
    wanted = plain(text)
    return next((word for word in row.allowed if plain(word) == wanted), None)


def with_level(site: Site, ticket: Ticket) -> Ticket | Denied:
    """A classification brings its level; one that the site does not declare is refused, since the ticket would be open to all."""
    denied = denied_name(unknown_classification(ticket, site.classifications))
    if denied is not None:
        return denied
    level = site.classifications.get(name_key(ticket.classification), ticket.access_level)
    return changed(ticket, access_level=level)


def without_client(site: Site, ticket: Ticket) -> Denied | None:
    """Why a client and contact cannot be: not of the directory, when it has any, or one that may have no tickets (S:24-25)."""
    denied = denied_name(unknown_client(ticket, site.people.clients))
    if denied is not None:
        return denied
    found = client_fault(site, ticket)
    return None if found is None else Denied("G9", found.code, found.message, found.hint)


def without_representative(site: Site, ticket: Ticket) -> Denied | None:
    """Why a representative and contact cannot be: not of those that the site names, when it names any."""
    return denied_name(unknown_representative(ticket, site.representatives))


def denied_name(unknown: Iterable[Unknown]) -> Denied | None:
    """The first name that nobody has, if there is one."""
    first = next(iter(unknown), None)
    return None if first is None else Denied("G9", first.code, first.message, first.hint)


JUDGES: Mapping[str, Callable[[Site, Ticket], Ticket | Denied]] = {"classification": with_level}
"""What a filled field means for the rest of the ticket, or why it cannot be."""
TOGETHER: Sequence[tuple[tuple[str, ...], Callable[[Site, Ticket], Denied | None]]] = (
    (("client_kind", "client_code", "client_contact"), without_client),
    (("representative", "representative_contact"), without_representative),
)
"""Fields that mean something only together, and why they cannot stand beside each other."""


def not_together(site: Site, before: Ticket, after: Ticket) -> Denied | None:
    """Why the fields that a change filled cannot stand together; None when they can, in whatever order they were given."""
    for attributes, judge in TOGETHER:
        if any(getattr(after, one) and getattr(after, one) != getattr(before, one) for one in attributes):
            denied = judge(site, after)
            if denied is not None:
                return denied
    return None


def bad_value(name: str, text: str, wanted: Message) -> Denied:
    """A value a field does not take."""
    return Denied(
        "G9",
        "valor-invalido",
        message("o campo '{campo}' não aceita '{valor}'", campo=name, valor=text),
        message("é preciso {preciso}", preciso=wanted),
    )


def guard_contact(people: People, ticket: Ticket, actor: Attendant) -> bool:
    """S:29-34."""
    return may_change_contact(people, ticket, actor)


def guard_representative(people: People, ticket: Ticket, actor: Attendant) -> bool:
    """S:40-43."""
    return may_change_representative(actor)


GUARDS: Mapping[str, Callable[[People, Ticket, Attendant], bool]] = {
    CHIEF: may_change_level,
    CONTACT: guard_contact,
    LINKED: guard_representative,
}
GUARD_HINTS: Mapping[str, Message] = {
    CHIEF: message("só quem é chefe de alguém e vê o atendimento muda o nível de acesso"),
    CONTACT: message(
        "é preciso que o atendimento não esteja concluído, ser responsável pelo contato e pelo atendimento (ou "
        "chefe) e ter o direito de vincular cliente"
    ),
    LINKED: message("é preciso o direito de vincular representante"),
}
