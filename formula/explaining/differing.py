"""Where two chains of reasons part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from formula.explaining.explanation import DECISION


class Told(Protocol):
    """A link of a chain, of a formula's or of a move's."""

    @property
    def text(self) -> str:
        """What it says."""

    @property
    def where(self) -> str | None:
        """Where it stands."""

    @property
    def kind(self) -> str:
        """Fact, decision, gate, warning or note."""


Link = TypeVar("Link", bound=Told)


def parting(old: Sequence[Link], new: Sequence[Link]) -> tuple[Link | None, Link | None] | None:
    """The first link that differs, of both chains; None when all are the same. A decision that differs says more than a value that
    one chain read and the other did not, so decisions are compared first."""
    return first_pair(decisions(old), decisions(new)) or first_pair(old, new)


def decisions(chain: Sequence[Link]) -> list[Link]:
    """The links that decided."""
    return [link for link in chain if link.kind == DECISION]


def first_pair(old: Sequence[Link], new: Sequence[Link]) -> tuple[Link | None, Link | None] | None:
    """The first place at which two sequences differ."""
    shared = min(len(old), len(new))
    at = next((at for at in range(shared) if (old[at].text, old[at].where) != (new[at].text, new[at].where)), shared)
    if at >= len(old) and at >= len(new):
        return None
    return old[at] if at < len(old) else None, new[at] if at < len(new) else None
