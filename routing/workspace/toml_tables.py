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
from routing.key_words import key_hint, plain_key
from routing.messages import message
from routing.workspace.toml_places import Document, Path
from routing.workspace.toml_slips import TRUTHS

PAIR = re.compile(r"\s*(\d{1,9})\s*;\s*(\d{1,9})\s*", re.ASCII)


NUL = "\0"
"""No database keeps it in a text, and nobody sees it."""
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

    def wrong(self, key: str, wanted: Message, value: object, hint: Message | None = None) -> None:
        """Report a value that cannot serve, and what to write instead where that is known."""
        self.document.report(
            "valor-invalido",
            self.at(key),
            message("'{chave}' precisa de {preciso}, mas tem {valor}", chave=key, preciso=wanted, valor=shown(value)),
            hint,
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
            self.wrong(key, message("um número inteiro a partir de {menor}", menor=least), value, whole_hint(key, value, least))
            return default
        if value > MOST_WHOLE:
            hint = message("escreva um número menor")
            self.wrong(key, message("um número inteiro até {maior}", maior=MOST_WHOLE), value, hint)
            return default
        return value

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A text."""
        value = self.value(key, required)
        if value is None:
            return default
        if not isinstance(value, str):
            self.wrong(key, message("um texto entre aspas"), value, text_hint(key, value))
            return default
        if NUL in value:
            self.wrong(key, message("um texto sem o caractere nulo (U+0000)"), value.replace(NUL, "␀"))
            return default
        return value

    def code(self, key: str) -> str:
        """A required text that may be written as a number."""
        value = self.value(key, True)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is None or isinstance(value, str):
            return (value or "").strip()
        self.wrong(key, message("um código"), value, text_hint(key, value))
        return ""

    def truth(self, key: str, default: bool) -> bool:
        """``true`` or ``false``."""
        value = self.value(key, False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(key, message("true ou false"), value, truth_hint(key, value))
            return default
        return value

    def word(self, key: str, allowed: Sequence[str], default: str | None = None) -> Any:
        """One of a closed list, in any letter case."""
        value = self.value(key, False)
        if value is None:
            return default
        match = {option.lower(): option for option in allowed}.get(value.lower()) if isinstance(value, str) else None
        if match is None:
            self.wrong(
                key, message("uma destas palavras: {lista}", lista=", ".join(allowed)), value, word_hint(key, value, allowed)
            )
            return default
        return match

    def key_pair(self, key: str, *, required: bool = False) -> str | None:
        """A text ``coligada;código``."""
        value = self.value(key, required)
        if value is None:
            return None
        found = pair(value) if isinstance(value, str) else None
        if found is None:
            self.wrong(key, message("um texto 'coligada;código', como \"1;3\""), value, pair_hint(key, value))
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self.value(key, False)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong(key, message("uma lista de textos"), value, list_hint(key, value))
            return ()
        return tuple(value)

    def pairs(self, key: str) -> tuple[str, ...]:
        """A list of texts ``coligada;código``, each once."""
        made: dict[str, None] = {}
        for item in self.texts(key):
            found = pair(item)
            if found is None:
                self.wrong(key, message("textos 'coligada;código', como \"1;3\""), item, pairs_hint(key, item))
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
        hint = message("escreva {chave} = 2026-11-24, ou 2026-11-24T10:00:00 com a hora; o dia precisa existir", chave=key)
        self.wrong(key, message("uma data"), value, hint)
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
            hint = message("escreva {chave} = {{ nome = valor }}, entre chaves, ou uma tabela [{chave}]", chave=key)
            self.wrong(key, message("uma tabela"), value, hint)
            return {}
        return value

    def inner(self, key: str) -> Table | None:
        """A table inside this one, to be read key by key; None when absent."""
        value = self.mapping(key)
        return Table(self.document, self.at(key), value) if value else None

    def finish(self) -> None:
        """Report the keys that nobody asked for."""
        unknown_keys(self.document, self.path, self.data, sorted(self.known))


def unknown_keys(document: Document, path: Path, data: Iterable[str], known: Sequence[str]) -> None:
    """Report the keys of a table that are none of those known, each with the nearest, or with all that there are."""
    for key in data:
        if key not in known:
            said = message("a chave '{chave}' não existe aqui", chave=key)
            document.report("chave-desconhecida", (*path, key), said, key_hint(key, known))


# -- what to write instead --------------------------------------------------------------------------


def whole_hint(key: str, value: object, least: int) -> Message:
    """A whole number in place of something else."""
    number = number_of(value)[1] if isinstance(value, str | float | Decimal) and not isinstance(value, bool) else None
    if number is not None and number == int(number) and least <= number <= MOST_WHOLE:
        return message("escreva {chave} = {valor}, sem aspas e sem casas", chave=key, valor=int(number))
    return message("escreva {chave} = {valor}, com o seu número em algarismos", chave=key, valor=max(least, 1))


def text_hint(key: str, value: object) -> Message:
    """A text in place of something else."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return message('escreva {chave} = "{valor}", sem colchetes', chave=key, valor=value[0])
    if isinstance(value, list | Mapping):
        return message('escreva {chave} = "…", um texto só', chave=key)
    return message('escreva {chave} = "{valor}"', chave=key, valor=shown(value))


def truth_hint(key: str, value: object) -> Message:
    """``true`` or ``false`` in place of a word or number for it."""
    meant = TRUTHS.get(str(value).strip().lower(), {"1": "true", "0": "false", "s": "true", "n": "false"}.get(str(value)))
    if meant:
        return message("escreva {chave} = {valor}, sem aspas", chave=key, valor=meant)
    return message("escreva {chave} = true ou {chave} = false, sem aspas", chave=key)


def word_hint(key: str, value: object, allowed: Sequence[str]) -> Message:
    """One of the words."""
    near = get_close_matches(plain_key(str(value)).replace("_", ""), [one.lower() for one in allowed], 1)
    found = next((one for one in allowed if near and one.lower() == near[0]), None)
    if found is not None:
        return message('você quis dizer {chave} = "{valor}"?', chave=key, valor=found)
    if len(allowed) <= FEW:
        return message("escreva uma destas: {lista}", lista="; ".join(f'{key} = "{one}"' for one in allowed))
    return message("escreva {chave} = com uma das palavras entre aspas, ou tire a chave", chave=key)


FEW = 3
"""So many words are all shown as they are written."""


def kind_hint(key: str, kind: str) -> Message:
    """A value of a parameter's or field's kind, as a file has it."""
    example = {"numero": '"1500.50"', "data": "2026-11-24", "logico": "true"}.get(kind, '"…"')
    return message("escreva {chave} = {valor}", chave=key, valor=example)


def pair_hint(key: str, value: object) -> Message:
    """A person or group by its key."""
    code = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str) and pair(value[0]):
        return message('escreva {chave} = "{valor}", sem colchetes', chave=key, valor=value[0])
    numbers = re.findall(r"\d{1,9}", code, re.ASCII)
    if len(numbers) == 2:
        return message('escreva {chave} = "{valor}", com ponto e vírgula', chave=key, valor=";".join(numbers))
    if len(numbers) == 1 and code == numbers[0]:
        return message('escreva a coligada antes: {chave} = "1;{valor}"', chave=key, valor=code)
    return message('escreva a coligada e o código, e não o nome: {chave} = "1;3"', chave=key)


