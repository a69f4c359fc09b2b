"""Everything that can be said of a workspace before it runs. The only module that sees both the product and the test kit."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import attrs

from formula.diagnostics import Diagnostic
from routing.desk.under_way import check_stored
from routing.errors import FileFaults
from routing.proving.checking import check_site_properties
from routing.testing.checking import check_site_cases
from routing.workspace.causes import holes, without_consequences
from routing.workspace.folder import read_workspace
from routing.workspace.sentences import check_sentences
from routing.workspace.sitecheck import check_site
from routing.workspace.strays import unused_files


def check_workspace(path: str | os.PathLike[str]) -> list[FileFaults]:
    """Everything ``repasse check WORKSPACE`` says: files, references, formulas, flows, sentences, cases,
    properties."""
    site, found = read_workspace(path)
    missing = holes(Path(path), found)
    read = [*check_site(site, Path(path)), *check_sentences(site), *check_site_cases(site, Path(path), whole=not missing)]
    sound = not any(one.severity == "error" for _, faults in (*found, *read) for one in faults)
    told = [*found, *read, *check_site_properties(site, Path(path), judge=sound)]
    named = {file for file, _ in told}
    strays = [(file, faults) for file, faults in unused_files(Path(path)) if file not in named]
    return without_consequences(Path(path), in_order([*told, *strays, *check_stored(Path(path), site)]), missing)


def check_texts(path: Path, place: Path) -> list[FileFaults]:
    """What can be said at once of a copy of a workspace's texts that is being edited; the workspace itself is at ``place``, where
    its sources are. Properties are read and not judged, and the store is not asked."""
    site, found = read_workspace(path)
    missing = holes(path, found)
    read = [
        *check_site(site, path),
        *check_sentences(attrs.evolve(site, folder=str(place))),
        *check_site_cases(site, path, whole=not missing),
    ]
    return without_consequences(path, in_order([*found, *read, *check_site_properties(site, path, judge=False)]), missing)


def in_order(found: Iterable[FileFaults]) -> list[FileFaults]:
    """Faults by file, each file's in order of place."""
    merged: dict[Path, list[Diagnostic]] = {}
    for file, faults in found:
        merged.setdefault(file, []).extend(faults)
    return [(file, sorted(faults, key=lambda one: (one.span.start, one.code))) for file, faults in sorted(merged.items()) if faults]
