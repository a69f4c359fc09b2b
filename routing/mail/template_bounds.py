"""The bounds of a mail template: turns of its loops, the length of what it makes, and no operation that grows without them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from jinja2 import StrictUndefined, nodes
from jinja2.runtime import markup_join
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedEnvironment

from routing.messages import message

LONGEST = 500_000
"""Characters that a template may make, in all and in one operation."""

MOST_TURNS = 20_000
"""Turns of all loops of a template together, those inside others included, and calls of its macros."""

WIDEST = 1_000
"""A number that a template may give to what pads, repeats or indents."""

PADDING = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs", "format", "format_map", "translate"})
"""Methods of texts that make much of little."""

COUNTED, JOINED = "contado", "juntado"
WIDE_FORMAT = re.compile(r"%[^a-zA-Z%]*(?:\d{4}|\*)")

turns_left: ContextVar[int] = ContextVar("turns_left", default=MOST_TURNS)


class Spent(Exception):
    """A template went beyond its bounds; the mail goes with the built-in words."""


@contextmanager
def a_run() -> Iterator[None]:
    """One template from its beginning to its end."""
    token = turns_left.set(MOST_TURNS)
    try:
        yield
    finally:
        turns_left.reset(token)


def turn() -> None:
    """One turn more. Raises Spent."""
    left = turns_left.get() - 1
    turns_left.set(left)
    if left < 0:
        raise Spent(message("os laços passaram de {limite} voltas", limite=MOST_TURNS))


def counted(items: Iterable[Any]) -> Iterator[Any]:
    """The items of a loop, each a turn."""
    for item in items:
        turn()
        yield item


def joined(parts: list[Any]) -> Any:
    """The parts one after the other, escaped where one of them is marked as HTML."""
    fitting(sum(len(str(part)) for part in parts))
    return markup_join(parts)


def fitting(size: int) -> None:
    """Refuse what would be too long before it is made. Raises Spent."""
    if size > LONGEST:
        raise Spent(message("o texto passou de {limite} caracteres", limite=LONGEST))


class Bounded(ImmutableSandboxedEnvironment):
    """The sandbox, with every loop and call counted and the growing operators measured."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """The tree, each loop going through :func:`counted`, each ``~`` through :func:`joined`."""
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, COUNTED, [], [], None, None, lineno=loop.lineno)
        for chain in tree.find_all(nodes.Concat):
            parts = nodes.List(chain.nodes, lineno=chain.lineno)
            chain.nodes = [nodes.Filter(parts, JOINED, [], [], None, None, lineno=chain.lineno)]
        return tree

    def wrap_str_format(self, value: Any) -> Any:
        """``'{}'.format`` makes much of little; ``~`` and the filters do what templates need."""
        if super().wrap_str_format(value) is None:
            return None
        raise Spent(message("format não se usa em modelos; junte textos com ~"))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """An operator, measured before it works."""
        if operator == "*":
            for one, other in ((left, right), (right, left)):
                if isinstance(one, str | list | tuple) and isinstance(other, int):
                    fitting(len(one) * other)
        elif operator == "+" and isinstance(left, str | list) and isinstance(right, str | list):
            fitting(len(left) + len(right))
        elif operator == "%" and isinstance(left, str):
            fitting(LONGEST + 1 if WIDE_FORMAT.search(left) else len(left))
        elif operator == "**":
            fitting(LONGEST + 1 if abs(right) > WIDEST or abs(left) > 10 ** WIDEST.bit_length() else 0)
        return super().call_binop(context, operator, left, right)

    def call(self, context: Any, called: Any, /, *arguments: Any, **named: Any) -> Any:
        """A call is a turn; so a macro that calls itself ends."""
        turn()
        return super().call(context, called, *arguments, **named)

    def is_safe_attribute(self, owner: Any, name: str, value: Any) -> bool:
        """As the sandbox judges, and no padding of texts by methods; the filters do that within bounds."""
        return super().is_safe_attribute(owner, name, value) and not (isinstance(owner, str) and name in PADDING)


def bounded_environment(*, escaping: bool) -> SandboxedEnvironment:
    """An environment for templates of a site."""
    made = Bounded(undefined=StrictUndefined, autoescape=escaping)
    made.filters |= {COUNTED: counted, JOINED: joined}
    made.filters["join"] = measured_join(made.filters["join"])
    for name in ("center", "indent", "wordwrap", "truncate", "batch", "slice", "round", "format"):
        made.filters[name] = narrow(made.filters[name])
    made.filters["replace"] = measured_replace(made.filters["replace"])
    for name in ("lipsum", "cycler", "joiner"):
        made.globals.pop(name, None)
    return made


def narrow(inner: Any) -> Any:
    """A filter whose numbers must be small, and whose formats ask for no width."""

    def checked(*arguments: Any, **named: Any) -> Any:
        turn()
        for one in (*arguments, *named.values()):
            if (isinstance(one, int) and abs(one) > WIDEST) or (isinstance(one, str) and WIDE_FORMAT.search(one)):
                fitting(LONGEST + 1)
        return inner(*arguments, **named)

    return marked_as(inner, checked)


def measured_replace(inner: Any) -> Any:
    """The filter ``replace``, measured before it works."""

    def checked(context: Any, text: Any, old: str, new: str, count: int | None = None) -> Any:
        turn()
        fitting(len(str(text)) + (str(text).count(str(old)) if old else len(str(text)) + 1) * len(str(new)))
        return inner(context, text, old, new, count)

    return marked_as(inner, checked)


def measured_join(inner: Any) -> Any:
    """The filter ``join``, measured before it works."""

    def checked(context: Any, items: Iterable[Any], between: str = "", attribute: Any = None) -> Any:
        turn()
        every = list(items)
        fitting(len(every) * len(str(between)) + sum(len(one) for one in every if isinstance(one, str)))
        return inner(context, every, between, attribute)

    return marked_as(inner, checked)


def marked_as(inner: Any, outer: Any) -> Any:
    """A filter that gets the same first argument of the library's as the one it stands for."""
    for name in ("jinja_pass_arg", "contextfilter"):
        if hasattr(inner, name):
            setattr(outer, name, getattr(inner, name))
    return outer
