"""Everything that can be said of a workspace before it runs. The only module that sees both the product and the test kit."""

from __future__ import annotations

import os
from pathlib import Path

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
    merged: dict[Path, list[Diagnostic]] = {file: list(faults) for file, faults in found}
    read = [*check_site(site, Path(path)), *check_sentences(site), *check_site_cases(site, Path(path), whole=not missing)]
    sound = not any(one.severity == "error" for _, faults in (*found, *read) for one in faults)
    for file, faults in [*read, *check_site_properties(site, Path(path), judge=sound)]:
        merged.setdefault(file, []).extend(faults)
    for file, faults in unused_files(Path(path)):
        merged.setdefault(file, list(faults))
    for file, faults in check_stored(Path(path), site):
        merged.setdefault(file, []).extend(faults)
    told = [(file, sorted(faults, key=lambda one: (one.span.start, one.code))) for file, faults in sorted(merged.items()) if faults]
    return without_consequences(Path(path), told, missing)
