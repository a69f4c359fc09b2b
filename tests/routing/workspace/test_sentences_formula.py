"""Formulas over real sentences: binds by name and by formula, cycles, cost (F4, F5)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import pytest

import formula
from formula.outcome import Outcome
from routing.domain.site import SentenceText
from routing.workspace.folder import load_workspace
from routing.workspace.sentences import DatabaseSentences

TEXTS = {
    "FORNECEDOR": "SELECT nome, limite, desde FROM fornecedor WHERE codigo = :FORNECEDOR",
    "PORVALOR": "SELECT count(*) AS quantos FROM fornecedor WHERE limite >= :VALOR",
    "DACOLIGADA": "SELECT count(*) AS quantos FROM fornecedor WHERE coligada = :FRM_COLIGADA",
    "PORFORMULA": "SELECT nome FROM fornecedor WHERE codigo = :FRM_ESCOLHIDO",
    "EMCIRCULO": "SELECT nome FROM fornecedor WHERE codigo = :FRM_CIRCULO",
    "SEMVALOR": "SELECT nome FROM fornecedor WHERE nome = :INEXISTENTE",
    "TODOS": "SELECT codigo, limite FROM fornecedor ORDER BY codigo",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("fontes")
    connection = sqlite3.connect(made / "dados.sqlite")
    connection.execute(
        "CREATE TABLE fornecedor (codigo integer PRIMARY KEY, coligada integer, nome text, limite numeric, desde date)"
    )
    connection.executemany(
        "INSERT INTO fornecedor VALUES (?, ?, ?, ?, ?)",
        [(code, 1 + code % 2, f"Fornecedor {code}", code * 100.25, "2020-03-04") for code in range(1, 1001)],
    )
    connection.commit()
    connection.close()
    return made


@pytest.fixture(scope="module")
def sentences(folder: Path) -> Iterator[DatabaseSentences]:
    made = DatabaseSentences(
        {code: SentenceText(code, text) for code, text in TEXTS.items()},
        {"padrao": "sqlite:///dados.sqlite"},
        str(folder),
    )
    yield made
    made.close()


Runner = Callable[..., Outcome]


@pytest.fixture
def run(sentences: DatabaseSentences) -> Runner:
    def go(text: str, limits: formula.Limits | None = None, **given: Any) -> Outcome:
        context = formula.Context(sentences=sentences, **given)
        schema = formula.Schema.of(context)
        return formula.compile(text, schema).run(context, limits or formula.Limits())

    return go


def read(code: str, field: str) -> str:
    """A formula that reads one field of a sentence's first row."""
    return f"EXECSQL('{code}'); RESULTSQL('{code}', '{field}')"


def test_a_field_is_bound_by_name(run: Runner) -> None:
    assert run(read("FORNECEDOR", "nome"), fields={"Fornecedor": 7}).value == "Fornecedor 7"


def test_a_parameter_is_bound_by_name(run: Runner) -> None:
    assert run(read("PORVALOR", "quantos"), parameters={"VALOR": Decimal(100000)}).value == 3


def test_a_built_in_is_bound_by_frm(run: Runner) -> None:
    assert run(read("DACOLIGADA", "quantos"), coligada=2).value == 500


def test_a_formula_is_bound_by_frm(run: Runner) -> None:
    assert run(read("PORFORMULA", "nome"), formulas={"escolhido": "4 * 10 + 2"}).value == "Fornecedor 42"


def test_a_stand_in_is_bound_by_frm(run: Runner) -> None:
    assert run(read("PORFORMULA", "nome"), functions={"ESCOLHIDO": 3}).value == "Fornecedor 3"


def test_a_cycle_through_a_sentence_is_shown(run: Runner) -> None:
    outcome = run("CIRCULO", formulas={"CIRCULO": read("EMCIRCULO", "nome")})
    (fault,) = outcome.diagnostics
    assert fault.code == "formulas-em-circulo"
    assert "CIRCULO → CIRCULO" in fault.message


def test_an_unknown_formula_of_a_bind_is_named(run: Runner) -> None:
    (fault,) = run(read("PORFORMULA", "nome")).diagnostics
    assert "ESCOLHIDO" in fault.message


def test_an_unanswered_bind_says_the_line_to_add(run: Runner) -> None:
    (fault,) = run(read("SEMVALOR", "nome")).diagnostics
    assert fault.hint == 'acrescente ao contexto, em [campos]: INEXISTENTE = "…"'


