"""The language's corpus through the command line, a session and the test kit: each gives what the engine gives.

The service has ``test_http_corpus.py``, the page ``test_page_corpus.py``, the package itself ``formula/test_corpus.py``.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from kit.corpus import Case, cases, observed, portable, toml

from repl.commands import run
from repl.session.feeding import feed
from repl.session.opening import open_session
from repl.showing.console import Console
from routing.testing.bench import open_bench
from routing.testing.cases import cases_of
from routing.testing.run import run_case

CASES = [case for case in cases() if portable(case)]
WRITABLE = [case for case in CASES if "\ud800" not in case.text]
"""A file in UTF-8 holds every case but that of half a character."""


def named(chosen: Iterable[Case]) -> Any:
    return pytest.mark.parametrize("case", chosen, ids=lambda case: f"{case.file[:-5]}: {case.name}")


def expected(case: Case) -> dict[str, Any]:
    """What the case expects of the run; of a text with errors, their codes."""
    refused = "status" not in case.expected
    return {name: part for name, part in case.expected.items() if (name == "codes") == refused}


def seen(case: Case, outcome: Mapping[str, Any]) -> dict[str, Any]:
    """What a door told, as :func:`expected` compares it."""
    if "status" not in case.expected:
        return {"codes": [fault["code"] for fault in outcome["diagnostics"]]}
    return {name: part for name, part in observed([], outcome).items() if name != "codes"}


def written(folder: Path, case: Case) -> tuple[Path, Path]:
    """The case as a formula's file and a context file."""
    formula, context = folder / "caso.formula", folder / "contexto.toml"
    formula.write_bytes(case.text.encode())
    context.write_text("\n".join(f"{name} = {toml(value)}" for name, value in case.context.items()), encoding="utf-8")
    return formula, context


@named(WRITABLE)
def test_the_command_line(case: Case, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    formula, context = written(tmp_path, case)
    code = run(["--lang", "pt", "run", str(formula), "--context", str(context), "--format", "json"])
    outcome = json.loads(capsysbinary.readouterr().out)
    assert seen(case, outcome) == expected(case)
    assert code == (0 if outcome["status"] in {"ok", "stopped"} else 1)


def test_the_command_in_a_process_of_its_own(tmp_path: Path) -> None:
    """The same as above, through a pipe, for some cases of each file."""
    for case in WRITABLE[::12]:
        formula, context = written(tmp_path, case)
        command = [sys.executable, "-m", "repl.commands", "run", "-", "--context", str(context), "--format", "json"]
        done = subprocess.run(command, input=formula.read_bytes(), capture_output=True, check=False, timeout=60)
        assert (seen(case, json.loads(done.stdout)), done.stderr) == (expected(case), b""), case


@named(WRITABLE)
def test_a_formula_opened_in_a_session(case: Case, tmp_path: Path) -> None:
    formula, context = written(tmp_path, case)
    session = open_session(Console("pt"), str(formula), str(context), None, None)
    answer = feed(session, ":executar")
    if "status" not in case.expected:
        assert (answer.faulty, session.last) == (True, None)
        return
    assert session.last is not None
    assert seen(case, session.last.evaluated.outcome.as_json()) == expected(case)
    assert answer.outcome is not None
    assert answer.outcome.as_json()["status"] == case.expected["status"]


@named([case for case in WRITABLE if case.text])  # without a text, a case of the kit is about no formula
def test_a_case_of_the_test_kit(case: Case) -> None:
    tables = "\n".join(f"contexto.{name} = {toml(value)}" for name, value in case.context.items())
    text = f"[[caso]]\nnome = 'um'\ntexto = {toml(case.text)}\n{tables}\nespera = {toml(wanted(case))}\n"
    read = cases_of(text, Path("um.casos.toml"))
    assert read.faults == ()
    (one,) = read.cases
    result = run_case(one, open_bench(None))
    if "status" not in case.expected:
        errors = [fault.code for fault in result.faults if fault.severity == "error"]
        assert errors
        assert [code for code in case.expected["codes"] if code in errors] == errors
        return
    assert (result.status, result.mismatches) == ("passed", ())
    assert result.observed is not None
    assert result.observed.outcome is not None
    assert seen(case, result.observed.outcome.as_json()) == expected(case)


def wanted(case: Case) -> dict[str, Any]:
    """The kit's own words for what a case expects."""
    end = case.expected.get("status")
    if end == "fault":
        return {"falha": case.expected["fault"]}
    if end == "stopped":
        return {"mensagem": case.expected["message"]}
    return {"efeitos": [effect["type"] for effect in case.expected.get("effects", [])]} if end else {"valor": ""}


def test_lines_typed_into_a_session() -> None:
    """The lines of a session's standard input, as a program pipes them: the last answer is the formula's value."""
    typed = [
        case
        for case in WRITABLE
        if case.text and case.expected.get("status") == "ok" and not case.context and "\r" not in case.text
    ]
    assert len(typed) > 40
    for case in typed:
        session = open_session(Console("pt"), None, None, None, None)
        lines = io.StringIO(case.text).readlines() or [""]
        answers = [feed(session, line.rstrip("\n")) for line in lines]
        outcomes = [answer.outcome for answer in answers if answer.outcome is not None]
        assert not answers[-1].more, case
        assert outcomes, case
        if len(outcomes) == 1:
            assert seen(case, outcomes[0].as_json()) == expected(case), case
