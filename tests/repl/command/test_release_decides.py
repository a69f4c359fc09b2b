"""Where a release decides and not the folder that whoever asks looks at, the plan says so and why."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from kit.paths import ROOT

from repl.commands import run


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = Path(shutil.copytree(ROOT / "examples" / "compras", tmp_path / "compras"))
    monkeypatch.chdir(folder)
    assert run(["move", ".", "1;1;43", "note", "--text", "primeiro"]) == 0
    capsys.readouterr()
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def broken(folder: Path) -> None:
    (folder / "formulas" / "repasse_gestor.formula").write_text("'1;9' +", "utf-8")


def manual(folder: Path) -> None:
    edit(folder / "repasse.toml", "coligada = 1\n", 'coligada = 1\npublicar = "manual"\n')
    (folder / "formulas" / "repasse_gestor.formula").write_text("'1;9'", "utf-8")


def step_gone(folder: Path) -> None:
    edit(folder / "atendimentos" / "compras.toml", "etapa = 1\nstatus", "etapa = 2\nstatus")
    kind = folder / "tipos" / "compras.toml"
    text = (
        kind.read_text("utf-8")
        .replace('codigo = 1\nnome = "Abertura"', 'codigo = 11\nnome = "Abertura"')
        .replace("de = 1\n", "de = 11\n")
    )
    kind.write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("change", "why"),
    [(broken, "a pasta tem"), (manual, 'publicar = "manual"'), (step_gone, "etapa 1")],
    ids=["a fault", "by the setting", "tickets under way"],
)
def test_a_plan_and_a_move_say_so(
    workspace: Path, capsys: pytest.CaptureFixture[str], change: Callable[[Path], None], why: str
) -> None:
    change(workspace)
    for verb in ("plan", "move"):
        run(["--lang", "pt", verb, ".", "1;1;43", "advance", "--format", "json"])
        told = json.loads(capsys.readouterr().out)
        found = [one["message"] for one in told["warnings"] if one["code"] == "publicacao-decide"]
        assert len(found) == 1, told["warnings"]
        assert why in found[0]
        assert told["after"]["holder"] == {"attendant": "1;1"}


def test_a_folder_that_decides_says_nothing(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (workspace / "formulas" / "repasse_gestor.formula").write_text("'1;9'", "utf-8")
    run(["--lang", "pt", "plan", ".", "1;1;43", "advance", "--format", "json"])
    told = json.loads(capsys.readouterr().out)
    assert "publicacao-decide" not in [one["code"] for one in told["warnings"]]
    assert told["after"]["holder"] == {"attendant": "1;9"}
