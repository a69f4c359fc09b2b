"""Typing slips applied to valid formulas: one slip each, with its line and what a helpful answer names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import attrs
from kit.paths import TESTS

VALID = TESTS / "formula" / "valid_formulas.txt"


@attrs.frozen
class Mutant:
    """A formula with one slip. ``line`` is where it was made, ``cure`` a pattern that a mending hint or fix contains."""

    formula: str
    slip: str
    text: str
    original: str
    line: int
    cure: str


def valid_formulas() -> dict[str, str]:
    """Name and text of each valid formula."""
    parts = re.split(r"^=== (\w+)\n", VALID.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: text.rstrip("\n") for name, text in zip(parts[1::2], parts[2::2], strict=True)}


Edit = tuple[int, int, str, str]
"""From offset, to offset, new text, cure."""

Slip = Callable[[str], Iterator[Edit]]


def replace(pattern: str, new: str, cure: str) -> Slip:
    """A slip that replaces what a pattern finds; ``new`` may use groups."""

    def edits(text: str) -> Iterator[Edit]:
        for found in re.finditer(pattern, text, flags=re.MULTILINE):
            yield found.start(), found.end(), found.expand(new), found.expand(cure)

    return edits


def swapped(word: str) -> str:
    """A word with two inner letters changed over, as fast typing does."""
    for at in range(len(word) // 2, len(word) - 1):
        if word[at] != word[at + 1]:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word + word[-1]


def misspelt(pattern: str) -> Slip:
    """A word with swapped letters."""

    def edits(text: str) -> Iterator[Edit]:
        for found in re.finditer(pattern, text):
            yield found.start(), found.end(), swapped(found[0]), re.escape(found[0])

    return edits


def quote_dropped(which: int) -> Slip:
    """The opening (0) or closing (1) quote of a text is missing."""

    def edits(text: str) -> Iterator[Edit]:
        for found in re.finditer(r"'[^'\n]*'", text):
            at = found.start() if which == 0 else found.end() - 1
            yield at, at + 1, "", "'"

    return edits


SLIPS: dict[str, Slip] = {
    "semicolon missing": replace(r"\);(?=\n *(?:SETVAR\b|SE\b|'|[A-Z]\w*\())", ")", ";"),
    "FIMSE missing": replace(r"^ *FIMSE;?\n?", "", "FIMSE"),
    "FIMENQ missing": replace(r"^ *FIMENQ;?\n", "", "FIMENQ"),
    "ENTAO missing": replace(r" ENTAO$", "", "ENTAO"),
    "closing quote missing": quote_dropped(1),
    "opening quote missing": quote_dropped(0),
    "decimal comma": replace(r"(\d+)\.(\d+)", r"\1,\2", r"ponto|\1\\.\2"),
    "variable misspelt": misspelt(r"(?<=SETVAR\()[A-Z]{4,}\b"),
    "variable misspelt where read": misspelt(r"(?<=, )(?:VALOR|TOTAL|SALDO|BRUTO|AVISO|JUROS|TEXTO|LIMITE)\b(?= [-+*])"),
    "function misspelt": misspelt(r"\b(?:PARAMETROATENDIMENTO|CONCAT|ARREDONDA|DIFDIAS|SUBSTR|ADICIONARDISCUSSAO)(?=\()"),
    "keyword misspelt": misspelt(r"\b(?:ENTAO|SENAO|FIMSE|SETVAR|REPITA|ENQUANTO|DECL|FIMENQ|FACA)\b"),
    "argument missing": replace(r"\b(ARREDONDA|SUBSTR|MTDATA|DIFDIAS)\(([^(),]+), [^()]+\)", r"\1(\2)", "faltam"),
    "argument too many": replace(r"\b(TRIM|TAMANHO|MESDT|ANODT|ARRED|ABS)\(([^()]+)\)", r"\1(\2, 1)", "tire"),
    "arguments swapped": replace(
        r"\b(DIASEMANA|PARAMETROATENDIMENTO|CANCELARATENDIMENTO)\(([^(),]+), ('[^']*')\)", r"\1(\3, \2)", r"."
    ),
    "double equals": replace(r"(?<=[\w)]) = (?=')", " == ", "="),
    "not equal of C": replace(r" <> ", " != ", "<>"),
    "ampersand": replace(r" E (?=[A-Z])", " & ", r"\bE\b"),
    "double bar": replace(r" OU ", " || ", "OU"),
    "colon equals": replace(r"SETVAR\((\w+), ('[^']*'|\d+)\)", r"\1 := \2", "SETVAR"),
    "line comment": replace(r"/\* ([^*\n]*) \*/$", r"// \1", r"/\*"),
    "bracket missing": replace(r"\)\);", ");", r"\)"),
    "bracket too many": replace(r"\)\);", ")));", r"\)"),
    "comma missing": replace(r"(?<=SETVAR\()(\w+), ", r"\1 ", ","),
    "DECL missing": replace(r"^DECL (\w+);\n", "", r"DECL"),
    "arrow of another order": replace(r" >= ", " => ", ">="),
    "accent in a name": replace(r"(?<=SETVAR\()MEDIA|(?<=SETVAR\()DESTINO|(?<=SETVAR\()FAIXA", "AÇÃO", "ACAO"),
    "semicolon for comma": replace(r"(\w+\(\w+), (\d+)\)", r"\1; \2)", r","),
}


def mutants(most: int = 2) -> Iterator[Mutant]:
    """At most ``most`` mutants of each formula and slip, spread over the places where the slip can be made."""
    for name, text in valid_formulas().items():
        for slip, edits in SLIPS.items():
            found = list(edits(text))
            for start, end, new, cure in found[:: max(1, len(found) // most)][:most]:
                changed = text[:start] + new + text[end:]
                line = text.count("\n", 0, start) + 1
                yield Mutant(name, slip, changed, text, line, cure)
