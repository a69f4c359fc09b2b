"""Runs that are measured end as they would, and tell what they reached: no more, no less."""

from __future__ import annotations

from random import Random

import pytest
from kit.programs import FIELDS, Programs, sample_fields

import formula
from formula.context import Context
from formula.diagnostics import FormulaError
from formula.engine import Rule
from formula.explaining.coverage import Covered
from formula.limits import Limits
from formula.printing.printer import print_tree
from formula.reading.tree import Binary, Expression, LogicalLiteral, Name, NumberLiteral, Unary, bare
from formula.runtime.covering import BRANCH, CONDITION, LINE, Fact, atoms
from formula.runtime.record import Record
from formula.schema import Schema
from formula.values import to_logical

pytestmark = pytest.mark.slow

SCHEMA = Schema(fields=FIELDS)
LIMITS = Limits(steps=400, text=20_000, digits=60)


def alone(_code: str, rule: Rule) -> Rule:
    return rule


# -- beside a recorded run ------------------------------------------------------------------------


def recorded(record: Record) -> set[Fact]:
    """The lines and branches of a record, and the conditions of its finished tests."""
    made: set[Fact] = set()
    for index, event in enumerate(record.events()):
        point = event.point
        made.add(Fact(LINE, point.span))
        if point.kind == "test" and not event.failed:
            made.add(Fact(BRANCH, point.span, logical(event.value)))
            values = {id(node): value for node, value in event.parts} | {id(bare(point.expression)): event.value}
            decide(point.expression, values, record, index, made)
    return made


def decide(node: Expression, values: dict[int, object], record: Record, index: int, made: set[Fact]) -> bool:
    inner = bare(node)
    if isinstance(inner, Binary) and inner.operator in {"E", "OU"}:
        left = decide(inner.left, values, record, index, made)
        return left if left is (inner.operator == "OU") else decide(inner.right, values, record, index, made)
    if isinstance(inner, Unary) and inner.operator == "NAO":
        return not decide(inner.operand, values, record, index, made)
    if id(inner) in values:
        answer = logical(values[id(inner)])
    elif isinstance(inner, Name):
        answer = logical(record.value_at(inner.word.key, index - 1))
    else:
        assert isinstance(inner, LogicalLiteral | NumberLiteral)
        answer = logical(inner.value)
    made.add(Fact(CONDITION, inner.span, answer))
    return answer


def logical(value: object) -> bool:
    return value if isinstance(value, bool) else to_logical(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(10))
def test_marks_agree_with_records(seed: int) -> None:
    programs, random, runs = Programs(3_000 + seed), Random(seed), 0
    while runs < 40:
        text = print_tree(programs.formula())
        try:
            rule = formula.compile(text, SCHEMA)
        except FormulaError:
            continue
        covered = Covered(rule, alone)
        for _ in range(3):
            context = Context(fields=sample_fields(random))
            outcome = covered.run(context, LIMITS)
            assert outcome == rule.run(context, LIMITS), text
            wanted, got = recorded(rule.record(context, LIMITS)), covered.reached()
            covered.forget()
            if outcome.status != "ok":
                # a test that breaks has no answer, though conditions before the break had theirs
                assert wanted <= got, text
                wanted, got = ({fact for fact in some if fact.sort != CONDITION} for some in (wanted, got))
            assert got == wanted, text
        runs += 1


# -- by hand --------------------------------------------------------------------------------------


def facts(text: str, *contexts: Context, limits: Limits = LIMITS) -> set[tuple[str, str, bool]]:
    """What some runs reached: the sort's letter, the text, the answer."""
    covered = Covered(formula.compile(text, SCHEMA), alone)
    for context in contexts:
        covered.run(context, limits)
    return {(one.sort[0], text[one.span.start : one.span.end], one.answer) for one in covered.reached()}


def fields(**given: object) -> Context:
    return Context(fields={"PRIORIDADE": "Alta", "PRODUTO": "ERP", "VALOR": 3, "DIAS": 0, "URGE": False, **given})


def test_a_chain_of_e_tells_the_first_condition_that_fails() -> None:
    text = "SE DIAS = 0 E VALOR > 5 E PRODUTO = 'ERP' ENTAO 1 FIMSE"
    assert facts(text, fields()) == {
        ("b", "DIAS = 0 E VALOR > 5 E PRODUTO = 'ERP'", False),
        ("l", "DIAS = 0 E VALOR > 5 E PRODUTO = 'ERP'", True),
        ("c", "DIAS = 0", True),
        ("c", "VALOR > 5", False),
    }


