"""What the service's processes do with a request: check, run and explain a text; plan and make a move.

Each job takes the request's body as data and gives an answer ready to be sent. Nothing here knows of HTTP but the
status numbers.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any

import attrs

import formula
from formula.cache import Cache
from formula.diagnostics import FormulaError
from formula.explaining.explanation import explain
from formula.limits import Limits
from formula.names import name_key
from formula.source import Source
from formula.values import display, written_number
from routing.domain.decision import Hypothesis, Plan, Request
from routing.domain.flow import sets_values
from routing.domain.mails import MailFile, mail_file
from routing.domain.model import EMPTY_TICKET, Ticket
from routing.domain.names import action_named
from routing.domain.site import declared_kinds, known_names
from routing.domain.ticket_fields import BY_KEY
from routing.domain.ticket_names import unknown_names
from routing.domain.zone import all_local, text_with_offsets, wall_time, with_offsets
from routing.errors import WorkspaceError
from routing.failures import Failure
from routing.http.json_values import plain_tables
from routing.http.masking import masked_plan
from routing.http.problems import ENCODE, MEDIA_TYPE, Problem, Refused, faulty_formula, json_bytes, of_failure, refuse
from routing.messages import message, plural
from routing.workspace.contexts import ContextFault, GivenContext, context_of
from routing.workspace.reading import read_ticket
from routing.workspace.toml_places import Document
from routing.workspace.toml_tables import Table

if TYPE_CHECKING:
    from routing.desk.desk import Desk

NAME = "<texto>"
"""What a text that comes without a file is called."""
TRACE_STEPS = 20_000
"""A trace goes no further; ``trace_truncated`` says so."""
KEPT_TEXTS, KEPT_LENGTH = 64, 4_000
"""How many compiled texts a process keeps, and the length of the longest: some two megabytes each at worst."""


@attrs.frozen
class Asked:
    """A request as a job sees it. ``options`` come from its headers: idempotency key and version seen."""

    body: Mapping[str, Any]
    language: str
    options: Mapping[str, Any]
    now: datetime


@attrs.frozen
class Answer:
    """What is sent back; the rest is for log and metrics. ``note`` tells of a decision, as JSON text in ASCII on one line, and
    ``counted`` is how it ended and at which gate; ``defect`` is the trace of a failure of our own.
    """

    status: int
    body: bytes
    media_type: str = "application/json"
    headers: Mapping[str, str] = attrs.field(factory=dict)
    note: str = ""
    counted: tuple[str, str] | None = None
    defect: str = ""


NOTE = json.JSONEncoder(separators=(",", ":")).encode
TICKET_KEY = re.compile(r"\s*(\d{1,9})\s*;\s*(\d{1,9})\s*;\s*(\d{1,9})\s*", re.ASCII)
Job = Callable[[Asked], Answer]


def answer_of(problem: Problem, language: str) -> Answer:
    """A problem as an answer."""
    return Answer(problem.status, json_bytes(problem.as_json(language)), MEDIA_TYPE, problem.headers)


def carried_out(job: Job, asked: Asked) -> Answer:
    """The answer of a job; what the request got wrong becomes a problem."""
    try:
        return job(asked)
    except Refused as refused:
        return answer_of(refused.problem, asked.language)
    except ContextFault as fault:
        return answer_of(faulty_formula(fault.diagnostics), asked.language)
    except FormulaError as error:
        return answer_of(faulty_formula(error.diagnostics), asked.language)
    except Failure as failure:
        return answer_of(of_failure(failure), asked.language)
    except (MemoryError, RecursionError):
        return answer_of(too_big(), asked.language)


def too_big() -> Problem:
    """The process has no room for what was asked."""
    return Problem(
        status=422,
        code="limite-memoria",
        detail=message("o pedido precisa de mais memória do que o serviço lhe dá"),
        hint=message("divida a fórmula, ou peça menos de uma vez"),
    )


def read_json(text: bytes) -> Any:
    """JSON with exact numbers. Raises Refused for NaN, numbers of thousands of digits, deep nesting, members told twice."""
    try:
        return EXACTLY(str(text, json.detect_encoding(text), "surrogatepass"))
    except (ValueError, RecursionError):
        raise refuse(400, "json-invalido", message("o corpo do pedido não é JSON que se possa ler")) from None


def no_number(text: str) -> None:
    """``NaN`` and ``Infinity`` are no JSON."""
    raise ValueError(text)


def each_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object. A member that stands there twice is refused: which of its values counts nobody could say."""
    made = dict(members)
    if len(made) != len(members):
        names = [name for name, _ in members]
        twice = next(name for name in names if names.count(name) > 1)
        raise refuse(422, "chave-repetida", message("'{chave}' aparece duas vezes no corpo do pedido", chave=twice[:80]))
    return made


