"""Lists as doors ask for them: filters as texts, a cursor that belongs to its list, pages of tickets and decisions."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, tzinfo
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import attrs

from formula.fields import STATUS_NAMES
from routing.clock import now_in
from routing.desk.filters import limit_of, wrong, yes_of
from routing.desk.presence import now_people
from routing.desk.viewing import known_viewer
from routing.domain.access import visible
from routing.domain.decision import Reason
from routing.domain.flow import CODE, find_step
from routing.domain.gates import BY_ID
from routing.domain.model import CLIENT_KINDS, STATUSES, Ticket, attendant_holder, group_holder
from routing.domain.names import action_named, named, plain
from routing.domain.presence import away
from routing.domain.site import Site
from routing.domain.words import words_of
from routing.domain.zone import wall_time
from routing.failures import UnknownTicket, WrongFilter
from routing.messages import message
from routing.releases.choosing import revision_of
from routing.store import tickets
from routing.store.lists import SEARCHED, DecisionFilter, Hide, TicketFilter, any_ticket_has, decisions_page, tickets_page
from routing.store.unit import Unit
from routing.workspace.toml_tables import pair

if TYPE_CHECKING:
    from routing.desk.desk import Desk

FIELD_WORDS: Mapping[str, str] = {
    "assunto": "subject", "solicitacao": "request", "discussao": "discussion", "solucao": "solution",
    **{name: name for name in SEARCHED},
}  # fmt: skip
DECISION_STATUSES = ("moved", "refused", "fault", "stopped")
DECISION_WORDS = dict(zip(("feito", "recusado", "falha", "parou"), DECISION_STATUSES, strict=True))
"""What came of a decision, in Portuguese too."""

Given = Mapping[str, Any]


def ticket_list(desk: Desk, given: Given, hide: Hide | None = None, *, of_anybody: bool = False) -> dict[str, Any]:
    """The contract's page of tickets, newest first; ``hide`` says what of a subject is shown, and
    ``of_anybody`` that people and codes may be unknown. Raises WrongFilter and UnknownPerson.

    ``given`` has texts by the contract's names: status, type, step, holder, queue, client, opener, movement, text, in, any_word,
    same_subject, related, away, viewer, limit, after.
    """
    with desk.store.reading() as unit:
        wanted = ticket_filter(desk.site, unit, given)
        if yes_of("away", given.get("away")):
            wanted = attrs.evolve(wanted, not_with=people_there(desk, unit))
        rows, following = page_of(given, lambda after, limit: tickets_page(unit, wanted, after, limit, hide))
        if not rows and not of_anybody and not given.get("after"):
            refuse_strangers(desk.site, unit, given, wanted)
    return {"tickets": rows, "next": following}


def refuse_strangers(site: Site, unit: Unit, given: Given, wanted: TicketFilter) -> None:
    """Raise WrongFilter for a value that neither the site nor any ticket knows: an empty list would look like an answer. What has
    left the directory is found as long as tickets have it."""
    people, kind = site.people, wanted.type
    types = site.types if kind is None else {kind: site.types[kind]} if kind in site.types else {}
    steps = {step.code: step.name for one in types.values() for step in one.steps}
    clients = people.clients.values()
    known: tuple[tuple[str, str, Any, Mapping[Any, str]], ...] = (
        ("type", "type", kind, {one.code: one.name for one in site.types.values()}),
        ("step", "step", wanted.step, steps),
        ("holder", "holder", wanted.holder, {attendant_holder(one.key): one.name for one in people.attendants.values()}),
        ("queue", "holder", wanted.holder, {group_holder(one.key): one.name for one in people.groups.values()}),
        ("opener", "opener", wanted.opener, {one.key: one.name for one in people.attendants.values()}),
        ("client", "client_code", wanted.client_code, {one.code: one.name for one in clients}),
        ("client", "client_kind", wanted.client_kind, {one: one for one in CLIENT_KINDS}),
    )
    for name, column, value, names in known:
        if given.get(name) in (None, "") or value in (None, "") or value in names or any_ticket_has(unit, column, value):
            continue
        few = [f"{one} ({called})" for one, called in names.items() if column in {"type", "step"}]
        raise wrong(
            name,
            given[name],
            message("um dos que existem: {lista}", lista=", ".join(few[:MOST_TOLD]))
            if few
            else message("um código do diretório, ou de um atendimento que já exista"),
        )


MOST_TOLD = 20
"""Codes that a refusal lists."""


def people_there(desk: Desk, unit: Unit) -> frozenset[str]:
    """The attendants who can work on tickets today."""
    people = now_people(desk, unit)
    return frozenset(people.attendants) - away(people, now_in(desk.site.zone).date())


def decision_list(desk: Desk, given: Given) -> dict[str, Any]:
    """The contract's page of decisions; ``given``: ticket, status, gate, action, since, viewer, limit, after."""
    with desk.store.reading() as unit:
        wanted = decision_filter(desk.site, unit, given)
        rows, following = page_of(given, lambda after, limit: decisions_page(unit, wanted, after, limit))
    return {"decisions": rows, "next": following}


