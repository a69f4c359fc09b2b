"""Time travel: going forward and back over recorded runs of generated programs, and its cost in a long run."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from kit.counting import calls_made
from kit.programs import FIELDS, Programs, sample_fields

import formula
from formula.checking.checker import check_tree
from formula.context import Context
from formula.engine import Rule
from formula.limits import Limits
from formula.printing.printer import print_tree
from formula.runtime.compile import compile_program
from formula.runtime.record import Record
from formula.schema import Schema
from formula.source import Source
from repl.session.debugger import Debugger, Watch
from repl.session.debugging import page
from repl.session.evaluation import Question
from repl.session.feeding import feed, feed_whole

pytestmark = pytest.mark.slow

SCHEMA = Schema(fields=FIELDS)
LIMITS = Limits(steps=400, text=20_000, digits=60)
BATCHES, PROGRAMS = 4, 250
"""Together a thousand programs."""


def records(seed: int) -> Iterator[Record]:
    programs, random, made = Programs(seed), Random(seed), 0
    while made < PROGRAMS:
        tree = programs.formula()
        checked = check_tree(Source(print_tree(tree)), tree, SCHEMA)
        if checked.runnable:
            made += 1
            yield Rule(checked, compile_program(checked, trusted=True)).record(Context(fields=sample_fields(random)), LIMITS)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_forward_k_then_back_j_is_forward_k_minus_j(batch: int) -> None:
    random, compared = Random(batch), 0
    for record in records(batch):
        walked, straight = Debugger(record), Debugger(record)
        for _ in range(4):
            forward = random.randint(0, walked.last)
            back = random.randint(0, forward)
            walked.go(0)
            walked.step(forward)
            walked.step(-back)
            straight.go(0)
            straight.step(forward - back)
            assert (walked.position, walked.state(), walked.effects()) == (straight.position, straight.state(), straight.effects())
            compared += walked.last > 0
    assert compared > PROGRAMS


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_state_is_what_the_changes_so_far_add_up_to(batch: int) -> None:
    for record in records(batch + 100):
        travel = Debugger(record)
        expected = dict.fromkeys(record.variables)
        for place in range(travel.last + 1):
            travel.go(place)
            expected.update(travel.changed())
            assert travel.state() == expected


@pytest.mark.parametrize("batch", range(BATCHES))
def test_moves_end_and_seeking_back_undoes_seeking(batch: int) -> None:
    for record in records(batch + 200):
        travel = Debugger(record)
        while travel.over():
            pass
        assert travel.at_end
        while travel.over(back=True):
            pass
        assert travel.position == 0
        travel.go(travel.last)
        while travel.out(back=True):
            pass
        assert travel.position == 0


def recorded(text: str, steps: int = 200_000, **fields: object) -> Record:
    return formula.compile(text).record(Context(fields=fields), Limits(steps=steps))


LOOP = "DECL I, S;\nREPITA\n  SETVAR(I, I + 1);\n  SETVAR(S, S + I);\nATE I >= 33400;\nS"


def test_stepping_back_in_a_long_run_looks_at_little() -> None:
    """100,000 steps: a step back, with the whole page, in function calls; ``benchmarks/session.py`` has the time."""
    travel = Debugger(recorded(LOOP))
    assert travel.last > 100_000
    travel.watches.append(Watch("I * 2", lambda text, spot: Question(text, spot.record.written, Context(), Schema())))
    random = Random(7)

    def back() -> None:
        travel.step(-1)
        list(page(travel))

    back()
    for _ in range(100):
        travel.go(random.randint(1, travel.last))
        assert calls_made(back) < 2_000


def test_a_condition_stops_where_it_first_holds() -> None:
    travel = Debugger(recorded("DECL I; REPITA SETVAR(I, I + 2) ATE I >= 10; I"))
    found = travel.seek(travel.when(Question("I > 5", travel.record.written, Context(), Schema())))
    assert (found, travel.state()) == (True, {"I": 6})


def test_seeking_what_never_comes_stays() -> None:
    travel = Debugger(recorded("DECL I; SETVAR(I, 1); I"))
    travel.step()
    assert (travel.seek(travel.on_line(9)), travel.position) == (False, 1)


def test_over_passes_a_whole_loop() -> None:
    travel = Debugger(recorded("DECL I; SETVAR(I, 0);\nENQUANTO I < 3 FACA\n  SETVAR(I, I + 1)\nFIMENQ;\nI"))
    travel.step()
    travel.over()
    event = travel.next_event()
    assert event is not None
    assert (travel.record.text(event.point.span), travel.state()) == ("I", {"I": 3})


def test_out_leaves_the_innermost_block() -> None:
    travel = Debugger(recorded("DECL I;\nREPITA\n  SE I = 0 ENTAO\n    SETVAR(I, 1);\n    SETVAR(I, 5)\n  FIMSE\nATE I >= 5;\nI"))
    travel.seek(travel.on_line(4))
    travel.out()
    assert travel.record.line(travel.spot.done) == 7


def test_a_fault_is_where_the_run_ends_and_one_can_walk_back() -> None:
    travel = Debugger(recorded("DECL A; SETVAR(A, 2); SETVAR(A, 0); 1 / A"))
    travel.go(99)
    event = travel.next_event()
    assert event is not None
    assert (event.failed, travel.state()) == (True, {"A": 0})
    travel.step(-1)
    assert travel.state() == {"A": 2}


def test_effects_are_those_asked_for_so_far() -> None:
    travel = Debugger(recorded("ADICIONARDISCUSSAO('um'); ADICIONARDISCUSSAO('dois'); 1"))
    counts = [len(travel.effects())]
    while travel.step():
        counts.append(len(travel.effects()))
    assert counts == [0, 1, 2, 2]


def test_probes_leave_value_effects_and_steps_alone() -> None:
    from datetime import datetime

    from repl.session.session import Session

    text = "DECL A; SETVAR(A, 1);\nREPITA\n  SETVAR(A, A * 2);\nATE A > 20;\nADICIONARDISCUSSAO('fim'); A"
    plain, probed = (Session(lambda: datetime(2026, 11, 24)) for _ in range(2))
    feed(probed, ":sonda 3 CONCAT('A=', A)")
    one, other = feed_whole(plain, text), feed_whole(probed, text)
    assert one.outcome == other.outcome
    assert sum("sonda linha 3" in line.text for line in other.lines) == 5
