"""The documentation site: it builds in both languages, every link and anchor leads somewhere, every command is one that the program takes."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click
import pytest
from kit.pages import blocks, commands, play
from kit.paths import ROOT
from kit.reference import SAID, keys_of

from repl.commands import COMMANDS, program, spelled_out
from routing.schemas import workspace_schemas

DOCS = sorted((ROOT / "docs").glob("*.md"))
CONFIGS = {"pt": "mkdocs.yml", "en": "mkdocs.en.yml"}
PLAYED = {"tutorial.md", "tutorial.en.md", "recipes.md"}
"""Pages whose console blocks are carried out; no other page may have one."""

INDENTED = re.compile(r"^ {4}(?:\$ )?(?:\./go )?repasse (?P<rest>[^\n]*)$", re.MULTILINE)
ALSO_KEYS = {"chefia_a_partir", "publicar", "sql.segundos", "sql.funcoes"}
"""Described keys that the schema leaves open."""


class Page(HTMLParser):
    """What a built page points to, and what can be pointed to in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and name in {"id", "name"}:
                self.ids.add(value)
            if value and ((tag in {"a", "link"} and name == "href") or (tag in {"img", "script"} and name == "src")):
                self.targets.append(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    for language, config in CONFIGS.items():
        place = folder if language == "pt" else folder / language
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", config, "-d", str(place)],
            cwd=ROOT, capture_output=True, encoding="utf-8", env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    return folder


def test_every_link_and_anchor_of_the_built_site_leads_somewhere(site: Path) -> None:
    pages = {path: Page(path.read_text("utf-8")) for path in site.rglob("*.html") if path.name != "404.html"}
    assert len(pages) >= len(DOCS) - 1
    broken = [
        f"{path.relative_to(site)}: {target}"
        for path, page in pages.items()
        for target in page.targets
        if not leads_somewhere(path, target, pages, site)
    ]
    assert broken == []


def leads_somewhere(path: Path, target: str, pages: dict[Path, Page], site: Path) -> bool:
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return True
    there = path if not parts.path else Path(os.path.normpath(path.parent / unquote(parts.path)))
    if there.is_dir():
        there /= "index.html"
    if not there.exists():
        return False
    return not parts.fragment or there not in pages or unquote(parts.fragment) in pages[there].ids or parts.fragment == "__skip"


@pytest.mark.parametrize(("language", "spoken"), [("pt", "pt"), ("en", "en")])
def test_the_site_can_be_searched_in_its_language(language: str, spoken: str, site: Path) -> None:
    place = site if language == "pt" else site / language
    index = json.loads((place / "search" / "search_index.json").read_text("utf-8"))
    assert index["config"]["lang"] == [spoken]
    assert len(index["docs"]) > 50


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_fenced_blocks_are_what_they_say(page: Path) -> None:
    """Consoles stand only in pages that are carried out; TOML, JSON and Python can be read."""
    for block in blocks(page.read_text("utf-8")):
        assert block.language, f"{page.name}:{block.line}: a block without a language"
        assert block.language != "console" or page.name in PLAYED, f"{page.name}:{block.line}"
        if block.language == "toml":
            tomllib.loads(block.text)
        elif block.language == "json":
            json.loads(block.text)
        elif block.language == "python":
            compile(block.text, page.name, "exec")


def told(page: Path) -> Iterator[str]:
    text = page.read_text("utf-8")
    yield from (found["rest"] for found in INDENTED.finditer(text))
    yield from (
        shlex.join(one.words[1:])
        for block in blocks(text)
        if block.language == "console"
        for one in commands(block)
        if one.words[0] == "repasse"
    )


@pytest.mark.parametrize("page", [*DOCS, ROOT / "README.md", ROOT / "README.pt-BR.md"], ids=lambda page: page.name)
def test_every_command_of_a_page_is_one_that_the_program_takes(page: Path) -> None:
    """Names and options; what stands in brackets is optional, what stands behind # is a remark."""
    wrong = []
    for line in told(page):
        words = [word.strip("[]").split("|")[0] for word in shlex.split(re.split(r"\s+#|\s{3,}", line)[0])]
        words = spelled_out([word for word in words if word])
        command: click.Command = program.commands[words[0]] if words[0] in program.commands else found_command(words[0])
        for word in words[1:]:
            if isinstance(command, click.Group) and not word.startswith("-"):
                command = command.commands[word]
        options = {name for one in command.params if isinstance(one, click.Option) for name in (*one.opts, *one.secondary_opts)}
        wrong += [
            f"{line}: {word}"
            for word in words[1:]
            if re.match(r"--[a-z]", word) and word.split("=")[0] not in {*options, "--help", "--lang", "--version"}
        ]
    assert wrong == []


def found_command(name: str) -> click.Command:
    if name.startswith("-"):
        return program
    context = click.Context(program)
    assert name in COMMANDS, name
    found = program.get_command(context, name)
    assert found is not None
    return found


def test_recipes_are_carried_out(tmp_path: Path) -> None:
    assert play((ROOT / "docs" / "recipes.md").read_text("utf-8"), tmp_path) == 9


def test_every_key_of_every_file_is_described() -> None:
    schemas = workspace_schemas()["$defs"]
    for name, rows in SAID.items():
        found = {key for key, _, _ in keys_of(schemas[name])}
        assert found - set(rows) == set(), name
        assert set(rows) - found - ALSO_KEYS == set(), name
