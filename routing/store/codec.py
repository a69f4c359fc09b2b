"""A Plan as JSON text and back, without loss: what an idempotency key answers with, and the log of decisions.

Records are objects tagged with their class (``"!": "Reason"``); sentences keep their template and values, so that a
stored answer can still be said in another language. Only classes of the table below are made on the way back, a
field unknown to this version is dropped, a missing one takes its default.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache, partial
from json.encoder import encode_basestring as quote
from typing import Any

import attrs

from formula import effects
from formula.messages import Message
from routing.domain import approvals, decision, mails, model
from routing.messages import DOMAIN, Later

CLASSES: Mapping[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        decision.Plan, decision.Request, decision.Reason, mails.MailDraft, decision.ExplanationLine,
        decision.FormulaRun, decision.OtherEntry, decision.EntryEdit, model.Holder, model.StepChange, model.HandoffRecord,
        model.StatusChange, model.DiscussionEntry, model.FieldChange, model.Ticket, model.Voice, model.AnnexRecord, model.Relation,
        decision.OtherRelation,
        approvals.Standing, mails.MailFile,
        effects.HandoffMail, effects.AddDiscussion,
        effects.AddRequest, effects.AddSolution, effects.AddDiscussionTo, effects.ChangeFields, effects.Schedule,
        effects.ChangeStatus, effects.Advance, effects.HandOff, effects.Return,
    )
}  # fmt: skip
FIELDS: Mapping[type[Any], tuple[tuple[str, Any], ...]] = {
    kind: tuple((field.name, field.default) for field in attrs.fields(kind) if field.init) for kind in CLASSES.values()
}
SKIPPED: Mapping[type[Any], tuple[str, ...]] = {
    model.Ticket: model.HISTORIES,
    mails.MailDraft: ("facts",),
    mails.MailFile: ("content",),
    decision.Plan: ("hypothesis", "rules", "people", "decision", "facts"),
}
"""What is not kept: rows of their own, the bytes of files, and what templates have used already."""
MARK = "!"


def write_plan(plan: decision.Plan) -> str:
    """JSON text of a plan.

    Histories of the tickets are left out, they are rows of their own; of ``before`` stands what ``after`` does not say.
    """
    before: Any = plan.before
    if plan.before is not None and plan.after is not None:
        before = model.replaced(plan.before, plan.after)
    lines = ",".join(plan.explanation.texts(line_text))
    return f'{PLAN_TEXT(plan)[:-1]},"before":{text_of(before)},"explanation":[{lines}]}}'


def line_text(
    text: str | Later, where: str | None, kind: str = decision.FACT, data: decision.Data = (), short: str = "", weight: int = 0
) -> str:
    """JSON text of a link of the explanation; what is a fact's and empty is left out at its end. A shorter sentence is kept only
    where it may be said."""
    made = f"{short_start(text[0], DOMAIN)}{values_text(text[1])}]" if type(text) is tuple else said(text)  # type: ignore[arg-type]
    made = f"[{said(where)},{made}"
    if kind != decision.FACT or data or weight:
        made += f',"{kind}"'
    if data or weight:
        made += ",{" + ",".join([f"{quote(name)}:{said(value)}" for name, value in data]) + "}"
    if weight or kind not in decision.FOLDED:
        made += ",{}" * (not data and not weight) + f",{'0' if short == text else said(short)},{weight}"
    return made + "]"


def said(text: str | None) -> str:
    """JSON text of a link of the explanation: a sentence in short form (template, domain, values), or plain text."""
    if type(text) is not Message:
        return "null" if text is None else quote(text)
    return f"{short_start(text.template, text.domain)}{values_text(text.values)}]"


@lru_cache(maxsize=4_096)
def short_start(template: str, domain: str) -> str:
    """What stands before the values: templates are few, and each is told many times."""
    return f"[{quote(template)},{quote(domain)},"


def spoken(sentence: Message) -> str:
    """JSON text of a sentence by its parts; values that are sentences too, likewise."""
    return f"{long_start(sentence.template, sentence.domain)}{values_text(sentence.values)}}}"


@lru_cache(maxsize=4_096)
def long_start(template: str, domain: str) -> str:
    """As :func:`short_start`."""
    return f'{{"{MARK}":"m","d":{quote(domain)},"t":{quote(template)},"v":'


def values_text(values: Mapping[str, object]) -> str:
    """JSON text of a sentence's values: numbers and texts as they are, sentences by their parts, others as text."""
    made, start = "", '{"'
    for name, value in values.items():
        if type(value) is str:
            made += f'{start}{name}":{quote(value)}'
        elif type(value) is Message:
            made += f'{start}{name}":{spoken(value)}'
        elif type(value) is int:
            made += f'{start}{name}":{value}'
        else:
            made += f'{start}{name}":{quote(str(value))}'
        start = ',"'
    return made + "}" if made else "{}"


def heard(kept: Any) -> Any:
    """What :func:`said` kept."""
    return Message(kept[0], kept[2], kept[1]) if isinstance(kept, list | tuple) else kept


