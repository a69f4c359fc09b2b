"""The directory from sentences (``[diretorio]`` of ``repasse.toml``): people, groups, sections and clients as the RM's own database
has them.

A sentence's rows become tables of ``diretorio.toml``, below a line that says who writes there; what stands above that line stays as
somebody wrote it. The file is the value that everything decides by, so people keep a revision, a check and a history as before, and
a database that is gone takes nobody with it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs

from formula.diagnostics import Fault
from formula.limits import Limits
from formula.messages import Message
from routing.domain.site import Site
from routing.errors import FileFaults
from routing.failures import Failure
from routing.messages import message
from routing.workspace.folder import DIRECTORY, FORMULAS, SENTENCES, SETTINGS, TYPES, read_workspace, stopping
from routing.workspace.reading import directory_keys
from routing.workspace.sentences import open_sentences
from routing.workspace.toml_places import read
from routing.workspace.toml_tables import pair
from routing.workspace.toml_text import quoted

KEY = "diretorio"
MARK = "# --- daqui em diante: escrito por repasse directory, a partir de sentenças; não edite ---"
LISTS = frozenset({"direitos", "membros", "ocupantes"})
PEOPLE = frozenset({"chefe", "superior", "atendente", "membros", "ocupantes", "ausente_substituto"})
"""Columns that name a person or a node: ``1;3``, or the code alone, which is of the row's own coligada."""
WHOLE = frozenset({"coligada", "nivel"})
INNER = {"ausente_de": "de", "ausente_ate": "ate", "ausente_substituto": "substituto"}
CONTACT = {"contato": "", "contato_nome": "nome", "contato_email": "email"}
YES, NO = frozenset({"1", "s", "sim", "t", "true", "v", "verdade"}), frozenset({"0", "n", "não", "nao", "f", "false", "falso"})
MOST = Limits(rows=200_000, cells=4_000_000, text=40_000_000)
"""What the sentences of a directory may bring."""
FEW, SHARE = 5, 5
"""More than a fifth of a table's rows gone, and more than five, is told before it is believed."""
Row = dict[str, Any]
Key = tuple[Any, ...]


class DirectoryRefused(Failure):
    """The sentences do not give a directory."""

    code = "diretorio-recusado"


@attrs.frozen
class Change:
    """What a table gains, changes and loses, as keys of its rows; how many it has now."""

    rows: int
    new: Sequence[str]
    changed: Sequence[str]
    gone: Sequence[str]

    def as_json(self) -> dict[str, Any]:
        """As data."""
        return {"rows": self.rows, "new": [*self.new], "changed": [*self.changed], "gone": [*self.gone]}

    def doubtful(self) -> bool:
        """Whether so much is gone that rather the sentence is wrong."""
        before = self.rows - len(self.new) + len(self.gone)
        return len(self.gone) > FEW and len(self.gone) * SHARE > before


@attrs.frozen
class Drawn:
    """The text that ``diretorio.toml`` would have, what of it differs by table, the site with it, and what is wrong with it."""

    text: str
    changes: Mapping[str, Change]
    site: Site
    faults: Sequence[FileFaults] = ()

    @property
    def differs(self) -> bool:
        """Whether anything does."""
        return any(one.new or one.changed or one.gone for one in self.changes.values())


def sentences_of(site: Site) -> dict[str, str]:
    """The sentence of each table. Raises DirectoryRefused."""
    given = site.settings.get(KEY)
    if not isinstance(given, Mapping) or not given:
        raise DirectoryRefused(
            message("repasse.toml não diz de que sentenças vem o diretório"),
            message('por exemplo: [diretorio]\natendente = "PESSOAS"      # sentencas/PESSOAS.sql'),
        )
    for table, code in given.items():
        if table not in directory_keys():
            raise DirectoryRefused(
                message("[diretorio] não conhece a tabela '{tabela}'", tabela=table),
                message("as tabelas são: {lista}", lista=", ".join(directory_keys())),
            )
        if not isinstance(code, str) or code.upper() not in site.sentences:
            raise DirectoryRefused(
                message("a sentença '{codigo}' de [diretorio] não está registrada", codigo=code),
                message("crie sentencas/{codigo}.sql", codigo=code),
            )
    return {table: str(code).upper() for table, code in given.items()}


