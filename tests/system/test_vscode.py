"""The editor extension packs without a network, and what it names is there."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
import threading
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from kit.paths import ROOT
from playwright._impl._driver import compute_driver_executable

from repl.commands import COMMANDS

EXTENSION = ROOT / "editors" / "vscode"


def packed(folder: Path) -> Path:
    return runpy.run_path(str(EXTENSION / "pack.py"))["pack"](folder)


def test_the_archive_is_whole(tmp_path: Path):
    with zipfile.ZipFile(packed(tmp_path)) as archive:
        about = json.loads(archive.read("extension/package.json"))
        root = ElementTree.fromstring(archive.read("extension.vsixmanifest"))
        names = set(archive.namelist())
        named = [one["path"] for one in about["contributes"]["grammars"]]
        named += [one["configuration"] for one in about["contributes"]["languages"]]
    identity = root.find(".//{*}Identity")
    assert identity is not None
    assert identity.attrib["Version"] == about["version"]
    assert {f"extension/{path.removeprefix('./')}" for path in [*named, about["main"]]} <= names


def test_the_packed_extension_starts_the_server_and_shows_its_faults(tmp_path: Path):
    """The bundle out of the archive, run by a Node without the editor: its client speaks to the real ``repasse lsp``."""
    with zipfile.ZipFile(packed(tmp_path)) as archive:
        archive.extract("extension/bundle/extension.js", tmp_path)
    node, _ = compute_driver_executable()
    command = [
        node, str(Path(__file__).with_name("editor_host.cjs")), str(tmp_path / "extension" / "bundle" / "extension.js"),
        "SE 1 = 1 ENTAO\n  2", sys.executable, "-m", "repl.commands", "lsp",
    ]  # fmt: skip
    host = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    timer = threading.Timer(90, host.kill)
    timer.start()
    try:
        assert host.stdout is not None
        told = [json.loads(host.stdout.readline()) for _ in range(3)]
        rest, errors = host.communicate(timeout=60)
    finally:
        timer.cancel()
        host.kill()
    assert {"command": "repasse.restart"} in told
    assert {"active": True} in told
    ((code, line, character, message),) = next(one["faults"] for one in told if "faults" in one)
    assert (code, line, character) == ("falta-fimse", 1, 3)
    assert message.startswith("falta FIMSE\n")
    assert [json.loads(one) for one in rest.splitlines()][-1:] == [{"stopped": True}]
    assert (host.returncode, errors) == (0, "")


def test_packing_again_gives_the_same_bytes(tmp_path: Path):
    first = packed(tmp_path).read_bytes()
    assert packed(tmp_path).read_bytes() == first


def test_it_starts_a_command_that_exists():
    about = json.loads((EXTENSION / "package.json").read_text())
    default = about["contributes"]["configuration"]["properties"]["repasse.command"]["default"]
    assert default[0] == "repasse"
    assert default[1] in COMMANDS


def test_its_words_are_the_languages():
    import re

    from formula.reading.lexer import KEYWORDS

    grammar = json.loads((EXTENSION / "grammar.json").read_text())
    words = [
        one
        for one in grammar["patterns"]
        if one["name"].startswith(("keyword.control", "keyword.operator.word", "constant.language"))
    ]
    found = [re.compile(one["match"]) for one in words]
    assert [word for word in KEYWORDS if not any(one.fullmatch(word) for one in found)] == []
