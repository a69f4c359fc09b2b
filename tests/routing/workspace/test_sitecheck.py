"""What `repasse check` says of a whole site, beyond its single files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from kit.paths import ROOT

from routing import check_workspace

EXAMPLE = ROOT / "examples" / "compras"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(EXAMPLE, tmp_path / "compras"))


def edit(path, old, new):
    text = path.read_text("utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), "utf-8")


def said(folder):
    return [
        (path.relative_to(folder).as_posix(), one.start.line, one.code)
        for path, faults in check_workspace(folder)
        for one in faults
    ]


def line_of(path, text):
    return next(number for number, line in enumerate(path.read_text("utf-8").splitlines(), 1) if text in line)


FLOWS = {
    "unreachable step": ("[[fluxo]]\nde = 1\npara = 4\n", "", 'nome = "Cotação"', "etapa-inalcancavel"),
    "dead end": ('ao_concluir = "R"\n', "", 'nome = "Conferência"', "etapa-sem-saida"),
    "nobody can fill": ('nome = "Gestor"', 'nome = "Gestor"\ninvisiveis = ["ASSUNTO"]', None, None),
    "no entry step": ("entrada = true\n", "", 'nome = "Aprovação de compra"', "sem-entrada"),
}


@pytest.mark.parametrize("name", FLOWS)
def test_flow(folder, name):
    old, new, where, code = FLOWS[name]
    path = folder / "tipos" / "compras.toml"
    edit(path, old, new)
    expected = [] if code is None else [("tipos/compras.toml", line_of(path, where), code)]
    assert [one for one in said(folder) if one[2] == code or code is None] == expected


def test_a_field_that_is_hidden_everywhere(folder):
    path = folder / "tipos" / "reembolso.toml"
    text = path.read_text("utf-8").replace('nome = "Pedido"', 'nome = "Pedido"\ninvisiveis = ["PARAMETRO.VALOR"]')
    text = text.replace('nome = "Financeiro"', 'nome = "Financeiro"\nsomente_leitura = ["PARAMETRO.VALOR"]')
    path.write_text(text.replace('nome = "Correção"', 'nome = "Correção"\ninvisiveis = ["PARAMETRO.VALOR"]'), "utf-8")
    assert said(folder) == [("tipos/reembolso.toml", line_of(path, "obrigatorios"), "obrigatorio-sem-quem-preencha")]


def test_formulas_that_advance_in_a_ring(folder):
    (folder / "formulas" / "avisa_gestor.formula").write_text("AVANCARETAPA('Conferência')", "utf-8")
    (folder / "formulas" / "volta.formula").write_text("AVANCARETAPA(2)", "utf-8")
    path = folder / "tipos" / "compras.toml"
    edit(path, 'nome = "Conferência"', 'nome = "Conferência"\nao_entrar = ["volta"]')
    path.write_text(path.read_text("utf-8") + "\n[[fluxo]]\nde = 6\npara = 2\n", "utf-8")
    assert said(folder) == [("tipos/compras.toml", line_of(path, 'nome = "Gestor"'), "formulas-em-anel")]


@pytest.mark.parametrize(
    ("old", "new", "literal"),
    [("SETVAR(APROVADOR, '1;1')", "'1;99'", "1;99"), ("'', '1;1')", "'', '1;7')", "1;7")],
    ids=["value of the formula", "argument of ENVIAEMAILREPASSE"],
)
def test_literal_destinations_that_resolve_to_nobody(folder, old, new, literal):
    path = folder / "formulas" / "repasse_gestor.formula"
    edit(path, old, new)
    found = [one for one in said(folder) if one[2] == "destino-sem-receptor"]
    assert found == [("formulas/repasse_gestor.formula", line_of(path, f"'{literal}'"), "destino-sem-receptor")]


def test_every_fault_of_a_formula_in_its_place(folder):
    (folder / "formulas" / "avisa_gestor.formula").write_text("SETVAR(A, 1);\nNAOEXISTE(1)", "utf-8")
    found = said(folder)
    assert {(one[0], one[1]) for one in found} == {
        ("formulas/avisa_gestor.formula", 1),
        ("formulas/avisa_gestor.formula", 2),
    }


def test_a_type_without_a_group_when_others_have_one(folder):
    edit(folder / "tipos/compras.toml", "email_abertura = true", 'email_abertura = true\ngrupo = "1;5"')
    assert said(folder) == [("tipos/reembolso.toml", 3, "tipo-sem-grupo")]
