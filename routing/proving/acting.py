"""The moves that may be tried on a ticket: who, what, where to. Whether one is allowed is for the planner to say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import attrs

from routing.deciding.ticket_fields import GUARDS
from routing.domain.access import ACT, HAND_OFF, REOPEN, may_hand_off
from routing.domain.approvals import APPROVE, REJECT
from routing.domain.approvers import speakers, standing_of
from routing.domain.decision import Request
from routing.domain.due import DEADLINE, EXPIRE, WAKE, due_things
from routing.domain.flow import CLOCK, TERMINAL, TRANSITIONS
from routing.domain.model import ACTIONS, CLOCK_KEY, Attendant, Holder, Ticket, TicketType, attendant_holder, group_holder
from routing.domain.owners import askers
from routing.domain.people import chiefs, resolve
from routing.domain.site import Site
from routing.messages import message
from routing.proving.events import fits
from routing.proving.fields import Free, Key
from routing.proving.rules import ACTOR_FUNCTIONS, Looks
from routing.proving.terms import Term, conjunction, constant

MOST_PEOPLE = 14
"""With more people than this, those whom no rule names are represented by one of each set of rights."""

KNOWN = frozenset({"open", "advance", "handoff", "return", "claim", "change", "note", "mail", APPROVE, REJECT})
"""Moves that are tried beside those below, and those that change nothing that rules look at."""

WAITING = ("schedule", "scheduled-answered", "wait", "resume", "cancel")
"""Moves that only change the status. Where neither a formula nor the question looks at it, they lead to nothing that the
status A does not."""
CLOSING = ("conclude", "concluded-answered", "concluded-confirmed")
STATUS_WORDS = ("STATUS", "AGENDAMENTOS", "FECHAMENTO", "PRIMEIROCONTATO")

STATUS_FUNCTIONS = (
    "AGENDARARESPONDER", "AGENDADORESPONDIDO", "CONCLUIRARESPONDER", "CONCLUIDORESPONDIDO", "CONCLUIDOCONFIRMADO",
    "AGUARDARTERCEIROS", "CANCELARATENDIMENTO",
)  # fmt: skip


PLACES: tuple[Key, ...] = (("campo", "TIPOCLIENTE"), ("campo", "CLIENTE"), ("campo", "CONTATOCLIENTE"))
"""Where a ticket says who asked for it."""


@attrs.frozen
class Asker:
    """A client who is an attendant, with the contact by whom, if it is by one."""

    kind: str
    code: str
    contact: str = ""

    def given(self, free: Free) -> dict[str, Any]:
        """What a ticket of that client has."""
        values = (self.kind, self.code, self.contact)
        return {free.terms[place][1]: value for place, value in zip(PLACES, values, strict=True)}

    def holds(self, free: Free) -> Term:
        """That a ticket is of that client, and of that contact where it is by one."""
        kind, code, contact = (free.terms[place] for place in PLACES)
        parts: list[Term] = [("teq", code, constant(self.code)), ("teq", kind, constant(self.kind))]
        if self.contact:
            parts.append(("teq", contact, constant(self.contact)))
        return conjunction(parts)


@attrs.frozen(eq=False)
class Cast:
    """Who may act and receive in a question, and which moves matter."""

    site: Site
    kind: TicketType
    people: tuple[Attendant, ...]
    groups: tuple[str, ...]
    each_person: bool
    """Whether it matters who acts, and not only what rights he has."""
    holder_matters: bool
    actions: frozenset[str]
    assumptions: tuple[str, ...]
    receiver: str = ""
    """Whom the question asks about as receiver."""
    opener_matters: bool = False
    """Whether it matters who of all opened and who of all has the ticket, beyond what they may do."""
    opener_named: frozenset[str] | None = frozenset()
    """Whom formulas tell apart as openers, but not by what they are to the holder; None for everybody."""
    askers: tuple[Asker, ...] = ()
    """The clients who are attendants, where it matters whose own a ticket is: they are looked at apart, and nobody changes them."""
    simple: bool = False
    """Only the nearest actor: for a first look."""
    mails: bool = False
    """Whether the question asks about mails, so that reminders matter."""
    acts: frozenset[str] = frozenset()
    """Obligatory items that are acts: ``ACAO.DISCUSSAO`` and its like."""

    @property
    def held(self) -> frozenset[str]:
        """The fields that nobody changes by hand."""
        return frozenset(name for _, name in PLACES) if self.askers else frozenset()


def cast_of(
    site: Site, kind: TicketType, looks: Looks, named: Iterable[str], statuses: frozenset[str], *, personal: bool, closing: bool
) -> Cast:
    """Who and what matters. ``named`` are people and groups that the question names, ``statuses`` those it asks about,
    ``personal`` whether it asks who acts, ``closing`` whether it asks about the end."""
    active = [one for one in site.people.attendants.values() if one.active]
    assumptions: list[str] = []
    personal = personal or looks.at(*ACTOR_FUNCTIONS, *GUARDS)
    personal = personal or (site.chiefs_from != "abertura" and looks.at("RETPROXIMOCHEFESECAOLABORE"))
    if len(active) > MOST_PEOPLE:
        chosen = chosen_people(site, kind, looks, set(named), active)
        if len(chosen) < len(active):
            assumptions.append(
                message(
                    "de {quantas} pessoas ativas, as {nao} que nenhuma regra nomeia são vistas por uma de cada direito",
                    quantas=len(active),
                    nao=len(active) - len(chosen),
                )
            )
        active = chosen
    actions = {*TRANSITIONS, *CLOCK} - {"open"}
    waiting = looks.at(*STATUS_WORDS) or bool(statuses - {"F", "R", "O"})
    if not waiting:
        actions -= set(WAITING)
    if not (waiting or closing or statuses):
        actions -= set(CLOSING)
    if any(step.when_due for step in kind.steps):
        actions |= {"schedule", "resume"}  # a deadline set by hand runs the step's formulas when it passes
    sets_status = any(step.status_on_entry for step in kind.steps) or looks.at(*STATUS_FUNCTIONS)
    if sets_status:
        actions.add("resume")
    if statuses & {"C"}:
        actions.add("cancel")
    return Cast(
        site=site,
        kind=kind,
        people=tuple(active),
        groups=tuple(key for key, group in site.people.groups.items() if group.members),
        each_person=personal,
        holder_matters=looks.at("ATENDENTE", "GRUPO"),
        actions=frozenset(actions),
        assumptions=tuple(assumptions),
        acts=frozenset(
            item.upper()
            for step in kind.steps
            for item in (*step.required, *step.required_on_exit)
            if item.upper().startswith("ACAO.")
        ),
    )


def asking(site: Site, people: Sequence[Attendant]) -> tuple[Asker, ...]:
    """The clients, and contacts of clients, who are some of these people."""
    known = {site.people.human(one.key) for one in people}
    made: list[Asker] = []
    for client in site.people.clients.values():
        for contact in ("", *client.contact_emails):
            ticket = Ticket(
                coligada=0, locality=0, code=0, type=0, client_kind=client.kind, client_code=client.code, client_contact=contact
            )
            own = [one for one in askers(site.people, ticket) if site.people.human(one.key) in known]
            if any(one.contact == "" for one in own) == (contact == "") and own:
                made.append(Asker(client.kind, client.code, contact))
    return tuple(made)


def beginnings(found: Sequence[Asker], free: Free, first: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], tuple[Term, ...]]]:
    """What tickets begin with: one that nobody of these asked for, then one of each."""
    yield dict(first), tuple(("not", one.holds(free)) for one in found)
    for one in found:
        yield {**first, **one.given(free)}, (one.holds(free),)


def asked_by(cast: Cast, ticket: Ticket) -> frozenset[str] | None:
    """The attendants who are a ticket's client, where it matters whose own it is."""
    return frozenset(one.key for one in askers(cast.site.people, ticket)) if cast.askers else None


