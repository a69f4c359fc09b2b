"""The directory from sentences: rows of a real database become diretorio.toml, whole or not at all, and a database that is gone or
empty takes nobody with it."""

from __future__ import annotations

import io
import json
import sqlite3
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime
from pathlib import Path

import pytest

from repl.commands import main
from routing.desk.desk import open_desk
from routing.desk.transferring import Transfer, transfer_tickets
from routing.domain.decision import Request
from routing.domain.model import Absence, Ticket
from routing.exchange.directory import MARK
from routing.workspace.folder import load_workspace

PEOPLE = """-- fonte: rm
SELECT COLIGADA, CODIGO, NOME, EMAIL, USUARIO, CHEFE, NIVEL, SECAO, ATIVO, AUSENTE_DE, AUSENTE_ATE, AUSENTE_SUBSTITUTO, DIREITOS
FROM PESSOAS ORDER BY CODIGO
"""
GROUPS = "-- fonte: rm\nSELECT COLIGADA, CODIGO, NOME, MEMBRO AS MEMBROS FROM GRUPOS ORDER BY MEMBRO\n"
SECTIONS = "-- fonte: rm\nSELECT 1 AS COLIGADA, '01' AS CODIGO, 3 AS CHEFE UNION ALL SELECT 1, '01.02', '1;3'\n"
CLIENTS = """-- fonte: rm
SELECT 'cliente' AS TIPO, 'C1' AS CODIGO, 'Padaria Flor' AS NOME, N AS CONTATO, M AS CONTATO_EMAIL FROM CONTATOS ORDER BY N
"""
SETTINGS = """coligada = 1
[fontes]
rm = "sqlite:///rm.sqlite"
[diretorio]
atendente = "PESSOAS"
grupo = "GRUPOS"
secao = "SECOES"
cliente = "CLIENTES"
"""
BY_HAND = '# escrito à mão\n[[hierarquia]]\ncoligada = 1\ncodigo = 1\nocupantes = ["1;3"]\n'
TYPE = 'codigo = 10\nnome = "Pedido"\n[[etapa]]\ncodigo = 1\nnome = "Início"\nentrada = true\n'


