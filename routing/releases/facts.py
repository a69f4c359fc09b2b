"""What a decision asks of the world beside its ticket: kept with it, and given again when it is decided again.

Facts are how many tickets people had, who of a group received the latest one, how much mail addresses had got, the rows that
sentences gave, and the newest rows of the ticket's histories. A decision made again from its facts reaches no database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from math import isfinite
from typing import Any

import attrs

from formula.context import Sentences
from formula.diagnostics import Fault
from formula.limits import Limits
from routing.domain.model import DiscussionEntry, Ticket
from routing.domain.people import Workload
from routing.store.codec import DECODER, frozen, text_of


class MissingFact(BaseException):
    """The decision asks for what was not recorded. No Exception: no formula's fault may hide it."""

    def __init__(self, fact: str) -> None:
        """``fact`` says which: ``sentenca SALDO``, ``carga 1;3``, ``rodizio 1;5``."""
        super().__init__(fact)
        self.fact = fact


@attrs.define(eq=False)
class Facts:
    """What was answered. ``rows`` are sentences by code with the values they were asked with; ``newest`` are the numbers of the
    newest row of each history (steps, handoffs, statuses, discussion), ``presence`` that of the newest word of people's
    presence. ``about`` is the ticket where the decision tells nothing of it, as to somebody who may not see it."""

    loads: dict[str, int] = attrs.field(factory=dict)
    receivers: dict[str, str | None] = attrs.field(factory=dict)
    sent: dict[str, int] = attrs.field(factory=dict)
    rows: list[tuple[str, Mapping[str, Any], Sequence[Mapping[str, Any]]]] = attrs.field(factory=list)
    newest: tuple[int, ...] = ()
    tickets: dict[str, Ticket | None] = attrs.field(factory=dict)
    entries: list[tuple[str, int, DiscussionEntry | None]] = attrs.field(factory=list)
    presence: int = 0
    about: Ticket | None = None
    failures: list[tuple[str, Mapping[str, Any], tuple[str, str, str | None] | None]] = attrs.field(factory=list)
    """Sentences that gave no rows: their database's fault, or none where a value that they ask for could not be had."""

    def text(self) -> str:
        """As JSON; nothing asked gives little."""
        parts = [f'"n":[{",".join(map(str, self.newest))}]'] if self.newest else []
        if self.presence:
            parts.append(f'"p":{self.presence}')
        kept = (
            ("l", self.loads),
            ("r", self.receivers),
            ("m", self.sent),
            ("s", self.rows),
            ("t", self.tickets),
            ("e", self.entries),
            ("b", self.about),
            ("f", self.failures),
        )
        parts += [f'"{key}":{text_of(found)}' for key, found in kept if found]
        return "{" + ",".join(parts) + "}"


def read_facts(text: str | None) -> Facts | None:
    """The facts of a text; None for a decision that has none kept."""
    if not text:
        return None
    kept = DECODER.decode(text)
    rows: list[tuple[str, Mapping[str, Any], Sequence[Mapping[str, Any]]]] = [
        (code, asked, tuple(found)) for code, asked, found in kept.get("s", ())
    ]
    return Facts(
        kept.get("l", {}),
        kept.get("r", {}),
        kept.get("m", {}),
        rows,
        tuple(frozen(kept.get("n", ()))),
        kept.get("t", {}),
        [(key, number, entry) for key, number, entry in kept.get("e", ())],
        kept.get("p", 0),
        kept.get("b"),
        [(code, asked, None if fault is None else tuple(fault)) for code, asked, fault in kept.get("f", ())],
    )


# ---------------------------------------------------------------- recording


