"""Many files of cases: finding them, choosing among their cases, running them one after the other."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import attrs

from formula.collector import no_collection
from formula.diagnostics import Diagnostic
from formula.source import Source
from routing.deciding.move import Watch
from routing.messages import message
from routing.proving.property import Property
from routing.proving.reading import FOLDER, PropertyFile, read_properties
from routing.testing.bench import Bench, Benches
from routing.testing.case import SUFFIX, Case, CaseFile
from routing.testing.cases import read_cases
from routing.testing.run import Plans, Result, run_case
from routing.testing.snapshots import ENDING, Snapshots

LEFT_OUT = frozenset({".git", ".venv", "node_modules", "__pycache__"})


@attrs.frozen(eq=False)
class Entry:
    """One thing to run: a case, a property, or a fault of a file or of its workspace, which always fails."""

    file: CaseFile
    bench: Bench
    name: str
    line: int
    case: Case | None = None
    faults: tuple[Diagnostic, ...] = ()
    source: Source | None = None
    asked: Property | None = None
    """A property of the workspace in place of a case."""


@attrs.define(eq=False)
class Suite:
    """Files of cases read with their workspaces."""

    entries: list[Entry]
    benches: Benches
    snapshots: dict[Path, Snapshots] = attrs.field(factory=dict)
    updating: bool = False

    def snapshots_of(self, file: CaseFile) -> Snapshots:
        """The snapshots beside a file, read once."""
        if file.path not in self.snapshots:
            self.snapshots[file.path] = Snapshots.of(file.path, self.updating)
        return self.snapshots[file.path]

    def run(self, entry: Entry, watch: Callable[[Entry], tuple[Watch | None, Plans | None]] | None = None) -> Result | None:
        """Run one entry; None stands for a file's fault, which has no case."""
        if entry.case is None:
            return None
        told, plans = watch(entry) if watch is not None else (None, None)
        return run_case(entry.case, entry.bench, snapshots=self.snapshots_of(entry.file), watch=told, plans=plans)

    def obsolete(self) -> Iterator[tuple[Snapshots, list[str]]]:
        """The snapshots that no case of their file asks for any more; those of a file with faults, or of one that cannot be read,
        are left alone."""
        for file in {entry.file.path: entry.file for entry in self.entries}.values():
            kept = self.snapshots_of(file)
            if any(fault.severity == "error" for fault in file.every_fault):
                continue
            names = kept.obsolete({case.name for case in file.cases if case.snapshot})
            if names:
                yield kept, names
        for folder in sorted({entry.file.path.parent for entry in self.entries}):
            for path in sorted(folder.glob(f"*{ENDING}")):
                cases = path.with_name(path.name.removesuffix(ENDING) + SUFFIX)
                kept = Snapshots.of(cases)
                if not cases.exists() and kept.kept:
                    yield kept, sorted(kept.kept)

    def save(self) -> list[Path]:
        """Write the snapshots that changed; their files."""
        made = [one for one in self.snapshots.values() if one.changed]
        for one in made:
            one.save()
        return [one.path for one in made]


def find_files(paths: Iterable[str | Path]) -> list[Path]:
    """The files of cases at or below some paths, each once, in order. FileNotFoundError for a path that is not there."""
    made: dict[Path, Path] = {}
    for given in paths:
        path = Path(given)
        if not path.exists():
            raise FileNotFoundError(str(path))
        for file in sorted(below(path)) if path.is_dir() else [path]:
            made.setdefault(file.resolve(), file)
    return list(made.values())


def below(folder: Path) -> Iterator[Path]:
    """The files of cases below a folder."""
    for place, inner, names in os.walk(folder):
        inner[:] = sorted(name for name in inner if name not in LEFT_OUT)
        yield from (Path(place) / name for name in names if name.endswith(SUFFIX))


def gather(files: Iterable[Path], updating: bool = False) -> Suite:
    """Read files of cases."""
    benches, listed = Benches(), list(files)
    with no_collection(sum(file.stat().st_size for file in listed if file.exists())):
        entries = [entry for file in listed for entry in entries_in(file, benches)]
    return Suite(entries, benches, updating=updating)


def entries_in(path: Path, benches: Benches) -> list[Entry]:
    """What is to run of a file of cases. OSError when it cannot be read."""
    return entries_of(read_cases(path, lambda: benches.of(path).site.people), benches.of(path))


