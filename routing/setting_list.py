"""Every setting of a place: its key, its environment variable, what holds without it, what holds now and who says so."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import attrs

from routing.http.settings import KEYS as SERVICE_KEYS
from routing.http.settings import ServiceSettings
from routing.setting_hooks import SECRET_VARIABLE
from routing.setting_secrets import ADDRESS, SECRET_KEYS
from routing.setting_tables import PLACE_KEYS, Keys
from routing.settings import DEFAULT_DATABASE, RULE_KEYS, SMTP_KEYS, Rules, Smtp

HIDDEN = "•••"
SOURCES, HOOK = "fontes", "webhook"
QUERY = re.compile(r"(?i)((?:password|senha|pwd)=)[^&;\s]+")


@attrs.frozen
class Setting:
    """One key. ``origin`` is ``environment``, ``file`` or ``default``; values are texts without secrets."""

    key: str
    variable: str
    default: str
    value: str
    origin: str

    def as_json(self) -> dict[str, str]:
        """The same names."""
        return attrs.asdict(self)


def settings_of(found: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> list[Setting]:
    """The settings that belong to a place and not to the rules, in order of the documentation. Nothing is checked here."""
    outside = os.environ if environment is None else environment
    rows = [one("banco", "REPASSE_BANCO", DEFAULT_DATABASE, found, outside)]
    rows.append(one("banco", "REPASSE_BANCO_ARQUIVO", "", {}, outside))
    rows += [one(key, variable, default, found, outside) for key, (variable, default) in PLACE_KEYS.items()]
    for section, keys, record in (
        ("smtp", SMTP_KEYS, Smtp()),
        ("smtp", RULE_KEYS, Rules()),
        ("servico", SERVICE_KEYS, ServiceSettings()),
    ):
        rows += table_rows(section, keys, record, table_of(found, section), outside)
    sources = table_of(found, SOURCES)
    rows += [one(str(name), f"REPASSE_FONTES_{name}".upper(), "", sources, outside, SOURCES) for name in sources]
    hooks = found.get(HOOK, [])
    for number, hook in enumerate(hooks if isinstance(hooks, list) else (), start=1):
        if isinstance(hook, Mapping):
            rows.append(one("segredo", f"{SECRET_VARIABLE}_{number}", "", hook, outside, f"{HOOK}.{number}"))
    return rows


def table_of(found: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    """A table of the file; nothing where something else stands."""
    made = found.get(section, {})
    return made if isinstance(made, Mapping) else {}


def table_rows(section: str, keys: Keys, record: Any, found: Mapping[str, Any], outside: Mapping[str, str]) -> Iterator[Setting]:
    """The rows of a table that is read key by key."""
    for key, (field, _) in keys.items():
        yield one(key, f"REPASSE_{section}_{key}".upper(), plain(getattr(record, field)), found, outside, section)


def one(key: str, variable: str, default: str, found: Mapping[str, Any], outside: Mapping[str, str], section: str = "") -> Setting:
    """A row: the environment wins over the file, the file over the default."""
    name = f"{section}.{key}" if section else key
    if outside.get(variable):
        return Setting(name, variable, default, shown(key, outside[variable]), "environment")
    if key in found:
        return Setting(name, variable, default, shown(key, plain(found[key])), "file")
    return Setting(name, variable, default, default, "default")


def plain(value: Any) -> str:
    """A value as repasse.toml or the environment writes it."""
    if isinstance(value, timedelta):
        value = value.total_seconds()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(plain(one) for one in value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def shown(key: str, value: str) -> str:
    """A value without its secret."""
    if key in SECRET_KEYS:
        return HIDDEN if value else ""
    return QUERY.sub(rf"\g<1>{HIDDEN}", ADDRESS.sub(rf"\g<user>:{HIDDEN}", value))