@attrs.frozen(eq=False)
class RecordedWorkload:
    """A workload whose answers are kept."""

    inner: Workload
    facts: Facts

    def load(self, attendant: str) -> int:
        """Tickets in somebody's hands."""
        made = self.facts.loads[attendant] = self.inner.load(attendant)
        return made

    def last_turn(self, group: str) -> str | None:
        """Who received last."""
        made = self.facts.receivers[group] = self.inner.last_turn(group)
        return made

    def mails(self, addresses: Sequence[str], since: datetime) -> Sequence[int]:
        """Mails to each address; nothing is kept of none."""
        many = self.inner.mails(addresses, since)
        self.facts.sent.update((address, count) for address, count in zip(addresses, many, strict=True) if count)
        return many

    def ticket(self, key: str) -> Ticket | None:
        """Another ticket."""
        made = self.facts.tickets[key] = self.inner.ticket(key)
        return made

    def entry(self, ticket: str, number: int) -> DiscussionEntry | None:
        """An entry of a discussion."""
        made = self.inner.entry(ticket, number)
        self.facts.entries.append((ticket, number, made))
        return made


@attrs.frozen(eq=False)
class RecordedSentences:
    """Sentences whose rows are kept."""

    inner: Sentences
    facts: Facts

    def rows(self, code: str, bind: Callable[[str], Any], limits: Limits) -> Iterable[Mapping[str, Any]]:
        """The rows of a sentence."""
        asked: dict[str, Any] = {}
        asking: list[str] = []

        def watched(name: str) -> Any:
            asking.append(name)
            made = asked[name] = bind(name)
            asking.pop()
            return made

        try:
            found = [dict(row) for row in self.inner.rows(code, watched, limits)]
        except Exception as error:
            fault = (error.code, error.message, error.hint) if isinstance(error, Fault) and not asking else None
            self.facts.failures.append((code.upper(), kept_values(asked | dict.fromkeys(asking)), fault))
            raise
        self.facts.rows.append((code.upper(), kept_values(asked), [kept_values(row) for row in found]))
        return found


def kept_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they can be kept; what is no value of a formula is kept as its text."""
    return {name: kept_value(value) for name, value in row.items()}


def kept_value(value: Any) -> Any:
    """One value: a binary number as the shortest decimal that is it."""
    if value is None or isinstance(value, str | int | Decimal | date):
        return value
    return Decimal(repr(value)) if isinstance(value, float) and isfinite(value) else str(value)


# ---------------------------------------------------------------- again


@attrs.frozen(eq=False)
class KnownWorkload:
    """A workload that answers from facts."""

    facts: Facts

    def load(self, attendant: str) -> int:
        """Raises MissingFact."""
        if attendant not in self.facts.loads:
            raise MissingFact(f"carga {attendant}")
        return self.facts.loads[attendant]

    def last_turn(self, group: str) -> str | None:
        """Raises MissingFact."""
        if group not in self.facts.receivers:
            raise MissingFact(f"rodizio {group}")
        return self.facts.receivers[group]

    def mails(self, addresses: Sequence[str], since: datetime) -> Sequence[int]:
        """Addresses that nobody had asked about had got none that is known of."""
        del since
        return [self.facts.sent.get(address, 0) for address in addresses]

    def ticket(self, key: str) -> Ticket | None:
        """Raises MissingFact."""
        if key not in self.facts.tickets:
            raise MissingFact(f"atendimento {key}")
        return self.facts.tickets[key]

    def entry(self, ticket: str, number: int) -> DiscussionEntry | None:
        """Raises MissingFact."""
        for key, at, found in self.facts.entries:
            if (key, at) == (ticket, number):
                return found
        raise MissingFact(f"discussao {ticket} {number}")


@attrs.frozen(eq=False)
class KnownSentences:
    """Sentences that answer from facts."""

    facts: Facts

    def rows(self, code: str, bind: Callable[[str], Any], limits: Limits) -> Iterable[Mapping[str, Any]]:
        """The rows that the same question gave; its fault where it had one. Raises MissingFact."""
        del limits
        once = cache(bind)
        for name, asked, found in self.facts.rows:
            if name == code.upper() and kept_values({key: once(key) for key in asked}) == dict(asked):
                return found
        for name, asked, fault in self.facts.failures:
            if name == code.upper() and kept_values({key: once(key) for key in asked}) == dict(asked) and fault is not None:
                raise Fault(*fault)
        raise MissingFact(f"sentenca {code}")
