"""Sentences on real databases: SQLite and PostgreSQL side by side (F4, F5)."""

from __future__ import annotations

import sqlite3
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from kit.servers import postgres_database

from formula.diagnostics import Fault
from formula.limits import Limits
from formula.values import NULL_DATE
from routing.domain.site import SentenceText
from routing.workspace.sentences import DatabaseSentences

ATTACKS = tomllib.loads(Path(__file__).with_name("sentence_attacks.toml").read_text(encoding="utf-8"))["tentativa"]
ORDERS = [
    (1, "Papel", Decimal("24.33"), date(2026, 1, 5)),
    (2, "Tinta", Decimal("1500.00"), date(2026, 2, 10)),
    (3, "Servidor", Decimal("98000.10"), date(2026, 3, 15)),
    (4, "Cadeira", Decimal("0.10"), None),
    (5, "Mesa", Decimal("0.20"), date(2026, 11, 24)),
]
TABLE = "CREATE TABLE pedido (id integer PRIMARY KEY, nome varchar(40), valor numeric(12,2), data date)"
ROOM = Limits(rows=100)


@attrs.frozen
class Base:
    """A database with orders in it, and a way to look at it from outside."""

    url: str
    folder: Path
    rows: Any

    def sentences(self, **texts: str) -> DatabaseSentences:
        """Sentences by code over this database."""
        registered = {code: SentenceText(code, text) for code, text in texts.items()}
        return DatabaseSentences(registered, {"padrao": self.url}, str(self.folder), 0.4)

    def run(self, text: str, limits: Limits = ROOM, **values: Any) -> list[dict[str, Any]]:
        """The rows of one sentence with these binds."""
        sentences = self.sentences(S=text)
        try:
            return [dict(row) for row in sentences.rows("S", values.__getitem__, limits)]
        finally:
            sentences.close()


@pytest.fixture(scope="module")
def sqlite_base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    folder = tmp_path_factory.mktemp("sqlite")
    with sqlite3.connect(folder / "dados.sqlite") as connection:
        connection.execute(TABLE)
        connection.executemany(
            "INSERT INTO pedido VALUES (?, ?, ?, ?)",
            [(code, name, float(value), day and day.isoformat()) for code, name, value, day in ORDERS],
        )
    connection.close()

    def look(question: str) -> list[Any]:
        with sqlite3.connect(folder / "dados.sqlite") as outside:
            return outside.execute(question).fetchall()

    return Base("sqlite:///dados.sqlite", folder, look)


@pytest.fixture(scope="module")
def postgres_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    import psycopg

    with postgres_database(empty=True) as url:
        plain = url.replace("postgresql+psycopg://", "postgresql://")

        def look(question: str, *values: Any) -> list[Any]:
            with psycopg.connect(plain, autocommit=True) as outside:
                cursor = outside.execute(question, values)  # type: ignore[call-overload]
                return cursor.fetchall() if cursor.description else []

        look(TABLE)
        look("CREATE SEQUENCE seq_pedido")
        look("CREATE FUNCTION apaga_pedidos() RETURNS integer LANGUAGE sql AS 'DELETE FROM pedido; SELECT 1'")
        for order in ORDERS:
            look("INSERT INTO pedido VALUES (%s, %s, %s, %s)", *order)
        yield Base(plain, tmp_path_factory.mktemp("postgres"), look)


@pytest.fixture(params=["sqlite", "postgres"])
def base(request: pytest.FixtureRequest) -> Base:
    return request.getfixturevalue(f"{request.param}_base")  # type: ignore[no-any-return]


def test_there_are_a_hundred_attacks_with_names_of_their_own() -> None:
    assert len({attack["nome"] for attack in ATTACKS}) == len(ATTACKS) >= 100


SPECIAL = {
    "PARENTESES": "SELECT " + "(" * 4000 + "1" + ")" * 4000 + " AS a",
    "ENORME": "SELECT '" + "x" * 200_000 + "' AS a",
}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack["nome"])
def test_an_attack_changes_nothing(base: Base, attack: dict[str, Any]) -> None:
    text = SPECIAL.get(attack["sql"], attack["sql"])
    before = base.rows("SELECT * FROM pedido ORDER BY id")
    try:
        outcome: Any = len(base.run(text, NOME=attack.get("valor")))
    except Fault as fault:
        outcome = {"sql-recusada": "recusada", "sql-falhou": "falha"}[fault.code]
    assert base.rows("SELECT * FROM pedido ORDER BY id") == before
    assert sorted(path.name for path in base.folder.iterdir()) in ([], ["dados.sqlite"])
    if attack["espera"] != "qualquer":
        assert outcome == attack.get("linhas", attack["espera"])


