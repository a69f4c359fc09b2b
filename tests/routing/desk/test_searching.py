"""Searches over many tickets give the same pages whether words are looked for among the newest tickets or gathered by their index,
on both databases; and how much of the store a search of common words looks at."""

from __future__ import annotations

import random
from itertools import product

import attrs
import pytest
from kit.stores import NOW, OpenDesk, database, desk_of  # noqa: F401 - fixtures

from routing.desk.desk import Desk
from routing.desk.listing import ticket_list
from routing.domain.model import DiscussionEntry, Ticket, attendant_holder
from routing.store import lists
from routing.store.unit import Unit

MANY = 60
WORDS = ("impressora", "nota", "torno", "prensa")


def made_tickets() -> list[Ticket]:
    """Tickets with words of every rarity in every field, some only in the discussion."""
    chance = random.Random(7)

    def said() -> str:
        return " ".join(chance.choices(WORDS, weights=(8, 4, 2, 1), k=chance.randrange(4)))

    return [
        Ticket(
            coligada=1, locality=1, code=code, type=10, step=1, status=chance.choice("AG"), opener="1;2",
            holder=attendant_holder(chance.choice(("1;2", "1;3"))), changed_at=NOW, subject=said(), request=said(), solution=said(),
            access_level=chance.randrange(3),
            discussion=tuple(DiscussionEntry("Log", said(), "1;2", NOW) for _ in range(chance.randrange(3))),
        )
        for code in range(1, MANY + 1)
    ]  # fmt: skip


TICKETS = made_tickets()
ASKED = [
    {"text": "impressora"},
    {"text": "prensa"},
    {"text": "torno prensa"},
    {"text": "torno prensa", "any_word": True},
    {"text": "nota impressora", "in": "discussion"},
    {"text": "impressora", "in": "subject,solution", "status": "A"},
    {"text": "nota", "holder": "1;3", "status": "G"},
    {"text": "impressora", "viewer": "1;3"},
    {"text": "ausente"},
    {"same_subject": "1;1;7"},
    {"same_subject": "1;1;7", "text": "nota"},
]


@pytest.fixture
def filled(desk_of: OpenDesk) -> Desk:
    made = desk_of(tickets=0)
    made.add(*TICKETS)
    return made


def has_words(words: list[str], text: str, any_word: bool) -> bool:
    told = text.split()
    if any_word:
        return not set(words).isdisjoint(told)
    return any(told[at : at + len(words)] == words for at in range(len(told)))


def wanted(given: dict[str, object]) -> list[str]:
    """What the list must be, by looking at each ticket."""
    fields = str(given.get("in", "subject,request,discussion,solution")).split(",")
    found = []
    for one in reversed(TICKETS):
        texts = [getattr(one, name) for name in fields if name != "discussion"]
        texts += [entry.text for entry in one.discussion] if "discussion" in fields else []
        words = str(given.get("text", "")).split()
        if (
            (not words or any(has_words(words, text, "any_word" in given) for text in texts))
            and ("same_subject" not in given or one.subject == TICKETS[6].subject)
            and given.get("status", one.status) == one.status
            and (given.get("holder") is None or one.holder.key == given["holder"])
        ):
            found.append(one.key)
    return found


def pages(desk: Desk, given: dict[str, object], limit: int) -> list[str]:
    found, after = [], None
    while True:
        page = ticket_list(desk, {**given, "limit": limit, "after": after})
        found += [row["key"] for row in page["tickets"]]
        after = page["next"]
        if after is None:
            return found


def test_pages_are_the_same_however_words_are_found(filled: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert TICKETS[6].subject, "same_subject asks about it"
    for windows, given, limit in product(((1, 1), (2, 9), (7, 1_000)), ASKED, (3, 50)):
        monkeypatch.setattr(lists, "WINDOWS", {True: windows, False: windows})
        assert pages(filled, given, limit) == wanted(given), (windows, given, limit)
    assert 0 < len(wanted(ASKED[1])) < len(wanted(ASKED[0])) < MANY


def test_a_page_of_common_words_looks_at_the_newest_tickets_alone(filled: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many questions and as long windows however many tickets there are below; rare words are gathered once."""
    monkeypatch.setattr(lists, "WINDOWS", {True: (8, 40), False: (8, 40)})
    asked: list[tuple[str, object]] = []
    rows = Unit.rows

    def counted(unit: Unit, name: str, make: object, values: dict[str, object]) -> object:
        asked.append((name.partition(" ")[0], values.get("window")))
        return rows(unit, name, make, values)

    monkeypatch.setattr(Unit, "rows", counted)
    newest = [attrs.evolve(one, code=one.code + MANY, subject="impressora") for one in TICKETS[:10]]
    filled.add(*newest)
    asked.clear()
    assert len(ticket_list(filled, {"text": "impressora", "limit": 5})["tickets"]) == 5
    assert [one for one in asked if one[0].startswith("list-")] == [("list-looked", 8), ("list-tickets", None)]
    asked.clear()
    ticket_list(filled, {"text": "ausente", "limit": 5})
    assert [one[0] for one in asked if one[0].startswith("list-")] == ["list-looked", "list-gathered", "list-tickets"]
