"""The kinds of the variables along the way that is being walked (language §3, §6).

One table serves the whole walk: a branch writes into it and keeps what it wrote over, so that leaving a branch and bringing
branches together costs what they changed, never what is declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from formula.types import ANY, EMPTY

DESTINATION, PAIR, PLAIN = 64, 128, 256
"""Marks beside a variable's kinds: what the texts it may hold are, a destination, a hierarchy pair, or anything else."""

EVERYTHING = ANY | DESTINATION | PAIR | PLAIN

MARKS: Mapping[str, int] = {"destino": DESTINATION, "hierarquia": PAIR}
ROLES: Mapping[int, str] = {DESTINATION: "destino", PAIR: "hierarquia"}

Kinds = dict[str, int]
"""Variable to kind set and marks."""


@attrs.define
class Ways:
    """``kinds`` at this place; ``before`` has, for each variable that the innermost open branch changed, its kinds where the
    branch began."""

    kinds: Kinds
    before: Kinds = attrs.field(factory=dict)

    def kind(self, key: str) -> int:
        """The kind set of a declared variable."""
        return self.kinds.get(key, EMPTY) & ANY

    def role(self, key: str) -> str:
        """``destino`` or ``hierarquia`` when every text the variable may hold is one; else ''."""
        return ROLES.get(self.kinds.get(key, EMPTY) & ~ANY, "")

    def put(self, key: str, kinds: int) -> None:
        """A variable gets a value."""
        old = self.kinds.get(key, EMPTY)
        self.before.setdefault(key, old)
        self.kinds[key] = kinds

    def enter(self) -> Kinds:
        """Begin a branch. What comes back belongs to the branch around it, for :meth:`leave` or :meth:`stay`."""
        around, self.before = self.before, {}
        return around

    def leave(self, around: Kinds) -> Kinds:
        """End a branch and go back to where it began; gives the kinds at its end of what it changed."""
        changed = {key: self.kinds[key] for key in self.before}
        self.kinds.update(self.before)
        self.before = around
        return changed

    def stay(self, around: Kinds) -> Kinds:
        """End a branch that is the only way on; gives the kinds at its beginning of what it changed."""
        inside, self.before = self.before, around
        for key, kinds in inside.items():
            around.setdefault(key, kinds)
        return inside

    def join(self, ends: Iterable[Kinds]) -> dict[str, set[int]]:
        """Bring branches together, each given by what it changed. Gives the different kind sets that changed variables had."""
        parts: dict[str, list[int]] = {}
        count = 0
        for end in ends:
            count += 1
            for key, kinds in end.items():
                parts.setdefault(key, []).append(kinds)
        found: dict[str, set[int]] = {}
        for key, several in parts.items():
            if len(several) < count:
                several.append(self.kinds[key])
            found[key] = set(several)
            whole = 0
            for kinds in found[key]:
                whole |= kinds
            self.put(key, whole)
        return found
