"""The shapes of tickets, their histories and lists, for the OpenAPI document only."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from routing.http.answers import ChangeShape, EntryShape, HolderShape, ReasonShape, Shape


class TicketFieldsShape(Shape):
    """A ticket but for its histories. Times have the offset of the site's clock; an empty status is that of a ticket before its
    opening."""

    key: str
    coligada: int
    locality: int
    code: int
    type: int
    version: int
    step: int | None
    status: str
    holder: HolderShape | None
    subject: str
    request: str
    solution: str
    priority: str
    opener: str
    client_kind: str
    client_code: str
    movement: str
    opened_at: str | None
    closed_at: str | None
    wake_up: str | None
    deadline: str | None
    changed_by: str
    changed_at: str | None
    parameters: dict[str, Any]
    fields: dict[str, Any]


class StepChangeShape(Shape):
    """A row of the history of steps."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    source: int | None = Field(alias="from")
    to: int | None
    holder_from: HolderShape | None
    holder_to: HolderShape | None
    by: str
    at: str


class HandoffShape(Shape):
    """A row of the history of handoffs."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    source: HolderShape | None = Field(alias="from")
    to: HolderShape
    by: str
    reason: int | None
    justification: str
    at: str


class StatusChangeShape(Shape):
    """A row of the history of statuses."""

    status: str
    by: str
    at: str
    reason: int | None
    justification: str


class AnnexShape(Shape):
    """The latest record of an annex under its number."""

    name: str
    number: int
    values: dict[str, Any]
    by: str
    at: str


class ViewShape(Shape):
    """Who looked at a ticket in which queue, and when."""

    group: str
    by: str
    at: str


class RelationShape(Shape):
    """What another ticket is to this one."""

    ticket: str
    kind: str
    by: str
    at: str


class SentMailShape(Shape):
    """A mail of a ticket: queued, sending, waiting, sent, failed or cancelled."""

    kind: str
    to: str
    cc: str
    subject: str
    state: str
    message_id: str


class TicketShape(Shape):
    """A ticket with its histories, oldest first."""

    ticket: TicketFieldsShape
    steps: list[StepChangeShape]
    handoffs: list[HandoffShape]
    statuses: list[StatusChangeShape]
    discussion: list[EntryShape]
    changes: list[ChangeShape]
    annexes: list[AnnexShape]
    relations: list[RelationShape]
    views: list[ViewShape]
    mails: list[SentMailShape]


class TicketRowShape(Shape):
    """A ticket in a list."""

    key: str
    type: int
    step: int | None
    status: str
    holder: HolderShape | None
    subject: str
    priority: str
    version: int
    changed_at: str | None


class TicketsShape(Shape):
    """A page of tickets, newest first."""

    tickets: list[TicketRowShape]
    next: str | None


class DecisionRowShape(Shape):
    """A decision in a list; the version is that of the ticket after it, null where nothing was moved."""

    id: int
    version: int | None
    action: str
    actor: str
    at: str
    status: str
    gate: str | None
    ticket: str


class DecisionsShape(Shape):
    """A page of decisions, newest first."""

    decisions: list[DecisionRowShape]
    next: str | None


class EventShape(Shape):
    """Something that happened; its data depend on ``type``."""

    id: int
    type: str
    at: str
    ticket: str | None
    decision: int | None
    data: dict[str, Any]


class EventsShape(Shape):
    """Events in the order of commits, and the place to ask behind next."""

    events: list[EventShape]
    next: int


class DueRowShape(Shape):
    """What comes due of a ticket: wake, remind, expire or deadline; ``reason`` and ``again_at`` of what was tried and refused."""

    ticket: str
    kind: str
    at: str
    overdue: bool
    type: int
    step: int | None
    step_name: str | None
    status: str
    holder: HolderShape | None
    subject: str
    reason: str | None
    again_at: str | None


class DueShape(Shape):
    """What comes due, overdue first."""

    due: list[DueRowShape]


class MovesCountShape(Shape):
    """How many decisions of an action ended so."""

    action: str
    status: str
    count: int


class RefusalsCountShape(Shape):
    """How often a gate refused."""

    gate: str
    name: str
    count: int


class HolderCountShape(Shape):
    """How many open tickets somebody holds."""

    holder: HolderShape | None
    name: str
    open: int


class StatusCountShape(Shape):
    """How many tickets have a status."""

    status: str
    count: int


class StaysShape(Shape):
    """Stays in a step, in hours, against the step's duration."""

    type: int
    type_name: str
    step: int
    step_name: str
    stays: int
    now: int
    average_hours: float | None
    longest_hours: float | None
    duration: float | None
    late: int


class StatisticsShape(Shape):
    """Counts: moves by action and status, refusals by gate, open tickets by holder, tickets by status, stays in steps."""

    since: str | None
    moves: list[MovesCountShape]
    refusals: list[RefusalsCountShape]
    holders: list[HolderCountShape]
    statuses: list[StatusCountShape]
    steps: list[StaysShape]


class ArticleShape(Shape):
    """A question or tip."""

    id: int
    state: Literal["requested", "registered"]
    title: str
    request: str
    solution: str
    product: str
    ticket: str
    by: str
    at: str


class ArticlesShape(Shape):
    """A page of them, newest first."""

    articles: list[ArticleShape]
    next: str | None


class PresenceShape(Shape):
    """How somebody is now; ``source`` tells whether the directory says so or somebody said it."""

    attendant: str
    name: str
    active: bool
    status: str
    away: bool
    substitute: str | None
    source: Literal["directory", "said"]


class SaidShape(Shape):
    """What was said of somebody's presence; without a status it was taken back."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    attendant: str
    status: str | None
    source: str | None = Field(alias="from")
    to: str | None
    substitute: str | None
    by: str
    at: str


class AbsencesShape(Shape):
    """People who are not simply there."""

    people: list[PresenceShape]
    history: list[SaidShape] | None = None


class HandedShape(Shape):
    """A ticket that a transfer moved, or would."""

    ticket: str
    holder: HolderShape | None
    decision: int | None


class NotHandedShape(Shape):
    """A ticket that a transfer could not move."""

    ticket: str
    gate: str | None
    reason: ReasonShape | None


class TransferShape(Shape):
    """A page of a transfer: moved now, moved before by the same key, refused."""

    moved: list[HandedShape]
    before: int
    refused: list[NotHandedShape]
    next: str | None


class ContactShape(Shape):
    """A contact of a client."""

    code: str
    name: str
    email: str


class ClientShape(Shape):
    """Whom a ticket is about."""

    kind: str
    code: str
    name: str
    document: str
    email: str
    active: bool
    contacts: list[ContactShape]


class ClientsShape(Shape):
    """Clients by name, and whether there are more."""

    clients: list[ClientShape]
    more: bool


class ContactRowShape(Shape):
    """A contact; who recorded it and when, unless it is of the directory."""

    code: str
    name: str
    email: str
    active: bool
    source: str
    by: str | None
    at: str | None


class ContactsShape(Shape):
    """The contacts of a client or representative."""

    owner: str
    name: str
    contacts: list[ContactRowShape]
