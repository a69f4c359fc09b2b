"""Branches that only calculate are joined where they end: one region instead of one for each way through them."""

from __future__ import annotations

import formula
from formula.schema import Schema
from routing.proving.pairs import Shadow
from routing.proving.shadow import follow
from routing.proving.terms import symbol, true_for, value_for

SCHEMA = Schema(fields={"X": "numero", "Y": "numero", "T": "texto"})
SYMBOLS = {"X": symbol("X", "num"), "Y": symbol("Y", "num"), "T": symbol("T", "text")}
JOINS = frozenset({"ADICIONARDISCUSSAO"})


def followed(text, joins=JOINS, **fields):
    given = {"X": 0, "Y": 0, "T": "", **fields}
    shadow = Shadow(lambda table, key, raw: SYMBOLS[key])
    shadow.value_of = lambda term: given[term[1]]
    shadow.joins = joins
    rule = formula.compile(text, SCHEMA)
    return follow(rule, formula.Context(fields=given), formula.Limits(steps=20_000), shadow), shadow, rule


def value(rule, **fields):
    return rule.run(formula.Context(fields={"X": 0, "Y": 0, "T": "", **fields}), formula.Limits()).value


TWELVE = (
    "DECL A; SETVAR(A, 0); "
    + " ".join(f"SE X > {n} ENTAO SETVAR(A, A + {n}) SENAO SETVAR(A, A - 1) FIMSE;" for n in range(12))
    + " A"
)


def test_twelve_branches_are_one_region_and_mean_what_the_engine_does():
    told, shadow, rule = followed(TWELVE)
    assert shadow.conditions == []
    apart = followed(TWELVE, joins=None)[1]
    assert len(apart.conditions) > 12
    for x in (-3, 0, 4, 7, 11, 50):
        assert value_for(told.value.term, {"X": x}) == value(rule, X=x)


def test_a_loop_whose_end_depends_on_the_ticket_is_one_region():
    text = "DECL N, M; SETVAR(N, 1); SETVAR(M, 0); ENQUANTO X * N < Y E N < 6 FACA SETVAR(M, M + 10); SETVAR(N, N + 1) FIMENQ; M"
    told, shadow, rule = followed(text, X=3, Y=10)
    assert shadow.conditions == []
    for x, y in ((3, 10), (0, 1), (1, 3), (9, 2)):
        assert value_for(told.value.term, {"X": x, "Y": y}) == value(rule, X=x, Y=y)


def test_what_a_branch_needs_is_a_condition_and_where_it_lacks_the_branch_is_followed():
    guarded = "DECL A; SETVAR(A, 0); SE X <> 0 ENTAO SETVAR(A, 10 / X) FIMSE; A"
    told, shadow, rule = followed(guarded, X=0)
    assert true_for(shadow.conditions, {"X": 5})
    assert value_for(told.value.term, {"X": 5}) == value(rule, X=5)
    open_ = "DECL A; SETVAR(A, 0); SE Y > 1 ENTAO SETVAR(A, 10 / X) FIMSE; A"
    fine, shadow, _ = followed(open_, X=2, Y=0)
    assert fine.status == "ok"
    assert not true_for(shadow.conditions, {"X": 0, "Y": 2})
    assert true_for(shadow.conditions, {"X": 0, "Y": 0})
    failing = followed(open_, X=0, Y=2)[0]
    assert failing.status == "fault"


def test_effects_and_values_of_two_kinds_are_not_joined():
    mixed = followed("DECL A; SE X > 1 ENTAO SETVAR(A, 'um') SENAO SETVAR(A, 2) FIMSE; A", X=5)[1]
    assert mixed.conditions
    told, shadow, _ = followed("SE X > 1 ENTAO ADICIONARDISCUSSAO('muito') FIMSE; X", X=5)
    assert shadow.conditions == [("not", ("empty", SYMBOLS["X"]))]
    assert len(told.effects) == 1
    assert followed("SE X > 1 ENTAO ADICIONARDISCUSSAO('muito') FIMSE; X", joins=frozenset(), X=5)[1].conditions[1:]


def test_a_loop_without_end_stays_within_bounds():
    text = "DECL A, N; SETVAR(A, 0); SETVAR(N, 0); REPITA SE X > A ENTAO SETVAR(A, A + X) SENAO SETVAR(A, A * 2 + 1) FIMSE; ADICIONARDISCUSSAO('x'); SETVAR(N, N + 1) ATE N < 0; A"
    told, _, _ = followed(text, joins=frozenset(), X=1)
    assert told.status == "fault"
