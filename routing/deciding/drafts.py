"""Drafts of the mails a move sends (taa.md, Mail): addresses and the built-in words. A site's own templates come later,
sending is the worker's.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import attrs

from formula.effects import HandoffMail
from formula.messages import Message
from routing.deciding.mail_facts import ticket_facts
from routing.deciding.move import Move, refuse
from routing.domain.addresses import one_address, opening_address, read_addresses
from routing.domain.clients import client_key
from routing.domain.decision import Reason
from routing.domain.destinations import destination_of
from routing.domain.flow import step_name
from routing.domain.mails import Fact, LaterFacts, MailDraft
from routing.domain.model import Client, Holder, Ticket, attendant_holder
from routing.domain.people import holder_addresses, resolve
from routing.domain.step_settings import copy_outside
from routing.messages import message


def handoff_mail(move: Move, receiver: Holder, justification: str) -> None:
    """The mail of a handoff, to the receiver; a group's address, or its active members'. None at all = a warning.

    Nobody is told of the own act.
    """
    if receiver == attendant_holder(move.actor.key):
        return
    addresses = holder_addresses(move.site.people, receiver)
    if not addresses:
        said = message(
            "{quem} não tem endereço de e-mail: o aviso de repasse não será enviado",
            quem=move.site.people.holder_name(receiver),
        )
        move.warnings.append(Reason("sem-endereco", said))
        return
    sender = move.site.sender or move.actor.email
    later_on(move, "handoff", sender, ", ".join(addresses), "", receiver, justification)


def reminder_mail(move: Move, said: Message) -> None:
    """A mail of the clock to who has the ticket when the move ends; no address = a warning."""

    def write(done: Move) -> None:
        ticket, people = done.ticket, done.site.people
        addresses = [] if ticket.holder is None else holder_addresses(people, ticket.holder)
        if not addresses:
            who = message("ninguém") if ticket.holder is None else people.holder_name(ticket.holder)
            done.warnings.append(
                Reason("sem-endereco", message("{quem} não tem endereço de e-mail: o lembrete não será enviado", quem=who))
            )
            return
        body = message(
            "{motivo}.\n\nAtendimento: {chave} ({assunto})\nTipo: {tipo}\nEtapa: {etapa}\nPrioridade: {prioridade}\n\n"
            "Solicitação:\n{solicitacao}\n",
            motivo=said, chave=ticket.key, assunto=ticket.subject, tipo=done.kind.name,
            etapa=step_name(done.site, ticket.type, ticket.step), prioridade=ticket.priority, solicitacao=ticket.request or "–",
        )  # fmt: skip
        subject = message("Atendimento {chave}: {motivo}", chave=ticket.key, motivo=said)
        done.mails.append(
            MailDraft(
                kind="reminder",
                from_address=done.site.sender or done.actor.email,
                to=", ".join(addresses),
                cc="",
                subject=spoken(done, subject),
                body=spoken(done, body),
                facts=facts_and(done, ("motivo", spoken(done, said))),
            )
        )

    move.letters.append(write)


def facts_now(move: Move) -> LaterFacts:
    """What a mail says of the ticket as it is now, once for all mails that leave it so."""
    if move.told is None or move.told[0] is not move.ticket:
        move.told = move.ticket, LaterFacts(partial(ticket_facts, move.site, move.ticket))
    return move.told[1]


def facts_and(move: Move, *more: tuple[str, Fact]) -> LaterFacts:
    """The same, with what a kind of mail says besides."""
    common = facts_now(move)
    return LaterFacts(lambda: (*common, *more))


def later_on(move: Move, kind: str, sender: str, to: str, cc: str, receiver: Holder, justification: str | None) -> None:
    """Have a handoff mail drafted at the end of the move. ``justification`` None is that of the handoff it is a copy of."""

    def write(done: Move) -> None:
        said = handoff_justification(done, receiver) if justification is None else justification
        done.mails.append(draft(done, kind, sender, to, cc, receiver, said))

    move.letters.append(write)


def handoff_justification(move: Move, receiver: Holder) -> str:
    """The justification of the handoff a copy tells about: that to the receiver it names, else the latest, else the request's."""
    for record in reversed(move.handoffs):
        if record.to_holder == receiver:
            return record.justification
    return move.handoffs[-1].justification if move.handoffs else move.request.justification


