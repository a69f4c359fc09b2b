"""One run of a formula from the command line: gather what it may see, run it, show what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

import formula
from formula.diagnostics import Diagnostic, FormulaError
from formula.runtime.values import as_json, display
from formula.source import Source
from repl.checking import faults_text
from repl.console import UNUSABLE, Console, Refusal, clock, read_bytes, read_text
from repl.messages import message


@attrs.frozen
class Prepared:
    """A text and all that its run may see."""

    source: Source
    context: formula.Context
    schema: formula.Schema
    limits: formula.Limits
    lenient: bool
    noticed: tuple[Diagnostic, ...]


@attrs.frozen
class Done:
    """A run, or a text that could not run: then ``outcome`` is a fault that carries the check's diagnostics."""

    prepared: Prepared
    outcome: Any
    record: Any = None
    diagnostics: tuple[Diagnostic, ...] = ()


def prepare(
    console: Console,
    *,
    path: str | None,
    expression: str | None,
    context_path: str | None,
    workspace: str | None,
    ticket: str | None,
    limits: Iterable[str],
    lenient: bool,
) -> Prepared:
    """Read the text, the context file, the workspace and the limits. Raises Refusal."""
    if (path is None) == (expression is None):
        raise Refusal(message("dê um arquivo de fórmula ou -e TEXTO"), message("'-' lê a entrada padrão"))
    if workspace is not None and context_path is not None:
        raise Refusal(message("use --context ou --workspace, não os dois"))
    if ticket is not None and workspace is None:
        raise Refusal(message("--ticket precisa de --workspace"))
    text, noticed = (expression, []) if expression is not None else read_text(path or "")
    source = Source(text or "", "<texto>" if expression is not None or path == "-" else path or "")
    given = surroundings(console, context_path, workspace, ticket)
    context, schema = given
    return Prepared(
        source,
        context,
        schema,
        limits_of(limits),
        lenient or given_lenient(context_path, console),
        tuple(noticed),
    )
