"""Short forms and near names at the command line."""

from __future__ import annotations

import json

import pytest

from repl.commands import COMMANDS, run, spelled_out


def test_json_is_the_short_form(capsys: pytest.CaptureFixture[str]):
    assert run(["run", "-e", "1 + 1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["value"]["value"] == "2"


def test_behind_two_dashes_it_is_a_name():
    assert spelled_out(["run", "--", "--json"]) == ["run", "--", "--json"]


@pytest.mark.parametrize(("typed", "near"), [("plann", "plan"), ("tikets", "tickets"), ("mve", "move"), ("publsh", "publish")])
def test_an_unknown_command_is_told_the_near_one(typed: str, near: str, capsys: pytest.CaptureFixture[str]):
    assert near in COMMANDS
    assert run(["--lang", "pt", typed]) == 2
    said = capsys.readouterr().err
    assert "Você quis dizer" in said
    assert f"'{near}'" in said
