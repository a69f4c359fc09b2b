"""What the columns of a file mean: keys of ``[[atendimento]]``, with ``parametros.X`` and ``campos.Y`` for the inner ones."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import attrs

from routing.domain.ticket_fields import CODE, NUMBER, ROWS, VALUES
from routing.failures import Failure
from routing.messages import message

INNER = tuple(row.key for row in ROWS if row.kind == VALUES)
"""Tables inside a ticket: parametros, campos."""
PLAIN = (*(row.key for row in ROWS if row.key and row.kind != VALUES), "grupo")
WHOLE = frozenset(row.key for row in ROWS if row.key and row.kind in {NUMBER, CODE})
"""Keys whose values are whole numbers."""
REQUIRED = ("coligada", "localidade", "codigo", "tipo")


class FileRefused(Failure):
    """A file that cannot be read as it is. Tickets of the rows before the place where it ends stay in the store."""

    code = "arquivo-recusado"


@attrs.frozen
class Columns:
    """``keys`` by the file's own names of its columns, None for one that is left out; ``fixed`` values stand in every row."""

    keys: Mapping[str, str | None] = attrs.field(factory=dict)
    fixed: Mapping[str, Any] = attrs.field(factory=dict)

    def of_header(self, names: Iterable[str]) -> list[str | None]:
        """The key of each column, in order. FileRefused for one that means nothing, or comes twice, or when a key is missing."""
        made: list[str | None] = []
        written = list(names)
        unused = [name for name in self.keys if name not in written]
        if unused:
            raise FileRefused(
                message("o mapa fala da coluna '{nome}', que o arquivo não tem", nome=unused[0]),
                message("as colunas do arquivo são: {lista}", lista=", ".join(written)[:400]),
            )
        for name in written:
            key = self.keys[name] if name in self.keys else known_key(name)
            if key is not None and key in made:
                raise FileRefused(message("duas colunas são '{chave}'", chave=key), message("tire uma delas"))
            made.append(key)
        missing = [key for key in REQUIRED if key not in made and key not in self.fixed]
        if missing:
            raise FileRefused(
                message("faltam colunas: {lista}", lista=", ".join(missing)),
                message("um atendimento precisa de coligada, localidade, codigo e tipo; um mapa (--map) pode fixá-los em [fixos]"),
            )
        return made


def known_key(name: str) -> str:
    """The key that a column or a map names. FileRefused with the nearest one when there is none."""
    wanted = name.strip()
    table, dot, inner = wanted.partition(".")
    if dot and table.lower() in INNER and inner.strip():
        return f"{table.lower()}.{inner.strip().upper()}"
    if wanted.lower() in PLAIN:
        return wanted.lower()
    near = get_close_matches(re.sub(r"[\s-]+", "_", wanted.lower()), [*PLAIN, *(f"{one}." for one in INNER)], 1)
    raise FileRefused(
        message("a coluna '{nome}' não é chave de um atendimento", nome=name[:60]),
        message("você quis dizer '{chave}'?", chave=near[0])
        if near
        else message('escreva um mapa (--map): em [colunas], "{nome}" = "chave", ou "" para deixá-la de fora', nome=name[:60]),
    )


def read_columns(path: Path) -> Columns:
    """A map of columns: ``[colunas]`` by the file's names, ``[fixos]`` for what every row has. FileRefused, OSError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise FileRefused(message("o mapa '{arquivo}' não pode ser lido: {motivo}", arquivo=path.name, motivo=fault)) from None
    strange = [key for key, value in data.items() if key not in {"colunas", "fixos"} or not isinstance(value, dict)]
    if strange:
        raise FileRefused(
            message("o mapa tem a chave '{chave}', que não existe", chave=strange[0]), message("um mapa tem [colunas] e [fixos]")
        )
    keys: dict[str, str | None] = {}
    for name, key in data.get("colunas", {}).items():
        if not isinstance(key, str):
            raise FileRefused(message("no mapa, '{nome}' precisa do nome de uma chave entre aspas", nome=name))
        keys[name] = known_key(key) if key.strip() else None
    fixed = {known_key(name): value for name, value in data.get("fixos", {}).items()}
    return Columns(keys, fixed)
