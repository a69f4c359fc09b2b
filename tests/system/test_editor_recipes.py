"""What the recipes for other editors name is there and starts, and their words are the language's."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from kit.paths import ROOT

from formula.reading.lexer import KEYWORDS

EDITORS = ROOT / "editors"
DOCUMENT = (ROOT / "docs" / "editor.md").read_text(encoding="utf-8")


def commands() -> set[tuple[str, ...]]:
    """The commands that recipes start, however the editor writes them."""
    lists = re.findall(r"""[\[{]\s*["']repasse["']\s*,\s*["'](\w+)["']\s*[\]}]""", DOCUMENT)
    apart = re.findall(r'command = "repasse"(?:,|\n)\s*args = [\[{]\s*"(\w+)"', DOCUMENT)
    return {("repasse", word) for word in [*lists, *apart]}


def test_the_recipes_name_both_servers() -> None:
    assert commands() == {("repasse", "lsp"), ("repasse", "dap")}


@pytest.mark.parametrize("command", sorted(commands()))
def test_what_a_recipe_starts_ends_with_its_input(command: tuple[str, ...]) -> None:
    words = [sys.executable, "-m", "repl.commands", *command[1:]]
    done = subprocess.run(words, input=b"", capture_output=True, timeout=60, check=False, cwd=ROOT)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)


def test_every_folder_of_editors_is_told() -> None:
    assert [path.name for path in EDITORS.iterdir() if f"editors/{path.name}" not in DOCUMENT] == []


def test_notepad_knows_the_languages_words() -> None:
    root = ElementTree.parse(EDITORS / "notepad++" / "repasse.xml").getroot()
    words = {word for one in root.iter("Keywords") for word in (one.text or "").split()}
    assert [word for word in KEYWORDS if word not in words] == []


def test_vim_colours_the_languages_words(tmp_path: Path) -> None:
    text = (EDITORS / "vim" / "syntax" / "repasse.vim").read_text(encoding="utf-8")
    groups = [re.compile(found.replace("\\", ""), re.IGNORECASE) for found in re.findall(r"/\\<\\\((.*?)\\\)\\>/", text)]
    named = set(re.findall(r"syntax keyword \w+ (.*)", text)[0].upper().split())
    assert [word for word in KEYWORDS if word not in named and not any(one.fullmatch(word) for one in groups)] == []
    vim = shutil.which("vim")
    if vim is None or "+syntax" not in subprocess.run([vim, "--version"], capture_output=True, text=True, check=True).stdout:
        return  # the file's words are checked above; a machine without a whole Vim cannot load it
    formula, seen = tmp_path / "a.formula", tmp_path / "seen"
    formula.write_text("SE 'x' = A ENTAO 1 FIMSE")
    asked = f"call writefile([&filetype, synIDattr(synID(1, 1, 1), 'name'), synIDattr(synID(1, 5, 1), 'name')], '{seen}')"
    steps = [f"set rtp^={EDITORS / 'vim'}", "filetype plugin on", "syntax on", f"edit {formula}", asked, "qa!"]
    words = [vim, "-N", "-u", "NONE", "-i", "NONE", "-es", *(word for step in steps for word in ("-c", step))]
    subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    assert seen.read_text().split() == ["repasse", "repasseKeyword", "repasseString"]
