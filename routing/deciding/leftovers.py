"""What a move leaves unsaid: parts of the request that its action does not use, and a ticket that stays with nobody who could go on
with it. Parts that would change something are refused (G6); the others are told as warnings.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter

import attrs

from formula.messages import Message
from routing.deciding.gates import joined
from routing.deciding.move import Move, refuse
from routing.domain.decision import LATER_PARTS, Reason, Request
from routing.domain.flow import CLOCK, TERMINAL, TRANSITIONS, Transition, sets_values
from routing.domain.model import Holder
from routing.domain.people import members_present
from routing.domain.site import Site
from routing.messages import message

PARTS: Mapping[str, Message] = {
    "to": message("etapa ou destino"),
    "reason": message("motivo"),
    "justification": message("justificativa"),
    "wake_up": message("despertamento"),
    "deadline": message("prazo"),
    "draft": message("rascunho"),
}
"""Parts of a request that only some actions use, and that others pass over; what would change something is refused (G6)."""
UNSAID = {field.name: field.default for field in attrs.fields(Request) if field.name in PARTS}
WHY = frozenset({"reason", "justification"})
USED: Mapping[str, frozenset[str]] = {
    "open": frozenset({"to", "draft"}),
    "advance": frozenset({"to"}),
    "handoff": frozenset({"to"}) | WHY,
    "schedule": frozenset({"wake_up", "deadline"}) | WHY,
    **dict.fromkeys(("mail", "relate", "unrelate"), frozenset({"to"})),
    "approve": frozenset({"to", "justification"}),
    **dict.fromkeys(("claim", "change", "note", "annex", *CLOCK), frozenset()),
}
"""What each action uses; those that only change the status use the reason and the justification."""


ACTED_ON: Mapping[str, tuple[Message, frozenset[str]]] = {
    "set": (message("valores de campos"), frozenset({"open", "change", "annex"})),
    "copy_from": (message("outro atendimento, de que se copia"), frozenset({"open", "change"})),
    "text": (message("texto"), frozenset({"note", "mail"})),
    "kind": (message("tipo"), frozenset({"note", "mail", "annex", "relate"})),
    "publishable": (message("publicável"), frozenset({"note"})),
    "entry": (message("entrada"), frozenset({"note", "annex"})),
    "cc": (message("cópia"), frozenset({"mail"})),
    "parts": (message("partes do atendimento"), frozenset({"mail"})),
    "files": (message("arquivos"), frozenset({"mail"})),
}
"""Parts of a request that some actions alone act on, and which: with another one nothing would come of them."""


def parts_of(action: str) -> frozenset[str]:
    """The parts of a request that an action does something with, beside who asks."""
    return USED.get(action, WHY) | {part for part, (_, actions) in ACTED_ON.items() if action in actions}


EXTRA = "sobra-no-pedido"
unsaid_values, acted_values = attrgetter(*UNSAID), attrgetter(*ACTED_ON)
NOTHING_UNSAID = tuple(UNSAID.values())
NOTHING_ACTED = tuple(LATER_PARTS.get(part, ()) for part in ACTED_ON)
"""The values of those parts of a request that says nothing in them: of most."""


def extra_parts(request: Request) -> list[str]:
    """What a request says and its action does not act on."""
    if acted_values(request) == NOTHING_ACTED:
        return []
    return [
        part
        for part, (_, actions) in ACTED_ON.items()
        if (request.action not in actions or (part == "set" and not sets_values(request.action, request.copy_from)))
        and getattr(request, part) != LATER_PARTS.get(part, ())
    ]


def gate_parts(move: Move, row: Transition) -> None:
    """G6: what the request says and the action would not do. A move goes on with nothing left out in silence."""
    extra = extra_parts(move.request)
    if row.action == "open" and move.request.copy_from and not move.drafted:
        extra.append("copy_from")
    if extra:
        refuse(
            "G6",
            EXTRA,
            message("'{acao}' não leva: {lista}", acao=row.name, lista=joined([ACTED_ON[part][0] for part in extra])),
            message("campos se mudam com a ação 'mudar', textos com 'anotar'; o que se supõe vai num plano, não num movimento"),
        )


def warn_unused(move: Move) -> None:
    """A part of the request that its action leaves aside: whoever gave it believes that it counts."""
    request = move.request
    if unsaid_values(request) == NOTHING_UNSAID:
        return
    used = USED.get(request.action, WHY)
    if request.action == "approve" and not move.steps:
        used -= {"to"}  # another voice may lead elsewhere
    left = [PARTS[name] for name, unsaid in UNSAID.items() if name not in used and getattr(request, name) not in (unsaid, "")]
    if not left:
        return
    said = message(
        "'{acao}' não usa o que o pedido também traz: {lista}", acao=TRANSITIONS[request.action].name, lista=joined(left)
    )
    move.warn(Reason("pedido-com-sobra", said, message("deixe de fora, ou peça a ação que o usa")))


def warn_stranded(move: Move) -> None:
    """An open ticket that stays with somebody who is gone or inactive, or in a queue of which nobody may see it any more."""
    ticket, site = move.ticket, move.site
    if ticket.holder is None or not ticket.status or ticket.status in TERMINAL:
        return
    said = stranded(site, ticket.holder)
    if said is not None:
        hint = message("repasse-o a outra pessoa; repasse transfer leva todos os de alguém")
        move.warn(Reason("detentor-sem-acesso", said, hint))
    elif ticket.holder.kind == "group" and ticket.access_level > move.start.access_level:
        warn_unseen(move, ticket.holder)


def warn_unseen(move: Move, holder: Holder) -> None:
    """G12: a queue of which nobody sees a ticket of this level; who holds one sees it (S:139), but nobody holds what is queued."""
    people, level = move.site.people, move.ticket.access_level
    members = members_present(people, holder.key, None)
    if members and all(people.attendants[key].level < level for key in members):
        said = message(
            "ninguém do {grupo} tem nível de acesso para ver o atendimento (nível {nivel}): na fila ele não aparece a ninguém",
            grupo=people.holder_name(holder),
            nivel=level,
        )
        move.warn(Reason("nivel-menor", said, message("repasse-o a quem tem o nível, ou baixe o nível do atendimento")), "G12")


def stranded(site: Site, holder: Holder) -> Message | None:
    """Why nobody goes on with what this holder has; None when somebody may."""
    people = site.people
    person = people.attendants.get(holder.key) if holder.kind != "group" else None
    if (person is not None and person.active) or (holder.kind == "group" and members_present(people, holder.key, None)):
        return None
    name = people.holder_name(holder)
    if holder.kind == "group" and holder.key in people.groups:
        return message("o atendimento fica com o {quem}, que não tem ninguém ativo", quem=name)
    if person is None:
        return message("o atendimento fica com {quem}, que não existe no diretório", quem=name)
    return message("o atendimento fica com {quem}, que está inativo", quem=name)
