"""Coverage equals hand-labelled fixtures exactly, in our own table and in coverage.py's reports."""

from __future__ import annotations

import tomllib
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from kit.paths import ROOT

from routing.testing.bench import Benches
from routing.testing.cases import cases_of
from routing.testing.coverage.files import reports
from routing.testing.coverage.measure import Measures
from routing.testing.coverage.table import as_json, table_lines
from routing.testing.run import run_case

LABELLED = """\
/* linhas executáveis: 4, 5, 7, 8, 10, 13, 14, 15, 17 e 18 */
DECL I, SOMA;

SETVAR(I, 0);
SETVAR(SOMA, 0);
REPITA
  SETVAR(SOMA, SOMA + I);
  SETVAR(I, I + 1)
ATE
  I > 2;

/* duas condições em uma, e um SE sem SENAO */
SE SOMA > 2 E NAO (PRIORIDADE = 'Alta' OU PRIORIDADE = 'Urgente') ENTAO
  SETVAR(SOMA, 100);
  SOMA + 1;
FIMSE;
SE SOMA = 3 ENTAO 'três' SENAO 'outro' FIMSE;
ENQUANTO SOMA > 1000 FACA SETVAR(SOMA, 0) FIMENQ;
"""


def measured(folder: Path, formula: str, *contexts: str) -> Measures:
    (folder / "f.formula").write_text(formula, encoding="utf-8")
    path = folder / "x.casos.toml"
    text = 'formula = "f"\n' + "".join(
        f"[[caso]]\nnome = '{number}'\n{context}\nespera.status = 'ok'\n" for number, context in enumerate(contexts)
    )
    path.write_text(text, encoding="utf-8")
    measures, bench = Measures(), Benches().of(path)
    for case in cases_of(text, path).cases:
        watch, plans = measures.watches(bench, case)
        run_case(case, bench, watch=watch, plans=plans)
    return measures


@pytest.mark.parametrize(
    ("priorities", "lines", "branches", "conditions"),
    [
        # Alta: SOMA > 2 é V; = 'Alta' é V; = 'Urgente' não é vista; SOMA = 3 é V; laços: ATE F e V, ENQUANTO F
        (["Alta"], {4, 5, 7, 8, 10, 13, 17, 18}, 5, 6),
        # Normal: entra no SE; SOMA = 3 é F
        (["Normal"], {4, 5, 7, 8, 10, 13, 14, 15, 17, 18}, 5, 7),
        (["Alta", "Normal"], {4, 5, 7, 8, 10, 13, 14, 15, 17, 18}, 7, 9),
        (["Alta", "Normal", "Urgente"], {4, 5, 7, 8, 10, 13, 14, 15, 17, 18}, 7, 10),
    ],
)
def test_hand_labelled(tmp_path: Path, priorities: list[str], lines: set[int], branches: int, conditions: int) -> None:
    measures = measured(tmp_path, LABELLED, *(f"contexto.campos.PRIORIDADE = '{one}'" for one in priorities))
    (one,) = measures.formulas.values()
    assert one.lines == {4, 5, 7, 8, 10, 13, 14, 15, 17, 18}
    assert one.reached == lines
    assert one.branch_count == (branches, 8)
    assert one.condition_count == (conditions, 12)


def test_two_tests_on_one_line_count_apart(tmp_path: Path) -> None:
    measures = measured(
        tmp_path,
        "SE CAIXAPOSTAL > 1 ENTAO 1 SENAO SE CAIXAPOSTAL > 0 ENTAO 2 SENAO 3 FIMSE FIMSE",
        "contexto.campos.CAIXAPOSTAL = 1",
    )
    (one,) = measures.formulas.values()
    assert (one.line_count, one.branch_count) == ((1, 1), (2, 4))


def test_a_run_that_breaks_reached_its_last_line(tmp_path: Path) -> None:
    measures = measured(tmp_path, "SE CAIXAPOSTAL = 0 ENTAO\n  1 / CAIXAPOSTAL;\n  2\nFIMSE", "contexto.campos.CAIXAPOSTAL = 0")
    (one,) = measures.formulas.values()
    assert one.reached == {1, 2}


def test_reports_of_coverage_py_have_the_same_figures(tmp_path: Path) -> None:
    measures = measured(tmp_path, LABELLED, "contexto.campos.PRIORIDADE = 'Alta'", "contexto.campos.PRIORIDADE = 'Normal'")
    (one,) = measures.formulas.values()
    made = reports(
        measures,
        html=str(tmp_path / "html"),
        lcov=str(tmp_path / "l.info"),
        cobertura=str(tmp_path / "c.xml"),
        data=tmp_path / "dados",
    )
    assert len(made) == 3
    lcov = (tmp_path / "l.info").read_text(encoding="utf-8").splitlines()
    assert {int(line[3:].split(",")[0]) for line in lcov if line.startswith("DA:")} == one.lines
    assert {"LF:10", "LH:10", "BRF:8", "BRH:7"} <= set(lcov)
    root = ET.parse(tmp_path / "c.xml").getroot()
    assert (root.get("lines-valid"), root.get("lines-covered"), root.get("branches-valid"), root.get("branches-covered")) == (
        "10",
        "10",
        "8",
        "7",
    )
    page = next(path for path in (tmp_path / "html").glob("*f_formula.html")).read_text(encoding="utf-8")
    assert "SOMA > 1000 nunca é VERDADE" in unescape(page)
    assert "SOMA > 1000 nunca" not in page


