"""What one run may use (issue: one budget for a whole run). All are settings; a fault names the limit and the use."""

from __future__ import annotations

import attrs


@attrs.frozen
class Limits:
    """Bounds of a run and of the text before it.

    ``steps``: loop turns and calls, a costly call several, and one for every two operators beyond four in a loop's block.
    ``text``: code points of all texts made in the run. ``digits``: of one number. ``depth``: formulas inside formulas.
    ``source``: code points of a formula. ``words``: words, numbers, texts and signs of a formula, since reading takes its
    time for each of them. ``nesting``: brackets and blocks inside each other. ``rows`` and ``cells``: what
    SQL sentences may bring in during the run.
    """

    steps: int = 100_000
    text: int = 4_000_000
    digits: int = 200
    depth: int = 16
    source: int = 1_000_000
    nesting: int = 100
    words: int = 50_000
    rows: int = 10_000
    cells: int = 200_000


DEFAULT = Limits()
