"""Unit tests for rules: cases in TOML, a pytest plugin, coverage, mutants, proposals of cases.

``from routing.testing import formula_case, site, ticket, desk`` gives pytest fixtures; :mod:`routing.testing.strategies`
has Hypothesis strategies. Importing this package loads none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

PLACES = {
    "check_cases": "routing.testing.checking",
    "read_cases": "routing.testing.cases",
    "run_case": "routing.testing.run",
    "formula_case": "routing.testing.fixtures",
    "repasse_workspace": "routing.testing.fixtures",
    "site": "routing.testing.fixtures",
    "ticket": "routing.testing.fixtures",
    "desk": "routing.testing.fixtures",
    "contexts": "routing.testing.strategies",
    "tickets": "routing.testing.strategies",
}

__all__ = [
    "check_cases", "contexts", "desk", "formula_case", "read_cases", "repasse_workspace", "run_case", "site", "ticket",
    "tickets",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load a public name where it lives, on first use."""
    if name not in PLACES:
        raise AttributeError(f"module 'routing.testing' has no attribute {name!r}")
    return getattr(import_module(PLACES[name]), name)
