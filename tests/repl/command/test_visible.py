"""What a screen would obey or hide is made visible by every command, wherever in a workspace's data it stands."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

import pytest
from kit.paths import ROOT

from repl.commands import run

pytestmark = pytest.mark.slow

HOSTILE = "Compra\x1b]0;posse\x07\x1b[2J\u202eoculta\u200b\u2066fim"
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")

COMMANDS = [
    ["check", "."],
    ["plan", ".", "1;1;42", "advance"],
    ["plan", ".", "1;1;42", "advance", "--full"],
    ["plan", ".", "1;1;42", "advance", "--format", "json"],
    ["plan", ".", "1;1;42", "advance", "--why-not", HOSTILE],
    ["plan", ".", "1;1;42", "handoff", "--to", HOSTILE],
    ["plan", ".", "1;1;42", HOSTILE],
    ["plan", ".", "1;1;42", "advance", "--set", f"ASSUNTO={HOSTILE}"],
    ["move", ".", "1;1;42", "advance"],
    ["move", ".", "1;1;42", "note", "--text", HOSTILE],
    ["move", ".", "1;1;42", "change", "--set", f"FORNECEDOR={HOSTILE}"],
    ["show", ".", "1;1;42"],
    ["show", ".", "1;1;42", "--format", "json"],
    ["tickets", "."],
    ["tickets", ".", "--format", "csv"],
    ["tickets", ".", "--text", HOSTILE],
    ["decisions", "."],
    ["decision", ".", "1"],
    ["events", "."],
    ["due", "."],
    ["case", ".", "1;1;43", "advance"],
    ["mail", "list", "."],
    ["run", "-e", "ASSUNTO", "--workspace", ".", "--ticket", "1;1;42"],
    ["explain", "-e", "ASSUNTO", "--workspace", ".", "--ticket", "1;1;42"],
    ["run", "-e", f"CONCAT('{HOSTILE}', 1)"],
    ["run", HOSTILE],
    ["functions", HOSTILE],
    ["test", ".", "--coverage"],
    ["test", ".", "-k", HOSTILE],
    ["flow", ".", "10", "--format", "text"],
    ["rules", "."],
    ["publish", ".", "--note", HOSTILE],
    [HOSTILE],
]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example, with hostile characters in a ticket, a name, a step and a case."""
    folder = Path(shutil.copytree(ROOT / "examples" / "compras", tmp_path / "compras"))
    written = '"' + "".join(f"\\u{ord(char):04x}" if HIDDEN.match(char) else char for char in HOSTILE)
    for name, before in (
        ("atendimentos/compras.toml", 'assunto = "'),
        ("diretorio.toml", 'nome = "'),
        ("tipos/compras.toml", 'nome = "'),
        ("casos/formulas.casos.toml", 'nome = "'),
    ):
        path = folder / name
        path.write_text(path.read_text().replace(before, before[:-1] + written + " "))
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("language", ["pt", "en"])
def test_no_command_lets_them_through(workspace: Path, language: str, capfd: pytest.CaptureFixture[str]) -> None:
    through = []
    for words in COMMANDS:
        run(["--lang", language, *words])
        said = capfd.readouterr()
        if found := HIDDEN.findall(said.out + said.err):
            through.append((words, found[:3]))
    assert through == []


def test_no_session_lets_them_through(workspace: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [":atendimento", ":atendimento 1;1;42", ":planejar avançar", ":porque tudo", f":porquenao {HOSTILE}", "ASSUNTO",
             ":variaveis", ":contexto", f":{HOSTILE}", f":abrir {HOSTILE}", f"'{HOSTILE}'"]  # fmt: skip
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    run(["repl", "--workspace", "."])
    said = capfd.readouterr()
    assert HIDDEN.findall(said.out + said.err) == []