def change(folder: Path, *statements: str) -> None:
    """Change the database that the sentences read."""
    with sqlite3.connect(folder / "rm.sqlite") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace whose people are in a database of another."""
    for name in ("sentencas", "tipos"):
        (tmp_path / name).mkdir()
    for name, text in (("PESSOAS", PEOPLE), ("GRUPOS", GROUPS), ("SECOES", SECTIONS), ("CLIENTES", CLIENTS)):
        (tmp_path / "sentencas" / f"{name}.sql").write_text(text, encoding="utf-8")
    (tmp_path / "repasse.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "diretorio.toml").write_text(BY_HAND, encoding="utf-8")
    (tmp_path / "tipos" / "pedido.toml").write_text(TYPE, encoding="utf-8")
    change(
        tmp_path,
        "CREATE TABLE PESSOAS (COLIGADA, CODIGO, NOME, EMAIL, USUARIO, CHEFE, NIVEL, SECAO, ATIVO, AUSENTE_DE, AUSENTE_ATE,"
        " AUSENTE_SUBSTITUTO, DIREITOS)",
        "INSERT INTO PESSOAS VALUES (1, 2, 'Bia  ', 'bia@exemplo.com.br', 'bia', 3, 5.0, '01.02', 1, NULL, NULL, NULL, NULL),"
        " (1, 3, 'Caio \"C\"', '', 'caio', NULL, 9, '01', 'S', '2026-12-01', '2026-12-10', 2, 'repassar,  atuar'),"
        " (2, 4, 'Davi', NULL, NULL, '1;3', NULL, NULL, 0, NULL, NULL, NULL, NULL)",
        "CREATE TABLE GRUPOS (COLIGADA, CODIGO, NOME, MEMBRO)",
        "INSERT INTO GRUPOS VALUES (1, 5, 'Fila', 2), (1, 5, 'Fila', '1;3')",
        "CREATE TABLE CONTATOS (N, M)",
        "INSERT INTO CONTATOS VALUES (1, 'ana@exemplo.com.br'), (2, 'edu@exemplo.com.br')",
    )
    return tmp_path


def run(folder: Path, *options: str) -> tuple[int, str, str]:
    out, error = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(error):
        with pytest.raises(SystemExit) as ended:
            main(["directory", str(folder), *options])
    return int(ended.value.code or 0), out.getvalue(), error.getvalue()


def table(folder: Path, *options: str) -> dict:
    code, out, error = run(folder, "--format", "json", *options)
    assert code == 0, error
    return json.loads(out)


def test_rows_become_people_as_the_file_would_say_them(folder: Path) -> None:
    told = table(folder)
    assert told["written"] is False
    assert (folder / "diretorio.toml").read_text(encoding="utf-8") == BY_HAND, "nothing is written unless asked"
    assert told["tables"]["atendente"] == {"rows": 3, "new": ["1;2", "1;3", "2;4"], "changed": [], "gone": []}
    assert table(folder, "--write")["written"] is True
    people = load_workspace(folder).people
    bia, caio, davi = (people.attendants[key] for key in ("1;2", "1;3", "2;4"))
    assert (bia.name, bia.email, bia.user, bia.chief, bia.level, bia.section) == (
        "Bia", "bia@exemplo.com.br", "bia", "1;3", 5, "1;01.02",
    )  # fmt: skip
    assert (caio.name, caio.email, caio.rights) == ('Caio "C"', "", frozenset({"repassar", "atuar"}))
    assert isinstance(caio.absence, Absence)
    assert caio.absence.substitute == "1;2"
    assert (davi.active, davi.chief) == (False, "1;3")
    assert people.groups["1;5"].members == ("1;2", "1;3")
    (client,) = people.clients.values()
    assert (client.kind, client.code, client.name) == ("cliente", "C1", "Padaria Flor")
    assert client.contact_emails == {"1": "ana@exemplo.com.br", "2": "edu@exemplo.com.br"}


def test_what_stands_above_the_line_stays(folder: Path) -> None:
    for _ in range(2):
        table(folder, "--write")
        text = (folder / "diretorio.toml").read_text(encoding="utf-8")
        assert text.startswith(BY_HAND + "\n" + MARK + "\n")
        assert text.count(MARK) == 1
    assert table(folder, "--write")["written"] is False, "the same rows write nothing"


def test_what_changes_is_told_and_people_get_another_revision(folder: Path) -> None:
    table(folder, "--write")
    with open_desk(folder) as desk:
        before = desk.people_revision
        assert desk.move("1;1;1", Request(action="open", actor="1;2", to=None), datetime(2026, 11, 24, 10)).status
    change(folder, "UPDATE PESSOAS SET NOME = 'Beatriz' WHERE CODIGO = 2", "INSERT INTO GRUPOS VALUES (1, 6, 'Nova', 2)")
    told = table(folder, "--write")["tables"]
    assert (told["atendente"]["changed"], told["grupo"]["new"]) == (["1;2"], ["1;6"])
    with open_desk(folder) as desk:
        assert desk.people_revision != before


def test_tickets_of_whoever_goes_are_named_before_and_when_it_is_written(folder: Path) -> None:
    assert table(folder, "--write")["under_way"] == []
    with open_desk(folder) as desk:
        draft = Ticket(coligada=1, locality=1, code=1, type=10, status="", opener="1;2", opened_at=datetime(2026, 11, 24))
        assert desk.move(draft.key, Request(action="open", actor="1;2", draft=draft), datetime(2026, 11, 24, 10)).status == "moved"
    change(
        folder,
        "DELETE FROM PESSOAS WHERE CODIGO = 2",
        "DELETE FROM GRUPOS WHERE MEMBRO = 2",
        "UPDATE PESSOAS SET AUSENTE_DE = NULL, AUSENTE_ATE = NULL, AUSENTE_SUBSTITUTO = NULL",
    )
    gone = ["1;2 deixa de estar no diretório: 1 atendimento, 1;1;1"]
    assert table(folder)["under_way"] == gone
    code, out, _ = run(folder, "--write")
    assert code == 0
    assert f"Aviso: atendimentos em andamento: {gone[0]}" in out
    assert "repasse transfer" in out
    assert table(folder)["under_way"] == [], "what is missing already is told by check"
    with open_desk(folder) as desk:  # as the hint says
        found = transfer_tickets(desk, {"away": True}, Transfer(to="1;3", actor="1;3"), lambda: datetime(2026, 11, 24, 11))
        assert len(found.moved) == 1, found.as_json("pt")
        assert desk.ticket("1;1;1").holder.key == "1;3"


def test_a_store_that_does_not_answer_keeps_nobody_from_a_new_directory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPASSE_BANCO", "postgresql://repasse@127.0.0.1:1/repasse")
    code, out, _ = run(folder, "--write")
    assert code == 0
    assert "Aviso: os atendimentos do banco não foram olhados" in out
    assert "repasse transfer" not in out
    assert MARK in (folder / "diretorio.toml").read_text(encoding="utf-8")
    assert table(folder)["under_way"] is None


def test_a_faulty_directory_is_not_written(folder: Path) -> None:
    table(folder, "--write")
    text = (folder / "diretorio.toml").read_text(encoding="utf-8")
    change(folder, "DELETE FROM PESSOAS WHERE CODIGO = 2")
    code, _, error = run(folder, "--write")
    assert (code, "1;2" in error, "o diretório de antes continua valendo" in error) == (2, True, True)
    assert (folder / "diretorio.toml").read_text(encoding="utf-8") == text
    assert run(folder)[0] == 1, "looking at it tells the fault"


def test_an_empty_sentence_takes_nobody_away(folder: Path) -> None:
    rows = ", ".join(f"(1, {code}, 'P{code}', NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL)" for code in range(10, 30))
    change(folder, f"INSERT INTO PESSOAS VALUES {rows}")
    table(folder, "--write")
    change(folder, "DELETE FROM PESSOAS WHERE CODIGO >= 10")
    code, _, error = run(folder, "--write")
    assert (code, "sumiriam 20 de 23 linhas de atendente" in error, "--accept" in error) == (2, True, True)
    assert len(load_workspace(folder).people.attendants) == 23
    assert table(folder, "--write", "--accept")["written"] is True
    assert len(load_workspace(folder).people.attendants) == 3


def test_a_database_that_is_gone_changes_nothing(folder: Path) -> None:
    table(folder, "--write")
    text = (folder / "diretorio.toml").read_text(encoding="utf-8")
    (folder / "rm.sqlite").unlink()
    code, _, error = run(folder, "--write")
    assert (code, "PESSOAS" in error) == (2, True)
    assert (folder / "diretorio.toml").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("settings", "sentence", "said"),
    [
        (SETTINGS.split("[diretorio]", maxsplit=1)[0], None, "não diz de que sentenças"),
        (SETTINGS.replace("coligada = 1", "coligada = um"), None, "repasse.toml"),
        (SETTINGS.replace("atendente =", "pessoas ="), None, "não conhece a tabela 'pessoas'"),
        (SETTINGS.replace('"PESSOAS"', '"GENTE"'), None, "a sentença 'GENTE' de [diretorio] não está registrada"),
        (SETTINGS, PEOPLE.replace("FROM PESSOAS", "FROM PESSOAS WHERE CODIGO = :FRM_X"), "não pode pedir nada"),
        (
            SETTINGS,
            PEOPLE.replace("NIVEL,", "'alto' AS NIVEL,"),
            "linha 1 da sentença 'PESSOAS': 'nivel' precisa de um número inteiro",
        ),
        (SETTINGS, PEOPLE.replace("ATIVO,", "'talvez' AS ATIVO,"), "'ativo' precisa de 1 ou 0"),
        (SETTINGS, PEOPLE.replace("USUARIO,", "USUARIO AS LOGIN,"), "a chave 'login' não existe aqui"),
        (SETTINGS, PEOPLE.replace("NOME,", "NULL AS NOME,"), "falta a chave 'nome'"),
    ],
)
def test_what_is_wrong_is_said(folder: Path, settings: str, sentence: str | None, said: str) -> None:
    (folder / "repasse.toml").write_text(settings, encoding="utf-8")
    if sentence is not None:
        (folder / "sentencas" / "PESSOAS.sql").write_text(sentence, encoding="utf-8")
    code, _, error = run(folder, "--write")
    assert (code, said in error) == (1 if said == "repasse.toml" else 2, True), error
    assert (folder / "diretorio.toml").read_text(encoding="utf-8") == BY_HAND
