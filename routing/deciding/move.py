"""The state of one move while it is being decided, and the exception that ends it at a gate."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

import attrs

from formula.context import Sentences
from formula.effects import Effect
from formula.messages import Message
from formula.values import display
from routing.domain.access import HAND_OFF
from routing.domain.decision import (
    DECISION,
    FACT,
    GATE,
    WARNING,
    EntryEdit,
    ExplanationLine,
    FormulaRun,
    Link,
    OtherEntry,
    OtherRelation,
    Reason,
    Request,
)
from routing.domain.mails import LaterFacts, MailDraft
from routing.domain.model import (
    ENTRY_LOG,
    AnnexRecord,
    Attendant,
    DiscussionEntry,
    FieldChange,
    HandoffRecord,
    Holder,
    Relation,
    StatusChange,
    Step,
    StepChange,
    Ticket,
    TicketType,
    Voice,
    changed,
)
from routing.domain.people import Workload
from routing.domain.site import Site
from routing.domain.ticket_fields import ROWS, VALUES
from routing.messages import Later, message

if TYPE_CHECKING:
    from formula.engine import Rule
    from formula.runtime.record import Record

Watch = Callable[[str, "Rule"], "Rule"]
"""Given the code and the rule of each formula that a move is about to run, gives the rule to run: the same, or one that is
measured."""


class Refused(Exception):
    """The move ends here. ``status`` is refused, fault (a formula failed) or stopped (ANALISAR)."""

    def __init__(self, gate: str, reason: Reason, status: str = "refused") -> None:
        """Keep what the plan will show."""
        super().__init__(reason.message)
        self.gate = gate
        self.reason = reason
        self.status = status


class Unseen(Exception):
    """The actor may not see the ticket (S:139)."""


def refuse(gate: str, code: str, said: str, hint: str | None = None) -> NoReturn:
    """End the move at a gate."""
    raise Refused(gate, Reason(code, said, hint))


@attrs.frozen
class Visit:
    """A step entered during this move, by which formula's wish, and who then had the ticket."""

    step: int
    formula: str
    holder: Holder | None


@attrs.frozen
class Asked:
    """An action that a formula asked for, to be done after the arrival; ``formula`` is its code."""

    effect: Effect
    formula: str


