"""Proposed cases reach every branch; mutants are noticed or come with a case that would notice."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import attrs
import pytest
from kit.paths import ROOT

from repl.commands import run as command
from routing.deciding.planner import plan as decide
from routing.domain.decision import Request
from routing.domain.site import FormulaText
from routing.testing.bench import Bench, Benches, open_bench
from routing.testing.case import DEFAULT_NOW, Case
from routing.testing.cases import cases_of
from routing.testing.coverage.measure import Measures
from routing.testing.keeping import kept
from routing.testing.proposing.generate import go, proposal, start
from routing.testing.proposing.mutants import Mutant, changed_text, changes, mutants, strengthen, targets
from routing.testing.proposing.people import vary_people
from routing.testing.proposing.search import Search
from routing.testing.proposing.site_mutants import site_mutants, site_targets
from routing.testing.run import FAILED, PASSED, prepare, run_case
from routing.testing.suite import find_files, gather

EXAMPLE = ROOT / "examples" / "compras"


def searched(formula: str, folder: Path, context: str = "") -> Search:
    (folder / "f.formula").write_text(formula, encoding="utf-8")
    case = cases_of(f"formula = 'f'\n{context}\n[[caso]]\nnome = 'x'\nretrato = true\n", folder / "x.casos.toml").cases[0]
    search = start(prepare(case, Benches().of(folder / "x.casos.toml")))
    go(search)
    return search


@pytest.mark.parametrize("code", [path.stem for path in sorted((EXAMPLE / "formulas").glob("*.formula"))])
def test_every_branch_of_the_example_is_reached_and_the_proposal_passes(code: str) -> None:
    place = EXAMPLE / "casos" / "proposta.casos.toml"
    bench = Benches().of(place)
    case = cases_of(f"formula = '{code}'\n[[caso]]\nnome = 'x'\nretrato = true\n", place).cases[0]
    search = start(prepare(case, bench))
    go(search)
    assert search.missing == set()
    measures = Measures()
    for made in cases_of(proposal(search), place).cases:
        watch, plans = measures.watches(bench, made)
        result = run_case(made, bench, watch=watch, plans=plans)
        assert (made.name, result.status, result.mismatches, result.faults) == (made.name, PASSED, (), ())
    (one,) = measures.formulas.values()
    assert one.branch_count[0] == one.branch_count[1]
    assert one.condition_count[0] == one.condition_count[1]


@pytest.mark.parametrize(
    ("formula", "context"),
    [
        # a comparison through arithmetic: no constant of the text is the value that turns it
        ("DECL X; SETVAR(X, PARAMETROATENDIMENTO('A', 'V') * 3 + 7); SE X > 5000 ENTAO SE X < 5003 ENTAO 1 FIMSE FIMSE", ""),
        ("SE PARAMETROATENDIMENTO('A', 'V') + PARAMETROATENDIMENTO('B', 'V') = 777 ENTAO 1 FIMSE", ""),
        # three texts at once
        ("SE CATEGORIA = 'x' E PRODUTO = 'y' E CLIENTE = 'z' E PRIORIDADE <> 'Alta' ENTAO 1 FIMSE", ""),
        # dates at an edge
        ("SE ABERTURA >= '24/11/2026' ENTAO SE ABERTURA <= '24/11/2026' ENTAO 1 FIMSE FIMSE", ""),
        # working days, past days off
        ("SE DIASUTEIS('22/12/2026', ABERTURA) = 12 ENTAO 1 FIMSE", "contexto.calendario.folgas = [2026-12-24]"),
        ("SE SOMADIASUTEIS(ABERTURA, 7) = '08/01/2027' ENTAO 1 FIMSE", "contexto.calendario.feriados = 'BR'"),
        ("SE HORASUTEIS('24/11/2026 09:00', ABERTURA) = 23.5 ENTAO 1 FIMSE", ""),
        # rows of a sentence
        ("SE EXECSQL('Q') ENTAO SE RESULTSQL('Q', 'IDADE') > 17 ENTAO 1 SENAO 2 FIMSE FIMSE", "contexto.sql.Q.linhas = []"),
        # stand-ins, user, clock
        (
            "SE VLRVALE('L1') > 4 E USUARIOCORRENTE = 'ana' ENTAO 1 FIMSE; SE HOJE > '01/02/2026' ENTAO 2 FIMSE",
            "contexto.funcoes.\"VLRVALE('L1')\" = 1",
        ),
        # a formula that decides by another one
        (
            "SE OUTRA = 'sim' ENTAO 1 SENAO 2 FIMSE",
            "contexto.formulas.OUTRA = \"SE PARAMETROATENDIMENTO('K','S') = 'azul' ENTAO 'sim' SENAO 'não' FIMSE\"",
        ),
        ("DECL I; SETVAR(I, 0); ENQUANTO I < CAIXAPOSTAL FACA SETVAR(I, I + 1); SE I = 4 ENTAO 9 FIMSE FIMENQ", ""),
    ],
)
def test_branches_behind_arithmetic_pairs_dates_rows_and_formulas_are_reached(tmp_path: Path, formula: str, context: str) -> None:
    search = searched(formula, tmp_path, context)
    assert [(search.measure.source.slice(one.span), one.answer) for one in search.missing] == []


def test_the_search_is_the_same_every_time(tmp_path: Path) -> None:
    text = "SE CATEGORIA = 'x' E PRODUTO = 'y' ENTAO CAIXAPOSTAL SENAO 2 FIMSE"
    assert proposal(searched(text, tmp_path)) == proposal(searched(text, tmp_path))


def test_a_run_that_fails_has_reached_no_branch(tmp_path: Path) -> None:
    # with an empty N the comparison is answered and the run fails behind it: another context is looked for
    search = searched("SE CAIXAPOSTAL <> 3 ENTAO 10 / CAIXAPOSTAL SENAO 1 FIMSE", tmp_path)
    assert not search.missing
    assert {one.outcome.status for one in search.chosen()} == {"ok"}
    search = searched("SE CAIXAPOSTAL = 3 ENTAO 1 / (CAIXAPOSTAL - 3) SENAO 1 FIMSE", tmp_path)
    assert [one.answer for one in search.missing] == [True]
    assert {one.outcome.status for one in search.chosen()} == {"ok", "fault"}


def test_a_branch_that_cannot_be_reached_is_left_missing(tmp_path: Path) -> None:
    search = searched("SE CAIXAPOSTAL > 3 E CAIXAPOSTAL < 2 ENTAO 1 FIMSE", tmp_path)
    assert [one.answer for one in search.missing] == [True]


def test_an_interrupted_search_proposes_what_it_has(tmp_path: Path) -> None:
    text = "SE CATEGORIA = 'x' E PRODUTO = 'y' E CLIENTE = 'z' E ASSUNTO = 'w' E CAIXAPOSTAL = 9 ENTAO 1 SENAO 2 FIMSE"
    (tmp_path / "f.formula").write_text(text, encoding="utf-8")
    case = cases_of("formula = 'f'\n[[caso]]\nnome = 'x'\nretrato = true\n", tmp_path / "x.casos.toml").cases[0]

    def interrupt(_: Search) -> None:
        raise KeyboardInterrupt

    search = start(prepare(case, Benches().of(case.path)), interrupt)
    for number in range(49):
        search.attempt(dict.fromkeys(search.values, number))
    with pytest.raises(KeyboardInterrupt):
        search.attempt(dict.fromkeys(search.values, 49))
    assert len(cases_of(proposal(search), case.path).cases) >= 1


# -- mutants --------------------------------------------------------------------------------------

RULE = """\
SE PARAMETROATENDIMENTO('VALOR', 'V') > 1000 ENTAO
  '1;4'
