"""People and their order: indexed records, who receives a ticket (taa.md, "A destination text"), and what formulas may
ask (:class:`formula.context.Directory`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Protocol

import attrs

from formula.messages import Message
from formula.names import name_key
from routing.domain.addresses import one_address
from routing.domain.decision import DECISION, ExplanationLine, Reason
from routing.domain.model import (
    CLOCK_KEY,
    EMPTY,
    NO_END,
    Absence,
    Attendant,
    Client,
    DiscussionEntry,
    Group,
    Holder,
    Node,
    Section,
    Ticket,
    attendant_holder,
    group_holder,
)
from routing.messages import message, plural

CHAIN_LIMIT = 32
"""Substitutes and chiefs followed at most."""


@attrs.frozen(eq=False)
class People:
    """The directory of a site, by key. ``users`` finds an attendant by upper-case login, ``requisitions`` the section
    in which a staff request ``coligada;id`` began.
    """

    coligadas: Mapping[int, str] = EMPTY  # type: ignore[assignment]
    attendants: Mapping[str, Attendant] = EMPTY
    groups: Mapping[str, Group] = EMPTY
    nodes: Mapping[str, Node] = EMPTY
    sections: Mapping[str, Section] = EMPTY
    clients: Mapping[str, Client] = EMPTY
    users: Mapping[str, str] = EMPTY
    requisitions: Mapping[str, str] = EMPTY
    names: Mapping[str, str] = attrs.field(init=False)
    group_names: dict[str, Message] = attrs.field(init=False, factory=dict, repr=False)
    """Names of groups that were said already."""

    @names.default
    def _names(self) -> Mapping[str, str]:
        return {CLOCK_KEY: message("Relógio")} | {key: f"{person.name} ({key})" for key, person in self.attendants.items()}

    def same(self, one: str, other: str) -> bool:
        """Whether two keys are of one human being: somebody may be an attendant of several coligadas, with one login."""
        return one == other or self.human(one) == self.human(other)

    def human(self, key: str) -> str:
        """One key for all attendants who share a login; the own one of who has none."""
        person = self.attendants.get(key)
        return key if person is None or not person.user else self.users.get(name_key(person.user), key)

    @cached_property
    def mailboxes(self) -> Mapping[str, tuple[str, ...]]:
        """The attendants who have an address, in small letters."""
        found: dict[str, tuple[str, ...]] = {}
        for person in self.attendants.values():
            address = one_address(person.email) if person.email else None
            if address is not None:
                found[address.casefold()] = (*found.get(address.casefold(), ()), person.key)
        return found

    def reached_at(self, text: str) -> tuple[str, ...]:
        """The attendants whose address this is."""
        address = one_address(text) if text else None
        return () if address is None else self.mailboxes.get(address.casefold(), ())

    def name(self, key: str) -> str:
        """``Ana Lima (1;3)``, or the key of somebody unknown."""
        return self.names.get(key, key)

    def holder_name(self, holder: Holder) -> str:
        """A holder for people: a name, or ``grupo Suporte (1;5)``."""
        if holder.kind == "attendant":
            return self.names.get(holder.key, holder.key)
        known = self.group_names.get(holder.key)
        if known is None:
            found = self.groups.get(holder.key)
            known = message("grupo {nome}", nome=f"{found.name} ({holder.key})" if found else holder.key)
            if found is not None:
                self.group_names[holder.key] = known
        return known


def name_now(people: People, key: str, day: date) -> Message | str:
    """An attendant's name, with why nothing is done there on a day: gone, inactive, absent."""
    found, name = people.attendants.get(key), people.name(key)
    if found is None:
        return message("{quem} (fora do diretório)", quem=name)
    if not found.active:
        return message("{quem} (inativo)", quem=name)
    if found.absence is not None and found.absence.covers(day):
        if found.absence.end == NO_END:
            return message("{quem} (ausente)", quem=name)
        return message("{quem} (ausente até {dia})", quem=name, dia=f"{found.absence.end:%d/%m/%Y}")
    return name


