"""Handoff kinds as a table: each decides who is wanted next. Plugins add rows (taa.md: "The set is open")."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import TYPE_CHECKING

import attrs

from formula.destinations import parse_destination
from formula.messages import Message
from routing.deciding.formulas import run_formula
from routing.deciding.move import Move, Refused, previous_holder, refuse
from routing.domain.approvers import barred
from routing.domain.decision import NOTE, Reason
from routing.domain.destinations import TWO_FORMS, destination_of
from routing.domain.model import Group, Holder, Step, attendant_holder, group_holder
from routing.domain.owners import owner_of
from routing.domain.people import members_present, name_now, next_in_turn
from routing.messages import later, message

if TYPE_CHECKING:
    from formula.outcome import Outcome


@attrs.frozen
class Setup:
    """What a step or type says about its handoff: kind, fixed receiver, formula, and whose setting it is."""

    kind: str
    receiver: str | None
    formula: str | None
    owner: str
    step: Step | None = None


@attrs.frozen
class Wanted:
    """Who should receive; ``holder`` None keeps the present one. ``outcome`` is that of a handoff formula."""

    holder: Holder | None
    outcome: Outcome | None = None
    formula: str = ""


BY_KIND, BY_TURN = 95, 250
"""How much it weighs in a headline that a handoff kind names the receiver without a formula: less than the test that chose the
step; and that among the members of a group one is chosen."""

HandoffKind = Callable[[Move, Setup], Wanted]


def setup_of(move: Move, step: Step | None) -> Setup:
    """The setting that counts: the step's own, else the type's."""
    kind = move.kind
    if step is not None and step.handoff is not None:
        return Setup(step.handoff, step.receiver, step.formula or kind.formula, step.name, step)
    return Setup(kind.handoff, kind.receiver, kind.formula, kind.name, step)


def decide(move: Move, setup: Setup) -> Wanted:
    """Ask the kind's row."""
    row = KINDS.get(setup.kind) or move.site.handoff_kinds.get(setup.kind)
    if row is None:
        refuse("G10", "repasse-desconhecido", message("o tipo de repasse '{tipo}' não existe", tipo=setup.kind))
    wanted: Wanted = row(move, setup)
    return wanted


def fixed_attendant(move: Move, setup: Setup) -> Wanted:
    """``atendente``: the receiver of the set-up."""
    found = parse_destination(setup.receiver or "", move.ticket.coligada)
    if found is None or found.attendant is None:
        refuse(
            "G10",
            "destino-malformado",
            message("o destino fixo de '{dono}' não é um atendente: '{texto}'", dono=setup.owner, texto=setup.receiver or ""),
            TWO_FORMS,
        )
    move.decided(
        later(
            "'{dono}' repassa sempre para o atendente {quem}",
            dono=setup.owner,
            quem=move.site.people.name(found.attendant),
        ),
        BY_KIND,
    )
    return Wanted(attendant_holder(found.attendant))


def fixed_group_key(move: Move, setup: Setup) -> str:
    """The group of a set-up: ``5`` in the ticket's coligada, ``1;5`` anywhere."""
    found = parse_destination(setup.receiver or "", move.ticket.coligada)
    if found is None:
        refuse(
            "G10",
            "destino-malformado",
            message("o destino fixo de '{dono}' não é um grupo: '{texto}'", dono=setup.owner, texto=setup.receiver or ""),
            TWO_FORMS,
        )
    return found.group or found.attendant or ""


def fixed_group(move: Move, setup: Setup) -> Wanted:
    """``grupo``: the queue of the set-up's group."""
    wanted = group_holder(fixed_group_key(move, setup))
    said = later("'{dono}' repassa sempre para {quem}", dono=setup.owner, quem=move.site.people.holder_name(wanted))
    move.decided(said, BY_KIND)
    return Wanted(wanted)


def by_formula(move: Move, setup: Setup) -> Wanted:
    """``formula``: the destination that the formula's value names."""
    if setup.formula is None:
        raise Refused(
            "G9",
            Reason("sem-formula", message("'{dono}' repassa por fórmula, mas não diz qual", dono=setup.owner)),
            "fault",
        )
    outcome = run_formula(move, setup.formula, message("'{dono}' repassa por fórmula", dono=setup.owner), "handoff", setup.step)
    return wanted_by(move, setup.formula, outcome)


MOST_TOLD = 3


