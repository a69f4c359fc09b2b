"""The HTTP service (contract, HTTP): formulas and moves for programs, and the sandbox for the page.

``build_app`` makes the application; a shell may add its page to it. Texts that come with a request run in processes
without a store, moves in processes with one; this process only passes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated, Any

import attrs
import structlog
from fastapi import APIRouter, FastAPI, Header, Path, Request, Response, Security
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPBearer
from fastapi.telemetry import TelemetryConfig
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from formula.messages import LANGUAGES
from formula.runtime.limits import DEFAULT, Limits
from routing import http_answers as shapes
from routing.failures import Failure
from routing.http_bodies import Body, CheckBody, ExplainBody, MoveBody, RunBody
from routing.http_door import Door, Keyring, allowed_hosts, guarded, key_door, page_door
from routing.http_jobs import Answer
from routing.http_masking import masked_decision
from routing.http_settings import ServiceSettings, service_settings
from routing.http_watch import Metrics, Watch, new_metrics
from routing.messages import message
from routing.plugins import installed
from routing.pool import Pool, PoolPlan
from routing.problems import MEDIA_TYPE, Problem, Refused, json_bytes, of_failure, refuse
from routing.service import Desk, open_desk
from routing.store import decision_log

IDEMPOTENCY = "Idempotency-Key"


@attrs.define(eq=False)
class Service:
    """What the routes share. Without a ``desk`` there are no keys and no tickets: only the sandbox answers."""

    settings: ServiceSettings
    language: str
    desk: Desk | None
    run: Pool
    sandbox: Pool
    decide: Pool | None
    keys: Keyring
    metrics: Metrics
    ready: bool = False
    functions: dict[str, bytes] = attrs.field(factory=dict)

    @property
    def pools(self) -> list[Pool]:
        """Every pool there is."""
        return [pool for pool in (self.run, self.sandbox, self.decide) if pool is not None]

    async def start(self) -> None:
        """Start the processes."""
        await asyncio.gather(*(pool.start() for pool in self.pools))
        self.ready = True

    async def stop(self) -> None:
        """End them and close the desk."""
        self.ready = False
        await asyncio.gather(*(pool.stop() for pool in self.pools))
        if self.desk is not None:
            self.desk.close()


def build_app(place: str | None, host: str = "127.0.0.1", language: str | None = None) -> FastAPI:
    """The application on a workspace folder or database URL, or on none. ``host`` is the address it will be bound to.

    Raises WorkspaceError, SettingsFault, StoreError as :func:`routing.open_desk` does.
    """
    desk = None if place is None else open_desk(place)
    limits = DEFAULT if desk is None else desk.site.policy.limits
    settings = service_settings({} if desk is None else desk.site.settings, limits)
    spoken = language or ("pt" if desk is None else desk.site.language)
    service = Service(
        settings=settings,
        language=spoken,
        desk=desk,
        run=formula_pool("run", settings, settings.run_processes, 5),
        sandbox=formula_pool("sandbox", settings, settings.sandbox_processes, 10),
        decide=None if place is None else desk_pool(place, settings, limits),
        keys=Keyring(None if desk is None else desk.store, settings.key_seconds),
        metrics=new_metrics(),
    )
    return application(service, host)


def formula_pool(name: str, settings: ServiceSettings, size: int, nice: int) -> Pool:
    """Processes for strangers' texts: no store, lower priority, never all for one caller when there are several."""
    return Pool(
        PoolPlan(
            name=name, size=size, queue=settings.queue, per_caller=max(1, size - 1), place=None, limits=settings.limits,
            memory=settings.memory, answer=settings.answer, nice=nice,
        )
    )  # fmt: skip


def desk_pool(place: str, settings: ServiceSettings, limits: Limits) -> Pool:
    """Processes that decide and write, by the site's own formulas."""
    size = settings.desk_processes
    return Pool(
        PoolPlan(
            name="desk", size=size, queue=settings.queue, per_caller=size, place=place, limits=limits,
            memory=settings.memory, answer=settings.answer, nice=0,
        )
    )  # fmt: skip


