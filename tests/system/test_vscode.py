"""The editor extension packs without a network, and what it names is there."""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
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
        named += [one["url"] for one in about["contributes"]["tomlValidation"]]
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
        told = list(until(host, "faults"))
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


def test_cases_run_in_the_test_explorer_with_coverage(tmp_path: Path):
    """The packed extension finds the cases of a file, runs them by the real command and reads its coverage."""
    with zipfile.ZipFile(packed(tmp_path)) as archive:
        archive.extract("extension/bundle/extension.js", tmp_path)
    workspace = shutil.copytree(ROOT / "examples" / "compras", tmp_path / "compras")
    cases = workspace / "casos" / "formulas.casos.toml"
    cases.write_text(cases.read_text().replace('espera.destino = "1;1"\nespera.emails = 1', 'espera.destino = "1;9"', 1))
    node, _ = compute_driver_executable()
    command = [
        node, str(Path(__file__).with_name("editor_host.cjs")), str(tmp_path / "extension" / "bundle" / "extension.js"),
        "1", sys.executable, "-m", "repl.commands", "lsp",
    ]  # fmt: skip
    environment = {**os.environ, "CASES": str(cases), "PYTHONPATH": str(ROOT)}
    host = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    timer = threading.Timer(120, host.kill)
    timer.start()
    try:
        told = [*until(host, "ended"), *until(host, "ended")]
        host.communicate(timeout=60)
    finally:
        timer.cancel()
        host.kill()
    assert {"debugger": "repasse", "program": sys.executable, "words": ["-m", "repl.commands", "dap"]} in told
    run, covered = (one for one in split_at(told, "profile"))
    states = {one["ran"]: one["state"] for one in run if "ran" in one}
    assert states["aprovador pelo valor e pela prioridade"] == "passed"
    assert states["um real acima do limite já é compra grande"] == "failed"
    ((message, line),) = next(one["told"] for one in run if one.get("state") == "failed")
    assert "esperado" in message
    assert "um real acima do limite" in cases.read_text().splitlines()[int(line) + 1]
    assert [one["hit"] > 0 for one in covered if one.get("covered", "").endswith("repasse_gestor.formula")] == [True]


def until(host: subprocess.Popen[str], key: str) -> Iterator[dict[str, object]]:
    """What the host tells, up to something with a key."""
    assert host.stdout is not None
    for line in host.stdout:
        told = json.loads(line)
        yield told
        if key in told:
            return


def split_at(told: list[dict[str, object]], key: str) -> list[list[dict[str, object]]]:
    """What was told after each thing with a key."""
    made: list[list[dict[str, object]]] = []
    for one in told:
        if key in one:
            made.append([])
        elif made:
            made[-1].append(one)
    return made


def test_what_it_contributes_holds_together():
    """Debugger, tasks, schemas and matcher name what the program has."""
    from repl.editor.dap_launch import FLAGS, TEXTS
    from routing.schemas import workspace_schemas

    about = json.loads((EXTENSION / "package.json").read_text())["contributes"]
    (debugger,) = about["debuggers"]
    known = {*TEXTS, *FLAGS, "reason", "limits", "language"}
    assert set(debugger["configurationAttributes"]["launch"]["properties"]) <= known
    bodies = [*debugger["initialConfigurations"], *(one["body"] for one in debugger["configurationSnippets"])]
    assert all(set(one) - {"type", "request", "name"} <= known for one in bodies)
    assert {one["language"] for one in about["breakpoints"]} == {one["id"] for one in about["languages"]}
    assert set(about["taskDefinitions"][0]["properties"]["task"]["enum"]) <= set(COMMANDS)
    assert {Path(one["url"]).stem for one in about["tomlValidation"]} <= set(workspace_schemas()["$defs"])
    matcher = re.compile(about["problemMatchers"][0]["pattern"]["regexp"])
    found = matcher.match("formulas/a.formula:4:15: erro: o nome 'X' não existe [nome-desconhecido]")
    assert found is not None
    assert found.groups() == ("formulas/a.formula", "4", "15", "erro", "o nome 'X' não existe", "nome-desconhecido")


def test_packing_again_gives_the_same_bytes(tmp_path: Path):
    first = packed(tmp_path).read_bytes()
    assert packed(tmp_path).read_bytes() == first


def test_it_starts_a_command_that_exists():
    about = json.loads((EXTENSION / "package.json").read_text())
    default = about["contributes"]["configuration"]["properties"]["repasse.command"]["default"]
    assert default[0] == "repasse"
    assert default[1] in COMMANDS


def test_its_words_are_the_languages():
    from formula.reading.lexer import KEYWORDS

    grammar = json.loads((EXTENSION / "grammar.json").read_text())
    words = [
        one
        for one in grammar["patterns"]
        if one["name"].startswith(("keyword.control", "keyword.operator.word", "constant.language"))
    ]
    found = [re.compile(one["match"]) for one in words]
    assert [word for word in KEYWORDS if not any(one.fullmatch(word) for one in found)] == []