def chosen_people(site: Site, kind: TicketType, looks: Looks, named: set[str], active: list[Attendant]) -> list[Attendant]:
    """Those whom rules name, the people around them, and one of each set of rights."""
    mentioned = named | set(looks.words) | {step.receiver or "" for step in kind.steps} | {kind.receiver or ""}
    mentioned |= {seat for step in kind.steps if step.approval is not None for seat in step.approval.by}
    for group in site.people.groups.values():
        if str(group.code) in mentioned or group.key in mentioned:
            mentioned |= set(group.members[:3])
    for one in list(active):
        if one.key in mentioned:
            mentioned |= set(chiefs(site.people, one.key))
            if one.absence is not None and one.absence.substitute:
                mentioned.add(one.absence.substitute)
    seen: set[frozenset[str]] = set()
    made: list[Attendant] = []
    for one in active:
        new = one.rights not in seen
        if one.key in mentioned or one.user.upper() in mentioned or new or one.absence is not None:
            made.append(one)
        if new and one.key not in mentioned:
            seen.add(one.rights)
    return made


def not_tried() -> list[str]:
    """Moves that the planner knows and ways do not have."""
    return [action for action in ACTIONS if action not in KNOWN | set(WAITING) | set(CLOSING)]


def openers(cast: Cast, day: date) -> list[Attendant]:
    """Who may open a ticket: anybody, of those that do not differ the first."""
    seen: dict[Any, Attendant] = {}
    named = cast.opener_named
    for one in cast.people:
        alone = cast.opener_matters or named is None or one.key in named
        mark = (signature(cast, attendant_holder(one.key), one.key, day), away(one, day))
        seen.setdefault(one.key if alone else mark, one)
    return list(seen.values())