def application(service: Service, host: str) -> FastAPI:
    """The routes of a service, with problems as answers."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await service.start()
        try:
            yield
        finally:
            await service.stop()

    app = FastAPI(
        title="repasse",
        version="1",
        summary="Fórmulas do TOTVS RM e repasse de atendimentos.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        telemetry=telemetry(service.settings),
        middleware=[Middleware(Watch, settings=service.settings, metrics=service.metrics, language=service.language)],
    )
    app.state.service = service
    page = page_door(allowed_hosts(service.settings, host))
    # One flat list, the busiest first: a request is matched against one route after the other.
    app.router.routes += [
        *desk_routes(service),
        *formula_routes(service, "/v1", service.run, lambda scope: key_door(service.keys, scope)),
        *formula_routes(service, "/sandbox", service.sandbox, lambda _scope: page),
        *state_routes(service),
    ]
    add_problems(app, service)
    app.openapi = partial(document, app)  # type: ignore[method-assign]
    return app


def telemetry(settings: ServiceSettings) -> TelemetryConfig:
    """OpenTelemetry spans of requests, when asked for; the usual OTEL_ variables say where they go."""
    on = settings.tracing
    return {"tracing": on, "metrics": False, "logs": False, "operation_spans": False, "auto_configure": on}


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, made once, with the shape of problems."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
        shape = shapes.ProblemShape.model_json_schema(ref_template="#/components/schemas/{model}")
        inner = shape.pop("$defs", {})
        made["components"]["schemas"] |= {**inner, "ProblemShape": shape}
        app.openapi_schema = made
    return app.openapi_schema


# ---------------------------------------------------------------- problems as answers


def add_problems(app: FastAPI, service: Service) -> None:
    """Every refusal in one shape."""

    def said(request: Request, problem: Problem) -> Response:
        document = problem.as_json(language_of(request, service)) | {"request_id": request.scope.get("repasse.request_id")}
        return Response(json_bytes(document), problem.status, dict(problem.headers), MEDIA_TYPE)

    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> Response:
        return said(request, error.problem)

    @app.exception_handler(Failure)
    async def failed(request: Request, error: Failure) -> Response:
        return said(request, of_failure(error))

    @app.exception_handler(HTTPException)
    async def known(request: Request, error: HTTPException) -> Response:
        return said(request, of_status(error, request.url.path))


def of_status(error: HTTPException, path: str) -> Problem:
    """What the framework refuses by itself: no such address, no such method."""
    headers = dict(error.headers or {})
    if error.status_code == 404:
        return Problem(status=404, code="endereco-desconhecido", detail=message("não há nada em '{caminho}'", caminho=path[:200]),
                       hint=message("os endereços estão em /openapi.json"))
    if error.status_code == 405:
        return Problem(status=405, code="metodo-desconhecido", headers=headers,
                       detail=message("este endereço atende: {metodos}", metodos=headers.get("Allow", "")))
    return Problem(status=error.status_code, code="recusado", detail=str(error.detail), headers=headers)


def language_of(request: Request, service: Service) -> str:
    """The first language of Accept-Language that we speak, else the service's own."""
    for part in request.headers.get("accept-language", "").lower().split(",")[:20]:
        tag = part.partition(";")[0].strip()[:2]
        if tag in LANGUAGES:
            return tag
    return service.language


# ---------------------------------------------------------------- routes

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


BODY_PROBLEMS = (400, 408, 413, 415, 422, 429, 504)


def formula_routes(service: Service, prefix: str, pool: Pool, door_of: Callable[[str], Door]) -> list[BaseRoute]:
    """check, run and explain: for programs with a key, and for the page without."""
    with_key = prefix == "/v1"
    refusals = (401, 403) if with_key else (403,)
    router = door_router(service, prefix, door_of("run"), with_key)
    seconds = service.settings.run_seconds

    async def passed_on(request: Request, job: str, body: Body) -> Response:
        return await worked(request, service, pool, Work(job, body.given, seconds))

    @router.post("/check", responses=answers(shapes.CheckShape, *refusals, *BODY_PROBLEMS))
    async def check(request: Request, body: CheckBody) -> Response:
        """Every fault of a formula, with place, hint and fix."""
        return await passed_on(request, "check", body)

    @router.post("/run", responses=answers(shapes.RunShape, *refusals, *BODY_PROBLEMS))
    async def run(request: Request, body: RunBody) -> Response:
        """Run a formula. A fault of the run is an outcome; a text that is no formula is refused with its diagnostics."""
        return await passed_on(request, "run", body)

    @router.post("/explain", responses=answers(shapes.ExplainShape, *refusals, *BODY_PROBLEMS))
    async def explain(request: Request, body: ExplainBody) -> Response:
        """Run a formula and tell the chain from the values to the result."""
        return await passed_on(request, "explain", body)

    reading = door_router(service, prefix, door_of("read"), with_key)

    @reading.get("/functions", responses=answers(shapes.FunctionsShape, *refusals))
    async def functions(request: Request) -> Response:
        """What formulas can call."""
        language = language_of(request, service)
        if language not in service.functions:
            service.functions[language] = function_list(service, language)
        return Response(service.functions[language], media_type="application/json")

    return [*router.routes, *reading.routes]


