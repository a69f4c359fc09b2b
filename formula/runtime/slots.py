"""A place for a value in a recorded run, for telling what a run does whatever the value is."""

from __future__ import annotations

MARK = "\ue000"
"""A private character: one that nothing shows otherwise, and that no sentence replaces (:mod:`formula.visible`)."""


class Slot:
    """Stands for the value at a place of the log. Its text is found again in sentences that were made with it."""

    __slots__ = ("text",)

    def __init__(self, place: int) -> None:
        """Number the place."""
        self.text = f"{MARK}{place}{MARK}"

    def __str__(self) -> str:
        """The marked number."""
        return self.text
