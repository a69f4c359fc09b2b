"""What questions about all tickets cost, and how many are answered.

    python benchmarks/proofs.py [--worlds] [--large] [--within 10]

``--worlds`` asks the hundred seeded questions of six small workspaces (``tests/kit/seeded*.py``) three times: sound rules, broken
rules, and broken rules by the search alone. ``--large`` asks twelve properties and every question without a file of a type of thirty
steps with eight formulas of a hundred lines (``tests/kit/large.py``). Processor seconds are those of this process and of the solver
together; beside them the wall clock's. Without a flag both.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from kit.asking import answer_of  # noqa: E402
from kit.large import PROPERTIES, large  # noqa: E402
from kit.seeded import WORLDS  # noqa: E402
from kit.seeded_contracts import CONTRATOS  # noqa: E402
from kit.seeded_staff import PESSOAL  # noqa: E402
from kit.seeded_workshop import OFICINA  # noqa: E402

import routing  # noqa: E402
from routing.domain.site import Site  # noqa: E402
from routing.proving.answers import Answer  # noqa: E402
from routing.proving.builtin.questions import answer_builtin  # noqa: E402
from routing.proving.property import Property  # noqa: E402
from routing.proving.proving import answer_property  # noqa: E402
from routing.proving.reading import read_properties  # noqa: E402
from routing.proving.solver import Solver  # noqa: E402

Made = TypeVar("Made")


def spent() -> float:
    """Processor seconds of this process and of those that it started and that ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def timed(ask: Callable[[], Made]) -> tuple[Made, float, float]:
    """What was asked, with processor and wall seconds."""
    processor, wall = spent(), time.monotonic()
    made = ask()
    return made, spent() - processor, time.monotonic() - wall


def worlds(within: float, room: Path) -> None:
    """The seeded questions."""
    for world in (*WORLDS, CONTRATOS, PESSOAL, OFICINA):
        for broken, proves in ((False, True), (True, True), (True, False)):
            rows: list[tuple[str, str, float, float]] = []
            for number, seed in enumerate(world.seeds):
                folder = room / f"{world.name}-{broken}-{proves}-{number}"
                answer, processor, wall = timed(
                    partial(answer_of, world, seed, folder, broken=broken, proves=proves, within=within)
                )
                rows.append((seed.name, answer.answer, processor, wall))
            wanted = "fails" if broken else "proved"
            told = "broken" if broken else "sound"
            print(f"{world.name}, {told}, {'solver' if proves else 'search alone'}: {dict(Counter(one[1] for one in rows))}")
            walls, processors = [one[3] for one in rows], [one[2] for one in rows]
            print(f"    wall median {statistics.median(walls):.2f} s, worst {max(walls):.2f} s; "
                  f"processor median {statistics.median(processors):.2f} s, worst {max(processors):.2f} s")  # fmt: skip
            for name, answer, _, wall in rows:
                if answer != wanted:
                    print(f"    {answer}: {name} ({wall:.1f} s)")


def large_flow(within: float, room: Path) -> None:
    """The large workspace."""
    folder = large(room / "large")
    site = routing.load_workspace(folder)
    (file,) = read_properties(site, folder)
    truths = {name: truth for name, _, truth in PROPERTIES}
    for asked in file.properties:
        answer, processor, wall = timed(partial(ask_one, site, asked, within))
        wrong = "" if answer.answer in {truths[asked.name], "held"} else "  WRONG"
        print(f"{answer.answer:8} {asked.name}: wall {wall:.1f} s, processor {processor:.1f} s, {answer.tried} tried{wrong}")
        if answer.answer == "held":
            print(f"         {'; '.join(answer.assumptions[-3:])}")

    found, processor, wall = timed(partial(ask_all, site, within))
    print(
        f"without a file: {dict(Counter((one.kind, one.answer) for one in found))}: wall {wall:.1f} s, processor {processor:.1f} s"
    )


def ask_one(site: Site, asked: Property, within: float) -> Answer:
    """One property, with a solver of its own."""
    with Solver() as solver:
        return answer_property(site, asked, solver, within=within)


def ask_all(site: Site, within: float) -> list[Answer]:
    """Every question without a file."""
    with Solver() as solver:
        return list(answer_builtin(site, solver, within=within))


def main() -> None:
    """What is asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--worlds", action="store_true")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--within", type=float, default=10.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as room:
        if given.worlds or not given.large:
            worlds(given.within, Path(room))
        if given.large or not given.worlds:
            large_flow(given.within, Path(room))


if __name__ == "__main__":
    main()
