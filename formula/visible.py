"""Characters that a screen obeys instead of showing, made visible: the one place that every face for people uses.

Control characters move the cursor or name the window, direction marks turn a line around, and characters without a width hide
in names. Data and formulas may hold any of them; people see a mark in their place.
"""

from __future__ import annotations

import re

OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""Controls but for tab and line break, direction marks, what has no width, halves of a surrogate pair."""

BREAKS = re.compile("\r\n|\r|\n")


def visible(text: str) -> str:
    """A text whose lines may stay, with a mark for each character that is obeyed or hidden: ``␛`` for escape, ``⟨202E⟩``."""
    return text if text.isascii() and text.isprintable() else OBEYED.sub(mark, text.replace("\r\n", "\n"))


def on_one_line(text: str) -> str:
    """The same without line breaks and tabs, for a value inside a line: a break is ``␤``."""
    return text if text.isprintable() and text.isascii() else visible(BREAKS.sub("␤", text)).replace("\t", " ")


def mark(found: re.Match[str]) -> str:
    """What stands for one such character: Unicode's picture of a control, else its number."""
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨{code:04X}⟩"
