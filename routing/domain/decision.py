"""The Plan: one move decided, as a value that can be shown, compared and applied (contract, ``plan``)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from functools import partial
from json.encoder import encode_basestring as quote
from typing import Any, Protocol, TypeVar, overload

import attrs

from formula.diagnostics import in_language
from formula.effects import Effect
from formula.messages import LANGUAGES, Message
from formula.names import as_seen
from formula.values import as_json as value_json
from routing.domain.approvals import Standing
from routing.domain.mails import MailDraft, MailFile
from routing.domain.model import (
    AnnexRecord,
    DiscussionEntry,
    FieldChange,
    HandoffRecord,
    Relation,
    StatusChange,
    StepChange,
    Ticket,
    Voice,
    local_ticket,
    plain,
)
from routing.domain.zone import wall_time
from routing.messages import Later, message, said_now


def to_seen(to: str | int | None) -> str | int | None:
    """Where a move goes, as people see it."""
    return as_seen(to) if isinstance(to, str) else to


@attrs.frozen(kw_only=True)
class Request:
    """What somebody asks of a ticket.

    ``to`` is a step (code or name) for an advance or opening, a destination text for a handoff. ``actor`` is an
    attendant key. ``key`` is the idempotency key. ``reason`` None means no reason given. ``version`` is the version
    the actor saw; None asks for no such check. ``draft`` is the ticket to open, when the store has none yet.

    An ``open`` may take over what another ticket says, ``copy_from`` (S:197); what ``draft`` fills and ``set`` names stands in
    place of that.

    A ``change`` gives ``set``, pairs of a field's name and a text (None empties it), and may copy the parameters of another
    ticket, ``copy_from``. An ``annex`` gives its name as ``kind`` and the values of a record as ``set``; ``entry`` is the record
    that is changed. A ``note`` gives ``text``, ``kind`` and ``publishable``; ``entry`` is the number, from 1, of the entry of
    the discussion that the text takes the place of.

    A ``relate`` or ``unrelate`` names another ticket as ``to``; ``kind`` is what that is to this one.

    A ``mail`` goes ``to`` and ``cc``: addresses, attendants, groups and clients, separated by commas. ``text`` are the sender's own
    words, ``parts`` what of the ticket goes along (:data:`MAIL_CONTENTS`; none named: request and solution), ``files`` what is
    attached; of ``kind`` ``opening`` it is the opening mail to the client.
    """

    action: str = attrs.field(converter=as_seen)
    to: str | int | None = attrs.field(default=None, converter=to_seen)
    actor: str = attrs.field(default="", converter=as_seen)
    key: str | None = None
    reason: int | None = None
    justification: str = ""
    version: int | None = None
    wake_up: datetime | date | None = None
    deadline: datetime | date | None = None
    draft: Ticket | None = attrs.field(default=None, repr=False)
    set: tuple[tuple[str, str | None], ...] = ()
    copy_from: str = attrs.field(default="", converter=as_seen)
    text: str = ""
    kind: str = attrs.field(default="log", converter=as_seen)
    publishable: bool = False
    entry: int | None = None
    cc: str = ""
    parts: tuple[str, ...] = ()
    files: tuple[MailFile, ...] = attrs.field(default=(), repr=False)

    def at(self, zone: tzinfo | None) -> Request:
        """The same with its times on a zone's wall clock."""
        wake_up = None if self.wake_up is None else wall_time(self.wake_up, zone)
        deadline = None if self.deadline is None else wall_time(self.deadline, zone)
        draft = None if self.draft is None else local_ticket(self.draft, zone)
        if wake_up is self.wake_up and deadline is self.deadline and draft is self.draft:
            return self
        return attrs.evolve(self, wake_up=wake_up, deadline=deadline, draft=draft)

    def as_json(self) -> dict[str, Any]:
        """For the idempotency record: the same request gives the same JSON. The key itself is left out."""
        return {
            "action": self.action,
            "to": None if self.to is None else str(self.to),
            "actor": self.actor,
            "reason": self.reason,
            "justification": self.justification,
            "version": self.version,
            "wake_up": None if self.wake_up is None else self.wake_up.isoformat(),
            "deadline": None if self.deadline is None else self.deadline.isoformat(),
            "draft": None if self.draft is None else self.draft.as_json(),
            **{name: value for name, default in LATER_PARTS.items() if (value := getattr(self, name)) != default},
            **({"files": [file.as_json() for file in self.files]} if self.files else {}),
        }