SENAO
  '5'
FIMSE
"""


def pairs(folder: Path, cases: str, rule: str = RULE) -> list[tuple[Case, Bench]]:
    (folder / "f.formula").write_text(rule, encoding="utf-8")
    path = folder / "x.casos.toml"
    bench = Benches().of(path)
    return [(case, bench) for case in cases_of("formula = 'f'\n" + cases, path).cases]


def found(folder: Path, cases: str, rule: str = RULE) -> list[Mutant]:
    (target,) = targets(pairs(folder, cases, rule))
    return list(mutants(target))


def test_the_ways_people_err(tmp_path: Path) -> None:
    ((case, bench),) = pairs(tmp_path, "[[caso]]\nnome='a'\ncontexto.parametros.VALOR = 1\nespera.valor = '5'\n")
    rule = prepare(case, bench).rule
    assert [(one.sort, changed_text(RULE, one).split("\n")[0], one.text) for one in changes(rule.tree, rule.source)] == [
        ("branch", "SE FALSO ENTAO", "FALSO"),
        ("branch", "SE NAO (PARAMETROATENDIMENTO('VALOR', 'V') > 1000) ENTAO", "NAO (PARAMETROATENDIMENTO('VALOR', 'V') > 1000)"),
        ("branch", "SE VERDADE ENTAO", "VERDADE"),
        ("comparison", "SE PARAMETROATENDIMENTO('VALOR', 'V') < 1000 ENTAO", "<"),
        ("comparison", "SE PARAMETROATENDIMENTO('VALOR', 'V') >= 1000 ENTAO", ">="),
        ("constant", "SE PARAMETROATENDIMENTO('VALOR', 'V') > 1001 ENTAO", "1001"),
        ("constant", "SE PARAMETROATENDIMENTO('VALOR', 'V') > 999 ENTAO", "999"),
        ("destination", "SE PARAMETROATENDIMENTO('VALOR', 'V') > 1000 ENTAO", "'5'"),
        ("destination", "SE PARAMETROATENDIMENTO('VALOR', 'V') > 1000 ENTAO", "'1;4'"),
    ]


def test_what_no_case_notices_comes_with_its_line_and_a_case_that_would(tmp_path: Path) -> None:
    weak = "[[caso]]\nnome='pouco'\ncontexto.parametros.VALOR = 1\nespera.valor = '5'\n[[caso]]\nnome='muito'\ncontexto.parametros.VALOR = 9000\nespera.valor = '1;4'\n"
    survivors = [one for one in found(tmp_path, weak) if one.ended == "survived"]
    assert {(one.line, one.change.text) for one in survivors} == {(1, ">="), (1, "1001"), (1, "999")}
    for one in survivors:
        (case, bench), *_ = pairs(tmp_path, one.would_notice)
        assert run_case(case, bench).status == PASSED
        (tmp_path / "f.formula").write_text(changed_text(RULE, one.change), encoding="utf-8")
        assert run_case(case, Benches().of(case.path)).status != PASSED


SAME = """DECL D;
SETVAR(D, '5');
SE NIVELACESSO >= 3 ENTAO SETVAR(D, '1;1'); FIMSE;
SE NIVELACESSO > 2 E PRIORIDADE = 'Alta' ENTAO SETVAR(D, '1;1'); FIMSE;
D"""
"""The fourth line asks again what the third one has answered."""
SAME_CASES = """formula = "repasse_filial"
tipo = 10
[[caso]]
nome = "t"
tabela = { colunas = ["campos.NIVELACESSO", "campos.PRIORIDADE", "valor"], linhas = [
  [0, "Alta", "5"], [2, "Alta", "5"], [3, "Normal", "1;1"], [3, "Alta", "1;1"], [4, "Alta", "1;1"],
] }
"""


def test_mutants_that_mean_the_same_are_proved_and_stand_together_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "compras"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("casos", "propriedades"))
    (folder / "formulas" / "repasse_filial.formula").write_text(SAME, encoding="utf-8")
    (folder / "casos").mkdir()
    path = folder / "casos" / "x.casos.toml"
    path.write_text(SAME_CASES, encoding="utf-8")
    assert command(["test", str(path), "--mutantes", "--lang", "pt"]) == 0
    told = capsys.readouterr().out
    reason = "  4 equivalentes, que não contam: provado igual para todos os atendimentos"
    _, _, group = told.partition(f"{reason}\n")
    assert group.splitlines()[:4] == [
        "    linha 4: a condição NIVELACESSO > 2 E PRIORIDADE = 'Alta' virou FALSO", "    linha 4: 2 virou 3",
        "    linha 4: = virou <>", "    linha 4: 'Alta' virou 'Altax'",
    ]  # fmt: skip
    assert "nenhum caso percebe" not in told
    # the same without a proof, for nothing says what the rows of a sentence may be: they count, with what was tried
    rows = SAME.replace("SE NIVELACESSO > 2 E", "SE EXECSQL('S') E NIVELACESSO > 2 E")
    (folder / "formulas" / "repasse_filial.formula").write_text(rows, encoding="utf-8")
    path.write_text(SAME_CASES.replace("[[caso]]", "[contexto.sql.S]\nlinhas = [{ X = 1 }]\n[[caso]]"), encoding="utf-8")
    assert command(["test", str(path), "--mutantes", "--format", "json"]) == 1
    (one, *_) = json.loads(capsys.readouterr().out)["formulas"]
    left = [found for found in one["mutants"] if found["ended"] == "survived"]
    assert left
    assert one["equivalent"] == 0
    assert all(found["case"] is None and "contextos tentados" in found["reason"] for found in left)


def test_every_proposed_case_notices_its_mutant_in_the_examples() -> None:
    count = 0
    for name in ("compras", "suporte", "requisicao"):
        folder = EXAMPLE.parent / name
        for target in targets([(one.case, one.bench) for one in gather(find_files([folder])).entries if one.case is not None]):
            for one in mutants(target):
                if one.would_notice:
                    count += 1
                    beside = (target.own or target.callers)[0].case if target.own or target.callers else target.moves[0]
                    head = beside.document.source.text.partition("[[caso]]")[0]
                    case = cases_of(f"{head}\n{one.would_notice}", beside.path).cases[-1]
                    assert run_case(case, target.bench).status == PASSED, one.change
                    code = target.formula.code.upper()
                    text = changed_text(target.formula.text, one.change)
                    formulas = {**target.bench.site.formulas, code: FormulaText(target.formula.code, text)}
                    changed = Bench(target.bench.folder, attrs.evolve(target.bench.site, formulas=formulas))
                    assert run_case(case, changed).status != PASSED, one.change
    assert count > 15


def test_strong_cases_notice_every_mutant(tmp_path: Path) -> None:
    strong = "[[caso]]\nnome='t'\ntabela = { colunas = ['parametros.VALOR', 'valor'], linhas = [[1000, '5'], [1001, '1;4'], ['1000.5', '1;4']] }\n"
    assert {one.ended for one in found(tmp_path, strong)} == {"noticed"}


def test_a_mutant_that_loops_for_ever_is_noticed(tmp_path: Path) -> None:
    rule = "DECL I; SETVAR(I, 0); REPITA SETVAR(I, I + 1) ATE I >= 3; I"
    ended = {one.change.text: one.ended for one in found(tmp_path, "[[caso]]\nnome='a'\nespera.valor = 3\n", rule)}
    assert ended["-"] == "noticed"


def test_moves_notice_mutants_of_the_formulas_they_run() -> None:
    path = EXAMPLE / "casos" / "x.casos.toml"
    text = "tipo = 10\nacao = 'advance'\n[[caso]]\nnome = 'a'\natendimento = '1;1;42'\ncontexto.agora = 2026-11-24T10:00:00\nespera.recebedor = '1;3'\nespera.etapa = 2\n"
    (case,) = cases_of(text, path).cases
    found = {target.formula.code: list(mutants(target)) for target in targets([(case, Benches().of(path))])}
    assert {"repasse_compras", "repasse_gestor"} <= set(found)
    assert any(one.ended == "noticed" and one.change.text == "'1;1'" for one in found["repasse_gestor"])


def test_cases_of_a_formula_notice_mutants_of_those_it_calls(tmp_path: Path) -> None:
    (tmp_path / "diretorio.toml").write_text("", encoding="utf-8")
    (tmp_path / "formulas").mkdir()
    (tmp_path / "formulas" / "limite.formula").write_text("SE PRIORIDADE = 'Alta' ENTAO 500 SENAO 1000 FIMSE", encoding="utf-8")
    (tmp_path / "formulas" / "f.formula").write_text(
        "SE PARAMETROATENDIMENTO('VALOR', 'V') > LIMITE ENTAO '1;4' SENAO '5' FIMSE", encoding="utf-8"
    )
    path = tmp_path / "x.casos.toml"
    cases = "formula = 'f'\n[[caso]]\nnome = 'a'\ncontexto.campos.PRIORIDADE = 'Alta'\ncontexto.parametros.VALOR = 501\nespera.valor = '1;4'\n"
    bench = Benches().of(path)
    made = {one.formula.code: one for one in targets([(case, bench) for case in cases_of(cases, path).cases])}
    assert [(code, len(one.own), len(one.callers)) for code, one in sorted(made.items())] == [("f", 1, 0), ("limite", 0, 1)]
    ended = {(one.change.text, one.ended) for one in mutants(made["limite"]) if one.change.sort == "constant"}
    assert ended == {("'Altax'", "noticed"), ("501", "noticed"), ("499", "survived"), ("1001", "survived"), ("999", "survived")}


def test_fifty_lines_and_thirty_cases(tmp_path: Path) -> None:
    arms = "\n".join(
        f"SE PARAMETROATENDIMENTO('VALOR', 'V') > {1000 * n} E PRIORIDADE = 'Alta' ENTAO\n  SETVAR(D, '1;{n}');\nFIMSE;"
        for n in range(1, 17)
    )
    rule = f"DECL D;\nSETVAR(D, '5');\n{arms}\nD"
    assert len(rule.splitlines()) >= 50
    rows = ", ".join(
        f"['{500 * n + 1}', '{'5' if 500 * n + 1 <= 1000 else '1;' + str(min(16, (500 * n) // 1000))}']" for n in range(30)
    )
    cases = f"contexto.campos.PRIORIDADE = 'Alta'\n[[caso]]\nnome='t'\ntabela = {{ colunas = ['parametros.VALOR', 'valor'], linhas = [{rows}] }}\n"
    ended = [one.ended for one in found(tmp_path, cases, rule)]
    assert len(ended) > 150
    assert ended.count("noticed") > 100


EFFECTS = """\
SE PARAMETROATENDIMENTO('VALOR', 'V') > 1000 ENTAO
  AVANCARETAPA('Gestor');
  ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta');
  ADICIONARDISCUSSAO('a')
