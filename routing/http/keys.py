"""API keys: made once, kept as hashes, compared in constant time.

A key reads ``rp_<id>_<secret>``; the secret has 256 bits of chance, so a plain SHA-256 of it is enough.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from hmac import compare_digest

import attrs
from sqlalchemy import insert, select, update

from routing.failures import SettingsFault
from routing.messages import message
from routing.store import tables
from routing.store.engine import reading, writing
from routing.store.unit import Store

SCOPES = ("read", "run", "move")
KEY = tables.api_key.c


@attrs.frozen
class Key:
    """A key as the store knows it."""

    id: str
    scopes: frozenset[str]
    name: str
    created_at: datetime
    revoked_at: datetime | None
    attendant: str = ""


def new_key(store: Store, scopes: Sequence[str], name: str = "", now: datetime | None = None, attendant: str = "") -> str:
    """Make a key; the text is shown this once. ``attendant`` is the key of the person whom it belongs to: it acts and sees as this
    person alone. SettingsFault for a scope that does not exist."""
    wanted = tuple(dict.fromkeys(scopes))
    for scope in wanted:
        if scope not in SCOPES:
            raise SettingsFault(
                message("o escopo '{escopo}' não existe", escopo=scope),
                message("os escopos são: {escopos}", escopos=", ".join(SCOPES)),
            )
    if not wanted:
        raise SettingsFault(
            message("a chave precisa de um escopo"), message("os escopos são: {escopos}", escopos=", ".join(SCOPES))
        )
    number, secret = secrets.token_hex(6), secrets.token_hex(32)
    with writing(store.engine) as connection:
        connection.execute(
            insert(tables.api_key).values(
                id=number,
                hash=digest(secret),
                scopes=" ".join(wanted),
                name=name,
                attendant=attendant,
                created_at=now or datetime.now(UTC),
            )
        )
        connection.commit()
    return f"rp_{number}_{secret}"


def verify(store: Store, text: str) -> Key | None:
    """The key that a text is; None for a wrong or revoked one. An unknown id takes as long as a wrong secret."""
    mark, _, rest = text.partition("_")
    number, _, secret = rest.partition("_")
    with reading(store.engine) as connection:
        found = connection.execute(select(tables.api_key).where(KEY.id == number)).mappings().one_or_none()
    same = compare_digest(digest(secret), found["hash"] if found else digest(""))
    if mark != "rp" or found is None or not same or found["revoked_at"] is not None:
        return None
    return key_of(found)


def revoke(store: Store, number: str, now: datetime | None = None) -> bool:
    """End a key by its id; False when there is no such live key."""
    with writing(store.engine) as connection:
        live = update(tables.api_key).where(KEY.id == number, KEY.revoked_at.is_(None))
        done = connection.execute(live.values(revoked_at=now or datetime.now(UTC))).rowcount
        connection.commit()
    return done == 1


def all_keys(store: Store) -> list[Key]:
    """Every key, oldest first, without its secret."""
    with reading(store.engine) as connection:
        rows = connection.execute(select(tables.api_key).order_by(KEY.created_at, KEY.id)).mappings()
        return [key_of(row) for row in rows]


def key_of(row: object) -> Key:
    """A row as a record."""
    values = dict(row)  # type: ignore[call-overload]
    scopes = frozenset(values["scopes"].split())
    return Key(values["id"], scopes, values["name"], values["created_at"], values["revoked_at"], values["attendant"])


def digest(secret: str) -> str:
    """The hash that is kept."""
    return sha256(secret.encode()).hexdigest()
