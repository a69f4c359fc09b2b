"""Registered SQL sentences run on named databases (F4, F5): :class:`formula.context.Sentences` over SQLAlchemy."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs

from formula.builtins.sql import OWN_PREFIX
from formula.diagnostics import Diagnostic, Fault, place
from formula.limits import Limits
from formula.messages import Message
from formula.source import Source, Span
from formula.values import NULL_DATE, shorten
from routing.domain.zone import wall_time
from routing.messages import message
from routing.workspace.sources import DIALECTS, ended_after, open_source
from routing.workspace.sqlguard import Prepared, check_sentence, first_line, prepare

if TYPE_CHECKING:
    from sqlalchemy import Engine, TextClause

    from routing.domain.site import SentenceText, Site

ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?", re.ASCII)
DEFAULT_SECONDS = 5.0
SOURCE_VARIABLE = "REPASSE_FONTES"
"""How long one sentence may take."""

GRACE = 1.0
"""Seconds that a database has beyond its own time limit before its connection is ended from here."""

PIECE = 50
"""Rows asked for at a time."""

ROW_BIND = "repasse_linhas"
"""The bind of the row limit added to PostgreSQL sentences without one, because that driver fetches all rows at once."""


@attrs.frozen(eq=False)
class Ready:
    """A sentence prepared for its source."""

    source: str
    engine: Engine
    statement: TextClause
    prepared: Prepared
    backend: str
    limited: bool


@attrs.define(eq=False)
class DatabaseSentences:
    """Sentences by upper-case code, sources by name.

    ``sources`` are URLs, or functions that give an engine (plugins); relative SQLite paths start at ``folder``. Engines
    and prepared sentences are made at first use and kept.
    """

    sentences: Mapping[str, SentenceText]
    sources: Mapping[str, str | Callable[[], Engine]]
    folder: str = "."
    seconds: float = DEFAULT_SECONDS
    functions: frozenset[str] = frozenset()
    """Functions of its databases that the site allows, in lower case."""
    zone: tzinfo | None = None
    """The zone of the site's clock, to which times with an offset are turned."""

    _engines: dict[str, Engine] = attrs.field(init=False, factory=dict, repr=False)
    _ready: dict[str, Ready] = attrs.field(init=False, factory=dict, repr=False)

    def rows(self, code: str, bind: Callable[[str], Any], limits: Limits) -> list[Mapping[str, Any]]:
        """The rows of a sentence, at most one beyond ``limits.rows`` so that the excess is seen. Raises Fault."""
        ready = self._ready.get(code) or self.make_ready(code)
        values = {name: bindable(bind(name), ready.backend, name) for name in ready.prepared.binds}
        if ready.limited:
            values[ROW_BIND] = limits.rows + 1
        try:
            return self.fetch(ready, values, limits)
        except DisconnectedOnce:
            return self.fetch(ready, values, limits, again=True)

    def fetch(self, ready: Ready, values: dict[str, Any], limits: Limits, again: bool = False) -> list[Mapping[str, Any]]:
        """Run a sentence in its own read-only transaction, which is rolled back."""
        from sqlalchemy.exc import DBAPIError

        try:
            opened = ready.engine.connect()
        except DBAPIError as error:
            raise unreachable(error, ready) from error
        try:
            with opened as connection, ended_after(connection, self.seconds + GRACE):
                deadline = connection.info.get("deadline")
                if deadline is not None:
                    deadline.until = monotonic() + self.seconds
                result = connection.execute(ready.statement, values)
                names = tuple(result.keys())
                found = pieces(result, limits)
                result.close()
        except DBAPIError as error:
            if error.connection_invalidated and not again:
                raise DisconnectedOnce from error
            raise self.failed(error) from error
        if len({name.upper() for name in names}) != len(names):
            raise Fault(
                "sql-recusada",
                message("a sentença dá dois campos com o mesmo nome: {nomes}", nomes=", ".join(names)),
                message("dê um apelido a cada campo com AS"),
            )
        arrive = ARRIVALS.get(ready.backend, plain)
        return [dict(zip(names, (self.local(arrive(value)) for value in row), strict=True)) for row in found]

    def local(self, value: Any) -> Any:
        """A value of a row, a time on the site's clock."""
        return wall_time(value, self.zone) if isinstance(value, datetime) else value

    def make_ready(self, code: str) -> Ready:
        """Read and check a sentence for its source's kind of database, once."""
        from sqlalchemy import text

        sentence = self.sentences.get(code.upper())
        if sentence is None:
            raise Fault(
                "sentenca-desconhecida",
                message("a sentença '{codigo}' não está registrada", codigo=code),
                message("crie sentencas/{codigo}.sql", codigo=code),
            )
        engine = self.engine(sentence.source)
        backend = engine.url.get_backend_name()
        prepared = prepare(sentence.text, DIALECTS[backend], self.functions)
        limited = backend == "postgresql" and not prepared.bounded
        statement = text(f"{prepared.text}\nLIMIT :{ROW_BIND}" if limited else prepared.text)
        if backend == "postgresql":
            statement = statement.execution_options(stream_results=True, max_row_buffer=PIECE)
        self._ready[code] = ready = Ready(sentence.source, engine, statement, prepared, backend, limited)
        return ready

    def engine(self, name: str) -> Engine:
        """The engine of a source, opened at first use."""
        found = self._engines.get(name)
        if found is None:
            source = self.sources.get(name)
            if source is None:
                raise no_source(name)
            found = open_source(name, source, self.folder, self.seconds) if isinstance(source, str) else source()
            self._engines[name] = found
        return found

    def failed(self, error: Any) -> Fault:
        """The fault of a database that refused, without addresses or passwords."""
        reason = said(error)
        hint: Message | None = None
        if "interrupted" in reason or "statement timeout" in reason:
            hint = message("a consulta passou de {segundos} segundos", segundos=f"{self.seconds:g}")
        return Fault("sql-falhou", message("o banco respondeu: {motivo}", motivo=reason), hint)

    def close(self) -> None:
        """Give the connections back. Sentences can be run again afterwards."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        self._ready.clear()


def pieces(result: Any, limits: Limits) -> list[Any]:
    """The rows, at most one beyond the limit, in pieces: what they hold is weighed before more is asked for. Raises Fault."""
    found: list[Any] = []
    size = 0
    while len(found) <= limits.rows:
        piece = result.fetchmany(min(PIECE, limits.rows + 1 - len(found)))
        if not piece:
            break
        found += piece
        size += sum(len(value) for row in piece for value in row if isinstance(value, str | bytes))
        if size > limits.text:
            raise Fault(
                "limite-sql",
                message("a sentença trouxe mais de {limite} caracteres", limite=limits.text),
                message("traga menos linhas ou colunas na sentença, ou aumente o limite"),
            )
    return found


def said(error: Any) -> str:
    """What the driver said, on one line."""
    return shorten(first_line(error.orig if error.orig is not None else error), 300)


def unreachable(error: Any, ready: Ready) -> Fault:
    """The fault of a source that does not open. Names the server or file, never the account."""
    url = ready.engine.url
    where = (
        (url.database or "").rsplit("/", 1)[-1] if ready.backend == "sqlite" else f"{url.host}:{url.port}" if url.port else url.host
    )
    return Fault(
        "sql-falhou",
        message("a fonte '{fonte}' ({lugar}) não abre: {motivo}", fonte=ready.source, lugar=where, motivo=said(error)),
        message("confira o endereço em [fontes] de repasse.toml e se o banco está no ar"),
    )


class DisconnectedOnce(Exception):
    """A pooled connection had died; reading again on a new one is safe."""


def open_sentences(site: Site) -> DatabaseSentences:
    """The sentences of a site on the sources of its repasse.toml and of plugins. Nothing connects yet.

    ``[sql] segundos`` is how long one sentence may take (5 s).
    """
    return DatabaseSentences(site.sentences, sources_of(site), site.folder or ".", seconds_of(site), functions_of(site), site.zone)


def sources_of(site: Site) -> Mapping[str, str | Callable[[], Engine]]:
    """The sources a site names in ``[fontes]``, and those of plugins under other names. The address of a named one may come from
    the environment (``REPASSE_FONTES_RM``), with its password."""
    from routing.plugins import installed

    given = site.settings.get("fontes", {})
    own = given if isinstance(given, Mapping) else {}
    outside = {name: os.environ.get(f"{SOURCE_VARIABLE}_{str(name).upper()}") or url for name, url in own.items()}
    return {**installed().sql_sources, **outside}


def seconds_of(site: Site) -> float:
    """The time limit of one sentence."""
    table = site.settings.get("sql", {})
    seconds = table.get("segundos", DEFAULT_SECONDS) if isinstance(table, Mapping) else DEFAULT_SECONDS
    return float(seconds) if isinstance(seconds, int | float) and 0 < seconds < 1e6 else DEFAULT_SECONDS


def functions_of(site: Site) -> frozenset[str]:
    """``[sql] funcoes``: functions of its own databases that a site allows beside those that all may use."""
    table = site.settings.get("sql", {})
    given = table.get("funcoes", ()) if isinstance(table, Mapping) else ()
    return frozenset(str(name).strip().lower() for name in given) if isinstance(given, list | tuple) else frozenset()


def check_sentences(site: Site) -> list[tuple[Path, list[Diagnostic]]]:
    """Every sentence of a site with what is wrong in it: a source nobody has, or SQL that would be refused."""
    sources, functions = sources_of(site), functions_of(site)
    return [
        (Path(site.folder, sentence.path), check_one(sentence, sources, functions) or unknown_binds(site, sentence))
        for sentence in site.sentences.values()
    ]


def unknown_binds(site: Site, sentence: SentenceText) -> list[Diagnostic]:
    """The binds ``:FRM_CODE`` of a sentence whose formula nobody has, each where it stands, once."""
    from formula.builtins import TABLE
    from formula.builtins.lookup import suggestion

    table = site.functions or TABLE
    known = {*site.formulas, *(name.split("(", 1)[0].strip().upper() for name in site.stand_ins)}
    source, told, made = Source(sentence.text, sentence.path), set[str](), []
    for found in bind_places(sentence.text):
        code = found[1][len(OWN_PREFIX) :]
        key = code.upper()
        if not found[1].upper().startswith(OWN_PREFIX) or key in told or key in known or key in table:
            continue
        told.add(key)
        said = message("a sentença usa :{nome}, e não há fórmula nem função '{codigo}'", nome=found[1], codigo=code)
        hint = suggestion(code, [*known, *table]) or message(
            "crie formulas/{codigo}.formula ou corrija o nome na sentença", codigo=code
        )
        made.append(place(source, Span(found.start(), found.end()), "formula-desconhecida", "error", said, hint))
    return made


def bind_places(text: str) -> Iterator[re.Match[str]]:
    """The binds of a sentence that may be sent, outside texts, quoted names, comments and casts."""
    return (found for found in SQL_PIECES.finditer(text) if found[1])


SQL_PIECES = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|/\*.*?\*/|::|:([A-Za-z_]\w*)", re.DOTALL)
"""What a colon may stand in, and binds as group 1."""


def check_one(sentence: SentenceText, sources: Mapping[str, Any], functions: frozenset[str] = frozenset()) -> list[Diagnostic]:
    """What is wrong with one sentence."""
    if sentence.source in sources:
        return check_sentence(sentence.text, sentence_dialect(sources[sentence.source]), sentence.path, functions)
    fault = no_source(sentence.source)
    source = Source(sentence.text, sentence.path)
    return [place(source, Span(0, len(source.line_text(1))), fault.code, "error", fault.message, fault.hint)]


def sentence_dialect(source: str | Callable[[], Engine]) -> str:
    """The sqlglot dialect of a source, judged by its URL alone; a plugin's engine is asked."""
    backend = source.split(":", 1)[0].split("+", 1)[0] if isinstance(source, str) else source().url.get_backend_name()
    return DIALECTS.get(backend, "sqlite")


