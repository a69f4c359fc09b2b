"""What other rules change for open tickets, for people and programs: one table at every door."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from formula.diagnostics import in_language
from repl.messages import message
from repl.showing.console import Console
from repl.showing.plans import holder_name, holder_text, step_name
from routing.desk.impact import Impact
from routing.domain.decision import Plan
from routing.releases.again import because

SHOWN = 20
"""Tickets that people are shown at once."""


def impact_json(made: Impact, old: Any, new: Any, language: str) -> dict[str, Any]:
    """The tickets whose next move is another one, and who has more or fewer then; ``old`` and ``new`` are the sites."""
    return {
        "tickets": made.tickets,
        "all": made.every,
        "changed": [changed_row(old, new, was, would, language) for was, would in made.changed],
        "holders": [
            {"name": in_language(name, language), "was": was, "would": would} for name, was, would in holder_rows(made, old, new)
        ],
    }


def holder_rows(made: Impact, old: Any, new: Any) -> Iterator[tuple[str, int, int]]:
    """Name, how many, how many then."""
    for one in made.moved():
        yield holder_text(one, new if made.would[one] else old), made.was[one], made.would[one]


def changed_row(old: Any, new: Any, was: Plan, would: Plan, language: str) -> dict[str, Any]:
    """A ticket whose next move is another one."""
    links = because(was, would)
    link = (links[0]["now"] or links[0]["then"]) if links else None
    return {
        "ticket": was.ticket,
        "subject": was.before.subject if was.before is not None else "",
        "was": in_language(ending(old, was), language),
        "would": in_language(ending(new, would), language),
        "because": in_language(reason_of(would, link), language),
    }


def reason_of(would: Plan, link: Mapping[str, Any] | None) -> str:
    """The new plan's own reason."""
    said = would.headline()
    if said is not None:
        return said.text
    if would.reason is not None:
        return would.reason.message
    return "" if link is None else str(link["text"])


def ending(site: Any, plan: Plan) -> str:
    """Where a move leads, in a few words."""
    if not plan.applies or plan.after is None:
        return message("não anda: {motivo}", motivo=plan.reason.message if plan.reason is not None else plan.status)
    who, where = holder_name(plan.after, site) or "–", step_name(plan.after, site) or "–"
    mails = len(plan.mails)
    if not mails:
        return message("{etapa}, com {quem}", etapa=where, quem=who)
    return message("{etapa}, com {quem}; e-mails: {quantos}", etapa=where, quem=who, quantos=mails)


def impact_lines(made: Impact, old: Any, new: Any) -> Iterator[str]:
    """The answer first, then the tickets, then who has more or fewer to do."""
    if made.changed:
        yield message("{quantos} de {todos} atendimentos abertos mudam", quantos=len(made.changed), todos=made.tickets)
    else:
        yield message("nenhum dos {todos} atendimentos abertos muda", todos=made.tickets)
    if made.tickets < made.every:
        yield message("  comparados {quantos} de {todos}; o tempo acabou", quantos=made.tickets, todos=made.every)
    for was, would in made.changed[:SHOWN]:
        links = because(was, would)
        link = (links[0]["now"] or links[0]["then"]) if links else None
        yield message("  {chave}: {antes} → {depois}", chave=was.ticket, antes=ending(old, was), depois=ending(new, would))
        if would.applies and (reason := reason_of(would, link)):
            yield message("      {texto}", texto=reason)
    if len(made.changed) > SHOWN:
        yield message("  … e mais {quantos}", quantos=len(made.changed) - SHOWN)
    for name, had, would_have in holder_rows(made, old, new):
        yield (
            message("  {quem}: {antes} → {depois} (mais)", quem=name, antes=had, depois=would_have)
            if would_have > had
            else message("  {quem}: {antes} → {depois} (menos)", quem=name, antes=had, depois=would_have)
        )


def impact_now(console: Console, workspace: str, old: str, new: str, form: str) -> None:
    """``repasse impact``: the tickets of a workspace under two rules."""
    from repl.showing.console import clock
    from repl.showing.releases import place_of
    from routing.desk.impact import compared
    from routing.releases.choosing import rules_named

    with place_of(workspace) as desk:
        first, second = (desk.under(rules_named(name, desk.site, desk.store)) for name in (old, new))
        made = compared(first, second, lambda: clock(desk.site.zone))
    if form == "json":
        console.say_json(
            {"old": first.revision, "new": second.revision, **impact_json(made, first.site, second.site, console.language)}
        )
        return
    for line in impact_lines(made, first.site, second.site):
        console.say(line)
