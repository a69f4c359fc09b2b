"""What ``repasse test`` was asked for, and an entry that was run."""

from __future__ import annotations

import attrs

from routing.proving.answers import Answer
from routing.testing.run import FAILED, PASSED, Result
from routing.testing.suite import Entry


@attrs.frozen(kw_only=True)
class Wish:
    """The options of the command."""

    paths: tuple[str, ...] = ()
    words: str = ""
    first_only: bool = False
    update: bool = False
    watch: bool = False
    junit: str | None = None
    coverage: bool = False
    html: str | None = None
    lcov: str | None = None
    cobertura_xml: str | None = None
    dados: str | None = None
    minimo: float | None = None
    mutantes: bool = False
    gerar: str | None = None
    form: str = "text"
    ci: bool = False
    contra: str | None = None
    replay: bool = False
    report: str | None = None
    slowest: int = 0
    prune: bool = False
    repeat: int | None = None

    @property
    def measured(self) -> bool:
        """Whether anything about coverage is asked."""
        return bool(self.coverage or self.files or self.minimo is not None)

    @property
    def files(self) -> bool:
        """Whether coverage.py is needed."""
        return bool(self.html or self.lcov or self.cobertura_xml or self.dados)


@attrs.frozen(eq=False)
class Ended:
    """An entry that was run. ``result`` is None for a fault of a file and for a property, of which ``answer`` tells."""

    entry: Entry
    result: Result | None
    seconds: float
    answer: Answer | None = None

    @property
    def status(self) -> str:
        """passed, failed, skipped. A property fails with a counter-example only."""
        if self.answer is not None:
            return FAILED if self.answer.answer == "fails" else PASSED
        return FAILED if self.result is None else self.result.status
