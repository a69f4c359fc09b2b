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
    return Path(shutil.copytree(EXAMPLE, tmp_path / "compras", ignore=shutil.ignore_patterns("propriedades")))  # they take time


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
    assert said(folder) == [("tipos/contrato.toml", 3, "tipo-sem-grupo"), ("tipos/reembolso.toml", 3, "tipo-sem-grupo")]


def test_a_receiver_that_does_not_exist_is_followed_through_variables(folder):
    path = folder / "formulas" / "repasse_gestor.formula"
    path.write_text("DECL QUEM, OUTRO;\nSETVAR(QUEM, '1;3');\nSETVAR(OUTRO, '1;77');\nSETVAR(QUEM, OUTRO);\nQUEM\n", "utf-8")
    assert [one for one in said(folder) if one[0].startswith("formulas/")] == [
        ("formulas/repasse_gestor.formula", 3, "destino-sem-receptor")
    ]


def test_an_inactive_receiver_is_followed_into_an_argument(folder):
    directory = folder / "diretorio.toml"
    directory.write_text(directory.read_text("utf-8") + INACTIVE, "utf-8")
    path = folder / "formulas" / "repasse_gestor.formula"
    path.write_text("DECL QUEM;\nSETVAR(QUEM, '1;88');\nREPASSARATENDIMENTO(QUEM, 1, 'férias');\n'1;3'\n", "utf-8")
    assert [one for one in said(folder) if one[0].startswith("formulas/")] == [
        ("formulas/repasse_gestor.formula", 2, "destino-sem-receptor")
    ]


def test_a_substitute_who_is_inactive(folder):
    away = '[[atendente]]\ncoligada = 1\ncodigo = 89\nnome = "Noé"\nemail = "noe@exemplo.com.br"\n'
    away += 'ausente = { de = 2026-01-01, ate = 2026-01-09, substituto = "1;88" }\n'
    directory = folder / "diretorio.toml"
    directory.write_text(directory.read_text("utf-8") + INACTIVE + away, "utf-8")
    assert [(file, code) for file, _, code in said(folder)] == [("diretorio.toml", "destino-inativo")]


INACTIVE = '\n[[atendente]]\ncoligada = 1\ncodigo = 88\nnome = "Lino"\nemail = "lino@exemplo.com.br"\nativo = false\n'


def test_a_key_of_repasse_toml_that_nobody_reads(folder):
    path = folder / "repasse.toml"
    path.write_text('chefia_a_partr = "usuario"\n' + path.read_text("utf-8"), "utf-8")
    ((_, (fault,)),) = [one for one in check_workspace(folder) if one[0].name == "repasse.toml"]
    assert (fault.code, fault.start.line, fault.hint) == ("chave-desconhecida", 1, "você quis dizer 'chefia_a_partir'?")


def test_a_sentence_that_binds_a_formula_nobody_has(folder):
    (folder / "sentencas").mkdir(exist_ok=True)
    text = (
        "-- :FRM_NADA num comentário\nselect ':FRM_NADA' as x\nfrom regra where setor = :FRM_REPASSE_GESTR and c = :FRM_COLIGADA\n"
    )
    (folder / "sentencas" / "PORSETOR.sql").write_text(text, "utf-8")
    settings = folder / "repasse.toml"
    if "[fontes]" not in settings.read_text("utf-8"):
        settings.write_text(settings.read_text("utf-8") + '\n[fontes]\npadrao = "sqlite:///dados.sqlite"\n', "utf-8")
    (fault,) = [one for path, faults in check_workspace(folder) if path.name == "PORSETOR.sql" for one in faults]
    assert (fault.code, fault.severity, fault.start.line) == ("formula-desconhecida", "error", 3)
    assert fault.message == "a sentença usa :FRM_REPASSE_GESTR, e não há fórmula nem função 'REPASSE_GESTR'"
    assert fault.hint == "você quis dizer REPASSE_GESTOR?"
