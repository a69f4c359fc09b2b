"""The session at a terminal: how soon its first prompt comes, how soon a key shows, how dear a step back is.

    python benchmarks/session.py [ROUNDS]

First prompt: from the start of ``repasse repl`` on a pty to the first bytes of its prompt, taking turns with Python alone
and with the import of the terminal library alone. Key: from a character sent to the pty, in the middle of a formula of
1,000 lines, to the first bytes that come back and to the last before the screen is quiet. Step back: with the whole page,
in runs of 100,000 steps, the second of formulas that call formulas. Beside the time on the clock stands, on Linux, that of
the processor, which other programs do not lengthen as much. Bytecode is kept in a folder of its own, as an installation
keeps it, and made before anything is measured.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

import pexpect
from long_formula import long_formula

import formula
from formula.context import Context
from formula.limits import Limits
from formula.schema import Schema
from repl.session.debugger import Debugger, Watch
from repl.session.debugging import page
from repl.session.evaluation import Question

PROMPT = "repasse> "
PROCESSOR: list[float] = []
KEYS = 100
STEPS_BACK = 400


def environment(folder: Path) -> dict[str, str]:
    """Surroundings with bytecode, a home of their own and a terminal that answers no questions."""
    kept = {key: value for key, value in os.environ.items() if key not in {"PYTHONDONTWRITEBYTECODE", "XDG_STATE_HOME"}}
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return {
        **kept,
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        "HOME": str(home),
        "TERM": "xterm-256color",
        "LC_ALL": "C.UTF-8",
        "PROMPT_TOOLKIT_NO_CPR": "1",
    }


def start(surroundings: Mapping[str, str], *words: str) -> pexpect.spawn:
    command = shutil.which("repasse", path=str(Path(sys.executable).parent))
    assert command is not None, "repasse is not installed beside this Python"
    return pexpect.spawn(command, ["repl", *words], env=dict(surroundings), dimensions=(40, 120), timeout=30, encoding="utf-8")


def worked(child: pexpect.spawn) -> float:
    """Seconds of processor that the main thread of a program has had; nan where the system does not tell."""
    try:
        return int(Path(f"/proc/{child.pid}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return float("nan")


def first_prompt(surroundings: Mapping[str, str], *words: str) -> float:
    begun = time.perf_counter()
    child = start(surroundings, *words)
    child.expect_exact(PROMPT)
    taken = time.perf_counter() - begun
    PROCESSOR.append(worked(child))
    child.close(force=True)
    return taken


def alone(surroundings: Mapping[str, str], text: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", text], env=surroundings, check=True)
    return time.perf_counter() - begun


def starts(surroundings: Mapping[str, str], rounds: int) -> None:
    measured: dict[str, Callable[[], float]] = {
        "first prompt": lambda: first_prompt(surroundings),
        "python -c pass": lambda: alone(surroundings, "pass"),
        "python -c 'import prompt_toolkit'": lambda: alone(surroundings, "import prompt_toolkit"),
    }
    taken: dict[str, list[float]] = {name: [] for name in measured}
    for measure in measured.values():
        measure()
    for _ in range(rounds):
        for name, measure in measured.items():
            taken[name].append(measure())
    for name, times in taken.items():
        asked = "   asked: 350 ms" if name == "first prompt" else ""
        print(f"{name:34} min {min(times) * 1000:6.1f} ms   median {statistics.median(times) * 1000:6.1f} ms{asked}")
    processor("  first prompt, processor", PROCESSOR[1:])


def processor(name: str, times: list[float]) -> None:
    print(f"{name:34} min {min(times) * 1000:6.1f} ms   median {statistics.median(times) * 1000:6.1f} ms")


def quiet(child: pexpect.spawn, pause: float = 0.3) -> float:
    """Read until nothing comes for a while; when the last bytes came."""
    last = time.perf_counter()
    while True:
        try:
            child.read_nonblocking(65536, timeout=pause)
            last = time.perf_counter()
        except pexpect.TIMEOUT:
            return last


def key(child: pexpect.spawn, char: str) -> tuple[float, float]:
    """From a key to the first bytes of the answer, and to the last."""
    begun = time.perf_counter()
    child.send(char)
    child.read_nonblocking(65536, timeout=10)
    first = time.perf_counter()
    return first - begun, max(first, quiet(child)) - begun


def keys(surroundings: Mapping[str, str]) -> None:
    child = start(surroundings)
    child.delaybeforesend = None
    child.expect_exact(PROMPT)
    quiet(child)
    pasted = "\x1b[200~" + "\n".join(long_formula()) + "\x1b[201~"
    for at in range(0, len(pasted), 512):
        child.send(pasted[at : at + 512])
        quiet(child, 0.02)
    quiet(child)
    child.send("\x1b[A" * 20)
    quiet(child, 1)
    before = worked(child)
    told = [key(child, "CONCAT(A,  PRIORIDADE) "[turn % 23]) for turn in range(KEYS)]
    mean = (worked(child) - before) / KEYS
    child.close(force=True)
    for name, times in (
        ("key to the screen, first bytes", [one for one, _ in told]),
        ("  until the screen is whole", [one for _, one in told]),
    ):
        print(f"{name:34} {shares(times)}   asked: 30 ms")
    print(f"{'  processor, mean':34} {mean * 1000:10.2f} ms")


def shares(times: list[float]) -> str:
    ordered = sorted(times)
    return f"p50 {ordered[len(ordered) // 2] * 1000:6.2f} ms   p95 {ordered[int(len(ordered) * 0.95)] * 1000:6.2f} ms"


CALLING = "DECL I, S;\nREPITA\n  SETVAR(I, I + 1);\n  SETVAR(S, S + FORMULA('TAXA'));\nATE I >= 15000;\nS"
TAXA = "DECL A;\nSETVAR(A, 2);\nSE A > 3 ENTAO SETVAR(A, 9) FIMSE;\nA"
LOOP = "DECL I, S;\nREPITA\n  SETVAR(I, I + 1);\n  SETVAR(S, S + I);\nATE I >= 33400;\nS"


def steps_back() -> None:
    plain = formula.compile(LOOP).record(Context(), Limits(steps=200_000))
    calling = formula.compile(CALLING, Schema(formulas=("TAXA",))).record(Context(formulas={"TAXA": TAXA}), Limits(steps=900_000))
    for name, record in (("step back", plain), ("  across called formulas", calling)):
        begun = time.perf_counter()
        travel = Debugger(record)
        travel.go(travel.last)
        list(page(travel))
        opened = time.perf_counter() - begun
        times = walk(travel)
        print(f"{name:34} {shares(times)}   asked: p95 50 ms   ({travel.last} steps, opened in {opened * 1000:.0f} ms)")


def walk(travel: Debugger) -> list[float]:
    """Steps back, each with the whole page and a watch, from places all over the run."""
    travel.watches.append(Watch("I * 2", lambda text, record: Question(text, record.written, Context(), Schema())))
    random, times = Random(7), []
    for _ in range(STEPS_BACK):
        travel.go(random.randint(1, travel.last))
        begun = time.perf_counter()
        travel.step(-1)
        list(page(travel))
        times.append(time.perf_counter() - begun)
    return times


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        surroundings = environment(Path(name))
        starts(surroundings, rounds)
        keys(surroundings)
    steps_back()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
