"""Where a block without its end was meant to end, read from the indentation (rule C2).

Only used when a text has more openings than ends. A block is suspect when its body was indented and a later line stands
no deeper than the line that opened it, without being its own end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from formula.codes.table import report
from formula.diagnostics import Diagnostic
from formula.messages import message
from formula.reading.lexer import span_of
from formula.reading.tokens import Token
from formula.source import Source, Span

OPEN_TO_END = {"SE": "FIMSE", "ENQUANTO": "FIMENQ"}
CLOSING = frozenset({"FIMSE", "FIMENQ", "ATE", "SENAO", "SEMICOLON"})
MIDDLES = frozenset({"SENAO", "ENTAO", "FACA"})


@attrs.define
class Block:
    """An open block: its first word, the indentation of its line, and whether its body is deeper."""

    opener: Token
    indent: int
    line: int
    deeper: bool = False


@attrs.frozen
class Gap:
    """An end is missing before the token ``index`` for the block that ``opener`` began."""

    index: int
    opener: Token
    end: str


def with_missing_ends(source: Source, tokens: Sequence[Token]) -> tuple[list[Token], list[Diagnostic]]:
    """The tokens with the ends that the layout misses, and one fault for each."""
    mended: list[Token] = []
    faults: list[Diagnostic] = []
    start = 0
    for gap in gaps(source, tokens):
        mended.extend(tokens[start : gap.index])
        start = gap.index
        here = tokens[start]
        added = [here.update(type=gap.end, value=gap.end)]
        if here.type not in CLOSING:
            added.append(here.update(type="SEMICOLON", value=";"))
        for token in added:
            token.end_pos = token.start_pos
        mended.extend(added)
        faults.append(missing_end(source, here, gap))
    mended.extend(tokens[start:])
    return mended, faults


def missing_end(source: Source, here: Token, gap: Gap) -> Diagnostic:
    """C2: the fault, at the line that stands outside the block, and the place of its opening."""
    opener = span_of(gap.opener)
    where = source.position(opener.start)
    word = source.slice(opener).upper()
    line = source.position(here.start_pos).line
    blanks = source.text[source.line_starts[line - 1] : here.start_pos]
    text = gap.end + (";" if here.type not in CLOSING else "") + "\n" + blanks
    return report(
        source,
        span_of(here),
        "falta-fimse" if gap.end == "FIMSE" else "falta-fimenq",
        message("falta {fim} antes daqui", fim=gap.end),
        message(
            "o {palavra} da linha {linha}, coluna {coluna} precisa de {fim}",
            palavra=word,
            linha=where.line,
            coluna=where.column,
            fim=gap.end,
        ),
        (Span(here.start_pos, here.start_pos), text),
        {opener: message("{palavra} aberto aqui", palavra=word)},
    )


def gaps(source: Source, tokens: Sequence[Token]) -> list[Gap]:
    """The places where ends are missing, when the layout tells; empty when the counts agree."""
    found: list[Gap] = []
    for opening, end in OPEN_TO_END.items():
        kinds = [token.type for token in tokens if token.type in {opening, end}]
        missing = kinds.count(opening) - kinds.count(end)
        if missing > 0:
            suspects = [gap for gap in suspicious(source, tokens) if gap.end == end]
            found.extend(suspects[:missing])
    return sorted(found, key=lambda gap: gap.index)


def suspicious(source: Source, tokens: Sequence[Token]) -> Iterator[Gap]:
    """Blocks that the indentation closes and no word does, in order of place."""
    open_blocks: list[Block] = []
    line = 0
    for index, token in enumerate(tokens):
        position = source.position(token.start_pos)
        if position.line != line:
            line = position.line
            indent = position.column - 1
            yield from closed_by_layout(open_blocks, token, index, indent)
            if open_blocks and line > open_blocks[-1].line and indent > open_blocks[-1].indent:
                open_blocks[-1].deeper = True
        if token.type in OPEN_TO_END or token.type == "REPITA":
            open_blocks.append(Block(token, indent, line))
        elif token.type in {"FIMSE", "FIMENQ", "ATE"} and open_blocks:
            open_blocks.pop()


def closed_by_layout(open_blocks: list[Block], token: Token, index: int, indent: int) -> Iterator[Gap]:
    """The open blocks that a line beginning with ``token`` cannot belong to."""
    while open_blocks:
        block = open_blocks[-1]
        end = OPEN_TO_END.get(block.opener.type)
        own_word = token.type == end or token.type in MIDDLES
        outside = indent < block.indent or (indent == block.indent and not own_word)
        if end is None or not block.deeper or not outside:
            return
        open_blocks.pop()
        yield Gap(index, block.opener, end)
