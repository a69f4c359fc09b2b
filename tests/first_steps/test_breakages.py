"""Slips of newcomers: the first thing that ``repasse check`` says mends each, and it blames no other file (door-31)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from kit.pages import blocks
from kit.paths import ROOT

from formula.source import Source
from repl.showing.faults import check_paths, faults_text
from routing.errors import WorkspaceError
from routing.workspace.folder import load_workspace

FILE = Path(__file__).with_name("breakages.toml")
SLIPS = tomllib.loads(FILE.read_text("utf-8"))["quebra"]
SETTINGS = 'coligada = 1\nidioma = "pt"\nfuso = "America/Sao_Paulo"\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The workspace that the tutorial ends with."""
    (tmp_path / "repasse.toml").write_text(SETTINGS, "utf-8")
    for block in blocks((ROOT / "docs" / "tutorial.md").read_text("utf-8")):
        if block.title:
            (tmp_path / block.title).parent.mkdir(exist_ok=True)
            (tmp_path / block.title).write_text(block.text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sow(slip, folder):
    for file, old, new in slip.get("troca", []):
        text = (folder / file).read_text("utf-8")
        assert old in text, old
        (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    for old, new in slip.get("nome_novo", []):
        (folder / new).parent.mkdir(exist_ok=True)
        (folder / old).rename(folder / new)
        if not any((folder / old).parent.iterdir()):
            (folder / old).parent.rmdir()
    for file, encoding in slip.get("bytes", []):
        (folder / file).write_bytes((folder / file).read_text("utf-8").encode(encoding))


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip["nome"])
def test_the_first_message_mends_it_and_no_other_file_is_blamed(slip, folder):
    sow(slip, folder)
    files = [file for file in check_paths(["."]) if file.diagnostics]
    assert [file.path for file in files] == [slip["culpa"]]
    (file,) = files
    first = file.diagnostics[0]
    assert "linha" not in slip or first.start.line == slip["linha"]
    said = faults_text(Source(file.text, file.path), [first], "pt")
    assert [ways for ways in slip["cura"] if not any(way in said for way in ways)] == [], said
    if first.severity == "error" and not slip["culpa"].startswith(("casos/", "formulas/quem_aprova.formula")):
        refused(folder, slip["culpa"])


def refused(folder, culprit):
    """What follows from a fault is not told, but the fault keeps the workspace from being used."""
    with pytest.raises(WorkspaceError) as told:
        load_workspace(folder)
    assert {path.relative_to(folder).as_posix() for path, _ in told.value.files} == {culprit}


def test_there_are_twenty_and_more():
    assert len({slip["nome"] for slip in SLIPS}) == len(SLIPS) >= 20
