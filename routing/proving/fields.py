"""The values of a ticket that a question leaves free, by the names that formulas use, and tickets made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import attrs

from formula.types import DATE, DECIMAL, EMPTY, INTEGER, LOGICAL, TEXT
from routing.deciding.ticket_fields import NUMBER_FIELDS, TEXT_FIELDS
from routing.domain.model import CLIENT_KINDS, PARAMETER_KINDS, PRIORITIES, Ticket, TicketType, changed
from routing.domain.site import Site
from routing.proving.terms import Term, constant, symbol, symbols_in

Key = tuple[str, str]
"""``("campo", "PRIORIDADE")`` or ``("parametro", "VALOR")``."""

NOT_FREE = frozenset({"RESPONSAVELCONTATO", "CAIXAPOSTAL"})
"""Set by opening, or held at what lets a ticket move."""

KIND_LETTERS: Mapping[str, str] = {"numero": "num", "texto": "text", "data": "date", "logico": "bool"}
DEFAULTS: Mapping[str, Any] = {"PRIORIDADE": "Normal"}
CLOSED: Mapping[str, tuple[str, ...]] = {"PRIORIDADE": PRIORITIES, "TIPOCLIENTE": ("", *CLIENT_KINDS)}


@attrs.frozen(eq=False)
class Free:
    """The free values of tickets of a type: terms by place, what each may be, and the place by the term's name."""

    terms: Mapping[Key, Term]
    domains: Mapping[str, tuple[Term, ...]]
    places: Mapping[str, Key]
    doubtful: frozenset[str]
    """Names of extra fields of which the workspace does not say one kind; they count as texts."""

    def bounds(self, conditions: Iterable[Term]) -> list[Term]:
        """What the free values of some conditions may be."""
        names = dict.fromkeys(one[1] for condition in conditions for one in symbols_in(condition))
        return [bound for name in names for bound in self.domains.get(name, ())]


def free_values(site: Site, kind: TicketType) -> Free:
    """Parameters of the type, extra fields, and the standard fields that people fill."""
    terms: dict[Key, Term] = {}
    domains: dict[str, tuple[Term, ...]] = {}
    doubtful: set[str] = set()
    for name, written in kind.parameters.items():
        letter: str | None = "int" if written.lower() == "inteiro" else KIND_LETTERS[PARAMETER_KINDS[written]]
        terms["parametro", name.upper()] = symbol(f"PARAMETRO.{name.upper()}", letter or "text")
    for name, kinds in site.extra_fields.items():
        letter = letter_of(kinds)
        if letter is None:
            doubtful.add(name)
        made = symbol(name, letter or "text")
        terms["campo", name] = made
    for name in TEXT_FIELDS:
        if name not in NOT_FREE:
            made = symbol(name, "text")
            terms["campo", name] = made
            domains[name] = (("not", ("empty", made)), *closed(name, made))
    for name in NUMBER_FIELDS:
        if name not in NOT_FREE:
            made = symbol(name, "int")
            terms["campo", name] = made
            domains[name] = (("not", ("empty", made)), ("<=", constant(0), made), ("<=", made, constant(999)))
    return Free(terms, domains, {term[1]: key for key, term in terms.items()}, frozenset(doubtful))


def closed(name: str, made: Term) -> tuple[Term, ...]:
    """A field whose values are a closed list."""
    words = CLOSED.get(name)
    return () if words is None else (("or", *(("teq", made, constant(word)) for word in words)),)


def letter_of(kinds: int) -> str | None:
    """The kind of a free value, or None when the field may hold several."""
    found = {DECIMAL: "num", INTEGER: "int", DECIMAL | INTEGER: "num", TEXT: "text", DATE: "date", LOGICAL: "bool"}
    return found.get(kinds & ~EMPTY)


def first_values(free: Free) -> dict[str, Any]:
    """Values to begin with: nothing filled."""
    made: dict[str, Any] = {}
    for (table, name), term in free.terms.items():
        own = name in TEXT_FIELDS or name in NUMBER_FIELDS
        empty = ("" if term[2] == "text" else 0) if table == "campo" and own else None
        made[term[1]] = DEFAULTS.get(name, empty) if table == "campo" else empty
    return made


def ticket_with(ticket: Ticket, free: Free, given: Mapping[str, Any]) -> Ticket:
    """A ticket with the free values set."""
    fields, parameters, changes = dict(ticket.fields), dict(ticket.parameters), dict[str, Any]()
    for name, (table, key) in free.places.items():
        value = given.get(name)
        if table == "parametro":
            if value is None:
                parameters.pop(key, None)
            else:
                parameters[key] = value
        elif key in TEXT_FIELDS:
            changes[TEXT_FIELDS[key]] = value or ""
        elif key in NUMBER_FIELDS:
            changes[NUMBER_FIELDS[key]] = value or 0
        elif value is None:
            fields.pop(key, None)
        else:
            fields[key] = value
    return changed(ticket, fields=fields, parameters=parameters, **changes)


def value_at(ticket: Ticket, key: Key) -> Any:
    """What a ticket has at a place."""
    table, name = key
    if table == "parametro":
        return ticket.parameters.get(name)
    attribute = TEXT_FIELDS.get(name) or NUMBER_FIELDS.get(name)
    return getattr(ticket, attribute) if attribute else ticket.fields.get(name)


def same(one: Any, other: Any) -> bool:
    """Equal values of one kind."""
    numbers = isinstance(one, bool) == isinstance(other, bool)
    return bool(numbers and one == other and isinstance(one, datetime) == isinstance(other, datetime))
