"""Kinds of two-sided operators: what each combination gives, and which can never work (O1–O5, T2–T10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from formula.messages import Message, message
from formula.reading.tree import Binary, Call, Expression, Hole, LogicalLiteral, Name, NumberLiteral, TextLiteral, Unary, bare
from formula.source import Span
from formula.types import ANY, DATE, DECIMAL, EMPTY, INTEGER, LOGICAL, NUMBER, TEXT, shown
from formula.values import (
    DATE_TEXT,
    LONGEST_DATE,
    other_date,
    other_form,
    other_number,
    parse_date,
    parse_number,
    plain_date,
    plain_number,
    shorten,
)

YEAR_LENGTH = 4
COMPARING = frozenset({"=", "<>", "<", "<=", ">", ">="})


@attrs.frozen
class Problem:
    """A combination that can never work, with what to say."""

    code: str
    span: Span
    text: Message
    hint: Message | None = None
    fix: tuple[Span, str] | None = None
    joins: bool = False
    """Whether a sum was to join texts."""


def result_of(node: Binary, left: int, right: int) -> tuple[int, Problem | None]:
    """The kind set of ``left operator right``, and the problem when no value could do."""
    sign = node.operator
    if sign in {"E", "OU"}:
        return LOGICAL, logical_problem(node, left, right)
    if sign in COMPARING:
        return LOGICAL, comparison_problem(node, left, right)
    if sign in {"*", "/"}:
        problem = number_problem(node.left, left, sign) or number_problem(node.right, right, sign)
        if sign == "*" and left == right == INTEGER:
            return INTEGER, problem
        return NUMBER, problem
    return sum_of(node, left, right)


def sum_of(node: Binary, left: int, right: int) -> tuple[int, Problem | None]:
    """``+`` and ``-`` (T4, T5, O5)."""
    left, right = literal_kind(node.left, left), literal_kind(node.right, right)
    if left == right == INTEGER:
        return INTEGER, None
    if not left & ~NUMBER and not right & ~NUMBER and left and right:
        return NUMBER, None
    for side, kind in ((node.left, left), (node.right, right)):
        if kind == LOGICAL:
            return ANY, Problem(
                "tipo-errado", side.span, message("não se pode usar {sinal} com um valor lógico", sinal=node.operator)
            )
        problem = text_problem(side, kind, node)
        if problem is not None:
            return ANY, problem
    if left == DATE and right == DATE:
        if node.operator == "-":
            return NUMBER, None
        return ANY, Problem(
            "tipo-errado",
            node.span,
            message("duas datas não se somam"),
            message("data - data dá os dias entre elas; data + número dá outra data"),
        )
    if node.operator == "-" and right == DATE and not left & (DATE | TEXT):
        return ANY, Problem("tipo-errado", node.span, message("não se pode tirar uma data de um número"))
    kinds = 0
    if (left | right) & (DATE | TEXT):
        kinds |= DATE
    if (left & ~DATE and right & ~DATE) or (node.operator == "-" and left & (DATE | TEXT) and right & (DATE | TEXT)):
        kinds |= NUMBER
    if DATE in {left, right}:
        kinds = DATE | (NUMBER if node.operator == "-" and right & (DATE | TEXT) else 0)
    return kinds or ANY, None


def literal_kind(node: Expression, kind: int) -> int:
    """A literal text that reads as a date is a date beside ``+`` and ``-`` (T5); one that reads as a number, a number."""
    inner = bare(node)
    if isinstance(inner, TextLiteral):
        if DATE_TEXT.fullmatch(inner.value):
            return DATE
        number = parse_number(inner.value)
        if number is not None:
            return INTEGER if isinstance(number, int) else DECIMAL
    return kind


def text_problem(side: Expression, kind: int, node: Binary) -> Problem | None:
    """A literal text in a sum that is neither a number nor a date (O5)."""
    inner = bare(side)
    if not isinstance(inner, TextLiteral) or kind != TEXT:
        return None
    hint = other_form(inner.value)
    joined = None if hint is None else written_date(inner) or written_number(inner)
    if hint is None and node.operator == "+":
        hint = message("'+' não junta textos; use CONCAT(a, b)")
    return Problem(
        "texto-nao-numerico",
        inner.span,
        message("o texto '{texto}' não é um número", texto=shorten(inner.value)),
        hint,
        joined,
        joins=hint is not None and joined is None and other_form(inner.value) is None and node.operator == "+",
    )


def joined_parts(spine: Sequence[Binary], at: int, kinds: Mapping[int, int]) -> tuple[Binary, list[Expression]] | None:
    """The whole sum around the ``+`` at a place of a chain (outermost first) that was to join texts, and its parts. What was added
    before the first text stays a sum when a number may be in it."""
    outer = at
    while outer and spine[outer - 1].operator == "+":
        outer -= 1
    parts: list[Expression] = [one.right for one in reversed(spine[outer:at])]
    inner = spine[at]
    before: list[Expression] = [inner.left]
    while isinstance(before[0], Binary) and before[0].operator == "+":
        before = [before[0].left, before[0].right, *before[1:]]
    if len(before) > 1 and any(kinds.get(id(one), ANY) != TEXT for one in before):
        before = [inner.left]
    every = [*before, inner.right, *parts]
    simple = all(isinstance(bare(one), TextLiteral | Name | Call | NumberLiteral) for one in every if one is not inner.left)
    return (spine[outer], every) if simple and not isinstance(bare(inner.left), Hole) else None


def source_of(node: Expression) -> str:
    """A literal or a name as text again."""
    inner = bare(node)
    if isinstance(inner, TextLiteral):
        return inner.quote + inner.value.replace(inner.quote, inner.quote * 2) + inner.quote
    return inner.word.written if isinstance(inner, Name) else ""


def number_problem(side: Expression, kind: int, sign: str) -> Problem | None:
    """An operand that can never be a number."""
    inner = bare(side)
    if isinstance(inner, TextLiteral) and parse_number(inner.value) is None:
        said = message("o texto '{texto}' não é um número", texto=shorten(inner.value))
        return Problem("texto-nao-numerico", inner.span, said, other_number(inner.value), written_number(inner))
    if kind & (NUMBER | TEXT | EMPTY):
        return None
    return Problem(
        "tipo-errado",
        side.span,
        message("'{sinal}' precisa de números, mas este valor é {tipo}", sinal=sign, tipo=shown(kind)),
    )


def logical_problem(node: Binary, left: int, right: int) -> Problem | None:
    """E and OU take logicals; numbers count (C7)."""
    again = asked_again(node)
    for side, kind in ((node.left, left), (node.right, right)):
        if not kind & (LOGICAL | NUMBER | EMPTY):
            return Problem(
                "tipo-errado",
                side.span,
                message("{sinal} precisa de condições, mas este valor é {tipo}", sinal=node.operator, tipo=shown(kind)),
                message("repita a comparação: {certo}", certo=again)
                if again and side is node.right
                else message("compare o valor com outro: … = 'texto'"),
                (side.span, again) if again and side is node.right else None,
            )
    if again and isinstance(bare(node.right), NumberLiteral):
        return Problem(
            "condicao-numerica",
            node.right.span,
            message("depois de {sinal} este número vale como condição: FALSO só quando é 0", sinal=node.operator),
            message("repita a comparação: {certo}", certo=again),
            (node.right.span, again),
        )
    return None


def asked_again(node: Binary) -> str | None:
    """``A = 1 OU 2`` was meant as ``A = 1 OU A = 2``: the comparison that the right side lacks."""
    last, literal = bare(node.left), bare(node.right)
    if isinstance(last, Binary) and last.operator in {"E", "OU"}:
        last = bare(last.right)
    if not isinstance(last, Binary) or last.operator not in COMPARING or not isinstance(last.left, Name):
        return None
    if isinstance(literal, TextLiteral):
        return f"{last.left.word.written} {last.operator} {source_of(literal)}"
    return f"{last.left.word.written} {last.operator} {literal.written}" if isinstance(literal, NumberLiteral) else None


def comparison_problem(node: Binary, left: int, right: int) -> Problem | None:
    """Comparisons that no pair of values could pass (T3, T6, T9), literal texts included."""
    if (left | right) & EMPTY:
        return None
    both_logical = left & LOGICAL and right & LOGICAL
    if both_logical and node.operator not in {"=", "<>"} and left == right == LOGICAL:
        return Problem(
            "tipo-errado",
            node.operator_span,
            message("valores lógicos só se comparam com = e <>"),
        )
    for one, kind, other in ((node.left, left, right), (node.right, right, left)):
        problem = literal_problem(one, other)
        if problem is not None:
            return problem
        if kind == LOGICAL and not other & LOGICAL:
            return Problem(
                "tipo-errado",
                node.span,
                message("um valor lógico só se compara com outro lógico; o outro lado é {tipo}", tipo=shown(other)),
                *(quoted_logical(node) or (chained_hint(node), None)),
            )
    if comparable(left, right):
        return None
    date = next((found for side in (node.left, node.right) if (found := bare_date(side)) is not None), None)
    return Problem(
        "tipo-errado",
        node.span,
        message("não se compara {um} com {outro}", um=shown(left), outro=shown(right)),
        None if date is None else message("datas se escrevem entre aspas: {certo}", certo=date[1]),
        date,
    )


def quoted_logical(node: Binary) -> tuple[Message, tuple[Span, str]] | None:
    """``… = 'VERDADE'``: the text was meant as the logical value."""
    for side in (bare(node.left), bare(node.right)):
        if isinstance(side, TextLiteral) and side.value.strip().upper() in {"VERDADE", "FALSO"}:
            word = side.value.strip().upper()
            return message("escreva {certo} sem aspas", certo=word), (side.span, word)
    return None


def bare_date(node: Expression) -> tuple[Span, str] | None:
    """``24/11/2026`` without its quotes, which divides, or ``2026-11-24``, which takes away: the range and the text meant."""
    outer = bare(node)
    inner = outer.left if isinstance(outer, Binary) and outer.operator in {"/", "-"} else None
    if not isinstance(outer, Binary) or not isinstance(inner, Binary) or inner.operator != outer.operator:
        return None
    day, month, year = inner.left, inner.right, outer.right
    if not (isinstance(day, NumberLiteral) and isinstance(month, NumberLiteral) and isinstance(year, NumberLiteral)):
        return None
    if outer.operator == "-" and len(day.written) == YEAR_LENGTH:
        day, year = year, day
    text = f"{day.written}/{month.written}/{year.written}"
    if len(year.written) == len("26"):
        text = plain_date(text) or text
    return None if parse_date(text) is None else (node.span, f"'{text}'")


def written_date(literal: TextLiteral) -> tuple[Span, str] | None:
    """``'2026-11-24'``, ``'24.11.2026'`` as this language writes it."""
    return written_so(literal, plain_date(literal.value.strip()) if len(literal.value) <= LONGEST_DATE else None)


def written_number(literal: TextLiteral) -> tuple[Span, str] | None:
    """``'1.000,50'`` as this language writes it."""
    return written_so(literal, plain_number(literal.value.strip()) if len(literal.value) <= LONGEST_DATE else None)


def written_so(literal: TextLiteral, text: str | None) -> tuple[Span, str] | None:
    """A literal with another text in its quotes."""
    return None if text is None else (literal.span, f"{literal.quote}{text}{literal.quote}")


def chained_hint(node: Binary) -> Message | None:
    """``(1 < A) < 3`` was meant as two comparisons (O4)."""
    inner = bare(node.left)
    if isinstance(inner, Binary) and inner.operator in COMPARING:
        return message("use E para juntar comparações")
    if isinstance(inner, Unary) and inner.operator == "NAO":
        return message("NAO vale para a comparação inteira: NAO (a = b)")
    if isinstance(inner, LogicalLiteral):
        return None
    return None


def comparable(left: int, right: int) -> bool:
    """Some pair of kinds from both sides can be compared."""
    if left & NUMBER and right & (NUMBER | TEXT):
        return True
    if left & TEXT and right & (NUMBER | TEXT | DATE):
        return True
    if left & DATE and right & (DATE | TEXT):
        return True
    return bool(left & LOGICAL and right & LOGICAL)


def literal_problem(side: Expression, other: int) -> Problem | None:
    """A literal text beside a number or a date that it cannot become."""
    inner = bare(side)
    if not isinstance(inner, TextLiteral):
        return None
    if not other & ~NUMBER and parse_number(inner.value) is None:
        return Problem(
            "texto-nao-numerico",
            inner.span,
            message("o texto '{texto}' não é um número, e o outro lado é", texto=shorten(inner.value)),
            other_number(inner.value),
            written_number(inner),
        )
    if other == DATE and parse_date(inner.value) is None:
        return Problem(
            "data-impossivel",
            inner.span,
            message("o texto '{texto}' não é uma data, e o outro lado é", texto=shorten(inner.value)),
            other_date(inner.value) or message("escreva datas como '24/11/2026', com dia e mês que existam"),
            written_date(inner),
        )
    return None
