"""A release read back into a site: by the same reading as a folder's files, so that both decide alike."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs

from formula.context import Sentences
from routing.domain.site import Site
from routing.failures import UnknownRules
from routing.mail.letters import Templates, load_templates
from routing.messages import message
from routing.releases.release import OF_A_PLACE
from routing.settings import read_settings
from routing.store import releases
from routing.store.files import inside
from routing.store.unit import Store
from routing.workspace.folder import load_workspace


@attrs.frozen(eq=False)
class Rules:
    """What decides: the site and its own mail templates. ``name`` is how they were asked for; ``revision`` and ``people`` say which
    they are, ``files`` are their texts."""

    name: str
    site: Site
    templates: Templates
    revision: str = ""
    people: str = ""
    files: Mapping[str, bytes] = attrs.field(factory=dict, repr=False)
    sentences: Sentences | None = attrs.field(init=False, repr=False)

    @sentences.default
    def _sentences(self) -> Sentences | None:
        return sentences_of(self.site)


def sentences_of(site: Site) -> Sentences | None:
    """The registered sentences of a site over its sources; None when it has none."""
    if not site.sentences:
        return None
    from routing.workspace.sentences import open_sentences

    return open_sentences(site)


def load(store: Store, revision: str, people: str, place: Site) -> Rules:
    """The rules and people of two revisions, on the sources of a place. Raises UnknownRules, WorkspaceError."""
    files = {**stored(store, revision, releases.RULES), **stored(store, people, releases.PEOPLE)}
    made = of_files(files, revision, people, place.settings)
    return attrs.evolve(made, site=attrs.evolve(made.site, folder=place.folder, tickets=place.tickets))


def of_files(files: Mapping[str, bytes], revision: str, people: str, settings: Mapping[str, Any]) -> Rules:
    """Rules read from their texts, with the settings of a place that are no rules. Raises WorkspaceError."""
    with TemporaryDirectory(prefix="repasse-") as folder:
        for path, content in files.items():
            target = inside(Path(folder), path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        site = load_workspace(folder)
        templates = load_templates(Path(folder), read_settings({}))
    settings = {**site.settings, **of_a_place(settings)}
    site = attrs.evolve(site, settings=settings, folder="", own_words=templates.kinds)
    return Rules(revision, site, templates, revision, people, files)


def of_a_place(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What of ``repasse.toml`` is no rule."""
    return {name: value for name, value in settings.items() if name in OF_A_PLACE and name != "campos"}


def stored(store: Store, revision: str, kind: str) -> dict[str, bytes]:
    """The files of a revision. Raises UnknownRules."""
    found = releases.files_of(store, revision, kind)
    if found is None:
        raise UnknownRules(
            message("a revisão '{nome}' não está no banco", nome=revision), message("repasse rules mostra as que estão")
        )
    return found
