"""Memories: named values shared by the formulas of one run (V8)."""

from formula.builtins.table import function
from formula.context import Run
from formula.names import name_key
from formula.types import Anything, Text


@function(origin="published", pure=False, aliases=["SETMEMORIA"], examples=["ATRIBUI('TOTAL', 12) -> 12"])
def atribui(run: Run, memoria: Text, valor: Anything) -> Anything:
    """Guarda um valor numa memória, que todas as fórmulas da mesma execução enxergam; devolve o valor."""
    run.memories[name_key(memoria)] = valor
    return valor


@function(origin="published", pure=False, aliases=["GETMEMORIA"], examples=["MEMORIA('NUNCA_USADA') -> "])
def memoria(run: Run, memoria: Text) -> Anything:
    """O valor de uma memória; Vazio enquanto ninguém a atribuiu."""
    return run.memories.get(name_key(memoria))
