"""Values that a later SETVAR replaces unread: what is told, and what must not be."""

from __future__ import annotations

import pytest
from kit.counting import calls_made

from formula.checking.overwritten import overwritten
from formula.engine import check, examine
from formula.reporter import Reporter
from formula.source import Source

BOTH = "SE COLIGADA = 1 ENTAO SETVAR(A, '1;3') SENAO SETVAR(A, '1;4') FIMSE; "
LOST = {
    BOTH + "SETVAR(A, '5'); A": 1,
    "SETVAR(A, PRIORIDADE); SETVAR(A, STATUS); A": 1,
    "SETVAR(A, PRIORIDADE); SE COLIGADA = 1 ENTAO SETVAR(A, '1') SENAO SETVAR(A, '2') FIMSE; A": 1,
    "SETVAR(A, PRIORIDADE); SE COLIGADA = 1 ENTAO SETVAR(A, '1') SENAO SE COLIGADA = 2 ENTAO SETVAR(A, '2') SENAO SETVAR(A, '3')"
    " FIMSE FIMSE; A": 1,
    "SETVAR(A, PRIORIDADE); SETVAR(B, A); SETVAR(A, STATUS); CONCAT(A, B)": 0,
    "SETVAR(A, PRIORIDADE); SETVAR(A, CONCAT(A, '.')); A": 0,
    "SETVAR(A, PRIORIDADE); SE COLIGADA = 1 ENTAO SETVAR(A, '1') FIMSE; A": 0,
    "SETVAR(A, PRIORIDADE); SE A = 'Alta' ENTAO SETVAR(A, '1') SENAO SETVAR(A, '2') FIMSE; A": 0,
    "SETVAR(A, PRIORIDADE); SE COLIGADA = 1 ENTAO SETVAR(A, '1') SENAO SE A = 'x' ENTAO SETVAR(A, '2') SENAO SETVAR(A, '3')"
    " FIMSE FIMSE; A": 0,
    "SETVAR(A, ''); SE COLIGADA = 1 ENTAO SETVAR(A, '1') SENAO SETVAR(A, '2') FIMSE; A": 0,
    "SETVAR(A, PRIORIDADE); SETVAR(B, 0); REPITA SETVAR(B, B + 1); SETVAR(A, STATUS) ATE B > 2; CONCAT(A, B)": 0,
    "SETVAR(B, 0); ENQUANTO B < 3 FACA SETVAR(A, B); SETVAR(B, B + 1); SETVAR(A, B) FIMENQUANTO; A": 0,
    "SETVAR(A, PRIORIDADE); ADICIONARDISCUSSAO(A); SETVAR(A, STATUS); A": 0,
}


@pytest.mark.parametrize("text", LOST)
def test_only_values_that_nothing_can_read_are_told(text):
    found = [one for one in check(f"DECL A, B; {text}") if one.code == "valor-sobrescrito"]
    assert len(found) == LOST[text], found


def test_one_line_names_all_that_is_lost():
    (found,) = [
        one for one in check("DECL A;\n" + BOTH.replace("SENAO", "\nSENAO") + "\nSETVAR(A, '5'); A") if "sobrescrito" in one.code
    ]
    assert "linhas 2, 3" in found.message
    assert found.start.line == 4


def test_looking_is_linear():
    """Long chains, many variables, deep loops: twice the text takes about twice the time."""

    def calls(count):
        names = ", ".join(f"V{number}" for number in range(count))
        chain = " SENAO ".join(f"SE COLIGADA = {number} ENTAO SETVAR(V{number}, PRIORIDADE)" for number in range(40))
        ways = "; ".join([chain + " FIMSE" * 40] * (count // 40))
        last = "; ".join(f"SETVAR(V{number}, STATUS)" for number in range(count))
        text = f"DECL {names}; {ways}; {last}; V1"
        checked, _, _ = examine(text)
        reporter = Reporter(Source(text, "x"))
        return calls_made(lambda: overwritten(checked.tree, reporter))

    assert calls(1_200) < 5 * calls(300)
