"""What happened, for others to follow: one event for each thing, in the order of commits, no gap that fills later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest
from kit.event_feed import PLENTY, Load, breaches, follow
from kit.stores import NOW, OpenDesk, database, desk, desk_of  # noqa: F401

from routing.desk.desk import Desk
from routing.domain.decision import Request
from routing.failures import WrongFilter
from routing.mail import states
from routing.settings import Rules

pytestmark = pytest.mark.slow


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


@pytest.mark.parametrize("load", [
    Load(writers=3, events=60, kills=1, tickets=5, moves=40),
    Load(writers=4, events=1_000, kills=3, tickets=5),
])  # fmt: skip
def test_readers_beside_writers_that_are_killed_miss_nothing(desk_of: OpenDesk, tmp_path: Path, load: Load) -> None:
    """At full size: ``python benchmarks/events.py``, eight writers and 20,000 events."""
    desk = desk_of(tickets=5, settings=PLENTY)
    seen = follow(desk, tmp_path / "pasta", load)
    assert len(seen[0]) >= load.events
    assert breaches(desk, seen) == []


def test_a_feed_that_is_wrong_is_noticed(desk: Desk) -> None:
    """What the test above asks finds a gap, a doubled decision, and a ticket's events in another order."""
    for code in (1, 2, 1, 2):
        desk.move(f"1;1;{code}", Request(action="note", actor="1;2", text="visto"), NOW)
    whole = all_events(desk)
    assert breaches(desk, [whole, whole]) == []
    published, first, second, third, last = whole
    assert len(breaches(desk, [whole[:-1], whole])) == 2
    assert len(breaches(desk, [[published, first, second, second, last]])) == 3
    swapped = [published, third | {"id": 2}, second, first | {"id": 4}, last]
    assert breaches(desk, [swapped]) == ["the versions of 1;1;1 have a gap, or are out of order"]
