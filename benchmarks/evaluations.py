"""A million evaluations of one formula over the fields that decisions recorded, in one process.

    python benchmarks/evaluations.py [--tickets N] [--evaluations N]

Decisions are made on the example of purchases and read back from the store. Then each formula runs over the tickets that they
recorded, again and again: over the fields as they were read, each time in a context of its own (what a program asks with
``rule.run(formula.Context(fields=…))``), and from the ticket, whose fields are made anew each time. Prints seconds of processor for a
million, the best of some rounds; each formula's values are compared with those of the first round.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from replay import NOW, moved_desk  # noqa: E402

from formula.context import Context  # noqa: E402
from routing.deciding.ticket_fields import seen_fields, seen_parameters  # noqa: E402
from routing.desk.desk import Desk  # noqa: E402
from routing.domain.model import Ticket  # noqa: E402
from routing.domain.people import SiteDirectory  # noqa: E402
from routing.releases.again import recorded  # noqa: E402

ROUNDS = 10


def contexts(desk: Desk, tickets: list[Ticket], *, anew: bool) -> Callable[[], Iterator[Context]]:
    """What makes a context of each ticket: of the fields at hand, or made ``anew``."""
    site = desk.site
    common: dict[str, Any] = {
        "formulas": site.formula_texts, "directory": SiteDirectory(site.people, site.workload), "now": NOW,
        "chiefs_from": site.chiefs_from, "calendar": site.calendar, "user": "carlos",
    }  # fmt: skip
    if anew:
        return lambda: (
            Context(fields=seen_fields(site, one), parameters=seen_parameters(site, one), coligada=one.coligada, **common)
            for one in tickets
        )
    rows = [(seen_fields(site, one), seen_parameters(site, one), one.coligada) for one in tickets]
    return lambda: (
        Context(fields=fields, parameters=parameters, coligada=coligada, **common) for fields, parameters, coligada in rows
    )


def main() -> None:
    """Parse, measure, print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--tickets", type=int, default=600)
    asked.add_argument("--evaluations", type=int, default=1_000_000)
    options = asked.parse_args()
    with moved_desk(options.tickets) as desk:
        tickets = [one.plan.before for one in recorded(desk.store) if one.plan.before is not None]
        print(f"{len(tickets)} recorded tickets")
        turns = options.evaluations // len(tickets) // ROUNDS + 1
        for code in ("repasse_compras", "repasse_gestor", "avisa_gestor"):
            rule = desk.site.rule(code, tickets[0])
            for name, anew in (("recorded fields", False), ("recorded tickets", True)):
                made = contexts(desk, tickets, anew=anew)
                wanted = [rule.run(one).value for one in made()]
                best = 1e9
                for _ in range(ROUNDS):
                    began = time.process_time()
                    for _ in range(turns):
                        values = [rule.run(one).value for one in made()]
                    best = min(best, (time.process_time() - began) / turns / len(tickets))
                    assert values == wanted
                print(f"{code} over {name}: {best * 1_000_000:.1f} s a million evaluations")


if __name__ == "__main__":
    main()
