"""Texts that come from pages, mails, SQL scripts, spreadsheets and other languages, read as they were meant (L4–L6, L11, O4).

What is foreign in such a text is taken out or replaced before anything is read, each piece with one message, so that the
rest is checked as if it had been typed here. All places stay those of the author's text: :meth:`Cleaned.back` finds them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

import attrs

from formula.codes.table import report
from formula.diagnostics import Diagnostic, Fix, Related
from formula.mending.pasted_parts import Change, Slip, uneven
from formula.mending.pasted_values import suspicious as value_meant
from formula.mending.pasted_words import suspicious as words_meant
from formula.source import Source, Span


@attrs.frozen
class Cleaned:
    """A text read as it was meant, ``clean``. ``starts`` are offsets in the clean text where a piece begins, ``pieces``
    the ranges of the author's text that they stand for, and whether something else was put there. ``anyway``: whether one of the
    faults is one however well the author's text reads."""

    source: Source
    clean: Source
    starts: list[int]
    pieces: list[tuple[Span, bool]]
    faults: tuple[Diagnostic, ...]
    anyway: bool

    def back(self, offset: int, *, end: bool = False) -> int:
        """The place in the author's text of an offset in the clean one; the ``end`` of a range lies behind its last piece."""
        place = bisect_right(self.starts, offset) - 1
        if end and place and self.starts[place] == offset:
            return self.pieces[place - 1][0].end
        span, put = self.pieces[place]
        return (span.end if end else span.start) if put else min(span.start + offset - self.starts[place], span.end)

    def span(self, span: Span) -> Span:
        """A range, likewise."""
        start = self.back(span.start)
        return Span(start, max(start, self.back(span.end, end=True)) if span.end > span.start else start)

    def placed(self, fault: Diagnostic) -> Diagnostic:
        """A fault of the clean text at its place in the author's."""
        span, fix = self.span(fault.span), fault.fix
        if fix is not None:
            where = self.span(fix.span)
            fix = Fix(fix.text, where, self.source.position(where.start), self.source.position(where.end))
        offset = self.clean.offset
        related = tuple(
            Related(
                one.message,
                self.source.position(self.back(offset(one.start))),
                self.source.position(self.back(offset(one.end), end=True)),
            )
            for one in fault.related
        )
        return attrs.evolve(
            fault,
            span=span,
            start=self.source.position(span.start),
            end=self.source.position(span.end),
            fix=fix,
            related=related,
        )

    def all(self, others: Iterable[Diagnostic]) -> list[Diagnostic]:
        """The faults told here and those of the clean text, in order of place."""
        placed = [self.placed(fault) for fault in others]
        return sorted((*self.faults, *placed), key=lambda fault: (fault.span.start, fault.span.end))


STRANGE = (
    r"\x00-\x08\x0e-\x1b\x7f\xab\xad\u2010\u2011\u2018-\u201f\u2032\u2033\u2039\u2215\u2044\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    r"\u2066-\u2069\ufeff\u3000\uff01-\uff5e\ufe63\ud800-\udfff"
)
SUSPECT = re.compile(
    rf"""(?=[&<>!=`|"'\\\-\[\#:?{{MKGEFIBNSAOT{STRANGE}])"""
    r"""(?:[?{]|(?<=[\d \t])(?:mil|milh[ãa]o|milh[õo]es|k|mi|mm?)\b|\#\w+\#"""
    r"""|(?<=[\r\n])(?:Att|Abra|Ab[sç]|Sds|Sauda|Cordial|Obrig|Grat|Atenc)|(?<![^\r\n])'[ \t]+[^\W\d_][^'\r\n;]*[\r\n]"""
    r"""|&|<[ \t]*[!/a-z=>]|===|!==|><|=!|[<>!][ \t]+=|=[ \t]+[<>=]|``|\|\||''|""|\\|--|\[|(?<!\S)\#"""
    r"""|(?<=\d)(?:ENT|SEN|FIM|FA|AT|OU|E\b|AND|OR|THEN|ELSE)|AT[EÉ][ \t]+QUE\b|\b(?:FIM|END|BEGIN|IN[IÍ]CIO)\b|:\s*[a-z]|\bN'"""
    rf"""|\"[^\"'\r\n]*'|'[^'\"\r\n]*\"|[{STRANGE}])""",
    re.IGNORECASE,
)
"""Something in a text that may be foreign; a text without is not looked through at all. The first characters stand before the
forms, so that the many places where none of them can begin cost next to nothing."""
SUSPECT_SIGN = re.compile(
    r"(?=[*~($%,_=<R\xac\xb7\u2219\u22c5\u2022])(?:[\xac\xb7\u2219\u22c5\u2022]|~=|<\w+>|RS[ \t]*\d|_(?i:SE|DECL|ENT)|\*\*"
    r"|\*(?i:SE|DECL|SETVAR|ENT[AÃ]O|SEN[AÃ]O|FIMSE)\*|~~|\(\*|\$[ \t]*\d|%\w+%|(?<=\d)%|,,|_[ \t]*[\r\n]|=[0-9A-F]{2}|=\r?\n)"
)
"""The same for signs that each begin one form alone."""
SUSPECT_CALL = re.compile(
    r"(?=[CSIEWANDF|]|[=<>(,;\s](?:[^\W\d_]|[ \t:|]))(?:"
    r"\b(?:CAST|CONVERT)[ \t]*\(|(?:\b(?:SE|IF|ENQUANTO|WHILE|AT[EÉ]|N[AÃ]O|NOT)\b|[=<>(,;])[ \t]*(?:E|OU|AND|OR)[ \t]*\("
    r"|\b(?:EXEC(?:UTE|UTAR)?|SELECT)[ \t]|[ \t]CONTR[AÁ]RIO\b|\bSE[ \t]+N[AÃ]O\b|(?<![^\r\n])(?:De|From|Assunto|Subject):"
    r"|[ \t](?:[ÉE]H?|IS|FOR|SEJA)[ \t]+(?:IGUAL|EQUAL|DIFERENTE|MAIOR|MENOR)\b|[=<>(,\s]:\w|(?<![^\r\n])[ \t]*\|)",
    re.IGNORECASE,
)
"""Calls of spreadsheets and SQL, likewise."""
SUSPECT_LINE = re.compile(r"(?<![^\r\n])[^\W\d_]\w*[ \t]+[a-zà-ÿ\d][^'\"=;()<>*/\r\n]*(?![^\r\n])")
"""A line of words."""
SUSPECT_END = re.compile(r"[\r\n;]\s*(?:GO|COMMIT|[/.])[ \t]*;?\s*\Z", re.IGNORECASE)
"""The end of a script."""
SUSPECT_BEGINNING = re.compile(
    r"""\s*(?:[>='"*\u2022\xb7\u25aa\u25e6\u2023\u2013\u2014]|-\s*[^\W\d_]"""
    r"""|\d+[.:)|\t ]\s*\D|\d{1,2}/\d{1,2}/|SET[ \t]+NOCOUNT|USE[ \t]|[a-z]\)|[^'\"=;()<>*/\r\n]{3,100}:[ \t]*[\r\n])""",
    re.IGNORECASE,
)
"""The same at the beginning of a text: a quotation mark of a mail, a number of a line, a quote around the whole."""