def with_emptiness(move: Move, outcome: Outcome, hint: Message | str | None) -> Message | str | None:
    """What the run found on its way and its value does not show, such as a sentence without rows: where a destination that is none
    may have come from, then what a destination looks like."""
    record = move.records.get(id(outcome))
    notes = [] if record is None else list(dict.fromkeys(said for _, said, _ in record.notes))[:MOST_TOLD]
    if not notes:
        return hint
    facts = reduce(lambda one, other: message("{um}; {outro}", um=one, outro=other), notes)
    return message("na execução: {fatos}; {dica}", fatos=facts, dica=hint or TWO_FORMS)


def wanted_by(move: Move, code: str, outcome: Outcome) -> Wanted:
    """What a finished handoff formula wants (G10)."""
    found = destination_of(outcome.value, move.ticket.coligada, move.site.people)
    if isinstance(found, Reason):
        said = message("a fórmula {codigo} não deu um destino: {motivo}", codigo=code, motivo=found.message)
        raise Refused("G10", Reason(found.code, said, with_emptiness(move, outcome, found.hint)))
    move.passed("G10", later("o destino é {quem}", quem=move.site.people.holder_name(found)))
    if found.kind == "group" and any(key != found.key and key.endswith(f";{found.key.partition(';')[2]}") for key in groups(move)):
        said = message(
            "'{codigo}' é o grupo da coligada do atendimento ({coligada}): {quem}",
            codigo=found.key.partition(";")[2],
            coligada=move.ticket.coligada,
            quem=move.site.people.holder_name(found),
        )
        move.decided(said, OWN_COLIGADA, found.key, NOTE)
    return Wanted(found, outcome, code)


OWN_COLIGADA = 110
"""How much it weighs in a headline that a group's code means another group elsewhere."""


def groups(move: Move) -> Mapping[str, Group]:
    """The groups of the site, by key."""
    return move.site.people.groups


def to_opener(move: Move, setup: Setup) -> Wanted:
    """``abertura``: who opened the ticket."""
    if not move.ticket.opener:
        refuse("G11", "sem-abertura", message("o atendimento não diz quem o abriu"))
    move.decided(
        later(
            "'{dono}' devolve a quem abriu o atendimento: {quem}",
            dono=setup.owner,
            quem=move.site.people.name(move.ticket.opener),
        ),
        BY_KIND,
    )
    return Wanted(attendant_holder(move.ticket.opener))


def to_previous(move: Move, setup: Setup) -> Wanted:
    """``anterior``: who had the ticket before."""
    found = previous_holder(move.ticket, move.handoffs)
    if found is None:
        refuse(
            "G11",
            "sem-detentor-anterior",
            message("o atendimento ainda não esteve com outra pessoa: não há detentor anterior"),
        )
    said = later("'{dono}' devolve ao detentor anterior: {quem}", dono=setup.owner, quem=move.site.people.holder_name(found))
    move.decided(said, BY_KIND)
    return Wanted(found)


def keep(move: Move, setup: Setup) -> Wanted:
    """``manter``: nobody else receives."""
    move.decided(later("'{dono}' mantém o detentor", dono=setup.owner), BY_KIND)
    return Wanted(None)


def able(move: Move, group: str, step: Step | None) -> list[str]:
    """The members of a group who may receive today in a step."""
    here = members_present(move.site.people, group, move.now.date())
    return [key for key in here if not barred(move.site.people, step, move.ticket, key)]


def group_of(move: Move, setup: Setup) -> Group:
    """The group of a set-up, with somebody who may receive today."""
    key = fixed_group_key(move, setup)
    group = move.site.people.groups.get(key)
    if group is None:
        refuse("G11", "grupo-desconhecido", message("não existe o grupo {chave}", chave=key))
    here = members_present(move.site.people, key, move.now.date())
    if here and not able(move, key, setup.step):
        name = f"{group.name} ({key})"
        said = message(
            "do grupo {grupo} só está presente quem abriu o atendimento, e a etapa não deixa decidir o próprio pedido", grupo=name
        )
        own = [owner_of(move.site.people, move.ticket, one) for one in here]
        if any(one is not None and one.client for one in own):
            said = message(
                "do grupo {grupo} só está presente quem abriu ou pediu o atendimento, e a etapa não deixa decidir o próprio pedido",
                grupo=name,
            )
        refuse("G11", "aprovacao-propria", said, message("inclua outra pessoa no grupo ou escolha outro destino"))
    if not here:
        refuse(
            "G11",
            "grupo-vazio",
            message("o grupo {grupo} não tem atendente ativo e presente", grupo=f"{group.name} ({key})"),
        )
    return group


