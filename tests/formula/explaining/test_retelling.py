"""A chain told again for another run of the same way is the chain of that run, word for word, in both languages."""

from __future__ import annotations

from random import Random

import pytest
from kit.programs import FIELDS, Programs, sample_fields

import formula
from formula.checking.checker import check_tree
from formula.explaining.explanation import explain
from formula.explaining.retelling import KEPT, retell
from formula.limits import Limits
from formula.printing.printer import print_tree
from formula.schema import Schema
from formula.source import Source

SCHEMA = Schema(fields=FIELDS)
LIMITS = Limits(steps=400, text=20_000, digits=60)


def in_words(lines):
    return [line.as_json(language) for line in lines for language in ("pt", "en")]


@pytest.mark.parametrize("seed", range(20))
def test_random_formulas(seed):
    programs, random, compared = Programs(5_000 + seed), Random(seed), 0
    while compared < 200:
        tree = programs.formula()
        if not check_tree(Source(""), tree, SCHEMA).runnable:
            continue
        rule = formula.compile(print_tree(tree), SCHEMA)
        for _ in range(8):
            record = rule.record(formula.Context(fields=sample_fields(random)), LIMITS)
            assert in_words(retell(record)) == in_words(explain(record)), rule.source.text
            compared += 1


def test_one_way_is_worked_out_once_and_values_change():
    rule = formula.compile("SE VALOR > 10 ENTAO 'alto' SENAO PRODUTO FIMSE", SCHEMA)

    def told(value, product):
        record = rule.record(formula.Context(fields={"VALOR": value, "PRODUTO": product}))
        return record, [str(line.text) for line in retell(record)]

    record, first = told(3, "ERP")
    _, second = told(4, "{Folha}")
    assert [line.replace("3", "4").replace("ERP", "{Folha}") for line in first] == second
    assert len(KEPT[record.recording].told["value"]) == 1
    told(30, "ERP")
    assert len(KEPT[record.recording].told["value"]) == 2


def test_a_vazio_in_the_place_of_a_value():
    rule = formula.compile("DECL A; SETVAR(A, PRODUTO); A", SCHEMA)
    for value in ("ERP", None, "", "x" * 200, "\x00" + "1\x00", "\ue000" + "1\ue000"):
        record = rule.record(formula.Context(fields={"PRODUTO": value}))
        assert in_words(retell(record)) == in_words(explain(record))
