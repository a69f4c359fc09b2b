"""Things due at one moment that one worker does, on each database.

    python benchmarks/due.py [--tickets N] [--postgres]

Tickets ran out of their step's time (a formula of the step changes a field and hands the ticket off, a mail goes out), then as many
of which half wake up at the time that somebody set (the ticket is back in hand). Each is a decision with gates, explanation, history row
and, where one goes out, mail. Prints seconds by the clock and of the processor, and the slowest hundred in a row.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from kit.servers import own_postgres  # noqa: E402
from kit.timed import MONDAY, at, ticket, timed_desk  # noqa: E402

from routing.desk.clock import do_due, due_list  # noqa: E402

LIMITS = "[limites]\nmovimentos_por_hora = 1000000\nemails_por_hora = 1000000\n"
WAKE = MONDAY + timedelta(days=1)
LATER = MONDAY + timedelta(days=1, hours=1)
HUNDRED = 100


def measure(folder: Path, settings: str, count: int, wakes: bool) -> None:
    """Make the tickets, do what is due, print what it took."""
    asleep = {"status": "G", "wake_up": WAKE, "entered_at": LATER - timedelta(hours=1)}
    made = [ticket(100 + code, **(asleep if wakes and code % 2 else {"step_told": 1})) for code in range(count)]
    with timed_desk(folder, settings=settings + LIMITS) as desk:
        for start in range(0, count, 500):
            desk.add(*made[start : start + 500])
        ends: list[float] = []
        wall, processor = time.perf_counter(), time.process_time()
        done = do_due(desk, at(LATER), report=lambda plan: ends.append(time.perf_counter()))
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        rest = len(due_list(desk, {"until": LATER}, LATER)["due"])
    slowest = max(b - a for a, b in zip(ends, ends[HUNDRED:], strict=False))
    kind = "half of them wake-ups" if wakes else "all with a formula"
    print(
        f"{done} things, {kind}: {wall:.1f} s by the clock, {processor:.1f} s of processor; slowest hundred {slowest:.2f} s; {rest} left"
    )


def main() -> None:
    """Measure as asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = ""
        if asked.postgres:
            settings = f'banco = "{stack.enter_context(own_postgres()).url}"\n'
        measure(folder / "pasta", settings, asked.tickets, wakes=False)
        if asked.postgres:
            settings = f'banco = "{stack.enter_context(own_postgres()).url}"\n'
        measure(folder / "outra", settings, asked.tickets, wakes=True)


if __name__ == "__main__":
    main()
