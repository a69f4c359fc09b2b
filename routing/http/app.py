"""The HTTP service (contract, HTTP): formulas and moves for programs, and the sandbox for the page.

``build_app`` makes the application; a shell may add its page to it. Texts that come with a request run in processes
without a store, moves in processes with one; this process only passes on.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Match

from formula.limits import DEFAULT
from routing.desk.patience import open_patiently
from routing.failures import Failure, StoreGone
from routing.http.document import document
from routing.http.door import Keyring, allowed_hosts, key_door, page_door
from routing.http.log import Watch, new_metrics, service_log
from routing.http.problems import MEDIA_TYPE, Problem, Refused, json_bytes, of_failure
from routing.http.quick import quick_desk
from routing.http.routes import desk_routes, formula_routes
from routing.http.rules_watch import RulesWatch, check_rules
from routing.http.service import Service, desk_pool, formula_pool, language_of
from routing.http.settings import ServiceSettings, service_settings
from routing.http.state import state_routes
from routing.messages import message
from routing.releases.publishing import Check


def build_app(place: str | None, host: str = "127.0.0.1", language: str | None = None, check: Check = check_rules) -> FastAPI:
    """The application on a workspace folder or database URL, or on none. ``host`` is the address it will be bound to; ``check`` is
    the door through which a changed folder becomes a release.

    Raises WorkspaceError, SettingsFault, StoreError as :func:`routing.open_desk` does.
    """
    log = service_log()

    def waits(gone: StoreGone) -> None:
        log.warning("store_waiting", reason=str(gone))

    desk = None if place is None else open_patiently(place, waits, serving=True)
    watch = None
    if desk is not None and place is not None:
        watch = RulesWatch(desk, None if "://" in place else Path(place), log, check)
        watch.start()
        desk = watch.desk_now()
    limits = DEFAULT if desk is None else desk.site.policy.limits
    settings = service_settings({} if desk is None else desk.site.settings, limits)
    spoken = language or ("pt" if desk is None else desk.site.language)
    zone = "" if desk is None or desk.site.zone is None else str(desk.site.zone)
    service = Service(
        settings=settings,
        language=spoken,
        desk=desk,
        run=formula_pool("run", settings, settings.run_processes, 5, zone),
        sandbox=formula_pool("sandbox", settings, settings.sandbox_processes, 10, zone),
        decide=None if place is None else desk_pool(place, settings, limits),
        keys=Keyring(None if desk is None else desk.store, settings.key_seconds),
        metrics=new_metrics(),
        log=log,
        rules=watch,
        quick=quick_desk(desk, settings.masked),
    )
    return application(service, host)


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
        openapi_url=None if service.settings.guarded_state else "/openapi.json",
        redoc_url=None,
        separate_input_output_schemas=False,
        telemetry=telemetry(service.settings),
        middleware=[
            Middleware(Watch, settings=service.settings, metrics=service.metrics, language=service.language, log=service.log)
        ],
    )
    app.state.service = service
    page = page_door(allowed_hosts(service.settings, host))
    # One flat list, the busiest first: a request is matched against one route after the other.
    app.router.routes += [
        *desk_routes(service),
        *formula_routes(service, "/v1", service.run, partial(key_door, service.keys)),
        *formula_routes(service, "/sandbox", service.sandbox, lambda *_scopes: page),
        *state_routes(service),
    ]
    add_problems(app, service)
    app.openapi = partial(document, app)  # type: ignore[method-assign]
    return app


def telemetry(settings: ServiceSettings) -> TelemetryConfig:
    """OpenTelemetry spans of requests, when asked for; the usual OTEL_ variables say where they go."""
    on = settings.tracing
    return {"tracing": on, "metrics": False, "logs": False, "operation_spans": False, "auto_configure": on}


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
        return said(request, of_status(error, request.url.path, methods_of(app, request)))


def methods_of(app: FastAPI, request: Request) -> str:
    """What an address serves, by all of its routes: the framework names those of the first alone."""
    found: set[str] = set()
    for route in app.router.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            found |= getattr(route, "methods", None) or set()
    return ", ".join(sorted(found))


def of_status(error: HTTPException, path: str, methods: str) -> Problem:
    """What the framework refuses by itself: no such address, no such method."""
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = methods
    if error.status_code == 404:
        return Problem(
            status=404,
            code="endereco-desconhecido",
            detail=message("não há nada em '{caminho}'", caminho=path[:200]),
            hint=message("os endereços estão em /openapi.json"),
        )
    if error.status_code == 405:
        return Problem(
            status=405,
            code="metodo-desconhecido",
            headers=headers,
            detail=message("este endereço atende: {metodos}", metodos=headers.get("Allow", "")),
        )
    return Problem(status=error.status_code, code="recusado", detail=str(error.detail), headers=headers)
