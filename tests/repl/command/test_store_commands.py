"""Commands for whoever runs the service, as they are typed."""

from __future__ import annotations

import io
import json
from contextlib import chdir, redirect_stderr, redirect_stdout
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from kit.paths import ROOT
from kit.stores import NOW
from kit.timed import ticket, timed_desk
from kit.workspaces import make_workspace

from repl.command.lists import EVENT_NAMES
from repl.commands import run
from routing.desk.desk import open_desk
from routing.domain.decision import Request
from routing.setting_hooks import EVENTS
from routing.store.engine import open_engine, writing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_workspace(tmp_path / "pasta", 2)
    with open_desk(made) as desk:
        desk.move("1;1;1", Request(action="advance", actor="1;2"), NOW)
    return made


def repasse(*words: object) -> tuple[int, str, str]:
    """Exit code, output and errors of a command, carried out here: a process of its own loads everything anew each time."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n", write_through=True) for _ in range(2))
    with chdir(ROOT), redirect_stdout(out), redirect_stderr(err):
        code = run(["--lang", "pt", *map(str, words)])
    for stream in (out, err):
        stream.seek(0)
    return code, out.read(), err.read()


def test_the_queue_is_listed_cancelled_and_queued_again(folder: Path) -> None:
    code, out, _ = repasse("mail", "list", "--workspace", folder, "--format", "json")
    listed = json.loads(out)
    assert (code, listed["on"], listed["counts"]["queued"]) == (0, True, 2)
    name = listed["mails"][0]["message_id"]
    assert repasse("mail", "cancel", name, "--workspace", folder)[0] == 0
    assert repasse("mail", "cancel", name, "--workspace", folder)[0] == 1
    assert (
        json.loads(repasse("mail", "list", "--state", "cancelled", "--workspace", folder, "--format", "json")[1])["mails"][0][
            "message_id"
        ]
        == name
    )
    assert repasse("mail", "retry", name, "--workspace", folder)[0] == 0
    assert repasse("mail", "retry", "<nada@example.com>", "--workspace", folder)[0] == 1


def test_the_switch(folder: Path) -> None:
    assert repasse("mail", "off", "--workspace", folder)[0] == 0
    assert json.loads(repasse("mail", "list", "--workspace", folder, "--format", "json")[1])["on"] is False
    assert "ligado" in repasse("mail", "on", "--workspace", folder)[1]


def test_a_store_leaves_and_arrives(folder: Path, tmp_path: Path) -> None:
    assert repasse("store", "export", tmp_path / "saida", "--workspace", folder)[0] == 0
    url = f"sqlite:///{tmp_path}/novo.sqlite"
    code, out, _ = repasse("store", "import", tmp_path / "saida", "--workspace", url)
    assert (code, "2" in out) == (0, True)
    with open_desk(url) as desk:
        assert desk.ticket("1;1;1").step == 2


def test_an_empty_folder_has_nothing_to_bring(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "vazia").mkdir()
    code, out, err = repasse("store", "import", tmp_path / "vazia", "--workspace", folder)
    assert code == 2
    assert "nada para importar" in err + out
    assert "Traceback" not in err


def test_what_is_due_is_listed_and_done(tmp_path: Path) -> None:
    folder = tmp_path / "pasta"
    since = datetime(2020, 1, 6, 9, 0)
    timed_desk(folder, ticket(step_told=1, entered_at=since), ticket(51, voicemail=1, step_told=1, entered_at=since)).close()
    repasse("mail", "off", "--workspace", folder)
    code, out, _ = repasse("due", folder, "--format", "json")
    rows = json.loads(out)["due"]
    assert (code, [(row["ticket"], row["kind"], row["overdue"]) for row in rows]) == (
        0, [("1;1;50", "expire", True), ("1;1;51", "expire", True)],
    )  # fmt: skip
    code, out, errors = repasse("work", folder, "--once")
    assert (code, out.startswith("1;1;50: vencer a etapa: Vai para Bruno Prado (1;2), porque")) == (0, True)
    assert errors == "1;1;51: vencer a etapa: há 1 mensagem na caixa postal; para repassar é preciso ouvi-la antes\n"
    code, out, _ = repasse("due", folder)
    assert ("1;1;50" in out, "1;1;51" in out, "atrasado" in out, "caixa postal" in out) == (False, True, True, True)
    assert repasse("work", "--workspace", folder, "--once") == (0, "", "")
    assert repasse("due", folder, "--until", "2020-01-05")[1].strip() == "nada vence"
    code, _, errors = repasse("due", folder, "--until", "ontem")
    assert (code, "2026-11-24T10:00" in errors) == (2, True)


def test_what_happened_is_listed_from_a_number_on(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "pasta")
    assert repasse("move", folder, "1;1;1", "advance", "--actor", "1;2")[0] == 0
    code, out, _ = repasse("events", folder, "--format", "json")
    found = json.loads(out)
    assert (code, [one["type"] for one in found["events"]], found["next"]) == (0, ["rules.published", "ticket.moved"], 2)
    assert set(EVENT_NAMES) == set(EVENTS)
    code, out, _ = repasse("events", folder, "--after", "1")
    assert (code, "movimento" in out, "1;1;1" in out, "Bruno Prado" in out, "regras" in out) == (0, True, True, True, False)
    code, out, _ = repasse("events", folder, "--after", "2", "--format", "json")
    assert json.loads(out) == {"events": [], "next": 2}
    code, _, errors = repasse("events", folder, "--after", "ontem")
    assert (code, "último evento" in errors) == (2, True)


def test_tickets_come_from_a_file_go_to_one_and_old_decisions_go(tmp_path: Path) -> None:
    folder, out_file, bad = make_workspace(tmp_path / "pasta"), tmp_path / "a.csv", tmp_path / "b.csv"
    code, out, _ = repasse("export", folder, out_file)
    assert (code, out.strip().endswith(": 3")) == (0, True)
    other = make_workspace(tmp_path / "outra", tickets=0)
    code, out, _ = repasse("import", other, out_file)
    assert (code, "trazidos: 3" in out) == (0, True)
    bad.write_text("coligada;localidade;codigo;tipo\n1;1;8;10\n1;1;x;10\n", encoding="utf-8")
    code, out, _ = repasse("import", other, bad)
    assert (code, out.splitlines()[0][:8]) == (1, "linha 3:")
    code, out, _ = repasse("import", other, bad, "--format", "json")
    assert (code, json.loads(out)["there"], [one["line"] for one in json.loads(out)["refused"]]) == (1, 1, [3])
    code, _, errors = repasse("import", other, tmp_path / "nada.csv")
    assert (code, "Traceback" in errors) == (2, False)
    assert repasse("move", folder, "1;1;1", "advance", "--actor", "1;2")[0] == 0
    assert "0 decisões" in repasse("prune", folder, "--older-than", "1", "--dry-run")[1]
    assert repasse("prune", folder, "--older-than", "0")[0] == 2
    with writing(open_engine(f"sqlite:///{folder / 'repasse.sqlite'}")) as connection:
        connection.exec_driver_sql("UPDATE decision SET at = '2020-01-01 00:00:00.000000'")
        connection.commit()
    code, out, _ = repasse("prune", folder, "--older-than", "30", "--keep-counts", "--format", "json")
    assert (code, json.loads(out)["decisions"]) == (0, 1)
    code, _, errors = repasse("decision", folder, "1")
    assert (code, "foi retirada pela idade" in errors) == (1, True)


def test_a_case_of_now_is_of_the_site_s_clock(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "pasta", settings='fuso = "Pacific/Kiritimati"\n')
    code, out, _ = repasse("case", folder, "1;1;1", "advance", "--actor", "1;2")
    (line,) = [one for one in out.splitlines() if one.startswith("agora = ")]
    told = datetime.fromisoformat(line.removeprefix("agora = "))
    there = datetime.now(ZoneInfo("Pacific/Kiritimati")).replace(tzinfo=None)
    assert (code, abs((told - there).total_seconds()) < 300) == (0, True)


def test_a_mail_by_hand_is_seen_before_sent_and_listed(folder: Path, tmp_path: Path) -> None:
    note = tmp_path / "nota fiscal.txt"
    note.write_text("segue", encoding="utf-8")
    code, out, _ = repasse("mail", "preview", folder, "1;1;2", "--kind", "ticket", "--to", "1;3")
    assert (code, "Para: ana@exemplo.com.br" in out, "Farinha de trigo" in out) == (0, True, True)
    words = ("move", folder, "1;1;2", "e-mail", "--to", "1;3", "--cc", "x@example.com", "--part", "resumo", "--attach", note)
    code, out, _ = repasse(*words, "--json")
    made = json.loads(out)
    assert (code, made["status"], made["mails"][0]["cc"]) == (0, "moved", "x@example.com")
    assert made["mails"][0]["attachments"][0]["name"] == "nota fiscal.txt"
    assert str(tmp_path) not in out
    code, out, _ = repasse("move", folder, "1;1;2", "mail", "--to", "ninguém, 1;3")
    assert (code, "ninguém" in out) == (1, True)
    code, out, _ = repasse("move", folder, "1;1;2", "mail", "--kind", "opening")
    assert (code, "G11" in out) == (1, True)


def test_absences_are_said_and_listed(folder: Path) -> None:
    words = ("absence", folder, "Ana Lima", "--from", "2026-01-01", "--to", "2999-12-31", "--substitute", "1;4")
    code, out, _ = repasse(*words)
    assert (code, "Célia Nóbrega" in out, "ausente" in out) == (0, True, True)
    code, out, _ = repasse("absence", folder, "--history", "--json")
    found = json.loads(out)
    assert (code, found["people"][0]["substitute"], len(found["history"])) == (0, "1;4", 1)
    code, out, _ = repasse("tickets", folder, "--away", "--json")
    assert [row["key"] for row in json.loads(out)["tickets"]] == ["1;1;1"]
    assert repasse("absence", folder, "1;3", "--status", "ausente", "--actor", "1;4")[0] == 1
    assert repasse("absence", folder, "--status", "ausente")[0] == 2
    code, out, _ = repasse("absence", folder, "1;3", "--back")
    assert (code, "presentes" in repasse("absence", folder)[1]) == (0, True)


def test_many_tickets_are_handed_over(folder: Path) -> None:
    words = ("transfer", folder, "--type", "10", "--to", "1;4", "--actor", "1;2", "--key", "todos")
    code, out, _ = repasse(*words, "--plan")
    assert (code, "Seriam repassados: 2" in out) == (0, True)
    code, out, _ = repasse(*words, "--json")
    assert (code, len(json.loads(out)["moved"]), json.loads(out)["key"]) == (0, 2, "todos")
    code, out, _ = repasse(*words)
    assert (code, "já repassados antes: 2" in out) == (0, True)
    code, _, said = repasse("transfer", folder, "--to", "1;4")
    assert (code, "filtro" in said) == (2, True)


def test_clients_are_looked_up(folder: Path) -> None:
    with (folder / "diretorio.toml").open("a", encoding="utf-8") as directory:
        directory.write('documento = "12.345.678/0001-95"\ncontatos = { "7" = { nome = "Zeca", email = "zeca@example.com" } }\n')
    code, out, _ = repasse("clients", folder, "--name", "AURORA")
    assert (code, "Padaria Aurora" in out, "7 Zeca" in out) == (0, True, True)
    code, out, _ = repasse("clients", folder, "--document", "12345678000195", "--json")
    assert (code, [one["code"] for one in json.loads(out)["clients"]]) == (0, ["C100"])
    assert repasse("clients", folder, "--kind", "marciano")[0] == 2
