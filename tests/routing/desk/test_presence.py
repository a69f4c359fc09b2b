"""Absence and own status while the service runs (S:207), over the directory: obeyed, recorded, listed, on both databases."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import attrs
import pytest
from kit import sites
from kit.stores import NOW, OpenDesk, database, desk, desk_of  # noqa: F401

from routing import Request, plan
from routing.desk.desk import Desk, open_desk
from routing.desk.listing import ticket_list
from routing.desk.presence import Said
from routing.domain.model import Absence, attendant_holder
from routing.domain.people import stands_in
from routing.domain.presence import Presence, with_presence
from routing.failures import Failure, NotAllowed, UnknownPerson, WrongPresence
from routing.releases.asking import ask_again
from routing.store import presence

AWAY = Said(attendant="1;3", start=date(2026, 11, 20), end=date(2026, 12, 1), substitute="Célia Nóbrega")
TO_ANA = Request(action="handoff", to="1;3", actor="1;2")


def texts(made: object) -> str:
    return "\n".join(str(line.text) for line in made.explanation)  # type: ignore[attr-defined]


def test_an_absence_counts_from_the_next_decision_on(desk: Desk) -> None:
    """Resolution, explanation, and the same decision again when nothing of it holds any more."""
    before = desk.move("1;1;1", TO_ANA, NOW)
    told = desk.say_presence(AWAY, NOW)
    assert (told["away"], told["substitute"], told["source"], told["by"]) == (True, "1;4", "said", "1;3")
    made = desk.move("1;1;3", TO_ANA, NOW)
    assert made.after.holder == attendant_holder("1;4")
    assert "Ana Lima (1;3) está ausente de 20/11/2026 a 01/12/2026; o substituto é Célia Nóbrega (1;4)" in texts(made)
    desk.say_presence(Said(attendant="1;3", back=True), NOW)
    assert desk.plan("1;1;2", TO_ANA, NOW).after.holder == attendant_holder("1;3")
    assert [ask_again(desk.store, desk.site, one.decision).equal for one in (before, made)] == [True, True]
    assert [one["status"] for one in desk.absences(NOW, history=True)["history"]] == [None, "disponivel"]
    assert desk.absences(NOW)["people"] == []


def test_every_desk_on_the_store_obeys(desk: Desk, tmp_path: Path) -> None:
    with open_desk(tmp_path / "pasta") as other:
        other.plan("1;1;1", TO_ANA, NOW)
        desk.say_presence(Said(attendant="1;3", status="ausente"), NOW)
        refused = other.plan("1;1;1", TO_ANA, NOW)
        assert (refused.gate, refused.reason.code) == ("G11", "ausente-sem-substituto")
        assert refused.reason.message == "Ana Lima (1;3) está ausente e não tem substituto"
        desk.say_presence(Said(attendant="1;3", status="ocupado"), NOW)
        assert other.plan("1;1;1", TO_ANA, NOW).status == "planned"


def test_a_rotation_passes_over_who_is_away(desk_of: OpenDesk) -> None:
    desk = desk_of(formula="ATENDENTEDOGRUPO(5, 'RODIZIO')")
    desk.say_presence(Said(attendant="1;3", status="ausente", actor="1;2"), NOW)
    turns = [desk.move(f"1;1;{code}", Request(action="advance", actor="1;2"), NOW) for code in (1, 2)]
    assert [one.after.holder.key for one in turns] == ["1;4", "1;4"]
    assert [ask_again(desk.store, desk.site, one.decision).equal for one in turns] == [True, True]
    people = desk.site.people
    turning = attrs.evolve(people.groups["1;5"], distribution="rodizio")
    desk.site = attrs.evolve(desk.site, people=attrs.evolve(people, groups={"1;5": turning}))
    made = desk.plan("1;1;3", attrs.evolve(TO_ANA, to="5"), NOW)
    assert (made.after.holder.key, "Ana Lima (1;3) (ausente)" in texts(made)) == ("1;4", True)


def test_a_substitute_acts_on_what_the_absent_person_holds(desk: Desk) -> None:
    desk.move("1;1;1", TO_ANA, NOW)
    conclude = Request(action="conclude", actor="1;4")
    assert desk.plan("1;1;1", conclude, NOW).gate == "G4"
    desk.say_presence(AWAY, NOW)
    made = desk.plan("1;1;1", conclude, NOW)
    assert (made.status, "substitui Ana Lima" in texts(made)) == ("planned", True)
    assert desk.plan("1;1;1", conclude, NOW.replace(month=12)).gate == "G4", "she is back"


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        (Said(attendant="1;3", actor="1;4", status="ausente"), NotAllowed),
        (Said(attendant="1;99", status="ausente"), UnknownPerson),
        (Said(attendant="1;3", actor="1;99", status="ausente"), UnknownPerson),
        (Said(attendant="1;3", status="ausente", substitute="1;99"), UnknownPerson),
        (Said(attendant="1;3", status="dormindo"), WrongPresence),
        (Said(attendant="1;3"), WrongPresence),
        (Said(attendant="1;3", status="ausente", substitute="1;3"), WrongPresence),
        (Said(attendant="1;3", status="ocupado", substitute="1;4"), WrongPresence),
        (attrs.evolve(AWAY, end=date(2026, 11, 1)), WrongPresence),
        (Said(attendant="1;3", end=date(2026, 11, 1)), WrongPresence),
    ],
)
def test_what_cannot_be_said_says_why(desk: Desk, asked: Said, fault: type[Failure]) -> None:
    with pytest.raises(fault) as told:
        desk.say_presence(asked, NOW)
    assert told.value.hint
    assert desk.absences(NOW, history=True)["history"] == []


def test_a_chief_says_it_and_a_ring_is_refused(desk: Desk) -> None:
    assert desk.say_presence(attrs.evolve(AWAY, actor="Bruno Prado"), NOW)["by"] == "1;2"
    with pytest.raises(WrongPresence, match="referência circular"):
        desk.say_presence(Said(attendant="1;4", status="ausente", substitute="1;3"), NOW)
    later = Said(attendant="1;4", start=date(2027, 1, 1), end=date(2027, 1, 9), substitute="1;3")
    assert desk.say_presence(later, NOW)["substitute"] == "1;3", "not at the same time"


def test_tickets_of_people_who_are_away_or_gone_are_listed_and_moved(desk_of: OpenDesk, tmp_path: Path) -> None:
    desk = desk_of(tickets=6)

    def away() -> list[str]:
        return [row["key"] for row in ticket_list(desk, {"away": True})["tickets"]]

    desk.move("1;1;1", TO_ANA, NOW)
    desk.move("1;1;2", attrs.evolve(TO_ANA, to="1;4"), NOW)
    desk.add(attrs.evolve(desk.ticket("1;1;3"), code=90, holder=attendant_holder("1;77")))
    assert away() == ["1;1;90"]
    desk.say_presence(Said(attendant="1;3", status="ausente", actor="1;2"), NOW)
    assert away() == ["1;1;90", "1;1;1"]
    people = desk.site.people
    inactive = {"1;4": attrs.evolve(people.attendants["1;4"], active=False)}
    desk.site = attrs.evolve(desk.site, people=attrs.evolve(people, attendants={**people.attendants, **inactive}))
    assert away() == ["1;1;90", "1;1;2", "1;1;1"]
    assert desk.move("1;1;1", attrs.evolve(TO_ANA, to="1;2"), NOW).status == "moved"


def test_words_stand_over_the_directory() -> None:
    """Who is back early is back; who takes the word back is as the directory says; an unknown key says nothing."""
    people = sites.people()
    early = with_presence(people, [Presence(attendant="1;4"), Presence(attendant="9;9", status="ausente")])
    assert (early.attendants["1;4"].absence, set(early.attendants)) == (None, set(people.attendants))
    back = with_presence(people, [Presence(attendant="1;4"), Presence(attendant="1;4", status="")])
    assert back.attendants["1;4"].absence == Absence(date(2026, 11, 20), date(2026, 12, 1), "1;3")
    assert [stands_in(people, "1;3", one, sites.NOW.date()) for one in ("1;4", "1;2", "1;5")] == [True, False, False]
    made = plan(sites.site(), sites.ticket(holder=attendant_holder("1;4")), Request(action="conclude", actor="1;3"), sites.NOW)
    assert made.status == "planned"


def test_rows_are_only_added(desk: Desk) -> None:
    for status in ("ausente", "ocupado", "disponivel"):
        desk.say_presence(Said(attendant="1;3", status=status), NOW)
    with desk.store.reading() as unit:
        said = presence.said(unit)
        assert [one.status for one in said] == ["ausente", "ocupado", "disponivel"]
        assert presence.newest(presence.ask_newest(unit)) == said[-1].number
        assert presence.said(unit, said[0].number, "1;3") == said[:1]
