"""How much work something is, whatever else the machine does: function calls, and how time grows with the size."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any


def calls_made(act: Callable[[], Any]) -> int:
    """How many functions a call calls, those written in C too."""
    count = 0

    def noticed(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(noticed)
    try:
        act()
    finally:
        sys.setprofile(before)
    return count


def growth(act: Callable[[int], Any], size: int) -> float:
    """How many times as much of the processor twice the size takes; of each the quickest of three. Linear work gives two."""
    spent = []
    for one in (size, 2 * size):
        rounds = []
        for _ in range(3):
            begun = time.process_time()
            act(one)
            rounds.append(time.process_time() - begun)
        spent.append(min(rounds))
    return spent[1] / spent[0]