LATER_PARTS: Mapping[str, Any] = {
    "set": (), "copy_from": "", "text": "", "kind": "log", "publishable": False, "entry": None, "cc": "", "parts": (),
}  # fmt: skip
"""Parts that a request tells only when it has them, so that requests without keep the hash they had."""


@attrs.frozen
class Reason:
    """Why a move is refused, or a warning: a slug, a sentence, and what to do."""

    code: str
    message: str
    hint: str | None = None

    def as_json(self, language: str = "pt") -> dict[str, Any]:
        """The contract's shape."""
        return {
            "code": self.code,
            "message": in_language(self.message, language),
            "hint": None if self.hint is None else in_language(self.hint, language),
        }


DECISION, FACT, GATE, WARNING, NOTE = "decision", "fact", "gate", "warning", "note"
"""Kinds of a link: what separated this end from another; what was read or done in order; a check that was passed; what to mind;
what is easily overlooked."""
FOLDED = frozenset({FACT, GATE})
"""Kinds that are told only when everything is asked for."""
SAYS_KIND = ',"kind":"{}","data":{{'
FOLDED_TEXTS = tuple(map(SAYS_KIND.format, sorted(FOLDED)))
NOTE_TEXT = SAYS_KIND.format(NOTE)
"""How a line's JSON text says its kind. No value can look so, as its quotes are escaped."""
Data = tuple[tuple[str, str], ...]


@attrs.frozen
class ExplanationLine:
    """One link of the chain; ``where`` names a formula's line, a gate (``G4``), a person or group, or is None.

    ``kind`` is one of the five above, ``data`` the names it speaks of with their values. ``short`` is the same in fewer words;
    of the links with a ``weight`` the heaviest stand in the headline.
    """

    text: Message
    where: str | None = None
    kind: str = FACT
    data: Data = ()
    short: str = ""
    weight: int = 0

    def as_json(self, language: str = "pt") -> dict[str, Any]:
        """The contract's shape."""
        return {
            "text": in_language(self.text, language),
            "where": None if self.where is None else in_language(self.where, language),
            "kind": self.kind,
            "data": {name: in_language(value, language) for name, value in self.data},
        }


Form = Callable[..., str]
"""Makes the JSON text of a link from its sentence, its place, its kind, its data, its shorter sentence and its weight; of a gate's
or fact's link what follows the kind may be left out."""


Weighty = tuple[int, Callable[[], ExplanationLine]]
"""The weight of a link, and what makes it."""


class Part(Protocol):
    """Links that are worked out when they are read."""

    def weighty(self) -> Iterable[Weighty]:
        """The links that weigh something, in order; none is made yet."""

    def lines(self) -> Iterable[ExplanationLine]:
        """The links."""

    def text(self, form: Form) -> str:
        """JSON texts of the links, a line each; none gives an empty text."""


Sentence = tuple[Message | Later, str | None, str] | tuple[Message | Later, str | None, str, int]
"""A sentence with its place and kind, and its weight where it may stand in a headline."""
WEIGHED = 4
"""How many parts a sentence has that may stand in a headline."""
Link = ExplanationLine | Part | Sentence
"""A line, several, or a sentence that becomes a line when somebody reads it."""


def line_of(part: Sentence) -> ExplanationLine:
    """The line of a sentence."""
    said, where, kind, *weight = part
    text = said_now(said)
    return ExplanationLine(text, where, kind, (), text, weight[0]) if weight else ExplanationLine(text, where, kind)


MOST_REASONS = 2
"""So many reasons a headline gives."""


