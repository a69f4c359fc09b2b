"""The debugging aid of the seed (S:88-90)."""

from formula.builtins.table import TAA, function
from formula.diagnostics import Stop
from formula.types import Anything, Nothing
from formula.values import display, to_text

MISSING = object()
"""Stands for an argument that was not given: Vazio is one that was."""


@function(
    origin="seed",
    contexts=[TAA],
    pure=False,
    never_returns=True,
    examples=["ANALISAR('85', '27', '61', '49') -> 85 27 61 49"],
)
def analisar(
    texto1: Anything,
    texto2: Anything = MISSING,
    texto3: Anything = MISSING,
    texto4: Anything = MISSING,
) -> Nothing:
    """Interrompe a fórmula e mostra quatro textos separados por um branco; nada do que a fórmula pediu é feito.

    Um valor lógico aparece como VERDADE ou FALSO; no RM os quatro são textos.
    """
    given = [value for value in (texto1, texto2, texto3, texto4) if value is not MISSING]
    raise Stop(" ".join(display(value) if isinstance(value, bool) else to_text(value) for value in given))
