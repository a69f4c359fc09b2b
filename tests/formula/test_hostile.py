"""Hostile formulas stop soon, stay small and reach nothing, at the default limits.

Each runs in a child process of its own, forked after the engine is warm: its processor time and its memory above the base
are its own, whatever else the machine does.
"""

from __future__ import annotations

import builtins
import os
import resource
import sys
import time
import traceback

import pytest

import formula
from formula.schema import Schema
from tests.formula.hostile import FIELDS, FORMULAS, payloads

PAYLOADS = dict(payloads())
MOST_SECONDS = 0.25
MOST_KIB = 64 * 1024
CONTEXT = formula.Context(fields=FIELDS, formulas=FORMULAS, user="mestre")
SCHEMA = Schema.of(CONTEXT)
FORBIDDEN = ("open", "os.system", "subprocess.Popen", "socket.connect", "exec", "import")


def attempt(text: str) -> str:
    """Compile and run; the end in a word."""
    try:
        rule = formula.compile(text, SCHEMA)
    except formula.FormulaError:
        return "refused"
    return rule.run(CONTEXT).status


def in_child(text: str) -> tuple[str, float, int]:
    """The end, the processor seconds and the KiB of memory above the base."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            before = time.process_time()
            end = attempt(text)
            seconds = time.process_time() - before
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base
            os.write(writing, f"{end} {seconds} {grown}".encode())
        except BaseException:
            os.write(writing, traceback.format_exc()[-3000:].encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read().decode()
    os.waitpid(child, 0)
    words = answer.split()
    assert len(words) == 3, answer
    return words[0], float(words[1]), int(words[2])


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    for text in ("DECL A; SETVAR(A, 1); REPITA SETVAR(A, CONCAT(A, 'x')) ATE A <> ''", "EXTENSOVALOR(1.5)", "EXTENSODATA('1/1/2026')"):
        attempt(text)


def test_there_are_enough() -> None:
    assert len(PAYLOADS) >= 200


@pytest.mark.parametrize("name", PAYLOADS)
def test_stops_soon_and_stays_small(name: str) -> None:
    end, seconds, grown = in_child(PAYLOADS[name])
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