def people_of(
    attendants: Iterable[Attendant] = (),
    groups: Iterable[Group] = (),
    nodes: Iterable[Node] = (),
    sections: Iterable[Section] = (),
    clients: Iterable[Client] = (),
    coligadas: Mapping[int, str] = EMPTY,  # type: ignore[assignment]
    requisitions: Mapping[str, str] = EMPTY,
) -> People:
    """Index some records."""
    everyone = {person.key: person for person in attendants}
    return People(
        coligadas=coligadas,
        attendants=everyone,
        groups={group.key: group for group in groups},
        nodes={node.key: node for node in nodes},
        sections={section.key: section for section in sections},
        clients={client.key: client for client in clients},
        users={name_key(person.user): person.key for person in everyone.values() if person.user},
        requisitions=requisitions,
    )


class Workload(Protocol):
    """What only the store knows: who has how much, who had the last turn, how much mail an address got."""

    def load(self, attendant: str) -> int:
        """How many tickets that are not concluded an attendant holds."""

    def last_turn(self, group: str) -> str | None:
        """Who had the latest turn of a group's rotation."""

    def mails(self, addresses: Sequence[str], since: datetime) -> Sequence[int]:
        """How many mails went to each address since a time."""

    def ticket(self, key: str) -> Ticket | None:
        """Another ticket, without its histories."""

    def entry(self, ticket: str, number: int) -> DiscussionEntry | None:
        """An entry of a ticket's discussion, counted from 1."""


@attrs.frozen(eq=False)
class NoWorkload:
    """A site without a store: nobody has anything yet."""

    def load(self, attendant: str) -> int:
        """Nothing."""
        return 0

    def last_turn(self, group: str) -> str | None:
        """Nobody."""
        return None

    def mails(self, addresses: Sequence[str], since: datetime) -> Sequence[int]:
        """None."""
        return [0] * len(addresses)

    def ticket(self, key: str) -> Ticket | None:
        """None."""
        return None

    def entry(self, ticket: str, number: int) -> DiscussionEntry | None:
        """None."""
        return None


@attrs.frozen(eq=False)
class SiteDirectory:
    """What a formula may ask of the people of a site; keys it does not know give None."""

    people: People
    workload: Workload
    earlier: Mapping[str, str] = EMPTY
    taken: dict[str, str] = attrs.field(factory=dict)
    """Turns taken earlier in the move, and those taken now, by group."""
    latest: dict[str, str | None] = attrs.field(factory=dict)
    """Who had the turn before one that is taken now."""
    left_out: Collection[str] = ()
    """Those on whom no choice among a group's members may fall, while there is anybody else."""
    offered: set[str] = attrs.field(factory=set)
    """The members among whom the formula had somebody chosen, with who was left out."""

    def attendant(self, key: str) -> Attendant | None:
        """By ``coligada;código``."""
        return self.people.attendants.get(key)

    def attendant_of_user(self, user: str) -> Attendant | None:
        """By login in any letter case, or by key: an attendant without a login acts under the key."""
        return self.people.attendants.get(self.people.users.get(name_key(user), user.strip()))

    def group(self, key: str) -> Group | None:
        """By ``coligada;código``."""
        return self.people.groups.get(key)

    def node(self, key: str) -> Node | None:
        """By ``coligada;id``."""
        return self.people.nodes.get(key)

    def section(self, coligada: int, code: str) -> Section | None:
        """By coligada and code."""
        return self.people.sections.get(f"{coligada};{code}")

    def requisition_section(self, coligada: int, number: int) -> str | None:
        """The section in which a staff request began."""
        return self.people.requisitions.get(f"{coligada};{number}")

    def load(self, attendant: str) -> int:
        """Tickets in somebody's hands."""
        return self.workload.load(attendant)

    def members_present(self, group: str, day: date | None) -> list[str]:
        """The members who may receive on a day, without who is left out; if nobody else is there, it is refused later."""
        here = members_present(self.people, group, day)
        self.offered.update(here)
        return [key for key in here if not any(self.people.same(key, one) for one in self.left_out)] or here

    def take_turn(self, group: str, present: list[str]) -> str:
        """Whose turn it is."""
        latest = self.latest[group] = self.earlier.get(group) or self.workload.last_turn(group)
        chosen = self.taken[group] = next_in_turn(self.people.groups[group].members, present, latest)
        return chosen

    def turn_before(self, group: str) -> str | None:
        """Who had the turn before the one just taken."""
        return self.latest.get(group)


