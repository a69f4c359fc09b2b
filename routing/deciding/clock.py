"""What the clock does: wake a ticket up, remind, end a step's time, let a deadline pass. A decision like any other, by nobody's
hand: it acts as the clock, which may hand off to whom the site's rules say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import attrs

from formula.messages import Message
from routing.deciding.arrival import set_status, settle
from routing.deciding.drafts import reminder_mail
from routing.deciding.formulas import run_formula
from routing.deciding.move import Move, refuse
from routing.domain.access import HAND_OFF
from routing.domain.decision import NOTE
from routing.domain.due import DEADLINE, EXPIRE, EXPIRED, REMIND, REMINDED, WAKE, Due, due_things, lateness, shown_day
from routing.domain.flow import STATUS_NAMES
from routing.domain.model import Attendant
from routing.messages import later, message

CLOCK = Attendant(coligada=0, code=0, name="relógio", user="relogio", rights=frozenset({HAND_OFF}))
"""Who acts. A mail that no other sender is set for goes out in the name of who has the ticket."""
BY_TIME = 150
"""How much it weighs in a headline that something came due."""


def strike(move: Move) -> None:
    """Do what is due; G1 when it is not."""
    kind = move.request.action
    due = next((one for one in due_things(move.site, move.ticket) if one.kind == kind), None)
    if due is None or due.at > move.now:
        when = message("o atendimento não tem nada disso à espera")
        if due is not None:
            when = message("isso só vence em {quando}", quando=shown_day(due.at))
        refuse("G1", "nada-vencido", when, message("repasse due mostra o que vence, e quando"))
    holder = move.ticket.holder
    person = None if holder is None else move.site.people.attendants.get(holder.key)
    move.person = CLOCK if person is None else attrs.evolve(CLOCK, email=person.email)
    step = move.step
    said = SAID[kind](due, "" if step is None else step.name)
    move.decided(said, BY_TIME)
    late = lateness(due.at, move.now)
    if late is not None:
        move.decided(
            message("com atraso de {quanto}: era para {quando}", quanto=span(late), quando=shown_day(due.at)), 0, None, NOTE
        )
    if move.start.changed_at is not None and move.now < move.start.changed_at:
        seen = shown_day(move.start.changed_at)
        move.decided(message("o relógio está atrás da última mudança do atendimento, de {quando}", quando=seen), 0, None, NOTE)
    DOING[kind](move, said)


def span(late: timedelta) -> Message:
    """How long, in the largest unit that says something."""
    minutes = int(late.total_seconds()) // 60
    if minutes < HOUR:
        return message("{quantos} min", quantos=minutes)
    if minutes < 2 * DAY:
        return message("{horas} h {minutos} min", horas=minutes // HOUR, minutos=minutes % HOUR)
    return message("{dias} dias", dias=minutes // DAY)


HOUR, DAY = 60, 24 * 60

SAID: Mapping[str, Callable[[Due, str], Message]] = {
    WAKE: lambda due, step: message("chegou a hora de despertar, {quando}", quando=shown_day(due.at)),
    REMIND: lambda due, step: message(
        "chegou a hora do lembrete da etapa '{etapa}', {quando}", etapa=step, quando=shown_day(due.at)
    ),
    EXPIRE: lambda due, step: message("a duração da etapa '{etapa}' acabou em {quando}", etapa=step, quando=shown_day(due.at)),
    DEADLINE: lambda due, step: message("o prazo passou em {quando}", quando=shown_day(due.at)),
}


def wake(move: Move, said: Message) -> None:
    """In hand again (status A)."""
    set_status(move, "A")
    move.say(later("o status passa de '{de}' para '{para}'", de=STATUS_NAMES[move.start.status], para=STATUS_NAMES["A"]))
    move.enter_discussion(message("Despertou: {motivo}", motivo=said))


def remind(move: Move, said: Message) -> None:
    """A mail to who has the ticket."""
    move.change(step_told=REMINDED)
    end = next((one for one in due_things(move.site, move.ticket) if one.kind == EXPIRE), None)
    when = "–" if end is None else shown_day(end.at)
    step = "" if move.step is None else move.step.name
    text = message("Lembrete: a etapa '{etapa}' vence em {quando}", etapa=step, quando=when)
    move.enter_discussion(text)
    reminder_mail(move, text)


def expire(move: Move, said: Message) -> None:
    """The step's formulas decide."""
    move.change(step_told=EXPIRED)
    move.enter_discussion(message("Venceu: {motivo}", motivo=said))
    run_due_formulas(move)


def pass_deadline(move: Move, said: Message) -> None:
    """A mail to who has the ticket; the step's formulas decide the rest."""
    move.change(deadline_told=1)
    text = message("Venceu: {motivo}", motivo=said)
    move.enter_discussion(text)
    reminder_mail(move, text)
    run_due_formulas(move)


def run_due_formulas(move: Move) -> None:
    """``ao_vencer``: each formula with its effects, as on entering a step."""
    step = move.step
    for code in () if step is None else step.when_due:
        assert step is not None
        outcome = run_formula(move, code, message("ao vencer em '{etapa}'", etapa=step.name), "due", step)
        settle(move, code, outcome.effects)


DOING: Mapping[str, Callable[[Move, Message], None]] = {
    WAKE: wake,
    REMIND: remind,
    EXPIRE: expire,
    DEADLINE: pass_deadline,
}
