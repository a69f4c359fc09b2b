"""A ticket with supposed values: what a plan is asked of when somebody wonders "what if".

Nobody's rights count here, since nothing is written: every field that formulas see may be supposed, except those that say which
ticket it is. A name that is not known, and a value that a field cannot have, are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from formula.fields import STANDARD_FIELDS
from formula.fields import STATUS_NAMES as STATUS_WORDS
from formula.messages import Message
from formula.names import name_key
from routing.deciding.ticket_fields import (
    NUMBER_FIELDS,
    TEXT_FIELDS,
    Denied,
    kind_of_extra,
    seen_fields,
    seen_parameters,
    set_text,
)
from routing.domain.decision import Hypothesis
from routing.domain.model import PARAMETER_KINDS, STATUSES, Ticket, attendant_holder, changed, group_holder
from routing.domain.site import Site
from routing.failures import WrongSupposition
from routing.messages import message
from routing.workspace.toml_tables import READINGS_HINT, pair, scalar_of, two_readings

PARAMETER = "PARAMETRO."
IDENTITY = frozenset({"CODIGO", "LOCALIDADE", "TIPO"})
NEVER_EMPTY = frozenset({"STATUS", "PRIORIDADE"})
WHOLE_NUMBERS: Mapping[str, str] = {**NUMBER_FIELDS, "AGENDAMENTOS": "schedule_count"}
MOMENTS: Mapping[str, str] = {"ABERTURA": "opened_at", "FECHAMENTO": "closed_at", "PRIMEIROCONTATO": "first_contact_at"}


def suppose(site: Site, ticket: Ticket, changes: Mapping[str, Any]) -> Ticket:
    """The ticket as if it had other values. Pure: the ticket given stays as it is.

    ``changes`` are values by a formula's names of fields (``PRIORIDADE``, ``PARAMETRO.VALOR``, an extra field such as ``FILIAL``),
    in any letter case; texts are read as the field's kind, None empties it. A classification brings its access level (S:144),
    unless that is supposed too. Raises :class:`routing.failures.WrongSupposition`.
    """
    given = {name_key(name): value for name, value in changes.items()}
    for name in sorted(given, key=lambda one: one != "CLASSIFICACAO"):
        ticket = with_value(site, ticket, name, given[name])
    return ticket


def supposed(site: Site, ticket: Ticket, hypothesis: Hypothesis) -> tuple[Ticket, Hypothesis]:
    """The ticket of a hypothesis, and the hypothesis with values of the field's kind and what the ticket really has."""
    made = suppose(site, ticket, hypothesis.set)
    names = [name_key(name) for name in hypothesis.set]
    was, now = every_value(site, ticket), every_value(site, made)
    return made, hypothesis.with_values({name: now.get(name) for name in names}, {name: was.get(name) for name in names})


def every_value(site: Site, ticket: Ticket) -> dict[str, Any]:
    """Fields and parameters by the names that suppositions use."""
    parameters = {PARAMETER + name: value for name, value in seen_parameters(site, ticket).items()}
    return {**seen_fields(site, ticket), **parameters}


def with_value(site: Site, ticket: Ticket, name: str, value: Any) -> Ticket:
    """One field or parameter."""
    if name.startswith(PARAMETER):
        return with_parameter(site, ticket, name, value)
    if name in IDENTITY:
        raise WrongSupposition(
            message("o campo '{campo}' diz qual é o atendimento e não se supõe", campo=name),
            message("planeje sobre outro atendimento"),
        )
    if value in (None, "") and name in NEVER_EMPTY:
        raise WrongSupposition(message("o campo '{campo}' nunca fica vazio", campo=name))
    special = SPECIAL.get(name)
    if special is not None:
        return special(site, ticket, name, value)
    if name in TEXT_FIELDS:
        return with_text(site, ticket, name, value)
    if name in WHOLE_NUMBERS:
        number = fitting(site, name, value, "numero", message("um número inteiro a partir de 0")) if value not in (None, "") else 0
        if number != int(number) or number < 0:
            raise wrong_value(name, value, message("um número inteiro a partir de 0"))
        return changed(ticket, **{WHOLE_NUMBERS[name]: int(number)})
    if name in MOMENTS:
        return changed(ticket, **{MOMENTS[name]: fitting(site, name, value, "data", message("uma data"))})
    if name in ticket.fields or name in site.extra_fields:
        kind = kind_of_extra(site, name)
        return changed(ticket, fields={**ticket.fields, name: fitting(site, name, value, kind, KINDS[kind])})
    raise unknown_field(site, ticket, name)


