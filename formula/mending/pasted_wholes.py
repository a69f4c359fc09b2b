"""Whole texts that came in a wrapping: a cell of a sheet, a quoted mail, a numbered listing, a fenced piece of a manual."""

from __future__ import annotations

import re
from itertools import pairwise

from formula.mending.pasted_parts import Change, Found, Slip, once, span_of
from formula.messages import Message, message
from formula.reading import choices
from formula.source import Source, Span

FENCE = re.compile(r"^[ \t]*```[^\r\n]*(?:\r?\n|\Z)", re.MULTILINE)


FORMULA = re.compile(r"\s*(?:SE\b[\s\S]*\bENT[AÃ]O\b[\s\S]*\bFIMSE\b|(?:DECL\b|SETVAR\s*\()[\s\S]*;)", re.IGNORECASE)
"""A text that holds a formula."""


def unwrapped(source: Source) -> Slip | None:
    """What is around the whole text, when something is."""
    return (
        in_two_bytes(source)
        or wrapped(source)
        or quoted_mail(source)
        or numbered_lines(source)
        or list_sign(source)
        or fenced(source)
        or sheet_sign(source)
        or choice_behind(source)
        or escaped(source)
        or mail_coded(source)
        or script_end(source)
        or script_beginning(source)
        or told_in_a_mail(source)
    )


def in_two_bytes(source: Source) -> Slip | None:
    """UTF-16 read as single bytes: every other character is a NUL."""
    if source.text.count("\0") * 3 < len(source.text) or "\0" not in source.text:
        return None
    whole = Span(0, len(source.text))
    better = re.sub(r"\0|\A(?:\xff\xfe|\xfe\xff|\ufffd\ufffd)", "", source.text)
    text, hint = message("o arquivo está em UTF-16"), message("grave-o de novo em UTF-8")
    return once(whole, better, "caractere-estranho", text, hint, better)


def wrapped(source: Source) -> Slip | None:
    """A cell of a spreadsheet or of a CSV file: the formula as one text, its own quotes doubled."""
    text = source.text.strip()
    if len(text) < 2 or text[0] not in "'\"":
        return None
    if text[0] == "'" and text.count("'") % 2 and FORMULA.match(text[1:]) is not None:
        start = source.text.index("'")
        told = message("a planilha põe ' antes de um texto, e ele não faz parte da fórmula")
        return once(Span(start, start + 1), "", "texto-de-fora", told, message("retire"), "")
    if text[-1] != text[0]:
        return None
    quote = text[0]
    inner = text[1:-1]
    if quote in inner.replace(quote * 2, "") or FORMULA.match(inner) is None:
        return None
    start = source.text.index(quote)
    span = Span(start, start + len(text))
    better = inner.replace(quote * 2, quote)
    return once(
        span,
        better,
        "texto-de-fora",
        message("a fórmula inteira está entre aspas, como um texto"),
        message("retire as aspas de fora, e escreva uma só onde há duas"),
        better,
        anyway=True,
    )


def prefixed(source: Source, pattern: str) -> list[Found] | None:
    """The beginnings of all lines that say something, when each has the same kind of beginning."""
    found: list[Found] = []
    for number in range(1, len(source.line_starts) + 1):
        line = source.line_text(number)
        if line.strip():
            one = re.compile(pattern).match(source.text, source.line_starts[number - 1])
            if one is None:
                return None
            found.append(one)
    return found or None


def without(source: Source, found: list[Found], text: Message, hint: Message) -> Slip:
    """The text without the beginnings of its lines."""
    changes = tuple(Change(span_of(one), "") for one in found)
    whole = Span(found[0].start(), found[-1].end())
    parts = [source.text[one.end() : after.start()] for one, after in pairwise(found)]
    return Slip(changes, "texto-de-fora", span_of(found[0]), text, hint, (whole, "".join(parts)))


def quoted_mail(source: Source) -> Slip | None:
    """Lines quoted in a mail: each begins with ``>``."""
    found = prefixed(source, r"[ \t]*(?:>[ \t]?)+(?!=)") or prefixed(source, r"[ \t]*\|(?!\|)[ \t]?")
    if found is None:
        return None
    sign = found[0][0].strip()[0]
    hint = message("retire o {sinal} do começo de cada linha", sinal=sign)
    return without(source, found, message("isto foi citado em um e-mail: cada linha começa com {sinal}", sinal=sign), hint)