def take_turn(move: Move, group: Group, here: list[str]) -> str:
    """Whose turn it is in a group; remembered with the move, whoever has the ticket."""
    latest = move.turns.get(group.key) or move.workload.last_turn(group.key)
    chosen = move.turns[group.key] = next_in_turn(group.members, here, latest)
    why, who = why_now(move, group, latest, chosen), move.site.people.name(chosen)
    move.decided(
        later("rodízio do grupo {grupo}: é a vez de {quem}, porque {motivo}", grupo=group.name, quem=who, motivo=why),
        BY_TURN,
    )
    return chosen


def why_now(move: Move, group: Group, latest: str | None, chosen: str) -> Message:
    """Why it is somebody's turn: who had the latest one, and who is passed over until this one."""
    people = move.site.people
    if latest is None:
        why = message("ninguém do grupo teve a vez ainda")
    elif latest in group.members:
        why = message("a última vez foi de {quem}", quem=people.name(latest))
    else:
        why = message("quem teve a última vez, {quem}, não é mais do grupo", quem=people.name(latest))
    order = list(group.members)
    begin = order.index(latest) + 1 if latest in order else 0
    turned = order[begin:] + order[:begin]
    passed = [passed_over(move, member) for member in turned[: turned.index(chosen)]]
    if not passed:
        return why
    listed = passed[0]
    for one in passed[1:]:
        listed = message("{um}, {outro}", um=listed, outro=one)
    return message("{motivo}; antes viria {quem}", motivo=why, quem=listed)


def passed_over(move: Move, member: str) -> Message:
    """Who cannot receive now, and why."""
    said = name_now(move.site.people, member, move.now.date())
    if isinstance(said, Message):
        return said
    name = said
    owner = owner_of(move.site.people, move.ticket, member)
    if owner is not None and owner.client:
        return message("{quem} (é quem pediu o atendimento)", quem=name)
    return message("{quem} (abriu o atendimento)", quem=name)


def pick_least_loaded(move: Move, group: Group, here: list[str]) -> str:
    """The member with the fewest open tickets; the group's order decides between equals."""
    chosen = min(here, key=lambda member: (move.workload.load(member), group.members.index(member)))
    load = move.workload.load(chosen)
    move.decided(
        later(
            "menor carga do grupo {grupo}: é a vez de {quem}, porque tem {quantos} atendimento por resolver, o menor número"
            if load == 1
            else "menor carga do grupo {grupo}: é a vez de {quem}, porque tem {quantos} atendimentos por resolver, o menor número",
            grupo=group.name,
            quem=move.site.people.name(chosen),
            quantos=load,
        ),
        BY_TURN,
    )
    return chosen


def in_turn(move: Move, setup: Setup) -> Wanted:
    """``rodizio``: the member after the one who had the latest turn, in the group's order."""
    group = group_of(move, setup)
    return Wanted(attendant_holder(take_turn(move, group, able(move, group.key, setup.step))))


def least_loaded(move: Move, setup: Setup) -> Wanted:
    """``menorcarga``: the member with the fewest open tickets; the group's order decides between equals."""
    group = group_of(move, setup)
    return Wanted(attendant_holder(pick_least_loaded(move, group, able(move, group.key, setup.step))))


def distributed(move: Move, wanted: Holder, step: Step | None) -> Holder:
    """A handoff to a group goes to whom the group's own distribution says; to its queue when nobody is present."""
    group = move.site.people.groups.get(wanted.key) if wanted.kind == "group" else None
    if group is None or group.distribution == "fila":
        return wanted
    if group.distribution == "atendente":
        if group.attendant is None:
            return wanted
        move.decided(
            later(
                "grupo {grupo}: é a vez de {quem}, porque o grupo entrega o que recebe a um atendente fixo",
                grupo=group.name,
                quem=move.site.people.name(group.attendant),
            ),
            BY_TURN,
        )
        return attendant_holder(group.attendant)
    here = able(move, group.key, step)
    if not here:
        said = later("o grupo {grupo} fica com o atendimento na fila, porque ninguém dele pode receber agora", grupo=group.name)
        move.decided(said, BY_TURN)
        return wanted
    pick = take_turn if group.distribution == "rodizio" else pick_least_loaded
    return attendant_holder(pick(move, group, here))


KINDS: Mapping[str, HandoffKind] = {
    "atendente": fixed_attendant,
    "grupo": fixed_group,
    "formula": by_formula,
    "abertura": to_opener,
    "anterior": to_previous,
    "manter": keep,
    "rodizio": in_turn,
    "menorcarga": least_loaded,
}
