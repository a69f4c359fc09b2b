"""Numbers in words: ``mil``, ``cinco mil``, ``um milhão`` (L8 wants digits)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SMALL: Mapping[str, int] = {
    "UM": 1, "UMA": 1, "DOIS": 2, "DUAS": 2, "TRES": 3, "QUATRO": 4, "CINCO": 5, "SEIS": 6, "SETE": 7, "OITO": 8, "NOVE": 9,
    "DEZ": 10, "ONZE": 11, "DOZE": 12, "TREZE": 13, "CATORZE": 14, "QUATORZE": 14, "QUINZE": 15, "DEZESSEIS": 16,
    "DEZESSETE": 17, "DEZOITO": 18, "DEZENOVE": 19, "VINTE": 20, "TRINTA": 30, "QUARENTA": 40, "CINQUENTA": 50,
    "SESSENTA": 60, "SETENTA": 70, "OITENTA": 80, "NOVENTA": 90, "CEM": 100, "CENTO": 100, "DUZENTOS": 200,
    "TREZENTOS": 300, "QUATROCENTOS": 400, "QUINHENTOS": 500, "SEISCENTOS": 600, "SETECENTOS": 700, "OITOCENTOS": 800,
    "NOVECENTOS": 900,
}  # fmt: skip
GREAT: Mapping[str, int] = {"MIL": 1_000, "MILHAO": 1_000_000, "MILHOES": 1_000_000}


CURRENCIES = frozenset({"REAL", "REAIS", "DOLAR", "DOLARES", "EURO", "EUROS"})


def number_in_words(words: Sequence[str]) -> int | None:
    """The number that some words say, in capitals and without accents; None when they say none."""
    total = part = 0
    if len(words) > 1 and words[-1] in CURRENCIES:
        words = words[:-1]
    for word in words:
        if word in SMALL:
            part += SMALL[word]
        elif word in GREAT:
            total, part = total + (part or 1) * GREAT[word], 0
        else:
            return None
    return total + part if words else None
