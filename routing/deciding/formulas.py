"""Running a site's formula for a ticket, and telling how its value came about (G9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import attrs

from formula.context import Context
from formula.diagnostics import Diagnostic, FormulaError
from formula.messages import Message
from routing.deciding.move import Move, Refused
from routing.deciding.one_step import gate_one_step
from routing.deciding.ticket_fields import seen_fields, seen_parameters
from routing.domain.at_home import at_home
from routing.domain.decision import ExplanationLine, Form, FormulaRun, Reason, Weighty
from routing.domain.model import EMPTY
from routing.domain.owners import owner_of, owners, why_own
from routing.domain.people import SiteDirectory
from routing.messages import later, message

if TYPE_CHECKING:
    from formula.engine import Rule
    from formula.explaining.explanation import Line
    from formula.outcome import Outcome
    from formula.runtime.record import Record
    from routing.domain.model import Step


ASKED = {"handoff": "value", "flow": "step"}
"""What a formula is asked for, by the purpose it runs for."""


def ticket_context(move: Move, step: Step | None = None) -> Context:
    """What a formula sees: the ticket as it is at this point of the move, and the site. ``step`` is where whoever it picks from a
    group would decide."""
    site, ticket = move.site, move.ticket
    own = owners(site.people, ticket) if step is not None and step.self_approval is False else ()
    left_out = tuple(one.key for one in own)
    move.offered.clear()
    return Context(
        fields=seen_fields(site, ticket),
        parameters=seen_parameters(site, ticket),
        now=move.now,
        user=move.actor.user or move.actor.key,
        coligada=ticket.coligada,
        functions=site.stand_ins,
        memories=site.memories,
        formulas=site.formula_texts,
        directory=SiteDirectory(site.people, move.workload, dict(move.turns), move.turns, left_out=left_out, offered=move.offered),
        sentences=move.sentences,
        requisition=ticket.requisition,
        chiefs_from=site.chiefs_from,
        calendar=site.calendar,
    )


def run_formula(move: Move, code: str, purpose: Message, kind: str, step: Step | None = None) -> Outcome:
    """Run a formula to its end, or end the move at G9. ``kind`` is handoff, entry, exit or flow; ``step`` where whoever it picks
    from a group would decide."""
    rule = compiled(move, code)
    if move.watch is not None:
        rule = move.watch(code, rule)
    context = ticket_context(move, step)
    record = rule.record(context, move.site.policy.limits)
    outcome = record.outcome
    move.records[id(outcome)] = record
    move.runs.append(FormulaRun(code, move.site.formula_hash(code), outcome.value, outcome.steps, kind))
    move.say(later("{finalidade}: fórmula {codigo}", finalidade=purpose, codigo=code), code)
    move.lines.append(Told(record, ASKED.get(kind, "rest"), context.fields, context.parameters))
    for key in own_among_offered(move, step):
        tell_left_out(move, step, key)
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
    for one in outcome.diagnostics:
        if one.severity == "warning":
            said = message("a fórmula {codigo}: {falha}", codigo=code, falha=one.message)
            move.warn(Reason(one.code, said, one.hint), code)
    gate_one_step(move, record)
    move.effects.extend(outcome.effects)
    return outcome


@attrs.frozen(eq=False)
class Told:
    """A run, from the values it read to what it was ``asked`` for (see :func:`formula.explaining.explanation.explain`). ``fields``
    and ``parameters`` are those of the ticket as it was then; none for a run that was told before."""

    record: Record
    asked: str
    fields: Mapping[str, Any] = EMPTY
    parameters: Mapping[str, Any] = EMPTY

    def lines(self) -> list[ExplanationLine]:
        """The chain."""
        from formula.explaining.retelling import retell

        return [shown_line(line) for line in retell(self.record, asked=self.asked)]

    def weighty(self) -> list[Weighty]:
        """The links that weigh something."""
        from formula.explaining.retelling import retell_weighty

        return [(weight, partial(shown_link, make)) for weight, make in retell_weighty(self.record, asked=self.asked)]

    def text(self, form: Form) -> str:
        """The chain as JSON, a line each."""
        from formula.explaining.retelling import retell_as_text

        return retell_as_text(self.record, form, asked=self.asked)


def shown_line(line: Line) -> ExplanationLine:
    """A link of a formula's chain as one of a plan's."""
    return ExplanationLine(line.text, line.where, line.kind, line.data, line.short, line.weight)  # type: ignore[arg-type]


def shown_link(make: Callable[[], Line]) -> ExplanationLine:
    """The same, made now."""
    return shown_line(make())


def own_among_offered(move: Move, step: Step | None) -> list[str]:
    """Those among whom was to be chosen who may not decide the own ticket in a step."""
    if step is None or step.self_approval is not False:
        return []
    return [key for key in sorted(move.offered) if owner_of(move.site.people, move.ticket, key) is not None]


def tell_left_out(move: Move, step: Step | None, key: str) -> None:
    """Say who is not chosen from a group, and why."""
    people, where = move.site.people, "" if step is None else step.name
    owner = owner_of(people, move.ticket, key)
    if owner is None or not owner.client:
        who = people.name(key)
        said = later("{quem} não entra na escolha do grupo: abriu o atendimento que se decide em '{etapa}'", quem=who, etapa=where)
    else:
        why = why_own(people, owner, key)
        said = later("{motivo}; não entra na escolha do grupo de quem decide em '{etapa}'", motivo=why, etapa=where)
    move.say(said)


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
    said, hint = at_home(first.code, first.message, first.hint)
    return Reason(
        first.code,
        message(
            "a fórmula {codigo} falhou na linha {linha}, coluna {coluna}: {falha}",
            codigo=code,
            linha=first.start.line,
            coluna=first.start.column,
            falha=said,
        ),
        hint,
    )
