"""The bodies of requests: what is refused before any work is done, and what the OpenAPI document says of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, StrictBool, StrictInt, StrictStr, WithJsonSchema

from routing.desk.contacts import ContactAsked
from routing.desk.presence import Said
from routing.failures import WrongPresence
from routing.messages import message
from routing.workspace.contexts import KEYS as CONTEXT_KEYS

PLAIN = r"^[^\u0000]*$"
"""No database keeps a NUL in a text."""
VALUE: Mapping[str, Any] = {
    "type": "object",
    "description": "A value as answers write it. Dates are written so, since JSON has none.",
    "required": ["kind", "value"],
    "additionalProperties": False,
    "properties": {
        "kind": {"enum": ["data", "numero", "texto", "logico", "vazio"]},
        "value": {"type": ["string", "boolean", "null"]},
        "display": {"type": "string"},
    },
    "examples": [{"kind": "data", "value": "2026-11-24"}, {"kind": "data", "value": "2026-11-24T10:00:00"}],
}
SCALAR: Mapping[str, Any] = {"anyOf": [{"type": ["string", "number", "boolean", "null"]}, VALUE]}
NAMED_SCALARS: Mapping[str, Any] = {"type": "object", "additionalProperties": SCALAR}
ROWS: Mapping[str, Any] = {"type": "array", "items": NAMED_SCALARS}
SENTENCE_ROWS: Mapping[str, Any] = {
    "type": "object",
    "description": "What a sentence gives.",
    "required": ["linhas"],
    "properties": {"linhas": ROWS},
}
CALENDAR_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "The days and hours that are worked, as [calendario] of repasse.toml.",
    "properties": {
        "dias": {"type": "array", "items": {"type": "string"}, "examples": [["seg", "ter", "qua", "qui", "sex"]]},
        "horas": {"type": "string", "examples": ["08:00-18:00"]},
        "feriados": {"type": "string", "examples": ["BR-MG"]},
        "folgas": {"type": "array", "items": {"type": "string", "format": "date"}},
    },
}
CONTEXT_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "The tables of a context file. A wrong value is refused with diagnostics, an unknown key warned of.",
    "properties": {
        "coligada": {"type": "integer"},
        "usuario": {"type": "string"},
        "agora": {
            "type": ["string", "null"],
            "format": "date-time",
            "description": "A time of the site's clock; with an offset it is turned to it.",
        },
        "lenient": {"type": "boolean"},
        "requisicao": {"type": ["integer", "null"]},
        "chefia_a_partir": {"enum": ["abertura", "atendimento", "usuario"]},
        "calendario": CALENDAR_SCHEMA,
        "campos": NAMED_SCALARS,
        "parametros": NAMED_SCALARS,
        "funcoes": NAMED_SCALARS,
        "formulas": {"type": "object", "additionalProperties": {"type": "string"}},
        "sql": {
            "type": "object",
            "additionalProperties": SENTENCE_ROWS,
        },
        "memorias": NAMED_SCALARS,
        "diretorio": {"type": "object", "description": "The tables of diretorio.toml."},
    },
    "examples": [
        {
            "coligada": 1,
            "agora": "2026-11-24T10:00:00",
            "campos": {"PRIORIDADE": "Urgente", "ENTREGA": {"kind": "data", "value": "2026-12-01"}},
        }
    ],
}
DRAFT: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": True,
    "description": "The keys of an [[atendimento]] but those of its key: tipo, assunto, prioridade, parametros, …",
}
assert set(CONTEXT_SCHEMA["properties"]) == set(CONTEXT_KEYS), "the document and the reader of contexts differ"

ContextTables = Annotated[dict[str, Any], WithJsonSchema(dict(CONTEXT_SCHEMA))]
Bound = Annotated[StrictInt, Field(ge=1, le=1_000_000_000)]


Moment = Annotated[
    StrictStr,
    Field(max_length=40),
    WithJsonSchema({"type": "string", "maxLength": 40, "anyOf": [{"format": "date"}, {"format": "date-time"}]}),
]
"""An ISO date, or date and time; with an offset it is turned to the site's clock."""


