"""A mail as a ticket would send it now, for whoever writes its template (S:73-79). Pure; nothing is decided."""

from __future__ import annotations

from datetime import datetime

from formula.messages import Message
from routing.deciding.correspondence import write_about
from routing.deciding.drafts import draft, draft_mails, opening_draft, reminder_mail
from routing.deciding.move import Move, Refused
from routing.domain.access import visible
from routing.domain.addresses import read_addresses
from routing.domain.decision import Reason, Request
from routing.domain.destinations import destination_of
from routing.domain.mails import MAIL_KINDS, MailDraft
from routing.domain.model import Attendant, Ticket
from routing.domain.names import named
from routing.domain.people import Workload, holder_addresses
from routing.domain.site import Site
from routing.failures import MailFault, UnknownTicket
from routing.messages import message
from routing.workspace.toml_tables import pair


def preview(
    site: Site, ticket: Ticket, kind: str, now: datetime, workload: Workload, *, to: str = "", actor: str = ""
) -> MailDraft:
    """The mail in the built-in words. ``to`` is a handoff's receiver (else who has the ticket), or who gets a mail about the ticket
    (else its sender). Raises MailFault, and UnknownTicket to whom may not see the ticket (S:139)."""
    if kind not in MAIL_KINDS:
        raise MailFault(
            message("não há e-mails do tipo '{tipo}'", tipo=kind), message("os tipos são: {lista}", lista=", ".join(MAIL_KINDS))
        )
    person = sender(site, ticket, actor)
    if not visible(ticket, person):
        raise UnknownTicket(message("o atendimento {chave} não existe", chave=ticket.key))
    asked = Request(action="mail", actor=person.key, to=to or person.email, justification=spoken_sample(site))
    move = Move(site, asked, now, ticket, ticket, None, workload, person=person)
    try:
        made = drafted(move, kind, to)
    except Refused as refusal:
        made = refusal.reason
    if isinstance(made, Reason):
        raise MailFault(made.message, made.hint)
    return made


def spoken_sample(site: Site) -> str:
    """A justification for a handoff that nobody makes."""
    return message("(a justificativa do repasse)").text(site.language)


def sender(site: Site, ticket: Ticket, actor: str) -> Attendant:
    """Who would send it: the one named, else who has the ticket, else who opened it."""
    holder = ticket.holder.key if ticket.holder is not None and ticket.holder.kind == "attendant" else ""
    key = actor and (pair(actor) or named(site.people, actor))
    if isinstance(key, Reason):
        raise MailFault(key.message, key.hint)
    found = site.people.attendants.get(key or holder) or (None if actor else site.people.attendants.get(ticket.opener))
    if found is None:
        raise MailFault(
            message("quem envia, {chave}, não existe no diretório", chave=actor or "–"), message("diga quem, com --actor")
        )
    return found


def drafted(move: Move, kind: str, to: str) -> MailDraft | Reason:
    """The mail of a kind."""
    if kind == "ticket":
        write_about(move, move.request)
        return move.mails[0]
    if kind == "opening":
        return opening_draft(move)
    if kind == "reminder":
        reminder_mail(move, message("O prazo da etapa se aproxima"))
        draft_mails(move)
        return move.mails[0] if move.mails else move.warnings[0]
    return handoff_draft(move, kind, to)


def handoff_draft(move: Move, kind: str, to: str) -> MailDraft | Reason:
    """A handoff mail, or the copy of one, which goes to addresses of its own."""
    site, ticket = move.site, move.ticket
    read = read_addresses(to)
    asked = destination_of(to, ticket.coligada, site.people) if to.strip() and not read.good else ticket.holder
    if isinstance(asked, Reason):
        return asked
    if asked is None:
        said: Message = message("o atendimento não está com ninguém")
        return Reason("sem-destino", said, message("diga o destino, como '1;3' ou '5', com --to"))
    addresses = ", ".join(read.good or holder_addresses(site.people, asked))
    return draft(move, kind, site.sender or move.actor.email, addresses, "", asked, move.request.justification)
