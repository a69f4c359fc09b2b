"""What is old goes when somebody says so: nothing that decides, nothing that is still to be done, and it is said afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from kit.stores import NOW, OpenDesk, database, desk, desk_of  # noqa: F401
from sqlalchemy import select

from routing.desk.desk import Desk
from routing.domain.decision import Request
from routing.releases.asking import UnknownDecision, ask_again
from routing.store import tables
from routing.store.decision_log import keep_refusal
from routing.store.engine import reading, writing
from routing.store.pruning import Pruned, no_decision, prune, would_prune

LATER = NOW + timedelta(days=400)
ADVANCE = Request(action="advance", actor="1;2")


def test_old_decisions_mails_and_events_go_and_the_ticket_stays(desk: Desk) -> None:
    desk.move("1;1;1", ADVANCE, NOW)
    keep_refusal(desk.store, desk.move("1;1;1", Request(action="advance", actor="1;2", version=77), NOW))
    desk.move("1;1;2", ADVANCE, LATER)
    with writing(desk.store.engine) as connection:
        connection.execute(tables.mail.update().where(tables.mail.c.at == NOW).values(state="sent"))
        connection.commit()
    desk.events()
    shown = {name: rows for name, rows in desk.show("1;1;1").items() if name != "mails"}
    first = desk.decisions("1;1;1")[0]
    before = NOW + timedelta(days=1)
    planned = would_prune(desk.store, before)
    assert (planned.decisions, planned.events) == (2, 2)
    assert planned.mails > 0
    assert prune(desk.store, before, LATER, counts=True) == planned
    assert would_prune(desk.store, before) == Pruned()
    assert {name: rows for name, rows in desk.show("1;1;1").items() if name != "mails"} == shown
    assert desk.show("1;1;1")["mails"] == []
    assert len(desk.decisions("1;1;2")) == 1
    assert [one["ticket"] for one in desk.events()["events"]] == ["1;1;2"]
    assert desk.events()["next"] == 3  # places go on behind what went
    assert desk.decision(first) is None
    assert "foi retirada pela idade" in str(no_decision(desk.store, first))
    assert "não existe" in str(no_decision(desk.store, 9_999))
    with pytest.raises(UnknownDecision, match="foi retirada pela idade"):
        ask_again(desk.store, desk.site, first)
    with reading(desk.store.engine) as connection:
        tally = tables.tally.c
        rows = connection.execute(select(tally.what, tally.name, tally.gate, tally["count"]).order_by(tally.what, tally.gate)).all()
    assert [tuple(row) for row in rows if row.what == "decision"] == [
        ("decision", "advance", "", 1),
        ("decision", "advance", "G2", 1),
    ]
    assert {row.what for row in rows} == {"decision", "mail", "event"}
    assert desk.move("1;1;1", Request(action="advance", actor="1;3"), LATER).status == "moved"


def test_counts_add_up_over_several_times_and_are_kept_only_when_asked(desk: Desk) -> None:
    for turn in range(3):
        desk.move("1;1;1", Request(action="note", actor="1;2", text="x"), NOW)
        prune(desk.store, LATER, LATER, counts=turn < 2)
    with reading(desk.store.engine) as connection:
        kept = connection.execute(select(tables.tally.c["count"]).where(tables.tally.c.what == "decision")).scalars().all()
    assert kept == [2]


def test_what_is_not_done_stays_however_old(desk: Desk) -> None:
    desk.move("1;1;1", ADVANCE, NOW)
    queued = len(desk.show("1;1;1")["mails"])
    for turn in range(3):
        desk.move("1;1;1", Request(action="note", actor="1;3", text=f"{turn}"), NOW)
    desk.events()
    assert prune(desk.store, LATER, LATER, followers={"novo": 0}).events == 0  # configured, and not told anything yet
    with writing(desk.store.engine) as connection:
        connection.execute(tables.webhook.insert().values(name="x", place=2))
        connection.commit()
    made = prune(desk.store, LATER, LATER, followers={"x": 0, "depois": 4})
    assert (made.mails, made.events) == (0, 2)  # the events that a follower has not got stay
    assert len(desk.show("1;1;1")["mails"]) == queued > 0
    assert [one["id"] for one in desk.events()["events"]] == [3, 4, 5]


def test_places_go_on_when_everything_old_went(desk: Desk) -> None:
    """A reader who had all that was there gets what comes, however much was taken out meanwhile."""
    place = 0
    for turn in range(4):
        desk.move("1;1;1", Request(action="note", actor="1;2", text=f"{turn}"), NOW)
        prune(desk.store, LATER, LATER)
        found = desk.events(place)
        assert [one["id"] for one in found["events"]] == list(range(place + 1, place + 2 + (turn == 0)))
        place = found["next"]
    prune(desk.store, LATER, LATER)
    assert desk.events(place) == {"events": [], "next": place}
