"""Functions of installed plugins are there without a workspace too: run, check, a session."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import formula

MODULE = '''from formula.builtins.table import function
from formula.types import Number
from routing.plugins import Plugin

@function(origin="extension", examples=["FRETE(10) -> 25"])
def frete(peso: Number) -> Number:
    """O frete de um peso."""
    return 5 + 2 * peso

plugin = Plugin(functions=(frete,))
'''


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A plugin laid down as pip does."""
    (tmp_path / "frete_simples.py").write_text(MODULE, encoding="utf-8")
    info = tmp_path / "frete_simples-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: frete_simples\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[repasse.plugins]\nfrete = frete_simples:plugin\n", encoding="utf-8")
    root = str(Path(formula.__file__).parents[1])
    return {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{root}", "LC_ALL": "C.UTF-8", "XDG_CACHE_HOME": str(tmp_path)}


def repasse(environment: dict[str, str], *words: str, typed: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "repl.commands", *words],
        env=environment,
        input=typed,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def test_run_knows_a_plugins_function(environment: dict[str, str]) -> None:
    assert repasse(environment, "run", "-e", "FRETE(10)") == "25\n"


def test_a_formula_of_a_context_knows_it(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text('[formulas]\nENTREGA = "FRETE(20) + 1"\n', encoding="utf-8")
    assert repasse(environment, "run", "-e", "ENTREGA", "--context", str(tmp_path / "c.toml")) == "46\n"


def test_check_knows_it(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a.formula").write_text("FRETE(10)\n", encoding="utf-8")
    assert "0 erros" in repasse(environment, "check", str(tmp_path / "a.formula"))


def test_a_session_knows_it(environment: dict[str, str]) -> None:
    assert repasse(environment, "repl", typed="FRETE(10)\n:ajuda FRETE\n").startswith("25\nFRETE(peso: valor) → valor\n")