def test_a_mixed_test_with_nao_tells_each_condition_reached() -> None:
    text = "SE NAO (DIAS = 0 OU URGE) OU (VALOR = 3 E NAO -VALOR) ENTAO 1 SENAO 2 FIMSE"
    whole = text[3 : text.index(" ENTAO")]
    assert facts(text, fields()) == {
        ("b", whole, False),
        ("l", whole, True),
        ("c", "DIAS = 0", True),
        ("c", "VALOR = 3", True),
        ("c", "-VALOR", True),
        ("l", "2", True),
    }


def test_a_run_that_breaks_reached_what_came_before() -> None:
    text = "SE VALOR = 3 ENTAO 1; SE 1 / DIAS > 1 E URGE ENTAO 2 FIMSE; 3 FIMSE"
    assert facts(text, fields()) == {
        ("b", "VALOR = 3", True),
        ("c", "VALOR = 3", True),
        ("l", "VALOR = 3", True),
        ("l", "1", True),
        ("l", "1 / DIAS > 1 E URGE", True),
    }


def test_a_run_that_analisar_stops_reached_no_more() -> None:
    assert facts("1; ANALISAR('a'); 2", Context()) == {("l", "1", True), ("l", "ANALISAR('a')", True)}


def test_a_loop_that_runs_out_of_steps_has_answered_its_test() -> None:
    text = "DECL I; SETVAR(I, 0); REPITA SETVAR(I, I + 1) ATE I < 0; 9"
    begun = {("l", where, True) for where in ("SETVAR(I, 0)", "SETVAR(I, I + 1)", "I < 0")}
    assert facts(text, Context()) == {*begun, ("b", "I < 0", False), ("c", "I < 0", False)}


def test_a_field_of_another_kind_is_measured_the_checked_way() -> None:
    text = "SE VALOR > 5 ENTAO 'muito' SENAO 'pouco' FIMSE"
    found = facts(text, fields(VALOR="7"), fields(VALOR="2"))
    assert {one for one in found if one[0] == "b"} == {("b", "VALOR > 5", False), ("b", "VALOR > 5", True)}


def test_formulas_that_others_call_are_measured_at_any_depth() -> None:
    found: dict[str, Covered] = {}

    def cover(code: str, rule: Rule) -> Rule:
        return found.setdefault(code, Covered(rule, cover))

    texts = {"B": "SE VALOR > 5 ENTAO C SENAO 'b' FIMSE", "C": "SE URGE ENTAO 'u' SENAO 1 / DIAS FIMSE"}
    schema = Schema(fields=FIELDS, formulas=texts)
    top = cover("A", formula.compile("B", schema))
    assert top.run(attrs_evolve(fields(VALOR=9, URGE=True), texts)).value == "u"
    assert told(found, texts) == {"B": {("VALOR > 5", True)}, "C": {("URGE", True)}}
    # the called formula breaks: both are measured up to there
    assert top.run(attrs_evolve(fields(VALOR=9), texts)).status == "fault"
    assert told(found, texts) == {"B": {("VALOR > 5", True)}, "C": {("URGE", True), ("URGE", False)}}


def attrs_evolve(context: Context, texts: dict[str, str]) -> Context:
    return Context(fields=context.fields, formulas=texts)


def told(found: dict[str, Covered], texts: dict[str, str]) -> dict[str, set[tuple[str, bool]]]:
    return {
        code: {(texts[code][one.span.start : one.span.end], one.answer) for one in found[code].reached() if one.sort == BRANCH}
        for code in texts
    }


def test_a_thousand_conditions_in_one_test() -> None:
    text = "SE " + " E ".join(f"VALOR <> {number}" for number in range(10, 1_000)) + " ENTAO 1 FIMSE"
    assert sum(one[0] == "c" for one in facts(text, fields())) == 990


def test_atoms_are_found_in_order() -> None:
    rule = formula.compile("SE NAO (DIAS = 1 OU NAO URGE) E VALOR = 2 ENTAO 1 FIMSE", SCHEMA)
    test = rule.tree.statements[0].condition  # type: ignore[union-attr]
    assert [(rule.source.slice(node.span), turned) for node, turned in atoms(test)] == [
        ("DIAS = 1", True),
        ("URGE", False),
        ("VALOR = 2", False),
    ]
