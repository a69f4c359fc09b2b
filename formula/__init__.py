"""The formula language of TOTVS RM as its ticketing module uses it: check, compile, run.

Everything is pure: no clock, file or network; time and data arrive in the :class:`Context`. The names below load the
engine when first asked for, so that a sentence or a diagnostic can be had without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from formula.context import Context
    from formula.diagnostics import Diagnostic, FormulaError
    from formula.engine import Rule, check, compile  # noqa: A004 - the contract's names
    from formula.limits import Limits
    from formula.outcome import Outcome
    from formula.schema import Schema
    from formula.working_calendar import WorkingCalendar

__all__ = ["Context", "Diagnostic", "FormulaError", "Limits", "Outcome", "Rule", "Schema", "WorkingCalendar", "check", "compile"]

HOMES = {
    "Context": "context", "Diagnostic": "diagnostics", "FormulaError": "diagnostics", "Limits": "limits",
    "Outcome": "outcome", "Rule": "engine", "Schema": "schema", "WorkingCalendar": "working_calendar",
    "check": "engine", "compile": "engine",
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
