"""Finding names as people write them, and saying what to write when a name has no value (L1, §8).

Names in every mapping of a context match in any letter case. A missing one is a fault whose hint is the line to add to
the context file, ready to paste.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from formula.diagnostics import Fault
from formula.messages import Message, message

MISSING = object()
"""What :func:`find` gives for an absent name: a present one may hold Vazio."""


def find(mapping: Mapping[str, Any], name: str) -> Any:
    """The value of ``name`` in any letter case, or :data:`MISSING`. The exact spelling is tried first: it is the fast way."""
    value = mapping.get(name, MISSING)
    if value is not MISSING or not mapping:
        return value
    wanted = name.strip().upper()
    for key, value in mapping.items():
        if key.upper() == wanted:
            return value
    return MISSING


def near(name: str, known: Iterable[str]) -> str | None:
    """The nearest known spelling, only when it is near enough to be a slip."""
    from difflib import get_close_matches

    names = {known_name.upper(): known_name for known_name in known}
    found = get_close_matches(name.strip().upper(), names, n=1, cutoff=0.75)
    return names[found[0]] if found else None


def suggestion(name: str, known: Iterable[str]) -> Message | None:
    """«Você quis dizer …?» for a near spelling."""
    spelling = near(name, known)
    return None if spelling is None else message("você quis dizer {nome}?", nome=spelling)


def toml_key(name: str) -> str:
    """A name as a key of a TOML file: bare where it may be, else quoted."""
    if name and name.isascii() and name.replace("_", "").replace("-", "").isalnum():
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def missing(code: str, what: Message, table: str, line: str) -> Fault:
    """The fault of a question the context does not answer; the hint holds the table and the line to add."""
    return Fault(
        code,
        what,
        message("acrescente ao contexto:\n[{tabela}]\n{linha}", tabela=table, linha=line),
    )
