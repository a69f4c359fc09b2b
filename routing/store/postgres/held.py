"""PostgreSQL: several writes as one statement, which costs one round trip and one parse in place of many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs


@attrs.frozen
class Write:
    """A held write with its values; one that ``must`` meet a row, or an expression to ``call``."""

    text: str
    values: Sequence[Any]
    must: bool = False
    call: bool = False


DIVISION_BY_ZERO = "22012"
ROW = " VALUES "


def one_statement(writes: Sequence[Write]) -> tuple[str, list[Any]]:
    """Writes as one PostgreSQL statement. It fails as a whole, by a division by zero, when a write that must meet a row
    met none: so the commit behind it can be sent without waiting to see.

    The parts of such a statement run in no order of their own, so the rows of one table are put into one INSERT.
    """
    parts: dict[str, list[Write]] = {}
    for one in writes:
        if not one.call:
            parts.setdefault(one.text, []).append(one)
    ordered = [one for alike in parts.values() for one in alike] + [one for one in writes if one.call]
    wanted = [
        f"1 / (SELECT count(*) FROM w{number})"  # noqa: S608 - nothing from outside
        for number, alike in enumerate(parts.values())
        if alike[0].must
    ]
    chosen = ", ".join([*wanted, *(one.text for one in writes if one.call)]) or "1"
    within = ", ".join(f"w{number} AS ({part(alike)})" for number, alike in enumerate(parts.values()))
    return (f"WITH {within} SELECT {chosen}" if parts else f"SELECT {chosen}"), [v for one in ordered for v in one.values]


def part(alike: Sequence[Write]) -> str:
    """A write that must meet a row, or an INSERT of as many rows."""
    text = alike[0].text
    if alike[0].must:
        return f"{text} RETURNING 1"
    row = text[text.index(ROW) + len(ROW) :]
    return text + f", {row}" * (len(alike) - 1)
