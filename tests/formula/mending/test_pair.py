"""A pair without quotes as an argument gets one message with the fix that runs."""

from __future__ import annotations

import pytest

import formula

CASES = {
    "RETORNAPROXIMAHIERARQUIARH(1, 1;2)": "RETORNAPROXIMAHIERARQUIARH(1, '1;2')",
    "RETORNAPROXIMOATENDENTEHIERARQUIARH(1, 1;2)": "RETORNAPROXIMOATENDENTEHIERARQUIARH(1, '1;2')",
    "REPASSARATENDIMENTO(1;3, -1, 'x')": "REPASSARATENDIMENTO('1;3', -1, 'x')",
    "ENVIAEMAILREPASSE('a@exemplo.com.br', 'b@exemplo.com.br', '', 1;3)": (
        "ENVIAEMAILREPASSE('a@exemplo.com.br', 'b@exemplo.com.br', '', '1;3')"
    ),
    "CONCAT('a', 1;2)": "CONCAT('a', '1;2')",
}


@pytest.mark.parametrize(("text", "mended"), CASES.items(), ids=CASES)
def test_the_fix_puts_the_quotes(text: str, mended: str) -> None:
    (told,) = [one for one in formula.check(text) if one.severity == "error"]
    assert told.code == "par-sem-aspas"
    assert told.fix is not None
    assert text[: told.fix.span.start] + told.fix.text + text[told.fix.span.end :] == mended
    assert [one for one in formula.check(mended) if one.severity == "error"] == []


@pytest.mark.parametrize("text", ["MAX(1;2)", "MAX(1; 2)", "CONCAT(1;2)", "CONCAT('a'; 'b')", "ABS(1;2)"])
def test_a_separator_stays_a_separator(text: str) -> None:
    assert next(one.code for one in formula.check(text) if one.severity == "error") == "separador-de-argumentos"
