"""Whether a move is what a property speaks of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from routing.domain.addresses import read_addresses
from routing.domain.decision import Plan
from routing.domain.flow import TERMINAL
from routing.domain.model import Holder, Ticket
from routing.domain.site import Site
from routing.proving.fields import value_at
from routing.proving.property import Event, Property

NO_DESTINATION = frozenset({"G10", "G11"})


def happened(site: Site, event: Event, made: Plan) -> bool:
    """Whether the event happens in a move, planned or not."""
    return HAPPENED[event.kind](site, event, made)


def passes(site: Site, event: Event, made: Plan) -> bool:
    """A step is entered, or the ticket stands in it."""
    code = int(event.wanted)
    return made.applies and (any(one.to_step == code for one in made.steps) or (made.after is not None and made.after.step == code))


def receives(site: Site, event: Event, made: Plan) -> bool:
    """Somebody receives the ticket: it is handed over, or a step gives it to who has it already."""
    after = made.after
    if not made.applies or after is None:
        return False
    day = made.now.date()
    if any(fits(site, event.wanted, one.to_holder, after.opener, day) for one in made.handoffs):
        return True
    kind = site.types[after.type]
    steps = site.steps[after.type]
    given = any((steps[one.to_step].handoff or kind.handoff) != "manter" for one in made.steps if one.to_step is not None)
    return (
        given and made.action != "open" and after.holder is not None and fits(site, event.wanted, after.holder, after.opener, day)
    )


def fits(site: Site, wanted: str, holder: Holder, opener: str, day: date) -> bool:
    """Whether a receiver is the one meant: a person, a group or one of its members, the opener, somebody absent, somebody
    with a right."""
    kind, _, key = wanted.partition(":")
    person = site.people.attendants.get(holder.key) if holder.kind == "attendant" else None
    if kind == "pessoa":
        return holder.kind == "attendant" and holder.key == key
    if kind == "grupo":
        group = site.people.groups.get(key)
        return (holder.kind == "group" and holder.key == key) or (
            person is not None and group is not None and holder.key in group.members
        )
    if kind == "abertura":
        return holder.kind == "attendant" and holder.key == opener
    if kind == "ausente":
        return person is not None and person.absence is not None and person.absence.covers(day)
    return person is not None and key in person.rights


def ends(site: Site, event: Event, made: Plan) -> bool:
    """A status is set."""
    return made.applies and (
        any(one.status == event.wanted for one in made.statuses) or (made.after is not None and made.after.status == event.wanted)
    )


def faults(site: Site, event: Event, made: Plan) -> bool:
    """A formula fails."""
    return made.status == "fault" and event.wanted in {"", failed_formula(made)}


def failed_formula(made: Plan) -> str:
    """The upper-case code of the formula that failed."""
    return made.formulas[-1].code.upper() if made.formulas else ""


def no_destination(site: Site, event: Event, made: Plan) -> bool:
    """The rules give nobody to receive: not that a person chose somebody who cannot."""
    if made.status != "refused" or made.gate not in NO_DESTINATION:
        return False
    if made.action in {"handoff", "return"} and (made.request.to is not None or made.action == "return") and not made.formulas:
        return False
    if made.reason is not None and made.action == "handoff" and made.reason.code == "sem-destino":
        return False
    return event.wanted in {"", failed_formula(made)}


def mails(site: Site, event: Event, made: Plan) -> bool:
    """A mail goes to an address."""
    wanted = event.wanted.lower()
    return made.applies and any(
        wanted in {one.lower() for one in (*read_addresses(mail.to).good, *read_addresses(mail.cc).good)} for mail in made.mails
    )


def changes(site: Site, event: Event, made: Plan) -> bool:
    """A field or parameter has another value afterwards."""
    if not made.applies or made.before is None or made.after is None:
        return False
    table, _, name = event.wanted.partition(":")
    return bool(value_at(made.before, (table, name)) != value_at(made.after, (table, name)))


HAPPENED: Mapping[str, Callable[[Site, Event, Plan], bool]] = {
    "passa": passes,
    "recebe": receives,
    "termina": ends,
    "falha": faults,
    "sem_destino": no_destination,
    "email": mails,
    "muda": changes,
}


def arrived(asked: Property, made: Plan) -> bool:
    """Whether a way has got to where the property looks: ``ate``, or for ``sempre`` without it the confirmed end."""
    if not made.applies or made.after is None:
        return False
    until = asked.until
    after: Ticket = made.after
    if until is None:
        if not asked.always:
            return False
        return after.status in TERMINAL if asked.event.kind == "termina" else after.status == "F"
    if until.status:
        return after.status == until.status or any(one.status == until.status for one in made.statuses)
    return after.step == until.step or any(one.to_step == until.step for one in made.steps)