def heard_line(kept: Any) -> decision.ExplanationLine:
    """What :func:`line_text` kept."""
    left_out: tuple[Any, ...] = (decision.FACT, {}, "", 0)
    whole = tuple(kept) + left_out[len(kept) - 2 :]
    where, line, kind, data, short, weight = whole
    text = heard(line)
    pairs = tuple((name, heard(value)) for name, value in data.items())
    return decision.ExplanationLine(text, heard(where), kind, pairs, text if short == 0 else heard(short), weight)


EXPLANATION = ',"explanation":['
"""What only stands before the explanation, which a plan's text ends with: signs within texts have backslashes."""


@attrs.frozen
class KeptLines:
    """An explanation as it is kept, read when somebody wants to know."""

    kept: str

    def lines(self) -> list[decision.ExplanationLine]:
        """The links."""
        return [heard_line(one) for one in DECODER.decode(self.kept)]

    def weighty(self) -> list[decision.Weighty]:
        """The links that weigh something."""
        return [(one.weight, partial(decision.itself, one)) for one in self.lines() if one.weight > 0]

    def text(self, form: decision.Form) -> str:
        """JSON texts of the links, a line each."""
        return "\n".join(form(one.text, one.where, one.kind, one.data, one.short, one.weight) for one in self.lines())


def read_plan(text: str, **known: Any) -> decision.Plan:
    """The plan of a text of :func:`write_plan`, with fields that are ``known`` from elsewhere."""
    head, found, tail = text.partition(EXPLANATION)
    parts = DECODER.decode(head + "}" if found else text)
    if found:
        explanation = decision.Explanation((KeptLines("[" + tail[:-1]),))
    else:
        explanation = decision.Explanation(map(heard_line, parts.get("explanation", ())))
    made = {name: frozen(value) for name, value in parts.items() if name in PLAN_FIELDS}
    if isinstance(made.get("before"), dict):
        made["before"] = model.changed(made["after"], **made["before"])
    return decision.Plan(**made | {"explanation": explanation} | known)


def text_of(value: Any) -> str:
    """JSON text of a part of a plan. TypeError when it is none."""
    writer = WRITERS.get(type(value))
    if writer is not None:
        return writer(value)
    if isinstance(value, Mapping):
        return "{" + ",".join([f"{quote(name)}:{text_of(one)}" for name, one in value.items()]) + "}"
    raise TypeError(f"no part of a plan: {value!r}")


def record_writer(kind: type[Any], *left_out: str) -> Callable[[Any], str]:
    """The function that writes records of a class; values that are their default are left out. Its code names each field, as
    that of a record's own methods does: a loop over them takes three times as long."""
    skipped = (*left_out, *SKIPPED.get(kind, ()))
    known: dict[str, Any] = {"writer_of": WRITERS.get, "text_of": text_of, "head": f'{{"{MARK}":"{kind.__name__}"'}
    lines = ["def written(record):", "    made = head"]
    for name, default in FIELDS[kind]:
        if name not in skipped:
            known |= {f"default_{name}": default, f"start_{name}": f',"{name}":'}
            differs = "" if default in (None, attrs.NOTHING) else f" and value != default_{name}"
            lines += [
                f"    value = record.{name}",
                f"    if value is not default_{name}{differs}:",
                f"        made += start_{name} + (writer_of(type(value)) or text_of)(value)",
            ]
    exec("\n".join([*lines, "    return made + '}'"]), known)  # noqa: S102 - names of our own classes
    return known["written"]  # type: ignore[no-any-return]


def list_text(value: Iterable[Any]) -> str:
    """JSON text of a sequence."""
    return "[" + ",".join([text_of(one) for one in value]) + "]"


WRITERS: dict[type[Any], Callable[[Any], str]] = {
    Message: spoken,
    str: quote,
    int: int.__repr__,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    tuple: list_text,
    list: list_text,
    datetime: lambda value: f'{{"{MARK}":"t","v":"{value.isoformat()}"}}',
    date: lambda value: f'{{"{MARK}":"d","v":"{value.isoformat()}"}}',
    Decimal: lambda value: f'{{"{MARK}":"n","v":"{value}"}}',
}
WRITERS.update({kind: record_writer(kind) for kind in CLASSES.values()})
PLAN_TEXT = record_writer(decision.Plan, "before", "explanation", "why_not")


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
    if mark == PLAN:
        return parts
    known = KNOWN[mark]
    return CLASSES[mark](
        **{name: frozen(value) if type(value) is list else value for name, value in parts.items() if name in known}
    )


def frozen(value: Any) -> Any:
    """Lists are tuples in our records."""
    return tuple(frozen(inner) for inner in value) if isinstance(value, list) else value


PLAN = decision.Plan.__name__
KNOWN = {kind.__name__: frozenset(name for name, _ in fields) for kind, fields in FIELDS.items()}
PLAN_FIELDS = KNOWN[PLAN] - {"explanation"}
DECODER = json.JSONDecoder(object_hook=closed)
