"""Answers about the example workspace, and what breaks them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from kit.paths import ROOT
from kit.workspaces import make_workspace

import routing
from repl.commands import run
from routing.proving.checking import Judged, answered, check_site_properties, judged_properties
from routing.proving.proving import answer_property
from routing.proving.reading import read_properties
from routing.proving.solver import Solver
from routing.testing.bench import Bench
from routing.testing.cases import read_cases
from routing.testing.run import run_case

pytestmark = pytest.mark.slow


@pytest.fixture
def workspace(tmp_path):
    folder = tmp_path / "compras"
    shutil.copytree(ROOT / "examples" / "compras", folder)
    return folder


def edited(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def answered(folder: Path, within: float = 60.0, *, only: str = "", proves: bool = True):
    """The answers to the properties of a workspace, by name; only one when named."""
    site = routing.load_workspace(folder)
    files = read_properties(site, folder)
    assert [fault for one in files for fault in one.faults] == []
    with Solver(proves=proves) as solver:
        return {
            one.name: answer_property(site, one, solver, within=within)
            for file in files
            for one in file.properties
            if only in one.name
        }


MUTANTS = (
    (
        "a conferência vem sempre depois do gestor",
        "tipos/compras.toml",
        "[[fluxo]]\nde = 3",
        "[[fluxo]]\nde = 4\npara = 6\n\n[[fluxo]]\nde = 3",
    ),
    (
        "nenhuma fórmula da compra falha",
        "formulas/avisa_gestor.formula",
        "> 20000 E",
        "> 20000 / (PARAMETROATENDIMENTO('VALOR', 'V') - 77) E",
    ),
    ("todo repasse da compra tem destino", "formulas/repasse_gestor.formula", "SETVAR(APROVADOR, '1;4');", ""),
    (
        "ninguém inativo recebe uma compra",
        "diretorio.toml",
        'email = "gustavo.reis@serraazul.example.com"\nativo = false',
        'email = "g@exemplo.com.br"',
    ),
    ("compra grande avisa a controladoria antes da Diretoria", "formulas/repasse_gestor.formula", "VALOR > 20000", "VALOR > 25000"),
    ("compra pequena não avisa a controladoria", "formulas/repasse_gestor.formula", "VALOR > 20000", "VALOR > 19999.99"),
    ("sem centro de custo não se chega à Diretoria", "tipos/compras.toml", 'obrigatorios = ["PARAMETRO.CENTRO"]\n', ""),
    ("o valor não muda no caminho", "formulas/avisa_gestor.formula", "PRIORIDADE=Alta", "PARAMETRO1.VALOR=20000"),
)


@pytest.mark.parametrize(("name", "file", "old", "new"), MUTANTS, ids=[one[0] for one in MUTANTS])
@pytest.mark.parametrize("proves", [True, False], ids=["solver", "search"])
def test_a_mutant_of_the_rules_breaks_each(workspace, name, file, old, new, proves):
    edited(workspace, file, old, new)
    answer = answered(workspace, only=name, proves=proves)[name]
    assert answer.answer == "fails"
    assert answer.ticket is not None
    passes(workspace, answer)


def passes(workspace, answer):
    """The case of a counter-example is what happens now: it holds when it is run."""
    case = workspace / "casos" / "achado.casos.toml"
    case.parent.mkdir(exist_ok=True)
    case.write_text(answer.case, encoding="utf-8")
    (one,) = read_cases(case).cases
    ran = run_case(one, Bench(workspace, routing.load_workspace(workspace)))
    assert ran.status == "passed", ran


AWAY = (
    'email = "ana@exemplo.com.br"\n',
    'email = "ana@exemplo.com.br"\nausente = { de = 2026-01-05, ate = 2026-01-09, substituto = "1;4" }\n',
)
SUBSTITUTE = """[[propriedade]]
nome = "só Ana confere"
tipo = 10
quando = "PRIORIDADE <> 'Urgente'"
nunca = { recebe = "1;4" }
menos = ["mudar"]
"""


def test_a_kept_way_names_who_receives_for_an_absent_person(tmp_path):
    """What the rule names ('1;3') is not who receives (the substitute): a case of the way holds on any day."""
    folder = make_workspace(tmp_path, formula="'1;3'")
    edited(folder, "diretorio.toml", *AWAY)
    (folder / "propriedades").mkdir()
    (folder / "propriedades" / "a.toml").write_text(SUBSTITUTE, "utf-8")
    (found,) = answered(folder).values()
    assert found.answer == "fails"
    assert 'recebedor = "1;4"' in found.case
    assert "destino =" not in found.case
    passes(folder, found)


def test_check_warns_and_publishing_is_told(workspace):
    (workspace / "propriedades/compras.toml").write_text(LARGE, "utf-8")
    edited(workspace, *NARROW)
    site = routing.load_workspace(workspace)
    found = check_site_properties(site, workspace, Judged(60))
    assert [(path.name, [(one.code, one.severity) for one in faults]) for path, faults in found] == [
        ("compras.toml", [("propriedade-falha", "warning")])
    ]
    assert [one.name for one, _ in judged_properties(site, within=60).failing] == [
        "compra grande avisa a controladoria antes da Diretoria"
    ]


DAYS = """[[propriedade]]
nome = "prazo"
tipo = 10
nunca = { falha = true }
"""


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("SE DIASUTEIS('24/11/2026', PARAMETROATENDIMENTO('FIM')) = 3 ENTAO MTDATA(31, 2, 2026) SENAO '1;3' FIMSE", "fails"),
        ("SE DIASUTEIS(PARAMETROATENDIMENTO('FIM'), '24/11/2026') = 2 ENTAO MTDATA(31, 2, 2026) SENAO '1;3' FIMSE", "fails"),
    ],
)
def test_working_days_to_a_free_date_are_searched(tmp_path, text, answer):
    folder = make_workspace(tmp_path, formula=f"SE PARAMETROATENDIMENTO('FIM') = DATANULA ENTAO '1;3' SENAO {text} FIMSE")
    edited(folder, "tipos/compra.toml", 'PEDIDO = "String" }', 'PEDIDO = "String", FIM = "Data" }')
    edited(folder, "repasse.toml", 'idioma = "pt"\n', 'idioma = "pt"\n[calendario]\nferiados = "BR"\nfolgas = [2026-11-25]\n')
    (folder / "propriedades").mkdir()
    (folder / "propriedades" / "a.toml").write_text(DAYS, "utf-8")
    (made,) = answered(folder).values()
    assert made.answer == answer


def test_what_comes_due_is_a_way_too(workspace):
    path = workspace / "propriedades" / "x.toml"
    path.write_text(STEADY, encoding="utf-8")
    (found,) = answered(workspace, only="reembolso não sobe").values()
    assert found.answer == "fails"
    assert [move.action for move in found.moves][-1] == "expire"
    case = workspace / "casos" / "achado.casos.toml"
    case.write_text(found.case, encoding="utf-8")
    (one,) = read_cases(case).cases
    assert run_case(one, Bench(workspace, routing.load_workspace(workspace))).status == "passed"
    edited(workspace, "tipos/reembolso.toml", 'ao_vencer = ["cobra_financeiro"]', "")
    (found,) = answered(workspace, only="reembolso não sobe").values()
    assert found.answer == "proved"


STEADY = """[[propriedade]]
nome = "reembolso não sobe de prioridade"
tipo = 20
nunca = { muda = "PRIORIDADE" }
menos = ["mudar"]
"""


LARGE = """[[propriedade]]
nome = "compra grande avisa a controladoria antes da Diretoria"
tipo = 10
quando = "VALOR > 20000"
sempre = { email = "controladoria@serraazul.example.com" }
ate = "Diretoria"
menos = ["mudar"]
"""
NARROW = ("formulas/repasse_gestor.formula", "VALOR > 20000", "VALOR > 25000")


def test_a_release_that_breaks_a_property_needs_to_be_accepted(workspace, capsys):
    (workspace / "propriedades/compras.toml").write_text(LARGE, "utf-8")
    assert run(["publish", str(workspace)]) == 0
    edited(workspace, *NARROW)
    capsys.readouterr()
    assert run(["publish", str(workspace)]) == 1
    said = capsys.readouterr().err
    assert "1 propriedade não vale com estas regras" in said
    assert "compra grande avisa a controladoria" in said
    assert run(["publish", str(workspace), "--accept"]) == 0


def test_versions_are_named_as_diff_names_them(workspace, capsys):
    assert run(["publish", str(workspace)]) == 0
    edited(workspace, "formulas/repasse_gestor.formula", "VALOR > 20000", "NAO (VALOR <= 20000)")
    capsys.readouterr()
    assert run(["prove", str(workspace), "--versions", "published", "folder", "--format", "json", "--within", "60"]) == 0
    found = {one["name"].split()[0]: one["answer"] for one in json.loads(capsys.readouterr().out)["properties"]}
    assert found["repasse_gestor"] == "proved"
    assert run(["diff", str(workspace), "published", "folder"]) == 0
    assert "fórmula repasse_gestor: igual para todos os atendimentos" in capsys.readouterr().out


def test_properties_are_items_of_the_test_command(workspace, capsys):
    assert run(["test", str(workspace), "--format", "json"]) == 0
    before = {one["name"]: one["status"] for one in json.loads(capsys.readouterr().out)["cases"]}
    assert before["nenhuma fórmula da compra falha"] == "passed"
    edited(workspace, "formulas/avisa_gestor.formula", "> 20000 E", "> 20000 / (PARAMETROATENDIMENTO('VALOR', 'V') - 77) E")
    assert run(["test", str(workspace), "-k", "nenhuma and falha"]) == 1
    said = capsys.readouterr().out
    assert "este atendimento mostra que não vale" in said
    assert 'falha = "divisao-por-zero"' in said
