"""Recorded decisions a second that a replay decides again, on the example of purchases.

    python benchmarks/replay.py [--tickets N] [--jobs N ...]

Tickets with amounts, branches and priorities of all kinds go along their steps, some handed over besides, some refused. Then the
rules of today are asked about every decision again, in one process and in several. Prints milliseconds a decision (reading,
deciding and comparing) and how many came out the same.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

sys.path[:0] = [str(Path(__file__).parent.parent)]

from repl.example import copy_example  # noqa: E402
from routing.desk.desk import Desk, open_desk  # noqa: E402
from routing.domain.decision import Request  # noqa: E402
from routing.releases.choosing import rules_named  # noqa: E402
from routing.releases.replay import Question, Tally, replay, replay_beside  # noqa: E402

NOW = datetime(2026, 11, 24, 10, 0)
TICKET = """
[[atendimento]]
coligada = 1
localidade = 1
codigo = {code}
tipo = 10
etapa = 1
status = "A"
prioridade = "{priority}"
assunto = "Pedido {code}"
solicitacao = "Um pedido entre muitos, com o texto que costuma haver."
aberto_por = "1;2"
atendente = "1;2"
aberto_em = 2026-11-23T09:10:00
parametros = {{ VALOR = "{amount}", CENTRO = "PRENSAS" }}
campos = {{ FILIAL = "{branch}", FORNECEDOR = "Fornecedor {code}" }}
"""
WAYS = {1: ("2", "2", "4", "5"), 2: ("3", "6"), 3: ("6",), 4: ("2",), 5: ("2", "6")}
"""Where a ticket may go on to; some of it the flow does not know."""
MOVES = 6
"""At most so many of one ticket."""


def write_tickets(folder: Path, count: int, chance: Random) -> list[str]:
    """A file of tickets; their keys."""
    rows = [
        TICKET.format(
            code=code,
            priority=chance.choice(["Normal", "Urgente", "Alta"]),
            amount=chance.choice(["250.00", "1500.00", "18000.50", "184900.00"]),
            branch=chance.choice(["MG", "SP", "NE"]),
        )
        for code in range(1_000, 1_000 + count)
    ]
    (folder / "atendimentos" / "muitos.toml").write_text("".join(rows), encoding="utf-8")
    return [f"1;1;{code}" for code in range(1_000, 1_000 + count)]


def make_moves(desk: Desk, keys: list[str], chance: Random) -> None:
    """Move each ticket on until somebody refuses."""
    for number, key in enumerate(keys):
        now = NOW + timedelta(minutes=number)
        for _ in range(MOVES):
            ticket = desk.ticket(key)
            assert ticket is not None
            holder = ticket.holder
            actor = holder.key if holder is not None and holder.kind == "attendant" else "1;3"
            ways = WAYS.get(ticket.step, ())
            asked = Request(action="advance", actor=actor, to=chance.choice(ways) if ways else None)
            if chance.random() < 0.2:
                asked = Request(action="handoff", actor=actor, to=chance.choice(["1;9", "1;3", "1;6"]), justification="Férias")
            if not desk.move(key, asked, now).applies:
                break


@contextmanager
def moved_desk(tickets: int) -> Iterator[Desk]:
    """The desk of the example with so many more tickets, which have been moved."""
    chance = Random(7)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "compras"
        copy_example(folder)
        keys = write_tickets(folder, tickets, chance)
        with open_desk(folder) as desk:
            make_moves(desk, keys, chance)
            yield desk


def main() -> None:
    """Parse, measure, print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--tickets", type=int, default=1_500)
    asked.add_argument("--jobs", type=int, nargs="*", default=[2])
    options = asked.parse_args()
    with moved_desk(options.tickets) as desk:
        question = Question()
        rules = rules_named("folder", desk.site, desk.store)
        for jobs in (1, *options.jobs):
            tally = Tally()
            began, worked = time.perf_counter(), time.process_time()
            if jobs == 1:
                replay(desk.store, rules, question, tally)
            else:
                replay_beside(desk.store, rules, question, tally, jobs)
            took, worked = time.perf_counter() - began, time.process_time() - worked
            each = f"{1_000 * took / tally.decisions:.3f} ms a decision"
            print(
                f"{jobs} process(es): {tally.decisions} decisions, {tally.same} the same, {took:.1f} s, {each}; here {worked:.1f} s of processor"
            )


if __name__ == "__main__":
    main()
