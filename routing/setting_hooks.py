"""``[[webhook]]`` of repasse.toml: addresses that are told what happens."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import attrs

from formula.messages import Message
from routing.failures import SettingsFault
from routing.key_words import key_hint
from routing.messages import message

EVENTS = ("ticket.moved", "ticket.changed", "ticket.noted", "mail.sent", "mail.failed", "rules.published")
SECRET_VARIABLE = "REPASSE_WEBHOOK_SEGREDO"  # noqa: S105 - the name of a variable
KEYS = ("url", "segredo", "segredo_arquivo", "eventos", "desde")
PREFIX, SHORTEST, LONGEST = "whsec_", 24, 64
PAGE = "docs/connecting.md"


@attrs.frozen
class Hook:
    """An address: ``events`` empty means all; ``since`` is the number behind which its events begin."""

    url: str
    secret: str = attrs.field(repr=False)
    events: frozenset[str] = frozenset()
    since: int = 0

    @property
    def name(self) -> str:
        """What the store knows it by: a digest, since an address may hold a key."""
        return sha256(self.url.encode()).hexdigest()


def read_hooks(found: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> tuple[Hook, ...]:
    """The addresses of a site. SettingsFault names the one that does not fit, by its place in the file."""
    given = found.get("webhook", [])
    if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
        raise fault(message("'webhook' é uma lista de tabelas: [[webhook]]"), message("escreva [[webhook]], com dois colchetes"))
    outside = os.environ if environment is None else environment
    hooks = tuple(read_hook(one, number, outside) for number, one in enumerate(given, start=1))
    twice = [one.url for number, one in enumerate(hooks) if one.url in {other.url for other in hooks[:number]}]
    if twice:
        second = max(number for number, one in enumerate(hooks) if one.url == twice[0])
        said = message("o endereço '{url}' está em dois [[webhook]]", url=twice[0])
        raise fault(said, message("junte os eventos num só"), (second, "url"))
    return hooks


def read_hook(table: Mapping[str, Any], number: int, outside: Mapping[str, str]) -> Hook:
    """One table."""
    for key in table:
        if key not in KEYS:
            raise fault(
                message("[[webhook]] {numero}: a chave '{chave}' não existe", numero=number, chave=key),
                key_hint(key, tuple(KEYS)),
                (number - 1, key),
            )
    url = table.get("url")
    parts = urlsplit(url) if isinstance(url, str) else None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname or any(one.isspace() for one in str(url)):
        raise fault(
            message("[[webhook]] {numero}: 'url' precisa de um endereço http ou https", numero=number),
            message('escreva, por exemplo, url = "https://chamados.exemplo.com.br/ganchos"'),
            (number - 1, "url"),
        )
    since = table.get("desde", 0)
    if not isinstance(since, int) or isinstance(since, bool) or since < 0:
        said = message("[[webhook]] {numero}: 'desde' precisa do número de um evento, ou 0", numero=number)
        raise fault(said, message("escreva desde = 0, sem aspas"), (number - 1, "desde"))
    return Hook(str(url), secret_of(table, number, outside), events_of(table, number), since)


def events_of(table: Mapping[str, Any], number: int) -> frozenset[str]:
    """Which events; all when none are named."""
    wanted = table.get("eventos", [])
    if not isinstance(wanted, list):
        said = message("[[webhook]] {numero}: 'eventos' é uma lista de textos", numero=number)
        raise fault(said, message('escreva eventos = ["{nome}"]', nome=EVENTS[0]), (number - 1, "eventos"))
    for one in wanted:
        if one not in EVENTS:
            near = get_close_matches(str(one), EVENTS, 1)
            raise fault(
                message("[[webhook]] {numero}: o evento '{nome}' não existe", numero=number, nome=one),
                message("você quis dizer '{chave}'?", chave=near[0]) if near else message("há: {lista}", lista=", ".join(EVENTS)),
                (number - 1, "eventos"),
            )
    return frozenset(wanted)


def secret_of(table: Mapping[str, Any], number: int, outside: Mapping[str, str]) -> str:
    """The secret, from the environment, a file or the table, in this order; as Standard Webhooks write it."""
    written = outside.get(f"{SECRET_VARIABLE}_{number}") or outside.get(SECRET_VARIABLE)
    if not written and (path := table.get("segredo_arquivo")):
        try:
            written = Path(str(path)).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise fault(
                message("[[webhook]] {numero}: 'segredo_arquivo' não pode ser lido: {motivo}", numero=number, motivo=error),
                message("o caminho conta a partir da pasta em que o programa roda"),
                (number - 1, "segredo_arquivo"),
            ) from None
    written = written or table.get("segredo")
    try:
        key = base64.b64decode(str(written or "").removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not SHORTEST <= len(key) <= LONGEST:
        said = message(
            "[[webhook]] {numero}: 'segredo' precisa de 'whsec_' e {menor} a {maior} bytes em base64",
            numero=number, menor=SHORTEST, maior=LONGEST,
        )  # fmt: skip
        if not written:
            hint = message("escreva 'segredo', ou ponha-o na variável {nome}", nome=f"{SECRET_VARIABLE}_{number}")
            raise fault(said, hint, (number - 1,))
        hint = message("gere um com: openssl rand -base64 32, e escreva 'whsec_' antes")
        raise fault(said, hint, (number - 1, "segredo"))
    return str(written)


def fault(said: Message, hint: Message | None = None, where: tuple[str | int, ...] = ()) -> SettingsFault:
    """What is wrong at a key below ``webhook``, and where one reads more."""
    return SettingsFault(said, hint or message("veja {pagina}", pagina=PAGE), ("webhook", *where))
