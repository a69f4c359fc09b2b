"""Canonical text: layout by example, and the properties (issue: print and parse agree, format is idempotent)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.strategies import expressions, fillers, formulas

from formula.parser import parse, words, words_and_comments
from formula.printing.printer import format_text, print_expression, print_tree
from formula.reading.tree import Binary, Evaluate, Formula, Name, NumberLiteral, Unary, Word


def formatted(text: str) -> str:
    made = format_text(text).text
    assert made is not None
    return made


EXAMPLES = {
    "capitals": ("decl a; setvar(a,abs(1)); a", "DECL a;\nSETVAR(a, ABS(1));\na;\n"),
    "first writing of a name": ("DECL Cont; SETVAR(CONT, cont+1)", "DECL Cont;\nSETVAR(Cont, Cont + 1);\n"),
    "levels": (
        "SE A=1 ENTAO SE B=2 ENTAO 1 SENAO 2 FIMSE FIMSE",
        "SE A = 1 ENTAO\n  SE B = 2 ENTAO\n    1;\n  SENAO\n    2;\n  FIMSE;\nFIMSE;\n",
    ),
    "loops": (
        "REPITA 1;;2 ATE A>3; ENQUANTO A<3 FACA 1 FIMENQUANTO",
        "REPITA\n  1;\n  2;\nATE A > 3;\nENQUANTO A < 3 FACA\n  1;\nFIMENQ;\n",
    ),
    "accents and semicolon of a condition": ("SE A = 1; ENTÃO 2 FIMSE", "SE A = 1 ENTAO\n  2;\nFIMSE;\n"),
    "signs": ("-A+-B*- 2", "-A + -B * -2;\n"),
    "comments keep their line": ("/* um */\nA; /* dois */\n/* três */\nB", "/* um */\nA; /* dois */\n/* três */\nB;\n"),
    "comment inside": ("ARRED /* c */ (1)", "ARRED /* c */ (1);\n"),
    "groups": ("A;\n\n\n\nB;\nC", "A;\n\nB;\nC;\n"),
    "no blank line at the edges of a block": ("SE A ENTAO\n\n1\n\nFIMSE", "SE A ENTAO\n  1;\nFIMSE;\n"),
    "empty": ("", ""),
    "only a comment": ("/* nada */", "/* nada */\n"),
}


@pytest.mark.parametrize(("text", "expected"), EXAMPLES.values(), ids=EXAMPLES.keys())
def test_layout(text: str, expected: str) -> None:
    assert formatted(text) == expected


def test_long_lines_break_at_the_outermost_place() -> None:
    text = "CONCAT(CONCAT('" + "a" * 40 + "', 'b'), CONCAT('" + "c" * 40 + "', 'd'))"
    assert formatted(text).splitlines() == [
        "CONCAT(CONCAT('" + "a" * 40 + "', 'b'),",
        "    CONCAT('" + "c" * 40 + "', 'd'));",
    ]


def test_texts_with_errors_are_left_alone() -> None:
    made = format_text("SE A ENTAO 1")
    assert made.text is None
    assert [fault.code for fault in made.diagnostics] == ["falta-fimse"]


def test_brackets_where_precedence_needs_them() -> None:
    a, one = Name(Word("A", "A")), NumberLiteral(1, "1")
    total = Binary("+", a, one)
    assert print_expression(Binary("*", total, Unary("-", total))) == "(A + 1) * -(A + 1)"
    assert print_expression(Binary("-", a, total)) == "A - (A + 1)"
    assert print_expression(Binary("=", Binary("=", a, one), one)) == "(A = 1) = 1"
    assert print_expression(Unary("NAO", Binary("E", a, a))) == "NAO (A E A)"


def test_long_chains_print() -> None:
    chain = "+".join(["A"] * 3_000)
    tree = parse(chain).tree
    assert tree is not None
    again = parse(print_tree(tree))
    assert again.diagnostics == []


def comments(text: str) -> list[str]:
    return [str(token).replace("\r", "") for token in words_and_comments(text) if token.type == "COMMENT"]


@given(formulas)
@settings(max_examples=80, deadline=None)
def test_parse_undoes_print(tree: Formula) -> None:
    parsed = parse(print_tree(tree))
    assert [fault.code for fault in parsed.diagnostics] == []
    assert parsed.tree == tree


@given(expressions)
@settings(max_examples=80, deadline=None)
def test_an_expression_prints_on_one_line(expression: object) -> None:
    text = print_expression(expression)  # type: ignore[arg-type]
    assert "\n" not in text
    assert parse(text).tree == Formula((Evaluate(expression),))  # type: ignore[arg-type]


@given(formulas, st.data())
@settings(max_examples=80, deadline=None)
def test_format_keeps_tree_and_comments_and_is_idempotent(tree: Formula, data: st.DataObject) -> None:
    text = "".join(str(token) + data.draw(fillers) for token in words(print_tree(tree)))
    once = formatted(text)
    assert parse(once).tree == tree
    assert comments(once) == comments(text)
    assert formatted(once) == once


def test_a_text_that_ends_where_it_says_may_hold_another_quote_near_its_end() -> None:
    assert formatted("CONCAT('', '`;')").rstrip() == "CONCAT('', '`;');"


def test_a_name_at_the_end_of_a_line_is_no_sign_that_the_line_goes_on() -> None:
    for text in ("SE (1 * _\n) ENTAO 1 FIMSE", "SE _\nENTAO 1 FIMSE", "SETVAR(A, _\n)", "_\n"):
        assert "texto-de-fora" not in {fault.code for fault in parse(text).diagnostics}
    for text in ("CONCAT('a', _\n'b')", "SE 1 > 0 _\nE 2 > 1 ENTAO 1 FIMSE", "SETVAR(A, 1 + _\n2)"):
        assert "texto-de-fora" in {fault.code for fault in parse(text).diagnostics}
