"""The table of fault codes: every example triggers its code, and rows are complete."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

import formula
from formula.codes.row import Code
from formula.codes.table import TABLE

ROWS = list(TABLE.values())
CONTEXT = formula.Context(now=datetime(2026, 11, 24, 10), user="mestre")


def codes_of(text: str) -> set[str]:
    """What a check reports, or the run when the check has no error."""
    found = formula.check(text)
    codes = {fault.code for fault in found}
    if any(fault.severity == "error" for fault in found):
        return codes
    outcome = formula.compile(text).run(CONTEXT, limits=formula.Limits(steps=2_000))
    return codes | {fault.code for fault in outcome.diagnostics}


@pytest.mark.parametrize("row", [row for row in ROWS if row.example], ids=lambda row: row.code)
def test_the_example_triggers_its_code(row: Code) -> None:
    assert row.code in codes_of(row.example)


WITHOUT_EXAMPLE = {
    "codificacao",
    "diretorio-anel",
    "diretorio-desconhecido",
    "diretorio-topo",
    "diretorio-vago",
    "extensao",
    "formula-com-erros",
    "formula-complexa",
    "formula-sem-texto",
    "formulas-em-circulo",
    "funcao-de-outro-contexto",
    "funcao-falhou",
    "funcao-fora-do-repasse-por-formula",
    "funcao-sem-resposta",
    "limite-profundidade",
    "limite-sql",
    "parametro-desconhecido",
    "sem-relogio",
    "sentenca-desconhecida",
    "sql-campo-desconhecido",
    "sql-falhou",
    "sql-recusada",
    "texto-longo",
    "valor-estranho",
}
"""They need a huge text, a file, or a host that answers: other tests bring them about."""


def test_only_reviewed_rows_have_no_example() -> None:
    assert {row.code for row in ROWS if not row.example} == WITHOUT_EXAMPLE


def test_codes_are_slugs_of_a_known_severity() -> None:
    for row in ROWS:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", row.code), row.code
        assert row.severity in {"error", "warning", "lint"}
        assert "" not in {row.title, row.explanation, row.rule}


def test_what_python_raises_says_where_and_what_there_is() -> None:
    with pytest.raises(formula.FormulaError, match=r"^<texto>:2:4: falta um valor$"):
        formula.compile("DECL A;\nA +")
    with pytest.raises(KeyError, match="'number' não é um tipo: use numero, texto"):
        formula.Schema(fields={"VALOR": "number"})
