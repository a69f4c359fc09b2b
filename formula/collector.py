"""Python's collector of cyclic garbage, kept out of long reads."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

LONG = 20_000
"""From this many characters on, cycles of garbage are not looked for while reading or checking."""


@contextmanager
def no_collection(length: int) -> Iterator[None]:
    """Reading and checking make many lasting objects and no cycles, yet each round of the collector walks all made so far:
    without this, twice the text takes clearly more than twice the time. Only who found the collector on turns it on again,
    so threads that read side by side leave it as it was. ``length`` of the text, in code points.
    """
    was_on = length >= LONG and gc.isenabled()
    if was_on:
        gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
