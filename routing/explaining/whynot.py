"""Why a move does not lead to somebody or something, and the smallest change with which it would (pure).

The answer is the first link of the whole way that would have to differ: refusal, edge, formula of the flow, handoff kind, formula,
absence. A change is only proposed when the move, planned with it, leads there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import attrs

from formula.context import Sentences
from formula.explaining.explanation import Line
from formula.explaining.obstacles import (
    computed,
    only_written,
    steps_written,
    why_not_call,
    why_not_computed,
    why_not_step,
    why_not_value,
    written_values,
)
from formula.messages import Message
from formula.names import as_seen
from formula.runtime.record import Record
from formula.values import display, shorten
from routing.deciding.formulas import Told
from routing.deciding.handoffs import BY_KIND, BY_TURN
from routing.deciding.planner import plan
from routing.domain.addresses import read_addresses
from routing.domain.decision import Because, ExplanationLine, Plan, Reason, WhyNot
from routing.domain.destinations import destination_of
from routing.domain.flow import STATUS_NAMES, TRANSITIONS, find_step, step_list, step_name
from routing.domain.model import Holder, Step, Ticket, attendant_holder
from routing.domain.people import Workload, resolve
from routing.domain.site import Site
from routing.explaining.changing import changes
from routing.explaining.targets import ADDRESS, GROUP, LONGEST, PERSON, STATUS, STEP, Target, alike, nearest, targets
from routing.messages import message

Replan = Callable[[Ticket], Plan]
"""The plan of the same request on another ticket."""


@attrs.frozen
class Question:
    """What is asked of one plan."""

    site: Site
    plan: Plan
    target: Target

    @property
    def ticket(self) -> Ticket:
        """The ticket as it was."""
        ticket = self.plan.before or self.plan.request.draft
        assert ticket is not None
        return ticket

    def records(self, asked: str) -> list[Record]:
        """The recorded runs that were asked for a value or a step, in order."""
        return [part.record for part in self.plan.explanation.parts if isinstance(part, Told) and part.asked == asked]


def why_not(site: Site, made: Plan, asked: str, replan: Replan | None = None) -> WhyNot:
    """What kept a planned move from leading to ``asked``. With ``replan`` the smallest change is looked for too."""
    asked = as_seen(asked)
    if made.before is None and made.request.draft is None:
        return WhyNot(asked, made.reason.message if made.reason else message("o atendimento não existe"), made.gate)
    ticket = made.before or made.request.draft
    assert ticket is not None
    found = targets(site, ticket.type, ticket.coligada, asked)
    if not found:
        return unknown(site, ticket, asked)
    for target in found:
        if reached(made, target):
            return WhyNot(asked, already(target))
    answers = [answered(Question(site, made, target)) for target in preferred(site, ticket, found)[:MOST_TARGETS]]
    links = answers[0]
    said: Message | str = links[0].text
    for more in answers[1:]:
        said = message("{um}; {outro}", um=said, outro=more[0].text)
    change = None
    if replan is not None:
        for target in found[:MOST_TARGETS]:
            change = changes(site, made, partial(leads, target), replan)
            if change is not None:
                said = message("{resposta}; com {mudanca} iria para {quem}", resposta=said, mudanca=shown(change), quem=target.name)
                break
    return WhyNot(asked, said, links[0].where, change, tuple(links[1:]))


def with_answer(site: Site, made: Plan, asked: str, sentences: Sentences | None = None, workload: Workload | None = None) -> Plan:
    """A plan with the answer to why it does not lead to what was asked, and a change that was planned."""

    def replan(ticket: Ticket) -> Plan:
        request = made.request
        if made.before is None:
            return plan(
                site, None, attrs.evolve(request, draft=ticket), made.now, sentences=sentences, workload=workload, key=ticket.key
            )
        return plan(site, ticket, request, made.now, sentences=sentences, workload=workload)

    return attrs.evolve(made, why_not=why_not(site, made, asked, replan))


MOST_TARGETS = 2
"""A text such as '5' may name a step and a group."""


def shown(change: Mapping[str, Any]) -> Message | str:
    """``FILIAL = 'NE' e VALOR = 1000``."""
    made: Message | str = ""
    for name, value in change.items():
        one = message("{nome} vazio", nome=name) if value in (None, "") else f"{name} = {quoted(value)}"
        made = message("{um} e {outro}", um=made, outro=one) if made else one
    return made


def quoted(value: Any) -> str:
    """A value as a formula would write it."""
    return f"'{value}'" if isinstance(value, str) and not value.replace(".", "", 1).lstrip("-").isdigit() else display(value)


def unknown(site: Site, ticket: Ticket, asked: str) -> WhyNot:
    """Nobody is called so."""
    if not asked.strip():
        return WhyNot(asked, message("diga quem ou o quê: uma pessoa, um grupo, uma etapa, um status ou um endereço"))
    if len(asked) > LONGEST:
        said = message("'{texto}' não existe: nem pessoa, nem grupo, nem etapa, nem status, nem endereço", texto=shorten(asked))
        return WhyNot(asked, said)
    several = alike(site, ticket.type, asked)
    if several:
        listed = " · ".join(str(one.name) for one in several[:MOST_NAMED])
        return WhyNot(asked, message("'{texto}' pode ser mais de um: {lista}; diga qual", texto=asked, lista=listed))
    parts = [one.strip() for one in PARTS.split(" ".join(asked.split())) if one.strip()][:MOST_NAMED]
    if len(parts) > 1 and all(targets(site, ticket.type, ticket.coligada, one) for one in parts):
        return WhyNot(asked, message("pergunte por um de cada vez: {lista}", lista=" · ".join(parts)))
    near = nearest(site, ticket.type, asked)
    said = message("'{texto}' não existe: nem pessoa, nem grupo, nem etapa, nem status, nem endereço", texto=asked)
    return WhyNot(asked, message("{frase}; você quis dizer '{nome}'?", frase=said, nome=near) if near else said)


PARTS = re.compile(r",| (?:e|ou|and|or) ", re.IGNORECASE)
"""What stands between several that are asked for at once."""
MOST_NAMED = 5


def leads(target: Target, plan: Plan) -> bool:
    """As :func:`reached`, the target first."""
    return reached(plan, target)


def reached(plan: Plan, target: Target) -> bool:
    """Whether a plan leads there."""
    if not plan.applies or plan.after is None:
        return False
    if target.kind == STEP:
        return str(plan.after.step) == target.key
    if target.kind == STATUS:
        return plan.after.status == target.key
    if target.kind == ADDRESS:
        return any(target.key.casefold() in addresses(mail.to, mail.cc) for mail in plan.mails)
    return plan.after.holder == target.holder


def addresses(*texts: str) -> set[str]:
    """The addresses in some texts, for comparing."""
    return {one.casefold() for text in texts for one in read_addresses(text).good}


def already(target: Target) -> Message:
    """The answer where the move does lead there."""
    if target.kind == STEP:
        return message("é para onde vai: {quem}", quem=target.name)
    if target.kind == STATUS:
        return message("é como fica: {quem}", quem=target.name)
    if target.kind == ADDRESS:
        return message("recebe e-mail deste movimento: {quem}", quem=target.name)
    return message("é quem recebe: {quem}", quem=target.name)


def preferred(site: Site, ticket: Ticket, found: list[Target]) -> list[Target]:
    """A step to which the flow leads before anything else that is called so."""
    ways = {str(way) for way in site.ways(ticket.type, ticket.step)} if ticket.step is not None else set()
    return sorted(found, key=lambda one: not (one.kind == STEP and one.key in ways))


def answered(question: Question) -> list[Because]:
    """The first link that would have to differ, and those below it."""
    plan = question.plan
    if plan.reason is not None and not plan.applies:
        why: Message | str = plan.reason.message
        if plan.status == "stopped":
            why = message("a fórmula parou em ANALISAR: {mensagem}", mensagem=why)
        made = [Because(message("o movimento não acontece: {motivo}", motivo=why), plan.gate)]
        return [*made, *([Because(plan.reason.hint)] if plan.reason.hint else [])]
    return list(ANSWERS[question.target.kind](question))


def of_status(question: Question) -> Iterator[Because]:
    """A status follows from the action and from the step."""
    plan, target = question.plan, question.target
    after = plan.after.status if plan.after is not None else ""
    yield Because(
        message(
            "a ação '{acao}' deixa o atendimento em '{status}'",
            acao=row.name if (row := TRANSITIONS.get(plan.action)) is not None else plan.action,
            status=STATUS_NAMES[after],
        )
    )
    ways = [row.name for row in TRANSITIONS.values() if row.status == target.key]
    if ways:
        yield Because(message("a {quem} chega-se por: {acoes}", quem=target.name, acoes=" · ".join(map(str, ways))))
    step = question.site.step(question.ticket.type, question.ticket.step)
    if plan.action == "conclude" and step is not None:
        yield Because(message("ao_concluir da etapa '{etapa}' diz em que status termina", etapa=step.name))


def of_step(question: Question) -> Iterator[Because]:
    """A step follows from the flow, from the request, or from a formula."""
    site, ticket, plan, target = question.site, question.ticket, question.plan, question.target
    here = step_name(site, ticket.type, ticket.step)
    ways = site.ways(ticket.type, ticket.step) if ticket.step is not None else ()
    if not moves_on(question):
        yield from by_action(question)
        return
    if ways and int(target.key) not in ways:
        lista = step_list(site, ticket.type, ways)
        yield Because(
            message("da etapa {de} o fluxo não vai para a {quem}; vai para: {lista}", de=here, quem=target.name, lista=lista)
        )
        return
    if plan.request.to is not None and str(plan.request.to).strip():
        yield Because(message("o pedido diz outra etapa: {etapa}", etapa=plan.request.to))
        return
    yield from of_flow_formulas(question, int(target.key), target.name)


def of_flow_formulas(question: Question, code: int, name: Message | str) -> Iterator[Because]:
    """What kept the formulas that were asked for a step from naming one."""
    site, ticket = question.site, question.ticket
    records = question.records("step")
    for record in records:
        lines = why_not_step(record, lambda value: names_step(site, ticket, value, code))
        if lines:
            yield from (Because(line.text, line.where) for line in lines)
            return
    for record in records:
        said = message("a fórmula {codigo} não pede a {quem} em nenhum caminho", codigo=record.source.name, quem=name)
        if not steps_written(record):
            said = message("a etapa que a fórmula {codigo} pede vem de um valor que ela calcula", codigo=record.source.name)
        yield Because(said, record.source.name)
    if not records:
        yield Because(message("nenhuma fórmula foi consultada para escolher a etapa"))


def moves_on(question: Question) -> bool:
    """Whether the action leads to another step: an advance, an opening, a voice that meets the rule, what came due."""
    plan = question.plan
    return plan.action in {"advance", "open"} or (plan.after is not None and plan.after.step != question.ticket.step)


def by_action(question: Question) -> Iterator[Because]:
    """What an action that leads to no other step, or to nobody else, does instead."""
    plan = question.plan
    row = TRANSITIONS.get(plan.action)
    for line in plan.explanation.heaviest()[:1]:
        yield Because(line.text, line.where)
        return
    if question.target.kind == STEP:
        yield Because(message("a ação '{acao}' não muda de etapa; avançar muda", acao=row.name if row else plan.action))
    else:
        said = message("a ação '{acao}' não passa o atendimento a outra pessoa", acao=row.name if row else plan.action)
        yield Because(said)


def names_step(site: Site, ticket: Ticket, value: Any, code: int) -> bool:
    """Whether a written step is the one meant."""
    found = find_step(site, ticket.type, value) if isinstance(value, str | int) else None
    return found is not None and found.code == code


def of_holder(question: Question) -> Iterator[Because]:
    """A receiver follows from the request, from the step's handoff kind or from a formula; and from who is there."""
    plan = question.plan
    yield from who_is_there(question)
    if plan.action == "handoff" and plan.request.to is not None and str(plan.request.to).strip():
        yield Because(message("o pedido diz outro destino: {destino}", destino=plan.request.to))
        return
    if plan.action != "handoff" and not moves_on(question) and not plan.handoffs:
        yield from by_action(question)
        return
    turn = list(whose_turn(question))
    if turn:
        yield from turn
        return
    queue = list(in_queue(question))
    records = question.records("value")
    if records:
        yield from by_formula(question, records)
        yield from queue
    else:
        yield from queue
        yield from by_other_step(question) if queue else by_formula(question, records)


