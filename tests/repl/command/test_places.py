"""Folders with blanks and accents, under any locale, and a path of another system: each works or is one clear sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from kit.paths import ROOT


def repasse(folder: Path, locale: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("LC_", "PYTHONUTF8", "PYTHONIOENCODING"))
    }
    environment |= {"LANG": locale, "LC_ALL": locale}
    return subprocess.run([sys.executable, "-m", "repl.commands", *words], cwd=folder, env=environment, capture_output=True)


@pytest.mark.parametrize("locale", ["C", "pt_BR.UTF-8", "tr_TR.UTF-8", "pt_BR.ISO-8859-1"])
def test_a_workspace_is_made_and_checked_in_any_folder_under_any_locale(locale: str, tmp_path: Path) -> None:
    folder = tmp_path / "Área de João İı"
    folder.mkdir()
    made = repasse(folder, locale, "init", "--vazio", "férias de ana")
    assert (made.returncode, b"Traceback" in made.stderr) == (0, False)
    checked = repasse(folder, locale, "check", "férias de ana")
    assert checked.returncode == 0
    assert b"0 erros" in checked.stdout or b"0 errors" in checked.stdout


LESS = ["setpriv", "--bounding-set=-dac_override"] if os.getuid() == 0 else []
"""Root too is held to the rights of a folder then."""


SHOW, SERVE = ("show", "compras", "1;1;42"), ("serve", "--workspace", "compras", "--port", "0")


@pytest.mark.parametrize(("words", "with_a_store"), [(SHOW, False), (SHOW, True), (SERVE, False)])
def test_a_folder_that_nobody_may_write_is_told(words: tuple[str, ...], with_a_store: bool, tmp_path: Path) -> None:
    folder = tmp_path / "compras"
    shutil.copytree(ROOT / "examples" / "compras", folder)
    if with_a_store:
        assert repasse(tmp_path, "C.UTF-8", "show", "compras", "1;1;42").returncode == 0
    for path in (*folder.rglob("*"), folder):
        path.chmod(0o555 if path.is_dir() else 0o444)
    command = [*LESS, sys.executable, "-m", "repl.commands", *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 2, done.stderr
    assert "permiss" in done.stderr


def test_a_path_of_windows_is_told_as_it_was_written(tmp_path: Path) -> None:
    done = repasse(tmp_path, "pt_BR.UTF-8", "check", r"C:\dados\ferias")
    assert (done.returncode, done.stdout) == (2, b"")
    assert r"'C:\dados\ferias'" in done.stderr.decode()
    assert b"Traceback" not in done.stderr
