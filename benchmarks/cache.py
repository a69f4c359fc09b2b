"""A formula from the folder of compiled code, against compiling it again.

    python benchmarks/cache.py

The file lies in the operating system's own cache, as it does for a process that starts. Loading is all that
``formula.compile(…, cache=…)`` does in a new process but for what that process does once: the key of the content, reading the
file, checking its digest, the code object, the rule. Each way keeps its best of many short rounds, taken in turns.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import formula
from formula.cache import Cache
from routing.workspace.code_folder import Folder, open_folder

ROUNDS, LOADS = 60, 20
SCHEMA = formula.Schema(fields={"VALOR": "numero"})
ARMS = [
    (priority, product, client, amount)
    for priority in ("Urgente", "Alta")
    for product in ("ERP", "Estoque", "Ponto", "Fiscal", "Folha")
    for client in ("pessoa", "aluno")
    for amount in (2000, 1000)
]
TEXTS = {
    "três condições": """SE PRIORIDADE = 'Urgente' ENTAO '1;9'
SENAO SE PRODUTO = 'Folha' E VALOR > 1000 ENTAO '1;3'
SENAO SE TIPOCLIENTE = 'aluno' ENTAO '1;4' SENAO '5' FIMSE FIMSE FIMSE""",
    "tabela de 40 ramos": "".join(
        f"SE PRIORIDADE = '{p}' E PRODUTO = '{q}' E TIPOCLIENTE = '{c}' E VALOR > {a} ENTAO '1;{n}' SENAO "
        for n, (p, q, c, a) in enumerate(ARMS, 1)
    )
    + "'5'"
    + " FIMSE" * len(ARMS),
    "40 linhas": (Path(__file__).parent.parent / "tests/routing/deciding/forty_lines.formula").read_text(encoding="utf-8"),
}


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def loaded(folder: Folder, text: str) -> formula.Rule:
    """As a new process: nothing in memory."""
    return formula.compile(text, SCHEMA, cache=Cache(folder))


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = open_folder(f"{place}/codigo")
        assert folder is not None
        print(f"{'fórmula':<20} {'do disco':>10} {'compilar':>10}   pedido: do disco ≤ 50 µs")
        for name, text in TEXTS.items():
            first = formula.compile(text, SCHEMA, cache=Cache(folder))
            again = loaded(folder, text)
            assert again.unread, "not from the disk"
            assert again.run(CONTEXT) == first.run(CONTEXT)
            disk, afresh = 9.0, 9.0
            for _ in range(ROUNDS):
                for _ in range(LOADS):
                    disk = min(disk, seconds(lambda text=text: loaded(folder, text)))
                afresh = min(afresh, seconds(lambda text=text: formula.compile(text, SCHEMA)))
            print(f"{name:<20} {disk * 1e6:>7.1f} µs {afresh * 1e6:>7.0f} µs")


CONTEXT = formula.Context(fields={"PRIORIDADE": "Alta", "PRODUTO": "Folha", "TIPOCLIENTE": "aluno", "VALOR": 1500})

if __name__ == "__main__":
    main()
