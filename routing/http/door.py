"""What every request passes before its route: who asks, how much, how slowly, from which site."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import attrs
from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from routing.http.problems import refuse
from routing.http.reading import header, reading_of
from routing.http.settings import ServiceSettings
from routing.messages import message
from routing.store.unit import Store

MOST_REMEMBERED = 4_096
LOOPBACK = ("localhost", "127.0.0.1", "::1")
CHALLENGE = {"WWW_Authenticate": 'Bearer realm="repasse"'}

Door = Callable[[Request], Awaitable[str]]
"""Lets a request in and says who the caller is, for taking turns; or raises Refused."""


@attrs.frozen
class Holder:
    """Who has a key: its number, its scopes, and the attendant it belongs to, if it does."""

    id: str
    scopes: frozenset[str]
    attendant: str = ""


HOLDER = "repasse.holder"
"""Where a request keeps the holder of its key."""


@attrs.define(eq=False)
class Keyring:
    """API keys, asked of the store; a right one is remembered for a short time, so a revoked one ends within it."""

    store: Store | None
    seconds: float
    known: dict[bytes, tuple[float, Holder]] = attrs.field(factory=dict)

    async def holder(self, text: str) -> Holder | None:
        """Who has a key, and what it lets do; None when it is wrong or revoked."""
        mark, now = sha256(text.encode("utf-8", "surrogateescape")).digest(), time.monotonic()
        found = self.known.get(mark)
        if found is not None and found[0] > now:
            return found[1]
        if self.store is None:
            return None
        from routing.http import keys

        key = await run_in_threadpool(keys.verify, self.store, text)
        if key is None:
            self.known.pop(mark, None)
            return None
        if len(self.known) >= MOST_REMEMBERED:
            self.known.clear()
        made = Holder(key.id, key.scopes, key.attendant)
        self.known[mark] = (now + self.seconds, made)
        return made


def key_door(keyring: Keyring, *scopes: str) -> Door:
    """Make a door for keys with one of some scopes; the first is the one to ask for."""
    scope = scopes[0]

    async def open_door(request: Request) -> str:
        kind, _, text = (header(request, b"authorization") or "").partition(" ")
        if kind.lower() != "bearer" or not text.strip():
            raise refuse(
                401,
                "chave-ausente",
                message("este endereço pede uma chave"),
                message("mande Authorization: Bearer CHAVE; crie uma: repasse key new --scope {escopo}", escopo=scope),
                **CHALLENGE,
            )
        found = await keyring.holder(text.strip())
        if found is None:
            raise refuse(
                401,
                "chave-invalida",
                message("a chave não vale"),
                message("crie outra com: repasse key new"),
                **CHALLENGE,
            )
        if found.scopes.isdisjoint(scopes):
            raise refuse(
                403,
                "escopo-ausente",
                message("a chave não tem o escopo '{escopo}'", escopo=scope),
                message("crie uma que o tenha: repasse key new --scope {escopo}", escopo=scope),
            )
        request.scope["repasse.key"] = found.id
        request.scope[HOLDER] = found
        return found.id

    return open_door


def page_door(hosts: frozenset[str]) -> Door:
    """Lets in the page's own requests: those of a browser must come from our own origin."""

    async def open_door(request: Request) -> str:
        host = request.headers.get("host", "")
        if hosts and (urlsplit(f"//{host}").hostname or "") not in hosts:
            raise refuse(
                403,
                "endereco-estranho",
                message("a página não é servida em '{endereco}'", endereco=host[:100]),
                message("escreva o nome em [servico] enderecos de repasse.toml"),
            )
        origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
        if (origin is not None and urlsplit(origin).netloc != host) or site not in {None, "same-origin", "none"}:
            raise refuse(
                403,
                "origem-estranha",
                message("só a própria página pode pedir isto"),
                message("outros programas usam /v1 com uma chave"),
            )
        return request.client.host if request.client else ""

    return open_door


def guarded(door: Door, settings: ServiceSettings) -> type[APIRoute]:
    """Make a kind of route that asks the door before it reads the body, and reads the body within bounds.

    It takes the request apart by the route's own annotations: bodies are models, the rest headers and parts of the
    path. FastAPI's own way of doing that costs as much as a whole plan; it still writes the document from the same
    annotations.
    """

    class GuardedRoute(APIRoute):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self.app = directly(self.get_route_handler())

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            endpoint, reading = self.endpoint, reading_of(self.endpoint)

            async def handle(request: Request) -> Response:
                request.state.caller = await door(request)
                body = None
                if reading.model is not None:
                    asks_json(request)
                    body = await read_body(request.receive, header(request, b"content-length"), settings)
                made: Response = await endpoint(request, **reading.values(request, body))
                return made

            return handle

    return GuardedRoute


def directly(answer: Callable[[Request], Awaitable[Response]]) -> ASGIApp:
    """An application without FastAPI's stacks for dependencies that must be closed: these routes have none."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        made = await answer(Request(scope, receive, send))
        await made(scope, receive, send)

    return app


def asks_json(request: Request) -> None:
    """Only JSON bodies are read: a form of another site can send none."""
    kind = header(request, b"content-type") or ""
    if kind != "application/json" and kind.partition(";")[0].strip().lower() != "application/json":
        raise refuse(415, "corpo-nao-json", message("o corpo deve vir como application/json"), Accept="application/json")


async def read_body(receive: Receive, declared: str | None, settings: ServiceSettings) -> bytes:
    """The whole body, unless it is too big or comes too slowly."""
    if declared is not None and declared.isdigit() and int(declared) > settings.body:
        raise too_big(settings)
    parts: list[bytes] = []
    size, more = 0, True
    try:
        async with asyncio.timeout(settings.body_seconds):
            while more:
                event = await receive()
                if event["type"] == "http.disconnect":
                    raise refuse(400, "conexao-encerrada", message("a conexão acabou antes do corpo"))
                part, more = event.get("body", b""), event.get("more_body", False)
                size += len(part)
                if size > settings.body:
                    raise too_big(settings)
                parts.append(part)
    except TimeoutError:
        raise refuse(
            408,
            "corpo-lento",
            message("o corpo não chegou em {segundos} s", segundos=f"{settings.body_seconds:g}"),
            Connection="close",
        ) from None
    return b"".join(parts) if len(parts) > 1 else parts[0]


def too_big(settings: ServiceSettings) -> Exception:
    """The refusal of a body."""
    return refuse(
        413,
        "corpo-grande",
        message("o corpo passa de {maximo} bytes", maximo=settings.body),
        message("divida o pedido"),
        Connection="close",
    )


def allowed_hosts(settings: ServiceSettings, bound: str) -> frozenset[str]:
    """Names under which the page may be served; none at all means any, for a service bound to every address."""
    if settings.hosts:
        return frozenset(name.lower() for name in settings.hosts)
    if bound in {"", "0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return frozenset()
    return frozenset({*LOOPBACK, bound.lower()})
