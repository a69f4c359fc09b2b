"""Absences and own status at a desk (S:207): said, obeyed from the next decision on, listed."""

from __future__ import annotations

from datetime import date, datetime
from threading import Lock
from typing import Any, Protocol

import attrs

from routing.desk.viewing import known_viewer
from routing.domain.clients import as_said
from routing.domain.decision import Reason
from routing.domain.model import PRESENCES
from routing.domain.names import named, plain
from routing.domain.people import People
from routing.domain.presence import AWAY, HERE, Presence, may_say, shown, wrong_word
from routing.domain.site import Site
from routing.failures import NotAllowed, UnknownPerson, WrongPresence
from routing.messages import message
from routing.store import presence
from routing.store.unit import Store, Unit
from routing.workspace.toml_tables import pair

KEPT = 4
STATUS_WORDS = {"available": HERE, "busy": PRESENCES[1], "away": AWAY, **{one: one for one in PRESENCES}}


@attrs.frozen(kw_only=True)
class Said:
    """What is asked for: who is meant, who asks (empty: the same), and the word; ``back`` takes the former word back."""

    attendant: str
    actor: str = ""
    status: str = ""
    start: date | None = None
    end: date | None = None
    substitute: str = ""
    back: bool = False


@attrs.define(eq=False)
class Presences:
    """Sites with their people as they are now, by what was said last. May be shared between threads."""

    made: list[tuple[Site, int, Site]] = attrs.field(factory=list)
    lock: Lock = attrs.field(factory=Lock)

    def site(self, site: Site, unit: Unit, number: int) -> Site:
        """The site by all that was said up to a number."""
        if not number:
            return site
        for base, known, found in self.made:
            if base is site and known == number:
                return found
        made = as_said(site, presence.said(unit, number))
        with self.lock:
            self.made = [(site, number, made), *self.made[: KEPT - 1]]
        return made


class Place(Protocol):
    """What is needed of a desk."""

    site: Site
    store: Store
    presences: Presences


def now_site(desk: Place, unit: Unit) -> Site:
    """The site of a desk with its people, and their contacts, as they are now."""
    return desk.presences.site(desk.site, unit, presence.newest(presence.ask_newest(unit)))


def now_people(desk: Place, unit: Unit) -> People:
    """The people of a desk as they are now."""
    return now_site(desk, unit).people


def say_presence(desk: Place, asked: Said, now: datetime) -> dict[str, Any]:
    """Keep a word, and give the person's line of the list. Raises UnknownPerson, WrongPresence, NotAllowed."""
    with desk.store.writing() as unit:
        people = now_people(desk, unit)
        about = person_key(people, asked.attendant)
        actor = known_viewer(desk.site, asked.actor or about)
        if not may_say(people, actor, about):
            raise NotAllowed(
                message("{quem} não pode mudar a presença de {outro}", quem=people.name(actor.key), outro=people.name(about)),
                message("muda-a a própria pessoa, um chefe dela, ou quem tem o direito 'atuar'"),
            )
        word = word_of(people, asked, about, actor.key, now)
        fault = wrong_word(people, word)
        if fault is not None:
            raise WrongPresence(fault.message, fault.hint)
        presence.add(unit, word)
        unit.commit()
    return dict(absence_list(desk, now, about)["people"][0])


def person_key(people: People, text: str) -> str:
    """The key of somebody of the directory, by key or name."""
    found = pair(text) or named(people, text)
    if isinstance(found, Reason):
        raise UnknownPerson(found.message, found.hint)
    if found not in people.attendants:
        raise UnknownPerson(
            message("o atendente '{chave}' não existe", chave=text),
            message("informe um atendente como 'coligada;código', ou pelo nome"),
        )
    return found


def word_of(people: People, asked: Said, about: str, by: str, now: datetime) -> Presence:
    """The row of what was asked for."""
    if asked.back:
        return Presence(attendant=about, status="", by=by, at=now)
    status = STATUS_WORDS.get(plain(asked.status)) if asked.status else (AWAY if asked.start and not asked.end else HERE)
    if status is None or not (asked.status or asked.start or asked.end or asked.substitute):
        raise WrongPresence(
            message("'{status}' não é uma situação", status=asked.status)
            if asked.status
            else message("o pedido não diz o que muda"),
            message("as situações são: {lista}; uma ausência tem começo e fim", lista=", ".join(PRESENCES)),
        )
    substitute = person_key(people, asked.substitute) if asked.substitute else None
    return Presence(
        attendant=about, status=status, start=asked.start, end=asked.end, substitute=substitute, by=by, at=now
    )  # fmt: skip


def absence_list(desk: Place, now: datetime, person: str = "", *, history: bool = False) -> dict[str, Any]:
    """Who is away, busy or inactive, or one person; with ``history`` also all that was said, newest first."""
    with desk.store.reading() as unit:
        people = now_people(desk, unit)
        keys = {person_key(people, person)} if person else set()
        said = presence.said(unit, attendant=next(iter(keys), ""))
    made: dict[str, Any] = {"people": shown(people, said, keys, now.date())}
    if history:
        made["history"] = [one.as_json() for one in reversed(said) if not one.contact]
    return made
