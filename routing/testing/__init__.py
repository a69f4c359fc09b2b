"""Unit tests for rules: cases in TOML, a pytest plugin, coverage, mutants, proposals of cases.

``from routing.testing import formula_case, site, ticket, desk`` gives pytest fixtures; :mod:`routing.testing.strategies`
has Hypothesis strategies. Importing this package loads none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from routing.testing.cases import read_cases
    from routing.testing.checking import check_cases
    from routing.testing.fixtures import desk, formula_case, repasse_workspace, site, ticket
    from routing.testing.run import run_case
    from routing.testing.strategies import contexts, tickets

__all__ = [
    "check_cases", "contexts", "desk", "formula_case", "read_cases", "repasse_workspace", "run_case", "site", "ticket",
    "tickets",
]  # fmt: skip

HOMES = {
    "check_cases": "checking", "read_cases": "cases", "run_case": "run", "formula_case": "fixtures",
    "repasse_workspace": "fixtures", "site": "fixtures", "ticket": "fixtures", "desk": "fixtures", "contexts": "strategies",
    "tickets": "strategies",
}  # fmt: skip

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Load a public name; afterwards it is an ordinary attribute."""
        if name not in HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        found = globals()[name] = getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
        return found


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
