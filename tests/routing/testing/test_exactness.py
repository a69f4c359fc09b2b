"""What is written is demanded: nothing, never, how often, and no expectation that accepts anything."""

from __future__ import annotations

import math
import shutil
import time
from pathlib import Path

import pytest
from kit.counting import calls_made
from kit.paths import ROOT

from routing.testing.cases import cases_of
from routing.testing.coverage.measure import Measures
from routing.testing.proposing.mutants import targets
from routing.testing.report import failure_text
from routing.testing.run import FAILED, PASSED, Result, run_case
from routing.testing.suite import Suite, find_files, gather

MOVE = 'tipo = 10\nacao = "advance"\ncontexto.agora = 2026-11-24T10:00:00\natendimento = "1;1;42"\n[[caso]]\nnome = "um"\n'
RULE = """\
[[caso]]
nome = "um"
texto = "ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta'); ADICIONARDISCUSSAO('visto'); ADICIONARDISCUSSAO('visto'); 1;"
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    target = tmp_path / "compras"
    shutil.copytree(ROOT / "examples" / "compras", target)
    shutil.rmtree(target / "casos")
    (target / "casos").mkdir()
    return target


def run(workspace: Path, text: str) -> Result:
    (workspace / "casos" / "x.casos.toml").write_text(text, encoding="utf-8")
    suite = gather(find_files([workspace]))
    (found,) = [suite.run(entry) for entry in suite.entries]
    assert found is not None
    return found


@pytest.mark.parametrize(
    "line",
    [
        "espera.campos = {}", "espera.parametros = {}", "espera.avisos = []", 'espera.emails = [{ corpo_contem = "quatro rolamentos" }]',
        'espera.emails = [{ assunto_contem = "42" }]', 'espera.discussao = { contem = "Repassado", vezes = 1 }',
        "espera.discussao = 1", 'espera.nao = { etapa = "Diretoria", recebedor = "1;4", emails = ["davi.rocha@exemplo.com.br"] }',
        'espera.nao.discussao = ["Cancelado", "Concluído"]', "espera.nao.discussao = []", "espera.nao.campos.PRIORIDADE = 'Baixa'",
    ],
)  # fmt: skip
def test_what_is_so_passes(workspace: Path, line: str) -> None:
    result = run(workspace, MOVE + line + "\n")
    assert failure_text(result) == "" or result.status == PASSED


@pytest.mark.parametrize(
    "line",
    [
        "espera.discussao = []", "espera.discussao = 0", 'espera.discussao = { contem = "Repassado", vezes = 2 }',
        "espera.emails = []", 'espera.emails = [{ corpo_contem = "nada disso" }]', 'espera.nao.etapa = "Gestor"',
        'espera.nao.recebedor = "1;3"', 'espera.nao.discussao = ["Cancelado", "Repassado"]',
        'espera.nao.emails = ["ana.lima@serraazul.example.com"]', "espera.nao.emails = 1",
        "espera.nao.parametros = { VALOR = 1500, CENTROCUSTO = 'x' }", 'espera.nao.recebedor = "ninguém"',
    ],
)  # fmt: skip
def test_what_is_not_so_fails(workspace: Path, line: str) -> None:
    result = run(workspace, MOVE + line + "\n")
    assert (result.status, result.faults) == (FAILED, ())


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("espera.campos = {}", FAILED), ("espera.discussao = []", FAILED), ("espera.avisos = []", PASSED),
        ('espera.discussao = { contem = "visto", vezes = 1 }', FAILED), ('espera.discussao = { contem = "visto", vezes = 2 }', PASSED),
        ("espera.nao.campos.PRIORIDADE = 'Alta'", FAILED), ("espera.parametros = {}", PASSED),
    ],
)  # fmt: skip
def test_effects_of_a_formula(workspace: Path, line: str, status: str) -> None:
    result = run(workspace, RULE + line + "\n")
    assert (result.status, result.faults) == (status, ())


@pytest.mark.parametrize(
    "line",
    [
        "espera = {}", "espera.emails = [{}]", "espera.efeitos = [{}]", 'espera.explicacao = ""', 'espera.discussao = " "',
        'espera.mensagem = ""', 'espera.avisos = ["a", ""]', 'espera.discussao = { contem = "", vezes = 1 }',
        'espera.emails = [{ corpo_contem = "" }]', 'espera.nao.mensagem = ""',
    ],
)  # fmt: skip
def test_an_expectation_that_cannot_fail_is_a_fault_of_the_case(tmp_path: Path, line: str) -> None:
    file = cases_of(MOVE + line + "\n", tmp_path / "x.casos.toml")
    assert [("não pode falhar" in str(one.message), one.start.line) for one in file.every_fault] == [(True, 7)]


def test_an_empty_denial_is_told(tmp_path: Path) -> None:
    file = cases_of(MOVE + "espera.nao = {}\n", tmp_path / "x.casos.toml")
    assert ["'nao' precisa de uma tabela" in str(one.message) for one in file.every_fault] == [True]


def test_a_wrong_body_is_shown_in_the_words_of_the_case(workspace: Path) -> None:
    text = failure_text(run(workspace, MOVE + 'espera.emails = [{ para = "a@exemplo.com.br", corpo = "Olá" }]\n'))
    assert "esperado: para=a@exemplo.com.br, corpo=Olá" in text
    assert "para=ana.lima@serraazul.example.com" in text
    assert "corpo=" in text.split("obtido")[1]
    assert " to=" not in text


def measured(suite: Suite) -> tuple[Measures, list[str]]:
    """Everything measured over a suite whose cases pass, and the names of the formulas that count."""
    measures = Measures()
    for entry in suite.entries:
        assert entry.case is not None
        watch, plans = measures.watches(entry.bench, entry.case)
        result = run_case(entry.case, entry.bench, watch=watch, plans=plans)
        assert result.status == PASSED, failure_text(result)
    return measures, [one.code.lower() for one in measures.formulas.values()]


@pytest.mark.parametrize(
    ("subject", "counted"),
    [
        ("texto = \"FORMULA('ALCADA') + 1;\"", []),
        ("texto = \"FORMULA('ALCADA') + FORMULA('real');\"\ncontexto.campos.CAIXAPOSTAL = 2", ["real"]),
        ('formula = "real"\ncontexto.campos.CAIXAPOSTAL = 1', ["real"]),
    ],
)
def test_what_a_case_writes_is_no_rule_of_its_workspace(workspace: Path, subject: str, counted: list[str]) -> None:
    """Neither a stand-in nor the text that it runs is counted or mutated; the workspace's own formulas that these call are."""
    (workspace / "formulas" / "real.formula").write_text("SE CAIXAPOSTAL = 1 ENTAO 6; SENAO 1; FIMSE;", encoding="utf-8")
    text = f'{subject}\n[[caso]]\nnome = "um"\ncontexto.formulas.ALCADA = "SE 1 = 1 ENTAO 5; SENAO 6; FIMSE;"\nespera.valor = 6\n'
    (workspace / "casos" / "x.casos.toml").write_text(text, encoding="utf-8")
    suite = gather(find_files([workspace]))
    _, found = measured(suite)
    assert found == counted
    assert [one.formula.code for one in targets([(one.case, one.bench) for one in suite.entries if one.case])] == counted


