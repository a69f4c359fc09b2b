"""Handing a ticket over and entering steps: receivers, histories, mails, and what formulas asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from formula.effects import (
    AddDiscussion,
    AddDiscussionTo,
    AddRequest,
    AddSolution,
    Advance,
    ChangeFields,
    Effect,
    HandoffMail,
)
from formula.names import name_key
from routing.deciding.approvals import gate_arrival, gate_receiver, speakers_told
from routing.deciding.drafts import handoff_copy, handoff_mail
from routing.deciding.formulas import Told, run_formula
from routing.deciding.gates import gate_chain
from routing.deciding.handoffs import Wanted, decide, distributed, setup_of, wanted_by
from routing.deciding.leftovers import warn_unseen
from routing.deciding.move import Asked, Move, Visit, refuse
from routing.deciding.one_step import gate_same_way, queue_advance
from routing.deciding.ticket_fields import Denied, change, not_together
from routing.domain.decision import NOTE, OtherEntry, Reason
from routing.domain.flow import step_name
from routing.domain.model import (
    ENTRY_HANDOFF,
    ENTRY_LOG,
    DiscussionEntry,
    HandoffRecord,
    Holder,
    StatusChange,
    Step,
    StepChange,
    Ticket,
)
from routing.domain.people import resolve
from routing.domain.step_settings import idle_formula, lost_formula
from routing.messages import later, message

if TYPE_CHECKING:
    from formula.outcome import Outcome


def receive(move: Move, wanted: Holder, step: Step | None = None, formula: str = "") -> Holder:
    """Who really receives (G11), in the present step or one about to be entered, with a warning when the level is too low to see
    the ticket otherwise (G12)."""
    step = step or move.step
    aimed = distributed(move, wanted, step)
    found = resolve(move.site.people, aimed, move.now.date())
    move.lines.extend(found.lines)
    for warning in found.warnings:
        move.warn(warning, wanted.key)
    if found.holder is None:
        assert found.reason is not None
        hint = found.reason.hint
        if formula:
            hint = message("quem o deu foi a fórmula {codigo}; {dica}", codigo=formula, dica=hint or message("confira-a"))
        refuse("G11", found.reason.code, found.reason.message, hint)
    holder = found.holder
    gate_receiver(move, step, wanted if wanted.kind == "group" else aimed, holder)
    move.passed("G11", later("recebe: {quem}", quem=move.site.people.holder_name(holder)))
    gate_level(move, holder)
    return holder


def gate_level(move: Move, holder: Holder) -> None:
    """G12 warns only: an attendant sees a ticket that is held (S:139), but nobody holds what lies in a queue."""
    level, people = move.ticket.access_level, move.site.people
    if holder.kind == "attendant":
        if people.attendants[holder.key].level < level:
            said = message(
                "o nível de acesso de {quem} é menor que o do atendimento ({nivel}): só o verá enquanto estiver com ele",
                quem=people.holder_name(holder),
                nivel=level,
            )
            move.warn(Reason("nivel-menor", said), "G12")
        return
    warn_unseen(move, holder)


def hand_over(move: Move, receiver: Holder, way: str, reason: int | None = None, justification: str = "") -> None:
    """Give the ticket to its receiver: history row, discussion entry, mail."""
    giver = move.ticket.holder
    move.handoffs.append(HandoffRecord(giver, receiver, move.actor.key, reason, justification, move.now, way))
    move.change(holder=receiver)
    people = move.site.people
    old = people.holder_name(giver) if giver is not None else message("ninguém")
    said = message("Repassado de {de} para {para}", de=old, para=people.holder_name(receiver))
    if justification:
        said = message(
            "Repassado de {de} para {para}: {justificativa}",
            de=old,
            para=people.holder_name(receiver),
            justificativa=justification,
        )
    change_of_step = (move.steps[-1].from_step, move.steps[-1].to_step) if way == "advance" and move.steps else (None, None)
    move.enter_discussion(said, ENTRY_HANDOFF, change_of_step)
    handoff_mail(move, receiver, justification)


def enter(move: Move, target: Step, decided: tuple[str, Outcome] | None, by: str = "") -> None:
    """Leave the present step and enter another: exit formulas, handoff, histories, effects, entry formulas.

    ``decided`` is a formula that already ran to choose the step; ``by`` the formula that asked for the advance.
    """
    gate_chain(move, target, by)
    left = move.step
    if left is not None:
        for code in left.on_exit:
            outcome = run_formula(move, code, message("ao sair de '{etapa}'", etapa=left.name), "exit", target)
            gate_same_way(move, outcome.effects, target, code)
            settle(move, code, outcome.effects, consumed=target)
    wanted = arrival_wanted(move, target, decided)
    chooser = decided if decided is not None and decided[0].upper() != wanted.formula.upper() else None
    for code, outcome in (*((chooser,) if chooser else ()), *(((wanted.formula, wanted.outcome),) if wanted.outcome else ())):
        settle_changes(move, code, outcome.effects)
    receiver = None if wanted.holder is None else receive(move, wanted.holder, target, wanted.formula)
    gate_arrival(move, target, receiver)
    set_step(move, target, receiver)
    speakers_told(move, target)
    move.visited.append(Visit(target.code, wanted.formula or by, move.ticket.holder))
    if chooser is not None:
        settle(move, chooser[0], chooser[1].effects, consumed=target, changed=True)
    if wanted.outcome is not None:
        settle(move, wanted.formula, wanted.outcome.effects, consumed=target, changed=True)
    for code in target.on_entry:
        outcome = run_formula(move, code, message("ao entrar em '{etapa}'", etapa=target.name), "entry", target)
        settle(move, code, outcome.effects)


def arrival_wanted(move: Move, target: Step, decided: tuple[str, Outcome] | None) -> Wanted:
    """Who should receive on arrival; a formula that chose the step is not run a second time."""
    setup = setup_of(move, target)
    notice_setting(move, target)
    if (
        setup.kind == "formula"
        and setup.formula is not None
        and decided is not None
        and decided[0].upper() == setup.formula.upper()
    ):
        move.lines.append(Told(move.records[id(decided[1])], "value"))
        return wanted_by(move, setup.formula, decided[1])
    return decide(move, setup)


def notice_setting(move: Move, target: Step) -> None:
    """A step that lost its formula, and one whose formula its handoff kind ignores."""
    lost, idle = lost_formula(move.kind, target), idle_formula(move.kind, target)
    if lost is not None:
        move.warn(lost)
    elif idle is not None:
        move.decided(idle, IGNORED, target.name, NOTE)


IGNORED = 310
"""How much it weighs in a headline that a step's formula is ignored."""


