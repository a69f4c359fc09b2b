"""Formulas whose branches no constant of the text opens by itself: the search must work its way through them."""

from __future__ import annotations

from pathlib import Path

import pytest

from routing.testing.bench import Benches
from routing.testing.cases import cases_of
from routing.testing.proposing.generate import go, proposal, start
from routing.testing.proposing.search import Search
from routing.testing.run import PASSED, prepare, run_case

A, B, C = (f"PARAMETROATENDIMENTO('{name}', 'V')" for name in "ABC")
HARD = {
    "linear in two": f"SE {A} * 2 + {B} * 3 = 1234 E {A} > 100 ENTAO 1 FIMSE",
    "a square": f"DECL X; SETVAR(X, {A} * {A}); SE X > 5000 ENTAO SE X < 5200 ENTAO 1 FIMSE FIMSE",
    "three bounds": f"SE {A} - {B} > 50 ENTAO SE {A} < {C} ENTAO SE {C} < 60 ENTAO 1 FIMSE FIMSE FIMSE",
    "a share": f"DECL P; SETVAR(P, {A} / {B} * 100); SE P > 100 ENTAO 'a' SENAO SE P > 99.5 ENTAO 'b' SENAO 'c' FIMSE FIMSE",
    "rounding": f"SE ARREDONDA({A} * 1.17, 2) = 117.59 ENTAO 1 FIMSE",
    "a remainder by hand": f"DECL X; SETVAR(X, {A} - INT({A} / 7) * 7); SE X = 3 E {A} > 1000 ENTAO 1 FIMSE",
    "a remainder": "SE RESTO(CAIXAPOSTAL, 10) = 7 ENTAO SE CAIXAPOSTAL > 50 ENTAO 1 FIMSE FIMSE",
    "the largest and the least": f"SE MAX({A}, {B}) = 42 E MIN({A}, {B}) = 17 ENTAO 1 FIMSE",
    "near": f"SE ABS({A} - 500) < 3 ENTAO SE {A} < 499 ENTAO 1 FIMSE FIMSE",
    "a piece of a text": "SE SUBSTR(ASSUNTO, 1, 3) = 'NF-' ENTAO SE SUBSTR(ASSUNTO, 4, 2) = '99' ENTAO 1 SENAO 2 FIMSE FIMSE",
    "a length": "SE TAMANHO(ASSUNTO) > 20 ENTAO 1 SENAO SE TAMANHO(ASSUNTO) = 7 ENTAO 2 FIMSE FIMSE",
    "a place": "SE POSICAO('urgente', ASSUNTO) > 0 ENTAO SE POSICAO('!', ASSUNTO) > 5 ENTAO 1 FIMSE FIMSE",
    "joined texts": "SE CONCAT(CATEGORIA, '-', PRODUTO) = 'TI-ERP' ENTAO 1 FIMSE",
    "joined keys": "SE CONCAT(CONCAT(COLIGADA, ';'), CAIXAPOSTAL) = '1;7' ENTAO 1 FIMSE",
    "parts": "SE PARTE(CLIENTE, ';', 2) = '77' E PARTE(CLIENTE, ';', 1) = '1' ENTAO 1 FIMSE",
    "filled up": "SE PREENCHE(CLIENTE, 6, '0') = '000042' ENTAO 1 FIMSE",
    "numbers in a text": "SE SUBSTR(CLIENTE, 1, 2) > 40 ENTAO SE SUBSTR(CLIENTE, 3, 2) < 10 ENTAO 1 FIMSE FIMSE",
    "days": "SE HOJE - ABERTURA > 30 ENTAO SE HOJE - ABERTURA < 33 ENTAO 1 SENAO 2 FIMSE FIMSE",
    "a weekday": "SE DIASEMANA(HOJE, 'V') = 7 ENTAO 1 FIMSE; SE DIASEMANA(HOJE, 'S') = 'DOM' ENTAO 2 FIMSE",
    "a leap day": "SE MESDT(ABERTURA) = 2 E DIADT(ABERTURA) = 29 ENTAO 1 FIMSE",
    "an hour": "SE HORADT(AGORA) >= 18 ENTAO 'noite' SENAO 'dia' FIMSE",
    "a Monday in July": "SE ABERTURA >= '01/07/2026' E ABERTURA <= '31/07/2026' E DIASEMANA(ABERTURA, 'S') = 'SEG' ENTAO 1 FIMSE",
    "months later": "SE SOMAMESES(ABERTURA, 3) = '15/06/2026' ENTAO 1 FIMSE",
    "another month": "SE INCMES(CAIXAPOSTAL, 5) = 2 ENTAO 1 FIMSE",
    "a date put together": "SE MTDATA(CAIXAPOSTAL, 12, 2026) = '25/12/2026' ENTAO 1 FIMSE",
    "two dates": (
        "SE PARAMETROATENDIMENTO('FIM','D') < PARAMETROATENDIMENTO('INI','D') ENTAO 'erro' SENAO "
        "SE PARAMETROATENDIMENTO('FIM','D') - PARAMETROATENDIMENTO('INI','D') > 365 ENTAO 'longo' SENAO 'curto' FIMSE FIMSE"
    ),
    "turns of a loop": (
        f"DECL I,S; SETVAR(I,0); SETVAR(S,0); ENQUANTO S < {A} FACA SETVAR(I,I+1); SETVAR(S,S+I*10) FIMENQ; "
        "SE I = 5 ENTAO 1 FIMSE; SE I > 12 ENTAO 2 FIMSE"
    ),
    "a factorial": "DECL I,P; SETVAR(P,1); SETVAR(I,0); REPITA SETVAR(I,I+1); SETVAR(P,P*I) ATE I >= CAIXAPOSTAL; SE P = 720 ENTAO 1 FIMSE",
    "loops in loops": (
        "DECL I,J,C; SETVAR(I,0); SETVAR(C,0); ENQUANTO I < CAIXAPOSTAL FACA SETVAR(J,0); ENQUANTO J < I FACA SETVAR(C,C+1); "
        "SETVAR(J,J+1) FIMENQ; SETVAR(I,I+1) FIMENQ; SE C = 21 ENTAO 1 FIMSE"
    ),
    "a check digit": (
        "DECL I, S; SETVAR(I, 1); SETVAR(S, 0); SE TAMANHO(CLIENTE) = 4 ENTAO REPITA SETVAR(S, S + SUBSTR(CLIENTE, I, 1) * (5 - I)); "
        "SETVAR(I, I + 1) ATE I > 3; SE RESTO(S, 11) = SUBSTR(CLIENTE, 4, 1) ENTAO 'ok' SENAO 'erro' FIMSE FIMSE"
    ),
    "points added up": (
        "DECL T; SETVAR(T, 0); SE PRIORIDADE = 'Alta' ENTAO SETVAR(T, T + 10) FIMSE; SE CATEGORIA = 'x' ENTAO SETVAR(T, T + 20) FIMSE; "
        "SE CAIXAPOSTAL > 3 ENTAO SETVAR(T, T + 40) FIMSE; SE T = 70 ENTAO 1 SENAO SE T = 50 ENTAO 2 FIMSE FIMSE"
    ),
    "NAO, E and OU": "SE NAO (PRIORIDADE = 'Alta' OU (CATEGORIA = 'k' E NAO PRODUTO = 'p')) E CAIXAPOSTAL * 3 > 16 ENTAO 1 FIMSE",
    "a memory": "SE MEMORIA('X') = 5 ENTAO 1 FIMSE",
    "behind ANALISAR": "SE CAIXAPOSTAL > 100 ENTAO ANALISAR('x') FIMSE; SE CATEGORIA = 'z' ENTAO 2 FIMSE",
}
WITH_CONTEXT = {
    "rows counted": (
        (
            "DECL N; SETVAR(N, 0); SE EXECSQL('Q') ENTAO REPITA SE RESULTSQL('Q','IDADE') < 18 E RESULTSQL('Q','TIPO') = 'F' ENTAO SETVAR(N, N + 1) FIMSE "
            "ATE NAO PROXREGSQL('Q') FIMSE; SE N >= 3 ENTAO 'muitos' SENAO SE N > 0 ENTAO 'alguns' SENAO 'nenhum' FIMSE FIMSE"
        ),
        "contexto.sql.Q.linhas = []",
    ),
    "functions of other modules": (
        "DECL B; SETVAR(B, RC * 0.06); SE VT > B ENTAO SE VT - B > 137.5 E RC < 1500 ENTAO 1 SENAO 2 FIMSE SENAO 3 FIMSE",
        "contexto.funcoes = { RC = 1000, VT = 5 }",
    ),
    "the value of another formula": (
        f"SE TAXA * {A} > 900 ENTAO SE TAXA * {A} < 905 ENTAO 1 FIMSE FIMSE",
        "contexto.formulas.TAXA = \"SE PRIORIDADE = 'Alta' ENTAO 3.7 SENAO 1.2 FIMSE\"",
    ),
}


