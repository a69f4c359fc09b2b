"""A site whose formulas may do only a little: for first attempts, and for loading what later plans need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from formula.limits import Limits
from routing.domain.site import Site

BUDGET: Mapping[str, int] = {"steps": 2_000, "text": 20_000, "digits": 60, "depth": 8}
"""The most that a formula may use; where the site's own limits are smaller, those count."""


class NotHere(BaseException):
    """The formula wants something that is not done on a small budget. No Exception: no formula's fault may hide it."""


class NoSentences:
    """Stands where the registered sentences of the site are."""

    def rows(self, code: str, bind: Any, limits: Limits) -> Iterable[Mapping[str, Any]]:
        """None are read here."""
        raise NotHere(code)


def with_small_budget(site: Site) -> Site:
    """The same site with limits of :data:`BUDGET`."""
    limits = site.policy.limits
    small = attrs.evolve(limits, **{name: min(most, getattr(limits, name)) for name, most in BUDGET.items()})
    return attrs.evolve(site, policy=attrs.evolve(site.policy, limits=small))
