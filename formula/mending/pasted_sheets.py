"""Values, conditions and lines as spreadsheets, SQL and mails write them (L6, L8, O1): ``10%``, ``E(a; b)``, ``CAST(a AS INT)``, a
text that a mail broke in two lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from formula.mending.pasted_parts import OPERAND_WANTED, Change, Found, Slip, before, once, span_of
from formula.messages import message
from formula.reading import choices
from formula.reading.missing_quotes import AFTER_A_TEXT
from formula.source import Source, Span
from formula.values import number_text

PERCENT = r"(?<![\w.,])\d+(?:[.,]\d+)?%(?=[ \t]*(?:[*/),;=<>]|(?:D[EOA]|ENT[AÃ]O|SEN[AÃ]O|FIMSE|FA[CÇ]A|E|OU)\b|[\r\n]|\Z))"
OF = re.compile(r"[ \t]+D[EOA]\b(?=[ \t]+[\w(])", re.IGNORECASE)


def percent(source: Source, found: Found) -> Iterator[Slip]:
    """``10%`` and ``10% de X``: a part of a hundred. A remainder has an operand behind its sign."""
    written = found[0][:-1]
    if "," in written and source.text.count("(", 0, found.start()) > source.text.count(")", 0, found.start()):
        return
    part = number_text((Decimal(written.replace(",", ".")) / 100).normalize())
    of = OF.match(source.text, found.end())
    span, better = Span(found.start(), of.end() if of else found.end()), f"{part} *" if of else part
    text = message("o sinal {sinal} não existe", sinal="%")
    yield once(span, better, "resto", text, message("escreva {certo}", certo=better), better)


WORD_CALL = re.compile(r"\s*(E|OU|AND|OR)[ \t]*(?=\()", re.IGNORECASE)


def conditions(text: str, start: int = 0) -> tuple[int, str, str] | None:
    """``E(a; OU(b; c))``: its end, its word, and the condition in this language."""
    called = WORD_CALL.match(text, start)
    found = None if called is None else choices.arguments(text, called.end())
    if called is None or found is None or len(found[1]) < 2 or not all(found[1]):
        return None
    word = choices.SAME_WORD.get(called[1].upper(), called[1].upper())
    return found[0], word, f" {word} ".join(inner(one, word) for one in found[1])


def inner(text: str, word: str) -> str:
    """One of the conditions that a word joins."""
    found = conditions(text)
    if found is None or text[found[0] :].strip():
        looser = word == "E" and len(choices.split(text, ("OU", "OR"))) > 1
        said = choices.said_here(text)
        return f"({said})" if looser else said
    return f"({found[2]})" if found[1] != word else found[2]


ALONE = frozenset({"SE", "IF", "ENQUANTO", "WHILE", "ATE", "ATÉ"})
HEAD_ENDS = re.compile(r"\s*(?:ENT[AÃ]O|THEN|FA[CÇ]A|DO|;|\Z)", re.IGNORECASE)


def called_word(source: Source, found: Found) -> Iterator[Slip]:
    """``E(a; b)`` where a condition is wanted."""
    last = before(source, found.start())
    read = conditions(source.text, found.start()) if last in OPERAND_WANTED else None
    if read is None:
        return
    end, word, said = read
    better = said if last in ALONE and HEAD_ENDS.match(source.text, end) else f"({said})"
    text = message("{palavra} não é função: vai entre as condições", palavra=word)
    hint = message("escreva {certo}", certo=better)
    yield once(Span(found.start(), end), better, "palavra-de-outra-linguagem", text, hint, better)


SQL_TYPE = (
    r"(?:N?VAR)?CHAR2?|NCHAR|TEXT|STRING|INT(?:EGER)?|BIGINT|SMALLINT|TINYINT|NUMERIC|NUMBER|DECIMAL|FLOAT|REAL|MONEY|DATE(?:TIME2?)?"
    r"|TIMESTAMP|SMALLDATETIME|BIT"
)
TYPE = re.compile(rf"(?:{SQL_TYPE})\s*(?:\(\s*(?:\d+\s*(?:,\s*\d+\s*)?|MAX\s*)\))?", re.IGNORECASE)
PLAIN = re.compile(r"[\w.]+|'[^']*'|\"[^\"]*\"")


def cast(source: Source, found: Found) -> Iterator[Slip]:
    """``CAST(a AS VARCHAR)`` and ``CONVERT(VARCHAR(10), a, 103)``: a value takes the kind that is wanted by itself."""
    given = choices.arguments(source.text, found.end() - 1)
    if given is None:
        return
    value = None
    if found[0][:2].upper() == "CA":
        parts = choices.split(given[1][0], ("AS",)) if len(given[1]) == 1 else choices.split(",".join(given[1]), ("AS",))
        value = parts[0] if len(parts) == 2 and TYPE.fullmatch(parts[1]) else None
    elif len(given[1]) in {2, 3} and TYPE.fullmatch(given[1][0]):
        value = given[1][1]
    if not value:
        return
    name = found[0][:-1].strip().upper()
    simple = PLAIN.fullmatch(value) or re.fullmatch(r"\w+\s*\([^()]*\)", value)
    better = value if simple else f"({value})"
    text = message("{palavra} não existe nesta linguagem", palavra=name)
    hint = message("um valor vira texto, número ou data onde é preciso; escreva {certo}", certo=better)
    whole = Span(found.start(), given[0])
    yield once(whole, better, "palavra-de-outra-linguagem", text, hint, better, anyway=True)


BIND = r"(?<![\w:]):(?:FRM_)?(?=[A-Za-z_]\w*)"


def bound(source: Source, found: Found) -> Iterator[Slip]:
    """``:PRIORIDADE`` as sentences name what they are given, where a value is wanted."""
    if before(source, found.start()) in OPERAND_WANTED:
        name = re.compile(r"\w+").match(source.text, found.end())
        text, better = message("um nome não leva sinais em volta: {sinal}", sinal=found[0]), name[0] if name else ""
        yield once(span_of(found), "", "texto-de-fora", text, message("escreva {certo}", certo=better), "")


EXECUTED = r"\bEXEC(?:UTE|UTAR)?[ \t]+(?:SQL[ \t]+)?(?='[^'\r\n]+'|\"[^\"\r\n]+\")"


def executed(source: Source, found: Found) -> Iterator[Slip]:
    """``EXEC SQL 'CHEFES'``."""
    name = re.compile(r"'[^'\r\n]+'|\"[^\"\r\n]+\"").match(source.text, found.end())
    assert name is not None
    better = f"EXECSQL({name[0]})"
    text = message("{palavra} não existe nesta linguagem", palavra=found[0].strip().upper())
    whole = Span(found.start(), name.end())
    yield once(whole, better, "palavra-de-outra-linguagem", text, message("escreva {certo}", certo=better), better)


SELECTED = r"\bSELECT[ \t]+(?=CASE\s+WHEN\b|(?:@?[A-Za-z_]\w*|'[^'\r\n]*'|\d+)[ \t]*(?:;|\s*\Z))"


def selected(source: Source, found: Found) -> Iterator[Slip]:
    """``SELECT @X``, ``SELECT CASE WHEN …``: what a script gives, without a table."""
    if re.compile(r"[^;]*\bFROM\b", re.IGNORECASE).match(source.text, found.end()) is None:
        text = message("{palavra} não existe nesta linguagem", palavra="SELECT")
        hint = message("o valor da fórmula é o da última expressão: escreva só a expressão")
        yield once(span_of(found), "", "palavra-de-outra-linguagem", text, hint, "")


WORDED = (
    r"(?<!\w)(?:N[ÃA]O[ \t]+)?(?:[ÉE]H?|IS|FOR|SEJA)[ \t]+(?:(?:IGUAL|EQUAL)[ \t]+(?:AO?|À|TO)|DIFERENTE[ \t]+D[EOA]"
    r"|(?:MAIOR|MENOR)(?:[ \t]+OU[ \t]+IGUAL)?[ \t]+(?:AO?|À|QUE|DO[ \t]+QUE))(?!\w)"
)


def worded(source: Source, found: Found) -> Iterator[Slip]:
    """``A É IGUAL A 1``, ``A FOR MAIOR QUE 1``."""
    words = found[0].upper().split()
    if before(source, found.start()) in OPERAND_WANTED:
        return
    negated = words[0] in {"NÃO", "NAO"}
    sign = {"IGUAL": "=", "EQUAL": "=", "DIFERENTE": "<>", "MAIOR": ">", "MENOR": "<"}[words[1 + negated]]
    better = sign + ("=" if "OU" in words else "")
    better = {"=": "<>", "<>": "=", ">": "<=", "<": ">=", ">=": "<", "<=": ">"}[better] if negated else better
    text = message("o operador {sinal} não existe", sinal=found[0].upper())
    yield once(span_of(found), better, "operador-de-outra-linguagem", text, message("escreva {certo}", certo=better), better)


def otherwise(_: Source, found: Found) -> Iterator[Slip]:
    """``CASO CONTRÁRIO``."""
    text = message("{palavra} não existe nesta linguagem", palavra=found[0].upper())
    yield once(span_of(found), "SENAO", "palavra-de-outra-linguagem", text, message("escreva {certo}", certo="SENAO"), "SENAO")


APART = r"\bSE[ \t]+N[AÃ]O\b(?=(?:(?!\b(?:ENT[AÃ]O|THEN|SE)\b)[\s\S]){1,300}?\bFIMSE\b)"


def apart(source: Source, found: Found) -> Iterator[Slip]:
    """``SE NAO`` for SENAO: no condition follows, and one SE more than there are ends."""
    words = Counter(
        word.upper() for word in re.findall(r"'[^'\r\n]*'|\b(?:SE|FIMSE)\b", source.text[: choices.LONGEST], re.IGNORECASE)
    )
    if words["SE"] == words["FIMSE"] + 1:
        text = message("{palavra} não existe nesta linguagem", palavra=found[0].upper())
        yield once(span_of(found), "SENAO", "palavra-de-outra-linguagem", text, message("escreva {certo}", certo="SENAO"), "SENAO")


def forum_tag(source: Source, found: Found) -> Iterator[Slip]:
    """``[code]…[/code]`` of forums."""
    if "/" in found[0] or f"[/{found[0][1:-1].split('=')[0]}" in source.text[found.end() : found.end() + choices.LONGEST]:
        text = message("isto veio de uma página: {sinal} é marcação e não faz parte da fórmula", sinal=found[0][:40])
        yield once(span_of(found), "", "texto-de-pagina", text, message("retire"), "")


CODE_WORD = re.compile(r"\b(?:SENAO|SENÃO|ENTAO|ENTÃO|FIMSE|FIMENQ|FIMENQUANTO|SETVAR|DECL|REPITA)\b|/\*|\*/|;\s*\Z")


def broken(source: Source, found: Found) -> Iterator[Slip]:
    """A text that goes on in the next lines, as mails and pages break it."""
    if CODE_WORD.search(found[0]) or not AFTER_A_TEXT.match(source.text + ";", found.end()):
        return
    line_end = re.compile(r"[\r\n]|\Z").search(source.text, found.end())
    rest = source.text[found.end() : line_end.start() if line_end else None]
    if rest.count(found[0][0]) % 2:
        return
    breaks = list(re.finditer(r"[ \t]*\r?\n\s*", found[0]))
    better = re.sub(r"[ \t]*\r?\n\s*", " ", found[0])
    changes = tuple(Change(Span(found.start() + one.start(), found.start() + one.end()), " ") for one in breaks)
    text, hint = message("um texto fica em uma só linha"), message("junte as linhas do texto")
    yield Slip(changes, "texto-sem-fim", span_of(found), text, hint, (span_of(found), better))