def entries_of(file: CaseFile, bench: Bench) -> list[Entry]:
    """A file's faults, its workspace's faults, then its cases."""
    made = [
        Entry(file, bench, f"{fault.code} (linha {fault.start.line})", fault.start.line, faults=(fault,), source=file.source)
        for fault in file.faults
        if fault.severity == "error"
    ]
    for path, faults in bench.faults:
        text = text_of(path)
        made += [
            Entry(
                file,
                bench,
                f"{path.name}: {fault.code} (linha {fault.start.line})",
                1,
                faults=(fault,),
                source=Source(text, str(path)),
            )
            for fault in faults
        ]
    return [*made, *(Entry(file, bench, case.name, case.line, case) for case in file.cases)]


def with_properties(suite: Suite, paths: Iterable[str | Path]) -> Suite:
    """The suite with the properties at or below some paths, of the workspaces whose cases are run."""
    given = [Path(one).resolve() for one in paths]
    benches = {bench.folder: bench for bench in suite.benches.found.values() if bench.folder is not None}
    more: list[Entry] = []
    for folder, bench in benches.items():
        place = (folder / FOLDER).resolve()
        if any(place == one or place.is_relative_to(one) for one in given) and not bench.faults:
            for file in read_properties(bench.site, folder):
                more += property_entries(bench, CaseFile(file.path, Source(text_of(file.path), str(file.path)), (), (), {}), file)
    return attrs.evolve(suite, entries=[*suite.entries, *more])


def property_entries(bench: Bench, file: CaseFile, found: PropertyFile) -> list[Entry]:
    """The faults of a file of properties, and its properties."""
    faults = [one for one in found.faults if one.severity == "error"]
    made = [Entry(file, bench, str(one.code), one.start.line, faults=(one,), source=file.source) for one in faults]
    return [*made, *(Entry(file, bench, one.name, one.line, asked=one) for one in found.properties)]


def text_of(path: Path) -> str:
    """A file's text as its places count it; nothing when it cannot be read, which is then its fault."""
    from formula.decoding import decode

    try:
        return decode(path.read_bytes())[0]
    except OSError:
        return ""


def focused(entries: list[Entry]) -> list[Entry]:
    """All; where a case has ``foco``, those without are skipped, and say so."""
    if not any(entry.case is not None and entry.case.focus for entry in entries):
        return entries
    reason = message("outro caso tem foco")
    return [
        entry
        if entry.case is None or entry.case.focus or entry.case.skip
        else attrs.evolve(entry, case=attrs.evolve(entry.case, skip=reason, faults=()))
        for entry in entries
    ]


def wanted(entries: list[Entry], words: str) -> list[Entry]:
    """Entries whose file and name have what ``-k`` asks: words joined by ``and``, ``or``, ``not`` (or ``e``, ``ou``, ``não``).

    Raises ValueError when the words make no question.
    """
    if not words.strip():
        return entries
    accepts = question(words)
    return [entry for entry in entries if accepts(f"{entry.file.path.name} {entry.name}".lower())]


def question(words: str) -> Callable[[str], bool]:
    """What ``-k`` asks, as a test of a lower-case name."""
    terms = re.findall(r"\(|\)|[^\s()]+", words.lower())
    made, rest = either(terms)
    if rest:
        raise ValueError(rest[0])
    return made


def either(terms: list[str]) -> tuple[Callable[[str], bool], list[str]]:
    """Terms joined by ``or``."""
    left, rest = both(terms)
    while rest and rest[0] in {"or", "ou"}:
        right, rest = both(rest[1:])
        left = joined(any, left, right)
    return left, rest


def joined(how: Callable[[Iterable[bool]], bool], *tests: Callable[[str], bool]) -> Callable[[str], bool]:
    """A test of a name made of others."""
    return lambda name: how(test(name) for test in tests)


def both(terms: list[str]) -> tuple[Callable[[str], bool], list[str]]:
    """Terms joined by ``and``; words side by side too."""
    left, rest = single(terms)
    while rest and rest[0] not in {"or", "ou", ")"}:
        right, rest = single(rest[1:] if rest[0] in {"and", "e"} else rest)
        left = joined(all, left, right)
    return left, rest


def single(terms: list[str]) -> tuple[Callable[[str], bool], list[str]]:
    """A word, its negation, or a question in brackets."""
    if not terms or terms[0] in {")", "and", "or", "e", "ou"}:
        raise ValueError(terms[0] if terms else "")
    first, rest = terms[0], terms[1:]
    if first in {"not", "não", "nao"}:
        inner, rest = single(rest)
        return (lambda name: not inner(name)), rest
    if first == "(":
        inner, rest = either(rest)
        if not rest or rest[0] != ")":
            raise ValueError("(")
        return inner, rest[1:]
    return (lambda name: first in name), rest
