"""Rule tests: cases a second beyond start-up, what coverage adds, a mutation run.

    python benchmarks/cases.py [cases]

Prints one line a measurement beside what is asked. Each is the best of five passes over the same files, in one process on one
core; what is compared takes turns.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import formula
from formula.explaining.coverage import Covered
from routing.testing.coverage.measure import Measures
from routing.testing.proposing.mutants import mutants, targets
from routing.testing.suite import Suite, find_files, gather

EXAMPLE = Path(__file__).parent.parent / "examples" / "compras"
PASSES = 5


def workspace(folder: Path, cases: int) -> Path:
    """The example with a table of many rows for its busiest formula."""
    import shutil

    shutil.copytree(EXAMPLE, folder / "compras")
    rows = ",\n".join(
        f'  ["{100 + 37 * n}.{n % 100:02}", "{("Baixa", "Normal", "Alta", "Urgente")[n % 4]}", "{expected(100 + 37 * n, n % 4)}"]'
        for n in range(cases)
    )
    text = (
        'formula = "repasse_gestor"\n[[caso]]\nnome = "muitos"\n[caso.tabela]\n'
        'colunas = ["parametros.VALOR", "campos.PRIORIDADE", "valor"]\nlinhas = [\n' + rows + "\n]\n"
    )
    for file in (folder / "compras" / "casos").glob("*.toml"):
        file.unlink()
    (folder / "compras" / "casos" / "muitos.casos.toml").write_text(text, encoding="utf-8")
    return folder / "compras"


def expected(value: int, priority: int) -> str:
    return "1;1" if value >= 20000 else "1;4" if priority >= 2 else "1;3"


def best(*actions: Callable[[], object]) -> list[float]:
    """Processor seconds of each action: the least of the passes. The actions take turns, so that a busy machine troubles all
    alike."""
    made = [float("inf")] * len(actions)
    for _ in range(PASSES):
        for number, action in enumerate(actions):
            began = time.process_time()
            action()
            made[number] = min(made[number], time.process_time() - began)
    return made


def run(suite: Suite, measures: Measures | None = None) -> None:
    watch = None if measures is None else (lambda one: measures.watches(one.bench, one.case))
    failed = [entry.name for entry in suite.entries if (found := suite.run(entry, watch)) is None or found.status != "passed"]
    assert not failed, failed[:3]


def main(cases: int) -> None:
    with TemporaryDirectory() as name:
        folder = workspace(Path(name), cases)
        suite = gather(find_files([folder]))
        run(suite)
        plain, covered = best(lambda: run(suite), lambda: run(suite, Measures()))
        whole, measured = best(lambda: run(gather(find_files([folder]))), lambda: run(gather(find_files([folder])), Measures()))
        print(f"reading, running and comparing: {cases / whole:.0f} cases/s (asked: 1000)")
        print(f"running and comparing: {cases / plain:.0f} cases/s")
        print(f"coverage on all of it: {100 * (measured / whole - 1):.0f} % more time (asked: 30)")
        print(f"coverage on running alone: {100 * (covered / plain - 1):.0f} % more time (asked: 30)")
        few = [(entry.case, entry.bench) for entry in suite.entries[:: max(1, cases // 30)] if entry.case is not None][:30]
        began = time.process_time()
        found = [one for target in targets(few) for one in mutants(target)]
        print(
            f"mutants: {len(found)} in {time.process_time() - began:.2f} s, "
            f"{sum(one.ended == 'noticed' for one in found)} noticed by {len(few)} cases"
        )
    loops()
    fifty_lines()


LOOP = """DECL I, SOMA; SETVAR(I, 0); SETVAR(SOMA, 0);
REPITA
  SETVAR(SOMA, SOMA + I * 2);
  SE SOMA > 1000 E I < 500 ENTAO SETVAR(SOMA, SOMA - 1000) FIMSE;
  SETVAR(I, I + 1)
ATE I >= 1000; SOMA"""


def loops() -> None:
    """A formula of a thousand turns, the worst there is for coverage, without reading or comparing."""
    rule = formula.compile(LOOP)
    covered = Covered(rule, lambda _code, one: one)
    plain, measured, recorded = best(
        *([lambda one=one: [one() for _ in range(200)] for one in (rule.run, covered.run, rule.record)])
    )
    print(
        f"coverage on a loop of 1000 turns: {100 * (measured / plain - 1):.0f} % more time (asked: 30); "
        f"recording: {recorded / plain:.1f} times"
    )


def fifty_lines() -> None:
    """The mutation run that the issue names: 50 lines, 30 cases."""
    arms = "\n".join(
        f"SE PARAMETROATENDIMENTO('VALOR', 'V') > {1000 * n} E PRIORIDADE = 'Alta' ENTAO\n  SETVAR(D, '1;{n}');\nFIMSE;"
        for n in range(1, 17)
    )
    rule = f"DECL D;\nSETVAR(D, '5');\n{arms}\nD"
    rows = ", ".join(
        f"['{500 * n + 1}', '{'5' if 500 * n + 1 <= 1000 else '1;' + str(min(16, (500 * n) // 1000))}']" for n in range(30)
    )
    head = "formula = 'f'\ncontexto.campos.PRIORIDADE = 'Alta'\n[[caso]]\nnome = 't'\n"
    text = f"{head}tabela = {{ colunas = ['parametros.VALOR', 'valor'], linhas = [{rows}] }}\n"
    with TemporaryDirectory() as name:
        path = Path(name) / "f.casos.toml"
        path.with_name("f.formula").write_text(rule, encoding="utf-8")
        path.write_text(text, encoding="utf-8")
        suite = gather([path])
        began = time.perf_counter()
        found = [
            one
            for target in targets([(entry.case, entry.bench) for entry in suite.entries if entry.case is not None])
            for one in mutants(target)
        ]
        seconds = time.perf_counter() - began
    print(
        f"mutants of {len(rule.splitlines())} lines with {len(suite.entries)} cases: {len(found)} in {seconds:.2f} s (asked: 10), "
        f"{sum(one.ended == 'noticed' for one in found)} noticed, "
        f"{sum(bool(one.would_notice) for one in found)} with a case that would"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
