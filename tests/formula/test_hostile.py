"""Hostile formulas stop soon, stay small and reach nothing, at the default limits.

Each runs in a child process of its own, forked from a small warm one: its processor time and its memory above the base
are its own, whatever else the machine does.
"""

from __future__ import annotations

import builtins
import json
import os
import subprocess
import sys

import pytest
from kit.hostile import payloads
from kit.hostile_nursery import CONTEXT, SCHEMA
from kit.paths import ROOT, TESTS

import formula

PAYLOADS = dict(payloads())
MOST_SECONDS = 0.25
MOST_KIB = 64 * 1024
FORBIDDEN = ("open", "os.system", "subprocess.Popen", "socket.connect", "exec", "import")


@pytest.fixture(scope="module")
def ends() -> dict[str, tuple[str, float, int]]:
    """How each formula ended, its processor seconds and its KiB above the base."""
    done = subprocess.run(
        [sys.executable, "-m", "kit.hostile_nursery"],
        cwd=TESTS,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    return {name: tuple(end) for name, end in json.loads(done.stdout).items()}


def test_there_are_enough() -> None:
    assert len(PAYLOADS) >= 200


@pytest.mark.slow
@pytest.mark.parametrize("name", PAYLOADS)
def test_stops_soon_and_stays_small(name: str, ends: dict[str, tuple[str, float, int]]) -> None:
    end, seconds, grown = ends[name]
    assert end in {"ok", "stopped", "fault", "refused"}
    assert seconds <= MOST_SECONDS
    assert grown <= MOST_KIB


def test_nothing_outside_is_reached() -> None:
    """Python's own audit hook sees no file, process, socket, import or code made of text while formulas run."""
    seen: list[str] = []
    watching = False

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event in FORBIDDEN:
            seen.append(f"{event} {arguments!r:.200}")

    sys.addaudithook(watch)
    rules = []
    for name, text in PAYLOADS.items():
        if name.startswith(("nome-", "chamada-", "variavel-", "formato-", "campo-", "formula-")):
            try:
                rules.append(formula.compile(text, SCHEMA))
            except formula.FormulaError:
                continue
    watching = True
    for rule in rules:
        rule.run(CONTEXT)
    watching = False
    assert rules
    assert seen == []
    assert builtins.open is open
