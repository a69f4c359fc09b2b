"""The studio under ``repasse serve``: its page to look at, and its questions behind a key that reads."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from repl.messages import message
from repl.page_server.studio.served_jobs import JOBS
from routing.http.door import HOLDER, asks_json, key_door, read_body
from routing.http.problems import refuse
from routing.http.reading import header
from routing.http.routes import bound_person, told
from routing.http.service import language_of
from routing.http.workers.pool import Pool, PoolPlan, Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from routing.http.service import Service

SERVED = frozenset({"rules", "look", "ticket", "plan"})


class ServedStudio:
    """A process of its own answers the page, started at the first question; who asks and how much is bounded as for the service's
    other processes."""

    def __init__(self, service: Service, place: str | None, page: Callable[[str], str], headers: dict[str, str]) -> None:
        """``page`` makes the HTML with a nonce, ``headers`` go with it. Without a place no key is right."""
        self.service = service
        self.place = place
        self.page = page
        self.headers = headers
        self.door = key_door(service.keys, "read")
        self.pool: Pool | None = None
        self.starting = asyncio.Lock()

    async def index(self, _: Request) -> Response:
        """The page, which asks for a key by itself."""
        nonce = secrets.token_urlsafe(16)
        policy = {"Content-Security-Policy": self.headers["Content-Security-Policy"].format(nonce=nonce)}
        return Response(self.page(nonce), media_type="text/html", headers={**self.headers, **policy, "Cache-Control": "no-store"})

    async def ask(self, request: Request) -> Response:
        """A question: one document. What would write is refused whatever the key may do elsewhere."""
        caller = await self.door(request)
        job, service = request.path_params["job"], self.service
        if job not in SERVED:
            raise refuse(
                403,
                "so-leitura",
                message("esta página só mostra: nada se grava nem se move por ela"),
                message("use o estúdio na pasta (repasse studio), ou /v1/moves com uma chave de escopo 'move'"),
            )
        asks_json(request)
        body = await read_body(request.receive, header(request, b"content-length"), service.settings)
        holder = request.scope[HOLDER]
        options = {"viewer": holder.attendant or None, "actor": bound_person(holder, actor_in(body), "actor")}
        work = Work(job, body, service.settings.move_seconds, options)
        answer = await (await self.started()).answer(caller, work, language_of(request, service))
        return told(request, service, job, answer)

    async def started(self) -> Pool:
        """The pool, running."""
        async with self.starting:
            if self.pool is None:
                settings, desk = self.service.settings, self.service.desk
                assert desk is not None
                plan = PoolPlan(
                    name="page", size=1, queue=settings.queue, per_caller=1, place=self.place, limits=desk.site.policy.limits,
                    memory=settings.memory, answer=settings.answer, nice=5, jobs=JOBS,
                )  # fmt: skip
                pool = Pool(plan)
                await pool.start()
                self.pool = pool
        return self.pool

    async def stop(self) -> None:
        """End the process."""
        if self.pool is not None:
            await self.pool.stop()

    def routes(self) -> list[BaseRoute]:
        """The addresses."""
        return [Route("/studio", self.index), Route("/studio/ask/{job}", self.ask, methods=["POST"])]


def actor_in(body: bytes) -> Any:
    """Who asks, as the body says; a body that is no object is the process's to refuse."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise refuse(422, "corpo-invalido", message("o corpo deve ser um objeto JSON"))
    actor = given.get("actor")
    return actor if isinstance(actor, str) and actor else None
