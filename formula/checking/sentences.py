"""Sentences whose rows are read without asking whether there are any (F4)."""

from __future__ import annotations

from collections.abc import Iterator

from formula.messages import message
from formula.names import name_key
from formula.reading.tree import Assign, Call, Evaluate, Expression, If, Node, Repeat, Statement, TextLiteral, While, bare, walk
from formula.reporter import Reporter

ASKS = frozenset({"EXECSQL", "PROXREGSQL", "RESULTSQL"})


def unasked(block: tuple[Statement, ...], reporter: Reporter) -> None:
    """``EXECSQL('A'); … RESULTSQL('A', 'B')``: without rows the second gives Vazio, and nobody is told."""
    for place, statement in enumerate(block[:-1]):
        run = bare(statement.expression) if isinstance(statement, Evaluate) else None
        code = sentence(run, "EXECSQL") if run is not None else None
        if run is not None and code is not None and first_read(block[place + 1 :], code):
            call = reporter.source.slice(run.span)
            reporter.add(
                "sentenca-sem-pergunta",
                run.span,
                message("ninguém pergunta se a sentença '{codigo}' trouxe linhas; sem linhas RESULTSQL dá Vazio", codigo=code),
                message("escreva SE {chamada} ENTAO … SENAO … FIMSE", chamada=call),
            )


def sentence(node: Node, name: str) -> str | None:
    """The code of a call of a sentence's function with a literal."""
    if not isinstance(node, Call) or node.word.key != name or not node.arguments:
        return None
    first = bare(node.arguments[0])
    return name_key(first.value) if isinstance(first, TextLiteral) else None


def asks(condition: Expression, code: str) -> bool:
    """Whether a condition looks at the rows itself."""
    return any(sentence(node, name) == code for node in walk(condition) for name in ASKS)


def first_read(block: tuple[Statement, ...], code: str) -> bool:
    """Whether the rows are read before a condition has looked at them."""
    for statement in block:
        if isinstance(statement, If | While) and asks(statement.condition, code):
            return False
        if reads(statement, code):
            return True
    return False


def reads(statement: Statement, code: str) -> bool:
    """Whether a statement reads a row of the sentence where nothing has asked for one."""
    waiting: list[Statement] = [statement]
    while waiting:
        one = waiting.pop()
        if any(sentence(node, "RESULTSQL") == code for part in own(one) for node in walk(part)):
            return True
        if isinstance(one, If) and not asks(one.condition, code):
            waiting += [*one.then, *(one.otherwise or ())]
        elif isinstance(one, Repeat) or (isinstance(one, While) and not asks(one.condition, code)):
            waiting += one.body
    return False


def own(statement: Statement) -> Iterator[Expression]:
    """The expressions that a statement evaluates itself, those of a REPITA's end left out: they come after its body."""
    if isinstance(statement, Evaluate):
        yield statement.expression
    elif isinstance(statement, If | While):
        yield statement.condition
    elif isinstance(statement, Assign):
        yield statement.value
