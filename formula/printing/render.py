"""Faults as text for people, and as SARIF for code hosts. The contract's JSON is ``Diagnostic.as_json``."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from formula.codes.table import TABLE
from formula.diagnostics import Diagnostic, in_language
from formula.messages import Message, message
from formula.source import Position, Source

WIDEST = 100
"""Columns of a source line that are shown; a longer line is cut around the fault."""

SEVERITIES = {"error": message("erro"), "warning": message("aviso"), "lint": message("sugestão")}


def render(source: Source, diagnostics: Iterable[Diagnostic], language: str = "pt") -> str:
    """All faults, one paragraph each: place, message, the line, a caret line below it, hint and fix. No colours."""
    return "\n\n".join(render_one(source, diagnostic, language) for diagnostic in diagnostics)


def render_one(source: Source, diagnostic: Diagnostic, language: str = "pt") -> str:
    """One fault. Tabs of the line are shown as single blanks, so that the caret stands under its place."""

    def say(text: str) -> str:
        return in_language(text, language)

    start = diagnostic.start
    severity = say(SEVERITIES.get(diagnostic.severity, message("erro")))
    lines = [f"{source.name}:{start.line}:{start.column}: {severity}: {say(diagnostic.message)} [{diagnostic.code}]"]
    lines += excerpt(source, start, diagnostic.end)
    if diagnostic.hint:
        lines.append("  " + say(message("dica: {dica}", dica=diagnostic.hint)))
    if diagnostic.fix is not None:
        lines.append("  " + say(fix_sentence(source, diagnostic)))
    for related in diagnostic.related:
        where = message("linha {linha}, coluna {coluna}", linha=related.start.line, coluna=related.start.column)
        lines.append(f"  {say(where)}: {say(related.message)}")
    return "\n".join(lines)


def fix_sentence(source: Source, diagnostic: Diagnostic) -> Message:
    """What the fix does, in words."""
    fix = diagnostic.fix
    assert fix is not None
    old, new = source.slice(fix.span), " ".join(fix.text.split())
    if not old.strip():
        return message("correção: inserir {novo}", novo=new)
    if not new:
        return message("correção: retirar {antigo}", antigo=old)
    return message("correção: trocar {antigo} por {novo}", antigo=old, novo=new)


def excerpt(source: Source, start: Position, end: Position) -> list[str]:
    """The line of a fault and carets under its range; a range over several lines is marked to the end of the first."""
    text = source.line_text(start.line)
    first = min(start.column - 1, len(text))
    last = min(end.column - 1, len(text)) if end.line == start.line else len(text)
    left = max(0, first - WIDEST // 2) if len(text) > WIDEST else 0
    shown = text[left : left + WIDEST]
    before, under = shown[: first - left], shown[first - left : max(last - left, first - left)]
    dots = "…" if left else ""
    tail = "…" if left + WIDEST < len(text) else ""
    number = str(start.line)
    margin = " " * len(number)
    carets = "^" * max(1, width(under))
    return [
        f"  {number} | {dots}{visible(shown)}{tail}",
        f"  {margin} | {' ' * (width(dots) + width(before))}{carets}",
    ]


def visible(text: str) -> str:
    """A text on one terminal line: tabs as blanks, control characters as a replacement sign."""
    return "".join(" " if char in "\t\u00a0" else char if char.isprintable() else "\ufffd" for char in text)


def width(text: str) -> int:
    """Terminal columns: wide characters take two, combining marks none."""
    return sum(0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


LEVELS = {"error": "error", "warning": "warning", "lint": "note"}


def sarif(files: Sequence[tuple[str, Sequence[Diagnostic]]], language: str = "pt") -> dict[str, Any]:
    """A SARIF 2.1.0 log: one run, one rule per code that occurs, one result per fault, with fixes."""
    codes = sorted({diagnostic.code for _, found in files for diagnostic in found})
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "repasse", "rules": [rule(code, language) for code in codes]}},
                "columnKind": "unicodeCodePoints",
                "results": [
                    result(path, diagnostic, codes.index(diagnostic.code), language)
                    for path, found in files
                    for diagnostic in found
                ],
            }
        ],
    }


def rule(code: str, language: str) -> dict[str, Any]:
    """The description of a code; codes of other packages have their slug alone."""
    row = TABLE.get(code)
    if row is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": row.title.text(language)},
        "fullDescription": {"text": row.explanation.text(language)},
        "defaultConfiguration": {"level": LEVELS[row.severity]},
    }


def result(path: str, diagnostic: Diagnostic, index: int, language: str) -> dict[str, Any]:
    """One fault as a SARIF result."""
    text = in_language(diagnostic.message, language)
    if diagnostic.hint:
        text += " — " + in_language(diagnostic.hint, language)
    uri = uri_of(path)
    made: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": index,
        "level": LEVELS[diagnostic.severity],
        "message": {"text": text},
        "locations": [location(uri, diagnostic.start, diagnostic.end)],
    }
    if diagnostic.related:
        made["relatedLocations"] = [
            location(uri, related.start, related.end) | {"id": number, "message": {"text": in_language(related.message, language)}}
            for number, related in enumerate(diagnostic.related, 1)
        ]
    if diagnostic.fix is not None:
        fix = diagnostic.fix
        change = {"deletedRegion": region(fix.start, fix.end), "insertedContent": {"text": fix.text}}
        made["fixes"] = [{"artifactChanges": [{"artifactLocation": {"uri": uri}, "replacements": [change]}]}]
    return made


PLAIN_IN_URI = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/:")


def uri_of(path: str) -> str:
    """A path as a URI reference."""
    raw = path.replace("\\", "/").encode("utf-8", errors="surrogateescape")
    return "".join(chr(byte) if chr(byte) in PLAIN_IN_URI else f"%{byte:02X}" for byte in raw)


def location(uri: str, start: Position, end: Position) -> dict[str, Any]:
    """A place in a file."""
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region(start, end)}}


def region(start: Position, end: Position) -> dict[str, int]:
    """A range; SARIF counts like the contract."""
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}
