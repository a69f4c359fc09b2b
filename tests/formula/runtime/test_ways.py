"""Every way of running a formula gives the same outcome: trusted, plain, recorded."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from kit.programs import FIELDS, Programs, sample_fields

from formula.checking.checker import check_tree
from formula.context import Context
from formula.engine import Rule, bounds_of, compiled
from formula.limits import DEFAULT, Limits
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


class Money(Decimal):
    """A host's own number."""


GIVEN: tuple[Any, ...] = (
    0.0, -0.0, 0.1 + 0.2, 12.5, -3.0, 1e22, 1e-7, 1e300, 1e15, 999999999999999.0, 5e-324, float("inf"), float("nan"),
    date(2026, 11, 24), date(1, 1, 1), True, 10**30, Decimal("1.50"), Money("2.5"), "12,5", "24/11/2026", None,
    datetime(2026, 11, 24, 10, 30), datetime(2026, 11, 24, tzinfo=UTC), "2026-11-24", "1.500", "00/00/0000", "", " ",
)  # fmt: skip
"""What hosts give where a number, a date or another kind is declared."""


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


@pytest.mark.parametrize("seed", range(10))
def test_what_hosts_give_changes_no_outcome(seed: int) -> None:
    programs, random, runs = Programs(3_000 + seed), Random(seed), 0
    while runs < 60:
        checked = check_tree(Source(""), programs.formula(), SCHEMA)
        if not checked.runnable:
            continue
        rule = Rule(checked, compile_program(checked, trusted=True))
        for _ in range(3):
            fields = {key: random.choice(GIVEN) if random.random() < 0.5 else held for key, held in sample_fields(random).items()}
            before = dict(fields)
            for limits in (LIMITS, ROOMY):
                assert repr(rule.run(Context(fields=fields), limits)) == repr(plain(rule, Context(fields=fields), limits))
            assert repr(fields) == repr(before)
        runs += 1


