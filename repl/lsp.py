"""The language server: what :mod:`formula.assist` and the checker know, told to an editor. The one room of the protocol
library. One maker of server objects serves standard streams (``repasse lsp``) and the page's connections alike."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from formula import assist, marks, navigation
from formula.diagnostics import Diagnostic, in_language
from formula.messages import LANGUAGES
from formula.printer import format_text
from formula.source import Span
from repl.documents import UTF16, Document
from repl.language import language_of
from repl.messages import message
from repl.neighbourhood import ALONE, Neighbourhood, mentions, neighbourhood_of

PAUSE = timedelta(milliseconds=25)
"""How long typing must rest before a text is checked: what the editor asks meanwhile is answered first."""

SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "lint": types.DiagnosticSeverity.Information,
}
PROPOSAL_KINDS = {
    assist.KEYWORD: types.CompletionItemKind.Keyword,
    assist.FUNCTION: types.CompletionItemKind.Function,
    assist.VARIABLE: types.CompletionItemKind.Variable,
    assist.FIELD: types.CompletionItemKind.Field,
    assist.FORMULA: types.CompletionItemKind.Module,
    assist.STAND_IN: types.CompletionItemKind.Interface,
    assist.VALUE: types.CompletionItemKind.Value,
}
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
CONTEXT_METHOD = "repasse/context"
"""A notification of ours: ``{uri, context}``, where ``context`` is the JSON text of a context file's tables, whose names
the text at ``uri`` may then use. As text, because the protocol library renames keys that are no Python names."""


class FormulaServer(LanguageServer):
    """One editor's open formulas."""

    def __init__(self, language: str, *, files: bool) -> None:
        """``files``: whether the server may look at files around a formula; a page's server may not."""
        super().__init__("repasse", version("repasse"), text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self.language = language
        self.files = files
        self.documents: dict[str, Document] = {}
        self.around: dict[str, Neighbourhood] = {}
        self.given: dict[str, tuple[Neighbourhood, bool]] = {}
        self.waiting: dict[str, asyncio.TimerHandle] = {}

    def say(self, text: str) -> str:
        """A sentence in the editor's language."""
        return in_language(text, self.language)

    def document(self, uri: str) -> Document:
        """An open formula; an error of the request for any other."""
        if uri not in self.documents:
            raise JsonRpcInvalidParams(self.say(message("o documento {uri} não está aberto", uri=uri)))
        return self.documents[uri]

    def update(self, uri: str, text: str) -> None:
        """Take a new text and have it checked soon."""
        around, lenient = self.given.get(uri, (self.around.get(uri), False))
        if around is None:
            around = self.look_around(uri)
        self.around[uri] = around
        self.documents[uri] = Document(
            text, name_of(uri), around.schema, lenient,
            str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding) or UTF16),
        )  # fmt: skip
        self.check_soon(uri)

    def look_around(self, uri: str) -> Neighbourhood:
        """The files around a formula."""
        path = path_of(uri)
        return neighbourhood_of(path) if self.files and path is not None else ALONE

    def look_again(self) -> None:
        """Files changed: every open formula may mean something else now."""
        for uri, document in list(self.documents.items()):
            self.around[uri] = self.look_around(uri)
            self.update(uri, document.text)

    def check_soon(self, uri: str) -> None:
        """Check after a pause, unless more is typed."""
        if uri in self.waiting:
            self.waiting.pop(uri).cancel()
        self.waiting[uri] = asyncio.get_running_loop().call_later(PAUSE.total_seconds(), self.publish, uri)

    def publish(self, uri: str) -> None:
        """Tell the editor what is wrong in a text."""
        self.waiting.pop(uri, None)
        document = self.documents.get(uri)
        if document is None:
            return
        found = [self.diagnostic(document, uri, one) for one in document.diagnostics]
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri, found, version=self.workspace.get_text_document(uri).version)
        )

    def diagnostic(self, document: Document, uri: str, found: Diagnostic) -> types.Diagnostic:
        """A fault in the protocol's shape; the hint stands below the message."""
        text = self.say(found.message) + ("" if found.hint is None else "\n" + self.say(found.hint))
        unused = found.code == "variavel-sem-uso"
        related = [
            types.DiagnosticRelatedInformation(
                types.Location(uri, self.range(document, Span(document.source.offset(one.start), document.source.offset(one.end)))),
                self.say(one.message),
            )
            for one in found.related
        ]
        return types.Diagnostic(
            self.range(document, found.span),
            text,
            severity=SEVERITIES[found.severity],
            code=found.code,
            source="repasse",
            tags=[types.DiagnosticTag.Unnecessary] if unused else None,
            related_information=related or None,
        )

    def range(self, document: Document, span: Span) -> types.Range:
        """A span in the editor's units."""
        return types.Range(types.Position(*document.place(span.start)), types.Position(*document.place(span.end)))

    def symbol(self, document: Document, uri: str, position: types.Position) -> navigation.Symbol | None:
        """The variable or formula at a place."""
        offset = document.offset(position.line, position.character)
        codes = self.around[uri].formulas
        return navigation.symbol_at(document.words, offset, document.schema, codes, document.lenient)

    def open_texts(self) -> dict[Path, str]:
        """Texts as the editor has them, by file."""
        return {path: document.text for uri, document in self.documents.items() if (path := path_of(uri)) is not None}

    def everywhere(self, document: Document, uri: str, symbol: navigation.Symbol) -> list[tuple[str, Document, list[Span]]]:
        """Each text that names a symbol, with the places: this one for a variable, all of the workspace for a formula."""
        here = navigation.places(document.words, symbol, document.schema, document.lenient)
        if symbol.kind == navigation.VARIABLE or not self.around[uri].formulas:
            return [(uri, document, here)]
        found = mentions(self.around[uri], symbol.key, self.open_texts())
        return [
            (uri_of(path), Document(text, path.name, document.schema, units=document.units), spans)
            for path, text, spans in found
        ]