def members_present(people: People, group: str, day: date | None) -> list[str]:
    """The one filter of whoever picks a member: active, and not away on the day (None: any day).

    A substitute does not inherit turns of the own group.
    """
    found = people.groups.get(group)
    known = [people.attendants[member] for member in (found.members if found else ()) if member in people.attendants]
    return [
        one.key for one in known if one.active and not (day is not None and one.absence is not None and one.absence.covers(day))
    ]


def next_in_turn(members: Sequence[str], present: Sequence[str], latest: str | None) -> str:
    """The member present after the one who had the latest turn, in the group's order."""
    order = list(members)
    begin = order.index(latest) + 1 if latest in order else 0
    return next(member for member in order[begin:] + order[:begin] if member in present)


@attrs.frozen
class Resolution:
    """Who receives: ``holder``, or the reason why nobody does; ``lines`` tell each step; ``warnings`` what to note."""

    holder: Holder | None
    lines: tuple[ExplanationLine, ...]
    reason: Reason | None = None
    warnings: tuple[Reason, ...] = ()


def resolve(people: People, wanted: Holder, day: date) -> Resolution:
    """Follow a wanted receiver to who really receives on a day (G11)."""
    return resolve_group(people, wanted.key, day) if wanted.kind == "group" else resolve_attendant(people, wanted.key, day)


def line(text: object, where: str) -> ExplanationLine:
    """A line of a resolution."""
    return ExplanationLine(text, where)  # type: ignore[arg-type]


ABSENT = 350
"""How much an absence weighs in a headline: somebody else receives than was named."""


def resolve_attendant(people: People, key: str, day: date) -> Resolution:
    """Exists, active; absent → the substitute, along the chain; a ring is a fault."""
    lines: list[ExplanationLine] = []
    seen: list[str] = []
    while True:
        person = people.attendants.get(key)
        seen.append(key)
        if person is None:
            return refused(lines, unknown_attendant(people, key, len(seen) > 1))
        if not person.active:
            return refused(
                lines,
                Reason(
                    "atendente-inativo",
                    message("o atendente {quem} está inativo", quem=people.name(key)),
                    message("escolha outro destino ou reative o atendente no diretório"),
                ),
            )
        absence = person.absence
        if absence is None or not absence.covers(day):
            text = message("{quem} pode receber: cadastro ativo, sem ausência", quem=people.name(key))
            return Resolution(attendant_holder(key), (*lines, line(text, key)))
        if absence.substitute is None:
            return refused(
                lines,
                Reason(
                    "ausente-sem-substituto",
                    without_substitute(people, key, absence),
                    message("informe um substituto na ausência ou escolha outro destino"),
                ),
            )
        said = replaced_by(people, key, absence, absence.substitute)
        lines.append(ExplanationLine(said, key, DECISION, (), said, ABSENT))
        key = absence.substitute
        if key in seen or len(seen) > CHAIN_LIMIT:
            chain = " → ".join(people.name(one) for one in [*seen, key])
            return refused(
                lines,
                Reason(
                    "substituicao-em-anel",
                    message("referência circular entre substitutos: {cadeia}", cadeia=chain),
                    message("mude o substituto de uma destas pessoas"),
                ),
            )


def without_substitute(people: People, key: str, absence: Absence) -> Message:
    """Somebody is away, and nobody instead."""
    if absence.end == NO_END:
        return message("{quem} está ausente e não tem substituto", quem=people.name(key))
    return message("{quem} está ausente até {ate} e não tem substituto", quem=people.name(key), ate=shown_day(absence.end))


def replaced_by(people: People, key: str, absence: Absence, substitute: str) -> Message:
    """Somebody is away, and who is there instead."""
    if absence.end == NO_END:
        return message("{quem} está ausente; o substituto é {outro}", quem=people.name(key), outro=people.name(substitute))
    return message(
        "{quem} está ausente de {de} a {ate}; o substituto é {outro}",
        quem=people.name(key),
        de=shown_day(absence.start),
        ate=shown_day(absence.end),
        outro=people.name(substitute),
    )


