"""`check` warns where one run of a formula can ask for two steps, and only there."""

from __future__ import annotations

import pytest
from kit import sites

from formula.parser import parse
from routing.domain.site import FormulaText
from routing.workspace.step_requests import two_steps_asked


def warned(text, **others):
    site = sites.site(formulas={"caminho": text, **others})
    trees = {code: parse(one.text, one.code).tree for code, one in site.formulas.items()}
    return [one.span.start for one in two_steps_asked(site, FormulaText("caminho", text), trees, [10])]


@pytest.mark.parametrize("text", [
    "AVANCARETAPA(2); AVANCARETAPA(3)",
    "SE PRIORIDADE = 'Alta' ENTAO AVANCARETAPA(2) FIMSE; SE ASSUNTO = '' ENTAO AVANCARETAPA('Diretoria') FIMSE; '5'",
    "SE PRIORIDADE = 'Alta' ENTAO AVANCARETAPA(2); AVANCARETAPA(3) FIMSE; '5'",
    "DECL N; SETVAR(N, 2); AVANCARETAPA(N); AVANCARETAPA(3)",
])  # fmt: skip
def test_two_paths_can_ask(text):
    assert warned(text) == [text.rindex("AVANCARETAPA")]


def test_a_formula_that_is_called_counts():
    text = "AVANCARETAPA(2); outra; '5'"
    assert warned(text, outra="AVANCARETAPA('Diretoria')") == [text.index("outra")]


@pytest.mark.parametrize("text", [
    "AVANCARETAPA(2)",
    "SE PRIORIDADE = 'Alta' ENTAO AVANCARETAPA(2) SENAO SE ASSUNTO = '' ENTAO AVANCARETAPA(3) FIMSE FIMSE; '5'",
    "AVANCARETAPA(2); AVANCARETAPA('gestor')",
    "DECL N; SETVAR(N, 2); REPITA AVANCARETAPA(2); SETVAR(N, N + 1) ATE N > 4",
    "SE PRIORIDADE = 'Alta' ENTAO AVANCARETAPA(2) SENAO AVANCARETAPA(2) FIMSE; AVANCARETAPA(2)",
])  # fmt: skip
def test_one_path_asks(text):
    assert warned(text) == []
