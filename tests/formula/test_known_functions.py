"""The functions of the vendor's list: those of every context run; those of other modules are known by name (F2)."""

from __future__ import annotations

import pytest

import formula
from formula.builtins import TABLE

EVERYWHERE = [
    "ABS",
    "ADICIONARDISCUSSAO",
    "AGENDARARESPONDER",
    "ANODT",
    "ARRED",
    "ARREDONDA",
    "ARREDVALOR",
    "ASCII",
    "ATRIBUI",
    "COLIGADA",
    "CONCAT",
    "DATANULA",
    "DECANO",
    "DECMES",
    "DIADT",
    "DIASEMANA",
    "EXECSQL",
    "EXTENSODATA",
    "EXTENSONUMERO",
    "EXTENSOVALOR",
    "FORMATANUMERO",
    "FORMATAVALOR",
    "FRAC",
    "GETMEMORIA",
    "INCANO",
    "INCMES",
    "INT",
    "MAX",
    "MEMORIA",
    "MTDATA",
    "PFRAC",
    "PINT",
    "PROXREGSQL",
    "RESULTSQL",
    "RETORNAPROXIMAHIERARQUIARH",
    "SECAOPAI",
    "SETMEMORIA",
    "SUBSTR",
    "ULTDIAMES",
    "USUARIOCORRENTE",
]
"""Functions without a module of their own, those in words and as money, and those of tickets."""

ELSEWHERE = [
    "ACRESCIMO",
    "ANO",
    "BAIXAPARCIAL",
    "BAIXAPERIODOANTERIOR",
    "BAIXATOTAL",
    "CAMPOBEM",
    "CAMPOBEMCOMPL",
    "CAMPOBEMTRANSFERENCIA",
    "CAMPOTAB",
    "COMPUTE",
    "CONDVENDA",
    "CONSISTIRCOTACAOPRJ",
    "CONTEXTO",
    "DA",
    "DI",
    "DIADIRFER",
    "DIASTRAB",
    "FAPCHAPADATA",
    "FERIADOEMDUTILPER",
    "FERIADOS",
    "GRAVATAB",
    "J",
    "LTRANS",
    "MES",
    "NDTRABPER",
    "NDTRABPER2",
    "NDUTPROX",
    "NROAVOSPER",
    "NUMDIASEM",
    "NVD",
    "PARMQRY",
    "QTDCOEMCURSO",
    "RC",
    "SALVAVALDEP",
    "SM",
    "SOMATABTRBITM",
    "T",
    "TABBOLSALAN",
    "TABCOLIG",
    "TABCOMPL",
    "TABFUNC",
    "TABPRJ",
    "TABTRBITM",
    "TABTRBMOV",
    "VALORAUXILIARBOLSALAN",
    "VALORBDIPROJETO",
    "VALORCAMPOLANCAMENTOGERADOR",
    "VALORCAMPOLANCAMENTOREPASSE",
    "VALORLIQUIDOPFTIN",
    "VAUXTABCONTRATO",
    "VAUXTABFLAN",
    "VAUXTABPARCELA",
    "VLRINTEGRACAOITEMCOBRANCA",
    "VLRVALE",
]
"""Functions of payroll, finance, works, stock, education and assets."""


@pytest.mark.parametrize("name", EVERYWHERE)
def test_a_function_of_every_context_has_a_row_with_examples(name: str) -> None:
    row = TABLE[name]
    assert row.examples or row.effect or row.never_returns


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_function_of_another_module_says_whose_it_is_and_what_stands_in(name: str) -> None:
    (found,) = formula.check(f"{name}(1)")
    assert found.code == "funcao-de-outro-modulo"
    assert "[funcoes]" in (found.hint or "")
    assert (
        formula.compile(f"{name}(1)", formula.Schema(functions={name: "numero"}))
        .run(formula.Context(functions={f"{name}(*)": 4}))
        .value
        == 4
    )
