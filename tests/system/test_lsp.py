"""The language server as an editor meets it: a process, over its standard streams."""

from __future__ import annotations

import subprocess
import sys

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

ADDRESS = "untitled:formula"
COMMAND = [sys.executable, "-m", "repl.commands", "lsp"]


@pytest_lsp.fixture(config=ClientServerConfig(server_command=COMMAND))
async def editor(lsp_client: LanguageClient):
    await lsp_client.initialize_session(
        types.InitializeParams(capabilities=types.ClientCapabilities(), locale="pt-BR", workspace_folders=None)
    )
    yield
    await lsp_client.shutdown_session()


def opened(editor: LanguageClient, text: str, uri: str = ADDRESS) -> types.TextDocumentIdentifier:
    editor.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "repasse", 1, text)))
    return types.TextDocumentIdentifier(uri)


def changed(editor: LanguageClient, text: str, version: int = 2) -> None:
    editor.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(version, ADDRESS),
            [types.TextDocumentContentChangeWholeDocument(text)],
        )
    )


async def faults(editor: LanguageClient, uri: str = ADDRESS) -> list[types.Diagnostic]:
    await editor.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    return list(editor.diagnostics[uri])


def at(text: str, mark: str, plus: int = 0) -> types.Position:
    """The place of a piece of the text, in UTF-16 units."""
    offset = text.index(mark) + plus
    before = text[:offset].rsplit("\n", 1)[-1]
    return types.Position(text.count("\n", 0, offset), len(before.encode("utf-16-le")) // 2)


async def test_diagnostics_come_as_one_types(editor: LanguageClient):
    opened(editor, "DECL A; SETVAR(A, 1); A + B")
    found = await faults(editor)
    assert [one.code for one in found] == ["nome-desconhecido"]
    changed(editor, "DECL A; SETVAR(A, 1); A + 1")
    assert await faults(editor) == []


async def test_diagnostics_of_a_closed_text_leave_the_list(editor: LanguageClient):
    document = opened(editor, "1 +")
    assert await faults(editor) != []
    editor.text_document_did_close(types.DidCloseTextDocumentParams(document))
    assert await faults(editor) == []


async def test_places_count_utf16_units(editor: LanguageClient):
    opened(editor, "CONCAT('😀', B)")
    found = await faults(editor)
    assert (found[0].range.start.character, found[0].range.end.character) == (13, 14)


async def test_completion_proposes_variables_first_with_signatures_of_functions(editor: LanguageClient):
    text = "DECL ARREADOR; SETVAR(ARREADOR, 1); ARR"
    document = opened(editor, text)
    found = await editor.text_document_completion_async(types.CompletionParams(document, types.Position(0, len(text))))
    assert isinstance(found, types.CompletionList)
    shown = {one.label: one.detail for one in found.items}
    assert found.items[0].label == "ARREADOR"
    assert shown["ARREDONDA"] == "ARREDONDA(num: valor, casas: inteiro) → valor"


async def test_hover_tells_a_function_and_a_variables_kind(editor: LanguageClient):
    text = "DECL A; SETVAR(A, 'x'); CONCAT(A, 'y')"
    document = opened(editor, text)
    function = await editor.text_document_hover_async(types.HoverParams(document, at(text, "CONCAT", 2)))
    variable = await editor.text_document_hover_async(types.HoverParams(document, at(text, "(A, 'y'", 1)))
    assert "CONCAT(" in function.contents.value
    assert "texto" in variable.contents.value


async def test_signature_help_marks_the_argument(editor: LanguageClient):
    text = "SUBSTR('abc', 1, "
    document = opened(editor, text)
    found = await editor.text_document_signature_help_async(types.SignatureHelpParams(document, types.Position(0, len(text))))
    assert found.signatures[0].label.startswith("SUBSTR(")
    assert found.active_parameter == 2


async def test_definition_and_references_of_a_variable(editor: LanguageClient):
    text = "DECL Soma;\nSETVAR(soma, 1);\nSOMA + 1"
    document = opened(editor, text)
    place = await editor.text_document_definition_async(types.DefinitionParams(document, at(text, "SOMA")))
    assert place.range == types.Range(types.Position(0, 5), types.Position(0, 9))
    with_declaration = await editor.text_document_references_async(
        types.ReferenceParams(types.ReferenceContext(include_declaration=True), document, at(text, "SOMA"))
    )
    assert [one.range.start.line for one in with_declaration] == [0, 1, 2]


async def test_rename_changes_every_spelling_of_a_variable(editor: LanguageClient):
    text = "DECL Soma; SETVAR(soma, 1); SOMA + 1"
    document = opened(editor, text)
    found = await editor.text_document_rename_async(types.RenameParams(document, at(text, "SOMA"), "Total"))
    assert [edit.range.start.character for edit in found.changes[ADDRESS]] == [5, 18, 28]
    assert {edit.new_text for edit in found.changes[ADDRESS]} == {"Total"}


@pytest.mark.parametrize("name", ["SE", "1A", "não", "B", ""])
async def test_rename_refuses_names_that_cannot_be(editor: LanguageClient, name: str):
    text = "DECL A, B; SETVAR(A, 1); SETVAR(B, 1); A + B"
    document = opened(editor, text)
    with pytest.raises(Exception, match=r"nome|palavra"):
        await editor.text_document_rename_async(types.RenameParams(document, at(text, "A + B"), name))


async def test_symbols_nest_blocks(editor: LanguageClient):
    document = opened(editor, "DECL A;\nSETVAR(A, 3);\nSE A > 1 ENTAO\n REPITA SETVAR(A, A - 1) ATE A = 0;\nFIMSE")
    found = await editor.text_document_document_symbol_async(types.DocumentSymbolParams(document))
    assert [(one.name, [inner.name for inner in one.children]) for one in found] == [
        ("A", []),
        ("SE A > 1", ["REPITA … ATE A = 0"]),
    ]


async def test_formatting_writes_the_canonical_text(editor: LanguageClient):
    document = opened(editor, "decl a;setvar(a,1);a+1")
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    found = await editor.text_document_formatting_async(types.DocumentFormattingParams(document, options))
    assert found[0].new_text.splitlines() == ["DECL a;", "SETVAR(a, 1);", "a + 1;"]


async def test_formatting_leaves_a_faulty_text(editor: LanguageClient):
    document = opened(editor, "SE 1 = 1 ENTAO")
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    assert await editor.text_document_formatting_async(types.DocumentFormattingParams(document, options)) is None


async def test_a_quick_fix_mends_the_text(editor: LanguageClient):
    text = "DECL A\nSETVAR(A, 1); A"
    document = opened(editor, text)
    found = await faults(editor)
    offered = await editor.text_document_code_action_async(
        types.CodeActionParams(document, found[0].range, types.CodeActionContext(found))
    )
    assert offered[0].title == "Inserir ;"
    (edit,) = offered[0].edit.changes[ADDRESS]
    lines = text.split("\n")
    row = lines[edit.range.start.line]
    lines[edit.range.start.line] = row[: edit.range.start.character] + edit.new_text + row[edit.range.end.character :]
    changed(editor, "\n".join(lines))
    assert [one for one in await faults(editor) if one.severity == types.DiagnosticSeverity.Error] == []


async def test_semantic_tokens_tell_fields_from_variables(editor: LanguageClient):
    document = opened(editor, "DECL A; SETVAR(A, 1);\nPRIORIDADE")
    found = await editor.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document))
    legend = ["keyword", "variable", "function", "property", "string", "number", "comment", "operator", "type", "macro"]
    words = [(found.data[i], found.data[i + 2], legend[found.data[i + 3]]) for i in range(0, len(found.data), 5)]
    assert words[1] == (0, 1, "variable")
    assert words[-1] == (1, len("PRIORIDADE"), "property")


