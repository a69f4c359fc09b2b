"""A failed case as text: what was expected, what came, why, and the lines of the formula and of the case."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from formula.diagnostics import in_language
from formula.messages import Message
from formula.printing.render import excerpt, render
from formula.reading.tree import Name, bare
from formula.source import Source
from routing.messages import message
from routing.testing.expectations import Mismatch
from routing.testing.observed import Observed
from routing.testing.run import Result

if TYPE_CHECKING:
    from formula.runtime.record import Record

MOST_WHY = 24
"""Lines of an explanation that a failure shows."""


def failure_text(result: Result, language: str = "pt") -> str:
    """Why a case failed, as plain text in a language."""
    return "\n".join(in_language(line, language) for line in failure_lines(result, language))


def failure_lines(result: Result, language: str) -> Iterator[str]:
    """Line by line."""
    case = result.case
    if result.faults:
        source = result.source or case.document.source
        shown = (
            Source(source.text, formula_name(result))
            if source is not case.document.source
            else Source(source.text, shown_path(case.path))
        )
        yield from render(shown, result.faults, language).splitlines()
        return
    if result.step:
        step = case.moves[result.step - 1]
        yield message(
            "no movimento {numero} de {quantos} ({acao}), linha {linha}:",
            numero=result.step,
            quantos=len(case.moves),
            acao=step.action,
            linha=step.line,
        )
    for one in result.mismatches:
        yield from mismatch_lines(one, result, language)
    if result.observed is not None:
        yield from why_lines(result.observed)
        yield from formula_lines(result, result.observed, language)


def mismatch_lines(one: Mismatch, result: Result, language: str) -> Iterator[str]:
    """One expectation that was not met, with its line of the file."""
    yield one.key
    yield from labelled(message("  esperado: "), one.expected, language)
    yield from labelled(message("  obtido:   "), one.obtained, language)
    if one.hint:
        yield message("  dica: {dica}", dica=one.hint)
    line = one.line or result.case.line
    text = result.case.document.source.line_text(line).strip()
    yield f"  {shown_path(result.case.path)}:{line}: {text}"


def labelled(label: Message, text: str, language: str) -> Iterator[str]:
    """A text behind a label; further lines below its beginning."""
    said = in_language(label, language)
    first, *rest = in_language(text, language).splitlines() or [""]
    yield said + first
    yield from (" " * len(said) + line for line in rest)


def why_lines(seen: Observed) -> Iterator[str]:
    """The explanation."""
    lines = explained(seen)
    if not lines:
        return
    yield message("por quê:")
    shown = lines if len(lines) <= MOST_WHY else [*lines[: MOST_WHY // 2], message("…"), *lines[-MOST_WHY // 2 :]]
    for line in shown:
        yield message("  {linha}", linha=line)


def explained(seen: Observed) -> list[str]:
    """The chain with its places."""
    if seen.plan is not None:
        return [placed(line.text, line.where) for line in seen.plan.explanation]
    if seen.explain is None:
        return []
    from formula.explaining.explanation import explain

    return [placed(line.text, line.where) for line in explain(seen.explain())]


def placed(text: str, where: str | None) -> str:
    """A link of the chain with its place."""
    return message("{texto}  [{onde}]", texto=text, onde=where) if where else text


def formula_lines(result: Result, seen: Observed, language: str) -> Iterator[str]:
    """The line of the formula that made the value, or that failed."""
    if seen.plan is not None or seen.explain is None:
        return
    record = seen.explain()
    source = Source(record.source.text, formula_name(result))
    if record.outcome.diagnostics:
        yield from render(source, record.outcome.diagnostics, language).splitlines()
        return
    index = record.last_value() if record.broken is None else len(record) - 1
    if index is None:
        return
    span = record.point(origin(record, index)).span
    start = source.position(span.start)
    yield f"{source.name}:{start.line}:{start.column}"
    yield from excerpt(source, start, source.position(span.end))


def origin(record: Record, index: int) -> int:
    """The step that made a value: of a bare variable, the one that set it."""
    expression = bare(record.point(index).expression)
    while isinstance(expression, Name) and expression.word.key in record.variables:
        found = record.set_at(expression.word.key, index - 1)
        if found is None:
            break
        index, expression = found, bare(record.point(found).expression)
    return index


def formula_name(result: Result) -> str:
    """The formula's file, or its code."""
    if result.formula is None:
        return result.case.formula or "<texto>"
    return shown_path(Path(result.formula.path)) if result.formula.path else result.formula.code


def shown_path(path: Path) -> str:
    """A path from where the person stands, when it lies below."""
    if not path.is_absolute():
        return path.as_posix()
    shown = os.path.relpath(path)
    return str(path) if shown.startswith("..") else shown
