"""The covering compile: the same code, which also notes what it reaches.

A mark is a name of the code's own namespace that is set to some value where something is reached. Nothing is cleared between
runs, nothing is counted and no values are kept. Value, effects, faults and steps are those of the plain code.

The swift way marks the end of each block, which says that all its statements ran and which answer led to it, and those
answers of atomic conditions that no block can tell; in loops marks are locals, carried out when the loop has ended. It tells
the truth about a run that goes well and, at most, too little about one that breaks. The careful way marks each statement,
test and answer on its own, and tells the truth about every run.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from formula.checking.checker import Checked, untrusted_kinds
from formula.reading.tree import (
    Assign,
    Binary,
    Evaluate,
    Expression,
    If,
    Node,
    Repeat,
    Statement,
    Unary,
    While,
    bare,
    walk,
)
from formula.runtime.compile import Compiler
from formula.runtime.program import Program
from formula.source import Span
from formula.types import LOGICAL

LINE, BRANCH, CONDITION = "line", "branch", "condition"


@attrs.frozen
class Fact:
    """Something that a run may reach: a statement or test begun (``line``), an answer of a whole test (``branch``) or of
    an atomic condition in it (``condition``). ``span`` is where that stands."""

    sort: str
    span: Span
    answer: bool = True


Facts = tuple[Fact, ...]


@attrs.frozen(eq=False)
class Covering:
    """Compiled covering code. ``facts``: what each mark, a name of the program's namespace, says."""

    program: Program
    facts: Mapping[str, Facts]

    def reached(self) -> Iterator[Fact]:
        """What all runs so far have reached."""
        namespace = self.program.namespace
        return (fact for mark, facts in self.facts.items() if mark in namespace for fact in facts)

    def forget(self) -> None:
        """Begin anew."""
        for mark in self.facts:
            self.program.namespace.pop(mark, None)


def compile_covering(checked: Checked, *, trusted: bool, careful: bool) -> Covering:
    """Compile a runnable tree with marks; ``trusted`` as in :func:`formula.runtime.compile.compile_program`."""
    compiler = Coverer(checked, checked.kinds if trusted else untrusted_kinds(checked), trusted, careful)
    program = compiler.program()
    return Covering(program, compiler.facts)


@attrs.frozen
class Told:
    """What the two answers of a test say where the blocks behind it are marked."""

    yes: Facts
    no: Facts


