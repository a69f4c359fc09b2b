"""The studio's addresses: the page, the files of the folder, and its questions."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from repl.editor.language_process import LanguageProcesses
from repl.messages import message
from repl.page_server.studio.door import Door
from repl.page_server.studio.faults import StudioFault
from repl.page_server.studio.files import StudioFolder
from repl.page_server.studio.process import AnsweringProcess
from repl.page_server.web import POLICY, STATIC, serve_editor
from routing.http.door import LOOPBACK

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.websockets import WebSocket

QUICK_SECONDS, LONG_SECONDS = 20.0, 180.0
LONGEST_BODY = 16_000_000
QUICK = frozenset({"check", "look", "ticket", "plan", "run", "travel", "confirm", "move"})
LONG = frozenset({"cases", "case", "impact", "publish", "properties"})

Answer = Callable[["Request"], Awaitable[Response]]


class Studio:
    """What the addresses work with: the folder, a process for quick questions, one for long ones, the language server."""

    def __init__(self, root: Path, language: str) -> None:
        """Nothing runs before it is asked."""
        self.folder = StudioFolder(root)
        self.language = language
        self.quick = AnsweringProcess(self.folder.root, QUICK_SECONDS)
        self.long = AnsweringProcess(self.folder.root, LONG_SECONDS)
        self.editor = LanguageProcesses(language, self.folder.root)
        self.html = (STATIC / "studio.html").read_text(encoding="utf-8")

    async def index(self, request: Request) -> Response:
        """The page."""
        del request
        nonce = secrets.token_urlsafe(16)
        page = self.html.replace("{nonce}", nonce).replace("{lang}", self.language)
        return Response(page, media_type="text/html", headers={"Content-Security-Policy": POLICY.format(nonce=nonce)})

    async def tree(self, request: Request) -> Response:
        """The files with a mark each that changes when somebody writes them."""
        del request

        def listed() -> list[dict[str, str]]:
            made = []
            for path in self.folder.files():
                with suppress(OSError):
                    found = (self.folder.root / path).lstat()
                    made.append({"path": path, "mark": f"{found.st_mtime_ns}-{found.st_size}"})
            return made

        files = await asyncio.to_thread(listed)
        root = self.folder.root
        return JSONResponse({"name": root.name, "folder": str(root), "uri": root.as_uri(), "files": files})

    async def read(self, request: Request) -> Response:
        """One file."""
        found = await asyncio.to_thread(self.folder.read, request.query_params.get("path", ""))
        return JSONResponse(found.as_json())

    async def save(self, request: Request) -> Response:
        """Write one file on the base of what was read."""
        asked = await document_of(request)
        path, text, base = asked.get("path"), asked.get("text"), asked.get("base")
        if not isinstance(path, str) or not isinstance(text, str) or not (base is None or isinstance(base, str)):
            raise StudioFault(422, "corpo-invalido", message("gravar pede 'path', 'text' e 'base'"))
        found = await asyncio.to_thread(self.folder.save, path, text, base)
        return JSONResponse(found.as_json())

    async def ask(self, request: Request) -> Response:
        """A quick question: one document."""
        job = request.path_params["job"]
        if job not in QUICK:
            raise StudioFault(404, "endereco-desconhecido", message("o estúdio não tem este endereço"))
        asked = await document_of(request)
        async for said in self.quick.ask(job, asked, spoken(request, self.language)):
            if "result" in said:
                return JSONResponse(said["result"])
            if "fault" in said:
                return JSONResponse(said["fault"], said["fault"]["status"])
        raise AssertionError("a job ends with a result or a fault")

    async def ask_long(self, request: Request) -> Response:
        """A long question: lines of JSON, ``progress`` while it goes on, then ``result`` or ``fault``."""
        job = request.path_params["job"]
        if job not in LONG:
            raise StudioFault(404, "endereco-desconhecido", message("o estúdio não tem este endereço"))
        asked, language = await document_of(request), spoken(request, self.language)

        async def lines() -> AsyncIterator[str]:
            async for said in self.long.ask(job, asked, language):
                yield json.dumps(said, ensure_ascii=False) + "\n"

        return StreamingResponse(lines(), media_type="application/x-ndjson")

    async def connected(self, socket: WebSocket) -> None:
        """The language server, for this folder's formulas."""
        await serve_editor(socket, self.editor, frozenset(LOOPBACK))

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """The processes end with the studio."""
        try:
            yield
        finally:
            await asyncio.gather(self.quick.stop(), self.long.stop(), self.editor.stop())


def create(root: Path, language: str) -> Door:
    """The studio of a folder, behind its door."""
    studio = Studio(root, language)

    async def token(request: Request) -> Response:
        """One more address to open, for another browser of this machine."""
        made = f"{request.url.scheme}://{request.headers['host']}/?token={door.new_token()}"
        return JSONResponse({"address": made})

    app = Starlette(
        routes=[
            Route("/", studio.index),
            Route("/api/folder", studio.tree),
            Route("/api/file", studio.read, methods=["GET"]),
            Route("/api/file", studio.save, methods=["PUT"]),
            Route("/api/token", token, methods=["POST"]),
            Route("/api/ask/{job}", studio.ask, methods=["POST"]),
            Route("/api/long/{job}", studio.ask_long, methods=["POST"]),
            WebSocketRoute("/lsp", studio.connected),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        exception_handlers={StudioFault: refused(language), 404: unknown(language), 405: unknown(language)},
        lifespan=studio.lifespan,
    )
    door = Door(app, language)
    return door


def refused(default: str) -> Any:
    """Faults as documents."""

    async def answer(request: Request, fault: StudioFault) -> Response:
        return JSONResponse({"status": fault.status, **fault.as_json(spoken(request, default))}, fault.status)

    return answer


def unknown(default: str) -> Any:
    """An address that there is not."""

    async def answer(request: Request, _: Exception) -> Response:
        fault = StudioFault(404, "endereco-desconhecido", message("o estúdio não tem este endereço"))
        return JSONResponse({"status": 404, **fault.as_json(spoken(request, default))}, 404)

    return answer


def spoken(request: Request, default: str) -> str:
    """The language that the page asks for."""
    told = request.headers.get("accept-language", "")[:2]
    return told if told in {"pt", "en"} and "x-studio" in request.headers else default


async def document_of(request: Request) -> dict[str, Any]:
    """The request's JSON object. Raises StudioFault."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise StudioFault(415, "corpo-nao-json", message("o corpo deve vir como application/json"))
    parts, size = [], 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > LONGEST_BODY:
            raise StudioFault(413, "corpo-grande", message("os textos desta página são grandes demais para um pedido"))
    try:
        found = json.loads(b"".join(parts) or b"{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise StudioFault(422, "corpo-invalido", message("o corpo deve ser um objeto JSON"))
    return found
