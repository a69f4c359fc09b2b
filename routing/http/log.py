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
from urllib.parse import urlsplit

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


@attrs.define(eq=False)
class Arriving:
    """Bodies that are still coming, in all and by address: they hold memory, but no turn at the work."""

    count: int = 0
    size: int = 0
    by_address: dict[str, list[int]] = attrs.field(factory=dict)

    def begin(self, address: str) -> bool:
        """One more body; False when there are too many."""
        mine = self.by_address.setdefault(address, [0, 0])
        if self.count >= MOST_BODIES or mine[0] >= MOST_BODIES // 4:
            return False
        self.count += 1
        mine[0] += 1
        return True

    def grow(self, address: str, size: int) -> bool:
        """A piece of a body; False when they have become too big together."""
        self.size += size
        mine = self.by_address[address]
        mine[1] += size
        return self.size <= MOST_BYTES and mine[1] <= MOST_BYTES // 2

    def end(self, address: str, size: int) -> None:
        """A body has come whole, or comes no more."""
        self.count -= 1
        self.size -= size
        mine = self.by_address[address]
        mine[0] -= 1
        mine[1] -= size
        if not mine[0]:
            del self.by_address[address]


class Full(Exception):
    """Too much at once; the request is answered so."""


class Watch:
    """An ASGI layer around the application. Over ``settings.requests`` in work, it answers 503 by itself.

    A request is in work from when it is whole: one whose body does not come keeps nobody out. Questions about the service's
    own health are always let in.
    """

    def __init__(self, app: ASGIApp, settings: ServiceSettings, metrics: Metrics, language: str, log: Any) -> None:
        """``language`` is that of the answer when the service is full."""
        self.app = app
        self.settings = settings
        self.metrics = metrics
        self.log = log
        self.working = 0
        self.arriving = Arriving()
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
                if not any(name == b"cache-control" for name, _ in headers) and scope["path"].startswith(PRIVATE):
                    headers.append((b"cache-control", b"no-store"))
            await send(event)

        turn = Turn(self, scope, receive)
        try:
            if not self.known_host(scope):
                await self.refuse(answer, STRANGE_HOST)
            else:
                turn.begin()
                await self.app(scope, turn.receive, answer)
        except Full:
            if not started:
                await self.refuse(answer, FULL)
        except Exception:
            self.log.exception("defect", request_id=number)
            if not started:
                await self.refuse(answer, DEFECT)
        finally:
            turn.end()
            self.note(scope, number, status, time.perf_counter() - start)

    def known_host(self, scope: Scope) -> bool:
        """Whether the service is asked under one of its names, where it has been given any."""
        if not self.settings.hosts or scope["path"] in ALWAYS:
            return True
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
        return (urlsplit(f"//{host}").hostname or "") in {name.lower() for name in self.settings.hosts}

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


class Turn:
    """One request on its way: first its body comes, then it is in work."""

    def __init__(self, watch: Watch, scope: Scope, receive: Receive) -> None:
        """Nothing is counted yet."""
        self.watch = watch
        self.inner = receive
        self.always = scope["path"] in ALWAYS
        self.address = (scope.get("client") or ("",))[0]
        self.has_body = any(
            name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0")) for name, value in scope["headers"]
        )
        self.coming = self.working = False
        self.size = 0

    def begin(self) -> None:
        """Count the request where it belongs now. Raises Full."""
        if self.always:
            return
        if not self.has_body:
            self.work()
        elif self.watch.arriving.begin(self.address):
            self.coming = True
        else:
            raise Full

    def work(self) -> None:
        """The request is whole. Raises Full."""
        if self.watch.working >= self.watch.settings.requests:
            raise Full
        self.working = True
        self.watch.working += 1
        self.watch.metrics.working.inc()

    async def receive(self) -> Message:
        """What comes of the body."""
        event = await self.inner()
        if self.coming and event["type"] == "http.request":
            self.size += len(event.get("body", b""))
            if not self.watch.arriving.grow(self.address, len(event.get("body", b""))):
                raise Full
            if not event.get("more_body", False):
                self.arrived()
                self.work()
        return event

    def arrived(self) -> None:
        """The body comes no more."""
        if self.coming:
            self.coming = False
            self.watch.arriving.end(self.address, self.size)

    def end(self) -> None:
        """The request is answered."""
        self.arrived()
        if self.working:
            self.working = False
            self.watch.working -= 1
            self.watch.metrics.working.dec()


MOST_BODIES, MOST_BYTES = 1_024, 64 * 1024 * 1024
"""Bodies that may be on their way at once, and their bytes; one address may have a quarter of the former, half of the latter."""

ALWAYS = frozenset({"/healthz", "/readyz", "/metrics"})
"""Whoever watches the service is let in whatever happens."""

PRIVATE = ("/v1", "/sandbox", "/healthz", "/readyz", "/metrics")
"""Answers that no cache may keep."""

STRANGE_HOST = Problem(
    status=421,
    code="endereco-estranho",
    detail=message("o serviço não atende sob este nome"),
    hint=message("escreva o nome em [servico] enderecos de repasse.toml"),
)
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


class Told(logging.Handler):
    """What libraries say, as lines of the same log. A caller who has left is no news."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line, never a traceback."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, ConnectionError):
            return
        why = {} if error is None else {"error": f"{type(error).__name__}: {error}"}
        service_log().warning("library", logger=record.name, message=record.getMessage().split("\n", 1)[0], **why)


def configure_log(stream: Any) -> None:
    """Log lines as JSON on a stream, those of libraries too."""
    root = logging.getLogger()
    root.handlers = [Told(logging.WARNING)]
    structlog.configure(
        processors=[stamped, structlog.processors.format_exc_info, as_line],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=True,
    )
