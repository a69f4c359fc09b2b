"""A release: everything of a workspace that decides, as texts named by their content.

Two values, each with a revision of its own: the *rules* (types, formulas, sentences, mail templates, and of ``repasse.toml`` what
decides) and the *people* (``diretorio.toml``). Where the database is, who sends the mail and how the service listens belongs to a
place, not to the rules, and takes no part.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import attrs

from formula.types import KIND_NAMES
from routing.domain.annexes import PREFIX
from routing.domain.mails import MAIL_KINDS, MAIL_PARTS
from routing.domain.site import Site
from routing.settings import read_settings
from routing.workspace.folder import DIRECTORY, FORMULAS, SENTENCES, SETTINGS, TYPES

REVISION = 12
"""Characters of a revision: enough of a SHA-256 to tell a site's releases apart."""
OF_A_PLACE = frozenset({"banco", "diretorio", "fontes", "smtp", "servico", "modelos", "publicar", "webhook", "campos", "acesso"})
"""Keys of ``repasse.toml`` that do not decide, or that stand in a release in another form."""
MODELS = "modelos"
MANY_KINDS = "qualquer"


@attrs.frozen
class Snapshot:
    """Files by path, and the revision that their content gives."""

    files: Mapping[str, bytes]

    @property
    def revision(self) -> str:
        """The same files always give the same one."""
        whole = sha256()
        for path in sorted(self.files):
            whole.update(f"{path}\0{sha256(self.files[path]).hexdigest()}\n".encode())
        return whole.hexdigest()[:REVISION]

    def under(self, folder: str) -> dict[str, bytes]:
        """The files of a folder of the snapshot."""
        return {path: content for path, content in self.files.items() if path.startswith(f"{folder}/")}


@attrs.frozen
class Release:
    """The rules and the people of one moment."""

    rules: Snapshot
    people: Snapshot

    @property
    def revision(self) -> str:
        """That of the rules."""
        return self.rules.revision


def taken(folder: Path, site: Site) -> Release:
    """The release that a folder's files would make; ``site`` is what was read of them. Raises OSError, SettingsFault."""
    files = {SETTINGS: settings_text(site).encode()}
    for under, ending in ((TYPES, ".toml"), (FORMULAS, ".formula"), (SENTENCES, ".sql")):
        for path in sorted((folder / under).glob(f"**/*{ending}")):
            files[path.relative_to(folder).as_posix()] = path.read_bytes()
    models = folder / read_settings(site.settings).models
    for name in (f"{kind}.{part}" for kind in MAIL_KINDS for part in MAIL_PARTS):
        if (models / name).is_file():
            files[f"{MODELS}/{name}"] = (models / name).read_bytes()
    directory = folder / DIRECTORY
    people = {DIRECTORY: directory.read_bytes()} if directory.is_file() else {}
    return Release(Snapshot(files), Snapshot(people))


LOOKED_AT = (SETTINGS, DIRECTORY, TYPES, FORMULAS, SENTENCES, MODELS, "casos", "atendimentos")
Stamp = tuple[tuple[str, int, int], ...]


def stamp_of(folder: Path) -> Stamp:
    """A workspace's files with their times and sizes: the same while nobody writes."""
    made: list[tuple[str, int, int]] = []
    for name in LOOKED_AT:
        path = folder / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            try:
                found = file.stat()
            except OSError:
                continue
            made.append((str(file), found.st_mtime_ns, found.st_size))
    return tuple(made)


def settings_text(site: Site) -> str:
    """What of ``repasse.toml`` decides, as TOML in one order. The kinds of extra fields are written out, those that only the sample
    tickets show as well."""
    kept: dict[str, Any] = {name: value for name, value in site.settings.items() if name not in OF_A_PLACE}
    kept["coligada"] = site.coligada
    if site.sender:
        kept["smtp"] = {"remetente": site.sender}
    kept["campos"] = {
        name: KIND_NAMES.get(kind & ~16, MANY_KINDS) for name, kind in site.extra_fields.items() if not name.startswith(PREFIX)
    }
    return "".join(f"{key_of(name)} = {value_of(kept[name])}\n" for name in sorted(kept))


def value_of(value: Any) -> str:
    """A value in one line of TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key_of(name)} = {value_of(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(value_of(one) for one in value) + "]"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return str(value)
    return quoted(str(value))


def key_of(name: str) -> str:
    """A key, in quotes where it needs them."""
    return name if name.isascii() and name.replace("_", "").replace("-", "").isalnum() else quoted(name)


def quoted(text: str) -> str:
    """A basic string; JSON writes them alike, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
