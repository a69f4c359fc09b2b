"""Rule tests: cases a second beyond start-up, what coverage adds, a mutation run.

    python benchmarks/cases.py [cases]

Prints one line a measurement. Each is the best of five passes over the same files, in one process on one core.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from routing.testing.measure import Measures
from routing.testing.mutants import mutants, targets
from routing.testing.suite import Suite, find_files, gather

EXAMPLE = Path(__file__).parent.parent / "examples" / "compras"
PASSES = 5


def workspace(folder: Path, cases: int) -> Path:
    """The example with a table of many rows for its busiest formula."""
    import shutil

    shutil.copytree(EXAMPLE, folder / "compras")
    rows = ",\n".join(f'  ["{100 + 37 * n}.{n % 100:02}", "{("Baixa", "Normal", "Alta", "Urgente")[n % 4]}", "{expected(100 + 37 * n, n % 4)}"]' for n in range(cases))
    text = 'formula = "repasse_gestor"\n[[caso]]\nnome = "muitos"\n[caso.tabela]\ncolunas = ["parametros.VALOR", "campos.PRIORIDADE", "valor"]\nlinhas = [\n' + rows + "\n]\n"
    for file in (folder / "compras" / "casos").glob("*.toml"):
        file.unlink()
    (folder / "compras" / "casos" / "muitos.casos.toml").write_text(text, encoding="utf-8")
    return folder / "compras"


def expected(value: int, priority: int) -> str:
    return "1;1" if value >= 20000 else "1;4" if priority >= 2 else "1;3"


def best(action: Callable[[], None]) -> tuple[float, float]:
    """Seconds: the least, and the middle of the passes."""
    made = []
    for _ in range(PASSES):
        began = time.perf_counter()
        action()
        made.append(time.perf_counter() - began)
    return min(made), statistics.median(made)


def run(suite: Suite, measures: Measures | None = None) -> None:
    watch = None if measures is None else (lambda one: measures.watches(one.bench, one.case))
    failed = [entry.name for entry in suite.entries if (found := suite.run(entry, watch)) is None or found.status != "passed"]
    assert not failed, failed[:3]


def main(cases: int) -> None:
    with TemporaryDirectory() as name:
        folder = workspace(Path(name), cases)
        began = time.perf_counter()
        suite = gather(find_files([folder]))
        reading = time.perf_counter() - began
        run(suite)
        least, middle = best(lambda: run(suite))
        measured, _ = best(lambda: run(suite, Measures()))
        whole, _ = best(lambda: run(gather(find_files([folder]))))
        covered, _ = best(lambda: run(gather(find_files([folder])), Measures()))
        print(f"reading {cases} cases: {reading * 1000:.0f} ms, {cases / reading:.0f} cases/s")
        print(f"running: {cases / least:.0f} cases/s at best, {cases / middle:.0f} in the middle")
        print(f"reading and running: {cases / whole:.0f} cases/s; with coverage {cases / covered:.0f} cases/s, {100 * (covered / whole - 1):.0f} % more time")
        print(f"coverage on running alone: {100 * (measured / least - 1):.0f} % more time")
        few = [(entry.case, entry.bench) for entry in suite.entries[:: max(1, cases // 30)] if entry.case is not None][:30]
        began = time.perf_counter()
        found = [one for target in targets(few) for one in mutants(target)]
        print(f"mutants: {len(found)} in {time.perf_counter() - began:.2f} s, {sum(one.ended == 'noticed' for one in found)} noticed by {len(few)} cases")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
