"""The entities of the ticket domain (taa.md), as frozen records. Nothing here acts.

People, groups and hierarchy nodes are named by texts ``coligada;código`` (``1;3``), tickets by
``coligada;localidade;código``. Times are naive: the wall clock of the site, as formulas see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any

import attrs

from formula.effects import Scalar
from routing.domain.zone import local_values

EMPTY: Mapping[str, Any] = MappingProxyType({})

ACTIONS = (
    "open", "advance", "handoff", "return", "schedule", "scheduled-answered", "conclude", "concluded-answered",
    "concluded-confirmed", "wait", "resume", "cancel", "claim", "change", "note", "mail", "annex", "relate", "unrelate",
    "approve", "reject",
)  # fmt: skip
"""The names of actions (contract)."""

CLOCK_ACTIONS = ("wake", "remind", "expire", "deadline")
"""What the clock does by itself when its time has come; nobody else asks for these."""

CLOCK_KEY = "0;0"
"""Who the histories say did it; no attendant has this key."""

STATUSES = ("A", "G", "E", "R", "O", "F", "T", "C")
"""Status letters (taa.md); the empty text is a ticket that is not opened yet."""

PRIORITIES = ("Baixa", "Normal", "Alta", "Urgente")
"""S:11-14."""

CLIENT_KINDS = ("cliente", "fornecedor", "prospect", "suspect", "pessoa", "aluno", "professor")
"""S:23."""

DISTRIBUTIONS = ("fila", "rodizio", "menorcarga", "atendente")
"""How a group hands out what it receives."""

PRESENCES = ("disponivel", "ocupado", "ausente")
"""What somebody's own status may be (S:207)."""

NO_END = date.max
"""The end of an absence that has none."""

CONTACT_ORIGINS = ("cliente", "representante", "interna", "interno")
"""Who brought the contact (S:50), in any letter case."""

ENTRY_LOG, ENTRY_HANDOFF, ENTRY_SOLUTION = "Log", "Repasse", "Possível Solução"
"""Kinds of a discussion entry (S:120)."""

PARAMETER_KINDS: Mapping[str, str] = MappingProxyType(
    {"inteiro": "numero", "real": "numero", "string": "texto", "texto": "texto", "data": "data", "logico": "logico"}
)
"""Kinds of type parameters, written in any letter case and with or without accent, and what formulas see."""


@attrs.frozen
class Holder:
    """Who has a ticket: an attendant, or a group whose queue it lies in. ``key`` is ``coligada;código``."""

    kind: str
    key: str

    def as_json(self) -> dict[str, str]:
        """``{"attendant": "1;3"}`` or ``{"group": "1;5"}`` (contract)."""
        return {self.kind: self.key}


@lru_cache(maxsize=8_192)
def attendant_holder(key: str) -> Holder:
    """The holder that is a person."""
    return Holder("attendant", key)


def group_holder(key: str) -> Holder:
    """The holder that is a group's queue."""
    return Holder("group", key)


@attrs.frozen
class StepChange:
    """A row of the step history. ``from_step`` is None at opening."""

    from_step: int | None
    to_step: int | None
    holder_from: Holder | None
    holder_to: Holder | None
    by: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """The contract's shape."""
        return {
            "from": self.from_step, "to": self.to_step, "holder_from": holder_json(self.holder_from),
            "holder_to": holder_json(self.holder_to), "by": self.by, "at": self.at.isoformat(),
        }  # fmt: skip


@attrs.frozen
class HandoffRecord:
    """A row of the handoff history. ``way`` tells how it came: an action's name, or ``formula``."""

    from_holder: Holder | None
    to_holder: Holder
    by: str
    reason: int | None
    justification: str
    at: datetime
    way: str = "handoff"

    def as_json(self) -> dict[str, Any]:
        """The contract's shape."""
        return {
            "from": holder_json(self.from_holder), "to": self.to_holder.as_json(), "by": self.by, "reason": self.reason,
            "justification": self.justification, "at": self.at.isoformat(),
        }  # fmt: skip


@attrs.frozen
class StatusChange:
    """A row of the status history."""

    status: str
    by: str
    at: datetime
    reason: int | None = None
    justification: str = ""

    def as_json(self) -> dict[str, Any]:
        """The contract's shape."""
        return {
            "status": self.status, "by": self.by, "at": self.at.isoformat(), "reason": self.reason,
            "justification": self.justification,
        }  # fmt: skip