def page_of(given: Given, read: Any) -> tuple[list[dict[str, Any]], str | None]:
    """The rows of a page, and the cursor of the next one."""
    mark = list_mark(given)
    limit = limit_of(given.get("limit"))
    found = read(row_after(given.get("after"), mark), limit + 1)
    kept = found[:limit]
    following = cursor_of(kept[-1][0], mark) if len(found) > limit else None
    return [row for _, row in kept], following


def list_mark(given: Given) -> str:
    """What tells one list from another: its filters, but the place and the length of the page."""
    filters = {
        name: value for name, value in given.items() if name not in {"after", "limit"} and value not in (None, "", False, ())
    }
    return sha256(json.dumps(filters, sort_keys=True, default=str).encode()).hexdigest()[:12]


def cursor_of(number: int, mark: str) -> str:
    """A place in a list."""
    return urlsafe_b64encode(f"{number}.{mark}".encode()).decode().rstrip("=")


def row_after(cursor: str | None, mark: str) -> int | None:
    """The place of a cursor. WrongFilter when it is none, or one of another list."""
    if not cursor:
        return None
    try:
        number, _, own = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition(".")
    except ValueError:
        number, own = "", ""
    if not CODE.fullmatch(number[:9]) or not number.isdecimal() or own != mark:
        raise WrongFilter(
            message("o cursor '{cursor}' não é desta lista", cursor=cursor[:40]),
            message("um cursor vale com os mesmos filtros com que veio; comece de novo, sem cursor"),
        )
    return int(number)


def ticket_filter(site: Site, unit: Unit, given: Given) -> TicketFilter:
    """The filters of a list of tickets."""
    kind = number_of("type", given.get("type"))
    client_kind, _, client = str(given.get("client") or "").rpartition(";")
    viewer = known_viewer(site, given["viewer"]) if given.get("viewer") is not None else None
    subject = ""
    if given.get("same_subject"):
        subject = subject_of(unit, str(given["same_subject"]), viewer)
    other = seen_key(unit, str(given["related"]), viewer) if given.get("related") else ""
    text = str(given.get("text") or "")
    if text and not words_of(text):
        raise wrong("text", text, message("ao menos uma palavra"))
    if not text and (given.get("in") or yes_of("any_word", given.get("any_word"))):
        raise WrongFilter(message("'in' e 'any_word' dizem como procurar 'text', que falta"))
    holder = given.get("holder")
    queue = given.get("queue")
    if holder and queue:
        raise WrongFilter(message("um atendimento está com alguém ou numa fila: use 'holder' ou 'queue'"))
    return TicketFilter(
        status=status_of(given.get("status")),
        type=kind,
        step=step_of(site, kind, given.get("step")),
        holder=attendant_holder(person_of(site, "holder", holder)) if holder else queue_of(site, queue),
        client_kind=client_kind,
        client_code=client,
        opener=person_of(site, "opener", given["opener"]) if given.get("opener") else "",
        movement=str(given.get("movement") or ""),
        text=text,
        fields=fields_of(given.get("in")),
        any_word=yes_of("any_word", given.get("any_word")),
        same_subject=subject,
        related=other,
        viewer=viewer,
    )


