"""Choices with an arrow, a switch or a parted word, loops that count, and texts with places for values, as others write them
(C1, C3, C5, L6).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from formula.mending.pasted_parts import Found, Slip, once, span_of
from formula.mending.pasted_words import LITERAL, given_before
from formula.messages import message
from formula.reading import choices
from formula.source import Source, Span

SWITCH = r"\b(?:SWITCH|SELECT[ \t]+CASE|ESCOLHA|CASO[ \t]+SEJA)\b(?=[ \t]*[\w(])"
ARROW = r"(?<![-<>=!])(?:->|=>|\u2192|\u21d2|\u27a1)(?![=>])"
APART_SE = r"(?<![^\s;(])S[ \t]+E[ \t]+(?=[^;'\"\r\n]{0,80}(?:'[^'\r\n]{0,80}'[^;'\"\r\n]{0,80}){0,3}\bENT[AÃ]O\b)"
INNER = r"[^()'\"\r\n]|'[^'\r\n]*+'|\"[^\"\r\n]*+\"|\([^()\r\n]*+\)"
PLACED = (
    rf"(?:'[^'\r\n]*+'|\"[^\"\r\n]*+\")(?:\.format[ \t]*\((?:{INNER}){{1,200}}+\)"
    rf"|[ \t]*%[ \t]*(?:\((?:{INNER}){{1,200}}+\)|[a-z_]\w*(?:\((?:{INNER}){{1,200}}+\))?+))"
)
CASE_WORDS = frozenset({"CASE", "CASO", "WHEN", "QUANDO"})
OTHER_WORDS = frozenset({"DEFAULT", "ELSE", "OTHERWISE", "OUTROCASO", "SENAO", "SENÃO", "PADRAO"})
END_WORDS = frozenset({"END", "ENDSWITCH", "FIM", "FIMESCOLHA", "FIMCASO", "FIMSWITCH", "ENDSELECT"})
BREAKS = re.compile(r"(?:[\s;]|\bBREAK\b)+\Z", re.IGNORECASE)
CONDITION = re.compile(
    rf"\b(?:SE|IF|ELSEIF|ELSIF|SENAOSE|SEN[AÃ]O|ELSE|ENT[AÃ]O|THEN)\b|{ARROW}|;|'[^'\r\n]*+'|\"[^\"\r\n]*+\"", re.IGNORECASE
)
COMPARED = re.compile(r"(?:\A|\b(?:E|OU|AND|OR)\b)(?![\s\S]*\b(?:E|OU|AND|OR)\b)[^<>=]*(?:<>|[<>!=]=|[<>=])\s*\S", re.IGNORECASE)
HEAD_GOES_ON = re.compile(
    r"(?:'[^'\r\n]*+'|\"[^\"\r\n]*+\"|(?!\b(?:SE|IF|SEN[AÃ]O|ELSE|FIMSE)\b)[^;'\"]){0,200}?\b(?:ENT[AÃ]O|THEN)\b", re.IGNORECASE
)
"""The ENTAO of the same condition stands further on: what stands before it is no ENTAO."""
NEAR = 400


def arrow(source: Source, found: Found) -> Iterator[Slip]:
    """``SE A > 1 -> '1;3'``, ``SE A > 1 => '1;3'``: an arrow where ENTAO stands. After a comparison that is whole it compares
    nothing."""
    start, word = max(0, found.start() - NEAR), ""
    for one in CONDITION.finditer(source.text, start, found.start()):
        if one[0][0] not in "'\"":
            start, word = one.end(), one[0].upper()
    condition = re.sub(r"'[^'\r\n]*+'|\"[^\"\r\n]*+\"", "''", source.text[start : found.start()])
    if word in {"SENAO", "SENÃO", "ELSE"} and not condition.strip():
        said = message("{sinal} não faz parte da linguagem", sinal=found[0])
        yield once(span_of(found), "", "caractere-estranho", said, message("retire"), "")
        return
    if word not in {"SE", "IF", "ELSEIF", "ELSIF", "SENAOSE"} or HEAD_GOES_ON.match(source.text, found.end()) is not None:
        return
    if found[0] == "=>" and COMPARED.search(condition) is None:
        return
    text = message("falta ENTAO depois da condição")
    apart = source.text[found.start() - 1].isspace(), source.text[found.end() : found.end() + 1].isspace()
    put = f"{'' if apart[0] else ' '}ENTAO{'' if apart[1] else ' '}"
    yield once(span_of(found), put, "falta-entao", text, message("troque {sinal} por ENTAO", sinal=found[0]), put)


def parted_se(source: Source, found: Found) -> Iterator[Slip]:
    """``S E A = 1 ENTAO``, where a statement begins and nothing is called S."""
    if given_before(source, found.start(), "S") or not choices.begins(source.text, found.start()):
        return
    text = message("um nome não tem espaço: {nome}", nome=found[0].strip())
    yield once(span_of(found), "SE ", "nome-desconhecido", text, message("escreva {certo}", certo="SE"), "SE ")


def switched(source: Source, found: Found) -> Iterator[Slip]:
    """``switch (A) { case 1: …; break; default: … }``, ``SELECT CASE A CASE 1 … CASE ELSE … END SELECT``, and SWITCH of sheets."""
    made = called(source.text, found.end()) or cases(source.text, found.end())
    if made is None or not choices.stands_alone(source.text, found.start(), made[0]):
        return
    whole = Span(found.start(), made[0])
    text = message("{palavra} não existe nesta linguagem", palavra=" ".join(found[0].upper().split()))
    hint = message("não há CASO; use SE … ENTAO … SENAO SE … FIMSE FIMSE")
    yield once(whole, made[1], "palavra-de-outra-linguagem", text, hint, made[1])


def called(text: str, at: int) -> tuple[int, str] | None:
    """``SWITCH(A; 1; 'x'; 'y')``."""
    found = choices.arguments(text, at)
    if found is None or len(found[1]) < 3 or not all(found[1]):
        return None
    subject, *rest = found[1]
    pairs = list(zip(rest[::2], rest[1::2], strict=False))
    if SIGN.search(subject) or not all(CASE_VALUE.fullmatch(value) for value, _ in pairs):
        return None  # conditions and answers in turn, as another SWITCH has them
    return found[0], nested(subject, pairs, rest[-1] if len(rest) % 2 else "")


def cases(text: str, at: int) -> tuple[int, str] | None:
    """From the subject on: the end, and the choices; None when it is not understood to its end."""
    pieces = list(choices.PIECE.finditer(text, at, at + choices.LONGEST))
    marks: list[tuple[str, int, int]] = []
    depth, end, braced = 0, None, False
    for place, piece in enumerate(pieces):
        word = piece[0].upper()
        if word == "{" and not marks and not depth:
            braced = True
            marks.append(("{", piece.start(), piece.end()))
            continue
        depth += (word in {"(", "{"}) - (word in {")", "}"})
        if depth < 0 or (not depth and not braced and word in END_WORDS):
            end = piece.end()
            if word == "END" and (after := re.compile(r"[ \t]+(?:SELECT|SWITCH|CASE)\b", re.IGNORECASE).match(text, end)):
                end = after.end()
            marks.append(("end", piece.start(), end))
            break
        if not depth and word in CASE_WORDS:
            following = next((one[0].upper() for one in pieces[place + 1 : place + 3] if one[0].strip()), "")
            marks.append(("else" if following in OTHER_WORDS else "case", piece.start(), piece.end()))
        elif not depth and word in OTHER_WORDS and (braced or word not in {"SENAO", "SENÃO"}):
            if marks and marks[-1][0] == "else" and not text[marks[-1][2] : piece.start()].strip():
                marks[-1] = ("else", marks[-1][1], piece.end())
            else:
                marks.append(("else", piece.start(), piece.end()))
    if end is None or len(marks) < 3:
        return None
    subject = text[at : marks[0][1]].strip()
    subject = subject[1:-1].strip() if subject[:1] == "(" and subject[-1:] == ")" else subject
    ways: list[tuple[str, str]] = []
    otherwise = ""
    for (kind, _, begin), (following, until, _) in pairwise(marks):
        part, last = text[begin:until], following == "end"
        if kind == "{":
            if part.strip():
                return None
            continue
        value, sign, body = parted(part) if kind == "case" else ("", ":", part.lstrip(" \t\r\n:"))
        ended = BREAKS.search(body)
        body = BREAKS.sub("", body).strip()
        if braced and kind == "case" and not (last or (ended and "BREAK" in ended[0].upper())):
            return None  # it would go on with the next case
        if not sign or not body or otherwise or "BREAK" in (one[0].upper() for one in choices.PIECE.finditer(body)):
            return None
        if kind == "else":
            otherwise = body
        else:
            ways.append((value, body))
    if not subject or not ways or not all(value for value, _ in ways):
        return None
    return end, nested(subject, ways, otherwise)


SIGN = re.compile(r"[<>=]")
VALUE = r"'[^'\r\n]*'|\"[^\"\r\n]*\"|-?\d+(?:\.\d+)?|\w+"
CASE_VALUE = re.compile(VALUE)
CASE = re.compile(rf"\s*({VALUE})(\s*:|[ \t]*[\r\n]|[ \t]+(?:THEN|ENT[AÃ]O)\b|\s+)([\s\S]*)", re.IGNORECASE)


def parted(part: str) -> tuple[str, str, str]:
    """A case's value, what stands behind it, and its body."""
    found = CASE.match(part)
    return (found[1], found[2], found[3]) if found is not None else ("", "", "")


