"""What a formula that is looked at alone sees beside a ticket's values: who opened, where the ticket stands, the clock.

On ways the moves say these; of a formula alone they are free values too, or each person is looked at, or what is not is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import attrs

from routing.domain.model import STATUSES, Ticket, TicketType, attendant_holder, changed
from routing.domain.site import Site
from routing.messages import message
from routing.proving.fields import CLOCK, Free, Key
from routing.proving.rules import Looks
from routing.proving.terms import Term, constant, symbol

FIRST_DAY, LAST_DAY = datetime(1990, 1, 1), datetime(2100, 1, 1)
"""Between which the clock may be."""
OPENING = frozenset({"ABERTO_POR", "RETPROXIMOCHEFESECAOLABORE"})
"""What depends on who opened."""
ASKING = "USUARIOCORRENTE"
MOST_OPENERS = 40
FIXED = (
    "ATENDENTE", "GRUPO", "RESPONSAVELCONTATO", "CODIGO", "LOCALIDADE", "FECHAMENTO", "PRIMEIROCONTATO", "MOVIMENTO", "COLIGADA",
    "GETIDDAREQUISICAO", "ATENDENTEDOGRUPO",
)  # fmt: skip
"""What stays as a new ticket has it."""


def with_surroundings(free: Free, kind: TicketType) -> Free:
    """The free values, and those of where a ticket stands and of the clock."""
    terms: dict[Key, Term] = {}
    domains: dict[str, tuple[Term, ...]] = {}

    def add(place: Key, letter: str, bounds: Iterable[Term]) -> None:
        made = symbol(place[1], letter)
        terms[place] = made
        domains[made[1]] = (("not", ("empty", made)), *bounds)

    status, step = symbol("STATUS", "text"), symbol("ETAPA", "int")
    add(("campo", "STATUS"), "text", [("or", *(("teq", status, constant(one)) for one in STATUSES))])
    if kind.steps:
        add(("campo", "ETAPA"), "int", [("or", *(("=", step, constant(one.code)) for one in kind.steps))])
    for name in ("AGENDAMENTOS", "CAIXAPOSTAL"):
        add(("campo", name), "int", [("<=", constant(0), symbol(name, "int")), ("<=", symbol(name, "int"), constant(999))])
    for place in (CLOCK, ("campo", "ABERTURA")):
        made = symbol(place[1], "date")
        add(place, "date", [("<=", constant(FIRST_DAY), made), ("<", made, constant(LAST_DAY))])
    new = {place: term for place, term in terms.items() if place not in free.terms}
    return attrs.evolve(
        free,
        terms={**free.terms, **new},
        domains={**free.domains, **{term[1]: domains[term[1]] for term in new.values()}},
        places={**free.places, **{term[1]: place for place, term in new.items()}},
    )


def first_surroundings(ticket: Ticket, seen: Mapping[str, Any], now: datetime, free: Free) -> dict[str, Any]:
    """How a ticket stands to begin with."""
    opened = ticket.opened_at or now
    made = {"STATUS": ticket.status, "ETAPA": ticket.step, "AGORA": now, "ABERTURA": opened}
    return {
        name: made.get(name, seen.get(name))
        for name, place in free.places.items()
        if name in made or place in {("campo", "AGENDAMENTOS"), ("campo", "CAIXAPOSTAL")}
    }


def sample_tickets(site: Site, kind: TicketType, looks: Looks, left: dict[str, None]) -> list[Ticket]:
    """Tickets to look at a formula with: one, or one of each opener where the formula can tell them apart; ``left`` gathers what is
    not looked at."""
    active = [key for key, one in site.people.attendants.items() if one.active] or [""]
    told = [name for name in FIXED if name in looks.words]
    if told:
        left.setdefault(message("só foi visto com o que tem um atendimento novo: {nomes}", nomes=", ".join(told)))
    if looks.anything:
        left.setdefault(message("um nome que a fórmula calcula só foi visto com o que tem um atendimento novo"))
    personal = looks.at(*OPENING, ASKING)
    if looks.at(*OPENING) and looks.at(ASKING):
        left.setdefault(message("quem abre e quem pede foram vistos como a mesma pessoa"))
    if personal and len(active) > MOST_OPENERS:
        left.setdefault(message("de {todas} pessoas só {quantas} foram vistas abrindo", todas=len(active), quantas=MOST_OPENERS))
    return [sample_ticket(site, kind, one) for one in (active[:MOST_OPENERS] if personal else active[:1])]


def sample_ticket(site: Site, kind: TicketType, opener: str) -> Ticket:
    """A ticket in its entry step, in somebody's hands."""
    entry = next((step.code for step in kind.steps if step.entry), None)
    made = Ticket(
        coligada=site.coligada, locality=1, code=1, type=kind.code, step=entry, opener=opener, holder=attendant_holder(opener),
        contact_owner=opener,
    )  # fmt: skip
    return changed(made, status="A")


def shown(ticket: Ticket) -> Ticket:
    """A ticket as people are shown it: where it stands in the ticket's own places."""
    fields = dict(ticket.fields)
    moved = {"status": fields.pop("STATUS", None), "step": fields.pop("ETAPA", None), "opened_at": fields.pop("ABERTURA", None)}
    return changed(ticket, fields=fields, **{name: value for name, value in moved.items() if value is not None})


def clock_told(given: Mapping[str, Any], looks: Looks) -> str:
    """When a difference shows, where the clock is looked at; empty otherwise."""
    then = given.get(CLOCK[1])
    return f"{then:%d/%m/%Y %H:%M}" if isinstance(then, datetime) and looks.at("HOJE", "AGORA") else ""