def numbered_lines(source: Source) -> Slip | None:
    """Lines with their numbers, as pages and editors show them."""
    found = prefixed(source, r"[ \t]*(\d+)(?:[.:)|][ \t]?|[ \t])(?![ \t]*[\d=<>+*/;,-])")
    numbers = [int(one[1]) for one in found or ()]
    if found is None or len(found) < 2 or any(after <= before for before, after in pairwise(numbers)):
        return None
    if numbers[-1] - numbers[0] > 10 * len(numbers):
        return None
    hint = message("retire os números do começo das linhas")
    return without(source, found, message("as linhas foram copiadas com os seus números"), hint)


LIST_SIGN = re.compile(
    r"\s*(?:\d{1,3}\.[ \t]+|\d{1,3}[)][ \t]*|[a-z][)][ \t]*|[*\u2022\xb7\u25aa\u25e6\u2023\u2013\u2014][ \t]+"
    r"|-[ \t]+(?=SE\b|DECL\b|SETVAR\b|REPITA\b|ENQUANTO\b))(?=[\w'\"(/])",
    re.IGNORECASE,
)


def list_sign(source: Source) -> Slip | None:
    """``1. SE…``, ``a) SE…``, ``• SE…``: one entry of a list."""
    found = LIST_SIGN.match(source.text)
    if found is None:
        return None
    written = found[0].strip()
    span = Span(found.end() - len(found[0].lstrip()), found.end())
    text = message("{sinal} é um marcador de lista e não faz parte da fórmula", sinal=written)
    return once(span, "", "texto-de-fora", text, message("retire"), "")


def escaped(source: Source) -> Slip | None:
    """``SE%20COLIGADA%20%3D%201``: an address of a page."""
    if len(ESCAPE.findall(source.text)) < 3 or re.search(r"[ \t]%|%[ \t]", source.text):
        return None
    whole, better = Span(0, len(source.text)), ESCAPES.sub(unescaped, source.text)
    text, hint = (
        message("isto foi copiado de um endereço: %20 é um espaço"),
        message("troque cada % e os seus dois sinais pelo sinal certo"),
    )
    return once(whole, better, "texto-de-pagina", text, hint, better)


def unescaped(found: Found) -> str:
    """The characters that an address writes by their bytes."""
    return bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace")


MAIL_CODE = re.compile(r"=\r?\n|=[0-9A-F]{2}")
SURELY_CODE = re.compile(r"=\r?\n|=3D|=C[23]=[89AB][0-9A-F]|=(?:27|22)(?=[^\W\d_])|(?<=[^\W\d_])=(?:27|22)(?!\d)")


def mail_coded(source: Source) -> Slip | None:
    """``COLIGADA =3D 1``, ``=27Alta=27``: the source of a mail, where signs are written by their bytes."""
    if SURELY_CODE.search(source.text) is None:
        return None
    whole = MAIL_CODE.sub("", source.text).count("=") == 0
    coded = re.compile(rf"(?:{(MAIL_CODE if whole else SURELY_CODE).pattern})+")
    first = coded.search(source.text)
    assert first is not None
    better = coded.sub(mail_signs, source.text)
    text = message("isto veio do código de um e-mail: {sinal} é {certo}", sinal=first[0].strip(), certo=mail_signs(first) or "''")
    span = Span(0, len(source.text))
    slip = once(span, better, "texto-de-fora", text, message("troque cada = e os seus dois sinais pelo sinal certo"), better)
    return slip if first[0].strip("=\r\n") else None


def mail_signs(found: Found) -> str:
    """The characters that a mail writes by their bytes; a sign at the end of a line joins it to the next."""
    raw = bytes.fromhex("".join(re.findall(r"=([0-9A-F]{2})", found[0])))
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


SCRIPT_END = re.compile(r"(?<=[\r\n;])\s*(?P<word>GO|COMMIT|/|\.)[ \t]*;?\s*\Z", re.IGNORECASE)