def by_formula(question: Question, records: list[Record]) -> Iterator[Because]:
    """What the formulas asked for a receiver gave instead, or a step whose receiver the target is, or what names another."""
    site, plan, target = question.site, question.plan, question.target
    for record in records:
        if names(question, record.outcome.value):
            yield Because(message("a fórmula {codigo} deu mesmo {quem}", codigo=record.source.name, quem=target.name))
            return
        lines = why_not_value(record, lambda value: names(question, value)) or why_not_value(
            record, lambda value: receives(question, value)
        )
        if lines:
            yield from (Because(line.text, line.where) for line in lines)
            return
    elsewhere = list(by_other_step(question))
    if elsewhere:
        yield from elsewhere
        return
    for record in records:
        data = computed(record) or why_not_computed(record)
        if data:
            yield from (Because(line.text, line.where) for line in data)
            return
        values = ", ".join(written_values(record))
        if not only_written(record):
            said = message("o valor da fórmula {codigo} vem do que ela calcula", codigo=record.source.name)
        else:
            said = message("a fórmula {codigo} não dá {quem} em nenhum caminho", codigo=record.source.name, quem=target.name)
            if values:
                said = message("{frase}; dá: {valores}", frase=said, valores=values)
        yield Because(said, record.source.name)
    if not records:
        step = site.step(question.ticket.type, plan.after.step if plan.after is not None else None)
        yield from fixed(question, step)


