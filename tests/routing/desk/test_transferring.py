"""Many tickets to another receiver (S:199): what is moved, what is refused and why, and going on after a stop; on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import attrs
import pytest
from kit.stores import NOW, OpenDesk, database, desk_of  # noqa: F401

from routing import Request
from routing.desk.desk import Desk
from routing.desk.listing import decision_list
from routing.desk.presence import Said
from routing.desk.transferring import Transfer, Transferred, transfer_tickets
from routing.domain.model import attendant_holder
from routing.failures import Conflict, WrongFilter


def ticking(desk: Desk) -> Callable[[], datetime]:
    """A clock that goes on a second each time it is read, after all that was decided."""
    ticks: Iterator[int] = iter(range(1, 100_000))
    begin = NOW + timedelta(hours=1)
    return lambda: begin + timedelta(seconds=next(ticks))


@pytest.fixture
def desk(desk_of: OpenDesk) -> Desk:
    """Eight tickets of Bruno's; one may not go, for its voice mail."""
    made = desk_of(tickets=8)
    made.move("1;1;8", Request(action="change", actor="1;2", set=(("CAIXAPOSTAL", "2"),)), NOW)
    return made


def holders(desk: Desk) -> dict[str, str]:
    return {key: desk.ticket(key).holder.key for key in desk.tickets()}


def test_one_decision_each_and_a_summary(desk: Desk) -> None:
    wanted = Transfer(to="1;4", actor="1;2", justification="férias", key="ferias")
    made = transfer_tickets(desk, {"holder": "1;2"}, wanted, ticking(desk))
    assert ([one["ticket"] for one in made.moved], made.before) == ([f"1;1;{code}" for code in range(7, 0, -1)], 0)
    assert [(one.ticket, one.gate, one.reason.code) for one in made.refused] == [("1;1;8", "G3", "caixa-postal-cheia")]
    assert set(holders(desk).values()) == {"1;2", "1;4"}
    rows = decision_list(desk, {"action": "handoff", "limit": 50})["decisions"]
    assert sorted(row["status"] for row in rows) == ["moved"] * 7 + ["refused"]
    assert desk.ticket("1;1;1").handoffs[-1].justification == "férias"


def test_interrupted_it_goes_on_with_its_key(desk: Desk) -> None:
    """A filter that still gives the tickets that were moved moves none twice."""
    wanted, clock, made = Transfer(to="1;4", actor="1;2", key="tipo-10"), ticking(desk), Transferred()

    def stop(done: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        transfer_tickets(desk, {"type": "10"}, wanted, clock, made=made, told=stop)
    assert (len(made.moved), len(made.refused)) == (3, 1)
    rest = transfer_tickets(desk, {"type": "10"}, wanted, clock)
    assert (rest.before, len(rest.moved), len(rest.refused)) == (3, 4, 1)
    assert [len(desk.ticket(f"1;1;{code}").handoffs) for code in range(1, 8)] == [1] * 7
    with pytest.raises(Conflict):
        transfer_tickets(desk, {"type": "10"}, attrs.evolve(wanted, to="1;3"), clock)


def test_only_looking_changes_nothing_and_pages_go_on(desk: Desk) -> None:
    before = holders(desk)
    seen = transfer_tickets(desk, {"holder": "1;2"}, Transfer(to="1;4", actor="1;2", apply=False), ticking(desk))
    assert (len(seen.moved), len(seen.refused), holders(desk)) == (7, 1, before)
    wanted, clock, after, pages = Transfer(to="1;4", actor="1;2", key="paginas"), ticking(desk), None, []
    while not pages or after is not None:
        page = transfer_tickets(desk, {"holder": "1;2", "limit": 3, "after": after}, wanted, clock)
        pages.append(len(page.moved))
        after = page.next
    assert (pages, sum(pages)) == ([2, 3, 2], 7)


def test_tickets_of_who_is_away_go_to_another(desk: Desk) -> None:
    desk.move("1;1;1", Request(action="handoff", to="1;3", actor="1;2"), NOW)
    desk.say_presence(Said(attendant="1;3", status="ausente", actor="1;2"), NOW)
    made = transfer_tickets(desk, {"away": True}, Transfer(to="1;4", actor="1;2", key="x"), ticking(desk))
    assert ([one["ticket"] for one in made.moved], desk.ticket("1;1;1").holder) == (["1;1;1"], attendant_holder("1;4"))


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [({}, Transfer(to="1;4")), ({"limit": 5}, Transfer(to="1;4")), ({"type": "10"}, Transfer(to=" ")),
     ({"type": "x"}, Transfer(to="1;4")), ({"type": "10"}, Transfer(to="1;4", key="k" * 200))],
)  # fmt: skip
def test_what_means_nothing_is_refused(desk: Desk, filters: dict[str, object], wanted: Transfer) -> None:
    with pytest.raises(WrongFilter) as told:
        transfer_tickets(desk, filters, wanted, ticking(desk))
    assert told.value.hint
