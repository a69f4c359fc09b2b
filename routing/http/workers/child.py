"""A process of :mod:`routing.http.workers.pool`: takes one job at a time from its standard input, answers on its standard
output.

The first frame (:mod:`routing.http.workers.frames`) sets the process up; the process answers it when it is ready. The end
of the input ends the process.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from formula.limits import Limits
from formula.working_calendar import is_working_day
from routing.clock import this_moment
from routing.desk.small_budget import NoSentences, NotHere, with_small_budget
from routing.domain.zone import zone_named
from routing.http.problems import Problem, Refused
from routing.http.settings import service_settings
from routing.http.workers.frames import answer_frame, only_head, parts_of, read_frame
from routing.http.workers.jobs import Answer, Asked, DeskJobs, FormulaJobs, Job, answer_of, carried_out, read_json
from routing.messages import message

if TYPE_CHECKING:
    from routing.desk.desk import Desk

FORBIDDEN = (
    "socket.",
    "sqlite3.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "ctypes.",
)
"""What a process that runs strangers' formulas never does, whatever a formula may find to call."""


def main() -> None:
    """Serve until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever prints goes to the log, never between frames
    first = read_frame(source)
    if first is None:
        return
    setup, *_ = parts_of(first)
    jobs = set_up(setup)
    with suppress(BrokenPipeError):  # the service has ended; nobody waits for an answer
        send(answers, only_head({"ready": True}))
        gather_rarely()
        while (frame := read_frame(source)) is not None:
            send(answers, worked(jobs, frame, setup["answer"]))


def gather_rarely() -> None:
    """What is loaded stays: the search for cycles looks only at what jobs leave behind, and not after every few."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def send(answers: Any, frame: bytes) -> None:
    """Write a whole frame."""
    left = memoryview(frame)
    while left:
        left = left[answers.write(left) :]


def set_up(setup: Mapping[str, Any]) -> Mapping[str, Job]:
    """Bound the process, then make its jobs."""
    os.nice(setup["nice"])
    limits = Limits(**setup["limits"])
    if setup["place"] is None:
        bound_memory(setup["memory"])
        zone = zone_named(setup["zone"]) if setup["zone"] else None
        jobs = FormulaJobs(limits, zone)
        warm(jobs)
        sys.addaudithook(forbid)
        return jobs.jobs()
    from routing.desk.patience import open_patiently

    place = setup["place"]
    desk = open_patiently(place if "://" in place else Path(place), lambda _: None, serving=True)
    bound_memory(setup["memory"])
    masked = service_settings(desk.site.settings, limits).masked
    if setup["jobs"]:
        module, _, name = setup["jobs"].partition(":")
        made: Mapping[str, Job] = getattr(import_module(module), name)(desk, masked)
        return made
    warm_desk(desk)
    return DeskJobs(desk, masked).jobs()


def bound_memory(mebibytes: int) -> None:
    """What the process may take; a run that needs more ends with a problem."""
    if mebibytes and sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (mebibytes << 20, mebibytes << 20))


def warm(jobs: FormulaJobs) -> None:
    """Load grammar and functions before the first request, and the holidays' library, which could not be loaded later on."""
    working = {"agora": "2026-11-24T10:00:00", "calendario": {"feriados": "BR"}}
    carried_out(jobs.run, asked_now({"text": "DIASUTEIS(HOJE, HOJE + 9)", "context": working}))
    carried_out(jobs.explain, asked_now({"text": "SE 1 = 1 ENTAO EXTENSO(1) SENAO 0 FIMSE", "context": {}}))


def warm_desk(desk: Desk) -> None:
    """Load and compile what the first request would otherwise wait for: a plan that writes nothing, on a small budget, for the
    site's own formula may be endless."""
    is_working_day(desk.site.calendar, this_moment())
    small = DeskJobs(attrs.evolve(desk, site=with_small_budget(desk.site), sentences=NoSentences()))
    for key in desk.tickets()[:1]:
        asked = asked_now({"ticket": key, "action": "advance"})
        try:
            carried_out(small.plan, asked)
            plan = small.desk.plan(key, small.request(asked), asked.now)
        except NotHere:
            continue
        for run in plan.formulas:
            desk.site.rule(run.code, desk.ticket(key))


def asked_now(body: Mapping[str, Any]) -> Asked:
    """A request of our own."""
    return Asked(body, "pt", {}, this_moment())


def forbid(event: str, _arguments: tuple[Any, ...]) -> None:
    """The audit hook of a process without a store."""
    if event.startswith(FORBIDDEN):
        raise PermissionError(f"not in this process: {event}")


def worked(jobs: Mapping[str, Job], frame: bytes, most: int) -> bytes:
    """One job, from frame to frame."""
    head, _, body = parts_of(frame)
    language = head["language"]
    try:
        asked = Asked(read_json(body), language, head["options"], this_moment())
        answer = carried_out(jobs[head["job"]], asked)
    except Refused as refused:
        answer = answer_of(refused.problem, language)
    except Exception:  # noqa: BLE001 - a defect of ours: told to the operator, not to the caller
        answer = attrs.evolve(answer_of(defect(), language), defect=traceback_text())
    if len(answer.body) > most:
        answer = answer_of(too_long(most), language)
    return answer_frame(answer)


def traceback_text() -> str:
    """The present exception for the log."""
    import traceback

    return traceback.format_exc()


def defect() -> Problem:
    """The answer to a request that found a defect."""
    return Problem(status=500, code="falha-interna", detail=message("o serviço falhou neste pedido; a falha foi registrada"))


def too_long(most: int) -> Problem:
    """An answer that nobody would want."""
    return Problem(
        status=422,
        code="resposta-grande",
        detail=message("a resposta passaria de {maximo} bytes", maximo=most),
        hint=message("peça sem 'trace', ou com um limite menor de passos"),
    )


__all__ = ["Answer", "main"]

if __name__ == "__main__":
    main()
