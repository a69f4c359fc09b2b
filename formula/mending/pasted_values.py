"""Values as other languages write them, where the text alone says what was meant: addresses and dates without quotes, methods of a
value, members that are names, and one subject compared with several values (L6, O1, O6, F1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from formula.mending.pasted_parts import Found, Slip, before, once, span_of
from formula.messages import message
from formula.source import Source
from formula.values import plain_date

LITERAL = r"(?:'[^'\r\n]*+'|\"[^\"\r\n]*+\"|\d+(?:\.\d+)?(?![\w.]))"
TEXTS = r"(?:'[^'\r\n]*+'|\"[^\"\r\n]*+\")"
SUBJECT = r"(?<![\w.'\"])[a-z_]\w*(?:\([^()\r\n]{0,100}\))?"
OR = r"(?:OU|OR|\|\|)"
ADDRESS = r"(?<![\w.@'\"+-])[\w.+-]{1,64}@[\w-]{1,63}+(?:\.[\w-]{1,63}+){1,6}+(?![\w@'\"])"
DATED = (
    r"\{[ \t]*(?:d|ts)?[ \t]*'?\d{1,4}[/-]\d{1,2}[/-]\d{1,4}(?: [\d:.]+)?'?[ \t]*\}|\#\d{1,4}[/-]\d{1,2}[/-]\d{1,4}\#"
    r"|\b(?:DATE|TIMESTAMP|DATETIME)[ \t]*'\d[\d/:. -]*'"
)
METHODS_SAID = (
    "trim|strip|length|len|size|toUpperCase|toUpper|upper|toLowerCase|toLower|lower|toString|asString|asInteger|asFloat"
    "|asCurrency|asDateTime"
)
METHOD = rf"(?<![\w.'\"])[a-z_]\w*(?:\([^()\r\n]{{0,100}}\))?\.(?:{METHODS_SAID})\b(?:[ \t]*\([ \t]*\))?"
MEMBER = r"(?<![\w.'\"])(?:PARAMETROATENDIMENTO|PARAMETROS?|CAMPOATENDIMENTO|CAMPOS?)\.[a-z_]\w*"
OPTIONS = rf"{SUBJECT}[ \t]*=[ \t]*\([ \t]*{LITERAL}(?:[ \t]*(?:{OR}|[,/;|])[ \t]*{LITERAL}){{1,40}}[ \t]*\)"
LISTED = rf"{SUBJECT}[ \t]*=[ \t]*{TEXTS}(?:[ \t]*[,/|][ \t]*{TEXTS}){{1,40}}(?=[ \t]*\)?[ \t]*(?:ENT[AÃ]O|THEN|E|OU|FA[CÇ]A)\b)"
AGAIN = rf"{SUBJECT}[ \t]*=[ \t]*{LITERAL}(?:[ \t]+{OR}[ \t]*={{1,2}}[ \t]*{LITERAL}){{1,40}}"
SUSPECT = re.compile(
    r"(?=[#DT.PCO|='\"{])(?:\{[ \t]*(?:d|ts)?[ \t]*['\d]|\#\d|(?:DATE|TIMESTAMP|DATETIME)[ \t]*'"
    rf"|\.(?:{METHODS_SAID})\b"
    r"|['\"][ \t]*[,/|][ \t]*['\"][^'\"\r\n]*['\"][ \t]*(?:[,/|]|\)?[ \t]*(?:ENT|THEN|E\b|OU|FA))"
    r"|(?:PARAMETROATENDIMENTO|PARAMETROS?|CAMPOATENDIMENTO|CAMPOS?)\.\w|(?:\bO[UR]\b|\|\|)[ \t]*=|=[ \t]*\([ \t]*['\"\d])",
    re.IGNORECASE,
)
"""Something in a text that may be one of these, but for an address."""
BARE = re.compile(r"[(,;]\s*[\w.+-]{1,64}\Z")
MOST_SIGNS = 200


def suspicious(text: str) -> bool:
    """Whether something in a text may be one of these."""
    if SUSPECT.search(text) is not None:
        return True
    signs = islice(re.finditer("@", text), MOST_SIGNS)
    return any(BARE.search(text, max(0, one.start() - 80), one.start()) is not None for one in signs)


METHODS: Mapping[str, str] = {
    **dict.fromkeys(("TRIM", "STRIP"), "TRIM"),
    **dict.fromkeys(("LENGTH", "LEN", "SIZE"), "TAMANHO"),
    **dict.fromkeys(("TOUPPERCASE", "TOUPPER", "UPPER"), "MAIUSCULA"),
    **dict.fromkeys(("TOLOWERCASE", "TOLOWER", "LOWER"), "MINUSCULA"),
    **dict.fromkeys(("TOSTRING", "ASSTRING", "ASINTEGER", "ASFLOAT", "ASCURRENCY", "ASDATETIME"), ""),
}
"""What others ask of a value behind a point, and our function of it; none where a value takes the kind that is wanted by itself."""


def address(source: Source, found: Found) -> Iterator[Slip]:
    """``ENVIAEMAILREPASSE(ana@exemplo.com.br, …)``."""
    if before(source, found.start()) in {"(", ",", ";"}:
        better = f"'{found[0]}'"
        text = message("um endereço de e-mail é um texto e vai entre aspas")
        yield once(span_of(found), better, "texto-de-fora", text, message("escreva {certo}", certo=better), better)


def dated(_: Source, found: Found) -> Iterator[Slip]:
    """``#24/11/2026#`` of BASIC, ``DATE '2026-11-24'`` of SQL."""
    braced = re.search(r"\d[\d/:. -]*\d", found[0]) if found[0][0] == "{" else None
    inside = braced[0] if braced is not None else found[0].strip("#") if found[0][0] == "#" else found[0].split("'")[1]
    better = f"'{plain_date(inside) or inside}'"
    sign = found[0][0] if found[0][0] in "#{" else found[0].split("'")[0].strip().upper()
    text = message("uma data se escreve só entre aspas, sem {sinal}", sinal=sign)
    yield once(span_of(found), better, "texto-de-fora", text, message("escreva {certo}", certo=better), better)


