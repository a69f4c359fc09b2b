"""Annexes: records of a kind that the site declares (``[[anexo]]``), attached to tickets (S:159-179).

A ticket keeps what formulas read among its extra fields: ``ANEXO.PESQUISA.NOTA`` is the latest value, ``ANEXO.PESQUISA.QUANTOS``
how many records there are, and of an annex of several records ``ANEXO.APONTAMENTO.SOMA.HORAS`` the sum of a number. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import attrs

from formula.types import kind_set
from routing.domain.model import AnnexRecord, Attendant

PREFIX = "ANEXO."
COUNT, SUM = "QUANTOS", "SOMA"
HOLDER, OPENER, CHIEF, ANYBODY, RIGHT = "detentor", "abertura", "chefe", "todos", "direito:"
WRITERS = (HOLDER, OPENER, CHIEF, ANYBODY)
"""Who may write: who has the ticket (or that person's chief, or who may act for others), who opened it, anybody's chief, anybody
who sees it; or ``direito:X``, who has a right."""


@attrs.frozen(kw_only=True)
class Annex:
    """A kind of record. ``fields`` are kinds by upper-case name, ``choices`` closed lists of values as people write them;
    ``types`` empty means every type; ``closed``: also of tickets that have ended; ``level``: who is below sees nothing of it."""

    name: str
    title: str
    fields: Mapping[str, str]
    required: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    writers: tuple[str, ...] = (HOLDER,)
    many: bool = False
    closed: bool = False
    types: frozenset[int] = frozenset()
    level: int = 0

    def field(self, name: str) -> str:
        """The name formulas know a field by."""
        return f"{PREFIX}{self.name}.{name}"

    @property
    def count(self) -> str:
        """The name of the number of records."""
        return self.field(COUNT)

    def total(self, name: str) -> str:
        """The name of the sum of a number."""
        return f"{PREFIX}{self.name}.{SUM}.{name}"

    @property
    def summed(self) -> tuple[str, ...]:
        """The fields that are summed."""
        return tuple(name for name, kind in self.fields.items() if kind == "numero") if self.many else ()


def annex_kinds(annexes: Iterable[Annex]) -> dict[str, int]:
    """The kinds of all names that formulas may read."""
    made: dict[str, int] = {}
    for one in annexes:
        made |= {one.field(name): kind_set(kind) for name, kind in one.fields.items()}
        made |= {name: kind_set("numero") for name in (one.count, *(one.total(field) for field in one.summed))}
    return made


def with_record(annex: Annex, fields: Mapping[str, Any], values: Mapping[str, Any], *, new: bool) -> dict[str, Any]:
    """What formulas read after a record is added, or the latest one replaced."""
    made = dict(fields)
    for name in annex.summed:
        before = made.get(annex.total(name)) or 0
        if not new:
            before -= made.get(annex.field(name)) or 0
        made[annex.total(name)] = plain_number(before + (values.get(name) or 0))
    made |= {annex.field(name): values.get(name) for name in annex.fields}
    made[annex.count] = (made.get(annex.count) or 0) + new
    return made


def plain_number(value: int | Decimal) -> int | Decimal:
    """A whole number without decimals."""
    return int(value) if value == int(value) else value


def latest(records: Iterable[AnnexRecord]) -> list[AnnexRecord]:
    """Each record as it was last written, in the order of their first writing."""
    made: dict[tuple[str, int], AnnexRecord] = {}
    for one in records:
        made[one.name, one.number] = one
    return list(made.values())


def hidden_annexes(annexes: Mapping[str, Annex], viewer: Attendant) -> frozenset[str]:
    """The names of the annexes that somebody's level does not reach."""
    return frozenset(name for name, one in annexes.items() if one.level > viewer.level)


def annex_of(name: str) -> str:
    """The annex that a field's name belongs to; empty for another field."""
    return name.split(".")[1] if name.startswith(PREFIX) and name.count(".") > 1 else ""


def without_annexes(shown: dict[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """The contract's ``show`` without records, fields and changes of some annexes."""
    if not hidden:
        return shown
    ticket = shown["ticket"]
    return shown | {
        "ticket": ticket | {"fields": {name: value for name, value in ticket["fields"].items() if annex_of(name) not in hidden}},
        "annexes": [one for one in shown["annexes"] if one["name"] not in hidden],
        "changes": [one for one in shown["changes"] if annex_of(one["field"]) not in hidden],
    }
