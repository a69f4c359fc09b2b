"""What the language server answers to an editor's questions about an open formula."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from formula.diagnostics import Diagnostic
from formula.editing import assist, navigation
from formula.editing import semantic_tokens as marks
from formula.editing.folding import COMMENT, folds
from formula.editing.signatures import enclosing
from formula.editing.text_roles import TextRole, argument_role, role_at
from formula.editing.typed_words import Kind, TextWord, declared
from formula.printing.printer import format_text
from formula.reading.lexer import KEYWORDS
from formula.source import Span
from repl.editor.documents import Document
from repl.editor.lsp_server import FormulaServer, code_of, uri_of
from repl.messages import message
from repl.showing.text_values import MOST_PROPOSED, with_parameters, with_site
from repl.showing.text_values import formula as formula_told
from repl.showing.text_values import meaning as text_told
from routing.clock import now_in

PROPOSAL_KINDS = {
    assist.KEYWORD: types.CompletionItemKind.Keyword,
    assist.FUNCTION: types.CompletionItemKind.Function,
    assist.VARIABLE: types.CompletionItemKind.Variable,
    assist.FIELD: types.CompletionItemKind.Field,
    assist.FORMULA: types.CompletionItemKind.Module,
    assist.STAND_IN: types.CompletionItemKind.Interface,
    assist.VALUE: types.CompletionItemKind.Value,
}
BETWEEN_PARTS = frozenset({";", "="})
"""Signs that bring up proposals inside a text alone."""

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def completion(server: FormulaServer, params: types.CompletionParams) -> types.CompletionList:
    """What may stand at the cursor, best first."""
    uri = params.text_document.uri
    document = server.document(uri)
    offset = document.offset(params.position.line, params.position.character)
    site, code = server.around[uri].site, code_of(uri)
    found = assist.complete(document.text, offset, document.schema, typed=document.words)
    if found.text is None and params.context is not None and params.context.trigger_character in BETWEEN_PARTS:
        return types.CompletionList(is_incomplete=False, items=[])
    if site is not None and found.text is not None:
        schema = with_parameters(document.schema, site, code)
        found = assist.complete(document.text, offset, schema, typed=document.words)
        found = with_site(found, site, code, now_in(site.zone))
    where = server.range(document, found.span)
    return types.CompletionList(
        is_incomplete=len(found.proposals) >= MOST_PROPOSED and found.text is not None,
        items=[item(server, one, index, where) for index, one in enumerate(found.proposals)],
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
    """What the word at a place is, with its kind there; of a text what it stands for on this site."""
    uri = params.text_document.uri
    document = server.document(uri)
    offset = document.offset(params.position.line, params.position.character)
    word = assist.word_at(document.words, offset)
    told = told_by_site(server, document, uri, word, offset)
    if word is not None and told is not None:
        title, lines = told
        text = "\n".join([f"**{escaped(server.say(title))}**", "", *(f"- {escaped(server.say(line))}" for line in lines)])
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), server.range(document, word.span))
    kinds = {word.key: document.kinds[word.start]} if word is not None and word.start in document.kinds else {}
    found = assist.hover(document.text, offset, document.schema, kinds, document.words)
    if found is None:
        return None
    text = f"```repasse\n{server.say(found.title)}\n```\n\n{escaped(server.say(found.help))}"
    row = document.schema.table.get(word.key) if word is not None else None
    if row is not None and row.examples and found.title == row.signature:
        text += "\n\n" + "\n".join(f"- `{example.call}` → `{example.shown}`" for example in row.examples[:3])
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), server.range(document, found.span))


def told_by_site(
    server: FormulaServer, document: Document, uri: str, word: TextWord | None, offset: int
) -> tuple[str, list[str]] | None:
    """What the site knows of a text, of the number of a step, or of the name of another formula."""
    site = server.around[uri].site
    if site is None or word is None:
        return None
    if word.kind in {Kind.NAME, Kind.CALL} and word.key in site.formulas:
        known = word.key in document.schema.table or word.key in declared(document.words)
        return None if known or word.key in document.schema.fields else formula_told(site, word.key)
    if word.kind is Kind.TEXT and word.closed:
        role = role_at(document.words, word, offset, document.schema)
        said = document.text[role.span.start : role.span.end]
    elif word.kind is Kind.NUMBER:
        role, said = TextRole(argument_role(enclosing(document.words, word.start, document.schema)), word.span, ""), word.key
    else:
        return None
    return text_told(site, role, said, code_of(uri), now_in(site.zone))


def escaped(text: str) -> str:
    """A sentence as Markdown that shows it as it is."""
    return re.sub(r"([\\`*_\[\]<>&#|~])", r"\\\1", text)


def signature(server: FormulaServer, params: types.SignatureHelpParams) -> types.SignatureHelp | None:
    """The call that a place is inside of."""
    document = server.document(params.text_document.uri)
    offset = document.offset(params.position.line, params.position.character)
    found = enclosing(document.words, offset, document.schema)
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
    key = name.upper()
    taken = (
        navigation.variables_of(document.words, document.lenient)
        if symbol.kind == navigation.VARIABLE
        else server.around[uri].formulas
    )
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
        entry.name,
        kind,
        server.range(document, entry.span),
        server.range(document, entry.name_span),
        detail=server.say(entry.detail),
        children=[shown_entry(server, document, one) for one in entry.inside],
    )


def folding(server: FormulaServer, params: types.FoldingRangeParams) -> list[types.FoldingRange]:
    """Blocks, their branches and comments of several lines."""
    document = server.document(params.text_document.uri)
    made: list[types.FoldingRange] = []
    for one in folds(document.words):
        first, last = (document.source.position(at).line - 1 for at in (one.start, one.end))
        comment = one.kind == COMMENT
        last -= 0 if comment else 1
        if last > first:
            made.append(types.FoldingRange(first, last, kind=types.FoldingRangeKind.Comment if comment else None))
    return made


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
            types.Position(*document.place(one.offset)),
            server.say(one.text),
            kind=types.InlayHintKind.Type,
            tooltip=server.say(one.help),
        )
        for one in marks.notes(document.checked)
        if start <= one.offset <= end
    ]