def door_router(service: Service, prefix: str, door: Door, with_key: bool = True) -> APIRouter:
    """Routes behind a door. The door itself asks for keys; the dependency only says so in the document."""
    bearer = [Security(HTTPBearer(auto_error=False, description="repasse key new"))] if with_key else []
    return APIRouter(prefix=prefix, tags=[prefix], route_class=guarded(door, service.settings), dependencies=bearer)


def function_list(service: Service, language: str) -> bytes:
    """The rows of the site, or the built-in ones, by name."""
    site_rows = None if service.desk is None else service.desk.site.functions
    rows = installed().functions if site_rows is None else site_rows
    unique = sorted({id(row): row for row in rows.values()}.values(), key=lambda row: row.name)
    return json_bytes({"functions": [row.as_json(language) for row in unique]})


@attrs.frozen
class Work:
    """What a process is to do: a job with a request's body, within some seconds."""

    job: str
    body: bytes
    seconds: float
    options: Mapping[str, Any] = attrs.field(factory=dict)


async def worked(request: Request, service: Service, pool: Pool, work: Work) -> Response:
    """Have a process do it, and send what it gives."""
    language = language_of(request, service)
    answer = await pool.answer(work.job, work.body, request.state.caller, language, work.seconds, work.options)
    if answer.note is not None:
        note_decision(request, service, work.job, answer)
    return Response(answer.body, answer.status, dict(answer.headers), answer.media_type)


def note_decision(request: Request, service: Service, job: str, answer: Answer) -> None:
    """A decision, or a defect, in the log."""
    log = structlog.get_logger("repasse.http")
    note = dict(answer.note or {})
    number = request.scope.get("repasse.request_id")
    if "defect" in note:
        log.error("defect", request_id=number, job=job, traceback=note["defect"])
        return
    service.metrics.decisions.labels(job, note["status"], note["gate"] or "").inc()
    if service.settings.tracing:
        from opentelemetry.trace import get_current_span

        told = {name: note[name] for name in ("ticket", "action", "status", "gate") if note[name] is not None}
        get_current_span().set_attributes({f"repasse.{name}": value for name, value in told.items()})
    where = answer.headers.get("Location", "")
    log.info("decision", request_id=number, job=job, decision=where.rpartition("/")[2] or None, key=request.state.caller, **note)