def pairs_hint(key: str, value: str) -> Message:
    """The same of an element of a list."""
    numbers = re.findall(r"\d{1,9}", value, re.ASCII)
    if len(numbers) == 2:
        return message('escreva "{valor}", com ponto e vírgula', valor=";".join(numbers))
    if len(numbers) > 2 and len(numbers) % 2 == 0 and not re.search(r"[^\d;,\s]", value):
        pairs = ", ".join(f'"{one};{other}"' for one, other in zip(numbers[::2], numbers[1::2], strict=True))
        return message("escreva cada um entre aspas: {chave} = [{valor}]", chave=key, valor=pairs)
    if numbers == [value.strip()]:
        return message('escreva a coligada antes: "1;{valor}"', valor=numbers[0])
    return message('escreva a coligada e o código, e não o nome: {chave} = ["1;3", "1;4"]', chave=key)


def list_hint(key: str, value: object) -> Message:
    """A list of texts in place of one text, or of numbers."""
    if isinstance(value, str):
        return message('escreva entre colchetes: {chave} = ["{valor}"]', chave=key, valor=shown_bare(value))
    if isinstance(value, list):
        return message('ponha cada um entre aspas: {chave} = ["…", "…"]', chave=key)
    return message('escreva {chave} = ["…"]', chave=key)


def shown_bare(text: str) -> str:
    """A text for a message, short."""
    return text if len(text) <= 60 else text[:59] + "…"


def tables(document: Document, key: str, path: Path = (), data: Mapping[str, Any] | None = None) -> Iterable[Table]:
    """The tables of an array ``[[key]]``; another kind of value is a fault."""
    value = (document.data if data is None else data).get(key, [])
    where = (*path, key)
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        document.report(
            "valor-invalido",
            where,
            message("'{chave}' precisa ser uma lista de tabelas", chave=key),
            message("escreva [[{chave}]], com dois colchetes", chave=key),
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
    if value is None or (isinstance(value, str) and kind != "texto" and not value.strip()):
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
    return isinstance(value, str | int | Decimal | float) and NUL not in str(value), str(value)


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
