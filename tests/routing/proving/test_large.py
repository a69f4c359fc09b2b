"""Formulas of a hundred lines and a type of thirty steps: answered in time, never wrongly, with progress told, and safe to stop."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from kit.large import PROPERTIES, RULES, STEPS, large, rule_text
from kit.paths import ROOT

import routing
from routing.proving.builtin.questions import answer_builtin
from routing.proving.checking import answered
from routing.proving.proving import answer_property
from routing.proving.reading import read_properties
from routing.proving.solver import Solver

pytestmark = pytest.mark.slow

SECONDS = 30.0
SPARE = 10.0
"""What a question may take beyond its time: a last move, a last question to the solver."""


def spent() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def test_the_workspace_is_large(tmp_path):
    site = routing.load_workspace(large(tmp_path))
    assert [faults for _, faults in routing.check_workspace(tmp_path) if any(one.severity == "error" for one in faults)] == []
    assert len(STEPS) == len(site.types[1].steps) == 30
    assert all(len(rule_text(number).splitlines()) >= 100 for number in RULES.values())


def test_a_question_without_time_says_so(tmp_path):
    site = routing.load_workspace(large(tmp_path))
    (file,) = read_properties(site, tmp_path)
    with Solver() as solver:
        hurried = answer_property(site, file.properties[4], solver, within=0.2)
        found = answer_property(site, file.properties[4], solver, within=4)
    late = "o tempo acabou antes de todos os caminhos"
    assert (hurried.answer, hurried.because == late) in {("undecided", True), ("held", False)}
    assert late in hurried.assumptions
    assert found.answer == "held"
    assert late in found.assumptions


def test_questions_without_a_file_and_without_time_say_so(tmp_path):
    site = routing.load_workspace(large(tmp_path))
    with Solver() as solver:
        found = [
            one for one in answer_builtin(site, solver, within=0.0) if one.kind in {"fault", "no_destination"} and not one.tried
        ]
    assert {(one.kind, one.answer) for one in found} == {("fault", "undecided"), ("no_destination", "undecided")}


@pytest.mark.parametrize("position", range(len(PROPERTIES)), ids=[name for name, _, _ in PROPERTIES])
def test_each_property_is_answered_in_thirty_seconds_and_not_wrongly(tmp_path, position):
    site = routing.load_workspace(large(tmp_path))
    (file,) = read_properties(site, tmp_path)
    began = spent()
    with Solver() as solver:
        found = answer_property(site, file.properties[position], solver, within=SECONDS)
    truth = PROPERTIES[position][2]
    assert found.answer in {truth, "held"}
    assert spent() - began <= SECONDS + SPARE


def test_the_questions_without_a_file_are_answered_in_time(tmp_path):
    site = routing.load_workspace(large(tmp_path))
    began = spent()
    with Solver() as solver:
        found = list(answer_builtin(site, solver, within=SECONDS / 2))
    assert spent() - began <= SECONDS + SPARE
    assert {one.kind for one in found} == {"fault", "no_destination", "dead_branch", "can_end", "own_approval"}
    assert [one.name for one in found if one.answer == "fails" and one.kind in {"fault", "no_destination"}] == []


def group_of(process: int) -> list[int]:
    """The processes of a group that still are, but for those that nobody waited for."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(rest[2]) == process and rest[0] != "Z":
            found.append(int(path.parent.name))
    return found


def test_all_properties_share_one_time_and_what_it_does_not_decide_says_so(tmp_path):
    site = routing.load_workspace(large(tmp_path))
    (file,) = read_properties(site, tmp_path)
    names = [one.name for one in file.properties]
    told = []
    began = spent()
    found = dict(answered(site, file.properties, 2.0, lambda decided, every, name: told.append((every, name))))
    assert spent() - began <= 2.0 + SPARE
    assert sorted(one.name for one in found) == sorted(names)
    assert {every for every, _ in told} == {12}
    assert {name for _, name in told} == set(names)
    for asked, answer in found.items():
        truth = next(truth for name, _, truth in PROPERTIES if name == asked.name)
        assert answer.answer in {truth, "held", "undecided"}
        late = "o tempo acabou antes de todos os caminhos" in answer.assumptions
        assert answer.answer == truth or late or answer.because == "não houve tempo de perguntar"


def test_the_fewest_moves_are_asked_about_first_and_without_time_nothing_is(tmp_path):
    site = routing.load_workspace(large(tmp_path))
    (file,) = read_properties(site, tmp_path)
    told = []
    found = list(answered(site, file.properties, 0.35, lambda decided, every, name: told.append(name)))
    assert told[0] == "Alice não recebe", "the only one with its actions listed"
    assert len(found) == 12
    assert {answer.answer for _, answer in answered(site, file.properties, 0.0)} == {"undecided"}
    assert {answer.because for _, answer in answered(site, file.properties, 0.0)} == {"não houve tempo de perguntar"}


def interrupted(told_of: bytes, *words: str) -> tuple[int, str]:
    """A command at a terminal that Ctrl-C stops once something was told, with its whole group of processes: its code and what it
    said. No process is left."""
    shown, terminal = pty.openpty()
    command = [sys.executable, "-m", "repl.commands", "--lang", "pt", *words]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=terminal, text=True, start_new_session=True)
    os.close(terminal)
    told = b""
    while told_of not in told:
        told += os.read(shown, 4096)
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    try:
        while part := os.read(shown, 4096):
            told += part
    except OSError:
        pass  # the terminal's other side is closed
    os.close(shown)
    assert b"Traceback" not in told
    assert group_of(process.pid) == []
    return process.returncode, said


def test_ctrl_c_while_publishing_asks_publishes_nothing_and_leaves_no_process(tmp_path):
    large(tmp_path)
    code, said = interrupted(b"propriedades: ", "publish", str(tmp_path))
    assert code == 130
    assert "publicada" not in said
    words = [sys.executable, "-m", "repl.commands", "--lang", "pt", "rules", str(tmp_path)]
    assert "vale a publicação" not in subprocess.run(words, cwd=ROOT, capture_output=True, text=True).stdout


@pytest.mark.parametrize("form", ["table", "json"])
def test_progress_is_told_and_ctrl_c_in_mid_proof_leaves_a_sentence_and_no_process(tmp_path, form):
    """As a terminal does it: the whole group of processes is interrupted, the solver's too."""
    large(tmp_path)
    code, said = interrupted(b"lugares", "prove", str(tmp_path), "--within", "60", "--format", form)
    assert code == 130
    if form == "table":
        assert said.splitlines()[-1] == "interrompido: o resto não foi perguntado"
    else:
        assert said.startswith('{"properties":') or '"properties"' in said.splitlines()[1]
