"""Comments, blocks and signs of other languages, and characters that nobody sees or that look like others (L5, L8, L11, O4)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal

from formula.fields import STANDARD_FIELDS
from formula.mending.pasted_parts import OPERAND_WANTED, Change, Found, Slip, before, code_points, once, span_of
from formula.messages import message
from formula.reading import choices
from formula.source import Source, Span
from formula.values import number_text

OPERATOR_BEFORE = re.compile(r"[\w)]\s*\Z")
STATEMENT_BEGINS = frozenset({"", ";", "ENTAO", "ENTÃO", "SENAO", "SENÃO", "FACA", "FAÇA", "THEN", "ELSE", "DO", "REPITA"})
OPERAND_ALONE = re.compile(
    r"--[ \t]*[\w.]+(?:\([^()]*\))?[ \t]*(?:[;)+*/<>=-].*|(?:E|OU|ENT[AÃ]O|SEN[AÃ]O|FIMSE|FA[CÇ]A|AT[EÉ])\b.*)?", re.IGNORECASE
)


def as_comment(span: Span, inside: str, sign: str) -> Slip:
    """A comment of another language."""
    better = f"/* {inside.replace('*/', '* /').strip()} */"
    text = message("{sinal} não abre comentário nesta linguagem", sinal=sign)
    return once(span, "", "comentario-de-linha", text, message("escreva o comentário entre /* e */"), better, anyway=True)


def dashes(source: Source, found: Found) -> Iterator[Slip]:
    """``-- comment`` of SQL. Two signs before an operand, after another operand, stay a difference: ``A --1``."""
    last = before(source, found.start())
    operand = last.isidentifier() or last.isdigit() or last == ")"
    ended = last in STATEMENT_BEGINS or last in {"FIMSE", "FIMENQ", "FIMENQUANTO"}
    if (not operand or ended) and not (last in {"'", '"', ")"} or ended) and OPERAND_ALONE.fullmatch(found[0]):
        return
    if operand and not ended and OPERAND_ALONE.fullmatch(found[0]):
        return
    yield as_comment(span_of(found), found[0].lstrip("-"), "--")


def hash_comment(_: Source, found: Found) -> Iterator[Slip]:
    """``# comment``."""
    if re.search(r"[^\W\d_]", found[0]):
        yield as_comment(span_of(found), found[0].lstrip("#"), "#")


def page_comment(source: Source, found: Found) -> Iterator[Slip]:
    """``<!-- comment -->``."""
    yield from enclosed(source, found, "-->")


def enclosed(source: Source, found: Found, end: str) -> Iterator[Slip]:
    """A comment of another language with a sign at its end, if the end comes."""
    stop = source.text.find(end, found.end())
    if stop >= 0:
        yield as_comment(Span(found.start(), stop + len(end)), source.text[found.end() : stop], found[0])


def basic_comment(source: Source, found: Found) -> Iterator[Slip]:
    """``' comment`` of BASIC, on a line of its own between statements."""
    if before(source, found.start()) in STATEMENT_BEGINS | {"FIMSE", "FIMENQ", "FIMENQUANTO"}:
        yield as_comment(span_of(found), found[0].lstrip("'"), "'")


def holder(source: Source, found: Found) -> Iterator[Slip]:
    """``${NAME}``, ``{{NAME}}``, ``#NAME#``, ``%NAME%`` as templates write a value, where a value is wanted."""
    if found[0][0] == "{" and found[0][1] != "{" and before(source, found.start()) not in OPERAND_WANTED:
        return
    better = found[0].strip("${}#%<> \t")
    if found[0][0] == "<" and (better.upper() not in STANDARD_FIELDS or before(source, found.start()) not in OPERAND_WANTED):
        return
    text = message("um nome não leva sinais em volta: {sinal}", sinal=found[0])
    yield once(span_of(found), better, "texto-de-fora", text, message("escreva {certo}", certo=better), better)


def pascal_comment(source: Source, found: Found) -> Iterator[Slip]:
    """``(* comment *)`` of Pascal."""
    yield from enclosed(source, found, "*)")


def bold(_: Source, found: Found) -> Iterator[Slip]:
    """``**SE**`` as chats and manuals mark a word."""
    mark = found[0][:2] if found[0][1] in "*~" else found[0][:1]
    text = message("{sinal} em volta de uma palavra é marcação e não faz parte da fórmula", sinal=mark)
    better = found[0][len(mark) : -len(mark)]
    yield once(span_of(found), better, "texto-de-fora", text, message("escreva {certo}", certo=better[:40]), better)