def test_stand_ins_come_before_the_database(run: Runner) -> None:
    assert run(read("FORNECEDOR", "nome"), sql={"FORNECEDOR": [{"NOME": "Combinado"}]}).value == "Combinado"


def test_exact_numbers_and_dates_reach_the_formula(run: Runner) -> None:
    outcome = run("EXECSQL('FORNECEDOR'); RESULTSQL('FORNECEDOR', 'LIMITE') * 3", fields={"FORNECEDOR": 1})
    assert outcome.value == Decimal("300.75")
    assert run(read("FORNECEDOR", "desde"), fields={"FORNECEDOR": 1}).value == datetime(2020, 3, 4).date()


def test_the_budget_of_rows_stops_the_run(run: Runner) -> None:
    (fault,) = run("EXECSQL('TODOS')", formula.Limits(rows=999)).diagnostics
    assert fault.code == "limite-sql"


def test_a_cursor_loop_over_a_thousand_rows(run: Runner) -> None:
    text = """
        DECL Soma; SetVar(Soma, 0);
        Se ExecSql('TODOS') Entao
          Repita SetVar(Soma, Soma + ResultSql('TODOS', 'limite')) Ate Nao ProxRegSql('TODOS')
        FimSe;
        Soma
    """
    assert run(text).value == Decimal(50175125)


def test_a_workspace_s_sentences_are_checked_and_run(tmp_path: Path, folder: Path) -> None:
    from routing.workspace.sentences import check_sentences, open_sentences

    (tmp_path / "sentencas").mkdir()
    (tmp_path / "repasse.toml").write_text(f'[fontes]\npadrao = "sqlite:///{folder.as_posix()}/dados.sqlite"\n', encoding="utf-8")
    (tmp_path / "diretorio.toml").write_text(
        '[[atendente]]\ncoligada = 1\ncodigo = 1\nnome = "Ana Lima"\nemail = "ana@exemplo.com.br"\n', encoding="utf-8"
    )
    (tmp_path / "sentencas" / "boa.sql").write_text("-- fonte: padrao\nSELECT count(*) AS n FROM fornecedor\n", encoding="utf-8")
    (tmp_path / "sentencas" / "ma.sql").write_text("-- apaga tudo\nDELETE FROM fornecedor\n", encoding="utf-8")
    (tmp_path / "sentencas" / "rh.sql").write_text("-- fonte: rh\nSELECT 1 AS a\n", encoding="utf-8")
    site = load_workspace(tmp_path)
    found = {path.name: [(fault.code, fault.start.line) for fault in faults] for path, faults in check_sentences(site)}
    assert found == {"boa.sql": [], "ma.sql": [("sql-recusada", 2)], "rh.sql": [("sql-falhou", 1)]}
    opened = open_sentences(site)
    try:
        assert opened.rows("BOA", lambda name: name, formula.Limits()) == [{"n": 1000}]
    finally:
        opened.close()


def test_a_thousand_sentences_cost_at_most_twice_sqlalchemy_core(sentences: DatabaseSentences, folder: Path) -> None:
    """Best of alternating rounds in one process, so that a busy machine slows both."""
    from sqlalchemy import Column, Integer, MetaData, Numeric, String, Table, create_engine, select

    engine = create_engine(f"sqlite:///{folder}/dados.sqlite")
    table = Table("fornecedor", MetaData(), Column("codigo", Integer), Column("nome", String), Column("limite", Numeric))
    rule = formula.compile("EXECSQL('FORNECEDOR'); RESULTSQL('FORNECEDOR', 'NOME')")

    def core() -> None:
        for code in range(1, 1001):
            with engine.connect() as connection:
                row = connection.execute(select(table.c.nome, table.c.limite).where(table.c.codigo == code)).first()
                assert row is not None

    def ours() -> None:
        for code in range(1, 1001):
            assert rule.run(formula.Context(fields={"FORNECEDOR": code}, sentences=sentences)).status == "ok"

    ratios = [time_of(ours) / time_of(core) for _ in range(5)]
    engine.dispose()
    assert median(ratios) <= 2


def time_of(work: Callable[[], None]) -> float:
    """Seconds of one go."""
    start = perf_counter()
    work()
    return perf_counter() - start
