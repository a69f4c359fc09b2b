"""What repasse.toml says about the HTTP service, in ``[servico]``: sizes, processes, deadlines, masked fields."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import attrs

from formula.limits import DEFAULT, Limits
from routing.setting_tables import Keys, count, flag, read_table, real, something, text, texts, with_environment


@attrs.frozen(kw_only=True)
class ServiceSettings:
    """Bounds of the service.

    ``body`` and ``answer`` are bytes, times are seconds. ``requests`` is how many may be in work at once, ``queue`` how
    many may wait for a process of one pool. ``run_processes`` run texts that come with the request, ``desk_processes``
    decide moves, ``sandbox_processes`` serve the page. ``memory`` is what one process may take, in MiB (0: no bound).
    ``masked`` names fields whose values the log of decisions hides. ``hosts`` are the names under which the page is
    served to browsers (none: the loopback's names and the address bound). ``tracing`` sends OpenTelemetry spans where
    the ``OTEL_…`` variables say. ``limits`` is the most a run may ask for. ``proxies``
    are the addresses whose word about the caller's own address is believed (none: nobody's); ``root`` is the path under
    which a proxy offers the service; with ``guarded_state``, /metrics and /openapi.json ask for a key.
    """

    body: int = 2 * 1024 * 1024
    answer: int = 16 * 1024 * 1024
    requests: int = 128
    queue: int = 64
    run_processes: int = 2
    desk_processes: int = 2
    sandbox_processes: int = 2
    memory: int = 1024
    header_seconds: float = 10.0
    body_seconds: float = 10.0
    run_seconds: float = 5.0
    move_seconds: float = 30.0
    key_seconds: float = 2.0
    masked: tuple[str, ...] = ("CPF", "SALARIO", "SENHA")
    hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    root: str = ""
    guarded_state: bool = False
    tracing: bool = False
    limits: Limits = DEFAULT


KEYS: Keys = {
    "corpo": ("body", something(count)), "resposta": ("answer", something(count)),
    "pedidos": ("requests", something(count)), "fila": ("queue", something(count)),
    "processos_formula": ("run_processes", something(count)), "processos_mesa": ("desk_processes", something(count)),
    "processos_pagina": ("sandbox_processes", something(count)), "memoria": ("memory", count),
    "segundos_cabecalho": ("header_seconds", something(real)), "segundos_corpo": ("body_seconds", something(real)),
    "segundos_formula": ("run_seconds", something(real)), "segundos_movimento": ("move_seconds", something(real)),
    "segundos_chave": ("key_seconds", real), "mascarar": ("masked", texts), "enderecos": ("hosts", texts),
    "rastreamento": ("tracing", flag), "proxies": ("proxies", texts), "raiz": ("root", text),
    "estado_com_chave": ("guarded_state", flag),
}  # fmt: skip


def service_settings(found: Mapping[str, Any], limits: Limits = DEFAULT) -> ServiceSettings:
    """The settings of a repasse.toml that was read. Raises SettingsFault for a key or value that does not fit."""
    return attrs.evolve(read_service(with_environment(found.get("servico", {}), "servico", KEYS, os.environ)), limits=limits)


def read_service(table: object) -> ServiceSettings:
    """``[servico]``. Raises SettingsFault."""
    return read_table(ServiceSettings, table, "servico", KEYS, "docs/http.md")
