"""The language server in a workspace: formulas that call each other, types and sentences that name them."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

FILES = {
    "repasse.toml": "coligada = 1\n[campos]\nFILIAL = 'texto'\n[fontes]\npadrao = 'sqlite:///dados.sqlite'\n",
    "diretorio.toml": ("[[atendente]]\ncoligada = 1\ncodigo = 3\nnome = 'Ana Lima'\nemail = 'ana@exemplo.com.br'\nativo = true\n"),
    "tipos/compras.toml": (
        "codigo = 10\nnome = 'Compras'\nrepasse = 'formula'\nformula = 'principal'\n"
        "[[etapa]]\ncodigo = 1\nnome = 'Abertura'\nentrada = true\nao_sair = ['avisa', 'alcada']\n"
    ),
    "sentencas/PESSOAS.sql": "SELECT NOME FROM PESSOA WHERE VALOR < :FRM_ALCADA\n",
    "formulas/principal.formula": "SE ALCADA > 10 E FILIAL = 'MG' ENTAO\n  '1;3'\nSENAO\n  FORMULA('avisa')\nFIMSE\n",
    "formulas/alcada.formula": "15\n",
    "formulas/avisa.formula": "ALCADA();\n'1;3'\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with contextlib.closing(sqlite3.connect(tmp_path / "dados.sqlite")) as source:
        source.execute("CREATE TABLE PESSOA (NOME TEXT, VALOR NUMERIC)")
    return tmp_path


@pytest_lsp.fixture(config=ClientServerConfig(server_command=[sys.executable, "-m", "repl.commands", "--lang", "en", "lsp"]))
async def editor(lsp_client: LanguageClient):
    await lsp_client.initialize_session(types.InitializeParams(capabilities=types.ClientCapabilities()))
    yield
    await lsp_client.shutdown_session()


def opened(editor: LanguageClient, path: Path, text: str | None = None) -> types.TextDocumentIdentifier:
    text = path.read_text(encoding="utf-8") if text is None else text
    editor.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(path.as_uri(), "repasse", 1, text)))
    return types.TextDocumentIdentifier(path.as_uri())


async def test_names_come_from_the_workspace(editor: LanguageClient, folder: Path):
    document = opened(editor, folder / "formulas/principal.formula")
    await editor.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    assert [one for one in editor.diagnostics[document.uri] if one.severity == types.DiagnosticSeverity.Error] == []


async def test_definition_of_a_formula_is_its_file(editor: LanguageClient, folder: Path):
    document = opened(editor, folder / "formulas/principal.formula")
    bare = await editor.text_document_definition_async(types.DefinitionParams(document, types.Position(0, 5)))
    by_code = await editor.text_document_definition_async(types.DefinitionParams(document, types.Position(3, 13)))
    assert bare.uri == (folder / "formulas/alcada.formula").as_uri()
    assert by_code.uri == (folder / "formulas/avisa.formula").as_uri()


async def test_references_of_a_formula_reach_types_and_sentences(editor: LanguageClient, folder: Path):
    document = opened(editor, folder / "formulas/principal.formula")
    found = await editor.text_document_references_async(
        types.ReferenceParams(types.ReferenceContext(include_declaration=True), document, types.Position(0, 5))
    )
    assert [(one.uri.rsplit("/", 1)[-1], one.range.start.line, one.range.start.character) for one in found] == [
        ("avisa.formula", 0, 0),
        ("principal.formula", 0, 3),
        ("PESSOAS.sql", 0, 43),
        ("compras.toml", 8, 21),
    ]


async def test_rename_of_a_formula_keeps_the_workspace_whole(editor: LanguageClient, folder: Path):
    document = opened(editor, folder / "formulas/principal.formula")
    found = await editor.text_document_rename_async(types.RenameParams(document, types.Position(0, 5), "limite"))
    apply(found, folder)
    assert (folder / "formulas/limite.formula").read_text() == "15\n"
    from routing import check_workspace

    assert [one for _, faults in check_workspace(folder) for one in faults if one.severity == "error"] == []


async def test_a_formula_saved_elsewhere_becomes_known(editor: LanguageClient, folder: Path):
    document = opened(editor, folder / "formulas/principal.formula", "NOVA + 1")
    await editor.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    assert [one.code for one in editor.diagnostics[document.uri]] == ["nome-desconhecido"]
    assert editor.diagnostics[document.uri][0].source == "repasse"
    (folder / "formulas/nova.formula").write_text("1\n")
    editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([]))
    await editor.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    assert list(editor.diagnostics[document.uri]) == []


def apply(edit: types.WorkspaceEdit, folder: Path) -> None:
    """Carry out a rename on disk, last places first."""
    for change in edit.document_changes:
        if isinstance(change, types.RenameFile):
            local(change.old_uri, folder).rename(local(change.new_uri, folder))
            continue
        path = local(change.text_document.uri, folder)
        lines = path.read_text(encoding="utf-8").split("\n")
        for one in sorted(change.edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
            row = lines[one.range.start.line]
            lines[one.range.start.line] = row[: one.range.start.character] + one.new_text + row[one.range.end.character :]
        path.write_text("\n".join(lines), encoding="utf-8")


def local(uri: str, folder: Path) -> Path:
    return folder / uri.removeprefix(folder.as_uri() + "/")
