"""What the language server answers about a whole workspace: names looked up, and the cases of a formula, run on demand."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from itertools import islice
from pathlib import Path
from typing import Any

from lsprotocol import types

from repl.editor.lsp_server import FormulaServer, code_of, path_of, uri_of
from repl.editor.neighbourhood import neighbourhood_of
from repl.editor.outline_of_site import CASE, ENDING, FORMULA, GROUP, PERSON, SENTENCE, STEP, TYPE, CaseFileKnown, Part, fitting
from repl.messages import message
from repl.showing.faults import SETTINGS, workspace_of

RUN_CASES = "repasse.runCases"
"""A command of ours: ``[{"files": [path, …], "name": what is tried}]``; the answer is what ``repasse test --format json`` says."""

MOST_FOUND = 400
"""Names that one look-up gives."""

MOST_SECONDS = 120.0
"""How long the cases of one formula may take."""

KINDS = {
    FORMULA: types.SymbolKind.Module,
    TYPE: types.SymbolKind.Class,
    STEP: types.SymbolKind.EnumMember,
    PERSON: types.SymbolKind.Object,
    GROUP: types.SymbolKind.Array,
    SENTENCE: types.SymbolKind.Interface,
    CASE: types.SymbolKind.Event,
}


def roots_of(server: FormulaServer) -> list[Path]:
    """The workspaces that an editor has open: of its folders, right below them, and of its formulas."""
    found: dict[Path, None] = {}
    for folder in server.workspace.folders.values():
        path = path_of(folder.uri)
        if path is None:
            continue
        root = workspace_of(path)
        near = [root] if root is not None else sorted(one.parent for one in islice(path.glob(f"*/{SETTINGS}"), 50))
        found |= dict.fromkeys(near)
    found |= dict.fromkeys(one.root for one in server.around.values() if one.root is not None and one.site is not None)
    return list(found)


def symbols(server: FormulaServer, params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
    """Formulas, types, steps, people, groups, sentences and cases by a part of their name."""
    made: list[types.WorkspaceSymbol] = []
    for root in roots_of(server) if server.files else ():
        around = next((one for one in server.around.values() if one.root == root), None) or neighbourhood_of(root / SETTINGS)
        if around.site is not None:
            found = fitting(server.parts.of(root, around.site), params.query, MOST_FOUND - len(made))
            made += [shown_part(server, one) for one in found]
        if len(made) >= MOST_FOUND:
            break
    return made


def shown_part(server: FormulaServer, part: Part) -> types.WorkspaceSymbol:
    """A part in the protocol's shape."""
    start = types.Position(part.line, 0)
    where = types.Location(uri_of(part.path), types.Range(start, start))
    return types.WorkspaceSymbol(where, part.name, KINDS[part.kind], container_name=server.say(part.inside) or None)


def lenses(server: FormulaServer, params: types.CodeLensParams) -> list[types.CodeLens]:
    """Above a formula: run its cases, and those of the moves that use it."""
    uri = params.text_document.uri
    server.document(uri)
    around = server.around[uri]
    if around.site is None or around.root is None:
        return []
    own, moves = server.parts.cases_of(around.root, around.site, code_of(uri))
    titles = (
        (own, message("Executar casos ({quantos})", quantos=count(own))),
        (moves, message("Executar casos dos movimentos que a usam ({quantos})", quantos=count(moves))),
    )
    return [lens(server, files, title, code_of(uri)) for files, title in titles if files]


def count(files: list[CaseFileKnown]) -> int:
    """How many cases some files have; a table counts once."""
    return sum(len(one.cases) for one in files)


def lens(server: FormulaServer, files: list[CaseFileKnown], title: str, code: str) -> types.CodeLens:
    """A line to click above the text."""
    start = types.Position(0, 0)
    wanted = {"files": [str(one.path) for one in files], "name": code}
    return types.CodeLens(types.Range(start, start), types.Command(server.say(title), RUN_CASES, arguments=[wanted]))


async def run_cases(server: FormulaServer, wanted: Any) -> Any:
    """Run files of cases in a process of their own, show what came of them, and answer the whole result. None when they could
    not be run."""
    given = wanted if isinstance(wanted, dict) else vars(wanted) if hasattr(wanted, "__dict__") else {}
    named = given.get("files")
    files = [one for one in named if is_case_file(one)] if isinstance(named, list | tuple) else []
    if not files or not server.files:
        return told(server, message("não há casos a executar"), types.MessageType.Warning)
    done = await case_run(files, server.language)
    if done is None:
        said = message("os casos passaram de {segundos} s e foram interrompidos", segundos=int(MOST_SECONDS))
        return told(server, said, types.MessageType.Error)
    out, errors = done
    try:
        document = json.loads(out)
    except ValueError:
        return told(server, " ".join(errors.split()) or message("os casos não puderam ser executados"), types.MessageType.Error)
    show_result(server, document, str(given.get("name", "")))
    return document


def is_case_file(path: object) -> bool:
    """Whether something names a file of cases that is there."""
    return isinstance(path, str) and path.endswith(ENDING) and Path(path).is_file()


def told(server: FormulaServer, said: str, kind: types.MessageType) -> None:
    """A sentence shown by the editor."""
    server.window_show_message(types.ShowMessageParams(kind, server.say(said)))


async def case_run(files: list[str], language: str) -> tuple[str, str] | None:
    """Both streams of ``repasse test`` on some files; None when it took too long and was ended."""
    command = [sys.executable, "-m", "repl.commands", "--lang", language, "test", "--ci", "--format", "json", *files]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe, start_new_session=True
    )
    try:
        async with asyncio.timeout(MOST_SECONDS):
            out, errors = await process.communicate()
    except TimeoutError:
        return None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    return out.decode("utf-8", "replace"), errors.decode("utf-8", "replace")


def show_result(server: FormulaServer, document: dict[str, Any], name: str) -> None:
    """The sum as a message; every failure in the editor's log."""
    counts = document["summary"]
    failed = [one for one in document["cases"] if one["status"] == "failed"]
    for one in failed:
        text = f"{one['path']}:{one['line']}: {one['name']}\n{one['detail'] or ''}"
        server.window_log_message(types.LogMessageParams(types.MessageType.Error, text.rstrip()))
    said = message(
        "{formula}: {passou} casos passaram, {falhou} falharam, {pulou} pulados",
        formula=name,
        passou=counts["passed"],
        falhou=counts["failed"],
        pulou=counts["skipped"],
    )
    text = server.say(said)
    if failed:
        text += "\n" + "\n".join(f"✗ {one['name']} ({Path(one['path']).name}:{one['line']})" for one in failed[:5])
    told(server, text, types.MessageType.Error if failed else types.MessageType.Info)