TIMES: Mapping[str, int] = {"mil": 3, "k": 3, "m": 6, "mi": 6, "mm": 6, "milhao": 6, "milhoes": 6}


def thousands(_: Source, found: Found) -> Iterator[Slip]:
    """``10 mil``, ``1,5 milhão``."""
    one = re.match(r"([\d.,]+)\s*(\w+)", found[0])
    assert one is not None
    word = unicodedata.normalize("NFKD", one[2].lower()).encode("ascii", "ignore").decode()
    better = number_text((Decimal(one[1].replace(",", ".")) * 10 ** TIMES[word]).normalize())
    text = message("{palavra} não faz parte de um número", palavra=one[2])
    yield once(span_of(found), better, "numero-malformado", text, message("escreva {certo}", certo=better), better)


STATEMENT_SIGN = re.compile(
    r"/\*[\s\S]*?\*/|'[^'\r\n]*'|\"[^\"\r\n]*\"|;|\b(?:ENT[AÃ]O|SEN[AÃ]O|FIMSE|FA[CÇ]A|FIMENQ|REPITA|AT[EÉ])\b", re.IGNORECASE
)


def ternary(source: Source, found: Found) -> Iterator[Slip]:
    """``a ? b : c``, as a whole statement."""
    text, at = source.text, found.start()
    start, end = max(0, at - choices.LONGEST), min(len(text), at + choices.LONGEST)
    for sign in STATEMENT_SIGN.finditer(text, start, end):
        if sign.start() > at:
            end = sign.start() if sign[0][0] not in "/'\"" else end
            if end == sign.start():
                break
        elif sign[0][0] not in "/'\"":
            start = sign.end()
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end = start + len(text[start:end].rstrip())
    better = choices.ternary(text[start:end]) if choices.stands_alone(text, start, end) else None
    if better is not None:
        said = message("? e : não escolhem entre dois valores nesta linguagem")
        hint = message("escreva SE condição ENTAO … SENAO … FIMSE")
        yield once(Span(start, end), better, "se-como-expressao", said, hint, better)


def braced(source: Source, found: Found) -> Iterator[Slip]:
    """``SE a { b } SENAO { c }``: braces around the parts of a choice."""
    signs = list(choices.blocks(source.text, found.start()))
    if signs:
        changes = tuple(Change(Span(start, end), word) for start, end, word in signs)
        whole = Span(changes[0].span.start, changes[-1].span.end)
        better = source.text[whole.start : whole.end]
        for change in reversed(changes):
            better = better[: change.span.start - whole.start] + change.text + better[change.span.end - whole.start :]
        text = message("chaves não abrem blocos nesta linguagem")
        hint = message("escreva SE condição ENTAO … SENAO … FIMSE")
        yield Slip(changes, "chaves", changes[0].span, text, hint, (whole, better))


def money(_: Source, found: Found) -> Iterator[Slip]:
    """``R$ 10.000,00``: an amount as people write it."""
    sign, written = re.match(r"(\w*\$|[A-Za-z]+)\s*", found[0]), found[0]
    assert sign is not None
    better = plain_amount(written[sign.end() :])
    if better is not None:
        text = message("'{sinal}' não faz parte da linguagem", sinal=sign[1])
        yield once(span_of(found), better, "caractere-estranho", text, message("escreva {certo}", certo=better), better)