class Explanation(Sequence[ExplanationLine]):
    """The chain of a plan. What it says is worked out when first read, as few are."""

    __slots__ = ("lines", "parts")

    def __init__(self, parts: Iterable[Link] = ()) -> None:
        """``parts`` in order."""
        self.parts = tuple(parts)
        self.lines: tuple[ExplanationLine, ...] | None = None

    def texts(self, form: Form) -> list[str]:
        """JSON text of each line in a form (one function, the same each time). Those of a formula that went a known way are not
        made one by one."""
        text = "\n".join(filter(None, [text_of(part, form) for part in self.parts]))
        return text.split("\n") if text else []

    def as_json(self, language: str) -> list[dict[str, Any]]:
        """All lines in the contract's shape, by their text unless they are there already: to read that takes a fifth of making
        them."""
        if self.lines is not None:
            return [line.as_json(language) for line in self.lines]
        made: list[dict[str, Any]] = json.loads(f"[{','.join(self.texts(LINE_FORMS[language]))}]")
        return made

    def heaviest(self) -> list[ExplanationLine]:
        """The links that weighed most, heaviest first, the others not made; of equals the later one, as it is nearer to the end."""
        ordered = sorted(enumerate(self.weighty()), key=lambda one: (-one[1][0], -one[0]))
        made: dict[str, ExplanationLine] = {}
        for _, (_, make) in ordered:
            line = make()
            made.setdefault(str(line.short or line.text), line)
            if len(made) == MOST_REASONS:
                break
        return list(made.values())

    def weighty(self) -> Iterator[Weighty]:
        """The links that weigh something."""
        for part in self.lines or self.parts:
            if isinstance(part, tuple):
                weight = sum(part[3:])
                if weight > 0:
                    yield weight, partial(line_of, part)
            elif not isinstance(part, ExplanationLine):
                yield from part.weighty()
            elif part.weight > 0:
                yield part.weight, partial(itself, part)

    def all(self) -> tuple[ExplanationLine, ...]:
        """Every line, in order."""
        if self.lines is None:
            made: list[ExplanationLine] = []
            for part in self.parts:
                if isinstance(part, tuple):
                    made.append(line_of(part))
                elif isinstance(part, ExplanationLine):
                    made.append(part)
                else:
                    made.extend(part.lines())
            self.lines = tuple(made)
        return self.lines

    @overload
    def __getitem__(self, index: int) -> ExplanationLine: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[ExplanationLine, ...]: ...
    def __getitem__(self, index: int | slice) -> ExplanationLine | tuple[ExplanationLine, ...]:
        """A line, or some."""
        return self.all()[index]

    def __iter__(self) -> Iterator[ExplanationLine]:
        """The lines in order."""
        return iter(self.all())

    def __len__(self) -> int:
        """How many lines."""
        return len(self.all())

    def __eq__(self, other: object) -> bool:
        """Equal to a sequence of the same lines."""
        return isinstance(other, Explanation | tuple | list) and self.all() == tuple(other)

    def __hash__(self) -> int:
        """By the lines."""
        return hash(self.all())

    def __repr__(self) -> str:
        """The lines."""
        return f"Explanation({list(self.all())!r})"


def line_form(language: str) -> Form:
    """The contract's line as JSON text."""

    def form(text: str | Later, where: str | None, kind: str = FACT, data: Data = (), *_: object) -> str:
        said = said_now(text) if type(text) is tuple else text
        return (
            f'{{"text":{quote(in_language(said, language))},"where":{shown(where)},"kind":"{kind}",'  # type: ignore[arg-type]
            f'"data":{{{",".join([f"{quote(name)}:{quote(in_language(value, language))}" for name, value in data])}}}}}'
        )

    def shown(where: str | None) -> str:
        return "null" if where is None else quote(in_language(where, language))

    return form


def portuguese_line(text: str | Later, where: str | None, kind: str = FACT, data: Data = (), *_: object) -> str:
    """The same, where every sentence is its own text."""
    said = text[0].format_map(text[1]) if type(text) is tuple else str(text)
    start = f'{{"text":{quote(said)},"where":{"null" if where is None else quote(where)},"kind":"{kind}","data":{{'
    return start + ",".join([f"{quote(name)}:{quote(str(value))}" for name, value in data]) + "}}" if data else start + "}}"


LINE_FORMS: Mapping[str, Form] = {language: line_form(language) for language in LANGUAGES} | {"pt": portuguese_line}


def itself(line: ExplanationLine) -> ExplanationLine:
    """A line that is made already."""
    return line


def text_of(part: Any, form: Form) -> str:
    """The text of a line, or of several."""
    if type(part) is tuple:
        return form(*part[:3], (), part[0], part[3]) if len(part) == WEIGHED else form(*part)
    if type(part) is ExplanationLine:
        return form(part.text, part.where, part.kind, part.data, part.short, part.weight)
    made: str = part.text(form)
    return made


@attrs.frozen
class FormulaRun:
    """A formula that ran for the move; ``hash`` is that of its text, ``purpose`` handoff, entry or exit."""

    code: str
    hash: str
    value: Any
    steps: int
    purpose: str = "handoff"

    def as_json(self) -> dict[str, Any]:
        """The contract's shape."""
        return {"code": self.code, "hash": self.hash, "value": value_json(self.value), "steps": self.steps}


@attrs.frozen
class EntryEdit:
    """What an entry of the discussion becomes; ``number`` counts from 1."""

    number: int
    entry: DiscussionEntry


@attrs.frozen
class OtherEntry:
    """A discussion entry for another ticket (``ADICIONARDISCUSSAOATENDIMENTO``)."""

    ticket: str
    entry: DiscussionEntry


