"""A rule's case as read from a ``*.casos.toml`` file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs

from formula.diagnostics import Diagnostic
from formula.messages import Message
from formula.source import Source
from formula.values import display
from routing.testing.passing import Wait
from routing.workspace.contexts import GivenContext
from routing.workspace.toml_places import Document

SUFFIX = ".casos.toml"

DEFAULT_NOW = datetime(2026, 1, 5, 9, 0)
"""The clock of a case that sets none: a Monday morning, so that a case gives the same answer on every day."""


@attrs.frozen
class Expectation:
    """One thing expected: a key of ``espera``, the value as TOML gives it, and its line."""

    key: str
    value: Any
    line: int


@attrs.frozen(kw_only=True)
class Step:
    """One move of a case. ``actor`` empty means whoever has the ticket; ``now`` None the case's clock. ``after`` is the time that
    passes first; without an ``action`` that is all. ``set`` to ``entry`` are of changes, notes and annexes, as in a request."""

    action: str
    to: str | int | None = None
    actor: str = ""
    reason: int | None = None
    justification: str = ""
    version: int | None = None
    wake_up: datetime | date | None = None
    deadline: datetime | date | None = None
    now: datetime | None = None
    after: tuple[Wait, ...] = ()
    set: tuple[tuple[str, str | None], ...] = ()
    copy_from: str = ""
    text: str = ""
    kind: str = "log"
    publishable: bool = False
    entry: int | None = None
    line: int = 0
    expected: tuple[Expectation, ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class Case:
    """A case or a row of a table.

    ``formula`` is a code, ``text`` a formula written in the file; both empty for moves. ``moves`` has one step for a
    move's case and several for a flow. ``given`` is what the run may see, ``document`` the tables it came from, with
    their places. ``snapshot`` names the parts of what it does that are kept beside it. ``tables`` are those of ``contexto``
    as written, ``own_tables`` without the file's. ``faults`` are what is badly written: such a case fails without running.
    """

    path: Path
    name: str
    line: int
    formula: str = ""
    text: str = ""
    type: int | None = None
    given: GivenContext
    document: Document
    expected: tuple[Expectation, ...] = ()
    moves: tuple[Step, ...] = ()
    snapshot: tuple[str, ...] = ()
    skip: str = ""
    focus: bool = False
    faults: tuple[Diagnostic, ...] = ()
    tables: Mapping[str, Any] = attrs.field(factory=dict)
    own_tables: Mapping[str, Any] = attrs.field(factory=dict)

    @property
    def sort(self) -> str:
        """``formula``, ``move`` or ``flow``."""
        return "formula" if not self.moves else "move" if len(self.moves) == 1 else "flow"


@attrs.frozen(eq=False)
class CaseFile:
    """A file of cases. ``faults`` are those that belong to no case; ``source`` is the text that places count in."""

    path: Path
    source: Source
    cases: tuple[Case, ...]
    faults: tuple[Diagnostic, ...]
    tables: Mapping[str, Any]

    @property
    def every_fault(self) -> list[Diagnostic]:
        """All faults in order of place, each once."""
        found = {id(one): one for one in (*self.faults, *(fault for case in self.cases for fault in case.faults))}
        seen: dict[tuple[str, int, str], Diagnostic] = {}
        for one in found.values():
            seen.setdefault((one.code, one.span.start, str(one.message)), one)
        return sorted(seen.values(), key=lambda one: (one.span.start, one.code))


class Unusable(Exception):
    """Something that a case names and that cannot serve it: a file, a base, people."""

    def __init__(self, sentence: Message, hint: Message | None = None) -> None:
        """What is wrong and what to do."""
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


def shown_value(value: Any) -> str:
    """A value of a case as a person writes it in a change."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "sim" if value else "não"
    return display(Decimal(repr(value)) if isinstance(value, float) else value)