HALF = re.compile("[\ud800-\udfff]")

EXACTLY = json.JSONDecoder(object_pairs_hook=each_once, parse_float=written_number, parse_constant=no_number).decode


# ---------------------------------------------------------------- formulas


@attrs.frozen
class FormulaJobs:
    """Check, run and explain texts that come with the request. Reaches no store. ``most`` bounds what may be asked, ``zone`` is the
    site's.

    A program sends the same texts again and again: the latest are kept in memory, and nowhere else.
    """

    most: Limits
    zone: tzinfo | None = None
    cache: Cache = attrs.field(factory=lambda: Cache(size=KEPT_TEXTS), eq=False, repr=False)

    def check(self, asked: Asked) -> Answer:
        """The contract's ``check``."""
        given = self.context(asked)
        schema = None if given is None else formula.Schema.of(given.context)
        lenient = asked.body.get("lenient") is True or (given is not None and given.lenient)
        found = formula.check(asked.body["text"], schema, lenient=lenient, name=NAME)
        document = {"files": [{"path": NAME, "diagnostics": [one.as_json(asked.language) for one in found]}]}
        return Answer(200, json_bytes(document | self.remarks(given, asked)))

    def run(self, asked: Asked) -> Answer:
        """The contract's ``run``; ``trace`` adds the steps."""
        given = self.context(asked)
        rule, context, limits = self.prepared(asked, given)
        remarks = self.remarks(given, asked)
        if asked.body.get("trace") is not True:
            return Answer(200, json_bytes(rule.run(context, limits).as_json(asked.language) | remarks))
        record = rule.record(context, limits)
        document = record.outcome.as_json(asked.language) | remarks
        if len(record) > TRACE_STEPS:
            document["trace_truncated"] = True
        document["trace"] = trace_of(record)
        return Answer(200, json_bytes(document))

    def explain(self, asked: Asked) -> Answer:
        """The outcome with the chain from values to result."""
        given = self.context(asked)
        rule, context, limits = self.prepared(asked, given)
        record = rule.record(context, limits)
        document = record.outcome.as_json(asked.language) | self.remarks(given, asked)
        document["explanation"] = [line.as_json(asked.language) for line in explain(record)]
        return Answer(200, json_bytes(document))

    def context(self, asked: Asked) -> GivenContext | None:
        """The context of the request, with a clock; None when it has none."""
        tables = asked.body.get("context")
        return None if tables is None else context_of(plain_tables(tables), zone=self.zone)

    def remarks(self, given: GivenContext | None, asked: Asked) -> dict[str, Any]:
        """What looks wrong in a context but does not keep it from serving, such as an unknown key."""
        if given is None or not given.warnings:
            return {}
        return {"warnings": [one.as_json(asked.language) for one in given.warnings]}

    def prepared(self, asked: Asked, given: GivenContext | None) -> tuple[formula.Rule, formula.Context, Limits]:
        """The compiled text, what it may see, and its bounds."""
        context = formula.Context() if given is None else given.context
        schema = formula.Schema() if given is None else formula.Schema.of(context)
        if context.now is None:
            context = attrs.evolve(context, now=wall_time(asked.now, self.zone))
        limits = self.limits(asked)
        lenient = asked.body.get("lenient") is True or (given is not None and given.lenient)
        text = asked.body["text"]
        cache = self.cache if len(text) <= KEPT_LENGTH else None
        rule = formula.compile(text, schema, lenient=lenient, name=NAME, limits=limits, cache=cache)
        return rule, context, limits

    def limits(self, asked: Asked) -> Limits:
        """The bounds asked for, none above the service's own."""
        given: Mapping[str, Any] = asked.body.get("limits") or {}
        wanted = {name: number for name, number in given.items() if number is not None}
        for name, number in wanted.items():
            most = getattr(self.most, name)
            if number > most:
                raise refuse(
                    422,
                    "limite-acima-do-permitido",
                    message("o limite '{nome}' pode ser no máximo {maximo}", nome=name, maximo=most),
                    message("peça menos, ou mude [limites] em repasse.toml"),
                )
        return attrs.evolve(self.most, **wanted)

    def jobs(self) -> dict[str, Job]:
        """By name."""
        return {"check": self.check, "run": self.run, "explain": self.explain}