SENAO
  AVANCARETAPA('Compras')
FIMSE;
'5'
"""


def test_effects_are_removed_doubled_and_sent_elsewhere(tmp_path: Path) -> None:
    rule = EFFECTS
    weak = "[[caso]]\nnome='t'\ntabela = { colunas = ['parametros.VALOR', 'valor'], linhas = [[1000, '5'], [1001, '5']] }\n"
    made = [one for one in found(tmp_path, weak, rule) if one.change.sort == "effect"]
    assert [changed_text(rule, one.change).split("\n")[one.line - 1].strip() for one in made] == [
        "AVANCARETAPA('Gestor'); AVANCARETAPA('Gestor');",
        "SE FALSO ENTAO AVANCARETAPA('Gestor') FIMSE;",
        "AVANCARETAPA('Compras');",
        "ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta'); ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta');",
        "SE FALSO ENTAO ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta') FIMSE;",
        "ALTERARCAMPOATENDIMENTO('PRIORIDADE=Altax');",
        "ADICIONARDISCUSSAO('a'); ADICIONARDISCUSSAO('a')",
        "SE FALSO ENTAO ADICIONARDISCUSSAO('a') FIMSE",
        "AVANCARETAPA('Compras'); AVANCARETAPA('Compras')",
        "SE FALSO ENTAO AVANCARETAPA('Compras') FIMSE",
        "AVANCARETAPA('Gestor')",
    ]
    assert {one.ended for one in made} == {"survived"}
    for one in made:
        (case, bench), *_ = pairs(tmp_path, one.would_notice, rule)
        assert run_case(case, bench).status == PASSED
        (tmp_path / "f.formula").write_text(changed_text(rule, one.change), encoding="utf-8")
        assert run_case(case, Benches().of(case.path)).status != PASSED


def test_a_proposal_notices_an_effect_where_there_was_none(tmp_path: Path) -> None:
    rule = "SE PARAMETROATENDIMENTO('ETAPA', 'I') = 2 ENTAO AVANCARETAPA(3) FIMSE; '10'"
    weak = "[[caso]]\nnome='a'\ncontexto.parametros.ETAPA = 2\nespera.valor = '10'\n"
    (always,) = [one for one in found(tmp_path, weak, rule) if one.change.text == "VERDADE"]
    assert always.ended == "survived"
    assert "espera.efeitos = []" in always.would_notice
    (case, _), *_ = pairs(tmp_path, always.would_notice, changed_text(rule, always.change))
    assert run_case(case, Benches().of(case.path)).status != PASSED


def test_a_table_of_proposals_notices_changes_of_effects(tmp_path: Path) -> None:
    rule = EFFECTS.replace("ADICIONARDISCUSSAO('a')", "ENVIAEMAILREPASSE('de@exemplo.com.br', 'x@exemplo.com.br', '', '1;3')")
    text = proposal(searched(rule, tmp_path))
    cases = cases_of(text, tmp_path / "x.casos.toml").cases
    assert [run_case(case, Benches().of(case.path)).status for case in cases] == [PASSED] * len(cases)
    parsed = prepare(cases[0], Benches().of(cases[0].path)).rule
    effects = [one for one in changes(parsed.tree, parsed.source) if one.sort == "effect"]
    assert len(effects) == 13
    for one in effects:
        (tmp_path / "f.formula").write_text(changed_text(rule, one), encoding="utf-8")
        bench = Benches().of(cases[0].path)
        assert any(run_case(case, bench).status != PASSED for case in cases), one.text


def test_types_and_directory_have_mutants_too() -> None:
    path = EXAMPLE / "casos" / "x.casos.toml"
    head = "tipo = 10\nacao = 'advance'\ncontexto.agora = 2026-11-24T10:00:00\n"
    weak = head + "[[caso]]\nnome = 'a'\natendimento = '1;1;42'\nespera.etapa = 2\n"
    strong = weak + "espera.recebedor = '1;3'\nespera.emails = ['ana.lima@serraazul.example.com']\n"
    ended: list[dict[str, str]] = []
    for text in (weak, strong):
        pairs_of = [(case, Benches().of(path)) for case in cases_of(text, path).cases]
        made = {str(target.formula.code): list(site_mutants(target, given)) for target, given in site_targets(pairs_of)}
        assert set(made) == {"tipo 10 Aprovação de compra", "diretório"}
        ended.append({str(one.change.said): one.ended for found in made.values() for one in found})
    way, mail, away = "o caminho 1 Abertura → 2 Gestor foi tirado", "Ana Lima tem outro e-mail", "Davi Rocha não está mais ausente"
    assert [(one[way], one[mail], one[away]) for one in ended] == [
        ("noticed", "survived", "survived"),
        ("noticed", "noticed", "noticed"),
    ]
    assert ended[0]["email_abertura deixou de valer"] == "survived"
    assert ended[0]["na etapa 2 Gestor, obrigatorios perdeu ASSUNTO"] == "survived"
    assert ended[0]["Carlos Mendes ficou sem chefe"] == "invalid"


def gathered(folder: Path, formula: str, cases: str) -> Search:
    (folder / "f.formula").write_text(formula, encoding="utf-8")
    place = folder / "x.casos.toml"
    first, *rest = [prepare(case, Benches().of(place)) for case in cases_of("formula = 'f'\n" + cases, place).cases]
    search = start(first, None, rest)
    go(search)
    return search


def test_stand_ins_of_the_cases_are_varied(tmp_path: Path) -> None:
    rule = "DECL C; SETVAR(C, CUSTO); SE C > 1000000 ENTAO 1 SENAO SE C > 100000 ENTAO 2 SENAO 3 FIMSE FIMSE"
    search = gathered(tmp_path, rule, "[[caso]]\nnome = 'a'\ncontexto.formulas.custo = '1000000'\nespera.valor = 2\n")
    assert search.missing == set()
    cases = cases_of(proposal(search), tmp_path / "x.casos.toml").cases
    assert {run_case(case, Benches().of(case.path)).status for case in cases} == {PASSED}


def test_what_another_case_reaches_is_reached(tmp_path: Path) -> None:
    rule = (
        "SE CATEGORIA = CONCAT(PRODUTO, CONCAT(ASSUNTO, PRODUTO)) E PRODUTO <> '' E ASSUNTO <> '' E ASSUNTO <> PRODUTO "
        "ENTAO 1 SENAO 2 FIMSE"
    )
    one = "[[caso]]\nnome = 'a'\ncontexto.campos = { CATEGORIA = 'x', PRODUTO = 'y', ASSUNTO = 'z' }\nespera.valor = 2\n"
    other = "[[caso]]\nnome = 'b'\ncontexto.campos = { CATEGORIA = 'pqrp', PRODUTO = 'p', ASSUNTO = 'qr' }\nespera.valor = 1\n"
    search = gathered(tmp_path, rule, one + other)
    assert search.missing == set()
    assert search.runs < 500


def test_columns_of_sentences_hold_what_their_use_says(tmp_path: Path) -> None:
    rule = (
        "DECL T; SETVAR(T, 0); SE EXECSQL('Q') ENTAO SE RESULTSQL('Q','SITUACAO') = 'Aberta' ENTAO "
        "SETVAR(T, T + RESULTSQL('Q','QTD')) FIMSE FIMSE; T"
    )
    search = gathered(tmp_path, rule, "[[caso]]\nnome = 'a'\ncontexto.sql.Q.linhas = []\nespera.valor = 0\n")
    text = proposal(search)
    assert search.missing == set()
    assert '[{ SITUACAO = "Aberta", QTD = 2 }], 2]' in text
    assert "falha" not in text
    assert 'colunas = ["nome", ' in text
    assert '["Q 1 linha (Aberta 2)", [{ SITUACAO = "Aberta", QTD = 2 }], 2]' in text


def test_a_proposed_table_notices_small_errors_too(tmp_path: Path) -> None:
    rule = "SE PARAMETROATENDIMENTO('VALOR', 'V') > 1000 E PRIORIDADE = 'Alta' ENTAO '1;1' SENAO '5' FIMSE"
    search = searched(rule, tmp_path)
    strengthen(search)
    rows = cases_of(proposal(search), tmp_path / "y.casos.toml").cases
    bench = Benches().of(tmp_path / "x.casos.toml")
    assert {run_case(one, bench).status for one in rows} == {PASSED}
    for other in ("'V') >= 1000", "'V') > 1001", "'V') > 999", "'V') < 1000"):
        (tmp_path / "f.formula").write_text(rule.replace("'V') > 1000", other), encoding="utf-8")
        assert FAILED in {run_case(one, bench).status for one in rows}, other


def with_people(code: str, name: str = "requisicao") -> tuple[Search, list[Case], Bench]:
    """A proposed table of an example's formula with what depends on people, as cases."""
    return proposed_in(ROOT / "examples" / name, code)


