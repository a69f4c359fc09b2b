"""The language server: what :mod:`formula.editing.assist` and the checker know, told to an editor. The rooms of the protocol
library are this module and the two it is made of. One maker of server objects serves standard streams (``repasse lsp``)
and the page's connections alike."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import json
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from formula.editing import semantic_tokens as marks
from formula.messages import LANGUAGES
from repl.editor import lsp_answers as answers
from repl.editor import lsp_workspace as workspace_answers
from repl.editor.lsp_server import FormulaServer, is_formula
from repl.editor.neighbourhood import Neighbourhood
from repl.showing.language import language_of

CONTEXT_METHOD = "repasse/context"
"""A notification of ours: ``{uri, context}``, where ``context`` is a context file's tables as JSON text, whose names
the text at ``uri`` may then use. As text, because the protocol library renames keys that are no Python names."""

PLAN_METHOD = "repasse/plan"
"""A request of ours: ``{ticket, text}``, the key of an example ticket and a formula; the answer is a plan or null."""


def make_server(language: str = "pt", *, files: bool = True, root: Path | None = None) -> FormulaServer:
    """A server for one editor. ``language`` holds until the editor tells its own."""
    server = FormulaServer(language, files=files, root=root)
    for method, options, answer in FEATURES:
        server.feature(method, options)(bound(server, answer))
    if files:
        server.command(workspace_answers.RUN_CASES)(workspace_answers.run_cases)
    return server


def bound(server: FormulaServer, answer: Callable[..., Any]) -> Callable[[Any], Any]:
    """A handler that knows its server."""

    def handle(params: Any = None) -> Any:
        """Nothing is said of an open file that is no formula."""
        told = getattr(params, "text_document", None)
        if answer is not did_open and answer is not did_close and getattr(told, "uri", None) in server.others:
            return None
        return answer(server, params)

    return handle


# -- the life of a text ---------------------------------------------------------------------------


def initialize(server: FormulaServer, params: types.InitializeParams) -> None:
    """The editor's language: its option, else its locale."""
    options = params.initialization_options
    told = options.get("language") if isinstance(options, dict) else getattr(options, "language", None)
    if told in LANGUAGES:
        server.language = str(told)
    elif params.locale:
        server.language = language_of({"LANG": params.locale})


def did_open(server: FormulaServer, params: types.DidOpenTextDocumentParams) -> None:
    """A text is open."""
    server.around.pop(params.text_document.uri, None)
    if not is_formula(params.text_document.uri, params.text_document.language_id):
        server.others.add(params.text_document.uri)
        return
    server.update(params.text_document.uri, params.text_document.text)


def did_change(server: FormulaServer, params: types.DidChangeTextDocumentParams) -> None:
    """A text changed; the protocol library has put the pieces together."""
    uri = params.text_document.uri
    server.update(uri, server.workspace.get_text_document(uri).source)


def did_save(server: FormulaServer, _: types.DidSaveTextDocumentParams) -> None:
    """What other formulas may call can be new."""
    server.look_again()


def did_change_files(server: FormulaServer, _: types.DidChangeWatchedFilesParams) -> None:
    """Files changed outside of the editor."""
    server.look_again()


def did_close(server: FormulaServer, params: types.DidCloseTextDocumentParams) -> None:
    """Forget a text; its faults leave the editor's list."""
    uri = params.text_document.uri
    server.close(uri)
    server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))


def did_give_context(server: FormulaServer, params: Any) -> None:
    """Names for a text, from the tables of a context file; tables that cannot be used change nothing."""
    from formula.schema import Schema
    from routing.http.json_values import plain_tables
    from routing.workspace.contexts import ContextFault, context_of

    uri, text = getattr(params, "uri", None), getattr(params, "context", None)
    try:
        tables = json.loads(text) if isinstance(text, str) else None
        if not isinstance(uri, str) or not isinstance(tables, dict):
            return
        given = context_of(plain_tables(tables))
    except (ValueError, ContextFault):
        return
    server.given[uri] = (Neighbourhood(Schema.of(given.context)), given.lenient)
    if uri in server.documents:
        server.update(uri, server.documents[uri].text)


def planned_move(server: FormulaServer, params: Any) -> Any:
    """The next move of an example ticket with the text of the editor as its formula, in the contract's shape."""
    from repl.editor.sandbox import planned

    key, text = getattr(params, "ticket", None), getattr(params, "text", None)
    return planned(key, text, server.language) if isinstance(key, str) and isinstance(text, str) else None