def trace_of(record: Any) -> list[dict[str, Any]]:
    """The contract's trace, up to a length that can be sent."""
    steps: list[dict[str, Any]] = record.trace()
    return steps[:TRACE_STEPS]


# ---------------------------------------------------------------- the desk


@attrs.frozen
class DeskJobs:
    """Plans and moves on a desk."""

    desk: Desk
    masked: tuple[str, ...] = ()

    def plan(self, asked: Asked) -> Answer:
        """The contract's ``plan``, perhaps of a hypothesis; nothing is written."""
        wanted, key = hypothesis_of(asked), asked.body["ticket"]
        request = self.request(without_hypothesis(asked))
        if asked.options.get("draft_only"):
            return self.decided(self.desk.plan_draft(key, request, asked.now), asked, {})
        desk = self.desk if wanted.rules is None else self.under(wanted.rules)
        return self.decided(desk.plan(key, request, asked.now, wanted or None, expected=asked.body.get("expected")), asked, {})

    def under(self, name: str) -> Desk:
        """The desk under other rules than its own; no folder but its own can be named from outside."""
        from routing.releases.choosing import rules_named

        try:
            return self.desk.under(rules_named(name, self.desk.site, self.desk.store, local=False))
        except WorkspaceError as fault:
            count = sum(one.severity == "error" for _, found in fault.files for one in found)
            raise refuse(
                409,
                "regras-com-falhas",
                plural(
                    count,
                    "as regras '{nome}' têm {quantas} falha e não decidem",
                    "as regras '{nome}' têm {quantas} falhas e não decidem",
                    nome=name,
                    quantas=count,
                ),
                message("repasse check mostra todas"),
            ) from None

    def move(self, asked: Asked) -> Answer:
        """The contract's ``move``. A stale version is 412; a key used for another request is 409 (Conflict).

        Made or refused, it is kept as a decision, and the answer says where.
        """
        from routing.store import decision_log

        plan = self.desk.move(asked.body["ticket"], self.request(asked), asked.now)
        if plan.status != "moved":
            plan = attrs.evolve(plan, decision=decision_log.keep_refusal(self.desk.store, plan))
        number = plan.decision
        return self.decided(plan, asked, {} if number is None else {"Location": f"/v1/decisions/{number}"})

    def request(self, asked: Asked) -> Request:
        """The move that is asked for, with the ticket it opens if it brings one."""
        refuse_halves(asked.body, "")
        request = request_of(asked)
        tables = asked.body.get("draft")
        if tables is None:
            return request
        if source_of(asked.body):
            return self.differing(request, asked.body["ticket"], tables)
        return attrs.evolve(request, draft=self.draft(asked.body["ticket"], tables))

    def differing(self, request: Request, key: str, tables: Mapping[str, Any]) -> Request:
        """The opening of a copy with a ``draft`` of what differs. Without a type it is read as one of the other ticket's type; what
        it says as an empty ticket has it (a ``Normal`` priority, an empty subject) is set, so that it counts all the same."""
        if "tipo" not in tables:
            kind = self.desk.kind_seen(request.copy_from, request.actor)
            if kind is None:
                return request  # the plan says that there is no such ticket
            tables = {**tables, "tipo": kind}
        draft = self.draft(key, tables)
        named = {name_key(name) for name, _ in request.set}
        rows = [BY_KEY[name] for name in tables if name in BY_KEY]
        same = [
            (row.formula, display(value) if value else None)
            for row in rows
            if row.writable and row.formula and row.formula not in named
            if (value := getattr(draft, row.attribute)) == EMPTY_TICKET[row.attribute]
        ]
        return attrs.evolve(request, draft=draft, set=(*request.set, *same))

    def draft(self, key: str, tables: Mapping[str, Any]) -> Ticket:
        """Make the ticket of a body's ``draft``: an ``[[atendimento]]`` under the request's key, not open yet."""
        found = TICKET_KEY.fullmatch(key)
        if found is None:
            raise refuse(
                422,
                "chave-invalida",
                message("'{chave}' não é chave de atendimento", chave=key),
                message("um atendimento se escreve 'coligada;localidade;código'"),
            )
        tables = plain_tables(tables)
        zone = self.desk.site.zone
        tables = all_local(tables, zone)
        document = Document(Source("", "<draft>"), tables, zone=zone)
        named = dict(zip(("coligada", "localidade", "codigo"), map(int, found.groups()), strict=True))
        kept = {name: value for name, value in tables.items() if name != "status"}
        table = Table(document, (), kept | named)
        site = self.desk.present(key).site
        ticket = read_ticket(table, site.types, declared_kinds(site))
        table.finish()
        for one in unknown_names(ticket, known_names(site)):
            document.report(one.code, one.where, one.message, one.hint)
        if any(fault.severity == "error" for fault in document.faults):
            raise Refused(faulty_formula(document.faults))
        return ticket

    def decided(self, plan: Plan, asked: Asked, headers: Mapping[str, str]) -> Answer:
        """A plan as an answer, with a note for the log."""
        hidden = masked_plan(plan, self.masked, asked.language)
        note, counted = NOTE(noted(plan)), (plan.status, plan.gate or "")
        if plan.gate == "G2" and plan.reason is not None and asked.options.get("version") is not None:
            problem = Problem(
                status=412,
                code=plan.reason.code,
                detail=plan.reason.message,
                hint=plan.reason.hint,
                more={"plan": with_offsets(hidden or plan.as_json(asked.language), self.desk.site.zone)},
            )
            return attrs.evolve(answer_of(problem, asked.language), headers=headers, note=note, counted=counted)
        zone = self.desk.site.zone
        body = plan_bytes(plan, asked.language, zone) if hidden is None else json_bytes(with_offsets(hidden, zone))
        return Answer(200, body, headers=headers, note=note, counted=counted)

    def transfer(self, asked: Asked) -> Answer:
        """Many handoffs, a page at a time: the body says to whom, and which tickets."""
        from routing.desk.transferring import Transfer, transfer_tickets

        wanted = Transfer(**asked.body["wanted"])
        found = transfer_tickets(self.desk, asked.body["filters"], wanted, lambda: asked.now)
        return Answer(200, json_bytes(with_offsets(found.as_json(asked.language), self.desk.site.zone)))

    def jobs(self) -> dict[str, Job]:
        """By name."""
        return {"plan": self.plan, "move": self.move, "transfer": self.transfer}


