"""What people type by mistake, as data and small pure helpers: operators and words of other languages, broken numbers,
texts without an end, accents (rules L5–L10, C6, O4)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

import attrs

from formula.messages import Message, message


@attrs.frozen
class Slip:
    """A wrong word and what stands for it while reading goes on. ``fix`` is what to write, None when it takes thought."""

    code: str
    type: str
    text: str
    hint: Message
    fix: str | None = None


def operator(code: str, kind: str, right: str) -> Slip:
    """An operator that has a direct equivalent."""
    return Slip(code, kind, right, message("escreva {certo}", certo=right), right)


AND = Slip("e-comercial", "E", "E", message("escreva E para 'as duas condições'; para juntar textos use CONCAT"), " E ")
OR = Slip("barra-vertical", "OU", "OU", message("escreva OU"), " OU ")
POWER = Slip("potencia", "FACTOR", "*", message("não há potência; multiplique: 2 * 2 * 2"))
REMAINDER = Slip("resto", "FACTOR", "*", message("o resto de A por B é A - INT(A / B) * B"))
DIVISION = Slip("resto", "FACTOR", "/", message("a divisão inteira de A por B é INT(A / B)"))

OPERATORS: Mapping[str, Slip] = {
    "==": operator("igual-duplo", "COMPARISON", "="),
    "!=": operator("diferente-errado", "COMPARISON", "<>"),
    "≠": operator("diferente-errado", "COMPARISON", "<>"),
    "=>": operator("comparacao-trocada", "COMPARISON", ">="),
    "=<": operator("comparacao-trocada", "COMPARISON", "<="),
    "≥": operator("sinal-tipografico", "COMPARISON", ">="),
    "≤": operator("sinal-tipografico", "COMPARISON", "<="),
    "×": operator("sinal-tipografico", "FACTOR", "*"),
    "÷": operator("sinal-tipografico", "FACTOR", "/"),
    "−": operator("sinal-tipografico", "SIGN", "-"),
    "–": operator("sinal-tipografico", "SIGN", "-"),
    "—": operator("sinal-tipografico", "SIGN", "-"),
    "&": AND,
    "&&": AND,
    "|": OR,
    "||": OR,
    "^": POWER,
    "**": POWER,
    "%": REMAINDER,
    "!": Slip("exclamacao", "NAO", "NAO", message("escreva NAO"), "NAO "),
}
"""Wrong operators. ``:=`` is apart, because the whole statement changes."""

WORD_OPERATORS: Mapping[str, Slip] = {
    "MOD": REMAINDER,
    "DIV": DIVISION,
    "AND": Slip("palavra-de-outra-linguagem", "E", "E", message("escreva E"), "E"),
    "OR": Slip("palavra-de-outra-linguagem", "OU", "OU", message("escreva OU"), "OU"),
    "XOR": Slip("palavra-de-outra-linguagem", "OU", "OU", message("não há XOR; compare as duas condições com <>")),
}
"""Words that stand between operands in other languages; in this one they are plain names elsewhere."""


def plain(word: str) -> str:
    """A word without accents and without anything that a name cannot hold (L10)."""
    spread = unicodedata.normalize("NFKD", word)
    return "".join(char for char in spread if char.isascii() and (char.isalnum() or char == "_"))


def mend_number(text: str) -> str | None:
    """What a malformed number most likely means: ``.5`` is 0.5, ``5.`` is 5, ``1e3`` is 1000; None when unclear."""
    if re.fullmatch(r"\.[0-9]+", text):
        return "0" + text
    if re.fullmatch(r"[0-9]+\.", text):
        return text[:-1]
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3}){2,}", text):
        return text.replace(".", "")
    if re.fullmatch(r"[0-9]*\.?[0-9]+[eE][0-9]{1,2}", text):
        try:
            return format(Decimal(text), "f")
        except InvalidOperation:
            return None
    return None


CUT = re.compile(r"[;)]|\s(?:ENTAO|FACA|SENAO|FIMSE)\b|,\s*['\"]", re.IGNORECASE)
"""Where the code most likely goes on after a text whose end is missing."""


def cut_open_text(text: str) -> int:
    """How much of a broken text (with its opening sign) belongs to the text."""
    found = CUT.search(text, 1)
    end = found.start() if found else len(text)
    return len(text[:end].rstrip()) or 1
