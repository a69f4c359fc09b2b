"""Values that a later SETVAR replaces before anything reads them (V2): read off the tree from its end to its beginning."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from formula.messages import message
from formula.reading.tree import (
    Assign,
    Evaluate,
    Expression,
    Formula,
    If,
    Name,
    NumberLiteral,
    Repeat,
    Statement,
    TextLiteral,
    While,
    bare,
    every_statement,
    walk,
)
from formula.reporter import Reporter

MOST_LINES = 3
"""So many of the lost values are named by their lines."""


def overwritten(tree: Formula, reporter: Reporter) -> None:
    """One lint a SETVAR that throws values away, however many it throws away."""
    looked = Look()
    looked.block(tree.statements)
    firsts = first_literals(tree)
    position = reporter.source.position
    for killer, lost in looked.lost.values():
        lines = sorted({position(one.span.start).line for one in lost if id(one) not in firsts})
        if not lines:
            continue
        name, told = killer.target.written, ", ".join(map(str, lines[:MOST_LINES])) + (", …" if len(lines) > MOST_LINES else "")
        reporter.add(
            "valor-sobrescrito",
            killer.span,
            message("o valor que a linha {linhas} pôs em '{nome}' se perde: ninguém o lê antes deste", linhas=told, nome=name)
            if len(lines) == 1
            else message("os valores que as linhas {linhas} puseram em '{nome}' se perdem: ninguém os lê", linhas=told, nome=name),
            message("tire um dos SETVAR, ou ponha este sob uma condição"),
        )


def first_literals(tree: Formula) -> set[int]:
    """The first SETVAR of each variable where it gives a literal under no condition: a beginning, meant to be replaced."""
    seen: set[str] = set()
    made: set[int] = set()
    top = {id(one) for one in tree.statements}
    for node in every_statement(tree):
        if isinstance(node, Assign) and node.target.key not in seen:
            seen.add(node.target.key)
            if id(node) in top and isinstance(bare(node.value), TextLiteral | NumberLiteral):
                made.add(id(node))
    return made


@attrs.define(eq=False)
class Look:
    """A walk backwards. ``next`` has, for each variable whose value is replaced before it is read on every way on from here, the
    SETVAR that does; ``before`` what the innermost open branch changed in it. Loops only read: what they replace is not said."""

    next: dict[str, Assign] = attrs.field(factory=dict)
    before: dict[str, Assign | None] = attrs.field(factory=dict)
    lost: dict[int, tuple[Assign, list[Assign]]] = attrs.field(factory=dict)

    def block(self, statements: Sequence[Statement]) -> None:
        """The statements, last to first."""
        for statement in reversed(statements):
            match statement:
                case Assign():
                    killer = self.next.get(statement.target.key)
                    if killer is not None:
                        self.lost.setdefault(id(killer), (killer, []))[1].append(statement)
                    self.put(statement.target.key, statement)
                    self.reads(statement.value)
                case Evaluate():
                    self.reads(statement.expression)
                case If():
                    self.branches(statement)
                case Repeat() | While():
                    self.reads(statement)

    def put(self, key: str, killer: Assign | None) -> None:
        """What becomes of the values a variable has before this place."""
        old = self.next.get(key)
        if old is killer:
            return
        self.before.setdefault(key, old)
        if killer is None:
            del self.next[key]
        else:
            self.next[key] = killer

    def reads(self, node: Expression | Statement) -> None:
        """Every name in it is read here."""
        for one in walk(node):
            if isinstance(one, Name):
                self.put(one.word.key, None)

    def branches(self, statement: If) -> None:
        """All ways of a chain SE … SENAO SE …, without recursion down the chain; a value is lost where every way replaces it."""
        ends: list[dict[str, Assign | None]] = []
        conditions: list[Expression] = []
        current: If | None = statement
        while current is not None:
            conditions.append(current.condition)
            ends.append(self.branch(current.then))
            rest = current.otherwise or ()
            if len(rest) == 1 and isinstance(rest[0], If):
                current = rest[0]
            else:
                ends.append(self.branch(rest))
                current = None
        found: dict[str, list[Assign | None]] = {}
        for end in ends:
            for key, killer in end.items():
                found.setdefault(key, []).append(killer)
        for key, killers in found.items():
            if len(killers) < len(ends):
                killers.append(self.next.get(key))
            self.put(key, None if None in killers else killers[0])
        for condition in conditions:
            self.reads(condition)

    def branch(self, block: Sequence[Statement]) -> dict[str, Assign | None]:
        """What one way changes, and back to where it began."""
        around, self.before = self.before, {}
        self.block(block)
        changed = {key: self.next.get(key) for key in self.before}
        for key, old in self.before.items():
            if old is None:
                self.next.pop(key, None)
            else:
                self.next[key] = old
        self.before = around
        return changed
