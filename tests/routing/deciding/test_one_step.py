"""One run asks for one step: two different ones would pass a step in which nobody decided."""

from __future__ import annotations

import pytest
from kit import sites

from routing import Request, plan
from routing.domain.model import Edge, Step

STEPS = (
    Step(code=1, name="Pedido", entry=True),
    Step(code=2, name="Conferência", handoff="manter"),
    Step(code=3, name="Tesouraria", handoff="manter"),
)
WAYS = (Edge(1, 2), Edge(1, 3), Edge(2, 3))


def decided(text, steps=STEPS, others=(), to=None):
    site = sites.site(formulas={"caminho": text, **dict(others)}, steps=steps, edges=WAYS, kind={"formula": "caminho"})
    return plan(site, sites.ticket(), Request(action="advance", actor="1;2", to=to), sites.NOW)


@pytest.mark.parametrize("text", [
    "AVANCARETAPA('Tesouraria'); AVANCARETAPA('Conferência')",
    "AVANCARETAPA('Conferência'); AVANCARETAPA('Tesouraria')",
    "AVANCARETAPA(2);\nSE PRIORIDADE = 'Urgente' ENTAO AVANCARETAPA(3) FIMSE; '1;3'",
    "DECL N; SETVAR(N, 2); REPITA AVANCARETAPA(N); SETVAR(N, N + 1) ATE N > 3; '1;3'",
    "AVANCARETAPA(2); AVANCARETAPA('Almoxarifado')",
])  # fmt: skip
def test_two_different_steps_refuse_the_move(text):
    made = decided(text)
    assert (made.status, made.gate, made.reason.code) == ("refused", "G7", "duas-etapas-pedidas")
    assert made.after == made.before


def test_the_refusal_names_both_places():
    made = decided("AVANCARETAPA(2);\n  AVANCARETAPA('Tesouraria');\n'1;3'")
    for part in ("2 'Conferência' em caminho, linha 1, coluna 1", "3 'Tesouraria' em caminho, linha 2, coluna 3"):
        assert part in made.reason.message


def test_a_place_lies_in_the_formula_that_was_called():
    made = decided("AVANCARETAPA(2);\noutra;\n'1;3'", others={"outra": "\n\nAVANCARETAPA(3)"})
    assert "caminho, linha 1" in made.reason.message
    assert "outra, linha 3" in made.reason.message


@pytest.mark.parametrize("text", [
    "AVANCARETAPA('Conferência'); AVANCARETAPA(2); AVANCARETAPA('conferência'); '1;3'",
    "SE PRIORIDADE = 'Urgente' ENTAO AVANCARETAPA(2) SENAO AVANCARETAPA(3) FIMSE; '1;3'",
])  # fmt: skip
def test_the_same_step_twice_is_one(text):
    made = decided(text)
    assert made.status == "planned", made.reason
    assert [(one.from_step, one.to_step) for one in made.steps] == [(1, 2)]


def test_two_formulas_of_one_step_ask_for_one_step_too():
    steps = (STEPS[0], Step(code=2, name="Conferência", handoff="manter", on_entry=("um", "dois")), STEPS[2],
             Step(code=4, name="Arquivo", handoff="manter"))  # fmt: skip
    site = sites.site(formulas={"um": "AVANCARETAPA(3)", "dois": "AVANCARETAPA('Arquivo')"}, steps=steps,
                      edges=(Edge(1, 2), Edge(2, 3), Edge(3, 4)))  # fmt: skip
    made = plan(site, sites.ticket(), Request(action="advance", actor="1;2"), sites.NOW)
    assert (made.status, made.gate, made.reason.code) == ("refused", "G7", "duas-etapas-pedidas")
    assert "um pede 3 'Tesouraria', e dois pede 4 'Arquivo'" in made.reason.message


def test_formulas_of_one_step_may_agree():
    steps = (STEPS[0], Step(code=2, name="Conferência", handoff="manter", on_entry=("um", "dois")), STEPS[2])
    site = sites.site(formulas={"um": "AVANCARETAPA(3)", "dois": "AVANCARETAPA('Tesouraria')"}, steps=steps, edges=WAYS)
    made = plan(site, sites.ticket(), Request(action="advance", actor="1;2", to=2), sites.NOW)
    assert [(one.from_step, one.to_step) for one in made.steps] == [(1, 2), (2, 3)]


def test_one_step_after_the_other_stays_possible():
    steps = (STEPS[0], Step(code=2, name="Conferência", handoff="manter", on_entry=("segue",)), STEPS[2])
    site = sites.site(formulas={"segue": "AVANCARETAPA(3)"}, steps=steps, edges=WAYS)
    made = plan(site, sites.ticket(), Request(action="advance", actor="1;2", to=2), sites.NOW)
    assert [(one.from_step, one.to_step) for one in made.steps] == [(1, 2), (2, 3)]


@pytest.mark.parametrize(("asked", "status"), [("'Tesouraria'", "refused"), ("'Conferência'", "planned")])
def test_a_formula_run_on_leaving_asks_for_no_other_step(asked, status):
    steps = (Step(code=1, name="Pedido", entry=True, on_exit=("saida",)), *STEPS[1:])
    site = sites.site(formulas={"saida": f"AVANCARETAPA({asked})"}, steps=steps, edges=WAYS)
    made = plan(site, sites.ticket(), Request(action="advance", actor="1;2", to=2), sites.NOW)
    assert (made.status, [one.to_step for one in made.steps]) == (status, [2] if status == "planned" else [])
