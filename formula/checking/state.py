"""What one check knows so far, and its reports."""

from __future__ import annotations

from formula.checking.branches import Kinds, Ways
from formula.checking.names import Binding
from formula.messages import Message
from formula.reading.tree import Formula, Word
from formula.reporter import Reporter
from formula.schema import Schema
from formula.source import Span


class State:
    """The declared names, the kinds at loop heads, and the two tables: kinds of expressions, meanings of names."""

    def __init__(self, tree: Formula, schema: Schema, lenient: bool, reporter: Reporter, trusted: bool = True) -> None:
        """``trusted``: fields hold the kinds that the schema declares."""
        self.tree = tree
        self.schema = schema
        self.reporter = reporter
        self.trusted = trusted
        self.lenient = lenient
        self.kinds: dict[int, int] = {}
        self.bindings: dict[int, Binding] = {}
        self.heads: dict[int, Kinds] = {}
        self.moved = False
        self.ways = Ways({})
        self.reporting = False
        self.used: set[str] = set()
        self.variables: dict[str, Word] = {}
        self.unknown: set[str] = set()
        self.unknown_calls: set[str] = set()
        self.assigned: set[str] = set()
        self.foreign_calls: dict[str, list[Span]] = {}
        self.stand_ins: dict[str, str] = {}
        self.loops = 0

    def report(self, code: str, span: Span, text: Message, hint: Message | None = None, **more: object) -> None:
        """Report in the last walk only."""
        if self.reporting:
            self.reporter.add(code, span, text, hint, **more)  # type: ignore[arg-type]

    def wants(self, code: str) -> bool:
        """Whether a report of this code is kept: asked before words are made that cost something."""
        return self.reporting and self.reporter.wants(code)
