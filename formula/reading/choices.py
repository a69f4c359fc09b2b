"""Choices and comparisons as spreadsheets, SQL and C write them, said in this language (C1, C3, O4). Texts in, texts out: who
finds one of them in a formula asks here for the way to write it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from formula.values import plain_date

LONGEST = 2_000
"""A longer piece is told without the way to write it."""
PIECE = re.compile(r"/\*[\s\S]*?\*/|'[^'\r\n]*'|\"[^\"\r\n]*\"|\s+|\w+|&&|\|\||[=!]=|=[<>]|[^\w\s]")
SAME_SIGN: Mapping[str, str] = {"==": "=", "!=": "<>", "=>": ">=", "=<": "<=", "&&": "E", "||": "OU"}
SAME_WORD: Mapping[str, str] = {"AND": "E", "OR": "OU", "NOT": "NAO"}
CHOOSERS = frozenset({"SE", "IF", "IIF", "IFTHEN"})
FILLERS = frozenset({"COALESCE", "ISNULL", "IFNULL", "NVL"})
GOES_ON = re.compile(r"\s*(?:;|\Z|(?:FIMSE|SEN[AÃ]O|FIMENQ(?:UANTO)?|AT[EÉ]|ELSE|END)\b)", re.IGNORECASE)
STARTS = re.compile(r"(?:\A|;|\b(?:ENT[AÃ]O|SEN[AÃ]O|FA[CÇ]A|REPITA|THEN|ELSE|DO))\s*\Z", re.IGNORECASE)
NEAR = 40
"""So many characters before a place tell whether a statement begins there."""


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a range of a text is a whole statement."""
    return begins(text, start) and GOES_ON.match(text, end) is not None


def begins(text: str, start: int) -> bool:
    """Whether a statement begins at a place."""
    before = text[max(0, start - NEAR) : start]
    return STARTS.search(before if start <= NEAR else "x" + before) is not None


def split(text: str, at: Sequence[str]) -> list[str]:
    """A text in parts, at the signs or words that stand in no bracket and no text of their own."""
    parts, depth = [""], 0
    for found in PIECE.finditer(text):
        piece = found[0]
        depth += (piece in {"(", "["}) - (piece in {")", "]"})
        if not depth and piece.upper() in at:
            parts.append("")
        else:
            parts[-1] += piece
    return [part.strip() for part in parts]


def arguments(text: str, start: int) -> tuple[int, list[str]] | None:
    """The end and the arguments of the brackets that open right after a name which ends at ``start``; None without brackets."""
    opening = re.compile(r"\s*\(").match(text, start)
    if opening is None:
        return None
    depth = 1
    for found in PIECE.finditer(text, opening.end(), opening.end() + LONGEST):
        depth += (found[0] == "(") - (found[0] == ")")
        if not depth:
            inside = text[opening.end() : found.start()]
            given = split(inside, ";")
            return found.end(), given if len(given) > 1 else split(inside, ",")
    return None


def said_here(text: str) -> str:
    """A piece of a condition or a value with the signs and words of this language."""
    return "".join(
        SAME_SIGN.get(piece) or SAME_WORD.get(piece.upper()) or piece for piece in (found[0] for found in PIECE.finditer(text))
    ).strip()


def condition_of(text: str) -> str:
    """A condition, with ``E(a; b)`` of spreadsheets as ``a E b``."""
    called = re.match(r"\s*(E|OU|AND|OR)(?=\s*\()", text, re.IGNORECASE)
    found = None if called is None else arguments(text, called.end())
    if called is None or found is None or text[found[0] :].strip() or not all(found[1]):
        return said_here(text)
    word = SAME_WORD.get(called[1].upper(), called[1].upper())
    return f" {word} ".join(said_here(one) for one in found[1])


def choice(condition: str, yes: str, no: str = "") -> str:
    """One SE, with those inside it."""
    otherwise = f" SENAO {value(no)}" if no else ""
    return f"SE {condition_of(condition)} ENTAO {value(yes)}{otherwise} FIMSE"


