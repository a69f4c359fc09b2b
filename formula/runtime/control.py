"""Blocks, chains and loops as Python statements, and the steps they charge.

Steps: a block charges the calls that stand directly in it when it is entered, and inside loops its operators too; each loop
turn is one more. The count is read off the tree, so that it is the same for every way of compiling, and costs next to nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from formula.checking.checker import Checked
from formula.host import steps_spent
from formula.reading.tree import Assign, Evaluate, Expression, If, Repeat, Statement, While, walk
from formula.runtime.expressions import Expressions
from formula.runtime.lookup import Lookup, find_lookup
from formula.runtime.steps import FREE_OPERATIONS, OPERATIONS, calls_formula, counting, direct, work_of

DEEPEST_FLAT = 2
"""Loops around a chain up to which it may become flat: Python itself nests at most 20 blocks."""

LONGEST_NEST = 12
"""Arms of a SE … SENAO SE chain that may nest in Python's own syntax; longer chains become flat."""


class Control(Expressions):
    """Statements that hold statements. :class:`formula.runtime.compile.Compiler` adds the simple ones."""

    recording = False

    def __init__(self, checked: Checked, kinds: Mapping[int, int], trusted: bool) -> None:
        """See :class:`Expressions`."""
        super().__init__(checked, kinds, trusted)
        self.works: dict[int, tuple[int, int]] = {}
        self.counts = counting(self.nodes, self.bindings, self.work)
        self.nested_blocks = 0
        self.counters: list[str] = []
        self.closed_counters = 0
        self.turning = 0
        self.value_is_dead = False
        self.in_tail = False

    def statement(self, statement: Statement) -> list[ast.stmt]:
        """One statement."""
        raise NotImplementedError

    def give_value(self, value: ast.expr) -> list[ast.stmt]:
        """The formula's value so far."""
        raise NotImplementedError

    def block(self, statements: tuple[Statement, ...]) -> list[ast.stmt]:
        """Statements in order, without the charge of the block. Only the last of a block in tail position returns."""
        made: list[ast.stmt] = []
        tail, self.in_tail = self.in_tail, False
        for position, statement in enumerate(statements):
            self.in_tail = tail and position == len(statements) - 1 and isinstance(statement, Evaluate | If)
            made += self.statement(statement)
        self.in_tail = tail
        return made

    def charged_block(self, statements: tuple[Statement, ...]) -> list[ast.stmt]:
        """A block that charges its calls on entry."""
        amount = self.charge_of(statements)
        return [*self.charge(amount), *self.block(statements)]

    def work(self, expression: Expression) -> tuple[int, int]:
        """:func:`work_of`, remembered: several questions are about the same expression."""
        found = self.works.get(id(expression))
        if found is None:
            found = self.works[id(expression)] = work_of(expression, self.bindings)
        return found

    def charge_of(self, statements: tuple[Statement, ...], *conditions: Expression) -> int:
        """What stands directly in a block, not in the blocks inside it: calls by their cost, and inside loops a step for
        every :data:`OPERATIONS` operators and assignments, so that a turn's work is bounded by what it charges."""
        calls, operations = 0, 0
        for statement in statements:
            operations += isinstance(statement, Assign)
            for expression in direct(statement):
                made, done = self.work(expression)
                calls, operations = calls + made, operations + done
        for expression in conditions:
            made, done = self.work(expression)
            calls, operations = calls + made, operations + done
        return calls + (max(0, operations - FREE_OPERATIONS) // OPERATIONS if self.turning else 0)

    def charge(self, amount: int) -> list[ast.stmt]:
        """Charge steps and stop at the limit."""
        if not amount:
            return []
        return [self.add_to("s", amount), self.stop_when_spent()]

    def out_of_steps(self, more: int) -> ast.stmt:
        """Raise the fault of spent steps; ``more`` is what the next turn would have charged."""
        self.namespace["steps_spent"] = steps_spent
        used = self.so_far()
        if more:
            used = self.binary(used, ast.Add(), self.constant(more))
        return ast.Raise(self.call("steps_spent", used, self.load("top")), None, **self.at)

    def tested(self, owner: If | Repeat | While, condition: Expression) -> tuple[list[ast.stmt], ast.expr]:
        """A condition: what goes before its test, and the test."""
        return [], self.condition(condition)

    def choice(self, statement: If) -> list[ast.stmt]:
        """A chain of SE … SENAO SE …: a look-up, nested or flat."""
        arms, last = arms_of(statement)
        shallow = self.nested_blocks <= DEEPEST_FLAT
        free = self.trusted and not self.recording and not any(self.charge_of((arm,)) for arm in arms[1:])
        lookup = find_lookup(self, arms) if free and shallow else None
        if lookup is not None:
            return self.looked_up(arms, last, lookup)
        flat = len(arms) > LONGEST_NEST and shallow
        self.nested_blocks += flat
        pieces: list[tuple[list[ast.stmt], ast.expr, list[ast.stmt]]] = []
        told: list[ast.stmt] = []
        for position, arm in enumerate(arms):
            before, test = self.tested(arm, arm.condition)
            charge = self.charge(self.charge_of((arm,))) if position else []
            self.enter_test(True)
            then = [*self.answered(True), *self.charged_block(arm.then)]
            self.turn_test()
            pieces.append(([*told, *charge, *before], test, then))
            told = self.answered(False)
        end = [*told, *self.ending(last)]
        self.leave_tests(len(arms))
        self.mark(statement.span)
        self.nested_blocks -= flat
        return self.flat(pieces, end) if flat else self.nested(pieces, end)

    def enter_test(self, answer: bool) -> None:
        """What follows runs when the last test gave ``answer``. Of use to a recording compile."""

    def answered(self, answer: bool) -> list[ast.stmt]:
        """What is done first where the newest test not yet left gave ``answer``: asked once for each of the two, True
        first."""
        return []

    def turn_test(self) -> None:
        """What follows runs when that test gave the other answer."""

    def leave_tests(self, count: int) -> None:
        """What follows no longer depends on the last ``count`` tests."""

    def ending(self, last: tuple[Statement, ...] | None) -> list[ast.stmt]:
        """What happens when no arm was taken: SENAO, or Vazio (P7)."""
        if last is not None:
            return self.charged_block(last)
        return [] if self.value_is_dead else self.give_value(self.constant(None))

    def nested(self, pieces: list[tuple[list[ast.stmt], ast.expr, list[ast.stmt]]], made: list[ast.stmt]) -> list[ast.stmt]:
        """``if … else: if …``; the calls of a later condition are charged when it is reached."""
        for before, test, then in reversed(pieces):
            made = [*before, self.branch(test, then, made)]
        return made

    def flat(self, pieces: list[tuple[list[ast.stmt], ast.expr, list[ast.stmt]]], end: list[ast.stmt]) -> list[ast.stmt]:
        """``while True: if a: …; break`` for chains that would nest too deep for Python's own compiler."""
        body: list[ast.stmt] = []
        for before, test, then in pieces:
            body += [*before, self.branch(test, [*then, self.leave()], [])]
        return [ast.While(self.constant(True), [*body, *end, self.leave()], [], **self.at)]

    def looked_up(self, arms: list[If], last: tuple[Statement, ...] | None, lookup: Lookup) -> list[ast.stmt]:
        """Equalities of the same fields become one look-up of the first arm that can match, then a search by halves.

        The rest of each arm's condition is tested in order of the chain; a failed test goes to the next arm of that key.
        """
        name, table = self.temporary(), f"T{len(self.constants)}"
        self.constants[(dict, table)] = table
        self.namespace[table] = lookup.first
        self.mark(arms[0].condition.span)
        keys: ast.expr = (
            self.load(lookup.locals[0])
            if len(lookup.locals) == 1
            else ast.Tuple([self.load(local) for local in lookup.locals], ast.Load(), **self.at)
        )
        self.namespace["find"] = dict.get
        found = self.call("find", self.load(table), keys, self.constant(len(arms)))
        self.nested_blocks += 1
        jumps = self.jumps(arms, last, lookup, name, 0, len(arms))
        self.nested_blocks -= 1
        start = self.assign(name, found)
        if not lookup.rests:
            return [start, *jumps]
        return [start, ast.While(self.constant(True), [*jumps, self.leave()], [], **self.at)]

    def jumps(
        self, arms: list[If], last: tuple[Statement, ...] | None, lookup: Lookup, name: str, low: int, high: int
    ) -> list[ast.stmt]:
        """Search by halves for arm number ``name`` among ``low..high``; ``high`` of the whole is the SENAO."""
        if low == high:
            if low == len(arms):
                return self.ending(last)
            return self.landing(arms[low], lookup, name, low)
        middle = (low + high) // 2
        test = self.compare(self.load(name), ast.LtE(), self.constant(middle))
        return [
            self.branch(
                test,
                self.jumps(arms, last, lookup, name, low, middle),
                self.jumps(arms, last, lookup, name, middle + 1, high),
            )
        ]

    def landing(self, arm: If, lookup: Lookup, name: str, position: int) -> list[ast.stmt]:
        """An arm whose equalities hold: its other conditions, then its block; else on to the next arm of the key."""
        body = self.charged_block(arm.then)
        rest = lookup.rests.get(position)
        if rest is None:
            return body
        tests = [self.condition(part) for part in rest]
        self.mark(arm.condition.span)
        following = [
            self.assign(name, self.constant(lookup.following[position])),
            ast.Continue(**self.at),
        ]
        return [self.branch(self.both(ast.And(), tests), body, following)]

    def loop(
        self, statement: Repeat | While, body: tuple[Statement, ...], condition: Expression, *, test_first: bool
    ) -> list[ast.stmt]:
        """A loop. The counter of ``range`` counts the steps of its turns, which costs next to nothing; what inner blocks
        charge is added up apart and looked at when it is charged and once more when the loop ends. Only loops that call
        other formulas count each turn by itself, since the called formula needs the exact sum."""
        self.turning += 1
        turn = 1 + self.charge_of(body, condition)
        exact = any(calls_formula(node, self.bindings) for node in walk(statement))
        counter = "" if exact else f"n{len(self.counters) + self.closed_counters}"
        if counter:
            self.counters.append(counter)
        self.nested_blocks += 1
        if test_first:
            before, test = self.tested(statement, condition)
            self.enter_test(True)
            inside = [*self.answered(True), *self.block(body)]
            self.leave_tests(1)
            leaving = self.answered(False)
        else:
            inside = self.block(body)
            before, test = self.tested(statement, condition)
            leaving, again = self.answered(True), self.answered(False)
        self.mark(condition.span)
        self.nested_blocks -= 1
        ended = not any(self.counts_inside(inner) for inner in body)
        self.turning -= 1
        if test_first:
            back: ast.stmt = ast.AugAssign(self.store(counter or "s"), ast.Sub(), self.constant(turn), **self.at)
            turn_body = [*before, self.branch(self.negated(test), [*leaving, back, self.leave()], []), *inside]
        else:
            turn_body = [*inside, *before, self.branch(test, [*leaving, self.leave()], []), *again]
        self.mark(condition.span)
        if exact:
            return [ast.While(self.constant(True), [*self.charge(turn), *turn_body], [], **self.at)]
        return self.counted(turn, turn_body, exact_end=ended)

    def counted(self, turn: int, turn_body: list[ast.stmt], *, exact_end: bool) -> list[ast.stmt]:
        """A loop on a counter of ``range`` that ends when the steps are spent."""
        counter = self.counters.pop()
        self.closed_counters += 1
        self.namespace["range"] = range
        room = self.binary(self.binary(self.load("top"), ast.Sub(), self.so_far()), ast.Add(), self.constant(1))
        turns = self.call("range", self.constant(turn), room, self.constant(turn))
        self.counters.append(counter)
        spent = self.out_of_steps(turn)
        self.counters.pop()
        made: list[ast.stmt] = [
            self.assign(counter, self.constant(0)),
            ast.For(self.store(counter), turns, turn_body, [spent], **self.at),
            ast.AugAssign(self.store("s"), ast.Add(), self.load(counter), **self.at),
            self.assign(counter, self.constant(0)),
        ]
        if not exact_end:
            made.append(self.stop_when_spent())
        return made

    def so_far(self) -> ast.expr:
        """The steps so far: those added up and those of the loops that are running."""
        total: ast.expr = self.load("s")
        for counter in self.counters:
            total = self.binary(total, ast.Add(), self.load(counter))
        return total

    def stop_when_spent(self) -> ast.stmt:
        """Stop when the steps so far are over the limit."""
        return self.branch(self.compare(self.so_far(), ast.Gt(), self.load("top")), [self.out_of_steps(0)], [])

    def counts_inside(self, statement: Statement) -> bool:
        """Whether a statement of a loop's body charges steps of its own: a loop, a block with calls, a formula."""
        for node in walk(statement):
            if isinstance(node, Repeat | While):
                return True
            if isinstance(node, If) and (
                self.charge_of(node.then) or (node.otherwise is not None and self.charge_of(node.otherwise))
            ):
                return True
            if calls_formula(node, self.bindings):
                return True
        return False


def arms_of(statement: If) -> tuple[list[If], tuple[Statement, ...] | None]:
    """The arms of a chain SE … SENAO SE …, and its last SENAO."""
    arms = [statement]
    while True:
        rest = arms[-1].otherwise
        if rest is not None and len(rest) == 1 and isinstance(rest[0], If):
            arms.append(rest[0])
        else:
            return arms, rest
