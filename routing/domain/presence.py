"""What is said of people while the service runs, over what the directory says: own status and absences (S:207), and contacts of
clients and representatives (S:26-46). Pure.

Of somebody, and of a contact, only the newest word counts. It stands in place of the directory's, until it is taken back.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import attrs

from routing.domain.access import ACT
from routing.domain.decision import Reason
from routing.domain.model import NO_END, PRESENCES, Absence, Attendant, plain
from routing.domain.people import CHAIN_LIMIT, People, chiefs
from routing.domain.site import Site
from routing.messages import message

HERE, BUSY, AWAY = PRESENCES
CONTACT_STATES = ("ativo", "inativo", "")
"""What a contact's record is: it may be chosen, it may not be chosen any more (S:46), it was deleted."""


@attrs.frozen(kw_only=True)
class Presence:
    """What somebody's presence became. ``status`` empty takes the former word back. From ``start`` to ``end``, both included,
    ``substitute`` receives; without dates ``ausente`` begins with the day it was said and has no end. ``number`` is its row's.

    With a ``contact``, its code, the word is that contact's record: ``attendant`` is then whose contact it is (``cliente;C001``,
    ``representante;R1``), ``name`` and ``email`` are the contact's, and ``status`` is one of :data:`CONTACT_STATES`."""

    attendant: str
    status: str = HERE
    start: date | None = None
    end: date | None = None
    substitute: str | None = None
    by: str = ""
    at: datetime = datetime(1, 1, 1)
    contact: str = ""
    name: str = ""
    email: str = ""
    number: int = attrs.field(default=0, eq=False)

    @property
    def absence(self) -> Absence | None:
        """When somebody is away by it."""
        if self.start is not None:
            return Absence(self.start, self.end or NO_END, self.substitute)
        return Absence(self.at.date(), NO_END, self.substitute) if self.status == AWAY else None

    def as_json(self) -> dict[str, Any]:
        """For lists."""
        return {
            "attendant": self.attendant, "status": self.status or None, "from": plain(self.start), "to": plain(self.end),
            "substitute": self.substitute, "by": self.by, "at": plain(self.at),
        }  # fmt: skip


def newest_words(said: Iterable[Presence]) -> dict[tuple[str, str], Presence]:
    """The newest of each, by attendant, or by whose contact it is and the contact; ``said`` is in the order of rows."""
    return {(one.attendant, one.contact): one for one in said}


def with_presence(people: People, said: Iterable[Presence]) -> People:
    """The people as they are by what they said. What nobody in the directory said is nothing."""
    changed: dict[str, Attendant] = {}
    for (key, contact), word in newest_words(said).items():
        person = people.attendants.get(key)
        if not contact and person is not None and word.status:
            changed[key] = attrs.evolve(person, status=word.status, absence=word.absence)
    return attrs.evolve(people, attendants={**people.attendants, **changed}) if changed else people


def peopled(site: Site, people: People) -> Site:
    """The same site with other people. Compiled formulas do not depend on them and stay shared."""
    if people is site.people:
        return site
    made = copy.copy(site)
    object.__setattr__(made, "people", people)
    return made


def may_say(people: People, actor: Attendant, about: str) -> bool:
    """Of oneself, of those whose chief one is, or with the right to act for others."""
    return actor.key == about or actor.key in chiefs(people, about) or ACT in actor.rights


def wrong_word(people: People, word: Presence) -> Reason | None:
    """Why a word cannot count: dates the wrong way round, a substitute who is nobody or would lead round in a ring."""
    if (word.end is not None and word.start is None) or (word.end and word.start and word.end < word.start):
        return Reason(
            "ausencia-invalida",
            message("a ausência precisa de um começo que não venha depois do fim"),
            message("diga os dois dias, como 2026-12-01 e 2026-12-10"),
        )
    if word.substitute is not None and word.absence is None:
        return Reason("ausencia-invalida", message("um substituto vale para uma ausência"), message("diga também desde quando"))
    return None if word.substitute is None else wrong_substitute(people, word, word.substitute)


def wrong_substitute(people: People, word: Presence, substitute: str) -> Reason | None:
    """Why somebody cannot be the substitute."""
    found = people.attendants.get(substitute)
    hint = message("escolha outro substituto")
    if found is None:
        return Reason("atendente-desconhecido", message("o atendente '{chave}' não existe", chave=substitute), hint)
    if not found.active:
        return Reason("atendente-inativo", message("{quem} está inativo", quem=people.name(substitute)), hint)
    seen = [word.attendant]
    key: str | None = substitute
    while key is not None and len(seen) <= CHAIN_LIMIT:
        if key in seen:
            chain = " → ".join(people.name(one) for one in [*seen, key])
            return Reason("substituicao-em-anel", message("referência circular entre substitutos: {cadeia}", cadeia=chain), hint)
        seen.append(key)
        other = people.attendants.get(key)
        absence = None if other is None else other.absence
        overlaps = absence is not None and word.absence is not None and overlap(absence, word.absence)
        key = absence.substitute if absence is not None and overlaps else None
    return None


def overlap(one: Absence, other: Absence) -> bool:
    """Whether two absences have a day in common."""
    return one.start <= other.end and other.start <= one.end


def away(people: People, day: date) -> frozenset[str]:
    """Who cannot work on tickets on a day: absent or inactive. Those who left the directory are not in it."""
    return frozenset(
        key for key, one in people.attendants.items() if not one.active or (one.absence is not None and one.absence.covers(day))
    )


def shown(people: People, said: Sequence[Presence], keys: Collection[str], day: date) -> list[Mapping[str, Any]]:
    """The people who are not simply there, with where that is said: ``people`` are as they are by what was said."""
    words = {key: one for (key, contact), one in newest_words(said).items() if one.status and not contact}
    made: list[Mapping[str, Any]] = []
    for key, person in people.attendants.items():
        word, absence = words.get(key), person.absence
        if (keys and key not in keys) or (not keys and word is None and absence is None and person.active):
            continue
        made.append({
            "attendant": key, "name": person.name, "active": person.active, "status": person.status,
            "from": None if absence is None or absence.start == date.min else plain(absence.start),
            "to": None if absence is None or absence.end == NO_END else plain(absence.end),
            "substitute": None if absence is None else absence.substitute,
            "away": not person.active or (absence is not None and absence.covers(day)),
            "source": "directory" if word is None else "said", "by": None if word is None else word.by,
            "at": None if word is None else plain(word.at),
        })  # fmt: skip
    return made
