"""Faults as people and code hosts read them."""

from __future__ import annotations

import formula
from formula.printing.render import render, sarif
from formula.source import Source


def rendered(text: str, language: str = "pt") -> str:
    source = Source(text, "compra.formula")
    return render(source, formula.check(text), language)


def test_line_caret_hint_and_fix() -> None:
    assert rendered("DECL A;\n\tSETVAR(A, 1,5); A") == (
        "compra.formula:2:12: erro: '1,5' não é um número [virgula-decimal]\n"
        "  2 |  SETVAR(A, 1,5); A\n"
        "    |            ^^^\n"
        "  dica: use ponto: 1.5\n"
        "  correção: trocar 1,5 por 1.5"
    )


def test_english() -> None:
    assert rendered("1 +", "en") == (
        "compra.formula:1:4: error: a value is missing [falta-valor]\n"
        "  1 | 1 +\n"
        "    |    ^\n"
        "  hint: write a number, a text, a name or a call here"
    )


def test_wide_characters_and_long_lines() -> None:
    assert rendered("CONCAT('日本', #'x')").splitlines()[1:3] == [
        "  1 | CONCAT('日本', #'x')",
        "    |                ^",
    ]
    long = "1 + " * 40 + "#1"
    shown, carets = rendered(long).splitlines()[1:3]
    assert shown.index("#") == carets.index("^")
    assert len(shown) < 120


def test_sarif() -> None:
    text = "DECL A;\nSETVAR(A, 1,5); A"
    log = sarif([("pasta/ação 1.formula", formula.check(text))])
    run = log["runs"][0]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["virgula-decimal"]
    region = {"startLine": 2, "startColumn": 11, "endLine": 2, "endColumn": 14}
    (result,) = run["results"]
    assert result["level"] == "error"
    assert result["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "pasta/a%C3%A7%C3%A3o%201.formula"}, "region": region}}
    ]
    (replacement,) = result["fixes"][0]["artifactChanges"][0]["replacements"]
    assert replacement == {"deletedRegion": region, "insertedContent": {"text": "1.5"}}
