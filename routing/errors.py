"""The one exception base of this package."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from formula.diagnostics import Diagnostic

FileFaults = tuple[Path, list[Diagnostic]]
"""A file and what is wrong in it."""


class RoutingError(Exception):
    """Something that keeps routing from working; its text is for people."""


class WorkspaceError(RoutingError):
    """A workspace that cannot be used as it stands. ``files`` holds every fault of every file, in order."""

    def __init__(self, files: Sequence[FileFaults]) -> None:
        """Keep the whole list; the text is the first error with its place."""
        first = next(((path, d) for path, found in files for d in found if d.severity == "error"), None)
        super().__init__("" if first is None else f"{first[0]}:{first[1].start.line}: {first[1].message}")
        self.files = list(files)
