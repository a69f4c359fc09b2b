"""Everything that can be said of a workspace before it runs. The only module that sees both the product and the test kit."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs

from formula.decoding import decode
from formula.diagnostics import Diagnostic
from routing.desk.settling import policy_of
from routing.desk.under_way import check_other_tickets, check_stored
from routing.domain.site import Site
from routing.errors import FileFaults
from routing.failures import SettingsFault
from routing.http.settings import read_service
from routing.messages import message
from routing.proving.checking import Judged, check_site_properties
from routing.settings import read_mail, read_plain
from routing.testing.checking import check_site_cases
from routing.workspace.causes import holes, without_consequences
from routing.workspace.folder import SETTINGS, read_workspace
from routing.workspace.sentences import check_sentences
from routing.workspace.sitecheck import check_site
from routing.workspace.strays import unused_files
from routing.workspace.toml_places import read


def check_workspace(path: str | os.PathLike[str], judged: Judged | None = None) -> list[FileFaults]:
    """Everything ``repasse check WORKSPACE`` says: files, references, formulas, flows, sentences, cases, properties. ``judged``
    says how long properties are asked, and keeps their answers; where rules have errors they are not."""
    site, found = read_workspace(path)
    missing = holes(Path(path), found)
    read = [
        *check_settings(Path(path)),
        *check_site(site, Path(path)),
        *check_sentences(site),
        *check_site_cases(site, Path(path), whole=not missing),
    ]
    sound = not any(one.severity == "error" for _, faults in (*found, *read) for one in faults)
    asking = (Judged() if judged is None else judged) if sound else Judged(judge=False)
    told = [*found, *read, *properties(site, Path(path), asking, whole=not missing)]
    named = {file for file, _ in told}
    strays = [(file, faults) for file, faults in unused_files(Path(path)) if file not in named]
    stored = [*check_stored(Path(path), site), *check_other_tickets(Path(path), site)]
    return without_consequences(Path(path), in_order([*told, *strays, *stored]), missing)


def check_texts(path: Path, place: Path) -> list[FileFaults]:
    """What can be said at once of a copy of a workspace's texts that is being edited; the workspace itself is at ``place``, where
    its sources are. Properties are read and not judged, and the store is not asked."""
    site, found = read_workspace(path)
    missing = holes(path, found)
    read = [
        *check_settings(path),
        *check_site(site, path),
        *check_sentences(attrs.evolve(site, folder=str(place))),
        *check_site_cases(site, path, whole=not missing),
    ]
    return without_consequences(
        path, in_order([*found, *read, *properties(site, path, Judged(judge=False), whole=not missing)]), missing
    )


def check_settings(folder: Path) -> list[FileFaults]:
    """What of repasse.toml no rule reads: the store, mail, the service, publishing, the addresses of sources."""
    path = folder / SETTINGS
    try:
        document = read(decode(path.read_bytes())[0], SETTINGS)
    except OSError:
        return []
    found = document.data
    for reader in (
        lambda: read_plain(found),
        lambda: read_mail(found.get("smtp", {})),
        lambda: read_service(found.get("servico", {})),
        lambda: policy_of(found),
        lambda: sources_of(found),
    ):
        try:
            reader()
        except SettingsFault as fault:
            document.report("valor-invalido", fault.where, fault.message, fault.hint)
    return [(path, [one for one in document.faults if one.code == "valor-invalido"])] if document.data and document.faults else []


def sources_of(found: Mapping[str, Any]) -> None:
    """``[fontes]``: a text for each source. Raises SettingsFault."""
    table = found.get("fontes", {})
    if not isinstance(table, Mapping):
        raise SettingsFault(
            message("'fontes' precisa ser uma tabela"),
            message('escreva [fontes] e, embaixo, padrao = "sqlite:///dados.sqlite"'),
            ("fontes",),
        )
    for name, url in table.items():
        if not isinstance(url, str):
            said = message("a fonte '{fonte}' precisa de um endereço entre aspas", fonte=name)
            raise SettingsFault(said, message('escreva {fonte} = "sqlite:///dados.sqlite"', fonte=name), ("fontes", name))


def properties(site: Site, path: Path, judged: Judged, *, whole: bool) -> list[FileFaults]:
    """The faults of properties. Where files of the workspace cannot be read, what a property does not find there is no fault of
    its own: its file is only read."""
    found = check_site_properties(site, path, judged)
    if whole:
        return found
    return [(file, [one for one in faults if one.code != "propriedade-invalida"]) for file, faults in found]


def in_order(found: Iterable[FileFaults]) -> list[FileFaults]:
    """Faults by file, each file's in order of place."""
    merged: dict[Path, list[Diagnostic]] = {}
    for file, faults in found:
        merged.setdefault(file, []).extend(faults)
    return [(file, sorted(faults, key=lambda one: (one.span.start, one.code))) for file, faults in sorted(merged.items()) if faults]
