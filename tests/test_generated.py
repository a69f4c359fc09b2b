"""Generated pages and tables are those of the code."""

from __future__ import annotations

import io
from pkgutil import get_data

import pytest
from kit.generated import DOCS, PAGES
from lark import Lark

from formula.parser import fingerprint, make_grammar


@pytest.mark.parametrize("name", PAGES)
def test_page(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name]()


def test_the_saved_table_belongs_to_the_grammar() -> None:
    stamp, _, table = (get_data("formula.parser", "grammar.bin") or b"").partition(b"\n")
    assert stamp == fingerprint()
    saved, fresh = Lark.load(io.BytesIO(table)), make_grammar()
    assert {rule.alias for rule in saved.rules} == {rule.alias for rule in fresh.rules}
    assert [terminal.name for terminal in saved.terminals] == [terminal.name for terminal in fresh.terminals]
