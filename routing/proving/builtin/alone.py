"""Formulas that no type uses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from time import monotonic
from typing import Any

from formula.diagnostics import FormulaError
from routing.domain.site import Site
from routing.messages import message
from routing.proving.answers import Answer
from routing.proving.builtin.branches import dead_branch, points
from routing.proving.builtin.survey import Branch
from routing.proving.fields import assumed_rows, free_values
from routing.proving.proving import held
from routing.proving.regions import Region, regions
from routing.proving.rules import looks_alone
from routing.proving.solver import Solver
from routing.proving.surroundings import sample_tickets, shown, with_surroundings


def alone(site: Site, code: str, solver: Solver, now: datetime, within: float) -> Iterator[Answer]:
    """A formula run for any ticket of the first type whose names it knows, outside a move."""
    began = monotonic()
    text = site.formulas[code]
    name = message("{formula} nunca falha", formula=text.code)
    refused = ""
    for kind in site.types.values():
        left: dict[str, None] = {}
        bases = sample_tickets(site, kind, looks_alone(site, code), left)
        try:
            rule = site.rule(code, bases[0])
            break
        except FormulaError as error:
            refused = refused or error.diagnostics[0].message
    else:
        if refused:
            yield Answer(name=name, kind="fault", answer="undecided", because=refused)
        return
    free = with_surroundings(free_values(site, kind, code), kind)
    branches: set[Branch] = set()
    broken: Region | None = None
    count = 0
    for base in bases:
        for region in regions(((site, rule),), base, free, solver, now, began + within, left):
            count += 1
            branches |= region.shadow.branches
            if region.outcomes[0].status == "fault" and broken is None:
                broken = region
    seconds = monotonic() - began
    assumed_here = (
        message("a fórmula é executada fora de um movimento, num atendimento do tipo {tipo}", tipo=kind.name),
        *assumed_rows(free),
    )
    common: dict[str, Any] = {"tried": count, "seconds": seconds}
    if broken is not None:
        yield Answer(
            name=name,
            kind="fault",
            answer="fails",
            because=broken.outcomes[0].message or "",
            assumptions=assumed_here,
            ticket=shown(broken.ticket),
            **common,
        )
    else:
        answer = "proved" if not left else "held" if count else "undecided"
        because = message("vale para todos os atendimentos") if not left else held(count) if count else next(iter(left))
        yield Answer(name=name, kind="fault", answer=answer, because=because, assumptions=(*assumed_here, *left), **common)
    missing = [place for place, point, taken in points(site, code) if (code, point, taken) not in branches]
    yield dead_branch(site, code, missing, [] if left else missing, assumed_here, tuple(left), count, seconds)