def test_without_a_workspace_the_text_of_a_case_is_what_is_tested(tmp_path: Path) -> None:
    (tmp_path / "x.casos.toml").write_text(
        'texto = "SE 1 = 1 ENTAO 6; FIMSE"\n[[caso]]\nnome = "um"\nespera.valor = 6\n', encoding="utf-8"
    )
    _, found = measured(gather(find_files([tmp_path])))
    assert found == ["<texto>"]


def test_a_snapshot_keeps_behaviour_without_the_explanation(workspace: Path) -> None:
    (workspace / "casos" / "x.casos.toml").write_text(MOVE + "retrato = true\n", encoding="utf-8")
    suite = gather(find_files([workspace]), updating=True)
    for entry in suite.entries:
        suite.run(entry)
    (path,) = suite.save()
    assert "explicacao" not in path.read_text(encoding="utf-8")


def test_reading_many_cases_of_one_file_is_linear(tmp_path: Path) -> None:
    def seconds(count: int) -> float:
        text = "formula = 'f'\n" + "".join(
            f"[[caso]]\nnome = '{number}'\ncontexto.campos.PRIORIDADE = 'Alta'\nespera.valor = 1\n" for number in range(count)
        )
        began = time.process_time()
        assert len(cases_of(text, tmp_path / "x.casos.toml").cases) == count
        return time.process_time() - began

    # A full collection of all that the other tests left behind may fall into one of them: the best of three counts.
    few, many = (min(seconds(count) for _ in range(3)) for count in (1000, 4000))
    assert many < 12 * few


