"""What ``repasse check``, publishing and rule tests say of properties: faults of the files, and which fail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic

from formula.diagnostics import Diagnostic, place
from formula.source import Source, Span
from routing.domain.site import Site
from routing.errors import FileFaults
from routing.messages import message, plural
from routing.proving.answers import Answer
from routing.proving.property import Property
from routing.proving.proving import answer_property
from routing.proving.reading import PropertyFile, property_faults, read_properties
from routing.proving.solver import Solver

CHECK_SECONDS = 3.0
"""What ``check`` spends on all properties of a workspace."""


def check_site_properties(site: Site, folder: Path, within: float = CHECK_SECONDS, *, judge: bool = True) -> list[FileFaults]:
    """Faults of the files, and a warning for each property that fails. Those that are not decided in time say nothing.
    ``judge`` False only reads the files: rules with errors are not asked."""
    files = read_properties(site, folder)
    found: dict[Path, list[Diagnostic]] = {path: list(faults) for path, faults in property_faults(files)}
    if not judge:
        return list(found.items())
    for asked, answer in answers(site, files, within):
        if answer.answer == "fails" and asked.path is not None:
            found.setdefault(asked.path, []).append(warning(asked, answer))
    return list(found.items())


def failing_properties(site: Site, within: float = CHECK_SECONDS, folder: Path | None = None) -> list[Answer]:
    """The properties of a workspace that its rules break, each with the ticket that shows it: what publishing asks.

    ``folder`` is the workspace, by default where the site was read from; ``within`` seconds are for all of them together.
    """
    place_of = folder or (Path(site.folder) if site.folder else None)
    if place_of is None:
        return []
    return [answer for _, answer in answers(site, read_properties(site, place_of), within) if answer.answer == "fails"]


def answers(site: Site, files: Sequence[PropertyFile], within: float) -> Iterator[tuple[Property, Answer]]:
    """The answer of each sound property, while time lasts."""
    asked = [one for file in files for one in file.properties]
    until = monotonic() + within
    with Solver() as solver:
        for position, one in enumerate(asked):
            left = until - monotonic()
            if left <= 0:
                return
            yield one, answer_property(site, one, solver, within=max(0.2, left / (len(asked) - position)))


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
