"""``[[anexo]]`` of repasse.toml: kinds of records that tickets take (:mod:`routing.domain.annexes`)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

from formula.messages import Message
from formula.names import name_key
from formula.types import KIND_NAMES
from formula.values import display
from routing.domain.annexes import COUNT, RIGHT, SUM, WRITERS, Annex
from routing.domain.model import TicketType
from routing.messages import message
from routing.workspace.toml_places import Document
from routing.workspace.toml_tables import Table, scalar_of, tables

KEY = "anexo"
NAME = re.compile(r"[A-Z][A-Z0-9_]{0,62}", re.ASCII)
KINDS = tuple(KIND_NAMES[kind] for kind in sorted(KIND_NAMES) if KIND_NAMES[kind] in {"texto", "numero", "data", "logico"})


EXAMPLES: Mapping[str, str] = {"texto": '"baixo"', "numero": "1", "data": "2026-11-24", "logico": "true"}
"""A value of each kind, as it is written."""


def read_annexes(document: Document) -> dict[str, Annex]:
    """The annexes by name."""
    made: dict[str, Annex] = {}
    for table in tables(document, KEY):
        one = read_annex(table)
        table.finish()
        if one.name in made:
            document.report("codigo-repetido", table.at("nome"), message("o anexo '{nome}' aparece duas vezes", nome=one.name))
        if one.name:
            made[one.name] = one
    return made


def read_annex(table: Table) -> Annex:
    """One table. What is wrong is reported; the rest counts."""
    name = word_of(table, "nome", table.text("nome", required=True))
    fields = dict(read_fields(table))
    return Annex(
        name=name,
        title=table.text("titulo") or name.capitalize(),
        fields=fields,
        required=tuple(known_fields(table, "obrigatorios", table.texts("obrigatorios"), fields)),
        choices=read_choices(table, fields),
        writers=read_writers(table),
        many=table.truth("varios", False),
        closed=table.truth("encerrado", False),
        types=frozenset(read_types(table)),
        level=table.integer("nivel", 0),
    )


def word_of(table: Table, key: str, text: str) -> str:
    """A name that formulas can say: capitals, digits, underscores."""
    word = text.strip().upper()
    if text and (NAME.fullmatch(word) is None or word == SUM):
        table.wrong(key, message("um nome de letras sem acento, algarismos e _, como PESQUISA"), text)
        return ""
    return word


def read_fields(table: Table) -> Iterator[tuple[str, str]]:
    """Kinds by name."""
    written = table.mapping("campos")
    if not written:
        table.document.report(
            "chave-ausente",
            table.path,
            message("falta a chave '{chave}'", chave="campos"),
            message('escreva campos = {{ NOTA = "numero" }}'),
        )
    for given, kind in written.items():
        name = word_of(table, "campos", given)
        word = str(kind).strip().lower()
        if word not in KINDS:
            near = get_close_matches(word, KINDS, 1)
            table.document.report(
                "valor-invalido",
                (*table.at("campos"), given),
                message("'{tipo}' não é um tipo de campo", tipo=kind),
                message("você quis dizer '{nome}'?", nome=near[0]) if near else message("use texto, numero, data ou logico"),
            )
        elif name == COUNT:
            table.wrong("campos", message("outro nome: este é a quantidade de registros"), given)
        elif name:
            yield name, word


def known_fields(table: Table, key: str, names: Collection[str], fields: Mapping[str, str]) -> Iterator[str]:
    """Names of the annex's own fields; another one is reported with the nearest."""
    for given in names:
        name = name_key(given)
        if name in fields:
            yield name
            continue
        table.document.report(
            "campo-obrigatorio-desconhecido" if key == "obrigatorios" else "chave-desconhecida",
            table.at(key),
            message("o anexo não tem o campo '{campo}'", campo=given),
            nearest(name, fields),
        )


def nearest(name: str, known: Collection[str]) -> Message:
    """What was meant, or what there is."""
    near = get_close_matches(name, known, 1)
    return message("você quis dizer '{nome}'?", nome=near[0]) if near else message("há: {lista}", lista=", ".join(known))


def read_choices(table: Table, fields: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Closed lists by field; each value fits the field's kind."""
    given = table.mapping("valores")
    made: dict[str, tuple[str, ...]] = {}
    for name, written in zip(known_fields(table, "valores", list(given), fields), given.values(), strict=False):
        values = written if isinstance(written, list) else []
        fitting = [scalar_of(one, fields[name], table.document.zone) for one in values]
        if not values or not all(fits and value is not None for fits, value in fitting):
            table.document.report(
                "valor-invalido",
                (*table.at("valores"), name),
                message("'valores' precisa, para '{campo}', de uma lista de valores do tipo {tipo}", campo=name, tipo=fields[name]),
                message("escreva {campo} = [{valor}, …]", campo=name, valor=EXAMPLES[fields[name]]),
            )
        else:
            made[name] = tuple(display(value) for _, value in fitting)
    return made


def read_writers(table: Table) -> tuple[str, ...]:
    """Who may write."""
    given = table.texts("quem")
    made = []
    for text in given:
        word = text.strip()
        if word.startswith(RIGHT) and word != RIGHT:
            made.append(word)
        elif word.lower() in WRITERS:
            made.append(word.lower())
        else:
            near = get_close_matches(word.lower(), WRITERS, 1)
            table.document.report(
                "valor-invalido",
                table.at("quem"),
                message("'{quem}' não diz quem pode escrever", quem=text),
                message("você quis dizer '{nome}'?", nome=near[0])
                if near
                else message("use {lista}, ou direito:nome", lista=", ".join(WRITERS)),
            )
    return tuple(made) or WRITERS[:1]


def read_types(table: Table) -> Iterator[int]:
    """Codes of types."""
    given = table.value("tipos", required=False) or []
    if not isinstance(given, list) or not all(isinstance(one, int) and not isinstance(one, bool) for one in given):
        hint = message("escreva tipos = [10, 20], com o codigo de cada tipo, sem aspas")
        table.wrong("tipos", message("uma lista de códigos de tipos, como [10, 20]"), given, hint)
        return
    yield from given


def check_types(document: Document, annexes: Mapping[str, Annex], types: Mapping[int, TicketType]) -> None:
    """Types that the workspace does not have."""
    for table in tables(document, KEY):
        one = annexes.get(name_key(str(table.data.get("nome", ""))))
        for code in sorted(one.types - set(types)) if one is not None else ():
            document.report(
                "tipo-desconhecido",
                table.at("tipos"),
                message("o tipo {tipo} não existe", tipo=code),
                message("os tipos são: {lista}", lista=", ".join(str(kind) for kind in types)),
            )
