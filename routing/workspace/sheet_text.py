"""What spreadsheets and people write in cells, the same for tables of cases, for tickets that come in and for lists that go out."""

from __future__ import annotations

import re

SEPARATORS = (";", ",", "\t")
TRUTHS = {"verdade": True, "sim": True, "true": True, "falso": False, "não": False, "nao": False, "false": False}
CALCULATED = re.compile(r"'*[=+\-@\t\r]")
"""How a cell begins that a spreadsheet would calculate, or that would be taken for one that was defused."""
DEFUSED = re.compile(r"'+[=+\-@\t\r]")


def separator_of(heading: str) -> str:
    """What separates the cells of a line: the mark that stands most often outside quotes, a semicolon before others."""
    bare = re.sub(r'"[^"]*"', "", heading)
    return max(SEPARATORS, key=lambda one: (bare.count(one), -SEPARATORS.index(one)))


def defused(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if CALCULATED.match(cell) else cell


def restored(cell: str) -> str:
    """A cell as it was before :func:`defused`."""
    return cell[1:] if DEFUSED.match(cell) else cell