def plain_amount(written: str) -> str | None:
    """An amount with its points and its comma as a number of this language; None when it is none."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", written):
        written = written.replace(".", "")
    elif re.fullmatch(r"\d{1,3}(?:,\d{3})+\.\d+", written):
        written = written.replace(",", "")
    return written.replace(",", ".") if re.fullmatch(r"\d+(?:[.,]\d+)?", written) else None


def continued(_: Source, found: Found) -> Iterator[Slip]:
    """``_`` or a backslash at the end of a line that goes on."""
    text = message(
        "{sinal} no fim da linha não é desta linguagem: um comando continua sozinho na linha seguinte", sinal=found[0][0]
    )
    yield once(span_of(found), "", "texto-de-fora", text, message("retire"), "")


BLOCK_WORD = re.compile(
    r"/\*[\s\S]*?\*/|'[^'\r\n]*'|\"[^\"\r\n]*\"|\b(?P<open>BEGIN|IN[IÍ]CIO)\b"
    r"|\b(?P<close>END|FIM)\b(?![ \t]*(?:SE|IF|ENQUANTO|WHILE)\b)(?P<dot>\s*\.)?",
    re.IGNORECASE,
)


def block(source: Source, found: Found) -> Iterator[Slip]:
    """``BEGIN … END``: the commands stand as they are."""
    if before(source, found.start()) not in STATEMENT_BEGINS:
        return
    depth = 0
    for word in BLOCK_WORD.finditer(source.text, found.start()):
        depth += (word["open"] is not None) - (word["close"] is not None)
        if not depth and word["close"] is not None:
            opening, closing, whole = span_of(found), span_of(word), Span(found.start(), word.end())
            inner = source.text[opening.end : closing.start].strip()
            text = message("não há {palavra} nesta linguagem: os comandos vão direto", palavra=found[0].upper())
            hint = message("retire {um} e {outro}", um=found[0].upper(), outro=word[0].upper())
            changes = (Change(opening, ""), Change(closing, ""))
            yield Slip(changes, "palavra-de-outra-linguagem", opening, text, hint, (whole, inner))
            return


def until(_: Source, found: Found) -> Iterator[Slip]:
    """``ATÉ QUE``: the second word is none of this language."""
    span = Span(found.end() - len("QUE"), found.end())
    text = message("depois de ATE vem a condição, sem QUE")
    yield once(span, "", "palavra-de-outra-linguagem", text, message("retire QUE"), "")


def two_words(_: Source, found: Found) -> Iterator[Slip]:
    """``FIM SE``, ``END IF``, ``FIM-SE``."""
    better = "FIMSE" if re.split(r"[ \t-]+", found[0].upper())[1] in {"SE", "IF"} else "FIMENQ"
    text = message("{palavra} não existe nesta linguagem", palavra=found[0].upper())
    yield once(span_of(found), better, "palavra-de-outra-linguagem", text, message("escreva {certo}", certo=better), better)


def glued(source: Source, found: Found) -> Iterator[Slip]:
    """``1ENTAO``: the word needs a blank before it."""
    word = re.compile(r"\w+").match(source.text, found.end())
    assert word is not None
    if source.text[found.end() : word.end()].upper() == "E" and source.text[word.end() : word.end() + 1] in {"+", "-"}:
        return
    here = Span(found.end(), found.end())
    text = message("falta um espaço entre {numero} e {palavra}", numero=found[0], palavra=word[0].upper())
    whole = Span(found.start(), word.end())
    better = f"{found[0]} {word[0]}"
    yield Slip((Change(here, " "),), "numero-malformado", whole, text, message("escreva {certo}", certo=better), (whole, better))


OTHER_SIGN: Mapping[str, str] = {"=>": ">=", "=<": "<=", "!=": "<>", "==": "=", "===": "=", "!==": "<>", "><": "<>", "=!": "<>"}


def parted(_: Source, found: Found) -> Iterator[Slip]:
    """``< >``, ``> =``: one sign in two pieces."""
    sign = "".join(found[0].split())
    better = OTHER_SIGN.get(sign, sign)
    if sign == found[0]:
        text = message("o operador {sinal} não existe", sinal=sign)
    else:
        text = message("o sinal {sinal} se escreve sem espaço no meio", sinal=better)
    yield once(span_of(found), better, "comparacao-trocada", text, message("escreva {certo}", certo=better), better)


def typed(source: Source, found: Found) -> Iterator[Slip]:
    """``DECL A: INTEIRO``."""
    start = max(source.text.rfind(sign, 0, found.start()) for sign in ";\n\r/")
    if re.match(r"\s*(?:DECL|VAR|DIM|DECLARE)\b", source.text[start + 1 : found.start()], re.IGNORECASE):
        text = message("DECL só tem nomes; o tipo vem do valor que a variável recebe")
        yield once(span_of(found), "", "decl-com-mais", text, message("retire {palavra}", palavra=found[0].strip()), "")


def square(source: Source, found: Found) -> Iterator[Slip]:
    """``SETVAR[A, 5]`` and ``[PRIORIDADE]``."""
    inside = found[0][1:-1]
    if source.text[found.start() - 1 : found.start()].isidentifier() and found.start():
        text, better = message("colchetes não são parênteses nesta linguagem"), f"({inside})"
        opening, closing = Span(found.start(), found.start() + 1), Span(found.end() - 1, found.end())
        changes: tuple[Change, ...] = (Change(opening, "("), Change(closing, ")"))
    elif inside.strip().isidentifier() or re.fullmatch(r"\w+", inside.strip()):
        text, better = message("um nome não vai entre colchetes"), inside.strip()
        changes = (Change(span_of(found), better),)
    else:
        return
    yield Slip(changes, "texto-de-fora", span_of(found), text, message("escreva {certo}", certo=better), (span_of(found), better))


def escape(source: Source, found: Found) -> Iterator[Slip]:
    r"""``\n`` of a program's text."""
    text = message("{sinal} é uma quebra de linha escrita por um programa", sinal=found[0])
    yield once(span_of(found), "\n", "texto-de-fora", text, message("quebre a linha aqui"), "\n")


