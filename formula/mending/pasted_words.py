"""Words as they are spoken, printed and written by programs: texts without quotes, names that a line's end parted, brackets of
another shape, texts with names in them (L6, L10, F1, O5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from formula.builtins import TABLE
from formula.fields import STANDARD_FIELDS
from formula.mending.pasted_parts import OPERAND_WANTED, Change, Found, Slip, before, once, span_of
from formula.messages import message
from formula.reading.foreign_words import FOREIGN, plain
from formula.reading.lexer import KEYWORDS
from formula.reading.number_words import number_in_words
from formula.source import Source, Span

KNOWN = frozenset({*TABLE, *STANDARD_FIELDS})
INNER = r"(?:'[^'\r\n]*+'|\"[^\"\r\n]*+\"|[^'\"\r\n{}\[\]();]|\([^()\r\n]*+\))*+"
BRACKETS = rf"\b[a-z_]\w*[ \t]*+(?:[{{\[]{INNER}[)}}\]]|\({INNER}[}}\]])"
"""A call with brackets of another shape at one of its ends or both."""
PARTED = r"\b[a-z]\w*(?:-|\u2010)[ \t]*\r?\n[ \t]*[a-z]\w*"
INSIDE = r"(?:'[^'\r\n\\]*+(?:\\'[^'\r\n\\]*+)+'|\"[^\"\r\n\\]*+(?:\\\"[^\"\r\n\\]*+)+\")(?=[ \t]*(?:[,);+=<>]|\Z|[\r\n]|[a-z]))"
"""A text with its own quote written after a backslash."""
WORD = r"[^\W\d_][\w.-]*+"
FREE = (
    rf"(?:(?<=[=(,])|(?<=[=(,][ \t])|(?<=<>)|(?<=<>[ \t])){WORD}"
    rf"(?:[ \t]++{WORD}){{1,15}}?(?=[ \t]*(?:[,)]|(?:ENT[AÃ]O|THEN|E|OU|FA[CÇ]A)\b))"
    rf"|(?:(?<==)|(?<==[ \t]))(?=[a-z]*[^\W\d_a-z])[^\W\d_]++(?=[ \t]+(?:ENT[AÃ]O|THEN|E|OU|FA[CÇ]A)\b)"
)
SIGNS = ("%", "^", "**", "}", "]", "\ua78a", "\u2550", "\u02c2", "\u02c3", "\u2217", "\u037e")
"""Signs that no formula has."""
SUSPECT: Sequence[tuple[tuple[str, ...], re.Pattern[str]]] = tuple(
    (needed, re.compile(pattern, re.IGNORECASE))
    for needed, pattern in (
        (("MOD", "FUNCTION", "DEF", "NEW"), r"\bMOD\b|\b(?:function|def|new)[ \t]"),
        ((".",), r"\.(?:equals|contains|includes|startsWith|endsWith|replaceAll|substr)\w*[ \t]*+\(|\d,\d{3}\.\d"),
        (("'",), r"\d'\d{3}"),
        ((":", "="), r"[(,][ \t]*+[a-z_]\w*+[ \t]*+(?::|=>|=[ \t]*+['\"\d])|=[ \t]?[a-z]*[^\W\d_a-z]"),
        ((" ", "\t"), r"[=>(,][ \t]?[^\W\d_][\w.-]*+[ \t]++(?!(?:E|OU|ENT[AÃ]O|THEN|FA[CÇ]A|AND|OR)\b)[^\W\d_]"),
        (("-",), r"\w-[ \t]*+\r?\n"),
        (("{",), r"\w[ \t]*+[{]"),
        (("SWITCH", "CASE", "ESCOLHA", "SEJA"), r"\b(?:SWITCH|SELECT[ \t]+CASE|ESCOLHA|CASO[ \t]+SEJA)\b"),
        (("->", "=>", "\u2192", "\u21d2", "\u27a1"), r"[\w)'\"][ \t]*(?:->|=>|[\u2192\u21d2\u27a1])"),
        (("PARA", "FOR"), r"\b(?:PARA|FOR)\b[ \t]*\(?[ \t]*\w"),
        (("S E", "S\tE", "S  E"), r"\bS[ \t]+E\b"),
        (("F'", 'F"', "$'", '$"'), r"\b[f$]['\"]"),
    )
)
"""What may be one of these, each beside what a text has then (in capitals): most texts have none of it."""
OTHER_WORDS = frozenset(
    [
        "X", "VEZES", "MAIS", "MENOS", "DIVIDIDO", "MULTIPLICADO", "IGUAL", "DIFERENTE", "MAIOR", "MENOR", "ACIMA",
        "ABAIXO", "EQ", "NE", "GT", "LT", "GE", "LE", "GTE", "LTE", "NEQ", "EQUALS", "EQUAL", "EH", "MOD", "DIV", "XOR",
        "AND", "OR", "NOT", "IN", "EM", "IS", "ENTRE", "BETWEEN", "LIKE", "CONTEM", "CONTAINS", "DENTRO", "AS", "FROM",
        "WHERE", "THEN", "ELSE", "END", "DO", "BEGIN", "RETURN", "FOR",
    ]
)  # fmt: skip
"""Words that stand between operands elsewhere: such a row of words is no text."""


def brackets(source: Source, found: Found) -> Iterator[Slip]:
    """``CONCAT{'a', FILIAL}``, ``CONCAT('a', FILIAL]``."""
    opening = re.compile(r"[{\[(]").search(found[0])
    name = re.match(r"\w+", found[0])
    if opening is None or name is None or name[0].upper() not in {*TABLE, "SETVAR"}:
        return
    at = found.start() + opening.start()
    first, last = Span(at, at + 1), Span(found.end() - 1, found.end())
    sign = "{" if "{" in found[0][opening.start()] + found[0][-1] or found[0][-1] == "}" else "["
    better = f"{found[0][: opening.start()]}({found[0][opening.end() : -1]})"
    text = message("chaves não são parênteses nesta linguagem" if sign == "{" else "colchetes não são parênteses nesta linguagem")
    changes = (Change(first, "("), Change(last, ")"))
    yield Slip(changes, "texto-de-fora", span_of(found), text, message("escreva {certo}", certo=better), (span_of(found), better))


LOOKED_THROUGH = 3_000


def given_before(source: Source, at: int, name: str) -> bool:
    """Whether a name is declared not too far before a place."""
    text = source.text[max(0, at - LOOKED_THROUGH) : at]
    return re.search(rf"\bDECL\b[^;]*\b{re.escape(name)}\b", text, re.IGNORECASE) is not None


def parted_name(source: Source, found: Found) -> Iterator[Slip]:
    """``PRIORI-⏎DADE``: a name that a printed page parted at the end of a line."""
    better = re.sub(r"(?:-|\u2010)\s+", "", found[0])
    known = better.upper() in KNOWN or plain(better).upper() in KEYWORDS
    if known and not given_before(source, found.start(), re.split(r"\W", found[0])[0]):
        text = message("{nome} foi partido no fim da linha", nome=better)
        yield once(span_of(found), better, "texto-de-fora", text, message("escreva {certo}", certo=better), better, anyway=True)


def inside_quote(_: Source, found: Found) -> Iterator[Slip]:
    r"""``'caixa d\'água'``: a quote inside a text is written twice."""
    quote = found[0][0]
    better = found[0].replace(f"\\{quote}", quote * 2)
    text = message("{sinal} não vale dentro de um texto: a aspa se escreve duas vezes", sinal=f"\\{quote}")
    yield once(span_of(found), better, "texto-de-fora", text, message("escreva {certo}", certo=better), better, anyway=True)


MOST_BEFORE = 400


def called_at(source: Source, at: int) -> tuple[str, int] | None:
    """The function whose bracket is open at a place, and how many arguments its call has as it stands."""
    depth = 0
    start = max(0, at - MOST_BEFORE)
    for place in range(at - 1, start - 1, -1):
        sign = source.text[place]
        depth += (sign == ")") - (sign == "(")
        if depth < 0:
            from formula.reading import choices

            name = re.compile(r"(\w+)\s*\Z").search(source.text, max(0, place - 60), place)
            given = choices.arguments(source.text, place)
            return (name[1].upper(), len(given[1])) if name is not None and given is not None else None
        if sign == ";" and not depth:
            return None
    return None


def free_text(source: Source, found: Found) -> Iterator[Slip]:
    """``FILIAL = São Paulo``, ``ADICIONARDISCUSSAO(Enviado ao gestor)``: a text without its quotes."""
    words = [plain(word).upper() for word in found[0].split()]
    if source.text[max(0, found.start() - 3) : found.start()].rstrip()[-2:] in {">=", "<="}:
        return
    compared = source.text[max(0, found.start() - 2) : found.start()].rstrip()[-1:] in {"=", ">"}
    if not compared and {"AND", "OR", "IN", "LIKE", "X", "BETWEEN"} & set(words):
        return
    joined = {"".join(words), "_".join(words)}
    accented = not found[0].isascii()
    if joined & KNOWN or number_in_words(words) is not None or words[0] in KNOWN or (compared and set(words) & OTHER_WORDS):
        return
    if (compared and any(word in FOREIGN for word in words[1:])) or set(words) & (
        KEYWORDS.keys() - {"E", "OU", "SE", "ATE", "NAO"}
    ):
        return
    if any(given_before(source, found.start(), word) for word in words):
        return
    if compared:
        if set(words) & KEYWORDS.keys():
            return
    else:
        called = called_at(source, found.start())
        row = TABLE.get(called[0]) if called is not None else None
        if called is None or row is None or not row.minimum <= called[1] <= (row.maximum or called[1]):
            return
        if not accented and (not re.search(r"[a-z]", found[0]) or (row.maximum is None and len(words) < 3)):
            return
    better = f"'{found[0]}'"
    text = message("um texto vai entre aspas: {certo}", certo=better)
    yield once(span_of(found), better, "texto-de-fora", text, message("escreva {certo}", certo=better), better)


INNER_QUOTES = (
    r"'[^'\r\n]*(?<=[ (:])'(?=[^\W\d_])[^'\r\n;=<>()+*/,]{1,60}'(?:(?=[ .:!?)])[^'\r\n;]*)?'(?=[ \t]*(?:[,);]|\Z|[\r\n]))"
    r"|\"[^\"\r\n]*(?<=[ (:])\"(?=[^\W\d_])[^\"\r\n;=<>()+*/,]{1,60}\"(?:(?=[ .:!?)])[^\"\r\n;]*)?\"(?=[ \t]*(?:[,);]|\Z|[\r\n]))"
)


LITERAL = re.compile(r"/\*[\s\S]*?\*/|'[^'\r\n]*+'|\"[^\"\r\n]*+\"")


def suspicious(text: str) -> bool:
    """Whether something in a text may be one of these."""
    capitals = text.upper()
    if any(sign in text for sign in SIGNS):
        return True
    if any(pattern.search(text) is not None for needed, pattern in SUSPECT if any(one in capitals for one in needed)):
        return True
    return any(text[one.end() : one.end() + 1].isalpha() for one in LITERAL.finditer(text) if one[0][0] != "/")


def inner_quotes(_: Source, found: Found) -> Iterator[Slip]:
    """``'disse 'ok' hoje'``: a quoted word inside a text; its quotes are written twice."""
    quote, inside = found[0][0], found[0][1:-1]
    first, said = inside.split(quote)[:2]
    words = {plain(word).upper() for word in said.split()}
    told = said.islower() and len(re.findall(r"\b[^\W\d_]{2,}\b", first)) > 1
    if words & (KEYWORDS.keys() | KNOWN) and not told:
        return
    better = quote + inside.replace(quote, quote * 2) + quote
    text = message("dentro de um texto a aspa se escreve duas vezes")
    yield once(span_of(found), better, "texto-de-fora", text, message("escreva {certo}", certo=better), better)


HELD = r"\{[ \t]*[a-z_]\w*[ \t]*\}"
FORMATTED = rf"(?<![\w'\"])[f$](?:'[^'{{}}\r\n]*+(?:{HELD}[^'{{}}\r\n]*+)+'|\"[^\"{{}}\r\n]*+(?:{HELD}[^\"{{}}\r\n]*+)+\")"
TEMPLATE = r"`[^`$\r\n]*+(?:\$\{[ \t]*[a-z_]\w*[ \t]*\}[^`$\r\n]*+)+`"


def formatted(_: Source, found: Found) -> Iterator[Slip]:
    """``f'{FILIAL}-1'``, ```${FILIAL}-1```: a text with names in it."""
    inside = found[0][1:-1] if found[0][0] == "`" else found[0][2:-1]
    pieces = re.split(r"\$?\{[ \t]*(\w+)[ \t]*\}", inside)
    parts = [piece if place % 2 else "'" + piece.replace("'", "''") + "'" for place, piece in enumerate(pieces) if piece]
    if len(parts) == 1:
        parts.append("''")
    better = f"CONCAT({', '.join(parts)})"
    text = message("um texto não tem nomes entre chaves: para juntar use CONCAT")
    yield once(span_of(found), better, "texto-de-fora", text, message("escreva {certo}", certo=better), better)


WRAPPER = (
    r"(?:\bfunction\b[ \t]*\w*[ \t]*\([^()\r\n]*\)[ \t]*\{|\bdef[ \t]+\w+[ \t]*\([^()\r\n]*\)[ \t]*:|"
    r"\bfunction[ \t]+\w+(?:\([^()\r\n]*\))?[ \t]*:[ \t]*\w+[ \t]*;)"
)


def wrapper(source: Source, found: Found) -> Iterator[Slip]:
    """``function f() { … }``, ``def f():``: the commands stand as they are."""
    changes = [Change(span_of(found), "")]
    whole = source.text[found.end() :]
    if found[0].endswith("{"):
        end = source.text.rstrip(" ;\t\r\n").rfind("}")
        if end < found.end():
            return
        changes.append(Change(Span(end, end + 1), ""))
        whole = source.text[found.end() : end]
    if source.text[: found.start()].strip():
        return
    text = message("não há {palavra} nesta linguagem: os comandos vão direto", palavra=found[0].split()[0])
    fix = (Span(found.start(), changes[-1].span.end if len(changes) > 1 else len(source.text)), whole.strip())
    yield Slip(tuple(changes), "palavra-de-outra-linguagem", span_of(found), text, message("escreva só os comandos"), fix)


CREATED = r"\bnew[ \t]+(?=[a-z_]\w*[ \t]*\()"


def created(source: Source, found: Found) -> Iterator[Slip]:
    """``new Date()``."""
    now = re.compile(r"Date[ \t]*\([ \t]*\)").match(source.text, found.end())
    if now is not None:
        whole, said = (
            Span(found.start(), now.end()),
            message("não existe aqui a função '{nome}'", nome=source.text[found.start() : now.end()]),
        )
        yield once(whole, "AGORA", "funcao-desconhecida", said, message("escreva {certo}", certo="AGORA"), "AGORA")
        return
    text = message("{palavra} não existe nesta linguagem", palavra="NEW")
    yield once(span_of(found), "", "palavra-de-outra-linguagem", text, message("retire {palavra}", palavra="NEW"), "")


NAMED_ARGUMENT = r"(?<=[(,])[ \t]*[a-z_]\w*[ \t]*(?::=?|=>?)(?![=>])[ \t]*(?=['\"\d]|[a-z_]\w*[ \t]*[,(=)])"


def named(source: Source, found: Found) -> Iterator[Slip]:
    """``AVANCARETAPA(etapa: 2)``: arguments have no names here, only places."""
    name = re.match(r"\s*(\w+)\s*(\S+)", found[0])
    called = called_at(source, found.start())
    row = TABLE.get(called[0]) if called is not None else None
    if name is None or row is None or name[1].upper() not in {one.name.upper() for one in row.arguments}:
        return
    if name[2] == "=" and name[1].upper() in STANDARD_FIELDS and row.maximum != 1:
        return
    text = message("um argumento não tem nome: só o seu lugar conta")
    blanks = len(found[0]) - len(found[0].lstrip())
    span = Span(found.start() + blanks, found.end())
    yield once(span, "", "texto-de-fora", text, message("retire {palavra}", palavra=found[0].strip()), "", anyway=True)


ASKED = (
    "equals|equalsIgnoreCase|contains|includes|startsWith|startswith|endsWith|endswith|replace|replaceAll|substring|substr|indexOf"
)
POINTED = rf"(?<![\w.'\"])[a-z_]\w*(?:\([^()\r\n]{{0,100}}\))?\.(?:{ASKED})[ \t]*\([^()\r\n]{{1,200}}\)"


def pointed(source: Source, found: Found) -> Iterator[Slip]:
    """``ASSUNTO.contains('x')``, ``FILIAL.substring(0, 3)``: what others ask of a value, with what they need for it."""
    from formula.reading import choices

    call = re.search(rf"\.({ASKED})[ \t]*(?=\()", found[0], re.IGNORECASE)
    given = choices.arguments(found[0], call.end()) if call is not None else None
    if call is None or given is None:
        return
    better = written_here(found[0][: call.start()], call[1].lower(), given[1])
    if better is not None:
        text = message("um valor não tem .{nome}: aqui é uma função", nome=call[1])
        yield once(span_of(found), better, "membro-fora-de-chamada", text, message("escreva {certo}", certo=better), better)


def written_here(value: str, asked: str, given: list[str]) -> str | None:
    """A method with its arguments as a comparison or a call; None when it cannot be said in one."""
    one = given[0]
    size = len(one) - 2 if one[:1] in {"'", '"'} and one[-1:] == one[:1] and len(one) > 1 else None
    match asked, len(given):
        case "equals", 1:
            return f"{value} = {one}"
        case "contains" | "includes", 1:
            return f"POSICAO({one}, {value}) > 0"
        case "startswith", 1 if size:
            return f"SUBSTR({value}, 1, {size}) = {one}"
        case "endswith", 1 if size:
            return f"SUBSTR({value}, TAMANHO({value}) - {size - 1}, {size}) = {one}"
        case "replaceall", 2:
            return f"SUBSTITUI({value}, {one}, {given[1]})"
        case "substring", 2 if one.isdigit() and given[1].isdigit() and int(given[1]) > int(one):
            return f"SUBSTR({value}, {int(one) + 1}, {int(given[1]) - int(one)})"
        case "substr", 2 if one.isdigit():
            return f"SUBSTR({value}, {int(one) + 1}, {given[1]})"
    return None


AMOUNT = r"(?<![\w.,'\"])\d{1,3}(?:,\d{3})+\.\d+(?![\w.,'])|(?<![\w.,'\"])\d{1,3}(?:'\d{3})+(?:\.\d+)?(?![\w.,'])"


def amount(source: Source, found: Found) -> Iterator[Slip]:
    """``1,500.00`` and ``1'500.00``: thousands as other countries group them, where one number is wanted."""
    if before(source, found.start()) in OPERAND_WANTED - {"(", ",", ""}:
        better = re.sub(r"[,']", "", found[0])
        text = message("'{numero}' não é um número", numero=found[0])
        yield once(span_of(found), better, "numero-malformado", text, message("escreva {certo}", certo=better), better)