def path_of(uri: str) -> Path | None:
    """The file of a ``file:`` address."""
    found = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(found) if found else None


def uri_of(path: Path) -> str:
    """The address of a file."""
    return from_fs_path(str(path)) or path.as_uri()


def name_of(uri: str) -> str:
    """What messages call a text."""
    path = path_of(uri)
    return path.name if path is not None else "<texto>"


def make_server(language: str = "pt", *, files: bool = True) -> FormulaServer:
    """A server for one editor. ``language`` holds until the editor tells its own."""
    server = FormulaServer(language, files=files)
    for method, options, answer in FEATURES:
        server.feature(method, options)(bound(server, answer))
    return server


def bound(server: FormulaServer, answer: Callable[..., Any]) -> Callable[[Any], Any]:
    """A handler that knows its server."""

    def handle(params: Any = None) -> Any:
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
    server.documents.pop(uri, None)
    server.around.pop(uri, None)
    server.given.pop(uri, None)
    if uri in server.waiting:
        server.waiting.pop(uri).cancel()
    server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))


def did_give_context(server: FormulaServer, params: Any) -> None:
    """Names for a text, from the tables of a context file; tables that cannot be used change nothing."""
    from formula.schema import Schema
    from routing.contextfile import ContextFault, context_of

    uri, text = getattr(params, "uri", None), getattr(params, "context", None)
    try:
        tables = json.loads(text) if isinstance(text, str) else None
        if not isinstance(uri, str) or not isinstance(tables, dict):
            return
        given = context_of(tables)
    except (ValueError, ContextFault):
        return
    server.given[uri] = (Neighbourhood(Schema.of(given.context)), given.lenient)
    if uri in server.documents:
        server.update(uri, server.documents[uri].text)


# -- answers --------------------------------------------------------------------------------------


def completion(server: FormulaServer, params: types.CompletionParams) -> types.CompletionList:
    """What may stand at the cursor, best first."""
    document = server.document(params.text_document.uri)
    offset = document.offset(params.position.line, params.position.character)
    found = assist.complete(document.text, offset, document.schema)
    where = server.range(document, found.span)
    return types.CompletionList(
        is_incomplete=False, items=[item(server, one, index, where) for index, one in enumerate(found.proposals)]
    )


def item(server: FormulaServer, one: assist.Proposal, index: int, where: types.Range) -> types.CompletionItem:
    """A proposal in the protocol's shape; a function's bracket brings up its signature."""
    calls = one.insert.endswith("(")
    return types.CompletionItem(
        one.label,
        kind=PROPOSAL_KINDS[one.kind],
        detail=server.say(one.detail) or None,
        documentation=server.say(one.help) or None,
        sort_text=f"{index:04}",
        filter_text=one.label,
        text_edit=types.TextEdit(where, one.insert),
        command=types.Command("", "editor.action.triggerParameterHints") if calls else None,
    )


