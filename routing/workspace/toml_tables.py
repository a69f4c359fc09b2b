"""Typed reading of one TOML table: a value of another kind, a missing or an unknown key is a fault with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

import attrs

from formula.messages import Message
from formula.values import NULL_DATE, ambiguous_thousands, parse_date, parse_number
from routing.domain.zone import read_time, wall_time
from routing.messages import message
from routing.workspace.toml_places import Document, Path

PAIR = re.compile(r"\s*(\d{1,9})\s*;\s*(\d{1,9})\s*", re.ASCII)


MOST_WHOLE = 2**31 - 1
"""The largest number that a column of a database keeps."""


def pair(text: str) -> str | None:
    """``coligada;código`` in its one spelling, or None when the text is no such pair."""
    found = PAIR.fullmatch(text)
    return f"{int(found[1])};{int(found[2])}" if found else None


@attrs.define(eq=False)
class Table:
    """A table of a document at ``path``. Each reader gives the default where the value is missing or wrong."""

    document: Document
    path: Path
    data: Mapping[str, Any]
    known: set[str] = attrs.field(factory=set)

    def at(self, key: str) -> Path:
        """The path of a key."""
        return (*self.path, key)

    def wrong(self, key: str, wanted: Message, value: object) -> None:
        """Report a value that cannot serve."""
        self.document.report(
            "valor-invalido",
            self.at(key),
            message("'{chave}' precisa de {preciso}, mas tem {valor}", chave=key, preciso=wanted, valor=shown(value)),
        )

    def value(self, key: str, required: bool) -> Any:
        """The raw value, or None; a required key that is missing is reported."""
        self.known.add(key)
        if key not in self.data and required:
            self.document.report(
                "chave-ausente",
                self.path,
                message("falta a chave '{chave}'", chave=key),
                message("escreva '{chave} = …' nesta tabela", chave=key),
            )
        return self.data.get(key)

    def integer(self, key: str, default: int | None = None, *, required: bool = False, least: int = 0) -> Any:
        """A whole number of at least ``least``."""
        value = self.value(key, required)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self.wrong(key, message("um número inteiro a partir de {menor}", menor=least), value)
            return default
        if value > MOST_WHOLE:
            self.wrong(key, message("um número inteiro até {maior}", maior=MOST_WHOLE), value)
            return default
        return value

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A text."""
        value = self.value(key, required)
        if value is None:
            return default
        if not isinstance(value, str):
            self.wrong(key, message("um texto entre aspas"), value)
            return default
        return value

    def code(self, key: str) -> str:
        """A required text that may be written as a number."""
        value = self.value(key, True)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is None or isinstance(value, str):
            return (value or "").strip()
        self.wrong(key, message("um código"), value)
        return ""

    def truth(self, key: str, default: bool) -> bool:
        """``true`` or ``false``."""
        value = self.value(key, False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(key, message("true ou false"), value)
            return default
        return value

    def word(self, key: str, allowed: Sequence[str], default: str | None = None) -> Any:
        """One of a closed list, in any letter case."""
        value = self.value(key, False)
        if value is None:
            return default
        match = {option.lower(): option for option in allowed}.get(value.lower()) if isinstance(value, str) else None
        if match is None:
            self.wrong(key, message("uma destas palavras: {lista}", lista=", ".join(allowed)), value)
            return default
        return match

    def key_pair(self, key: str, *, required: bool = False) -> str | None:
        """A text ``coligada;código``."""
        value = self.value(key, required)
        if value is None:
            return None
        found = pair(value) if isinstance(value, str) else None
        if found is None:
            self.wrong(key, message("um texto 'coligada;código', como \"1;3\""), value)
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self.value(key, False)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong(key, message("uma lista de textos"), value)
            return ()
        return tuple(value)

    def pairs(self, key: str) -> tuple[str, ...]:
        """A list of texts ``coligada;código``, each once."""
        made: dict[str, None] = {}
        for item in self.texts(key):
            found = pair(item)
            if found is None:
                self.wrong(key, message("textos 'coligada;código', como \"1;3\""), item)
            else:
                made[found] = None
        return tuple(made)

    def moment(self, key: str, *, required: bool = False) -> Any:
        """A date or date-time, as TOML writes it or as a text ``dd/mm/aaaa[ hh:mm]`` or ISO; on the wall clock of the site."""
        value = self.value(key, required)
        if value is None:
            return None
        if isinstance(value, str):
            value = time_of(value, self.document.zone) or value
        if isinstance(value, datetime):
            return None if value == NULL_DATE else wall_time(value, self.document.zone)
        if isinstance(value, date):
            return value
        self.wrong(key, message("uma data"), value)
        return None

    def day(self, key: str, *, required: bool = False) -> date | None:
        """A date; the time of a date-time is dropped."""
        value = self.moment(key, required=required)
        return value.date() if isinstance(value, datetime) else value

    def mapping(self, key: str) -> Mapping[str, Any]:
        """A table inside this one."""
        value = self.value(key, False)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.wrong(key, message("uma tabela"), value)
            return {}
        return value

    def inner(self, key: str) -> Table | None:
        """A table inside this one, to be read key by key; None when absent."""
        value = self.mapping(key)
        return Table(self.document, self.at(key), value) if value else None

    def finish(self) -> None:
        """Report the keys that nobody asked for."""
        for key in self.data:
            if key not in self.known:
                near = get_close_matches(key, sorted(self.known), 1)
                self.document.report(
                    "chave-desconhecida",
                    self.at(key),
                    message("a chave '{chave}' não existe aqui", chave=key),
                    message("você quis dizer '{chave}'?", chave=near[0]) if near else None,
                )


def tables(document: Document, key: str, path: Path = (), data: Mapping[str, Any] | None = None) -> Iterable[Table]:
    """The tables of an array ``[[key]]``; another kind of value is a fault."""
    value = (document.data if data is None else data).get(key, [])
    where = (*path, key)
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        document.report(
            "valor-invalido",
            where,
            message("'{chave}' precisa ser uma lista de tabelas", chave=key),
            message("escreva [[{chave}]]", chave=key),
        )
        return []
    return [Table(document, (*where, number), item) for number, item in enumerate(value)]


def time_of(text: str, zone: tzinfo | None) -> date | None:
    """A date or time as people write it, or in ISO; None when the text is neither."""
    found = parse_date(text)
    if found is not None or not ISO_TIME.match(text):
        return found
    try:
        return read_time(text, zone)
    except ValueError:
        return None


ISO_TIME = re.compile(r"\s*\d{4}-\d\d-\d\d", re.ASCII)


def scalar_of(value: object, kind: str, zone: tzinfo | None) -> tuple[bool, Any]:
    """A TOML value as a parameter of a kind (``numero texto data logico``): whether it fits, and the value. Times with an offset
    become those of the zone."""
    if value is None or (value == "" and kind != "texto"):
        return True, None
    if kind == "numero":
        return number_of(value)
    if kind == "data":
        found = time_of(value, zone) if isinstance(value, str) else value
        if isinstance(found, date) and not isinstance(found, datetime):
            found = datetime(found.year, found.month, found.day)
        return isinstance(found, datetime), wall_time(found, zone) if isinstance(found, datetime) else None
    if kind == "logico":
        words = {"verdade": True, "sim": True, "1": True, "falso": False, "não": False, "nao": False, "0": False}
        made = value if isinstance(value, bool) else words.get(str(value).strip().lower())
        return made is not None, made
    return isinstance(value, str | int | Decimal | float), str(value)


def two_readings(value: object) -> Message | None:
    """Why a text such as ``25.000`` is no number here: people and the language read two (taa.md, Decisions)."""
    readings = ambiguous_thousands(value) if isinstance(value, str) else None
    if readings is None:
        return None
    said, thousands = readings
    return message("'{texto}' tem duas leituras: {um} ou {mil}", texto=str(value).strip(), um=said, mil=thousands)


READINGS_HINT = message("escreva o número sem ponto de milhar, como 25000 ou 25000,00")


def number_of(value: object) -> tuple[bool, Any]:
    """An exact number of a text or a TOML number."""
    if isinstance(value, str):
        found = None if ambiguous_thousands(value) else parse_number(value)
        return found is not None, found
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False, None
    if isinstance(value, float):
        made = Decimal(repr(value))
        return made.is_finite(), made
    return True, value


def shown(value: object) -> str:
    """A raw value for a message, short."""
    text = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"