REMAINDER = re.compile(r"[ \t]*(%|\bMOD\b|\*\*|\^)[ \t]*", re.IGNORECASE)
POWERS = {"2": 2, "3": 3}


def remainder(source: Source, found: Found) -> Iterator[Slip]:
    """``A % 2``, ``A MOD 2``, ``A ** 2``: the remainder is a function, a power a product."""
    sign = REMAINDER.search(found[0])
    left, right = (found[0][: sign.start()], found[0][sign.end() :]) if sign is not None else ("", "")
    if sign is None or not left or left.upper() in KEYWORDS or right.upper() in KEYWORDS or left[0] in "'\"" or right[0] in "'\"":
        return
    if before(source, found.start()) in {"DECL", "*", "/"}:
        return
    text = message("o operador {sinal} não existe", sinal=sign[1])
    if sign[1].upper() in {"%", "MOD"}:
        code, better = "resto", f"RESTO({left}, {right})"
    elif right in POWERS and re.fullmatch(r"\w+", left):
        code, better = "potencia", " * ".join([left] * POWERS[right])
    else:
        return
    yield once(span_of(found), better, code, text, message("escreva {certo}", certo=better), better)


UNLIKE = r"[\xac~]="


def unlike(_: Source, found: Found) -> Iterator[Slip]:
    """``¬=`` and ``~=``."""
    text = message("o operador {sinal} não existe", sinal=found[0])
    yield once(span_of(found), "<>", "diferente-errado", text, message("escreva {certo}", certo="<>"), "<>")


NOTE = r"(?:(?<=[\w'\"])|(?<=[\w'\"][ \t]))\[\d{1,3}\](?=\s*(?:;|\Z|[\r\n]))"


def note(source: Source, found: Found) -> Iterator[Slip]:
    """``FIMSE [1]``: the number of a footnote."""
    last = before(source, found.start())
    if last in KEYWORDS or last in {"'", '"'}:
        text = message("isto veio de uma página: {sinal} é uma chamada de nota", sinal=found[0])
        yield once(span_of(found), "", "texto-de-pagina", text, message("retire"), "")
