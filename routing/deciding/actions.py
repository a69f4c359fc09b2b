"""What each action does once its gates are passed. Formulas' requests go the same way as a person's:
a formula cannot do what its actor may not, unless the type grants it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import attrs

from formula.destinations import parse_destination
from formula.effects import Advance, ChangeStatus, Effect, HandOff, Return, Schedule
from formula.messages import Message
from formula.names import name_key
from routing.deciding.annexing import annex_ticket
from routing.deciding.approvals import gate_arrival, gate_by_hand, gate_conclusion, gate_own, gate_receiver, speak
from routing.deciding.arrival import enter, hand_over, receive, set_status, settle, settle_changes
from routing.deciding.changing import change_ticket, note
from routing.deciding.clock import strike
from routing.deciding.copying import copy_ticket
from routing.deciding.correspondence import write_mail
from routing.deciding.drafts import draft_mails, opening_mail
from routing.deciding.formulas import own_among_offered, run_formula
from routing.deciding.gates import (
    gate_actor,
    gate_count,
    gate_edge,
    gate_mails,
    gate_names,
    gate_needs,
    gate_right,
    gate_seen,
    gate_storm,
    gate_ticket,
    gate_version,
    gate_voicemail,
    known_action,
    left_behind,
)
from routing.deciding.handoffs import BY_KIND, decide, setup_of
from routing.deciding.leftovers import gate_parts
from routing.deciding.move import Asked, Move, Refused, previous_holder, refuse
from routing.deciding.obligatory import gate_required
from routing.deciding.relating import relate, unrelate
from routing.domain.clients import client_fault, client_warning
from routing.domain.decision import Reason, Request
from routing.domain.destinations import destination_of
from routing.domain.due import day_begin, deadline_end, shown_day
from routing.domain.flow import ACTION_OF_STATUS, CLOCK, STATUS_NAMES, TRANSITIONS, find_step, step_list, step_name
from routing.domain.model import Approval, Holder, Step, StepChange, attendant_holder
from routing.domain.names import named
from routing.messages import later, message

if TYPE_CHECKING:
    from formula.outcome import Outcome


def act(move: Move) -> None:
    """A person's action, then what formulas asked for, then the limits over time."""
    request = move.request
    row = known_action(request.action)
    assert row is not None
    gate_seen(move, row)
    if move.drafted and request.copy_from:
        copy_ticket(move)
    gate_ticket(move, row)
    gate_version(move)
    left_behind(move)
    if request.action in CLOCK:
        strike(move)
    else:
        gate_voicemail(move, row)
        gate_actor(move, row)
        gate_parts(move, row)
        gate_own(move, row.action)
        DOING.get(request.action, change_status)(move, request, None)
    while move.pending:
        obey(move, move.pending.popleft())
    draft_mails(move)
    gate_mails(move)
    gate_storm(move)


def obey(move: Move, asked: Asked) -> None:
    """An action that a formula asked for: the same gates, but who acts and which version are settled already."""
    gate_count(move)
    request = request_of(move, asked.effect)
    row = TRANSITIONS[request.action]
    move.say(later("a fórmula {codigo} pede: {acao}", codigo=asked.formula, acao=row.name), asked.formula)
    gate_ticket(move, row)
    gate_voicemail(move, row)
    gate_own(move, row.action)
    DOING.get(request.action, change_status)(move, request, asked.formula)


def request_of(move: Move, effect: Effect) -> Request:
    """A formula's effect as the request a person would make."""
    actor = move.actor.key
    if isinstance(effect, Advance):
        return Request(action="advance", to=effect.step, actor=actor)
    if isinstance(effect, HandOff):
        return Request(
            action="handoff",
            to=effect.destination,
            actor=actor,
            reason=effect.reason,
            justification=effect.justification,
        )
    if isinstance(effect, Return):
        return Request(action="return", actor=actor, justification=effect.justification)
    if isinstance(effect, Schedule):
        return Request(
            action="schedule",
            actor=actor,
            wake_up=effect.wake_up,
            deadline=effect.deadline,
            reason=effect.reason,
            justification=effect.justification,
        )
    assert isinstance(effect, ChangeStatus)
    return Request(action=ACTION_OF_STATUS[effect.status], actor=actor, reason=effect.reason, justification=effect.justification)


