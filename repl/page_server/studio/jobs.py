"""The quick questions of the page: what the folder holds, what is wrong in it, what a move would do, what a formula's run did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import attrs

import formula
from formula.diagnostics import FormulaError, in_language
from formula.explaining.explanation import explain
from formula.messages import Message
from formula.values import display
from repl.messages import message
from repl.page_server.studio.asking import NOTE_NAMES, Given, actions, asked_of, set_values, settable
from repl.page_server.studio.bench import State, StudioBench
from repl.page_server.studio.faults import StudioFault
from repl.session.surroundings import context_for
from repl.showing.console import clock
from repl.showing.doings import effect_line, mail_line
from repl.showing.plans import change_lines, explained, hypothesis_line, left_to_say, overlooked
from routing.checking import check_texts
from routing.deciding.supposing import IDENTITY, every_value, suppose
from routing.desk.desk import Desk
from routing.desk.listing import ticket_list
from routing.domain.approvals import APPROVE, Standing
from routing.domain.approvers import speakers, standing_of
from routing.domain.decision import FOLDED, Plan
from routing.domain.flow import STATUS_NAMES, TRANSITIONS
from routing.domain.model import ENTRY_SOLUTION, PRIORITIES, STATUSES, Ticket
from routing.domain.relations import KIND_NAMES, OPPOSITES
from routing.domain.site import Site
from routing.failures import UnknownTicket
from routing.reports.approvals import approval_lines
from routing.reports.ticket_lines import TicketPage
from routing.store.lists import Hide
from routing.workspace.drawing import draw

Told = Iterator[dict[str, Any]]
"""What a job says: any number of ``{"progress": …}``, then one ``{"result": …}``."""
MOST_TICKETS, MOST_TRACE = 200, 2_000


def texts_of(given: Given) -> Mapping[str, str]:
    """The texts being edited, by path."""
    found = given.get("texts") or {}
    return found if isinstance(found, dict) and all(isinstance(text, str) for text in found.values()) else {}


def check(bench: StudioBench, given: Given, language: str) -> Told:
    """Every fault of the folder as edited, by file."""
    state = bench.update(texts_of(given))
    found = check_texts(bench.copy.path, bench.folder.root)
    files = {bench.copy.name(path): [one.as_json(language) for one in faults] for path, faults in found}
    yield {"result": {"state": state.as_json(), "files": files}}


def look(bench: StudioBench, given: Given, language: str) -> Told:
    """What the tree shows beside files: tickets, people, types, actions; as far as the rules can be read."""
    state = bench.update(texts_of(given))
    made: dict[str, Any] = {"state": state.as_json(), "tickets": [], "people": [], "types": [], "actions": actions(language)}
    try:
        site = bench.rules(state).site
        made["tickets"] = ticket_rows(bench.desk_under(bench.rules(state)), given.get("words"))
        made["people"] = people(site)
        made["types"] = types_told(site)
    except StudioFault as fault:
        made["fault"] = fault.as_json(language)
    yield {"result": made}


def types_told(site: Site) -> list[dict[str, Any]]:
    """The types with their steps."""
    return [
        {"code": kind.code, "name": kind.name, "steps": [{"code": one.code, "name": one.name} for one in kind.steps]}
        for kind in site.types.values()
    ]


def ticket_rows(desk: Desk, words: Any, viewer: str | None = None, hide: Hide | None = None) -> list[dict[str, Any]]:
    """The newest tickets, or those that have some words, with names of people and steps; of a ``viewer``, those that this attendant
    may see, ``hide`` says what of their subjects."""
    wanted = str(words) if words else None
    found = ticket_list(desk, {"text": wanted, "limit": MOST_TICKETS, "viewer": viewer}, hide)["tickets"]
    made = []
    for row in found:
        step = None if row["step"] is None else desk.site.step(row["type"], row["step"])
        made.append({**row, "step_name": None if step is None else step.name, "holder_name": holder_name(desk.site, row["holder"])})
    return sorted(made, key=lambda one: [int(part) for part in one["key"].split(";")])


def holder_name(site: Site, holder: Mapping[str, str] | None) -> str | None:
    """A person or group by name; the contract's holder is ``{"attendant": …}`` or ``{"group": …}``."""
    if not holder:
        return None
    known: Mapping[str, Any] = site.people.attendants if "attendant" in holder else site.people.groups
    key = next(iter(holder.values()))
    return known[key].name if key in known else key


