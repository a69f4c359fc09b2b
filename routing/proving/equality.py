"""Whether two versions of a formula give the same for every ticket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from time import monotonic
from typing import Any

import attrs

from formula.diagnostics import FormulaError
from formula.outcome import Outcome
from routing.domain.model import Ticket
from routing.domain.site import Site
from routing.messages import message
from routing.proving.answers import Answer
from routing.proving.fields import assumed_rows, free_values, same
from routing.proving.proving import NOW
from routing.proving.regions import Region, regions
from routing.proving.rules import Looks, looks_alone, looks_of
from routing.proving.solver import Solver
from routing.proving.surroundings import clock_told, sample_tickets, shown, with_surroundings
from routing.proving.terms import Term, constant, negated


def answer_equal(
    one: Site, other: Site, solver: Solver, *, formula: str = "", now: datetime = NOW, within: float = 10.0
) -> Iterator[Answer]:
    """Each formula that both have: equal for all tickets, or the ticket on which they differ; and those that only one has."""
    codes = [code for code in dict.fromkeys((*one.formulas, *other.formulas)) if not formula or code == formula.upper()]
    for code in codes:
        shown = (one.formulas.get(code) or other.formulas[code]).code
        name = message("{formula} é igual nas duas versões", formula=shown)
        if code not in one.formulas or code not in other.formulas:
            yield Answer(
                name=name,
                kind="equal",
                answer="fails",
                because=message("só uma das versões tem a fórmula {formula}", formula=shown),
            )
        elif one.formulas[code].text == other.formulas[code].text and same_callees(one, other, code):
            yield Answer(name=name, kind="equal", answer="proved", because=message("o texto é o mesmo"))
        else:
            yield compared(one, other, code, name, solver, now, within)


def same_callees(one: Site, other: Site, code: str) -> bool:
    """Whether what a formula may call is the same too."""
    mine, theirs = looks_alone(one, code), looks_alone(other, code)
    return mine.codes == theirs.codes and all(one.formulas[each].text == other.formulas[each].text for each in mine.codes)


def compared(one: Site, other: Site, code: str, name: str, solver: Solver, now: datetime, within: float) -> Answer:
    """Look for a ticket on which the two differ."""
    began = monotonic()
    kinds = [kind for kind in one.types.values() if code in looks_of(one, kind).codes] or list(one.types.values())
    mine, theirs = looks_alone(one, code), looks_alone(other, code)
    looks = attrs.evolve(mine, words=mine.words | theirs.words, anything=mine.anything or theirs.anything)
    left: dict[str, None] = {}
    count, rows = 0, list[str]()
    common: dict[str, Any] = {"name": name, "kind": "equal"}
    refused: list[str] = []
    for kind in kinds:
        bases = sample_tickets(one, kind, looks, left)
        faults = [fault for site in (one, other) if (fault := fault_of(site, code, bases[0]))]
        if len(faults) == 2 and len(kinds) > 1:
            refused += faults[:1]  # a formula of other types
            continue
        if faults:
            return Answer(answer="undecided", because=faults[0], **common)
        pairs = ((one, one.rule(code, bases[0])), (other, other.rule(code, bases[0])))
        free = with_surroundings(free_values(one, kind, code), kind)
        rows += assumed_rows(free)
        every = ((base, region) for base in bases for region in regions(pairs, base, free, solver, now, began + within, left))
        for base, region in every:
            count += 1
            found = region if differ(region.outcomes) else inside(region, free, solver, pairs, base, now, left, began + within)
            if found is not None:
                return Answer(
                    answer="fails",
                    because=differing(found, looks),
                    ticket=shown(found.ticket),
                    tried=count,
                    seconds=monotonic() - began,
                    **common,
                )
    if len(refused) == len(kinds):
        return Answer(answer="undecided", because=refused[0], **common)
    seconds = monotonic() - began
    assumptions = tuple(dict.fromkeys((message("a fórmula é executada fora de um movimento"), *rows)))
    common |= {"tried": count, "seconds": seconds}
    if left:
        because = message("iguais em {quantas} situações tentadas", quantas=count)
        return Answer(answer="held", because=because, assumptions=(*assumptions, *left), **common)
    return Answer(answer="proved", because=message("iguais para todos os atendimentos"), assumptions=assumptions, **common)


def fault_of(site: Site, code: str, ticket: Ticket) -> str:
    """Why a formula cannot be run for tickets of a type; empty when it can."""
    try:
        site.rule(code, ticket)
    except FormulaError as error:
        return error.diagnostics[0].message
    return ""


def differing(found: Region, looks: Looks) -> str:
    """In what the two differ, and when."""
    uma, outra = (told(outcome) for outcome in found.outcomes)
    clock = clock_told(found.given, looks)
    if clock:
        return message("neste atendimento, com o relógio em {quando}, as versões diferem: {uma} e {outra}", quando=clock, uma=uma,
                       outra=outra)  # fmt: skip
    return message("neste atendimento as versões diferem: {uma} e {outra}", uma=uma, outra=outra)


def differ(outcomes: tuple[Outcome, ...]) -> bool:
    """Another status, value or effect; of faults, another code."""
    mine, theirs = outcomes
    if mine.status != theirs.status:
        return True
    if mine.status == "fault":
        return [one.code for one in mine.diagnostics] != [one.code for one in theirs.diagnostics]
    if mine.status == "stopped":
        return mine.message != theirs.message
    return not same(mine.value, theirs.value) or mine.effects != theirs.effects


def inside(
    region: Region, free: Any, solver: Solver, pairs: Any, base: Any, now: datetime, left: dict[str, None], deadline: float
) -> Region | None:
    """A ticket of the same region on which calculated values differ; what cannot be told is left out."""
    from routing.proving.fields import ticket_with
    from routing.proving.regions import run_all

    mine, theirs = region.told
    if mine is None or theirs is None or mine.status != "ok":
        return None
    terms = (mine.value.term, theirs.value.term)
    if region.shadow.loose:
        left.setdefault(message("textos de efeitos só foram comparados nas situações tentadas"))
    if terms == (None, None) or (terms[0] == terms[1] and terms[0] is not None and terms[0][0] != "opaque"):
        return None
    sides: list[Term] = [constant(pair.value) if pair.term is None else pair.term for pair in (mine.value, theirs.value)]
    if "opaque" in (sides[0][0], sides[1][0]) or isinstance(mine.value.value, bool):
        if sides[0] != sides[1] or sides[0][0] == "opaque":
            left.setdefault(message("o valor calculado só foi comparado nas situações tentadas"))
        return None
    equal: Term = ("teq" if isinstance(mine.value.value, str) else "=", sides[0], sides[1])
    wanted = (*region.shadow.conditions, negated(equal))
    found = solver.solve((*free.bounds(wanted), *wanted), region.given, until=deadline)
    if found.answer == "unsat":
        return None
    if found.values is None:
        left.setdefault(message("não se soube dizer se os valores calculados são sempre iguais"))
        return None
    other = run_all(pairs, ticket_with(base, free, found.values), found.values, free, now, left)
    if differ(other.outcomes):
        return other
    left.setdefault(message("os valores calculados podem diferir no arredondamento"))
    return None


def told(outcome: Outcome) -> str:
    """An outcome in few words."""
    from formula.values import display

    if outcome.status != "ok":
        return outcome.message or outcome.status
    value = display(outcome.value)
    return f"'{value}'" if value else message("Vazio")
