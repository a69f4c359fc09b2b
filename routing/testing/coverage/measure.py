"""Coverage of runs: lines, branches, conditions and effects of formulas; steps, edges, handoff kinds, gates, actions and mails of a
site."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from formula.builtins import TABLE
from formula.parser import parse
from formula.reading.tree import Call, Evaluate, Formula, bare, walk
from formula.runtime.covering import BRANCH, CONDITION, LINE, Fact, places
from formula.source import Source, Span
from routing.deciding.move import Watch
from routing.domain.decision import Plan
from routing.domain.flow import CLOCK, TRANSITIONS
from routing.testing.bench import Bench
from routing.testing.case import Case

if TYPE_CHECKING:
    from formula.engine import Rule
    from formula.explaining.coverage import Covered


@attrs.frozen
class Choice:
    """A condition whose two answers count: a whole test (a branch), or one of its atomic conditions. Known by its range."""

    span: Span
    line: int


@attrs.define(eq=False)
class FormulaMeasure:
    """What the runs of one text have reached. Lines are those on which a statement or test begins. ``covered`` are the
    rules of the text that ran: one for each set of names that it was compiled for, ``elsewhere`` what other
    processes reached; ``too_deep``: with marks it is too complex to be compiled, so that nothing is known."""

    code: str
    path: str
    source: Source
    lines: frozenset[int]
    tests: tuple[Choice, ...]
    conditions: tuple[Choice, ...]
    effects: tuple[Choice, ...] = ()
    """The statements that ask for something to be done."""
    covered: list[Covered] = attrs.field(factory=list)
    elsewhere: set[Fact] = attrs.field(factory=set)
    too_deep: bool = False

    @property
    def facts(self) -> set[Fact]:
        """Everything reached so far."""
        return self.elsewhere.union(*(one.reached() for one in self.covered))

    @property
    def reached(self) -> set[int]:
        """Lines reached."""
        return {self.source.position(fact.span.start).line for fact in self.facts if fact.sort == LINE} & self.lines

    @property
    def branches(self) -> dict[Span, set[bool]]:
        """Answers of whole tests."""
        return self.answers_of(BRANCH)

    @property
    def answers(self) -> dict[Span, set[bool]]:
        """Answers of atomic conditions."""
        return self.answers_of(CONDITION)

    def answers_of(self, sort: str) -> dict[Span, set[bool]]:
        """The answers given, by range."""
        made: dict[Span, set[bool]] = {}
        for fact in self.facts:
            if fact.sort == sort:
                made.setdefault(fact.span, set()).add(fact.answer)
        return made

    @property
    def branch_count(self) -> tuple[int, int]:
        """Branches taken, and all: two a test."""
        return counted(self.tests, self.branches)

    @property
    def condition_count(self) -> tuple[int, int]:
        """Answers of atomic conditions seen, and all: two each."""
        return counted(self.conditions, self.answers)

    @property
    def line_count(self) -> tuple[int, int]:
        """Lines reached, and all."""
        return len(self.reached), len(self.lines)

    def missing_effects(self) -> list[Choice]:
        """Effects that no run asked for, in order of place."""
        ran = {fact.span for fact in self.facts if fact.sort == LINE}
        return [one for one in self.effects if one.span not in ran]

    def missing_branches(self) -> Iterator[tuple[Choice, bool]]:
        """Answers that a test never gave, in order of place."""
        return missing(self.tests, self.branches)

    def missing_conditions(self) -> Iterator[tuple[Choice, bool]]:
        """Answers that an atomic condition never gave, in order of place."""
        return missing(self.conditions, self.answers)


def counted(choices: Iterable[Choice], given: dict[Span, set[bool]]) -> tuple[int, int]:
    """Answers given, and all."""
    found = [len(given.get(one.span, ())) for one in choices]
    return sum(found), 2 * len(found)


def missing(choices: Iterable[Choice], given: dict[Span, set[bool]]) -> Iterator[tuple[Choice, bool]]:
    """Answers never given."""
    return ((one, answer) for one in choices for answer in (True, False) if answer not in given.get(one.span, ()))


@attrs.define(eq=False)
class SiteMeasure:
    """What the moves of cases have reached of a site."""

    bench: Bench
    steps: set[tuple[int, int]] = attrs.field(factory=set)
    edges: set[tuple[int, int, int]] = attrs.field(factory=set)
    kinds: set[str] = attrs.field(factory=set)
    gates: set[str] = attrs.field(factory=set)
    actions: set[str] = attrs.field(factory=set)
    mails: set[str] = attrs.field(factory=set)
    moves: int = 0

    def add(self, plan: Plan) -> None:
        """Take in one plan."""
        self.moves += 1
        if plan.gate is not None:
            self.gates.add(plan.gate)
        if not plan.applies or plan.after is None:
            return
        self.actions.add(plan.action)
        self.mails |= {mail.kind for mail in plan.mails}
        kind = plan.after.type
        for ticket in (plan.before, plan.after):
            if ticket is not None and ticket.step is not None:
                self.steps.add((kind, ticket.step))
        for change in plan.steps:
            if change.to_step is None:
                continue
            self.steps.add((kind, change.to_step))
            self.kinds.add(self.kind_of(kind, change.to_step))
            if change.from_step is not None:
                self.edges.add((kind, change.from_step, change.to_step))

    def kind_of(self, kind: int, code: int) -> str:
        """The handoff kind with which a step receives."""
        step = self.bench.site.step(kind, code)
        return (step.handoff if step is not None else None) or self.bench.site.types[kind].handoff

    def all_steps(self) -> set[tuple[int, int]]:
        """Every step of every type."""
        return {(kind.code, step.code) for kind in self.bench.site.types.values() for step in kind.steps}

    def all_edges(self) -> set[tuple[int, int, int]]:
        """Every edge of every flow."""
        return {(kind.code, edge.from_step, edge.to_step) for kind in self.bench.site.types.values() for edge in kind.edges}

    def all_kinds(self) -> set[str]:
        """The handoff kinds that the site's steps use."""
        return {self.kind_of(kind, code) for kind, code in self.all_steps()}

    def all_actions(self) -> set[str]:
        """The actions that the site's types know, those of the clock among them; a mail by hand fits no case."""
        site = self.bench.site
        steps = [step for kind in site.types.values() for step in kind.steps]
        absent = {"mail"} | (set() if site.annexes else {"annex"})
        absent |= set() if any(step.approval for step in steps) else {"approve", "reject"}
        absent |= set() if any(step.reminder for step in steps) else {"remind"}
        absent |= set() if any(step.duration for step in steps) else {"expire"}
        return {*TRANSITIONS, *CLOCK} - absent

    def all_mails(self, copies: bool) -> set[str]:
        """The kinds of mail that may go; ``copies``: a formula asks for some."""
        types = self.bench.site.types.values()
        made = {"handoff"} | ({"handoff_copy"} if copies else set())
        made |= {"opening"} if any(kind.opening_mail for kind in types) else set()
        return made | ({"reminder"} if any(step.reminder for kind in types for step in kind.steps) else set())