def who_is_there(question: Question) -> Iterator[Because]:
    """An inactive or absent person, whom the move named or not."""
    site, target, plan = question.site, question.target, question.plan
    if target.kind != PERSON:
        return
    person = site.people.attendants[target.key]
    if not person.active:
        yield Because(message("{quem} está inativo no diretório", quem=target.name), target.key)
        return
    if person.absence is not None and person.absence.covers(plan.now.date()):
        named = any(line.where == target.key for line in plan.explanation)
        if named:
            said = next(line for line in plan.explanation if line.where == target.key)
            yield Because(said.text, target.key)
        else:
            found = resolve(site.people, attendant_holder(target.key), plan.now.date())
            if found.lines:
                yield Because(found.lines[0].text, target.key)


def whose_turn(question: Question) -> Iterator[Because]:
    """A member of the group whose distribution chose another, or that group itself: whose turn it is."""
    people, after, target = question.site.people, question.plan.after, question.target
    if after is None or after.holder is None:
        return
    told = [
        line
        for line in question.plan.explanation
        if "é a vez de {quem}" in getattr(line.text, "template", "") and line.where is None
    ]
    for line in told:
        chosen = people.groups.get(group_told(question, line) or "")
        if chosen is not None and (target.key in chosen.members if target.kind == PERSON else target.key == chosen.key):
            yield Because(line.text, line.where)
            return


