"""Conditions that can never be true, or always are: read off the names and literals they compare (T7, C7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import attrs

from formula.checking.names import Binding, Field, Variable
from formula.messages import message
from formula.reading.tree import Binary, Expression, If, Name, NumberLiteral, TextLiteral, bare
from formula.reporter import Reporter

TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "<>": "<>"}


@attrs.frozen
class Simple:
    """``name sign literal``, the literal on the right whatever the author wrote."""

    name: str
    sign: str
    value: int | Decimal | str
    node: Binary
    written: str


def simple(node: Expression, bindings: Mapping[int, Binding]) -> Simple | None:
    """A comparison of a variable or field with a literal; None for any other expression."""
    inner = bare(node)
    if not isinstance(inner, Binary) or inner.operator not in TURNED:
        return None
    for one, other, sign in (
        (bare(inner.left), bare(inner.right), inner.operator),
        (bare(inner.right), bare(inner.left), TURNED[inner.operator]),
    ):
        named = isinstance(one, Name) and isinstance(bindings.get(id(one)), Variable | Field)
        if named and isinstance(one, Name) and isinstance(other, NumberLiteral | TextLiteral):
            return Simple(one.word.key, sign, other.value, inner, one.word.written)
    return None


def parts(node: Binary) -> Iterator[Expression]:
    """The parts of a chain of one operator, E or OU, first to last."""
    spine: list[Binary] = []
    current: Expression = node
    while isinstance(current, Binary) and current.operator == node.operator:
        spine.append(current)
        current = current.left
    yield current
    for one in reversed(spine):
        yield one.right


def contradiction(node: Binary, bindings: Mapping[int, Binding], reporter: Reporter) -> None:
    """``A = 1 E A = 2``, ``A > 5 E A < 3`` in one chain of E."""
    equal: dict[str, Simple] = {}
    ranges: dict[str, Range] = {}
    for part in parts(node):
        found = simple(part, bindings)
        if found is None:
            continue
        if found.sign == "=":
            before = equal.setdefault(found.name, found)
            if kind(before.value) is kind(found.value) and before.value != found.value:
                never(found, reporter, two_values=True)
                return
        if isinstance(found.value, int | Decimal):
            bounds = ranges.get(found.name, Range()).cut(found.sign, found.value)
            if bounds.empty:
                never(found, reporter, two_values=False)
                return
            ranges[found.name] = bounds


def kind(value: int | Decimal | str) -> type:
    """Text or number."""
    return str if isinstance(value, str) else Decimal


def never(found: Simple, reporter: Reporter, *, two_values: bool) -> None:
    """Report the part that the ones before exclude."""
    if two_values:
        text = message("'{nome}' não pode ser igual a dois valores ao mesmo tempo", nome=found.written)
    else:
        text = message("nenhum valor de '{nome}' cabe nestas comparações ao mesmo tempo", nome=found.written)
    reporter.add("comparacao-nunca-verdadeira", found.node.span, text, message("para aceitar um ou outro use OU"))


@attrs.frozen
class Range:
    """The numbers that comparisons so far leave; a bound that is open does not belong to it."""

    low: int | Decimal | None = None
    high: int | Decimal | None = None
    open_low: bool = False
    open_high: bool = False

    def cut(self, sign: str, value: int | Decimal) -> Range:
        """What one more comparison leaves."""
        made = self
        if sign in {">", ">=", "="} and (made.low is None or (value, sign == ">") > (made.low, made.open_low)):
            made = attrs.evolve(made, low=value, open_low=sign == ">")
        if sign in {"<", "<=", "="} and (made.high is None or (-value, sign == "<") > (-made.high, made.open_high)):
            made = attrs.evolve(made, high=value, open_high=sign == "<")
        return made

    @property
    def empty(self) -> bool:
        """No number is left."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.open_low or self.open_high))


def always(node: Binary, bindings: Mapping[int, Binding], reporter: Reporter) -> None:
    """``A <> 1 OU A <> 2`` in one chain of OU: whatever A is, one of them holds."""
    different: dict[str, Simple] = {}
    for part in parts(node):
        found = simple(part, bindings)
        if found is None or found.sign != "<>":
            continue
        before = different.setdefault(found.name, found)
        if kind(before.value) is kind(found.value) and before.value != found.value:
            reporter.add(
                "condicao-constante",
                node.span,
                message("esta condição é sempre verdadeira: '{nome}' é sempre diferente de um dos dois", nome=found.written),
                message("para excluir os dois valores use E"),
            )
            return


def with_itself(node: Binary, reporter: Reporter) -> None:
    """``A = A``."""
    left, right = bare(node.left), bare(node.right)
    if isinstance(left, Name) and isinstance(right, Name) and left.word.key == right.word.key:
        reporter.add("condicao-constante", node.span, message("'{nome}' é comparado consigo mesmo", nome=left.word.written))


def repeated(statement: If, bindings: Mapping[int, Binding], reporter: Reporter) -> None:
    """A chain SE … SENAO SE … that asks the same again: the later branch is never taken."""
    seen: set[tuple[str, str, object]] = set()
    current: If | None = statement
    while current is not None:
        found = simple(current.condition, bindings)
        if found is not None:
            asked = (found.name, found.sign, found.value)
            if asked in seen:
                reporter.add(
                    "comparacao-nunca-verdadeira",
                    current.condition.span,
                    message("esta condição já foi perguntada antes nesta cadeia; este ramo nunca é tomado"),
                    message("mude a condição ou tire o ramo"),
                )
            seen.add(asked)
        rest = current.otherwise
        current = rest[0] if rest is not None and len(rest) == 1 and isinstance(rest[0], If) else None
