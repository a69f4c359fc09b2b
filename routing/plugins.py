"""What an installed distribution adds to a site through the entry-point group ``repasse.plugins``.

An entry point names a :class:`Plugin`, or a function without arguments that gives one::

    [project.entry-points."repasse.plugins"]
    rateio = "rateio.regras:plugin"

A plugin that does not load, or whose parts do not fit, is left out whole and reported by name; the program goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from formula.builtins import TABLE
from formula.builtins.table import Function
from formula.messages import Message
from formula.reading.lexer import KEYWORDS
from routing.messages import message

if TYPE_CHECKING:
    from sqlalchemy import Engine

GROUP = "repasse.plugins"
NOTHING: Mapping[str, Any] = MappingProxyType({})


class EntryPoint(Protocol):
    """What we need of :class:`importlib.metadata.EntryPoint`."""

    @property
    def name(self) -> str:
        """The plugin's name, which faults show."""

    def load(self) -> Any:
        """Import what the entry point names; may raise anything."""


@attrs.frozen(eq=False)
class Plugin:
    """What one plugin adds.

    ``functions`` are rows made by :func:`formula.builtins.table.function`; ``aliases`` new name → name of a function;
    ``handoff_kinds`` rows of :mod:`routing.deciding.handoffs`; ``sql_sources`` name → function that gives an SQLAlchemy engine;
    ``mail_transports`` name → function that sends as :func:`routing.mail.courier.deliver` does.
    """

    functions: tuple[Function, ...] = ()
    aliases: Mapping[str, str] = NOTHING
    handoff_kinds: Mapping[str, Callable[..., Any]] = NOTHING
    sql_sources: Mapping[str, Callable[[], Engine]] = NOTHING
    mail_transports: Mapping[str, Callable[..., Any]] = NOTHING


@attrs.frozen
class Failure:
    """A plugin that was left out, and why."""

    plugin: str
    message: Message


@attrs.frozen(eq=False)
class Plugins:
    """All plugins together. ``functions`` is the whole table, our own rows first; ``names`` those that loaded."""

    functions: Mapping[str, Function] = TABLE
    handoff_kinds: Mapping[str, Callable[..., Any]] = NOTHING
    sql_sources: Mapping[str, Callable[[], Engine]] = NOTHING
    mail_transports: Mapping[str, Callable[..., Any]] = NOTHING
    names: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()


class Misfit(Exception):
    """A part that cannot be merged; the text is a Message."""


@lru_cache(maxsize=1)
def installed() -> Plugins:
    """The plugins of this Python's distributions, found once per process."""
    from importlib.metadata import entry_points

    return load(sorted(entry_points(group=GROUP), key=lambda entry: entry.name))


def load(entries: Iterable[EntryPoint]) -> Plugins:
    """Load and merge, in order; of two plugins that want one name the later is left out."""
    merged = Plugins()
    for entry in entries:
        try:
            merged = merge(merged, entry.name, obtained(entry))
        except Misfit as misfit:
            failure = Failure(entry.name, misfit.args[0])
            merged = attrs.evolve(merged, failures=(*merged.failures, failure))
    return merged


def obtained(entry: EntryPoint) -> Plugin:
    """The plugin that an entry point names."""
    try:
        found = entry.load()
        if not isinstance(found, Plugin) and callable(found):
            found = found()
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise Misfit(message("o plugin '{nome}' não carrega: {motivo}", nome=entry.name, motivo=reason)) from error
    if not isinstance(found, Plugin):
        raise Misfit(
            message(
                "o plugin '{nome}' não dá um routing.plugins.Plugin, e sim {tipo}",
                nome=entry.name,
                tipo=type(found).__name__,
            )
        )
    return found


def merge(into: Plugins, name: str, plugin: Plugin) -> Plugins:
    """Add one plugin's parts. Raises Misfit when one does not fit."""
    return attrs.evolve(
        into,
        functions=with_aliases(with_functions(into.functions, name, plugin.functions), plugin.aliases),
        handoff_kinds=joined(into.handoff_kinds, name, plugin.handoff_kinds),
        sql_sources=joined(into.sql_sources, name, plugin.sql_sources),
        mail_transports=joined(into.mail_transports, name, plugin.mail_transports),
        names=(*into.names, name),
    )


def with_functions(table: Mapping[str, Function], name: str, rows: Iterable[Function]) -> Mapping[str, Function]:
    """A table with more rows, by name and alias."""
    made = dict(table)
    for row in rows:
        if not isinstance(row, Function):
            raise Misfit(
                message(
                    "o plugin '{nome}' traz uma função que não é uma linha da tabela: {tipo}",
                    nome=name,
                    tipo=type(row).__name__,
                )
            )
        for key in (row.name, *row.aliases):
            fresh(made, key)
            made[key] = row
    return made


def with_aliases(table: Mapping[str, Function], aliases: Mapping[str, str]) -> Mapping[str, Function]:
    """A table in which functions have more names. Raises Misfit for a taken name or an unknown function."""
    if not aliases:
        return table
    made = dict(table)
    for alias, target in aliases.items():
        key = alias.strip().upper()
        fresh(made, key)
        row = table.get(str(target).strip().upper())
        if row is None:
            raise Misfit(message("o apelido {apelido} quer a função {funcao}, que não existe", apelido=key, funcao=target))
        made[key] = row
    return made


def fresh(table: Mapping[str, Function], key: str) -> None:
    """Refuse a name that formulas could not write or that something else has."""
    if key in KEYWORDS:
        raise Misfit(message("{nome} é palavra da linguagem e não pode ser função", nome=key))
    if not key.isascii() or not key.isidentifier():
        raise Misfit(message("'{nome}' não serve de nome de função", nome=key))
    if key in table:
        raise Misfit(message("já existe uma função {nome}", nome=key))


def joined(have: Mapping[str, Any], name: str, more: Mapping[str, Any]) -> Mapping[str, Any]:
    """Two mappings of things that can be called, under different names."""
    for key, value in more.items():
        if key in have:
            raise Misfit(message("o plugin '{nome}' repete '{chave}', que já existe", nome=name, chave=key))
        if not callable(value):
            raise Misfit(message("no plugin '{nome}', '{chave}' não se pode chamar", nome=name, chave=key))
    return {**have, **more} if more else have
