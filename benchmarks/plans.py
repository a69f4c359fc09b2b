"""What a plan costs: ``python benchmarks/plans.py``. Prints microseconds, the best of many turns taken one after another."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "routing" / "deciding")]

from test_plan_cost import large, per_call, planning, running, small  # noqa: E402


def main() -> None:
    """Plan against run, with and without reading the explanation, small site against large."""
    site = small()
    plan, run, grown = planning(site), running(site), planning(large())
    planned, explained, written, ran, much = per_call(
        plan, lambda: len(plan().explanation), lambda: plan().as_json(), run, grown, rounds=100
    )
    for name, seconds in (
        ("the formula's own run", ran),
        ("plan", planned),
        ("plan, explanation read", explained),
        ("plan, whole JSON", written),
        ("plan among 1,000 steps and 5,000 people", much),
    ):
        print(f"{name:<45}{seconds * 1e6:8.1f} µs{seconds / ran:8.1f} ×")
    print(f"large site against small: {much / planned:.3f}")


if __name__ == "__main__":
    main()
