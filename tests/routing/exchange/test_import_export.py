"""Tickets of other systems come in row by row and go out again; what cannot come in is told with its line and its reason."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from kit.paths import ROOT
from kit.stores import OpenDesk, database, desk_of  # noqa: F401
from kit.workspaces import make_workspace

from routing.desk.desk import Desk, open_desk
from routing.domain.decision import Request
from routing.exchange.columns import Columns, FileRefused, read_columns
from routing.exchange.exporting import export_tickets
from routing.exchange.importing import import_tickets

pytestmark = pytest.mark.slow

HEAD = "coligada;localidade;codigo;tipo;etapa;status;assunto;aberto_por;atendente;parametros.VALOR;parametros.PEDIDO"


def sheet(path: Path, *rows: str, head: str = HEAD, encoding: str = "utf-8") -> Path:
    path.write_bytes("\n".join([head, *rows, ""]).encode(encoding))
    return path


def good(code: int, subject: str = "Sal") -> str:
    return f'1;1;{code};10;1;A;{subject};"1;2";"1;3";10,5;P-{code}'


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(make_workspace(tmp_path / "pasta"))


def reasons(desk: Desk, path: Path, **more: object) -> dict[int, str]:
    done = import_tickets(desk, path, Columns(), **more)  # type: ignore[arg-type]
    return {one.line: "; ".join(map(str, one.reasons)) for one in done.refused}


def test_rows_come_in_with_their_kinds_and_can_be_moved(desk: Desk, tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.csv", good(70), '1;1;71;10;;;Novo;"1;2";;1500;')
    done = import_tickets(desk, path, Columns())
    assert (done.added, done.there, done.refused) == (2, 0, [])
    ticket = desk.ticket("1;1;70")
    assert (ticket.step, ticket.status, ticket.holder and ticket.holder.key) == (1, "A", "1;3")
    assert dict(ticket.parameters) == {"VALOR": Decimal("10.5"), "PEDIDO": "P-70"}
    now = datetime(2026, 11, 24, 10)
    assert desk.move("1;1;70", Request(action="advance", actor="1;3"), now).status == "moved"
    assert desk.move("1;1;71", Request(action="open", actor="1;2"), now).status == "moved"


def test_an_import_made_again_brings_only_what_is_missing(desk_of: OpenDesk, tmp_path: Path) -> None:
    desk = desk_of()
    path = sheet(tmp_path / "a.csv", *(good(code) for code in range(70, 1370)))
    half = sheet(tmp_path / "b.csv", *(good(code) for code in range(70, 700)))
    assert import_tickets(desk, half, Columns()).added == 630
    done = import_tickets(desk, path, Columns())
    assert (done.added, done.there) == (670, 630)
    assert len(desk.tickets()) == 1303


REFUSED = {
    '1;1;80;10;9;A;x;"1;2";"1;3";1;': "não tem a etapa 9",
    '1;1;80;99;1;A;x;"1;2";"1;3";1;': "o tipo de atendimento 99 não existe",
    '1;1;80;10;1;Z;x;"1;2";"1;3";1;': "'status' precisa de uma destas palavras",
    '1;1;80;10;1;A;x;"1;77";"1;3";1;': "o atendente 1;77 não existe",
    '1;1;80;10;1;A;x;"1;2";"1;3";abc;': "'VALOR' é do tipo numero",
    '1;1;80;10;1;A;x;"1;2";"1;3";1.500,00;': "o número se escreve assim: '1500,00'",
    '1;1;oitenta;10;1;A;x;"1;2";"1;3";1;': "'codigo' precisa de um número inteiro",
    ';1;80;10;1;A;x;"1;2";"1;3";1;': "falta a chave 'coligada'",
    '1;1;80;10;1;A;x;"1;2";"1;3";1;;sobra': "a linha tem 12 células, e a primeira 11",
    '1;1;80;10;1;A;"sem fim;"1;2"': "a linha não é CSV",
}


@pytest.mark.parametrize(("row", "reason"), REFUSED.items(), ids=REFUSED.values())
def test_a_refused_row_says_why_and_stops_no_other(desk: Desk, tmp_path: Path, row: str, reason: str) -> None:
    found = reasons(desk, sheet(tmp_path / "a.csv", good(70), row, *(() if "CSV" in reason else [good(90)])))
    assert list(found) == [3]
    assert reason in found[3]
    assert set(desk.tickets()) >= ({"1;1;70"} if "CSV" in reason else {"1;1;70", "1;1;90"})


def test_a_key_that_comes_twice_is_told_with_the_first_line(desk: Desk, tmp_path: Path) -> None:
    assert reasons(desk, sheet(tmp_path / "a.csv", good(70), good(70, "Outro"))) == {3: "o atendimento 1;1;70 já veio na linha 2"}
    assert desk.ticket("1;1;70").subject == "Sal"


def test_the_first_refused_row_may_end_it_after_the_rows_before(desk: Desk, tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.csv", good(70), "1;1;x;10", good(90))
    done = import_tickets(desk, path, Columns(), stop=True)
    assert (done.added, len(done.refused), done.stopped) == (1, 1, True)
    assert "1;1;90" not in desk.tickets()


HEADS = {
    "a;b": "a coluna 'a' não é chave",
    "coligada;localidade;codigo;tipo;assnto": "você quis dizer 'assunto'?",
    "coligada;localidade;codigo;tipo;parametro.VALOR": "você quis dizer 'parametros.'?",
    "coligada;localidade;codigo": "faltam colunas: tipo",
    "coligada;localidade;codigo;tipo;tipo": "duas colunas são 'tipo'",
    "": "o arquivo está vazio",
}


@pytest.mark.parametrize(("head", "reason"), HEADS.items(), ids=HEADS.values())
def test_a_heading_that_means_nothing_refuses_the_file(desk: Desk, tmp_path: Path, head: str, reason: str) -> None:
    with pytest.raises(FileRefused) as refused:
        import_tickets(desk, sheet(tmp_path / "a.csv", head=head), Columns())
    assert reason in f"{refused.value.message} {refused.value.hint}"


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_separators_and_marks_of_spreadsheets_are_understood(desk: Desk, tmp_path: Path, separator: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding=encoding, newline="") as out:
        csv.writer(out, delimiter=separator).writerows(
            [HEAD.split(";"), [1, 1, 70, 10, 1, "A", "Pão; e\nágua, já", "1;2", "1;3", "1,5", ""]]
        )
    assert reasons(desk, path) == {}
    assert desk.ticket("1;1;70").subject == "Pão; e\nágua, já"


def test_another_encoding_is_told_and_can_be_named(desk: Desk, tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.csv", good(70, "Maçã"), encoding="cp1252")
    with pytest.raises(FileRefused, match="não está em UTF-8"):
        import_tickets(desk, path, Columns())
    import_tickets(desk, path, Columns(), encoding="cp1252")
    assert desk.ticket("1;1;70").subject == "Maçã"


def test_a_map_gives_columns_their_meaning(desk: Desk, tmp_path: Path) -> None:
    chart = tmp_path / "mapa.toml"
    chart.write_text(
        '[colunas]\n"Nº" = "codigo"\n"Título" = "assunto"\nValor = "parametros.VALOR"\nlixo = ""\n'
        "[fixos]\ncoligada = 1\nlocalidade = 1\ntipo = 10\n",
        encoding="utf-8",
    )
    path = sheet(tmp_path / "a.csv", "70;Sal;3;z", head="Nº;Título;Valor;lixo")
    assert import_tickets(desk, path, read_columns(chart)).added == 1
    assert (desk.ticket("1;1;70").subject, desk.ticket("1;1;70").parameters["VALOR"]) == ("Sal", 3)
    for text, reason in (
        ("[colunas]\nx = 1\n", "'x' precisa"),
        ("[outra]\n", "'outra'"),
        ("x", "não pode ser lido"),
        ('[colunas]\na = "assuto"\n', "assuto"),
    ):
        chart.write_text(text, encoding="utf-8")
        with pytest.raises(FileRefused, match=reason):
            read_columns(chart)


def test_objects_come_in_by_the_line(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    whole = {
        "coligada": 1,
        "localidade": 1,
        "codigo": 70,
        "tipo": 10,
        "assunto": "Sal",
        "parametros": {"VALOR": 1.1, "PEDIDO": None},
    }
    lines = [json.dumps(whole), "", "[1]", "x", json.dumps({**whole, "codigo": 71, "foo": 1}), '{"nivel": 0e99999999999999999999}']
    path.write_text("\n".join([*lines, '{"nivel": 1e99999}']), encoding="utf-8")
    assert {line: said[:26] for line, said in reasons(desk, path).items()} == {
        3: "a linha não é um objeto JS", 4: "a linha não é JSON: Expect", 5: "a chave 'foo' não existe a",
        6: "a linha não é JSON: 0e9999", 7: "a linha não é JSON: 1e9999",
    }  # fmt: skip
    assert dict(desk.ticket("1;1;70").parameters) == {"VALOR": Decimal("1.1")}


UNKEEPABLE = {
    '"codigo": 99999999999': "'codigo' precisa de um número inteiro até 2147483647",
    '"codigo": 70, "nivel": 99999999999': "'nivel' precisa de um número inteiro até",
    '"codigo": 70, "assunto": "a\\u0000b"': "'assunto' tem um caractere que nenhum banco",
    '"codigo": 70, "assunto": "a\\ud800b"': "'assunto' tem um caractere que nenhum banco",
    '"codigo": 70, "parametros": {"PEDIDO": "\\u0000"}': "'parametros.PEDIDO' tem um caractere",
    '"codigo": 70, "a\\u0000": 1': "tem um caractere",
    '"codigo": 70, "parametros": [1]': "'parametros' precisa de uma tabela",
    '"codigo": 70, "parametros": {"VALOR": Infinity}': "'VALOR' é do tipo numero",
    '"codigo": 70, "parametros": {"VALOR": NaN}': "'VALOR' é do tipo numero",
    '"codigo": 70, "assunto": 5': "'assunto' precisa de um texto",
}


def test_what_a_database_cannot_keep_is_a_refused_row_and_stops_no_other(desk_of: OpenDesk, tmp_path: Path) -> None:
    desk = desk_of()
    path = tmp_path / "a.jsonl"
    rows = [f'{{"coligada": 1, "localidade": 1, "tipo": 10, {one}}}' for one in (*UNKEEPABLE, '"codigo": 90')]
    path.write_text("\n".join(rows), encoding="utf-8")
    found = reasons(desk, path)
    assert list(found) == list(range(1, len(UNKEEPABLE) + 1))
    for reason, said in zip(UNKEEPABLE.values(), found.values(), strict=True):
        assert reason in said
    assert "1;1;90" in desk.tickets()


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_what_goes_out_comes_back_equal(desk: Desk, tmp_path: Path, kind: str) -> None:
    desk.move("1;1;1", Request(action="advance", actor="1;2"), datetime(2026, 11, 24, 10))
    desk.move(
        "1;1;2",
        Request(action="change", actor="1;2", set=(("ASSUNTO", '=1+1;"x"\n-2'), ("SOLICITACAO", "'=já"))),
        datetime(2026, 11, 24, 10),
    )
    first, second = tmp_path / f"a.{kind}", tmp_path / f"b.{kind}"
    assert export_tickets(desk.store, desk.site, first) == 3
    other = make_workspace(tmp_path / "outra", tickets=0)
    with open_desk(other) as empty:
        assert reasons(empty, first) == {}
        export_tickets(empty.store, empty.site, second)
        assert empty.ticket("1;1;2").subject == '=1+1;"x"\n-2'
        assert empty.ticket("1;1;2").request == "'=já"
        assert empty.ticket("1;1;1").parameters == desk.ticket("1;1;1").parameters
    assert first.read_bytes() == second.read_bytes()
    assert b";=1" not in first.read_bytes() if kind == "csv" else True


def test_a_killed_import_goes_on_where_it_was(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "pasta", tickets=0)
    path = sheet(tmp_path / "a.csv", *(good(code) for code in range(1, 6001)))
    command = [sys.executable, "-m", "repl.commands", "import", str(folder), str(path)]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ})
    store = folder / "repasse.sqlite"
    until = time.monotonic() + 30
    while running.poll() is None and time.monotonic() < until and not (store.exists() and store.stat().st_size > 500_000):
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    done = subprocess.run([*command, "--format", "json"], cwd=ROOT, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert told["added"] + told["there"] == 6000
    with open_desk(folder) as desk:
        assert len(desk.tickets()) == 6000
