"""The debugging aid of the seed (S:88-90)."""

from formula.builtins.table import TAA, function
from formula.diagnostics import Stop
from formula.types import Nothing, Text


@function(
    origin="seed",
    contexts=[TAA],
    pure=False,
    never_returns=True,
    examples=["ANALISAR('85', '27', '61', '49') -> 85 27 61 49"],
)
def analisar(
    texto1: Text,
    texto2: Text = None,  # type: ignore[assignment]
    texto3: Text = None,  # type: ignore[assignment]
    texto4: Text = None,  # type: ignore[assignment]
) -> Nothing:
    """Interrompe a fórmula e mostra quatro textos separados por um branco; nada do que a fórmula pediu é feito."""
    raise Stop(" ".join(text for text in (texto1, texto2, texto3, texto4) if text is not None))
