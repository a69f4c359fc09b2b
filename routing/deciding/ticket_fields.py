"""A ticket as formulas see it, and what ``ALTERARCAMPOATENDIMENTO`` may change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

import attrs

from formula.messages import Message
from routing.domain.access import may_change_contact, may_change_level, may_change_representative
from routing.domain.flow import CODE
from routing.domain.model import CLIENT_KINDS, PARAMETER_KINDS, PRIORITIES, Attendant, Ticket, changed
from routing.domain.people import People
from routing.domain.site import Site
from routing.domain.ticket_names import nearest
from routing.messages import message
from routing.workspace.toml_tables import READINGS_HINT, pair, scalar_of, two_readings

TEXT_FIELDS: Mapping[str, str] = {
    "CATEGORIA": "category", "PRODUTO": "product", "DETALHEPRODUTO": "product_detail", "CLIENTE": "client_code",
    "TIPOCLIENTE": "client_kind", "CONTATOCLIENTE": "client_contact", "REPRESENTANTE": "representative",
    "CONTATOREPRESENTANTE": "representative_contact", "TIPOCONTATO": "contact_kind", "ORIGEMCONTATO": "contact_origin",
    "CLASSIFICACAO": "classification", "ASSUNTO": "subject", "SOLICITACAO": "request", "SOLUCAO": "solution",
    "PRIORIDADE": "priority", "RESPONSAVELCONTATO": "contact_owner",
}  # fmt: skip
NUMBER_FIELDS: Mapping[str, str] = {"NIVELACESSO": "access_level", "CAIXAPOSTAL": "voicemail"}
READ_ONLY_FIELDS: Mapping[str, str] = {
    "CODIGO": "code", "LOCALIDADE": "locality", "TIPO": "type", "ETAPA": "step", "STATUS": "status",
    "ABERTO_POR": "opener", "ABERTURA": "opened_at", "FECHAMENTO": "closed_at", "PRIMEIROCONTATO": "first_contact_at",
    "AGENDAMENTOS": "schedule_count",
}  # fmt: skip
ALL_FIELDS: Mapping[str, str] = {**READ_ONLY_FIELDS, **TEXT_FIELDS, **NUMBER_FIELDS}
FIELD_VALUES = attrgetter(*ALL_FIELDS.values())


def seen_fields(site: Site, ticket: Ticket) -> dict[str, Any]:
    """Every standard field and extra field by upper-case name; the holder is ATENDENTE or GRUPO, the other is empty. Extra fields
    of the site that are not filled are Vazio, as parameters are (S:149-156)."""
    made: dict[str, Any] = dict.fromkeys(site.extra_fields)
    made.update(zip(ALL_FIELDS, FIELD_VALUES(ticket), strict=True))
    holder = ticket.holder
    made["ATENDENTE"] = holder.key if holder is not None and holder.kind == "attendant" else ""
    made["GRUPO"] = holder.key if holder is not None and holder.kind == "group" else ""
    made.update(ticket.fields)
    return made


def seen_parameters(site: Site, ticket: Ticket) -> dict[str, Any]:
    """The ticket's parameters; those of the type that are not filled are Vazio."""
    kind = site.types.get(ticket.type)
    made: dict[str, Any] = dict.fromkeys(kind.parameters if kind else ())
    made.update(ticket.parameters)
    return made


def filled(value: object) -> bool:
    """Whether an obligatory item has a value: a text that is not blank, or any other value."""
    return value is not None and not (isinstance(value, str) and not value.strip())


@attrs.frozen
class Denied:
    """A change that is not done: ``gate`` G4 for a missing right, G9 for a value or name that cannot be."""

    gate: str
    code: str
    message: Message
    hint: Message | None = None


def change(
    site: Site, ticket: Ticket, actor: Attendant, fields: Mapping[str, str], parameters: Mapping[str, str]
) -> Ticket | Denied:
    """The ticket with fields and parameters set from texts, or why not. All or nothing."""
    for name, text in fields.items():
        made = set_field(site, ticket, actor, name.strip().upper(), text)
        if isinstance(made, Denied):
            return made
        ticket = made
    kind = site.types.get(ticket.type)
    for name, text in parameters.items():
        key = name.strip().upper()
        written = kind.parameters.get(key) if kind else None
        if written is None:
            return Denied(
                "G9",
                "parametro-desconhecido",
                message("o tipo não tem o parâmetro '{nome}'", nome=name),
                nearest(name, kind.parameters if kind else ()),
            )
        fits, value = scalar_of(text, PARAMETER_KINDS[written])
        if not fits and PARAMETER_KINDS[written] == "numero" and (twice := two_readings(text)) is not None:
            said = message("o parâmetro '{nome}' é um número, e {motivo}", nome=name, motivo=twice)
            return Denied("G9", "valor-invalido", said, READINGS_HINT)
        if not fits:
            return Denied(
                "G9",
                "valor-invalido",
                message("o parâmetro '{nome}' é do tipo {tipo} e não aceita '{valor}'", nome=name, tipo=written, valor=text),
            )
        ticket = changed(ticket, parameters={**ticket.parameters, key: value})
    return ticket


