"""The names that one piece of generated code may use, and what is known of its tree: kinds, bindings, sizes of texts."""

import ast
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from formula import values
from formula.builtins import operators
from formula.checking.checker import Checked
from formula.host import (
    bounded,
    field_value,
    length,
    of_kind,
    parameter_value,
    stand_in,
    text_spent,
    too_long,
    trusted_stand_in,
)
from formula.reading.tree import (
    Expression,
    walk,
)
from formula.runtime.fields import NO_USES, field_uses
from formula.runtime.python import Places
from formula.runtime.sizes import UNKNOWN, Sizes, sizes_of

HELPERS = {
    "to_number": values.to_number,
    "to_text": values.to_text,
    "to_date": values.to_date,
    "to_logical": values.to_logical,
    "to_integer": values.to_integer,
    "read_number": values.read_number,
    "number_text": values.number_text,
    "quotient": operators.quotient,
    "add_to_text": operators.add_to_text,
    "negate": operators.negate,
    "identity": operators.identity,
    "shift": operators.shift,
    "days_between": operators.days_between,
    "bounded": bounded,
    "too_long": too_long,
    "text_spent": text_spent,
    "field_value": field_value,
    "parameter_value": parameter_value,
    "stand_in": stand_in,
    "trusted_stand_in": trusted_stand_in,
    "of_kind": of_kind,
    "len": len,
    "length": length,
    "type": type,
    "range": range,
}
CHECKED_NAMES = {
    "+": "add", "-": "subtract", "*": "multiply", "/": "divide",
    "=": "equal", "<>": "different", "<": "less", "<=": "at_most", ">": "more", ">=": "at_least",
}  # fmt: skip
HELPERS |= {CHECKED_NAMES[sign]: checked for sign, checked in operators.CHECKED.items()}


class Namespace(Places):
    """What generated code finds by name. Nothing joins it that the code does not ask for."""

    def __init__(self, checked: Checked, kinds: Mapping[int, int], trusted: bool) -> None:
        """``trusted``: fields were found to hold their declared kinds, and stand in locals."""
        super().__init__()
        self.checked = checked
        self.kinds = kinds
        self.bindings = checked.bindings
        self.trusted = trusted
        self.namespace: dict[str, object] = {"__builtins__": {}}
        self.constants: dict[tuple[type, object], str] = {}
        self.locals: dict[str, str] = {key: f"v{number}" for number, key in enumerate(checked.variables)}
        self.fields: dict[tuple[str, str], str] = {}
        self.field_kinds: dict[str, int] = {}
        self.uses_run = False
        self.uses_parameters = False
        self.uses_text = False
        self.uses_digits = False
        self.uses_numbers = False
        self.works_out = False
        self.fresh = 0
        self.sizes_asked = False
        self.nodes = tuple(walk(checked.tree))
        self.uses = field_uses(self.nodes, self.bindings, kinds) if trusted else NO_USES

    def help(self, name: str, *arguments: ast.expr) -> ast.Call:
        """A call of a helper, which joins the namespace."""
        self.namespace[name] = HELPERS[name]
        return self.call(name, *arguments)

    def value(self, value: object) -> ast.expr:
        """A constant of any kind of value."""
        if isinstance(value, Decimal | datetime):
            key = (type(value), str(value))
            name = self.constants.setdefault(key, f"K{len(self.constants)}")
            self.namespace[name] = value
            return self.load(name)
        return self.constant(value)

    def temporary(self) -> str:
        """A fresh local name."""
        self.fresh += 1
        return f"t{self.fresh}"

    def kind(self, node: Expression) -> int:
        """The kind set of an expression."""
        return self.kinds[id(node)]

    @staticmethod
    def only(kind: int, wanted: int) -> bool:
        """The set has kinds of ``wanted`` alone."""
        return bool(kind) and not kind & ~wanted

    @cached_property
    def sizes(self) -> Sizes:
        """How long texts may be. Only trusted code profits: the others count."""
        self.sizes_asked = True
        return sizes_of(self.checked) if self.trusted else UNKNOWN

    @property
    def ample(self) -> bool:
        """All texts of a run are known to fit, so that none is counted (:mod:`formula.runtime.sizes`)."""
        return self.sizes.whole is not None