class Coverer(Compiler):
    """The compiler with marks. Every test is carried out where it stands: a look-up would hide what it answers."""

    recording = True

    def __init__(self, checked: Checked, kinds: Mapping[int, int], trusted: bool, careful: bool) -> None:
        """See :class:`Compiler`."""
        super().__init__(checked, kinds, trusted)
        self.careful = careful
        self.facts: dict[str, Facts] = {}
        self.atoms: dict[int, tuple[Facts, Facts]] = {}
        self.parts: dict[int, tuple[ast.boolop, Facts]] = {}
        self.told: dict[int, Told] = {}
        self.blocks: list[list[Fact]] = []
        self.tests: list[Told] = []
        self.leading: Facts | None = None
        self.passed_on = False
        self.in_loop: list[str] = []
        self.first = True
        for node in walk(checked.tree):
            test = condition_of(node)
            if test is not None:
                self.know(test)

    def know(self, test: Expression) -> None:
        """How the answers of a test and its atomic conditions are told."""
        yes, no = Fact(BRANCH, test.span, True), Fact(BRANCH, test.span, False)
        found = list(atoms(test))
        chain = None if self.careful else plain_chain(test)
        if chain is not None:
            self.told[id(test)] = self.know_chain(chain, yes, no)
            return
        for atom, turned in found:
            own = [Fact(CONDITION, atom.span, True)], [Fact(CONDITION, atom.span, False)]
            if len(found) == 1:
                own[turned].append(yes)
                own[not turned].append(no)
            self.atoms[id(atom)] = tuple(own[0]), tuple(own[1])
        alone = len(found) == 1
        self.told[id(test)] = Told(() if alone else (yes,), () if alone else (no,))

    def know_chain(self, chain: Chain, yes: Fact, no: Fact) -> Told:
        """Conditions all joined by E, or all by OU: the first that decides tells of those before it; when none does, the
        test's other answer tells of all."""
        decided, other = (no, yes) if chain.all_hold else (yes, no)
        before: list[Fact] = []
        for part, atom, turned in chain.parts:
            holds = chain.all_hold
            here = Fact(CONDITION, atom.span, (not holds) is not turned)
            if len(chain.parts) > 1:
                self.parts[id(part)] = (ast.Or() if holds else ast.And(), (*before, here, decided))
            before.append(Fact(CONDITION, atom.span, holds is not turned))
        if len(chain.parts) == 1:
            _, atom, turned = chain.parts[0]
            return Told((Fact(CONDITION, atom.span, not turned), yes), (Fact(CONDITION, atom.span, turned), no))
        ended = (*before, other)
        return Told(ended, ()) if chain.all_hold else Told((), ended)

    # -- marks -----------------------------------------------------------------------------------

    def marked(self, facts: Facts) -> str:
        """The mark of some facts, which joins the table; in a loop of the swift way, the local that stands for it."""
        name = f"m{len(self.facts)}_"
        self.facts[name] = facts
        if self.careful or not self.turning:
            return name
        self.in_loop.append(name)
        return local(name)

    def reach(self, *facts: Fact) -> list[ast.stmt]:
        """A mark as a statement; none for no facts."""
        return [self.assign(self.marked(facts), self.constant(True))] if facts else []

    def telling(self, test: ast.expr, yes: Facts, no: Facts) -> ast.expr:
        """``(yes := True) if test else (no := False)``."""
        return self.either(
            test,
            self.named(self.marked(yes), self.constant(True)),
            self.named(self.marked(no), self.constant(False)),
        )

    def opening(self) -> list[ast.stmt]:
        """Marks outlive the run: they are names of the namespace."""
        return [ast.Global(list(self.facts), **self.at)] if self.facts else []

    def asks_fields_only(self, base: int) -> bool:
        """Measured rules have one way to run."""
        return False

    # -- statements and blocks -------------------------------------------------------------------

    def around(self, statement: Any, translate: Callable[[Any], list[ast.stmt]]) -> list[ast.stmt]:
        """A statement is reached before anything in it can fail; a block that ends has reached all of its own."""
        return [*self.begun(Fact(LINE, statement.span)), *translate(statement)]

    def begun(self, fact: Fact) -> list[ast.stmt]:
        """A statement or test begins."""
        if self.careful:
            return self.reach(fact)
        self.blocks[-1].append(fact)
        return []

    def block(self, statements: tuple[Statement, ...]) -> list[ast.stmt]:
        """A block with its mark at the end; what a REPITA's body reaches, the block around it tells."""
        leading, self.leading = self.leading, None
        passed_on, self.passed_on = self.passed_on, False
        if self.first:
            # values given before the last statement that always gives one are lost, as in the plain code
            self.first, self.value_is_dead = False, True
        self.blocks.append(list(leading or ()))
        made = super().block(statements)
        own = self.blocks.pop()
        if passed_on:
            self.blocks[-1] += own
            return made
        return [*made, *self.reach(*own)]

    def ending(self, last: tuple[Statement, ...] | None) -> list[ast.stmt]:
        """What happens when no arm was taken."""
        if last is not None:
            return super().ending(last)
        leading, self.leading = self.leading, None
        return [*self.reach(*(leading or ())), *super().ending(last)]

    # -- tests -----------------------------------------------------------------------------------

    def tested(self, owner: If | Repeat | While, condition: Expression) -> tuple[list[ast.stmt], ast.expr]:
        """A test is reached, then tells its answer, unless what runs behind it does."""
        line = Fact(LINE, condition.span)
        leading, self.leading = self.leading, None
        begun = self.begun(line) if leading is None else self.reach(*leading, line)
        test = self.condition(condition)
        told = self.told[id(condition)]
        if self.careful:
            if told.yes:
                test = self.telling(test, told.yes, told.no)
            told = Told((), ())
        elif isinstance(owner, Repeat):
            self.blocks[-1] += told.yes
            if told.no:
                test = self.both(ast.Or(), [test, self.named(self.marked(told.no), self.constant(False))])
        elif isinstance(owner, While):
            self.blocks[-1] += told.no
        if not isinstance(owner, Repeat):
            self.tests.append(told)
        return begun, test

    def enter_test(self, answer: bool) -> None:
        """The block that follows says that the newest test gave this answer."""
        self.leading = self.tests[-1].yes if answer else self.tests[-1].no

    def turn_test(self) -> None:
        """What follows says that it gave the other."""
        self.leading = self.tests[-1].no

    def leave_tests(self, count: int) -> None:
        """Out of a chain or a loop."""
        del self.tests[len(self.tests) - count :]

    def loop(
        self, statement: Repeat | While, body: tuple[Statement, ...], condition: Expression, *, test_first: bool
    ) -> list[ast.stmt]:
        """Behind the outermost loop, what was reached in it is carried out."""
        self.passed_on = isinstance(statement, Repeat) and not self.careful
        made = super().loop(statement, body, condition, test_first=test_first)
        if self.turning or not self.in_loop:
            return made
        names, self.in_loop = self.in_loop, []
        fresh = ast.Assign([self.store(local(name)) for name in names], self.constant(None), **self.at)
        carried = [
            self.branch(
                self.compare(self.load(local(name)), ast.IsNot(), self.constant(None)),
                [self.assign(name, self.constant(True))],
                [],
            )
            for name in names
        ]
        return [fresh, *made, *carried]

    # -- expressions -----------------------------------------------------------------------------

    def condition(self, node: Expression) -> ast.expr:
        """A part of a chain of E or OU tells when it decides."""
        made = super().condition(node)
        if id(node) not in self.parts:
            return made
        sign, facts = self.parts[id(node)]
        return self.both(sign, [made, self.named(self.marked(facts), self.constant(isinstance(sign, ast.And)))])

    def converted(self, node: Expression, wanted: int) -> ast.expr:
        """An atomic condition that nothing else tells of tells its answer where it becomes a logical value."""
        made = super().converted(node, wanted)
        facts = self.atoms.get(id(bare(node))) if wanted == LOGICAL else None
        return made if facts is None else self.telling(made, *facts)

    def unary(self, node: Unary) -> ast.expr:
        """``NAO -A``: the sign belongs to the atomic condition."""
        run: list[Unary] = [node]
        while run[-1].operator == "NAO" and isinstance(run[-1].operand, Unary):
            run.append(run[-1].operand)
        if len(run) == 1 or run[-1].operator == "NAO" or id(run[-1]) not in self.atoms:
            return super().unary(node)
        made = self.converted(run[-1], LOGICAL)
        for one in reversed(run[:-1]):
            self.mark(one.span)
            made = self.negated(made)
        return made

    def joined_text(self, expression: Expression, name: str) -> list[ast.stmt] | None:
        """Texts are joined in place, as in the plain code; only a record needs each part."""
        self.recording = False
        made = super().joined_text(expression, name)
        self.recording = True
        return made


