"""``relate`` and ``unrelate``: what another ticket is to this one (S:168, S:198), written on both."""

from __future__ import annotations

from routing.deciding.changing import seen_ticket
from routing.deciding.move import Move, refuse
from routing.domain.decision import LATER_PARTS, OtherRelation, Request
from routing.domain.model import Relation
from routing.domain.relations import CHANGE, KIND_NAMES, OPPOSITES, RELATED, kind_of, related
from routing.messages import later, message


def relate(move: Move, request: Request, formula: str | None) -> None:
    """Another ticket, that the actor sees, becomes related, or related otherwise."""
    other = other_key(move, request)
    kind = known_kind(request.kind)
    before = kind_now(move, other)
    if before == kind:
        refuse(
            "G9",
            "ja-relacionado",
            message("o atendimento {chave} já está relacionado assim: {tipo}", chave=other, tipo=KIND_NAMES[kind]),
            message("outro tipo toma o lugar deste"),
        )
    put(move, other, kind)
    move.record_change(CHANGE + other, before, kind)
    move.say(later("o atendimento {chave} passa a ser relacionado: {tipo}", chave=other, tipo=KIND_NAMES[kind]))


def unrelate(move: Move, request: Request, formula: str | None) -> None:
    """The relation with another ticket ends; the history keeps that it was."""
    other = other_key(move, request)
    before = kind_now(move, other)
    if not before:
        refuse(
            "G9",
            "nao-relacionado",
            message("o atendimento {chave} não está relacionado a este", chave=other),
            message("repasse show mostra os relacionados"),
        )
    put(move, other, "")
    move.record_change(CHANGE + other, before, "")
    move.say(later("o atendimento {chave} deixa de ser relacionado", chave=other))


def put(move: Move, other: str, kind: str) -> None:
    """A row for this ticket and one for the other; an empty kind ends the relation."""
    by, at = move.actor.key, move.now
    move.relations.append(Relation(other, kind, by, at))
    move.other_relations.append(OtherRelation(other, Relation(move.ticket.key, OPPOSITES.get(kind, ""), by, at)))


def other_key(move: Move, request: Request) -> str:
    """The key of the other ticket. One that the actor does not see is told as one that does not exist."""
    written = "" if request.to is None else str(request.to).strip()
    if not written:
        refuse(
            "G6",
            "faltam-dados",
            message("o pedido não diz o outro atendimento"),
            message("diga a chave dele como destino, como '1;1;42'"),
        )
    found = seen_ticket(move, written)
    if found.key == move.ticket.key:
        refuse("G9", "consigo-mesmo", message("um atendimento não se relaciona consigo mesmo"))
    return found.key


def kind_now(move: Move, other: str) -> str:
    """What the other ticket is to this one now; empty when nothing."""
    return next((one.kind for one in related(move.ticket.relations) if one.other == other), "")


def known_kind(word: str) -> str:
    """The kind of a word; none said is the plain one."""
    if word in ("", LATER_PARTS["kind"]):
        return RELATED
    found = kind_of(word)
    if found is None:
        refuse(
            "G6",
            "tipo-de-relacao-desconhecido",
            message("'{tipo}' não é um tipo de relação", tipo=word),
            message("os tipos são: {lista}", lista=", ".join(OPPOSITES)),
        )
    return found
