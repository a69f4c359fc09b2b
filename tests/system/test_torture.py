"""The torture of ``benchmarks/torture.py``, shortly: everything is killed under load, and no table tells of anything lost or torn."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from kit.paths import ROOT


@pytest.mark.slow
@pytest.mark.parametrize(
    "database", [("sqlite",), ("postgresql", "--outages", "1", "--outage-seconds", "3")], ids=lambda one: one[0]
)
def test_a_short_torture_breaks_no_rule(database: tuple[str, ...]) -> None:
    command = [
        sys.executable,
        str(ROOT / "benchmarks/torture.py"),
        "--seconds",
        "15",
        "--kills",
        "12",
        "--json",
        "--database",
        *database,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found["broken"] == []
    assert sum(found["kills"].values()) > 0
    assert found["answers"] > 0
    assert found["mails"] > 0
