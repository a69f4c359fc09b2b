"""The routes of the contract: formulas, plans and moves, tickets and decisions."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any

import attrs
from fastapi import APIRouter, Header, Path, Query, Request, Response, Security
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute

from routing.clock import now_in, this_moment
from routing.desk.clients import client_list
from routing.desk.clock import due_list
from routing.desk.desk import Desk
from routing.desk.filters import yes_of
from routing.desk.following import event_list
from routing.desk.knowledge import article, article_list, ask_for, register
from routing.desk.listing import decision_list, ticket_list
from routing.domain.zone import with_offsets
from routing.exchange.decided import NoCase, case_of_decision
from routing.http import answers as shapes
from routing.http import filters, rows
from routing.http.bodies import (
    AbsenceBody,
    ArticleBody,
    Body,
    CheckBody,
    ContactBody,
    ExplainBody,
    MoveBody,
    PlanBody,
    RunBody,
    TransferBody,
)  # fmt: skip
from routing.http.door import HOLDER, Door, Holder, guarded, key_door
from routing.http.filters import filters_of
from routing.http.leaving import LEAVING, TOGETHER
from routing.http.log import DECIDED, Decided
from routing.http.masking import masked_decision, masked_plan, masked_ticket, secrets_in, subject_hider
from routing.http.problems import MEDIA_TYPE, json_bytes, refuse
from routing.http.service import Service, language_of
from routing.http.workers.jobs import Answer
from routing.http.workers.pool import Pool, Work
from routing.messages import message
from routing.plugins import installed
from routing.releases.asking import NotRecorded, ask_again
from routing.reports.page import POLICY, printed_page
from routing.reports.picture import picture
from routing.reports.statistics import statistics
from routing.store.pruning import no_decision
from routing.workspace.toml_tables import pair

TRACED = ("ticket", "action", "status", "gate")
Responses = dict[int | str, dict[str, Any]]
PROBLEM = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemShape"}}}}


def answers(shape: type[Any], *problems: int, more: Mapping[int, Any] | None = None) -> Responses:
    """The documented answers of a route."""
    described = {
        400: "The body cannot be read.", 401: "No valid key.", 403: "Not allowed.", 404: "Not found.",
        408: "The body came too slowly.", 409: "Contradicts another request.", 412: "The ticket has another version.",
        413: "Too big.", 415: "The body is no JSON.", 422: "The request, the formula or its context is faulty.",
        429: "Too many requests of this caller.", 500: "A defect.", 503: "Busy or starting.", 504: "Past the deadline.",
    }  # fmt: skip
    made: Responses = {200: {"model": shape}}
    for status in sorted({*problems, 500, 503}):
        made[status] = {"description": described[status], **PROBLEM}
    return made | dict(more or {})


SVG = {"image/svg+xml": {"schema": {"type": "string"}}}
BODY_PROBLEMS = (400, 408, 413, 415, 422, 429, 504)


def formula_routes(service: Service, prefix: str, pool: Pool, door_of: Callable[..., Door]) -> list[BaseRoute]:
    """check, run and explain: for programs with a key, and for the page without."""
    with_key = prefix == "/v1"
    refusals = (401, 403) if with_key else (403,)
    router = door_router(service, prefix, door_of, "run")
    seconds = service.settings.run_seconds

    async def passed_on(request: Request, job: str, body: Body) -> Response:
        return await worked(request, service, pool, Work(job, body.given, seconds))

    @router.post("/check", responses=answers(shapes.CheckShape, *refusals, *BODY_PROBLEMS))
    async def check_formula(request: Request, body: CheckBody) -> Response:
        """Every fault of a formula, with place, hint and fix."""
        return await passed_on(request, "check", body)

    @router.post("/run", responses=answers(shapes.RunShape, *refusals, *BODY_PROBLEMS))
    async def run_formula(request: Request, body: RunBody) -> Response:
        """Run a formula. A fault of the run is an outcome; a text that is no formula is refused with diagnostics."""
        return await passed_on(request, "run", body)

    @router.post("/explain", responses=answers(shapes.ExplainShape, *refusals, *BODY_PROBLEMS))
    async def explain_formula(request: Request, body: ExplainBody) -> Response:
        """Run a formula and tell the chain from the values to the result."""
        return await passed_on(request, "explain", body)

    reading = door_router(service, prefix, door_of, "read", "run", "move")

    @reading.get("/functions", responses=answers(shapes.FunctionsShape, *refusals))
    async def list_functions(request: Request) -> Response:
        """What formulas can call."""
        language = language_of(request, service)
        if language not in service.functions:
            service.functions[language] = function_list(service, language)
        return Response(service.functions[language], media_type="application/json")

    return [*router.routes, *reading.routes]


def door_router(service: Service, prefix: str, door_of: Callable[..., Door], *scopes: str) -> APIRouter:
    """Routes behind a door, which opens to a key with one of the scopes. The door itself asks for keys; the dependency only says so
    in the document."""
    bearer = [Security(HTTPBearer(auto_error=False, description="repasse key new"), scopes=scopes)] if prefix == "/v1" else []
    return APIRouter(
        prefix=prefix,
        tags=[prefix],
        route_class=guarded(door_of(*scopes), service.settings),
        dependencies=bearer,
        generate_unique_id_function=client_name,
    )


def client_name(route: APIRoute) -> str:
    """The name of a route's function, as clients made from the document call it; what the page asks says so."""
    return route.name if route.path.startswith("/v1") else f"{route.name}_in_{route.path.split('/')[1]}"