def hover(server: FormulaServer, params: types.HoverParams) -> types.Hover | None:
    """What the word at a place is, with its kind there."""
    document = server.document(params.text_document.uri)
    offset = document.offset(params.position.line, params.position.character)
    word = assist.word_at(document.words, offset)
    kinds = {word.key: document.kinds[word.start]} if word is not None and word.start in document.kinds else {}
    found = assist.hover(document.text, offset, document.schema, kinds)
    if found is None:
        return None
    text = f"```repasse\n{server.say(found.title)}\n```\n\n{escaped(server.say(found.help))}"
    row = document.schema.table.get(word.key) if word is not None else None
    if row is not None and row.examples and found.title == row.signature:
        text += "\n\n" + "\n".join(f"- `{example.call}` → `{example.shown}`" for example in row.examples[:3])
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), server.range(document, found.span))


def escaped(text: str) -> str:
    """A sentence as Markdown that shows it as it is."""
    return re.sub(r"([\\`*_\[\]<>&#|~])", r"\\\1", text)


def signature(server: FormulaServer, params: types.SignatureHelpParams) -> types.SignatureHelp | None:
    """The call that a place is inside of."""
    document = server.document(params.text_document.uri)
    offset = document.offset(params.position.line, params.position.character)
    found = assist.enclosing(document.words, offset, document.schema)
    if found is None:
        return None
    row = found.row
    labels = [types.ParameterInformation(f"{one.name}{'?' if one.optional else ''}: {one.kind_name}") for one in row.arguments]
    active = min(found.argument, len(labels) - 1) if row.variadic else found.argument
    told = types.SignatureInformation(row.signature, server.say(row.help), labels, active if active < len(labels) else None)
    return types.SignatureHelp([told], 0, told.active_parameter)


def definition(server: FormulaServer, params: types.DefinitionParams) -> types.Location | None:
    """The DECL of a variable, or the file of a formula."""
    uri = params.text_document.uri
    document = server.document(uri)
    symbol = server.symbol(document, uri, params.position)
    if symbol is None:
        return None
    if symbol.kind == navigation.VARIABLE:
        span = navigation.variables_of(document.words, document.lenient)[symbol.key]
        return types.Location(uri, server.range(document, span))
    path = server.around[uri].formulas.get(symbol.key)
    start = types.Position(0, 0)
    return None if path is None else types.Location(uri_of(path), types.Range(start, start))


def references(server: FormulaServer, params: types.ReferenceParams) -> list[types.Location] | None:
    """Every place that names the variable or formula."""
    uri = params.text_document.uri
    document = server.document(uri)
    symbol = server.symbol(document, uri, params.position)
    if symbol is None:
        return None
    declared = navigation.variables_of(document.words, document.lenient).get(symbol.key)
    skipped = declared if symbol.kind == navigation.VARIABLE and not params.context.include_declaration else None
    return [
        types.Location(where, server.range(text, span))
        for where, text, spans in server.everywhere(document, uri, symbol)
        for span in spans
        if span != skipped
    ]


