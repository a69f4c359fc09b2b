"""A tree as words, with the brackets that precedence needs (language §5). Long chains do not recurse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from formula.printing.layout import Piece
from formula.reading import tree as syntax
from formula.reading.builder import literal

LEVELS = {"OU": 1, "E": 2, "NAO": 3} | dict.fromkeys(("=", "<>", "<", "<=", ">", ">="), 4) | {"+": 5, "-": 5, "*": 6, "/": 6}
SIGNED, WHOLE = 7, 8
KINDS = {"(": "LPAR", ")": "RPAR", ",": "COMMA", ";": "SEMICOLON", ".": "DOT"}

Item = Piece | syntax.Node


def level(node: syntax.Node) -> int:
    """How tightly an expression binds: the row of its operator, loosest first."""
    if isinstance(node, syntax.Binary):
        return LEVELS[node.operator]
    if isinstance(node, syntax.Unary):
        return LEVELS["NAO"] if node.operator == "NAO" else SIGNED
    return WHOLE


def sign(text: str) -> Piece:
    """A keyword, operator or separator."""
    if text in KINDS:
        return Piece(KINDS[text], text)
    if text in LEVELS and text not in {"OU", "E", "NAO"}:
        return Piece({4: "COMPARISON", 5: "SIGN", 6: "FACTOR"}[LEVELS[text]], text)
    return Piece(text, text)


def name(word: syntax.Word) -> Piece:
    """A name as written."""
    return Piece("NAME", word.written)


def pieces(node: syntax.Node) -> Iterator[Piece]:
    """All words of a tree in order."""
    stack: list[Item] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, Piece):
            yield item
        else:
            stack.extend(reversed(list(parts(item))))


def bracketed(node: syntax.Expression, least: int) -> Iterator[Item]:
    """An operand, in brackets when it binds more loosely than ``least``."""
    if level(node) >= least:
        yield node
    else:
        yield from (sign("("), node, sign(")"))


def parts(node: syntax.Node) -> Iterator[Item]:
    """The words and direct parts of one node."""
    match node:
        case syntax.Formula():
            yield from block(node.statements)
        case syntax.Declare():
            yield sign("DECL")
            yield from separated(name(word) for word in node.words)
        case syntax.Assign():
            yield from (sign("SETVAR"), sign("("), name(node.target), sign(","), node.value, sign(")"))
        case syntax.Evaluate():
            yield node.expression
        case syntax.If():
            yield from (sign("SE"), node.condition, sign("ENTAO"))
            yield from block(node.then)
            if node.otherwise is not None:
                yield sign("SENAO")
                yield from block(node.otherwise)
            yield sign("FIMSE")
        case syntax.Repeat():
            yield sign("REPITA")
            yield from block(node.body)
            yield from (sign("ATE"), node.until)
        case syntax.While():
            yield from (sign("ENQUANTO"), node.condition, sign("FACA"))
            yield from block(node.body)
            yield sign("FIMENQ")
        case _:
            yield from operand_parts(node)


def operand_parts(node: syntax.Node) -> Iterator[Item]:
    """The words and direct parts of an expression."""
    match node:
        case syntax.Binary():
            own = LEVELS[node.operator]
            yield from bracketed(node.left, own + (own == 4))
            yield sign(node.operator)
            yield from bracketed(node.right, own + 1)
        case syntax.Unary():
            yield sign(node.operator)
            yield from bracketed(node.operand, level(node))
        case syntax.Paren():
            yield from (sign("("), node.inner, sign(")"))
        case syntax.Call():
            yield from (name(node.word), sign("("))
            yield from separated(node.arguments)
            yield sign(")")
        case syntax.Member():
            yield from (node.call, sign("."), name(node.word))
        case _:
            yield leaf(node)


def leaf(node: syntax.Node) -> Piece:
    """A literal or a name."""
    match node:
        case syntax.NumberLiteral():
            return Piece("NUMBER", number(node))
        case syntax.TextLiteral():
            return Piece("TEXT", node.quote + node.value.replace(node.quote, node.quote * 2) + node.quote)
        case syntax.LogicalLiteral():
            return Piece("VERDADE", "VERDADE") if node.value else Piece("FALSO", "FALSO")
        case syntax.Name():
            return name(node.word)
        case _:
            return Piece("HOLE", "…")


def number(node: syntax.NumberLiteral) -> str:
    """The author's digits, or the shortest that have the value."""
    if node.written and literal(node.written) == node.value:
        return node.written
    return format(node.value, "f") if not isinstance(node.value, int) else str(node.value)


def block(statements: Iterable[syntax.Statement]) -> Iterator[Item]:
    """Statements, each with its ``;``."""
    for statement in statements:
        yield statement
        yield sign(";")


def separated(items: Iterable[Item]) -> Iterator[Item]:
    """Items with commas between."""
    for index, item in enumerate(items):
        if index:
            yield sign(",")
        yield item
