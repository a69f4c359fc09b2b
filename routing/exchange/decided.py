"""A decision of the store as the text of a case of rule tests, for whoever may see it. The text is read back and decided again
before it is given, as ``repasse test`` will: without the ticket's histories, with the rows that sentences gave."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import attrs

from formula.messages import Message
from routing.deciding.planner import plan as decide
from routing.desk.desk import Desk
from routing.domain.decision import Plan
from routing.domain.model import Ticket
from routing.domain.site import Site, declared_kinds
from routing.exchange.cases import NOT_KEPT, StandInSentences, Tables, outcome, tables_of_all, text_of
from routing.exchange.masks import Masks
from routing.failures import WrongQuestion
from routing.messages import message
from routing.workspace.reading import read_ticket
from routing.workspace.toml_places import read
from routing.workspace.toml_tables import Table


class NoCase(WrongQuestion):
    """The decision makes no case that would do the same."""

    code = "decisao-sem-caso"


@attrs.frozen
class DecidedCase:
    """``text`` begins with ``[[caso]]``. ``otherwise``: with what is masked the rules decide something else, and the case holds
    that."""

    name: str
    text: str
    otherwise: bool


def case_of_decision(
    desk: Desk, plan: Plan, number: int, *, mask: bool, hidden: Collection[str], secrets: Sequence[str] = ()
) -> DecidedCase:
    """A decision as a case, after the earlier ones of its ticket where it depends on what these left. With ``mask`` people have
    other names; fields that are ``hidden`` are always masked, and so are ``secrets``, the texts that they hold. Raises NoCase."""
    if plan.action in NOT_KEPT:
        raise NoCase(message("um caso não guarda e-mails escritos à mão"))
    site, name = desk.site, str(message("decisão {numero}: {atendimento}", numero=number, atendimento=plan.ticket))
    plans = next((those for those in ways(desk, plan, number) if outcome(done_again(those, name, site)) == outcome(plan)), None)
    if plans is None:
        raise NoCase(
            message("a decisão {numero} não cabe num caso: com as regras de agora ela seria outra", numero=number),
            message("ou ela dependeu do que um caso não guarda: históricos, votos, cargas, rodízios"),
        )
    if not mask and not secrets:
        return DecidedCase(name, text_of(plans, name, tables_of_all(plans, site)), otherwise=False)
    masks = Masks(site.people, frozenset(one.upper() for one in hidden), names=mask, quoted=tuple(secrets))
    masked = [masks.plan(one) for one in plans]
    tables: Tables = masks.values(tables_of_all(plans, site))
    again = decided(masked, name, tables, site)
    shown = [*masked[:-1], attrs.evolve(again, before=masked[-1].before, request=masked[-1].request)]
    text = text_of(shown, masks.text(name), tables, addresses=False)
    return DecidedCase(masks.text(name), text, otherwise=outcome(again) != outcome(plan))


def ways(desk: Desk, plan: Plan, number: int) -> Sequence[Sequence[Plan]]:
    """The decision alone, and after those before it."""
    numbers = [one for one in desk.decisions(plan.ticket) if one < number]
    earlier = [found for one in numbers if (found := desk.decision(one)) is not None]
    whole = bool(earlier) and not any(one.action in NOT_KEPT for one in earlier)
    return [[plan], *([[*earlier, plan]] if whole else [])]


def done_again(plans: Sequence[Plan], name: str, site: Site) -> Plan:
    """What the last of some moves does when the text of their case is read back."""
    return decided(plans, name, tables_of_all(plans, site), site)


def decided(plans: Sequence[Plan], name: str, tables: Tables, site: Site) -> Plan:
    """The same with tables of a context given. Raises NoCase when the ticket cannot be read back."""
    ticket = read_back(text_of(plans, name, tables), site)
    rows = {code: given["linhas"] for code, given in tables.get("sql", {}).items()}
    made = plans[-1]
    for one in plans:
        request = one.request
        if request.action == "open":
            request = attrs.evolve(request, draft=None, copy_from="", set=())
        made = decide(site, ticket, request, one.now, sentences=StandInSentences(rows))
        ticket = made.after if made.applies and made.after is not None else ticket
    return made


def read_back(text: str, site: Site) -> Ticket:
    """The ticket of a case as its text says it."""
    document = read(text, "<caso>", site.zone)
    if not document.faults:
        (case,) = document.data["caso"]
        table = Table(document, ("caso", 0, "atendimento"), {"tipo": case["tipo"], **case["atendimento"]})
        ticket = read_ticket(table, site.types, declared_kinds(site))
        if not document.faults:
            return ticket
    said: Message = document.faults[0].message  # type: ignore[assignment]
    raise NoCase(message("o atendimento não se escreve num caso: {motivo}", motivo=said))
