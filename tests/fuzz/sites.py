"""The properties of approvals and of the clock over as many generated sites as asked for:

    PYTHONPATH=.:tests .venv/bin/python tests/fuzz/sites.py 20000

The tests try fewer. A site that breaks one ends the run with its seed.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

TESTS = Path(__file__).resolve().parents[1] / "routing"
BEGIN = 1_000
"""The tests try the seeds before."""


def loaded(name: str) -> ModuleType:
    """A module of tests."""
    found = importlib.util.spec_from_file_location(Path(name).stem, TESTS / f"{name}.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def main(sites: int) -> None:
    """Approvals, then the clock."""
    approvals, clock = loaded("deciding/test_approval_properties"), loaded("desk/test_clock_properties")
    moves = voices = barred = done = 0
    for seed in range(BEGIN, BEGIN + sites):
        try:
            happened, spoken, asked = approvals.live(seed)
            done += clock.lived(seed, 2)
        except AssertionError as error:
            sys.exit(f"seed {seed}: {error!r}")
        moves, voices, barred = moves + happened, voices + spoken, barred + asked
    print(
        f"{sites} sites: {moves} moves, {voices} voices, {barred} refused to clients; {done} due things done, each once, none lost"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