def decision_filter(site: Site, unit: Unit, given: Given) -> DecisionFilter:
    """The filters of a list of decisions."""
    status, gate = str(given.get("status") or ""), str(given.get("gate") or "").upper()
    status = DECISION_WORDS.get(plain(status), status)
    if status and status not in DECISION_STATUSES:
        raise wrong("status", status, message("uma destas palavras: {lista}", lista=", ".join(DECISION_WORDS)))
    if gate and gate not in BY_ID:
        raise wrong("gate", gate, message("uma destas verificações: {lista}", lista=", ".join(BY_ID)))
    found = None
    if given.get("ticket"):
        found = tickets.find(unit, str(given["ticket"]))
        if found is None:
            raise UnknownTicket(message("o atendimento {chave} não existe", chave=given["ticket"]))
    return DecisionFilter(
        ticket=None if found is None else found.id,
        status=status,
        gate=gate,
        action=action_named(str(given.get("action") or "")),
        rules="" if given.get("rules") in (None, "") else revision_of(str(given["rules"]), unit.store),
        since=since_of(given.get("since"), site.zone),
        viewer=known_viewer(site, given["viewer"]) if given.get("viewer") is not None else None,
    )


def since_of(text: Any, zone: tzinfo | None) -> datetime | None:
    """A time in ISO; without an offset, of the site's wall clock."""
    if not text:
        return None
    try:
        return wall_time(datetime.fromisoformat(str(text)), zone)
    except ValueError:
        raise wrong("since", text, message("uma data, como 2026-11-24 ou 2026-11-24T10:00")) from None


def subject_of(unit: Unit, key: str, viewer: Any) -> str:
    """The subject of a ticket that the viewer sees."""
    found = seen_ticket(unit, key, viewer)
    if not words_of(found.subject):
        raise wrong("same_subject", key, message("um atendimento que tenha assunto"))
    return found.subject


def seen_key(unit: Unit, key: str, viewer: Any) -> str:
    """The key of a ticket that the viewer sees, as it is stored."""
    return seen_ticket(unit, key, viewer).key


def seen_ticket(unit: Unit, key: str, viewer: Any) -> Ticket:
    """A ticket that the viewer sees. UnknownTicket."""
    found = tickets.find(unit, key)
    if found is None or (viewer is not None and not visible(found.ticket, viewer)):
        raise UnknownTicket(message("o atendimento {chave} não existe", chave=key))
    return found.ticket


def status_of(text: Any) -> str:
    """A status by its letter or its name."""
    written = str(text or "").strip()
    if not written or written.upper() in STATUSES:
        return written.upper()
    letters = {plain(name): letter for name, letter in STATUS_NAMES.items()}
    if plain(written) not in letters:
        raise wrong("status", text, message("uma destas letras: {lista}", lista=", ".join(STATUSES)))
    return letters[plain(written)]


def number_of(name: str, text: Any) -> int | None:
    """A whole number."""
    if text in (None, ""):
        return None
    if not CODE.fullmatch(str(text).strip()):
        raise wrong(name, text, message("um número inteiro"))
    return int(str(text))


def step_of(site: Site, kind: int | None, text: Any) -> int | None:
    """A step by its code, or by its name when the type is known."""
    if text in (None, ""):
        return None
    if CODE.fullmatch(str(text).strip()):
        return int(str(text))
    found = find_step(site, kind, str(text)) if kind is not None else None
    if found is None:
        raise wrong("step", text, message("o código de uma etapa, ou o nome junto com 'type'"))
    return found.code


def person_of(site: Site, name: str, text: Any) -> str:
    """An attendant by key or name; one who left the directory by key alone."""
    found = pair(str(text)) or named(site.people, str(text))
    if isinstance(found, Reason):
        raise WrongFilter(message("o filtro '{nome}': {motivo}", nome=name, motivo=found.message), found.hint)
    return found


def queue_of(site: Site, text: Any) -> Any:
    """A group by key or name."""
    if not text:
        return None
    key = pair(str(text))
    if key is None:
        found = named(site.people, str(text), groups=True)
        key = None if isinstance(found, Reason) or not found.startswith("grupo ") else found.removeprefix("grupo ")
    if key is None:
        raise wrong("queue", text, message("um grupo como '1;5', ou o nome dele"))
    return group_holder(key)


def fields_of(text: Any) -> tuple[str, ...]:
    """Where to look for words."""
    written = [part for part in (text.split(",") if isinstance(text, str) else text or ()) if part.strip()]
    made = [FIELD_WORDS.get(plain(part), "") for part in written]
    if "" in made:
        raise wrong("in", text, message("alguns destes: {lista}", lista=", ".join(SEARCHED)))
    return tuple(dict.fromkeys(made)) or SEARCHED
