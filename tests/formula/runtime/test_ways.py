"""Every way of running a formula gives the same outcome: trusted, plain, recorded."""

from __future__ import annotations

import os
from random import Random

import pytest
from kit.programs import FIELDS, Programs, sample_fields

from formula.checking.checker import check_tree
from formula.context import Context
from formula.engine import Rule, bounds_of
from formula.limits import Limits
from formula.outcome import Outcome
from formula.runtime.compile import compile_program
from formula.schema import Schema
from formula.source import Source

SCHEMA = Schema(fields=FIELDS)
LIMITS = Limits(steps=400, text=20_000, digits=60)
ROOMY = Limits(steps=400, digits=60)
"""With room for all texts of most programs, so that trusted code need not count them."""

PROGRAMS = int(os.environ.get("REPASSE_PROGRAMS", "50000"))
BATCHES = 10


def plain(rule: Rule, context: Context, limits: Limits) -> Outcome:
    bounds, arithmetic = bounds_of(limits)
    return rule.run_plain(context, limits, bounds, arithmetic)


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(BATCHES))
def test_trusted_and_plain_code_agree(batch: int) -> None:
    programs, random, runs = Programs(batch), Random(batch), 0
    while runs < PROGRAMS // BATCHES:
        tree = programs.formula()
        checked = check_tree(Source(""), tree, SCHEMA)
        if not checked.runnable:
            continue
        rule = Rule(checked, compile_program(checked, trusted=True))
        context = Context(fields=sample_fields(random))
        limits = LIMITS if runs % 2 else ROOMY
        assert rule.run(context, limits) == plain(rule, context, limits), tree
        runs += 1


@pytest.mark.parametrize("seed", range(20))
def test_recording_changes_nothing(seed: int) -> None:
    programs, random, runs = Programs(1_000 + seed), Random(seed), 0
    while runs < 50:
        tree = programs.formula()
        checked = check_tree(Source(""), tree, SCHEMA)
        if not checked.runnable:
            continue
        rule = Rule(checked, compile_program(checked, trusted=True))
        context = Context(fields=sample_fields(random))
        record = rule.record(context, LIMITS)
        assert record.outcome == rule.run(context, LIMITS), tree
        runs += 1


@pytest.mark.parametrize("seed", range(20))
def test_going_forward_and_back_meets_the_same_state(seed: int) -> None:
    programs, random, runs = Programs(2_000 + seed), Random(seed), 0
    while runs < 50:
        checked = check_tree(Source(""), programs.formula(), SCHEMA)
        if not checked.runnable:
            continue
        rule = Rule(checked, compile_program(checked, trusted=True))
        record = rule.record(Context(fields=sample_fields(random)), LIMITS)
        state: dict[str, object] = dict.fromkeys(record.variables)
        for index, event in enumerate(record.events()):
            state.update(event.changes)
            assert record.state(index) == state
        runs += 1