def proposed_in(folder: Path, code: str) -> tuple[Search, list[Case], Bench]:
    place = folder / "casos" / "proposta.casos.toml"
    bench = Benches().of(place)
    ready = prepare(cases_of(f"formula = '{code}'\n[[caso]]\nnome = 'x'\nretrato = true\n", place).cases[0], bench)
    search = start(ready)
    go(search)
    strengthen(search)
    vary_people(search)
    return search, list(cases_of(proposal(search), place).cases), bench


def copied(name: str, formula: str, target: Path) -> Path:
    """An example with one formula more, ``nova``."""
    shutil.copytree(ROOT / "examples" / name, target / name)
    (target / name / "formulas" / "nova.formula").write_text(formula, encoding="utf-8")
    return target / name


def failing(cases: list[Case], bench: Bench) -> list[str]:
    return [case.name for case in cases if run_case(case, bench).status != PASSED]


def rewritten(bench: Bench, code: str, text: str) -> Bench:
    """The bench with another text for a formula."""
    formulas = {**bench.site.formulas, code.upper(): attrs.evolve(bench.site.formulas[code.upper()], text=text)}
    return Bench(bench.folder, attrs.evolve(bench.site, formulas=formulas))


def test_a_proposal_varies_whoever_the_end_depends_on() -> None:
    _, cases, bench = with_people("acima_do_gerente")
    assert failing(cases, bench) == []
    names = [case.name.partition(": ")[2] or case.name for case in cases if case.given.people]
    assert names == [
        "quem recebe [1: Jonas Weber ausente, com Irene Prates no lugar; QUANTAS 3]",
        "quem recebe [2: Jonas Weber com cadastro inativo; QUANTAS 3]",
        "quem recebe [3: Irene Prates ausente, com Jonas Weber no lugar; QUANTAS 4]",
        "Irene Prates com cadastro inativo; QUANTAS 4",
    ]
    # the superior written out in place of the climb: the same, but where he is gone
    text = bench.site.formulas["ACIMA_DO_GERENTE"].text.replace("RETORNAPROXIMOATENDENTEHIERARQUIARH(1, '1;3')", "'1;2'")
    (noticing,) = failing(cases, rewritten(bench, "acima_do_gerente", text))
    assert "Jonas Weber com cadastro inativo" in noticing