def stands_in(people: People, attendant: str, absent: str, day: date) -> bool:
    """Whether somebody is there on a day in place of another one who is absent, along the chain of substitutes."""
    key: str | None = absent
    for _ in range(CHAIN_LIMIT):
        person = people.attendants.get(key) if key is not None else None
        absence = None if person is None else person.absence
        if absence is None or not absence.covers(day):
            return False
        key = absence.substitute
        if key == attendant:
            return True
    return False


def unknown_attendant(people: People, key: str, substitute: bool) -> Reason:
    """Nobody has this key; an attendant of the same code in another coligada is the likely cause."""
    code = key.rsplit(";", maxsplit=1)[-1]
    coligada = key.split(";", maxsplit=1)[0]
    others = [other for number in sorted(people.coligadas) if (other := f"{number};{code}") in people.attendants]
    said = message(
        "não existe o atendente {chave}: a coligada {coligada} não tem o código {codigo}",
        chave=key,
        coligada=coligada,
        codigo=code,
    )
    if substitute:
        said = message("não existe o atendente {chave}, indicado como substituto", chave=key)
    hint = message("confira a coligada e o código do destino")
    if others:
        hint = message(
            "o código {codigo} existe em outra coligada: {outros}",
            codigo=code,
            outros=", ".join(people.name(other) for other in others),
        )
    return Reason("atendente-desconhecido", said, hint)


def resolve_group(people: People, key: str, day: date) -> Resolution:
    """Exists and has an active member; the ticket then lies in its queue."""
    group = people.groups.get(key)
    if group is None:
        coligada, code = key.split(";")
        others = [other for number in sorted(people.coligadas) if (other := f"{number};{code}") in people.groups]
        hint = message("'{codigo}' sozinho é sempre um grupo; um atendente se escreve 'coligada;código'", codigo=code)
        if others:
            hint = message(
                "o grupo {codigo} existe em outra coligada: {outros}; um destino de grupo vale só na coligada do atendimento",
                codigo=code,
                outros=", ".join(f"{people.groups[other].name} ({other})" for other in others),
            )
        return refused(
            [],
            Reason(
                "grupo-desconhecido",
                message("não existe o grupo {codigo} na coligada {coligada}", codigo=code, coligada=coligada),
                hint,
            ),
        )
    name = f"{group.name} ({key})"
    known = [people.attendants[member] for member in group.members if member in people.attendants]
    active = [person for person in known if person.active]
    if not active:
        said = (
            message("o grupo {grupo} está vazio", grupo=name)
            if not group.members
            else message("o grupo {grupo} não tem atendente ativo", grupo=name)
        )
        return refused([], Reason("grupo-vazio", said, message("inclua um atendente ativo no grupo ou escolha outro destino")))
    warnings: tuple[Reason, ...] = ()
    if all(person.absence is not None and person.absence.covers(day) for person in active):
        warnings = (Reason("grupo-ausente", message("hoje todos os atendentes do grupo {grupo} estão ausentes", grupo=name)),)
    text = plural(
        len(active),
        "o grupo {grupo} tem {quantos} atendente ativo: o atendimento entra na fila",
        "o grupo {grupo} tem {quantos} atendentes ativos: o atendimento entra na fila",
        grupo=name,
        quantos=len(active),
    )
    return Resolution(group_holder(key), (line(text, key),), None, warnings)


def refused(lines: list[ExplanationLine], reason: Reason) -> Resolution:
    """Nobody receives."""
    return Resolution(None, tuple(lines), reason)


def shown_day(day: date) -> str:
    """``dd/mm/aaaa``."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def chiefs(people: People, key: str) -> list[str]:
    """The chiefs above somebody, nearest first; a ring ends the list."""
    made: list[str] = []
    person = people.attendants.get(key)
    while person is not None and person.chief is not None and person.chief not in made and len(made) < CHAIN_LIMIT:
        made.append(person.chief)
        person = people.attendants.get(person.chief)
    return made


def holder_addresses(people: People, holder: Holder) -> list[str]:
    """Where a receiver reads mail."""
    if holder.kind == "attendant":
        person = people.attendants.get(holder.key)
        return [person.email] if person is not None and one_address(person.email) else []
    group = people.groups.get(holder.key)
    if group is None:
        return []
    if one_address(group.email):
        return [group.email]
    members = [people.attendants[key] for key in group.members if key in people.attendants]
    return [person.email for person in members if person.active and one_address(person.email)]
