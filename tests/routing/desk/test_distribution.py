"""A group's own distribution on a real store: what counts as load, and a pointer that stays with the group."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from kit.stores import database  # noqa: F401
from kit.workspaces import make_workspace, ticket_text

from routing import Request, open_desk

NOW = datetime(2026, 11, 24, 10)


def workspace(folder: Path, database: str, distribution: str, others: str = "") -> Path:
    make_workspace(folder, tickets=6, formula="'5'", settings=f'banco = "{database}"\n')
    directory = folder / "diretorio.toml"
    group = f'membros = ["1;3", "1;4"]\ndistribuicao = "{distribution}"'
    directory.write_text(directory.read_text("utf-8").replace('membros = ["1;3", "1;4"]', group), "utf-8")
    (folder / "atendimentos" / "outros.toml").write_text(others, "utf-8")
    return folder


def held(code: int, by: str, status: str) -> str:
    text = ticket_text(code).replace('atendente = "1;2"', f'atendente = "{by}"')
    return text.replace('status = "A"', f'status = "{status}"')


@pytest.mark.parametrize("status", ["A", "G", "E", "T", "R", "O", "F", "C"])
def test_only_tickets_still_to_be_solved_are_a_load(tmp_path: Path, database: str, status: str) -> None:
    others = "\n".join([held(21, "1;3", status), held(22, "1;3", status), held(23, "1;4", "A")])
    with open_desk(workspace(tmp_path / "pasta", database, "menorcarga", others)) as desk:
        made = desk.move("1;1;1", Request(action="advance", actor="1;2"), NOW)
        assert made.after is not None
        assert made.after.holder is not None
        assert made.after.holder.key == ("1;3" if status in "ROFC" else "1;4")


def test_the_pointer_is_the_groups_and_outlives_the_desk(tmp_path: Path, database: str) -> None:
    folder, received = workspace(tmp_path / "pasta", database, "rodizio"), []
    for code in range(1, 7):
        with open_desk(folder) as desk:
            made = desk.move(f"1;1;{code}", Request(action="advance", actor="1;2"), NOW)
            assert made.after is not None
            assert made.after.holder is not None
            received.append(made.after.holder.key)
    assert received == ["1;3", "1;4"] * 3
