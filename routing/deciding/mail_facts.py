"""What a site's own template may say of a ticket (S:71-79), as texts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from formula.messages import Message
from formula.values import display
from routing.deciding.ticket_fields import seen_parameters
from routing.domain.clients import client_key
from routing.domain.flow import STATUS_NAMES, step_name
from routing.domain.mails import Fact
from routing.domain.model import Ticket
from routing.domain.site import Site

FACT_NAMES = (
    "chave", "tipo", "etapa", "status", "prioridade", "assunto_do_atendimento", "solicitacao", "solucao", "aberto_por", "com",
    "categoria", "produto", "detalhe_do_produto", "classificacao", "movimento", "cliente", "codigo_do_cliente", "tipo_do_cliente",
    "contato_do_cliente", "representante", "contato_do_representante", "tipo_do_contato", "origem_do_contato", "aberto_em",
    "fechado_em", "primeiro_contato_em", "despertamento", "prazo", "parametros", "campos",
)  # fmt: skip
"""In the order of :func:`ticket_facts`; ``parametros`` and ``campos`` are texts by name."""


def ticket_facts(site: Site, ticket: Ticket) -> tuple[tuple[str, Fact], ...]:
    """The facts of a ticket as a mail leaves it; what is empty is an empty text."""
    people, kind = site.people, site.types.get(ticket.type)
    client = people.clients.get(client_key(ticket)) if ticket.client_code else None
    values: tuple[Fact, ...] = (
        ticket.key,
        str(ticket.type) if kind is None else kind.name,
        step_name(site, ticket.type, ticket.step),
        spoken(site, STATUS_NAMES.get(ticket.status, ticket.status)),
        ticket.priority,
        ticket.subject,
        ticket.request,
        ticket.solution,
        people.name(ticket.opener),
        "" if ticket.holder is None else spoken(site, people.holder_name(ticket.holder)),
        ticket.category,
        ticket.product,
        ticket.product_detail,
        ticket.classification,
        ticket.movement,
        ticket.client_code if client is None else client.name,
        ticket.client_code,
        ticket.client_kind,
        ticket.client_contact if client is None else client.contact_names.get(ticket.client_contact, ticket.client_contact),
        ticket.representative,
        ticket.representative_contact,
        ticket.contact_kind,
        ticket.contact_origin,
        shown_moment(ticket.opened_at),
        shown_moment(ticket.closed_at),
        shown_moment(ticket.first_contact_at),
        shown_moment(ticket.wake_up),
        shown_moment(ticket.deadline),
        texts_of(seen_parameters(site, ticket)),
        texts_of({**dict.fromkeys(site.extra_fields), **ticket.fields}),
    )
    return tuple(zip(FACT_NAMES, values, strict=True))


def texts_of(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Values by name as people read them; what is not filled is an empty text."""
    return tuple((name, "" if value is None else display(value)) for name, value in values.items())


def shown_moment(when: date | None) -> str:
    """``24/11/2026 10:00``, of a date without a time ``24/11/2026``."""
    if when is None:
        return ""
    return f"{when:%d/%m/%Y %H:%M}" if isinstance(when, datetime) else f"{when:%d/%m/%Y}"


def spoken(site: Site, text: Message | str) -> str:
    """A sentence in the site's language."""
    return text.text(site.language) if isinstance(text, Message) else text
