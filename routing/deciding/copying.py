"""``open`` of a ticket made from another one (S:197): what it takes over, what the request says otherwise, what stays behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from formula.names import name_key
from formula.values import display
from routing.deciding.changing import PARAMETER, reason_of, seen_ticket
from routing.deciding.gates import known_actor
from routing.deciding.move import Move, Refused, refuse
from routing.deciding.relating import put as put_relation
from routing.deciding.ticket_fields import Denied, filled, put_field, put_parameter
from routing.domain.annexes import PREFIX
from routing.domain.decision import Reason
from routing.domain.flow import CODE
from routing.domain.model import EMPTY_TICKET, Ticket, TicketType, changed
from routing.domain.names import plain
from routing.domain.relations import SOURCE
from routing.domain.site import known_names
from routing.domain.ticket_fields import BY_FORMULA_NAME, KEY_ATTRIBUTES
from routing.messages import later, message

COPIED = (
    "type", "priority", "category", "product", "product_detail", "client_kind", "client_code", "client_contact", "representative",
    "representative_contact", "contact_kind", "contact_origin", "subject", "request", "classification", "access_level",
)  # fmt: skip
"""What the new ticket has of the other one, with its parameters and extra fields. Numbers, people, times, steps, discussion,
solution, annexes, voice mail and the business record are its own."""
BELONGING: Mapping[str, tuple[str, ...]] = {
    "TIPOCLIENTE": ("client_contact",),
    "CLIENTE": ("client_code", "client_contact"),
    "REPRESENTANTE": ("representative", "representative_contact"),
}
"""What is not taken over when the request says another one: the contact of somebody else."""
TYPE = "TIPO"


def blank(key: str) -> Ticket | None:
    """A ticket of a key without anything; None when the text is no key."""
    parts = [part.strip() for part in key.split(";")]
    if len(parts) != len(KEY_ATTRIBUTES) or not all(CODE.fullmatch(part) and 0 < int(part) < 2**31 for part in parts):
        return None
    coligada, locality, code = map(int, parts)
    return Ticket(coligada=coligada, locality=locality, code=code, type=0, status="", version=0)


def copy_ticket(move: Move) -> None:
    """The draft becomes a copy of the other ticket, with what the draft fills and the request sets in place of that. Who acts must
    see the other one; what the new type or the site does not know is left out, and told."""
    request = move.request
    move.person = known_actor(move)
    source = seen_ticket(move, request.copy_from)
    wanted = {name_key(name): value for name, value in request.set}
    draft = own_values(move.ticket)
    kind = type_wanted(move, wanted.pop(TYPE, None), draft.get("type", source.type))
    given = set(wanted) | {row.formula for row in BY_FORMULA_NAME.values() if row.attribute in draft}
    dropped = {attribute for name in given for attribute in BELONGING.get(name, ())}
    values = {name: getattr(source, name) for name in COPIED if name not in dropped}
    made = changed(move.ticket, **{**values, **draft, "type": kind, "parameters": {}, "fields": {}})
    move.ticket = made
    left = [*copy_parameters(move, source), *copy_fields(move, source)]
    made = move.ticket
    made = changed(
        made,
        parameters={**made.parameters, **draft.get("parameters", {})},
        fields={**made.fields, **draft.get("fields", {})},
    )
    made = with_values(move, made, wanted)
    move.start = move.ticket = made
    move.request = attrs.evolve(request, draft=made)
    put_relation(move, source.key, SOURCE)
    move.say(later("parte do atendimento {chave} ({assunto})", chave=source.key, assunto=source.subject or "–"))
    if left:
        said = message(
            "não vêm do atendimento {chave}, porque o novo tipo ou o ambiente não os tem assim: {lista}",
            chave=source.key,
            lista=", ".join(left),
        )
        move.warn(Reason("copia-incompleta", said, message("informe-os no novo atendimento com os nomes que ele tem")))


def own_values(draft: Ticket) -> dict[str, Any]:
    """What a draft says itself: everything that is not as in an empty ticket. A ``Normal`` priority is said with ``set``."""
    unsaid = {**EMPTY_TICKET, "type": 0, "status": "", "version": 0}
    made = {name: value for name, value in draft.__dict__.items() if name not in KEY_ATTRIBUTES and value != unsaid[name]}
    return {name: value for name, value in made.items() if name not in {"status", "version"}}


def type_wanted(move: Move, text: str | None, usual: int) -> int:
    """The type of the new ticket: its code or name as the request has it, else that of the draft or of the other ticket."""
    written = (text or "").strip()
    if not written:
        return usual
    if CODE.fullmatch(written):
        return int(written)
    found = [one.code for one in move.site.types.values() if plain(one.name) == plain(written)]
    if len(found) != 1:
        refuse(
            "G1",
            "tipo-desconhecido",
            message("o tipo {tipo} do atendimento {chave} não existe no ambiente", tipo=written, chave=move.ticket.key),
            message("os tipos são: {lista}", lista=", ".join(f"{one.code} {one.name}" for one in move.site.types.values())),
        )
    return found[0]


def copy_parameters(move: Move, source: Ticket) -> Iterator[str]:
    """Take over the parameters that the new type has too; gives the names of the filled ones that it has not, or has as another
    kind that cannot take the value."""
    kind: TicketType | None = move.site.types.get(move.ticket.type)
    for name, value in source.parameters.items():
        if kind is None or name not in kind.parameters:
            made: Ticket | Denied | None = None
        elif source.type == move.ticket.type:
            made = changed(move.ticket, parameters={**move.ticket.parameters, name: value})
        else:
            made = put_parameter(move.site, move.ticket, name, None if value is None else display(value))
        if isinstance(made, Ticket):
            move.ticket = made
        elif filled(value):
            yield PARAMETER + name


def copy_fields(move: Move, source: Ticket) -> Iterator[str]:
    """Take over the extra fields that the site knows; gives the names of the filled ones that it does not. What formulas read of
    annexes is of records that the new ticket has not."""
    known = known_names(move.site).fields
    for name, value in source.fields.items():
        if name.startswith(PREFIX):
            continue
        if known is None or name in known:
            move.ticket = changed(move.ticket, fields={**move.ticket.fields, name: value})
        elif filled(value):
            yield name


def with_values(move: Move, ticket: Ticket, wanted: Mapping[str, str | None]) -> Ticket:
    """The ticket with what the request sets; everything that is wrong is told at once. It is not open yet: whoever opens it may say
    all that a draft may."""
    denied: list[Denied] = []
    for name, value in wanted.items():
        if name.startswith(PARAMETER):
            made = put_parameter(move.site, ticket, name.removeprefix(PARAMETER), value)
        else:
            made = put_field(move.site, ticket, move.actor, name, value, now=move.now, judged=ticket, opening=True)
        if isinstance(made, Denied):
            denied.append(made)
        else:
            ticket = made
    if denied:
        raise Refused(denied[0].gate, reason_of(denied))
    return ticket
