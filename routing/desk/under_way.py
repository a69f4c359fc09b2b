"""What tickets of the store no longer find in a workspace's files, seen without a move: for ``check``, ``plan`` and ``show``.

A sample of ``atendimentos/`` goes into the store when it is first seen and lives there from then on: its file is not read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from pathlib import Path
from typing import Any

from formula.decoding import decode
from formula.diagnostics import Diagnostic, place
from formula.messages import Message
from formula.source import Source, Span
from routing.domain.annexes import PREFIX
from routing.domain.decision import Reason
from routing.domain.model import Ticket
from routing.domain.site import Site
from routing.domain.ticket_fields import ROWS
from routing.errors import FileFaults, RoutingError
from routing.failures import StoreError
from routing.messages import message
from routing.refusals import TABLE
from routing.releases.publishing import pulled_away
from routing.settings import read_settings
from routing.store import tickets
from routing.store.engine import database_url, open_engine, reading
from routing.store.schema import HEAD, current
from routing.store.unit import Store
from routing.workspace.folder import SETTINGS, TICKETS
from routing.workspace.toml_places import Document, read
from routing.workspace.written_requests import other_tickets

MOVES_WRITE = frozenset({
    "step", "status", "holder", "closed_at", "first_contact_at", "wake_up", "deadline", "schedule_count", "requisition", "version",
    "step_version", "entered_at", "step_told", "deadline_told", "solution",
})  # fmt: skip
"""What moves write without a row of changes: it says nothing of the file."""
told_values = attrgetter(*(row.attribute for row in ROWS if row.key and row.attribute not in MOVES_WRITE))
"""What a sample says of its ticket and only changes write."""
VALUES = {"parameters": ("PARAMETRO.", "parametros"), "fields": ("", "campos")}
MOST_NAMED = 4


def edited_keys(sample: Ticket, stored: Ticket) -> list[tuple[str, ...]]:
    """The keys of an ``[[atendimento]]`` whose values are not those that the store got, as far as its histories tell."""
    if told_values(sample) == told_values(stored):
        return []
    written = {change.field for change in stored.changes}
    found: list[tuple[str, ...]] = []
    for row in ROWS:
        mine, theirs = getattr(sample, row.attribute), getattr(stored, row.attribute)
        if mine == theirs or not row.key or row.attribute in MOVES_WRITE or row.formula in written:
            continue
        if row.attribute in VALUES:
            prefix, table = VALUES[row.attribute]
            names = [name for name in {**theirs, **mine} if f"{prefix}{name}" not in written and not name.startswith(PREFIX)]
            found += [(table, name) for name in names if mine.get(name) != theirs.get(name)]
        else:
            found.append((row.key,))
    return found


def edited_sample(site: Site, stored: Ticket, whole: Callable[[], Ticket]) -> tuple[Reason, tuple[str, ...]] | None:
    """Why a sample's file does not count, and the first key that differs; None when it says nothing else. ``whole`` reads the
    stored ticket with its histories, which is needed only when something differs."""
    sample = site.tickets.get(stored.key)
    if sample is None or not edited_keys(sample, stored):
        return None
    keys = edited_keys(sample, whole())
    if not keys:
        return None
    said = message(
        "o banco já tem {chave} (versão {versao}); o que o arquivo diz de {campos} não vale mais",
        chave=stored.key,
        versao=stored.version,
        campos=", ".join(".".join(key) for key in keys[:MOST_NAMED]) + (" …" if len(keys) > MOST_NAMED else ""),
    )
    hint = message(
        "mude o atendimento com a ação 'mudar' (change --set), ou apague o banco {banco} para recomeçar pelos arquivos",
        banco=read_settings(site.settings).database.rpartition("/")[2],
    )
    return Reason("atendimento-editado", said, hint), keys[0]


def check_stored(folder: Path, site: Site) -> list[FileFaults]:
    """Warnings about the tickets of a workspace's database: people, types, steps and parameters that they no longer find, and
    samples whose files say something else. A database that is not there, or is of another schema, says nothing."""
    found: list[FileFaults] = []
    store = present_store(folder, site.settings)
    if store is None:
        return found
    try:
        if not up_to_date(store):
            return found
        gone = [stored_fault(said) for said in pulled_away(store, site)]
        found.append((folder / SETTINGS, gone))
        found += edited_files(folder, site, store)
    except StoreError as failure:
        found.append((folder / SETTINGS, [at_the_top("banco-ilegivel", not_looked_at(failure), failure.hint)]))
    finally:
        store.close()
    return [(path, faults) for path, faults in found if faults]


def check_other_tickets(folder: Path, site: Site) -> list[FileFaults]:
    """Warnings about tickets to whose discussion a formula writes, and that neither the samples nor the database have."""
    asked = [one for one in other_tickets(site) if one[1] not in site.tickets]
    store = present_store(folder, site.settings) if asked else None
    try:
        if store is not None:
            if not up_to_date(store):
                return []
            with store.reading() as unit:
                asked = [one for one in asked if tickets.find(unit, one[1]) is None]
    except StoreError:
        return []
    finally:
        if store is not None:
            store.close()
    code, hint = "outro-atendimento-desconhecido", message("confira coligada, localidade e código; o movimento seria recusado (G9)")
    return [
        (
            folder / text.path,
            [
                place(
                    Source(text.text, text.code), span, code, TABLE[code].severity,
                    message("o atendimento {chave} não existe", chave=key), hint,
                )
            ],
        )
        for text, key, span in asked
    ]  # fmt: skip


def newly_missing(folder: Path, before: Site, after: Site) -> list[Message]:
    """What tickets under way would no longer find in a workspace that becomes ``after``, and find in what it is. A database that is
    not there, or is of another schema, says nothing. Raises StoreError."""
    store = present_store(folder, before.settings)
    if store is None:
        return []
    try:
        if not up_to_date(store):
            return []
        known = set(pulled_away(store, before))
        return [said for said in pulled_away(store, after) if said not in known]
    finally:
        store.close()


def up_to_date(store: Store) -> bool:
    """Whether the database has our schema. Raises StoreError."""
    with reading(store.engine) as connection:
        return current(connection) == HEAD


def not_looked_at(failure: StoreError) -> Message:
    """Why nothing is said of the tickets."""
    return message("os atendimentos do banco não foram olhados: {motivo}", motivo=failure.message)


def present_store(folder: Path, settings: Mapping[str, Any]) -> Store | None:
    """The store of a workspace, when it exists and can be reached; nothing is made and nothing migrated."""
    try:
        url = database_url(read_settings(settings).database, folder)
        if url.get_backend_name() == "sqlite" and not Path(str(url.database)).is_file():
            return None
        return Store(open_engine(url, 2))
    except RoutingError:
        return None


def stored_fault(said: Message) -> Diagnostic:
    """What tickets lack, at the top of the settings, which name the database."""
    hint = message("devolva ao ambiente o que falta, ou leve os atendimentos adiante: repasse tickets mostra onde estão")
    return at_the_top("atendimento-sem-chao", message("atendimentos em andamento no banco: {falta}", falta=said), hint)


def at_the_top(code: str, told: Message, hint: str | None) -> Diagnostic:
    """A warning about the database, whose name stands in the settings."""
    return place(Source("", SETTINGS), Span(0, 0), code, TABLE[code].severity, told, hint)


def edited_files(folder: Path, site: Site, store: Store) -> Iterator[FileFaults]:
    """Samples that differ from what the store has, at the key that differs."""
    told: dict[str, tuple[Reason, tuple[str, ...]]] = {}
    with store.reading() as unit:
        for key in site.tickets:
            stored = tickets.find(unit, key)
            if stored is None:
                continue
            edited = edited_sample(site, stored.ticket, lambda key=key: whole_ticket(unit, key))  # type: ignore[misc]
            if edited is not None:
                told[key] = edited
    if not told:
        return
    for path in sorted((folder / TICKETS).glob("**/*.toml")):
        document = read(decode(path.read_bytes())[0], path.relative_to(folder).as_posix())
        for at, record in enumerate(document.data.get("atendimento", ())):
            key = ";".join(str(record.get(name, "")) for name in ("coligada", "localidade", "codigo"))
            if key in told:
                report(document, at, *told[key])
        yield path, document.faults


def report(document: Document, at: int, reason: Reason, key: tuple[str, ...]) -> None:
    """One sample's warning."""
    document.report(reason.code, ("atendimento", at, *key), reason.message, reason.hint)


def whole_ticket(unit: Any, key: str) -> Ticket:
    """A stored ticket with its histories."""
    found = tickets.find_whole(unit, key)
    assert found is not None
    return found.ticket
