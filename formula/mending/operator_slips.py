"""Slips about operators between two values: comparisons in a chain, operators in words (rule O4)."""

from __future__ import annotations

from collections.abc import Iterator

from formula.mending.repairs import Reader, Repair, lone
from formula.messages import message
from formula.reading.foreign_words import WORD_OPERATORS
from formula.reading.lexer import span_of
from formula.reading.tokens import Token
from formula.source import Span


def chained_comparison(reader: Reader) -> Iterator[Repair]:
    """O4: ``1 < A < 3`` becomes ``1 < A E A < 3``, and ``A > 1 < 3`` becomes ``A > 1 E A < 3``."""
    second = reader.token()
    if second.type != "COMPARISON" or not reader.allows("E"):
        return
    middle: list[Token] = []
    depth = 0
    for token in reversed(reader.good):
        depth += {"RPAR": 1, "LPAR": -1}.get(token.type, 0)
        if not depth and token.type == "COMPARISON":
            break
        middle.insert(0, token)
    text = reader.source.text[middle[0].start_pos : middle[-1].end_pos] if middle else ""
    first = len(reader.good) - len(middle) - 1
    left = lone(reader.good[first - 1], reader.good[first - 2] if first > 1 else None) if first > 0 else "…"
    if len(middle) == 1 and middle[0].type in {"NUMBER", "TEXT"} and first > 0 and reader.good[first - 1].type == "NAME":
        middle, text = [reader.good[first - 1]], str(reader.good[first - 1])  # A >= 1 <= 5 speaks of A
        whole_left = f"{left} {reader.good[first]} {reader.good[-1]}"
    else:
        whole_left = f"{left} {reader.good[first]} {text}"
    right = lone(reader.token(1), reader.token(2))
    whole = f"{whole_left} E {text} {second} {right}"
    here = Span(second.start_pos, second.start_pos)
    yield Repair(
        reader.at,
        reader.at,
        (reader.new("E"), *(reader.new(token.type, str(token)) for token in middle)),
        0,
        "comparacao-em-cadeia",
        message("uma comparação tem só dois lados"),
        message("escreva duas comparações: {inteira}", inteira=whole),
        span_of(second),
        (here, f"E {text} "),
    )


def word_operator(reader: Reader) -> Iterator[Repair]:
    """O4: MOD and DIV between operands."""
    token = reader.token()
    slip = WORD_OPERATORS.get(token.upper()) if token.type == "NAME" else None
    if slip is not None:
        put = (token.update(type=slip.type, value=slip.text),)
        text = message("o operador {sinal} não existe", sinal=token)
        yield Repair(reader.at, reader.at + 1, put, 0, slip.code, text, slip.hint, span_of(token))
