"""Strict types everywhere, as the house asks."""

from __future__ import annotations

import subprocess
import sys

import pytest
from kit.paths import ROOT


@pytest.mark.slow
def test_packages_are_typed_strictly() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "formula", "routing", "repl", "--exclude", "repl/examples"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