def test_members_of_a_group_are_away_in_a_proposal(tmp_path: Path) -> None:
    _, cases, bench = proposed_in(copied("suporte", "ATENDENTEDOGRUPO(1, 'RODIZIO')", tmp_path), "nova")
    assert failing(cases, bench) == []
    first, second = bench.site.people.groups["1;1"].members
    (away,) = (case for case in cases if "ausente" in case.given.people.get(first, {}))
    assert [one.value for one in away.expected if one.key == "valor"] == [second]
    assert away.name in failing(cases, rewritten(bench, "nova", f"'{first}'"))


def test_whoever_the_sections_are_climbed_from_is_varied(tmp_path: Path) -> None:
    folder = copied("requisicao", "RETPROXIMOCHEFESECAOLABORE(1)", tmp_path)
    _, cases, bench = proposed_in(folder, "nova")
    assert failing(cases, bench) == []
    own = [case for case in cases if not case.given.people]
    assert {case.given.context.user: one.value for case in own for one in case.expected} == {"lidia": "1;2", "mauro": "1;3"}


@pytest.mark.parametrize("name", ["compras", "suporte", "requisicao"])
def test_proposed_rows_about_people_pass(name: str) -> None:
    for path in sorted((ROOT / "examples" / name / "formulas").glob("*.formula")):
        _, cases, bench = with_people(path.stem, name)
        assert failing(cases, bench) == []


