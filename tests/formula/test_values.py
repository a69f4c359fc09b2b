"""Readings of texts as values (T6)."""

from __future__ import annotations

import pytest

import formula
from formula.values import ambiguous_thousands, other_form


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("25.000", ("25", "25000")),
        (" 1.500 ", ("1.5", "1500")),
        ("-10.000", ("-10", "-10000")),
        ("999.999", ("999.999", "999999")),
        ("0.500", None),
        ("1200.500", None),
        ("12.50", None),
        ("1.000.000", None),
        ("1.000,00", None),
        ("25000", None),
        ("", None),
    ],
)
def test_a_text_that_may_be_thousands_or_thousandths(text: str, readings: tuple[str, str] | None) -> None:
    """Both readings, only when people differ."""
    assert ambiguous_thousands(text) == readings


CONTEXT = formula.Context(
    fields={"X": "25.000"},
    parameters={"V": "25.000"},
    formulas={"F": "PARAMETROATENDIMENTO('V') * 2"},
)
READ_AS_A_NUMBER = [
    "X > 5", "5 > X", "X = 25", "PARAMETROATENDIMENTO('V') + 1", "ABS(X)", "DECL A; SETVAR(A, '25.000'); A + 1", "FORMULA('F') + 1",
    "CONCAT('25', '.000') * 0.1", "CONCAT('25', '.000') / 2", "-CONCAT('25', '.000')", "CONCAT('25', '.000') - 1",
    "SUBSTR('abc', CONCAT('25', '.000'), 1)", "MAX(X, 3)", "SE CONCAT('25', '.000') >= 3 ENTAO 1 FIMSE", "DATANULA + X",
]  # fmt: skip


@pytest.mark.parametrize("text", READ_AS_A_NUMBER)
def test_a_run_says_how_it_read_a_text_with_two_readings(text: str) -> None:
    rule = formula.compile(text, formula.Schema.of(CONTEXT))
    for _ in range(3):  # every run anew, whatever was read before
        outcome = rule.run(CONTEXT)
        (told,) = outcome.diagnostics
        assert (outcome.status, told.code, told.severity) == ("ok", "texto-ambiguo", "warning")
    assert "foi lido como 25;" in told.message
    assert rule.record(CONTEXT).outcome == outcome == rule.run(CONTEXT)


@pytest.mark.parametrize("text", ["X = '25.000'", "CONCAT(X, '')", "X", "'12.50' + 0"])
def test_a_text_that_stays_a_text_needs_no_warning(text: str) -> None:
    assert formula.compile(text, formula.Schema.of(CONTEXT)).run(CONTEXT).diagnostics == ()


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("NIVELACESSO > 10.000", "10000"),
        ("NIVELACESSO > '10.000'", "'10000'"),
        ("NIVELACESSO > 1.125", None),
    ],
)
def test_thousands_with_a_point_in_source(text: str, fix: str | None) -> None:
    (found,) = formula.check(text)
    assert found.code == "milhar-duvidoso"
    assert (None if found.fix is None else found.fix.text) == fix


@pytest.mark.parametrize("text", ["NIVELACESSO > 0.125", "NIVELACESSO > 1200.500", "NIVELACESSO * 1.125", "ARREDONDA(24.336, 2)"])
def test_nobody_reads_these_as_thousands(text: str) -> None:
    assert formula.check(text) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ANALISAR(85, 27.5, '', 1 = 1)", "85 27.5  VERDADE"),
        ("DECL A; SETVAR(A, 1 = 2); ANALISAR(A, '', 'b', '')", "FALSO  b "),
        ("DECL A; ANALISAR(A, '', 'b', '')", "  b "),
    ],
)
def test_analisar_takes_logicals(text: str, told: str) -> None:
    assert formula.compile(text).run(CONTEXT).message == told


OTHER_FORMS = {
    "1.000,50": "1000,50", "1,000.50": "1000,50", "R$ 1.500,00": "1500,00", "1.500.000": "1500000", "-1.000,5": "-1000,5",
    "1 000 000,5": "1000000,5", "5 dias": "5", "2026-11-24": "24/11/2026", "2026-11-24T10:00:00": "24/11/2026 10:00:00",
    "1/1/26": "01/01/2026", "24.11.2026": "24/11/2026", "24-11-2026": "24/11/2026", "2026/11/24": "24/11/2026",
}  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), OTHER_FORMS.items(), ids=OTHER_FORMS)
def test_a_number_or_date_in_another_form_is_told_the_form_that_works(written: str, meant: str) -> None:
    """In the text itself, at run time, and as an argument; what the hint says runs."""
    schema = formula.Schema(fields={"X": "texto"})
    (told,) = [one for one in formula.check(f"'{written}' + 1", schema) if one.severity == "error"]
    assert f"'{meant}'" in str(told.hint)
    assert formula.compile(f"'{meant}' + 1", schema).run(formula.Context(fields={"X": ""})).status == "ok"
    (fault,) = formula.compile("X + 1", schema).run(formula.Context(fields={"X": written})).diagnostics
    assert f"'{meant}'" in str(fault.hint)


@pytest.mark.parametrize(("written", "meant"), OTHER_FORMS.items(), ids=OTHER_FORMS)
def test_where_only_a_number_will_do_no_date_is_proposed(written: str, meant: str) -> None:
    """What a hint says to write runs in the same place, in the text itself and at run time."""
    schema = formula.Schema(fields={"X": "texto"})
    is_number = "/" not in meant
    for call in ("ABS({})", "{} * 2", "2 / {}", "-{}", "{} > 5"):
        told = [one for one in formula.check(call.format(f"'{written}'"), schema) if one.severity == "error"]
        rule = formula.compile(call.format("X"), schema)
        for fault in (*told, *rule.run(formula.Context(fields={"X": written})).diagnostics):
            assert ("se escreve assim" in str(fault.hint)) is is_number, (call, fault)
        if is_number:
            mended = formula.compile(call.format(f"'{meant}'"), schema).run(formula.Context(fields={"X": ""}))
            assert mended.status == "ok", call


@pytest.mark.parametrize(
    "written",
    ["abc", "12 34", "01.02.03", "1,2,3", "30/02/2026", "24/13/2026", "10%", "1e5", "1.0000,5", "1.234,567.89", "1,234,5"],
)
def test_what_can_be_read_in_several_ways_gets_no_proposal(written: str) -> None:
    assert other_form(written) is None


@pytest.mark.parametrize(
    "text", ["DIFDIAS('2026-01-01', HOJE)", "'2026-01-01' > HOJE", "DECL A; SETVAR(A, CONCAT('2026', '-01-01')); DIFDIAS(A, HOJE)"]
)
def test_a_date_in_another_form_is_told_where_a_date_is_wanted(text: str) -> None:
    from datetime import datetime

    found = list(formula.check(text)) or list(formula.compile(text).run(formula.Context(now=datetime(2026, 11, 24))).diagnostics)
    assert [str(one.hint) for one in found if one.severity == "error"] == ["uma data se escreve assim: '01/01/2026'"]
