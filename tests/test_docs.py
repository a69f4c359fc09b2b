"""The pages name files and commands that exist, and point to each other rightly."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from kit.paths import ROOT

from repl.commands import COMMANDS

PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "README.pt-BR.md"]
NAMES = [path.name for path in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_files_that_are_named_exist(page: Path) -> None:
    named = set(
        re.findall(
            r"`((?:formula|routing|repl|tests|docs|benchmarks|examples|editors)/[\w./-]*)`", page.read_text(encoding="utf-8")
        )
    )
    assert {name for name in named if not (ROOT / name).exists()} == set()


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_commands_that_are_named_exist(page: Path) -> None:
    named = set(re.findall(r"^(?: {4}(?:\$ )?|\$ )repasse ([a-z]+)", page.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert named - set(COMMANDS) == set()


def test_the_map_names_only_what_stands() -> None:
    """Rooms named without their folder stand beside the one named before."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    missing = []
    for row in re.findall(r"^\|.*\|$", page, flags=re.MULTILINE):
        folder = ROOT
        for name in re.findall(r"`([\w/]+\.py)`", row):
            path = ROOT / name if "/" in name else folder / name
            folder = path.parent
            if not path.exists():
                missing.append(name)
    assert missing == []
