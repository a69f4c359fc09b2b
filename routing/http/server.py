"""The socket: uvicorn with a deadline for a request's head, so that a slow client holds nothing for long."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp
from uvicorn import Config, Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from formula.messages import Message
from routing.failures import SettingsFault
from routing.http.leaving import LEAVING, TOGETHER, Leaving
from routing.http.settings import ServiceSettings
from routing.messages import message

KEEP_ALIVE = 30
"""Seconds that a connection may idle between two requests."""
LONGEST_HEAD = 64 * 1024
"""Bytes of a request's first line and headers."""

TOO_LONG_HEAD = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/problem+json\r\nconnection: close\r\n"
    b'content-length: 69\r\n\r\n{"status":431,"code":"cabecalho-grande","title":"cabecalho-grande"}  '
)

LATE = 0.25
"""Seconds by which a timer's call must be overdue for the service itself to have been busy."""
GRACE = 10
"""Seconds that requests in work have when the service is told to stop."""


class PatientProtocol(HttpToolsProtocol):
    """HTTP/1.1; a connection whose next head does not come whole in time is closed, and one that ends is told of."""

    leaving: Leaving
    head_seconds = 10.0
    head_timer: asyncio.TimerHandle | None = None
    head_due = 0.0
    head_open = True
    head_size = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first head must come."""
        super().connection_made(transport)
        self.leaving = Leaving()
        self.expect_head()

    def data_received(self, data: bytes) -> None:
        """Bytes come; those of a head that is not whole yet are counted, however few lines they make."""
        if self.head_open:
            self.head_size += len(data)
        super().data_received(data)
        if self.head_open and self.head_size > LONGEST_HEAD:
            self.refuse_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A whole header."""
        self.fields_size += len(name) + len(value)
        super().on_header(name, value)

    def refuse_head(self) -> None:
        """Answer 431 and close."""
        self.forget_head()
        if not self.transport.is_closing():
            self.transport.write(TOO_LONG_HEAD)
            self.transport.close()

    fields_size = 0

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self.head_open, self.fields_size = True, 0
        self.scope[LEAVING] = self.leaving  # type: ignore[literal-required]
        self.scope[TOGETHER] = self.tasks  # type: ignore[literal-required]
        if self.head_timer is None:
            self.expect_head()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self.forget_head()
        self.head_open, self.head_size = False, 0
        if self.fields_size + len(self.url) > LONGEST_HEAD:
            self.refuse_head()
            return
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing to expect any more; nobody waits for an answer."""
        self.forget_head()
        super().connection_lost(exc)
        self.leaving.happen()

    def expect_head(self) -> None:
        """Start the clock."""
        self.head_due = self.loop.time() + self.head_seconds
        self.head_timer = self.loop.call_later(self.head_seconds, self.give_up)

    def forget_head(self) -> None:
        """Stop the clock."""
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None

    def give_up(self) -> None:
        """Close the connection; but when it is we who are late, the head may lie there unread: wait once more."""
        self.head_timer = None
        if self.loop.time() - self.head_due > LATE:
            self.expect_head()
            return
        if not self.transport.is_closing():
            self.transport.close()


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one. Raises SettingsFault when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except (OSError, OverflowError) as error:
        made.close()
        raise SettingsFault(
            message(
                "não foi possível atender em {endereco}:{porta}: {motivo}",
                endereco=host,
                porta=port,
                motivo=getattr(error, "strerror", None) or str(error),
            ),
            message("escolha outra porta com --port; 0 toma uma livre"),
        ) from None
    return made


def run(app: FastAPI, host: str, port: int, report: Callable[[Message], None], root: str = "") -> None:
    """Serve until SIGINT or SIGTERM. ``report`` gets the address when requests are answered; ``root`` is the path under which
    a proxy offers the service."""

    def told(address: str) -> None:
        report(message("atendendo em {endereco}/", endereco=address))

    serve(app, app.state.service.settings, host, port, told, root)


def serve(app: ASGIApp, settings: ServiceSettings, host: str, port: int, told: Callable[[str], None], root: str = "") -> None:
    """As :func:`run`, for any application; ``told`` gets the address alone."""
    bound = listen(host, port)
    protocol: Any = type("BoundProtocol", (PatientProtocol,), {"head_seconds": settings.header_seconds})
    config = Config(
        app, http=protocol, ws="websockets-sansio", lifespan="on", access_log=False, log_level="warning",
        server_header=False, timeout_keep_alive=KEEP_ALIVE, timeout_graceful_shutdown=GRACE, backlog=512,
        proxy_headers=bool(settings.proxies), forwarded_allow_ips=list(settings.proxies), root_path=root or settings.root,
        log_config=None,
    )  # fmt: skip
    server = Announced(config, bound, told)
    server.run(sockets=[bound])
    if not server.started:
        raise SettingsFault(message("o serviço não iniciou; o motivo está acima"))


class Announced(Server):
    """A server that says where it answers, once it does."""

    def __init__(self, config: Config, bound: socket.socket, told: Callable[[str], None]) -> None:
        """``bound`` is the socket it will serve."""
        super().__init__(config)
        self.bound = bound
        self.told = told

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        if self.started:
            name = self.bound.getsockname()
            host = f"[{name[0]}]" if ":" in name[0] else name[0]
            self.told(f"http://{host}:{name[1]}")

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Stop without raising the signal again afterwards: being told to stop is a proper end."""
        if sig == signal.SIGINT and self.should_exit:
            self.force_exit = True
        self.should_exit = True
