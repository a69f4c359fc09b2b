"""Whose chiefs RETPROXIMOCHEFESECAOLABORE climbs: of who opened the ticket, unless the site says otherwise; whoever acts."""

from __future__ import annotations

import attrs
import pytest
from kit import sites

from routing import Request, plan
from routing.domain.model import Edge, Section, Step, attendant_holder
from routing.domain.people import people_of

CARLOS, ANA, HELENA = "1;2", "1;3", "1;9"
SECTIONS = (
    Section(coligada=1, code="01", chief="1;1"),
    Section(coligada=1, code="02", parent="01", chief=ANA),
    Section(coligada=1, code="03", parent="01", chief=HELENA),
)
WHERE = {CARLOS: "02", ANA: "02", "1;8": "03"}


def receiver(setting: str, actor: str) -> str:
    """Who receives a ticket that Carlos (section 02, chief Ana) opened and Hugo (section 03, chief Helena) holds."""
    everyone = [attrs.evolve(one, section=f"1;{WHERE[one.key]}") if one.key in WHERE else one for one in sites.PEOPLE]
    step = Step(code=2, name="Chefia", handoff="formula", formula="chefe")
    site = sites.site(
        formulas={"chefe": "RETPROXIMOCHEFESECAOLABORE(1)"},
        steps=(sites.STEPS[0], step),
        edges=(Edge(1, 2),),
        people=people_of(everyone, sections=SECTIONS),
        **({"chiefs_from": setting} if setting else {}),
    )
    ticket = sites.ticket(holder=attendant_holder("1;8"), opener=CARLOS)
    made = plan(site, ticket, Request(action="advance", actor=actor), sites.NOW)
    assert made.status == "planned", made.reason
    return made.after.holder.key


@pytest.mark.parametrize("actor", ["1;8", HELENA])
def test_the_chief_of_who_opened_receives_whoever_acts(actor: str) -> None:
    assert receiver("", actor) == ANA


def test_a_site_may_count_from_who_has_it_or_from_who_acts() -> None:
    assert receiver("atendimento", "1;8") == HELENA
    assert receiver("usuario", "1;8") == HELENA
