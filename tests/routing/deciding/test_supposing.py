"""What if: supposed values and clocks, at the engine, the desk and the HTTP job."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from kit.workspaces import make_workspace

import routing
from repl.example import copy_example
from routing.desk.desk import Desk, open_desk
from routing.domain.decision import Hypothesis
from routing.failures import UnknownRules, WrongSupposition
from routing.http.workers.jobs import Asked, DeskJobs, carried_out

NOW = datetime(2026, 11, 24, 10, 0)
ADVANCE = routing.Request(action="advance", actor="1;2")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hipotese") / "compras"
    copy_example(path)
    return path


@pytest.fixture
def desk(folder: Path) -> Iterator[Desk]:
    with open_desk(folder) as made:
        yield made


def test_a_supposed_field_changes_the_plan_and_not_the_ticket(desk: Desk) -> None:
    ticket = desk.ticket("1;1;43")
    supposed = routing.suppose(desk.site, ticket, {"filial": "NE"})
    plan = routing.plan(desk.site, supposed, ADVANCE, NOW)
    assert plan.after is not None
    assert plan.after.step == 5
    assert ticket.fields["FILIAL"] == "MG"
    assert desk.ticket("1;1;43") == ticket


@pytest.mark.parametrize(
    ("name", "given", "attribute", "found"),
    [
        ("PRIORIDADE", "alta", "priority", "Alta"),
        ("ASSUNTO", None, "subject", ""),
        ("CAIXAPOSTAL", "2", "voicemail", 2),
        ("NIVELACESSO", 9, "access_level", 9),
        ("STATUS", "Agendado a responder", "status", "G"),
        ("ETAPA", "gestor", "step", 2),
        ("ETAPA", 3, "step", 3),
        ("ABERTO_POR", "1;3", "opener", "1;3"),
        ("ABERTURA", datetime(2026, 1, 2), "opened_at", datetime(2026, 1, 2)),
        ("FECHAMENTO", "", "closed_at", None),
    ],
)
def test_every_field_takes_values_of_its_kind(desk: Desk, name: str, given: Any, attribute: str, found: Any) -> None:
    assert getattr(routing.suppose(desk.site, desk.ticket("1;1;43"), {name: given}), attribute) == found


def test_parameters_extra_fields_and_holders(desk: Desk) -> None:
    ticket = desk.ticket("1;1;43")
    made = routing.suppose(desk.site, ticket, {"parametro.valor": "10,5", "FORNECEDOR": None, "GRUPO": "1;5"})
    assert (made.parameters["VALOR"], made.fields["FORNECEDOR"]) == (Decimal("10.5"), None)
    assert made.holder is not None
    assert made.holder.as_json() == {"group": "1;5"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"FILIALL": "x"}, "você quis dizer 'FILIAL'?"),
        ({"VALOR": 1}, "você quis dizer 'PARAMETRO.VALOR'?"),
        ({"CODIGO": 1}, "planeje sobre outro atendimento"),
        ({"PRIORIDADE": "Máxima"}, "Baixa, Normal, Alta, Urgente"),
        ({"PARAMETRO.VALOR": "muito"}, "é preciso um número"),
        ({"PARAMETRO.OUTRO": 1}, "PARAMETRO."),
        ({"ETAPA": "Lua"}, "1 Abertura"),
        ({"ATENDENTE": "9;9"}, "um atendente do diretório"),
        ({"CAIXAPOSTAL": "-1"}, "um número inteiro a partir de 0"),
        ({"STATUS": None}, "nunca fica vazio"),
        ({"ABERTURA": "amanhã"}, "é preciso uma data"),
        ({"ASSUNTO": True}, "é preciso um texto"),
        ({"PARAMETRO.VALOR": "25.000"}, "duas leituras: 25 ou 25000"),
    ],
)
def test_names_and_values_that_cannot_be(desk: Desk, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongSupposition) as fault:
        routing.suppose(desk.site, desk.ticket("1;1;43"), changes)
    assert said in fault.value.text()


def test_a_classification_brings_its_level_unless_that_is_supposed_too(tmp_path: Path) -> None:
    with open_desk(make_workspace(tmp_path / "pasta", settings="[classificacoes]\nSIGILO = 8\n")) as desk:
        ticket = desk.ticket("1;1;1")
        assert routing.suppose(desk.site, ticket, {"CLASSIFICACAO": "Sigilo"}).access_level == 8
        assert routing.suppose(desk.site, ticket, {"NIVELACESSO": 2, "CLASSIFICACAO": "Sigilo"}).access_level == 2


def test_the_desk_plans_a_hypothesis_and_says_so(desk: Desk) -> None:
    asked = Hypothesis(set={"parametro.valor": "1.5"}, now=datetime(2026, 12, 24, 9))
    plan = desk.plan("1;1;43", ADVANCE, NOW, asked)
    assert plan.now == datetime(2026, 12, 24, 9)
    assert plan.hypothesis is not None
    assert plan.hypothesis.as_json() == {"set": {"PARAMETRO.VALOR": "1.5"}, "now": "2026-12-24T09:00:00", "rules": None}
    assert plan.hypothesis.was == {"PARAMETRO.VALOR": Decimal("184900.00")}
    assert desk.plan("1;1;43", ADVANCE, NOW).as_json()["hypothesis"] is None


def ask(desk: Desk, **more: Any) -> tuple[int, Any]:
    asked = Asked({"ticket": "1;1;43", "action": "advance", "actor": "1;2", **more}, "pt", {}, NOW)
    answer = carried_out(DeskJobs(desk).plan, asked)
    return answer.status, json.loads(answer.body)


def test_http_takes_the_same_keys(desk: Desk) -> None:
    status, plan = ask(desk, set={"FILIAL": "NE"}, clear=["FORNECEDOR"], now="2026-12-24", rules="folder")
    assert status == 200
    assert plan["hypothesis"] == {"set": {"FILIAL": "NE", "FORNECEDOR": None}, "now": "2026-12-24T00:00:00", "rules": "folder"}
    assert plan["after"]["step"] == 5


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"set": {"FILIALL": 1}}, "hipotese-invalida"),
        ({"set": {"FILIAL": [1]}}, "hipotese-invalida"),
        ({"set": {"FILIAL": "NE"}, "clear": ["filial"]}, "hipotese-invalida"),
        ({"now": "já"}, "data-invalida"),
        ({"rules": "/etc"}, "regras-desconhecidas"),
    ],
)
def test_http_refuses_what_cannot_be_supposed(desk: Desk, more: dict[str, Any], code: str) -> None:
    status, problem = ask(desk, **more)
    assert (status, problem["code"]) == (422, code)
    assert "caminho de uma pasta" not in (problem["hint"] or "")


def test_rules_of_another_folder(desk: Desk, tmp_path: Path) -> None:
    from routing.releases.choosing import rules_named

    other = tmp_path / "outra"
    copy_example(other)
    (other / "formulas" / "repasse_compras.formula").write_text("AVANCARETAPA(4); '5'", encoding="utf-8")
    rules = rules_named(str(other), desk.site, desk.store)
    plan = desk.under(rules).plan("1;1;43", ADVANCE, NOW, Hypothesis(rules=rules.name))
    assert plan.after is not None
    assert plan.after.step == 4
    with pytest.raises(UnknownRules):
        rules_named("não existe", desk.site, desk.store)
