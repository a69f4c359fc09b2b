"""One decision made again from what was recorded: equal, for years."""

from __future__ import annotations

from typing import Any

import attrs

from routing.domain.decision import Plan
from routing.domain.site import Site
from routing.failures import Missing, UnknownRules, WrongQuestion
from routing.messages import message
from routing.releases.again import decided_again, recorded, same
from routing.releases.facts import MissingFact
from routing.releases.loading import load
from routing.store.pruning import no_decision
from routing.store.unit import Store


class NotRecorded(WrongQuestion):
    """What the decision was made from is not there: it is older than releases, or was dropped."""

    code = "decisao-sem-registro"


class UnknownDecision(Missing, WrongQuestion):
    """There is no such decision."""

    code = "decisao-desconhecida"


@attrs.frozen
class Again:
    """A decision then and now."""

    equal: bool
    then: Plan
    now: Plan

    def as_json(self, language: str = "pt") -> dict[str, Any]:
        """The contract's shape."""
        now = attrs.evolve(self.now, status="moved") if self.now.applies and self.then.status == "moved" else self.now
        return {"equal": self.equal, "then": self.then.as_json(language), "now": now.as_json(language)}


def ask_again(store: Store, place: Site, number: int) -> Again:
    """Decide a recorded decision again by its own rules, people and facts. Raises UnknownDecision, NotRecorded."""
    one = next(recorded(store, number, number), None)
    if one is None:
        raise UnknownDecision(no_decision(store, number))
    if not one.rules or one.facts is None:
        raise NotRecorded(
            message("a decisão {numero} é de antes das publicações: não ficou gravado com que foi decidida", numero=number),
            message("repasse replay a decide com outras regras, do que há"),
        )
    try:
        rules = load(store, one.rules, one.people, place)
        now = decided_again(rules, one)
    except UnknownRules as gone:
        raise NotRecorded(message("as regras da decisão {numero} não estão mais no banco", numero=number), gone.message) from None
    except MissingFact as missing:
        raise NotRecorded(
            message("falta o que a decisão {numero} consultou: {fato}", numero=number, fato=missing.fact),
            message("a retenção pode tê-lo apagado"),
        ) from None
    return Again(same(one.plan, now), one.plan, now)
