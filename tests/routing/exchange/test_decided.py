"""A decision that depends on what came before is answered with the moves before it."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from kit.paths import ROOT

from repl.commands import run as command
from routing import Request, open_desk
from routing.exchange.decided import NoCase, case_of_decision

NOW = datetime(2026, 11, 24, 10)


def test_the_last_voice_of_an_approval_is_a_case_with_the_moves_before_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "compras"
    shutil.copytree(ROOT / "examples" / "compras", folder)
    with open_desk(folder) as desk:
        requests = [
            Request(action="advance"),
            Request(action="advance"),
            *(Request(action="approve", actor=one) for one in ("1;3", "1;6")),
        ]
        plans = [desk.move("1;1;50", one, now=NOW) for one in requests]
        assert [one.status for one in plans] == ["moved"] * 4, [one.reason for one in plans]
        number = plans[-1].decision
        assert number is not None
        stored = desk.decision(number)
        assert stored is not None
        made = case_of_decision(desk, stored, number, mask=False, hidden=())
        masked = case_of_decision(desk, stored, number, mask=True, hidden=())
    for one in (made, masked):
        assert "movimentos = [" in one.text
        (folder / "casos" / "voto.casos.toml").write_text(one.text, encoding="utf-8")
        assert command(["test", str(folder / "casos" / "voto.casos.toml")]) == 0, capsys.readouterr().out


def test_a_letter_written_by_hand_makes_no_case(tmp_path: Path) -> None:
    folder = tmp_path / "compras"
    shutil.copytree(ROOT / "examples" / "compras", folder)
    with open_desk(folder) as desk:
        made = desk.move("1;1;42", Request(action="mail", to="1;3", text="olá", actor="1;2"), now=NOW)
        assert made.decision is not None, made.reason
        stored = desk.decision(made.decision)
        assert stored is not None
        with pytest.raises(NoCase, match="escritos à mão"):
            case_of_decision(desk, stored, made.decision, mask=False, hidden=())
