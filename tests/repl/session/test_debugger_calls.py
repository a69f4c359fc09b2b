"""Time travel through formulas that call formulas: into them, over them, out of them, and back the same way."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice
from random import Random

import pytest
from kit.programs import FIELDS, Programs, sample_fields

import formula
from formula.checking.checker import check_tree
from formula.context import Context
from formula.engine import Rule
from formula.limits import Limits
from formula.printing.printer import print_tree
from formula.reading.tree import Call, Expression, TextLiteral, Word
from formula.runtime.compile import compile_program
from formula.runtime.record import Record
from formula.schema import Schema
from formula.source import Source
from repl.session.debugger import Debugger

pytestmark = pytest.mark.slow

CODES = ("FOLHA", "RAMO")
SCHEMA = Schema(fields=FIELDS, formulas=CODES)
LIMITS = Limits(steps=600, text=20_000, digits=60)
BATCHES, PROGRAMS = 4, 250
"""Together a thousand programs."""


class Callers(Programs):
    """Random formulas, parts of which are calls of formulas by code."""

    def __init__(self, seed: int, codes: tuple[str, ...]) -> None:
        super().__init__(seed)
        self.codes = codes

    def expression(self, kind: str, depth: int) -> Expression:
        if self.random.random() < 0.12:
            return Call(Word("FORMULA", "FORMULA"), (TextLiteral(self.random.choice(self.codes)),))
        return super().expression(kind, depth)


@cache
def records(batch: int) -> tuple[Record, ...]:
    """Runs of which each called at least one formula; some break inside of one."""
    return tuple(islice(recorded(batch), PROGRAMS))


def recorded(batch: int) -> Iterator[Record]:
    leaves, branches, callers, random = Programs(batch), Callers(batch + 10, CODES[:1]), Callers(batch + 20, CODES), Random(batch)
    called = [{"FOLHA": print_tree(leaves.formula()), "RAMO": print_tree(branches.formula())} for _ in range(30)]
    while True:
        tree = callers.formula()
        checked = check_tree(Source(print_tree(tree)), tree, SCHEMA)
        if not checked.runnable:
            continue
        context = Context(fields=sample_fields(random), formulas=random.choice(called))
        record = Rule(checked, compile_program(checked, trusted=True)).record(context, LIMITS)
        if record.calls:
            yield record


def places(record: Record) -> Iterator[tuple[Record, int]]:
    """The order of places said as simply as possible."""
    steps = len(record) - (record.broken is not None)
    for step in range(steps):
        yield record, step
        for child in record.called(step):
            yield from places(child)
    yield record, steps
    if record.broken is not None:
        for child in record.called(steps):
            yield from places(child)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_number_is_the_place_that_the_order_says(batch: int) -> None:
    deep = 0
    for record in records(batch):
        timeline = Debugger(record).timeline
        expected = list(places(record))
        found = [timeline.spot(number) for number in range(timeline.size)]
        assert [(spot.record, spot.done) for spot in found] == expected
        assert [spot.number for spot in found] == list(range(len(expected)))
        for spot in found:
            assert all(caller.comes is not None for caller in spot.callers())
            assert spot.caller is None or spot.record in spot.caller.record.called(spot.caller.done)
            deep += len(list(spot.callers())) > 1
    assert deep > 100


@pytest.mark.parametrize("batch", range(BATCHES))
def test_forward_k_then_back_j_is_forward_k_minus_j_across_calls(batch: int) -> None:
    random, inside = Random(batch), 0
    for record in records(batch):
        walked, straight = Debugger(record), Debugger(record)
        for _ in range(4):
            forward = random.randint(0, walked.last)
            back = random.randint(0, forward)
            walked.go(0)
            for _ in range(forward):
                walked.step()
            for _ in range(back):
                walked.step(-1)
            straight.go(0)
            straight.step(forward - back)
            assert seen(walked) == seen(straight)
            inside += walked.spot.caller is not None
    assert inside > PROGRAMS


def seen(travel: Debugger) -> object:
    return travel.position, travel.record, travel.state(), travel.changed(), travel.effects()


@pytest.mark.parametrize("batch", range(BATCHES))
def test_moves_of_every_kind_end_at_the_end_and_at_the_start(batch: int) -> None:
    for record in records(batch):
        for move in (Debugger.over, Debugger.out, Debugger.back_to_caller):
            travel = Debugger(record)
            while move(travel):
                pass
            assert travel.at_end
            while move(travel, back=True):
                pass
            assert travel.position == 0


@pytest.mark.parametrize("batch", range(BATCHES))
def test_over_and_return_stay_out_of_called_formulas(batch: int) -> None:
    """Over never goes deeper but to the step that broke; return comes to the caller, back to just before the call."""
    for record in records(batch):
        travel = Debugger(record)
        while not travel.at_end:
            spot = travel.spot
            travel.over()
            assert travel.at_end or len(list(travel.spot.callers())) <= len(list(spot.callers()))
            travel.go(spot.number)
            if spot.caller is not None:
                travel.back_to_caller(back=True)
                assert (travel.record, travel.spot.done) == (spot.caller.record, spot.caller.done)
            travel.go(spot.number + 1)


CALLER = "DECL SOMA;\nSETVAR(SOMA, FORMULA('TAXA') + FORMULA('BASE'));\nSETVAR(SOMA, SOMA * 2);\nSOMA"


def run(**formulas: str) -> Debugger:
    rule = formula.compile(CALLER, Schema(formulas=("TAXA", "BASE")))
    return Debugger(rule.record(Context(formulas=formulas), Limits()))


def where(travel: Debugger) -> tuple[str, int]:
    return travel.record.source.name, travel.spot.done


def test_a_step_goes_into_each_called_formula_and_comes_out() -> None:
    travel = run(TAXA="3", BASE="DECL B;\nSETVAR(B, 4);\nB")
    walked = [where(travel)]
    while travel.step():
        walked.append(where(travel))
    outer = travel.whole.source.name
    assert walked == [
        (outer, 0), ("TAXA", 0), ("TAXA", 1), ("BASE", 0), ("BASE", 1), ("BASE", 2), (outer, 1), (outer, 2), (outer, 3),
    ]  # fmt: skip
    assert travel.state() == {"SOMA": 14}


def test_over_passes_called_formulas_and_return_leaves_one() -> None:
    travel = run(TAXA="3", BASE="DECL B;\nSETVAR(B, 4);\nB")
    outer = travel.whole.source.name
    travel.over()
    assert where(travel) == (outer, 1)
    travel.over(back=True)
    assert where(travel) == (outer, 0)
    travel.step(3)
    assert where(travel) == ("BASE", 0)
    travel.back_to_caller()
    assert where(travel) == (outer, 1)


def test_a_fault_inside_of_a_called_formula_is_where_the_run_ends() -> None:
    travel = run(TAXA="3", BASE="DECL B;\nSETVAR(B, 0);\n1 / B")
    travel.go(travel.last)
    event = travel.next_event()
    assert event is not None
    assert (where(travel), event.failed, travel.state()) == (("BASE", 1), True, {"B": 0})
    assert [spot.record.source.name for spot in travel.spot.callers()] == [travel.whole.source.name]
    travel.step(-1)
    assert travel.state() == {"B": None}


def test_breakpoints_and_lines_belong_to_a_formula() -> None:
    travel = run(TAXA="3", BASE="DECL B;\nSETVAR(B, 4);\nB")
    travel.stops.add(("BASE", 3))
    assert travel.seek(travel.at_stop())
    assert where(travel) == ("BASE", 1)
    travel.seek(travel.on_line(2), back=True)
    assert where(travel) == ("BASE", 0)


def test_effects_count_over_all_formulas() -> None:
    travel = run(TAXA="ADICIONARDISCUSSAO('um'); 3", BASE="ADICIONARDISCUSSAO('dois'); 4")
    counts = [len(travel.effects())]
    while travel.step():
        counts.append(len(travel.effects()))
    assert counts == [0, 0, 1, 1, 1, 2, 2, 2, 2, 2]


# ---------------------------------------------------------------- several runs, as those of a move


def test_runs_one_behind_the_other_are_one_line() -> None:
    found = list(islice(recorded(BATCHES), 60))
    whole = [one for one in found if one.broken is None]
    for at in range(0, len(whole) - 2, 3):
        runs = [*whole[at : at + 2], found[at]]
        travel = Debugger(runs[0], then=tuple(runs[1:]))
        expected = [place for one in runs for place in places(one)]
        spots = [travel.timeline.spot(number) for number in range(travel.timeline.size)]
        assert [(spot.record, spot.done) for spot in spots] == expected
        assert [spot.number for spot in spots] == list(range(len(expected)))
        assert [spot.outermost.record for spot in spots] == [one for one in runs for _ in places(one)]
        counts = [len(travel.timeline.asked(spot)) for spot in spots]
        assert counts == sorted(counts)
        assert counts[-1] == sum(len(one.asked) for one in runs)
        for move in (Debugger.over, Debugger.out, Debugger.back_to_caller):
            reached = {travel.at}
            while move(travel):
                reached.add(travel.at)
            assert travel.at_end
            assert reached == {0, 1, 2}
            while move(travel, back=True):
                pass
            assert travel.position == 0