def suspicious(text: str) -> bool:
    """Whether something in a text may be foreign."""
    finders = (
        SUSPECT_BEGINNING.match,
        SUSPECT_SIGN.search,
        SUSPECT_LINE.search,
        SUSPECT_CALL.search,
        SUSPECT.search,
    )
    return (
        any(find(text) is not None for find in finders)
        or value_meant(text)
        or words_meant(text)
        or uneven(text)
        or SUSPECT_END.search(text[-60:]) is not None
    )


MOST_SLIPS = 100
"""So many are told; a text with more of them is read as it stands after them."""


def cleaned(source: Source) -> Cleaned | None:
    """The text as it was meant; None when nothing in it is foreign, which is nearly always."""
    if not suspicious(source.text):
        return None
    from formula.mending.pasted_signs import slips

    found: list[Slip] = []
    for slip in slips(source):
        found.append(slip)
        if len(found) >= MOST_SLIPS:
            break
    if not found:
        return None
    faults = tuple(report(source, slip.span, slip.code, slip.text, slip.hint, slip.fix) for slip in found)
    changes = sorted((change for slip in found for change in slip.changes), key=lambda change: (change.span.start, change.span.end))
    text, starts, pieces = joined(source.text, changes)
    return Cleaned(source, Source(text, source.name), starts, pieces, faults, any(slip.anyway for slip in found))


MOST_LAYERS = 3
"""What was taken out may have held more that is foreign: so often it is looked for."""
LAYERED = 50_000
"""Characters of a text that is looked through more than once."""


def as_meant(text: str, name: str, reads_well: Callable[[str], bool]) -> tuple[Cleaned, ...]:
    """A text as it was meant, layer by layer; the last is the one to read. Empty when nothing in it is foreign, or when what only
    looks so stands in a text that reads well."""
    layers: list[Cleaned] = []
    source = Source(text, name)
    while len(layers) < MOST_LAYERS and (layer := cleaned(source)) is not None:
        if not layers and not layer.anyway and reads_well(text):
            break
        layers.append(layer)
        source = layer.clean
        if len(text) > LAYERED:
            break
    return tuple(layers)


def placed(layers: tuple[Cleaned, ...], faults: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The faults of the innermost text, and those of each layer, at their places in the author's text."""
    found = list(faults)
    for layer in reversed(layers):
        found = layer.all(found)
    return found


def joined(text: str, changes: list[Change]) -> tuple[str, list[int], list[tuple[Span, bool]]]:
    """The clean text with the origin of each of its pieces; a change inside another one is left out."""
    parts: list[str] = []
    starts: list[int] = []
    pieces: list[tuple[Span, bool]] = []
    length = 0
    for span, put in every_piece(text, changes):
        part = text[span.start : span.end] if put is None else put
        starts.append(length)
        pieces.append((span, put is not None))
        parts.append(part)
        length += len(part)
    return "".join(parts), starts, pieces


def every_piece(text: str, changes: list[Change]) -> Iterator[tuple[Span, str | None]]:
    """The author's own pieces (None) and those that are put in, in order."""
    at = 0
    for change in changes:
        if change.span.start < at:
            continue
        yield Span(at, change.span.start), None
        if change.text or change.span.end > change.span.start:
            yield change.span, change.text
        at = change.span.end
    yield Span(at, len(text)), None
