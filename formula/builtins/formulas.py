"""FORMULA: the value of another formula, for codes that are no identifiers (F6)."""

from formula.builtins.table import function
from formula.context import Run
from formula.types import Anything, FormulaCode


@function(origin="extension", pure=False, examples=["FORMULA('LIMITE') -> 5000"])
def formula(run: Run, codigo: FormulaCode) -> Anything:
    """O valor de outra fórmula, dada pelo código."""
    return run.formula(codigo.strip())
