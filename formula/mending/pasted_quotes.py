"""Quotes of scripts, programs and word processors around texts (L6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from formula.mending.pasted_parts import ENTITY, Found, Slip, code_points, once, said_entity, span_of
from formula.messages import message
from formula.reading.lexer import KEYWORDS
from formula.reading.missing_quotes import AFTER_A_TEXT
from formula.source import Source, Span

CROSSING = re.compile(rf"[\u2018\u2019\u00b4`\u201c\u201d]|{ENTITY}", re.IGNORECASE)
"""What may have ended a text before its own sign does."""
AS_ONE_TEXT = message("use ' ou \"")


def doubled(source: Source, found: Found) -> Iterator[Slip]:
    """``''Urgente''``: quotes doubled as in a script that holds the formula as a text."""
    written = found[0]
    inside, quote = written[2:-2], written[0]
    first = re.match(r"\w+", inside)
    if first is None or (first[0].upper() in KEYWORDS and first[0] != inside):
        yield from ended_elsewhere(source, found)
        return
    better = f"{quote}{inside}{quote}"
    text = message("aspas dobradas em volta de um texto")
    yield once(span_of(found), better, "texto-de-fora", text, message("escreva {certo}", certo=better), better)


def opened_twice(source: Source, found: Found) -> Iterator[Slip]:
    """``''Urgente'``: two quotes at the beginning alone."""
    inside = found[0][2:-1]
    first = re.match(r"\w+", inside)
    if first is None or first[0].upper() in KEYWORDS or not AFTER_A_TEXT.match(source.text + ";", found.end()):
        return
    text, better = message("aspas dobradas no começo de um texto"), f"'{inside}'"
    yield once(span_of(found), better, "texto-de-fora", text, message("escreva {certo}", certo=better), better)


def slashed(_: Source, found: Found) -> Iterator[Slip]:
    r"""``\'Urgente\'``: quotes as programs write them."""
    quote = found[0][1]
    better = f"{quote}{found[0][2:-2]}{quote}"
    text = message("a barra \\ antes das aspas não é desta linguagem")
    yield once(span_of(found), better, "texto-de-fora", text, message("escreva {certo}", certo=better), better)


def ended_elsewhere(source: Source, found: Found) -> Iterator[Slip]:
    """A text that a curly quote, or a page's sign for one, ended before its own sign: ``'Urgente’ ENTAO ‘1;3'``."""
    written = found[0]
    yield from impossible(source, found)
    for one in CROSSING.finditer(written, 1):
        sign = unescape(one[0]) if one[0][0] == "&" else one[0]
        stop = found.start() + one.end()
        if sign in "'\"\u2018\u2019\u00b4`\u201c\u201d" and AFTER_A_TEXT.match(source.text, stop) and outside_later(source, stop):
            span = Span(found.start() + one.start(), stop)
            yield closing_sign(source, span, written[0], one[0])
            return


IMPOSSIBLE = re.compile(r"[\0\ud800-\udfff]+")


def impossible(_: Source, found: Found) -> Iterator[Slip]:
    """NUL and half characters inside a text or comment: no file and no database keeps them."""
    for one in IMPOSSIBLE.finditer(found[0]):
        span = Span(found.start() + one.start(), found.start() + one.end())
        text = message("há aqui um caractere que nenhum texto pode ter ({codigo})", codigo=code_points(one[0]))
        yield once(span, "", "caractere-estranho", text, message("retire"), "", anyway=True)


def outside_later(source: Source, stop: int) -> bool:
    """Whether what follows a possible end of a text on its line reads as code, and is more than the end of a call."""
    line = source.text[stop : source.text.find("\n", stop) if "\n" in source.text[stop:] else len(source.text)]
    return bool(AFTER_A_TEXT.match(line)) and not re.fullmatch(r"\s*[),;]?\s*", line)


def closing_sign(source: Source, span: Span, quote: str, written: str) -> Slip:
    """The other sign at the end of a text becomes the one of its beginning."""
    if written[0] == "&":
        return once(span, quote, "texto-de-pagina", said_entity(written, quote), message("escreva {certo}", certo=quote), quote)
    text = message("texto aberto com {sinal} e fechado com {outro}", sinal=quote, outro=written)
    return once(span, quote, "aspas-curvas", text, message("use o mesmo sinal dos dois lados"), quote)


def mismatched(source: Source, found: Found) -> Iterator[Slip]:
    """``"Urgente'``: the two ends of a text differ, and neither sign comes again to end it."""
    written = found[0]
    if AFTER_A_TEXT.match(source.text, found.end()) or not source.text[found.end() :].strip():
        better = f"{written[0]}{written[1:-1]}{written[0]}"
        text = message("texto aberto com {sinal} e fechado com {outro}", sinal=written[0], outro=written[-1])
        yield once(span_of(found), better, "texto-sem-fim", text, message("use o mesmo sinal dos dois lados"), better)


def half_curled(source: Source, found: Found) -> Iterator[Slip]:
    """``‘Urgente'``: one of the two quotes is a word processor's."""
    written = found[0]
    if not AFTER_A_TEXT.match(source.text, found.end()) and source.text[found.end() :].strip():
        return
    quote = written[0] if written[0] in "'\"" else written[-1]
    text = message("as aspas {aspas} não delimitam textos", aspas=written[-1] if written[0] in "'\"" else written[0])
    better = f"{quote}{written[1:-1]}{quote}"
    yield once(span_of(found), better, "aspas-curvas", text, AS_ONE_TEXT, better)


def low(_: Source, found: Found) -> Iterator[Slip]:
    """``,,Urgente''``: the low quotes of other countries, as keyboards write them."""
    end = 2 if found[0].endswith("''") else 1
    better = f"'{found[0][2:-end]}'"
    text = message("as aspas {aspas} não delimitam textos", aspas=f",,{found[0][-end:]}")
    yield once(span_of(found), better, "aspas-curvas", text, AS_ONE_TEXT, better)


def angled(_: Source, found: Found) -> Iterator[Slip]:
    """``«Urgente»``."""
    inside = found[0][1:-1]
    better = "'" + inside.replace("'", "''") + "'"
    text = message("as aspas {aspas} não delimitam textos", aspas=found[0][0] + found[0][-1])
    yield once(span_of(found), better, "aspas-curvas", text, AS_ONE_TEXT, better)


def national(_: Source, found: Found) -> Iterator[Slip]:
    """``N'Urgente'`` as SQL Server writes texts."""
    text = message("o N antes das aspas é do SQL Server")
    yield once(span_of(found), "", "texto-de-fora", text, message("retire o N"), "")
