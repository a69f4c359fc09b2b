"""Valid texts to trees (rules L1–L11, P1–P6, V1, V2, C1–C5, O1, O2, O6)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from formula.parser import parse
from formula.reading.tree import (
    Assign,
    Binary,
    Call,
    Declare,
    Evaluate,
    Expression,
    Formula,
    If,
    LogicalLiteral,
    Member,
    Name,
    NumberLiteral,
    Paren,
    Repeat,
    TextLiteral,
    Unary,
    While,
    Word,
)
from formula.source import Span


def tree(text: str) -> Formula:
    """The tree of a text without errors."""
    parsed = parse(text)
    assert [fault for fault in parsed.diagnostics if fault.severity == "error"] == []
    assert parsed.tree is not None
    return parsed.tree


def expression(text: str) -> Expression:
    """The tree of a text that is one expression."""
    (statement,) = tree(text).statements
    assert isinstance(statement, Evaluate)
    return statement.expression


def named(name: str) -> Name:
    return Name(Word(name.upper(), name))


def number(text: str) -> NumberLiteral:
    return NumberLiteral(Decimal(text) if "." in text else int(text), text)


def test_letter_case_never_matters() -> None:
    assert tree("Se Cont = 1 Entao setvar(cont, 2) fimse") == tree("SE CONT = 1 ENTAO SETVAR(CONT, 2) FIMSE")


@pytest.mark.parametrize("name", ["AOUB", "SEXO", "EVENTO", "ENTAO2", "_E", "J", "T", "E1"])
def test_words_glued_to_keywords_are_names(name: str) -> None:
    assert expression(name) == named(name)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'a'", "a"),
        ('"a"', "a"),
        ("'it''s'", "it's"),
        ("'1;3'", "1;3"),
        ("'/* x */'", "/* x */"),
        ("''", ""),
        ("''''", "'"),
        ('"\'"', "'"),
        (r"'\n'", r"\n"),
        ("'SE'", "SE"),
        ("'//{}'", "//{}"),
    ],
)
def test_texts(text: str, value: str) -> None:
    assert expression(text) == TextLiteral(value)


@pytest.mark.parametrize(("text", "value"), [("12", 12), ("007", 7), ("12.50", Decimal("12.50")), ("0", 0)])
def test_numbers(text: str, value: int | Decimal) -> None:
    assert expression(text) == NumberLiteral(value, text)


def test_comments_and_blanks_are_free() -> None:
    assert tree("\ufeff/* a\nb */ARRED /* c */ (\u00a01\r\n)\t") == tree("ARRED(1)")


def test_empty_statements_are_harmless() -> None:
    assert tree(";;1;;2;") == tree("1;2")
    assert tree("") == Formula(())


def test_semicolon_before_closing_words_is_free() -> None:
    assert tree("SE 1=1 ENTAO 2; SENAO 3; FIMSE") == tree("SE 1=1 ENTAO 2 SENAO 3 FIMSE")
    assert tree("REPITA 1; ATE 1=1; ENQUANTO 1=1 FACA 2; FIMENQ") == tree("REPITA 1 ATE 1=1; ENQUANTO 1=1 FACA 2 FIMENQUANTO")


def test_semicolon_before_then_is_a_lint() -> None:
    parsed = parse("SE 1=1; ENTAO 2 FIMSE")
    assert [(fault.code, fault.severity) for fault in parsed.diagnostics] == [("ponto-e-virgula-sobrando", "lint")]
    assert parsed.tree == tree("SE 1=1 ENTAO 2 FIMSE")


def test_accented_keywords_are_a_lint() -> None:
    text = "SE NÃO 1=1 ENTÃO 2 SENÃO 3 FIMSE; REPITA 1 ATÉ 1=1; ENQUANTO 1=1 FAÇA 2 FIMENQ"
    parsed = parse(text)
    assert {fault.code for fault in parsed.diagnostics} == {"acento-na-palavra"}
    assert len(parsed.diagnostics) == 5
    assert parsed.tree == tree("SE NAO 1=1 ENTAO 2 SENAO 3 FIMSE; REPITA 1 ATE 1=1; ENQUANTO 1=1 FACA 2 FIMENQ")


def test_statements() -> None:
    one = Evaluate(number("1"))
    true = LogicalLiteral(True)
    assert tree(
        "DECL A, B; SETVAR (A, 1); SE VERDADE ENTAO 1 FIMSE; REPITA 1 ATE VERDADE;ENQUANTO VERDADE FACA 1 FIMENQ"
    ) == Formula(
        (
            Declare((Word("A", "A"), Word("B", "B"))),
            Assign(Word("A", "A"), number("1")),
            If(true, (one,), None),
            Repeat((one,), true),
            While(true, (one,)),
        )
    )


def test_empty_else_differs_from_none() -> None:
    assert tree("SE VERDADE ENTAO SENAO FIMSE") == Formula((If(LogicalLiteral(True), (), ()),))


def test_operators_loosest_first() -> None:
    a, b, c = named("A"), named("B"), named("C")
    assert expression("A OU B E C") == Binary("OU", a, Binary("E", b, c))
    assert expression("NAO A = B") == Unary("NAO", Binary("=", a, b))
    assert expression("A - B - C") == Binary("-", Binary("-", a, b), c)
    assert expression("A + B * -C") == Binary("+", a, Binary("*", b, Unary("-", c)))
    assert expression("(A + B) * C") == Binary("*", Paren(Binary("+", a, b)), c)
    assert expression("A E NAO NAO B") == Binary("E", a, Unary("NAO", Unary("NAO", b)))


def test_calls_and_members() -> None:
    call = Call(Word("MAX", "MAX"), (number("1"), number("2")))
    assert expression("MAX(1, 2)") == call
    assert expression("HOJE()") == Call(Word("HOJE", "HOJE"), ())
    assert expression("MAX(1, 2).value") == Member(call, Word("VALUE", "value"))


def test_spans() -> None:
    (choice,) = tree("  SE A = 'x' ENTAO 1 FIMSE ").statements
    assert isinstance(choice, If)
    assert isinstance(choice.condition, Binary)
    assert choice.span == Span(2, 26)
    assert choice.condition.span == Span(5, 12)
    assert choice.condition.operator_span == Span(7, 8)


def test_long_chains_do_not_recurse() -> None:
    assert tree("+".join(["1"] * 20_000)).statements
    assert len(tree(";".join(["1"] * 20_000)).statements) == 20_000