def away(one: Attendant, day: date) -> bool:
    """Whether somebody is absent."""
    return one.absence is not None and one.absence.covers(day)


def actors(cast: Cast, ticket: Ticket) -> list[Attendant]:
    """Who may act on a ticket that somebody holds: the holder, the chiefs, those with the right. Unless it matters who acts,
    those are left out whose rights another one has too, since rights only allow."""
    found = all_actors(cast.site, ticket.holder)
    if cast.each_person:
        return found
    if cast.simple:
        return found[:1]
    barred = {ticket.opener, *(asked_by(cast, ticket) or ())} if cast.opener_matters else set[str]()
    return [one for place, one in enumerate(found) if not dominated(one, found, place, barred)]


def all_actors(site: Site, holder: Holder | None) -> list[Attendant]:
    """Everybody who may act on what somebody holds, the nearest first."""
    everyone = site.people.attendants
    found: list[Attendant] = []
    if holder is not None and holder.kind == "attendant":
        keys = [holder.key, *chiefs(site.people, holder.key)]
        found += [everyone[key] for key in dict.fromkeys(keys) if key in everyone and everyone[key].active]
    return found + [one for one in everyone.values() if one.active and ACT in one.rights and one not in found]


def dominated(one: Attendant, found: list[Attendant], place: int, barred: Collection[str] = ()) -> bool:
    """Whether another actor may do all that this one may; of equals the nearest counts. Who is barred from some of it stands for
    nobody else."""
    for position, other in enumerate(found):
        if other is not one and other.key not in barred and covers(other, one) and (position < place or not covers(one, other)):
            return True
    return False


def covers(other: Attendant, one: Attendant) -> bool:
    """Whether a person has all rights of another."""
    wide = HAND_OFF in other.rights
    return all(right in other.rights or (wide and right.startswith(f"{HAND_OFF}:")) for right in one.rights)


def signature(cast: Cast, holder: Holder | None, opener: str, day: date) -> Any:
    """What matters of a holder: nothing else tells two tickets apart that differ in who has them."""
    if holder is None or cast.each_person or cast.holder_matters or cast.opener_matters:
        return holder
    wanted = cast.receiver
    meant = bool(wanted) and fits(cast.site, wanted, holder, opener, day)
    able = all_actors(cast.site, holder)
    strongest = frozenset(one.rights for place, one in enumerate(able) if not dominated(one, able, place))
    members: frozenset[Any] = frozenset()
    if holder.kind == "group":
        group = cast.site.people.groups.get(holder.key)
        if group is not None and group.distribution != "fila":
            return holder
        keys = group.members if group is not None else ()
        members = frozenset(signature(cast, attendant_holder(key), opener, day) for key in keys)
    return (holder.kind, strongest, meant, members)


def requests(cast: Cast, ticket: Ticket, now: datetime, *, by_hand: bool) -> Iterator[Request]:
    """The moves to try on a ticket. ``by_hand`` also hands it to everybody."""
    status = ticket.status
    who = actors(cast, ticket)
    yield from voices(cast, ticket, now)
    for action in ("advance", "claim", "conclude", "concluded-answered", "concluded-confirmed", "handoff", "return", *WAITING):
        row = TRANSITIONS[action]
        if action not in cast.actions:
            continue
        if status in TERMINAL:
            if action == "resume":
                yield from (Request(action=action, actor=one.key) for one in cast.people if REOPEN in one.rights)
            continue
        if status not in row.sources:
            continue
        if action == "claim":
            yield from claims(cast, ticket)
        elif action == "advance":
            yield from advances(cast, ticket, who)
        elif action == "handoff":
            yield from handoffs(cast, ticket, who, now, by_hand=by_hand)
        elif action == "return":
            if by_hand:
                yield from (Request(action=action, actor=one.key, justification="volta") for one in who)
        elif who:
            yield from (status_request(action, one, now) for one in (who if cast.each_person or cast.opener_matters else who[:1]))
    yield from acts(cast, ticket, who)
    yield from passing(cast, ticket)


def acts(cast: Cast, ticket: Ticket, who: list[Attendant]) -> Iterator[Request]:
    """What a step may ask for that leaves no value: a note, and the first contact."""
    if not who or ticket.status not in TRANSITIONS["note"].sources:
        return
    if "ACAO.DISCUSSAO" in cast.acts and "note" in cast.actions and not ticket.discussed_since_its_step:
        yield Request(action="note", actor=who[0].key, text=NOTED)
    if "ACAO.PRIMEIROCONTATO" in cast.acts and "change" in cast.actions and ticket.first_contact_at is None:
        yield Request(action="change", actor=who[0].key, set=(("PRIMEIROCONTATO", "agora"),))


