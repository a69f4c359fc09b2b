"""Recorded decisions in a Parquet file: to be replayed elsewhere, or after the store has dropped them. Needs the extra ``replay``.

A row is a decision with all that it was made from: the plan and the facts as the store keeps them, the ticket's histories as they
were, and what people had said of their presence. DuckDB writes and reads the file, a group of rows at a time.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs

from routing.domain.model import HISTORIES, changed
from routing.domain.presence import Presence
from routing.failures import WrongQuestion
from routing.messages import message
from routing.releases.again import Recorded, kept_and_read
from routing.releases.facts import read_facts
from routing.store.codec import DECODER, read_plan, text_of
from routing.store.unit import Store

COLUMNS = {
    "decision": "BIGINT", "at": "TIMESTAMP", "type": "INTEGER", "ticket": "VARCHAR", "action": "VARCHAR", "rules": "VARCHAR",
    "people": "VARCHAR", "answer": "VARCHAR", "facts": "VARCHAR", "histories": "VARCHAR", "said": "VARCHAR",
}  # fmt: skip
"""What a row has, with the kinds of DuckDB. ``answer`` to ``said`` are texts as the store keeps them."""
TOGETHER = 200
"""Rows read at once."""
LONGEST = 1 << 28
"""Bytes of the longest row."""
HOW = message("repasse decisions AREA --to ARQUIVO.parquet grava um")


def duckdb() -> Any:
    """The library. Raises WrongQuestion when it is not installed."""
    try:
        import duckdb as library
    except ImportError:
        raise WrongQuestion(message("falta o extra 'replay'"), message("instale duckdb no mesmo ambiente")) from None
    return library


def write_archive(store: Store, path: Path, since: datetime | None = None, kind: int | None = None) -> int:
    """Write the decisions of a store; how many they are. The file appears when it is whole, in the place of a former one.

    Raises WrongQuestion when it cannot be written.
    """
    library, count = duckdb(), 0
    try:
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            lines, made = Path(folder, "decisions.jsonl"), Path(folder, "decisions.parquet")
            with lines.open("w", encoding="utf-8") as out:
                for answer, facts, one in kept_and_read(store, since=since, kind=kind):
                    out.write(json.dumps(row_of(one, answer, facts), ensure_ascii=False) + "\n")
                    count += 1
            with library.connect() as connection:
                kept = connection.read_json(str(lines), columns=COLUMNS, format="newline_delimited", maximum_object_size=LONGEST)
                kept.write_parquet(str(made), compression="zstd")
            made.replace(path)
    except (OSError, library.Error) as fault:
        raise WrongQuestion(message("não dá para gravar {arquivo}: {motivo}", arquivo=str(path), motivo=str(fault))) from None
    return count


def row_of(one: Recorded, answer: str, facts: str | None) -> dict[str, Any]:
    """The columns of a decision."""
    plan, ticket = one.plan, one.plan.before or (None if one.facts is None else one.facts.about)
    histories = {} if ticket is None else {name: getattr(ticket, name) for name in HISTORIES}
    return {
        "decision": one.number,
        "at": plan.now.isoformat(sep=" "),
        "type": None if ticket is None else ticket.type,
        "ticket": plan.ticket,
        "action": plan.action,
        "rules": one.rules,
        "people": one.people,
        "answer": answer,
        "facts": facts,
        "histories": text_of(histories),
        "said": text_of([attrs.asdict(word) for word in one.said]),
    }


@contextmanager
def opened(path: Path) -> Iterator[tuple[Any, str]]:
    """A connection and the path as DuckDB reads it. Raises WrongQuestion for what is no such file."""
    library = duckdb()
    if not path.is_file():
        raise WrongQuestion(message("não há o arquivo {arquivo}", arquivo=str(path)), HOW)
    with library.connect() as connection:
        try:
            found = {row[0] for row in connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()}
            if lacking := sorted(COLUMNS.keys() - found):
                raise WrongQuestion(
                    message("{arquivo} não é de decisões: faltam as colunas {quais}", arquivo=str(path), quais=", ".join(lacking)),
                    HOW,
                )
            yield connection, str(path)
        except library.Error as fault:
            reason = str(fault).partition("\n")[0]
            raise WrongQuestion(message("não dá para ler {arquivo}: {motivo}", arquivo=str(path), motivo=reason), HOW) from None


def archive_bounds(path: Path) -> tuple[int, int]:
    """The first and the last number of a decision of a file; (1, 0) when there is none."""
    with opened(path) as (connection, file):
        first, last = connection.execute("SELECT min(decision), max(decision) FROM read_parquet(?)", [file]).fetchone()
    return (1, 0) if first is None else (first, last)


def archived(
    path: Path, first: int = 1, last: int | None = None, since: datetime | None = None, kind: int | None = None
) -> Iterator[Recorded]:
    """The decisions of a file in order, by number, time and type of ticket. Raises WrongQuestion for what is no such file."""
    asked = {"decision >=": first, "decision <=": last, '"at" >=': since, '"type" =': kind}
    given = {column: value for column, value in asked.items() if value is not None}
    columns = ", ".join(f'"{column}"' for column in COLUMNS)
    tests = " AND ".join(f"{column} ?" for column in given)
    query = f"SELECT {columns} FROM read_parquet(?) WHERE {tests} ORDER BY decision"  # noqa: S608 - names of our own columns
    with opened(path) as (connection, file):
        found = connection.execute(query, [file, *given.values()])
        while rows := found.fetchmany(TOGETHER):
            for row in rows:
                yield read_row(dict(zip(COLUMNS, row, strict=True)))


def read_row(row: dict[str, Any]) -> Recorded:
    """A decision with what it was made from."""
    plan = read_plan(row["answer"], decision=row["decision"], rules=row["rules"], people=row["people"])
    histories = {name: tuple(kept) for name, kept in DECODER.decode(row["histories"]).items()}
    said = tuple(Presence(**word) for word in DECODER.decode(row["said"]))
    facts = read_facts(row["facts"])
    if plan.before is not None:
        plan = plan.with_parts(before=changed(plan.before, **histories))
    if facts is not None and facts.about is not None:
        facts.about = changed(facts.about, **histories)
    return Recorded(row["decision"], plan, row["rules"], row["people"], facts, said)
