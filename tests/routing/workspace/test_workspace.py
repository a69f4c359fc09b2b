"""Reading a workspace: what is in it, and every fault of every file at once with its line."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from kit.paths import ROOT

from routing import Request, check_workspace, load_workspace, plan
from routing.domain.model import Absence, Edge, attendant_holder
from routing.errors import WorkspaceError
from routing.workspace.folder import read_workspace

EXAMPLE = ROOT / "examples" / "compras"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(EXAMPLE, tmp_path / "compras"))


def edit(path, old, new):
    text = path.read_text("utf-8")
    assert text.count(old) >= 1, old
    path.write_text(text.replace(old, new, 1), "utf-8")


def found(folder, severity="error"):
    """Faults as (file, line, code), in order."""
    _, files = read_workspace(folder)
    return [
        (path.relative_to(folder).as_posix(), one.start.line, one.code)
        for path, faults in files
        for one in faults
        if one.severity == severity
    ]


def line_of(path, text):
    return next(number for number, line in enumerate(path.read_text("utf-8").splitlines(), 1) if text in line)


def test_the_example_has_no_fault():
    assert check_workspace(EXAMPLE) == []


def test_what_the_example_holds():
    site = load_workspace(EXAMPLE)
    assert len(site.tickets) >= 6
    assert site.people.attendants["1;4"].absence == Absence(date(2026, 11, 20), date(2026, 12, 1), "1;3")
    assert site.types[10].edges[0] == Edge(1, 2)
    assert site.tickets["1;1;42"].holder == attendant_holder("1;2")
    assert site.tickets["1;1;44"].parameters["VALOR"] == Decimal("860.40")
    assert site.classifications == {"SIGILOSA": 7}


def test_a_broken_toml_file_has_its_line_and_the_others_are_still_read_but_for_what_names_it(folder):
    edit(folder / "tipos/reembolso.toml", 'nome = "Reembolso de despesa"', "nome = ")
    edit(folder / "diretorio.toml", 'chefe = "1;9"', 'chefe = "1;99"')
    assert found(folder) == [
        ("diretorio.toml", line_of(folder / "diretorio.toml", '"1;99"'), "atendente-desconhecido"),
        ("tipos/reembolso.toml", 3, "toml-invalido"),
    ]


FAULTS = {
    "missing formula": ("tipos/compras.toml", 'formula = "repasse_gestor"', 'formula = "repasse_gerente"', "formula-desconhecida"),
    "missing entry formula": (
        "tipos/compras.toml",
        'ao_entrar = ["avisa_gestor"]',
        'ao_entrar = ["avisa"]',
        "formula-desconhecida",
    ),
    "second entry step": ("tipos/compras.toml", 'nome = "Cotação"', 'nome = "Cotação"\nentrada = true', "segunda-entrada"),
    "unknown member": ("diretorio.toml", '"1;2", "1;5", "1;6"', '"1;2", "1;55", "1;6"', "atendente-desconhecido"),
    "unknown chief": ("diretorio.toml", 'chefe = "1;1"', 'chefe = "1;88"', "atendente-desconhecido"),
    "unknown substitute": ("diretorio.toml", 'substituto = "1;3"', 'substituto = "1;33"', "atendente-desconhecido"),
    "cyclic chief": ("diretorio.toml", 'usuario = "helena"', 'usuario = "helena"\nchefe = "1;2"', "chefia-em-anel"),
    "unknown fixed receiver": ("tipos/compras.toml", 'destino = "1;9"', 'destino = "1;90"', "atendente-desconhecido"),
    "unknown fixed group": ("tipos/compras.toml", 'destino = "5"', 'destino = "55"', "grupo-desconhecido"),
    "edge to nowhere": ("tipos/compras.toml", "para = 4", "para = 14", "etapa-desconhecida"),
    "unknown obligatory field": ("tipos/compras.toml", '"PARAMETRO.VALOR"', '"PARAMETRO.PRECO"', "campo-obrigatorio-desconhecido"),
    "unknown handoff kind": ("tipos/compras.toml", 'repasse = "grupo"', 'repasse = "fila"', "valor-invalido"),
    "fixed handoff without receiver": ("tipos/compras.toml", 'destino = "1;9"\n', "", "sem-destino"),
    "unknown type": ("atendimentos/compras.toml", "tipo = 20", "tipo = 21", "tipo-desconhecido"),
    "unknown step": ("atendimentos/compras.toml", "etapa = 2", "etapa = 20", "etapa-desconhecida"),
    "status letter": ("atendimentos/compras.toml", 'status = "A"', 'status = "Z"', "valor-invalido"),
    "priority": ("atendimentos/compras.toml", 'prioridade = "Urgente"', 'prioridade = "Máxima"', "valor-invalido"),
    "number as text": ("diretorio.toml", "codigo = 9", 'codigo = "9"', "valor-invalido"),
    "parameter of the wrong kind": ("atendimentos/compras.toml", 'VALOR = "1500.00"', 'VALOR = "mil"', "valor-invalido"),
    "parameter kind": ("tipos/compras.toml", 'VALOR = "Real"', 'VALOR = "Dinheiro"', "valor-invalido"),
    "missing key": ("diretorio.toml", 'nome = "Helena Castro"\n', "", "chave-ausente"),
    "absence backwards": ("diretorio.toml", "ate = 2026-12-01", "ate = 2026-11-01", "valor-invalido"),
    "bad date": ("diretorio.toml", "de = 2026-11-20", 'de = "31/02/2026"', "valor-invalido"),
    "same attendant twice": ("diretorio.toml", "codigo = 4\n", "codigo = 3\n", "codigo-repetido"),
    "same step twice": ("tipos/compras.toml", 'codigo = 4\nnome = "Cotação"', 'codigo = 3\nnome = "Cotação"', "codigo-repetido"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_reported_with_file_and_line(folder, name):
    file, old, new, code = FAULTS[name]
    edit(folder / file, old, new)
    faults = found(folder)
    assert code in {one[2] for one in faults}
    assert file in {one[0] for one in faults if one[2] == code}
    assert all(line >= 1 for _, line, _ in faults)
    with pytest.raises(WorkspaceError) as caught:
        load_workspace(folder)
    assert caught.value.files


GONE = {
    "holder": ('atendente = "1;3"', 'atendente = "1;333"', "atendente-desconhecido"),
    "opener": ('aberto_por = "1;2"', 'aberto_por = "1;222"', "atendente-desconhecido"),
    "parameter": ("parametros = { VALOR =", "parametros = { VALLOR =", "parametro-desconhecido"),
    "field": ("campos = { FILIAL =", "campos = { FILIALL =", "campo-desconhecido"),
    "classification": ('classificacao = "SIGILOSA"', 'classificacao = "SIGILLOSA"', "classificacao-desconhecida"),
    "client": ('cliente = "P100"', 'cliente = "P101"', "cliente-desconhecido"),
}


@pytest.mark.parametrize("name", GONE)
def test_a_sample_that_names_what_is_gone_is_told_and_the_rest_works(folder, name):
    old, new, code = GONE[name]
    path = folder / "atendimentos/compras.toml"
    number = path.read_text("utf-8").splitlines().index(next(line for line in path.read_text("utf-8").splitlines() if old in line))
    edit(path, old, new)
    assert found(folder) == [("atendimentos/compras.toml", number + 1, code)]
    before, site = load_workspace(EXAMPLE), load_workspace(folder)
    (left_out,) = set(before.tickets) - set(site.tickets)
    asked = plan(site, None, Request(action="advance"), datetime(2026, 11, 24), key=left_out)
    assert (asked.gate, asked.reason.code) == ("G1", "atendimento-desconhecido")
    assert f"atendimentos/compras.toml, linha {number + 1}" in asked.reason.hint


def test_the_line_is_that_of_the_key(folder):
    edit(folder / "diretorio.toml", '"1;2", "1;5", "1;6"', '\n  "1;2",\n  "1;55",\n  "1;6",\n')
    assert found(folder) == [("diretorio.toml", line_of(folder / "diretorio.toml", '"1;55"'), "atendente-desconhecido")]


def test_all_faults_of_all_files_at_once(folder):
    for name in ("unknown chief", "missing formula", "edge to nowhere", "unknown type", "priority"):
        file, old, new, _ = FAULTS[name]
        edit(folder / file, old, new)
    assert {code for _, _, code in found(folder)} == {
        "atendente-desconhecido",
        "formula-desconhecida",
        "etapa-desconhecida",
        "tipo-desconhecido",
        "valor-invalido",
    }


def test_a_chief_ring_is_told_once_and_whole(folder):
    edit(folder / "diretorio.toml", 'usuario = "helena"', 'usuario = "helena"\nchefe = "1;3"')
    _, files = read_workspace(folder)
    rings = [one for _, faults in files for one in faults if one.code == "chefia-em-anel"]
    assert [str(one.message) for one in rings] == ["referência circular: 1;9 → 1;3 → 1;1 → 1;9"]


def test_a_type_without_entry_step_is_told(folder):
    edit(folder / "tipos/reembolso.toml", "entrada = true\n", "")
    assert ("tipos/reembolso.toml", 3, "sem-entrada") in found(folder, "warning")


def test_an_unknown_key_offers_the_near_one(folder):
    edit(folder / "diretorio.toml", "nivel = 9", "nivell = 9")
    _, files = read_workspace(folder)
    assert [(one.code, str(one.hint)) for _, faults in files for one in faults] == [
        ("chave-desconhecida", "você quis dizer 'nivel'?")
    ]


def test_a_formula_in_windows_1252_is_read_with_a_lint(folder):
    path = folder / "formulas" / "repasse_filial.formula"
    text = "/* até cinco mil */ '5'"
    path.write_bytes(text.encode("cp1252"))
    assert load_workspace(folder).formulas["REPASSE_FILIAL"].text == text
    assert found(folder, "lint") == [("formulas/repasse_filial.formula", 1, "codificacao")]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(WorkspaceError, match="não existe"):
        load_workspace(tmp_path / "nada")


def test_two_formula_files_of_one_code(folder):
    (folder / "formulas" / "REPASSE_FILIAL.formula").write_text("'5'", "utf-8")
    assert [code for _, _, code in found(folder)] == ["codigo-repetido"]


@pytest.mark.parametrize(
    "text", ["", "\x00", "[[[", "a = 'é", "[[atendente]]\n[[atendente]]\n", "= 1", "atendente = 3", "x" * 5000]
)
def test_any_text_as_a_directory_gives_faults_and_no_exception(folder, text):
    (folder / "diretorio.toml").write_text(text, "utf-8")
    assert found(folder) != []


DISTRIBUTIONS = {
    "unknown": ('distribuicao = "sorteio"', "valor-invalido"),
    "nobody fixed": ('distribuicao = "atendente"', "chave-ausente"),
    "not a member": ('distribuicao = "atendente"\natendente = "1;9"', "atendente-fora-do-grupo"),
    "fixed but in turns": ('distribuicao = "rodizio"\natendente = "1;2"', "atendente-fora-do-grupo"),
    "in turns": ('distribuicao = "rodizio"', None),
    "fixed, mere spaces": ('distribuicao = "atendente"\natendente = " 1 ; 2 "', None),
    "fixed": ('distribuicao = "atendente"\natendente = "1;2"', None),
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_the_distribution_of_a_group(folder, name):
    written, code = DISTRIBUTIONS[name]
    path = folder / "diretorio.toml"
    members = next(line for line in path.read_text("utf-8").splitlines() if line.startswith("membros") and '"1;2"' in line)
    edit(path, members, f"{members}\n{written}")
    assert [one[2] for one in found(folder)] == ([] if code is None else [code])


def test_a_fixed_attendant_who_is_inactive(folder):
    path = folder / "diretorio.toml"
    gone = '\n[[atendente]]\ncoligada = 1\ncodigo = 88\nnome = "Lino"\nemail = "lino@exemplo.com.br"\nativo = false\n'
    group = '\n[[grupo]]\ncoligada = 1\ncodigo = 44\nnome = "Fiscal"\nmembros = ["1;88", "1;2"]\ndistribuicao = "atendente"\natendente = "1;88"\n'
    path.write_text(path.read_text("utf-8") + gone + group, "utf-8")
    assert ("diretorio.toml", "destino-inativo") in [(one[0], one[2]) for one in found(folder, "warning")]
