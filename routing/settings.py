"""What repasse.toml and the environment say about the database and the sending of mail."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import attrs

from routing.failures import SettingsFault
from routing.messages import message

DEFAULT_DATABASE = "sqlite:///repasse.sqlite"
DATABASE_VARIABLE, PASSWORD_VARIABLE = "REPASSE_BANCO", "REPASSE_SMTP_SENHA"
SECURITY = ("starttls", "tls", "nenhuma")


@attrs.frozen
class Rules:
    """How mails are sent: the lease, the waits between attempts, and the limits. Zero means no limit.

    ``lease`` is how long a worker may take for one mail before another takes it over. ``per_minute`` counts
    deliveries of the whole store, ``per_address_hour`` those to one address. ``attempts`` ends with ``failed``.
    """

    lease: timedelta = timedelta(minutes=5)
    first_wait: timedelta = timedelta(seconds=30)
    longest_wait: timedelta = timedelta(hours=6)
    attempts: int = 12
    per_minute: int = 0
    per_address_hour: int = 0

    def wait(self, attempt: int) -> timedelta:
        """The wait after an attempt (from 1): each four times the one before, up to the longest."""
        grown: timedelta = self.first_wait * int(4 ** min(attempt - 1, 20))
        return min(grown, self.longest_wait)


@attrs.frozen
class Smtp:
    """The mail server. ``security`` is starttls, tls or nenhuma; ``authority`` a file of trusted certificates.

    ``transport`` names a plugin's way of sending, in place of SMTP.
    """

    host: str = ""
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password: str = attrs.field(default="", repr=False)
    sender: str = ""
    authority: str = ""
    timeout: float = 30.0
    transport: str = ""


@attrs.frozen
class Settings:
    """All of it. ``models`` is the folder of the site's own mail templates, relative to the workspace."""

    database: str = DEFAULT_DATABASE
    smtp: Smtp = Smtp()
    rules: Rules = Rules()
    models: str = "modelos"


SMTP_KEYS: Mapping[str, tuple[str, type[Any]]] = {
    "servidor": ("host", str), "porta": ("port", int), "seguranca": ("security", str), "usuario": ("user", str),
    "senha": ("password", str), "remetente": ("sender", str), "autoridade": ("authority", str),
    "tempo_limite": ("timeout", float), "transporte": ("transport", str),
}  # fmt: skip
RULE_KEYS: Mapping[str, tuple[str, type[Any]]] = {
    "prazo": ("lease", timedelta), "primeira_espera": ("first_wait", timedelta),
    "maior_espera": ("longest_wait", timedelta), "tentativas": ("attempts", int), "por_minuto": ("per_minute", int),
    "por_endereco_hora": ("per_address_hour", int),
}  # fmt: skip


def read_settings(found: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Settings:
    """Settings of repasse.toml: ``banco`` (a URL), ``[smtp]`` (server, waits in seconds, limits), ``modelos``.

    The environment wins: ``REPASSE_BANCO``, ``REPASSE_SMTP_SENHA``. SettingsFault for a value that does not fit.
    """
    outside = os.environ if environment is None else environment
    table = found.get("smtp", {})
    if not isinstance(table, Mapping):
        raise unfit("smtp", table)
    for key in table:
        if key not in SMTP_KEYS and key not in RULE_KEYS:
            raise SettingsFault(
                message("a chave '{chave}' de [smtp] não existe", chave=key),
                message("as chaves são: {chaves}", chaves=", ".join([*SMTP_KEYS, *RULE_KEYS])),
            )
    smtp = Smtp(**chosen(table, SMTP_KEYS))
    if smtp.security not in SECURITY:
        raise unfit("smtp.seguranca", smtp.security)
    if outside.get(PASSWORD_VARIABLE):
        smtp = attrs.evolve(smtp, password=outside[PASSWORD_VARIABLE])
    database, models = found.get("banco", DEFAULT_DATABASE), found.get("modelos", "modelos")
    for key, value in (("banco", database), ("modelos", models)):
        if not isinstance(value, str):
            raise unfit(key, value)
    return Settings(outside.get(DATABASE_VARIABLE) or database, smtp, Rules(**chosen(table, RULE_KEYS)), models)


def chosen(table: Mapping[str, Any], keys: Mapping[str, tuple[str, type[Any]]]) -> dict[str, Any]:
    """The values of a table that are there, under our names."""
    return {name: fitted(key, table[key], kind) for key, (name, kind) in keys.items() if key in table}


def fitted(key: str, value: object, kind: type[Any]) -> Any:
    """A value of the kind its key wants; times are seconds."""
    number = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9
    if kind is str and isinstance(value, str):
        return value
    if kind is int and number and isinstance(value, int):
        return value
    if kind is float and number:
        return float(value)  # type: ignore[arg-type]
    if kind is timedelta and number:
        return timedelta(seconds=float(value))  # type: ignore[arg-type]
    raise unfit(f"smtp.{key}", value)


def unfit(key: str, value: object) -> SettingsFault:
    """The fault of a setting."""
    return SettingsFault(
        message("o valor {valor} não serve para '{chave}' em repasse.toml", valor=repr(value), chave=key),
        message("veja as configurações em docs/operations.md"),
    )
