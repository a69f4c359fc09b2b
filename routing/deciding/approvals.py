"""Approvals: voices, what they lead to, and the own ticket that nobody may decide (``aprovacao``, ``aprovacao_propria``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from formula.messages import Message
from routing.deciding.handoffs import setup_of
from routing.deciding.move import Move, refuse
from routing.domain.approvals import APPROVE, needed, spoken, standing
from routing.domain.approvers import barred, fillable, seats_of, speakers
from routing.domain.decision import Reason, Request
from routing.domain.flow import step_name
from routing.domain.model import Approval, Holder, Step, Voice
from routing.domain.people import chiefs, members_present
from routing.messages import later, message

DECIDING = frozenset({"advance", "conclude", "concluded-answered", "concluded-confirmed"})
"""Actions by which somebody decides a step that asks nobody in particular."""
CHOOSING = frozenset({"formula", "atendente", "grupo", "rodizio", "menorcarga"})
"""Handoff kinds that look for somebody who decides; the others give the ticket back or leave it."""


def gate_own(move: Move, action: str) -> None:
    """G4: where the own ticket must not be decided, who opened it neither advances nor concludes."""
    step = move.step
    if action in DECIDING and barred(step, move.ticket, move.actor.key):
        assert step is not None
        refuse("G4", "aprovacao-propria", own_ticket(move, step), way_on(move))


def own_ticket(move: Move, step: Step) -> Message:
    """Why somebody may not decide."""
    return message(
        "{quem} abriu o atendimento, e a etapa '{etapa}' não deixa que alguém decida o próprio pedido",
        quem=move.site.people.name(move.ticket.opener),
        etapa=step.name,
    )


def way_on(move: Move) -> Message:
    """Who could decide instead: the nearest chief."""
    people = move.site.people
    above = [key for key in chiefs(people, move.ticket.opener) if key != move.ticket.opener]
    if above:
        return message("quem pode decidir é outra pessoa, como o chefe: {quem}", quem=people.name(above[0]))
    return message(
        "quem decide precisa ser outra pessoa, e {quem} não tem chefe no diretório", quem=people.name(move.ticket.opener)
    )


def gate_receiver(move: Move, step: Step | None, wanted: Holder, receiver: Holder) -> None:
    """G11: who opened the ticket does not receive it where it must not be decided by the own hand, by no way."""
    if step is None or step.self_approval is not False or not move.ticket.opener:
        return
    people, opener = move.site.people, move.ticket.opener
    able = [receiver.key] if receiver.kind == "attendant" else members_present(people, receiver.key, None)
    if able != [opener]:
        return
    said = own_ticket(move, step)
    if wanted != receiver and wanted.kind == "attendant":
        said = message("{motivo}; receberia como substituto de {quem}", motivo=said, quem=people.name(wanted.key))
    elif wanted.kind == "group":
        said = message("{motivo}; receberia pelo {grupo}", motivo=said, grupo=people.holder_name(wanted))
    refuse("G11", "aprovacao-propria", said, way_on(move))


def gate_arrival(move: Move, target: Step, receiver: Holder | None) -> None:
    """What the step entered asks of its decision: somebody else than who opened the ticket, and enough people to approve."""
    holder = receiver or move.ticket.holder
    own = holder is not None and holder.kind == "attendant" and holder.key == move.ticket.opener
    if own and receiver is None and target.self_approval is False and target.approval is None:
        refuse("G11", "aprovacao-propria", own_ticket(move, target), way_on(move))
    if own and receiver is not None and target.self_approval is None and not target.entry and chosen(move, target):
        move.warn(
            Reason(
                "aprovacao-propria",
                message(
                    "{quem} abriu o atendimento e o recebe na etapa '{etapa}': decide o próprio pedido",
                    quem=move.site.people.name(move.ticket.opener),
                    etapa=target.name,
                ),
                message("aprovacao_propria = false na etapa o impede; true diz que é assim mesmo"),
            ),
            "G11",
        )
    if target.approval is not None:
        possible, need = fillable(move.site.people, target, move.ticket, move.now.date()), needed(target.approval)
        if possible < need:
            refuse(
                "G11",
                "aprovadores-insuficientes",
                message(
                    "a etapa '{etapa}' exige {quantas} aprovação(ões), e só {possiveis} pessoa(s) de '{lista}' poderia(m) aprovar",
                    etapa=target.name,
                    quantas=need,
                    possiveis=possible,
                    lista=", ".join(target.approval.by),
                ),
                message("confira quem está ativo, os grupos e a chave 'por' da aprovação"),
            )


def chosen(move: Move, target: Step) -> bool:
    """Whether a step looks for somebody who decides."""
    return setup_of(move, target).kind in CHOOSING


def gate_conclusion(move: Move, formula: str | None) -> None:
    """G7: what must be approved before it goes on is not concluded instead; in a last step it is concluded when it is approved."""
    step = move.step
    if step is None or step.approval is None:
        return
    if last_step(move, step) and standing(step.approval, spoken(move.ticket, move.voices)).met:
        return
    gate_by_hand(move, formula)


def last_step(move: Move, step: Step) -> bool:
    """Whether the flow leaves a step by no way."""
    return not move.site.ways(move.ticket.type, step.code)


def gate_by_hand(move: Move, formula: str | None) -> None:
    """G7: a step that asks for approval is left by approving or rejecting, by nothing else."""
    step = move.step
    if step is None or step.approval is None:
        return
    missing = standing(step.approval, spoken(move.ticket, move.voices)).missing
    said = message(
        "a etapa {etapa} exige aprovação; falta: {faltam}",
        etapa=step_name(move.site, move.ticket.type, step.code),
        faltam=names(move, missing),
    )
    if formula:
        said = message("a fórmula {codigo} pede que o atendimento siga, mas {motivo}", codigo=formula, motivo=said)
    refuse("G7", "exige-aprovacao", said, message("quem aprova usa a ação 'approve'; quem rejeita, 'reject', com justificativa"))


def names(move: Move, seats: Sequence[str]) -> str:
    """Seats for a message."""
    people, coligada = move.site.people, move.ticket.coligada
    found = [people.name(seat) if ";" in seat else people.holder_name(Holder("group", f"{coligada};{seat}")) for seat in seats]
    return ", ".join(str(one) for one in found) or "–"


def take_seat(move: Move, step: Step, approval: Approval) -> str:
    """The seat the actor speaks for. G4 when there is none."""
    people, ticket, actor = move.site.people, move.ticket, move.actor.key
    earlier = spoken(ticket)
    name = people.name(actor)
    own = next((voice for voice in earlier if voice.by == actor), None)
    if own is not None:
        said = message("{quem} já aprovou nesta etapa", quem=name)
        if own.voice != APPROVE:
            said = message("{quem} já rejeitou nesta etapa", quem=name)
        refuse("G4", "ja-se-pronunciou", said, message("cada pessoa fala uma vez por etapa"))
    if barred(step, ticket, actor):
        refuse("G4", "aprovacao-propria", own_ticket(move, step), way_on(move))
    mine = seats_of(people, step, ticket, actor, move.now.date())
    if not mine:
        refuse(
            "G4",
            "nao-aprova",
            message("{quem} não é de quem aprova na etapa '{etapa}'", quem=name, etapa=step.name),
            message("aprovam: {lista}", lista=names(move, approval.by)),
        )
    taken = {voice.seat: voice for voice in earlier}
    free = [seat for seat in mine if seat not in taken]
    if not free:
        refuse(
            "G4",
            "ja-se-pronunciou",
            message("{grupo} já falou, por {outro}", grupo=names(move, mine[:1]), outro=people.name(taken[mine[0]].by)),
            message("de um grupo basta uma pessoa; falta: {faltam}", faltam=names(move, standing(approval, earlier).missing)),
        )
    seat = free[0]
    if seat != actor:
        move.say(later("{quem} fala por {lugar}", quem=name, lugar=names(move, (seat,))), seat)
    return seat


def own_warning(move: Move, step: Step) -> None:
    """Who opened the ticket speaks, and nothing says whether that is wanted."""
    if step.self_approval is None and move.actor.key == move.ticket.opener:
        move.warn(
            Reason(
                "aprovacao-propria",
                message("{quem} abriu o atendimento e se pronuncia sobre ele", quem=move.site.people.name(move.actor.key)),
                message("aprovacao_propria = false na etapa o impede; true diz que é assim mesmo"),
            ),
            "G4",
        )


def speak(move: Move, request: Request, advance: Callable[[], None], reject: Callable[[Approval], None]) -> None:
    """A voice; ``advance`` when it meets the rule of the step, ``reject`` when the rule can no longer be met."""
    step = move.step
    if step is None or step.approval is None:
        refuse(
            "G7",
            "sem-aprovacao",
            message("a etapa {etapa} não pede aprovação", etapa=step_name(move.site, move.ticket.type, move.ticket.step)),
            message("use a ação 'advance'"),
        )
    approval = step.approval
    seat = take_seat(move, step, approval)
    move.passed("G4", later("{quem} aprova na etapa '{etapa}'", quem=move.site.people.name(move.actor.key), etapa=step.name))
    own_warning(move, step)
    voice = Voice(step.code, seat, move.actor.key, request.action, move.now, request.justification.strip(), move.start.version + 1)
    move.voices.append(voice)
    said = message("Aprovado por {quem}", quem=move.site.people.name(voice.by))
    if request.action != APPROVE:
        said = message("Rejeitado por {quem}", quem=move.site.people.name(voice.by))
    if voice.justification:
        said = message("{fim}: {razao}", fim=said, razao=voice.justification)
    move.enter_discussion(said)
    found = standing(approval, spoken(move.ticket, move.voices))
    if found.met:
        move.decided(later("a regra da aprovação ({regra}) está cumprida", regra=approval.rule), BY_RULE)
        if last_step(move, step):
            move.say(later("a etapa '{etapa}' é a última: o atendimento já pode ser concluído", etapa=step.name))
        else:
            advance()
    elif found.lost:
        move.decided(later("a etapa '{etapa}' está rejeitada", etapa=step.name), BY_RULE)
        reject(approval)
    else:
        move.decided(later("a aprovação ainda espera por {faltam}", faltam=names(move, found.missing)), BY_RULE)


BY_RULE = 130
"""How much it weighs in a headline what the voices lead to."""


def speakers_told(move: Move, step: Step) -> None:
    """Say who is asked to approve in a step just entered."""
    if step.approval is None:
        return
    people, day = move.site.people, move.now.date()
    move.say(later("a etapa '{etapa}' espera a aprovação de {lista}", etapa=step.name, lista=names(move, step.approval.by)))
    for seat in step.approval.by:
        found = speakers(people, seat, step, move.ticket, day)
        others = [key for key in found if key != seat]
        if ";" not in seat or not others:
            continue
        outro, quem = people.name(others[0]), people.name(seat)
        if seat in found:
            move.say(later("no lugar de {quem}, pode aprovar {outro}", quem=quem, outro=outro), seat)
        else:
            move.say(later("no lugar de {quem}, quem aprova é {outro}", quem=quem, outro=outro), seat)
