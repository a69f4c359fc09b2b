"""What repasse.toml says about the HTTP service, in ``[servico]``: sizes, processes, deadlines, masked fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from formula.runtime.limits import DEFAULT, Limits
from routing.failures import SettingsFault
from routing.messages import message


@attrs.frozen(kw_only=True)
class ServiceSettings:
    """Bounds of the service.

    ``body`` and ``answer`` are bytes, times are seconds. ``requests`` is how many may be in work at once, ``queue`` how
    many may wait for a process of one pool. ``run_processes`` run texts that come with the request, ``desk_processes``
    decide moves, ``sandbox_processes`` serve the page. ``memory`` is what one process may take, in MiB (0: no bound).
    ``masked`` names fields whose values the log of decisions hides. ``hosts`` are the names under which the page is
    served to browsers (none: the loopback's names and the address bound). ``tracing`` sends OpenTelemetry spans where
    the ``OTEL_…`` variables say. ``limits`` is the most a run may ask for.
    """

    body: int = 2 * 1024 * 1024
    answer: int = 16 * 1024 * 1024
    requests: int = 128
    queue: int = 64
    run_processes: int = 2
    desk_processes: int = 2
    sandbox_processes: int = 1
    memory: int = 1024
    header_seconds: float = 10.0
    body_seconds: float = 10.0
    run_seconds: float = 5.0
    move_seconds: float = 30.0
    key_seconds: float = 2.0
    masked: tuple[str, ...] = ("CPF", "SALARIO", "SENHA")
    hosts: tuple[str, ...] = ()
    tracing: bool = False
    limits: Limits = DEFAULT


KEYS: Mapping[str, tuple[str, type]] = {
    "corpo": ("body", int), "resposta": ("answer", int), "pedidos": ("requests", int), "fila": ("queue", int),
    "processos_formula": ("run_processes", int), "processos_mesa": ("desk_processes", int),
    "processos_pagina": ("sandbox_processes", int), "memoria": ("memory", int),
    "segundos_cabecalho": ("header_seconds", float), "segundos_corpo": ("body_seconds", float),
    "segundos_formula": ("run_seconds", float), "segundos_movimento": ("move_seconds", float),
    "segundos_chave": ("key_seconds", float), "mascarar": ("masked", tuple), "enderecos": ("hosts", tuple),
    "rastreamento": ("tracing", bool),
}  # fmt: skip
MAY_BE_NOTHING = {"memoria", "segundos_chave"}


def service_settings(found: Mapping[str, Any], limits: Limits = DEFAULT) -> ServiceSettings:
    """The settings of a repasse.toml that was read. Raises SettingsFault for a key or value that does not fit."""
    table = found.get("servico", {})
    if not isinstance(table, Mapping):
        raise unfit("servico", table)
    chosen: dict[str, Any] = {}
    for key, value in table.items():
        if key not in KEYS:
            raise SettingsFault(
                message("a chave '{chave}' de [servico] não existe", chave=key),
                message("as chaves são: {chaves}", chaves=", ".join(KEYS)),
            )
        name, kind = KEYS[key]
        chosen[name] = fitted(key, value, kind)
    return ServiceSettings(**chosen, limits=limits)


def fitted(key: str, value: Any, kind: type) -> Any:
    """A value of the kind its key wants; a count or a time must be more than nothing, but for a few."""
    if kind is bool and isinstance(value, bool):
        return value
    if kind is tuple and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    number = isinstance(value, int) if kind is int else isinstance(value, int | float)
    if (
        kind in {int, float}
        and number
        and not isinstance(value, bool)
        and 0 <= value < 1e9
        and (value or key in MAY_BE_NOTHING)
    ):
        return kind(value)
    raise unfit(f"servico.{key}", value)


def unfit(key: str, value: object) -> SettingsFault:
    """The fault of a setting."""
    return SettingsFault(
        message("o valor {valor} não serve para '{chave}' em repasse.toml", valor=repr(value), chave=key),
        message("veja as configurações em docs/http.md"),
    )
