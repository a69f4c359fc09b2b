"""The service with the sandbox page: the page's files, its examples, and its connection to the language server."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from repl.editor.language_process import LONGEST_MESSAGE, LanguageProcesses
from repl.messages import message

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.websockets import WebSocket

STATIC = Path(__file__).parents[1] / "static"

POLICY = (
    "default-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""Nothing from elsewhere, no inline script; the editor's own style sheets carry the answer's nonce."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
TRY_LATER, TOO_BIG, REFUSED = 1013, 1009, 1008
"""Close codes of a WebSocket."""


def create(place: str | None, host: str, language: str) -> FastAPI:
    """The application on a workspace, a database URL, or none."""
    from routing.http.app import build_app

    app = build_app(place, host, language)
    add_page(app, host, place)
    return app


def add_page(app: FastAPI, host: str, place: str | None) -> None:
    """Add the page, and the studio to look at, to the service; the language server and the studio's process end with it."""
    from repl.page_server.studio.served import ServedStudio
    from routing.http.door import allowed_hosts

    service = app.state.service
    editor = LanguageProcesses(service.language)
    app.router.routes.extend(page_routes(editor, allowed_hosts(service.settings, host), service.language))
    html = (STATIC / "studio.html").read_text(encoding="utf-8").replace('id="page"', 'id="page" data-served')
    studio = ServedStudio(
        service,
        place,
        lambda nonce: html.replace("{nonce}", nonce).replace("{lang}", service.language),
        {**HEADERS, "Content-Security-Policy": POLICY},
    )
    app.router.routes.extend(studio.routes())
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(running: FastAPI) -> AsyncIterator[object]:
        async with inner(running) as state:
            try:
                yield state
            finally:
                await asyncio.gather(editor.stop(), studio.stop())

    app.router.lifespan_context = lifespan  # type: ignore[assignment]


def page_routes(editor: LanguageProcesses, hosts: frozenset[str], language: str) -> list[BaseRoute]:
    """The addresses of the page."""
    from starlette.responses import JSONResponse
    from starlette.responses import Response as Answer
    from starlette.routing import Mount, Route, WebSocketRoute
    from starlette.staticfiles import StaticFiles

    from repl.editor.sandbox import example, flow_picture

    html = (STATIC / "index.html").read_text(encoding="utf-8")

    async def index(_: Request) -> Response:
        nonce = secrets.token_urlsafe(16)
        headers = {**HEADERS, "Content-Security-Policy": POLICY.format(nonce=nonce), "Cache-Control": "no-store"}
        return Answer(html.replace("{nonce}", nonce).replace("{lang}", language), media_type="text/html", headers=headers)

    async def examples(request: Request) -> Response:
        return JSONResponse(await asyncio.to_thread(example, spoken(request, language)), headers=HEADERS)

    async def flow(request: Request) -> Response:
        picture = await asyncio.to_thread(flow_picture, request.path_params["key"], spoken(request, language))
        if picture is None:
            return Answer(status_code=404)
        return Answer(picture, media_type="image/svg+xml", headers=HEADERS)

    async def connected(socket: WebSocket) -> None:
        await serve_editor(socket, editor, hosts)

    return [
        Route("/", index),
        Route("/sandbox/example", examples),
        Route("/sandbox/example/{key}/flow.svg", flow),
        WebSocketRoute("/lsp", connected),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]


def spoken(request: Request, language: str) -> str:
    """The language the page asks for."""
    told = request.query_params.get("lang", "")
    return told if told in {"pt", "en"} else language


def own_origin(socket: WebSocket, hosts: frozenset[str]) -> bool:
    """Whether a browser connects from our own page, under a name that is ours."""
    host = socket.headers.get("host", "")
    known = not hosts or (urlsplit(f"//{host}").hostname or "") in hosts
    return known and urlsplit(socket.headers.get("origin", "")).netloc == host


async def serve_editor(socket: WebSocket, editor: LanguageProcesses, hosts: frozenset[str]) -> None:
    """Pass messages between a page and the language server until either side ends."""
    from starlette.websockets import WebSocketDisconnect

    if not own_origin(socket, hosts):
        await socket.close(REFUSED)
        return
    await socket.accept()
    address = socket.client.host if socket.client else ""
    process = editor.enter(address)
    if process is None:
        await socket.close(TRY_LATER, str(message("há editores demais ligados")))
        return
    try:
        reader, writer = await process.connect()
    except (OSError, TimeoutError):
        editor.leave(address)
        await socket.close(TRY_LATER, str(message("o servidor de linguagem não respondeu")))
        return
    try:
        await until_one_ends(to_server(socket, writer), to_page(socket, reader))
    finally:
        editor.leave(address)
        writer.close()
        with suppress(RuntimeError, WebSocketDisconnect):  # the page has gone already
            await socket.close()


async def to_server(socket: WebSocket, writer: asyncio.StreamWriter) -> None:
    """What the page says; a message that is too big ends the connection."""
    async for text in socket.iter_text():
        if len(text) > LONGEST_MESSAGE:
            await socket.close(TOO_BIG)
            return
        writer.write(text.replace("\n", " ").encode() + b"\n")
        await writer.drain()


async def to_page(socket: WebSocket, reader: asyncio.StreamReader) -> None:
    """What the language server says."""
    while line := await reader.readline():
        await socket.send_text(line.decode().rstrip("\n"))


async def until_one_ends(*sides: object) -> None:
    """Run both ways; when one ends, so does the other."""
    tasks = [asyncio.ensure_future(side) for side in sides]  # type: ignore[call-overload]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