@attrs.define(eq=False)
class Measures:
    """Everything measured in one run of cases."""

    formulas: dict[tuple[str, str], FormulaMeasure] = attrs.field(factory=dict)
    sites: dict[Path | None, SiteMeasure] = attrs.field(factory=dict)
    covered: dict[tuple[int, str], tuple[Rule, Rule]] = attrs.field(factory=dict)
    """By the rule's id and code; the rule is kept, so that its id stays its own."""

    def watches(self, bench: Bench, case: Case | None) -> tuple[Watch, Callable[[Plan], None]]:
        """Two functions for a case's run: the first gives the rule to run in a formula's place, the other is told of
        plans."""
        site = self.sites.get(bench.folder)
        if site is None:
            site = self.sites[bench.folder] = SiteMeasure(bench)
        return partial(self.cover, bench, case), site.add

    def cover(self, bench: Bench, case: Case | None, code: str, rule: Rule) -> Rule:
        """The rule that is measured when it runs, with the formulas that it calls."""
        found = self.covered.get((id(rule), code))
        if found is None:
            found = self.covered[(id(rule), code)] = rule, self.new_covered(bench, case, code, rule)
        return found[1]

    def new_covered(self, bench: Bench, case: Case | None, code: str, rule: Rule) -> Rule:
        """A covered rule; the rule itself, unmeasured, when marks would make it too deep to be compiled."""
        from formula.explaining.coverage import Covered

        measure = self.measure(bench, case, code, rule)
        try:
            made = Covered(rule, partial(self.cover, bench, None))
        except (RecursionError, SyntaxError):
            measure.too_deep = True
            return rule
        measure.covered.append(made)
        return made

    def measure(self, bench: Bench, case: Case | None, code: str, rule: Rule) -> FormulaMeasure:
        """The measure of a rule's text."""
        text = rule.source.text
        path = path_of(bench, case, code, text)
        if stands_in(bench, case, code, text):
            # data of a case: run as it is, so that the rules it calls are measured, and not counted itself
            return new_measure(code, path, rule.source, None)
        found = self.formulas.get((path or code.upper(), text))
        if found is None:
            found = self.formulas[(path or code.upper(), text)] = new_measure(code, path, rule.source, parse(text).tree)
        return found

    def as_data(self) -> dict[str, Any]:
        """Everything reached, as plain data for another process."""
        return {
            "formulas": [
                [one.code, one.path, one.source.text, one.too_deep,
                 [[fact.sort, fact.span.start, fact.span.end, fact.answer] for fact in one.facts]]
                for one in self.formulas.values()
            ],
            "sites": [
                [str(folder) if folder is not None else "", one.moves,
                 *(sorted(part) for part in (one.steps, one.edges, one.kinds, one.gates, one.actions, one.mails))]
                for folder, one in self.sites.items()
            ],
        }  # fmt: skip

    def add_data(self, data: Mapping[str, Any], bench_of: Callable[[Path | None], Bench]) -> None:
        """Take in what another process reached."""
        for code, path, text, too_deep, facts in data["formulas"]:
            found = self.formulas.get((path or code.upper(), text))
            if found is None:
                parsed = parse(text, code)
                found = self.formulas[(path or code.upper(), text)] = new_measure(code, path, parsed.source, parsed.tree)
            found.too_deep = found.too_deep or too_deep
            found.elsewhere |= {Fact(sort, Span(start, end), answer) for sort, start, end, answer in facts}
        for folder, moves, steps, edges, kinds, gates, actions, mails in data["sites"]:
            place = Path(folder) if folder else None
            site = self.sites.setdefault(place, SiteMeasure(bench_of(place)))
            site.moves += moves
            site.steps |= {(kind, step) for kind, step in steps}
            site.edges |= {(kind, first, second) for kind, first, second in edges}
            site.kinds |= set(kinds)
            site.gates |= set(gates)
            site.actions |= set(actions)
            site.mails |= set(mails)

    def forget(self) -> None:
        """Nothing reached again; what was compiled stays."""
        for one in self.formulas.values():
            for covered in one.covered:
                covered.forget()

    def add_untouched(self, benches: Iterable[Bench]) -> list[str]:
        """Bring in the formulas of workspaces that no case ran; the codes of those that cannot be parsed."""
        broken: list[str] = []
        for bench in benches:
            for text in bench.site.formulas.values():
                path = str((bench.folder / text.path).absolute()) if bench.folder is not None else ""
                if (path or text.code.upper(), text.text) in self.formulas:
                    continue
                parsed = parse(text.text, text.code)
                if parsed.tree is None:
                    broken.append(text.code)
                    continue
                self.formulas[(path or text.code.upper(), text.text)] = new_measure(text.code, path, parsed.source, parsed.tree)
        return broken

    def totals(self) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
        """Lines, branches and conditions of all formulas: reached, and all."""
        found = list(self.formulas.values())
        return (
            summed(one.line_count for one in found),
            summed(one.branch_count for one in found),
            summed(one.condition_count for one in found),
        )

    def of_site(self, site: SiteMeasure) -> list[FormulaMeasure]:
        """The formulas of a workspace, in order of their codes."""
        texts = {code: one.text for code, one in site.bench.site.formulas.items()}
        found = [one for one in self.formulas.values() if texts.get(one.code.upper()) == one.source.text]
        return sorted(found, key=lambda one: one.code)

    def percent(self) -> float:
        """Of all lines, branches and conditions together; 100 when there is nothing to reach."""
        reached, everything = summed(self.totals())
        return 100.0 if not everything else 100.0 * reached / everything