def drawn(folder: Path, site: Site) -> Drawn:
    """Ask the sentences what the directory is today; nothing is written. Raises DirectoryRefused."""
    wanted = sentences_of(site)
    path = folder / DIRECTORY
    before = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    by_hand = before.split(MARK, 1)[0].rstrip("\n")
    sentences = open_sentences(site)
    try:
        tables = {table: rows_of(table, code, sentences.rows) for table, code in wanted.items()}
    finally:
        sentences.close()
    text = f"{by_hand}\n\n{MARK}\n".lstrip("\n") + "".join(section(table, rows) for table, rows in tables.items())
    return Drawn(text, differences(before, tables), *with_directory(folder, text))


def rows_of(table: str, code: str, ask: Callable[..., Any]) -> list[Row]:
    """The rows of a table. Rows of one key are one row, whose lists and contacts are those of all. Raises DirectoryRefused."""

    def bind(name: str) -> Any:
        raise DirectoryRefused(
            message("a sentença '{codigo}' pede :{nome}; a de um diretório não pode pedir nada", codigo=code, nome=name),
            message("o diretório é o mesmo para todos os atendimentos"),
        )

    try:
        found = ask(code, bind, MOST)
    except Fault as fault:
        said = message("a sentença '{codigo}' não deu o diretório: {motivo}", codigo=code, motivo=fault.message)
        raise DirectoryRefused(said, fault.hint) from None
    if len(found) > MOST.rows:
        raise DirectoryRefused(
            message("a sentença '{codigo}' deu mais de {limite} linhas", codigo=code, limite=MOST.rows),
            message("traga só quem trabalha com atendimentos"),
        )
    made: dict[Key, Row] = {}
    for number, row in enumerate(found, 1):
        try:
            one = row_of({str(name).lower(): value for name, value in row.items()}, table)
        except ValueError as wrong:
            raise DirectoryRefused(
                message("a linha {linha} da sentença '{codigo}': {motivo}", linha=number, codigo=code, motivo=wrong.args[0])
            ) from None
        merge(made.setdefault(key_of(table, one), one), one)
    return list(made.values())


def key_of(table: str, row: Mapping[str, Any]) -> Key:
    """What tells a row from the others of its table."""
    first = row.get("tipo", "cliente") if table == "cliente" else None if table == "coligada" else row.get("coligada")
    return (first, row.get("codigo"))


def merge(row: Row, more: Mapping[str, Any]) -> None:
    """Add what another row of the same key lists."""
    for name, value in more.items():
        if isinstance(value, list):
            row[name] = list(dict.fromkeys([*row[name], *value]))
        elif isinstance(value, Mapping):
            row[name] = {**row.get(name, {}), **value}


def row_of(columns: Mapping[str, Any], table: str) -> Row:
    """The table of a row. ValueError with a sentence for a value that cannot be what its column is."""
    made: Row = {}
    for name, given in columns.items():
        value = given.strip() if isinstance(given, str) else given
        if value is None or value == "":
            continue
        if name in INNER:
            made.setdefault("ausente", {})[INNER[name]] = one_value(name, value, columns)
        elif name not in CONTACT:
            made[name] = one_value(name, value, columns)
    contact = columns.get("contato")
    if table == "cliente" and contact is not None:
        parts = {key: str(columns[name]).strip() for name, key in CONTACT.items() if key and columns.get(name)}
        made["contatos"] = {plain(contact): parts}
    if table not in {"secao", "cliente"} and "codigo" in made:
        made["codigo"] = whole("codigo", made["codigo"])
    return made


def one_value(name: str, value: Any, columns: Mapping[str, Any]) -> Any:
    """A value as its column needs it."""
    if name in LISTS:
        return [person(part, columns) if name in PEOPLE else part for part in re.split(r"\s*,\s*", plain(value)) if part]
    if name in PEOPLE:
        return person(plain(value), columns)
    if name in WHOLE:
        return whole(name, value)
    if name == "ativo":
        said = plain(value).lower()
        if said not in YES | NO:
            raise ValueError(message("'{coluna}' precisa de 1 ou 0, mas tem {valor}", coluna=name, valor=plain(value)))
        return said in YES
    if isinstance(value, datetime):
        return value.date() if name in INNER else value
    return value if isinstance(value, date) else plain(value)


