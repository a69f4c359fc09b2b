"""Reading files of cases: shapes, faults with line and nearest key, everything else still usable."""

from __future__ import annotations

from pathlib import Path

import pytest

from routing.testing.bench import Benches
from routing.testing.cases import cases_of
from routing.testing.checking import check_cases
from routing.testing.run import FAILED, PASSED, SKIPPED, run_case

FORMULA = """\
DECL V;
SETVAR(V, PARAMETROATENDIMENTO('VALOR'));
SE PRIORIDADE = 'Urgente' ENTAO
  '1;3'
SENAO
  SE V > 1000 ENTAO '1;4' SENAO '5' FIMSE
FIMSE
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "destino.formula").write_text(FORMULA, encoding="utf-8")
    return tmp_path


def results(folder: Path, text: str) -> list[tuple[str, str]]:
    path = folder / "x.casos.toml"
    path.write_text(text, encoding="utf-8")
    bench = Benches().of(path)
    return [(case.name, run_case(case, bench).status) for case in cases_of(text, path).cases]


def faults(folder: Path, text: str) -> list[tuple[int, str, str | None]]:
    path = folder / "x.casos.toml"
    path.write_text(text, encoding="utf-8")
    return [(one.start.line, str(one.message), one.hint) for one in check_cases(path)]


FIRST = """\
formula = "destino"
[[caso]]
nome = "urgente vai para o plantão"
contexto.campos.PRIORIDADE = "Urgente"
contexto.parametros.VALOR = 10
espera.valor = "1;3"
"""


def test_a_first_green_case_needs_few_lines(folder: Path) -> None:
    assert len(FIRST.splitlines()) <= 10
    assert results(folder, FIRST) == [("urgente vai para o plantão", PASSED)]
    assert faults(folder, FIRST) == []


def test_rows_of_a_table_are_cases_of_their_own(folder: Path) -> None:
    text = """\
formula = "destino"
contexto.campos.PRIORIDADE = "Alta"
[[caso]]
nome = "tabela"
tabela = { colunas = ["parametros.VALOR", "valor"], linhas = [
  ["1000", "5"],
  ["1000.01", "1;4"],
  [999, "1;4"],
] }
"""
    assert results(folder, text) == [
        ("tabela [1: 1000; 5]", PASSED),
        ("tabela [2: 1000.01; 1;4]", PASSED),
        ("tabela [3: 999; 1;4]", FAILED),
    ]
    assert [case.line for case in cases_of(text, folder / "x.casos.toml").cases] == [6, 7, 8]


def test_a_row_of_another_length_fails_alone_with_its_line(folder: Path) -> None:
    text = """\
formula = "destino"
contexto.campos.PRIORIDADE = "Alta"
[[caso]]
nome = "tabela"
[caso.tabela]
colunas = ["parametros.VALOR", "valor"]
linhas = [
  ["10", "5"],   # a primeira, com uma vírgula, e um ] no comentário
  ["10"],
  ["2000", "1;4"],
]
"""
    assert [status for _, status in results(folder, text)] == [PASSED, FAILED, PASSED]
    assert faults(folder, text) == [
        (9, "a linha 2 da tabela tem 1 valor para 2 colunas", "as colunas são: parametros.VALOR, valor")
    ]


@pytest.mark.parametrize(
    ("line", "said", "hint"),
    [
        ("contexto.camps.PRIORIDADE = 'Alta'", "a chave 'camps' não existe num contexto", "você quis dizer 'campos'?"),
        ("espera.valr = '5'", "a chave 'valr' não existe em espera", "você quis dizer 'valor'?"),
        ("esperra.valor = '5'", "a chave 'esperra' não existe em um caso", "você quis dizer 'espera'?"),
        ("pulla = 'depois'", "a chave 'pulla' não existe em um caso", "você quis dizer 'pula'?"),
        (
            "espera.emails = true",
            "'emails' precisa de um número, uma lista de textos ou uma lista de tabelas, mas tem true",
            "escreva espera.emails = 1",
        ),
        ("foco = 'sim'", "'foco' precisa de true ou false, mas tem \"sim\"", "escreva foco = true, sem aspas"),
        ("contexto.agora = 12", "'agora' deve ser uma data com hora", "escreva agora = 2026-11-24T10:00:00"),
    ],
)
def test_what_is_badly_written_names_its_line_and_the_nearest_key(folder: Path, line: str, said: str, hint: str | None) -> None:
    text = (
        FIRST
        + line
        + '\n[[caso]]\nnome = "outro"\ncontexto.campos.PRIORIDADE = "Urgente"\ncontexto.parametros.VALOR = 1\nespera.valor = "1;3"\n'
    )
    assert faults(folder, text) == [(7, said, hint)]
    assert [status for _, status in results(folder, text)] == [FAILED, PASSED]


def test_a_name_used_twice_is_a_fault_at_the_second(folder: Path) -> None:
    assert faults(folder, FIRST + FIRST.split("\n", 1)[1]) == [
        (8, "o nome 'urgente vai para o plantão' já foi usado na linha 2", "cada caso precisa de um nome só seu")
    ]


def test_a_formula_that_does_not_exist_or_compile_fails_and_the_run_goes_on(folder: Path) -> None:
    (folder / "quebrada.formula").write_text("SE 1 = ENTAO 'a' FIMSE", encoding="utf-8")
    text = (
        FIRST
        + """\
[[caso]]
nome = "sem fórmula"
formula = "destno"
espera.valor = 1
[[caso]]
nome = "não compila"
formula = "quebrada"
espera.valor = 1
"""
    )
    assert [status for _, status in results(folder, text)] == [PASSED, FAILED, FAILED]


def test_a_file_that_is_no_toml_is_one_fault(folder: Path) -> None:
    found = faults(folder, 'formula = "x\n[[caso]]\n')
    assert [line for line, _, _ in found] == [1]


def test_a_file_without_cases_says_so(folder: Path) -> None:
    assert [said for _, said, _ in faults(folder, 'formula = "destino"\n')] == ["o arquivo não tem casos"]


def test_a_case_may_be_left_out(folder: Path) -> None:
    assert results(folder, FIRST + 'pula = "espera a nova tabela de alçadas"\n') == [("urgente vai para o plantão", SKIPPED)]


@pytest.mark.parametrize("raw", ["caso = 1", "caso = [1]", "[[caso]]\ntabela = 3\nnome='a'", "[[caso]]\nmovimentos = [1]\nnome='a'", "contexto = 5\n[[caso]]\nnome='b'",
                                 "[[caso]]\nnome = 3", "tipo = 'x'\nacao = 'advance'\n[[caso]]\nnome='c'", "[[caso]]\nnome='d'\natendimento = 9\nacao='advance'",
                                 "[[caso]]\nnome='e'\nespera = 4", "[[caso]]\nnome='f'\ntabela = { colunas = ['valor', 'x.y'], linhas = [[1, 2]] }"])  # fmt: skip
def test_any_shape_is_a_fault_with_a_line_and_never_an_exception(folder: Path, raw: str) -> None:
    found = faults(folder, raw)
    assert found
    assert all(line >= 1 for line, _, _ in found)
    results(folder, raw)
