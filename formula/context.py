"""What a run may see of its host: plain data and two narrow protocols. The engine does no I/O of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

import attrs

from formula.effects import Effect
from formula.limits import DEFAULT, Limits
from formula.messages import Message
from formula.working_calendar import WorkingCalendar

NOTHING: Mapping[str, Any] = {}
MOST_NOTES = 1_000
"""A run keeps no more of what its functions found on their way."""


class Directory(Protocol):
    """People and their order, as the site supplies them. Keys are texts ``coligada;código``; unknown gives None."""

    def attendant(self, key: str) -> Any:
        """An attendant with ``key``, ``name``, ``active``, ``chief``, ``section`` (``coligada;seção`` or None)."""

    def attendant_of_user(self, user: str) -> Any:
        """The attendant whose user login, or key, is ``user``."""

    def group(self, key: str) -> Any:
        """A group with ``key``, ``name``, ``members`` (attendant keys)."""

    def node(self, key: str) -> Any:
        """A hierarchy node with ``key``, ``parent`` (node key or None), ``occupants`` (attendant keys)."""

    def section(self, coligada: int, code: str) -> Any:
        """A payroll section with ``coligada``, ``code``, ``parent`` (code or None), ``chief`` (attendant key or None),
        ``role`` (function code)."""

    def requisition_section(self, coligada: int, number: int) -> str | None:
        """The section in which a staff request began."""

    def load(self, attendant: str) -> int:
        """How many open tickets an attendant holds."""

    def members_present(self, group: str, day: date | None) -> list[str]:
        """The members of a group who are active and not away on a day (None: any day), in the group's order."""

    def take_turn(self, group: str, present: list[str]) -> str:
        """RODIZIO: whose turn it is among some members. The same all through a run; the group remembers it if the run counts."""

    def turn_before(self, group: str) -> str | None:
        """Who had the turn before the one that :meth:`take_turn` gave; None when nobody ever had one."""


class Sentences(Protocol):
    """Registered SQL sentences (F4, F5)."""

    def rows(self, code: str, bind: Callable[[str], Any], limits: Limits) -> Iterable[Mapping[str, Any]]:
        """Rows of a sentence in order; ``bind(name)`` gives the value of ``:name``. Raises Fault."""


@attrs.define(eq=False)
class Context:
    """One run's surroundings. Names in every mapping match in any letter case (L1).

    ``fields`` and ``parameters`` of the ticket; ``functions`` stand-ins (``RC``, ``VLRVALE('L1')``, ``NVD(*)``);
    ``formulas`` texts by code; ``sql`` rows by sentence code; ``memories`` start values; ``now`` is the only clock.

    A value may be, and becomes in a run:

    - an ``int`` or finite ``Decimal``: that number, up to 4,000 digits before and after the point;
    - a ``float``: the exact decimal of its shortest text, as JSON wrote it (``0.1`` is 0.1, ``-0.0`` is 0; not infinite, not NaN);
    - a ``str``: a text; where a number is declared, the number in it (``12.5``, ``12,5``, blank is 0), where a date is, the date
      (``dd/mm/aaaa``, with a time or without; blank is DATANULA; ISO texts are refused);
    - a ``datetime``: that moment, its zone left out; a ``date``: its midnight;
    - a ``bool``, or None (Vazio, which acts as the neutral value of its kind).

    Any other is a fault of the run. None of these costs much more than another, except a text that says no number or date, or one
    that can be read two ways (``1.500``), and None where a formula can tell it from 0 or ``''``: these are run the checked way.
    """

    fields: Mapping[str, Any] = NOTHING
    parameters: Mapping[str, Any] = NOTHING
    now: datetime | None = None
    user: str = ""
    coligada: int = 1
    functions: Mapping[str, Any] = NOTHING
    formulas: Mapping[str, str] = NOTHING
    sql: Mapping[str, Sequence[Mapping[str, Any]]] = NOTHING
    memories: Mapping[str, Any] = NOTHING
    directory: Directory | None = None
    sentences: Sentences | None = None
    requisition: int | None = None
    chiefs_from: str = ""
    """Whose chiefs RETPROXIMOCHEFESECAOLABORE climbs: of who opened the ticket (``abertura``, also when empty), of who has it
    (``atendimento``), or of who acts (``usuario``). A context without the ticket's field answers for who acts."""
    calendar: WorkingCalendar | None = None
    """What DIASUTEIS, SOMADIASUTEIS and HORASUTEIS count; None: Monday to Friday, no holidays."""


class Run:
    """The state of one run that built-ins may touch: context, effects so far, memories, cursors, budget."""

    __slots__ = (
        "answers",
        "called",
        "cells_left",
        "chain",
        "context",
        "cursors",
        "effects",
        "limits",
        "memories",
        "notes",
        "others",
        "rows_left",
        "site",
        "sql_text_left",
        "steps",
        "text_left",
    )

    others: Callable[[Run], Callable[[str], Any]]
    """What makes :attr:`called` when it is first asked for; the engine sets it."""
    called: Callable[[str], Any] | None
    """The value of another formula by code, else of the zero-argument function or stand-in of that name. Raises Fault."""

    def formula(self, code: str) -> Any:
        """What :attr:`called` gives (F5, F6)."""
        if self.called is None:
            self.called = self.others(self)
        return self.called(code)

    def note(self, said: Message, *, slight: bool = False) -> None:
        """What a function found on its way and its value does not show, for the explanation of the formula that called it; a
        ``slight`` one belongs to the step that read the value, such as that it was empty."""
        if len(self.notes) < MOST_NOTES:
            self.notes.append((len(self.chain), said, slight))

    def __init__(self, context: Context, limits: Limits = DEFAULT) -> None:
        """A fresh state. ``chain`` names the formulas being run, outermost first (F6)."""
        self.context = context
        self.answers: dict[str, Any] | None = None
        self.called = None
        self.limits = limits
        self.effects: list[Effect] = []
        memories = context.memories
        self.memories: dict[str, Any] = {name.upper(): value for name, value in memories.items()} if memories else {}
        self.cursors: dict[str, Any] = {}
        self.chain: list[str] = []
        self.notes: list[tuple[int, Message, bool]] = []
        self.steps = 0
        self.text_left = limits.text
        self.rows_left = limits.rows
        self.cells_left = limits.cells
        self.sql_text_left = limits.text
