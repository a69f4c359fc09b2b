"""Signs and markup of web pages (O4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape

from formula.mending.pasted_parts import ENTITY, TAGS, Found, Slip, decoded, once, said_entity, span_of
from formula.messages import message
from formula.reading.foreign_words import OPERATORS
from formula.source import Source, Span

PLAIN_SIGN: Mapping[str, str] = {
    "\xa0": " ",
    **dict.fromkeys("\u2018\u2019\xb4`", "'"),
    **dict.fromkeys("\u201c\u201d", '"'),
    **{sign: slip.fix for sign, slip in OPERATORS.items() if len(sign) == 1 and ord(sign) > 127 and slip.fix},
}
"""Signs of word processors and of mathematics, and the one of this language."""


def entity(source: Source, found: Found) -> Iterator[Slip]:
    """``&#39;``, ``&quot;``, ``&nbsp;``. The signs of one operator belong together, and a quote needs its partner."""
    written = found[0]
    sign = decoded(written)
    if sign is None:
        return
    span = span_of(found)
    if sign == "&":
        twice = source.text[found.end() : found.end() + len(written)] == written
        whole_sign = Span(found.start(), found.end() + (len(written) if twice else 0))
        text = said_entity(source.slice(whole_sign), "&&" if twice else "&")
        yield once(whole_sign, " E ", "e-comercial", text, message("escreva E para 'as duas condições'"), " E ")
        return
    if sign in "<>=" or source.text[found.end() : found.end() + 1] == "=":
        more = re.compile(rf"(?:{ENTITY}|=)*", re.IGNORECASE).match(source.text, found.end())
        tail = more[0] if more is not None else ""
        whole = sign + (unescape(unescape(tail)))
        if whole in {"<>", "<=", ">=", "=<", "=>", "<", ">", "="}:
            span, sign, written = Span(found.start(), found.end() + len(tail)), whole, written + tail
        page_tag = re.compile(rf"&lt;/?(?:{'|'.join(TAGS.split())})\b[^<>\r\n]{{0,80}}?&gt;", re.IGNORECASE).match(
            source.text, found.start()
        )
        if page_tag is not None:
            yield taken_out(source, span_of(page_tag), page_tag[0])
            return
    sign = PLAIN_SIGN.get(sign, sign)
    yield once(
        span,
        sign,
        "texto-de-pagina",
        said_entity(written, sign),
        message("escreva {certo}", certo=sign.strip() or message("um espaço")),
        sign,
    )
    if sign in "'\"":
        yield from rest_of_text(source, span.end, sign)


def rest_of_text(source: Source, at: int, quote: str) -> Iterator[Slip]:
    """What stands in a text that a page's sign opened: its letters, and the sign that ends it."""
    line_end = source.text.find("\n", at)
    pattern = re.compile(ENTITY, re.IGNORECASE)
    for one in pattern.finditer(source.text, at, line_end if line_end >= 0 else len(source.text)):
        sign = decoded(one[0])
        if sign is None:
            continue
        ends = sign == quote or sign in "\u2018\u2019\u201c\u201d"
        put = quote if ends else " " if sign == "\xa0" else sign
        hint = message("escreva {certo}", certo=put.strip() or message("um espaço"))
        yield once(span_of(one), put, "texto-de-pagina", said_entity(one[0], put), hint, put)
        if ends:
            return
    # the text may end with a plain sign: the lexer sees to that


def tag(source: Source, found: Found) -> Iterator[Slip]:
    """``<br>`` is a line break, another tag is nothing."""
    name = re.sub(r"[^a-z:0-9]", "", found[0][1:].split()[0].lower().rstrip("/>").lstrip("/"))
    if len(name) == 1 and "/" not in found[0] and f"</{name}>" not in source.text.lower():
        return
    yield taken_out(source, span_of(found), found[0])


def taken_out(source: Source, span: Span, written: str) -> Slip:
    """A tag that leaves."""
    before, after = source.text[span.start - 1 : span.start], source.text[span.end : span.end + 1]
    breaks = re.match(r"(?:<|&lt;)/?(?:br|p|div|li|tr|pre|h\d)\b", written, re.IGNORECASE) is not None
    glue = before.isalnum() and after.isalnum()
    put = "\n" if breaks and after not in {"\n", "\r", ""} and before != "\n" and before else " " if glue else ""
    text = message("isto veio de uma página: {sinal} é marcação e não faz parte da fórmula", sinal=written[:40])
    return once(span, put, "texto-de-pagina", text, message("retire"), put)