def set_field(site: Site, ticket: Ticket, actor: Attendant, name: str, text: str) -> Ticket | Denied:
    """One field."""
    guard = GUARDS.get(name)
    if guard is not None and not guard(site.people, ticket, actor):
        return Denied(
            "G4",
            "sem-direito-ao-campo",
            message("{quem} não pode mudar o campo '{campo}'", quem=site.people.name(actor.key), campo=name),
            GUARD_HINTS[name],
        )
    if name in READ_ONLY_FIELDS or name in {"ATENDENTE", "GRUPO"}:
        return Denied(
            "G4",
            "campo-somente-leitura",
            message("o campo '{campo}' não pode ser alterado por fórmula", campo=name),
            message("etapa, status e detentor mudam por ações, como AVANCARETAPA ou REPASSARATENDIMENTO"),
        )
    step = site.step(ticket.type, ticket.step)
    if step is not None and name in step.read_only:
        return Denied(
            "G4",
            "campo-somente-leitura",
            message("o campo '{campo}' é somente leitura na etapa '{etapa}'", campo=name, etapa=step.name),
        )
    if name in TEXT_FIELDS:
        return set_text(site, ticket, name, text)
    if name in NUMBER_FIELDS:
        if not CODE.fullmatch(text.strip()):
            return bad_value(name, text, message("um número inteiro"))
        return changed(ticket, **{NUMBER_FIELDS[name]: int(text)})
    if name in ticket.fields or name in site.extra_fields:
        kind = kind_of_extra(site, name)
        fits, value = scalar_of(text, kind)
        if not fits and kind == "numero" and (twice := two_readings(text)) is not None:
            said = message("o campo '{campo}' é um número, e {motivo}", campo=name, motivo=twice)
            return Denied("G9", "valor-invalido", said, READINGS_HINT)
        return changed(ticket, fields={**ticket.fields, name: value}) if fits else bad_value(name, text, WANTED_KINDS[kind])
    known = (*TEXT_FIELDS, *NUMBER_FIELDS, *site.extra_fields)
    return Denied("G9", "campo-desconhecido", message("o campo '{campo}' não existe", campo=name), nearest(name, known))


WANTED_KINDS: Mapping[str, Message] = {
    "numero": message("um número"),
    "data": message("uma data"),
    "logico": message("sim ou não"),
    "texto": message("um texto"),
}


def kind_of_extra(site: Site, name: str) -> str:
    """The kind of an extra field, ``texto`` when it may hold several."""
    from formula.types import KIND_NAMES

    return KIND_NAMES.get(site.extra_fields.get(name, 0) & ~16, "texto")


def set_text(site: Site, ticket: Ticket, name: str, text: str) -> Ticket | Denied:
    """A text field; closed lists and people are checked, a classification brings its level (S:144)."""
    value = text.strip() if name not in {"SOLICITACAO", "SOLUCAO"} else text
    for field, allowed in (("PRIORIDADE", PRIORITIES), ("TIPOCLIENTE", CLIENT_KINDS)):
        if name == field and value:
            match = next((word for word in allowed if word.lower() == value.lower()), None)
            if match is None:
                return bad_value(name, text, message("uma destas palavras: {lista}", lista=", ".join(allowed)))
            value = match
    if name == "RESPONSAVELCONTATO" and value:
        key = pair(value)
        if key is None or key not in site.people.attendants:
            return bad_value(name, text, message("um atendente do diretório"))
        value = key
    made = changed(ticket, **{TEXT_FIELDS[name]: value})
    if name == "CLASSIFICACAO" and value.upper() in site.classifications:
        made = changed(made, access_level=site.classifications[value.upper()])
    return made


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
    "NIVELACESSO": may_change_level,
    "CONTATOCLIENTE": guard_contact,
    "REPRESENTANTE": guard_representative,
    "CONTATOREPRESENTANTE": guard_representative,
}
GUARD_HINTS: Mapping[str, Message] = {
    "NIVELACESSO": message("só chefes de quem está com o atendimento mudam o nível de acesso"),
    "CONTATOCLIENTE": message(
        "é preciso que o atendimento não esteja concluído, ser responsável pelo contato e pelo atendimento (ou "
        "chefe) e ter o direito de vincular cliente"
    ),
    "REPRESENTANTE": message("é preciso o direito de vincular representante"),
    "CONTATOREPRESENTANTE": message("é preciso o direito de vincular representante"),
}
