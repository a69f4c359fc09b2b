"""Effects and mails in people's words, once for command, session and page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from formula.effects import (
    AddDiscussion,
    AddDiscussionTo,
    AddRequest,
    AddSolution,
    Advance,
    ChangeFields,
    ChangeStatus,
    Effect,
    HandOff,
    HandoffMail,
    Return,
    Schedule,
)
from formula.values import shorten
from repl.messages import message
from routing.domain.flow import STATUS_NAMES, find_step
from routing.domain.mails import MailDraft
from routing.domain.model import Ticket
from routing.reports.ticket_lines import MAIL_NAMES

LONGEST = 100
"""Characters of a text that are shown."""


def effect_line(effect: Effect, site: Any = None, ticket: Ticket | None = None) -> str:
    """An effect as a sentence. With ``site`` and ``ticket`` (as it was) steps and people have their names, changed fields their
    former value."""
    row = ROWS.get(type(effect))
    return row(effect, site, ticket) if row is not None else effect.type


def mail_line(mail: MailDraft) -> str:
    """A mail's kind and its addresses."""
    return message("{tipo} para {para}", tipo=MAIL_NAMES.get(mail.kind, mail.kind), para=addresses(mail.to, mail.cc))


def addresses(to: str, copy: str) -> str:
    """Who gets a mail, and who a copy of it."""
    if not copy:
        return to
    return message("{para}, com cópia para {copia}", para=to, copia=copy) if to else copy


def advanced(effect: Advance, site: Any, ticket: Ticket | None) -> str:
    """To a step, by name where it is known."""
    found = find_step(site, ticket.type, effect.step) if site is not None and ticket is not None else None
    return message("Avança para a etapa {etapa}", etapa=found.name if found is not None else effect.step)


def mailed(effect: HandoffMail, site: Any, ticket: Ticket | None) -> str:
    """A copy of the handoff mail."""
    return message(
        "Cópia do e-mail de repasse para {para}, sobre o repasse para {quem}",
        para=addresses(effect.to, effect.cc),
        quem=destination(effect.destination, site, ticket),
    )


def destination(text: str, site: Any, ticket: Ticket | None) -> str:
    """A destination by name where it is known."""
    from formula.destinations import parse_destination
    from routing.domain.model import attendant_holder, group_holder

    found = parse_destination(text, ticket.coligada if ticket is not None else 1)
    if found is None or site is None:
        return text
    holder = attendant_holder(found.attendant) if found.attendant is not None else group_holder(found.group or "")
    name: str = site.people.holder_name(holder)
    return name


def changed(effect: ChangeFields, site: Any, ticket: Ticket | None) -> str:
    """Fields and parameters, with what they were."""
    before = former(site, ticket)
    changes = [(name, before.get(name.upper()), value) for name, value in effect.fields.items()]
    changes += [(f"PARAMETRO.{name}", before.get(f"PARAMETRO.{name}".upper()), value) for name, value in effect.parameters.items()]
    made: str = ""
    for name, old, new in changes:
        if ticket is None:
            one = message("{nome} = {depois}", nome=name, depois=new or "–")
        else:
            one = message("{nome}: {antes} → {depois}", nome=name, antes=old or "–", depois=new or "–")
        made = message("{um}; {outro}", um=made, outro=one) if made else one
    return message("Muda {mudancas}", mudancas=made)


def former(site: Any, ticket: Ticket | None) -> Mapping[str, str]:
    """What fields and parameters held, as texts."""
    if ticket is None or site is None:
        return {}
    from formula.values import display
    from routing.deciding.ticket_fields import seen_fields

    fields = {name.upper(): display(value) for name, value in seen_fields(site, ticket).items() if value is not None}
    return fields | {f"PARAMETRO.{name}".upper(): str(value) for name, value in ticket.parameters.items() if value is not None}


def status_set(effect: ChangeStatus, site: Any, ticket: Ticket | None) -> str:
    """A new status by its name."""
    del site, ticket
    return message("Passa o atendimento a '{status}'", status=STATUS_NAMES.get(effect.status, effect.status))


def scheduled(effect: Schedule, site: Any, ticket: Ticket | None) -> str:
    """When to answer."""
    del site, ticket
    return message("Agenda a resposta: desperta em {quando}, prazo {prazo}", quando=day(effect.wake_up), prazo=day(effect.deadline))


def day(when: Any) -> str:
    """A date for people."""
    from formula.values import display

    return display(when)


def handed_off(effect: HandOff, site: Any, ticket: Ticket | None) -> str:
    """A handoff that a formula asks for."""
    return message("Repassa para {quem}", quem=destination(effect.destination, site, ticket))


ROWS: Mapping[type[Effect], Callable[[Any, Any, Ticket | None], str]] = {
    Advance: advanced,
    HandoffMail: mailed,
    ChangeFields: changed,
    ChangeStatus: status_set,
    Schedule: scheduled,
    HandOff: handed_off,
    Return: lambda *_: message("Devolve a quem estava com o atendimento"),
    AddDiscussion: lambda one, *_: message("Escreve na discussão: {texto}", texto=shorten(one.text, LONGEST)),
    AddRequest: lambda one, *_: message("Acrescenta à solicitação: {texto}", texto=shorten(one.text, LONGEST)),
    AddSolution: lambda one, *_: message("Acrescenta à solução: {texto}", texto=shorten(one.text, LONGEST)),
    AddDiscussionTo: lambda one, *_: message(
        "Escreve na discussão do atendimento {chave}: {texto}", chave=one.ticket, texto=shorten(one.text, LONGEST)
    ),
}
