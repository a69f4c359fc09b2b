"""The text of a file's bytes."""

from __future__ import annotations

from formula.codes.table import report
from formula.diagnostics import Diagnostic
from formula.messages import message
from formula.source import Source, Span


def decode(raw: bytes) -> tuple[str, list[Diagnostic]]:
    """The text of a file's bytes: UTF-8, UTF-16 when its mark says so, else Windows-1252 with a lint at the first byte
    that is not UTF-8. A byte-order mark is left out (L11). Bytes that mean nothing become U+FFFD, which the parser
    reports; never raises.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace"), []
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as wrong:
        text = raw.decode("cp1252", errors="replace")
        return text, [not_utf8(text, wrong.start)]


def not_utf8(text: str, offset: int) -> Diagnostic:
    """The lint of a text read as Windows-1252, where a byte is a character and so offsets agree."""
    return report(
        Source(text),
        Span(offset, min(offset + 1, len(text))),
        "codificacao",
        message("o texto não está em UTF-8; foi lido como Windows-1252"),
        message("grave-o de novo em UTF-8"),
    )
