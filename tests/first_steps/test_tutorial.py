"""The tutorial, carried out from an empty folder as it stands in the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from kit.pages import blocks, play
from kit.paths import ROOT

PAGES = {"pt": ROOT / "docs" / "tutorial.md", "en": ROOT / "docs" / "tutorial.en.md"}


@pytest.mark.parametrize("language", PAGES)
def test_from_an_empty_folder_to_a_moved_ticket_in_ten_commands(language: str, tmp_path: Path) -> None:
    assert 5 <= play(PAGES[language].read_text("utf-8"), tmp_path, language) <= 10
    assert (tmp_path / "ferias" / "repasse.sqlite").exists()


def test_both_languages_write_the_same_files() -> None:
    made = {
        language: [(one.title, one.text) for one in blocks(page.read_text("utf-8")) if one.title]
        for language, page in PAGES.items()
    }
    assert made["pt"] == made["en"]
    assert len(made["pt"]) == 7
