"""Mail about a ticket, written by an attendant (S:66-71), and the opening mail sent on request (S:90-102). Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import attrs

from formula.messages import Message
from routing.domain.access import visible
from routing.domain.addresses import Addresses, opening_address, read_addresses
from routing.domain.decision import MailDraft
from routing.domain.flow import STATUS_NAMES, step_name
from routing.domain.model import ENTRY_LOG, Attendant, DiscussionEntry, Ticket
from routing.domain.site import Site
from routing.failures import MailFault
from routing.messages import message

PARTS = ("request", "solution", "summary")
"""What of a ticket may go into the mail (S:67)."""


@attrs.frozen
class Letter:
    """What an attendant wants to send. ``to`` and ``cc``: addresses or attendant keys (``1;3``), joined by ``,``."""

    actor: str
    to: str
    cc: str = ""
    text: str = ""
    parts: Collection[str] = ("request", "solution")


@attrs.frozen
class Written:
    """The mail, and the entry that records it in the discussion."""

    draft: MailDraft
    entry: DiscussionEntry


def about_ticket(site: Site, ticket: Ticket, letter: Letter, now: datetime) -> Written:
    """The mail of a letter. MailFault for an unknown or unseeing attendant, a bad address, or nobody to send to."""
    actor = author(site, ticket, letter.actor)
    to, cc = addresses(site, letter.to), addresses(site, letter.cc)
    bad = [*to.bad, *cc.bad]
    if bad:
        raise MailFault(
            message("endereço que não serve: {lista}", lista=", ".join(repr(one) for one in bad)),
            message("escreva endereços como 'ana@exemplo.com.br', ou atendentes como '1;3', separados por vírgula"),
        )
    if not to.good:
        raise MailFault(message("o e-mail não tem destinatário"), message("escreva ao menos um endereço em 'para'"))
    subject = message("Atendimento {chave}: {assunto}", chave=ticket.key, assunto=" ".join(ticket.subject.split()))
    draft = MailDraft(
        kind="ticket",
        from_address=site.sender or actor.email,
        to=", ".join(to.good),
        cc=", ".join(cc.good),
        subject=spoken(site, subject),
        body=body_of(site, ticket, letter),
        facts=facts(site, ticket, actor),
    )
    said = message("E-mail sobre o atendimento enviado para {para}", para=", ".join([*to.good, *cc.good]))
    return Written(draft, DiscussionEntry(ENTRY_LOG, spoken(site, said), actor.key, now, ticket.step, ticket.step))


def opening(site: Site, ticket: Ticket, actor_key: str, now: datetime) -> Written:
    """The opening mail to the client. MailFault when the ticket is not opened, or no valid address is known (S:90)."""
    actor = author(site, ticket, actor_key)
    if not ticket.status:
        raise MailFault(message("o atendimento {chave} ainda não foi aberto", chave=ticket.key))
    client = site.people.clients.get(f"{ticket.client_kind or 'cliente'};{ticket.client_code}")
    address = opening_address(client, ticket.client_contact)
    if address is None:
        raise MailFault(
            message(
                "o cliente '{cliente}' não tem endereço de e-mail válido; o e-mail não foi enviado",
                cliente=ticket.client_code,
            ),
            message("cadastre o endereço do contato ou do próprio cliente"),
        )
    subject = message("Atendimento {chave} aberto: {assunto}", chave=ticket.key, assunto=" ".join(ticket.subject.split()))
    body = message(
        "Seu atendimento {chave} foi aberto.\n\nAssunto: {assunto}\n\nSolicitação:\n{solicitacao}\n",
        chave=ticket.key,
        assunto=ticket.subject,
        solicitacao=ticket.request or "–",
    )
    draft = MailDraft(
        kind="opening",
        from_address=site.sender or actor.email,
        to=address,
        cc="",
        subject=spoken(site, subject),
        body=spoken(site, body),
        facts=facts(site, ticket, actor),
    )
    said = message("E-mail de abertura do atendimento enviado ao cliente: {endereco}", endereco=address)
    return Written(draft, DiscussionEntry(ENTRY_LOG, spoken(site, said), actor.key, now, ticket.step, ticket.step))


def author(site: Site, ticket: Ticket, key: str) -> Attendant:
    """Who writes: an active attendant who may see the ticket (S:139)."""
    found = site.people.attendants.get(key)
    if found is None or not found.active:
        raise MailFault(message("o atendente '{chave}' não existe ou está inativo", chave=key))
    if not visible(ticket, found):
        raise MailFault(message("{quem} não pode ver o atendimento {chave}", quem=found.name, chave=ticket.key))
    return found


def addresses(site: Site, text: str) -> Addresses:
    """Addresses of a text; an attendant's key stands for the attendant's address (S:69)."""
    parts = []
    for part in text.split(","):
        person = site.people.attendants.get(part.strip())
        parts.append(part if person is None else person.email or part)
    return read_addresses(",".join(parts))


def body_of(site: Site, ticket: Ticket, letter: Letter) -> str:
    """The attendant's own words, then the parts that were chosen."""
    blocks = [letter.text.strip()] if letter.text.strip() else []
    if "summary" in letter.parts:
        summary = message(
            "Atendimento {chave}: {assunto}\nStatus: {status}\nEtapa: {etapa}\nPrioridade: {prioridade}",
            chave=ticket.key,
            assunto=ticket.subject,
            status=STATUS_NAMES.get(ticket.status, ticket.status),
            etapa=step_name(site, ticket.type, ticket.step),
            prioridade=ticket.priority,
        )
        blocks.append(spoken(site, summary))
    if "request" in letter.parts:
        blocks.append(spoken(site, message("Solicitação:\n{texto}", texto=ticket.request or "–")))
    if "solution" in letter.parts:
        blocks.append(spoken(site, message("Solução:\n{texto}", texto=ticket.solution or "–")))
    return "\n\n".join(blocks) + "\n"


def facts(site: Site, ticket: Ticket, actor: Attendant) -> tuple[tuple[str, str], ...]:
    """What a site's own template may use."""
    return (
        ("chave", ticket.key),
        ("tipo", site.types[ticket.type].name if ticket.type in site.types else str(ticket.type)),
        ("etapa", step_name(site, ticket.type, ticket.step)),
        ("status", spoken(site, STATUS_NAMES.get(ticket.status, ticket.status))),
        ("prioridade", ticket.priority),
        ("solicitacao", ticket.request),
        ("solucao", ticket.solution),
        ("aberto_por", site.people.name(ticket.opener)),
        ("enviado_por", site.people.name(actor.key)),
    )


def spoken(site: Site, text: Message | str) -> str:
    """A sentence in the site's language."""
    return text.text(site.language) if isinstance(text, Message) else text