def test_an_attack_leaves_the_next_sentence_guarded(base: Base) -> None:
    sentences = base.sentences(BOA="SELECT id FROM pedido WHERE id = 1", MA="SELECT 1 AS a; COMMIT; DELETE FROM pedido")
    try:
        with pytest.raises(Fault, match="mais de um comando"):
            sentences.rows("MA", lambda name: name, ROOM)
        assert sentences.rows("BOA", lambda name: name, ROOM) == [{"id": 1}]
        with (
            sentences.engine("padrao").connect() as connection,
            pytest.raises(Exception, match=r"read-only|not authorized"),
        ):
            connection.exec_driver_sql("DELETE FROM pedido")
    finally:
        sentences.close()


def test_values_arrive_exact(base: Base) -> None:
    assert base.run("SELECT valor, data FROM pedido WHERE nome = :NOME", NOME="Servidor") == [
        {"valor": Decimal("98000.1"), "data": date(2026, 3, 15)}
    ]


def test_a_sum_of_decimals_is_exact(base: Base) -> None:
    (row,) = base.run("SELECT SUM(valor) AS total FROM pedido WHERE id >= 4")
    assert row["total"] == Decimal("0.3")


def test_null_is_vazio(base: Base) -> None:
    assert base.run("SELECT data FROM pedido WHERE id = 4") == [{"data": None}]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("id", 3, 3),
        ("valor", Decimal("1500.00"), 2),
        ("valor", Decimal("98000.10"), 3),
        ("data", datetime(2026, 2, 10), 2),
        ("nome", "Papel", 1),
    ],
)
def test_binds_keep_their_kind(base: Base, column: str, value: Any, code: int) -> None:
    assert base.run(f"SELECT id FROM pedido WHERE {column} = :V", V=value) == [{"id": code}]


@pytest.mark.parametrize("value", [None, NULL_DATE])
def test_vazio_and_the_no_date_are_null(base: Base, value: Any) -> None:
    assert base.run("SELECT id FROM pedido WHERE nome = :V OR nome = 'Mesa'", V=value) == [{"id": 5}]


def test_a_bind_may_stand_twice(base: Base) -> None:
    text = "SELECT id FROM pedido WHERE nome = :FRM_NOME OR (id = 2 AND nome <> :FRM_NOME) ORDER BY id"
    assert base.run(text, FRM_NOME="Papel") == [{"id": 1}, {"id": 2}]


def test_colons_that_are_no_binds_stay(base: Base) -> None:
    text = "SELECT ':x' AS a, '10:30' AS \"b:c\" /* :y */ FROM pedido WHERE id = :V -- :z"
    assert base.run(text, V=1) == [{"a": ":x", "b:c": "10:30"}]


def test_casts_and_percent_signs_stay(postgres_base: Base) -> None:
    assert postgres_base.run("SELECT id::text AS a FROM pedido WHERE nome LIKE 'P%' AND id = :V", V=1) == [{"a": "1"}]


def test_rows_stop_one_past_the_limit(base: Base) -> None:
    assert len(base.run("SELECT id FROM pedido ORDER BY id", Limits(rows=2))) == 3


def test_rows_stop_also_when_the_sentence_has_its_own_limit(base: Base) -> None:
    text = "SELECT p.id FROM pedido p, pedido q ORDER BY p.id LIMIT 20"
    assert len(base.run(text, Limits(rows=4))) == 5


def test_order_is_the_sentence_s(base: Base) -> None:
    assert [row["id"] for row in base.run("SELECT id FROM pedido ORDER BY valor DESC;")] == [3, 2, 1, 5, 4]


def test_a_slow_sentence_is_interrupted(base: Base) -> None:
    with pytest.raises(Fault) as caught:
        base.run("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) AS a FROM n")
    assert (caught.value.code, caught.value.hint) == ("sql-falhou", "a consulta passou de 0.4 segundos")


def test_two_fields_of_one_name_are_refused(base: Base) -> None:
    with pytest.raises(Fault, match="dois campos"):
        base.run("SELECT p.id, q.id FROM pedido p, pedido q")


