"""The solver's process is bounded: out of time, out of memory, killed or interrupted, the answer is *unknown* and the next is asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from time import monotonic

import pytest
from kit.paths import ROOT

from routing.proving import solver as module
from routing.proving.pairs import Shadow
from routing.proving.regions import MOST_PINS, Turn, rest_of
from routing.proving.solver import Found, Solver
from routing.proving.terms import constant, symbol

X, Y = symbol("X", "int"), symbol("Y", "int")
FACTORS = (("=", ("*", X, Y), constant(1_000_000_007 * 998_244_353 * 1_000_000_009)), ("<", constant(1), X), ("<", X, Y))
"""Nobody guesses these factors, and no solver finds them soon."""
EASY = (("<", constant(41), X), ("<", X, constant(43)))
NEAR = {"X": 0, "Y": 0}


def alive(process: subprocess.Popen[bytes] | None) -> bool:
    return process is not None and process.poll() is None


def test_what_takes_too_long_is_unknown_and_the_next_is_asked():
    with Solver() as solver:
        began = monotonic()
        assert solver.solve(FACTORS, NEAR, 0.3).answer == "unknown"
        assert monotonic() - began < 20
        assert solver.ask(EASY, 5).values == {"X": 42}


def test_a_process_without_memory_answers_unknown(monkeypatch):
    monkeypatch.setattr(module, "MEGABYTES", 64)
    with Solver() as solver:
        assert solver.ask(EASY, 5).answer == "unknown"
        assert solver.timeouts == 1
        monkeypatch.undo()
        assert solver.ask(EASY, 5).values == {"X": 42}


ELSEWHERE = """
import sys, z3
sys.platform = "win32"
sys.modules["resource"] = sys.modules["select"] = sys.modules["fcntl"] = None
from routing.proving.smt import bound, solve
from routing.proving.terms import constant, symbol
bound(512)
print(solve([("<", constant(41), symbol("X", "int")), ("<", symbol("X", "int"), constant(43))], 5_000))
"""


def test_the_solver_needs_nothing_that_one_system_alone_has():
    """Its memory is bounded by itself, and it is listened to without waiting on pipes."""
    done = subprocess.run([sys.executable, "-c", ELSEWHERE], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "('sat', {'X': 42})", done.stderr
    assert not hasattr(module, "select")


def test_a_process_that_dies_is_started_again():
    with Solver() as solver:
        assert solver.ask(EASY, 5).values == {"X": 42}
        assert solver.process is not None
        os.kill(solver.process.pid, signal.SIGKILL)
        solver.process.wait()
        assert solver.ask(EASY, 5).values == {"X": 42}


def test_an_interruption_leaves_no_process():
    with pytest.raises(KeyboardInterrupt), Solver() as solver:
        solver.ask(EASY, 5)
        process = solver.process
        raise KeyboardInterrupt
    assert not alive(process)


def test_the_command_stopped_by_ctrl_c_shows_what_it_knows():
    words = [sys.executable, "-m", "repl.commands", "--lang", "pt", "prove", str(ROOT / "examples/compras"), "--within", "3"]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in errors


def test_values_that_do_not_meet_the_conditions_are_no_answer_now_or_later(monkeypatch):
    """What the engine's operators do not confirm once is not taken from memory the next time."""
    monkeypatch.setattr(Solver, "ask", lambda self, conditions, seconds: Found("sat", {"X": 1, "Y": 2}))
    with Solver() as solver:
        assert [solver.solve(FACTORS, NEAR).answer for _ in range(2)] == ["unknown", "unknown"]


def test_a_ticket_that_goes_another_way_than_meant_leaves_the_way_that_was_meant_open():
    """Nothing was seen of the tickets that a turn stands for when the one that was tried is none of them."""
    meant = ("<", constant(41), X)
    shadow = Shadow(lambda table, key, raw: None)
    shadow.decide(meant, False)
    ((conditions, tried, why),) = rest_of((), shadow, Turn({"X": 0}, (meant,)))
    assert (conditions, tried > MOST_PINS) == ((meant,), True)
    assert why == "uma situação calculada não tomou o caminho previsto"
