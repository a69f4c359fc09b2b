"""API keys."""

from __future__ import annotations

import pytest
from kit.stores import OpenDesk, database, desk, desk_of  # noqa: F401
from sqlalchemy import select

from routing.desk.desk import Desk
from routing.failures import SettingsFault
from routing.http.keys import all_keys, new_key, revoke, verify
from routing.store import tables
from routing.store.engine import reading


def test_a_key_opens_what_it_was_made_for(desk: Desk) -> None:
    text = new_key(desk.store, ["run", "move"], "integração de compras")
    found = verify(desk.store, text)
    assert found is not None
    assert (found.scopes, found.name) == (frozenset({"run", "move"}), "integração de compras")
    assert [key.id for key in all_keys(desk.store)] == [found.id]


def test_the_store_does_not_know_the_key_itself(desk: Desk) -> None:
    text = new_key(desk.store, ["read"])
    with reading(desk.store.engine) as connection:
        kept = str(connection.execute(select(tables.api_key)).all())
    assert text not in kept
    assert text.rpartition("_")[2] not in kept


def test_wrong_texts_open_nothing(desk: Desk) -> None:
    text = new_key(desk.store, ["read"])
    for wrong in (
        "",
        "rp",
        "rp__",
        text[:-1],
        text + "0",
        text.replace("rp_", "xx_"),
        text.upper(),
        "rp_" + "0" * 12 + "_" + "0" * 64,
        "é" * 9,
    ):
        assert verify(desk.store, wrong) is None


def test_a_revoked_key_opens_nothing(desk: Desk) -> None:
    text = new_key(desk.store, ["read"])
    number = verify(desk.store, text).id
    assert (revoke(desk.store, number), revoke(desk.store, number), revoke(desk.store, "nada")) == (True, False, False)
    assert verify(desk.store, text) is None


@pytest.mark.parametrize("scopes", [[], ["tudo"], ["read", "write"]])
def test_scopes_that_do_not_exist(desk: Desk, scopes: list[str]) -> None:
    with pytest.raises(SettingsFault):
        new_key(desk.store, scopes)
