"""Many cases at once: each processor runs a part of them, and only what did not pass is run again here, to be told in full.
And the same cases many times: what does not always do the same."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import attrs

from formula.messages import Message
from routing.messages import message
from routing.testing.run import PASSED, Result
from routing.testing.snapshots import MISSING, leaves, shown
from routing.testing.suite import Entry, Suite

WORTH_IT = 1_500
"""Cases from which starting other processes costs less than it saves."""
AT_ONCE = 125
"""Cases that a process runs before it says how they ended."""

SHARED: list[tuple[Suite, Sequence[Entry]]] = []
"""What the processes of this run have in common with the one they were forked from."""


def processors() -> int:
    """How many processes may run at the same time; one where a process cannot be forked safely."""
    if not sys.platform.startswith("linux"):
        return 1
    return len(os.sched_getaffinity(0))


def run_part(begin: int) -> list[tuple[bool, float]]:
    """Run the cases from one on: whether each passed, and its seconds."""
    import time

    suite, entries = SHARED[-1]
    made = []
    for entry in entries[begin : begin + AT_ONCE]:
        began = time.perf_counter()
        result = suite.run(entry)
        made.append((result is not None and result.status == PASSED, time.perf_counter() - began))
    return made


def passed_elsewhere(suite: Suite, entries: Sequence[Entry]) -> Iterator[float | None]:
    """For each entry in order: the seconds of one that passed in another process, None for one that is to be run here. Processes
    that die leave theirs to this one."""
    count = min(processors(), sum(entry.case is not None for entry in entries) // (WORTH_IT // 2))
    if count < 2 or suite.updating:
        yield from (None for _ in entries)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    cases = [entry for entry in entries if entry.case is not None]
    for file in {entry.file.path: entry.file for entry in cases}.values():
        suite.snapshots_of(file)
    SHARED.append((suite, cases))
    gc.freeze()
    told: list[tuple[bool, float]] = []
    at = 0
    pool = ProcessPoolExecutor(count, get_context("fork"))
    try:
        parts = pool.map(run_part, range(0, len(cases), AT_ONCE))
        for entry in entries:
            if entry.case is None:
                yield None
                continue
            if at == len(told):
                try:
                    told += next(parts)
                except (BrokenProcessPool, OSError):
                    told += [(False, 0.0)] * (len(cases) - at)
            passed, seconds = told[at]
            at += 1
            yield seconds if passed else None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        gc.unfreeze()
        SHARED.pop()


# -- the same cases many times --------------------------------------------------------------------


@attrs.frozen(eq=False)
class Unstable:
    """A case that did something else in another run of the same rules: what, once and another time."""

    entry: Entry
    differences: tuple[tuple[str, str, str], ...]


def unstable(suite: Suite, entries: Sequence[Entry], times: int) -> list[Unstable]:
    """The cases that do not always do the same, run so many times: as they stand, from the last to the first, then shuffled, each
    time in the same way."""
    cases = [entry for entry in entries if entry.case is not None]
    seen: dict[int, Any] = {}
    found: dict[int, Unstable] = {}
    for time in range(times):
        numbers = list(range(len(cases)))
        if time == 1:
            numbers.reverse()
        elif time > 1:
            Random(time).shuffle(numbers)  # noqa: S311 - an order, not a secret
        for number in numbers:
            did = behaviour(suite.run(cases[number]))
            before = seen.setdefault(number, did)
            if number not in found and before != did:
                found[number] = Unstable(cases[number], tuple(differing(before, did)))
    return [found[number] for number in sorted(found)]


def behaviour(result: Result | None) -> dict[str, Any]:
    """What a case did, passed or not."""
    assert result is not None
    made: dict[str, Any] = {"resultado": result.status}
    if result.faults:
        made["erros"] = [str(one.message) for one in result.faults]
    return made | (result.observed.picture() if result.observed is not None else {})


def varying(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Message]:
    """What a case that did something else does, in sentences."""
    yield message("instável: não faz sempre o mesmo")
    for key, old, new in differing(before, after):
        yield message("  {parte}: uma vez {antes}, outra {depois}", parte=key, antes=old, depois=new)


def differing(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Each part that is another, as it was and as it is."""
    old, new = dict(leaves(before)), dict(leaves(after))
    for key in {**old, **new}:
        if old.get(key, MISSING) != new.get(key, MISSING):
            yield key, shown(old.get(key, MISSING)), shown(new.get(key, MISSING))
