"""The formula of 1,000 lines that editors and sessions are measured with."""

from __future__ import annotations


def long_formula() -> list[str]:
    lines = ["DECL A, B, C;"]
    for number in range(166):
        lines += [
            f"SETVAR(A, {number} + 1);",
            "SE A > 10 E PRIORIDADE = 'Urgente' ENTAO",
            "  SETVAR(B, ARREDONDA(A * 1.5, 2));",
            "SENAO",
            "  SETVAR(C, CONCAT('a', 'b'));",
            "FIMSE;",
        ]
    return [*lines, "CONCAT(A, B);", "CONCAT(C, 'x');"]
