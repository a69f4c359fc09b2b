"""Texts that hold a page's way of writing a sign, dates compared as texts, and names that are alike in their last word alone."""

from __future__ import annotations

import pytest

import formula
from formula.diagnostics import Diagnostic

SCHEMA = formula.Schema(fields={"ASSUNTO": "texto", "COLIGADA": "numero", "VENCE": "data", "PRIORIDADE": "texto"})


def told(text: str) -> list[Diagnostic]:
    return list(formula.check(text, SCHEMA))


@pytest.mark.parametrize(
    ("text", "cures"),
    [
        ("SE ASSUNTO = 'Altera&ccedil;&atilde;o' ENTAO 1 SENAO 2 FIMSE", ["ç", "ã"]),
        ("SE ASSUNTO = 'caf&#233;' ENTAO 1 SENAO 2 FIMSE", ["é"]),
        ("SE ASSUNTO = 'P&D; teste' ENTAO 1 SENAO 2 FIMSE", []),
        ("SE ASSUNTO = 'um & dois;' ENTAO 1 SENAO 2 FIMSE", []),
    ],
)
def test_a_sign_of_a_page_inside_a_text_is_told_with_its_cure(text: str, cures: list[str]) -> None:
    found = [one for one in told(text) if one.code == "sinal-de-pagina-num-texto"]
    assert [str(one.hint) for one in found] == [f"escreva {cure}" for cure in cures]
    assert [one.fix for one in found] == [None] * len(cures)  # a page or a mail may be meant
    assert {one.severity for one in found} <= {"warning"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SE ASSUNTO > '31/12/2026' ENTAO 1 SENAO 2 FIMSE", True),
        ("SE '2026-12-31' <= ASSUNTO ENTAO 1 SENAO 2 FIMSE", True),
        ("SE VENCE > '31/12/2026' ENTAO 1 SENAO 2 FIMSE", False),
        ("SE HOJE > '31/12/2026' ENTAO 1 SENAO 2 FIMSE", False),
        ("SE ASSUNTO = '31/12/2026' ENTAO 1 SENAO 2 FIMSE", False),
        ("SE ASSUNTO > 'maio' ENTAO 1 SENAO 2 FIMSE", False),
    ],
)
def test_a_date_beside_a_text_is_compared_letter_by_letter(text: str, said: bool) -> None:
    found = [one for one in told(text) if one.code == "textos-que-parecem-numeros"]
    assert bool(found) == said
    assert all("é preciso uma data, e não um texto" in str(one.hint) for one in found)


@pytest.mark.parametrize(
    "name", ["REABRIRATENDIMENTO", "APROVARATENDIMENTO", "REPROVARATENDIMENTO", "FECHARATENDIMENTO", "ENCERRARATENDIMENTO"]
)
def test_a_common_ending_is_no_likeness(name: str) -> None:
    (fault,) = told(f"{name}(1)")
    assert fault.fix is None
    for other in ("CAMPOATENDIMENTO", "PARAMETROATENDIMENTO", "CANCELARATENDIMENTO", "REPASSARATENDIMENTO"):
        assert other not in str(fault.hint)


def test_a_slip_in_a_long_name_is_still_proposed() -> None:
    (fault,) = told("PARAMETROATENDIMENT('VALOR')")
    assert fault.fix is not None
    assert fault.fix.text == "PARAMETROATENDIMENTO"
