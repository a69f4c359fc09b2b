"""What a plan costs: against its formula's own run, and as a site grows."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest
from kit import sites

from routing import Request, plan
from routing.deciding.formulas import ticket_context
from routing.deciding.move import Move
from routing.domain.model import Attendant, Edge, Group, Step
from routing.domain.people import NoWorkload, people_of
from routing.domain.site import FormulaText

FORMULA = Path(__file__).with_name("forty_lines.formula").read_text("utf-8")
REQUEST = Request(action="advance", actor="1;2")


def per_call(*works, rounds=40, calls=20):
    """The best time of each work, taken in turn so that a busy machine disturbs all alike; in seconds."""
    best = [float("inf")] * len(works)
    for _ in range(rounds):
        for number, work in enumerate(works):
            begin = perf_counter()
            for _ in range(calls):
                work()
            best[number] = min(best[number], (perf_counter() - begin) / calls)
    return best


def small():
    return sites.formula_site(FORMULA)


def large():
    """The same type with 1,000 steps, among 5,000 people, 500 groups and 1,000 formulas."""
    steps = (*sites.STEPS, *(Step(code=code, name=f"Etapa {code}", handoff="manter") for code in range(6, 1001)))
    edges = (*sites.EDGES, *(Edge(code, code + 1) for code in range(6, 1000)))
    crowd = [Attendant(coligada=9, code=code, name=f"P{code}", chief=f"9;{code // 2}") for code in range(1, 5001)]
    groups = [
        Group(coligada=9, code=code, name=f"G{code}", members=tuple(f"9;{code * 10 + one}" for one in range(10)))
        for code in range(1, 500)
    ]
    texts = {f"F{number}": FormulaText(f"F{number}", "'1;3'") for number in range(1000)}
    made = sites.formula_site(
        FORMULA, steps=steps, edges=edges, people=people_of((*sites.PEOPLE, *crowd), (*sites.GROUPS, *groups))
    )
    made.formulas.update(texts)
    made.formula_texts.update({code: one.text for code, one in texts.items()})
    return made


def planning(site):
    ticket = sites.ticket()
    assert plan(site, ticket, REQUEST, sites.NOW).status == "planned"
    return lambda: plan(site, ticket, REQUEST, sites.NOW)


def running(site):
    ticket = sites.ticket()
    context = ticket_context(Move(site, REQUEST, sites.NOW, ticket, ticket, None, NoWorkload(), site.people.attendants["1;2"]))
    rule = site.rule("gestor", ticket)
    return lambda: rule.run(context)


@pytest.mark.slow
def test_a_plan_costs_at_most_forty_runs_of_its_formula():
    assert len(FORMULA.splitlines()) == 40
    site = small()
    planned, ran = per_call(planning(site), running(site))
    assert planned <= 40 * ran, f"{planned * 1e6:.0f} µs for {ran * 1e6:.1f} µs"


@pytest.mark.slow
def test_a_large_site_costs_no_more():
    little, much = per_call(planning(small()), planning(large()), rounds=80)
    assert much <= 1.1 * little, f"{much * 1e6:.0f} µs against {little * 1e6:.0f} µs"
