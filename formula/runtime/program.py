"""Compiled code of a formula, as a run needs it. Neither the tree nor the compiler is needed to hold or to run it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from types import CodeType, FunctionType
from typing import Any, overload

import attrs

from formula.source import Span

MOST_TEXT = "MOST_TEXT"
"""The name under which a namespace says how much text a run makes at most, when its code does not count."""


@attrs.frozen(eq=False)
class Program:
    """Compiled code of one way. ``spans`` turns line numbers of the code into places; ``base_steps`` is what the top
    block charges; ``own_steps`` says that the function counts further and stores the sum in the run."""

    function: FunctionType
    spans: Sequence[Span]
    needs_run: bool
    needs_numbers: bool
    base_steps: int
    own_steps: bool
    namespace: dict[str, Any]
    """What the code may reach by name."""

    @property
    def asks_fields_only(self) -> bool:
        """Whether the function takes the fields alone, and not also parameters, run and bounds."""
        return self.code.co_argcount == 1

    @property
    def most_text(self) -> int:
        """Characters that a run may need without counting them; 0 when the code counts, or makes no text."""
        most: int = self.namespace.get(MOST_TEXT, 0)
        return most

    @property
    def code(self) -> CodeType:
        """The code object that positions of a traceback refer to."""
        return self.function.__code__


class PackedSpans(Sequence[Span]):
    """Places as numbers, two for each; made into spans only when something went wrong."""

    __slots__ = ("offsets",)

    def __init__(self, packed: bytes) -> None:
        """``packed`` is what :func:`packed_spans` gave."""
        self.offsets = packed

    def __len__(self) -> int:
        """How many places there are."""
        return len(self.offsets) // (2 * array("I").itemsize)

    @overload
    def __getitem__(self, index: int) -> Span: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Span]: ...
    def __getitem__(self, index: int | slice) -> Span | Sequence[Span]:
        """One place, or some."""
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        numbers = array("I", self.offsets)
        at = range(len(self))[index] * 2
        return Span(numbers[at], numbers[at + 1])


def packed_spans(spans: Sequence[Span]) -> bytes:
    """Places as numbers of this machine's own size and order."""
    return array("I", (number for span in spans for number in (span.start, span.end))).tobytes()
