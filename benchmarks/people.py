"""How long commands and the service take to begin with many people in the directory.

    python benchmarks/people.py [--people 5000] [--rounds 3]

A workspace with so many attendants, each with a chief, and groups of ten; the wall clock of `show`, `tickets`, `plan` and `check`, and from
the start of `serve` until `/readyz` answers. Prints the best and the median of the rounds in seconds.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import median

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "tests")]

from kit.servers import free_port  # noqa: E402
from kit.workspaces import make_workspace  # noqa: E402

ROOT = Path(__file__).parent.parent
REPASSE = [sys.executable, "-m", "repl.commands"]


def directory(people: int) -> str:
    """More people and groups than the small workspace has."""
    rows = [
        f'[[atendente]]\ncoligada = 1\ncodigo = {code}\nnome = "Pessoa {code}"\nemail = "p{code}@exemplo.com.br"\n'
        f'usuario = "p{code}"\nchefe = "1;{code // 10 if code >= 100 else 2}"\nnivel = {code % 10}\n'
        for code in range(10, people + 10)
    ]
    rows += [
        f'[[grupo]]\ncoligada = 1\ncodigo = {code}\nnome = "Grupo {code}"\nmembros = {[f"1;{code * 10 + at}" for at in range(10)]}\n'
        for code in range(10, people // 10)
    ]
    return "\n".join(rows)


def command(folder: Path, *words: str) -> Callable[[], None]:
    """A command, from start to end."""

    def run() -> None:
        subprocess.run([*REPASSE, *words], cwd=folder, check=True, stdout=subprocess.DEVNULL, env=environment())

    return run


def environment() -> dict[str, str]:
    """The sources of this folder."""
    import os

    return os.environ | {"PYTHONPATH": str(ROOT)}


def served(folder: Path) -> Callable[[], None]:
    """The service until it is ready."""

    def run() -> None:
        port = free_port()
        server = subprocess.Popen(
            [*REPASSE, "serve", "--workspace", ".", "--port", str(port)], cwd=folder, env=environment(),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            while True:
                with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
                    if answer.status == 200:
                        return
                time.sleep(0.01)
        finally:
            stopped.append(server)

    return run


stopped: list[subprocess.Popen[bytes]] = []


def seconds(run: Callable[[], None]) -> float:
    """Wall clock of one run; a service is ended afterwards."""
    begun = time.perf_counter()
    run()
    spent = time.perf_counter() - begun
    while stopped:
        server = stopped.pop()
        server.terminate()
        server.wait()
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = make_workspace(Path(place) / "pasta", 10)
        path = folder / "diretorio.toml"
        path.write_text(path.read_text(encoding="utf-8") + "\n" + directory(chosen.people), encoding="utf-8")
        ways = {
            "show": command(folder, "show", ".", "1;1;1"), "tickets": command(folder, "tickets", "."),
            "plan": command(folder, "plan", ".", "1;1;1", "advance"), "check": command(folder, "check", "."), "serve": served(folder),
        }  # fmt: skip
        for name, run in ways.items():
            seconds(run)
            spent = sorted(seconds(run) for _ in range(chosen.rounds))
            print(f"{name:<8} {spent[0]:6.2f} s, mediana {median(spent):6.2f} s")


if __name__ == "__main__":
    main()
