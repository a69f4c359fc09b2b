"""Canonical text. :func:`format_text` lays out an author's text and keeps comments and groups of lines;
:func:`print_tree` writes any tree and adds the brackets it needs.

Canonical: keywords and called functions in capitals, other names as first written, two blanks per level, one statement
a line, ``;`` after every statement, one blank around operators and after commas, lines of at most 100 columns where
there is a place to break.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from formula.diagnostics import Diagnostic
from formula.limits import DEFAULT, Limits
from formula.printing.layout import Piece, lay_out, one_line
from formula.printing.words_of_tree import pieces
from formula.reading import tree as syntax
from formula.reading.foreign_words import plain
from formula.reading.lexer import KEYWORDS
from formula.reading.tokens import Token


@attrs.frozen
class Formatted:
    """``text`` is None when the given text has errors, which ``diagnostics`` then lists."""

    text: str | None
    diagnostics: list[Diagnostic]


def format_text(text: str, name: str = "<texto>", limits: Limits = DEFAULT) -> Formatted:
    """The canonical form of a formula: the same tree, the same comments. Texts with errors are left alone."""
    from formula.parser import parse, words_and_comments

    parsed = parse(text, name, limits)
    if any(fault.severity == "error" for fault in parsed.diagnostics):
        return Formatted(None, parsed.diagnostics)
    return Formatted(lay_out(words(text, list(words_and_comments(text)))), parsed.diagnostics)


def words(text: str, tokens: list[Token]) -> Iterator[Piece]:
    """The author's words as they are printed, comments among them."""
    written: dict[str, str] = {}
    end = 0
    for index, token in enumerate(tokens):
        kind = token.type
        if kind in {"BLANK", "STRANGE"}:
            continue
        lines = text.count("\n", end, token.start_pos)
        end = token.end_pos
        if kind == "COMMENT":
            yield Piece("COMMENT", str(token).replace("\r\n", "\n").replace("\r", "\n"), lines)
        elif kind == "NAME":
            key = plain(str(token)).upper()
            keyword = KEYWORDS.get(key)
            if keyword is not None:
                yield Piece(keyword, keyword, lines)
            elif called(tokens, index):
                yield Piece("NAME", key, lines)
            else:
                yield Piece("NAME", written.setdefault(key, str(token)), lines)
        else:
            yield Piece(kind, str(token), lines)


def called(tokens: list[Token], index: int) -> bool:
    """Whether the name at ``index`` has brackets after it (V7)."""
    for token in tokens[index + 1 : index + 8]:
        if token.type not in {"BLANK", "COMMENT"}:
            return token.type == "LPAR"
    return False


def print_tree(tree: syntax.Formula) -> str:
    """The canonical text of a tree, made or read. Brackets that precedence needs are added."""
    return lay_out(pieces(tree))


def print_expression(expression: syntax.Expression) -> str:
    """An expression on one line."""
    return one_line(pieces(expression))