@attrs.frozen(eq=False)
class Chain:
    """A test of atomic conditions, each perhaps behind NAO, that are all joined by E (``all_hold``) or all by OU: for each
    the part of the chain, the condition in it, and whether NAO turns it round."""

    all_hold: bool
    parts: tuple[tuple[Expression, Expression, bool], ...]


def plain_chain(test: Expression) -> Chain | None:
    """A test as such a chain; None when E and OU are mixed."""
    current = bare(test)
    sign = current.operator if isinstance(current, Binary) and current.operator in {"E", "OU"} else "E"
    parts: list[Expression] = []
    while isinstance(current, Binary) and current.operator == sign:
        parts.append(current.right)
        current = current.left
    parts.append(current)
    made = []
    for part in reversed(parts):
        found = list(atoms(part))
        if len(found) != 1:
            return None
        made.append((part, *found[0]))
    return Chain(sign == "E", tuple(made))


def local(name: str) -> str:
    """The local that stands for a mark in loops."""
    return f"in_{name}"


# -- what there is to reach -----------------------------------------------------------------------


def condition_of(node: Node) -> Expression | None:
    """The condition that a statement tests."""
    if isinstance(node, If | While):
        return node.condition
    return node.until if isinstance(node, Repeat) else None


def atoms(test: Expression) -> Iterator[tuple[Expression, bool]]:
    """The atomic conditions of a test in order, each with whether an odd number of NAO stands over it."""
    waiting: list[tuple[Expression, bool]] = [(test, False)]
    while waiting:
        node, turned = waiting.pop()
        inner = bare(node)
        if isinstance(inner, Binary) and inner.operator in {"E", "OU"}:
            waiting += [(inner.right, turned), (inner.left, turned)]
        elif isinstance(inner, Unary) and inner.operator == "NAO":
            waiting.append((inner.operand, not turned))
        else:
            yield inner, turned


def places(tree: Node) -> tuple[list[Span], list[Span], list[Span]]:
    """All that there is to reach in a tree, in order: where statements and tests begin, whole tests, atomic conditions."""
    nodes = list(walk(tree))
    tests = [test for node in nodes if (test := condition_of(node)) is not None]
    starts = [node.span for node in nodes if isinstance(node, Assign | Evaluate)] + [test.span for test in tests]
    return starts, [test.span for test in tests], [atom.span for test in tests for atom, _ in atoms(test)]
