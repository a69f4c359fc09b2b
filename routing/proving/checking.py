"""What ``repasse check``, publishing and rule tests say of properties: faults of the files, and which fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import monotonic

import attrs

from formula.diagnostics import Diagnostic, place
from formula.source import Source, Span
from routing.domain.flow import TRANSITIONS
from routing.domain.site import Site
from routing.errors import FileFaults
from routing.messages import message, plural
from routing.proving.answers import Answer
from routing.proving.property import Property
from routing.proving.proving import answer_property
from routing.proving.reading import PropertyFile, property_faults, read_properties
from routing.proving.solver import Solver

CHECK_SECONDS = 3.0
"""What ``check`` and rule tests spend on all properties of a workspace."""
PUBLISH_SECONDS = 10.0
"""What publishing spends on them."""
FIRST = 0.3
"""The part of the time in which each property is asked once, before those that need more get the rest."""
ENOUGH = 0.25
"""The part of the time that one property may have then, even beyond its fair share: shares that decide nothing are lost."""
LEAST = 0.1
"""Seconds without which a property is not asked."""

Progress = Callable[[int, int, str], None]
"""Told before each question: how many are decided, of how many, and the name of the next."""


@attrs.define(eq=False)
class Judged:
    """The answers to all properties of a workspace, in one time for all of them. ``judge`` False only reads the files."""

    within: float = CHECK_SECONDS
    judge: bool = True
    told: Progress = lambda decided, every, name: None
    answers: list[tuple[Property, Answer]] = attrs.field(factory=list)

    @property
    def failing(self) -> list[tuple[Property, Answer]]:
        """The properties that rules break, with the ticket that shows it."""
        return [(asked, answer) for asked, answer in self.answers if answer.answer == "fails"]

    @property
    def open(self) -> list[Property]:
        """Those that were not decided in time."""
        return [asked for asked, answer in self.answers if answer.answer in {"held", "undecided"}]

    def ask(self, site: Site, files: Sequence[PropertyFile]) -> Judged:
        """Ask the sound properties of some files."""
        asked = [one for file in files for one in file.properties]
        found = {id(one): answer for one, answer in answered(site, asked, self.within, self.told)}
        self.answers = [(one, found[id(one)]) for one in asked]
        return self


def check_site_properties(site: Site, folder: Path, judged: Judged | None = None) -> list[FileFaults]:
    """Faults of the files, and a warning for each property that fails. Those that are not decided in time are in ``judged``, which
    says how long that is, and whether they are asked at all: rules with errors are not."""
    judged = Judged() if judged is None else judged
    files = read_properties(site, folder)
    found: dict[Path, list[Diagnostic]] = {path: list(faults) for path, faults in property_faults(files)}
    if judged.judge:
        for asked, answer in judged.ask(site, files).failing:
            if asked.path is not None:
                found.setdefault(asked.path, []).append(warning(asked, answer))
    return list(found.items())


def judged_properties(site: Site, within: float = PUBLISH_SECONDS, told: Progress | None = None) -> Judged:
    """The answers to the properties of the folder that a site was read from: what publishing asks. ``within`` seconds are for all
    of them together."""
    judged = Judged(within) if told is None else Judged(within, told=told)
    return judged if not site.folder else judged.ask(site, read_properties(site, Path(site.folder)))


def answered(
    site: Site, asked: Sequence[Property], within: float, told: Progress = lambda decided, every, name: None
) -> Iterator[tuple[Property, Answer]]:
    """Every property with its answer, as soon as it is known, in one time for all. Each is asked for a little first, those with the
    fewest moves before the others; what that does not decide gets enough of the time that is left, and what gets none says so."""
    until = monotonic() + within
    waiting = sorted(asked, key=promise)
    known: dict[int, Answer] = {}
    decided = 0
    with Solver() as solver:
        if waiting and solver.proves:
            solver.start()
        for share in (FIRST, 1.0):
            rest = until - monotonic()
            later: list[Property] = []
            for position, one in enumerate(waiting):
                fair = (until - monotonic()) / (len(waiting) - position)
                part = max(LEAST, rest * share / len(waiting)) if share < 1 else max(fair, within * ENOUGH)
                part = min(part, until - monotonic())
                if part >= LEAST / 2:
                    told(decided, len(asked), one.name)
                    known[id(one)] = answer_property(site, one, solver, within=part)
                answer = known.get(id(one))
                if answer is not None and answer.answer not in {"held", "undecided"}:
                    decided += 1
                    yield one, answer
                else:
                    later.append(one)
            waiting = later
    yield from ((one, known.get(id(one)) or without_time(one)) for one in waiting)


def promise(asked: Property) -> tuple[int, bool]:
    """The fewer moves a property's ways have, the sooner it is decided; one that looks at some place sooner than one about all."""
    return len(asked.actions) or len(TRANSITIONS) - len(asked.without), asked.until is None


def without_time(asked: Property) -> Answer:
    """The answer to a property that was not asked."""
    return Answer(name=asked.name, kind=asked.kind, answer="undecided", because=message("não houve tempo de perguntar"))


def warning(asked: Property, answer: Answer) -> Diagnostic:
    """A failing property as ``check`` tells it, at its place."""
    assert asked.path is not None
    text = asked.path.read_text(encoding="utf-8-sig", errors="replace")
    source = Source(text, str(asked.path))
    start = sum(len(line) for line in text.splitlines(keepends=True)[: asked.line - 1])
    end = text.find("\n", start)
    return place(
        source,
        Span(start, len(text) if end < 0 else end),
        "propriedade-falha",
        "warning",
        message("a propriedade '{nome}' não vale: {porque}", nome=asked.name, porque=way_told(answer)),
        message("veja o atendimento com repasse prove"),
    )


def way_told(answer: Answer) -> str:
    """The way to the fault in few words."""
    moves = max(1, len(answer.moves))
    return plural(
        moves,
        "{quantos} movimento leva a um atendimento que a quebra",
        "{quantos} movimentos levam a um atendimento que a quebra",
        quantos=moves,
    )
