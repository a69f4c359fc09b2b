"""A table of repasse.toml as an attrs record (cattrs): Portuguese keys, exact kinds, one fault that names the key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from formula.messages import Message
from routing.failures import SettingsFault
from routing.key_words import key_hint
from routing.messages import message
from routing.setting_secrets import SECRET_KEYS

Record = TypeVar("Record")
Reader = Callable[[Any, Any], Any]
Keys = Mapping[str, tuple[str, Reader]]
"""For each key of a table the record's field, and what makes the value or raises ValueError."""

MOST = 1_000_000_000

PLACE_KEYS: Mapping[str, tuple[str, str]] = {
    "modelos": ("REPASSE_MODELOS", "modelos"),
    "publicar": ("REPASSE_PUBLICAR", "automatico"),
}
"""Plain keys of repasse.toml that belong to a place and not to the rules: their variable, and what holds without them."""


def of_this_place(found: Mapping[str, Any], environment: Mapping[str, str]) -> Mapping[str, Any]:
    """A repasse.toml with the plain keys that the environment says."""
    given = {key: environment[variable] for key, (variable, _) in PLACE_KEYS.items() if environment.get(variable)}
    return {**found, **given} if given else found


def text(value: Any, _: Any = None) -> str:
    """A text."""
    made: str = exact(value, isinstance(value, str))
    return made


def flag(value: Any, _: Any = None) -> bool:
    """Exactly ``true`` or ``false``."""
    made: bool = exact(value, isinstance(value, bool))
    return made


def texts(value: Any, _: Any = None) -> tuple[str, ...]:
    """A list of texts."""
    return tuple(exact(value, isinstance(value, list) and all(isinstance(one, str) for one in value)))


def count(value: Any, _: Any = None) -> int:
    """A whole number, not below nothing."""
    made: int = exact(value, isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MOST)
    return made


def real(value: Any, _: Any = None) -> float:
    """A number, not below nothing."""
    return float(exact(value, isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < MOST))


def seconds(value: Any, _: Any = None) -> timedelta:
    """A time in seconds."""
    return timedelta(seconds=real(value))


def something(read: Reader) -> Reader:
    """The same, but nothing (0) does not fit."""

    @wraps(read)
    def reader(value: Any, kind: Any) -> Any:
        made = read(value, kind)
        return exact(made, bool(made))

    return reader


def exact(value: Any, fits: bool) -> Any:
    """The value, or ValueError."""
    if not fits:
        raise ValueError(value)
    return value


def read_table(kind: type[Record], found: object, section: str, keys: Keys, page: str, others: Keys | None = None) -> Record:
    """The record of a table. ``others`` are keys of the same table that belong to another record; ``page`` tells about both.

    Raises SettingsFault for a key that is unknown or a value that does not fit.
    """
    from cattrs import ClassValidationError, Converter
    from cattrs.gen import make_dict_structure_fn, override

    if not isinstance(found, Mapping):
        raise unfit(section, found, page, message("escreva [{secao}] e, embaixo, uma chave por linha", secao=section))
    everything = {**keys, **(others or {})}
    for key in found:
        if key not in everything:
            raise SettingsFault(
                message("a chave '{chave}' de [{secao}] não existe", chave=key, secao=section),
                key_hint(key, tuple(everything)),
                (section, key),
            )
    names = {field: key for key, (field, _) in keys.items()}
    overrides: dict[str, Any] = {field: override(rename=key, struct_hook=read) for key, (field, read) in keys.items()}
    structure = make_dict_structure_fn(kind, Converter(), **overrides)
    try:
        return structure({key: value for key, value in found.items() if key in keys}, kind)
    except ClassValidationError as faults:
        noted, _ = faults.group_exceptions()
        key = names[noted[0][1].name]
        raise unfit(f"{section}.{key}", found[key], page, wanted(keys[key][1], key, found[key])) from None


def with_environment(found: object, section: str, keys: Keys, environment: Mapping[str, str]) -> object:
    """A table with the values of the environment in place of its own: ``REPASSE_SECTION_KEY``, a text, a number, true or false, or
    texts between commas. SettingsFault for a value that does not fit its key."""
    given: dict[str, Any] = {}
    for key, (_, read) in keys.items():
        raw = environment.get(f"REPASSE_{section}_{key}".upper())
        if raw:
            given[key] = fitting(raw, read, f"REPASSE_{section}_{key}".upper())
    if not given:
        return found
    return {**found, **given} if isinstance(found, Mapping) else found


def fitting(raw: str, read: Reader, name: str) -> Any:
    """The first way to understand a text of the environment that a key takes."""
    ways: list[Any] = [raw]
    if raw.lower() in {"true", "false"}:
        ways.append(raw.lower() == "true")
    with suppress(ValueError):
        ways += [int(raw)]
    with suppress(ValueError):
        ways += [float(raw)]
    ways.append([part.strip() for part in raw.split(",") if part.strip()])
    for value in ways:
        with suppress(ValueError):
            read(value, None)
            return value
    raise SettingsFault(message("a variável de ambiente {nome} tem um valor que não serve", nome=name), see("docs/operations.md"))


def unfit(key: str, value: object, page: str, hint: Message | None = None) -> SettingsFault:
    """The fault of a setting; what a secret was given is not shown."""
    said = message("o valor {valor} não serve para '{chave}' em repasse.toml", valor=repr(value), chave=key)
    if key.rpartition(".")[2] in SECRET_KEYS:
        said = message("o que foi escrito não serve para '{chave}' em repasse.toml", chave=key)
    return SettingsFault(said, hint or see(page), tuple(key.split(".")))


def wanted(read: Reader, key: str, value: object) -> Message | None:
    """What to write where a reader did not take a value; None where only the page can say."""
    kind = getattr(read, "__name__", "")
    if kind in {"count", "real", "seconds"}:
        return message("escreva {chave} = com um número a partir de 0, sem aspas", chave=key)
    if kind == "flag":
        return message("escreva {chave} = true ou {chave} = false, sem aspas", chave=key)
    if kind == "texts":
        return message('escreva {chave} = ["…"]', chave=key)
    if kind == "text":
        return message('escreva {chave} = "{valor}"', chave=key, valor="…" if key in SECRET_KEYS else value)
    return None


def see(page: str) -> Message:
    """Where the settings are described."""
    return message("veja as configurações em {pagina}", pagina=page)
