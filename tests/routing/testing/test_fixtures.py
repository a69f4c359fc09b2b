"""Fixtures and strategies for developers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kit.paths import ROOT

import formula
import routing
from routing.testing import contexts, desk, formula_case, repasse_workspace, site, ticket, tickets  # noqa: F401 - fixtures
from routing.workspace.folder import load_workspace

EXAMPLE = ROOT / "examples" / "compras"
NOW = datetime(2026, 11, 24, 10, 0)


@pytest.fixture
def repasse_workspace() -> Path:
    return EXAMPLE


def test_formula_case(formula_case: Any) -> None:
    assert formula_case("repasse_gestor", parametros={"VALOR": "20000.01"}, campos={"PRIORIDADE": "Alta"}).value == "1;1"
    assert formula_case(texto="CONCAT(USUARIOCORRENTE, '!')", usuario="ana").value == "ana!"
    with pytest.raises(LookupError, match="não existe"):
        formula_case("repasse_gerente")


def test_site_and_ticket_make_a_plan(site: routing.load_workspace, ticket: Any) -> None:  # type: ignore[valid-type]
    plan = routing.plan(site, ticket("1;1;42", prioridade="Normal"), routing.Request(action="advance", actor="1;2"), NOW)
    assert plan.after.holder.key == "1;3"
    with pytest.raises(LookupError, match="1;1;999"):
        ticket("1;1;999")


def test_desk_has_its_own_database(desk: Any) -> None:
    assert desk.move("1;1;42", routing.Request(action="advance", actor="1;2"), NOW).status == "moved"
    assert not (EXAMPLE / "dados.sqlite").exists()


SITE = load_workspace(EXAMPLE)
SCHEMA = formula.Schema(parameters={"VALOR": "numero"}, functions={"RC": "numero"})
RULE = formula.compile(
    "SE PARAMETROATENDIMENTO('VALOR', 'V') > RC() E PRIORIDADE = 'Alta' ENTAO ABERTURA SENAO ASSUNTO FIMSE", SCHEMA
)


@given(contexts(SCHEMA, user="ana"))
@settings(max_examples=40, deadline=None)
def test_contexts_fit_their_schema(context: formula.Context) -> None:
    assert context.user == "ana"
    assert RULE.run(context).status == "ok"


@given(tickets(SITE, 10), st.sampled_from(["advance", "conclude", "wait"]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_tickets_can_be_planned_on(made: Any, action: str) -> None:
    plan = routing.plan(SITE, made, routing.Request(action=action, actor="1;9", to=None), NOW)
    assert plan.status in {"planned", "refused", "fault", "stopped"}
    assert plan == routing.plan(SITE, made, routing.Request(action=action, actor="1;9", to=None), NOW)
