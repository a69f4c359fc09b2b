"""Tickets of a file into the store: in batches, each whole; a row that cannot come in is told, and does not stop the others.

A ticket that the store has already stays as it is, so an import that was cut is simply made again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import attrs

from formula.diagnostics import Diagnostic, in_language
from formula.messages import Message
from formula.source import Source
from routing.clock import now_in
from routing.desk.desk import Desk
from routing.domain.due import in_step_since
from routing.domain.model import Ticket
from routing.domain.site import Site, declared_kinds, known_names
from routing.domain.ticket_names import unknown_names
from routing.exchange.columns import Columns
from routing.exchange.rows import Row, rows_of
from routing.failures import StoreClash
from routing.messages import message
from routing.store import tickets
from routing.store.bulk import Key, present
from routing.store.unit import Store
from routing.workspace.reading import read_ticket
from routing.workspace.toml_places import Document
from routing.workspace.toml_tables import Table

UNKEEPABLE = re.compile("[\0\ud800-\udfff]")
BATCH = 500
"""Tickets of one transaction."""
ATTEMPTS = 5
Told = Callable[[int], None]
"""Is told how many rows were looked at so far."""


@attrs.frozen
class RefusedRow:
    """A row that did not come in: its line and every reason."""

    line: int
    reasons: tuple[Message | str, ...]

    def as_json(self, language: str = "pt") -> dict[str, Any]:
        """For programs."""
        return {"line": self.line, "reason": "; ".join(in_language(one, language) for one in self.reasons)}


@attrs.define
class Imported:
    """What came of an import. ``there`` were in the store already; ``stopped`` at the first refused row."""

    added: int = 0
    there: int = 0
    refused: list[RefusedRow] = attrs.field(factory=list)
    stopped: bool = False


def import_tickets(
    desk: Desk, path: Path, columns: Columns, *, stop: bool = False, encoding: str = "utf-8-sig", made: Imported | None = None,
    told: Told | None = None,
) -> Imported:  # fmt: skip
    """Bring the tickets of a ``.csv`` or ``.jsonl`` file in. ``made`` grows as batches are kept, so that whoever interrupts knows
    what came in. ``stop``: the first refused row ends it, after the rows before it. Raises FileRefused, OSError, StoreError."""
    done = Imported() if made is None else made
    seen: dict[Key, int] = {}
    rows = rows_of(path, columns, encoding)
    looked = 0
    while batch := list(islice(rows, BATCH)):
        found: list[Ticket] = []
        for row in batch:
            read = read_row(desk.site, row)
            if isinstance(read, Ticket):
                read = unless_twice(read, row.line, seen)
            if isinstance(read, Ticket):
                found.append(read)
                continue
            done.refused.append(read)
            if stop:
                done.stopped = True
                break
        keep(desk.store, found, done)
        looked += len(batch)
        if told is not None:
            told(looked)
        if done.stopped:
            break
    return done


def unless_twice(ticket: Ticket, line: int, seen: dict[Key, int]) -> Ticket | RefusedRow:
    """A ticket whose key did not come before in this file."""
    key = (ticket.coligada, ticket.locality, ticket.code)
    first = seen.setdefault(key, line)
    if first == line:
        return ticket
    return RefusedRow(line, (message("o atendimento {chave} já veio na linha {linha}", chave=ticket.key, linha=first),))


def read_row(site: Site, row: Row) -> Ticket | RefusedRow:
    """The ticket of a row, or all that is wrong with it."""
    if row.fault is not None:
        return RefusedRow(row.line, (row.fault,))
    place = unkeepable(row.data, "")
    if place is not None:
        return RefusedRow(row.line, (message("'{chave}' tem um caractere que nenhum banco de dados guarda", chave=place),))
    document = Document(Source("", ""), row.data, zone=site.zone)
    table = Table(document, (), row.data)
    ticket = read_ticket(table, site.types, declared_kinds(site))
    table.finish()
    reasons = [said_of(fault) for fault in document.faults if fault.severity == "error"]
    return RefusedRow(row.line, tuple(reasons)) if reasons else checked(site, ticket, row.line)


def unkeepable(value: Any, place: str) -> str | None:
    """The key of the first text with a NUL or half a character; None when all can be kept."""
    if isinstance(value, str):
        return (place or value[:20]) if UNKEEPABLE.search(value) else None
    if isinstance(value, Mapping):
        for name, inner in value.items():
            found = unkeepable(name, place) or unkeepable(inner, f"{place}.{name}" if place else name)
            if found is not None:
                return UNKEEPABLE.sub("\ufffd", found)
    return None


def said_of(fault: Diagnostic) -> Message | str:
    """A fault with its cure."""
    return message("{motivo} ({dica})", motivo=fault.message, dica=fault.hint) if fault.hint else fault.message


def checked(site: Site, ticket: Ticket, line: int) -> Ticket | RefusedRow:
    """A ticket whose names the site has."""
    reasons: list[Message] = []
    kind = site.types.get(ticket.type)
    if kind is None:
        reasons.append(message("o tipo de atendimento {codigo} não existe", codigo=ticket.type))
    elif ticket.step is not None and site.step(kind.code, ticket.step) is None:
        reasons.append(message("o tipo '{tipo}' não tem a etapa {codigo}", tipo=kind.name, codigo=ticket.step))
    reasons += [
        message("{motivo} ({dica})", motivo=one.message, dica=one.hint) if one.hint else one.message
        for one in unknown_names(ticket, known_names(site))
    ]
    if ticket.status and ticket.holder is None:
        reasons.append(message("o atendimento {chave} não está com ninguém", chave=ticket.key))
    return RefusedRow(line, tuple(reasons)) if reasons else in_step_since(site, ticket, now_in(site.zone))


def keep(store: Store, found: Sequence[Ticket], done: Imported) -> None:
    """Write a batch in one transaction; those that are there already stay as they are."""
    if not found:
        return
    for attempt in range(ATTEMPTS):
        there = present(store, found)
        new = [one for one in found if (one.coligada, one.locality, one.code) not in there]
        try:
            with store.writing() as unit:
                tickets.add_many(unit, new)
                unit.commit()
        except StoreClash:  # another process brings the same ones in
            if attempt == ATTEMPTS - 1:
                raise
            continue
        done.added += len(new)
        done.there += len(found) - len(new)
        return