def summed(pairs: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """The sum of pairs."""
    left = right = 0
    for one, other in pairs:
        left, right = left + one, right + other
    return left, right


def path_of(bench: Bench, case: Case | None, code: str, text: str) -> str:
    """The file of a formula, absolute; nothing for one written in a case or a context."""
    found = bench.site.formulas.get(code.upper())
    if found is not None and found.text == text and bench.folder is not None:
        return str((bench.folder / found.path).absolute())
    if case is not None and not case.text and not case.moves:
        near = bench.formula(case)
        if near is not None and near.text == text and near.path:
            return str(Path(near.path).absolute())
    return ""


def stands_in(bench: Bench, case: Case | None, code: str, text: str) -> bool:
    """Whether a text is what a case gives in a formula's place: neither the workspace's own nor the one that the case tests.

    In a workspace a formula written in a case is such data too: no rule of the site is reached by it, and a suite could
    fill its figures with texts of its own. Without a workspace it is all that there is to test, and counts.
    """
    found = bench.site.formulas.get(code.upper())
    if found is not None and found.text == text:
        return False
    if case is not None and is_data(bench, case):
        return True
    tested = bench.formula(case) if case is not None and not case.moves else None
    return tested is None or tested.text != text


def is_data(bench: Bench, case: Case) -> bool:
    """Whether the case runs a text of its own in a workspace, which has the rules."""
    return bool(case.text) and bench.folder is not None


def new_measure(code: str, path: str, source: Source, tree: Formula | None) -> FormulaMeasure:
    """A measure with nothing reached yet. Without a tree there is nothing to reach."""
    starts, tests, conditions = ([], [], []) if tree is None else places(tree)

    def choice(span: Span) -> Choice:
        return Choice(span, source.position(span.start).line)

    return FormulaMeasure(
        code,
        path,
        source,
        frozenset(source.position(span.start).line for span in starts),
        tuple(choice(span) for span in tests),
        tuple(choice(span) for span in conditions),
        () if tree is None else tuple(choice(node.span) for node in walk(tree) if isinstance(node, Evaluate) and is_effect(node)),
    )


def is_effect(node: Evaluate) -> bool:
    """Whether a statement is a call that asks for something to be done."""
    call = bare(node.expression)
    return isinstance(call, Call) and call.word.key in EFFECTS


EFFECTS = frozenset(word for name, one in TABLE.items() if one.effect for word in (name, *one.aliases))
"""Functions that ask for something to be done."""