def value(text: str) -> str:
    """A value that may be a choice itself."""
    called = re.match(r"\s*(\w+)", text)
    if called is not None and called[1].upper() in CHOOSERS:
        better = called_choice(text, called.end())
        if better is not None and better[0] == len(text.rstrip()):
            return better[1]
    return ternary(text) or said_here(text)


def called_choice(text: str, name_end: int) -> tuple[int, str] | None:
    """``SE(a; b; c)``, ``IIF(a, b, c)``: its end, and the statement."""
    found = arguments(text, name_end)
    if found is None or len(found[1]) not in {2, 3} or not all(found[1]):
        return None
    return found[0], choice(*found[1])


def filled(text: str, name_end: int) -> tuple[int, str] | None:
    """``COALESCE(a, b)``: its end, and the statement; ``COALESCE(a, '')`` is what ``a`` already is, since empty equals both."""
    found = arguments(text, name_end)
    if found is None or len(found[1]) != 2 or not all(found[1]):
        return None
    one, other = found[1]
    if other in {"''", '""', "0"}:
        return found[0], one
    return found[0], f"SE {one} = '' ENTAO {other} SENAO {one} FIMSE"


def ternary(text: str) -> str | None:
    """``a ? b : c``."""
    asked = split(text, "?")
    if len(asked) < 2:
        return None
    condition, rest = asked[0], " ? ".join(asked[1:])
    answers = split(rest, ":")
    if len(answers) < 2 or not condition or not all(answers):
        return None
    return choice(condition, answers[0], " : ".join(answers[1:]))


def case(text: str) -> str | None:
    """``CASE WHEN a THEN b ELSE c END``, ``CASE x WHEN 1 THEN b END``, without its first and last word."""
    subject, *branches = split(text, ("WHEN",))
    if not branches:
        return None
    ways: list[tuple[str, str]] = []
    otherwise = ""
    for branch in branches:
        parts = split(branch, ("THEN",))
        if len(parts) != 2 or otherwise:
            return None
        answer, *rest = split(parts[1], ("ELSE",))
        if len(rest) > 1 or not parts[0] or not answer:
            return None
        otherwise = rest[0] if rest else ""
        ways.append((f"{subject} = {parts[0]}" if subject else parts[0], answer))
    better = value(otherwise) if otherwise else ""
    for condition, answer in reversed(ways):
        end = f" SENAO {better}" if better else ""
        better = f"SE {said_here(condition)} ENTAO {value(answer)}{end} FIMSE"
    return better


TEXT_LITERAL = re.compile(r"'[^'\r\n]*'|\"[^\"\r\n]*\"")


def one_of(left: str, right: str, *, negated: bool) -> str | None:
    """``A IN (1, 2)``."""
    found = arguments(right, 0)
    if found is None and len(listed := split(right, ",")) > 1:
        found = len(right), listed
    if found is None or right[found[0] :].strip() or not all(found[1]):
        return None
    sign, word = ("<>", " E ") if negated else ("=", " OU ")
    return word.join(f"{left} {sign} {each}" for each in found[1])


def between(left: str, right: str, *, negated: bool) -> str | None:
    """``A BETWEEN 1 AND 3``."""
    ends = split(right, ("AND", "E"))
    if len(ends) != 2 or not all(ends):
        return None
    low, high = ends
    return f"{left} < {low} OU {left} > {high}" if negated else f"{left} >= {low} E {left} <= {high}"


def like(left: str, right: str, *, negated: bool) -> str | None:
    """``A LIKE '%x%'``, with its signs at the ends alone."""
    if TEXT_LITERAL.fullmatch(right) is None:
        return None
    quote, inside = right[0], right[1:-1]
    core = inside.strip("%")
    if not core or set("%_[") & set(core):
        return None
    wanted, size = f"{quote}{core}{quote}", len(core)
    if inside == core:
        return f"{left} {'<>' if negated else '='} {wanted}"
    if inside == f"%{core}%":
        return f"POSICAO({wanted}, {left}) {'=' if negated else '>'} 0"
    start = "1" if inside == f"{core}%" else f"TAMANHO({left}) - {size - 1}"
    return f"SUBSTR({left}, {start}, {size}) {'<>' if negated else '='} {wanted}"