def plan_bytes(plan: Plan, language: str, zone: tzinfo | None) -> bytes:
    """A plan as it is sent. Most of it is its explanation, whose lines become text without being made one by one."""
    text = plan.as_text(language, lambda part: text_with_offsets(ENCODE(part), zone))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json_bytes(with_offsets(plan.as_json(language), zone))


def refuse_halves(value: Any, place: str) -> None:
    """Halves of a surrogate pair and NULs are no text that a database could keep: 422 with the member that has one."""
    if isinstance(value, str):
        if "\0" in value:
            raise refuse(
                422,
                "texto-invalido",
                message("o texto de '{membro}' tem o caractere nulo (U+0000)", membro=place.replace("\0", "␀")),
                message("retire-o: nenhum banco o guarda, e ninguém o vê"),
            )
        if not value.isascii() and HALF.search(value):
            raise refuse(
                422,
                "texto-invalido",
                message("o texto de '{membro}' tem um caractere pela metade", membro=place),
                message("mande os textos em UTF-8"),
            )
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            refuse_halves(name, place or "ticket")
            refuse_halves(inner, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            refuse_halves(inner, f"{place}[{number}]")


def request_of(asked: Asked) -> Request:
    """The move that a body asks for."""
    body = asked.body
    version = asked.options.get("version")
    return Request(
        action=body["action"],
        to=body.get("to"),
        actor=asked.options.get("actor") or body.get("actor") or "",
        key=asked.options.get("key"),
        reason=body.get("reason"),
        justification=body.get("justification") or "",
        version=body.get("version") if version is None else version,
        wake_up=moment(body.get("wake_up"), "wake_up"),
        deadline=moment(body.get("deadline"), "deadline"),
        set=assigned(body),
        copy_from=copied(body),
        text=body.get("text") or "",
        kind=body.get("kind") or "log",
        publishable=body.get("publishable") is True,
        entry=body.get("entry"),
        cc=body.get("cc") or "",
        parts=tuple(body.get("parts") or ()),
        files=tuple(file_of(one) for one in body.get("files") or ()),
    )


def copied(body: Mapping[str, Any]) -> str:
    """The ticket that something is copied from: all of it by an opening, its parameters by a change."""
    whole, parameters = source_of(body), body.get("copy_parameters_from") or ""
    opens = action_named(body["action"]) == "open"
    if (whole and not opens) or (parameters and opens):
        raise refuse(
            422,
            "sobra-no-pedido",
            message("'from' é de uma abertura, e 'copy_parameters_from' de uma mudança"),
            message("mande só o que a ação usa"),
        )
    return whole or parameters


def file_of(given: Mapping[str, Any]) -> MailFile:
    """A file that comes with a body."""
    try:
        content = b64decode(given["content"], validate=True)
    except ValueError:
        raise refuse(
            422,
            "anexo-invalido",
            message("o conteúdo do anexo '{nome}' não está em base64", nome=given["name"][:80]),
        ) from None
    return mail_file(given["name"], content, given.get("content_type") or "")


def assigned(body: Mapping[str, Any]) -> tuple[tuple[str, str | None], ...]:
    """What a ``change`` sets and clears. A field named twice is refused."""
    made: dict[str, str | None] = {}
    for name, value in (*(body.get("set") or {}).items(), *((name, None) for name in body.get("clear") or ())):
        key = name_key(name)
        if key in made:
            raise refuse(422, "campo-repetido", message("o campo '{campo}' aparece duas vezes", campo=key))
        made[key] = written(key, value)
    return tuple(made.items())


def written(name: str, value: Any) -> str | None:
    """A JSON value as people write it; null and an empty text clear the field."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Mapping | list):
        raise refuse(422, "valor-invalido", message("o campo '{campo}' precisa de um texto, número ou lógico", campo=name))
    return display(value)


def hypothesis_of(asked: Asked) -> Hypothesis:
    """What a body supposes. A value is JSON, or written as answers write values."""
    body = asked.body
    values: dict[str, Any] = {}
    if is_change(body):
        body = {name: value for name, value in body.items() if name not in ("set", "clear")}
    given = plain_tables({"campos": body.get("set") or {}})["campos"]
    for name, value in [*given.items(), *((one, None) for one in body.get("clear") or ())]:
        key = name_key(name)
        if key in values:
            raise refuse(422, "hipotese-invalida", message("o campo '{campo}' aparece duas vezes na hipótese", campo=key[:200]))
        if isinstance(value, dict | list):
            raise refuse(422, "hipotese-invalida", message("o campo '{campo}' recebe um só valor", campo=key[:200]))
        values[key] = value
    now = moment(body.get("now"), "now")
    if now is not None and not isinstance(now, datetime):
        now = datetime(now.year, now.month, now.day)
    return Hypothesis(set=values, now=now, rules=body.get("rules"))


def is_change(body: Mapping[str, Any]) -> bool:
    """Whether ``set`` and ``clear`` say what a change does, and not what is supposed."""
    return sets_values(action_named(body["action"]), source_of(body))


def source_of(body: Mapping[str, Any]) -> str:
    """The ticket that an opening copies: by the contract's name, or the model's own."""
    return body.get("from") or body.get("from_ticket") or ""


def without_hypothesis(asked: Asked) -> Asked:
    """What is asked for without what is supposed."""
    if is_change(asked.body):
        return asked
    return attrs.evolve(asked, body={name: value for name, value in asked.body.items() if name not in ("set", "clear")})


def moment(text: str | None, name: str) -> datetime | date | None:
    """An ISO date, or date and time; one with an offset is turned to the site's clock where it is decided about."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        raise refuse(
            422,
            "data-invalida",
            message("'{nome}' não é uma data: '{texto}'", nome=name, texto=text[:40]),
            message("escreva 2026-11-24 ou 2026-11-24T10:00"),
        ) from None


def noted(plan: Plan) -> dict[str, Any]:
    """What the log says of a decision: who, what, how it ended, by which texts of formulas; no field's value."""
    return {
        "ticket": plan.ticket,
        "action": plan.action,
        "actor": plan.request.actor,
        "status": plan.status,
        "gate": plan.gate,
        "reason": None if plan.reason is None else plan.reason.code,
        "formulas": [{"code": run.code, "hash": run.hash} for run in plan.formulas],
        "mails": len(plan.mails),
        "rules": plan.rules,
    }
