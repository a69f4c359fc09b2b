"""What data and formulas hold is shown to people, never obeyed by their screens."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from kit.workspaces import make_workspace

import routing

pytestmark = pytest.mark.slow

NASTY = "\u001b]0;TITULO\u0007\u001b[2J\u202eX\u200b\r\nATENDIMENTO 1;1;9: feito"
OBEYED = set("\x1b\x07\x08\r\u202e\u2066\u200b\u2028\x9b")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_workspace(tmp_path_factory.mktemp("inerte") / "ws", 1)
    text = (folder / "atendimentos").glob("*.toml")
    file = next(text)
    whole = file.read_text(encoding="utf-8")
    assert 'assunto = "' in whole
    before, _, rest = whole.partition('assunto = "')
    file.write_text(before + "assunto = " + json.dumps(NASTY) + rest.partition('"')[2], encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "words",
    [
        ["show", "{ws}", "1;1;1"], ["plan", "{ws}", "1;1;1", "advance", "--actor", "1;2"],
        ["plan", "{ws}", "1;1;1", "advance", "--actor", "1;2", "--format", "json"], ["show", "{ws}", "1;1;1", "--format", "json"],
        ["check", "-"], ["run", "-e", "ANALISAR('a\x1b]0;T\x07\u202e', '', '', '')"], ["run", "-e", "'a\x1b[2J\u202eb'"],
        ["explain", "-e", "CONCAT('a\x1b[2J', '\u202eb')"], ["run", "-e", "CAMPOATENDIMENTO('a\x1b]0;T\x07')"],
        ["plan", "{ws}", "1;1;1", "advance", "--actor", "\x1b]0;T\x07"], ["show", "{ws}", "\x1b[2J"], ["run", "-e", "'a'", "--trace"],
    ],
    ids=lambda words: " ".join(words[:1] + words[-1:])[:30],
)  # fmt: skip
def test_no_screen_obeys_what_a_ticket_or_a_formula_says(workspace: Path, words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "repl.commands", *(word.replace("{ws}", str(workspace)) for word in words)],
        input="'a\x1b]0;T\x07b\u202e' + 1".encode(), capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    said = (done.stdout + done.stderr).decode()
    assert said
    assert not OBEYED & set(said), sorted(OBEYED & set(said))
    assert "Traceback" not in said
    if "--format" not in words:
        assert not any(line.startswith("ATENDIMENTO 1;1;9") for line in said.splitlines())


def test_mails_keep_what_was_written(workspace: Path) -> None:
    with routing.open_desk(workspace) as desk:
        plan = desk.plan("1;1;1", routing.Request(action="advance", actor="1;2"), datetime(2026, 11, 24, 10))
    assert plan.mails
    assert all("␤" not in mail.body for mail in plan.mails)
