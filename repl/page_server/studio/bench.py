"""What the studio's questions are asked of: the rules of the folder as it is being edited, over the tickets of its database."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from repl.messages import message
from repl.page_server.studio.copy import WorkingCopy
from repl.page_server.studio.faults import StudioFault
from repl.page_server.studio.files import StudioFolder
from routing.desk.desk import Desk, make_desk, store_of, with_samples
from routing.errors import FileFaults, WorkspaceError
from routing.mail.letters import load_templates
from routing.releases.choosing import folder_rules
from routing.releases.loading import Rules
from routing.settings import read_settings
from routing.workspace.causes import holes, without_consequences
from routing.workspace.folder import read_workspace

KEPT_RULES = 6


@attrs.frozen
class State:
    """The folder at one moment: ``edited`` are the paths whose texts are not those on the disk."""

    revision: str
    edited: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """What every answer says it was computed from."""
        return {"revision": self.revision, "edited": list(self.edited)}


class StudioBench:
    """Belongs to one process, which does one thing at a time."""

    def __init__(self, root: Path, room: Path) -> None:
        """``room`` is an empty folder for the copy. Nothing is read before it is asked for."""
        self.folder = StudioFolder(root)
        self.copy = WorkingCopy(self.folder, room)
        self.rules_by_revision: OrderedDict[str, Rules | WorkspaceError] = OrderedDict()
        self.desk: Desk | None = None
        self.saved: tuple[tuple[str, int, int], ...] = ()

    def update(self, texts: Mapping[str, str]) -> State:
        """Bring the copy to the folder with these texts in their files' places."""
        return State(self.copy.update(texts), tuple(sorted(texts)))

    def rules(self, state: State) -> Rules:
        """The rules of the copy. Raises StudioFault with every fault when it has errors."""
        found = self.rules_by_revision.get(state.revision)
        if found is None:
            found = self.read_rules()
            self.rules_by_revision[state.revision] = found
            while len(self.rules_by_revision) > KEPT_RULES:
                self.rules_by_revision.popitem(last=False)
        if isinstance(found, WorkspaceError):
            files = without_consequences(self.copy.path, errors_of(found), holes(self.copy.path, found.files))
            raise StudioFault(
                422,
                "pasta-com-erros",
                message("as regras têm erros, e com eles nada se decide"),
                message("corrija os erros marcados na lista de arquivos"),
                {"files": [{"path": self.copy.name(path), "count": len(faults)} for path, faults in files]},
            )
        return found

    def read_rules(self) -> Rules | WorkspaceError:
        """The rules of the copy, their sources at the folder itself."""
        try:
            read = folder_rules("folder", self.copy.path)
        except WorkspaceError as fault:
            return fault
        site = attrs.evolve(read.site, folder=str(self.folder.root))
        return Rules(read.name, site, read.templates, read.revision, read.people, read.files)

    def desk_under(self, rules: Rules) -> Desk:
        """The tickets of the folder's database, decided by some rules."""
        return self.opened().under(rules)

    def opened(self) -> Desk:
        """The desk over the database, with samples that are new on the disk. Raises StudioFault and what the store says."""
        here = self.folder
        stamp = stamp_of_all(here)
        if self.desk is not None and stamp == self.saved:
            return self.desk
        site, found = read_workspace(here.root)
        broken = [path for path, faults in found if path.name == "repasse.toml" and any(f.severity == "error" for f in faults)]
        if broken:
            raise StudioFault(
                422,
                "configuracao-com-erros",
                message("repasse.toml tem erros, e ele diz onde está o banco de dados"),
                message("corrija e grave repasse.toml"),
            )
        settings = read_settings(site.settings)
        if self.desk is not None:
            self.desk.close()
        desk = make_desk(site, store_of(settings.database, here.root), settings, load_templates(here.root, settings))
        self.desk, self.saved = with_samples(desk), stamp
        return self.desk

    def saved_rules(self) -> Rules | None:
        """The rules as they are on the disk; None when those have errors."""
        try:
            return self.rules(self.update({}))
        except StudioFault:
            return None


def stamp_of_all(folder: StudioFolder) -> tuple[tuple[str, int, int], ...]:
    """Times and sizes of all files of a folder: the same while nobody writes."""
    found = ((path, (folder.root / path).lstat()) for path in folder.files())
    return tuple((path, one.st_mtime_ns, one.st_size) for path, one in found)


def errors_of(fault: WorkspaceError) -> list[FileFaults]:
    """The files with errors."""
    kept = [(path, [one for one in faults if one.severity == "error"]) for path, faults in fault.files]
    return [(path, faults) for path, faults in kept if faults]
