"""The values of a ticket that a question leaves free, by the names that formulas use, and tickets made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import attrs

from formula.limits import Limits
from formula.messages import Message
from formula.names import name_key
from formula.types import DATE, DECIMAL, EMPTY, INTEGER, LOGICAL, TEXT
from routing.deciding.ticket_fields import NUMBER_FIELDS, TEXT_FIELDS
from routing.domain.model import CLIENT_KINDS, PARAMETER_KINDS, PRIORITIES, Ticket, TicketType, changed
from routing.domain.site import Site
from routing.messages import message
from routing.proving.rules import looks_of
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

    sentences: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    """The columns of sentences, whose rows are free too."""

    def bounds(self, conditions: Iterable[Term]) -> list[Term]:
        """What the free values of some conditions may be."""
        names = dict.fromkeys(one[1] for condition in conditions for one in symbols_in(condition))
        return [bound for name in names for bound in self.bounds_of(name)]

    def bounds_of(self, name: str) -> tuple[Term, ...]:
        """What one free value may be: what a change by hand sets (``VALOR@2``) is bound as what it takes the place of, and no text
        of a change is empty, since that empties the field."""
        plain = name.partition("@")[0]
        if plain == name:
            return self.domains.get(name, ())
        table, key = self.places[plain]
        mine = self.terms[table, key]
        new = symbol(name, mine[2])
        made = tuple(with_symbol(one, mine, new) for one in self.domains.get(plain, ()))
        blank = mine[2] == "text" and plain not in self.domains
        return (*made, ("or", ("empty", new), ("not", ("tis", new, constant(""))))) if blank else made


ROWS = "sentenca"
"""The table of places that are rows of sentences: how many a sentence gives, and their columns."""
MOST_ROWS = 2
CLOCK: Key = ("relogio", "AGORA")
"""The place of the clock, where it is free."""


def free_values(site: Site, kind: TicketType, code: str | None = None) -> Free:
    """Parameters of the type, extra fields, the standard fields that people fill, and the rows of the sentences that the formulas
    of a type, or one formula, ask."""
    looks = looks_of(site, kind if code is None else attrs.evolve(kind, formula=code))
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
    sentences: dict[str, list[str]] = {word: [] for word in sorted(looks.words) if word in site.sentences}
    for (sentence, column), letter in looks.columns.items():
        if sentence in sentences:
            sentences[sentence].append(column)
            for row in range(1, MOST_ROWS + 1):
                terms[ROWS, f"{sentence}.{row}.{column}"] = symbol(f"SQL.{sentence}.{row}.{column}", letter)
    for sentence in sentences:
        count = symbol(f"SQL.{sentence}", "int")
        terms[ROWS, sentence] = count
        domains[count[1]] = (("not", ("empty", count)), ("<=", constant(0), count), ("<=", count, constant(MOST_ROWS)))
    places = {term[1]: key for key, term in terms.items()}
    return Free(terms, domains, places, frozenset(doubtful), {code: tuple(listed) for code, listed in sentences.items()})


@attrs.frozen(eq=False)
class FreeRows:
    """Sentences whose rows are free values. What a sentence is given is not asked for."""

    free: Free
    given: Mapping[str, Any]

    def rows(self, code: str, bind: Callable[[str], Any], limits: Limits) -> list[dict[str, Any]]:
        """The rows of a sentence: the same whenever it is asked."""
        return self.listed(code)

    def listed(self, code: str) -> list[dict[str, Any]]:
        """The rows."""
        key = name_key(code)
        columns = self.free.sentences.get(key, ())
        count = int(self.given.get(f"SQL.{key}") or 0)
        return [{name: self.given.get(f"SQL.{key}.{row}.{name}") for name in columns} for row in range(1, count + 1)]


def assumed_rows(free: Free) -> list[str]:
    """What answers rest on where sentences are asked."""
    kinds: Mapping[str, Message] = {"num": message("número"), "text": message("texto")}
    made: list[str] = []
    for code, columns in free.sentences.items():
        told = ", ".join(f"{name} ({kinds[free.terms[ROWS, f'{code}.1.{name}'][2]]})" for name in columns) or "–"
        made.append(
            message(
                "a sentença {codigo} dá de 0 a {mais} linhas, as mesmas em todo o caminho, e não falha; colunas: {colunas}",
                codigo=code,
                mais=MOST_ROWS,
                colunas=told,
            )
        )
    return made


def closed(name: str, made: Term) -> tuple[Term, ...]:
    """A field whose values are a closed list."""
    words = CLOSED.get(name)
    return () if words is None else (("or", *(("teq", made, constant(word)) for word in words)),)


def with_symbol(term: Term, old: Term, new: Term) -> Term:
    """A condition about another free value."""
    if term == old:
        return new
    return (term[0], *(with_symbol(part, old, new) if isinstance(part, tuple) else part for part in term[1:]))


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
        if table == ROWS:
            made[term[1]] = "" if term[2] == "text" else 0
    return made


def ticket_with(ticket: Ticket, free: Free, given: Mapping[str, Any]) -> Ticket:
    """A ticket with the free values set."""
    fields, parameters, changes = dict(ticket.fields), dict(ticket.parameters), dict[str, Any]()
    for name, (table, key) in free.places.items():
        value = given.get(name)
        if table in {ROWS, CLOCK[0]}:
            continue
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


def ticket_holding(ticket: Ticket, free: Free, store: Mapping[Key, Term], given: Mapping[str, Any]) -> Ticket | None:
    """A ticket on its way with other free values; None when it holds a value that is not modelled."""
    held: dict[str, Any] = {}
    for name, place in free.places.items():
        term = store.get(place, free.terms[place])
        if term[0] == "opaque":
            return None
        held[name] = given.get(term[1]) if term[0] == "s" else value_at(ticket, place)
    return ticket_with(ticket, free, held)


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
