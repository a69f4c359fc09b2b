"""The cause of what happened stands in the first three lines of a plan: situations of an invented company, kept as data."""

from __future__ import annotations

import shutil
import sqlite3
import tomllib
from contextlib import closing
from datetime import datetime
from pathlib import Path
from statistics import median
from textwrap import wrap

import pytest

import routing
from repl.showing.plans import plan_lines

HERE = Path(__file__).parent
SITUATIONS = tomllib.loads((HERE / "situacoes.toml").read_text("utf-8"))["situacao"]
NOW = datetime(2026, 11, 24, 10)


def workspace(folder: Path, situation: dict) -> Path:
    """The mill with the changes of a situation."""
    shutil.copytree(HERE / "moinho", folder)
    closing(sqlite3.connect(folder / "dados.sqlite")).__enter__().close()
    for name, old, new in situation.get("troca", ()):
        path = folder / name
        text = path.read_text("utf-8")
        assert old in text, (situation["conta"], old)
        path.write_text(text.replace(old, new), "utf-8")
    for code, text in situation.get("sentenca", {}).items():
        (folder / "sentencas" / f"{code}.sql").write_text(text, "utf-8")
    return folder


def planned(folder: Path, situation: dict, expected: str | None = None) -> tuple[routing.Plan, list[str], list[str]]:
    """The plan of a situation, and its lines in both languages."""
    request = routing.Request(action=situation.get("acao", "advance"), actor=situation.get("ator", "1;2"), to=situation.get("para"))
    with routing.open_desk(workspace(folder / "w", situation)) as desk:
        plan = desk.plan(situation.get("atendimento", "1;1;100"), request, NOW, expected=expected)
        lines = list(plan_lines(plan, desk.site))
    english = [line.text("en") if hasattr(line, "text") else str(line) for line in lines]
    return plan, [str(line) for line in lines], english


def cases():
    """The situations; one whose cause is not told yet says what is missing."""
    for one in SITUATIONS:
        marks = [pytest.mark.xfail(reason=one["falta"], strict=True)] if "falta" in one else []
        yield pytest.param(one, id=one["conta"], marks=marks)


@pytest.mark.parametrize("situation", list(cases()))
def test_the_cause_stands_in_the_first_three_lines(tmp_path: Path, situation: dict) -> None:
    _, lines, english = planned(tmp_path, situation)
    first = "\n".join(lines[:3])
    assert [cause for cause in situation["causa"] if cause not in first] == [], "\n".join(lines)
    assert len(english) == len(lines)


def test_a_plan_that_may_happen_is_short(tmp_path: Path) -> None:
    """At 80 columns, over all situations in which the move may happen."""
    lengths = []
    for number, situation in enumerate(SITUATIONS):
        plan, lines, _ = planned(tmp_path / str(number), situation)
        if plan.status == "planned":
            lengths.append(sum(len(wrap(line, 80)) or 1 for line in lines))
    assert median(lengths) <= 14, sorted(lengths)