def nested(subject: str, ways: list[tuple[str, str]], otherwise: str) -> str:
    """``SE A = 1 ENTAO x SENAO SE A = 2 ENTAO y SENAO z FIMSE FIMSE``."""
    better = otherwise
    for value, answer in reversed(ways):
        end = f" SENAO {better}" if better else ""
        better = f"SE {subject} = {choices.said_here(value)} ENTAO {answer}{end} FIMSE"
    return better


OPENED = r"\b(?:PARA|FOR)\b[ \t]*+(?:\([ \t]*)?(?:(?:let|var|int|CADA)[ \t]+)?"
BOUND = r"[^;'\"\r\n=<>]{1,60}?"
COUNTED = (
    rf"{OPENED}[a-z_]\w*[ \t]*(?::?=|\bDE\b|\bFROM\b)[ \t]*{BOUND}"
    rf"(?:[ \t]+(?:AT[EÉ]|TO)[ \t]+{BOUND}(?:[ \t]+(?:FA[CÇ]A|DO)\b|[ \t]*:?[ \t]*(?=[\r\n]))"
    rf"|;[ \t]*\w+[ \t]*<=?[ \t]*{BOUND};[ \t]*(?:\w+[ \t]*(?:\+\+|\+=[ \t]*1)|\+\+\w+)[ \t]*\)[ \t]*\{{)"
)
HEAD = re.compile(
    rf"{OPENED}(?P<name>\w+)[ \t]*(?::?=|\bDE\b|\bFROM\b)[ \t]*(?P<first>.+?)"
    r"(?:[ \t]+(?:AT[EÉ]|TO)[ \t]+(?P<last>.+?)(?:[ \t]+(?:FA[CÇ]A|DO)|[ \t]*:?[ \t]*)"
    r"|;[ \t]*(?P<again>\w+)[ \t]*(?P<sign><=?)[ \t]*(?P<bound>.+?);[^;]*\{)",
    re.IGNORECASE,
)
LOOP_WORDS = re.compile(
    r"'[^'\r\n]*+'|\"[^\"\r\n]*+\"|/\*[\s\S]*?\*/|[{}]|\b(?:PARA|FOR|ENQUANTO|WHILE|FIMENQ|WEND|ENDFOR|PROXIMO)\b"
    r"|\b(?:FIM_?PARA|FIM[ \t]+PARA|END[ \t]+(?:FOR|LOOP)|NEXT(?:[ \t]+[a-z_]\w*)?(?=[ \t]*(?:;|\Z|[\r\n])))\b",
    re.IGNORECASE,
)


