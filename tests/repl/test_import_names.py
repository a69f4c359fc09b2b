"""``import repasse`` says where things are, and another package's ``formula``, ``routing`` or ``repl`` is told in words."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from kit.paths import ROOT


def python(text: str, *before: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (*before, ROOT))), "PYTHONUTF8": "1"}
    return subprocess.run([sys.executable, "-c", text], env=environment, capture_output=True, encoding="utf-8", cwd=ROOT / "docs")


def test_names_are_sent_to_the_parts() -> None:
    done = python("from repasse import compile")
    assert "import formula (check, compile" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("name", ["formula", "routing", "repl"])
def test_somebody_elses_package_is_told_in_one_sentence(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("", encoding="utf-8")
    done = python("import repasse; repasse.main()", tmp_path)
    assert done.returncode == 2
    assert f"o módulo '{name}' é de outro pacote ({tmp_path / name / '__init__.py'})" in done.stderr
    assert "Traceback" not in done.stderr


def test_routing_says_so_too(tmp_path: Path) -> None:
    (tmp_path / "formula.py").write_text("", encoding="utf-8")
    assert "o módulo 'formula' é de outro pacote" in python("import routing", tmp_path).stderr.splitlines()[-1]
