"""The context file (contract): what one formula run may see, from TOML or from the same tables as JSON.

Every fault of a file is reported at once, with its line. The tables become a :class:`formula.Context`; a directory
table is read by the reader of ``diretorio.toml``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

import attrs

from formula.builtins.people import CHIEFS_FROM
from formula.context import Context
from formula.diagnostics import Diagnostic
from formula.fields import STANDARD_FIELDS
from formula.messages import Message
from formula.names import name_key
from formula.source import Source
from formula.values import moderate
from formula.working_calendar import WorkingCalendar
from routing.domain.people import NoWorkload, SiteDirectory
from routing.domain.zone import all_local, read_time, wall_time
from routing.key_words import key_hint
from routing.messages import message
from routing.workspace.reading import Registry, directory_people, read_directory
from routing.workspace.toml_places import Document, read
from routing.workspace.toml_tables import READINGS_HINT, Table, two_readings
from routing.workspace.working_time import read_calendar

SCALARS = (str, int, Decimal, float, bool, date)
"""What a field may hold; ``datetime`` is a ``date``."""

Report = Callable[[str, tuple[str | int, ...], Message, Message | None], None]
"""Notes a fault: its code, the path of the key, what is wrong and what to do."""


@attrs.frozen
class GivenContext:
    """A context with the file's own settings: ``lenient`` declares variables at their first SETVAR (V5).

    ``warnings`` are what looks wrong in the file but does not keep it from serving. ``people`` is what a case changes of the
    directory's people, by key or name: the keys of ``[[atendente]]``.
    """

    context: Context
    lenient: bool = False
    warnings: tuple[Diagnostic, ...] = ()
    people: Mapping[str, Any] = attrs.field(factory=dict, eq=False)


class ContextFault(Exception):
    """The tables cannot be used; ``diagnostics`` is the whole list and ``source`` the text they are about."""

    def __init__(self, diagnostics: list[Diagnostic], source: Source) -> None:
        """Keep the list."""
        super().__init__(diagnostics[0].message)
        self.diagnostics = diagnostics
        self.source = source


def read_context(text: str, name: str = "<contexto>", zone: tzinfo | None = None) -> GivenContext:
    """The context that a TOML text describes, times with an offset in a zone (None: the machine's). Raises ContextFault with every
    fault."""
    return taken_whole(read(text, name, zone))


def context_of(tables: Mapping[str, Any], name: str = "<contexto>", zone: tzinfo | None = None) -> GivenContext:
    """The context that the same tables describe as data (JSON). Raises ContextFault; faults have no place."""
    return taken_whole(Document(Source("", name), dict(tables), zone=zone))


def taken_whole(document: Document) -> GivenContext:
    """Read the tables of a document, or raise all that is wrong with it."""
    given = taken(document)
    faults = sorted(document.faults, key=lambda fault: fault.span.start)
    if any(fault.severity == "error" for fault in faults):
        raise ContextFault(faults, document.source)
    return attrs.evolve(given, warnings=tuple(faults))


def taken(document: Document) -> GivenContext:
    """Read table by table, reporting what does not fit."""
    tables, report = all_local(document.data, document.zone), document.report
    for name in tables:
        if name not in KEYS:
            said = message("a chave '{nome}' não existe num contexto", nome=name)
            report("chave-desconhecida", (name,), said, key_hint(name, KEYS))
    return GivenContext(
        Context(
            fields=scalars(tables, "campos", report),
            parameters=scalars(tables, "parametros", report),
            functions=scalars(tables, "funcoes", report),
            memories=scalars(tables, "memorias", report),
            formulas=texts(tables, "formulas", report),
            sql=sentences(tables, report),
            now=moment(tables, report, document.zone),
            user=simple(tables, "usuario", str, "", report),
            coligada=simple(tables, "coligada", int, 1, report),
            requisition=simple(tables, "requisicao", int, None, report),
            directory=people(document) if "diretorio" in tables else None,
            chiefs_from=chiefs_from(tables, report),
            calendar=calendar(document),
        ),
        lenient=simple(tables, "lenient", bool, False, report),
    )


KEYS = (
    "coligada", "usuario", "agora", "lenient", "requisicao", "campos", "parametros", "funcoes", "formulas", "sql",
    "memorias", "diretorio", "chefia_a_partir", "calendario",
)  # fmt: skip


def table_of(tables: Mapping[str, Any], name: str, report: Report) -> Mapping[str, Any]:
    """A table of the file, empty when absent."""
    table = tables.get(name, {})
    if isinstance(table, Mapping):
        return table
    report("valor-invalido", (name,), message("'{nome}' deve ser uma tabela", nome=name), message("escreva [{nome}]", nome=name))
    return {}


def scalars(tables: Mapping[str, Any], name: str, report: Report) -> dict[str, Any]:
    """A table of names and single values."""
    table = table_of(tables, name, report)
    for key, value in table.items():
        if name in TICKET_VALUES and name_key(key) not in STANDARD_FIELDS and (twice := two_readings(value)) is not None:
            report("valor-invalido", (name, key), message("em '{nome}', {motivo}", nome=key, motivo=twice), READINGS_HINT)
    return {key: value for key, value in table.items() if single((name, key), value, report)}


TICKET_VALUES = ("campos", "parametros")
"""Tables whose values may be numbers written as text."""


def single(path: tuple[str | int, ...], value: object, report: Report) -> bool:
    """Whether a value is one value; JSON's null is Vazio."""
    if isinstance(value, int | Decimal) and not moderate(value):
        report("valor-invalido", path, message("o número de '{nome}' é longo demais", nome=path[-1]), None)
        return False
    if value is None or isinstance(value, SCALARS):
        return True
    report(
        "valor-invalido",
        path,
        message("'{nome}' deve ser número, texto, data ou lógico", nome=path[-1]),
        message("listas e tabelas não são valores de fórmula"),
    )
    return False


def texts(tables: Mapping[str, Any], name: str, report: Report) -> dict[str, str]:
    """A table of names and texts."""
    table = table_of(tables, name, report)
    for key, value in table.items():
        if not isinstance(value, str):
            report("valor-invalido", (name, key), message("a fórmula '{nome}' deve ser um texto", nome=key), None)
    return {key: value for key, value in table.items() if isinstance(value, str)}


def sentences(tables: Mapping[str, Any], report: Report) -> dict[str, list[Mapping[str, Any]]]:
    """``[sql.CODE]`` tables with ``linhas``, a list of rows."""
    made: dict[str, list[Mapping[str, Any]]] = {}
    for code, table in table_of(tables, "sql", report).items():
        rows = table.get("linhas") if isinstance(table, Mapping) else None
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            report(
                "chave-ausente",
                ("sql", code),
                message("a sentença '{codigo}' precisa de 'linhas'", codigo=code),
                message("escreva linhas = [{{ CAMPO = 1 }}]"),
            )
            continue
        for at, row in enumerate(rows):
            for column, value in row.items():
                single(("sql", code, "linhas", at, column), value, report)
        made[code] = rows
    return made


def simple(tables: Mapping[str, Any], name: str, kind: type, default: Any, report: Report) -> Any:
    """A single setting of a kind; a logical is no whole number."""
    value = tables.get(name, default)
    if value is default or (isinstance(value, kind) and (kind is bool or not isinstance(value, bool))):
        return value
    wanted = {str: message("um texto"), int: message("um número inteiro"), bool: message("true ou false")}[kind]
    report("valor-invalido", (name,), message("'{nome}' deve ser {preciso}", nome=name, preciso=wanted), None)
    return default


def chiefs_from(tables: Mapping[str, Any], report: Report) -> str:
    """``chefia_a_partir``: whose chiefs RETPROXIMOCHEFESECAOLABORE climbs."""
    given: str = simple(tables, "chefia_a_partir", str, "", report)
    if given and given not in CHIEFS_FROM:
        known = ", ".join(f'"{name}"' for name in CHIEFS_FROM)
        said = message(
            "'{nome}' deve ser {preciso}", nome="chefia_a_partir", preciso=message("uma destas palavras: {lista}", lista=known)
        )
        report("valor-invalido", ("chefia_a_partir",), said, None)
        return ""
    return given


def moment(tables: Mapping[str, Any], report: Report, zone: tzinfo | None) -> datetime | None:
    """``agora``: a TOML date-time or date, or the same as ISO text (JSON has no dates)."""
    value = tables.get("agora")
    if isinstance(value, str):
        with suppress(ValueError):
            value = read_time(value, zone)
    if isinstance(value, datetime):
        return wall_time(value, zone)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if value is not None:
        report(
            "valor-invalido",
            ("agora",),
            message("'agora' deve ser uma data com hora"),
            message("escreva agora = 2026-11-24T10:00:00"),
        )
    return None


def calendar(document: Document) -> WorkingCalendar | None:
    """``[calendario]``, by the reader of repasse.toml."""
    table = Table(document, (), document.data).inner("calendario")
    return None if table is None else read_calendar(table)


def people(document: Document) -> SiteDirectory | None:
    """The directory of ``[diretorio]``, by the reader of ``diretorio.toml``."""
    table = document.data["diretorio"]
    if not isinstance(table, Mapping):
        document.report("valor-invalido", ("diretorio",), message("'{nome}' deve ser uma tabela", nome="diretorio"))
        return None
    registry = Registry()
    read_directory(document, registry, table, ("diretorio",))
    return SiteDirectory(directory_people(registry), NoWorkload())
