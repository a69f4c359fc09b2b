"""Functions that other RM modules have (globals.tsv): known by name, so that calling one says whose it is.

None runs here; a context can stand in for any of them under ``[funcoes]``.
"""

from __future__ import annotations

from collections.abc import Mapping

from formula.messages import Message, message

BY_MODULE: tuple[tuple[Message, str], ...] = (
    (
        message("Folha de Pagamento"),
        (
            "MES ANO DIADIRFER DA DI DIASTRAB NROAVOSPER FERIADOEMDUTILPER FAPCHAPADATA FERIADOS TABFUNC TABCOMPL "
            "LTRANS NVD VLRVALE NDUTPROX NDTRABPER NDTRABPER2 SALVAVALDEP T RC SM J"
        ),
    ),
    (
        message("Incorporação"),
        "COMPUTE CONDVENDA CONTEXTO PARMQRY VLRINTEGRACAOITEMCOBRANCA VALORLIQUIDOPFTIN",
    ),
    (message("Gestão Financeira"), "VALORCAMPOLANCAMENTOGERADOR VALORCAMPOLANCAMENTOREPASSE"),
    (message("Obras e Projetos"), "NUMDIASEM TABPRJ TABCOLIG VALORBDIPROJETO CONSISTIRCOTACAOPRJ"),
    (message("Estoque, Compras e Faturamento"), "TABTRBITM TABTRBMOV SOMATABTRBITM"),
    (
        message("Gestão Educacional"),
        "VAUXTABCONTRATO VAUXTABPARCELA VAUXTABFLAN VALORAUXILIARBOLSALAN TABBOLSALAN QTDCOEMCURSO GRAVATAB CAMPOTAB",
    ),
    (
        message("Gestão Patrimonial"),
        "ACRESCIMO BAIXAPARCIAL BAIXAPERIODOANTERIOR BAIXATOTAL CAMPOBEM CAMPOBEMCOMPL CAMPOBEMTRANSFERENCIA",
    ),
)

MODULES: Mapping[str, Message] = {name: module for module, names in BY_MODULE for name in names.split()}
"""Function name → the module that has it."""