def highlights(server: FormulaServer, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
    """The places in this text that name what stands at a place."""
    uri = params.text_document.uri
    document = server.document(uri)
    symbol = server.symbol(document, uri, params.position)
    if symbol is None:
        return None
    spans = navigation.places(document.words, symbol, document.schema, document.lenient)
    return [types.DocumentHighlight(server.range(document, span)) for span in spans]


def prepare_rename(server: FormulaServer, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
    """What would be renamed; nothing where there is no variable or formula of ours."""
    uri = params.text_document.uri
    document = server.document(uri)
    symbol = server.symbol(document, uri, params.position)
    if symbol is None or (symbol.kind == navigation.FORMULA and symbol.key not in server.around[uri].formulas):
        return None
    return types.PrepareRenamePlaceholder(server.range(document, symbol.span), document.source.slice(symbol.span))


def rename(server: FormulaServer, params: types.RenameParams) -> types.WorkspaceEdit | None:
    """Rename a variable in its formula, or a formula in all that name it, its file included."""
    uri = params.text_document.uri
    document = server.document(uri)
    symbol = server.symbol(document, uri, params.position)
    if symbol is None:
        return None
    refuse_name(server, document, uri, symbol, params.new_name)
    found = server.everywhere(document, uri, symbol)
    if symbol.kind == navigation.VARIABLE:
        return types.WorkspaceEdit(changes={where: edits(server, text, spans, params.new_name) for where, text, spans in found})
    path = server.around[uri].formulas.get(symbol.key)
    if path is None:
        return None
    changes: list[Any] = [
        types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(where), edits(server, text, spans, params.new_name))
        for where, text, spans in found
    ]
    changes.append(types.RenameFile(uri_of(path), uri_of(path.with_name(params.new_name + path.suffix))))
    return types.WorkspaceEdit(document_changes=changes)


def edits(server: FormulaServer, document: Document, spans: Iterable[Span], text: str) -> list[Any]:
    """The same new text at several places."""
    return [types.TextEdit(server.range(document, span), text) for span in spans]


def refuse_name(server: FormulaServer, document: Document, uri: str, symbol: navigation.Symbol, name: str) -> None:
    """A name that is none (L10), is a keyword (L2) or is taken ends the request with the reason."""
    from formula.lexical import KEYWORDS

    key = name.upper()
    taken = navigation.variables_of(document.words, document.lenient) if symbol.kind == navigation.VARIABLE else server.around[uri].formulas
    reason = None
    if not NAME.match(name):
        reason = message("'{nome}' não é um nome: use letras sem acento, números e _", nome=name)
    elif key in KEYWORDS:
        reason = message("'{nome}' é uma palavra da linguagem", nome=name)
    elif key in taken and key != symbol.key:
        reason = message("o nome '{nome}' já está em uso", nome=name)
    if reason is not None:
        raise JsonRpcInvalidParams(server.say(reason))


def symbols(server: FormulaServer, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    """Variables and blocks."""
    document = server.document(params.text_document.uri)
    if document.checked is None:
        return []
    return [shown_entry(server, document, one) for one in navigation.outline(document.source, document.checked.tree)]


def shown_entry(server: FormulaServer, document: Document, entry: navigation.Entry) -> types.DocumentSymbol:
    """A line of the outline in the protocol's shape."""
    kind = types.SymbolKind.Variable if entry.kind == navigation.VARIABLE else types.SymbolKind.Namespace
    return types.DocumentSymbol(
        entry.name, kind, server.range(document, entry.span), server.range(document, entry.name_span),
        detail=server.say(entry.detail), children=[shown_entry(server, document, one) for one in entry.inside],
    )  # fmt: skip


def formatting(server: FormulaServer, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
    """The canonical text as one edit; a text with errors stays."""
    document = server.document(params.text_document.uri)
    made = format_text(document.text, document.name).text
    if made is None or made == document.text:
        return None
    return [types.TextEdit(server.range(document, Span(0, len(document.text))), made)]


def actions(server: FormulaServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """The fixes of the faults in a range; one alone is the preferred one."""
    uri = params.text_document.uri
    document = server.document(uri)
    start = document.offset(params.range.start.line, params.range.start.character)
    end = document.offset(params.range.end.line, params.range.end.character)
    touched = [one for one in document.diagnostics if one.fix is not None and one.span.start <= end and one.span.end >= start]
    return [action(server, document, uri, one, preferred=len(touched) == 1) for one in touched]


def action(server: FormulaServer, document: Document, uri: str, found: Diagnostic, *, preferred: bool) -> types.CodeAction:
    """A fix in the protocol's shape, named by what it does."""
    assert found.fix is not None
    edit = types.TextEdit(server.range(document, found.fix.span), found.fix.text)
    return types.CodeAction(
        server.say(fix_title(document.source.slice(found.fix.span), found.fix.text.strip())),
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[server.diagnostic(document, uri, found)],
        is_preferred=preferred,
        edit=types.WorkspaceEdit(changes={uri: [edit]}),
    )


def fix_title(old: str, new: str) -> str:
    """What a fix does, in a few words."""
    old, new = (" ".join(text.split()) for text in (old, new))
    old, new = (text if len(text) <= 40 else text[:39] + "…" for text in (old, new))
    if not old:
        return message("Inserir {novo}", novo=new)
    return message("Trocar {antigo} por {novo}", antigo=old, novo=new) if new else message("Tirar {antigo}", antigo=old)


def tokens(server: FormulaServer, params: types.SemanticTokensParams) -> types.SemanticTokens:
    """The meaning of each word. A comment over several lines is told line by line."""
    document = server.document(params.text_document.uri)
    numbers = {name: index for index, name in enumerate(marks.MEANINGS)}
    made: list[int] = []
    line = character = 0
    for span, meaning in marks.meanings(document.words, document.schema):
        for piece in by_line(document, span):
            at_line, at = document.place(piece.start)
            length = document.place(piece.end)[1] - at
            made += [at_line - line, at - character if at_line == line else at, length, numbers[meaning], 0]
            line, character = at_line, at
    return types.SemanticTokens(made)


def by_line(document: Document, span: Span) -> Iterable[Span]:
    """A span cut at the ends of its lines; empty pieces are left out."""
    starts = document.source.line_starts
    first, last = (document.source.position(at).line for at in (span.start, span.end))
    for line in range(first, last + 1):
        start = max(span.start, starts[line - 1])
        end = min(span.end, starts[line - 1] + len(document.source.line_text(line)))
        if start < end:
            yield Span(start, end)


def inlays(server: FormulaServer, params: types.InlayHintParams) -> list[types.InlayHint]:
    """The inferred kinds of variables."""
    document = server.document(params.text_document.uri)
    if document.checked is None:
        return []
    start = document.offset(params.range.start.line, params.range.start.character)
    end = document.offset(params.range.end.line, params.range.end.character)
    return [
        types.InlayHint(
            types.Position(*document.place(one.offset)), server.say(one.text), kind=types.InlayHintKind.Type,
            tooltip=server.say(one.help),
        )
        for one in marks.notes(document.checked)
        if start <= one.offset <= end
    ]  # fmt: skip


FEATURES: tuple[tuple[str, Any, Callable[..., Any]], ...] = (
    (types.INITIALIZE, None, initialize),
    (types.TEXT_DOCUMENT_DID_OPEN, None, did_open),
    (types.TEXT_DOCUMENT_DID_CHANGE, None, did_change),
    (types.TEXT_DOCUMENT_DID_SAVE, None, did_save),
    (types.TEXT_DOCUMENT_DID_CLOSE, None, did_close),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, None, did_change_files),
    (CONTEXT_METHOD, None, did_give_context),
    (types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=["'", '"']), completion),
    (types.TEXT_DOCUMENT_HOVER, None, hover),
    (types.TEXT_DOCUMENT_SIGNATURE_HELP, types.SignatureHelpOptions(["(", ","], [")"]), signature),
    (types.TEXT_DOCUMENT_DEFINITION, None, definition),
    (types.TEXT_DOCUMENT_REFERENCES, None, references),
    (types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, None, highlights),
    (types.TEXT_DOCUMENT_PREPARE_RENAME, None, prepare_rename),
    (types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True), rename),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, None, symbols),
    (types.TEXT_DOCUMENT_FORMATTING, None, formatting),
    (types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions([types.CodeActionKind.QuickFix]), actions),
    (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, types.SemanticTokensLegend(list(marks.MEANINGS), []), tokens),
    (types.TEXT_DOCUMENT_INLAY_HINT, None, inlays),
)


