"""The grammar's table as a machine over token types: with values it makes the tree, without them it tells what may come.

The parsing library's own loop takes one step for each of the dozen rules that lead from an operand to a statement. Most of
them only pass their single child on, so here a run of such steps is taken at once and remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

END = "$END"


class Last:
    """What stands after the last token."""

    type = END


LAST = Last()

Table = Mapping[int, Mapping[str, tuple[Any, Any]]]
"""The library's table: for each state and symbol the state to go to, or the rule to reduce by."""

Build = Callable[[list[Any]], Any]


class Passing(dict[int, int]):
    """The states that follow a rule which only passes its child on, by the state below it."""

    __slots__ = ("kind", "machine", "origin")

    def __init__(self, machine: Automaton, origin: str, kind: str) -> None:
        """``kind`` is the token type that comes next."""
        self.machine = machine
        self.origin = origin
        self.kind = kind

    def __missing__(self, below: int) -> int:
        """Go on as long as only such rules follow."""
        state: int = self.machine.states[below][self.origin][1]
        action = self.machine.actions[state].get(self.kind)
        if type(action) is Passing:
            state = action[below]
        self[below] = state
        return state


Reduction = tuple[int, Build, dict[int, int]]
"""How many children a rule takes, what makes its value, and the states after it by the state below."""


class Automaton:
    """The table made ready. ``actions`` gives for a state and a token type the next state, a :class:`Passing` or a
    :data:`Reduction`."""

    __slots__ = ("actions", "end", "start", "states")

    def __init__(self, states: Table, start: int, end: int, builds: Mapping[Any, Build]) -> None:
        """``builds`` makes the value of each rule from its children."""
        self.states = states
        self.start = start
        self.end = end
        after: dict[str, dict[int, int]] = {}
        for state, row in states.items():
            for symbol, (_, target) in row.items():
                if isinstance(target, int):
                    after.setdefault(symbol, {})[state] = target
        self.actions: dict[int, dict[str, Any]] = {
            state: {kind: self.action(kind, target, builds, after) for kind, (_, target) in row.items()}
            for state, row in states.items()
        }

    def action(
        self, kind: str, target: Any, builds: Mapping[Any, Build], after: Mapping[str, dict[int, int]]
    ) -> int | Passing | Reduction:
        """What one field of the table says."""
        if isinstance(target, int):
            return target
        size, origin = len(target.expansion), target.origin.name
        if size == 1 and target.options.expand1 and not target.alias:
            return Passing(self, origin, kind)
        return size, builds[target], after[origin]

    def read(self, tokens: Iterable[Any]) -> Any:
        """The value of a text of correct tokens; None when the grammar refuses one."""
        actions, state = self.actions, self.start
        states: list[int] = []
        values: list[Any] = []
        for token in chain(tokens, (LAST,)):
            kind = token.type
            while True:
                action = actions[state].get(kind)
                if type(action) is int:
                    states.append(state)
                    values.append(token)
                    state = action
                    break
                if type(action) is Passing:
                    state = action[states[-1]]
                elif action is None:
                    return values[-1] if state == self.end and token is LAST else None
                else:
                    size, build, after = action
                    if size == 1:
                        values[-1] = build([values[-1]])
                    elif size:
                        children = values[-size:]
                        del values[-size:], states[1 - size :]
                        values.append(build(children))
                    else:
                        values.append(build([]))
                        states.append(state)
                    state = after[states[-1]]
        return None

    def shift(self, stack: list[int], kind: str) -> bool:
        """Read one token type; False when the grammar refuses it (the stack may then be partly reduced)."""
        actions = self.actions
        state = stack[-1]
        while True:
            action = actions[state].get(kind)
            if type(action) is int:
                stack.append(action)
                return True
            if type(action) is Passing:
                state = stack[-1] = action[stack[-2]]
            elif action is None:
                return False
            else:
                size, _, after = action
                if size:
                    del stack[-size:]
                state = after[stack[-1]]
                stack.append(state)
            if state == self.end and kind == END:
                return True

    def accepts(self, stack: Sequence[int], *kinds: str) -> bool:
        """Whether these types may come next."""
        trial = list(stack)
        return all(self.shift(trial, kind) for kind in kinds)