Day = Annotated[StrictStr, Field(max_length=10), WithJsonSchema({"type": "string", "maxLength": 10, "format": "date"})]
"""An ISO date."""


def day_of(text: str | None) -> date | None:
    """The day. Raises WrongPresence."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise WrongPresence(message("'{texto}' não é uma data", texto=text), message("escreva 2026-11-24")) from None


class Body(BaseModel):
    """No unknown key passes. ``given`` is the body as it came, for the process that does the work."""

    model_config = ConfigDict(extra="forbid")
    _given: bytes = PrivateAttr(b"")

    @property
    def given(self) -> bytes:
        """The bytes."""
        return self._given


class CheckBody(Body):
    """A text to be checked."""

    text: StrictStr = Field(description="The formula.", examples=["SE PRIORIDADE = 'Urgente' ENTAO '1;3' SENAO '5' FIMSE"])
    lenient: StrictBool = Field(False, description="Variables begin to exist with their first SETVAR.")
    context: ContextTables | None = Field(None, description="The names the formula may use.")


class LimitsBody(Body):
    """Bounds of one run, none above the service's own."""

    steps: Bound | None = Field(None, examples=[1000])
    text: Bound | None = None
    digits: Bound | None = None
    depth: Bound | None = None
    source: Bound | None = None
    nesting: Bound | None = None
    rows: Bound | None = None
    cells: Bound | None = None


class ExplainBody(CheckBody):
    """A text to be run."""

    limits: LimitsBody | None = None


class RunBody(ExplainBody):
    """A text to be run, with or without its steps."""

    trace: StrictBool = Field(False, description="Give the steps of the run too.")


class FileBody(Body):
    """A file that goes with a mail."""

    name: StrictStr = Field(min_length=1, max_length=1000, description="Its name; of a path the last part.", examples=["nota.pdf"])
    content: StrictStr = Field(description="Its bytes, in base64.", examples=["JVBERg=="])
    content_type: Annotated[StrictStr, Field(max_length=127)] | None = Field(
        None, description="What it is; without it, what its name says.", examples=["application/pdf"]
    )


class ArticleBody(Body):
    """A question or tip: one to be requested of a ticket, or one to be registered."""

    actor: Annotated[StrictStr, Field(pattern=PLAIN, max_length=64)] | None = Field(
        None, description="Who asks: coligada;atendente.", examples=["1;9"]
    )
    ticket: Annotated[StrictStr, Field(pattern=PLAIN, max_length=64)] | None = Field(
        None, description="The ticket it is requested of."
    )
    number: Annotated[StrictInt, Field(ge=1, le=2_147_483_647)] | None = Field(None, description="The one to be registered anew.")
    title: Annotated[StrictStr, Field(pattern=PLAIN, max_length=1_000)] | None = Field(None, examples=["Como zerar a caixa postal"])
    request: Annotated[StrictStr, Field(pattern=PLAIN, max_length=100_000)] | None = None
    solution: Annotated[StrictStr, Field(pattern=PLAIN, max_length=100_000)] | None = Field(None, examples=["Campo CAIXAPOSTAL=0"])
    product: Annotated[StrictStr, Field(pattern=PLAIN, max_length=1_000)] | None = None