def function_list(service: Service, language: str) -> bytes:
    """The rows of the site, or the built-in ones, by name."""
    site_rows = None if service.desk is None else service.desk.site.functions
    rows = installed().functions if site_rows is None else site_rows
    unique = sorted({id(row): row for row in rows.values()}.values(), key=lambda row: row.name)
    return json_bytes({"functions": [row.as_json(language) for row in unique]})


async def worked(request: Request, service: Service, pool: Pool, work: Work) -> Response:
    """Have a process do it, and send what it gives."""
    language = language_of(request, service)
    answer = await pool.answer(request.state.caller, work, language, request.scope.get(LEAVING))
    return told(request, service, work.job, answer)


def told(request: Request, service: Service, job: str, answer: Answer) -> Response:
    """An answer as it is sent. A decision is counted and goes into the request's line of the log, a defect into one of its own."""
    if answer.defect:
        service.log.error("defect", request_id=request.scope.get("repasse.request_id"), job=job, traceback=answer.defect)
    if answer.counted is not None:
        service.metrics.decided(job, *answer.counted)
        request.scope[DECIDED] = Decided(job, answer.headers.get("Location", "").rpartition("/")[2] or None, answer.note)
        if service.settings.tracing:
            trace_decision(answer.note)
    return Response(answer.body, answer.status, dict(answer.headers), answer.media_type)


def trace_decision(note: str) -> None:
    """What the span of the request says of a decision."""
    from opentelemetry.trace import get_current_span

    known = {name: value for name, value in json.loads(note).items() if value is not None}
    get_current_span().set_attributes({f"repasse.{name}": known[name] for name in TRACED if name in known})


