"""``plan``: decide one move. Pure and deterministic: the same inputs give the same Plan, byte for byte as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from formula.context import Sentences
from formula.messages import Message
from routing.deciding.actions import act
from routing.deciding.copying import blank
from routing.deciding.gates import actor_key, known_action
from routing.deciding.leftovers import warn_stranded, warn_unused
from routing.deciding.move import Move, Refused, Unseen, Watch
from routing.domain.access import absent_or_hidden
from routing.domain.approvals import Standing, spoken
from routing.domain.approvers import standing_now, standing_of
from routing.domain.decision import DECISION, WARNING, Explanation, ExplanationLine, Plan, Reason, Request
from routing.domain.flow import STATUS_NAMES, step_name
from routing.domain.model import Ticket, changed, local_ticket
from routing.domain.names import action_hint, action_named, named
from routing.domain.people import Workload
from routing.domain.site import Site
from routing.domain.zone import wall_time
from routing.messages import Later, later, message
from routing.workspace.toml_tables import pair

NO_REASON = -1
"""How RM writes that no reason is given."""


def plan(
    site: Site,
    ticket: Ticket | None,
    request: Request,
    now: datetime,
    *,
    sentences: Sentences | None = None,
    workload: Workload | None = None,
    key: str = "",
    watch: Watch | None = None,
) -> Plan:
    """Decide what a request does to a ticket, and why.

    ``ticket`` None means the store has none under ``key``; ``request.draft`` is then opened if there is one, or a copy of
    the ticket that ``request.copy_from`` names. ``now`` is
    the site's wall clock. ``watch`` may measure the formulas that run. Nothing is changed: applying the plan is
    the desk's work.
    """
    wall = wall_time(now, site.zone)
    request = understood(site, request)
    ticket = None if ticket is None else local_ticket(ticket, site.zone)
    drafted = ticket is None and request.action == "open" and (request.draft is not None or bool(request.copy_from))
    subject = (request.draft or blank(key)) if drafted else ticket
    row = known_action(request.action)
    shown_key = subject.key if subject is not None else key
    if subject is None or row is None:
        return not_there(site, shown_key, request, wall, unknown_action(request.action) if row is None else None)
    if drafted:
        subject = changed(subject, status="", version=0)
    move = Move(site, request, wall, subject, subject, sentences, workload or site.workload, watch=watch, drafted=drafted)
    move.say(opening_line(move, row.name))
    before = None if drafted else ticket
    try:
        act(move)
    except Unseen:
        brought = request.draft is not None or bool(request.copy_from)
        taken = ticket is not None and brought and request.action == "open"
        return not_there(site, shown_key, request, wall, key_taken(shown_key) if taken else None)
    except Refused as end:
        if end.gate == "G4" and end.reason.code in NOBODY:
            before = None
            del move.lines[:]
        move.lines.append(ExplanationLine(refusal_line(end), end.gate, DECISION))
        return Plan(
            status=end.status, ticket=shown_key, action=request.action, request=move.request, now=wall,
            before=before, after=before,
            gate=end.gate, reason=end.reason, explanation=Explanation(move.lines), formulas=tuple(move.runs),
            approval=None if before is None else standing_of(site, before),
        )  # fmt: skip
    move.passed("G13", later("dentro dos limites de repetição"))
    warn_unused(move)
    warn_stranded(move)
    if move.warnings:
        tell_warnings(move)
    return finished(move, shown_key, before)


def tell_warnings(move: Move) -> None:
    """The warnings that no link says, behind all links."""
    told = {str(line.text) for line in move.lines if isinstance(line, ExplanationLine) and line.kind == WARNING}
    move.lines += [
        ExplanationLine(warning.message, None, WARNING)  # type: ignore[arg-type]
        for warning in move.warnings
        if str(warning.message) not in told
    ]


NOBODY = frozenset({"atendente-desconhecido", "atendente-inativo", "nome-ambiguo"})
"""Refusals of somebody who acts and is nobody: nothing of the ticket is told."""


def not_there(site: Site, key: str, request: Request, now: datetime, reason: Reason | None = None) -> Plan:
    """The plan about no ticket: there is none, or the actor may not see it (S:139), or the action means nothing."""
    reason = reason or unknown_ticket(site, key)
    return Plan(
        status="refused",
        ticket=key,
        action=request.action,
        request=request,
        now=now,
        before=None,
        after=None,
        gate="G1",
        reason=reason,
        explanation=Explanation(((reason.message, "G1", DECISION),)),  # type: ignore[arg-type]
    )


def understood(site: Site, request: Request) -> Request:
    """The request in the program's words: actions of either language, people by their names, times of the site's wall clock."""
    action, actor = action_named(request.action), request.actor
    if actor and actor not in site.people.attendants and pair(actor) is None:
        found = named(site.people, actor)
        actor = found if isinstance(found, str) else actor
    request = request.at(site.zone)
    if (action, actor) == (request.action, request.actor) and request.reason != NO_REASON:
        return request
    return attrs.evolve(request, action=action, actor=actor, reason=None if request.reason == NO_REASON else request.reason)


def finished(move: Move, key: str, before: Ticket | None) -> Plan:
    """The plan of a move that passed every gate."""
    start = move.start
    new: dict[str, list[Any]] = {
        "steps": move.steps, "handoffs": move.handoffs, "statuses": move.statuses, "discussion": move.entries,
        "changes": move.changes, "voices": move.voices, "annexes": move.annexes, "relations": move.relations,
    }  # fmt: skip
    grown = {name: (*getattr(start, name), *rows) for name, rows in new.items() if rows}
    after = changed(move.ticket, version=start.version + 1, changed_by=move.actor.key, changed_at=move.now, **grown)
    return Plan(
        status="planned", ticket=key, action=move.request.action, request=move.request, now=move.now, before=before,
        after=after, effects=tuple(move.effects), mails=tuple(move.mails), entries=tuple(move.entries),
        other_entries=tuple(move.others), steps=tuple(move.steps), handoffs=tuple(move.handoffs),
        statuses=tuple(move.statuses), changes=tuple(move.changes), edits=tuple(move.edits),
        explanation=Explanation(move.lines), ends=ends(move), formulas=tuple(move.runs),
        warnings=tuple(move.warnings), turns=tuple(move.turns.items()),
        voices=tuple(move.voices), annexes=tuple(move.annexes), relations=tuple(move.relations),
        other_relations=tuple(move.other_relations), approval=approval_shown(move, after),
    )  # fmt: skip


def approval_shown(move: Move, after: Ticket) -> Standing | None:
    """Where the approval stands that the move spoke to, else that of the step the ticket is in afterwards."""
    if move.voices:
        step = move.site.step(move.start.type, move.start.step)
        assert step is not None
        assert step.approval is not None
        return standing_now(move.site.people, step, move.start, spoken(move.start, move.voices), move.now.date())
    return standing_of(move.site, after)


def ends(move: Move) -> Message:
    """Where the move leads: receiver and step, and a new status."""
    before, after, site = move.start, move.ticket, move.site
    who = site.people.holder_name(after.holder) if after.holder else message("ninguém")
    step = step_title(site, after)
    handed = after.holder != before.holder or bool(move.handoffs)
    if move.request.action == "open" and not before.status:
        said = message("Abre na etapa {etapa}, com {quem}", etapa=step, quem=who)
    elif after.step != before.step and handed:
        said = message("Vai para {quem}, etapa {etapa}", quem=who, etapa=step)
    elif after.step != before.step:
        said = message("Vai para a etapa {etapa} e continua com {quem}", etapa=step, quem=who)
    elif handed:
        said = message("Vai para {quem}", quem=who)
    else:
        said = message("Continua com {quem}, etapa {etapa}", quem=who, etapa=step)
    if after.status != before.status and before.status:
        said = message("{fim}, e passa a '{status}'", fim=said, status=STATUS_NAMES[after.status])
    return said


def step_title(site: Site, ticket: Ticket) -> Message | str:
    """The name of the step a ticket is in."""
    found = site.step(ticket.type, ticket.step) if ticket.step is not None else None
    return found.name if found is not None else message("nenhuma")


def opening_line(move: Move, action: Message) -> Later:
    """Who asks for what."""
    ticket, site = move.ticket, move.site
    key = actor_key(move)
    who = site.people.name(key) if key else message("alguém")
    holder = site.people.holder_name(ticket.holder) if ticket.holder else message("ninguém")
    return later(
        "{quem} pede '{acao}' no atendimento {chave} ({assunto}), que está em '{status}', etapa {etapa}, com {detentor}",
        quem=who,
        acao=action,
        chave=ticket.key,
        assunto=ticket.subject or "–",
        status=STATUS_NAMES[ticket.status],
        etapa=step_name(site, ticket.type, ticket.step),
        detentor=holder,
    )


def refusal_line(end: Refused) -> Message:
    """The last link of a refusal."""
    if end.status == "stopped":
        return message("a fórmula parou em ANALISAR: {mensagem}", mensagem=end.reason.message)
    return message("não passou na verificação {portao}: {motivo}", portao=end.gate, motivo=end.reason.message)


def unknown_ticket(site: Site, key: str) -> Reason:
    """G1: nothing under this key."""
    fault = site.faulty_samples.get(key)
    if fault is not None:
        said = message("o atendimento de exemplo {chave} não foi trazido: {falha}", chave=key, falha=fault.message)
        hint = message("corrija {arquivo}, linha {linha}", arquivo=fault.file, linha=fault.line)
        return Reason("atendimento-desconhecido", said, hint)
    return Reason("atendimento-desconhecido", *absent_or_hidden(key))


def key_taken(key: str) -> Reason:
    """G1: a new ticket needs a key of its own; what has this one is not told."""
    return Reason(
        "ja-aberto", message("a chave {chave} já é de outro atendimento", chave=key), message("abra o atendimento com outro código")
    )


def unknown_action(action: str) -> Reason:
    """G1: no such word."""
    return Reason("acao-desconhecida", message("a ação '{acao}' não existe", acao=action), action_hint(action))