def counted(source: Source, found: Found) -> Iterator[Slip]:
    """``PARA I = 1 ATE 3 FACA … FIMPARA``, ``for (i = 0; i < 3; i++) { … }``: a loop that counts, with its counter written out."""
    head = HEAD.fullmatch(found[0])
    if head is None or (head["again"] and head["again"].upper() != head["name"].upper()):
        return
    end = end_of_loop(source, found)
    if end is None or not choices.begins(source.text, found.start()):
        return
    name, whole = head["name"], Span(found.start(), end[1])
    body = source.text[found.end() : end[0]].strip().rstrip(";").rstrip()
    if STEPS.search(found[0]) or STEPS.search(LITERAL.sub("''", body)):
        return  # another step than one, or a way out of the loop
    declared = "" if given_before(source, found.start(), name) else f"DECL {name}; "
    sign, last = (head["sign"], head["bound"]) if head["again"] else ("<=", head["last"])
    better = (
        f"{declared}SETVAR({name}, {head['first'].strip()}); "
        f"ENQUANTO {name} {sign} {last.strip()} FACA {body}; SETVAR({name}, {name} + 1) FIMENQ"
    )
    word = found[0].split()[0].partition("(")[0].upper()
    text = message("{palavra} não existe nesta linguagem", palavra=word)
    hint = message("não há PARA; use ENQUANTO … FACA … FIMENQ com uma variável que conta")
    if choices.GOES_ON.match(source.text, end[1]) is None:
        better += ";"
    if body:
        yield once(whole, better, "palavra-de-outra-linguagem", text, hint, better)


