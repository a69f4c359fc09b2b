"""Functions that other RM modules have, and what replaced those that are gone: known by name, so that calling one says whose it
is, how it is called today, and how a context stands in with a value of the kind it gives.

None runs here; a context can stand in for any of them under ``[funcoes]``.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from formula.messages import Message, message

PAYROLL = message("Folha de Pagamento")
INCORPORATION = message("Incorporação")
FINANCE = message("Gestão Financeira")
PROJECTS = message("Obras e Projetos")
STOCK = message("Estoque, Compras e Faturamento")
EDUCATION = message("Gestão Educacional")
ASSETS = message("Gestão Patrimonial")

BY_MODULE: tuple[tuple[Message, str], ...] = (
    (
        PAYROLL,
        (
            "MES ANO DIADIRFER DIADIRFERPER DA DI DIASTRAB NROAVOSPER FERIADOEMDUTILPER FAPCHAPADATA FERIADOS TABFUNC TABCOMPL "
            "LTRANS NVD VLRVALE NDUTPROX NDTRABPER NDTRABPER2 SALVAVALDEP T RC SM J CHAPA"
        ),
    ),
    (
        INCORPORATION,
        (
            "COMPUTE CONDVENDA CONTEXTO PARMQRY VLRINTEGRACAOITEMCOBRANCA VALORLIQUIDOPFTIN CUSTOINCORRIDO CUSTOORCADO "
            "CUSTOORCADOREMANESCENTE"
        ),
    ),
    (
        FINANCE,
        "VALORCAMPOLANCAMENTOGERADOR VALORCAMPOLANCAMENTOREPASSE VALORAUXILIARBOLSALAN VALORAUXILIARBOLSALANDESCANT",
    ),
    (
        PROJECTS,
        (
            "NUMDIASEM TABPRJ TABCOLIG VALORBDIPROJETO CONSISTIRCOTACAOPRJ VLRCOLIGADACORRENTE VALORTOTALPROJETOCOMBDI TABTRF "
            "QTDEALOCADAATVSRV VLRPARPROJETOC"
        ),
    ),
    (STOCK, "TABMOV TABTRBITM TABTRBMOV SOMATABTRBITM"),
    (
        EDUCATION,
        (
            "VAUXTABCONTRATO VAUXTABPARCELA VAUXTABFLAN VAUXTABBOLSA VAUXVLRINTEGRACAOLAN TABBOLSALAN QTDCOEMCURSO GRAVATAB "
            "CAMPOTAB "
            "BUSCACAMPOETAPA BUSCACAMPOPROVA BUSCACAMPOMATRICULA BUSCACAMPOPL BUSCACAMPOCURSOALUNO BUSCACODETAPA BUSCAETAPAS "
            "BUSCACAMPOCONTRATO BUSCACAMPOCONTRATOBOLSA BUSCACAMPOCONTRATOSERVICO BUSCACAMPOPARCELACONT BUSCACAMPOPARCELABOLSACONT "
            "BUSCACAMPOPARCELASERVICOCONT GRAVACAMPOETAPA GRAVACAMPOPROVA GRAVACAMPOMATRICULA GRAVACAMPOPL GRAVACAMPOCURSOALUNO "
            "NSITMAT NSITMATRES STATUSMATRICULA VALORCONCEITOETAPA VALORCONCEITOPROVA TIPONOTA PONTOSETAPA MEDIAETAPA FREQETAPA "
            "SOMACAMPOETAPA SOMANOTAPROVA CONCCURSO MUDATIPOALUNO SENHAALUNO PAIOUFILHA SOMAFILHAS AULASFILHAS FALTASFILHAS "
            "MEDIADISCFILHAS AULASGLOBAL FALTASGLOBAL DISCCREDITOS DISCCONCLUIDA DISCEMCURSO MEDIAPONDDISCAPR MINUTOSHORARIO "
            "ENADEOK "
            "QTDCURSADA QTDEMCURSO QTDPENDENTE QTDPERIODO TOTALCH TOTALCHCOMPETENCIA TOTALCREDITO TOTALCREDITOCOMPETENCIA "
            "TOTALDISC "
            "TOTALDISCATRASO TOTALDISCCOMPETENCIA STATUSCURSO MUDASTATUSCURSO DISCMEDIA DISCFALTAS DISCSTATUS VALORCONCEITO "
            "SOMANOTASDISCFILHAS SOMAAULASDISCFILHAS SOMAFALTASDISCFILHAS MEDIAPONDTODASDISC"
        ),
    ),
    (
        ASSETS,
        "ACRESCIMO BAIXAPARCIAL BAIXAPERIODOANTERIOR BAIXATOTAL CAMPOBEM CAMPOBEMCOMPL CAMPOBEMTRANSFERENCIA",
    ),
)

INSTEAD: Mapping[str, str] = {
    "STATUSCURSO": "BUSCACAMPOCURSOALUNO",
    "MUDASTATUSCURSO": "GRAVACAMPOCURSOALUNO",
    "DISCMEDIA": "BUSCACAMPOETAPA",
    "DISCFALTAS": "BUSCACAMPOETAPA",
    "DISCSTATUS": "STATUSMATRICULA",
}
"""Former names, and the function that has their work today."""

FORMER = frozenset(INSTEAD) | frozenset(
    ["VALORCONCEITO", "SOMANOTASDISCFILHAS", "SOMAAULASDISCFILHAS", "SOMAFALTASDISCFILHAS", "MEDIAPONDTODASDISC"]
)
"""Names that their module no longer has; of some nobody published what came after."""

TEXTS = frozenset(
    [
        "CHAPA",
        "TABFUNC",
        "TABCOMPL",
        "LTRANS",
        "CAMPOBEM",
        "CAMPOBEMCOMPL",
        "CAMPOBEMTRANSFERENCIA",
        "CONTEXTO",
        "PARMQRY",
        "TABPRJ",
        "TABCOLIG",
        "TABTRF",
        "CAMPOTAB",
        "BUSCACAMPOETAPA",
        "BUSCACAMPOPROVA",
        "BUSCACAMPOMATRICULA",
        "BUSCACAMPOPL",
        "BUSCACAMPOCURSOALUNO",
        "BUSCACODETAPA",
        "BUSCAETAPAS",
        "BUSCACAMPOCONTRATO",
        "BUSCACAMPOCONTRATOBOLSA",
        "BUSCACAMPOCONTRATOSERVICO",
        "BUSCACAMPOPARCELACONT",
        "BUSCACAMPOPARCELABOLSACONT",
        "BUSCACAMPOPARCELASERVICOCONT",
        "STATUSMATRICULA",
        "STATUSCURSO",
        "DISCSTATUS",
        "VALORCONCEITO",
        "VALORCONCEITOETAPA",
        "VALORCONCEITOPROVA",
        "TIPONOTA",
        "SENHAALUNO",
        "PAIOUFILHA",
        "ENADEOK",
        "VALORCAMPOLANCAMENTOGERADOR",
        "VALORCAMPOLANCAMENTOREPASSE",
    ]
)
"""Those that give texts; most give numbers."""

SAMPLES: Mapping[str, str] = {"MES": "11", "ANO": "2026", "TABMOV": "1500.00"}
"""Values that other functions can go on with: a month is 1 to 12."""

LETTERED = frozenset({"TABMOV", "TABFUNC", "TABCOMPL", "VAUXTABBOLSA"})
"""Those whose last argument is the letter of the kind they give (T11)."""


@attrs.frozen
class OtherFunction:
    """A function of another module. ``instead`` is its name today, when it has another; ``sample`` a value it may give, as a
    context file writes it."""

    name: str
    module: Message
    former: bool
    instead: str | None
    sample: str

    def stand_in(self, *, called: bool) -> str:
        """The line of a context's ``[funcoes]`` that answers for it."""
        return f'"{self.name}(*)" = {self.sample}' if called else f"{self.name} = {self.sample}"


def sample_of(name: str) -> str:
    """A value of the kind that a function gives."""
    return SAMPLES.get(name, '"texto"' if name in TEXTS else "0")


OTHERS: Mapping[str, OtherFunction] = {
    name: OtherFunction(name, module, name in FORMER, INSTEAD.get(name), sample_of(name))
    for module, names in BY_MODULE
    for name in names.split()
}
"""By name."""

MODULES: Mapping[str, Message] = {name: one.module for name, one in OTHERS.items()}
"""Function name → the module that has it."""


def said(one: OtherFunction) -> Message:
    """Whose a function is, and its name today."""
    if one.instead is not None:
        return message(
            "{nome} é o nome antigo de uma função de outro módulo do RM ({modulo}); hoje é {novo}",
            nome=one.name,
            modulo=one.module,
            novo=one.instead,
        )
    if one.former:
        return message(
            "{nome} era uma função de outro módulo do RM ({modulo}), que não a tem mais", nome=one.name, modulo=one.module
        )
    return message("{nome} é uma função de outro módulo do RM: {modulo}", nome=one.name, modulo=one.module)
