"""A caller that closes its connection before the answer: whoever works for it is told, and need not go on."""

from __future__ import annotations

from collections.abc import Callable

LEAVING = "repasse.leaving"
"""The name of a connection's :class:`Leaving` in the scope of its requests; other servers than ours give none."""

TOGETHER = "repasse.together"
"""The name of all requests in work or ready for it, of every connection, in the scope of each."""


class Leaving:
    """Who is to be told when one connection ends."""

    __slots__ = ("told",)

    def __init__(self) -> None:
        """Nobody yet."""
        self.told: list[Callable[[], None]] = []

    def happen(self) -> None:
        """The connection has ended."""
        for one in self.told[:]:
            one()
