"""What is followed beside the engine means what the engine does: on generated formulas and values, and on those of the same region."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from random import Random

import pytest
from kit.programs import FIELDS, Programs, sample_fields

import formula
from formula.printing.printer import print_tree
from formula.schema import Schema
from routing.proving.fields import same
from routing.proving.pairs import Beyond, Shadow
from routing.proving.shadow import follow
from routing.proving.terms import Unknown, symbol, true_for, value_for
from routing.proving.tracking import agree

pytestmark = pytest.mark.slow

SCHEMA = Schema(fields=FIELDS)
KINDS = {"texto": "text", "numero": "num", "inteiro": "int", "data": "date", "logico": "bool"}
TYPES = {"text": str, "num": (int, Decimal), "int": int, "date": (date, datetime), "bool": bool}
SYMBOLS = {name: symbol(name, KINDS[kind]) for name, kind in FIELDS.items()}


def fits(value, kind):
    """Whether a field holds its declared kind, so that it may be free."""
    if value is None:
        return True
    return isinstance(value, TYPES[kind]) and isinstance(value, bool) == (kind == "bool")


def given_of(fields):
    """The values of the free fields, dates as the engine holds them."""
    return {
        name: datetime(value.year, value.month, value.day) if isinstance(value, date) and not isinstance(value, datetime) else value
        for name, value in fields.items()
    }


def followed(rule, fields, joins=None):
    """A run and its shadow; None when it was not followed to its end."""
    free = {name for name, value in fields.items() if fits(value, SYMBOLS[name][2])}
    shadow = Shadow(lambda table, key, raw: SYMBOLS[key] if key in free else None)
    given = given_of(fields)
    shadow.value_of = lambda term: given.get(term[1])
    shadow.joins = joins
    context = formula.Context(fields=fields, now=datetime(2026, 11, 24, 10))
    try:
        told = follow(rule, context, formula.Limits(steps=20_000), shadow)
    except Beyond:
        return None
    return told, shadow, free


def run(rule, fields):
    return rule.run(formula.Context(fields=fields, now=datetime(2026, 11, 24, 10)), formula.Limits(steps=20_000))


def code_of(outcome):
    """The fault of a run; a warning about how it read a text is none."""
    return next((one.code for one in outcome.diagnostics if one.severity == "error"), None)


def generated(seed, count):
    """Formulas that check, with the rule of each."""
    programs = Programs(seed)
    while count:
        text = print_tree(programs.formula())
        try:
            yield formula.compile(text, SCHEMA)
        except formula.FormulaError:
            continue
        count -= 1


PAIRS_OF_A_FORMULA = 8
DIGITS = "limite-digitos"
"""Numbers of more digits than a run may have are not modelled (docs/properties.md)."""


def compare(seed, count, joins=None):
    """Compare; the numbers of pairs followed, of tickets of the same region, and of values calculated."""
    random = Random(seed)
    totals = [0, 0, 0]
    for rule in generated(seed, count):
        for _ in range(PAIRS_OF_A_FORMULA):
            fields = sample_fields(random)
            if len(fields) == len(FIELDS):
                compare_one(rule, fields, random, totals, joins)
    return totals


def compare_one(rule, fields, random, totals, joins=None):
    """One run, and runs of other values that the conditions say go the same way."""
    found = followed(rule, fields, joins)
    outcome = run(rule, fields)
    if found is None:
        assert outcome.status != "ok" or outcome.steps > 1_000, rule.source.text
        return
    told, shadow, free = found
    totals[0] += 1
    assert agree(told, outcome), (rule.source.text, fields, told, outcome)
    untrue = [one for one in shadow.conditions if not true_for((one,), given_of(fields))]
    assert untrue == [], (rule.source.text, fields)
    for _ in range(5):
        other = sample_fields(random)
        if any(name not in other or not fits(other[name], SYMBOLS[name][2]) for name in free):
            continue
        changed = {**fields, **{name: other[name] for name in free if random.random() < 0.5}}
        if changed != fields and true_for(shadow.conditions, given_of(changed)):
            same_region(rule, fields, changed, found, outcome, totals)


def same_region(rule, fields, changed, found, outcome, totals):
    """Other values of the region: the same status, effects and fault, and the value that the term says."""
    told, shadow, _ = found
    there = run(rule, changed)
    if DIGITS in (code_of(there), code_of(outcome)):
        return
    totals[1] += 1
    shown = (rule.source.text, fields, changed, shadow.conditions)
    assert (there.status, code_of(there)) == (told.status, code_of(outcome)), shown
    if told.status != "ok":
        return
    term = told.value.term
    if term is None:
        assert same(told.value.value, formula_value(there)), shown
        return
    try:
        expected = value_for(term, given_of(changed))
    except Unknown:
        return
    totals[2] += 1
    assert same(formula_value(expected), formula_value(there)), (*shown, term)


def formula_value(one):
    """A value as it leaves."""
    from formula.values import release

    return release(one.value if hasattr(one, "status") else one)


def test_following_agrees_with_the_engine():
    pairs, regions, values = compare(20261128, 320)
    assert pairs > 2_000
    assert regions > 1_000
    assert values > 100


JOINS = frozenset({"ADICIONARDISCUSSAO"})


def test_branches_that_are_joined_mean_what_the_engine_does_too():
    pairs, regions, values = compare(20261130, 320, JOINS)
    assert pairs > 2_000
    assert regions > 1_000
    assert values > 100


PARTS = 10


@pytest.mark.parametrize("seed", range(PARTS))
def test_following_agrees_with_the_engine_on_many(seed):
    """Together 50,000 pairs and 20,000 tickets of a region, in parts that several processes share."""
    pairs, regions, _ = compare(seed, 725, JOINS if seed % 2 else None)
    assert pairs >= 50_000 / PARTS
    assert regions >= 20_000 / PARTS


def test_a_loop_that_doubles_a_text_is_not_followed_to_the_end_of_the_memory():
    rule = formula.compile("DECL A; SETVAR(A, 'x'); REPITA SETVAR(A, CONCAT(A, A)) ATE FALSO", SCHEMA)
    with pytest.raises(Beyond, match="mais texto"):
        follow(rule, formula.Context(), formula.Limits(), Shadow(lambda table, key, raw: None))