def add_decisions(reading: APIRouter, service: Service) -> None:
    """The routes of decisions, behind the door that reads."""
    settings = service.settings

    @reading.get(
        "/decisions",
        responses=answers(rows.DecisionsShape, 401, 403, 404, 422),
        openapi_extra=filters.described(filters.DECISIONS),
    )
    async def list_decisions(request: Request, viewer: ViewerQuery = None) -> Response:
        """Decisions by filters, newest first, a page at a time; ``next`` is the cursor for ``after``."""
        asked = filters_of(request, filters.DECISIONS) | {"viewer": viewer_of(request, viewer)}
        found = await run_in_threadpool(decision_list, desk_behind(service), asked)
        return sent(service, found)

    @reading.get("/decisions/{number}", responses=answers(shapes.DecisionShape, 401, 403, 404, 422))
    async def show_decision(
        request: Request, number: Annotated[int, Path(ge=1, le=2**63 - 1, examples=[1])], viewer: ViewerQuery = None
    ) -> Response:
        """A move as it was decided, with the hashes of the formulas that decided."""
        filters_of(request)
        plan = await run_in_threadpool(desk_behind(service).decision, number, viewer_of(request, viewer))
        if plan is None:
            raise refuse(404, "decisao-desconhecida", await run_in_threadpool(no_decision, desk_behind(service).store, number))
        shown = masked_decision(number, plan, settings.masked, language_of(request, service))
        return sent(service, shown)

    @reading.get("/decisions/{number}/case", responses=answers(shapes.CaseShape, 401, 403, 404, 409, 422))
    async def keep_decision(
        request: Request,
        number: Annotated[int, Path(ge=1, le=2**63 - 1, examples=[1])],
        viewer: ViewerQuery = None,
        mask: Annotated[bool, Query(description="People, addresses and telephones by made-up names.")] = False,
    ) -> Response:
        """The decision as a case of rule tests: the text of a ``*.casos.toml``, which passes with the rules of now."""
        filters_of(request, {"mask"})
        desk = desk_behind(service)
        plan = await run_in_threadpool(desk.decision, number, viewer_of(request, viewer))
        if plan is None:
            raise refuse(404, "decisao-desconhecida", await run_in_threadpool(no_decision, desk.store, number))
        secrets = secrets_in(plan, settings.masked)
        make = partial(case_of_decision, desk, plan, number, mask=mask, hidden=settings.masked, secrets=secrets)
        try:
            made = await run_in_threadpool(make)
        except NoCase as lost:
            raise refuse(409, lost.code, lost.message, lost.hint) from None
        return sent(service, attrs.asdict(made))

    @reading.post("/decisions/{number}/again", responses=answers(shapes.AgainShape, 401, 403, 404, 409, 422))
    async def repeat_decision(
        request: Request, number: Annotated[int, Path(ge=1, le=2**63 - 1, examples=[1])], viewer: ViewerQuery = None
    ) -> Response:
        """The decision made again from what was recorded, by its own rules, people and facts: whether both are equal."""
        filters_of(request)
        desk = desk_behind(service)
        if await run_in_threadpool(desk.decision, number, viewer_of(request, viewer)) is None:
            raise refuse(404, "decisao-desconhecida", await run_in_threadpool(no_decision, desk.store, number))
        try:
            made = await run_in_threadpool(ask_again, desk.store, desk.site, number)
        except NotRecorded as lost:
            raise refuse(409, lost.code, lost.message, lost.hint) from None
        language = language_of(request, service)
        shown = made.as_json(language)
        for name, plan in (("then", made.then), ("now", made.now)):
            alike = attrs.evolve(plan, status=shown[name]["status"])
            shown[name] = masked_plan(alike, settings.masked, language) or shown[name]
        return sent(service, shown)


def add_articles(moving: APIRouter, reading: APIRouter, service: Service) -> None:
    """The routes of questions and tips."""

    @reading.get(
        "/articles", responses=answers(rows.ArticlesShape, 401, 403, 422), openapi_extra=filters.described(filters.ARTICLES)
    )
    async def list_articles(request: Request) -> Response:
        """Questions and tips, newest first, a page at a time; ``state`` is registered or requested."""
        asked = filters_of(request, filters.ARTICLES)
        return sent(service, await run_in_threadpool(article_list, desk_behind(service), asked))

    @reading.get("/articles/{number}", responses=answers(rows.ArticleShape, 401, 403, 404, 422))
    async def show_article(request: Request, number: Annotated[int, Path(ge=1, le=2**31, examples=[1])]) -> Response:
        """One question with its answer. A note of kind ``faq`` with its number as ``entry`` says that it solved a ticket."""
        filters_of(request)
        return sent(service, (await run_in_threadpool(article, desk_behind(service), number)).as_json())

    @moving.post("/articles", responses=answers(rows.ArticleShape, 401, 403, 404, *BODY_PROBLEMS))
    async def save_article(request: Request, body: ArticleBody) -> Response:
        """Request one of a ticket (``ticket``), or register one (``title``, ``solution``), anew with ``number``."""
        holder: Holder = request.scope[HOLDER]
        actor = bound_person(holder, body.actor, "actor") or ""
        desk, texts = (
            desk_behind(service),
            {name: getattr(body, name) or "" for name in ("title", "request", "solution", "product")},
        )
        now = now_in(desk.site.zone)
        if body.ticket is not None:
            made = await run_in_threadpool(ask_for, desk, body.ticket, actor, now)
        else:
            made = await run_in_threadpool(partial(register, desk, actor, now, body.number, **texts))
        return sent(service, made.as_json())


