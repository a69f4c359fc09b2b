"""What repasse.toml and the environment say about the database and the sending of mail."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs

from routing.failures import SettingsFault
from routing.messages import message
from routing.setting_hooks import Hook, read_hooks
from routing.setting_tables import Keys, count, read_table, real, seconds, see, text, texts, unfit, with_environment

DEFAULT_DATABASE = "sqlite:///repasse.sqlite"
DATABASE_VARIABLE, PASSWORD_VARIABLE = "REPASSE_BANCO", "REPASSE_SMTP_SENHA"
DATABASE_FILE_VARIABLE = "REPASSE_BANCO_ARQUIVO"
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

    ``transport`` names a plugin's way of sending, in place of SMTP. ``password_file`` holds the password in place of repasse.toml;
    ``senders`` are the addresses and domains that formulas may write from.
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
    password_file: str = ""
    senders: tuple[str, ...] = ()


@attrs.frozen
class Settings:
    """All of it. ``models`` is the folder of the site's own mail templates, relative to the workspace."""

    database: str = DEFAULT_DATABASE
    smtp: Smtp = Smtp()
    rules: Rules = Rules()
    models: str = "modelos"
    hooks: tuple[Hook, ...] = ()


SMTP_KEYS: Keys = {
    "servidor": ("host", text), "porta": ("port", count), "seguranca": ("security", text), "usuario": ("user", text),
    "senha": ("password", text), "remetente": ("sender", text), "autoridade": ("authority", text),
    "tempo_limite": ("timeout", real), "transporte": ("transport", text),
    "senha_arquivo": ("password_file", text), "remetentes": ("senders", texts),
}  # fmt: skip
RULE_KEYS: Keys = {
    "prazo": ("lease", seconds),
    "primeira_espera": ("first_wait", seconds),
    "maior_espera": ("longest_wait", seconds),
    "tentativas": ("attempts", count),
    "por_minuto": ("per_minute", count),
    "por_endereco_hora": ("per_address_hour", count),
}
PAGE = "docs/operations.md"


def read_settings(found: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Settings:
    """Settings of repasse.toml: ``banco`` (a URL), ``[smtp]`` (server, waits in seconds, limits), ``modelos``.

    The environment wins: ``REPASSE_BANCO``, and ``REPASSE_SMTP_`` with the name of a key, such as ``REPASSE_SMTP_SENHA``;
    ``REPASSE_BANCO_ARQUIVO`` names a file that holds the URL. SettingsFault for a value that does not fit.
    """
    outside = os.environ if environment is None else environment
    smtp, rules = read_mail(with_environment(found.get("smtp", {}), "smtp", {**SMTP_KEYS, **RULE_KEYS}, outside))
    if smtp.password_file and not outside.get(PASSWORD_VARIABLE):
        smtp = attrs.evolve(smtp, password=secret_of(smtp.password_file, "smtp.senha_arquivo"))
    database, models = read_plain(found)
    address = outside.get(DATABASE_VARIABLE)
    if not address and outside.get(DATABASE_FILE_VARIABLE):
        address = secret_of(outside[DATABASE_FILE_VARIABLE], DATABASE_FILE_VARIABLE)
    return Settings(address or database, smtp, rules, models, read_hooks(found, outside))


def read_mail(table: object) -> tuple[Smtp, Rules]:
    """``[smtp]``. Raises SettingsFault."""
    smtp = read_table(Smtp, table, "smtp", SMTP_KEYS, PAGE, RULE_KEYS)
    rules = read_table(Rules, table, "smtp", RULE_KEYS, PAGE, SMTP_KEYS)
    if smtp.security not in SECURITY:
        hint = message("escreva seguranca = com uma destas palavras entre aspas: {lista}", lista=", ".join(SECURITY))
        raise unfit("smtp.seguranca", smtp.security, PAGE, hint)
    return smtp, rules


def read_plain(found: Mapping[str, Any]) -> tuple[str, str]:
    """``banco`` and ``modelos``. Raises SettingsFault."""
    for key, example in (("banco", DEFAULT_DATABASE), ("modelos", "modelos")):
        if not isinstance(found.get(key, ""), str):
            raise unfit(key, found[key], PAGE, message('escreva {chave} = "{valor}"', chave=key, valor=example))
    return found.get("banco", DEFAULT_DATABASE), found.get("modelos", "modelos")


def secret_of(path: str, key: str) -> str:
    """What a file holds, without the line break at its end. SettingsFault when it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsFault(
            message(
                "o arquivo de '{chave}' não pode ser lido: {motivo}", chave=key, motivo=getattr(error, "strerror", None) or "UTF-8"
            ),
            see(PAGE),
        ) from None
