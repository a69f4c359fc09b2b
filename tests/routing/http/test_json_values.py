"""Values that JSON has not, in the tables of a context."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formula.values import as_json
from routing.http.json_values import plain_tables
from routing.workspace.contexts import ContextFault, context_of


@given(
    st.one_of(
        st.none(),
        st.booleans(),
        st.text(),
        st.integers(),
        st.decimals(allow_nan=False, allow_infinity=False, places=5),
        st.datetimes(min_value=datetime(1000, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
    )
)
def test_a_value_of_an_answer_can_be_sent_back(value: object) -> None:
    sent = {"campos": {"A": as_json(value)}, "sql": {"S": {"linhas": [{"B": as_json(value)}]}}}
    read = plain_tables(sent)
    for got in (read["campos"]["A"], read["sql"]["S"]["linhas"][0]["B"]):
        assert as_json(got) == as_json(value)


def test_dates_and_times_are_dates() -> None:
    tables = {
        "parametros": {"DIA": {"kind": "data", "value": "2026-11-24"}},
        "memorias": {"HORA": {"kind": "data", "value": "2026-11-24T10:30:00"}},
        "funcoes": {"RC": {"kind": "numero", "value": "12.50"}},
    }
    context = context_of(plain_tables(tables)).context
    assert context.parameters["DIA"] == date(2026, 11, 24)
    assert context.memories["HORA"] == datetime(2026, 11, 24, 10, 30)
    assert context.functions["RC"] == Decimal("12.50")


def test_fields_that_are_called_like_the_members_of_a_value_are_fields() -> None:
    tables = {"campos": {"kind": "data", "value": "2026-11-24"}}
    assert plain_tables(tables) == tables


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "data", "value": "ontem"},
        {"kind": "data", "value": 20261124},
        {"kind": "data", "value": "2026-02-30"},
        {"kind": "hora", "value": "10:00"},
        {"kind": [], "value": "10:00"},
        {"kind": "numero", "value": "NaN"},
        {"kind": "numero", "value": "1E999999999"},
        {"kind": "numero", "value": []},
        {"kind": "texto", "value": 1},
        {"kind": "logico", "value": "true"},
        {"kind": "vazio", "value": ""},
        {"kind": "data"},
        {"kind": "data", "value": "2026-11-24", "zona": "Z"},
        {},
        [],
    ],
)
def test_what_is_no_value_is_refused_by_the_reader_of_contexts(wrong: object) -> None:
    with pytest.raises(ContextFault) as caught:
        context_of(plain_tables({"campos": {"A": wrong}}))
    assert [fault.code for fault in caught.value.diagnostics] == ["valor-invalido"]


@pytest.mark.parametrize("tables", [{"campos": []}, {"sql": []}, {"sql": {"S": []}}, {"sql": {"S": {"linhas": [1]}}}])
def test_tables_of_another_shape_are_left_to_the_reader(tables: dict) -> None:
    assert plain_tables(tables) == tables
