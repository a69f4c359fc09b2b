"""Tickets, formulas and types by what people call them."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from kit.paths import ROOT

from repl.commands import run


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = Path(shutil.copytree(ROOT / "examples" / "compras", tmp_path / "compras"))
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["plan", ".", "43", "avançar", "--actor", "carlos"], "Atendimento 1;1;43, avançar: permitido"),
        (["show", ".", "43"], "Torno CNC"),
        (["flow", ".", "aprovacao de compra", "--format", "text"], "Gestor"),
        (["explain", "repasse_gestor", "--workspace", ".", "--ticket", "43"], "184900"),
        (["run", "REPASSE_GESTOR", "--workspace", ".", "--ticket", "1;1;43"], "1;1"),
        (["run", "-e", "1", "--workspace", ".", "--limit", "passos=10"], "1"),
        (["mail", "list", ".", "--state", "na fila"], "na fila 0"),
        (["decisions", "--status", "feito"], "decisão"),
        (["show", ".", "1;1;43\u200b"], "Torno CNC"),
        (["plan", ".", "1;1;44\u200b", "avan\u200bc\u0327ar", "--to", "Cotac\u0327a\u0303o\u200e"], "grupo Cotação"),
        (["plan", ".", "1;1;44", "avançar", "--set", "FORNE\u200bCEDOR=X", "--actor", "1;6\u2060"], "Ana Lima (1;3), etapa Gestor"),
        (["plan", ".", "1;1;44", "avançar", "--why-not", "Cotac\u0327a\u0303o\u200b"], "é para onde vai"),
        (["explain", "repasse_gestor\u200b", "--workspace", ".", "--ticket", "43"], "184900"),
        (["functions", "avancar\u200betapa"], "AVANCARETAPA(etapa"),
        (["flow", ".", "Aprovac\u0327a\u0303o de\u00a0compra\u200b", "--format", "text"], "Gestor"),
    ],
)
def test_they_are_found(workspace: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "pt", *words]) == 0
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["plan", ".", "999", "avançar"], "o atendimento 999 não existe"),
        (["flow", ".", "compra", "--format", "text"], "o tipo compra não existe"),
        (["mail", "list", ".", "--state", "perdido"], "'perdido' não é um estado: na fila"),
        (["explain", "nada", "--workspace", "."], "não foi possível ler 'nada'"),
        (["tickets", ".", "--format", "jsn"], "Você quis dizer 'json'?"),
        (["test", "--coverag"], "--coverage"),
    ],
)
def test_what_nobody_has_is_told(workspace: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "pt", *words]) != 0
    told = capsys.readouterr()
    assert said in told.out + told.err


def test_a_session_opens_on_a_folder_as_on_a_file(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(":lista\n"))
    assert run(["--lang", "pt", "repl", "."]) == 0
    assert "Torno CNC" in capsys.readouterr().out