class MoveBody(Body):
    """A move of a ticket."""

    ticket: StrictStr = Field(pattern=PLAIN, max_length=64, description="coligada;localidade;código", examples=["1;1;42"])
    action: StrictStr = Field(pattern=PLAIN, max_length=64, description="open, advance, handoff, …", examples=["advance"])
    to: Annotated[StrictStr, Field(pattern=PLAIN, max_length=20_000)] | StrictInt | None = Field(
        None,
        description="A step (code or name), a destination, or whom a mail goes to: addresses, attendants, groups, clients.",
        examples=["2"],
    )
    actor: Annotated[StrictStr, Field(pattern=PLAIN, max_length=64)] | None = Field(
        None, description="Who asks: coligada;atendente.", examples=["1;2"]
    )
    reason: Annotated[StrictInt, Field(ge=-1, le=2_147_483_647)] | None = Field(None, description="The reason's code.")
    justification: Annotated[StrictStr, Field(pattern=PLAIN, max_length=100_000)] | None = None
    version: Annotated[StrictInt, Field(ge=0, le=2_147_483_647)] | None = Field(
        None, description="The version seen; another one is refused. If-Match says the same, and makes it a 412."
    )
    wake_up: Moment | None = Field(None, description="When a schedule wakes up.", examples=["2026-12-01T09:00:00"])
    deadline: Moment | None = Field(None, description="The deadline of a schedule.", examples=["2026-12-04"])
    set: Annotated[dict[str, Any], WithJsonSchema(dict(NAMED_SCALARS))] | None = Field(
        None,
        description="What a change sets, by a formula's names of fields; of an annex the values of a record.",
        examples=[{"PRIORIDADE": "Alta", "PARAMETRO.VALOR": 12.5}],
    )
    clear: list[StrictStr] | None = Field(None, description="The fields that a change clears.", examples=[["CAIXAPOSTAL"]])
    copy_parameters_from: Annotated[StrictStr, Field(pattern=PLAIN, max_length=64)] | None = Field(
        None, description="The ticket whose parameters a change copies.", examples=["1;1;41"]
    )
    from_ticket: Annotated[StrictStr, Field(pattern=PLAIN, max_length=64)] | None = Field(
        None,
        alias="from",
        description="The ticket an opening copies; `set` and `draft` say what differs.",
        examples=["1;1;42"],
    )
    text: Annotated[StrictStr, Field(pattern=PLAIN, max_length=100_000)] | None = Field(
        None, description="The text of a note or mail."
    )
    kind: Annotated[StrictStr, Field(pattern=PLAIN, max_length=32)] | None = Field(
        None, description="log, solution, possible-solution or request; of a mail, opening; of an annex its name.", examples=["log"]
    )
    publishable: StrictBool = Field(False, description="Whether a note may be published.")
    entry: Annotated[StrictInt, Field(ge=1, le=2_147_483_647)] | None = Field(
        None, description="The entry of the discussion, or the latest record of an annex, from 1, that is written anew."
    )
    cc: Annotated[StrictStr, Field(pattern=PLAIN, max_length=20_000)] | None = Field(
        None, description="Who gets a copy of a mail.", examples=["1;1, copia@exemplo.com.br"]
    )
    parts: list[Annotated[StrictStr, Field(pattern=PLAIN, max_length=32)]] | None = Field(
        None, description="What of the ticket a mail takes along; `none` for nothing.", examples=[["request", "summary"]]
    )
    files: list[FileBody] | None = Field(None, description="The files that go with a mail.")
    draft: Annotated[dict[str, Any], WithJsonSchema(dict(DRAFT))] | None = Field(
        None,
        description="The ticket to open when there is none yet: the keys of an [[atendimento]] but those of its key.",
        examples=[{"tipo": 10, "assunto": "Farinha de trigo", "prioridade": "Normal", "parametros": {"VALOR": "1200.50"}}],
    )


class AbsenceBody(Body):
    """What somebody's presence becomes."""

    attendant: StrictStr = Field(pattern=PLAIN, min_length=1, max_length=128, description="Who.", examples=["1;3"])
    actor: Annotated[StrictStr, Field(pattern=PLAIN, max_length=128)] | None = Field(
        None, description="Who says so; without it the person."
    )
    status: Annotated[StrictStr, Field(pattern=PLAIN, max_length=32)] | None = Field(
        None, description="disponivel, ocupado or ausente.", examples=["ausente"]
    )
    start: Day | None = Field(None, alias="from", description="The first day away.", examples=["2026-12-01"])
    end: Day | None = Field(None, alias="to", description="The last day away.", examples=["2026-12-10"])
    substitute: Annotated[StrictStr, Field(pattern=PLAIN, max_length=128)] | None = Field(
        None, description="Who receives meanwhile.", examples=["1;4"]
    )
    back: StrictBool = Field(False, description="Take back what was said: the directory counts again.")

    def said(self, actor: str) -> Said:
        """For the desk."""
        return Said(
            attendant=self.attendant, actor=actor, status=self.status or "", start=day_of(self.start), end=day_of(self.end),
            substitute=self.substitute or "", back=self.back,
        )  # fmt: skip


