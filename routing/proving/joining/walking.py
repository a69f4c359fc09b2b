"""A followed run that comes to a part that only calculates: the part is read for all tickets, and gone for this one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from formula.reading.tree import Binary, If, Repeat, While
from routing.messages import message
from routing.proving.fields import same
from routing.proving.joining.reading import MIXED, VALUE, Apart, Reader, Seen, seen_pair
from routing.proving.pairs import NOTHING, Beyond, Pair, Shadow
from routing.proving.terms import Term, Unknown, symbols_in, true_for, value_for

if TYPE_CHECKING:
    from formula.context import Run
    from formula.engine import Rule
    from formula.reading.tree import Expression, Statement


class Followed(Protocol):
    """A formula being followed (:class:`routing.proving.shadow.Walker`), as it is asked here."""

    rule: Rule
    run: Run
    shadow: Shadow
    code: str
    variables: dict[str, Pair]
    value: Pair

    def plain(self) -> Followed:
        """The same run, with values alone."""

    def block(self, statements: tuple[Statement, ...]) -> None:
        """Statements in order."""

    def expression(self, node: Expression) -> Pair:
        """One expression."""


def join_part(walker: Followed, statement: If | While | Repeat) -> bool:
    """Whether a statement was read for all tickets, its branches joined; then it has been gone too."""
    reader = reader_of(walker)
    before = {name: seen_pair(pair) for name, pair in walker.variables.items()} | {VALUE: seen_pair(walker.value)}
    try:
        after = reader.block((statement,), before, ())
        changed = {name: one for name, one in after.items() if one is not before.get(name)}
        if any(one is MIXED or one.hollow for one in changed.values()):
            return False
        sure(walker, reader)
    except (Apart, RecursionError):
        return False
    gone = walker.plain()
    gone.block((statement,))
    walker.shadow.branches |= gone.shadow.branches
    note_guards(walker.shadow, reader)
    results = {**gone.variables, VALUE: gone.value}
    for name in {*results, *changed}:
        one = changed.get(name)
        if one is None:
            continue
        pair = agreed(walker, one, results.get(name, NOTHING).value)
        if name == VALUE:
            walker.value = pair
        else:
            walker.variables[name] = pair
    return True


def join_condition(walker: Followed, node: Binary) -> Pair | None:
    """A condition of several parts as one; None when it is not read so."""
    reader = reader_of(walker)
    before = {name: seen_pair(pair) for name, pair in walker.variables.items()}
    try:
        term = reader.logical(reader.expression(node, before, ()))
        sure(walker, reader)
    except (Apart, RecursionError):
        return None
    value = bool(walker.plain().expression(node).value)
    return agreed(walker, Seen("logico", term), value)


def reader_of(walker: Followed) -> Reader:
    """A reader that stands where the run is."""
    return Reader(walker.rule, walker.run, walker.shadow, walker.code, walker.shadow.joins or frozenset())


def sure(walker: Followed, reader: Reader) -> None:
    """Note what the reading needs; where it does not hold for this ticket, the part is not read so."""
    needs = list(dict.fromkeys(reader.needs))
    if not true_for(needs, values_of(walker, needs)):
        raise Apart
    for one in needs:
        walker.shadow.decide(one, True)


def values_of(walker: Followed, terms: Iterable[Term]) -> Mapping[str, Any]:
    """What the free values of some terms are for this ticket."""
    return {one[1]: walker.shadow.value_of(one) for term in terms for one in symbols_in(term)}


def agreed(walker: Followed, one: Seen, value: Any) -> Pair:
    """A value with its term, which must say the same. Raises :class:`Beyond`."""
    if one.known:
        return Pair(value)
    try:
        told = value_for(one.term, values_of(walker, (one.term,)))
    except Unknown:
        told = None
    if not same(told, value):
        raise Beyond(message("a fórmula {codigo} não se deixou seguir com exatidão", codigo=walker.code))
    return Pair(value, one.term)


def note_guards(shadow: Shadow, reader: Reader) -> None:
    """When each of the joined branches is taken."""
    for branch, terms in reader.branches.items():
        shadow.guards.setdefault(branch, []).extend(terms)