def draft_mails(move: Move) -> None:
    """Write the mails of a move, all from the ticket as it is now, at the end (S:82)."""
    for write in move.letters:
        write(move)
    if "handoff_copy" not in move.site.own_words:
        move.mails[:] = without_repeats(move.mails)


def without_repeats(mails: Sequence[MailDraft]) -> list[MailDraft]:
    """The mails without what would tell an address the very same text twice: a copy of a handoff to who gets the handoff's own
    mail. A site that words copies itself tells something else by them; words for handoffs alone count for copies too (S:82)."""
    if not any(mail.kind == "handoff_copy" for mail in mails):
        return list(mails)
    told = {
        (one.lower(), mail.subject, mail.body) for mail in mails if mail.kind == "handoff" for one in read_addresses(mail.to).good
    }
    made: list[MailDraft] = []
    for mail in mails:
        if mail.kind == "handoff_copy" and told:
            to, cc = (
                [one for one in read_addresses(text).good if (one.lower(), mail.subject, mail.body) not in told]
                for text in (mail.to, mail.cc)
            )
            if to or cc:
                made.append(attrs.evolve(mail, to=", ".join(to or cc), cc=", ".join(cc if to else [])))
        else:
            made.append(mail)
    return made


def handoff_copy(move: Move, effect: HandoffMail, code: str) -> None:
    """``ENVIAEMAILREPASSE``: the same facts to other addresses, naming a receiver who receives nothing (S:81-87)."""
    named = destination_of(effect.destination, move.ticket.coligada, move.site.people)
    if isinstance(named, Reason):
        said = message("em ENVIAEMAILREPASSE da fórmula {codigo}: {motivo}", codigo=code, motivo=named.message)
        refuse("G10", named.code, said, named.hint)
    outside = copy_outside(move.kind, code)
    if outside is not None:
        move.warn(outside)
    receiver = resolve(move.site.people, named, move.now.date())
    if receiver.reason is not None:
        said = message(
            "ENVIAEMAILREPASSE da fórmula {codigo} fala de um repasse que seria recusado: {motivo}",
            codigo=code,
            motivo=receiver.reason.message,
        )
        move.warn(Reason("copia-de-repasse-impossivel", said, receiver.reason.hint))
    sender, to, cc = (read_addresses(text) for text in (effect.from_address, effect.to, effect.cc))
    wrong = [*sender.bad, *to.bad, *cc.bad]
    nobody = not sender.good or not to.good
    if wrong or nobody:
        move.warnings.append(bad_addresses(move, effect, code, wrong, nobody=nobody))
    if nobody:
        return
    if not may_send(sender.good[0], move.site.senders, move.site.sender):
        said = message(
            "ENVIAEMAILREPASSE da fórmula {codigo}: o remetente {endereco} não está em remetentes; o e-mail não será enviado",
            codigo=code,
            endereco=sender.good[0],
        )
        move.warnings.append(
            Reason("remetente-recusado", said, message("acrescente o endereço, ou '@' e o seu domínio, a [smtp] remetentes"))
        )
        return
    later_on(move, "handoff_copy", sender.good[0], ", ".join(to.good), ", ".join(cc.good), named, None)


def bad_addresses(move: Move, effect: HandoffMail, code: str, wrong: Sequence[str], *, nobody: bool) -> Reason:
    """Which addresses of a copy are none, and whether anybody gets it all the same."""
    said = message("ENVIAEMAILREPASSE da fórmula {codigo}: endereço que não serve: {lista}", codigo=code, lista=", ".join(wrong))
    if not wrong:
        said = message("ENVIAEMAILREPASSE da fórmula {codigo}: falta o remetente ou o destinatário", codigo=code)
    end = message("ninguém recebe este e-mail") if nobody else message("os outros endereços recebem")
    return Reason(
        "endereco-invalido",
        message("{motivo}; {fim}", motivo=said, fim=end),
        person_meant(move, effect),
    )


def person_meant(move: Move, effect: HandoffMail) -> Message | None:
    """A person or group that stands where an address is wanted, with the address to write."""
    for text in (effect.from_address, effect.to, effect.cc):
        named = destination_of(text.strip(), move.ticket.coligada, move.site.people) if text.strip() else None
        if not isinstance(named, Holder):
            continue
        addresses = holder_addresses(move.site.people, named)
        whom = move.site.people.holder_name(named)
        if addresses:
            return message("o e-mail de {quem} é {endereco}", quem=whom, endereco=", ".join(addresses))
        return message("{quem} não tem endereço de e-mail no diretório", quem=whom)
    return None


