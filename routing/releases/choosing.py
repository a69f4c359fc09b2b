"""Which rules a question is asked of: the folder's as it stands, another folder's, or a release."""

from __future__ import annotations

from pathlib import Path

from routing.domain.site import Site
from routing.failures import UnknownRules
from routing.mail.letters import load_templates
from routing.messages import message
from routing.releases.loading import Rules, load
from routing.releases.release import taken
from routing.settings import read_settings
from routing.store import releases
from routing.store.unit import Store
from routing.workspace.folder import load_workspace

FOLDER, PUBLISHED = "folder", "published"
WORDS = {"pasta": FOLDER, "publicada": PUBLISHED, "publicadas": PUBLISHED}
"""The same in Portuguese. A folder that is called so comes first, where folders may be named."""
SHORTEST = 4
"""Characters of a revision that name it, if only one begins so."""


def folder_rules(name: str, folder: Path) -> Rules:
    """The rules of a folder as it stands. Raises WorkspaceError with every fault."""
    site = load_workspace(folder)
    release = taken(folder, site)
    files = {**release.rules.files, **release.people.files}
    templates = load_templates(folder, read_settings(site.settings))
    return Rules(name, site, templates, release.revision, release.people.revision, files)


def rules_named(name: str, place: Site, store: Store, *, local: bool = True) -> Rules:
    """The rules of a name. ``place`` is the desk's own site; ``local``: another folder of this machine may be named.

    Raises UnknownRules, WorkspaceError.
    """
    if not (local and Path(name).is_dir()):
        name = WORDS.get(name.lower(), name)
    if name == FOLDER and place.folder:
        return folder_rules(name, Path(place.folder))
    if local and name not in (FOLDER, PUBLISHED) and Path(name).is_dir():
        return folder_rules(name, Path(name))
    active = releases.look(store)
    if name == PUBLISHED and active is None:
        raise UnknownRules(message("nada foi publicado ainda"), message("repasse publish PASTA publica as regras da pasta"))
    revision = active.rules if name == PUBLISHED and active is not None else revision_of(name, store, local=local)
    people = active.people if active is not None else ""
    return load(store, revision, people, place)


def revision_of(name: str, store: Store, *, local: bool = True) -> str:
    """The whole revision that a name, or the beginning of one, means; what else may be named, folders of this machine if ``local``,
    stands in the hint. Raises UnknownRules."""
    known = [one.revision for one in releases.listed(store)]
    found = [one for one in known if one == name] or [one for one in known if len(name) >= SHORTEST and one.startswith(name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownRules(message("'{nome}' é o começo de {quantas} revisões", nome=name, quantas=len(found)))
    raise UnknownRules(
        message("não há regras '{nome}'", nome=name),
        message("diga uma revisão de repasse rules, 'published' (publicada), 'folder' (pasta) ou o caminho de uma pasta")
        if local
        else message(
            "diga uma revisão de repasse rules, 'published' (publicada) ou 'folder' (pasta); outra pasta não se dá por HTTP"
        ),
    )
