"""Who may speak for the seats of an approval, and who may not decide the own ticket. Pure predicates."""

from __future__ import annotations

from datetime import date

from formula.destinations import parse_destination
from routing.domain.approvals import Standing, spoken, standing
from routing.domain.model import Step, Ticket
from routing.domain.people import People, chiefs, members_present, resolve_attendant
from routing.domain.site import Site


def standing_of(site: Site, ticket: Ticket) -> Standing | None:
    """Where the approval of the step a ticket is in stands; None for a step without one."""
    step = site.step(ticket.type, ticket.step)
    return None if step is None or step.approval is None else standing(step.approval, spoken(ticket))


def barred(step: Step | None, ticket: Ticket, attendant: str) -> bool:
    """Whether somebody may decide nothing in a step, because the ticket is the own one (``aprovacao_propria = false``)."""
    return step is not None and step.self_approval is False and bool(ticket.opener) and attendant == ticket.opener


def speakers(people: People, seat: str, step: Step, ticket: Ticket, day: date) -> tuple[str, ...]:
    """Who may speak for a seat on a day: the person, or the substitute of who is absent; of a group each active member. Where the
    person or the substitute opened the ticket and may not decide it, the nearest chief in that one's stead."""
    found = parse_destination(seat, ticket.coligada)
    if found is None:
        return ()
    if found.group is not None:
        return tuple(key for key in members_present(people, found.group, None) if not barred(step, ticket, key))
    named = found.attendant or ""
    receiver = resolve_attendant(people, named, day).holder
    able = {receiver.key} if receiver is not None else set()
    person = people.attendants.get(named)
    if person is not None and person.active:
        able.add(named)
    allowed = {key for key in able if not barred(step, ticket, key)}
    if allowed != able:
        above = (resolve_attendant(people, chief, day).holder for chief in chiefs(people, ticket.opener))
        allowed |= set(next(((one.key,) for one in above if one is not None and not barred(step, ticket, one.key)), ()))
    return tuple(sorted(allowed))


def seats_of(people: People, step: Step, ticket: Ticket, attendant: str, day: date) -> list[str]:
    """The seats somebody may speak for, best first: where one is named, then those that the fewest may take."""
    assert step.approval is not None
    may = {seat: speakers(people, seat, step, ticket, day) for seat in step.approval.by}
    mine = [seat for seat in may if attendant in may[seat]]
    return sorted(mine, key=lambda seat: (seat != attendant, ";" not in seat, len(may[seat])))


def fillable(people: People, step: Step, ticket: Ticket, day: date) -> int:
    """How many seats could be taken by different people (a largest matching of seats and people)."""
    assert step.approval is not None
    may = {seat: speakers(people, seat, step, ticket, day) for seat in step.approval.by}
    by_person: dict[str, str] = {}

    def place(seat: str, tried: set[str]) -> bool:
        for person in may[seat]:
            if person not in tried:
                tried.add(person)
                if person not in by_person or place(by_person[person], tried):
                    by_person[person] = seat
                    return True
        return False

    return sum(place(seat, set()) for seat in may)
