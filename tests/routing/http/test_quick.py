"""Plans decided in the serving process are those of the other processes, or none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from kit.servers import postgres_database
from kit.workspaces import FORMULA, make_workspace

from routing.desk.desk import Desk, open_desk
from routing.desk.small_budget import BUDGET
from routing.http.app import build_app
from routing.http.bodies import MoveBody
from routing.http.quick import BUSY, LONG, QuickDesk, quick_desk
from routing.http.service import Service
from routing.http.workers.jobs import Answer, Asked, DeskJobs

NOW = datetime(2026, 11, 24, 10, 0)
ENDLESS = "DECL I; SETVAR(I, 0); ENQUANTO 1 = 1 FACA SETVAR(I, I + 1) FIMENQ; '1;3'"
LOOP = "DECL I; SETVAR(I, 0); ENQUANTO I < {turns} FACA SETVAR(I, I + 1) FIMENQ; '1;3'"


def body(**more: Any) -> MoveBody:
    return MoveBody.model_validate({"ticket": "1;1;1", "action": "advance", "actor": "1;2"} | more)


def both(desk: Desk, asked: MoveBody, version: int | None = None) -> tuple[Answer | None, Answer]:
    """The quick answer and that of the processes."""
    quick = quick_desk(desk, ())
    assert quick is not None
    options = {"version": version}
    return quick.plan(asked, "pt", options, NOW), DeskJobs(desk).plan(Asked(asked.model_dump(), "pt", options, NOW))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(make_workspace(tmp_path / "pasta")) as made:
        yield made


def desk_with(folder: Path, formula: str, settings: str = "") -> Desk:
    return open_desk(make_workspace(folder / "pasta", formula=formula, settings=settings))


@pytest.mark.parametrize(
    "asked",
    [
        body(), body(ticket="1;1;2"), body(actor=None), body(actor="9;9"), body(version=7), body(ticket="1;1;999"), body(ticket="?"),
        body(action="voar"), body(action="handoff", to="1;4", reason=3, justification="férias"), body(action="wait"),
        body(action="schedule", wake_up="2026-12-01", deadline="2026-12-04", reason=1, justification="prazo"), body(to=9),
    ],
    ids=lambda asked: ",".join(f"{name}={value}" for name, value in asked.model_dump(exclude_none=True).items()),
)  # fmt: skip
def test_a_quick_plan_is_the_plan(desk: Desk, asked: MoveBody) -> None:
    quick, slow = both(desk, asked)
    assert quick == slow


def test_a_stale_version_is_the_same_refusal(desk: Desk) -> None:
    quick, slow = both(desk, body(), version=7)
    assert quick is not None
    assert (quick, quick.status) == (slow, 412)


@pytest.mark.parametrize("turns", [10, 500, BUDGET["steps"] - 1])
def test_steps_are_counted_the_same(tmp_path: Path, turns: int) -> None:
    with desk_with(tmp_path, LOOP.format(turns=turns)) as desk:
        quick, slow = both(desk, body())
        assert quick == slow


@pytest.mark.parametrize(
    "formula",
    [
        ENDLESS,
        LOOP.format(turns=BUDGET["steps"] + 1),
        "DECL A; SETVAR(A, 'x'); ENQUANTO 1 = 1 FACA SETVAR(A, CONCAT(A, A)) FIMENQ; A",
        f"DECL A; SETVAR(A, REPETE('x', {BUDGET['text'] + 1})); '1;3'",
        "1 / CAMPOATENDIMENTO('CAIXAPOSTAL')",
        "DECL A; SETVAR(A, 10); ENQUANTO A > 0 FACA SETVAR(A, A * A) FIMENQ; '1;3'",
    ],
)
def test_what_needs_more_or_fails_is_left_to_the_processes_and_rests(tmp_path: Path, formula: str) -> None:
    with desk_with(tmp_path, formula) as desk:
        quick = quick_desk(desk, ())
        assert quick is not None
        quick.rested = 0.0
        assert quick.plan(body(), "pt", {}, NOW) is None
        assert quick.rested > 0.0


def test_while_it_rests_nothing_is_tried(desk: Desk) -> None:
    quick = quick_desk(desk, ())
    assert quick is not None
    quick.rested = float("inf")
    assert quick.plan(body(), "pt", {}, NOW) is None


def test_a_stop_of_the_formula_is_an_answer(tmp_path: Path) -> None:
    with desk_with(tmp_path, "ANALISAR('85', '27')") as desk:
        quick, slow = both(desk, body())
        assert quick == slow
        assert quick is not None
        assert b'"status":"stopped"' in quick.body


def test_no_sentence_is_read(tmp_path: Path) -> None:
    folder = make_workspace(
        tmp_path / "pasta", formula="EXECSQL('QUEM'); '1;3'", settings='[fontes]\npadrao = "sqlite:///dados.sqlite"\n'
    )
    (folder / "sentencas").mkdir()
    (folder / "sentencas" / "QUEM.sql").write_text("SELECT 1 AS UM", encoding="utf-8")
    (folder / "dados.sqlite").touch()
    with open_desk(folder) as desk:
        quick, slow = both(desk, body())
        assert quick is None
        assert b'"status":"planned"' in slow.body


def test_a_draft_is_left_to_the_processes(desk: Desk) -> None:
    quick, _ = both(desk, body())
    assert quick is not None
    made = quick_desk(desk, ())
    assert made is not None
    assert made.plan(body(action="open", ticket="1;1;70", draft={"tipo": 10}), "pt", {}, NOW) is None


def test_a_site_with_a_plugin_s_functions_or_own_templates_has_none(desk: Desk) -> None:
    from formula.builtins import TABLE
    from routing.mail.letters import compile_templates

    assert quick_desk(None, ()) is None
    foreign = attrs.evolve(next(iter(TABLE.values())))
    assert quick_desk(attrs.evolve(desk, site=attrs.evolve(desk.site, functions={**TABLE, "ALHEIA": foreign})), ()) is None
    assert quick_desk(attrs.evolve(desk, site=attrs.evolve(desk.site, handoff_kinds={"alheio": print})), ()) is None
    assert quick_desk(attrs.evolve(desk, templates=compile_templates({"handoff.txt": "Olá"})), ()) is None


def test_a_database_server_is_never_waited_for(tmp_path: Path) -> None:
    with postgres_database() as url, desk_with(tmp_path, FORMULA, f'banco = "{url}"\n') as desk:
        assert quick_desk(desk, ()) is None


@pytest.mark.parametrize(
    ("waited", "used", "rests"),
    [(LONG * 1.5, 0.0, True), (BUSY * 1.5, BUSY * 1.5, True), (LONG * 0.9, BUSY * 0.9, False)],
    ids=["others waited", "the processor was busy", "the machine was busy with others"],
)
def test_an_attempt_that_took_long_is_answered_and_the_next_ones_rest(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, waited: float, used: float, rests: bool
) -> None:
    from routing.http import quick as http_quick

    quick = quick_desk(desk, ())
    assert isinstance(quick, QuickDesk)
    times = iter([100.0, 100.0 + waited])
    monkeypatch.setattr(http_quick.time, "monotonic", lambda: next(times))
    own = iter([5.0, 5.0 + used])
    monkeypatch.setattr(http_quick.time, "thread_time", lambda: next(own))
    assert quick.plan(body(), "pt", {}, NOW) is not None
    assert (quick.rested > 100.0) is rests


def test_masked_fields_stay_hidden_when_other_rules_decide(tmp_path: Path) -> None:
    """What the serving process plans by itself hides what its processes hide, before a change of rules and after."""
    folder = make_workspace(tmp_path / "pasta", settings='[servico]\nmascarar = ["PEDIDO"]\n', formula=TELLS.format("a"))
    service = build_app(str(folder)).state.service
    bodies = [quick_body(service)]
    (folder / "formulas" / "vez.formula").write_text(TELLS.format("b"), encoding="utf-8")
    for _ in range(2):  # a state counts when it is the same at two looks
        service.rules.look()
    service.changed(service.rules.active)
    bodies.append(quick_body(service))
    assert ['"text":"a ' in bodies[0], '"text":"b ' in bodies[1]] == [True, True]
    assert not any("P-1" in one for one in bodies)
    service.desk.close()


TELLS = "ADICIONARDISCUSSAO(CONCAT('{} ', PARAMETROATENDIMENTO('PEDIDO'))); '1;3'"


def quick_body(service: Service) -> str:
    """A plan of the serving process itself, however busy the machine is."""
    service.quick.rested = 0.0
    answer = service.quick.plan(body(), "pt", {}, NOW)
    assert answer is not None
    return answer.body.decode()