ONLY_WAY = 60
"""How much it weighs in a headline that the flow has one way, or that the request names the step."""


def advance(move: Move, request: Request, formula: str | None) -> None:
    """To the step asked for, or the one the flow or a formula names."""
    gate_by_hand(move, formula)
    go_on(move, request, formula)


def go_on(move: Move, request: Request, formula: str | None) -> None:
    """To the next step, when nothing keeps the ticket in this one."""
    target, decided = target_step(move, request)
    gate_edge(move, target)
    gate_required(move, target, chosen=decided is not None)
    enter(move, target, decided, formula or "")


def target_step(move: Move, request: Request) -> tuple[Step, tuple[str, Outcome] | None]:  # noqa: RET503 - ends in a refusal
    """G7: which step is meant, and the formula that chose it, if one did."""
    site, ticket = move.site, move.ticket
    if ticket.step is None:
        refuse("G7", "sem-etapa", message("o atendimento não está em nenhuma etapa do tipo '{tipo}'", tipo=move.kind.name))
    if request.to is not None and str(request.to).strip():
        wanted = known_step(move, request.to)
        move.decided(later("o pedido diz a etapa {etapa}", etapa=step_name(site, ticket.type, wanted.code)), ONLY_WAY)
        return wanted, None
    ways = site.ways(ticket.type, ticket.step)
    here = step_name(site, ticket.type, ticket.step)
    if not ways:
        refuse(
            "G7",
            "etapa-final",
            message("a etapa {etapa} é a última do fluxo", etapa=here),
            message("conclua o atendimento (ação 'conclude')"),
        )
    if len(ways) == 1:
        only = site.step(ticket.type, ways[0])
        assert only is not None
        there = step_name(site, ticket.type, ways[0])
        move.decided(later("da etapa {de} o fluxo só vai para {para}", de=here, para=there), ONLY_WAY)
        return only, None
    unasked: list[Message] = []
    for code in deciding_formulas(move):
        outcome, asked = asked_step(move, code, here)
        if asked is not None:
            move.say(later("a fórmula {codigo} escolhe a etapa {etapa}", codigo=code, etapa=asked), code)
            return known_step(move, asked, code), (code, outcome)
        del move.effects[len(move.effects) - len(outcome.effects) :]
        unasked.append(silent(move, code, outcome))
    refuse(
        "G7",
        "varias-saidas",
        message(
            "da etapa {de} o fluxo vai para várias, e nada escolhe uma: {lista}", de=here, lista=step_list(site, ticket.type, ways)
        ),
        hint_of(unasked),
    )


def asked_step(move: Move, code: str, here: str) -> tuple[Outcome, str | int | None]:
    """What a formula gives where the flow divides, and the step it asks for. Where it had somebody chosen from a group and its step
    does not let who asked for the ticket decide, it is asked once more, without that person among those to choose from."""
    purpose = message("o fluxo se divide depois de {etapa}", etapa=here)
    runs, lines, effects, warnings = len(move.runs), len(move.lines), len(move.effects), len(move.warnings)
    turns = dict(move.turns)
    outcome = run_formula(move, code, purpose, "flow")
    asked = steps_of(outcome)
    target = find_step(move.site, move.ticket.type, asked[-1]) if asked else None
    if own_among_offered(move, target):
        del move.runs[runs:], move.lines[lines:], move.effects[effects:], move.warnings[warnings:]
        move.turns.clear()
        move.turns.update(turns)
        outcome = run_formula(move, code, purpose, "flow", target)
        asked = steps_of(outcome)
    return outcome, asked[-1] if asked else None


def steps_of(outcome: Outcome) -> list[str | int]:
    """The steps that a run asked for."""
    return [effect.step for effect in outcome.effects if isinstance(effect, Advance)]


