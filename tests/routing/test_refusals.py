"""Codes of faults in files, of refusals, failures and HTTP problems: each use has a row, and each row a use."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from kit.paths import ROOT

from formula.codes.table import TABLE as FORMULA_CODES
from routing.refusals import REFUSED, TABLE

PLACES = {"refuse": 1, "Reason": 0, "Denied": 1, "SiteCode": 0, "Problem": "code"}
"""Who takes a code, and as which argument."""


@lru_cache(maxsize=1)
def trees() -> dict[str, ast.Module]:
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "routing").rglob("*.py"))
        if path.name != "refusals.py"
    }


def texts(node: ast.AST) -> Iterator[str]:
    """The texts that an expression may be: its own, and those of both branches of a condition."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def codes(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = (
                node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
            )
            place = PLACES.get(name)
            if isinstance(place, int) and len(node.args) > place:
                yield from texts(node.args[place])
            yield from (code for one in node.keywords if name in PLACES and one.arg == "code" for code in texts(one.value))
        elif isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.Assign) and [getattr(one, "id", "") for one in line.targets] == ["code"]:
                    yield from texts(line.value)


def test_each_use_has_a_row() -> None:
    used = {code: place for place, tree in trees().items() for code in codes(tree)}
    assert len(used) > 100
    assert {code: place for code, place in used.items() if code not in {*REFUSED, *TABLE, *FORMULA_CODES}} == {}


def test_each_row_has_a_use() -> None:
    said = {
        node.value
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert sorted({*REFUSED, *TABLE} - said) == []


def test_no_code_has_two_rows() -> None:
    assert set(REFUSED) & set(TABLE) == set()
    assert set(REFUSED) & set(FORMULA_CODES) == set()
