"""Runs that depend on fields and parameters alone are made once for the same values; nothing that a plan says tells it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import attrs
import pytest
from kit import sites

from formula.types import ANY
from routing import Request, plan
from routing.deciding.formulas import LONGEST_KEPT, MOST_KEPT
from routing.domain.model import changed

LOOP = "DECL I; SETVAR(I, 0); REPITA SETVAR(I, I + 1) ATE I = 3; '1;3'"
REQUEST = Request(action="advance", actor="1;2")


def runs_of(site, *tickets, now=sites.NOW):
    """Plans of tickets on one site, each as on a fresh one, and how many runs were kept."""
    for ticket in tickets:
        again, fresh = plan(site, ticket, REQUEST, now), plan(attrs.evolve(site), ticket, REQUEST, now)
        assert again.as_json("pt") == fresh.as_json("pt")
        assert again.as_json("en") == fresh.as_json("en")
    return len(site.runs)


def test_the_same_values_are_one_run_and_others_another():
    site = sites.formula_site("SE PRIORIDADE = 'Alta' ENTAO '1;4' SENAO '1;3' FIMSE")
    ticket = sites.ticket()
    assert runs_of(site, ticket, ticket, changed(ticket, version=7)) == 1
    assert runs_of(site, changed(ticket, priority="Alta")) == 2


@pytest.mark.parametrize("values", [(1, True), (0, False), (Decimal("1.0"), 1), (Decimal("1.50"), Decimal("1.5")), ("1", 1)])
def test_equal_in_python_is_not_equal_to_a_formula(values):
    site = attrs.evolve(sites.formula_site("SE NOTA = 1 ENTAO '1;4' SENAO '1;3' FIMSE"), extra_fields={"NOTA": ANY})
    made = [plan(site, changed(sites.ticket(), fields={"NOTA": one}), REQUEST, sites.NOW) for one in values]
    fresh = [plan(attrs.evolve(site), changed(sites.ticket(), fields={"NOTA": one}), REQUEST, sites.NOW) for one in values]
    assert [one.as_json() for one in made] == [one.as_json() for one in fresh]


@pytest.mark.parametrize(
    "formula",
    [
        "SE HOJE = HOJE ENTAO '1;3' SENAO '1;4' FIMSE",
        "SE USUARIOCORRENTE = 'x' ENTAO '1;4' SENAO '1;3' FIMSE",
        "ADICIONARDISCUSSAO(USUARIOCORRENTE); '1;3'",
        LOOP.replace("3;", "300;"),
    ],
)
def test_what_depends_on_more_is_run_each_time(formula):
    site = sites.formula_site(formula)
    assert runs_of(site, sites.ticket(), sites.ticket()) == 0
    runs_of(site, sites.ticket(), now=sites.NOW + timedelta(days=1))


@pytest.mark.parametrize(
    "formula",
    [
        "ADICIONARDISCUSSAO(ASSUNTO); '1;3'",
        LOOP.replace("; '1;3'", "; ADICIONARDISCUSSAO(I); '1;3'"),
        "ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta'); '1;3'",
        "AVANCARETAPA(3); '1;3'",
        "SE PRIORIDADE = 'Alta' ENTAO ADICIONARSOLUCAO('alta') FIMSE; ADICIONARSOLICITACAO(CONCAT(ASSUNTO, '!')); '1;3'",
        "ENVIAEMAILREPASSE('bruno@exemplo.com.br', 'compras@exemplo.com.br', '', '1;3'); '1;3'",
    ],
)
def test_what_a_run_asks_for_is_asked_for_again(formula):
    site = sites.formula_site(formula)
    ticket = sites.ticket()
    assert runs_of(site, ticket, ticket) == 1
    assert plan(site, ticket, REQUEST, sites.NOW).effects == plan(attrs.evolve(site), ticket, REQUEST, sites.NOW).effects != ()


def test_few_are_kept():
    site = sites.formula_site("SE ASSUNTO = 'x' ENTAO '1;4' SENAO '1;3' FIMSE")
    for number in range(MOST_KEPT + 5):
        plan(site, changed(sites.ticket(), subject=f"Pedido {number}"), REQUEST, sites.NOW)
    assert 0 < len(site.runs) <= MOST_KEPT


def test_long_ones_are_not_kept():
    site = sites.formula_site("CONCAT(ASSUNTO, ASSUNTO); '1;3'")
    assert runs_of(site, changed(sites.ticket(), subject="x" * LONGEST_KEPT)) == 0
    assert runs_of(site, changed(sites.ticket(), request="x" * (LONGEST_KEPT + 1))) == 0
    assert runs_of(site, changed(sites.ticket(), subject="x" * (LONGEST_KEPT // 2))) == 0
    assert runs_of(site, sites.ticket()) == 1
