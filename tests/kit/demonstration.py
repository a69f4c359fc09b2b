"""The context in which examples of functions run, and what a call shows in it."""

from __future__ import annotations

import json
from functools import lru_cache

import attrs
from kit.paths import TESTS

import formula
from formula.builtins.table import Function
from formula.outcome import Outcome
from formula.values import display
from routing.workspace.contexts import read_context

FILE = TESTS / "formula" / "demonstration.toml"

BEFORE = {"RESULTSQL": "EXECSQL('DEPENDENTES');", "PROXREGSQL": "EXECSQL('DEPENDENTES');"}
"""What has to come first so that an example of a row makes sense."""


@attrs.frozen
class Turns:
    """Who has how much to do, and who had the last turn."""

    loads: dict[str, int]
    last: str | None

    def load(self, attendant: str) -> int:
        """Open tickets."""
        return self.loads.get(attendant, 0)

    def last_turn(self, group: str) -> str | None:
        """The latest turn."""
        return self.last


@lru_cache(maxsize=1)
def demonstration() -> formula.Context:
    """The demonstration context, with Ana lightly loaded and the last to have had a turn."""
    context = read_context(FILE.read_text(encoding="utf-8"), FILE.name).context
    context.directory = attrs.evolve(context.directory, workload=Turns({"1;3": 1, "1;4": 2}, "1;3"))  # type: ignore[type-var]
    return context


def run(text: str, context: formula.Context | None = None, limits: formula.Limits | None = None) -> Outcome:
    """Run a formula in a context, by default the demonstration."""
    context = context or demonstration()
    rule = formula.compile(text, formula.Schema.of(context))
    return rule.run(context, limits or formula.Limits())


def shown(outcome: Outcome) -> str:
    """What an example shows: the message of ANALISAR, an effect as JSON, a fault's code, or the value."""
    if outcome.status == "stopped":
        return str(outcome.message)
    if outcome.status == "fault":
        return f"falha {outcome.diagnostics[0].code}"
    if outcome.effects:
        return json.dumps(outcome.effects[0].as_json(), ensure_ascii=False)
    return display(outcome.value)


def example(row: Function, call: str) -> str:
    """What the call of a row's example shows."""
    return shown(run(BEFORE.get(row.name, "") + call))
