"""Questions with their answers, and tips (S:104-111): requested of a ticket, or registered for everybody to find."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs
from sqlalchemy import insert, select, update

from routing.domain.words import plain_words, words_of
from routing.store import tables
from routing.store.engine import reading, writing
from routing.store.unit import Store

REQUESTED, REGISTERED = "requested", "registered"
STATES = (REQUESTED, REGISTERED)
COLUMNS = tables.article.c


@attrs.frozen(kw_only=True)
class Article:
    """One of them. ``ticket`` is the key of the ticket it was requested of, ``request`` the question, ``solution`` the answer."""

    id: int = 0
    state: str = REGISTERED
    title: str = ""
    request: str = ""
    solution: str = ""
    product: str = ""
    ticket: str = ""
    by: str = ""
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """As doors show it."""
        return attrs.asdict(self) | {"at": self.at.isoformat()}


NAMES = tuple(field.name for field in attrs.fields(Article))


def values_of(article: Article) -> dict[str, Any]:
    """Its row, with the words that a search looks at."""
    told = f"{article.title} {article.request} {article.solution} {article.product}"
    return {name: getattr(article, name) for name in NAMES if name != "id"} | {"words": f" {plain_words(told)} "}


def add(store: Store, article: Article) -> int:
    """A new row; its number."""
    with writing(store.engine) as connection:
        made: Any = connection.execute(insert(tables.article).values(values_of(article))).inserted_primary_key
        connection.commit()
    return int(made[0])


def change(store: Store, article: Article) -> None:
    """Write an article anew."""
    with writing(store.engine) as connection:
        connection.execute(update(tables.article).where(COLUMNS.id == article.id).values(values_of(article)))
        connection.commit()


def find(store: Store, number: int) -> Article | None:
    """The article of a number."""
    with reading(store.engine) as connection:
        row = connection.execute(select(*(COLUMNS[name] for name in NAMES)).where(COLUMNS.id == number)).mappings().first()
    return None if row is None else Article(**row)


def page(store: Store, state: str, text: str, any_word: bool, after: int | None, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """At most ``limit`` of them below a number, newest first; ``text`` is a phrase, or some words of which one must stand there."""
    asked = select(*(COLUMNS[name] for name in NAMES)).where(COLUMNS.state == state).order_by(COLUMNS.id.desc()).limit(limit)
    words = words_of(text)
    if words:
        wanted = words if any_word else [" ".join(words)]
        found = COLUMNS.words.contains(f" {wanted[0]}", autoescape=True)
        for word in wanted[1:]:
            found = found | COLUMNS.words.contains(f" {word}", autoescape=True)
        asked = asked.where(found)
    if after is not None:
        asked = asked.where(COLUMNS.id < after)
    with reading(store.engine) as connection:
        return [(row["id"], Article(**row).as_json()) for row in connection.execute(asked).mappings()]
