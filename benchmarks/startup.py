"""What a process pays before it works: importing the language, and one run of a formula from the command line.

    python benchmarks/startup.py [ROUNDS]

Each way is a process of its own; they take turns, and each keeps its best round, in processor time: none of them waits for
anything. Compiled modules are kept in a folder of
this benchmark, written by a first round that does not count, so that no way is slower for want of them, whatever the
environment says about writing them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
ENGINE = "import formula; formula.Rule, formula.Context, formula.Schema, formula.compile"
RUN = "import sys; from repl.commands import main; main(['run', '-e', '1'])"
WAYS: dict[str, tuple[str, str]] = {
    "python": ("pass", "0"),
    "lark, attrs": ("import lark, attrs", "0"),
    "import formula": ("import formula", "0"),
    "import formula, com o motor": (ENGINE, "0"),
    "… e uma fórmula compilada": ("import formula; formula.compile('1').run()", "0"),
    "repasse run -e 1, sem código guardado": (RUN, "0"),
    "repasse run -e 1": (RUN, ""),
}


def seconds(code: str, environment: dict[str, str]) -> float:
    """Processor time of the process, which others on the machine do not lengthen by making it wait."""
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, code
    return used.ru_utime + used.ru_stime


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    best = dict.fromkeys(WAYS, 9.0)
    with tempfile.TemporaryDirectory() as place:
        common = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        common |= {"PYTHONPYCACHEPREFIX": f"{place}/pyc"}
        for turn in range(rounds + 1):
            for name, (code, cache) in WAYS.items():
                spent = seconds(code, common | {"REPASSE_CACHE": cache or f"{place}/codigo"})
                best[name] = min(best[name], spent) if turn else 9.0
    for name, spent in best.items():
        print(f"{name:<40} {spent * 1e3:6.1f} ms")
    bare, libraries = best["python"], best["lark, attrs"]
    for name in list(WAYS)[2:5]:
        print(f"{name}, além da partida: {(best[name] - bare) * 1e3:.1f} ms (pedido de import formula: ≤ 80 ms)")
    for name in list(WAYS)[5:]:
        print(f"{name}: {best[name] / libraries:.2f} × import lark, attrs (pedido: ≤ 2,5)")


if __name__ == "__main__":
    main()