def with_parameter(site: Site, ticket: Ticket, name: str, value: Any) -> Ticket:
    """``PARAMETRO.<name>``."""
    kind, plain = site.types.get(ticket.type), name.removeprefix(PARAMETER)
    written = kind.parameters.get(plain) if kind is not None else None
    if written is None:
        raise unknown_field(site, ticket, name)
    wanted = PARAMETER_KINDS[written]
    return changed(ticket, parameters={**ticket.parameters, plain: fitting(site, name, value, wanted, KINDS[wanted])})


def with_text(site: Site, ticket: Ticket, name: str, value: Any) -> Ticket:
    """A text field, its closed list or people looked at as in a real change."""
    if isinstance(value, bool | datetime):
        raise wrong_value(name, value, message("um texto"))
    made = set_text(site, ticket, name, "" if value is None else str(value))
    if isinstance(made, Denied):
        raise WrongSupposition(made.message, made.hint)
    return made


def with_status(_site: Site, ticket: Ticket, name: str, value: Any) -> Ticket:
    """A status by its letter or its name."""
    text = str(value).strip()
    letter = text.upper() if text.upper() in STATUSES else STATUS_WORDS.get(text.lower())
    if letter is None:
        names = ", ".join(f"{one} ({said})" for said, one in STATUS_WORDS.items())
        raise wrong_value(name, value, message("um destes status: {lista}", lista=names))
    return changed(ticket, status=letter)


def with_step(site: Site, ticket: Ticket, name: str, value: Any) -> Ticket:
    """A step by its code or its name."""
    kind = site.types.get(ticket.type)
    steps = () if kind is None else kind.steps
    text = "" if value is None else str(value).strip()
    found = [step for step in steps if text in (str(step.code), step.name) or name_key(text) == name_key(step.name)]
    if len(found) != 1:
        names = ", ".join(f"{step.code} {step.name}" for step in steps)
        raise wrong_value(name, value, message("uma destas etapas: {lista}", lista=names))
    return changed(ticket, step=found[0].code)


def with_person(site: Site, ticket: Ticket, name: str, value: Any) -> Ticket:
    """Who opened or who holds the ticket: a person, or a group's queue."""
    group = name == "GRUPO"
    known = site.people.groups if group else site.people.attendants
    text = "" if value is None else str(value).strip()
    named = [key for key, one in known.items() if text and name_key(one.name) == name_key(text)]
    key = pair(text) or (named[0] if len(named) == 1 else None)
    if key not in known and not (text == "" and name == "ABERTO_POR"):
        raise wrong_value(name, value, message("um grupo do diretório") if group else message("um atendente do diretório"))
    if name == "ABERTO_POR":
        return changed(ticket, opener=key or "")
    assert key is not None
    return changed(ticket, holder=group_holder(key) if group else attendant_holder(key))


SPECIAL: Mapping[str, Callable[[Site, Ticket, str, Any], Ticket]] = {
    "STATUS": with_status, "ETAPA": with_step, "ABERTO_POR": with_person, "ATENDENTE": with_person, "GRUPO": with_person,
}  # fmt: skip

KINDS: Mapping[str, Message] = {
    "numero": message("um número"),
    "texto": message("um texto"),
    "data": message("uma data"),
    "logico": message("VERDADE ou FALSO"),
}


def fitting(site: Site, name: str, value: Any, kind: str, wanted: Message) -> Any:
    """A value as one of a kind."""
    fits, made = scalar_of(value, kind, site.zone)
    if not fits and kind == "numero" and (twice := two_readings(value)) is not None:
        raise WrongSupposition(message("o campo '{campo}' é um número, e {motivo}", campo=name, motivo=twice), READINGS_HINT)
    if not fits or (kind == "texto" and isinstance(value, bool)):
        raise wrong_value(name, value, wanted)
    return made


def wrong_value(name: str, value: Any, wanted: Message) -> WrongSupposition:
    """The failure."""
    return WrongSupposition(
        message("o campo '{campo}' não aceita '{valor}'", campo=name, valor="" if value is None else value),
        message("é preciso {preciso}", preciso=wanted),
    )


def unknown_field(site: Site, ticket: Ticket, name: str) -> WrongSupposition:
    """The failure, with the nearest names."""
    kind = site.types.get(ticket.type)
    parameters = [PARAMETER + one for one in (kind.parameters if kind is not None else ())]
    names = [
        *(one for one in STANDARD_FIELDS if one not in IDENTITY),
        *site.extra_fields,
        *ticket.fields,
        *parameters,
    ]
    near = [PARAMETER + name] if PARAMETER + name in parameters else get_close_matches(name, names, 1)
    return WrongSupposition(
        message("o campo '{campo}' não existe", campo=name),
        message("você quis dizer '{nome}'?", nome=near[0])
        if near
        else message("os campos são: {lista}", lista=", ".join(dict.fromkeys(names))),
    )
