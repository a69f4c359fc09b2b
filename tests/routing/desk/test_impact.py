"""What other rules change for open tickets: one comparison, whoever asks for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from repl.commands import run
from repl.example import copy_example
from routing.desk.desk import Desk, open_desk
from routing.desk.impact import compared, comparing
from routing.domain.decision import Request
from routing.releases.choosing import rules_named
from routing.store.releases import tickets_under_way

NOW = datetime(2026, 11, 24, 10, 0)
TO_ANA = "'1;3'"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example, published by a move, with another formula in the folder."""
    copy_example(tmp_path / "compras")
    with open_desk(tmp_path / "compras") as desk:
        assert desk.move("1;1;42", Request(action="note", actor="1;2", text="Vista."), NOW).status == "moved"
    (tmp_path / "compras" / "formulas" / "repasse_gestor.formula").write_text(TO_ANA, encoding="utf-8")
    return tmp_path / "compras"


@pytest.fixture
def desks(folder: Path) -> Iterator[tuple[Desk, Desk]]:
    """By what is published, and by the folder."""
    with open_desk(folder, serving=True) as desk:
        old, new = (desk.under(rules_named(name, desk.site, desk.store)) for name in ("published", "folder"))
        yield old, new


def test_every_open_ticket_is_compared_and_who_has_more_comes_first(desks: tuple[Desk, Desk]) -> None:
    old, new = desks
    made = compared(old, new, lambda: NOW)
    assert made.every == made.tickets == len(list(tickets_under_way(old.store)))
    assert [was.ticket for was, _ in made.changed] == ["1;1;43"]
    assert [(one.key, made.was[one], made.would[one]) for one in made.moved()] == [("1;3", 1, 2), ("1;1", 1, 0)]
    assert compared(old, old, lambda: NOW).changed == []
    held = {key: (old.ticket(key).holder, old.ticket(key).version) for key in old.tickets()}
    compared(new, old, lambda: NOW)
    assert {key: (old.ticket(key).holder, old.ticket(key).version) for key in old.tickets()} == held


def test_it_takes_no_longer_than_it_may(desks: tuple[Desk, Desk]) -> None:
    *_, some = comparing(*desks, lambda: NOW, most=2)
    assert (some.tickets, some.every > 2) == (2, True)
    *_, none = comparing(*desks, lambda: NOW, seconds=-1)
    assert (none.tickets, none.every > 2) == (0, True)


def test_the_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["impact", str(folder), "--format", "json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert [one["ticket"] for one in made["changed"]] == ["1;1;43"]
    assert made["old"] != made["new"]
    assert run(["impact", str(folder), "folder", "published"]) == 0
    told = capsys.readouterr().out
    assert "1;1;43: 2 Gestor, com Ana Lima (1;3)" in told
    assert "Beatriz Nogueira (1;1): 0 → 1 (mais)" in told
    assert run(["impact", str(folder), "folder", "folder"]) == 0
    assert "nenhum dos" in capsys.readouterr().out
    assert run(["impact", str(folder), "nenhuma"]) == 2
    assert "não há regras 'nenhuma'" in capsys.readouterr().err


def test_a_folder_that_was_never_published_has_nothing_to_compare_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy_example(tmp_path / "compras")
    assert run(["impact", str(tmp_path / "compras")]) == 2
    assert "nada foi publicado ainda" in capsys.readouterr().err
