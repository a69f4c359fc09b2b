"""What a command line says is done or refused, never passed over; what is wrong is one JSON document where JSON is asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from repl.commands import run
from repl.example import copy_example


@pytest.fixture
def workspace(tmp_path: Path) -> str:
    copy_example(tmp_path / "compras")
    return str(tmp_path / "compras")


def called(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = run(["--lang", "pt", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_move_takes_no_hypothesis_and_nothing_of_another_action(workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words, named in (
        (("advance", "--set", "FILIAL=NE"), "valores de campos"),
        (("advance", "--clear", "FILIAL"), "valores de campos"),
        (("conclude", "--copy-parameters-from", "1;1;42"), "outro atendimento, de que se copia"),
        (("change", "--set", "FILIAL=SP", "--publishable"), "publicável"),
    ):
        code, out, _ = called(capsys, "move", workspace, "1;1;43", *words, "--json")
        told = json.loads(out)
        assert (code, told["status"], told["gate"], told["reason"]["code"]) == (1, "refused", "G6", "sobra-no-pedido")
        assert named in told["reason"]["message"]
    _, out, _ = called(capsys, "show", workspace, "1;1;43", "--json")
    assert json.loads(out)["ticket"]["version"] == 1


def test_a_plan_supposes_what_a_move_refuses(workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = called(capsys, "plan", workspace, "1;1;43", "advance", "--set", "FILIAL=NE", "--json")
    assert (code, json.loads(out)["after"]["step"]) == (0, 5)


def test_the_second_line_is_the_headline_whatever_else_is_asked(workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = called(capsys, "plan", workspace, "1;1;43", "advance", "--why-not", "Ana")
    first, second, third, *_ = out.splitlines()
    assert first == "Atendimento 1;1;43, avançar: permitido"
    assert second.startswith("  Vai para Beatriz Nogueira (1;1), etapa Gestor, porque ")
    assert third.startswith("  Ana: ")


@pytest.mark.parametrize("word", ["folder", "pasta", "Pasta"])
def test_the_words_for_rules_are_taken_in_both_languages(workspace: str, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = called(capsys, "plan", workspace, "1;1;43", "advance", "--rules", word)
    assert (code, out.splitlines()[0]) == (0, "Hipótese: regras da pasta · Atendimento 1;1;43, avançar: permitido")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("decisions", "--gate", "Z"), "o filtro 'gate' não aceita 'Z'"),
        (("tickets", "--in", "subject"), "'in' e 'any_word' dizem como procurar 'text'"),
        (("tickets", "--any-word"), "'in' e 'any_word' dizem como procurar 'text'"),
    ],
)
def test_a_filter_that_finds_nothing_by_its_meaning_is_refused(
    workspace: str, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, error = called(capsys, words[0], workspace, *words[1:])
    assert (code, out) == (2, "")
    assert said in error


def test_faults_of_a_workspace_are_a_document_too(workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    (Path(workspace) / "formulas" / "repasse_filial.formula").write_text("SE", encoding="utf-8")
    code, out, error = called(capsys, "publish", workspace, "--json")
    told = json.loads(out)
    assert (code, told["status"]) == (1, "refused")
    assert "repasse_filial" in told["files"][0]["path"]
    assert {one["code"] for one in told["files"][0]["diagnostics"]} >= {"falta-fimse"}
    assert "falta FIMSE" in error


def test_an_unknown_ticket_is_a_document_too(workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, error = called(capsys, "show", workspace, "1;1;999", "--format=json")
    assert (code, json.loads(out)["reason"]["code"]) == (1, "atendimento-desconhecido")
    assert "1;1;999" in error


def test_a_time_with_an_offset_is_a_time_of_a_replay(workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(capsys, "move", workspace, "1;1;43", "advance")[0] == 0
    code, out, _ = called(capsys, "replay", workspace, "--rules", "folder", "--since", "2020-01-01T00:00:00-05:00", "--json")
    assert (code, json.loads(out)["decisions"]) == (0, 1)
    code, out, _ = called(capsys, "replay", workspace, "--rules", "folder", "--since", "2999-01-01T00:00:00Z", "--json")
    assert (code, json.loads(out)["decisions"]) == (0, 0)


def test_show_tells_changes_and_what_may_be_published(workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    called(capsys, "move", workspace, "1;1;43", "change", "--set", "FILIAL=SP", "--clear", "FORNECEDOR")
    called(capsys, "move", workspace, "1;1;43", "note", "--text", "para todos", "--publishable")
    _, out, _ = called(capsys, "show", workspace, "1;1;43")
    assert "Mudanças\n  FILIAL: MG → SP, por Carlos Mendes (1;2)" in out
    assert "FORNECEDOR: Máquinas Ipê → –" in out
    assert "[Log, publicável] para todos" in out


def test_a_replay_names_people_and_says_what_decided(workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    called(capsys, "move", workspace, "1;1;42", "advance")
    formula = Path(workspace) / "formulas" / "repasse_gestor.formula"
    formula.write_text(formula.read_text(encoding="utf-8").replace("VALOR > 20000", "VALOR > 500"), encoding="utf-8")
    _, out, _ = called(capsys, "replay", workspace, "--rules", "folder")
    assert "com Ana Lima (1;3) → feito: etapa 2, com Beatriz Nogueira (1;1)" in out
    assert "antes: VALOR > 20000 é FALSO (VALOR = 1500)" in out
    assert "agora: VALOR > 500 é VERDADE (VALOR = 1500)" in out
    _, out, _ = called(capsys, "diff", workspace, "published", "folder")
    assert "Cópia do e-mail de repasse para controladoria@serraazul.example.com" in out
    assert "handoff_mail" not in out


def test_what_does_not_exist_ends_with_1_whatever_it_is(workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [("show", workspace, "1;1;9999"), ("decision", workspace, "9999"), ("decision", workspace, "9999", "--again")]
    asked += [("functions", "NENHUMA")]
    assert [called(capsys, *words)[0] for words in asked] == [1] * len(asked)


def test_an_option_that_names_no_rules_is_used_wrongly(workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    """1 says of a replay, or of a test against a release, that something changes."""
    asked = [("plan", workspace, "1;1;43", "advance", "--rules", "nenhuma"), ("replay", workspace, "--rules", "nenhuma")]
    asked += [("test", workspace, "--contra", "nenhuma"), ("diff", workspace, "folder", "nenhuma")]
    assert [called(capsys, *words)[0] for words in asked] == [2] * len(asked)


def test_under_a_hypothesis_the_headline_is_the_second_line(workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = called(capsys, "plan", workspace, "1;1;43", "advance", "--set", "FILIAL=NE")
    first, second, *_ = out.splitlines()
    assert first == "Hipótese: FILIAL = 'NE' (era 'MG') · Atendimento 1;1;43, avançar: permitido"
    assert second.startswith("  Vai para ")
