"""The feed of events under writers that are killed: whether any reader ever sees a gap, or a ticket's events out of order.

    python benchmarks/events.py [--database sqlite|postgresql] [--events 20000] [--writers 8] [--kills 60] [--tickets 60]

Writers are processes that open the desk themselves; readers ask on from where they were, all the while. Prints how many events
there were and how long it took; exit code 1 with what was wrong.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "tests")]

from kit.event_feed import PLENTY, Load, breaches, follow  # noqa: E402
from kit.servers import postgres_database  # noqa: E402
from kit.workspaces import make_workspace  # noqa: E402

from routing.desk.desk import open_desk  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    for name, usual in (("events", 20_000), ("writers", 8), ("kills", 60), ("tickets", 60), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    chosen, wrong = parser.parse_args(), 0
    load = Load(
        writers=chosen.writers, events=chosen.events, kills=chosen.kills, tickets=chosen.tickets, seed=chosen.seed
    )  # fmt: skip
    for database in chosen.database or ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory() as folder:
            local = f"sqlite:///{folder}/b.sqlite"
            with postgres_database() if database == "postgresql" else nullcontext(local) as url:
                place = make_workspace(Path(folder) / "pasta", load.tickets, f'banco = "{url}"\n{PLENTY}')
                with open_desk(place) as desk:
                    begun = time.perf_counter()
                    seen = follow(desk, place, load)
                    found = breaches(desk, seen)
                    spent = time.perf_counter() - begun
        print(f"{database}: {len(seen[0])} events, {load.kills} writers killed, {spent:.0f} s", *found, sep="\n  ", flush=True)
        wrong += len(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