@pytest.mark.slow
def test_ten_thousand_cases_of_one_file_are_read_and_run_in_three_seconds(workspace: Path) -> None:
    for old in (workspace / "casos").glob("*.toml"):
        old.unlink()
    cases = "".join(
        f"[[caso]]\nnome = 'c{number}'\ncontexto.parametros.VALOR = '{900 + number}.00'\n"
        f"contexto.campos.PRIORIDADE = 'Normal'\nespera.valor = '{'1;1' if number >= 19_100 else '1;3'}'\n"
        for number in range(10_000)
    )
    (workspace / "casos" / "x.casos.toml").write_text(f"formula = 'repasse_gestor'\n{cases}", encoding="utf-8")
    best = math.inf
    for _ in range(3):
        began = time.process_time()
        suite = gather(find_files([workspace]))
        ended = [suite.run(entry) for entry in suite.entries]
        best = min(best, time.process_time() - began)
        assert {one.status for one in ended if one is not None} == {PASSED}
    assert best <= 3.0


def flows(count: int) -> str:
    """Cases of moves, each with a ticket of its own written on one line and a move with what is expected of it."""
    return "".join(
        f"[[caso]]\nnome = 'c{number}'\ntipo = 10\natendimento = {{ etapa = 1, aberto_por = '1;2', atendente = '1;2' }}\n"
        f"contexto.parametros.VALOR = '{900 + number}.00'\ncontexto.campos.FILIAL = 'NE'\n"
        "movimentos = [\n  { acao = 'advance', ator = '1;2', espera = { etapa = 5 } },\n]\n"
        for number in range(count)
    )


def read_and_run(workspace: Path, text: str) -> None:
    """All cases of one file pass."""
    (workspace / "casos" / "x.casos.toml").write_text(text, encoding="utf-8")
    suite = gather(find_files([workspace]))
    assert {ended.status for entry in suite.entries if (ended := suite.run(entry)) is not None} == {PASSED}


def test_more_cases_of_moves_are_only_so_much_more_work(workspace: Path) -> None:
    read_and_run(workspace, flows(20))
    few, many = (calls_made(lambda count=count: read_and_run(workspace, flows(count))) for count in (100, 400))
    assert many < 4.2 * few


@pytest.mark.slow
def test_ten_thousand_cases_of_moves_take_a_processor_few_seconds(workspace: Path) -> None:
    """Two of them, as the command uses, share all but the reading."""
    best = math.inf
    for _ in range(3):
        began = time.process_time()
        read_and_run(workspace, flows(10_000))
        best = min(best, time.process_time() - began)
    assert best <= 8.0


@pytest.mark.parametrize("how", ["shared", "alone", "dying"])
def test_cases_that_processes_share_end_as_they_do_in_one(
    workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    from repl.commands import run as command
    from routing.testing import many

    monkeypatch.setattr(many, "WORTH_IT", 2)
    monkeypatch.setattr(many, "AT_ONCE", 3)
    monkeypatch.setattr(many, "processors", lambda: 1 if how == "alone" else 2)
    if how == "dying":
        monkeypatch.setattr(many, "run_part", dies)
    rows = "\n".join(f'  ["{900 if number != 7 else 30000}", "1;3"],' for number in range(20))
    (workspace / "casos" / "z.casos.toml").write_text(
        'formula = "repasse_gestor"\n[[caso]]\nnome = "t"\ncontexto.campos.PRIORIDADE = "Baixa"\n'
        f'[caso.tabela]\ncolunas = ["parametros.VALOR", "valor"]\nlinhas = [\n{rows}\n]\n',
        encoding="utf-8",
    )
    assert command(["test", str(workspace / "casos" / "z.casos.toml")]) == 1
    told = capsys.readouterr().out
    assert ".......F............" in told
    assert "19 passaram, 1 falharam" in told
    assert told.count("esperado") == 1


def dies(begin: int) -> None:
    import os

    os._exit(9)


@pytest.mark.parametrize(
    ("effect", "status"),
    [
        ('{ type = "hand_off", reason = "" }', PASSED),
        ('{ type = "hand_off", reason = 0 }', FAILED),
        ('{ type = "hand_off", reason = "None" }', FAILED),
    ],
)
def test_nothing_in_an_effect_is_the_empty_text(workspace: Path, effect: str, status: str) -> None:
    text = f"[[caso]]\nnome = 'um'\ntexto = \"REPASSARATENDIMENTO('1;9', -1, 'x'); 1;\"\nespera.efeitos = [{effect}]\n"
    assert run(workspace, text).status == status


@pytest.mark.parametrize(("fields", "status"), [("{}", FAILED), ('{ PRIORIDADE = "Alta" }', PASSED)])
def test_an_empty_table_in_an_effect_is_demanded(workspace: Path, fields: str, status: str) -> None:
    noted = '{ type = "add_discussion" }'
    line = f"espera.efeitos = [{{ fields = {fields}, parameters = {{}} }}, {noted}, {noted}]\n"
    assert run(workspace, RULE + line).status == status