def wide(_: Source, found: Found) -> Iterator[Slip]:
    """``＝``: signs, digits and letters as wide as Chinese characters."""
    better = unicodedata.normalize("NFKC", found[0])
    text = message("o sinal {sinal} é de largura dupla e não vale aqui", sinal=found[0][:20])
    yield once(span_of(found), better, "sinal-tipografico", text, message("escreva {certo}", certo=better[:20]), better)


LOOKALIKES = {
    "\u2010": "-", "\u2011": "-", "\ufe63": "-", "\u2044": "/", "\u2215": "/", "\ua78a": "=", "\u2550": "=", "\u02c2": "<",
    "\xb7": "*", "\u2219": "*", "\u22c5": "*", "\u2022": "*", "\u02c3": ">", "\u2217": "*", "\u037e": ";",
}  # fmt: skip


def lookalike(_: Source, found: Found) -> Iterator[Slip]:
    """Dashes and slashes of word processors."""
    better = LOOKALIKES[found[0]]
    text = message("o sinal {sinal} parece {certo} e é outro", sinal=found[0], certo=better)
    yield once(span_of(found), better, "sinal-tipografico", text, message("escreva {certo}", certo=better), better)


def invisible(_: Source, found: Found) -> Iterator[Slip]:
    """Characters that nobody sees, between words or inside one."""
    if found[0] == "\ufeff" and not found.start():
        return
    text = message("há aqui um caractere que não se vê ({codigo})", codigo=code_points(found[0]))
    yield once(span_of(found), "", "caractere-estranho", text, message("retire"), "")


def join(source: Source, found: Found) -> Iterator[Slip]:
    """``'1;' & COLIGADA``, ``'1' || ';' || 3``: joined texts; beside a comparison they are conditions."""
    last = before(source, found.start())
    following = source.text[found.end() :].lstrip()[:1]
    parts = operands(found[0])
    if last in set("=<>+-*/") or following in set("+-*/|&") or not any(part[0] in "'\"" for part in parts):
        return
    if following in set("=<>") and not (parts[-1][0] in "'\"" and COMPARED_TEXT.match(source.text, found.end())):
        return
    code = "barra-vertical" if "|" in "".join(separators(found[0])) else "e-comercial"
    better = ", ".join(parts)
    if not re.search(r"\bCONCAT[ \t]*\([ \t]*\Z", source.text[max(0, found.start() - 20) : found.start()], re.IGNORECASE):
        better = f"CONCAT({better})"
    text = message("{sinal} não junta textos: para isso use CONCAT", sinal=separators(found[0])[0])
    yield once(span_of(found), better, code, text, message("escreva {certo}", certo=better), better)


COMPARED_TEXT = re.compile(r"\s*(?:<>|[=<>]=?)\s*['\"]")
"""``A & 'x' = 'ax'``: two literals are not compared with each other, so the sign before joined texts."""

PART = re.compile(
    r"('[^'\r\n]*(?:''[^'\r\n]*)*'|\"[^\"\r\n]*(?:\"\"[^\"\r\n]*)*\"|\((?:[^()]|\([^()]*\))*\)|[^'\"&|()]+)|(\|\||&amp;|&)",
    re.IGNORECASE,
)


def operands(text: str) -> list[str]:
    """What stands between the signs of a chain."""
    parts = [""]
    for one in PART.finditer(text):
        if one[2] is not None:
            parts.append("")
        else:
            parts[-1] += one[1]
    return [part.strip() for part in parts]


def separators(text: str) -> list[str]:
    """The signs of a chain."""
    return [one[2] for one in PART.finditer(text) if one[2] is not None]