@attrs.frozen
class OtherRelation:
    """What this ticket becomes to another one."""

    ticket: str
    relation: Relation


@attrs.frozen(kw_only=True)
class Hypothesis:
    """What a plan supposes: values by upper-case field (None empties it), another clock, other rules, other texts of formulas.

    ``was`` is what the ticket really has, by the same names; ``rules`` is what was asked for (a revision, a folder, ``published``,
    ``folder``); ``texts`` are the codes of formulas, ``stand_ins`` the names of functions and memories, that are not the site's.
    """

    set: Mapping[str, Any] = attrs.field(factory=dict)
    now: datetime | None = None
    rules: str | None = None
    was: Mapping[str, Any] = attrs.field(factory=dict)
    texts: tuple[str, ...] = ()
    stand_ins: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is supposed."""
        return bool(self.set or self.now is not None or self.rules is not None or self.texts or self.stand_ins)

    def with_values(self, values: Mapping[str, Any], was: Mapping[str, Any]) -> Hypothesis:
        """The same with values of the fields' kinds, and what the ticket has."""
        return attrs.evolve(self, set=values, was=was)

    def as_json(self) -> dict[str, Any]:
        """The contract's shape."""
        made: dict[str, Any] = {
            "set": {name: plain(value) for name, value in self.set.items()},
            "now": None if self.now is None else self.now.isoformat(),
            "rules": self.rules,
        }
        return made | ({"formulas": list(self.texts)} if self.texts else {})