FEATURES: tuple[tuple[str, Any, Callable[..., Any]], ...] = (
    (types.INITIALIZE, None, initialize),
    (types.TEXT_DOCUMENT_DID_OPEN, None, did_open),
    (types.TEXT_DOCUMENT_DID_CHANGE, None, did_change),
    (types.TEXT_DOCUMENT_DID_SAVE, None, did_save),
    (types.TEXT_DOCUMENT_DID_CLOSE, None, did_close),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, None, did_change_files),
    (CONTEXT_METHOD, None, did_give_context),
    (PLAN_METHOD, None, planned_move),
    (types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=["'", '"', ";", "="]), answers.completion),
    (types.TEXT_DOCUMENT_HOVER, None, answers.hover),
    (types.TEXT_DOCUMENT_SIGNATURE_HELP, types.SignatureHelpOptions(["(", ","], [")"]), answers.signature),
    (types.TEXT_DOCUMENT_DEFINITION, None, answers.definition),
    (types.TEXT_DOCUMENT_REFERENCES, None, answers.references),
    (types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, None, answers.highlights),
    (types.TEXT_DOCUMENT_PREPARE_RENAME, None, answers.prepare_rename),
    (types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True), answers.rename),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, None, answers.symbols),
    (types.TEXT_DOCUMENT_FOLDING_RANGE, None, answers.folding),
    (types.TEXT_DOCUMENT_FORMATTING, None, answers.formatting),
    (types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions([types.CodeActionKind.QuickFix]), answers.actions),
    (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, types.SemanticTokensLegend(list(marks.MEANINGS), []), answers.tokens),
    (types.TEXT_DOCUMENT_INLAY_HINT, None, answers.inlays),
    (types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions(), workspace_answers.lenses),
    (types.WORKSPACE_SYMBOL, None, workspace_answers.symbols),
)


# -- ways to reach a server -----------------------------------------------------------------------


def quiet_library() -> None:
    """Keep the library's log of what editors say wrong from the terminal: the editor itself is told of each failure."""
    log = logging.getLogger("pygls")
    log.addHandler(logging.NullHandler())
    log.propagate = False


def spare_collector() -> None:
    """Let the collector of cycles look at new objects less often: a check makes a tree of many and no cycles, and a full
    collection in the middle of typing is felt."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def serve_stdio(language: str) -> None:
    """Serve one editor on the standard streams until it says ``exit`` or closes them. The library closes the stream it
    writes to, so it gets one of its own; what anything else prints must not reach the editor."""
    quiet_library()
    spare_collector()
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers, contextlib.redirect_stdout(sys.stderr):
        make_server(language).start_io(sys.stdin.buffer, answers)


class LineWriter:
    """Sends each message as one line of JSON."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        """``writer`` is the connection."""
        self.writer = writer

    async def write(self, data: bytes) -> None:
        """Send a message; waits when the other side is slow. One that has gone misses nothing."""
        with contextlib.suppress(ConnectionError):
            self.writer.write(data + b"\n")
            await self.writer.drain()

    async def close(self) -> None:
        """End the connection."""
        self.writer.close()


LONGEST_LINE = 2_000_000
"""Bytes of one message from a page."""


async def serve_lines(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, language: str, root: Path | None = None) -> None:
    """Serve one connection whose messages are lines of JSON. The server may not look at files, except below ``root``; ``exit``
    ends the connection alone."""
    server = make_server(language, files=False, root=root)
    server.protocol.set_writer(LineWriter(writer), include_headers=False)
    try:
        while line := await reader.readline():
            told = json.loads(line, object_hook=server.protocol.structure_message)
            if getattr(told, "method", None) == types.EXIT:
                break
            server.protocol.handle_message(told)
    except (ValueError, JsonRpcException, AttributeError, ConnectionError):
        # What is no message ends the connection: the page makes a new one.
        pass
    finally:
        for uri in list(server.documents):
            server.close(uri)
        writer.close()
        give_back()


def give_back() -> None:
    """Return to the system what a connection that has ended held: an editor's texts and what was known of them lie in cycles."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


async def serve_socket(path: str, language: str, root: Path | None = None) -> None:
    """Serve any number of connections on a Unix socket until the process ends, after whoever else needs the machine."""
    os.nice(10)

    quiet_library()
    spare_collector()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await serve_lines(reader, writer, language, root)

    listening = await asyncio.start_unix_server(connected, path, limit=LONGEST_LINE)
    async with listening:
        await listening.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve_socket(sys.argv[1], sys.argv[2], *map(Path, sys.argv[3:])))