def people(site: Site) -> list[dict[str, str]]:
    """Attendants and groups by name."""
    made = [{"key": one.key, "name": one.name, "kind": "attendant"} for one in site.people.attendants.values()]
    return made + [{"key": key.partition(";")[2], "name": one.name, "kind": "group"} for key, one in site.people.groups.items()]


def ticket(bench: StudioBench, given: Given, language: str) -> Told:
    """One ticket with the values that can be supposed, and its flow."""
    state = bench.update(texts_of(given))
    desk = bench.desk_under(bench.rules(state))
    found = desk.ticket(str(given.get("ticket")))
    past = desk.show(found.key)
    yield {
        "result": {
            "state": state.as_json(),
            "ticket": found.as_json(),
            "approval": approval(desk.site, found, language),
            "fields": fields(desk.site, found, language),
            **settable(desk.site, found),
            "histories": histories_told(past, desk.site, language),
            "relations": relations_told(past, partial(subject_of, desk), language),
            "flow": flow(desk.site, found, None, language),
        }
    }


def histories_told(shown: Mapping[str, Any], site: Site, language: str) -> list[dict[str, Any]]:
    """The histories of a ticket as ``Desk.show`` gives it, a title and lines each."""
    return [
        {"title": in_language(title, language), "lines": [in_language(one, language) for one in lines]}
        for title, lines in TicketPage(shown, site).histories()
    ]


def relations_told(shown: Mapping[str, Any], subject: Callable[[str], str], language: str) -> list[dict[str, Any]]:
    """The related tickets of a shown ticket: what each is to it, and it to each; ``subject`` gives that of a ticket by its key."""
    return [
        {
            "ticket": one["ticket"],
            "subject": subject(one["ticket"]),
            "is": in_language(KIND_NAMES[one["kind"]], language),
            "this": in_language(KIND_NAMES[OPPOSITES[one["kind"]]], language),
        }
        for one in shown["relations"]
    ]


def subject_of(desk: Desk, key: str) -> str:
    """The subject of another ticket, as far as there is one."""
    try:
        return desk.ticket(key).subject
    except UnknownTicket:
        return ""


def fields(site: Site, found: Ticket, language: str) -> list[dict[str, Any]]:
    """Each field that may be supposed: its name, its value as a person writes it, and what it may be where the list is closed."""
    choices: dict[str, list[dict[str, str]]] = {
        "PRIORIDADE": [{"value": one, "name": one} for one in PRIORITIES],
        "STATUS": [{"value": one, "name": in_language(STATUS_NAMES[one], language)} for one in STATUSES],
        "ETAPA": [{"value": str(one.code), "name": one.name} for one in site.types[found.type].steps]
        if found.type in site.types
        else [],
    }
    made = []
    for name, value in every_value(site, found).items():
        if name not in IDENTITY:
            shown = "" if value is None else display(value)
            options = choices.get(name, [])
            if name == "STATUS":
                shown = found.status
            elif name == "ETAPA":
                shown = "" if found.step is None else str(found.step)
            made.append({"name": name, "value": shown, "options": options})
    return made


def approval(site: Site, found: Ticket, language: str) -> dict[str, Any] | None:
    """Where the approval of a ticket's step stands, in people's words, and who may speak now; None for a step that asks nobody."""
    stands, step = standing_of(site, found), site.step(found.type, found.step)
    if stands is None or step is None:
        return None
    day, heard = clock(site.zone).date(), {site.people.human(one.by) for one in stands.voices}
    waits = stands.missing if found.status in TRANSITIONS[APPROVE].sources else ()
    able = dict.fromkeys(key for seat in waits for key in speakers(site.people, seat, step, found, day))
    return {
        "lines": approval_said(stands, site, found.coligada, language),
        "people": [{"key": key, "name": site.people.attendants[key].name} for key in able if site.people.human(key) not in heard],
    }


def approval_said(stands: Standing | None, site: Site, coligada: int, language: str) -> list[str]:
    """Who has spoken and who is missing, a line each."""
    if stands is None:
        return []
    return [in_language(line, language).strip() for line in approval_lines(stands.as_json(), site, coligada)][1:]


def flow(site: Site, found: Ticket, plan: Plan | None, language: str) -> str:
    """The flow of a ticket's type: where it has been, where it stands, where the plan leads."""
    kind = site.types.get(found.type)
    if kind is None:
        return ""
    been = [(one.from_step, one.to_step) for one in found.steps]
    going = [] if plan is None or not plan.applies else [(one.from_step, one.to_step) for one in plan.steps]
    return draw(kind, "svg", found.step, language, site.people, been=been, going=going)