def no_source(name: str) -> Fault:
    """The fault of a sentence whose source repasse.toml does not name."""
    return Fault(
        "sql-falhou",
        message("não há fonte '{fonte}'", fonte=name),
        message('acrescente a repasse.toml:\n[fontes]\n{fonte} = "sqlite:///dados.sqlite"', fonte=name),
    )


def bindable(value: Any, backend: str, name: str) -> Any:
    """A formula's value as a driver takes it. Vazio and DATANULA are NULL."""
    if value is None or value == NULL_DATE:
        return None
    if isinstance(value, datetime) and backend != "oracle":
        value = value if value.time() != time.min else value.date()
    if backend != "sqlite":
        return value
    if isinstance(value, date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, Decimal):
        near = float(value)
        return near if Decimal(repr(near)) == value else format(value, "f")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise Fault("argumento-invalido", message("o valor de :{nome} é grande demais para o banco", nome=name))
    return value


def plain(value: Any) -> Any:
    """A database's value as formulas know them, as far as it is not one already."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, time):
        return value.strftime("%H:%M:%S")
    return value


def sqlite_value(value: Any) -> Any:
    """SQLite keeps decimals as binary numbers good for 15 digits, dates as ISO texts: both become what they mean."""
    if isinstance(value, float):
        return Decimal(format(value, ".15g"))
    if isinstance(value, str) and ISO_DATE.fullmatch(value):
        try:
            return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        except ValueError:
            return value
    return value


ARRIVALS: Mapping[str, Callable[[Any], Any]] = {"sqlite": sqlite_value}