def may_send(address: str, senders: frozenset[str], own: str) -> bool:
    """Whether a formula may write from an address: any when none are named, else one named, of a named domain, or the site's
    own."""
    plain = address.lower()
    return not senders or plain in senders or f"@{plain.rpartition('@')[2]}" in senders or plain == (one_address(own) or "").lower()


def draft(move: Move, kind: str, sender: str, to: str, cc: str, receiver: Holder, justification: str) -> MailDraft:
    """A handoff mail with its facts."""
    ticket, people = move.ticket, move.site.people
    name = people.holder_name(receiver)
    facts = facts_and(
        move,
        ("destino", spoken(move, name)),
        ("repassado_por", people.name(move.actor.key)),
        ("justificativa", justification),
    )
    subject = message(
        "Atendimento {chave} repassado para {destino}: {assunto}",
        chave=ticket.key,
        destino=name,
        assunto=one_line(ticket.subject),
    )
    body = message(
        "O atendimento {chave} ({assunto}) foi repassado para {destino} por {ator}.\n\nTipo: {tipo}\nEtapa: {etapa}\n"
        "Prioridade: {prioridade}\nJustificativa: {justificativa}\n\nSolicitação:\n{solicitacao}\n",
        chave=ticket.key, assunto=ticket.subject, destino=name, ator=people.name(move.actor.key), tipo=move.kind.name,
        etapa=step_name(move.site, ticket.type, ticket.step), prioridade=ticket.priority,
        justificativa=justification or "–", solicitacao=ticket.request or "–",
    )  # fmt: skip
    return MailDraft(
        kind=kind,
        from_address=sender,
        to=to,
        cc=cc,
        subject=spoken(move, subject),
        body=spoken(move, body),
        facts=facts,
    )


def spoken(move: Move, text: Message | str) -> str:
    """A sentence in the site's language."""
    return text.text(move.site.language) if isinstance(text, Message) else text


def one_line(text: str) -> str:
    """A text for a subject line."""
    return " ".join(text.split())


def opening_mail(move: Move) -> None:
    """Tell the client that the ticket is open; no address = an alert, sent = noted in the discussion (S:98-100)."""
    made = opening_draft(move)
    if isinstance(made, Reason):
        move.warnings.append(made)
    else:
        note_opening(move, made)


def note_opening(move: Move, mail: MailDraft) -> None:
    """Send the opening mail, and say so in the discussion."""
    move.mails.append(mail)
    said = message("E-mail de abertura do atendimento a ser enviado ao cliente: {endereco}", endereco=mail.to)
    move.enter_discussion(said, steps=(None, move.ticket.step))


def unaddressed(ticket: Ticket, client: Client | None) -> Message:
    """Why an opening mail has nobody to go to: no client, none that is known, or one without an address."""
    if not ticket.client_code:
        return message("o e-mail de abertura não será enviado: o atendimento não diz o cliente")
    if client is None:
        return message(
            "o e-mail de abertura não será enviado: o diretório não tem o cliente '{cliente}'", cliente=ticket.client_code
        )
    return message(
        "o e-mail de abertura não será enviado: o cliente '{cliente}' não tem endereço de e-mail válido", cliente=ticket.client_code
    )


def opening_draft(move: Move) -> MailDraft | Reason:
    """The opening mail, to the address of the client's kind (S:91-97), or why it cannot go."""
    ticket = move.ticket
    client = move.site.people.clients.get(client_key(ticket))
    address = opening_address(client, ticket.client_contact)
    if not address:
        said = unaddressed(ticket, client)
        return Reason("cliente-sem-endereco", said)
    subject = message("Atendimento {chave} aberto: {assunto}", chave=ticket.key, assunto=one_line(ticket.subject))
    body = message(
        "Seu atendimento {chave} foi aberto.\n\nAssunto: {assunto}\n\nSolicitação:\n{solicitacao}\n",
        chave=ticket.key,
        assunto=ticket.subject,
        solicitacao=ticket.request or "–",
    )
    return MailDraft(
        kind="opening",
        from_address=move.site.sender or move.actor.email,
        to=address,
        cc="",
        subject=spoken(move, subject),
        body=spoken(move, body),
        facts=facts_now(move),
    )
