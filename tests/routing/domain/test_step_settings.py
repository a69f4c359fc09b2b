"""Formulas that fill obligatory fields only after G8: every kind, told by ``check`` and in the refusal (rout-28)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

import routing
from repl.example import copy_example
from routing.desk.desk import open_desk
from routing.domain.decision import Request
from routing.domain.step_settings import filled_by

NOW = datetime(2026, 11, 24, 10, 0)
FILL = "ALTERARCAMPOATENDIMENTO('PRODUTO=ERP')"


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("ALTERARCAMPOATENDIMENTO('ASSUNTO=Novo; PARAMETRO1.VALOR=3')", {"ASSUNTO", "PARAMETRO.VALOR"}),
        ('ALTERARCAMPOATENDIMENTO(CONCAT("produto = ", PRIORIDADE))', {"PRODUTO"}),
        ("ADICIONARSOLUCAO('feito'); '1;3'", {"ACAO.SOLUCAO"}),
        ("FORMULA('outra')", {"PRODUTO"}),
        ("CONCAT('ASSUNTO=', '1')", set()),
        ("FORMULA('eu')", set()),
    ],
)
def test_what_a_formula_fills(text: str, items: set[str]) -> None:
    assert filled_by("eu", {"EU": text, "OUTRA": FILL}) == items


PLACES = {
    "a fórmula que escolhe a etapa, 'preenche'": [('formula = "repasse_gestor"', 'formula = "preenche"')],
    "a fórmula de saída 'preenche'": [('ao_sair = ["registra_parecer"]', 'ao_sair = ["preenche"]')],
    "a fórmula de repasse 'preenche'": [
        ('repasse = "atendente"\ndestino = "1;9"\nobrigatorios', 'repasse = "formula"\nformula = "preenche"\nobrigatorios')
    ],
    "a fórmula de entrada 'preenche'": [('nome = "Diretoria"', 'nome = "Diretoria"\nao_entrar = ["preenche"]')],
}  # fmt: skip


def compras(folder: Path, edits: list[tuple[str, str]], text: str) -> Path:
    """The example with a product that Diretoria asks for, and a formula."""
    place = folder / "compras"
    copy_example(place)
    kind = place / "tipos" / "compras.toml"
    written = kind.read_text("utf-8")
    for old, new in [('obrigatorios = ["PARAMETRO.CENTRO"]', 'obrigatorios = ["PARAMETRO.CENTRO", "PRODUTO"]'), *edits]:
        assert old in written
        written = written.replace(old, new)
    kind.write_text(written, "utf-8")
    tickets = place / "atendimentos" / "compras.toml"
    tickets.write_text(tickets.read_text("utf-8").replace("caixa_postal = 2", "caixa_postal = 0"), "utf-8")
    (place / "formulas" / "preenche.formula").write_text(text, "utf-8")
    return place


def late(place: Path) -> list[tuple[str, str]]:
    """What ``check`` says of fields filled too late."""
    faults = routing.check_workspace(place)
    return [(path.name, str(one.message)) for path, found in faults for one in found if one.code == "obrigatorio-preenchido-tarde"]


@pytest.mark.parametrize("said", PLACES)
def test_every_kind_is_told_by_check_and_in_the_refusal(tmp_path: Path, said: str) -> None:
    place = compras(tmp_path, PLACES[said], f"{FILL}; AVANCARETAPA('Diretoria'); '1;9'")
    assert late(place) == [("compras.toml", f"o que {said} preenche (PRODUTO) só vale depois da verificação que o exige (G8)")]
    with open_desk(place) as desk:
        ticket = next(one for one in desk.site.tickets.values() if one.step == 2 and one.type == 10)
        plan = desk.plan(ticket.key, Request(action="advance", to=None if "escolhe" in said else 3, actor="1;1"), NOW)
    assert plan.gate == "G8", plan.reason
    assert plan.reason is not None
    assert f"o que {said} preenche só vale depois desta verificação" in str(plan.reason.hint)


def test_a_formula_that_fills_in_time_is_not_told(tmp_path: Path) -> None:
    place = compras(tmp_path, [('ao_entrar = ["avisa_gestor"]', 'ao_entrar = ["avisa_gestor", "preenche"]')], FILL)
    assert late(place) == []


def test_the_example_has_none(tmp_path: Path) -> None:
    assert late(compras(tmp_path, [], "'1;9'")) == []