def found(folder: Path, text: str, context: str = "") -> Search:
    (folder / "f.formula").write_text(text, encoding="utf-8")
    place = folder / "x.casos.toml"
    case = cases_of(f"formula = 'f'\n{context}\n[[caso]]\nnome = 'x'\nretrato = true\n", place).cases[0]
    bench = Benches().of(place)
    search = start(prepare(case, bench))
    go(search)
    proposed = cases_of(proposal(search), place)
    assert (proposed.faults, [case.faults for case in proposed.cases if case.faults]) == ((), [])
    assert {run_case(case, bench).status for case in proposed.cases} == {PASSED}
    return search


def left(search: Search) -> list[tuple[str, str, bool]]:
    return [
        (one.sort, search.measure.source.slice(one.span), one.answer)
        for one in (search.branches | search.conditions) - search.reached
    ]


@pytest.mark.parametrize("name", HARD)
def test_every_branch_and_condition_is_reached(tmp_path: Path, name: str) -> None:
    assert left(found(tmp_path, HARD[name])) == []


@pytest.mark.parametrize("name", WITH_CONTEXT)
def test_and_with_what_the_context_answers(tmp_path: Path, name: str) -> None:
    assert left(found(tmp_path, *WITH_CONTEXT[name])) == []


def test_what_cannot_be_is_left_and_the_search_ends(tmp_path: Path) -> None:
    search = found(tmp_path, "SE TAMANHO(CATEGORIA) > 3 ENTAO SE CATEGORIA = 'abc' ENTAO 1 FIMSE FIMSE")
    assert sorted(left(search)) == [("branch", "CATEGORIA = 'abc'", True), ("condition", "CATEGORIA = 'abc'", True)]
    assert search.runs < 10_000


def test_a_proposal_says_what_else_of_the_context_it_needs(tmp_path: Path) -> None:
    context = "contexto.formulas.TAXA = '2'\ncontexto.agora = 2026-02-03T10:00:00\ncontexto.memorias.'M 1' = 5\ncontexto.diretorio.grupo = [{ coligada = 1, codigo = 5, nome = 'Suporte' }]"
    lines = proposal(found(tmp_path, "SE TAXA > CAIXAPOSTAL ENTAO 1 FIMSE", context)).splitlines()
    assert lines[:5] == [
        'formula = "f"',
        'contexto.formulas.TAXA = "2"',
        "contexto.agora = 2026-02-03T10:00:00",
        'contexto.memorias."M 1" = 5',
        'contexto.diretorio = { grupo = [{ coligada = 1, codigo = 5, nome = "Suporte" }] }',
    ]