def holds(left: str, right: str, *, negated: bool) -> str | None:
    """``A CONTAINS 'x'``."""
    return f"POSICAO({right}, {left}) {'=' if negated else '>'} 0" if TEXT_LITERAL.fullmatch(right) else None


def nothing(left: str, right: str, *, negated: bool) -> str | None:
    """``A IS NULL``, ``A IS NOT NULL``."""
    words = right.upper().split()
    if not words or words[-1] not in {"NULL", "NULO", "VAZIO", "EMPTY", "NONE", "NOTHING", "NIL", "UNDEFINED"} or len(words) > 2:
        return None
    turned = negated != (words[0] in {"NOT", "NAO", "NÃO"})
    return f"{left} {'<>' if turned else '='} ''"


Comparison = Callable[..., str | None]
COMPARISONS: Mapping[str, Comparison] = {
    **dict.fromkeys(("EM", "IN", "DENTRO"), one_of),
    **dict.fromkeys(("ENTRE", "BETWEEN"), between),
    "LIKE": like,
    **dict.fromkeys(("CONTEM", "CONTAINS"), holds),
    "IS": nothing,
}
"""Words between two operands that other languages have, and how the comparison is written here."""

DAYS = frozenset({"DAY", "DAYS", "DD", "D", "'D'", "'DD'", "'DAY'", "DIA", "DIAS"})
MONTHS = frozenset({"MONTH", "MM", "M", "'M'", "'MM'", "'MONTH'", "MES"})

PARTS_OF_DATES = {"YEAR": "ANODT", "YYYY": "ANODT", "YY": "ANODT", "MONTH": "MESDT", "MM": "MESDT", "DAY": "DIADT", "DD": "DIADT"}
DATE_CALLS = frozenset({"DATEADD", "DATEDIFF", "DATEPART"})
"""Calls of SQL that begin with a unit of time."""

TEXTS_OF_DATES = frozenset({"TO_DATE", "STR_TO_DATE", "STRTODATE", "PARSEDATE", "DATAVALOR", "DATEVALUE", "CDATE"})
"""Calls that make a date of a text; here a text is one."""

CONVERTERS = (
    "CSTR", "CDBL", "CCUR", "CDEC", "CSNG", "STRING", "NUMBER", "FLOAT", "PARSEFLOAT", "STRTOCURR", "CURRTOSTR", "DATETOSTR",
    "TODOUBLE", "TODECIMAL", "TO_CHAR", "STR", "INTTOSTR", "FLOATTOSTR", "TOSTRING", "TO_NUMBER", "STRTOINT", "STRTOFLOAT", "VAL",
)  # fmt: skip
"""Calls that give a value another kind; here it takes the kind that is wanted by itself."""

REWRITTEN: Mapping[str, tuple[int, str]] = {
    **dict.fromkeys(("LEFT", "ESQUERDA"), (2, "SUBSTR({0}, 1, {1})")),
    **dict.fromkeys(("RIGHT", "DIREITA"), (2, "SUBSTR({0}, TAMANHO({0}) - {1} + 1, {1})")),
    **dict.fromkeys(("INCDAY", "ADDDAYS"), (2, "({0} + {1})")),
    **dict.fromkeys(("CEILING", "CEIL", "TETO"), (1, "ARREDVALOR({0}, 1)")),
    **dict.fromkeys(("LTRIM", "RTRIM"), (1, "TRIM({0})")),
    **dict.fromkeys(("ISEMPTY", "ISBLANK", "EMPTY", "VAZIA", "VAZIO", "ISNULLOREMPTY"), (1, "({0} = '')")),
    **dict.fromkeys(("CONTAINS", "CONTEM"), (2, "(POSICAO({1}, {0}) > 0)")),
    **dict.fromkeys(CONVERTERS, (1, "{0}")),
    **dict.fromkeys(("DATE", "DATESERIAL", "DATEFROMPARTS", "ENCODEDATE", "DATA"), (3, "MTDATA({2}, {1}, {0})")),
    "INSTR": (2, "POSICAO({1}, {0})"),
    **dict.fromkeys(("CHARINDEX", "POS"), (2, "POSICAO({0}, {1})")),
}
"""Calls of other systems whose arguments stand otherwise here: how many they have, and the way to write them."""