def set_step(move: Move, target: Step, receiver: Holder | None) -> None:
    """The step history row, the handoff when somebody else receives, and a status the step sets."""
    before, giver = move.ticket.step, move.ticket.holder
    move.steps.append(StepChange(before, target.code, giver, receiver or giver, move.actor.key, move.now))
    move.change(step=target.code, step_version=move.start.version + 1, entered_at=move.now, step_told=0)
    move.say(
        later(
            "o atendimento vai da etapa {de} para a etapa {para}",
            de=step_name(move.site, move.ticket.type, before),
            para=step_name(move.site, move.ticket.type, target.code),
        )
    )
    if receiver is not None and receiver != giver:
        hand_over(move, receiver, "advance")
    else:
        move.say(later("o detentor continua o mesmo"))
        move.enter_discussion(
            message(
                "Etapa avançada de {de} para {para}",
                de=step_name(move.site, move.ticket.type, before),
                para=step_name(move.site, move.ticket.type, target.code),
            ),
            ENTRY_LOG,
            (before, target.code),
        )
    move.entries_before = len(move.entries)
    if target.status_on_entry is not None and target.status_on_entry != move.ticket.status:
        set_status(move, target.status_on_entry)


def set_status(move: Move, status: str, reason: int | None = None, justification: str = "") -> None:
    """The new status with its history row and its effect on closing time and counters (S:131, S:134)."""
    old = move.ticket.status
    move.change(status=status)
    if status == "E":
        move.change(schedule_count=move.ticket.schedule_count + 1)
    if status in ("O", "F") and move.ticket.closed_at is None:
        move.change(closed_at=move.now)
    if status == "A" and old in ("O", "F", "C"):
        move.change(closed_at=None)
    move.statuses.append(StatusChange(status, move.actor.key, move.now, reason, justification))


