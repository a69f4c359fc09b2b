"""The corpus through the engine, and that no rule is without a case."""

from __future__ import annotations

import pytest
from kit.corpus import CORPUS, RULES, Case, cases, seen_by_engine, update

CASES = cases()


@pytest.fixture(scope="module", autouse=True)
def updated(request: pytest.FixtureRequest) -> None:
    """With ``--update``: write what the engine does, before comparing."""
    if request.config.getoption("--update"):
        for path in sorted(CORPUS.glob("*.toml")):
            update(path)


@pytest.mark.parametrize("case", CASES, ids=[f"{case.file[:-5]}: {case.name}" for case in CASES])
def test_case(case: Case, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update"):
        pytest.skip("expectations are being rewritten")
    assert seen_by_engine(case) == case.expected


def test_every_rule_has_a_case() -> None:
    named = {rule for case in CASES for rule in case.rules}
    assert set(RULES) - named == set()


def test_names_are_unique() -> None:
    names = [(case.file, case.name) for case in CASES]
    assert len(set(names)) == len(names)
