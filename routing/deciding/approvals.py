"""Approvals: voices, what they lead to, and the own ticket that nobody may decide (``aprovacao``, ``aprovacao_propria``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NoReturn

from formula.messages import Message
from routing.deciding.handoffs import setup_of
from routing.deciding.move import Move, refuse
from routing.domain.approvals import APPROVE, Standing, counted, needed, spoken, standing
from routing.domain.approvers import fillable, left_by_own, own_of_seat, possible, seats_of, speakers, standing_now, unseeing
from routing.domain.decision import Reason, Request
from routing.domain.flow import step_name
from routing.domain.model import Approval, Holder, Step, Ticket, Voice, changed
from routing.domain.owners import Owner, chiefs_above, owner_of, why_own
from routing.domain.people import members_present, resolve_attendant
from routing.messages import later, message, plural

DECIDING = frozenset({"advance", "conclude", "concluded-answered", "concluded-confirmed"})
"""Actions by which somebody decides a step that asks nobody in particular."""
CHOOSING = frozenset({"formula", "atendente", "grupo", "rodizio", "menorcarga"})
"""Handoff kinds that look for somebody who decides; the others give the ticket back or leave it."""


def gate_own(move: Move, action: str) -> None:
    """G4: where the own ticket must not be decided, who opened or asked for it neither advances nor concludes."""
    step = move.step
    if action in DECIDING and step is not None and step.self_approval is False:
        gate_owner(move, step, move.actor.key)


def gate_owner(move: Move, step: Step, attendant: str) -> None:
    """G4: somebody whose own the ticket is does not decide it."""
    owner = owner_of(move.site.people, move.ticket, attendant)
    if owner is not None:
        refuse("G4", "aprovacao-propria", own_ticket(move, step, owner, attendant), way_on(move, attendant))


def own_ticket(move: Move, step: Step, owner: Owner, attendant: str) -> Message:
    """Why somebody may not decide."""
    if not owner.client:
        return message(
            "{quem} abriu o atendimento, e a etapa '{etapa}' não deixa que alguém decida o próprio pedido",
            quem=move.site.people.name(owner.key),
            etapa=step.name,
        )
    why = why_own(move.site.people, owner, attendant)
    return message("{motivo}; a etapa '{etapa}' não deixa que alguém decida o próprio pedido", motivo=why, etapa=step.name)


def way_on(move: Move, attendant: str) -> Message:
    """Who could decide instead of somebody: the nearest chief whose own it is not."""
    people = move.site.people
    above = chiefs_above(people, move.ticket, attendant)
    if above:
        return message("quem pode decidir é outra pessoa, como o chefe: {quem}", quem=people.name(above[0]))
    return message("quem decide precisa ser outra pessoa, e {quem} não tem chefe no diretório", quem=people.name(attendant))


def gate_receiver(move: Move, step: Step | None, wanted: Holder, receiver: Holder) -> None:
    """G11: who opened or asked for the ticket does not receive it where it must not be decided by the own hand, by no way."""
    if step is None or step.self_approval is not False:
        return
    people = move.site.people
    able = [receiver.key] if receiver.kind == "attendant" else members_present(people, receiver.key, None)
    own = [(one, key) for key in able if (one := owner_of(people, move.ticket, key)) is not None]
    if not own or len(own) < len(able):
        return
    owner, key = own[0]
    said = own_ticket(move, step, owner, key)
    if wanted != receiver and wanted.kind == "attendant":
        said = message("{motivo}; receberia como substituto de {quem}", motivo=said, quem=people.name(wanted.key))
    elif wanted.kind == "group":
        said = message("{motivo}; receberia pelo {grupo}", motivo=said, grupo=people.holder_name(wanted))
    refuse("G11", "aprovacao-propria", said, way_on(move, key))


def gate_arrival(move: Move, target: Step, receiver: Holder | None) -> None:
    """What the step entered asks of its decision: somebody else than who asked for it, and enough people to approve."""
    holder = receiver or move.ticket.holder
    people = move.site.people
    if holder is not None and receiver is None and target.approval is None:
        gate_receiver(move, target, holder, holder)
    if receiver is not None and target.self_approval is None and not target.entry and chosen(move, target):
        receiver_warning(move, target, receiver)
    if target.approval is not None:
        arrived = move.ticket if holder is None else changed(move.ticket, holder=holder)
        possible, need = fillable(people, target, arrived, move.now.date()), needed(target.approval)
        if possible < need:
            said = message(
                "a etapa '{etapa}' exige {aprovacoes}, e só {pessoas} de '{lista}'",
                etapa=target.name,
                aprovacoes=plural(need, "{quantas} aprovação", "{quantas} aprovações", quantas=need),
                pessoas=plural(
                    possible, "{quantas} pessoa poderia aprovar", "{quantas} pessoas poderiam aprovar", quantas=possible
                ),
                lista=", ".join(target.approval.by),
            )
            own = left_by_own(people, target, arrived, move.now.date())
            owner = None if own is None else owner_of(people, arrived, own)
            if own is None or owner is None:
                refuse("G11", "aprovadores-insuficientes", said, LOOK_AT)
            why = own_ticket(move, target, owner, own)
            refuse("G11", "aprovadores-insuficientes", message("{frase}; {motivo}", frase=said, motivo=why), way_on(move, own))


def receiver_warning(move: Move, target: Step, receiver: Holder) -> None:
    """Who opened or asked for the ticket receives it, and nothing says whether that is wanted."""
    people = move.site.people
    owner = owner_of(people, move.ticket, receiver.key) if receiver.kind == "attendant" else None
    if owner is None:
        return
    said = message(
        "{quem} abriu o atendimento e o recebe na etapa '{etapa}': decide o próprio pedido",
        quem=people.name(owner.key),
        etapa=target.name,
    )
    if owner.client:
        said = message(
            "{motivo}; recebe o atendimento na etapa '{etapa}' e decide o próprio pedido",
            motivo=why_own(people, owner, receiver.key),
            etapa=target.name,
        )
    move.warn(Reason("aprovacao-propria", said, EITHER), "G11")


EITHER = message("aprovacao_propria = false na etapa o impede; true diz que é assim mesmo")
"""What a site may say of the own ticket."""

LOOK_AT = message("confira quem está ativo e vê o atendimento pelo nível de acesso, os grupos e a chave 'por' da aprovação")
"""What to look at when there are too few to approve."""


def chosen(move: Move, target: Step) -> bool:
    """Whether a step looks for somebody who decides."""
    return setup_of(move, target).kind in CHOOSING


def gate_conclusion(move: Move, formula: str | None) -> None:
    """G7: what must be approved before it goes on is not concluded instead; in a last step it is concluded when it is approved."""
    step = move.step
    if step is None or step.approval is None:
        return
    approved = standing(step.approval, spoken(move.ticket, move.voices)).met
    if approved and not last_step(move, step):
        said = message("a etapa '{etapa}' está aprovada, e o fluxo segue dela", etapa=step.name)
        refuse("G7", "exige-aprovacao", said, message("use a ação 'advance': o atendimento avança, em vez de ser concluído"))
    if not approved:
        gate_by_hand(move, formula)


def last_step(move: Move, step: Step) -> bool:
    """Whether the flow leaves a step by no way."""
    return not move.site.ways(move.ticket.type, step.code)


def gate_by_hand(move: Move, formula: str | None) -> None:
    """G7: a step that asks for approval is left by approving or rejecting, by nothing else. Where other rules ask less than when
    the last voice was given, it may be approved already, with nobody left to say so."""
    step = move.step
    if step is None or step.approval is None:
        return
    found = standing(step.approval, spoken(move.ticket, move.voices))
    if found.met:
        move.passed("G7", later("a regra da aprovação ({regra}) está cumprida", regra=step.approval.rule))
        return
    if found.lost:
        already_rejected(move, step)
    missing = found.missing
    said = message(
        "a etapa {etapa} exige aprovação; falta: {faltam}",
        etapa=step_name(move.site, move.ticket.type, step.code),
        faltam=names(move, missing),
    )
    if formula:
        said = message("a fórmula {codigo} pede que o atendimento siga, mas {motivo}", codigo=formula, motivo=said)
    refuse("G7", "exige-aprovacao", said, message("quem aprova usa a ação 'approve'; quem rejeita, 'reject', com justificativa"))


def already_rejected(move: Move, step: Step) -> NoReturn:
    """G7: other rules ask more than they did when the last voice was given."""
    refuse(
        "G7",
        "exige-aprovacao",
        message(
            "a etapa {etapa} exige aprovação, e pelas rejeições já dadas a regra não pode mais ser cumprida",
            etapa=step_name(move.site, move.ticket.type, step.code),
        ),
        message("a próxima voz encerra a etapa; ou cancele o atendimento (ação 'cancel')"),
    )


def names(move: Move, seats: Sequence[str]) -> str:
    """Seats for a message."""
    people, coligada = move.site.people, move.ticket.coligada
    found = [people.name(seat) if ";" in seat else people.holder_name(Holder("group", f"{coligada};{seat}")) for seat in seats]
    return ", ".join(str(one) for one in found) or "–"


def take_seat(move: Move, step: Step, approval: Approval) -> str:
    """The seat the actor speaks for. G4 when there is none."""
    people, ticket, actor = move.site.people, move.ticket, move.actor.key
    earlier = counted(approval, spoken(ticket))
    name = people.name(actor)
    own = next((voice for voice in earlier if people.same(voice.by, actor)), None)
    if own is not None:
        said = message("{quem} já aprovou nesta etapa", quem=name)
        if own.voice != APPROVE:
            said = message("{quem} já rejeitou nesta etapa", quem=name)
        refuse("G4", "ja-se-pronunciou", said, message("cada pessoa fala uma vez por etapa"))
    if step.self_approval is False:
        gate_owner(move, step, actor)
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
    day, heard = move.now.date(), {actor, *(voice.by for voice in earlier)}
    seat = max(free, key=lambda one: fillable(people, step, ticket, day, {one, *taken}, heard))
    if seat != actor:
        move.say(later("{quem} fala por {lugar}", quem=name, lugar=names(move, (seat,))), seat)
    return seat


def own_warning(move: Move, step: Step) -> None:
    """Who opened or asked for the ticket speaks, and nothing says whether that is wanted; or nobody knows who opened it."""
    if step.self_approval is False and not move.ticket.opener:
        move.warn(
            Reason(
                "aprovacao-propria",
                message("não se sabe quem abriu o atendimento: quem se pronuncia pode ser quem o pediu"),
                message("diga quem abriu (aberto_por) ao trazer o atendimento"),
            ),
            "G4",
        )
    people, actor = move.site.people, move.actor.key
    owner = owner_of(people, move.ticket, actor) if step.self_approval is None else None
    if owner is not None:
        said = message("{quem} abriu o atendimento e se pronuncia sobre ele", quem=people.name(actor))
        if owner.client:
            said = message("{motivo}; pronuncia-se sobre o próprio pedido", motivo=why_own(people, owner, actor))
        move.warn(Reason("aprovacao-propria", said, EITHER), "G4")


def warn_of_new_owner(move: Move, before: Ticket) -> None:
    """A change makes the ticket the own one of who has it or has spoken, where nobody decides the own ticket."""
    step, people, holder = move.step, move.site.people, move.ticket.holder
    if step is None or step.self_approval is not False:
        return
    spoke = [voice.by for voice in spoken(before)]
    has = [holder.key] if holder is not None and holder.kind == "attendant" else []
    for key in dict.fromkeys([*has, *spoke]):
        owner = owner_of(people, move.ticket, key)
        if owner is None or owner_of(people, before, key) is not None:
            continue
        said = message(
            "com a mudança, {motivo}; está com o atendimento, e não o decide na etapa '{etapa}'",
            motivo=why_own(people, owner, key), etapa=step.name,
        )  # fmt: skip
        if key in spoke:
            said = message(
                "com a mudança, {motivo}; já se pronunciou na etapa '{etapa}', e a voz continua valendo",
                motivo=why_own(people, owner, key), etapa=step.name,
            )  # fmt: skip
        move.warn(Reason("aprovacao-propria", said, message("repasse a outra pessoa, ou confira o cliente")), "G4")


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
    gate_undecided(move, step, approval)
    seat = take_seat(move, step, approval)
    move.passed(
        "G4", later("{quem} é de quem aprova na etapa '{etapa}'", quem=move.site.people.name(move.actor.key), etapa=step.name)
    )
    own_warning(move, step)
    voice = Voice(step.code, seat, move.actor.key, request.action, move.now, request.justification.strip(), move.start.version + 1)
    move.voices.append(voice)
    said = message("Aprovado por {quem}", quem=move.site.people.name(voice.by))
    if request.action != APPROVE:
        said = message("Rejeitado por {quem}", quem=move.site.people.name(voice.by))
    if voice.justification:
        said = message("{fim}: {razao}", fim=said, razao=voice.justification)
    move.enter_discussion(said, steps=(None, None) if voice.justification else (step.code, step.code))
    people, day = move.site.people, move.now.date()
    found = standing_now(people, step, move.ticket, spoken(move.ticket, move.voices), day)
    if found.met:
        move.decided(later("a regra da aprovação ({regra}) está cumprida", regra=approval.rule), BY_RULE)
        if last_step(move, step):
            move.say(later("a etapa '{etapa}' é a última: o atendimento já pode ser concluído", etapa=step.name))
        else:
            advance()
    elif found.lost:
        why = message("a regra ({regra}) já não pode ser cumprida", regra=approval.rule)
        if approval.veto:
            why = message("uma rejeição basta")
        move.decided(later("a etapa '{etapa}' está rejeitada: {motivo}", etapa=step.name, motivo=why), BY_RULE)
        reject(approval)
    else:
        if not possible(people, step, move.ticket, found, day):
            nobody_left(move, step, found)
        waits = later(
            "a aprovação ainda espera por {faltam}: a regra é '{regra}' de {quantos}, e falaram {vozes}",
            faltam=names(move, found.missing), regra=approval.rule, quantos=len(approval.by), vozes=len(found.voices),
        )  # fmt: skip
        move.decided(waits, BY_RULE)


def gate_undecided(move: Move, step: Step, approval: Approval) -> None:
    """G7: in a last step the ticket stays when it is approved, until somebody concludes it; nobody speaks after that."""
    if last_step(move, step) and standing(approval, spoken(move.ticket)).met:
        said = message("a etapa '{etapa}' já está aprovada: ninguém mais se pronuncia", etapa=step.name)
        refuse("G7", "aprovacao-decidida", said, message("conclua o atendimento (ação 'conclude'), ou cancele-o (ação 'cancel')"))


def nobody_left(move: Move, step: Step, found: Standing) -> None:
    """Who is missing cannot speak: people left, or the rules changed, while the ticket waited."""
    said = message(
        "a regra da aprovação da etapa '{etapa}' já não pode ser cumprida: ninguém mais pode falar por {faltam}",
        etapa=step.name,
        faltam=names(move, found.missing),
    )
    move.warn(Reason("aprovadores-insuficientes", said, LOOK_AT), "G4")


BY_RULE = 130
"""How much it weighs in a headline what the voices lead to."""


def speakers_told(move: Move, step: Step) -> None:
    """Say who is asked to approve in a step just entered."""
    if step.approval is None:
        return
    people, day = move.site.people, move.now.date()
    blind = {key for seat in step.approval.by for key in unseeing(people, seat, step, move.ticket, day)}
    if blind:
        said = message(
            "pelo nível de acesso do atendimento ({nivel}), não o vê e não pode aprovar: {lista}",
            nivel=move.ticket.access_level,
            lista=", ".join(people.name(key) for key in sorted(blind)),
        )
        move.warn(Reason("nivel-menor", said), "G12")
    move.say(later("a etapa '{etapa}' espera a aprovação de {lista}", etapa=step.name, lista=names(move, step.approval.by)))
    for seat in step.approval.by:
        found = speakers(people, seat, step, move.ticket, day)
        if ";" in seat and found in ((), (seat,)):
            warn_of_absence(move, seat)
        others = [key for key in found if key != seat]
        if ";" not in seat or not others:
            continue
        outro, quem = people.name(others[0]), people.name(seat)
        said = message("no lugar de {quem}, quem aprova é {outro}", quem=quem, outro=outro)
        if seat in found:
            said = message("no lugar de {quem}, pode aprovar {outro}", quem=quem, outro=outro)
        own = own_of_seat(people, seat, step, move.ticket, day)
        owner = None if own is None else owner_of(people, move.ticket, own)
        if own is not None and owner is not None:
            why = own_ticket(move, step, owner, own)
            said = message("{frase}, o chefe mais próximo, porque {motivo}", frase=said, motivo=why)
        move.say(said, seat)


def warn_of_absence(move: Move, approver: str) -> None:
    """Who alone may speak is away, and nobody stands in."""
    found = resolve_attendant(move.site.people, approver, move.now.date())
    if found.reason is not None:
        move.warn(Reason(found.reason.code, found.reason.message, found.reason.hint), approver)