def script_end(source: Source) -> Slip | None:
    """``GO`` and ``/`` at the end of a script."""
    found = SCRIPT_END.search(source.text, max(0, len(source.text) - TAIL))
    if found is None or re.search(rf"(?<!\w){re.escape(found['word'])}(?!\w)", source.text[: found.start()], re.IGNORECASE):
        return None
    span = Span(found.start("word"), len(source.text.rstrip()))
    text = message("{palavra} é de um script de banco de dados e não faz parte da fórmula", palavra=found["word"].upper())
    return once(span, "", "texto-de-fora", text, message("retire"), "", anyway=found["word"].upper() == "COMMIT")


SCRIPT_BEGINNING = re.compile(r"\s*(?P<line>(?:SET[ \t]+NOCOUNT[ \t]+ON|USE[ \t]+\w+)[ \t]*(?:;|(?=[\r\n])))", re.IGNORECASE)


def script_beginning(source: Source) -> Slip | None:
    """``SET NOCOUNT ON;`` and ``USE BANCO`` at the beginning of a script."""
    found = SCRIPT_BEGINNING.match(source.text)
    if found is None:
        return None
    span = Span(found.start("line"), found.end("line"))
    text = message(
        "{palavra} é de um script de banco de dados e não faz parte da fórmula", palavra=found["line"].strip(" ;").upper()
    )
    return once(span, "", "texto-de-fora", text, message("retire"), "")


ESCAPE, ESCAPES = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE), re.compile(r"(?:%[0-9a-f]{2})+", re.IGNORECASE)
BEFORE_A_FORMULA = re.compile(
    r"\s*[^'\"=;()<>*/\r\n]{3,100}:[ \t]*(?:\r?\n)+(?=\s*(?:SE\b|DECL\b|SETVAR\b|REPITA\b|ENQUANTO\b|['\">]))", re.IGNORECASE
)
AFTER_A_FORMULA = re.compile(
    r"(?<=[\r\n])[ \t]*(?:Att|Atte|Atenciosamente|Abra[çc]os?|Ab[sç]|Sds|Sauda[çc][õo]es|Cordialmente|Obrigad[oa]|Grat[oa])\b"
    r"[^'\"=;()<>*/]*\Z",
    re.IGNORECASE,
)


PROSE = r"[^'\"=;()<>*/\r\n]{0,120}"
PROSE_BEFORE = re.compile(
    rf"\s*[^\W\d_][\w-]*,?[ \t]+{PROSE}[a-zà-ÿ]{PROSE}(?:\r?\n)+(?=\s*(?:(?i:SE|DECL|SETVAR|REPITA|ENQUANTO)\b|/\*))"
)
PROSE_AFTER = re.compile(
    rf"(?<=[\r\n])[ \t]*(?:(?:--|__+)[ \t]*\r?\n[^'\"=;()<>*]*"
    rf"|[^\W\d_][\w-]*,?[ \t]+{PROSE}[a-zà-ÿ]{PROSE}(?:\r?\n{PROSE})*)\Z"
)
TAIL = 600
"""Words after a formula are looked for in so many characters at its end."""
OF_A_FORMULA = re.compile(
    r"\b(?:ENT[AÃ]O|SEN[AÃ]O|FIMSE|FIMENQ(?:UANTO)?|SETVAR|DECL|REPITA|ENQUANTO|FA[CÇ]A|BEGIN|END|THEN|ELSE|RETURN)\b"
    r"|\d[ \t]*[-+]|[-+][ \t]*\d",
    re.IGNORECASE,
)


LABEL = re.compile(
    r"\s*(?:a[ \t]+)?(?:F[óo]rmula|Regra|Exemplo|C[óo]digo|Resposta|Ficou|Segue|Solu[çc][ãa]o)(?:[ \t]+[^\W\d_]+){0,3}"
    r"(?:[ \t]+\d{1,2})?[ \t]*[:\u2013-]"
    r"[ \t]*(?=(?:SE|DECL|SETVAR|REPITA|ENQUANTO)\b)",
    re.IGNORECASE,
)
"""``Fórmula: SE …``: what the formula is called, on its line."""
CHAT_HEAD = re.compile(
    r"\s*(?:\[(?=[^\]\r\n]{0,30}\d:\d\d)[\d/:., APMapm-]{4,40}\]"
    r"|\d{1,2}/\d{1,2}/\d{2,4},?[ \t]+\d{1,2}:\d\d(?::\d\d)?(?:[ \t]*[APap][Mm])?[ \t]*-)"
    r"[ \t]*[^:\r\n'\"=;()]{1,60}:[ \t]+(?=\S)"
)
"""``[10:42, 24/11/2026] Ana:`` before what was said in a chat."""
MAIL_HEAD = re.compile(
    r"\s*(?:(?:De|Para|Cc|Assunto|Data|Enviad[oa](?:[ ]em)?|From|To|Subject|Date|Sent):[^\r\n]*(?:\r?\n)+){2,}", re.IGNORECASE
)


