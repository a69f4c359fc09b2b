"""For whoever watches the service: alive, ready, counters."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute

from routing.clock import now_in
from routing.desk.desk import Desk
from routing.failures import StoreError
from routing.http import answers as shapes
from routing.http.door import key_door
from routing.http.problems import json_bytes, refuse
from routing.http.routes import PROBLEM
from routing.http.service import Service
from routing.http.workers.pool import Pool, no_process
from routing.messages import message
from routing.releases import shadow
from routing.store import releases
from routing.store.unit import Store


def state_routes(service: Service) -> list[BaseRoute]:
    """For whoever watches the service."""
    router = APIRouter(tags=["state"], generate_unique_id_function=lambda route: route.name)
    asked = key_door(service.keys, "read", "run", "move")

    @router.get("/healthz", responses={200: {"model": shapes.HealthShape}})
    async def check_health() -> Response:
        """The process answers."""
        return Response(b'{"status":"ok"}', media_type="application/json")

    @router.get("/readyz", responses={200: {"model": shapes.ReadyShape}, 503: {"description": "Not ready.", **PROBLEM}})
    async def check_readiness() -> Response:
        """The processes are up and the database answers; by which rules, and how many faults keep the folder's from deciding."""
        if not service.ready:
            raise refuse(503, "iniciando", message("o serviço ainda está iniciando"), Retry_After="1")
        if service.desk is not None:
            await run_in_threadpool(releases.look, service.desk.store)
        if service.decide is not None and not service.decide.all:
            raise no_process()
        return Response(json_bytes(readiness(service)), media_type="application/json")

    @router.get(
        "/metrics",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus text."}},
    )
    async def read_metrics(request: Request) -> Response:
        """Counters for Prometheus, also while the database is away."""
        if service.settings.guarded_state:
            await asked(request)
        from prometheus_client import generate_latest

        lines = [generate_latest(service.metrics.registry).decode(), *pool_lines(service.pools), *rules_lines(service)]
        if service.desk is not None:
            lines += await run_in_threadpool(store_lines, service.desk)
        return Response("".join(lines), media_type="text/plain; version=0.0.4; charset=utf-8")

    return router.routes


def store_lines(desk: Desk) -> list[str]:
    """Mails and workers, and whether the database answers at all."""
    try:
        lines = [*watch_lines(desk), *shadow_lines(desk.store)]
    except StoreError:
        return ["# TYPE repasse_store_up gauge\nrepasse_store_up 0\n"]
    return [*lines, "# TYPE repasse_store_up gauge\nrepasse_store_up 1\n"]


def readiness(service: Service) -> dict[str, Any]:
    """The contract's ``/readyz``."""
    watch = service.rules
    active = None if watch is None else watch.active
    return {
        "status": "ready",
        "rules": None if active is None else active.rules,
        "people": None if active is None else active.people,
        "pending_faults": 0 if watch is None else watch.pending,
    }


def rules_lines(service: Service) -> list[str]:
    """The rules now."""
    watch = service.rules
    if watch is None or watch.active is None:
        return []
    return [
        "# TYPE repasse_rules gauge\n",
        f'repasse_rules{{rules="{watch.active.rules}",people="{watch.active.people}"}} 1\n',
        "# TYPE repasse_rules_pending_faults gauge\n",
        f"repasse_rules_pending_faults {watch.pending}\n",
        "# TYPE repasse_rules_switches_total counter\n",
        f"repasse_rules_switches_total {watch.switches}\n",
    ]


def shadow_lines(store: Store) -> list[str]:
    """What the release in shadow, or the latest that was, came to."""
    seen = shadow.seen_of(store)
    if seen is None:
        return []
    return [
        "# TYPE repasse_shadow_decisions gauge\n",
        *(
            f'repasse_shadow_decisions{{rules="{seen.rules}",result="{result}"}} {getattr(seen, result)}\n'
            for result in ("same", "changed", "faults", "missing")
        ),
        "# TYPE repasse_shadow_behind gauge\n",
        f"repasse_shadow_behind {shadow.behind(store, seen)}\n",
    ]


def pool_lines(pools: list[Pool]) -> list[str]:
    """The pools now."""
    lines = []
    for name, value in (("busy", "busy"), ("waiting", "waiting"), ("killed", "killed")):
        kind = "counter" if name == "killed" else "gauge"
        suffix = "_total" if kind == "counter" else ""
        lines.append(f"# TYPE repasse_pool_{name}{suffix} {kind}\n")
        lines += [f'repasse_pool_{name}{suffix}{{pool="{pool.plan.name}"}} {getattr(pool, value)}\n' for pool in pools]
    lines.append("# TYPE repasse_pool_processes gauge\n")
    lines += [f'repasse_pool_processes{{pool="{pool.plan.name}"}} {len(pool.all)}\n' for pool in pools]
    lines.append(f'# TYPE repasse_build_info gauge\nrepasse_build_info{{version="{version("repasse")}"}} 1\n')
    return lines


def watch_lines(desk: Desk) -> list[str]:
    """Mails by state, the oldest that waits, workers, and addresses that are behind."""
    from routing.mail.watching import gauges

    lines, before = [], ""
    for name, labels, value in gauges(desk.store, now_in(desk.site.zone)):
        if name != before:
            lines.append(f"# TYPE {name} gauge\n")
        before = name
        told = ",".join(f'{key}="{text}"' for key, text in labels.items())
        lines.append(f"{name}{{{told}}} {value:g}\n" if told else f"{name} {value:g}\n")
    return lines