def add_people(reading: APIRouter, moving: APIRouter, service: Service) -> None:
    """The routes of people's presence."""

    @reading.get(
        "/absences", responses=answers(rows.AbsencesShape, 401, 403, 404, 422), openapi_extra=filters.described(filters.ABSENCES)
    )
    async def list_absences(request: Request) -> Response:
        """Who is away, busy or inactive; with ``person`` how one is, with ``history`` all that was said, newest first."""
        asked = filters_of(request, filters.ABSENCES)
        desk, history = desk_behind(service), yes_of("history", asked.get("history"))
        now = now_in(desk.site.zone)
        found = await run_in_threadpool(lambda: desk.absences(now, asked.get("person", ""), history=history))
        return sent(service, found)

    @reading.get(
        "/clients", responses=answers(rows.ClientsShape, 401, 403, 404, 422), openapi_extra=filters.described(filters.CLIENTS)
    )
    async def list_clients(request: Request) -> Response:
        """Clients by kind, part of the name, document (CPF or CNPJ) or code, as a new ticket may have them; masked documents are
        hidden. ``more`` tells that there are others."""
        asked = filters_of(request, filters.CLIENTS)
        site = await run_in_threadpool(desk_behind(service).now_site)
        return sent(service, client_list(site, asked, service.settings.masked))

    @reading.get("/contacts", responses=answers(rows.ContactsShape, 401, 403, 422))
    async def list_contacts(
        request: Request, owner: Annotated[str, Query(min_length=3, max_length=200, examples=["cliente;C001"])]
    ) -> Response:
        """The contacts of a client or representative: those of the directory, and those recorded here."""
        filters_of(request, {"owner"})
        return sent(service, await run_in_threadpool(desk_behind(service).contacts, owner))

    @moving.post("/contacts", responses=answers(rows.ContactsShape, 401, 403, *BODY_PROBLEMS))
    async def save_contact(request: Request, body: ContactBody) -> Response:
        """Record, change or delete a contact: obeyed from the next decision on. Those of the directory are only read."""
        actor = bound_person(request.scope[HOLDER], body.actor, "actor")
        desk = desk_behind(service)
        found = await run_in_threadpool(desk.save_contact, body.asked(actor or ""), now_in(desk.site.zone))
        return sent(service, found)

    @moving.post("/absences", responses=answers(rows.PresenceShape, 401, 403, *BODY_PROBLEMS))
    async def save_absence(request: Request, body: AbsenceBody) -> Response:
        """Say that somebody is away, or what somebody's own status is: obeyed from the next decision on."""
        actor = bound_person(request.scope[HOLDER], body.actor, "actor")
        desk = desk_behind(service)
        found = await run_in_threadpool(desk.say_presence, body.said(actor or ""), now_in(desk.site.zone))
        return sent(service, found)


def add_transfers(moving: APIRouter, service: Service) -> None:
    """The route of many handoffs at once."""

    @moving.post("/transfers", responses=answers(rows.TransferShape, 401, 403, 404, 409, *BODY_PROBLEMS))
    async def make_transfers(request: Request, body: TransferBody, idempotency_key: KeyHeader = None) -> Response:
        """Hand over the tickets that filters give, a page at a time, one decision each; ``next`` is the cursor for ``after``.
        With the same Idempotency-Key no ticket is moved twice."""
        actor = bound_person(request.scope[HOLDER], body.actor, "actor")
        desk_behind(service)
        wanted = {
            "to": body.to, "actor": actor or "", "reason": body.reason, "justification": body.justification or "",
            "key": idempotency_key or "", "apply": body.apply,
        }  # fmt: skip
        asked = json_bytes({"wanted": wanted, "filters": body.filters()})
        work = Work("transfer", asked, service.settings.move_seconds, kept=body.apply)
        return await worked(request, service, desk_pool_of(service), work)


def add_others(reading: APIRouter, moving: APIRouter, service: Service) -> None:
    """The routes beside plans, moves and tickets."""
    add_people(reading, moving, service)
    add_transfers(moving, service)
    add_decisions(reading, service)
    add_articles(moving, reading, service)


