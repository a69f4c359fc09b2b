"""Around every request: its id, how many are in work, how long each took, in the log and in the metrics."""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

import attrs
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from routing.http.problems import MEDIA_TYPE, Problem, json_bytes
from routing.http.settings import ServiceSettings
from routing.messages import message

REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
UNMATCHED = "(outro)"
"""The route of requests that matched none: their paths are strangers' text and no label."""


DECIDED = "repasse.decided"
"""The name of the :class:`Decided` in the scope of a request that ended in a decision."""


@attrs.frozen(eq=False)
class Decided:
    """A decision for the log: the job, its number if it is kept, and what is told of it, as JSON text."""

    job: str
    number: str | None
    note: str


@attrs.frozen(eq=False)
class Metrics:
    """What /metrics counts; each service has its own."""

    registry: CollectorRegistry
    requests: Counter
    seconds: Histogram
    working: Gauge
    decisions: Counter
    decided_so_far: dict[tuple[str, str, str], Any] = attrs.field(factory=dict)

    def decided(self, job: str, status: str, gate: str) -> None:
        """Count a decision; its counter is looked up once."""
        counter = self.decided_so_far.get((job, status, gate))
        if counter is None:
            counter = self.decided_so_far[job, status, gate] = self.decisions.labels(job, status, gate)
        counter.inc()


def new_metrics() -> Metrics:
    """Counters at zero."""
    registry = CollectorRegistry()
    return Metrics(
        registry,
        Counter("repasse_requests", "Requests answered.", ["method", "route", "status"], registry=registry),
        Histogram("repasse_request_seconds", "Time from request to answer.", ["route"], buckets=SECONDS, registry=registry),
        Gauge("repasse_requests_working", "Requests in work.", registry=registry),
        Counter("repasse_decisions", "Decided plans and moves.", ["job", "status", "gate"], registry=registry),
    )


class Watch:
    """An ASGI layer around the application. Over ``settings.requests`` in work, it answers 503 by itself."""

    def __init__(self, app: ASGIApp, settings: ServiceSettings, metrics: Metrics, language: str, log: Any) -> None:
        """``language`` is that of the answer when the service is full."""
        self.app = app
        self.settings = settings
        self.metrics = metrics
        self.log = log
        self.working = 0
        self.kinds: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self.language = language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Only requests are watched; WebSocket connections and the lifespan pass."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        number = request_id(scope)
        scope["repasse.request_id"] = number
        start, status, started = time.perf_counter(), 500, False

        async def answer(event: Message) -> None:
            nonlocal status, started
            if event["type"] == "http.response.start":
                status, started = event["status"], True
                headers = event.setdefault("headers", [])
                headers.extend([(b"x-request-id", number.encode()), (b"x-content-type-options", b"nosniff")])
            await send(event)

        self.working += 1
        self.metrics.working.inc()
        try:
            if self.working > self.settings.requests:
                await self.refuse(answer, FULL)
            else:
                await self.app(scope, receive, answer)
        except Exception:
            self.log.exception("defect", request_id=number)
            if not started:
                await self.refuse(answer, DEFECT)
        finally:
            self.working -= 1
            self.metrics.working.dec()
            self.note(scope, number, status, time.perf_counter() - start)

    async def refuse(self, send: Send, problem: Problem) -> None:
        """Answer with a problem instead of the application."""
        body = json_bytes(problem.as_json(self.language))
        headers = [
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"retry-after", b"1"),
        ]
        await send({"type": "http.response.start", "status": problem.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def meters(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        """The two meters of a kind of answer, looked up once."""
        found = self.kinds.get((method, route, status))
        if found is None:
            counts, clocks = self.metrics.requests, self.metrics.seconds
            found = self.kinds[method, route, status] = counts.labels(method, route, str(status)), clocks.labels(route)
        return found

    def note(self, scope: Scope, number: str, status: int, seconds: float) -> None:
        """One line of log, two metrics. Nothing a caller wrote but the route's own words, and who asks for what of which ticket."""
        route = getattr(scope.get("route"), "path", None) or UNMATCHED
        method = scope["method"] if scope["method"] in METHODS else UNMATCHED
        count, clock = self.meters(method, route, status)
        count.inc()
        clock.observe(seconds)
        self.log.info(
            "request", request_id=number, method=method, route=route, status=status, ms=round(seconds * 1000, 2),
            key=scope.get("repasse.key"), decided=scope.get(DECIDED),
        )  # fmt: skip


FULL = Problem(status=503, code="servico-ocupado", detail=message("há pedidos demais em atendimento"))
DEFECT = Problem(status=500, code="falha-interna", detail=message("o serviço falhou neste pedido; a falha foi registrada"))
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def request_id(scope: Scope) -> str:
    """The caller's own id when it is a plain word, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and REQUEST_ID.fullmatch(value):
            return str(value.decode())
    return secrets.token_hex(8)


ENCODE = json.JSONEncoder(ensure_ascii=False, default=repr).encode


def service_log() -> Any:
    """The logger of the service, made once: making one costs as much as a line."""
    return structlog.get_logger("repasse.http").bind()


def stamped(_logger: Any, level: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Add level and time (UTC)."""
    event["level"] = level
    event["timestamp"] = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return event


def as_line(_logger: Any, _level: str, event: MutableMapping[str, Any]) -> str:
    """One line of JSON; a decision stands at its end."""
    decided = event.pop("decided", None)
    if decided is None:
        return ENCODE(event)
    event.update(job=decided.job, decision_id=decided.number)
    return f'{ENCODE(event)[:-1]},"decision":{decided.note}}}'


def configure_log(stream: Any) -> None:
    """Log lines as JSON on a stream."""
    structlog.configure(
        processors=[stamped, structlog.processors.format_exc_info, as_line],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=True,
    )