def desk_routes(service: Service) -> list[BaseRoute]:
    """Plans and moves, tickets and decisions."""
    settings = service.settings
    planning, moving, reading = (
        door_router(service, "/v1", key_door(service.keys, scope)) for scope in ("run", "move", "read")
    )

    async def passed_on(request: Request, job: str, body: Body, key: str | None, seen: str | None) -> Response:
        options = {"key": key, "version": None if seen in {None, "*"} else int(str(seen).strip('"'))}
        return await worked(request, service, desk_pool_of(service), Work(job, body.given, settings.move_seconds, options))

    @planning.post("/plans", responses=answers(shapes.PlanShape, 401, 403, 412, *BODY_PROBLEMS))
    async def plans(request: Request, body: MoveBody, if_match: MatchHeader = None) -> Response:
        """What a move would do: who receives, which mails, and why. Nothing is written."""
        return await passed_on(request, "plan", body, None, if_match)

    @moving.post("/moves", responses=answers(shapes.PlanShape, 401, 403, 409, 412, *BODY_PROBLEMS))
    async def moves(
        request: Request, body: MoveBody, idempotency_key: KeyHeader = None, if_match: MatchHeader = None
    ) -> Response:
        """Make a move. The same Idempotency-Key gives the same answer again; Location names the decision."""
        return await passed_on(request, "move", body, idempotency_key, if_match)

    @reading.get("/tickets/{key}", responses=answers(shapes.TicketShape, 401, 403, 404, 422))
    async def ticket(request: Request, key: Annotated[str, Path(max_length=64, examples=["1;1;42"])]) -> Response:
        """A ticket with its histories, discussion and mails. ETag is its version, for If-Match."""
        shown = await run_in_threadpool(desk_behind(service).show, key)
        return Response(json_bytes(shown), headers={"ETag": f'"{shown["ticket"]["version"]}"'}, media_type="application/json")

    @reading.get("/decisions/{number}", responses=answers(shapes.DecisionShape, 401, 403, 404, 422))
    async def decision(request: Request, number: Annotated[int, Path(ge=1, le=2**63 - 1, examples=[1])]) -> Response:
        """A move as it was decided, with the hashes of the formulas that decided."""
        plan = await run_in_threadpool(desk_behind(service).decision, number)
        if plan is None:
            raise refuse(404, "decisao-desconhecida", message("a decisão {numero} não existe", numero=number))
        shown = masked_decision(number, plan, settings.masked, language_of(request, service))
        return Response(json_bytes(shown), media_type="application/json")

    return [*planning.routes, *moving.routes, *reading.routes]


KeyHeader = Annotated[
    str | None,
    Header(
        alias=IDEMPOTENCY, min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$",
        description="Asking again with the same key and the same body gives the same answer.", examples=["pedido-981"],
    ),
]  # fmt: skip
MatchHeader = Annotated[
    str | None,
    Header(alias="If-Match", pattern=r'^("\d{1,9}"|\*)$', description="The version seen, as an ETag: another one gives 412.", examples=['"3"']),
]


def desk_pool_of(service: Service) -> Pool:
    """The pool of the desk; a service without a workspace has no right key, so its doors never open."""
    assert service.decide is not None
    return service.decide


def desk_behind(service: Service) -> Desk:
    """The desk itself, for reading; as above."""
    assert service.desk is not None
    return service.desk


def state_routes(service: Service) -> list[BaseRoute]:
    """For whoever watches the service."""
    router = APIRouter(tags=["state"])

    @router.get("/healthz", responses={200: {"model": shapes.HealthShape}})
    async def healthz() -> Response:
        """The process answers."""
        return Response(b'{"status":"ok"}', media_type="application/json")

    @router.get("/readyz", responses={200: {"model": shapes.HealthShape}, 503: {"description": "Not ready.", **PROBLEM}})
    async def readyz() -> Response:
        """The processes are up and the database answers."""
        if not service.ready:
            raise refuse(503, "iniciando", message("o serviço ainda está iniciando"), Retry_After="1")
        if service.desk is not None:
            await run_in_threadpool(decision_log.answers, service.desk.store)
        return Response(b'{"status":"ok"}', media_type="application/json")

    @router.get(
        "/metrics",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus text."}},
    )
    async def metrics() -> Response:
        """Counters for Prometheus."""
        from prometheus_client import generate_latest

        lines = [generate_latest(service.metrics.registry).decode(), *pool_lines(service.pools)]
        if service.desk is not None:
            lines += await run_in_threadpool(mail_lines, service.desk)
        return Response("".join(lines), media_type="text/plain; version=0.0.4; charset=utf-8")

    return router.routes


def pool_lines(pools: list[Pool]) -> list[str]:
    """The pools now."""
    lines = []
    for name, value in (("busy", "busy"), ("waiting", "waiting"), ("killed", "killed")):
        kind = "counter" if name == "killed" else "gauge"
        suffix = "_total" if kind == "counter" else ""
        lines.append(f"# TYPE repasse_pool_{name}{suffix} {kind}\n")
        lines += [f'repasse_pool_{name}{suffix}{{pool="{pool.plan.name}"}} {getattr(pool, value)}\n' for pool in pools]
    return lines


def mail_lines(desk: Desk) -> list[str]:
    """Mails by state."""
    from routing.dispatch import counts

    return ["# TYPE repasse_mails gauge\n", *(f'repasse_mails{{state="{state}"}} {many}\n' for state, many in counts(desk.store).items())]