@attrs.frozen(kw_only=True, slots=False)
class Plan:
    """A decided move.

    ``status`` is planned, refused, fault or stopped; the desk's answer after applying says moved. Only a planned one
    has an ``after`` that differs from ``before``, and rows to write: ``steps``, ``handoffs``, ``statuses``,
    ``entries`` of this ticket, ``other_entries`` of others, ``mails``, ``turns`` of rotations (group, member), ``voices`` of an
    approval (``approval`` says where it stands). ``before`` is None when the ticket is unknown or being opened. ``ends`` says in a
    sentence where a planned one leads, ``why_not`` why it does not lead where somebody expected. A plan of a ``hypothesis`` is
    never applied. ``rules`` and ``people`` are the revisions that decided, ``decision`` is the number it is kept under, ``facts``
    what it asked of the world beside the ticket
    (:mod:`routing.releases.facts`).
    """

    status: str
    ticket: str
    action: str
    request: Request
    now: datetime
    before: Ticket | None
    after: Ticket | None
    gate: str | None = None
    reason: Reason | None = None
    effects: tuple[Effect, ...] = ()
    mails: tuple[MailDraft, ...] = ()
    entries: tuple[DiscussionEntry, ...] = ()
    other_entries: tuple[OtherEntry, ...] = ()
    steps: tuple[StepChange, ...] = ()
    handoffs: tuple[HandoffRecord, ...] = ()
    statuses: tuple[StatusChange, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    edits: tuple[EntryEdit, ...] = ()
    explanation: Explanation = Explanation()
    ends: Message | None = None
    why_not: WhyNot | None = None
    formulas: tuple[FormulaRun, ...] = ()
    warnings: tuple[Reason, ...] = ()
    turns: tuple[tuple[str, str], ...] = ()
    hypothesis: Hypothesis | None = None
    rules: str = ""
    people: str = ""
    decision: int | None = None
    facts: str = attrs.field(default="", repr=False, eq=False)
    voices: tuple[Voice, ...] = ()
    annexes: tuple[AnnexRecord, ...] = ()
    relations: tuple[Relation, ...] = ()
    other_relations: tuple[OtherRelation, ...] = ()
    approval: Standing | None = None

    def with_parts(self, **parts: Any) -> Plan:
        """The plan with other parts; as ``attrs.evolve``, at a tenth of its cost."""
        made = object.__new__(Plan)
        made.__dict__.update(self.__dict__, **parts)
        return made

    @property
    def applies(self) -> bool:
        """Whether there is anything to apply."""
        return self.status in {"planned", "moved"}

    def as_json(self, language: str = "pt") -> dict[str, Any]:
        """The contract's shape; the same plan gives the same JSON."""
        lines = self.explanation.as_json(language)
        told = told_first(lines, lambda line: line["kind"] in FOLDED, lambda line: line["kind"] == NOTE)
        head, tail = self.around_explanation(language)
        return head | {"explanation": lines, "decisions": told, "folded": len(lines) - len(told)} | tail

    def as_text(self, language: str, encode: Callable[[Any], str]) -> str:
        """The same as JSON text, without making the lines of the explanation one by one."""
        lines = self.explanation.texts(LINE_FORMS[language])
        told = told_first(lines, lambda line: any(map(line.__contains__, FOLDED_TEXTS)), lambda line: NOTE_TEXT in line)
        head, tail = map(encode, self.around_explanation(language))
        return (
            f'{head[:-1]},"explanation":[{",".join(lines)}],"decisions":[{",".join(told)}],'
            f'"folded":{len(lines) - len(told)},{tail[1:]}'
        )

    def headline(self) -> ExplanationLine | None:
        """Where the move leads, *because* of the one or two decisions that separated it from the nearest other end; None for a
        move that does not happen."""
        if self.ends is None:
            return None
        reasons = self.explanation.heaviest()
        where = [line.where for line in reasons if line.where]
        text: Message = self.ends
        for at, line in enumerate(reasons):
            reason = line.short or line.text
            if at:
                text = message("{fim}; e {razao}", fim=text, razao=reason)
            else:
                text = message("{fim}, porque {razao}", fim=text, razao=reason)
        places = list(dict.fromkeys(where))
        place: str | None = places[0] if places else None
        for other in places[1:]:
            place = message("{um} · {outro}", um=place, outro=other)
        return ExplanationLine(text, place, DECISION)

    def told(self) -> list[ExplanationLine]:
        """The links that are not folded: what is easily overlooked first, then decisions."""
        return told_first(self.explanation, lambda line: line.kind in FOLDED, lambda line: line.kind == NOTE)

    def around_explanation(self, language: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """What stands before and after the explanation and what is told of it first."""
        asked = {} if self.why_not is None else {"why_not": self.why_not.as_json(language)}
        return {
            "status": self.status,
            "gate": self.gate,
            "reason": None if self.reason is None else self.reason.as_json(language),
            "headline": None if (said := self.headline()) is None else placed(said, language),
            **asked,
            "ticket": self.ticket,
            "action": self.action,
            "before": state(self.before),
            "after": state(self.after),
            "effects": [effect.as_json() for effect in self.effects],
            "mails": [mail.as_json(language) for mail in self.mails],
            "entries": [entry.as_json() for entry in self.entries],
            "changes": [change.as_json() for change in self.changes],
        }, {
            "formulas": [run.as_json() for run in self.formulas],
            "warnings": [warning.as_json(language) for warning in self.warnings],
            "hypothesis": None if self.hypothesis is None else self.hypothesis.as_json(),
            "rules": self.rules or None,
            "decision": self.decision,
            **(self.approval.as_json() if self.approval is not None else {}),
        }


Line = TypeVar("Line")


def told_first(lines: Iterable[Line], folded: Callable[[Line], bool], overlooked: Callable[[Line], bool]) -> list[Line]:
    """The lines that are not folded: what is easily overlooked first, then the others."""
    left = [line for line in lines if not folded(line)]
    first = [line for line in left if overlooked(line)]
    return [*first, *(line for line in left if not overlooked(line))] if first else left


@attrs.frozen
class Because:
    """A sentence with its place."""

    text: Message | str
    where: Message | str | None = None

    def as_json(self, language: str) -> dict[str, Any]:
        """As a line of an explanation."""
        return {"text": in_language(self.text, language), "where": None if not self.where else in_language(self.where, language)}


@attrs.frozen
class WhyNot:
    """The answer: its first link, what that rests on, and the smallest change of the ticket that leads there."""

    asked: str
    answer: Message | str
    where: Message | str | None = None
    change: Mapping[str, Any] | None = None
    because: tuple[Because, ...] = ()

    def as_json(self, language: str = "pt") -> dict[str, Any]:
        """The contract's shape, with the links below the answer."""
        return {
            "asked": self.asked,
            "answer": in_language(self.answer, language),
            "where": None if not self.where else in_language(self.where, language),
            "change": None if self.change is None else {"set": dict(self.change)},
            "because": [link.as_json(language) for link in self.because],
        }


def placed(line: ExplanationLine, language: str) -> dict[str, Any]:
    """A headline as data."""
    return {"text": in_language(line.text, language), "where": None if line.where is None else in_language(line.where, language)}


def state(ticket: Ticket | None) -> dict[str, Any]:
    """Before or after; a ticket that does not exist yet has nothing in every place."""
    if ticket is None:
        return {"status": None, "step": None, "holder": None, "version": 0}
    return ticket.state_json()