def person(text: str, columns: Mapping[str, Any]) -> str:
    """``1;3``; a code alone is of the row's own coligada."""
    return f"{plain(columns.get('coligada'))};{text}" if text.isdecimal() and pair(text) is None else text


def whole(name: str, value: Any) -> int:
    """A whole number, whichever kind the database gives."""
    try:
        made = Decimal(plain(value))
    except InvalidOperation:
        made = Decimal("0.5")
    if made != made.to_integral_value():
        raise ValueError(message("'{coluna}' precisa de um número inteiro, mas tem {valor}", coluna=name, valor=plain(value)))
    return int(made)


def plain(value: Any) -> str:
    """A value as text, without the zeros that a database writes behind whole numbers."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return str(int(value))
    return str(value).strip()


def section(table: str, rows: Sequence[Row]) -> str:
    """The rows as TOML."""
    return "".join(f"\n[[{table}]]\n" + "".join(f"{name} = {toml(value)}\n" for name, value in row.items()) for row in rows)


def toml(value: Any) -> str:
    """A value in one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{quoted(name)} = {toml(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, int) else quoted(value)


def differences(before: str, tables: Mapping[str, Sequence[Row]]) -> dict[str, Change]:
    """What each table gains, changes and loses against what was drawn before."""
    drawn_before = read(before.partition(MARK)[2], DIRECTORY).data
    made = {}
    for table, rows in tables.items():
        was = {key_of(table, row): row for row in drawn_before.get(table, ())}
        now = {key_of(table, row): row for row in rows}
        made[table] = Change(
            len(now),
            [told(key) for key in now if key not in was],
            [told(key) for key, row in now.items() if key in was and was[key] != row],
            [told(key) for key in was if key not in now],
        )
    return made


def told(key: Key) -> str:
    """A row's key as people write it."""
    return ";".join(str(part) for part in key if part is not None)


def with_directory(folder: Path, text: str) -> tuple[Site, list[FileFaults]]:
    """The workspace with this directory, and what would be wrong in it: only what keeps it from working."""
    with TemporaryDirectory() as place:
        beside = Path(place, folder.resolve().name)
        beside.mkdir()
        for name in (TYPES, FORMULAS, SENTENCES):
            if (folder / name).is_dir():
                shutil.copytree(folder / name, beside / name)
        if (folder / SETTINGS).exists():
            shutil.copy(folder / SETTINGS, beside / SETTINGS)
        (beside / DIRECTORY).write_text(text, encoding="utf-8")
        site, found = read_workspace(beside)
        return site, [(folder / path.relative_to(beside), faults) for path, faults in stopping(beside, found)]


def write(folder: Path, made: Drawn, *, accept: bool = False) -> None:
    """Put a directory in its place, whole or not at all. Raises DirectoryRefused when it is faulty, or when so many rows are gone
    that rather a sentence is wrong and nobody accepted that."""
    if made.faults:
        _, faults = made.faults[0]
        raise DirectoryRefused(
            message("o diretório que as sentenças dão tem falhas: {falha}", falha=faults[0].message),
            message("corrija no banco ou na sentença; o diretório de antes continua valendo"),
        )
    for table, change in made.changes.items():
        if change.doubtful() and not accept:
            raise DirectoryRefused(lost(table, change), message("se é isso mesmo, repita com --accept"))
    path = folder / DIRECTORY
    beside = path.with_name(path.name + ".novo")
    try:
        beside.write_text(made.text, encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def lost(table: str, change: Change) -> Message:
    """That too many rows are gone."""
    return message(
        "sumiriam {sumidos} de {antes} linhas de {tabela}: {lista}",
        sumidos=len(change.gone),
        antes=change.rows - len(change.new) + len(change.gone),
        tabela=table,
        lista=", ".join(change.gone[:5]) + (" …" if len(change.gone) > 5 else ""),
    )
