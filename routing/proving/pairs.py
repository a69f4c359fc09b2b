"""A value of one run with its term, and what a run met on its way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import attrs

from formula.effects import Effect
from routing.proving.terms import Term, constant, negated, symbols_in


class Beyond(Exception):
    """The run is not followed further: ``why`` is a sentence."""

    def __init__(self, why: str) -> None:
        """Keep the reason."""
        super().__init__(why)
        self.why = why


@attrs.frozen
class Pair:
    """A value of one run, and its term; None when it is the same for every ticket that takes this way."""

    value: Any
    term: Term | None = None


NOTHING = Pair(None)

SymbolOf = Callable[[str, str, Any], Term | None]
"""Given the table (``campo``, ``parametro`` or ``funcao``), the upper-case name and the value, the term of what stands there."""


@attrs.define(eq=False)
class Shadow:
    """What one run, or several of one move, met: conditions in order, those that *pin* a value, branches, what was beyond."""

    symbol_of: SymbolOf
    conditions: list[Term] = attrs.field(factory=list)
    known: set[Term] = attrs.field(factory=set)
    """The same, to look them up."""
    pinned: set[int] = attrs.field(factory=set)
    """Positions of conditions that hold for one value alone, because what is done with it is not modelled."""
    reasons: dict[int, str] = attrs.field(factory=dict)
    """Why a value was pinned, by position."""
    beyond: list[str] = attrs.field(factory=list)
    branches: set[tuple[str, int, bool]] = attrs.field(factory=set)
    """Formula code, place of the condition in the text, and its answer."""
    loose: list[Term] = attrs.field(factory=list)
    """Terms of texts for people, which were not pinned."""
    asked: set[str] = attrs.field(factory=set)
    """Names of functions of other modules that answered."""

    def decide(self, condition: Term, truth: bool) -> None:
        """Note a condition and the answer that this run saw."""
        made = condition if truth else negated(condition)
        if made not in self.known:
            self.known.add(made)
            self.conditions.append(made)

    def pin(self, pair: Pair, why: str) -> Any:
        """The value, which from here on must be just this one."""
        if pair.term is None:
            return pair.value
        if pair.term[0] == "opaque":
            for one in dict.fromkeys(symbols_in(pair.term)):
                self.pin(Pair(self.value_of(one), one), why)
            return pair.value
        if isinstance(pair.value, bool):
            self.decide(pair.term, pair.value)
            return pair.value
        if pair.value is None:
            self.decide(("empty", pair.term), True)
            return None
        made = ("tis" if isinstance(pair.value, str) else "=", pair.term, constant(pair.value))
        if made not in self.known:
            self.known.add(made)
            self.pinned.add(len(self.conditions))
            self.reasons[len(self.conditions)] = why
            self.conditions.append(made)
        return pair.value

    value_of: Callable[[Term], Any] = lambda term: None
    joins: frozenset[str] | None = None
    """None when each branch is followed by itself; else branches that only calculate are joined where they end, and those that
    have one of these effects too, which matter to nobody."""
    guards: dict[tuple[str, int, bool], list[Term]] = attrs.field(factory=dict)
    """Of branches that were joined, when each is taken."""


@attrs.frozen(eq=False)
class Told:
    """How a followed run ended: as :class:`formula.outcome.Outcome`, with the pair of its value."""

    status: str
    value: Pair
    effects: tuple[Effect, ...]
    code: str | None = None
    """The fault's slug."""


def kind_of(value: Any) -> str:
    """``vazio logico texto data numero``."""
    if value is None:
        return "vazio"
    if isinstance(value, bool):
        return "logico"
    if isinstance(value, str):
        return "texto"
    return "data" if isinstance(value, datetime) else "numero"


def whole(term: Term) -> bool:
    """A term whose values are all integers."""
    if term[0] == "s":
        return bool(term[2] == "int")
    if term[0] == "v":
        return isinstance(term[1], int)
    if term[0] == "let":
        return whole(term[1].term)
    if term[0] == "if":
        return whole(term[2]) and whole(term[3])
    if term[0] in {"+", "-", "*"}:
        return whole(term[1]) and whole(term[2])
    return term[0] in {"trunc", "round"} or (term[0] == "neg" and whole(term[1]))


FEW = 8
"""So many values of a divisor are looked at one by one: what is divided by a free value is hard to prove."""


def few_values(term: Term, conditions: Iterable[Term]) -> bool:
    """Whether conditions leave a free integer only few values."""
    if term[0] != "s" or term[2] != "int":
        return False
    least: list[int] = []
    most: list[int] = []
    for one in conditions:
        turned = one[0] == "not"
        inner = one[1] if turned else one
        if inner[0] not in {"<", "<="} or term not in inner[1:]:
            continue
        other = inner[2] if inner[1] == term else inner[1]
        if other[0] != "v" or isinstance(other[1], datetime):
            continue
        (most if (inner[1] == term) is not turned else least).append(int(other[1]))
    return bool(least and most) and min(most) - max(least) < FEW


MOST_PARTS = 400
"""Parts of a term that a variable keeps; in a loop a term can double at each turn, and every look at it takes as long as it is."""


def kept_small(pair: Pair) -> Pair:
    """A value as a variable keeps it: one with too large a term is no longer modelled, and depends on what stands in it."""
    if pair.term is None or not larger(pair.term, MOST_PARTS):
        return pair
    return Pair(pair.value, joined(pair.term))


def larger(term: Term, most: int) -> bool:
    """Whether a term has more parts; no more of them are looked at."""
    stack: list[Any] = [term]
    while stack and most >= 0:
        most -= 1
        stack.extend(part for part in stack.pop()[1:] if isinstance(part, tuple))
    return most < 0


def joined(*terms: Term) -> Term:
    """A value that is not modelled, made of these."""
    return ("opaque", tuple(dict.fromkeys(one for term in terms for one in symbols_in(term))))
