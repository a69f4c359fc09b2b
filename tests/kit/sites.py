"""A small site built in Python, for tests of decisions; every part can be replaced."""

from __future__ import annotations

from datetime import date, datetime

from routing.domain.model import (
    Absence,
    Attendant,
    Client,
    Edge,
    Group,
    HandoffRecord,
    Step,
    Ticket,
    TicketType,
    attendant_holder,
    group_holder,
)
from routing.domain.people import people_of
from routing.domain.site import FormulaText, Policy, Site

NOW = datetime(2026, 11, 24, 10, 0)

PEOPLE = (
    Attendant(coligada=1, code=1, name="Beatriz", email="beatriz@exemplo.com.br", level=8, rights=frozenset({"repassar"})),
    Attendant(coligada=1, code=2, name="Carlos", email="carlos@exemplo.com.br", user="carlos", chief="1;3", level=3),
    Attendant(coligada=1, code=3, name="Ana", email="ana@exemplo.com.br", user="ana", chief="1;1", level=5,
              rights=frozenset({"repassar"})),
    Attendant(coligada=1, code=4, name="Davi", email="davi@exemplo.com.br", level=5,
              absence=Absence(date(2026, 11, 20), date(2026, 12, 1), "1;3")),
    Attendant(coligada=1, code=5, name="Elisa", email="elisa@exemplo.com.br", level=5,
              absence=Absence(date(2026, 11, 20), date(2026, 12, 1), "1;6")),
    Attendant(coligada=1, code=6, name="Fábio", email="fabio@exemplo.com.br", level=5,
              absence=Absence(date(2026, 11, 20), date(2026, 12, 1), "1;5")),
    Attendant(coligada=1, code=7, name="Gustavo", email="gustavo@exemplo.com.br", active=False),
    Attendant(coligada=1, code=8, name="Hugo", email="hugo@exemplo.com.br", level=5, rights=frozenset({"atuar"})),
    Attendant(coligada=1, code=9, name="Helena", email="helena@exemplo.com.br", level=9,
              rights=frozenset({"repassar", "atuar", "reabrir"})),
    Attendant(coligada=1, code=10, name="Iara", email="iara@exemplo.com.br", level=5,
              absence=Absence(date(2026, 11, 20), date(2026, 12, 1))),
    Attendant(coligada=2, code=3, name="Igor", email="igor@exemplo.com.br", level=5, rights=frozenset({"repassar:2"})),
)  # fmt: skip

GROUPS = (
    Group(coligada=1, code=5, name="Suporte", members=("1;2", "1;3")),
    Group(coligada=1, code=6, name="Vazio"),
    Group(coligada=1, code=7, name="Parado", members=("1;7",)),
    Group(coligada=2, code=5, name="Nordeste", members=("2;3",)),
)

STEPS = (
    Step(code=1, name="Abertura", entry=True),
    Step(code=2, name="Gestor", handoff="formula", formula="gestor", required=("ASSUNTO", "PARAMETRO.VALOR")),
    Step(code=3, name="Diretoria", handoff="atendente", receiver="1;9", on_conclude="F"),
    Step(code=4, name="Fila", handoff="grupo", receiver="5"),
    Step(code=5, name="Fim", handoff="abertura"),
)
EDGES = (Edge(1, 2), Edge(2, 3), Edge(2, 4), Edge(3, 5), Edge(4, 5))

FORMULAS = {"gestor": "'1;3'"}


def people(attendants=PEOPLE, groups=GROUPS, clients=()):
    return people_of(
        attendants,
        groups,
        clients=[*clients, Client(kind="pessoa", code="P1", name="Marina", email="marina@exemplo.com.br")],
        coligadas={1: "Matriz", 2: "Filial"},
    )


def ticket_type(steps=STEPS, edges=EDGES, **more):
    given = {"code": 10, "name": "Compra", "parameters": {"VALOR": "real", "CENTRO": "string"}, **more}
    return TicketType(steps=tuple(steps), edges=tuple(edges), **given)


def site(formulas=None, types=None, steps=STEPS, edges=EDGES, kind=None, policy=Policy(), **more):  # noqa: B008
    texts = FORMULAS if formulas is None else formulas
    one = ticket_type(steps, edges, **(kind or {}))
    return Site(
        people=more.pop("people", people()),
        types={one.code: one, **(types or {})},
        formulas={code.upper(): FormulaText(code, text) for code, text in texts.items()},
        policy=policy,
        **more,
    )


def formula_site(text, **more):
    """A site whose step 2 hands off by this formula."""
    return site(formulas={"gestor": text, **more.pop("others", {})}, **more)


def ticket(**changes):
    given = {
        "coligada": 1, "locality": 1, "code": 42, "type": 10, "step": 1, "status": "A", "subject": "Rolamentos",
        "opener": "1;2", "holder": attendant_holder("1;2"), "parameters": {"VALOR": 1500}, "priority": "Urgente",
    }  # fmt: skip
    return Ticket(**{**given, **changes})


def queued(**changes):
    """A ticket in the queue of group 1;5."""
    return ticket(holder=group_holder("1;5"), **changes)


def handed(**changes):
    """A ticket that Carlos handed to Ana."""
    record = HandoffRecord(attendant_holder("1;2"), attendant_holder("1;3"), "1;2", None, "", datetime(2026, 11, 23, 9, 0))
    return ticket(holder=attendant_holder("1;3"), handoffs=(record,), **changes)