def planned(bench: StudioBench, given: Given) -> tuple[Desk, Plan, State]:
    """The plan of a request over the folder as edited. Raises StudioFault and what the desk says."""
    state = bench.update(texts_of(given))
    desk = bench.desk_under(bench.rules(state))
    key = str(given.get("ticket"))
    found = desk.ticket(key)
    request, supposed = asked_of(given, found, desk.site)
    expected = str(given.get("expected") or "").strip() or None
    return desk, desk.plan(key, request, clock(desk.site.zone), supposed or None, expected=expected), state


def plan(bench: StudioBench, given: Given, language: str) -> Told:
    """What a move would do, as the contract has it and in people's words."""
    desk, made, state = planned(bench, given)
    yield {
        "result": {
            **plan_told(made, desk.site, language),
            "state": state.as_json(),
            "flow": "" if made.before is None else flow(desk.site, made.before, made, language),
        }
    }


def plan_told(made: Plan, site: Site, language: str) -> dict[str, Any]:
    """The contract's document of a plan, beside it what is said to people."""
    return {**made.as_json(language), "shown": shown(made, site, language)}


def shown(made: Plan, site: Site, language: str) -> dict[str, Any]:
    """What of a plan is said to people beside its headline."""

    def said(text: str | None) -> str:
        return in_language(text or "", language)

    folded = [one for one in made.explanation if one.kind in FOLDED]
    return {
        "hypothesis": said(hypothesis_line(made.hypothesis)) if made.hypothesis is not None else None,
        "overlooked": [said(explained(one.short or one.text, one.where)) for one in (overlooked(made) if made.reason else ())],
        "approval": approval_said(made.approval, site, 0 if made.before is None else made.before.coligada, language),
        "decisions": [{"text": said(one.short or one.text), "where": said(one.where) or None} for one in left_to_say(made)],
        "changes": [
            said(line).strip() for line in (*change_lines(made.before, made.after, site, steps=True), *written_lines(made))
        ],
        "effects": [said(effect_line(one, site, made.before)) for one in made.effects],
        "mails": [said(mail_line(one)) for one in made.mails],
        "folded": [said(explained(one.text, one.where)) for one in folded],
    }


def written_lines(made: Plan) -> Iterator[Message]:
    """What a change or a note writes: each field before and after, each entry of the discussion."""
    for one in made.changes:
        yield message("{nome}: {antes} → {depois}", nome=one.field, antes=one.old or "–", depois=one.new or "–")
    for entry in made.entries if made.action == "note" else ():
        kind = NOTE_NAMES["possible-solution" if entry.kind == ENTRY_SOLUTION else "log"]
        kind = message("{tipo}, publicável", tipo=kind) if entry.publishable else kind
        yield message("entra em {tipo}: {texto}", tipo=kind, texto=" ".join(entry.text.split()))


def run(bench: StudioBench, given: Given, language: str) -> Told:
    """A recorded run of one formula for a ticket (or for none): outcome, steps, reasons."""
    state = bench.update(texts_of(given))
    rules = bench.rules(state)
    site = rules.site
    text = site.formulas.get(str(given.get("code") or "").upper())
    if text is None:
        raise StudioFault(404, "formula-ausente", message("a fórmula '{codigo}' não existe", codigo=str(given.get("code"))[:80]))
    desk = bench.desk_under(rules)
    key = given.get("ticket")
    found = desk.ticket(str(key)) if key else None
    if found is not None:
        found = suppose(site, found, set_values(given))
    context = attrs.evolve(context_for(desk, found), now=clock(site.zone))
    schema = site.schema(None if found is None else found.type)
    limits = site.policy.limits
    result: dict[str, Any] = {"state": state.as_json(), "code": text.code, "ticket": key}
    try:
        record = formula.compile(text.text, schema, name=text.path, limits=limits).record(context, limits)
    except FormulaError as fault:
        raise StudioFault(422, "formula-com-erros", fault.diagnostics[0].message, fault.diagnostics[0].hint) from fault
    trace = record.trace()
    result |= record.outcome.as_json(language)
    result |= {"trace": trace[:MOST_TRACE], "truncated": len(trace) > MOST_TRACE}
    result["skipped"] = sorted(set(record.lines) - record.lines_taken())
    result["explanation"] = [line.as_json(language) for line in explain(record)]
    yield {"result": result}


QUICK: Mapping[str, Callable[[StudioBench, Given, str], Told]] = {
    "check": check, "look": look, "ticket": ticket, "plan": plan, "run": run,
}  # fmt: skip
