"""Every use of a gate has a row, every row a use, and the page shows the rows."""

from __future__ import annotations

import ast

from kit.paths import ROOT

from routing.domain.gates import BY_ID, GATES


def used() -> set[str]:
    """Ids that stand as texts in the code."""
    found = set()
    for path in (ROOT / "routing").rglob("*.py"):
        if path != ROOT / "routing" / "domain" / "gates.py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and node.value[:1] == "G"
                    and node.value[1:].isdigit()
                ):
                    found.add(node.value)
    return found


def test_every_use_has_a_row_and_every_row_a_use() -> None:
    assert used() == BY_ID.keys()


def test_rows_stand_in_their_order() -> None:
    assert [gate.id for gate in GATES] == [f"G{number}" for number in range(1, len(GATES) + 1)]


def test_the_page_shows_the_rows() -> None:
    page = (ROOT / "docs" / "routing.md").read_text(encoding="utf-8").splitlines()
    shown = [line for line in page if line.startswith("| G")]
    assert shown == [f"| {gate.id} | {gate.name} | {gate.refuses} |" for gate in GATES]
