"""The chain from values to result, for a person."""

from __future__ import annotations

from formula.explaining.explanation import FOLDED, Line
from repl.messages import message


def unfolded(lines: list[Line]) -> list[Line]:
    """The result first, then what decided it."""
    return [*lines[-1:], *(line for line in lines[:-1] if line.kind not in FOLDED)]


def numbered(lines: list[Line]) -> list[str]:
    """Numbered lines with their places in front of the eye."""
    return [
        message("{numero:3}. {texto}  [{onde}]", numero=at, texto=line.text, onde=line.where) if line.where else line.text
        for at, line in enumerate(lines, 1)
    ]