@attrs.define(eq=False)
class Move:
    """Everything decided so far. ``ticket`` changes as the move goes on, ``start`` is what it was."""

    site: Site
    request: Request
    now: datetime
    start: Ticket
    ticket: Ticket
    sentences: Sentences | None
    workload: Workload
    person: Attendant | None = None
    lines: list[Link] = attrs.field(factory=list)
    effects: list[Effect] = attrs.field(factory=list)
    mails: list[MailDraft] = attrs.field(factory=list)
    entries: list[DiscussionEntry] = attrs.field(factory=list)
    others: list[OtherEntry] = attrs.field(factory=list)
    steps: list[StepChange] = attrs.field(factory=list)
    handoffs: list[HandoffRecord] = attrs.field(factory=list)
    statuses: list[StatusChange] = attrs.field(factory=list)
    changes: list[FieldChange] = attrs.field(factory=list)
    edits: list[EntryEdit] = attrs.field(factory=list)
    voices: list[Voice] = attrs.field(factory=list)
    annexes: list[AnnexRecord] = attrs.field(factory=list)
    relations: list[Relation] = attrs.field(factory=list)
    other_relations: list[OtherRelation] = attrs.field(factory=list)
    runs: list[FormulaRun] = attrs.field(factory=list)
    records: dict[int, Record] = attrs.field(factory=dict)
    """The recorded runs, by the identity of their outcomes."""

    warnings: list[Reason] = attrs.field(factory=list)
    turns: dict[str, str] = attrs.field(factory=dict)
    """Turns of rotations taken in this move: the member by group."""
    offered: set[str] = attrs.field(factory=set)
    """The members of groups among whom the latest formula had somebody chosen."""
    letters: list[Callable[[Move], None]] = attrs.field(factory=list)
    """Mails to be drafted at the end, when the ticket is as the move leaves it."""
    pending: deque[Asked] = attrs.field(factory=deque)
    visited: list[Visit] = attrs.field(factory=list)
    entries_before: int = 0
    """Entries of the discussion that this move made before the ticket came to its step."""

    actions: int = 0
    watch: Watch | None = None
    told: tuple[Ticket, LaterFacts] | None = None
    """What the mails drafted so far say of the ticket that they are of."""

    drafted: bool = False
    """Whether the ticket came with the request, and no store has it yet."""

    @property
    def actor(self) -> Attendant:
        """Who acts; known once G4 has passed."""
        assert self.person is not None
        return self.person

    @property
    def kind(self) -> TicketType:
        """The ticket's type; known once G1 has passed."""
        return self.site.types[self.ticket.type]

    @property
    def step(self) -> Step | None:
        """The step the ticket is in now."""
        return self.site.step(self.ticket.type, self.ticket.step)

    @property
    def rights(self) -> frozenset[str]:
        """What the actor may do."""
        return self.actor.rights

    def say(self, text: Message | Later, where: str | None = None) -> None:
        """Add a link to the explanation."""
        self.lines.append((text, where, FACT))

    def passed(self, gate: str, text: Message | Later) -> None:
        """A gate passed, with what it saw."""
        self.lines.append((text, gate, GATE))

    def decided(self, text: Message | Later, weight: int, where: str | None = None, kind: str = DECISION) -> None:
        """What separated this end from another; the heavier, the nearer to the headline."""
        self.lines.append((text, where, kind, weight))

    def warn(self, reason: Reason, where: str | None = None) -> None:
        """What to mind, here and among the warnings."""
        self.warnings.append(reason)
        self.lines.append(ExplanationLine(reason.message, where, WARNING))  # type: ignore[arg-type]

    def change(self, **changes: object) -> None:
        """Change the ticket."""
        self.ticket = changed(self.ticket, **changes)

    def enter_discussion(
        self,
        text: str,
        kind: str = ENTRY_LOG,
        steps: tuple[int | None, int | None] = (None, None),
        publishable: bool = False,
    ) -> None:
        """A new discussion entry by the actor, now."""
        said = text.text(self.site.language) if isinstance(text, Message) else text
        self.entries.append(DiscussionEntry(kind, said, self.actor.key, self.now, steps[0], steps[1], publishable))

    def written(self, before: Ticket) -> None:
        """Keep in the history what fields held before they were written, and what they hold now."""
        for name, old, new in differences(before, self.ticket):
            self.record_change(name, old, new)

    def record_change(self, name: str, old: str, new: str) -> None:
        """A row of the history of changes, by the actor, now."""
        self.changes.append(FieldChange(name, old, new, self.actor.key, self.now))


def differences(before: Ticket, after: Ticket) -> Iterator[tuple[str, str, str]]:
    """Fields and parameters that differ, with both values as people write them; by the names that changes use."""
    for row in ROWS:
        old, new = getattr(before, row.attribute), getattr(after, row.attribute)
        if old is new or old == new:
            continue
        if row.kind == VALUES:
            prefix = "PARAMETRO." if row.attribute == "parameters" else ""
            for name in dict.fromkeys((*old, *new)):
                if old.get(name) != new.get(name):
                    yield prefix + name, written_value(old.get(name)), written_value(new.get(name))
        elif row.formula:
            yield row.formula, written_value(old), written_value(new)


def written_value(value: Any) -> str:
    """A value as people write it; nothing is empty."""
    return "" if value is None else display(value)


def previous_holder(ticket: Ticket, handoffs: list[HandoffRecord]) -> Holder | None:
    """Who had the ticket before the present holder (handoff history, then step history)."""
    for record in reversed([*ticket.handoffs, *handoffs]):
        if record.to_holder == ticket.holder and record.from_holder not in (None, ticket.holder):
            return record.from_holder
    for change in reversed(ticket.steps):
        if change.holder_to == ticket.holder and change.holder_from not in (None, ticket.holder):
            return change.holder_from
    return None


RIGHT_HINT = message(
    'peça ao administrador o direito de repassar: direitos = ["{direito}"] em diretorio.toml, '
    "ou concessoes no tipo, para as fórmulas",
    direito=HAND_OFF,
)