@pytest.mark.parametrize("name", ["compras", "suporte", "requisicao"])
def test_every_unnoticed_change_of_a_type_comes_with_a_case_that_notices_it(name: str) -> None:
    folder = ROOT / "examples" / name
    cases = [(one.case, one.bench) for one in gather(find_files([folder])).entries if one.case is not None]
    left = 0
    for target, found in site_targets(cases):
        sites = {str(change.said): site for change, site in found}
        for one in site_mutants(target, found):
            if one.ended != "survived":
                continue
            left += 1
            assert one.would_notice, (target.formula.code, one.change.said, one.reason)
            (case,) = cases_of(one.would_notice, folder / "casos" / "proposta.casos.toml").cases
            assert run_case(case, target.bench).status == PASSED
            assert run_case(case, Bench(folder, sites[str(one.change.said)], samples=target.bench.samples)).status == FAILED
    assert left > 1


def test_a_ticket_without_a_subject_is_kept_without_one(tmp_path: Path) -> None:
    """A case gives a ticket its own name as subject where none is written."""
    site = Benches().of(EXAMPLE / "casos" / "x.casos.toml").site
    ticket = attrs.evolve(site.tickets["1;1;42"], subject="")
    made = decide(site, ticket, Request(action="advance", to=2, actor="1;2"), DEFAULT_NOW)
    assert made.status == "refused"
    assert kept(made, "sem assunto", open_bench(EXAMPLE), tmp_path / "x.casos.toml").text.count('assunto = ""') == 1
