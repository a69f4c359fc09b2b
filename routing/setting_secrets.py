"""Secrets of repasse.toml stay where they are: what is copied into a store or an export has none."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from routing.failures import SettingsFault
from routing.messages import message

SECRET_KEYS = ("senha", "segredo")
FILE_KEYS = ("senha_arquivo", "segredo_arquivo")
WRITTEN = re.compile(
    rf"""(?P<key>(?<![\w"'])["']?(?:{"|".join(SECRET_KEYS)})["']?\s*=\s*)"""
    r"""(?P<value>\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')""",
    re.DOTALL,
)
"""A key that holds a secret, with its text."""

ADDRESS = re.compile(r"(?P<user>[a-z][a-z0-9+.-]*://[^\s:/?#@\"']*):(?P<password>[^\s/\"']*)(?=@)", re.IGNORECASE)
"""The beginning of an address that names a user with a password."""


def without_secrets(raw: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The text of a repasse.toml with empty secrets, and the keys that lost theirs (``smtp.senha``, ``banco``).

    Raises SettingsFault when a secret is written in a way that cannot be taken out.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw, ()
    bare = ADDRESS.sub(r"\g<user>", WRITTEN.sub(r'\g<key>""', text))
    try:
        before, after = tomllib.loads(text), tomllib.loads(bare)
    except tomllib.TOMLDecodeError:
        return bare.encode(), ()
    left = tuple(name for name, _ in secrets_of(after))
    if left:
        raise SettingsFault(
            message("o segredo de '{chave}' não pode ser tirado de repasse.toml", chave=left[0]),
            message("ponha-o numa variável do ambiente ou num arquivo (docs/operations.md)"),
        )
    return bare.encode(), tuple(dict.fromkeys(name for name, _ in secrets_of(before)))


def secrets_of(found: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Each secret below a value of the document, with the name of its key."""
    if isinstance(found, Mapping):
        for key, value in found.items():
            below = f"{name}.{key}" if name else str(key)
            if key in SECRET_KEYS and isinstance(value, str):
                if value:
                    yield below, value
            else:
                yield from secrets_of(value, below)
    elif isinstance(found, list):
        for value in found:
            yield from secrets_of(value, name)
    elif isinstance(found, str) and (written := ADDRESS.search(found)):
        yield name, written["password"]


def secret_files(raw: bytes) -> frozenset[str]:
    """The files that a repasse.toml names as holders of secrets, as it names them."""
    try:
        found = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return frozenset()
    tables = (
        [found.get("smtp"), *(found.get("webhook") or [])] if isinstance(found.get("webhook") or [], list) else [found.get("smtp")]
    )
    return frozenset(
        str(table[key]) for table in tables if isinstance(table, Mapping) for key in FILE_KEYS if isinstance(table.get(key), str)
    )
