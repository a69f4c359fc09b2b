"""Generated formulas: trees that the grammar can write, and texts around them (hypothesis)."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from formula.reading.lexer import KEYWORDS
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
    Statement,
    TextLiteral,
    Unary,
    While,
    Word,
)

NAMES = ("A", "B", "CONT", "VAR1", "TOTAL", "_X", "SEXO", "EVENTO", "J", "T", "AOUB")
FUNCTIONS = ("ABS", "MAX", "CONCAT", "ARRED", "SUBSTR", "COLIGADA", "DATANULA", "OUTRA")


def word(name: str) -> Word:
    return Word(name.upper(), name)


names = st.sampled_from(NAMES) | st.from_regex(r"[A-Z_][A-Z0-9_]{0,7}", fullmatch=True).filter(lambda name: name not in KEYWORDS)
words = names.map(word)


def number(text: str) -> NumberLiteral:
    return NumberLiteral(Decimal(text) if "." in text else int(text), text)


numbers = st.from_regex(r"[0-9]{1,6}(\.[0-9]{1,4})?", fullmatch=True).map(number)
texts = st.builds(
    TextLiteral,
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=12),
    st.sampled_from("'\""),
)
leaves: st.SearchStrategy[Expression] = st.one_of(numbers, texts, st.booleans().map(LogicalLiteral), words.map(Name))


def binary(
    operators: str, left: st.SearchStrategy[Expression], right: st.SearchStrategy[Expression]
) -> st.SearchStrategy[Expression]:
    return st.builds(Binary, st.sampled_from(operators.split()), left, right)


def grow(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    """One round of the grammar over smaller expressions, every operand in brackets where its kind is unknown."""
    calls = st.builds(Call, st.sampled_from(FUNCTIONS).map(word), st.lists(inner, max_size=3).map(tuple))
    whole = st.one_of(leaves, inner.map(Paren), calls, st.builds(Member, calls, st.just(word("value"))))
    signed = whole | st.builds(Unary, st.sampled_from("+-"), whole)
    product = signed | binary("* /", signed, signed)
    total = product | binary("+ -", product, product) | binary("+ -", binary("+ -", product, product), product)
    compared = total | binary("= <> < <= > >=", total, total)
    negated = compared | st.builds(Unary, st.just("NAO"), compared)
    both = negated | binary("E", negated, negated)
    return both | binary("OU", both, both)


expressions: st.SearchStrategy[Expression] = st.recursive(leaves, grow, max_leaves=8)


def blocks(statement: st.SearchStrategy[Statement]) -> st.SearchStrategy[tuple[Statement, ...]]:
    return st.lists(statement, max_size=3).map(tuple)


def nest(inner: st.SearchStrategy[Statement]) -> st.SearchStrategy[Statement]:
    body = blocks(inner)
    return st.one_of(
        st.builds(If, expressions, body, st.none() | body),
        st.builds(Repeat, body, expressions),
        st.builds(While, expressions, body),
    )


simple: st.SearchStrategy[Statement] = st.one_of(
    st.builds(Declare, st.lists(words, min_size=1, max_size=3).map(tuple)),
    st.builds(Assign, words, expressions),
    st.builds(Evaluate, expressions),
)
statements: st.SearchStrategy[Statement] = st.recursive(simple, nest, max_leaves=6)
formulas: st.SearchStrategy[Formula] = st.lists(statements, max_size=5).map(lambda some: Formula(tuple(some)))
"""Any tree that some text has. Names may be undeclared: these trees are about form, not meaning."""

fillers = st.sampled_from((" ", "\n", "\n\n", "\t", "\r\n", "\u00a0", " /* c */ ", " /* a\n  b */", "\n/* linha */\n", " /**/"))
