"""docs/seed.md: every row of the seed has commands, and they show what the page says, in one run over the example."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from kit.paths import ROOT

from repl.commands import run

PAGE = ROOT / "docs" / "seed.md"
ROW = re.compile(r"\| (\d+) \| ([^|]+) \| ((?:sim|em parte: )[^|]*) \| ((?:`[^`]+` ?)+) \| ([^|]+) \|")
FEATURES = 117


def rows() -> list[tuple[int, str, list[str], str]]:
    found = [ROW.fullmatch(line) for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| \d", line)]
    assert None not in found
    return [(int(one[1]), one[3], re.findall(r"`([^`]+)`", one[4]), one[5].strip()) for one in found if one is not None]


def test_every_feature_of_the_seed_has_its_row():
    assert [number for number, *_ in rows()] == list(range(1, FEATURES + 1))


def test_every_command_shows_what_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "pt_BR.UTF-8")
    assert run(["init", "exemplo"]) == 0
    capsys.readouterr()
    wrong = []
    for number, _, commands, shown in rows():
        said = ""
        for command in commands:
            words = shlex.split(command)
            assert words[0] == "repasse"
            run(words[1:])
            out, err = capsys.readouterr()
            said += out + err
        if shown not in said:
            wrong.append((number, commands, shown, said))
    report = "\n\n".join(f"{number} {commands}\n  esperado: {shown}\n{said}" for number, commands, shown, said in wrong)
    assert not wrong, report