def silent(move: Move, code: str, outcome: Outcome) -> Message:
    """Why a formula that was asked for a step named none: the test that led past AVANCARETAPA, or that it never calls it."""
    from formula.explaining.obstacles import why_not_step

    lines = why_not_step(move.records[id(outcome)], lambda _: True)
    if lines:
        said = message("a fórmula {codigo} não pediu etapa: {motivo}", codigo=code, motivo=lines[0].text)
        move.decided(said, SILENT, lines[0].where)
    else:
        said = message("a fórmula {codigo} não pediu etapa: não chama AVANCARETAPA com uma etapa escrita", codigo=code)
        move.decided(said, SILENT, code)
    return said


SILENT = 90
"""How much it weighs in a headline that a formula was asked for a step and named none."""


def hint_of(unasked: list[Message]) -> Message:
    """What to do where nothing chose a step, after why the formulas that were asked did not."""
    cure = message("diga a etapa no pedido, ou chame AVANCARETAPA na fórmula")
    for said in reversed(unasked):
        cure = message("{motivo}; {dica}", motivo=said, dica=cure)
    return cure


def deciding_formulas(move: Move) -> list[str]:
    """The formulas that may choose among several ways: the step's own, then the type's."""
    step, kind = move.step, move.kind
    made = [] if step is None or step.formula is None else [step.formula]
    if kind.formula is not None and kind.formula not in made:
        made.append(kind.formula)
    return made


def known_step(move: Move, wanted: str | int, formula: str = "") -> Step:
    """A step of the type by code or name, perhaps one that a formula asked for (G7)."""
    found = find_step(move.site, move.ticket.type, wanted)
    if found is None:
        codes = tuple(one.code for one in move.kind.steps)
        said = message("o tipo '{tipo}' não tem a etapa '{etapa}'", tipo=move.kind.name, etapa=wanted)
        if formula:
            said = message("{frase}, que a fórmula {codigo} pede", frase=said, codigo=formula)
        refuse(
            "G7",
            "etapa-desconhecida",
            said,
            message("as etapas são: {lista}", lista=step_list(move.site, move.ticket.type, codes)),
        )
    return found


def handoff(move: Move, request: Request, formula: str | None) -> None:
    """To the receiver asked for, with the right to; without one, to whom the step or type names."""
    if request.to is None or not str(request.to).strip():
        wanted = decide(move, setup_of(move, move.step))
        if wanted.holder is None:
            refuse(
                "G10",
                "sem-destino",
                message("o pedido não diz para quem repassar, e a etapa mantém o detentor"),
                message("informe o destino, como '1;3' ou '5'"),
            )
        if wanted.outcome is not None:
            settle_changes(move, wanted.formula, wanted.outcome.effects)
        pass_on(move, wanted.holder, request)
        if wanted.outcome is not None:
            settle(move, wanted.formula, wanted.outcome.effects, changed=True)
        return
    asked = destination_of(destination_text(move, str(request.to)), move.ticket.coligada, move.site.people)
    if isinstance(asked, Reason):
        refuse("G10", asked.code, message("o destino do repasse não serve: {motivo}", motivo=asked.message), asked.hint)
    gate_right(move, asked, formula)
    move.decided(later("o pedido diz o destino {quem}", quem=move.site.people.holder_name(asked)), BY_KIND)
    pass_on(move, asked, request)


def destination_text(move: Move, written: str) -> str:
    """A destination that names somebody, ``Ana Lima`` or ``Suporte``, as its text; any other as it is (door-14)."""
    if parse_destination(written, move.ticket.coligada) is not None:
        return written
    people = move.site.people
    found = named(people, written, groups=True)
    if isinstance(found, Reason):
        if found.code == "nome-ambiguo":
            refuse("G10", found.code, found.message, found.hint)
        return written
    group = found.removeprefix("grupo ")
    if group == found:
        return found
    coligada, code = group.split(";")
    if int(coligada) != move.ticket.coligada:
        said = message("o grupo {nome} é de outra coligada que a do atendimento", nome=written)
        refuse("G10", "grupo-de-outra-coligada", said)
    return code


def pass_on(move: Move, wanted: Holder, request: Request) -> None:
    """Resolve and hand over; a handoff to the present holder changes nothing, and is noted."""
    receiver = receive(move, wanted)
    if receiver == move.ticket.holder:
        said = message("o atendimento já está com {quem}", quem=move.site.people.holder_name(receiver))
        move.warn(Reason("ja-esta-com-o-destino", said))
        return
    hand_over(move, receiver, request.action, request.reason, request.justification)


