"""Texts whose sizes are known before a run: no run makes more, and code that does not count agrees with code that does."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from random import Random

import pytest
from kit.programs import FIELDS, Programs, sample_fields

import formula
from formula.checking.checker import check_tree
from formula.context import Context, Run
from formula.engine import bounds_of
from formula.limits import DEFAULT, Limits
from formula.runtime.compile import compile_program
from formula.runtime.sizes import LONGEST_FIELD, sizes_of
from formula.schema import Schema
from formula.source import Source

SCHEMA = Schema(fields=FIELDS)
KNOWN = """CONCAT(MAIUSCULA(SUBSTR(ASSUNTO, 1, 5)), CONCAT('-', VALOR * 2))"""


@pytest.mark.parametrize("seed", range(4))
def test_no_run_makes_more_text_than_its_tree_says(seed: int) -> None:
    programs, random, known = Programs(3_000 + seed), Random(seed), 0
    while known < 100:
        checked = check_tree(Source(""), programs.formula(), SCHEMA)
        if not checked.runnable:
            continue
        most = sizes_of(checked).whole
        if most is None:
            continue
        fields = {"PRIORIDADE": "p" * 300, "PRODUTO": "ß" * 200, "VALOR": 10**50, "DIAS": 3, "URGE": True}
        context = Context(fields=fields | {"ABERTURA": sample_fields(random).get("ABERTURA")})
        run = Run(context, DEFAULT)
        program = compile_program(checked, trusted=False)
        try:
            program.function(context.fields, context.parameters, run, bounds_of(DEFAULT)[0])
        except formula.diagnostics.Fault:
            continue
        if program.function.__code__.co_names.count("text_left"):
            known += 1
        assert DEFAULT.text - run.text_left <= most


def test_a_formula_without_loops_counts_no_text() -> None:
    rule = formula.compile(KNOWN, formula.Schema(fields={"VALOR": "numero"}))
    assert compile_program(rule.checked, trusted=True).most_text > 0
    assert rule.run(Context(fields={"ASSUNTO": "mudança", "VALOR": 21})).value == "MUDAN-42"


@pytest.mark.parametrize("text", range(0, 30, 3))
def test_a_small_limit_stops_it_where_counting_code_stops(text: int) -> None:
    rule = formula.compile(KNOWN, formula.Schema(fields={"VALOR": "numero"}))
    limits = Limits(text=text)
    context = Context(fields={"ASSUNTO": "mudança de sala", "VALOR": 21})
    assert rule.run(context, limits) == rule.run_plain(context, limits, *bounds_of(limits))


def test_a_field_longer_than_the_tree_supposes_is_counted() -> None:
    rule = formula.compile("CONCAT(ASSUNTO, '.')")
    context = Context(fields={"ASSUNTO": "a" * (LONGEST_FIELD + 1)})
    assert rule.run(context, Limits(text=LONGEST_FIELD)).diagnostics[0].code == "limite-texto"
    assert rule.run(context, Limits(text=LONGEST_FIELD + 2)).status == "ok"


def test_steps_of_a_rule_that_only_looks_at_fields_are_limited() -> None:
    rule = formula.compile("MAIUSCULA(SUBSTR(ASSUNTO, 1, 5))")
    assert rule.run(Context(fields={"ASSUNTO": "abc"}), Limits(steps=1)).diagnostics[0].code == "limite-passos"


def test_calls_at_the_top_are_limited_too() -> None:
    rule = formula.compile("COLIGADA + COLIGADA + COLIGADA")
    assert rule.run(Context(), Limits(steps=2)).diagnostics[0].code == "limite-passos"
    assert rule.run(Context(), Limits(steps=3)).value == 3


def test_outcomes_are_kept_only_for_short_texts() -> None:
    rule = formula.compile("SE STATUS = 'A' ENTAO 'aberto' SENAO ASSUNTO FIMSE")
    texts = ["aberto", *(f"assunto {number}" for number in range(100)), "a" * 101, "aberto"]
    found = [rule.run(Context(fields={"STATUS": "A" if text == "aberto" else "F", "ASSUNTO": text})).value for text in texts]
    assert found == texts


@pytest.mark.parametrize("value", [1, True, Decimal("1.0"), "1"], ids=repr)
def test_equal_values_of_other_kinds_are_not_mistaken(value: object) -> None:
    kinds = {int: "inteiro", bool: "logico", Decimal: "numero", str: "texto"}
    text = "SE STATUS = 'A' ENTAO '1' SENAO VALOR FIMSE"
    rule = formula.compile(text, formula.Schema(fields={"VALOR": kinds[type(value)]}))
    assert rule.run(Context(fields={"STATUS": "A", "VALOR": value})).value == "1"
    given = rule.run(Context(fields={"STATUS": "F", "VALOR": value})).value
    assert (type(given), given) == (int if type(value) is Decimal else type(value), value)


class Priority(str, Enum):  # noqa: UP042 - what older hosts write
    """A host's own kind of text."""

    HIGH = "Alta"


class Other:
    """A host's object that is no value of a formula."""

    def __repr__(self) -> str:
        return "Other()"


@pytest.mark.parametrize("value", [None, True, 85, "Alta", "", Priority.HIGH, 1.5, ["Alta"], b"Alta", Other()], ids=repr)
@pytest.mark.parametrize(
    "text",
    [
        "SE PRIORIDADE = 'Alta' ENTAO 1 SENAO 2 FIMSE",
        "SE PRIORIDADE <> 'Alta' ENTAO 1 SENAO 2 FIMSE",
        "SE 'Alta' = PRIORIDADE E VALOR > 3 ENTAO 1 SENAO 2 FIMSE",
        "PRIORIDADE",
    ],
)
def test_any_value_of_a_text_field_means_what_checked_code_says(text: str, value: object) -> None:
    rule = formula.compile(text, formula.Schema(fields={"VALOR": "numero"}))
    context = Context(fields={"PRIORIDADE": value, "VALOR": 7})
    assert rule.run(context) == rule.run_plain(context, DEFAULT, *bounds_of(DEFAULT))


def test_a_text_of_the_hosts_own_kind_is_taken_by_its_letters() -> None:
    assert formula.compile("CONCAT(PRIORIDADE, '!')").run(Context(fields={"PRIORIDADE": Priority.HIGH})).value == "Alta!"


def test_a_condition_before_equalities_is_asked_first_also_in_a_table() -> None:
    arms = "".join(f"SE PRIORIDADE = '{one}' ENTAO 1 SENAO " for one in ("Baixa", "Normal", "Alta"))
    text = arms + "SE VALOR > 10 E PRIORIDADE = 'Urgente' ENTAO 2 SENAO 3 FIMSE FIMSE FIMSE FIMSE"
    rule = formula.compile(text, formula.Schema(fields={"VALOR": "numero"}))
    context = Context(fields={"PRIORIDADE": "Outra", "VALOR": True})
    assert rule.run(context).diagnostics[0].code == "tipo-errado"
    assert rule.run(context) == rule.run_plain(context, DEFAULT, *bounds_of(DEFAULT))
