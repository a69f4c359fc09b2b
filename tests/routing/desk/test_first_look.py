"""SQLite: a move that may ask another database is decided before its turn to write. Whatever another one writes in between, the
outcome is that of one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from kit.workspaces import make_workspace

from formula.builtins import TABLE
from routing.deciding import planner
from routing.desk.desk import Desk, open_desk
from routing.desk.first_look import FirstLook
from routing.domain.decision import Request
from routing.domain.site import SentenceText

NOW = datetime(2026, 11, 24, 10, 0)
ADVANCE = Request(action="advance", actor="1;2")

Pair = Callable[..., tuple[Desk, Desk]]


class Sentences:
    """A source that says who; it keeps what it was asked, and whether the desk had the turn to write meanwhile."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.asked: list[tuple[str, bool]] = []

    def rows(self, code: str, *_: Any) -> Any:
        self.asked.append((code, self.desk.store.turnstile.turn.locked()))
        return iter([{"CODIGO": "1;3"}])


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """Two desks over one workspace, as two processes have them. The first one's formulas may ask another database."""
    opened: list[Desk] = []

    def make(settings: str = "", **options: Any) -> tuple[Desk, Desk]:
        folder = make_workspace(tmp_path / "pasta", 4, settings, **options)
        opened.extend(open_desk(folder) for _ in range(2))
        opened[0].site = attrs.evolve(opened[0].site, sentences={"QUEM": SentenceText("QUEM", "SELECT")})
        opened[0].sentences = Sentences(opened[0])
        return opened[0], opened[1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[], object]], list[bool]]]:
    """Has something done once, after a move was decided and before its turn; gives whether each decision still held."""
    held: list[bool] = []
    waiting: list[Callable[[], object]] = []
    look, holds = Desk.first_look, FirstLook.holds

    def look_and_wait(self: Desk, *given: Any) -> FirstLook:
        found = look(self, *given)
        if waiting:
            waiting.pop()()
        return found

    def watched(self: FirstLook, *given: Any) -> bool:
        held.append(holds(self, *given))
        return held[-1]

    def arrange(what: Callable[[], object]) -> list[bool]:
        waiting.append(what)
        return held

    monkeypatch.setattr(Desk, "first_look", look_and_wait)
    monkeypatch.setattr(FirstLook, "holds", watched)
    yield arrange
    assert not waiting


def test_nothing_in_between_and_the_move_is_decided_once(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, _ = pair()
    plan, decided = planner.plan, []
    monkeypatch.setattr(planner, "plan", lambda *given, **named: decided.append(1) or plan(*given, **named))
    assert desk.move("1;1;1", ADVANCE, NOW).status == "moved"
    assert decided == [1]


def test_a_plugin_s_code_never_runs_in_the_turn(pair: Pair) -> None:
    _, desk = pair()
    assert not desk.takes_long
    foreign = attrs.evolve(TABLE["HOJE"], call=lambda *_: None)
    guests = attrs.evolve(desk, site=attrs.evolve(desk.site, functions={**TABLE, "ALHEIA": foreign}))
    assert guests.takes_long


def test_a_sentence_is_read_before_the_turn(pair: Pair) -> None:
    desk, _ = pair(formula="EXECSQL('QUEM'); RESULTSQL('QUEM', 'CODIGO')")
    for number in range(2):
        assert desk.move("1;1;1", ADVANCE, NOW + timedelta(minutes=number)).status == "moved"
    assert desk.sentences.asked == [("QUEM", False)] * 2


def test_another_move_of_the_same_ticket(pair: Pair, between: Any) -> None:
    desk, other = pair()
    held = between(lambda: other.move("1;1;1", ADVANCE, NOW))
    moved = desk.move("1;1;1", ADVANCE, NOW + timedelta(minutes=1))
    assert held == [False]
    assert (moved.status, moved.before.version, moved.before.step, moved.after.step) == ("moved", 2, 2, 1)
    assert [(one["from"], one["to"]) for one in desk.show("1;1;1")["steps"]] == [(1, 2), (2, 1)]


def test_the_version_seen_is_no_longer_the_present_one(pair: Pair, between: Any) -> None:
    desk, other = pair()
    between(lambda: other.move("1;1;1", ADVANCE, NOW))
    answer = desk.move("1;1;1", Request(action="advance", actor="1;2", version=1), NOW)
    assert (answer.status, answer.gate) == ("refused", "G2")
    assert desk.ticket("1;1;1").version == 2


def test_the_same_key_gives_the_answer_of_the_other(pair: Pair, between: Any) -> None:
    desk, other = pair()
    request = Request(action="advance", actor="1;2", key="pedido-7")
    answers = []
    between(lambda: answers.append(other.move("1;1;1", request, NOW)))
    assert desk.move("1;1;1", request, NOW).as_json() == answers[0].as_json()
    assert desk.ticket("1;1;1").version == 2


def test_a_move_of_another_ticket_changes_nothing(pair: Pair, between: Any) -> None:
    desk, other = pair(formula="SE PRIORIDADE = 'Urgente' ENTAO '1;4' SENAO '1;3' FIMSE")
    held = between(lambda: other.move("1;1;2", ADVANCE, NOW))
    assert desk.move("1;1;1", ADVANCE, NOW).status == "moved"
    assert held == [True]


def test_the_load_of_people_is_that_of_the_turn(pair: Pair, between: Any) -> None:
    desk, other = pair(formula="ATENDENTEDOGRUPO(5, 'MENORCARGA')")
    held = between(lambda: other.move("1;1;2", ADVANCE, NOW))
    desk.move("1;1;1", ADVANCE, NOW)
    assert held[-1] is False
    assert {desk.ticket(f"1;1;{code}").holder.key for code in (1, 2)} == {"1;3", "1;4"}


def test_the_next_in_turn_is_that_of_the_turn(pair: Pair, between: Any) -> None:
    desk, other = pair(formula="ATENDENTEDOGRUPO(5, 'RODIZIO')")
    between(lambda: other.move("1;1;2", ADVANCE, NOW))
    desk.move("1;1;1", ADVANCE, NOW)
    assert {desk.ticket(f"1;1;{code}").holder.key for code in (1, 2)} == {"1;3", "1;4"}


@pytest.mark.parametrize(("most", "status"), [(1, "refused"), (2, "moved")])
def test_mails_of_others_count(pair: Pair, between: Any, most: int, status: str) -> None:
    desk, other = pair(f"[limites]\nemails_por_hora = {most}\n")
    between(lambda: other.move("1;1;3", ADVANCE, NOW))
    answer = desk.move("1;1;1", ADVANCE, NOW + timedelta(minutes=1))
    assert (answer.status, answer.gate) == (status, "G13" if status == "refused" else None)


def test_an_entry_that_another_ticket_wrote(pair: Pair, between: Any) -> None:
    formula = "SE CAMPOATENDIMENTO('PRIORIDADE') = 'Urgente' ENTAO ADICIONARDISCUSSAOATENDIMENTO(1,1,1,'oi') FIMSE; '1;3'"
    desk, other = pair(formula=formula)
    held = between(lambda: other.move("1;1;2", ADVANCE, NOW))
    assert desk.move("1;1;1", ADVANCE, NOW).status == "moved"
    assert held == [False]
    assert next(one["text"] for one in desk.show("1;1;1")["discussion"]) == "oi"