def in_queue(question: Question) -> Iterator[Because]:
    """A member of the group in whose queue the ticket stays."""
    people, after, target = question.site.people, question.plan.after, question.target
    if after is None or after.holder is None:
        return
    queue = people.groups.get(after.holder.key) if after.holder.kind == "group" else None
    if queue is not None and target.kind == PERSON and target.key in queue.members:
        said = message(
            "o atendimento fica na fila de {grupo}, de que {quem} faz parte e em que pode apropriar-se dele",
            grupo=people.holder_name(after.holder),
            quem=target.name,
        )
        yield Because(said, after.holder.key)


def group_told(question: Question, line: ExplanationLine) -> str | None:
    """The key of the group whose distribution a link tells of."""
    name = dict(getattr(line.text, "values", {})).get("grupo")
    return next((key for key, group in question.site.people.groups.items() if group.name == name), None)


def names(question: Question, value: Any) -> bool:
    """Whether a destination names the target itself."""
    return destination_of(value, question.ticket.coligada, question.site.people) == question.target.holder


def receives(question: Question, value: Any) -> bool:
    """Whether a destination leads to the target, substitutes included."""
    site, ticket = question.site, question.ticket
    found = destination_of(value, ticket.coligada, site.people)
    if isinstance(found, Reason):
        return False
    return found == question.target.holder or really(question, found) == question.target.holder