@pytest.mark.parametrize("value", GIVEN, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize(
    "text",
    [
        "SE VALOR > 10 ENTAO 'A' SENAO 'B' FIMSE",
        "VALOR + 1",
        "VALOR",
        "CONCAT('R$ ', VALOR)",
        "VALOR / 3",
        "VALOR = ''",
        "SE VALOR > 10.5 ENTAO 'A' SENAO 'B' FIMSE",
        "SE VALOR = 0 ENTAO 'A' FIMSE",
        "DECL X; SETVAR(X, VALOR); X = ''",
    ],
)
def test_a_number_of_any_kind_gives_what_the_checked_way_gives(text: str, value: object) -> None:
    schema = Schema(fields={"VALOR": "numero"})
    rule = compiled(text, schema, "x")
    context = Context(fields={"VALOR": value})
    for _ in range(2):
        assert repr(rule.run(context)) == repr(plain(rule, context, DEFAULT))


TRUSTED = [
    "SE VALOR > 10 ENTAO 'A' SENAO 'B' FIMSE", "VALOR + 1", "SE ABERTO > '01/01/2026' ENTAO VALOR * 2 FIMSE",
    "SE VALOR > DESCONTO ENTAO CONCAT(FILIAL, 'x') FIMSE", "MAX(VALOR, 3)", "SE FILIAL = 'MG' ENTAO '1' SENAO '2' FIMSE",
    "DIFDIAS(ABERTO, '01/01/2026')", "SE NAO URGE ENTAO 1 FIMSE",
]  # fmt: skip


@pytest.mark.parametrize("text", TRUSTED)
@pytest.mark.parametrize("value", [12.5, Decimal("12.5"), "12,5", None])
@pytest.mark.parametrize("opened", [date(2026, 11, 24), "24/11/2026", datetime(2026, 11, 24, tzinfo=UTC)])
def test_what_hosts_give_stays_in_the_trusted_code(
    text: str, value: object, opened: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = {"VALOR": "numero", "DESCONTO": "numero", "ABERTO": "data", "FILIAL": "texto", "URGE": "logico"}
    rule = compiled(text, Schema(fields=kinds), "x")
    context = Context(fields={"VALOR": value, "DESCONTO": value, "ABERTO": opened, "FILIAL": None, "URGE": 1})
    expected = plain(rule, context, DEFAULT)

    def left(*_: object) -> Outcome:
        raise AssertionError("the checked way was taken")

    monkeypatch.setattr(Rule, "run_plain", left)
    assert rule.run(context) == expected


@pytest.mark.parametrize("value", GIVEN, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize("sign", ["=", "<>", "<", ">="])
@pytest.mark.parametrize("other", ["'24/11/2026'", "'00/00/0000'", "'01/01/0001'", "' '", "OUTRA", "TEXTO"])
def test_a_date_of_any_kind_gives_what_the_checked_way_gives(value: object, sign: str, other: str) -> None:
    rule = compiled(f"ABERTO {sign} {other}", Schema(fields={"ABERTO": "data", "OUTRA": "data", "TEXTO": "texto"}), "x")
    for another in (None, datetime(2026, 11, 24), "24/11/2026"):
        context = Context(fields={"ABERTO": value, "OUTRA": another, "TEXTO": "" if another is None else "01/02/2026"})
        assert repr(rule.run(context)) == repr(plain(rule, context, DEFAULT))


@pytest.mark.parametrize("value", GIVEN, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize(
    "text", ["F = 'x'", "F <> '24/11/2026'", "F = OUTRO", "F + 1", "F * 2", "CONCAT(F, 1)", "F > 3", "F - ABERTO", "F"]
)
def test_a_text_of_any_kind_gives_what_the_checked_way_gives(value: object, text: str) -> None:
    rule = compiled(text, Schema(fields={"F": "texto", "OUTRO": "texto", "ABERTO": "data"}), "x")
    context = Context(fields={"F": value, "OUTRO": None, "ABERTO": date(2026, 11, 24)})
    for _ in range(2):
        assert repr(rule.run(context)) == repr(plain(rule, context, DEFAULT))


LONG = Decimal("12345678901234567890123456789012345678901234567890.12345678901234567890123456789")


@pytest.mark.parametrize(
    "text",
    [
        "VALOR + 1", "-VALOR", "VALOR * 3", "FRAC(VALOR)", "FRAC(-VALOR)", "1 - VALOR", "VALOR / 7", "INT(VALOR) + FRAC(VALOR)",
        "ARREDONDA(VALOR, 3)", "RESTO(VALOR, 7)", "TEXTO + 1", "TEXTO * 2", "TEXTO - VALOR", "ABS(VALOR)", "MAX(VALOR, TEXTO)",
        "ABERTO + FRAC(VALOR)", "DECL X; SETVAR(X, VALOR); X + 1", "ATRIBUI('A', VALOR); MEMORIA('A') + 1", "0.1 + DIAS",
    ],
)  # fmt: skip
def test_long_numbers_are_exact_either_way(text: str) -> None:
    schema = Schema(fields={"VALOR": "numero", "TEXTO": "texto", "ABERTO": "data", "DIAS": "inteiro"})
    context = Context(fields={"VALOR": LONG, "TEXTO": str(LONG), "ABERTO": date(2026, 11, 24), "DIAS": 10**40})
    rule = compiled(text, schema, "x")
    found = rule.run(context)
    assert found.status == "ok"
    assert repr(found) == repr(plain(rule, context, DEFAULT))


@pytest.mark.parametrize("digits", [3_612, 3_613, 4_000, 4_001])
@pytest.mark.parametrize(
    "text", ["VALOR", "VALOR > 1", "VALOR <> 1", "SE 1 >= VALOR ENTAO 2 SENAO 3 FIMSE", "VALOR > 1 E VALOR < 99"]
)
def test_the_stated_digits_are_the_bound_whichever_way_a_formula_is_run(text: str, digits: int) -> None:
    rule = compiled(text, Schema(fields={"VALOR": "numero"}), "x")
    whole, nines = 10**digits - 1, (9,) * digits
    tenths = (Decimal((0, nines, -digits)), Decimal((1, nines, -digits)), Decimal(f"1E-{digits}"))
    for value in (whole, -whole, whole // 9, Decimal(whole), Decimal(-whole), Decimal(f"1E{digits - 1}"), *tenths):
        context = Context(fields={"VALOR": value})
        found = rule.run(context)
        assert repr(found) == repr(plain(rule, context, DEFAULT))
        assert found.status == ("ok" if digits <= 4_000 else "fault")
        assert [fault.code for fault in found.diagnostics] == ["valor-estranho"] * (digits > 4_000)