def voice(move: Move, request: Request, formula: str | None) -> None:
    """Approve or reject. What the rule of the step then asks for happens in the same move."""
    gate_needs(move, TRANSITIONS[request.action], lambda name: getattr(request, name))

    def rejected(approval: Approval) -> None:
        target = None if approval.on_reject is None else move.site.step(move.ticket.type, approval.on_reject)
        if target is not None:
            enter(move, target, None)
            return
        set_status(move, "C", request.reason, request.justification)
        move.say(later("o status passa a '{para}'", para=STATUS_NAMES["C"]))

    speak(move, request, lambda: go_on(move, request, formula), rejected)


def give_back(move: Move, request: Request, formula: str | None) -> None:
    """To the previous holder; the right to hand off is waived (S:58), the justification is not."""
    gate_needs(move, TRANSITIONS["return"], lambda name: getattr(request, name))
    found = previous_holder(move.ticket, move.handoffs)
    if found is None:
        refuse(
            "G11",
            "sem-detentor-anterior",
            message("o atendimento ainda não esteve com outra pessoa: não há a quem devolver"),
            message("use o repasse comum (ação 'handoff')"),
        )
    move.passed("G5", later("repassar de volta dispensa o direito de repasse"))
    pass_on(move, found, request)


def change_status(move: Move, request: Request, formula: str | None) -> None:
    """Status actions by their row; a step may say what concluding there means."""
    row = TRANSITIONS[request.action]
    if request.action == "conclude":
        gate_conclusion(move, formula)
    if formula is not None and request.action == "schedule":
        row = attrs.evolve(row, needs=("wake_up", "deadline"))  # AGENDARARESPONDER takes -1 for no reason
    gate_needs(move, row, lambda name: getattr(request, name))
    status = row.status
    assert status is not None
    step = move.step
    if request.action == "conclude" and step is not None and step.on_conclude is not None:
        status = step.on_conclude
        move.say(later("na etapa '{etapa}', concluir quer dizer '{status}'", etapa=step.name, status=STATUS_NAMES[status]))
    if request.action == "schedule":
        move.change(wake_up=request.wake_up, deadline=request.deadline, deadline_told=0)
        warn_of_the_past(move)
    reopened = move.ticket.status in ("F", "C")
    old = move.ticket.status
    set_status(move, status, request.reason, request.justification)
    move.say(later("o status passa de '{de}' para '{para}'", de=STATUS_NAMES[old], para=STATUS_NAMES[status]))
    if reopened:
        move.change(step_version=move.start.version + 1)  # who was asked before is asked again
        reopened_by = message("Atendimento reaberto por {quem}", quem=move.site.people.name(move.actor.key))
        move.enter_discussion(reopened_by, steps=(move.ticket.step, move.ticket.step))
    elif request.justification:
        move.enter_discussion(message("{acao}: {justificativa}", acao=row.name.capitalize(), justificativa=request.justification))


def warn_of_the_past(move: Move) -> None:
    """A schedule whose wake-up or deadline has passed already is due at once."""
    if move.ticket.wake_up is not None and day_begin(move.ticket.wake_up) <= move.now:
        said = message("o despertamento {quando} já passou: desperta em seguida", quando=shown_day(move.ticket.wake_up))
        move.warn(Reason("despertamento-no-passado", said, message("confira o despertamento do agendamento")))
    if move.ticket.deadline is not None and deadline_end(move.ticket.deadline) <= move.now:
        said = message("o prazo {prazo} já passou: vence em seguida", prazo=shown_day(move.ticket.deadline))
        move.warn(Reason("prazo-no-passado", said, message("confira o prazo do agendamento")))