def test_an_unknown_table_is_the_database_s_fault(base: Base) -> None:
    with pytest.raises(Fault) as caught:
        base.run("SELECT x FROM nao_existe")
    assert caught.value.code == "sql-falhou"
    assert "nao_existe" in caught.value.message


def test_an_unknown_sentence_is_named(base: Base) -> None:
    with pytest.raises(Fault) as caught:
        base.sentences().rows("FALTA", lambda name: name, ROOM)
    assert (caught.value.code, caught.value.hint) == ("sentenca-desconhecida", "crie sentencas/FALTA.sql")


def test_an_unknown_source_says_the_line_to_add() -> None:
    sentences = DatabaseSentences({"S": SentenceText("S", "SELECT 1 AS a", "rh")}, {})
    with pytest.raises(Fault) as caught:
        sentences.rows("S", lambda name: name, ROOM)
    assert caught.value.hint == 'acrescente a repasse.toml:\n[fontes]\nrh = "sqlite:///dados.sqlite"'


def test_a_missing_sqlite_file_is_not_created(tmp_path: Path) -> None:
    sentences = DatabaseSentences({"S": SentenceText("S", "SELECT 1 AS a")}, {"padrao": "sqlite:///nada.sqlite"}, str(tmp_path))
    with pytest.raises(Fault, match="unable to open database file"):
        sentences.rows("S", lambda name: name, ROOM)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mssql://sa:segredo@127.0.0.1:1/rm", "127.0.0.1"),
        ("oracle://rm:segredo@127.0.0.1:1/?service_name=rm", "127.0.0.1"),
        ("postgresql://rm:segredo@127.0.0.1:1/rm", "127.0.0.1"),
    ],
)
def test_a_server_that_is_not_there_is_said_clearly(url: str, said: str) -> None:
    sentences = DatabaseSentences({"S": SentenceText("S", "SELECT 1 AS a FROM dual")}, {"padrao": url})
    with pytest.raises(Fault) as caught:
        sentences.rows("S", lambda name: name, ROOM)
    assert caught.value.code == "sql-falhou"
    assert said in caught.value.message
    assert "segredo" not in caught.value.message


@pytest.mark.parametrize("url", ["isto não é", "mysql://x@127.0.0.1/rm", "://"])
def test_a_url_that_cannot_serve_is_a_fault(url: str) -> None:
    sentences = DatabaseSentences({"S": SentenceText("S", "SELECT 1 AS a")}, {"padrao": url})
    with pytest.raises(Fault) as caught:
        sentences.rows("S", lambda name: name, ROOM)
    assert caught.value.code == "sql-falhou"


@pytest.mark.parametrize("url", ["mssql://sa@127.0.0.1/rm", "oracle://rm@127.0.0.1/rm"])
def test_sentences_of_sql_server_and_oracle_compile(url: str) -> None:
    sentences = DatabaseSentences(
        {"S": SentenceText("S", "SELECT CODFCFO, NOME FROM FCFO WHERE CODCOLIGADA = :FRM_COLIGADA")}, {"padrao": url}
    )
    ready = sentences.make_ready("S")
    compiled = ready.statement.compile(dialect=ready.engine.dialect)
    assert list(compiled.params) == ["FRM_COLIGADA"]


def test_a_lost_connection_is_opened_again(postgres_base: Base) -> None:
    sentences = postgres_base.sentences(S="SELECT pedido.id FROM pedido WHERE id = 1")
    try:
        assert sentences.rows("S", lambda name: name, ROOM) == [{"id": 1}]
        postgres_base.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert sentences.rows("S", lambda name: name, ROOM) == [{"id": 1}]
    finally:
        sentences.close()


def test_times_with_an_offset_come_on_the_sites_clock(postgres_base: Base) -> None:
    text = "SELECT CAST('2026-11-25 01:30:00+00' AS timestamptz) AS quando, CAST('2026-11-25 01:30:00' AS timestamp) AS escrito"
    zone = ZoneInfo("America/Sao_Paulo")
    made = DatabaseSentences({"Q": SentenceText("Q", text)}, {"padrao": postgres_base.url}, str(postgres_base.folder), zone=zone)
    (row,) = made.rows("Q", lambda _name: None, ROOM)
    made.close()
    assert row == {"quando": datetime(2026, 11, 24, 22, 30), "escrito": datetime(2026, 11, 25, 1, 30)}