def test_formulas_that_others_call_are_measured(tmp_path: Path) -> None:
    (tmp_path / "diretorio.toml").write_text("", encoding="utf-8")
    (tmp_path / "formulas").mkdir()
    called = tmp_path / "formulas" / "classe.formula"
    # 4 linhas; 1 teste com OU: 2 ramos e 4 condições
    called.write_text(
        "SE PRIORIDADE = 'Alta' OU\n   CAIXAPOSTAL > 2 ENTAO\n  'A'\nSENAO\n  'B'\nFIMSE;\n1 = 1;\nOUTRA\n", encoding="utf-8"
    )
    (tmp_path / "formulas" / "outra.formula").write_text(
        "SE CAIXAPOSTAL > 1 ENTAO\n  1 / (CAIXAPOSTAL - 2);\n  'nunca'\nFIMSE", encoding="utf-8"
    )
    measures = measured(
        tmp_path,
        "SE FORMULA('classe') = '' ENTAO 1 SENAO 2 FIMSE",
        "contexto.campos = { PRIORIDADE = 'Baixa', CAIXAPOSTAL = 1 }",
        "contexto.campos = { PRIORIDADE = 'Baixa', CAIXAPOSTAL = 2 }",
    )
    found = {one.code.lower(): one for one in measures.formulas.values()}
    classe, outra = found["classe"], found["outra"]
    assert (classe.path, classe.reached) == (str(called), {1, 5, 7, 8})
    assert (classe.line_count, classe.branch_count, classe.condition_count) == ((4, 5), (1, 2), (2, 4))
    assert outra.reached == {1, 2}
    assert (outra.line_count, outra.branch_count) == ((2, 3), (2, 2))
    assert measures.add_untouched([Benches().of(tmp_path / "x.casos.toml")]) == []
    assert len(measures.formulas) == 3


def test_untouched_formulas_of_a_workspace_count_as_missing(tmp_path: Path) -> None:
    (tmp_path / "diretorio.toml").write_text("", encoding="utf-8")
    (tmp_path / "formulas").mkdir()
    (tmp_path / "formulas" / "nunca.formula").write_text("SE VERDADE ENTAO 1 FIMSE", encoding="utf-8")
    measures = measured(tmp_path, "1", "")
    from routing.testing.bench import open_bench

    assert measures.add_untouched([open_bench(tmp_path)]) == []
    assert measures.totals()[0] == (1, 2)
    assert measures.percent() == 100 * 1 / 6


HAND_LABELLED = tomllib.loads((Path(__file__).parent / "labels.toml").read_text(encoding="utf-8"))["formula"]


@pytest.mark.parametrize("label", HAND_LABELLED, ids=[one["nome"] for one in HAND_LABELLED])
def test_labels_made_by_hand_with_what_stands_in(tmp_path: Path, label: dict[str, Any]) -> None:
    measures = measured(tmp_path, label["texto"], *label["contextos"])
    (one,) = measures.formulas.values()
    assert sorted(one.lines) == label["linhas"]
    assert sorted(one.reached) == label["alcancadas"]
    assert one.branch_count == tuple(label["ramos"])
    assert one.condition_count == tuple(label["condicoes"])
    assert measures.totals()[0] == (len(label["alcancadas"]), len(label["linhas"]))


def test_actions_mails_and_effects_of_a_site_are_counted() -> None:
    place = ROOT / "examples" / "compras" / "casos" / "x.casos.toml"
    bench = Benches().of(place)
    text = (
        "tipo = 10\nacao = 'advance'\ncontexto.agora = 2026-11-24T10:00:00\natendimento = '1;1;42'\n"
        "[[caso]]\nnome = 'avança'\nespera.etapa = 2\n[[caso]]\nnome = 'recusado'\nacao = 'conclude'\nator = '1;5'\nespera.portao = 'G4'\n"
    )
    measures = Measures()
    for case in cases_of(text, place).cases:
        watch, plans = measures.watches(bench, case)
        assert run_case(case, bench, watch=watch, plans=plans).status == "passed"
    measures.add_untouched([bench])
    (figures,) = as_json(measures)["sites"]
    (site,) = measures.sites.values()
    assert site.actions == {"advance"}  # what was refused has not been done
    assert {"approve", "expire", "remind"} <= site.all_actions()
    assert not {"mail"} & site.all_actions()
    assert site.mails == {"handoff"}
    effects = sum(len(one.effects) for one in measures.of_site(site))
    assert (figures["actions"][0], figures["mails"], figures["effects"]) == (1, [1, 4], [1, effects])
    said = "\n".join(table_lines(measures))
    assert "e-mails: 1/4   25%; faltam de abertura, de lembrete, de fórmula" in said
    assert "repasse_gestor:9" in said
    missing = {(one.code, effect.line) for one in measures.of_site(site) for effect in one.missing_effects()}
    assert ("repasse_gestor", 9) in missing
    other = Measures()
    other.add_data(measures.as_data(), lambda _: bench)
    assert as_json(other)["sites"] == as_json(measures)["sites"]