NOTED = "visto"
"""What a note says that only has to be there."""


def passing(cast: Cast, ticket: Ticket) -> Iterator[Request]:
    """What the clock will do of a ticket: it wakes up; the end of its step and its deadline, where formulas run then or mails
    are asked about; a reminder is only a mail."""
    step = cast.site.step(ticket.type, ticket.step)
    telling = step is not None and bool(step.when_due)
    for due in due_things(cast.site, ticket):
        matters = due.kind == WAKE or cast.mails or (telling and due.kind in {EXPIRE, DEADLINE})
        if matters and due.kind in cast.actions:
            yield Request(action=due.kind, actor=CLOCK_KEY)


def voices(cast: Cast, ticket: Ticket, now: datetime) -> Iterator[Request]:
    """Everybody who may approve or reject in the ticket's step and has not spoken yet; for a first look one for each seat."""
    standing = standing_of(cast.site, ticket)
    step = cast.site.step(ticket.type, ticket.step)
    if standing is None or step is None or ticket.status not in TRANSITIONS[APPROVE].sources:
        return
    people, done = cast.site.people, {one.by for one in standing.voices}
    able: dict[str, None] = {}
    for seat in standing.missing:
        found = [key for key in speakers(people, seat, step, ticket, now.date()) if key not in done]
        mine = [key for key in found if people.attendants[key] in cast.people] or found[:1]
        able |= dict.fromkeys(mine[:1] if cast.simple else mine)
    for action in (APPROVE, REJECT):
        if action in cast.actions:
            yield from (Request(action=action, actor=key, justification=SPOKEN[action]) for key in able)


SPOKEN = {APPROVE: "visto", REJECT: "recusado"}
"""What is said with a voice; a rejection needs a reason."""


def moment_of(site: Site, ticket: Ticket, request: Request, now: datetime) -> datetime:
    """When a move is made: now; what the clock does, when it is due."""
    if request.action not in CLOCK:
        return now
    return max([now, *(one.at for one in due_things(site, ticket) if one.kind == request.action)])


def status_request(action: str, actor: Attendant, now: datetime) -> Request:
    """A move that only changes the status, with all it needs."""
    if action == "schedule":
        return Request(
            action=action,
            actor=actor.key,
            reason=1,
            justification="agendado",
            wake_up=now + timedelta(days=1),
            deadline=now + timedelta(days=2),
        )
    return Request(action=action, actor=actor.key, reason=1) if action == "cancel" else Request(action=action, actor=actor.key)


def claims(cast: Cast, ticket: Ticket) -> Iterator[Request]:
    """Members of the queue's group."""
    holder = ticket.holder
    if holder is None or holder.kind != "group":
        return
    group = cast.site.people.groups.get(holder.key)
    for member in group.members if group is not None else ():
        person = cast.site.people.attendants.get(member)
        if person is not None and person.active:
            yield Request(action="claim", actor=member)


def advances(cast: Cast, ticket: Ticket, who: list[Attendant]) -> Iterator[Request]:
    """To the step that formulas choose, and to each that follows."""
    ways = cast.site.ways(ticket.type, ticket.step)
    for one in who:
        if len(ways) != 1:
            yield Request(action="advance", actor=one.key)
        for step in ways:
            yield Request(action="advance", to=step, actor=one.key)


def handoffs(cast: Cast, ticket: Ticket, who: list[Attendant], now: datetime, *, by_hand: bool) -> Iterator[Request]:
    """To whom the step says, and to everybody: one of each signature is enough, of those who then receive."""
    day = now.date()
    for one in who:
        yield Request(action="handoff", actor=one.key)
        if not by_hand:
            continue
        seen: set[Any] = set()
        for wanted in (*map(attendant_holder, (person.key for person in cast.people)), *map(group_holder, cast.groups)):
            coligada, _, code = wanted.key.partition(";")
            if wanted.kind == "group" and int(coligada) != ticket.coligada:
                continue
            group = cast.site.people.groups.get(wanted.key) if wanted.kind == "group" else None
            shared = group is not None and group.distribution != "fila"
            receiver = wanted if shared else resolve(cast.site.people, wanted, day).holder
            if receiver is None or receiver == ticket.holder or not may_hand_off(one.rights, wanted):
                continue
            mark = signature(cast, receiver, ticket.opener, day)
            if mark not in seen:
                seen.add(mark)
                yield Request(action="handoff", to=code if wanted.kind == "group" else wanted.key, actor=one.key)