class ContactBody(Body):
    """What a contact's record becomes."""

    owner: StrictStr = Field(
        pattern=PLAIN, min_length=3, max_length=200, description="Whose: a client or a representative.", examples=["cliente;C001"]
    )
    code: StrictStr = Field(pattern=PLAIN, min_length=1, max_length=64, examples=["9"])
    name: Annotated[StrictStr, Field(pattern=PLAIN, max_length=200)] | None = Field(None, examples=["Zeca"])
    email: Annotated[StrictStr, Field(pattern=PLAIN, max_length=320)] | None = Field(None, examples=["zeca@exemplo.com.br"])
    remove: StrictBool = Field(False, description="Delete it; one of a representative that a ticket has becomes inactive.")
    actor: StrictStr | None = Field(None, pattern=PLAIN, max_length=128, description="Who asks.", examples=["1;3"])

    def asked(self, actor: str) -> ContactAsked:
        """For the desk."""
        return ContactAsked(
            owner=self.owner, code=self.code, actor=actor, name=self.name, email=self.email, remove=self.remove
        )  # fmt: skip


FilterText = Annotated[StrictStr, Field(pattern=PLAIN, min_length=1, max_length=200)]


class TransferBody(Body):
    """Which tickets go to whom. The filters are those of the list of tickets; at least one is needed."""

    to: StrictStr = Field(pattern=PLAIN, min_length=1, max_length=200, description="The receiver.", examples=["1;4"])
    actor: FilterText | None = Field(None, description="Who asks; only tickets that this person may see are handed over.")
    reason: Annotated[StrictInt, Field(ge=-1, le=2_147_483_647)] | None = None
    justification: Annotated[StrictStr, Field(pattern=PLAIN, max_length=100_000)] | None = None
    apply: StrictBool = Field(True, description="False only tells what would happen.")
    status: FilterText | None = None
    type: FilterText | None = None
    step: FilterText | None = None
    holder: FilterText | None = Field(None, examples=["1;3"])
    queue: FilterText | None = None
    client: FilterText | None = None
    opener: FilterText | None = None
    movement: FilterText | None = None
    text: FilterText | None = None
    away: StrictBool = Field(False, description="With people who are absent, inactive or gone.")
    limit: Annotated[StrictInt, Field(ge=1, le=200)] = 50
    after: FilterText | None = Field(None, description="The cursor that the page before gave.")

    def filters(self) -> dict[str, Any]:
        """As the list of tickets takes them."""
        names = ("status", "type", "step", "holder", "queue", "client", "opener", "movement", "text", "limit", "after")
        given = {name: getattr(self, name) for name in names}
        return {name: value for name, value in given.items() if value is not None} | ({"away": True} if self.away else {})


class PlanBody(MoveBody):
    """A move to be planned, perhaps of a ticket, at a time or by rules that are only supposed, or with the question why it does not
    lead where somebody expected."""

    set: Annotated[dict[str, Any], WithJsonSchema(dict(NAMED_SCALARS))] | None = Field(
        None, description="Supposed values by field, or PARAMETRO.name.", examples=[{"FILIAL": "NE"}]
    )
    clear: list[Annotated[StrictStr, Field(max_length=200)]] | None = Field(None, description="Fields supposed to be empty.")
    now: Moment | None = Field(None, description="The supposed clock.", examples=["2026-12-24T10:00:00"])
    rules: Annotated[StrictStr, Field(pattern=PLAIN, max_length=64)] | None = Field(
        None, description="A revision, `published`, or `folder`.", examples=["published"]
    )

    expected: Annotated[StrictStr, Field(max_length=200)] | None = Field(
        None,
        description="A person, group, step, status or address: the plan says why it does not lead there.",
        examples=["Ana Lima"],
    )

    @property
    def supposes(self) -> bool:
        """Whether anything is supposed."""
        return any(part is not None for part in (self.set, self.clear, self.now, self.rules))