def rewritten(text: str, key: str, name_end: int) -> tuple[int, str] | None:
    """A call of another system: its end, and the way to write it."""
    known = REWRITTEN.get(key)
    found = arguments(text, name_end) if known is not None or key in DATE_CALLS | TEXTS_OF_DATES else None
    if key == "DATEDIFF" and found is not None and len(found[1]) == 3 and all(found[1]):
        unit, first, last = found[1]
        return (found[0], f"DIFDIAS({last}, {first})") if unit.upper().replace('"', "'") in DAYS else None
    if key == "DATEPART" and found is not None and len(found[1]) == 2 and all(found[1]):
        part = PARTS_OF_DATES.get(found[1][0].upper().strip("'\""))
        return None if part is None else (found[0], f"{part}({found[1][1]})")
    if key == "DATEADD" and found is not None and len(found[1]) == 3 and all(found[1]):
        unit, count, date = found[1]
        if unit.upper().replace('"', "'") in DAYS:
            return found[0], f"({date} + {count})" if not stands_alone(text, name_end - len(key), found[0]) else f"{date} + {count}"
        return (found[0], f"SOMAMESES({date}, {count})") if unit.upper().replace('"', "'") in MONTHS else None
    if key in TEXTS_OF_DATES and found is not None and len(found[1]) in {1, 2} and found[1][0][:1] in {"'", '"'}:
        plain = plain_date(found[1][0][1:-1])
        return None if plain is None else (found[0], f"'{plain}'")
    if known is None or found is None or len(found[1]) != known[0] or not all(found[1]):
        return None
    return found[0], known[1].format(*found[1])


THENS, ELSES = frozenset({"ENTAO", "ENTÃO", "THEN"}), frozenset({"SENAO", "SENÃO", "ELSE"})
CHOICE_AFTER = re.compile(r"\s*(?:SEN[AÃ]O|ELSE)\s+(?:SE|IF)\b", re.IGNORECASE)
BLOCK_AFTER = re.compile(r"\s*(?:SEN[AÃ]O|ELSE)\s*\{", re.IGNORECASE)
NO_MORE = re.compile(r"\s*(?:;|\}|\Z|(?:SE|IF)\b)", re.IGNORECASE)


def blocks(text: str, start: int) -> Iterator[tuple[int, int, str]]:
    """``SE a { b } SENAO { c }`` from its SE on: each brace and word of another language, with what stands for it. Nothing when
    the braces are no blocks."""
    found: list[tuple[int, int, str]] = []
    depth, last = 0, ""
    waiting, owed = True, 1
    for piece in PIECE.finditer(text, start, start + LONGEST):
        word = piece[0].upper()
        if word == "{":
            if depth or not (waiting or last in THENS or last in ELSES):
                return
            found.append((*with_blanks(text, piece.start(), piece.end()), " ENTAO " if waiting else " "))
            depth, waiting = 1, False
        elif word == "}":
            depth = 0
            if CHOICE_AFTER.match(text, piece.end()) is not None:
                from_, to = with_blanks(text, piece.start(), piece.end())
                found.append((from_, to, " "))
                waiting, owed, last = True, owed + 1, word
                continue
            other = BLOCK_AFTER.match(text, piece.end())
            from_, to = with_blanks(text, piece.start(), piece.end())
            found.append((from_, to if other is not None else piece.end(), " " if other is not None else " FIMSE" * owed))
            if other is None:
                yield from found if NO_MORE.match(text, piece.end()) else ()
                return
        elif not depth and word in {"IF", "ELSE"}:
            found.append((piece.start(), piece.end(), "SE" if word == "IF" else "SENAO"))
        elif word in THENS:
            waiting = False
        elif not depth and (word in {";", "FIMSE", "ENDIF"}):
            return
        last = word if word.strip() else last


def with_blanks(text: str, start: int, end: int) -> tuple[int, int]:
    """A range with the blanks around it on its line."""
    while start and text[start - 1] in " \t":
        start -= 1
    while end < len(text) and text[end] in " \t":
        end += 1
    return start, end
