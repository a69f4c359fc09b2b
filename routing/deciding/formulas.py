"""Running a site's formula for a ticket, and telling how its value came about (G9)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

import attrs

from formula.context import Context
from formula.diagnostics import Diagnostic, FormulaError
from formula.messages import Message
from routing.deciding.move import Move, Refused
from routing.deciding.ticket_fields import seen_fields, seen_parameters, what_is_seen
from routing.domain.decision import ExplanationLine, Form, FormulaRun, Reason
from routing.domain.model import Ticket
from routing.domain.people import SiteDirectory
from routing.messages import later, message

if TYPE_CHECKING:
    from formula.engine import Rule
    from formula.outcome import Outcome
    from formula.runtime.record import Record


MOST_KEPT, LONGEST_KEPT, VALUE = 1_024, 20_000, 40
"""Runs that a site keeps, and the characters that one may hold, each value met counting as so many: at most some tens of megabytes,
mostly a few."""


def ticket_context(move: Move) -> Context:
    """What a formula sees: the ticket as it is at this point of the move, and the site."""
    site, ticket = move.site, move.ticket
    return Context(
        fields=seen_fields(ticket),
        parameters=seen_parameters(site, ticket),
        now=move.now,
        user=move.actor.user or move.actor.key,
        coligada=ticket.coligada,
        functions=site.stand_ins,
        memories=site.memories,
        formulas=site.formula_texts,
        directory=SiteDirectory(site.people, move.workload),
        sentences=move.sentences,
        requisition=ticket.requisition,
    )


def run_formula(move: Move, code: str, purpose: Message, kind: str) -> Outcome:
    """Run a formula to its end, or end the move at G9. ``kind`` is handoff, entry, exit or flow."""
    rule = compiled(move, code)
    if move.watch is not None:
        rule = move.watch(code, rule)
    ran = ran_before(move, rule)
    outcome = ran.record.outcome
    move.runs.append(FormulaRun(code, move.site.formula_hash(code), outcome.value, outcome.steps, kind))
    move.say(later("{finalidade}: fórmula {codigo}", finalidade=purpose, codigo=code), code)
    move.lines.append(Told(ran, kind == "handoff"))
    if outcome.status == "stopped":
        raise Refused(
            "G9",
            Reason(
                "parada-analisar",
                outcome.message or "",
                message("a fórmula {codigo} parou em ANALISAR; tire a chamada para o atendimento andar", codigo=code),
            ),
            "stopped",
        )
    if outcome.status != "ok":
        raise Refused("G9", failed(code, outcome.diagnostics), "fault")
    move.effects.extend(outcome.effects)
    return outcome


def ran_before(move: Move, rule: Rule) -> Ran:
    """A run of a formula for the ticket: a new one, or that of the same values when nothing else counts. People look at what a
    move would do, perhaps more than once, and then make it."""
    limits = move.site.policy.limits
    if move.watch is not None or not rule.recording().repeatable:
        return Ran(rule.record(ticket_context(move), limits))
    kept = move.site.runs
    key = (rule, move.ticket.coligada, *what_is_seen(move.ticket))
    found = kept.get(key)
    if found is None:
        found = Ran(rule.record(ticket_context(move), limits))
        if found.record.outcome.status == "ok" and length(found.record, move.ticket) <= LONGEST_KEPT:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            kept[key] = found
    return found


def length(record: Record, ticket: Ticket) -> int:
    """The values that a run met, and the characters of all texts: that it met, that it asked for something with, and those of its
    ticket that it may see."""
    asked = chain.from_iterable(attrs.astuple(effect, recurse=False) for effect in record.outcome.effects)
    seen = (record.log, seen_fields(ticket).values(), ticket.parameters.values(), asked)
    return VALUE * len(record.log) + sum(len(value) for values in seen for value in values if isinstance(value, str))


@attrs.frozen(eq=False)
class Ran:
    """A run, and what was told of it, by form and whether with the last line."""

    record: Record
    texts: dict[tuple[Form, bool], str] = attrs.field(factory=dict)


@attrs.frozen(eq=False)
class Told:
    """A run, from the values it read to what it gave; without the ``value`` when nobody asks for it."""

    ran: Ran
    value: bool

    def lines(self) -> list[ExplanationLine]:
        """The chain."""
        from formula.explaining.retelling import retell

        made = retell(self.ran.record)
        return [ExplanationLine(line.text, line.where) for line in (made if self.with_last else made[:-1])]  # type: ignore[arg-type]

    def text(self, form: Form) -> str:
        """The chain as JSON."""
        from formula.explaining.retelling import retell_as_text

        kind = (form, self.with_last)
        text = self.ran.texts.get(kind)
        if text is None:
            text = self.ran.texts[kind] = retell_as_text(self.ran.record, form, last=self.with_last)
        return text

    @property
    def with_last(self) -> bool:
        """Whether the last line is told: a formula that failed says so there."""
        return self.value or self.ran.record.outcome.status != "ok"


def compiled(move: Move, code: str) -> Rule:
    """The compiled formula, or the end of the move at G9."""
    site = move.site
    if code.upper() not in site.formulas:
        raise Refused(
            "G9",
            Reason(
                "formula-desconhecida",
                message("a fórmula '{codigo}' não existe no ambiente", codigo=code),
                message("crie formulas/{codigo}.formula ou corrija o nome na etapa ou no tipo", codigo=code),
            ),
            "fault",
        )
    try:
        return site.rule(code, move.ticket)
    except FormulaError as error:
        raise Refused("G9", failed(code, error.diagnostics), "fault") from None


def failed(code: str, found: Sequence[Diagnostic]) -> Reason:
    """The reason a formula could not run, from its first error."""
    first = next((one for one in found if one.severity == "error"), None)
    if first is None:
        return Reason("formula-falhou", message("a fórmula {codigo} falhou", codigo=code))
    return Reason(
        first.code,
        message(
            "a fórmula {codigo} falhou na linha {linha}, coluna {coluna}: {falha}",
            codigo=code,
            linha=first.start.line,
            coluna=first.start.column,
            falha=first.message,
        ),
        first.hint,
    )
