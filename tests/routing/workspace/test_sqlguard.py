"""The guard of sentences by itself: a list of what may be used, for every database that sentences read."""

from __future__ import annotations

import sqlite3
import time
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
from kit.servers import postgres_database

from formula.diagnostics import Fault
from formula.limits import Limits
from routing.domain.site import SentenceText
from routing.workspace.sentences import DatabaseSentences
from routing.workspace.sources import ended_after
from routing.workspace.sqlguard import prepare

GUARD = tomllib.loads(Path(__file__).with_name("sentence_guard.toml").read_text(encoding="utf-8"))
CASES = [(dialect, verdict, text) for dialect, lists in GUARD.items() for verdict, texts in lists.items() for text in texts]


@pytest.mark.parametrize(("dialect", "verdict", "text"), CASES, ids=[f"{d}-{v}-{t[:60]}" for d, v, t in CASES])
def test_what_is_not_in_the_list_does_not_pass(dialect: str, verdict: str, text: str) -> None:
    if verdict == "passa":
        prepare(text, dialect)
        return
    with pytest.raises(Fault) as caught:
        prepare(text, dialect)
    assert caught.value.code == "sql-recusada"


@pytest.mark.parametrize("dialect", GUARD)
@pytest.mark.parametrize("text", ["(`([]", "SELECT CAST(1 AS VARCHAR(``))", "SELECT x::[]", "(" * 3_000])
def test_what_the_library_itself_stumbles_over_is_refused(dialect: str, text: str) -> None:
    with pytest.raises(Fault) as caught:
        prepare(text, dialect)
    assert caught.value.code == "sql-recusada"


def test_a_site_adds_functions_of_its_own_database() -> None:
    text = "SELECT minha_funcao(1) AS a"
    prepare(text, "postgres", frozenset({"minha_funcao"}))
    with pytest.raises(Fault, match="minha_funcao") as caught:
        prepare(text, "postgres")
    assert "[sql] funcoes" in (caught.value.hint or "")


HEAVY = {
    "instr": "SELECT instr(replace(hex(:N), '3', printf('%95000d', 1)), printf('%90000d', 2) || '1') AS a",
    "like": "SELECT printf('%150000d', 1) LIKE '" + "%a" * 400 + "' AS a",
    "long pattern": "SELECT printf('%150000d', 1) LIKE printf('%39000d', 1) AS a",
    "replace": "SELECT length(replace(printf('%150000d', 1), ' ', printf('%150000d', 1))) AS a",
}


@pytest.mark.parametrize("name", HEAVY)
def test_one_function_of_sqlite_is_short(tmp_path: Path, name: str) -> None:
    with sqlite3.connect(tmp_path / "dados.sqlite") as connection:
        connection.execute("CREATE TABLE t (a)")
    sentences = DatabaseSentences({"S": SentenceText("S", HEAVY[name])}, {"padrao": "sqlite:///dados.sqlite"}, str(tmp_path), 1.0)
    begun = time.process_time()
    with suppress(Fault):
        sentences.rows("S", lambda _: "333", Limits())
    sentences.close()
    assert time.process_time() - begun < 3.0


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_bytes_are_bounded_as_rows_are(tmp_path: Path, database: str) -> None:
    text = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 9000) SELECT x, {} AS a FROM n"
    with sqlite3.connect(tmp_path / "dados.sqlite") as connection:
        connection.execute("CREATE TABLE t (a)")
    if database == "sqlite":
        refused(text.format("printf('%150000d', x)"), "sqlite:///dados.sqlite", tmp_path)
        return
    with postgres_database(empty=True) as url:
        refused(text.format("lpad('x', 150000)"), url, tmp_path)


def refused(text: str, url: str, folder: Path) -> None:
    """The sentence ends in the limit."""
    sentences = DatabaseSentences({"S": SentenceText("S", text)}, {"padrao": url}, str(folder), 5.0)
    try:
        with pytest.raises(Fault) as caught:
            sentences.rows("S", lambda _: None, Limits())
    finally:
        sentences.close()
    assert caught.value.code == "limite-sql"


def test_the_outer_deadline_ends_the_wait_for_a_server() -> None:
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import DBAPIError

    with postgres_database(empty=True) as url:
        engine = create_engine(url)
        begun = time.monotonic()
        with pytest.raises(DBAPIError), engine.connect() as connection, ended_after(connection, 0.3):
            connection.execute(text("SELECT pg_sleep(20)"))
        assert time.monotonic() - begun < 5
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT 1")) == 1
        engine.dispose()
