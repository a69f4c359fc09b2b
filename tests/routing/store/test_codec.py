"""Decisions as they are kept: read back they are what they were, and their explanation is read when somebody asks."""

from __future__ import annotations

import json
from datetime import datetime

import attrs
import pytest
from kit import sites

from routing.deciding.planner import plan
from routing.domain.decision import Plan, Reason, Request
from routing.messages import message
from routing.releases.again import same
from routing.store.codec import read_plan, write_plan

NOW = datetime(2026, 11, 24, 10, 0)
TRAP = 'Texto com ,"explanation":[ e "}] no meio'


def decided(subject: str = "Compra") -> Plan:
    """A plan that goes a step on and hands over, with a mail, an entry and a formula's chain."""
    site = sites.formula_site("SE PRIORIDADE = 'Urgente' ENTAO ADICIONARDISCUSSAO('visto') FIMSE; '1;3'")
    made = plan(site, sites.ticket(subject=subject), Request(action="advance", actor="1;2", justification=subject), NOW)
    assert made.applies
    assert made.effects
    assert made.entries
    assert made.mails
    return made


@pytest.mark.parametrize("subject", ["Compra", TRAP])
def test_a_kept_plan_is_what_it_was(subject: str) -> None:
    made = decided(subject)
    back = read_plan(write_plan(made))
    assert back.as_json() == made.as_json()
    assert back.as_json("en") == made.as_json("en")
    assert json.loads(back.as_text("pt", json.dumps)) == json.loads(json.dumps(made.as_json()))
    assert [(line.text, line.where, line.kind, line.data) for line in back.explanation] == [
        (line.text, line.where, line.kind, line.data) for line in made.explanation
    ]
    assert back.explanation.heaviest() == made.explanation.heaviest()
    assert write_plan(back) == write_plan(made), "also when it is kept again"


def test_a_plan_kept_with_its_explanation_elsewhere_is_read_too() -> None:
    made = decided()
    text = write_plan(made)
    head, tail = text.split(',"explanation":[')
    moved = f'{{"explanation":[{tail[:-1]},{head[1:]}}}'
    assert read_plan(moved) == read_plan(text)


def test_what_is_known_from_elsewhere_is_put_in() -> None:
    back = read_plan(write_plan(decided()), decision=7, rules="abc", people="def")
    assert (back.decision, back.rules, back.people) == (7, "abc", "def")


OTHER = Reason("outra", message("outra"))


@pytest.mark.parametrize(
    "other",
    [
        {"status": "refused"}, {"gate": "G4"}, {"reason": OTHER}, {"effects": ()}, {"mails": ()}, {"entries": ()},
        {"warnings": (OTHER,)}, {"after": sites.ticket(step=4)}, {"before": None},
    ],
)  # fmt: skip
def test_what_counts_for_the_same_decision(other: dict) -> None:
    made = decided()
    assert same(made, read_plan(write_plan(made)))
    assert not same(made, attrs.evolve(made, **other))


def test_a_sentence_made_of_other_parts_is_the_same_sentence() -> None:
    made = attrs.evolve(decided(), warnings=(Reason("a", message("a {b}", b="c")),))
    assert same(made, attrs.evolve(made, warnings=(Reason("a", message("a c")),)))
