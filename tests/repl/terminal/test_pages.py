"""Answers on narrow and short screens: a real pty of 80 and 60 columns, and the folding itself."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pexpect
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.paths import ROOT

from repl.terminal.pages import NARROWEST, folded, in_pages

WORDS = st.lists(st.text("abç ;'(1;3)→|", max_size=40), max_size=12).map(" ".join)


@given(WORDS, st.integers(NARROWEST, 120))
def test_no_line_is_wider_and_no_word_is_lost(text: str, width: int) -> None:
    rows = folded(text, width)
    if re.match(r"\s*\d*\s*[|│]", text):
        return
    assert all(len(row) <= width for row in rows)
    assert "".join("".join(rows).split()) == "".join(text.split())


def test_what_goes_on_stands_below_its_words() -> None:
    assert folded("  Vai para Ana Lima, etapa Gestor, porque VALOR > 20000 é FALSO", 40) == [
        "  Vai para Ana Lima, etapa Gestor,",
        "      porque VALOR > 20000 é FALSO",
    ]
    assert folded(":ajuda     esta lista, ou a ajuda de um comando", 40) == [
        ":ajuda     esta lista, ou a ajuda de um",
        "           comando",
    ]


def test_a_source_line_keeps_its_columns() -> None:
    line = "  4 | " + "A" * 100
    assert folded(line, 60) == [line]


def test_pages_hold_every_row() -> None:
    rows = [("plain", str(number)) for number in range(50)]
    assert [row for page in in_pages(rows, 20) for row in page] == rows
    assert [len(page) for page in in_pages(rows, 20)] == [18, 18, 14]


@pytest.mark.parametrize(("rows", "columns"), [(24, 80), (20, 60)])
def test_a_long_answer_comes_in_pages_that_fit(tmp_path: Path, rows: int, columns: int) -> None:
    workspace = shutil.copytree(ROOT / "examples" / "compras", tmp_path / "compras")
    environment = {
        **{name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}},
        "TERM": "xterm",
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
    }
    environment["PROMPT_TOOLKIT_NO_CPR"] = "1"
    child = pexpect.spawn(
        sys.executable, ["-m", "repl.commands", "repl", "--workspace", str(workspace), "--ticket", "1;1;43"],
        env=environment, dimensions=(rows, columns), timeout=30, encoding="utf-8",
    )  # fmt: skip
    try:
        child.expect("1;1;43> ")
        child.send(":planejar avançar\r")
        child.expect("porquenao")
        child.expect("1;1;43> ")
        child.send(":porque tudo\r")
        child.expect("Por que 1;1;43")
        pages = 0
        while child.expect([r"mais \d+ linhas: espaço mostra, q termina", "1;1;43> "]) == 0:
            shown = re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", child.before))
            assert [line for line in shown if len(line) > columns] == []
            pages += 1
            child.send(" ")
        assert pages >= 1
        child.send(":porque tudo\r")
        child.expect(r"mais \d+ linhas")
        child.send("q")
        child.expect("1;1;43> ")
        child.send(":sair\r")
        child.expect(pexpect.EOF)
    finally:
        child.close(force=True)
