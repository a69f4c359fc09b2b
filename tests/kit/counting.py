"""How much work something is, without a clock: function calls, which no other program on the machine can change."""

from __future__ import annotations

import sys
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
