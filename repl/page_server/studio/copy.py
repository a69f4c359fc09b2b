"""A copy of the folder with the texts that are being edited in their places: what checks, plans and cases are asked of."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from repl.page_server.studio.files import StudioFolder, is_file, parts_of

REVISION = 12
BESIDE = "casos"
"""The folder whose other files (tables, snapshots) cases read too."""

Stamp = tuple[int, int, int]


class WorkingCopy:
    """One folder, brought up to date before each use by the files that changed."""

    def __init__(self, folder: StudioFolder, path: Path) -> None:
        """``path`` is an empty folder; nothing is copied yet."""
        self.folder = folder
        self.path = path.resolve()
        self.marks: dict[str, object] = {}
        self.hashes: dict[str, str] = {}

    def update(self, texts: Mapping[str, str]) -> str:
        """Make the copy hold the folder's files with ``texts`` (by path) in place of theirs; the revision of the whole."""
        edited = {path: text for path, text in texts.items() if parts_of(path)}
        wanted = dict.fromkeys([*self.folder.files(), *self.beside()])
        for path in [*wanted, *edited]:
            if path in edited:
                self.put(path, ("edited", edited[path]), edited[path].encode("utf-8", "replace"))
            elif (stamp := stamp_of(self.folder.root / path)) is None:
                wanted[path] = None
            elif self.marks.get(path) != stamp:
                self.put(path, stamp, (self.folder.root / path).read_bytes())
        for path in self.marks.keys() - wanted.keys() - edited.keys():
            (self.path / path).unlink(missing_ok=True)
            del self.marks[path], self.hashes[path]
        whole = sha256()
        for path in sorted(self.hashes):
            whole.update(f"{path}\0{self.hashes[path]}\n".encode())
        return whole.hexdigest()[:REVISION]

    def beside(self) -> list[str]:
        """Files of the cases' folder that are read and not edited."""
        place = self.folder.root / BESIDE
        found = sorted(place.iterdir()) if place.is_dir() and not place.is_symlink() else []
        return [f"{BESIDE}/{file.name}" for file in found if not file.name.startswith(".") and is_file(file)]

    def put(self, path: str, mark: object, content: bytes) -> None:
        """Write one file of the copy, unless it is there already."""
        if self.marks.get(path) == mark:
            return
        target = self.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        self.marks[path], self.hashes[path] = mark, sha256(content).hexdigest()

    def name(self, file: Path) -> str:
        """A file of the copy by its path in the workspace."""
        return file.relative_to(self.path).as_posix() if file.is_relative_to(self.path) else file.name


def stamp_of(file: Path) -> Stamp | None:
    """What changes when somebody writes a file; None when it has gone."""
    try:
        found = file.lstat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
