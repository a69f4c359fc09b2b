"""Who may speak for the seats of an approval, and who may not decide the own ticket. Pure predicates."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import attrs

from formula.destinations import parse_destination
from routing.domain.access import visible
from routing.domain.approvals import APPROVE, Standing, most_filled, needed, spoken, standing
from routing.domain.flow import TERMINAL
from routing.domain.model import Step, Ticket, Voice
from routing.domain.owners import chiefs_above, owner_of
from routing.domain.people import People, members_present, resolve_attendant
from routing.domain.site import Site


def standing_of(site: Site, ticket: Ticket) -> Standing | None:
    """Where the approval of the step a ticket is in stands; None for a step without one."""
    step = site.step(ticket.type, ticket.step)
    if step is None or step.approval is None:
        return None
    found = standing(step.approval, spoken(ticket))
    return attrs.evolve(found, missing=()) if ticket.status in TERMINAL else found


def barred(people: People, step: Step | None, ticket: Ticket, attendant: str) -> bool:
    """Whether somebody may decide nothing in a step, because the ticket is the own one (``aprovacao_propria = false``): opened or
    asked for by that person, be it as an attendant of another coligada."""
    return step is not None and step.self_approval is False and owner_of(people, ticket, attendant) is not None


def speakers(people: People, seat: str, step: Step, ticket: Ticket, day: date) -> tuple[str, ...]:
    """Who may speak for a seat on a day, of those who see the ticket (S:139): the person, or the substitute of who is absent; of a
    group each active member. Where it is the own ticket of the person or the substitute, who may not decide it, the nearest chief
    in that one's stead."""
    return tuple(key for key in named_by(people, seat, step, ticket, day) if visible(ticket, people.attendants[key]))


def unseeing(people: People, seat: str, step: Step, ticket: Ticket, day: date) -> tuple[str, ...]:
    """Who would speak for a seat and does not see the ticket: its level is higher, and it is in other hands (S:139)."""
    return tuple(key for key in named_by(people, seat, step, ticket, day) if not visible(ticket, people.attendants[key]))


def named_by(people: People, seat: str, step: Step, ticket: Ticket, day: date) -> tuple[str, ...]:
    """Who would speak for a seat, whether they see the ticket or not."""
    found = parse_destination(seat, ticket.coligada)
    if found is None:
        return ()
    if found.group is not None:
        return tuple(key for key in members_present(people, found.group, None) if not barred(people, step, ticket, key))
    named = found.attendant or ""
    receiver = resolve_attendant(people, named, day).holder
    able = {receiver.key} if receiver is not None else set()
    person = people.attendants.get(named)
    if person is not None and person.active:
        able.add(named)
    allowed = {key for key in able if not barred(people, step, ticket, key)}
    for own in sorted(able - allowed):
        above = (resolve_attendant(people, chief, day).holder for chief in chiefs_above(people, ticket, own))
        allowed |= set(next(((one.key,) for one in above if one is not None and may_stand_in(people, step, ticket, one.key)), ()))
    return tuple(sorted(allowed))


def left_by_own(people: People, step: Step, ticket: Ticket, day: date) -> str | None:
    """Who would speak for a seat for which nobody may, because the ticket is that person's own; None where there is nobody."""
    assert step.approval is not None
    left = [seat for seat in step.approval.by if not speakers(people, seat, step, ticket, day)]
    return next((own for seat in left if (own := own_of_seat(people, seat, step, ticket, day)) is not None), None)


def own_of_seat(people: People, seat: str, step: Step, ticket: Ticket, day: date) -> str | None:
    """Who would speak for a seat if it were not that person's own ticket; None where there is nobody."""
    anybody = attrs.evolve(step, self_approval=None)
    return next((key for key in named_by(people, seat, anybody, ticket, day) if barred(people, step, ticket, key)), None)


def may_stand_in(people: People, step: Step, ticket: Ticket, chief: str) -> bool:
    """Whether a chief may decide in place of somebody whose own the ticket is."""
    return not barred(people, step, ticket, chief) and visible(ticket, people.attendants[chief])


def seats_of(people: People, step: Step, ticket: Ticket, attendant: str, day: date) -> list[str]:
    """The seats somebody may speak for, best first: where one is named, then those that the fewest may take."""
    assert step.approval is not None
    may = {seat: speakers(people, seat, step, ticket, day) for seat in step.approval.by}
    mine = [seat for seat in may if attendant in may[seat]]
    return sorted(mine, key=lambda seat: (seat != attendant, ";" not in seat, len(may[seat])))


def fillable(
    people: People, step: Step, ticket: Ticket, day: date, taken: Collection[str] = (), heard: Collection[str] = ()
) -> int:
    """How many seats could be taken by different people: of those that are not ``taken``, by who has not been ``heard``."""
    assert step.approval is not None
    may = {seat: speakers(people, seat, step, ticket, day) for seat in step.approval.by if seat not in taken}
    gone = {people.human(key) for key in heard}
    return most_filled({seat: [one for key in found if (one := people.human(key)) not in gone] for seat, found in may.items()})


def standing_now(people: People, step: Step, ticket: Ticket, voices: Iterable[Voice], day: date) -> Standing:
    """Where voices lead that were given until now. A rejection also ends it where whoever is left could not meet the rule any more,
    as when one person is left for two seats."""
    assert step.approval is not None
    found = standing(step.approval, voices)
    if found.met or found.lost or not found.voices or found.voices[-1].voice == APPROVE:
        return found
    return found if possible(people, step, ticket, found, day) else attrs.evolve(found, lost=True, missing=())


def possible(people: People, step: Step, ticket: Ticket, found: Standing, day: date) -> bool:
    """Whether those who have not spoken could still meet the rule."""
    assert step.approval is not None
    yes = sum(voice.voice == APPROVE for voice in found.voices)
    taken, heard = {voice.seat for voice in found.voices}, {voice.by for voice in found.voices}
    return yes + fillable(people, step, ticket, day, taken, heard) >= needed(step.approval)
