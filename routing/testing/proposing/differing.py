"""A ticket on which two versions of a formula differ: the search for branches, run on both, stops at the first difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

import attrs

from formula.explaining.differing import parting
from formula.explaining.explanation import explain
from formula.outcome import Outcome
from formula.values import display
from routing.domain.site import Site
from routing.testing.bench import Bench
from routing.testing.cases import cases_of
from routing.testing.proposing.generate import go, start
from routing.testing.proposing.inputs import Input, applied
from routing.testing.proposing.search import RANDOM_RUNS, Search, State, Trial
from routing.testing.run import Prepared, Unprepared, prepare
from routing.workspace.toml_text import toml

SECONDS = 5.0
"""How long one pair of formulas is searched."""


class Stop(Exception):
    """A difference was found, or there is no more time."""


@attrs.frozen
class Difference:
    """A ticket on which two versions differ: the values it needs, what both give, and the first link in which they part."""

    values: Mapping[str, Any]
    was: Outcome
    would: Outcome
    because: tuple[tuple[str, str, str], ...]

    def as_json(self) -> dict[str, Any]:
        """For ``diff``."""
        return {
            "ticket": {name: display(value) if value is not None else None for name, value in self.values.items()},
            "was": brief(self.was),
            "would": brief(self.would),
            "because": [{"when": when, "text": text, "where": where} for when, text, where in self.because],
        }


def brief(outcome: Outcome) -> dict[str, Any]:
    """What a run came to."""
    return {
        "status": outcome.status,
        "value": None if outcome.value is None else display(outcome.value),
        "message": outcome.message,
        "effects": [effect.as_json() for effect in outcome.effects],
        "fault": outcome.diagnostics[0].code if outcome.status == "fault" and outcome.diagnostics else None,
    }


@attrs.define(eq=False)
class Pair(Search):
    """The search of one version, in which the other runs along."""

    other: Prepared = attrs.field(kw_only=True)
    most: int = attrs.field(kw_only=True)
    until: float = attrs.field(kw_only=True)
    clock: Callable[[], float] = attrs.field(kw_only=True, default=monotonic)
    found: State | None = None

    def tried(self, state: State) -> Trial:
        """Run both. Raises Stop."""
        trial = super().tried(state)
        second = self.other.rule.run(applied(self.other.context, state), self.limits)
        if brief(trial.outcome) != brief(second):
            self.found = dict(state)
            raise Stop
        if self.runs >= self.most or self.clock() > self.until:
            raise Stop
        return trial


def prepared(site: Site, code: str, kind: int | None) -> Prepared:
    """A formula of a site, ready to run. Raises Unprepared when it cannot."""
    text = f"formula = {toml(code)}\n" + ("" if kind is None else f"tipo = {kind}\n") + '[[caso]]\nnome = "x"\nretrato = true\n'
    bench = Bench(None, site)
    return prepare(cases_of(text, Path("diferenca.casos.toml")).cases[0], bench)


def pair(first: Prepared, second: Prepared, most: int, until: float) -> Pair:
    """The search of the first with the inputs and values of both."""
    one, two = start(first), start(second)
    values: dict[tuple[str, str], tuple[Input, list[Any]]] = {}
    for search in (one, two):
        for given, candidates in search.values.items():
            _, known = values.setdefault((given.table, given.name), (given, []))
            known += [value for value in candidates if value not in known or type(value) not in {type(old) for old in known}]
    merged = dict(values.values())
    return Pair(
        one.prepared, list(merged), merged, one.measure, columns={**two.columns, **one.columns}, other=two.prepared, most=most,
        until=until,
    )  # fmt: skip


def difference(old: Site, new: Site, code: str, most: int, seconds: float = SECONDS) -> tuple[Difference | None, int]:
    """A ticket on which a formula of two sites differs, or None; and how many were tried. Raises Unprepared."""
    kinds = [kind.code for site in (new, old) for kind in Bench(None, site).using(code)]
    kind = kinds[0] if kinds else None
    first, second = prepared(old, code, kind), prepared(new, code, kind)
    began, tried = monotonic(), 0
    for turn, (one, two) in enumerate(((first, second), (second, first)), 1):
        search = pair(one, two, max(1, most * turn // 2 - tried), began + seconds * turn / 2)
        try:
            go(search)
            every(search)
        except Stop:
            pass
        tried += search.runs
        if search.found is not None:
            return told(first, second, search.found), tried
    return None, tried


def every(search: Pair) -> None:
    """What the search for branches leaves out: every value from every way found, then anything."""
    import random

    search.reached.clear()
    search.failing.clear()
    for trial in list(search.kept):
        for one in search.inputs:
            for value in search.values[one]:
                search.attempt({**trial.state, one: value})
    order = random.Random(search.measure.source.text)  # noqa: S311 - no secret
    for _ in range(RANDOM_RUNS):
        search.attempt({one: order.choice(given) for one, given in search.values.items()})


def told(first: Prepared, second: Prepared, state: State) -> Difference:
    """The difference with its reasons."""
    records = [one.rule.record(applied(one.context, state), one.limits) for one in (first, second)]
    links = parting(*(explain(record) for record in records)) or (None, None)
    because = tuple(
        (when, str(link.text), str(link.where or "")) for when, link in zip(("then", "now"), links, strict=True) if link is not None
    )
    values = {one.column: value for one, value in state.items()}
    return Difference(values, records[0].outcome, records[1].outcome, because)


__all__ = ["Difference", "Unprepared", "difference"]
