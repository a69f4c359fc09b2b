"""The formula language of TOTVS RM as its ticketing module uses it: check, compile, run.

Everything is pure: no clock, file or network; time and data arrive in the :class:`Context`.
"""

from formula.context import Context
from formula.diagnostics import Diagnostic, FormulaError
from formula.engine import Rule, check, compile  # noqa: A004 - the contract's names
from formula.outcome import Outcome
from formula.runtime.limits import Limits
from formula.schema import Schema

__all__ = ["Context", "Diagnostic", "FormulaError", "Limits", "Outcome", "Rule", "Schema", "check", "compile"]
