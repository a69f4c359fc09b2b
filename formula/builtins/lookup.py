"""Finding names as people write them, and saying what to write when a name has no value (L1, §8).

Names in every mapping of a context match in any letter case. A missing one is a fault whose hint is the line to add to
the context file, ready to paste.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from formula.diagnostics import Fault
from formula.host import MISSING
from formula.host import find as find_key
from formula.messages import Message, message
from formula.names import name_key


def find(mapping: Mapping[str, Any], name: str) -> Any:
    """The value of a name as people write it, or MISSING. The exact spelling is tried first: it is the fast way."""
    value = mapping.get(name, MISSING)
    return find_key(mapping, name_key(name)) if value is MISSING and mapping else value


def near(name: str, known: Iterable[str]) -> str | None:
    """The nearest known spelling, only when it is near enough to be a slip."""
    from difflib import get_close_matches

    names = {name_key(known_name): known_name for known_name in known}
    found = get_close_matches(name_key(name), names, n=1, cutoff=0.75)
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
    """The fault of a question the context does not answer; the hint holds the line to add and its table."""
    return Fault(
        code,
        what,
        message("acrescente ao contexto, em [{tabela}]: {linha}", tabela=table, linha=line),
    )
