"""Who may see and change what (taa.md, "Seeing and editing"; S:29-46, S:139-144), and rights. Pure predicates."""

from __future__ import annotations

from collections.abc import Iterable

from formula.messages import Message
from routing.domain.model import Attendant, Holder, Ticket
from routing.domain.people import People, chiefs
from routing.messages import message

ACT = "atuar"
"""Act on tickets that are in other hands (G4)."""
HAND_OFF = "repassar"
"""Hand off to anybody; ``repassar:2`` to coligada 2, ``repassar:1;3`` to an attendant, ``repassar:grupo:1;5``."""
REOPEN = "reabrir"
"""Take a ticket back from a terminal status."""
LINK_CLIENT = "vincular_cliente_representante"
"""The profile right "Vincular/Associar cliente/representante ao atendimento" (S:33)."""


def absent_or_hidden(key: str) -> tuple[Message, Message]:
    """What is said of a ticket that does not exist, and to whoever may not see it (S:139): the same, with what can be done."""
    return (
        message("o atendimento {chave} não existe", chave=key),
        message("confira a chave ('coligada;localidade;código') e se quem pede pode ver esse atendimento"),
    )


def holds(ticket: Ticket, attendant: str) -> bool:
    """Whether the ticket is in somebody's own hands; a queue is in nobody's."""
    return ticket.holder is not None and ticket.holder.kind == "attendant" and ticket.holder.key == attendant


def is_chief_of_holder(people: People, ticket: Ticket, attendant: str) -> bool:
    """Whether somebody is a chief of the person who has the ticket."""
    holder = ticket.holder
    return holder is not None and holder.kind == "attendant" and attendant in chiefs(people, holder.key)


def is_somebodys_chief(people: People, attendant: str) -> bool:
    """Whether anybody in the directory has this chief."""
    return any(one.chief == attendant for one in people.attendants.values())


def may_hand_off(rights: Iterable[str], receiver: Holder) -> bool:
    """G5: a right that covers this receiver."""
    coligada = receiver.key.split(";", maxsplit=1)[0]
    exact = receiver.key if receiver.kind == "attendant" else f"grupo:{receiver.key}"
    return not {HAND_OFF, f"{HAND_OFF}:{coligada}", f"{HAND_OFF}:{exact}"}.isdisjoint(rights)


def visible(ticket: Ticket, attendant: Attendant) -> bool:
    """Level at most the attendant's, or the ticket in that attendant's hands; being chief gains nothing (S:139)."""
    return ticket.access_level <= attendant.level or holds(ticket, attendant.key)


def may_change_level(people: People, ticket: Ticket, attendant: Attendant) -> bool:
    """Only who is somebody's chief, and only of tickets they can see (S:139, S:140); that they may act is asked elsewhere (G4)."""
    return visible(ticket, attendant) and is_somebodys_chief(people, attendant.key)


def may_change_contact(people: People, ticket: Ticket, attendant: Attendant, *, opening: bool = False) -> bool:
    """The client contact: all four of S:29-32, or the ticket is being opened (S:34)."""
    if opening:
        return True
    return all(
        (
            ticket.status not in {"R", "O", "F", "C"} and ticket.closed_at is None,
            attendant.key == ticket.contact_owner or attendant.key in chiefs(people, ticket.contact_owner),
            holds(ticket, attendant.key) or is_chief_of_holder(people, ticket, attendant.key),
            LINK_CLIENT in attendant.rights,
        )
    )


def may_change_representative(attendant: Attendant, *, opening: bool = False) -> bool:
    """The representative and its contact: the profile right, or the ticket is being opened (S:40, S:43)."""
    return opening or LINK_CLIENT in attendant.rights


def may_edit_contact_record(attendant: Attendant, *, created_here: bool) -> bool:
    """A contact made in another module is read-only here (S:36)."""
    return created_here and LINK_CLIENT in attendant.rights


def contact_removal(*, created_here: bool, linked: bool, representative: bool) -> str:
    """What removing a contact does: ``refuse``, ``delete``, or ``deactivate`` (S:36, S:46)."""
    if representative and linked:
        return "deactivate"
    if linked or not created_here:
        return "refuse"
    return "delete"


def queue(tickets: Iterable[Ticket], people: People, attendant: Attendant) -> list[Ticket]:
    """The tickets somebody may claim: in queues of the own groups and visible; urgent first, then oldest."""
    order = {"Urgente": 0, "Alta": 1, "Normal": 2, "Baixa": 3}
    mine = {key for key, group in people.groups.items() if attendant.key in group.members}
    found = [
        ticket
        for ticket in tickets
        if ticket.holder is not None
        and ticket.holder.kind == "group"
        and ticket.holder.key in mine
        and ticket.status not in {"", "F", "C"}
        and visible(ticket, attendant)
    ]
    return sorted(found, key=lambda one: (order.get(one.priority, 2), str(one.opened_at or ""), one.key))
