"""What people type by mistake, as data and small pure helpers: operators and words of other languages, broken numbers,
texts without an end, accents (rules L5–L10, C6, O4).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

import attrs

from formula.messages import Message, message


@attrs.frozen
class Slip:
    """A wrong word and what stands for it while reading goes on. ``fix`` is what to write, None when unclear."""

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
    "&gt;": operator("texto-de-pagina", "COMPARISON", ">"),
    "&lt;": operator("texto-de-pagina", "COMPARISON", "<"),
    "&gt;=": operator("texto-de-pagina", "COMPARISON", ">="),
    "&lt;=": operator("texto-de-pagina", "COMPARISON", "<="),
    "&lt;&gt;": operator("texto-de-pagina", "COMPARISON", "<>"),
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

WORD_OPERATORS: Mapping[str, Slip] = {"MOD": REMAINDER, "DIV": DIVISION}
"""Words that stand between operands in other languages; in this one they are plain names elsewhere."""


@attrs.frozen
class Foreign:
    """A word of another language: the token types that stand for it, and what to do. ``fix`` replaces the word."""

    types: tuple[str, ...]
    hint: Message
    fix: str | None = None


def same(word: str) -> Foreign:
    """A word with a direct equivalent."""
    return Foreign((word,), message("escreva {certo}", certo=word), word)


NOTHING = Foreign((), message("não há NULL; compare com '' (texto), 0 (número) ou DATANULA (data)"), "''")
REPEATED = Foreign(("ATE", "HOLE"), message("REPITA termina em ATE e a condição que faz parar"))
NESTED = Foreign(("SENAO", "SE"), message("escreva SENAO SE … FIMSE FIMSE: cada SE tem o seu FIMSE"))
COUNTED = Foreign(("ENQUANTO",), message("não há PARA; use ENQUANTO … FACA … FIMENQ com uma variável que conta"))
SWITCH = Foreign((), message("não há CASO; use SE … ENTAO … SENAO SE … FIMSE FIMSE"))
LEAVE = Foreign((), message("um laço só termina pela sua condição, em ATE ou ENQUANTO"))
GIVE = Foreign((), message("o valor da fórmula é o da última expressão: escreva só a expressão"), "")

FOREIGN: Mapping[str, Foreign] = {
    **dict.fromkeys(("SENAOSE", "SENSE", "ELSEIF", "ELSIF", "ELIF"), NESTED),
    **dict.fromkeys(("PARA", "FOR", "PARACADA", "FOREACH"), COUNTED),
    **dict.fromkeys(("CASO", "CASE", "ESCOLHA", "SELECT", "SWITCH"), SWITCH),
    **dict.fromkeys(("SAIA", "SAIR", "PARE", "BREAK", "EXIT", "CONTINUE", "CONTINUA", "LOOP"), LEAVE),
    **dict.fromkeys(("RETORNE", "RETORNA", "RETORNAR", "RETORNO", "RETURN", "RESULT", "RESULTADO"), GIVE),
    **dict.fromkeys(("IF", "QUANDO", "SI"), same("SE")),
    **dict.fromkeys(("THEN",), same("ENTAO")),
    **dict.fromkeys(("ELSE",), same("SENAO")),
    **dict.fromkeys(("ENDIF", "END_IF", "END", "FIM_SE", "FIMIF", "FIM"), same("FIMSE")),
    **dict.fromkeys(("TRUE", "VERDADEIRO"), same("VERDADE")),
    **dict.fromkeys(("FALSE",), same("FALSO")),
    **dict.fromkeys(("NULL", "NULO", "NIL", "NONE", "NOTHING", "VAZIO", "EMPTY"), NOTHING),
    **dict.fromkeys(("FIMREPITA", "FIM_REPITA"), REPEATED),
    **dict.fromkeys(("WHILE",), same("ENQUANTO")),
    **dict.fromkeys(("DO",), same("FACA")),
    **dict.fromkeys(("ENDWHILE", "WEND", "FIM_ENQUANTO", "FIMPARA", "NEXT", "PROXIMO"), same("FIMENQ")),
    **dict.fromkeys(("REPEAT",), same("REPITA")),
    **dict.fromkeys(("UNTIL",), same("ATE")),
    **dict.fromkeys(("VAR", "DIM", "DECLARE", "DECLARA", "LET", "LOCAL"), same("DECL")),
    **dict.fromkeys(("AND",), same("E")),
    **dict.fromkeys(("OR",), same("OU")),
    **dict.fromkeys(("NOT",), same("NAO")),
}
"""Words of other languages (C6). They are names, so they are looked up only where the text cannot be read otherwise."""


LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјкморсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧορν",
    "ABESIJKMHOPCTYXaesijkmopcyxABEZHIKMNOPTYXopv",
)
"""Letters of other alphabets that look like Latin ones."""


def plain(word: str) -> str:
    """A word without accents, in Latin letters, and without anything that a name cannot hold (L10)."""
    spread = unicodedata.normalize("NFKD", word.translate(LOOKALIKES))
    return "".join(char for char in spread if char.isascii() and (char.isalnum() or char == "_"))


def mend_number(text: str) -> str | None:
    """What a malformed number most likely means: ``.5`` is 0.5, ``5.`` is 5, ``1e3`` is 1000; None when unclear."""
    if re.fullmatch(r"\.[0-9]+", text):
        return "0" + text
    if re.fullmatch(r"[0-9]+\.", text):
        return text[:-1]
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3}){2,}", text):
        return text.replace(".", "")
    if found := re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(?:L|f|F|º|ª)", text):
        return found[1]
    if re.fullmatch(r"[0-9]{1,3}(?:_[0-9]{3})+", text):
        return text.replace("_", "")
    if re.fullmatch(r"0[xX][0-9a-fA-F]{1,8}", text):
        return str(int(text, 16))
    if re.fullmatch(r"[0-9]+[O0-9]*O[O0-9]*", text):
        return text.replace("O", "0")
    if re.fullmatch(r"[0-9]*\.?[0-9]+[eE][0-9]{1,2}", text):
        try:
            return format(Decimal(text), "f")
        except InvalidOperation:
            return None
    return None


NO_HEAD: Mapping[str, tuple[str, Message]] = {
    "ENTAO": ("falta-entao", message("falta ENTAO depois da condição")),
    "FACA": ("falta-faca", message("falta FACA depois da condição")),
}
"""The fault of a condition that is not ended by its word."""
