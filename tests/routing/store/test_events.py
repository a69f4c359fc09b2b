"""What happened, for others to follow: one event for each thing, in the order of commits, no gap that fills later."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import attrs
import pytest
from kit.paths import ROOT, TESTS
from kit.stores import NOW, OpenDesk, database, desk, desk_of  # noqa: F401
from sqlalchemy import func, select

from routing.desk.desk import Desk
from routing.domain.decision import Request
from routing.failures import WrongFilter
from routing.mail import states
from routing.settings import Rules
from routing.store import tables
from routing.store.engine import reading

pytestmark = pytest.mark.slow

PLENTY = "[limites]\nmovimentos_por_hora = 100000\nemails_por_hora = 1000000\n"


def all_events(desk: Desk) -> list[dict[str, Any]]:
    return desk.events(limit=1000)["events"]


def test_each_thing_that_happens_is_one_event_of_its_type(desk: Desk) -> None:
    desk.move("1;1;1", Request(action="advance", actor="1;2"), NOW)
    desk.move("1;1;2", Request(action="note", actor="1;2", text="visto"), NOW)
    desk.move("1;1;2", Request(action="change", actor="1;2", set=(("PARAMETRO.VALOR", "7"),)), NOW)
    desk.move("1;1;3", Request(action="advance", actor="1;4", version=99), NOW)  # refused: nothing happened
    found = all_events(desk)
    assert [one["id"] for one in found] == [1, 2, 3, 4]
    assert [(one["type"], one["ticket"]) for one in found] == [
        ("rules.published", None), ("ticket.moved", "1;1;1"), ("ticket.noted", "1;1;2"), ("ticket.changed", "1;1;2"),
    ]  # fmt: skip
    assert set(found[1]) == {"id", "type", "at", "ticket", "decision", "data"}
    assert [one["decision"] for one in found[1:]] == [desk.decisions("1;1;1")[0], *desk.decisions("1;1;2")]
    assert found[1]["data"]["before"]["step"] == 1
    assert found[1]["data"]["after"] == {"status": "A", "step": 2, "holder": {"attendant": "1;3"}}
    assert found[3]["data"]["changed"] == ["PARAMETRO.VALOR"]
    assert "7" not in found[3]["data"].values()  # values may be masked


def test_a_mail_is_told_when_it_was_sent_and_when_it_failed_for_good(desk: Desk) -> None:
    desk.move("1;1;1", Request(action="advance", actor="1;2"), NOW)
    desk.move("1;1;2", Request(action="advance", actor="1;2"), NOW)
    names = [one["message_id"] for key in ("1;1;1", "1;1;2") for one in desk.show(key)["mails"]]
    when, rules = NOW.astimezone(), Rules()
    for name in names:
        claim = states.claim(desk.store, name, "eu", when, rules)
        assert claim.mail is not None
        if name == names[0]:
            states.sent(desk.store, claim.mail, "eu", when)
        else:
            states.failed(desk.store, claim.mail, "eu", when, "550")
    found = all_events(desk)[3:]
    assert [one["type"] for one in found] == ["mail.sent", *["mail.failed"] * (len(names) - 1)]
    assert found[0]["ticket"] == "1;1;1"
    assert found[0]["at"] == NOW.isoformat()
    assert found[0]["data"]["mail"] == names[0]


def test_pages_join_and_an_empty_page_keeps_its_place(desk: Desk) -> None:
    for turn in range(7):
        desk.move("1;1;1", Request(action="note", actor="1;2", text=f"{turn}"), NOW)
    seen, place = [], 0
    while page := desk.events(place, 3)["events"]:
        seen += page
        place = page[-1]["id"]
    assert seen == all_events(desk)
    assert desk.events(place) == {"events": [], "next": place}
    assert desk.events(10**12) == {"events": [], "next": 10**12}
    for wrong in (-1, "x", "1.5", 10**19):
        with pytest.raises(WrongFilter):
            desk.events(wrong)  # type: ignore[arg-type]
    with pytest.raises(WrongFilter):
        desk.events(0, 1001)


def test_a_viewer_gets_no_event_of_a_hidden_ticket_and_misses_no_other(desk: Desk) -> None:
    people = desk.site.people
    low = {**people.attendants, "1;4": attrs.evolve(people.attendants["1;4"], level=0)}
    seen_by = attrs.evolve(desk, site=attrs.evolve(desk.site, people=attrs.evolve(people, attendants=low)))
    desk.move("1;1;1", Request(action="advance", actor="1;2"), NOW)
    desk.move("1;1;2", Request(action="handoff", actor="1;2", to="1;4"), NOW)
    whole, own = all_events(desk), seen_by.events(viewer="1;4")
    assert [one["ticket"] for one in own["events"]] == [None, "1;1;2"]
    assert own["next"] == whole[-1]["id"]
    assert seen_by.events(viewer="1;2")["events"] == whole


def follow_movers(desk: Desk, folder: Path, *, kills: int, rounds: int, moves: int) -> list[dict[str, Any]]:
    """Movers in processes of their own, some of them killed, while a reader goes on from where it was."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{TESTS}"}
    seen: list[dict[str, Any]] = []
    for turn in range(rounds):
        movers = [
            subprocess.Popen(
                [sys.executable, "-m", "kit.mover", str(folder), str(number), "5", str(moves)],
                stdout=subprocess.PIPE, text=True, env=environment,
            )
            for number in range(3)
        ]  # fmt: skip
        for mover in movers:
            assert mover.stdout is not None
            assert mover.stdout.readline() == "vai\n"
        if turn < kills:
            time.sleep(0.05 + 0.03 * turn)
            movers[turn % 3].kill()
        while any(mover.poll() is None for mover in movers):
            seen += desk.events(seen[-1]["id"] if seen else 0, 50)["events"]
        for mover in movers:
            mover.communicate()
    while page := desk.events(seen[-1]["id"] if seen else 0)["events"]:
        seen += page
    return seen


def expect_whole(desk: Desk, seen: list[dict[str, Any]]) -> None:
    assert [one["id"] for one in seen] == list(range(1, len(seen) + 1))
    with reading(desk.store.engine) as connection:
        made = connection.execute(select(func.count()).select_from(tables.decision).where(tables.decision.c.version > 0)).scalar()
    told = Counter(one["decision"] for one in seen if one["ticket"])
    assert (len(told), set(told.values())) == (made, {1})
    for code in range(1, 6):
        versions = [one["data"]["version"] for one in seen if one["ticket"] == f"1;1;{code}"]
        assert versions == sorted(versions)
        assert len(versions) == len(set(versions))


def test_a_reader_beside_writers_that_are_killed_misses_nothing(desk_of: OpenDesk, tmp_path: Path) -> None:
    desk = desk_of(tickets=5, settings=PLENTY)
    seen = follow_movers(desk, tmp_path / "pasta", kills=1, rounds=1, moves=40)
    assert len(seen) > 60
    expect_whole(desk, seen)


def test_a_reader_beside_writers_that_are_killed_misses_nothing_for_long(desk_of: OpenDesk, tmp_path: Path) -> None:
    desk = desk_of(tickets=5, settings=PLENTY)
    seen = follow_movers(desk, tmp_path / "pasta", kills=3, rounds=3, moves=200)
    assert len(seen) > 1_000
    expect_whole(desk, seen)
