"""Cases from CSV and spreadsheets, and files that include others."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from kit.paths import ROOT

from routing.testing.bench import Benches
from routing.testing.case import CaseFile
from routing.testing.cases import read_cases
from routing.testing.run import run_case

HEAD = 'formula = "repasse_gestor"\n[contexto]\ncampos.PRIORIDADE = "Normal"\n'
CASE = '[[caso]]\nnome = "aprovador"\ntabela = "{}"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "compras"
    shutil.copytree(ROOT / "examples" / "compras", target)
    shutil.rmtree(target / "casos")
    (target / "casos").mkdir()
    return target / "casos"


def file_of(folder: Path, text: str) -> CaseFile:
    path = folder / "a.casos.toml"
    path.write_text(text, encoding="utf-8")
    return read_cases(path)


def ends(file: CaseFile) -> list[tuple[str, str]]:
    bench = Benches().of(file.path)
    return [(case.name, run_case(case, bench).status) for case in file.cases]


def faults(file: CaseFile) -> list[str]:
    return [f"{one.start.line}: {one.message}" for one in file.every_fault]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_is_a_table(folder: Path, separator: str, encoding: str) -> None:
    rows = [
        ["nome", "parametros.VALOR", "campos.PRIORIDADE", "destino", "emails", "agora"],
        ["é normal", '"20.000,00"', "Normal", "1;3", "0", "24/11/2026"],
        ["urgente", '"860,40"', "Urgente", "1;4", "", "2026-11-24"],
        ["", "", "", "", "", ""],
        ["grande", "20000.01", "Normal", "1;1", '"1"', ""],
    ]
    text = "\r\n".join(separator.join(f'"{cell}"' if ";" in cell else cell for cell in row) for row in rows)
    (folder / "alcadas.csv").write_bytes(text.encode(encoding))
    file = file_of(folder, HEAD + CASE.format("alcadas.csv"))
    assert faults(file) == []
    assert ends(file) == [
        ("aprovador [alcadas.csv:2: é normal]", "passed"),
        ("aprovador [alcadas.csv:3: urgente]", "passed"),
        ("aprovador [alcadas.csv:5: grande]", "passed"),
    ]


def test_a_spreadsheet_is_a_table(folder: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["nome", "parametros.VALOR", "campos.PRIORIDADE", "destino", "emails"],
        ["inteiro", 20000, "Normal", "1;3", 0],
        ["quebrado", 20000.01, "Normal", "1;1", 1],
        ["some", "=10000+5", "Normal", "1;3", 0],
        ["urgente", 1.5, "Urgente", "1;4", None],
    ):
        sheet.append(row)
    other = book.create_sheet("Outra")
    other.append(["valor"])
    other.append(["x"])
    book.save(folder / "a.xlsx")
    file = file_of(folder, HEAD + CASE.format("a.xlsx"))
    assert [end for _, end in ends(file)] == ["passed", "passed", "failed", "passed"]
    assert faults(file) == ["6: a.xlsx: a célula B4 tem uma fórmula da planilha"]
    assert file_of(folder, HEAD + CASE.format("a.xlsx#Outra")).cases[0].name == "aprovador [a.xlsx#Outra:2: x]"
    assert faults(file_of(folder, HEAD + CASE.format("a.xlsx#Nenhuma"))) == ["6: 'a.xlsx' não tem a aba 'Nenhuma'"]


def test_merged_cells_and_broken_files_are_one_clear_failure(folder: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["campos.PRIORIDADE", "valor"])
    book.active.append(["Normal", "1;3"])
    book.active.merge_cells("A2:A3")
    book.save(folder / "m.xlsx")
    (folder / "ruim.xlsx").write_bytes(b"PK nada")
    (folder / "ruim.csv").write_text('valor\n"aberto', encoding="utf-8")
    (folder / "velha.xls").write_bytes(b"x")
    (folder / "vazio.csv").write_bytes(b"")
    (folder / "so.csv").write_text("valor\n", encoding="utf-8")
    (folder / "dupla.csv").write_text("valor;valor\na;b\n", encoding="utf-8")
    (folder / "sem.csv").write_text("valor;;x\na;b;c\n", encoding="utf-8")
    (folder / "nome.csv").write_text("valr;campo.X\na;b\n", encoding="utf-8")
    said = {
        "m.xlsx": ["'m.xlsx' tem células mescladas: A2:A3"],
        "ruim.xlsx": ["'ruim.xlsx' não pode ser lido como planilha"],
        "ruim.csv": ["'ruim.csv' não é CSV válido na linha 2: unexpected end of data"],
        "velha.xls": ["'velha.xls' não é uma tabela de casos"],
        "vazio.csv": ["'vazio.csv' está vazio"],
        "so.csv": ["'so.csv' só tem a linha dos nomes das colunas"],
        "dupla.csv": ["'dupla.csv' tem duas colunas 'valor'"],
        "sem.csv": ["em 'sem.csv', a coluna 2 não tem nome"],
        "nome.csv": ["a coluna 'campo.X' não existe", "a coluna 'valr' não existe"],
        "falta.csv": ["o arquivo 'falta.csv' não existe"],
        "../../fora.csv": ["'../../fora.csv' fica fora do ambiente"],
        "/etc/passwd": ["'/etc/passwd' fica fora do ambiente"],
    }
    for name, expected in said.items():
        file = file_of(folder, HEAD + CASE.format(name))
        assert sorted(one.split(": ", 1)[1] for one in faults(file)) == expected
        assert [end for _, end in ends(file)] == ["failed"]


def test_a_short_row_fails_alone(folder: Path) -> None:
    (folder / "a.csv").write_text("campos.PRIORIDADE;parametros.VALOR;valor\nNormal;1\nNormal;1;'1;3'\n", encoding="utf-8")
    file = file_of(folder, HEAD + CASE.format("a.csv"))
    assert faults(file) == ["6: a.csv, linha 2: 2 valores para 3 colunas", "6: a.csv, linha 3: 4 valores para 3 colunas"]


def test_cells_become_what_their_key_takes(folder: Path) -> None:
    (folder / "a.csv").write_text(
        "campos.X,campos.D,espera.campos.Y,vazio,efeitos,discussao,motivo,atendimento.etapa\n"
        ',2026-11-24,"1.500,50",sim,advance; add_discussion,2,7,2\n',
        encoding="utf-8",
    )
    (case,) = file_of(folder, HEAD + CASE.format("a.csv")).cases
    assert case.given.context.fields["X"] == ""
    assert case.given.context.fields["D"] == date(2026, 11, 24)
    assert {one.key: one.value for one in case.expected} == {
        "campos": {"Y": "1500.50"}, "vazio": True, "efeitos": ["advance", "add_discussion"], "discussao": 2,
    }  # fmt: skip
    assert case.document.data["atendimento"] == {"etapa": 2}


def test_a_file_includes_another(folder: Path) -> None:
    (folder.parent / "base.toml").write_text(
        'inclui = "casos/mais.toml"\nformula = "repasse_gestor"\n[contexto]\nparametros.VALOR = 1\ncampos.PRIORIDADE = "Alta"\n',
        encoding="utf-8",
    )
    (folder / "mais.toml").write_text('[contexto]\ncoligada = 1\ncampos.PRIORIDADE = "Baixa"\ncampos.Z = 1\n', encoding="utf-8")
    (folder / "outra.toml").write_text("[contexto]\nparametros.VALOR = 20001\n", encoding="utf-8")
    file = file_of(
        folder,
        'inclui = "../base.toml"\n[[caso]]\nnome = "alta"\nespera.destino = "1;4"\n'
        '[[caso]]\nnome = "normal"\ncontexto.campos.PRIORIDADE = "Normal"\nespera.destino = "1;3"\n'
        '[[caso]]\nnome = "grande"\ninclui = ["outra.toml"]\nespera.destino = "1;1"\n',
    )
    assert faults(file) == []
    assert ends(file) == [("alta", "passed"), ("normal", "passed"), ("grande", "passed")]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"b.toml": 'inclui = "c.toml"', "c.toml": 'inclui = "b.toml"'},
            "'inclui' é uma referência circular: b.toml → c.toml → b.toml",
        ),
        ({"b.toml": 'inclui = "a.casos.toml"'}, "'inclui' é uma referência circular: a.casos.toml → b.toml → a.casos.toml"),
        ({"b.toml": "x = "}, "em 'b.toml', linha 1: o arquivo não é TOML válido"),
        ({}, "o arquivo 'b.toml' não existe"),
        ({"b.toml": "contxto = {}"}, "a chave 'contxto' não existe em um arquivo incluído"),
        ({"b.toml": '[[caso]]\nnome = "x"'}, "a chave 'caso' não existe em um arquivo incluído"),
        ({"b.toml": '[contexto]\nagora = "x"'}, "'agora'"),
    ],
)
def test_wrong_includes_are_told_where_they_stand(folder: Path, files: dict[str, str], said: str) -> None:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    file = file_of(folder, '# nota\ninclui = "b.toml"\nformula = "repasse_gestor"\n[[caso]]\nnome = "a"\nespera.valor = "1"\n')
    (fault,) = [one for one in file.every_fault if said in str(one.message)]
    assert fault.start.line == 2
    assert fault.severity == "error"


def test_a_way_out_by_a_link_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "fora.toml").write_text("", encoding="utf-8")
    (folder / "b.toml").symlink_to(tmp_path / "fora.toml")
    file = file_of(folder, 'inclui = "b.toml"\nformula = "repasse_gestor"\n[[caso]]\nnome = "a"\nespera.valor = "1"\n')
    assert faults(file) == ["1: 'b.toml' fica fora do ambiente"]


def test_a_case_for_what_is_gone_fails_where_it_says_so(folder: Path) -> None:
    file = file_of(
        folder,
        'formula = "repasse_gestor"\n'
        '[[caso]]\nnome = "velho"\nformula = "sumida"\nespera.valor = "1"\n'
        '[[caso]]\nnome = "tipo velho"\ntipo = 77\nacao = "advance"\nespera.etapa = 1\n'
        '[[caso]]\nnome = "com atendimento"\ntipo = 78\natendimento = { assunto = "x" }\nacao = "advance"\nespera.etapa = 1\n'
        '[[caso]]\nnome = "bom"\ncontexto.campos.PRIORIDADE = "Alta"\ncontexto.parametros.VALOR = 1\nespera.destino = "1;4"\n',
    )
    bench = Benches().of(file.path)
    results = [run_case(case, bench) for case in file.cases]
    assert [one.status for one in results] == ["failed", "failed", "failed", "passed"]
    assert [[(fault.start.line, str(fault.message)) for fault in one.faults] for one in results[:3]] == [
        [(4, "a fórmula 'sumida' não existe")],
        [(8, "o tipo 77 não existe no ambiente")],
        [(13, "o tipo 78 não existe no ambiente")],
    ]


def test_a_file_of_fifty_megabytes_is_one_failure_and_the_others_run(folder: Path) -> None:
    (folder / "grande.casos.toml").write_text("# nota\n" * 7_000_000, encoding="utf-8")
    (fault,) = read_cases(folder / "grande.casos.toml").every_fault
    assert str(fault.message) == "o arquivo tem mais de 16000000 caracteres"
    assert "divida o arquivo" in str(fault.hint)


def test_a_slip_in_a_parameter_is_the_case_s(folder: Path) -> None:
    kind = folder.parent / "tipos" / "compras.toml"
    kind.write_text(kind.read_text(encoding="utf-8").replace("VALOR", "MONTANTE"), encoding="utf-8")
    for rule in (folder.parent / "formulas").glob("*.formula"):
        rule.write_text(rule.read_text(encoding="utf-8").replace("'VALOR'", "'MONTANTE'"), encoding="utf-8")
    (folder.parent / "formulas" / "custo.formula").write_text("PARAMETROATENDIMENTO('SALARIO', 'V') * 13", encoding="utf-8")
    file = file_of(
        folder, 'formula = "custo"\n[[caso]]\nnome = "a"\ncontexto.parametros = { SALARIOO = 5, VAGAS = 1 }\nespera.valor = 65\n'
    )
    result = run_case(file.cases[0], Benches().of(file.path))
    assert [(one.start.line, one.start.column, str(one.message)) for one in result.faults] == [
        (4, 25, "a fórmula lê o parâmetro 'SALARIO', e o caso dá 'SALARIOO'")
    ]
    assert result.source is not None
    assert result.source.name.endswith("a.casos.toml")


def test_a_column_and_a_single_case_are_told_with_what_was_meant(folder: Path) -> None:
    file = file_of(folder, HEAD + '[[caso]]\nnome = "a"\ntabela = { colunas = ["campo.CARGO"], linhas = [[1]] }\n')
    assert "você quis dizer 'campos.CARGO'?" in [str(one.hint) for one in file.every_fault]
    file = file_of(folder, HEAD + '[caso]\nnome = "a"\n')
    assert faults(file) == ["4: 'caso' precisa de uma lista de tabelas, cada uma escrita [[caso]]"]


@pytest.mark.parametrize(
    ("expectation", "said"),
    [
        ('emails = [{ paraa = "x" }]', "a chave 'paraa' não existe em uma tabela de emails"),
        ('nao = { emails = [{ asunto_contem = "x" }] }', "a chave 'asunto_contem' não existe em uma tabela de emails"),
        ('efeitos = [{ tpo = "advance" }]', "a chave 'tpo' não existe em uma tabela de efeitos"),
    ],
)
def test_an_unknown_key_of_a_mail_or_an_effect_is_named(folder: Path, expectation: str, said: str) -> None:
    file = file_of(folder, HEAD + f'[[caso]]\nnome = "a"\ncontexto.parametros.VALOR = 1\nespera.{expectation}\n')
    (fault,) = file.every_fault
    assert str(fault.message) == said
    assert fault.start.line == 7
    assert "você quis dizer" in str(fault.hint)
