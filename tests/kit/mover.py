"""A process that moves tickets of a folder in turn until it is killed: ``python -m kit.mover FOLDER NUMBER TICKETS MOVES``."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

from kit.stores import NOW

from routing.desk.desk import Desk, open_desk
from routing.domain.decision import Request
from routing.failures import StoreBusy


def main(folder: str, number: int, tickets: int, moves: int) -> None:
    """Advance, and every third time note something; a line when the first move is done."""
    with open_desk(folder) as desk:
        for turn in range(moves):
            key = f"1;1;{(turn * 7 + number * 3) % tickets + 1}"
            when = NOW + timedelta(minutes=turn)
            request = Request(action="note", actor="1;2", text="visto") if turn % 3 == 2 else Request(action="advance", actor="1;2")
            moved(desk, key, request, when)
            if not turn:
                print("vai", flush=True)


def moved(desk: Desk, key: str, request: Request, when: datetime) -> None:
    """Make a move, again when others held the database for too long: then nothing of it was kept."""
    while True:
        try:
            desk.move(key, request, when)
        except StoreBusy:
            continue
        return


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]))
