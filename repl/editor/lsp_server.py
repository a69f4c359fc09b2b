"""One editor's open formulas, as the language server keeps them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from formula.diagnostics import Diagnostic, in_language
from formula.editing import navigation
from formula.source import Span
from repl.editor.documents import UTF16, Document, bare_copy, edited
from repl.editor.neighbourhood import ALONE, Neighbourhood, mentions, neighbourhood_of
from repl.editor.outline_of_site import Parts
from repl.messages import message
from repl.showing.faults import SUFFIX, workspace_of

PAUSE = timedelta(milliseconds=12)
"""How long typing must rest before a text is checked: what the editor asks meanwhile is answered first."""

SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "lint": types.DiagnosticSeverity.Information,
}


MOST_OPEN, MOST_CHARACTERS, KEPT_CHARACTERS = 64, 16_000_000, 400_000
"""Texts that a page may have open, their characters in all, and the characters of those whose analysis is kept at once: what is
known of a text takes a hundred times its room, and is found again when it is asked for."""


OTHER_LANGUAGES = frozenset({"toml", "sql", "markdown", "json", "jsonc", "yaml", "python", "csv", "xml", "html"})
OTHER_SUFFIXES = frozenset({".toml", ".sql", ".md", ".json", ".csv", ".xlsx"})
"""Files of a workspace that hold no formula."""


class FormulaServer(LanguageServer):
    """One editor's open formulas."""

    def __init__(self, language: str, *, files: bool, root: Path | None = None) -> None:
        """``files``: whether the server may look at files around a formula; a page's server may not, except below ``root``."""
        super().__init__("repasse", version("repasse"), text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self.language = language
        self.files = files
        self.root = root
        self.documents: dict[str, Document] = {}
        self.around: dict[str, Neighbourhood] = {}
        self.given: dict[str, tuple[Neighbourhood, bool]] = {}
        self.waiting: dict[str, asyncio.TimerHandle] = {}
        self.recent: list[str] = []
        self.others: set[str] = set()
        self.parts = Parts()

    def say(self, text: str) -> str:
        """A sentence in the editor's language."""
        return in_language(text, self.language)

    def document(self, uri: str) -> Document:
        """An open formula; an error of the request for any other."""
        if uri not in self.documents:
            raise JsonRpcInvalidParams(self.say(message("o documento {uri} não está aberto", uri=uri[:200])))
        document = self.documents[uri]
        self.keep(uri)
        return document

    def keep(self, uri: str) -> None:
        """The analysis of the texts asked about last is kept, as far as there is room; that of others is forgotten."""
        self.recent = [*(one for one in self.recent if one != uri and one in self.documents), uri]
        while len(self.recent) > 1 and sum(len(self.documents[one].text) for one in self.recent) > KEPT_CHARACTERS:
            self.documents[self.recent[0]] = bare_copy(self.documents[self.recent[0]])
            del self.recent[0]

    def has_room(self, uri: str, text: str) -> bool:
        """Whether a page may have this text open too. An editor on this machine may have any."""
        others = [len(one.text) for name, one in self.documents.items() if name != uri]
        return self.files or (len(others) < MOST_OPEN and sum(others) + len(text) <= MOST_CHARACTERS)

    def close(self, uri: str) -> None:
        """Forget a text altogether."""
        self.others.discard(uri)
        for kept in (self.documents, self.around, self.given):
            kept.pop(uri, None)
        self.recent = [one for one in self.recent if one != uri]
        timer = self.waiting.pop(uri, None)
        if timer is not None:
            timer.cancel()

    def update(self, uri: str, text: str) -> None:
        """Take a new text and have it checked soon."""
        if not self.has_room(uri, text):
            self.close(uri)
            return
        around, lenient = self.given.get(uri, (self.around.get(uri), False))
        if around is None:
            around = self.look_around(uri)
        self.around[uri] = around
        self.documents[uri] = edited(
            self.documents.get(uri),
            text,
            name_of(uri),
            around.schema,
            lenient,
            str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding) or UTF16),
        )
        self.keep(uri)
        self.check_soon(uri)

    def look_around(self, uri: str) -> Neighbourhood:
        """The files around a formula."""
        path = path_of(uri)
        if path is None or not (self.files or self.within(path)):
            return ALONE
        return neighbourhood_of(path)

    def within(self, path: Path) -> bool:
        """Whether a file is one of the folder that a page may see."""
        return self.root is not None and path.resolve().is_relative_to(self.root)

    def look_again(self) -> None:
        """Files changed: every open formula may mean something else now."""
        seen: dict[Path, Neighbourhood] = {}
        for uri, document in list(self.documents.items()):
            path = path_of(uri)
            root = None if path is None else workspace_of(path.parent)
            around = seen.get(root) if root is not None else None
            self.around[uri] = around = around or self.look_around(uri)
            if root is not None:
                seen[root] = around
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
        self.keep(uri)
        document = self.documents[uri]
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
        """Each text that names a symbol, with the places: this one for a variable, a whole workspace for a formula."""
        here = navigation.places(document.words, symbol, document.schema, document.lenient)
        if symbol.kind == navigation.VARIABLE or not self.around[uri].formulas:
            return [(uri, document, here)]
        found = mentions(self.around[uri], symbol.key, self.open_texts())
        return [
            (uri_of(path), Document(text, path.name, document.schema, units=document.units), spans) for path, text, spans in found
        ]


def is_formula(uri: str, language: str) -> bool:
    """Whether a text that an editor opens is a formula. Editors may send every file of a folder: a TOML file is none, whatever
    the editor calls its language."""
    suffix = Path(uri.rpartition("/")[2]).suffix.lower()
    if uri.startswith("untitled:") or not suffix:
        return language not in OTHER_LANGUAGES
    return suffix == SUFFIX or (language == "repasse" and suffix not in OTHER_SUFFIXES)


def path_of(uri: str) -> Path | None:
    """The file of a ``file:`` address."""
    found = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(found) if found else None


def uri_of(path: Path) -> str:
    """The address of a file."""
    return from_fs_path(str(path)) or path.as_uri()


def code_of(uri: str) -> str:
    """The code of the formula that an address names."""
    path = path_of(uri)
    return "" if path is None else path.name.removesuffix(SUFFIX)


def name_of(uri: str) -> str:
    """What messages call a text."""
    path = path_of(uri)
    return path.name if path is not None else "<texto>"
