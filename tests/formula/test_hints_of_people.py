"""The lines that a hint gives, put into a context, give the question an answer."""

from __future__ import annotations

import pytest

import formula
from routing.workspace.contexts import read_context

QUESTIONS = {
    "RETPROXIMOCHEFESECAOLABORE(1)": "1;3",
    "RETORNAPROXIMOCHEFESECAOLABORE('01', '')": "1;3",
    "SECAOPAI(1, '01.02', 1)": "01",
    "SECAOORIGEMREQUISICAO(1, 77)": "01",
    "RETORNAPROXIMAHIERARQUIARH(0, '1;2')": "1;2",
    "RETORNAPROXIMOATENDENTEHIERARQUIARH(0, '1;2')": "1;3",
    "ATENDENTEDOGRUPO(5, 'RODIZIO')": "1;3",
    "GETIDDAREQUISICAO": 1,
}


@pytest.mark.parametrize(("text", "value"), QUESTIONS.items(), ids=QUESTIONS)
def test_the_lines_of_the_hint_answer_the_question(text: str, value: object) -> None:
    (fault,) = formula.compile(text).run(formula.Context(user="mestre")).diagnostics
    assert fault.hint is not None
    table, _, lines = str(fault.hint).partition("em [")[2].partition("]: ")
    context = read_context('usuario = "mestre"\n[' + table + "]\n" + lines)
    outcome = formula.compile(text).run(context.context)
    assert (outcome.status, outcome.value) == ("ok", value)