def prose_around(source: Source) -> Found | None:
    """Lines of words before or after the formula: a button of a page, a greeting, a signature."""
    text = source.text
    for found in (PROSE_BEFORE.match(text), PROSE_AFTER.search(text, max(0, len(text) - TAIL))):
        signed = found is not None and found[0].lstrip()[:2] in {"--", "__"}
        if (
            found is not None
            and (signed or OF_A_FORMULA.search(found[0]) is None)
            and not re.match(r"\s*(?i:SE|E|OU|NAO|ATE)\b", found[0])
        ):
            return found
    return None


def told_in_a_mail(source: Source) -> Slip | None:
    """A line of a mail before the formula that ends with a colon, or its last words after it."""
    patterns = (LABEL.match, CHAT_HEAD.match, MAIL_HEAD.match, BEFORE_A_FORMULA.match, AFTER_A_FORMULA.search)
    for found in (*(find(source.text) for find in patterns), prose_around(source)):
        if found is not None and not re.match(r"\s*(?:SE|ENQUANTO)\b", found[0], re.IGNORECASE):
            text = message(
                "isto é de uma mensagem e não faz parte da fórmula: {texto}", texto=found[0].split("\n")[0].strip() or "…"
            )
            return once(span_of(found), "", "texto-de-fora", text, message("retire"), "")
    return None


def sheet_sign(source: Source) -> Slip | None:
    """``=SE…``: spreadsheets begin a formula with a sign."""
    found = re.match(r"\s*=\s*(?=[\w'\"])", source.text)
    if found is None:
        return None
    span = Span(source.text.index("="), found.end())
    called = re.compile(r"(?:SE|IF)\b", re.IGNORECASE).match(source.text, found.end())
    better = None if called is None else choices.called_choice(source.text, called.end())
    if better is not None and not source.text[better[0] :].strip(" ;\r\n\t"):
        text = message("isto é uma fórmula de planilha: aqui ela não começa com =, e SE não é função")
        hint = message("escreva SE condição ENTAO … SENAO … FIMSE")
        return once(Span(span.start, better[0]), better[1], "texto-de-fora", text, hint, better[1])
    return once(span, "", "texto-de-fora", message("uma fórmula não começa com =, como em planilhas"), message("retire o ="), "")


CHOICE_BEHIND = re.compile(
    r"\s*+(?P<yes>'[^'\r\n]*+'|\"[^\"\r\n]*+\"|[\w.]++)[ \t]++IF[ \t]++(?P<test>[^;\r\n]{1,300}?)[ \t]++ELSE[ \t]++"
    r"(?P<no>'[^'\r\n]*+'|\"[^\"\r\n]*+\"|[\w.]++)\s*+;?\s*+\Z",
    re.IGNORECASE,
)


def choice_behind(source: Source) -> Slip | None:
    """``'1;3' if A == 1 else '5'``: a choice whose first value stands before the condition."""
    found = CHOICE_BEHIND.match(source.text)
    if found is None or re.search(r"\b(?:IF|ELSE)\b", found["test"], re.IGNORECASE):
        return None
    better = f"SE {found['test']} ENTAO {found['yes']} SENAO {found['no']} FIMSE"
    text = message("o valor vem depois da condição, e não antes de IF")
    hint = message("escreva SE condição ENTAO … SENAO … FIMSE")
    return once(Span(found.start("yes"), found.end("no")), better, "se-como-expressao", text, hint, better)


def fenced(source: Source) -> Slip | None:
    """Three back quotes around a piece of code, as chats and manuals write it."""
    opening = FENCE.search(source.text)
    if opening is None:
        return None
    closing = FENCE.search(source.text, opening.end())
    found = [opening] if closing is None else [opening, closing]
    text = message("as linhas com ``` não fazem parte da fórmula")
    return without(source, found, text, message("retire as linhas com ```"))
