"""Folders with blanks and accents, under any locale, and a path of another system: each works or is one clear sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


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


def test_a_path_of_windows_is_told_as_it_was_written(tmp_path: Path) -> None:
    done = repasse(tmp_path, "pt_BR.UTF-8", "check", r"C:\dados\ferias")
    assert (done.returncode, done.stdout) == (2, b"")
    assert r"'C:\dados\ferias'" in done.stderr.decode()
    assert b"Traceback" not in done.stderr