# -- ways to reach a server -----------------------------------------------------------------------


def serve_stdio(language: str) -> None:
    """Serve one editor on the standard streams until it says ``exit`` or closes them."""
    make_server(language).start_io()


class LineWriter:
    """Sends each message as one line of JSON."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        """``writer`` is the connection."""
        self.writer = writer

    def write(self, data: bytes) -> Awaitable[None]:
        """Send a message; waits when the other side is slow."""
        self.writer.write(data + b"\n")
        return self.writer.drain()

    def close(self) -> None:
        """End the connection."""
        self.writer.close()


LONGEST_LINE = 2_000_000
"""Bytes of one message from a page."""


async def serve_lines(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, language: str) -> None:
    """Serve one connection whose messages are lines of JSON. The server may not look at files; ``exit`` ends the
    connection alone."""
    server = make_server(language, files=False)
    server.protocol.set_writer(LineWriter(writer), include_headers=False)
    try:
        while line := await reader.readline():
            told = json.loads(line, object_hook=server.protocol.structure_message)
            if getattr(told, "method", None) == types.EXIT:
                break
            server.protocol.handle_message(told)
    except (ValueError, JsonRpcInvalidParams, AttributeError, ConnectionError):
        # What is no message ends the connection: the page makes a new one.
        pass
    finally:
        for timer in server.waiting.values():
            timer.cancel()
        writer.close()


async def serve_socket(path: str, language: str) -> None:
    """Serve any number of connections on a Unix socket until the process ends."""
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await serve_lines(reader, writer, language)

    listening = await asyncio.start_unix_server(connected, path, limit=LONGEST_LINE)
    async with listening:
        await listening.serve_forever()