STEPS = re.compile(r"\b(?:PASSO|STEP|DOWNTO|BREAK|CONTINUE|EXIT|SAIR|INTERROMPA|RETURN|RETORNE)\b", re.IGNORECASE)


def end_of_loop(source: Source, found: Found) -> tuple[int, int] | None:
    """Where the body of a loop ends, and its last word; None for one with loops inside, or without an end."""
    depth, braced = 1, found[0].endswith("{")
    for one in LOOP_WORDS.finditer(source.text, found.end(), found.end() + choices.LONGEST):
        word = one[0].upper()
        if word[0] in "'\"/":
            continue
        if braced:
            depth += (word == "{") - (word == "}")
            if not depth:
                return one.span()
        elif word in {"PARA", "FOR", "ENQUANTO", "WHILE", "{", "}"}:
            return None
        else:
            return one.span()
    return None


HOLE = re.compile(r"%(?:\.\d+)?[sdfi]|\{(\w*)(?::[^{}]*)?\}")


def placed(_: Source, found: Found) -> Iterator[Slip]:
    """``'Valor {}'.format(VALOR)``, ``'Valor %s' % VALOR``: a text with places for values."""
    quote = found[0][0]
    inside = found[0][1 : found[0].index(quote, 1)]
    rest = found[0][len(inside) + 2 :].strip()
    given = choices.arguments(rest, len(".format")) if rest.startswith(".") else choices.arguments(rest[1:], 0)
    values = given[1] if given is not None else [rest[1:].strip()]
    parts: list[str] = []
    at = used = 0
    for hole in HOLE.finditer(inside):
        if (hole[0][0] == "{") != rest.startswith("."):
            continue
        if inside[at : hole.start()]:
            parts.append(quote + inside[at : hole.start()] + quote)
        number = int(hole[1]) if (hole[1] or "").isdigit() else used
        if number >= len(values) or (hole[1] and not hole[1].isdigit()):
            return
        parts.append(values[number])
        used, at = used + 1, hole.end()
    if not used or not all(values):
        return
    if inside[at:]:
        parts.append(quote + inside[at:] + quote)
    better = f"CONCAT({', '.join(parts if len(parts) > 1 else [*parts, quote * 2])})"
    text = message("um texto não tem lugares para valores: para juntar use CONCAT")
    yield once(span_of(found), better, "texto-de-fora", text, message("escreva {certo}", certo=better), better)