def really(question: Question, holder: Holder) -> Holder | None:
    """Who receives in place of a holder today."""
    return resolve(question.site.people, holder, question.plan.now.date()).holder


def fixed(question: Question, step: Step | None) -> Iterator[Because]:
    """A handoff kind that names the receiver without a formula."""
    for line in question.plan.explanation:
        if line.weight in {BY_KIND, BY_TURN} and line.where is None:
            yield Because(line.text, line.where or (step.name if step is not None else None))
            return
    yield Because(message("nada neste movimento escolhe quem recebe: fica com quem está"))


def by_other_step(question: Question) -> Iterator[Because]:
    """A receiver of another step to which the flow leads: what kept the move from that step."""
    site, ticket, plan = question.site, question.ticket, question.plan
    if plan.action != "advance" or ticket.step is None or plan.after is None:
        return
    for way in site.ways(ticket.type, ticket.step):
        step = site.step(ticket.type, way)
        if way == plan.after.step or step is None or not may_receive(question, step):
            continue
        yield Because(
            message("{quem} recebe na etapa {etapa}, e o atendimento não vai para ela", quem=question.target.name, etapa=step.name)
        )
        yield from of_flow_formulas(question, way, message("etapa {nome}", nome=step.name))
        return


def may_receive(question: Question, step: Step) -> bool:
    """Whether a step hands off to the target, by its setting or by a written value of its formula."""
    site, ticket = question.site, question.ticket
    if step.handoff in {"atendente", "grupo"}:
        return receives(question, step.receiver or "")
    if step.handoff == "abertura":
        return question.target.kind == PERSON and ticket.opener == question.target.key
    if step.handoff != "formula" or step.formula is None or step.formula.upper() not in site.formulas:
        return False
    text = site.formulas[step.formula.upper()].text
    return any(f"{mark}{written}{mark}" in text for mark in "'\"" for written in destinations(question))


def destinations(question: Question) -> set[str]:
    """How a formula may write the target."""
    key = question.target.key
    if question.target.kind == GROUP and key.partition(";")[0] == str(question.ticket.coligada):
        return {key.partition(";")[2]}
    return {key}


def of_address(question: Question) -> Iterator[Because]:
    """An address gets mail as that of a receiver, or by a formula."""
    plan, target = question.plan, question.target
    for asked in ("step", "value", "rest"):
        for record in question.records(asked):
            lines: list[Line] = why_not_call(
                record, "ENVIAEMAILREPASSE", lambda value: isinstance(value, str) and target.key.casefold() in addresses(value)
            )
            if lines:
                yield from (Because(line.text, line.where) for line in lines)
                return
    to = ", ".join(dict.fromkeys(mail.to for mail in plan.mails if mail.to))
    if to:
        yield Because(message("os e-mails deste movimento vão para {lista}", lista=to))
    else:
        yield Because(message("este movimento não envia e-mail"))


ANSWERS: Mapping[str, Callable[[Question], Iterator[Because]]] = {
    STATUS: of_status,
    STEP: of_step,
    PERSON: of_holder,
    GROUP: of_holder,
    ADDRESS: of_address,
}