@attrs.frozen
class DiscussionEntry:
    """An entry of the discussion (S:120-122). ``author`` is an attendant key; the steps are the flow information."""

    kind: str
    text: str
    author: str
    at: datetime
    from_step: int | None = None
    to_step: int | None = None
    publishable: bool = False

    @property
    def said_by_somebody(self) -> bool:
        """Whether a person or a formula wrote it, and no move by itself: those of moves tell of a handoff or a step."""
        return self.kind != ENTRY_HANDOFF and self.to_step is None and self.author != CLOCK_KEY

    def as_json(self) -> dict[str, Any]:
        """The contract's shape."""
        flow = None if self.from_step is None and self.to_step is None else {"from": self.from_step, "to": self.to_step}
        return {
            "kind": self.kind, "text": self.text, "author": self.author, "at": self.at.isoformat(),
            "publishable": self.publishable, "flow": flow,
        }  # fmt: skip


@attrs.frozen
class FieldChange:
    """A row of the history of changes: a field by its name in formulas, ``PARAMETRO.VALOR``, or ``DISCUSSAO.3`` for an entry of the
    discussion, with what it held before and after, as people write it; empty is nothing."""

    field: str
    old: str
    new: str
    by: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """The contract's shape."""
        return {"field": self.field, "old": self.old, "new": self.new, "by": self.by, "at": self.at.isoformat()}


@attrs.frozen
class Voice:
    """What somebody said to a step's approval: ``voice`` is approve or reject, ``seat`` whom the voice counts for, as written in
    ``por``; ``version`` is the ticket's after it."""

    step: int
    seat: str
    by: str
    voice: str
    at: datetime
    justification: str
    version: int

    def as_json(self) -> dict[str, Any]:
        """The contract's shape."""
        return {"by": self.by, "voice": self.voice, "at": self.at.isoformat(), "justification": self.justification}


@attrs.frozen
class AnnexRecord:
    """A record of an annex (:mod:`routing.domain.annexes`): ``number`` counts those of its annex on the ticket, from 1; a later row
    with the same number takes the place of the earlier one."""

    name: str
    number: int
    values: Mapping[str, Scalar]
    by: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """The contract's shape."""
        return {
            "name": self.name, "number": self.number, "values": plain(self.values) if self.values else {}, "by": self.by,
            "at": self.at.isoformat(),
        }  # fmt: skip


@attrs.frozen
class Relation:
    """A row of what other tickets are to this one (:mod:`routing.domain.relations`): ``other`` is a key, the latest row of each
    counts, and an empty ``kind`` ends the relation."""

    other: str
    kind: str
    by: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """The contract's shape."""
        return {"ticket": self.other, "kind": self.kind, "by": self.by, "at": self.at.isoformat()}