async def test_inlays_tell_inferred_kinds(editor: LanguageClient):
    document = opened(editor, "DECL A, B; SETVAR(A, 1); SETVAR(B, 'x'); SETVAR(B, A); B")
    whole = types.Range(types.Position(0, 0), types.Position(1, 0))
    found = await editor.text_document_inlay_hint_async(types.InlayHintParams(document, whole))
    assert [(one.position.character, one.label) for one in found] == [
        (6, ": número"),
        (9, ": número ou texto"),
        (33, ": texto"),
        (49, ": número"),
    ]


async def test_names_of_a_context_can_be_given(editor: LanguageClient):
    opened(editor, "FILIAL")
    assert [one.code for one in await faults(editor)] == ["nome-desconhecido"]
    editor.protocol.notify("repasse/context", {"uri": ADDRESS, "context": '{"campos": {"FILIAL": "MG"}}'})
    assert await faults(editor) == []


async def test_a_date_of_a_context_is_a_date(editor: LanguageClient):
    text = "DECL A; SETVAR(A, ENTREGA); A"
    document = opened(editor, text)
    assert [one.code for one in await faults(editor)] == ["nome-desconhecido"]
    given = '{"campos": {"ENTREGA": {"kind": "data", "value": "2026-12-01"}}}'
    editor.protocol.notify("repasse/context", {"uri": ADDRESS, "context": given})
    assert await faults(editor) == []
    whole = types.Range(types.Position(0, 0), types.Position(0, len(text)))
    (kind,) = await editor.text_document_inlay_hint_async(types.InlayHintParams(document, whole))
    assert kind.label == ": data"


async def test_a_text_that_is_not_open_is_refused_and_the_server_goes_on(editor: LanguageClient):
    nowhere = types.TextDocumentIdentifier("untitled:other")
    with pytest.raises(Exception, match="não está aberto"):
        await editor.text_document_hover_async(types.HoverParams(nowhere, types.Position(0, 0)))
    opened(editor, "1 + 1")
    assert await faults(editor) == []


@pytest.mark.parametrize("said", [b"", b"nonsense\r\n", b"Content-Length: 5\r\n\r\n{abc}", b"Content-Length: 90\r\n\r\n{}"])
def test_an_editor_that_goes_away_or_talks_nonsense_ends_the_process(said: bytes):
    done = subprocess.run(COMMAND, input=said, capture_output=True, timeout=30, check=False)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
