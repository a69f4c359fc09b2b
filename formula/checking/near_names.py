"""Which known name was meant by one that means nothing, and how sure that is: a proposal never turns one action into another."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from formula.checking.names import MOST_COMPARED, letters

VERB = 5
"""So many letters at the beginning of two actions are the same verb: CONCLUIRARESPONDER, CONCLUIDOCONFIRMADO."""
PART = 6
"""A part of a name that says what it is about: PARAMETRO, REPASSE."""
MOST_SHOWN = 3


@attrs.frozen
class Near:
    """Known names near one that means nothing, the nearest first. ``sure``: only one can be meant, and a fix may put it there."""

    names: tuple[str, ...] = ()
    sure: bool = False


def near(key: str, names: Iterable[str], actions: frozenset[str] = frozenset()) -> Near:
    """The names that may have been meant by an upper-case ``key``. An action is proposed only to who wrote nearly its name, or its
    verb; and two that are equally near are both shown and neither is put in."""
    from difflib import get_close_matches

    from formula.checking.names import closest

    known = list(dict.fromkeys(names))
    first = closest(key, known)
    if first is None:
        return Near()
    mine = letters(key)
    likely = sorted(known, key=lambda name: (mine ^ letters(name)).bit_count() + abs(len(key) - len(name)))[:MOST_COMPARED]
    found = [
        first,
        *(name for name in get_close_matches(key, likely, n=6, cutoff=0.7 if len(key) > VERB else 0.5) if name != first),
    ]
    far = {name: distance(key, name) for name in found}
    found = [name for name in found if not only_ending(key, name)]
    found = [name for name in found if name not in actions or far[name] <= 2 or name[:VERB] == key[:VERB]]
    if not found:
        return Near()
    found.sort(key=lambda name: far[name])
    verbs = sorted(name for name in known if name in actions and len(key) >= VERB and name[:VERB] == key[:VERB])
    if verbs and far[found[0]] > 2:
        return Near(tuple(verbs[:MOST_SHOWN]))
    best, room = far[found[0]], 2 if found[0] in actions else 0
    rivals = [name for name in found[1:] if far[name] <= best + room]
    sure = not rivals and best <= (2 if found[0] in actions else max(2, len(key) // 4))
    return Near(tuple([found[0], *rivals][:MOST_SHOWN]), sure)


ENDINGS = ("ATENDIMENTO", "ATENDENTE", "HIERARQUIARH", "REPASSE")
"""Words at the end of many names: two that share nothing else are not alike."""


def only_ending(key: str, name: str) -> bool:
    """Whether two names are alike in their last word alone: REABRIRATENDIMENTO and CAMPOATENDIMENTO."""
    for ending in ENDINGS:
        if key.endswith(ending) and name.endswith(ending):
            mine, other = key.removesuffix(ending), name.removesuffix(ending)
            return distance(mine, other) * 2 > max(len(mine), len(other))
    return False


def by_part(key: str, names: Iterable[str], actions: frozenset[str]) -> tuple[str, ...]:
    """Names that begin with ``key``, or that share a word with it: VALORPARAMETRO and PARAMETROATENDIMENTO. Of actions only those
    that begin alike."""
    whole: list[str] = []
    verbs: list[str] = []
    parts: list[tuple[int, str]] = []
    for name in names:
        if len(key) >= VERB and name.startswith(key):
            whole.append(name)
        elif name in actions:
            if len(key) >= VERB and name[:VERB] == key[:VERB]:
                verbs.append(name)
        elif (common := shared(key, name)) >= PART and common * 5 >= len(key) * 3:
            parts.append((common, name))
    best = max((common for common, _ in parts), default=0)
    return tuple(sorted(whole) or sorted(verbs) or [name for common, name in parts if common == best])[:MOST_SHOWN]


def shared(one: str, other: str) -> int:
    """How long the longest beginning of ``other`` is that stands at the end or the beginning of ``one``."""
    for size in range(min(len(one), len(other)), PART - 1, -1):
        if one.endswith(other[:size]) or one.startswith(other[:size]):
            return size
    return 0


def misspelt(written: str, values: Iterable[str]) -> str | None:
    """The one value of a list that a text nearly is, one or two letters apart; short texts are near each other by chance."""
    plain = written.strip(" =:").casefold()
    close = [value for value in values if distance(plain, value.casefold()) <= (1 if len(plain) < SHORT else 2)]
    return close[0] if len(close) == 1 and len(plain) > len("abc") else None


SHORT = 6


def distance(one: str, other: str) -> int:
    """How many letters were put in, left out, replaced, or changed over with their neighbour."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for at, char in enumerate(one, 1):
        row = [at]
        for to, target in enumerate(other, 1):
            cost = min(last[to] + 1, row[to - 1] + 1, last[to - 1] + (char != target))
            if at > 1 and to > 1 and char == other[to - 2] and one[at - 2] == target:
                cost = min(cost, before[to - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