def settle_changes(move: Move, code: str, effects: tuple[Effect, ...]) -> None:
    """Do the field changes of a formula that decides a handoff: before it, by the actor's rights on the ticket as it was."""
    before = move.ticket
    for effect in effects:
        if isinstance(effect, ChangeFields):
            change_fields(move, effect, code)
    stand_together(move, before, code, effects)


def settle(move: Move, code: str, effects: tuple[Effect, ...], consumed: Step | None = None, *, changed: bool = False) -> None:
    """Do what a formula asked for at once, and queue the actions. An advance to ``consumed`` is the one under way; ``changed``: its
    field changes are done already."""
    before = move.ticket
    for effect in effects:
        if changed and isinstance(effect, ChangeFields):
            continue
        if isinstance(effect, Advance) and consumed is not None and names_step(effect.step, consumed):
            continue
        row = IMMEDIATE.get(type(effect))
        if isinstance(effect, Advance):
            queue_advance(move, effect, code)
        elif row is None:
            move.pending.append(Asked(effect, code))
        else:
            row(move, effect, code)
    stand_together(move, before, code, effects)


def names_step(written: int | str, step: Step) -> bool:
    """Whether a code or name means a step."""
    text = str(written).strip()
    return text == str(step.code) or name_key(text) == name_key(step.name)


def add_discussion(move: Move, effect: AddDiscussion, code: str) -> None:
    """An entry of this ticket."""
    move.enter_discussion(effect.text)


def add_request(move: Move, effect: AddRequest, code: str) -> None:
    """More of the request."""
    before = move.ticket
    move.change(request=appended(before.request, effect.text))
    move.written(before)


def add_solution(move: Move, effect: AddSolution, code: str) -> None:
    """More of the solution."""
    before = move.ticket
    move.change(solution=appended(before.solution, effect.text))
    move.written(before)


def appended(old: str, new: str) -> str:
    """A text with another below it."""
    return f"{old}\n{new}" if old else new


def add_elsewhere(move: Move, effect: AddDiscussionTo, code: str) -> None:
    """An entry of another ticket, or of this one when it names itself."""
    if effect.ticket == move.ticket.key:
        move.enter_discussion(effect.text)
        return
    move.others.append(OtherEntry(effect.ticket, DiscussionEntry(ENTRY_LOG, effect.text, move.actor.key, move.now)))


def change_fields(move: Move, effect: ChangeFields, code: str) -> None:
    """Fields and parameters, by the rules that hold for the actor."""
    made = change(move.site, move.ticket, move.actor, effect.fields, effect.parameters, move.now)
    if isinstance(made, Denied):
        deny(made, code)
    before, move.ticket = move.ticket, made
    move.written(before)
    for name, value in {
        **effect.fields,
        **{f"PARAMETRO.{key}": text for key, text in effect.parameters.items()},
    }.items():
        move.say(later("a fórmula {codigo} muda {nome} para '{valor}'", codigo=code, nome=name, valor=value), code)


def stand_together(move: Move, before: Ticket, code: str, effects: tuple[Effect, ...]) -> None:
    """Refuse what the changes of one formula left of fields that mean something only together, in whatever order it made them."""
    if not any(isinstance(effect, ChangeFields) for effect in effects):
        return
    denied = not_together(move.site, before, move.ticket)
    if denied is not None:
        deny(denied, code)


def deny(denied: Denied, code: str) -> NoReturn:
    """Refuse a change that a formula wants."""
    refuse(
        denied.gate,
        denied.code,
        message("a fórmula {codigo} quer mudar o atendimento, mas {motivo}", codigo=code, motivo=denied.message),
        denied.hint,
    )


IMMEDIATE: Mapping[type[Effect], Callable[[Move, Any, str], None]] = {
    AddDiscussion: add_discussion,
    AddRequest: add_request,
    AddSolution: add_solution,
    AddDiscussionTo: add_elsewhere,
    ChangeFields: change_fields,
    HandoffMail: handoff_copy,
}
