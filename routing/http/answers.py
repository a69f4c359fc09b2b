"""The shapes of answers, for the OpenAPI document only: answers are sent as their jobs made them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A documented object; answers may have further members."""

    model_config = ConfigDict(extra="allow", serialize_by_alias=True)


class PlaceShape(Shape):
    """A place in a text, from 1; columns count code points."""

    line: int
    column: int


class FixShape(Shape):
    """A replacement."""

    text: str
    start: PlaceShape
    end: PlaceShape


class DiagnosticShape(Shape):
    """A fault, a warning or a lint."""

    code: str
    severity: Literal["error", "warning", "lint"]
    message: str
    hint: str | None
    start: PlaceShape
    end: PlaceShape
    fix: FixShape | None


class FileShape(Shape):
    """A checked text."""

    path: str
    diagnostics: list[DiagnosticShape]


class CheckShape(Shape):
    """The answer of ``check``."""

    files: list[FileShape]
    warnings: list[DiagnosticShape] | None = Field(None, description="About the context.")


class ValueShape(Shape):
    """A value: exact, and as people see it."""

    kind: Literal["vazio", "numero", "texto", "data", "logico"]
    value: str | bool | None
    display: str


class EffectShape(Shape):
    """Something a formula asked for; its other members depend on ``type``."""

    type: str


class StepShape(Shape):
    """One step of a recorded run."""

    line: int
    column: int
    text: str
    changes: dict[str, ValueShape]
    value: ValueShape


class OutcomeShape(Shape):
    """The end of a run."""

    status: Literal["ok", "stopped", "fault"]
    value: ValueShape
    message: str | None
    effects: list[EffectShape]
    diagnostics: list[DiagnosticShape]
    steps: int
    warnings: list[DiagnosticShape] | None = Field(None, description="About the context.")


class RunShape(OutcomeShape):
    """The answer of ``run``."""

    trace: list[StepShape] | None = None


class LineShape(Shape):
    """One link of an explanation."""

    text: str
    where: str | None
    kind: Literal["decision", "fact", "gate", "warning", "note"]
    data: dict[str, str]


class PlacedShape(Shape):
    """A sentence with its place."""

    text: str
    where: str | None


class SupposedShape(Shape):
    """Values of a ticket's data."""

    set: dict[str, Any]


class WhyNotShape(Shape):
    """Why a move does not lead where somebody expected; the change is the smallest that was found, planned, to lead there."""

    asked: str
    answer: str
    where: str | None
    change: SupposedShape | None
    because: list[PlacedShape]


class ExplainShape(OutcomeShape):
    """The answer of ``explain``."""

    explanation: list[LineShape]


class ReasonShape(Shape):
    """Why a move is refused, or a warning."""

    code: str
    message: str
    hint: str | None


class StateShape(Shape):
    """A ticket before or after a move."""

    status: str | None
    step: int | None
    holder: dict[str, str] | None
    version: int


class MailShape(Shape):
    """A mail as it would be sent."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    sender: str = Field(alias="from")
    to: str
    cc: str
    subject: str
    body: str
    kind: str


class EntryShape(Shape):
    """An entry of the discussion."""

    kind: str
    text: str
    author: str
    at: str
    publishable: bool
    flow: dict[str, int | None] | None


class FormulaShape(Shape):
    """A formula that ran, with the hash of its text."""

    code: str
    hash: str
    value: ValueShape
    steps: int


class ChangeShape(Shape):
    """What a field held before and after."""

    field: str
    old: str
    new: str
    by: str
    at: str


class HypothesisShape(Shape):
    """What a plan supposes; null empties a field."""

    set: dict[str, Any]
    now: str | None
    rules: str | None


class PlanShape(Shape):
    """A decided move."""

    status: Literal["planned", "moved", "refused", "fault", "stopped"]
    gate: str | None
    reason: ReasonShape | None
    headline: PlacedShape | None
    why_not: WhyNotShape | None = None
    ticket: str
    action: str
    before: StateShape
    after: StateShape
    effects: list[EffectShape]
    mails: list[MailShape]
    entries: list[EntryShape]
    changes: list[ChangeShape]
    explanation: list[LineShape]
    decisions: list[LineShape]
    folded: int
    formulas: list[FormulaShape]
    warnings: list[ReasonShape]
    hypothesis: HypothesisShape | None
    rules: str | None
    decision: int | None


class DecisionShape(PlanShape):
    """A move as it was decided then; values of masked fields are hidden."""

    id: int
    at: str
    actor: str


class TicketShape(Shape):
    """A ticket with its histories, oldest first."""

    ticket: dict[str, Any]
    steps: list[dict[str, Any]]
    handoffs: list[dict[str, Any]]
    statuses: list[dict[str, Any]]
    discussion: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    annexes: list[dict[str, Any]]
    relations: list[dict[str, Any]]
    mails: list[dict[str, Any]]


class TicketsShape(Shape):
    """A page of tickets, newest first."""

    tickets: list[dict[str, Any]]
    next: str | None


class DecisionsShape(Shape):
    """A page of decisions, newest first."""

    decisions: list[dict[str, Any]]
    next: str | None


class AgainShape(Shape):
    """A decision then and now: two plans, and whether they are equal."""

    equal: bool
    then: dict[str, Any]
    now: dict[str, Any]


class CaseShape(Shape):
    """A case: its name, its text, and whether the rules decide something else of it once it is masked."""

    name: str
    text: str
    otherwise: bool


class EventsShape(Shape):
    """Events in the order of commits: rows of id, type, at, ticket, decision and data."""

    events: list[dict[str, Any]]
    next: int


class DueShape(Shape):
    """What comes due, overdue first: rows of ticket, kind (wake, remind, expire, deadline), at, overdue, type, step, step_name,
    status, holder, subject, and the reason and again_at of what was tried and refused."""

    due: list[dict[str, Any]]


class StatisticsShape(Shape):
    """Counts: moves by action and status, refusals by gate, open tickets by holder, tickets by status, stays in steps."""

    since: str | None
    moves: list[dict[str, Any]]
    refusals: list[dict[str, Any]]
    holders: list[dict[str, Any]]
    statuses: list[dict[str, Any]]
    steps: list[dict[str, Any]]


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


class AbsencesShape(Shape):
    """People who are not simply there."""

    people: list[PresenceShape]
    history: list[dict[str, Any]] | None = None


class TransferShape(Shape):
    """A page of a transfer: moved now, moved before by the same key, refused."""

    moved: list[dict[str, Any]]
    before: int
    refused: list[dict[str, Any]]
    next: str | None


class ClientsShape(Shape):
    """Clients by name: rows of kind, code, name, document, email, active and contacts."""

    clients: list[dict[str, Any]]
    more: bool


class ContactsShape(Shape):
    """The contacts of a client or representative: rows of code, name, email, active, source, by and at."""

    owner: str
    name: str
    contacts: list[dict[str, Any]]


class FunctionsShape(Shape):
    """What formulas can call."""

    functions: list[dict[str, Any]]


class HealthShape(Shape):
    """How the service is."""

    status: Literal["ok", "starting", "failing"]


class ReadyShape(Shape):
    """Whether the service takes requests, and by which rules."""

    status: Literal["ready"]
    rules: str | None
    people: str | None
    pending_faults: int


class ProblemShape(Shape):
    """RFC 9457, with our code, a hint and, for formulas, the diagnostics."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    hint: str | None
    diagnostics: list[DiagnosticShape] | None = None
