"""Eighty-seven questions why a move does not lead to somebody or something, over three invented places: none is answered with what is
not so, and nearly all are answered with what would have to differ."""

from __future__ import annotations

import tomllib
from pathlib import Path

import attrs
import pytest
from kit.astray import HERE, NOW, OPENERS, names, workspace

import routing
from routing.domain.decision import Hypothesis
from routing.explaining.targets import Target, targets
from routing.explaining.whynot import reached

MOVES = tomllib.loads((HERE / "porquenao.toml").read_text("utf-8"))["movimento"]


@attrs.frozen
class Asked:
    """A question with its answer, as a person reads it, and what in it is not so."""

    question: str
    answer: str
    useful: bool
    false: str | None


def asked(desk: routing.Desk, move: dict) -> list[Asked]:
    """The questions of a move, each with its answer."""
    key, opener = OPENERS[move["ambiente"]]
    key = move.get("atendimento", key)
    ticket = desk.ticket(key)
    request = routing.Request(action=move.get("acao", "advance"), actor=move.get("ator", opener), to=move.get("para"))
    made = []
    for question, pieces in move["perguntas"]:
        plan = desk.plan(key, request, NOW, expected=question)
        found = plan.why_not
        assert found is not None
        text = "\n".join([str(found.answer), str(found.where or ""), *(str(link.text) for link in found.because)])
        wanted = targets(desk.site, ticket.type, ticket.coligada, question)
        made.append(Asked(f"{key} {question}", text, names(pieces, text), untrue(desk, plan, question, wanted)))
    return made


def untrue(desk: routing.Desk, plan: routing.Plan, question: str, wanted: list[Target]) -> str | None:
    """What an answer says that is not so: that the move leads there, or that nobody is called so, or a change that does not lead
    there, or that no way of a formula does where one does."""
    found = plan.why_not
    assert found is not None
    text = " ".join([str(found.answer), *(str(link.text) for link in found.because)])
    there = any(reached(plan, one) for one in wanted)
    if text.startswith(("é quem recebe", "é para onde vai", "é como fica", "recebe e-mail")) is not there:
        return "diz que leva, ou que não leva"
    if ("não existe: nem pessoa" in text) is bool(wanted):
        return "diz que não existe, ou que existe"
    if found.change is not None:
        again = desk.plan(plan.ticket, plan.request, NOW, Hypothesis(set=found.change))
        if not any(reached(again, one) for one in wanted):
            return "a mudança não leva"
    if "não dá" in text and any(one.holder is not None and one.holder.key in text.partition("dá:")[2] for one in wanted):
        return "diz que não dá o que a lista dá"
    return None


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[Asked]:
    """All of them."""
    made: list[Asked] = []
    for number, move in enumerate(MOVES):
        folder: Path = tmp_path_factory.mktemp(f"move{number}")
        with routing.open_desk(workspace(folder / "w", move)) as desk:
            made += asked(desk, move)
    assert len(made) == 87
    return made


def test_no_answer_is_false(answers: list[Asked]) -> None:
    assert [one for one in answers if one.false is not None] == []


def test_nearly_all_answers_are_useful(answers: list[Asked]) -> None:
    poor = [one for one in answers if not one.useful]
    assert len(answers) - len(poor) >= 70, "\n\n".join(f"{one.question}\n  {one.answer}" for one in poor)
