"""What is foreign in a text, found in one walk over it: signs of pages, quotes of scripts and word processors, characters that
nobody sees, comments and blocks of other languages. A kind is one pattern and one recogniser.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from formula.mending import pasted_choices, pasted_code, pasted_pages, pasted_quotes, pasted_sheets, pasted_values, pasted_words
from formula.mending.foreign_habits import KIND_WORDS
from formula.mending.pasted_parts import ENTITY, TAGS, Change, Found, Slip
from formula.mending.pasted_wholes import unwrapped
from formula.source import Source

TEXT = r"""'[^'\r\n]*+(?:''[^'\r\n]*+)*+'|"[^"\r\n]*+(?:""[^"\r\n]*+)*+\""""
OPERAND = rf"(?:{TEXT}|\d+(?:\.\d+)?(?!\w)|[A-Za-z_]\w*(?:\((?:{TEXT}|[^()'\"\r\n]|\((?:{TEXT}|[^()'\"\r\n])*+\))*+\))?+)"
INVISIBLE = r"\x00-\x08\x0e-\x1b\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff"

ONE, TWO = r"\u2018\u2019\u201a\u00b4`", r"\u201c\u201d\u201e"
"""Single and double quotes of word processors."""
JOINING = r"\|\||&amp;(?!&|\#|amp;|lt;|gt;|quot;|apos;|nbsp;)|&(?!&|\#|[a-z][a-z0-9]{1,30};)"
KINDS: Mapping[str, str] = {
    "comment": r"/\*[\s\S]*?(?:\*/|\Z)|//[^\r\n]*",
    "pascal": r"\(\*",
    "emphasis": r"(?<![\w)*])(?P<star>[*_])(?:SE|DECL|SETVAR|ENT[AÃ]O|SEN[AÃ]O|FIMSE)(?P=star)(?![\w*])",
    "bold": r"(?<![\w)])(?P<mark>\*\*|~~)(?=[\w'\"])[^*~\r\n]*?(?<=[\w'\"])(?P=mark)(?!\w)",
    "thousands": r"(?<![\w.,])\d+(?:[.,]\d+)?[ \t]*(?:mil|milh[ãa]o|milh[õo]es|k|mi)\b(?![ \t]*\()"
    r"|(?<![\w.,])\d+(?:[.,]\d+)?(?-i:MM?)\b",
    "basic": r"(?<![^\r\n])'[ \t]+[^\W\d_][^'\r\n;]*(?=[\r\n])|(?<=FIMSE[ \t])'[ \t]*[^\W\d_][^'\r\n;]*(?=[\r\n]|\Z)",
    "percent": pasted_sheets.PERCENT,
    "calledword": r"(?<![\w.])(?:E|OU|AND|OR)[ \t]*(?=\()",
    "cast": r"\b(?:CAST|CONVERT)[ \t]*\(",
    "bind": pasted_sheets.BIND,
    "executed": pasted_sheets.EXECUTED,
    "selected": pasted_sheets.SELECTED,
    "worded": pasted_sheets.WORDED,
    "otherwise": r"\b(?:CASO|DO)[ \t]+CONTR[AÁ]RIO\b",
    "apart": pasted_sheets.APART,
    "forum": r"\[/?(?:code|quote|b|i|u|color|size|font|pre|url)(?:=[^\]\r\n]*)?\]",
    "ternary": r"\?",
    "holder": r"\$\{[ \t]*[a-z_]\w*[ \t]*\}|\{\{[ \t]*[a-z_]\w*[ \t]*\}\}|\{[a-z_]\w*\}(?=[ \t]*[=<>+*/-])"
    r"|\#[a-z_]\w*\#|%[a-z_]\w*%|<[a-z_]\w*>(?=[ \t]*(?:=|<>|[<>]=?[ \t]))",
    "switched": pasted_choices.SWITCH,
    "counted": pasted_choices.COUNTED,
    "partedse": pasted_choices.APART_SE,
    "arrow": pasted_choices.ARROW,
    "blocks": r"\b(?:SE|IF)\b(?=[^;{}]{1,400}\{)",
    "money": r"\b(?:(?:R|US?)\$|RS|BRL)[ \t]*(?=\d)[\d.,]*\d",
    "continued": r"(?<![\w])_[ \t]*(?=[\r\n])|\\[ \t]*(?=[\r\n])",
    "placed": pasted_choices.PLACED,
    "formatted": rf"{pasted_words.FORMATTED}|{pasted_words.TEMPLATE}",
    "wrapper": pasted_words.WRAPPER,
    "created": pasted_words.CREATED,
    "named": pasted_words.NAMED_ARGUMENT,
    "pointed": pasted_words.POINTED,
    "amount": pasted_words.AMOUNT,
    "unlike": pasted_words.UNLIKE,
    "note": pasted_words.NOTE,
    "brackets": pasted_words.BRACKETS,
    "partedname": pasted_words.PARTED,
    "listed": pasted_values.LISTED,
    "options": rf"{pasted_values.AGAIN}|{pasted_values.OPTIONS}",
    "method": pasted_values.METHOD,
    "member": pasted_values.MEMBER,
    "address": pasted_values.ADDRESS,
    "free": pasted_words.FREE,
    "dated": pasted_values.DATED,
    "remainder": rf"(?<![*/%^.)][ \t])(?<![\w'\"*/%^.)]){OPERAND}[ \t]*(?:%|\bMOD\b|\*\*|\^)[ \t]*{OPERAND}(?!\w)(?![ \t]*[*/%^(])",
    "join": rf"(?<![\w'\"]){OPERAND}(?:[ \t]*(?:{JOINING})[ \t]*{OPERAND})+",
    "innerquotes": pasted_words.INNER_QUOTES,
    "insidequote": pasted_words.INSIDE,
    "doubled": r"(?<!['\w])''(?=\w)[^'\r\n]*[^'\s(,;=<>+*/-]''(?!')|(?<![\"\w])\"\"(?=\w)[^\"\r\n]*[^\"\s(,;=<>+*/-]\"\"(?!\")",
    "opened": r"(?<!['\w])''(?=[^\W\d_])[^'\r\n]*'(?!')",
    "slashed": r"\\'[^'\r\n]*\\'|\\\"[^\"\r\n]*\\\"",
    "text": TEXT,
    "mismatched": rf"\"[^\"'{ONE}{TWO}\r\n]*'(?=[^\"\r\n]*(?:[\r\n]|\Z))|'[^'\"{ONE}{TWO}\r\n]*\"(?=[^'\r\n]*(?:[\r\n]|\Z))",
    "curled": rf"[{ONE}][^{ONE}\r\n]*[{ONE}]|[{TWO}][^{TWO}\r\n]*[{TWO}]",
    "halfcurled": rf"[{ONE}{TWO}][^'\"{ONE}{TWO}\r\n]*['\"]|['\"][^'\"{ONE}{TWO}\r\n]*[{ONE}{TWO}]",
    "broken": r"'[^'\"\r\n]*(?:\r?\n[^'\"\r\n]+){1,5}'|\"[^'\"\r\n]*(?:\r?\n[^'\"\r\n]+){1,5}\"",
    "low": r",,(?=\w)[^,'\"\r\n]*(?:''|\")",
    "angled": r"\xab[^\xab\xbb\r\n]*\xbb|\u2032[^\u2032\r\n]*\u2032|\u2033[^\u2033\r\n]*\u2033|\u2039[^\u2039\u203a\r\n]*\u203a",
    "entity": ENTITY,
    "pagecomment": r"<!--",
    "tag": rf"</?(?:{'|'.join(TAGS.split())})(?:\s[^<>\r\n]*)?/?>",
    "wide": r"[\uff01-\uff5e]+",
    "dot": r"(?<=[\w)][ \t])[\xb7\u2219\u22c5\u2022](?=[ \t]*[\w(])",
    "dash": r"[\u2010\u2011\ufe63\ua78a\u2550\u02c2\u02c3\u2217\u037e]",
    "slash": r"[\u2044\u2215]",
    "invisible": rf"[{INVISIBLE}]+",
    "parted": r"===|!==|><|=!(?=[ \t\w'\"])|<[ \t]+>|[<>!][ \t]+=|=[ \t]+(?!</?[a-z]\w*>)[<>=]",
    "glued": r"(?<![\w.])\d+(?:\.\d+)?(?=(?:ENT[AÃ]O|SEN[AÃ]O|FIMSE|FIMENQ(?:UANTO)?|FA[CÇ]A|AT[EÉ]|OU|E|AND|OR|THEN|ELSE)\b)",
    "until": r"\bAT[EÉ][ \t]+QUE\b(?=[ \t]*[\w('\"])",
    "twowords": r"\b(?:FIM|END)(?:[ \t]+|-)(?:SE|IF|ENQUANTO|WHILE)\b(?=\s*(?:[;)]|\Z|SEN[AÃ]O\b|FIM|END\b|AT[EÉ]\b|/\*|\r|\n))",
    "block": r"\b(?:BEGIN|IN[IÍ]CIO)\b(?=\s+(?!(?:E|OU)\b)[\w'\"(/])",
    "dashes": r"(?:(?<=\s)|(?<=;)|\A)--(?!-*[ \t]*>)[^\r\n]*",
    "hash": r"(?:(?<=\s)|\A)\#(?=[ \t])[^\r\n]*",
    "kind": rf"(?<=\w)[ \t]*:[ \t]*(?:{'|'.join(sorted(KIND_WORDS))}|[NCDLTSIRF])\b",
    "square": r"\[[^\[\]\r\n]*\]",
    "escape": r"\\r\\n|\\[nrt]",
    "national": r"\bN(?=')",
}
FOREIGN_PART = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in KINDS.items()), re.IGNORECASE | re.MULTILINE)

Recogniser = Callable[[Source, Found], Iterator[Slip]]

RECOGNISED: Mapping[str, Recogniser] = {
    "comment": pasted_quotes.impossible,
    "pascal": pasted_code.pascal_comment,
    "emphasis": pasted_code.bold,
    "bold": pasted_code.bold,
    "thousands": pasted_code.thousands,
    "basic": pasted_code.basic_comment,
    "percent": pasted_sheets.percent,
    "calledword": pasted_sheets.called_word,
    "cast": pasted_sheets.cast,
    "broken": pasted_sheets.broken,
    "low": pasted_quotes.low,
    "bind": pasted_sheets.bound,
    "executed": pasted_sheets.executed,
    "selected": pasted_sheets.selected,
    "worded": pasted_sheets.worded,
    "otherwise": pasted_sheets.otherwise,
    "apart": pasted_sheets.apart,
    "forum": pasted_sheets.forum_tag,
    "ternary": pasted_code.ternary,
    "holder": pasted_code.holder,
    "switched": pasted_choices.switched,
    "counted": pasted_choices.counted,
    "partedse": pasted_choices.parted_se,
    "arrow": pasted_choices.arrow,
    "placed": pasted_choices.placed,
    "blocks": pasted_code.braced,
    "money": pasted_code.money,
    "continued": pasted_code.continued,
    "curled": pasted_quotes.impossible,
    "remainder": pasted_words.remainder,
    "join": pasted_code.join,
    "formatted": pasted_words.formatted,
    "brackets": pasted_words.brackets,
    "partedname": pasted_words.parted_name,
    "free": pasted_words.free_text,
    "innerquotes": pasted_words.inner_quotes,
    "insidequote": pasted_words.inside_quote,
    "listed": pasted_values.options,
    "wrapper": pasted_words.wrapper,
    "created": pasted_words.created,
    "named": pasted_words.named,
    "pointed": pasted_words.pointed,
    "amount": pasted_words.amount,
    "unlike": pasted_words.unlike,
    "note": pasted_words.note,
    "options": pasted_values.options,
    "method": pasted_values.method,
    "member": pasted_values.member,
    "address": pasted_values.address,
    "dated": pasted_values.dated,
    "doubled": pasted_quotes.doubled,
    "opened": pasted_quotes.opened_twice,
    "slashed": pasted_quotes.slashed,
    "text": pasted_quotes.ended_elsewhere,
    "halfcurled": pasted_quotes.half_curled,
    "mismatched": pasted_quotes.mismatched,
    "angled": pasted_quotes.angled,
    "entity": pasted_pages.entity,
    "pagecomment": pasted_code.page_comment,
    "tag": pasted_pages.tag,
    "wide": pasted_code.wide,
    "dot": pasted_code.lookalike,
    "dash": pasted_code.lookalike,
    "slash": pasted_code.lookalike,
    "invisible": pasted_code.invisible,
    "parted": pasted_code.parted,
    "glued": pasted_code.glued,
    "until": pasted_code.until,
    "twowords": pasted_code.two_words,
    "block": pasted_code.block,
    "dashes": pasted_code.dashes,
    "hash": pasted_code.hash_comment,
    "kind": pasted_code.typed,
    "square": pasted_code.square,
    "escape": pasted_code.escape,
    "national": pasted_quotes.national,
}

WHOLE = frozenset({"comment", "text", "curled", "join"})
"""What is passed over as a whole when nothing in it is foreign."""
AROUND = frozenset({"block", "blocks", "square", "brackets", "wrapper"})
"""What only its ends are foreign of: what stands between is looked at, too."""


FAR = frozenset({
    "switched", "partedse", "arrow", "pascal", "pagecomment", "dashes", "ternary", "blocks", "basic", "calledword", "cast",
    "broken", "apart", "counted",
})  # fmt: skip
"""What is only known by what stands around it. So often it is looked for in vain, and then no more in this text."""
MOST_IN_VAIN = 50


def slips(source: Source) -> Iterator[Slip]:
    """Everything foreign in a text, in order of place. What is around the whole text is told alone."""
    whole = unwrapped(source)
    if whole is not None:
        yield whole
        return
    at = 0
    done: list[Change] = []
    in_vain: Counter[str] = Counter()
    while (found := FOREIGN_PART.search(source.text, at)) is not None:
        known = next((change for change in done if change.span.start <= found.start() < change.span.end), None)
        if known is not None:
            at = known.span.end
            continue
        kind = found.lastgroup or ""
        at, slip = found.end() if kind in WHOLE else found.start() + 1, None
        if in_vain[kind] >= MOST_IN_VAIN:
            continue
        for slip in RECOGNISED[kind](source, found) if kind in RECOGNISED else ():
            yield slip
            done = [change for change in done if change.span.end > found.start()] + list(slip.changes)
        if slip is None and kind in FAR:
            in_vain[kind] += 1
        if slip is not None:
            at = slip.changes[-1].span.end
            at = found.start() + 1 if kind in AROUND else max(at, found.end()) if kind in {"glued", "comment", "curled"} else at
        elif kind in {"doubled", "opened"}:
            at = found.start() + 2
