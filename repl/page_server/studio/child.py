"""The process that answers the page's questions: a job a line on standard input, its answers as lines on standard output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from formula.diagnostics import FormulaError
from repl.messages import message
from repl.page_server.studio.bench import StudioBench
from repl.page_server.studio.faults import StudioFault
from repl.page_server.studio.jobs import QUICK
from repl.page_server.studio.long_jobs import LONG
from repl.page_server.studio.moves import confirm, move
from repl.page_server.studio.travels import travel
from repl.showing.console import Refusal, why
from routing.errors import RoutingError, WorkspaceError
from routing.failures import Failure

JOBS = {**QUICK, **LONG, "confirm": confirm, "move": move, "travel": travel}
MEBIBYTES = 2_048
"""What the process may take: a formula that wants more ends with a sentence."""


def serve(root: Path, room: Path) -> None:
    """Answer until standard input ends. What anything else prints must not reach the page."""
    os.nice(5)
    bound_memory()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    bench = StudioBench(root, room)
    os.chdir(bench.copy.path)
    for line in sys.stdin:
        for said in answered(bench, json.loads(line)):
            answers.write(json.dumps(said, ensure_ascii=False, default=str) + "\n")
            answers.flush()


def bound_memory() -> None:
    """Where the system can."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEBIBYTES << 20, MEBIBYTES << 20))


def answered(bench: StudioBench, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A job's answers; every fault is one."""
    language = "en" if asked.get("language") == "en" else "pt"
    try:
        yield from JOBS[asked["job"]](bench, asked["given"], language)
    except (StudioFault, RoutingError, Refusal, FormulaError, OSError, MemoryError, RecursionError) as fault:
        said = told(fault)
        yield {"fault": {"status": said.status, **said.as_json(language)}}


def told(fault: BaseException) -> StudioFault:
    """Whatever kept a job from its end, as the page shows it."""
    if isinstance(fault, StudioFault):
        return fault
    if isinstance(fault, Refusal):
        return StudioFault(422, "pedido-recusado", fault.sentence, fault.hint)
    if isinstance(fault, WorkspaceError):
        return StudioFault(422, "pasta-com-erros", message("as regras têm erros: corrija os que estão marcados"))
    if isinstance(fault, Failure):
        return StudioFault(422, fault.code, fault.message, fault.hint)
    if isinstance(fault, FormulaError):
        return StudioFault(422, "formula-com-erros", fault.diagnostics[0].message, fault.diagnostics[0].hint)
    if isinstance(fault, MemoryError | RecursionError):
        return StudioFault(422, "memoria", message("a resposta precisaria de mais memória do que o estúdio tem"))
    if isinstance(fault, OSError):
        return StudioFault(503, "disco", message("a pasta não pôde ser lida: {motivo}", motivo=why(fault)))
    return StudioFault(422, "pedido-recusado", str(fault))


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]))
