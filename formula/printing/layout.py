"""Canonical layout of words: lines, levels, blanks, comments. Knows no tree; the order of words alone decides, so that
laying out a text twice gives the same text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

WIDEST = 100
"""A longer line is broken after commas and before operators."""

INDENT = "  "
FURTHER = "    "
OPEN = frozenset({"ENTAO", "FACA", "REPITA"})
CLOSE = frozenset({"FIMSE", "FIMENQ", "ATE"})
LEAD = frozenset({"COMPARISON", "SIGN", "FACTOR", "E", "OU"})
OPERANDS = frozenset({"NAME", "NUMBER", "TEXT", "VERDADE", "FALSO", "RPAR", "HOLE"})


@attrs.frozen
class Piece:
    """A word: its token type, what to print, and how many line ends stood before it in the author's text."""

    kind: str
    text: str
    lines_before: int = 0


@attrs.define
class Line:
    """A line being made: its level, its words, the comments that trail it, and whether a blank line goes before."""

    level: int
    pieces: list[Piece] = attrs.field(factory=list)
    trailing: list[str] = attrs.field(factory=list)
    gap: bool = False


@attrs.define
class Layout:
    """Where the layout stands. ``held`` are comments whose place the next word decides; ``header``: between SE or
    ENQUANTO and its ENTAO or FACA; ``tight``: no blank line may come next.
    """

    lines: list[Line] = attrs.field(factory=list)
    level: int = 0
    line: Line | None = None
    held: list[Piece] = attrs.field(factory=list)
    header: int = 0
    tight: bool = True

    def take(self, piece: Piece) -> None:
        """One word or comment."""
        kind = piece.kind
        if kind == "COMMENT":
            self.comment(piece)
        elif kind == "SEMICOLON":
            if not self.header:
                self.finish()
        elif kind in CLOSE or kind == "SENAO":
            self.finish()
            self.level = max(0, self.level - 1)
            self.tight = True
            self.word(piece)
            if kind == "SENAO":
                self.head()
        else:
            self.word(piece)
            if kind in {"SE", "ENQUANTO"}:
                self.header += 1
            elif kind in OPEN:
                self.header -= kind != "REPITA"
                self.head()

    def comment(self, piece: Piece) -> None:
        """A comment: after a whole line it trails it when on the same line of the author's, else it waits."""
        if self.line is None and not piece.lines_before and self.lines and not self.held and self.lines[-1].pieces:
            self.lines[-1].trailing.append(piece.text)
        else:
            self.held.append(piece)

    def word(self, piece: Piece) -> None:
        """A word of a statement; it begins a line when none is open."""
        if self.line is None:
            self.comment_lines(self.held)
            self.held = []
            self.line = self.begin(piece)
        for held in self.held:
            self.line.pieces.append(held)
        self.held = []
        self.line.pieces.append(piece)

    def begin(self, piece: Piece) -> Line:
        """A new line at the present level."""
        line = Line(self.level, gap=piece.lines_before > 1 and not self.tight)
        self.tight = False
        return line

    def comment_lines(self, comments: Sequence[Piece]) -> None:
        """Comments on lines of their own."""
        for piece in comments:
            line = self.begin(piece)
            line.trailing.append(piece.text)
            self.lines.append(line)

    def head(self) -> None:
        """End of a line that opens a block: no ``;``."""
        if self.line is not None:
            self.lines.append(self.line)
            self.line = None
        self.level += 1
        self.tight = True

    def finish(self) -> None:
        """End of a statement. Comments that wait trail it when they stood on its last line, else follow it."""
        held, self.held = self.held, []
        if self.line is not None:
            self.line.pieces.append(Piece("SEMICOLON", ";"))
            while held and not held[0].lines_before:
                self.line.trailing.append(held.pop(0).text)
            self.lines.append(self.line)
            self.line = None
            self.tight = False
        self.comment_lines(held)


def lay_out(words: Iterable[Piece]) -> str:
    """The canonical text of words. It ends with a line end unless it is empty."""
    layout = Layout()
    for piece in words:
        layout.take(piece)
    layout.finish()
    return "".join(text_of(line) + "\n" for line in layout.lines)


def text_of(line: Line) -> str:
    """A line with its blank line before, broken when too long."""
    indent = INDENT * line.level
    code = wrapped(line.pieces, indent) if line.pieces else ""
    comments = " ".join(line.trailing)
    whole = f"{code} {comments}" if code and comments else code or indent + comments
    return ("\n" if line.gap else "") + whole


def one_line(words: Iterable[Piece]) -> str:
    """Words of an expression or a simple statement on one line."""
    return "".join(glue + text for glue, text, _, _ in glued(list(words)))


def glued(words: Sequence[Piece]) -> list[tuple[str, str, int, bool]]:
    """Each word with the blank before it, its bracket depth, and whether a line may break before it."""
    made: list[tuple[str, str, int, bool]] = []
    depth = 0
    before: Piece | None = None
    unary = False
    for piece in words:
        depth -= piece.kind == "RPAR"
        binary = piece.kind in LEAD and before is not None and before.kind in OPERANDS | {"COMMENT"}
        glue = " " if before is not None and spaced(before, piece, unary) else ""
        may_break = binary or (before is not None and before.kind == "COMMA")
        made.append((glue, piece.text, depth, may_break))
        unary = piece.kind == "SIGN" and not binary
        depth += piece.kind == "LPAR"
        before = piece
    return made


def spaced(before: Piece, piece: Piece, unary: bool) -> bool:
    """Whether a blank stands between two neighbours. ``unary``: the first is a sign before its operand."""
    if piece.kind == "COMMENT" or before.kind == "COMMENT":
        return piece.kind not in {"COMMA", "SEMICOLON"}
    if unary or before.kind in {"LPAR", "DOT"} or piece.kind in {"RPAR", "COMMA", "SEMICOLON", "DOT"}:
        return False
    return not (piece.kind == "LPAR" and before.kind in {"NAME", "SETVAR"})


def wrapped(words: Sequence[Piece], indent: str) -> str:
    """The words of a line; over :data:`WIDEST` columns it is broken at the outermost place that fits."""
    made = glued(words)
    lines: list[str] = []
    current = indent
    breaks: list[tuple[int, int, int]] = []
    for index, (glue, text, depth, may_break) in enumerate(made):
        if may_break:
            breaks.append((depth, index, len(current)))
        current += glue + text
        last_line = current[current.rfind("\n") + 1 :]
        if len(last_line) > WIDEST and breaks:
            least = min(level for level, _, _ in breaks)
            _, at, column = next(found for found in reversed(breaks) if found[0] == least)
            lines.append(current[:column])
            current = indent + FURTHER + current[column + len(made[at][0]) :]
            shift = len(indent + FURTHER) - column - len(made[at][0])
            breaks = [(level, place, where + shift) for level, place, where in breaks if place > at]
    return "\n".join([*lines, current])
