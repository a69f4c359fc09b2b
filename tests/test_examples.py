"""The example workspaces: nothing to criticise, every case passes, and the cases reach all of their formulas, steps and edges."""

from __future__ import annotations

import json
import shutil
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from kit.paths import ROOT

from repl.commands import program
from repl.showing.console import Console
from routing import Request, check_workspace, open_desk

EXAMPLES = ROOT / "examples"
WHOLE = ("suporte", "requisicao")
"""Workspaces whose cases also reach every step and edge."""


@pytest.mark.parametrize("name", ["compras", *WHOLE, "zammad/ambiente", "roundup/ambiente"])
def test_an_example_has_no_fault(name: str) -> None:
    assert check_workspace(EXAMPLES / name) == []


@pytest.mark.parametrize("name", ["compras", *WHOLE])
def test_the_cases_pass_and_reach_every_line_and_condition(name: str) -> None:
    done = CliRunner().invoke(
        program, ["test", str(EXAMPLES / name), "--coverage", "--minimo", "100", "--format", "json"], obj=Console()
    )
    assert done.exit_code == 0, done.output
    assert all(case["status"] == "passed" for case in json.loads(done.stdout)["cases"])


@pytest.mark.parametrize("name", WHOLE)
def test_the_cases_reach_every_step_and_edge(name: str) -> None:
    done = CliRunner().invoke(program, ["test", str(EXAMPLES / name), "--coverage"], obj=Console())
    reached = {line.split(":")[0].strip(): line for line in done.stdout.splitlines() if line.startswith("  ")}
    assert " 100%" in reached["etapas"]
    assert " 100%" in reached["fluxos"]


def test_the_sentence_of_the_requisition_reads_its_tables(tmp_path: Path) -> None:
    """With the SQLite source that the example's page tells to make."""
    folder = Path(shutil.copytree(EXAMPLES / "requisicao", tmp_path / "requisicao"))
    with sqlite3.connect(folder / "rh.sqlite") as connection:
        connection.executescript((folder / "rh.sql").read_text("utf-8"))
    connection.close()
    with open_desk(str(folder)) as desk:
        now = datetime(2026, 11, 24, 10)
        plan = desk.plan("1;1;501", Request(action="advance", actor="1;3"), now)
        assert (plan.status, plan.after.step) == ("planned", 3), plan.reason
        assert desk.move("1;1;500", Request(action="advance"), now).status == "moved"
        assert desk.plan("1;1;500", Request(action="advance", actor="1;3"), now).after.step == 4
