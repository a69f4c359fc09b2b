"""The language server on the example workspace: texts by what they stand for, folding, names looked up, cases run."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
import pytest_lsp
from kit.paths import ROOT
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

COMMAND = [sys.executable, "-m", "repl.commands", "lsp"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "examples" / "compras", tmp_path / "compras"))


@pytest_lsp.fixture(config=ClientServerConfig(server_command=COMMAND))
async def editor(lsp_client: LanguageClient, folder: Path):
    await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=types.ClientCapabilities(),
            locale="pt-BR",
            workspace_folders=[types.WorkspaceFolder(folder.as_uri(), "compras")],
        )
    )
    yield
    await lsp_client.shutdown_session()


def opened(editor: LanguageClient, path: Path, text: str, language: str = "repasse") -> types.TextDocumentIdentifier:
    editor.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(path.as_uri(), language, 1, text)))
    return types.TextDocumentIdentifier(path.as_uri())


def cursor(text: str) -> tuple[str, types.Position]:
    """A text without the mark | of the cursor, and its place."""
    at = text.index("|")
    return text.replace("|", ""), types.Position(text.count("\n", 0, at), at - text.rfind("\n", 0, at) - 1)


async def proposed(editor: LanguageClient, folder: Path, marked: str, code: str = "repasse_gestor") -> dict[str, tuple[str, str]]:
    """What is proposed at a mark: label → what is inserted, and the detail."""
    text, place = cursor(marked)
    document = opened(editor, folder / "formulas" / f"{code}.formula", text)
    found = await editor.text_document_completion_async(types.CompletionParams(document, place))
    return {one.label: (one.text_edit.new_text, one.detail or "") for one in found.items}


async def hovered(editor: LanguageClient, folder: Path, marked: str, code: str = "repasse_gestor") -> str:
    text, place = cursor(marked)
    document = opened(editor, folder / "formulas" / f"{code}.formula", text)
    found = await editor.text_document_hover_async(types.HoverParams(document, place))
    return "" if found is None else found.contents.value


COMPLETED = [
    ("PARAMETROATENDIMENTO('|", "VALOR", "VALOR"),
    ("AVANCARETAPA('|", "Gestor", "Gestor"),
    ("AVANCARETAPA('ges|')", "Gestor", "Gestor"),
    ("SE PRIORIDADE = '|", "Urgente", "Urgente"),
    ("SE CAMPOATENDIMENTO('PRIORIDADE') = '|'", "Urgente", "Urgente"),
    ("SE FILIAL = '|'", "NE", "NE"),
    ("SE STATUS <> '|'", "G Agendado a responder", "G"),
    ("'|'", "1;3 Ana Lima", "1;3"),
    ("'1;|'", "1;3 Ana Lima", "1;3"),
    ("SE 1 = 1 ENTAO 'ana| FIMSE", "1;3 Ana Lima", "1;3"),
    ("DECL A; SETVAR(A, '|'); A", "5 Cotação", "5"),
    ("REPASSARATENDIMENTO('|'", "5 Cotação", "5"),
    ("ALTERARCAMPOATENDIMENTO('|", "PRIORIDADE=", "PRIORIDADE="),
    ("ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta;|", "PARAMETRO1.VALOR=", "PARAMETRO1.VALOR="),
    ("ALTERARCAMPOATENDIMENTO('PRIORIDADE=|", "Alta", "Alta"),
    ("FORMULA('|", "AVISA_GESTOR", "AVISA_GESTOR"),
]


async def test_a_text_is_completed_by_what_it_stands_for(editor: LanguageClient, folder: Path):
    wrong = []
    for marked, label, inserted in COMPLETED:
        found = await proposed(editor, folder, marked)
        if found.get(label, ("", ""))[0] != inserted:
            wrong.append((marked, label, sorted(found)[:20]))
    assert wrong == []


async def test_sentences_are_proposed_where_one_is_wanted(editor: LanguageClient, folder: Path):
    (folder / "sentencas").mkdir()
    (folder / "sentencas/SALDO.sql").write_text("SELECT 1\n")
    assert "SALDO" in await proposed(editor, folder, "EXECSQL('|")


async def test_a_semicolon_between_statements_brings_up_nothing(editor: LanguageClient, folder: Path):
    document = opened(editor, folder / "formulas/nova.formula", "DECL A;")
    asked = types.CompletionContext(types.CompletionTriggerKind.TriggerCharacter, ";")
    found = await editor.text_document_completion_async(types.CompletionParams(document, types.Position(0, 7), asked))
    assert list(found.items) == []


HOVERED = [
    ("'1;|3'", ["Ana Lima", "pode receber: cadastro ativo, sem ausência"]),
    ("'|5'", ["grupo Cotação", "atendente, presente"]),
    ("'1;7|77'", ["não existe o atendente 1;777"]),
    ("AVANCARETAPA(|2)", ["Gestor", "repasse\\_gestor", "3 Diretoria, 6 Conferência"]),
    ("AVANCARETAPA('Dire|toria')", ["etapa 3 de Aprovação de compra", "Helena Castro"]),
    ("PARAMETROATENDIMENTO('VA|LOR')", ["VALOR", "parâmetro de Aprovação de compra", "real"]),
    ("SE STATUS = 'G|' ENTAO 1 FIMSE", ["Agendado a responder"]),
    ("FORMULA('repasse_fil|ial')", ["usada por Aprovação de compra", "Compra da filial"]),
    ("REPASSE_FIL|IAL", ["usada por Aprovação de compra"]),
    ("CON|CAT('a', 'b')", ["CONCAT("]),
]


async def test_the_mouse_on_a_word_tells_what_it_means_here(editor: LanguageClient, folder: Path):
    wrong = []
    for marked, said in HOVERED:
        found = await hovered(editor, folder, marked)
        wrong += [(marked, one, found) for one in said if one not in found]
    assert wrong == []


async def test_an_absent_person_is_told_with_the_substitute(editor: LanguageClient, folder: Path):
    path = folder / "diretorio.toml"
    text = path.read_text().replace(
        'nome = "Ana Lima"\n', 'nome = "Ana Lima"\nausente = { de = 2020-01-01, ate = 2090-01-01, substituto = "1;4" }\n'
    )
    path.write_text(text)
    found = await hovered(editor, folder, "'1;|3'")
    assert "ausente de 01/01/2020 a 01/01/2090; o substituto é" in found
    assert "ausente até 01/01/2090" in (await proposed(editor, folder, "'1;|'", "outra"))["1;3 Ana Lima"][1]


async def test_blocks_branches_and_comments_fold(editor: LanguageClient, folder: Path):
    text = (
        "/* um\n   dois */\nSE 1 = 1 ENTAO\n  1;\nSENAO\n  ENQUANTO 1 = 2 FACA\n    2;\n  FIMENQ;\nFIMSE;\nREPITA\n  3\nATE 1 = 1"
    )
    document = opened(editor, folder / "formulas/nova.formula", text)
    found = await editor.text_document_folding_range_async(types.FoldingRangeParams(document))
    assert sorted((one.start_line, one.end_line, one.kind) for one in found) == [
        (0, 1, "comment"), (2, 3, None), (4, 7, None), (5, 6, None), (9, 10, None),
    ]  # fmt: skip


async def test_a_torn_text_folds_what_can_fold(editor: LanguageClient, folder: Path):
    for text in ("FIMSE SENAO ATE FIMENQ", "SE SE SE FIMSE", "SE 1 ENTAO\n/* nunca fecha", "REPITA\nSE\nATE 1"):
        document = opened(editor, folder / "formulas/nova.formula", text)
        assert all(
            one.start_line < one.end_line
            for one in await editor.text_document_folding_range_async(types.FoldingRangeParams(document))
        )


NAMED = [
    ("gestor", "repasse_gestor", "formulas/repasse_gestor.formula", 0),
    ("GESTOR", "Gestor", "tipos/compras.toml", None),
    ("aprovacao", "Aprovação de compra", "tipos/compras.toml", 2),
    ("ana", "Ana Lima", "diretorio.toml", None),
    ("um real acima", "um real acima do limite já é compra grande", "casos/formulas.casos.toml", None),
]


async def test_parts_of_a_workspace_are_found_by_name(editor: LanguageClient, folder: Path):
    for query, name, file, line in NAMED:
        found = await editor.workspace_symbol_async(types.WorkspaceSymbolParams(query))
        one = next(one for one in found if one.name == name)
        assert one.location.uri == (folder / file).as_uri()
        at = one.location.range.start.line
        row = (folder / file).read_text().split("\n")[at]
        assert (at == line) if line is not None else (name in row)


async def test_cases_are_run_by_a_click(editor: LanguageClient, folder: Path):
    path = folder / "formulas/repasse_gestor.formula"
    document = opened(editor, path, path.read_text())
    own, moves = await editor.text_document_code_lens_async(types.CodeLensParams(document))
    assert own.command.title.startswith("Executar casos (")
    assert moves.command.title.startswith("Executar casos dos movimentos que a usam (")
    told = editor.protocol.wait_for_notification_async(types.WINDOW_SHOW_MESSAGE)
    result = await editor.workspace_execute_command_async(types.ExecuteCommandParams(own.command.command, own.command.arguments))
    assert (await told).message.startswith("repasse_gestor: ")
    assert result["summary"]["failed"] == 0
    assert result["summary"]["passed"] > 0


async def test_a_failing_case_is_told_with_its_place(editor: LanguageClient, folder: Path):
    path = folder / "formulas/repasse_gestor.formula"
    path.write_text(path.read_text().replace("20000", "30000"))
    document = opened(editor, path, path.read_text())
    lens, *_ = await editor.text_document_code_lens_async(types.CodeLensParams(document))
    told = editor.protocol.wait_for_notification_async(types.WINDOW_SHOW_MESSAGE)
    result = await editor.workspace_execute_command_async(types.ExecuteCommandParams(lens.command.command, lens.command.arguments))
    message = await told
    assert message.type == types.MessageType.Error
    assert "formulas.casos.toml:" in message.message
    assert result["summary"]["failed"] > 0


async def test_a_command_that_names_no_cases_is_told_so(editor: LanguageClient):
    for arguments in ([None], [{}], [{"files": ["/nao/existe"]}], [{"files": 5}]):
        told = editor.protocol.wait_for_notification_async(types.WINDOW_SHOW_MESSAGE)
        asked = types.ExecuteCommandParams("repasse.runCases", arguments)
        assert await editor.workspace_execute_command_async(asked) is None
        assert (await told).message == "não há casos a executar"


async def test_a_file_that_holds_no_formula_is_left_alone(editor: LanguageClient, folder: Path):
    path = folder / "tipos/compras.toml"
    for language in ("toml", "repasse", "plaintext"):
        document = opened(editor, path, path.read_text(), language)
        assert await editor.text_document_hover_async(types.HoverParams(document, types.Position(1, 1))) is None
    formula = opened(editor, folder / "formulas/nova.formula", "1 +")
    await editor.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    assert list(editor.diagnostics) == [formula.uri]
