"""The names that a context offers to a formula: fields, parameters, functions, other formulas, sentences (F2, F6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from formula.builtins import TABLE
from formula.builtins.table import Function
from formula.fields import FIELD_DOMAINS, STANDARD_FIELDS
from formula.names import name_key
from formula.types import ANY, DATE, EMPTY, LOGICAL, NUMBER, TEXT, kind_set

if TYPE_CHECKING:
    from formula.context import Context


def kinds_of(value: object) -> int:
    """The kind set of a sample value."""
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return LOGICAL
    if isinstance(value, int | float | Decimal):
        return NUMBER
    if isinstance(value, str):
        return TEXT
    if isinstance(value, date):
        return DATE
    return ANY


def kinds_by_name(given: Mapping[str, str | int] | None) -> dict[str, int]:
    """Upper-case names with kind sets; a kind is a Portuguese name (``texto``) or already a set."""
    return {name_key(name): kind if isinstance(kind, int) else kind_set(kind) for name, kind in (given or {}).items()}


@attrs.frozen(init=False, eq=False, slots=True)
class Schema:
    """What names mean in one context.

    ``fields``: ticket fields and their kinds, standard ones included; ``parameters`` likewise, None when unknown;
    ``functions``: stand-ins by name; ``formulas`` and ``sentences``: codes, None when unknown;
    ``contexts``: which contexts' functions may be called (F2); ``table``: rows of functions, a site's own included;
    ``handoff_by_formula``: False when the ticket type hands off another way (S:82), None when unknown;
    ``strict``: only what RM itself has, so our extensions get a lint; ``domains``: the values of fields that take no other.
    """

    fields: Mapping[str, int]
    parameters: Mapping[str, int] | None
    functions: Mapping[str, int]
    formulas: frozenset[str] | None
    sentences: frozenset[str] | None
    contexts: frozenset[str]
    table: Mapping[str, Function]
    handoff_by_formula: bool | None
    strict: bool
    domains: Mapping[str, tuple[str, ...]]

    def __init__(
        self,
        fields: Mapping[str, str | int] | None = None,
        parameters: Mapping[str, str | int] | None = None,
        functions: Mapping[str, str | int] | None = None,
        formulas: Iterable[str] | None = (),
        sentences: Iterable[str] | None = None,
        contexts: Iterable[str] = ("global", "taa"),
        table: Mapping[str, Function] | None = None,
        handoff_by_formula: bool | None = None,
        strict: bool = False,
        domains: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        """Kinds are Portuguese names: ``texto numero inteiro data logico qualquer``. UnknownKind, a KeyError that names them, for
        any other."""
        self.__attrs_init__(
            fields={**STANDARD_FIELDS, **kinds_by_name(fields)},
            parameters=None if parameters is None else kinds_by_name(parameters),
            functions=kinds_by_name(functions),
            formulas=None if formulas is None else frozenset(name_key(code) for code in formulas),
            sentences=None if sentences is None else frozenset(name_key(code) for code in sentences),
            contexts=frozenset(contexts),
            table=TABLE if table is None else table,
            handoff_by_formula=handoff_by_formula,
            strict=strict,
            domains={**FIELD_DOMAINS, **{name_key(name): tuple(listed) for name, listed in (domains or {}).items()}},
        )

    @staticmethod
    def of(context: Context, **more: Any) -> Schema:
        """The schema of one context's own data; kinds are those of its values."""
        return Schema(
            fields={name: kinds_of(value) for name, value in context.fields.items() if name_key(name) not in STANDARD_FIELDS},
            parameters={name: kinds_of(value) for name, value in context.parameters.items()} or None,
            functions={name.split("(", 1)[0].strip(): kinds_of(value) for name, value in context.functions.items()},
            formulas=context.formulas,
            sentences=None if context.sentences is not None or not context.sql else context.sql,
            **more,
        )