def desk_routes(service: Service) -> list[BaseRoute]:
    """Plans and moves, tickets and decisions."""
    settings = service.settings
    planning, moving, reading = (
        door_router(service, "/v1", partial(key_door, service.keys), *scopes)
        for scopes in (("run", "read", "move"), ("move",), ("read",))
    )

    async def passed_on(request: Request, job: str, body: MoveBody, key: str | None, seen: str | None) -> Response:
        options = {"key": key, "version": version_of(seen), **options_of(request, body, job)}
        work = Work(job, body.given, settings.move_seconds, options, kept=job == "move")
        return await worked(request, service, desk_pool_of(service), work)

    @planning.post("/plans", responses=answers(shapes.PlanShape, 401, 403, 412, *BODY_PROBLEMS))
    async def plan_move(request: Request, body: PlanBody, if_match: MatchHeader = None) -> Response:
        """What a move would do, or would if what is supposed held: who receives, which mails, and why. Nothing is written."""
        quick = service.quick
        if quick is not None and quick.expects(body, time.monotonic()) and here_is_best(request, desk_pool_of(service)):
            options = {"version": version_of(if_match), **options_of(request, body, "plan")}
            answer = quick.plan(body, language_of(request, service), options, this_moment())
            if answer is not None:
                return told(request, service, "plan", answer)
        return await passed_on(request, "plan", body, None, if_match)

    @moving.post("/moves", responses=answers(shapes.PlanShape, 401, 403, 409, 412, *BODY_PROBLEMS))
    async def make_move(
        request: Request, body: MoveBody, idempotency_key: KeyHeader = None, if_match: MatchHeader = None
    ) -> Response:
        """Make a move. The same Idempotency-Key gives the same answer again; Location names the decision."""
        return await passed_on(request, "move", body, idempotency_key, if_match)

    @reading.get(
        "/tickets", responses=answers(rows.TicketsShape, 401, 403, 404, 422), openapi_extra=filters.described(filters.TICKETS)
    )
    async def list_tickets(request: Request, viewer: ViewerQuery = None) -> Response:
        """Tickets by filters and words, newest first, a page at a time; ``next`` is the cursor for ``after``."""
        asked = filters_of(request, filters.TICKETS) | {"viewer": viewer_of(request, viewer)}
        found = await run_in_threadpool(ticket_list, desk_behind(service), asked, subject_hider(settings.masked))
        return sent(service, found)

    @reading.get(
        "/events", responses=answers(rows.EventsShape, 401, 403, 404, 422), openapi_extra=filters.described(filters.EVENTS)
    )
    async def list_events(request: Request, viewer: ViewerQuery = None) -> Response:
        """What happened, oldest first, behind the number in ``after``; ``next`` is the number to ask behind."""
        asked = filters_of(request, filters.EVENTS) | {"viewer": viewer_of(request, viewer)}
        desk = desk_behind(service)
        found = await run_in_threadpool(event_list, desk.store, desk.site, asked)
        return sent(service, found)

    @reading.get("/due", responses=answers(rows.DueShape, 401, 403, 404, 422), openapi_extra=filters.described(filters.DUE))
    async def list_due(request: Request, viewer: ViewerQuery = None) -> Response:
        """What comes due by itself: what is overdue first, then what comes next. ``until`` ends the list."""
        asked = filters_of(request, filters.DUE) | {"viewer": viewer_of(request, viewer)}
        desk = desk_behind(service)
        found = await run_in_threadpool(due_list, desk, asked, now_in(desk.site.zone))
        return sent(service, found)

    @reading.get(
        "/stats",
        responses=answers(rows.StatisticsShape, 401, 403, 422, more={200: {"model": rows.StatisticsShape, "content": SVG}}),
        openapi_extra=filters.described(filters.STATISTICS),
    )
    async def show_statistics(request: Request, viewer: ViewerQuery = None) -> Response:
        """Moves, refusals by gate, open tickets by holder, tickets by status, and hours in steps against their duration. ``since``
        bounds what happened; ``picture`` gives an SVG instead."""
        asked = filters_of(request, filters.STATISTICS) | {"viewer": viewer_of(request, viewer)}
        desk, language = desk_behind(service), language_of(request, service)
        found = await run_in_threadpool(statistics, desk, asked, now_in(desk.site.zone), language)
        if yes_of("picture", "true" if asked.get("picture") == "svg" else asked.get("picture")):
            return Response(picture(found, language), media_type="image/svg+xml")
        return sent(service, found)

    @reading.get(
        "/tickets/{key}/page",
        response_class=HTMLResponse,
        responses=answers(rows.TicketShape, 401, 403, 404, 422, more={200: {"description": "A page."}}),
    )
    async def print_ticket(
        request: Request, key: Annotated[str, Path(max_length=64, examples=["1;1;42"])], viewer: ViewerQuery = None
    ) -> Response:
        """The same ticket as an HTML page for paper, without anything that runs or loads."""
        filters_of(request)
        desk, language = desk_behind(service), language_of(request, service)
        shown = masked_ticket(await run_in_threadpool(desk.show, key, viewer_of(request, viewer)), settings.masked)
        site = await run_in_threadpool(desk.now_site)
        made = printed_page(shown, site, language, now_in(desk.site.zone))
        return Response(made, headers={"Content-Security-Policy": POLICY}, media_type="text/html; charset=utf-8")

    @reading.get("/tickets/{key}", responses=answers(rows.TicketShape, 401, 403, 404, 422))
    async def show_ticket(
        request: Request, key: Annotated[str, Path(max_length=64, examples=["1;1;42"])], viewer: ViewerQuery = None
    ) -> Response:
        """A ticket with its histories, discussion and mails. ETag is its version, for If-Match. Masked fields are hidden."""
        filters_of(request)
        shown = await run_in_threadpool(desk_behind(service).show, key, viewer_of(request, viewer))
        shown = masked_ticket(shown, settings.masked)
        return sent(service, shown, {"ETag": f'"{shown["ticket"]["version"]}"'})

    add_others(reading, moving, service)
    return [*planning.routes, *moving.routes, *reading.routes]


KeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Asking again with the same key and the same body gives the same answer.",
        examples=["pedido-981"],
    ),
]
MatchHeader = Annotated[
    str | None,
    Header(
        alias="If-Match",
        pattern=r'^("\d{1,9}"|\*)$',
        description="The version seen, as an ETag: another one gives 412.",
        examples=['"3"'],
    ),
]


ViewerQuery = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=128,
        description="The attendant who looks: only what this person may see is there.",
        examples=["1;2"],
    ),
]


def viewer_of(request: Request, asked: str | None) -> str | None:
    """Who looks: the one named, or the attendant whom the key belongs to, who may name nobody else."""
    holder: Holder = request.scope[HOLDER]
    return bound_person(holder, asked, "viewer")


def bound_person(holder: Holder, asked: str | None, name: str) -> str | None:
    """The person named in a request. A key that belongs to an attendant speaks for nobody else."""
    if not holder.attendant:
        return asked
    if asked and (pair(asked) or asked) != holder.attendant:
        raise refuse(
            403,
            "chave-de-outro-atendente",
            message("a chave é do atendente {chave} e não fala por '{outro}'", chave=holder.attendant, outro=asked),
            message("deixe '{nome}' de fora, ou use outra chave", nome=name),
        )
    return holder.attendant


def options_of(request: Request, body: MoveBody, job: str) -> dict[str, Any]:
    """What the key lets a request do. One that only runs formulas plans drafts, and reads nothing that is stored."""
    holder: Holder = request.scope[HOLDER]
    made: dict[str, Any] = {}
    if holder.attendant:
        made["actor"] = bound_person(holder, body.actor, "actor")
    if job == "plan" and holder.scopes.isdisjoint({"read", "move"}):
        if body.draft is None:
            raise refuse(
                403,
                "escopo-ausente",
                message("planejar um atendimento gravado pede uma chave com o escopo 'read'"),
                message("mande o atendimento em 'draft', ou crie outra chave: repasse key new --scope read --scope run"),
            )
        made["draft_only"] = True
    return made


def version_of(seen: str | None) -> int | None:
    """The version that an ``If-Match`` names."""
    return None if seen is None or seen == "*" else int(seen.strip('"'))


def here_is_best(request: Request, pool: Pool) -> bool:
    """Whether a plan is better tried in this process: when nobody else wants it, or the others have enough to do."""
    together = request.scope.get(TOGETHER)
    return together is None or len(together) <= 1 or not pool.has_room()


def desk_pool_of(service: Service) -> Pool:
    """The pool of the desk; a service without a workspace has no right key, so its doors never open."""
    assert service.decide is not None
    return service.decide


def sent(service: Service, document: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """A document of the desk; its times leave with the offset of the site's zone."""
    body = json_bytes(with_offsets(document, desk_behind(service).site.zone))
    return Response(body, headers=None if headers is None else dict(headers), media_type="application/json")


def desk_behind(service: Service) -> Desk:
    """The desk itself, for reading; as above."""
    assert service.desk is not None
    return service.desk
