"""Tickets and decisions of real life as cases: ``repasse case``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from kit.paths import ROOT

from repl.commands import run
from routing.testing.bench import Benches
from routing.testing.cases import cases_of, read_cases
from routing.testing.run import run_case

MARIA = """
[[atendimento]]
coligada = 1
localidade = 1
codigo = 900
tipo = 10
etapa = 1
status = "A"
atendente = "1;2"
assunto = "Pedido de ANA LIMA, com cópia a helena.castro@serraazul.example.com"
solicitacao = "Falei com a Helena e com fulano.de.tal@example.net (CPF 123.456.789-09, 98888-1234); ana lima confirma."
parametros = { CENTRO = "Aço de Davi", VALOR = "900.00", JUSTIFICATIVA = "ok" }
campos = { FILIAL = "MG", FORNECEDOR = "Davi Rocha" }
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "compras"
    shutil.copytree(ROOT / "examples" / "compras", folder)
    (folder / "atendimentos" / "mais.toml").write_text(MARIA, encoding="utf-8")
    monkeypatch.setenv("LANG", "pt_BR.UTF-8")
    return folder


def statuses(text: str, folder: Path) -> list[str]:
    place = folder / "casos" / "x.casos.toml"
    return [run_case(case, Benches().of(place)).status for case in cases_of(text, place).cases]


def test_what_an_action_would_do_is_a_case_that_passes(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["case", str(workspace), "1;1;42", "advance", "--to", "Gestor"]) == 0
    text = capsys.readouterr().out
    assert statuses(text, workspace) == ["passed"]
    assert 'recebedor = "1;3"' in text


def test_a_kept_case_says_to_whom_mails_go_unless_people_are_masked(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["case", str(workspace), "1;1;42", "advance"]) == 0
    assert 'emails = ["ana.lima@serraazul.example.com"]' in capsys.readouterr().out
    assert run(["case", str(workspace), "1;1;42", "advance", "--mask"]) == 0
    assert "emails = 1" in capsys.readouterr().out


def test_a_ticket_without_an_action_gives_its_latest_decision(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["case", str(workspace), "1;1;42"]) == 0
    assert 'acao = "advance"' in capsys.readouterr().out
    assert run(["move", str(workspace), "1;1;42", "advance"]) == 0
    assert run(["move", str(workspace), "1;1;42", "cancel", "--actor", "1;1", "--reason", "1"]) in {0, 1}
    capsys.readouterr()
    assert run(["case", str(workspace), "1"]) == 0
    decision = capsys.readouterr().out
    assert statuses(decision, workspace) == ["passed"]
    assert run(["case", str(workspace), "1;1;42", "--all"]) == 0
    assert statuses(capsys.readouterr().out, workspace)[:1] == ["passed"]


def test_cases_are_added_to_a_file_and_what_it_holds_stays(workspace: Path) -> None:
    file = workspace / "casos" / "vida.casos.toml"
    file.write_bytes(b'# nota\r\nformula = "repasse_gestor"\r\n[[caso]]\r\nnome = "a"\r\nespera.vazio = true')
    before = file.read_bytes()
    for key in ("1;1;42", "1;1;43", "1;1;42"):
        assert run(["case", str(workspace), key, "advance", "--into", str(file)]) == 0
    assert file.read_bytes().startswith(before)
    found = read_cases(file).cases
    assert [case.name for case in found] == ["a", "avançar 1;1;42", "avançar 1;1;43", "avançar 1;1;42 (2)"]
    assert [run_case(case, Benches().of(file)).status for case in found[1:]] == ["passed"] * 3


def test_people_are_masked_everywhere_by_the_same_name(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["case", str(workspace), "1;1;900", "advance", "--actor", "1;2", "--mask"]) == 0
    text = capsys.readouterr().out
    for secret in ("ana lima", "helena", "davi", "rocha", "serraazul", "fulano", "123.456", "98888"):
        assert secret not in text.lower()
    assert statuses(text, workspace) == ["passed"]
    subject = next(line for line in text.splitlines() if line.startswith("assunto"))
    request = next(line for line in text.splitlines() if line.startswith("solicitacao"))
    assert subject == 'assunto = "Pedido de Pessoa 1, com cópia a pessoa2@exemplo.com.br"'
    assert request.startswith('solicitacao = "Falei com a Pessoa 2 e com pessoa3@exemplo.com.br (CPF 000.000.000-00, ')
    assert "Pessoa 1 confirma" in request


def test_what_cannot_be_kept_is_refused_with_the_reason(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["move", str(workspace), "1;1;42", "advance"]) == 0
    rule = workspace / "formulas" / "repasse_gestor.formula"
    rule.write_text("'1;9'", encoding="utf-8")
    file = workspace / "casos" / "vida.casos.toml"
    assert run(["case", str(workspace), "1", "--into", str(file)]) == 1
    said = capsys.readouterr().err
    assert "as regras mudaram desde a decisão" in said
    assert "recebedor" in said
    assert not file.exists()
    assert run(["case", str(workspace), "9;9;9"]) == 1
    assert run(["case", str(workspace), "77"]) == 1
    assert run(["case", str(workspace), "1;1;42", "mail", "--to", "1;1"]) == 1
    assert run(["case", str(workspace), "1;1;42", "avança"]) == 2
    file.write_text("[[caso]\n", encoding="utf-8")
    assert run(["case", str(workspace), "1;1;43", "advance", "--into", str(file)]) == 1
    assert file.read_text(encoding="utf-8") == "[[caso]\n"


def test_a_decision_that_needs_the_moves_before_it_is_kept_as_a_flow(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["move", str(workspace), "1;1;42", "advance"]) == 0
    assert run(["move", str(workspace), "1;1;42", "return", "--justification", "para Ana Lima"]) == 0
    for more in ([], ["--mask"]):
        capsys.readouterr()
        assert run(["case", str(workspace), "2", *more]) == 0
        text, notes = capsys.readouterr()
        assert notes == ""
        assert statuses(text, workspace) == ["passed"]
        assert text.count("{ acao = ") == 2
        assert 'recebedor = "1;2"' in text
        assert ("Ana Lima" in text) is (not more)


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        (
            ["change", "--set", "PRIORIDADE=Alta", "--set", "PARAMETRO.VALOR=900", "--clear", "PARAMETRO.CENTRO"],
            "muda = { PRIORIDADE",
        ),
        (["note", "--text", "falei com o cliente", "--kind", "solution"], 'anota = "falei com o cliente"'),
        (["note", "--text", "nota", "--publishable"], "publicavel = true"),
        (["annex", "--kind", "APONTAMENTO", "--set", "HORAS=2.5"], 'especie = "APONTAMENTO"'),
        (["annex", "--kind", "APONTAMENTO"], "falha = "),
    ],
)
def test_changes_notes_and_annexes_are_cases_too(
    workspace: Path, capsys: pytest.CaptureFixture[str], asked: list[str], held: str
) -> None:
    file = workspace / "casos" / "vida.casos.toml"
    assert run(["case", str(workspace), "1;1;42", *asked, "--actor", "1;3", "--into", str(file)]) == 0
    assert held in file.read_text(encoding="utf-8")
    assert run(["test", str(file)]) == 0


def test_what_a_change_says_is_masked(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["case", str(workspace), "1;1;42", "--mask", "--actor", "1;3"]
    assert run([*asked, "change", "--set", "ASSUNTO=Pedido de Carlos Mendes"]) == 0
    assert run([*asked, "note", "--text", "Carlos Mendes pediu"]) == 0
    told = capsys.readouterr().out
    assert "Carlos" not in told
    assert "Pessoa 1 pediu" in told