@attrs.frozen(kw_only=True, slots=False)
class Ticket:
    """A ticket with its histories, oldest first.

    ``opener``, ``contact_owner`` and ``changed_by`` are attendant keys; ``holder`` is None only before opening.
    ``status`` is a letter, or empty before opening. ``parameters`` are those of the type, ``fields`` the extra
    ("complementares") ones; their names are upper case. ``movement`` names the business record that the ticket belongs to
    (S:177), as the site writes it. ``changed_by``/``changed_at`` tell of the latest version, ``step_version`` is the version
    with which the ticket came to its step, ``entered_at`` when that was. ``step_told`` says what the clock has done of this step
    (1 the reminder, 2 its end), ``deadline_told`` 1 that the present deadline has passed and was dealt with.
    """

    coligada: int
    locality: int
    code: int
    type: int
    version: int = 1
    step: int | None = None
    status: str = "A"
    priority: str = "Normal"
    category: str = ""
    product: str = ""
    product_detail: str = ""
    client_kind: str = ""
    client_code: str = ""
    client_contact: str = ""
    representative: str = ""
    representative_contact: str = ""
    contact_kind: str = ""
    contact_origin: str = ""
    subject: str = ""
    request: str = ""
    solution: str = ""
    classification: str = ""
    opener: str = ""
    holder: Holder | None = None
    contact_owner: str = ""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    first_contact_at: datetime | None = None
    wake_up: datetime | date | None = None
    deadline: datetime | date | None = None
    schedule_count: int = 0
    access_level: int = 0
    voicemail: int = 0
    requisition: int | None = None
    movement: str = ""
    parameters: Mapping[str, Scalar] = EMPTY
    fields: Mapping[str, Scalar] = EMPTY
    steps: tuple[StepChange, ...] = ()
    handoffs: tuple[HandoffRecord, ...] = ()
    statuses: tuple[StatusChange, ...] = ()
    discussion: tuple[DiscussionEntry, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    voices: tuple[Voice, ...] = ()
    relations: tuple[Relation, ...] = ()
    annexes: tuple[AnnexRecord, ...] = ()
    changed_by: str = ""
    changed_at: datetime | None = None
    step_version: int = 0
    entered_at: datetime | None = None
    step_told: int = 0
    deadline_told: int = 0

    @property
    def key(self) -> str:
        """``coligada;localidade;código``."""
        return f"{self.coligada};{self.locality};{self.code}"

    @property
    def discussed_since_its_step(self) -> bool:
        """Whether somebody wrote to the discussion since the ticket came to its step."""
        since = self.steps[-1].at if self.steps else None
        return any(entry.said_by_somebody and (since is None or entry.at >= since) for entry in self.discussion)

    def as_json(self) -> dict[str, Any]:
        """The whole ticket but its histories, as ``show`` gives it."""
        made: dict[str, Any] = {"key": self.key}
        for field in attrs.fields(Ticket):
            if field.name not in HISTORIES:
                made[field.name] = plain(getattr(self, field.name))
        return made

    def state_json(self) -> dict[str, Any]:
        """What a plan shows before and after a move."""
        return {
            "status": self.status or None,
            "step": self.step,
            "holder": holder_json(self.holder),
            "version": self.version,
            "closed_at": None if self.closed_at is None else plain(self.closed_at),
            "schedule_count": self.schedule_count,
            "access_level": self.access_level,
            "parameters": plain(self.parameters) if self.parameters else {},
            "fields": plain(self.fields) if self.fields else {},
            "priority": self.priority,
            "subject": self.subject,
        }


HISTORIES = ("steps", "handoffs", "statuses", "discussion", "voices", "relations", "changes", "annexes")
"""Those that a decision looks at come first, in the order in which recorded decisions count them."""
TICKET_FIELDS = tuple(field.name for field in attrs.fields(Ticket))
EMPTY_TICKET: Mapping[str, Any] = {field.name: field.default for field in attrs.fields(Ticket)}
"""What a ticket has of which nothing is said; of its key and type, nothing."""


TIME_NAMES = tuple(field.name for field in attrs.fields(Ticket) if "datetime" in str(field.type))
own_times = attrgetter(*TIME_NAMES)
"""The ticket's own times."""


def local_ticket(ticket: Ticket, zone: tzinfo | None) -> Ticket:
    """The ticket with the times of its own that have an offset, fields and parameters included, on a zone's wall clock."""
    for one in (*own_times(ticket), *ticket.fields.values(), *ticket.parameters.values()):
        if isinstance(one, datetime) and one.tzinfo is not None:
            break
    else:
        return ticket
    times = local_values({name: getattr(ticket, name) for name in TIME_NAMES}, zone)
    return changed(ticket, **times, fields=local_values(ticket.fields, zone), parameters=local_values(ticket.parameters, zone))


def changed(ticket: Ticket, **changes: Any) -> Ticket:
    """The ticket with other values; as ``attrs.evolve``, at a tenth of its cost."""
    return ticket_of(ticket.__dict__, changes)


def ticket_of(*values: Mapping[str, Any]) -> Ticket:
    """A ticket of all its values by name; later ones count."""
    made = object.__new__(Ticket)
    for part in values:
        made.__dict__.update(part)
    if len(made.__dict__) != len(TICKET_FIELDS):
        raise TypeError(f"not the values of a ticket: {sorted(made.__dict__.keys() ^ set(TICKET_FIELDS))}")
    return made


def replaced(before: Ticket, after: Ticket) -> dict[str, Any]:
    """The values of a ticket by name, histories apart, that a later version of it does not have."""
    new = after.__dict__
    return {
        name: old for name, old in before.__dict__.items() if old is not new[name] and name not in HISTORIES and old != new[name]
    }


@attrs.frozen
class Absence:
    """From ``start`` to ``end``, both included, or without an end (:data:`NO_END`); ``substitute`` is an attendant key or None."""

    start: date
    end: date
    substitute: str | None = None

    def covers(self, day: date) -> bool:
        """Whether a day lies in the absence."""
        return self.start <= day <= self.end


@attrs.frozen(kw_only=True)
class Attendant:
    """A person who works on tickets. ``rights`` are words such as ``repassar`` or ``repassar:1;5``."""

    coligada: int
    code: int
    name: str
    email: str = ""
    user: str = ""
    active: bool = True
    absence: Absence | None = None
    chief: str | None = None
    level: int = 0
    rights: frozenset[str] = frozenset()
    section: str | None = None
    status: str = "disponivel"

    @property
    def key(self) -> str:
        """``coligada;código``."""
        return f"{self.coligada};{self.code}"


@attrs.frozen(kw_only=True)
class Group:
    """A group of attendants with a queue (S:170, S:208). ``members`` are attendant keys in their set order.

    ``distribution`` says who of them gets what is handed to the group: nobody yet (the queue), each in turn, the one with the
    fewest tickets, or the fixed ``attendant``.
    """

    coligada: int
    code: int
    name: str
    members: tuple[str, ...] = ()
    email: str = ""
    distribution: str = "fila"
    attendant: str | None = None

    @property
    def key(self) -> str:
        """``coligada;código``."""
        return f"{self.coligada};{self.code}"


@attrs.frozen(kw_only=True)
class Node:
    """A node of the hierarchy; its ``parent`` may lie in another coligada."""

    coligada: int
    code: int
    parent: str | None = None
    occupants: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """``coligada;id``."""
        return f"{self.coligada};{self.code}"


@attrs.frozen(kw_only=True)
class Section:
    """A payroll section. ``parent`` is a section code of the same coligada, ``chief`` an attendant key."""

    coligada: int
    code: str
    parent: str | None = None
    chief: str | None = None
    role: str = ""

    @property
    def key(self) -> str:
        """``coligada;seção``."""
        return f"{self.coligada};{self.code}"


@attrs.frozen(kw_only=True)
class Client:
    """A client record with the addresses the opening mail looks at (S:91-97), or a representative's (S:37).

    ``contact_emails`` maps a contact's code to its address, ``contact_names`` to its name; ``person_email`` is that of the
    related person of a student or teacher; ``document`` is the CPF or CNPJ without its signs.
    """

    kind: str
    code: str
    name: str
    email: str = ""
    person_email: str = ""
    contact_emails: Mapping[str, str] = EMPTY
    contact_names: Mapping[str, str] = EMPTY
    document: str = ""
    active: bool = True

    @property
    def key(self) -> str:
        """``tipo;código``."""
        return f"{self.kind};{self.code}"


@attrs.frozen(kw_only=True)
class Approval:
    """Who approves in a step: ``by`` names people (``1;3``) and groups (``5``), ``rule`` how many of them (todos, qualquer, or a
    number). ``veto``: the first rejection decides. ``on_reject`` is the step a rejected ticket goes to; None cancels it."""

    by: tuple[str, ...]
    rule: str = "todos"
    veto: bool = False
    on_reject: int | None = None


@attrs.frozen(kw_only=True)
class Step:
    """A step of a type's flow. ``handoff`` None takes the type's kind.

    ``required`` must be filled on entering and on leaving, ``required_on_exit`` only on leaving; items are field
    names, ``PARAMETRO.<name>`` or ``ACAO.<name>``. ``on_conclude`` replaces status R when the ticket is concluded
    here; ``status_on_entry`` is what an advance to this step sets. ``duration`` is in working hours from entering the step,
    ``reminder`` so many of them before its end; ``when_due`` are the formulas that run at the end. ``self_approval`` False keeps
    who opened the ticket from receiving and deciding it here; None has it told as a warning.
    """

    code: int
    name: str
    entry: bool = False
    possible_entry: bool = False
    handoff: str | None = None
    receiver: str | None = None
    formula: str | None = None
    required: tuple[str, ...] = ()
    required_on_exit: tuple[str, ...] = ()
    invisible: frozenset[str] = frozenset()
    read_only: frozenset[str] = frozenset()
    on_entry: tuple[str, ...] = ()
    on_exit: tuple[str, ...] = ()
    on_conclude: str | None = None
    status_on_entry: str | None = None
    duration: int | None = None
    reminder: int | None = None
    when_due: tuple[str, ...] = ()
    order: int = 0
    approval: Approval | None = None
    self_approval: bool | None = None


@attrs.frozen
class Edge:
    """A way of the flow from one step to another."""

    from_step: int
    to_step: int


@attrs.frozen(kw_only=True)
class TicketType:
    """A ticket type: default handoff, steps in order of display, flow, parameters and what formulas are granted.

    ``grants`` are rights that formulas of this type have beyond the actor's own. ``group`` is the group that works
    on it, if one is set.
    """

    code: int
    name: str
    handoff: str = "manter"
    receiver: str | None = None
    formula: str | None = None
    steps: tuple[Step, ...] = ()
    edges: tuple[Edge, ...] = ()
    parameters: Mapping[str, str] = EMPTY
    grants: frozenset[str] = frozenset()
    opening_mail: bool = False
    group: str | None = None


def holder_json(holder: Holder | None) -> dict[str, str] | None:
    """A holder for JSON, or None."""
    return None if holder is None else holder.as_json()


def plain(value: object) -> Any:
    """A field's value as JSON can hold it: dates as ISO text, exact numbers as text, mappings sorted by name."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Holder):
        return value.as_json()
    if isinstance(value, Mapping):
        return {name: plain(value[name]) for name in sorted(value)}
    return format(value, "f") if hasattr(value, "is_finite") else str(value)


def scalar(given: Mapping[str, Any]) -> Scalar:
    """The value that :func:`formula.values.as_json` wrote, for stores."""
    kind, value = given["kind"], given["value"]
    if kind == "numero":
        return int(value) if str(value).lstrip("+-").isdigit() else Decimal(value)
    if kind == "data":
        return datetime.fromisoformat(value)
    return value  # type: ignore[no-any-return]
