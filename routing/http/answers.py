"""The shapes of answers, for the OpenAPI document only: answers are sent as their jobs made them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema


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


class HolderShape(Shape):
    """Who holds a ticket: one of the two, as ``coligada;código``."""

    attendant: str | SkipJsonSchema[None] = None
    group: str | SkipJsonSchema[None] = None


class FlowShape(Shape):
    """From which step to which."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    source: int | None = Field(alias="from")
    to: int | None


class StateShape(Shape):
    """A ticket before or after a move."""

    status: str | None
    step: int | None
    holder: HolderShape | None
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
    flow: FlowShape | None


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


class AgainShape(Shape):
    """A decision then and now: two plans, and whether they are equal."""

    equal: bool
    then: PlanShape
    now: PlanShape


class CaseShape(Shape):
    """A case: its name, its text, and whether the rules decide something else of it once it is masked."""

    name: str
    text: str
    otherwise: bool


class ArgumentShape(Shape):
    """What a function takes."""

    name: str
    kind: str
    role: str
    optional: bool


class CallShape(Shape):
    """A call and what it gives."""

    call: str
    shown: str


class FunctionShape(Shape):
    """Something that formulas can call."""

    name: str
    signature: str
    help: str
    arguments: list[ArgumentShape]
    result: str
    contexts: list[str]
    origin: str
    effect: bool
    aliases: list[str]
    examples: list[CallShape]


class FunctionsShape(Shape):
    """What formulas can call."""

    functions: list[FunctionShape]


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
