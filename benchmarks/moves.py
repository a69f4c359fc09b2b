"""Durable moves a second against bare SQL that writes the same rows, and the cost of a move as the store grows.

    python benchmarks/moves.py [--moves N] [--large N]

Both sides run in one process, in turns, on the same database: the desk reads, decides and applies each move; the bare
side only writes rows like those of such a move (same statements, same sizes, one transaction each, jobs included on
PostgreSQL). Prints moves a second of both, their ratio, and the ratio of a move's cost with many tickets to few.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from contextlib import ExitStack, nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "tests")]

from servers import postgres_database  # noqa: E402
from workspaces import make_workspace  # noqa: E402

from routing.decision import Request  # noqa: E402
from routing.model import Ticket, attendant_holder  # noqa: E402
from routing.service import Desk, open_desk  # noqa: E402
from routing.store import tickets  # noqa: E402
from routing.store.unit import Unit  # noqa: E402

NOW = datetime(2026, 11, 24, 10, 0)
TICKETS = 20
BLOCK = 50


class Recorder:
    """A driver's connection that notes the statements that write."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver
        self.written: list[tuple[str, list[Any]]] = []

    def execute(self, text: str, values: Any = ()) -> Any:
        if not text.startswith(("SELECT", "BEGIN", "COMMIT")):
            self.written.append((text, [values]))
        return self.driver.execute(text, values)

    def cursor(self, *given: Any, **named: Any) -> Any:
        inner = self.driver.cursor(*given, **named)
        outer = self

        class Cursor:
            def executemany(self, text: str, rows: list[Any]) -> None:
                outer.written.append((text, rows))
                inner.executemany(text, rows)

        return Cursor() if not named else inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.driver, name)


def written_by_a_move(desk: Desk) -> list[tuple[str, list[Any]]]:
    """The writes of one real move, as statements and values."""
    made: list[Recorder] = []
    original = Unit.__init__

    def recording(self: Unit, store: Any, driver: Any) -> None:
        made.append(Recorder(driver))
        original(self, store, made[-1])

    Unit.__init__ = recording  # type: ignore[method-assign]
    try:
        moved = desk.move("1;1;1", Request(action="advance", actor="1;2", key="modelo"), NOW)
    finally:
        Unit.__init__ = original  # type: ignore[method-assign]
    assert moved.status == "moved", moved.reason
    return made[-1].written


def bare_moves(desk: Desk, writes: list[tuple[str, list[Any]]], count: int, start: int) -> float:
    """Seconds for ``count`` transactions that write the same rows; names that must be new get a number."""
    connection = desk.store.engine.raw_connection()
    driver: Any = connection.driver_connection
    sqlite = desk.store.is_sqlite
    began = time.perf_counter()
    for number in range(start, start + count):
        if sqlite:
            driver.execute("BEGIN IMMEDIATE")
        names: list[str] = []
        for text, rows in writes:
            fresh = [tuple(renewed(value, number, names) for value in row) for row in rows]
            if len(fresh) == 1:
                driver.execute(text, fresh[0])
            else:
                driver.cursor().executemany(text, fresh)
        if not sqlite and names:
            jobs = [("repasse", "repasse.mail", 0, None, None, json.dumps({"name": name}), None) for name in names]
            driver.execute(
                "SELECT procrastinate_defer_jobs_v1(%s::procrastinate_job_to_defer_v1[])", (jobs,)
            ).fetchall()
        driver.execute("COMMIT") if sqlite else driver.commit()
    spent = time.perf_counter() - began
    connection.close()
    return spent


def renewed(value: Any, number: int, names: list[str]) -> Any:
    """A value of the model, made new where it must be unique."""
    if value == "modelo":
        return f"modelo-{number}"
    if isinstance(value, str) and value.startswith("<repasse."):
        names.append(f"{value[:-1]}-{number}>")
        return names[-1]
    return value


def desk_moves(desk: Desk, count: int, start: int) -> float:
    """Seconds for ``count`` moves through the desk, tickets in turn."""
    began = time.perf_counter()
    for number in range(start, start + count):
        key = f"1;1;{number % TICKETS + 1}"
        request = Request(action="advance", actor="1;2", key=f"mov-{number}")
        moved = desk.move(key, request, NOW + timedelta(minutes=number))
        assert moved.status == "moved", moved.reason
    return time.perf_counter() - began


def compare(desk: Desk, moves: int) -> tuple[float, float]:
    """Moves a second of the desk and of bare SQL, in alternating blocks; the best block of each, as others disturb."""
    writes = written_by_a_move(desk)
    desk_moves(desk, BLOCK, 0)
    bare_moves(desk, writes, BLOCK, 0)
    ours, bare = [], []
    for start in range(BLOCK, moves + BLOCK, BLOCK):
        ours.append(desk_moves(desk, BLOCK, start) / BLOCK)
        bare.append(bare_moves(desk, writes, BLOCK, start) / BLOCK)
    return 1 / min(ours), 1 / min(bare)


def growth(desk: Desk, moves: int, large: int) -> float:
    """The cost of a move with ``large`` tickets over that with 1,000, each the best of blocks."""
    fill(desk, 1_000)
    few = min(desk_moves(desk, BLOCK, 100_000 + n * BLOCK) for n in range(moves // BLOCK))
    fill(desk, large)
    many = min(desk_moves(desk, BLOCK, 200_000 + n * BLOCK) for n in range(moves // BLOCK))
    return many / few


def fill(desk: Desk, upto: int) -> None:
    """Bring the store to so many tickets, in transactions of 20,000."""
    present = len(desk.tickets())
    for start in range(present, upto, 20_000):
        with desk.store.writing() as unit:
            for code in range(start, min(start + 20_000, upto)):
                ticket = Ticket(
                    coligada=1, locality=2, code=code, type=10, step=1, opener="1;2", holder=attendant_holder("1;3"),
                    subject=f"Pedido {code}",
                )  # fmt: skip
                tickets.add(unit, ticket)
            unit.commit()


def main() -> None:
    """Run and print one line a database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=500)
    parser.add_argument("--large", type=int, default=0, help="also measure growth up to so many tickets")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    chosen = parser.parse_args()
    results = []
    for name in ("sqlite", "postgresql"):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = stack.enter_context(
                postgres_database() if name == "postgresql" else nullcontext(f"sqlite:///{folder}/b.sqlite")
            )
            make_workspace(
                folder / "pasta",
                TICKETS,
                f'banco = "{url}"\n[limites]\nmovimentos_por_hora = 100000\nemails_por_hora = 1000000\n',
            )
            desk = stack.enter_context(open_desk(folder / "pasta"))
            ours, bare = compare(desk, chosen.moves)
            result: dict[str, Any] = {
                "database": name,
                "moves_s": round(ours),
                "bare_s": round(bare),
                "ratio": round(ours / bare, 3),
            }
            if chosen.large:
                result["growth"] = round(growth(desk, chosen.moves, chosen.large), 3)
            results.append(result)
            if chosen.format == "text":
                print(" · ".join(f"{key} {value}" for key, value in result.items()), flush=True)
    if chosen.format == "json":
        print(json.dumps(results))


if __name__ == "__main__":
    main()