def claim(move: Move, request: Request, formula: str | None) -> None:
    """From a queue into a member's hands."""
    holder, name = move.ticket.holder, move.site.people.name(move.actor.key)
    if holder is None or holder.kind != "group":
        with_whom = move.site.people.holder_name(holder) if holder else message("ninguém")
        refuse("G4", "fora-da-fila", message("o atendimento não está em nenhuma fila: está com {quem}", quem=with_whom))
    group = move.site.people.groups.get(holder.key)
    if group is None or move.actor.key not in group.members:
        refuse(
            "G4",
            "fora-do-grupo",
            message(
                "{quem} não é do {grupo}, em cuja fila o atendimento está",
                quem=name,
                grupo=move.site.people.holder_name(holder),
            ),
        )
    move.passed("G4", later("{quem} é do {grupo}", quem=name, grupo=move.site.people.holder_name(holder)))
    receiver = receive(move, attendant_holder(move.actor.key)) if formula else attendant_holder(move.actor.key)
    gate_receiver(move, move.step, receiver, receiver)
    hand_over(move, receiver, request.action)


def open_ticket(move: Move, request: Request, formula: str | None) -> None:
    """A draft becomes a ticket that its client may have: entry step, opener, times, level of the classification
    (S:144), optional mail."""
    gate_names(move)
    unfit = client_fault(move.site, move.ticket)
    if unfit is not None:
        raise Refused("G8", unfit)
    inactive = client_warning(move.site, move.ticket)
    if inactive is not None:
        move.warn(inactive)
    step = entry_step(move, request)
    move.passed("G7", later("a etapa de entrada é {etapa}", etapa=step_name(move.site, move.ticket.type, step.code)))
    ticket, site = move.ticket, move.site
    level = site.classifications.get(name_key(ticket.classification), ticket.access_level)
    own = attendant_holder(move.actor.key)
    warn_of_opener(move)
    move.change(access_level=level)
    holder = own if ticket.holder in (None, own) else receive(move, ticket.holder, step) if step.handoff is None else ticket.holder
    move.change(
        opener=move.actor.key,
        opened_at=move.now,
        access_level=level,
        holder=holder,
        step=None,
        contact_owner=ticket.contact_owner or move.actor.key,
        first_contact_at=None if ticket.voicemail else move.now,
    )
    set_status(move, "A")
    if step.handoff is not None:
        enter(move, step, None)
    else:
        move.change(step=step.code, step_version=move.start.version + 1, entered_at=move.now, step_told=0)
        gate_arrival(move, step, None)
        move.steps.append(StepChange(None, step.code, None, holder, move.actor.key, move.now))
        for code in step.on_entry:
            settle(move, code, run_formula(move, code, message("ao entrar em '{etapa}'", etapa=step.name), "entry", step).effects)
    if move.kind.opening_mail:
        move.letters.append(opening_mail)


def warn_of_opener(move: Move) -> None:
    """Who opens a ticket is who acts, whoever the draft names."""
    named_opener = move.ticket.opener
    if named_opener and named_opener != move.actor.key:
        people = move.site.people
        said = message(
            "quem abre o atendimento é {quem}, que age, e não {outro}, que o rascunho diz",
            quem=people.name(move.actor.key), outro=people.name(named_opener),
        )  # fmt: skip
        move.warn(Reason("outro-abre", said, message("para que conste outra pessoa, ela mesma abre o atendimento")))


def entry_step(move: Move, request: Request) -> Step:
    """G7: the default entry; or the step asked for, when it is a possible entry."""
    entries = [step for step in move.kind.steps if step.entry]
    asked = request.to if request.to is not None and str(request.to).strip() else move.ticket.step
    if asked is not None:
        step = known_step(move, asked)
        if not (step.entry or step.possible_entry):
            refuse("G7", "nao-e-entrada", message("a etapa '{etapa}' não é de entrada", etapa=step.name))
        return step
    if not entries:
        refuse(
            "G7",
            "sem-entrada",
            message("o tipo '{tipo}' não tem etapa de entrada", tipo=move.kind.name),
            message("marque uma etapa com entrada = true"),
        )
    return entries[0]


DOING: Mapping[str, Callable[[Move, Request, str | None], None]] = {
    "open": open_ticket,
    "advance": advance,
    "handoff": handoff,
    "return": give_back,
    "claim": claim,
    "change": change_ticket,
    "note": note,
    "mail": write_mail,
    "annex": annex_ticket,
    "relate": relate,
    "unrelate": unrelate,
    "approve": voice,
    "reject": voice,
}
"""Actions with their own function; the others only change the status."""
