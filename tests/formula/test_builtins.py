"""Every built-in function: the examples of its row, and a table of single calls whose results follow from a rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from kit.demonstration import demonstration, example, run, shown
from kit.paths import ROOT

from formula.builtins import TABLE
from formula.builtins.page import page
from formula.builtins.table import ORIGINS, Example, Function
from formula.host import MISSING, find
from formula.other_modules import MODULES

ROWS = list({id(row): row for row in TABLE.values()}.values())
EXAMPLES = [(row, one) for row in ROWS for one in row.examples]
CONFORMANCE = [
    line.split("\t") for line in Path(__file__).with_name("conformance.tsv").read_text(encoding="utf-8").splitlines()[1:]
]


@pytest.mark.parametrize(("row", "one"), EXAMPLES, ids=[one.call for _, one in EXAMPLES])
def test_an_example_shows_what_its_row_says(row: Function, one: Example) -> None:
    assert example(row, one.call) == one.shown


@pytest.mark.parametrize(("call", "result", "source"), CONFORMANCE, ids=[row[0] for row in CONFORMANCE])
def test_conformance(call: str, result: str, source: str) -> None:
    assert source
    assert shown(run(call)) == result


def test_conformance_covers_every_row_with_at_least_150_calls() -> None:
    calls = " ".join(call for call, _, _ in CONFORMANCE).upper()
    assert [row.name for row in ROWS if row.name not in calls] == []
    assert len(CONFORMANCE) >= 150


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_is_complete(row: Function) -> None:
    assert row.help.endswith(".")
    assert row.examples
    assert row.origin in ORIGINS
    assert row.contexts


def test_no_function_of_another_module_is_ours() -> None:
    assert sorted(set(TABLE) & set(MODULES)) == []


def test_aliases_reach_the_same_row() -> None:
    assert [TABLE[alias] for alias in ("PINT", "PFRAC", "SETMEMORIA", "GETMEMORIA")] == [
        TABLE[name] for name in ("INT", "FRAC", "ATRIBUI", "MEMORIA")
    ]


def test_the_demonstration_has_the_standard_fields_it_names() -> None:
    assert find(demonstration().fields, "PRIORIDADE") == "Urgente"
    assert find(demonstration().fields, "SOLUCAO") is MISSING


DOCS = ROOT / "docs"


@pytest.mark.parametrize(("file", "language"), [("functions.md", "pt"), ("functions.en.md", "en")])
def test_the_page_of_functions_is_current(file: str, language: str) -> None:
    assert (DOCS / file).read_text(encoding="utf-8") == page(language)


def test_the_english_page_has_no_portuguese_left() -> None:
    portuguese = {row.help.text("pt") for row in ROWS}
    assert [line for line in page("en").splitlines() if line in portuguese] == []
