"""A Plan as JSON text and back, without loss: what an idempotency key answers with, and the log of decisions.

Records are objects tagged with their class (``"!": "Reason"``); sentences keep their template and values, so that a
stored answer can still be said in another language. Only classes of the table below are made on the way back, a
field unknown to this version is dropped, a missing one takes its default.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

import attrs

from formula import effects
from formula.messages import Message
from routing import decision, model

CLASSES: Mapping[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        decision.Plan, decision.Request, decision.Reason, decision.MailDraft, decision.ExplanationLine,
        decision.FormulaRun, decision.OtherEntry, model.Holder, model.StepChange, model.HandoffRecord,
        model.StatusChange, model.DiscussionEntry, model.Ticket, effects.HandoffMail, effects.AddDiscussion,
        effects.AddRequest, effects.AddSolution, effects.AddDiscussionTo, effects.ChangeFields, effects.Schedule,
        effects.ChangeStatus, effects.Advance, effects.HandOff, effects.Return,
    )
}  # fmt: skip
FIELDS: Mapping[type[Any], tuple[tuple[str, Any], ...]] = {
    kind: tuple((field.name, field.default) for field in attrs.fields(kind) if field.init) for kind in CLASSES.values()
}
SKIPPED: Mapping[type[Any], tuple[str, ...]] = {model.Ticket: model.HISTORIES, decision.MailDraft: ("facts",)}
"""What is not kept: rows of their own, and what templates have used already."""
MARK = "!"


def write_plan(plan: decision.Plan) -> str:
    """JSON text of a plan.

    Histories of the tickets are left out, they are rows of their own; of ``before`` stands what ``after`` does not say.
    """
    made = opened(plan)
    if plan.before is not None and plan.after is not None:
        made["before"] = difference(plan.before, plan.after)
    made["explanation"] = [[said(line.where), said(line.text)] for line in plan.explanation]
    return ENCODER.encode(made)


def told(sentence: Message) -> list[Any]:
    """A sentence as template, domain and values: the short form of the many lines of an explanation."""
    values: Mapping[str, Any] = sentence.values
    return [
        sentence.template,
        sentence.domain,
        {name: spoken(one) if type(one) is Message else plain(one) for name, one in values.items()},
    ]


def said(text: Any) -> Any:
    """A sentence in its short form; plain text stays."""
    return told(text) if type(text) is Message else text


def heard(kept: Any) -> Any:
    """What :func:`said` kept."""
    return Message(kept[0], kept[2], kept[1]) if isinstance(kept, list | tuple) else kept


def plain(value: Any) -> Any:
    """A value of a sentence: numbers and texts as they are."""
    return value if type(value) is str or type(value) is int else str(value)


def difference(before: model.Ticket, after: model.Ticket) -> dict[str, Any]:
    """The values of a ticket that another version of it does not have; histories apart."""
    pairs = zip(OWN_NAMES, OWN_VALUES(before), OWN_VALUES(after), strict=True)
    return {name: old for name, old, new in pairs if old is not new and old != new}


OWN_NAMES = tuple(name for name, _ in FIELDS[model.Ticket] if name not in model.HISTORIES)
OWN_VALUES = attrgetter(*OWN_NAMES)


def read_plan(text: str) -> decision.Plan:
    """The plan of a text of :func:`write_plan`."""
    plan = json.loads(text, object_hook=closed)
    assert isinstance(plan, decision.Plan)
    kept: Any = plan.explanation
    lines = tuple(decision.ExplanationLine(heard(line), heard(where)) for where, line in kept)
    plan = attrs.evolve(plan, explanation=lines)
    return attrs.evolve(plan, before=attrs.evolve(plan.after, **plan.before)) if isinstance(plan.before, dict) else plan


def opened(value: Any) -> Any:
    """What ``json`` writes for a value it does not know."""
    maker = MAKERS.get(type(value))
    if maker is not None:
        return maker(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no part of a plan: {value!r}")


def record_maker(kind: type[Any]) -> Callable[[Any], dict[str, Any]]:
    """The function that opens records of a class; values that are their default are left out."""
    kept = [(name, default) for name, default in FIELDS[kind] if name not in SKIPPED.get(kind, ())]
    names = [name for name, _ in kept]
    defaults = [default for _, default in kept]
    values_of = attrgetter(*names) if len(names) > 1 else lambda record: (getattr(record, names[0]),)

    def made(record: Any) -> dict[str, Any]:
        found: dict[str, Any] = {MARK: kind.__name__}
        for name, value, default in zip(names, values_of(record), defaults, strict=True):
            if value is not default and value != default:
                found[name] = spoken(value) if type(value) is Message else value
        return found

    return made


MAKERS: Mapping[type[Any], Callable[[Any], dict[str, Any]]] = {
    **{kind: record_maker(kind) for kind in CLASSES.values()},
    datetime: lambda value: {MARK: "t", "v": value.isoformat()},
    date: lambda value: {MARK: "d", "v": value.isoformat()},
    Decimal: lambda value: {MARK: "n", "v": str(value)},
}
ENCODER = json.JSONEncoder(default=opened, check_circular=False, ensure_ascii=False, separators=(",", ":"))


def spoken(sentence: Message) -> dict[str, Any]:
    """A sentence by its parts; values that are sentences too, likewise."""
    template, domain, values = told(sentence)
    return {MARK: "m", "d": domain, "t": template, "v": values}


def closed(parts: dict[str, Any]) -> Any:
    """The value an object stands for."""
    mark = parts.get(MARK)
    if mark is None:
        return parts
    if mark == "m":
        return Message(parts["t"], parts["v"], parts["d"])
    if mark == "t":
        return datetime.fromisoformat(parts["v"])
    if mark == "d":
        return date.fromisoformat(parts["v"])
    if mark == "n":
        return Decimal(parts["v"])
    kind = CLASSES[mark]
    known = {name for name, _ in FIELDS[kind]}
    return kind(**{name: frozen(value) for name, value in parts.items() if name in known})


def frozen(value: Any) -> Any:
    """Lists are tuples in our records."""
    return tuple(frozen(inner) for inner in value) if isinstance(value, list) else value