def method(_: Source, found: Found) -> Iterator[Slip]:
    """``ASSUNTO.trim()``."""
    name, asked = found[0].rsplit(".", 1)
    word = asked.split("(")[0].strip()
    called = METHODS[word.upper()]
    better = f"{called}({name})" if called else name
    if called:
        text = message("um valor não tem .{nome}: aqui é uma função", nome=word)
    else:
        text = message("um valor não tem .{nome}: ele vira texto ou número sozinho, onde é preciso", nome=word)
    yield once(span_of(found), better, "membro-fora-de-chamada", text, message("escreva {certo}", certo=better), better)


def member(_: Source, found: Found) -> Iterator[Slip]:
    """``PARAMETROATENDIMENTO.VALOR``."""
    holder, name = found[0].split(".", 1)
    better = f"{'CAMPO' if holder.upper().startswith('CAMPO') else 'PARAMETRO'}ATENDIMENTO('{name}')"
    text = message("o nome vai entre parênteses e aspas, e não depois de um ponto")
    yield once(span_of(found), better, "membro-fora-de-chamada", text, message("escreva {certo}", certo=better), better)


def options(_: Source, found: Found) -> Iterator[Slip]:
    """``PRIORIDADE = ('Alta' OU 'Urgente')`` and ``PRIORIDADE = 'Alta' OU = 'Urgente'``: each value needs its comparison."""
    subject, rest = found[0].split("=", 1)
    values = re.findall(LITERAL, rest)
    better = " OU ".join(f"{subject.strip()} = {value}" for value in values)
    text = message("OU junta comparações inteiras, e não valores")
    hint = message("escreva {certo}", certo=better)
    yield once(span_of(found), better, "sintaxe", text, hint, better, anyway=all(value[0] in "'\"" for value in values))
