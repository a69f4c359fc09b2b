"""A destination that is none because something was empty: the refusal says what was (a sentence without rows)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from kit.workspaces import make_workspace

from formula import check
from routing.desk.desk import open_desk
from routing.domain.decision import Request
from routing.domain.site import SentenceText

NOW = datetime(2026, 11, 24, 10, 0)


class Rows:
    """A source of sentences that gives what it is told."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.given = rows

    def rows(self, *_: Any) -> Iterator[dict[str, Any]]:
        return iter(self.given)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "na execução: a sentença VAZIA não trouxe linha; "),
        ([{"CODATENDENTE": None}], "na execução: a coluna CODATENDENTE da sentença VAZIA veio vazia (NULL); "),
        ([{"CODATENDENTE": "x"}], None),
    ],
)
def test_the_refusal_names_what_was_empty(tmp_path: Path, rows: list[dict[str, Any]], said: str | None) -> None:
    text = "EXECSQL('VAZIA'); CONCAT('1;', RESULTSQL('VAZIA', 'CODATENDENTE'))"
    with open_desk(make_workspace(tmp_path / "w", 1, formula=text)) as desk:
        desk.site = attrs.evolve(desk.site, sentences={"VAZIA": SentenceText("VAZIA", "SELECT")})
        desk.sentences = Rows(rows)
        plan = desk.plan("1;1;1", Request(action="advance", actor="1;2"), NOW)
    assert plan.gate == "G10"
    hint = str(plan.reason.hint if plan.reason else None)
    assert hint.startswith(said) if said else "na execução" not in hint
    assert "destino" in hint


UNASKED = [
    "EXECSQL('A'); RESULTSQL('A', 'B')",
    "EXECSQL('a'); SE COLIGADA = 1 ENTAO RESULTSQL('A', 'B') SENAO '5' FIMSE",
    "DECL S; EXECSQL('A'); REPITA SETVAR(S, S + RESULTSQL('A', 'B')) ATE PROXREGSQL('A') = FALSO; S",
    "SE COLIGADA = 1 ENTAO EXECSQL('A'); RESULTSQL('A', 'B') SENAO '5' FIMSE",
]
ASKED = [
    "SE EXECSQL('A') ENTAO RESULTSQL('A', 'B') SENAO '5' FIMSE",
    "DECL T; SETVAR(T, EXECSQL('A')); SE T ENTAO RESULTSQL('A', 'B') SENAO '5' FIMSE",
    "EXECSQL('A'); SE RESULTSQL('A', 'B') = '' ENTAO '5' SENAO RESULTSQL('A', 'B') FIMSE; RESULTSQL('C', 'B')",
    "EXECSQL('A'); SE EXECSQL('C') ENTAO RESULTSQL('C', 'B') SENAO '5' FIMSE",
    "EXECSQL('A'); '5'",
]


def test_rows_that_nobody_asks_for() -> None:
    assert [[one.code for one in check(text)] for text in UNASKED] == [["sentenca-sem-pergunta"]] * len(UNASKED)


@pytest.mark.parametrize("text", ASKED)
def test_no_false_alarm(text: str) -> None:
    assert "sentenca-sem-pergunta" not in {one.code for one in check(text)}
