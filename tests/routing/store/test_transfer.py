"""Into a store and out again without loss; correspondence; a store without a workspace."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Barrier
from typing import Any

import attrs
import pytest
from kit.servers import postgres_database
from kit.stores import NOW, OpenDesk, database, desk, desk_of  # noqa: F401
from kit.workspaces import make_workspace

from routing.deciding.correspondence import Letter
from routing.desk.desk import Desk, open_desk
from routing.desk.presence import Said
from routing.domain.decision import Request
from routing.domain.model import Ticket
from routing.failures import MailFault, StoreError, UnknownTicket
from routing.mail.outbox import Attachment
from routing.releases.asking import NotRecorded, ask_again
from routing.store.recipients import sent_to
from routing.store.transfer import REGISTER, export_store, import_store

pytestmark = pytest.mark.slow

ADVANCE = Request(action="advance", actor="1;2")


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_workspace_goes_in_and_comes_out_byte_for_byte(database: str, tmp_path: Path) -> None:
    source = make_workspace(tmp_path / "origem", 3)
    (source / "formulas" / "antiga.formula").write_bytes("'situação'".encode("cp1252"))
    with open_desk(database) as desk:
        import_store(desk.store, source)
        export_store(desk.store, tmp_path / "saida")
    exported = files_of(tmp_path / "saida")
    exported.pop(REGISTER)
    assert exported == files_of(source)


def test_a_desk_opens_over_an_imported_workspace(database: str, tmp_path: Path) -> None:
    with open_desk(make_workspace(tmp_path / "origem", 2)) as first:
        first.move("1;1;1", ADVANCE, NOW)
        export_store(first.store, tmp_path / "saida")
    make_workspace(tmp_path / "saida", 2)
    with open_desk(database) as empty:
        assert import_store(empty.store, tmp_path / "saida") == (2, 0)
        assert import_store(empty.store, tmp_path / "saida") == (0, 2)
    with open_desk(database) as desk:
        assert desk.ticket("1;1;1").step == 2
        assert desk.move("1;1;2", ADVANCE, NOW).status == "moved"


def test_tickets_with_everything_survive_the_way_between_databases(database: str, tmp_path: Path) -> None:
    with open_desk(make_workspace(tmp_path / "origem", 3)) as first:
        full = attrs.evolve(
            first.ticket("1;1;1"), code=70, wake_up=date(2026, 12, 1), deadline=datetime(2026, 12, 1, 18, 30), closed_at=NOW,
            parameters={"VALOR": Decimal("1500.50"), "DIA": date(2026, 1, 2), "HORA": datetime(2026, 1, 2), "SIM": True, "NADA": None, "N": 7},
            fields={"ÇÃO": "linha 1\nlinha 2 '\"\\"},
        )  # fmt: skip
        first.add(full)
        for key in ("1;1;1", "1;1;2"):
            first.move(key, attrs.evolve(ADVANCE, key=f"chave-{key}"), NOW)
        first.write("1;1;1", Letter("1;2", "1;3"), NOW, [Attachment("nota.pdf", "application/pdf", bytes(range(256)))])
        assert first.ticket("1;1;70") == full
        export_store(first.store, tmp_path / "um")
    with open_desk(database) as second:
        import_store(second.store, tmp_path / "um")
        assert second.ticket("1;1;70") == full
        kinds = {type(value) for value in second.ticket("1;1;70").parameters.values()}
        assert kinds == {Decimal, date, datetime, bool, type(None), int}
        export_store(second.store, tmp_path / "dois")
    assert files_of(tmp_path / "um") == files_of(tmp_path / "dois")


def test_mails_of_a_register_count_and_may_be_of_an_earlier_version(database: str, tmp_path: Path) -> None:
    with open_desk(make_workspace(tmp_path / "origem", 2)) as desk:
        mails = desk.move("1;1;1", ADVANCE, NOW).mails
        export_store(desk.store, tmp_path / "registro")
    register = tmp_path / "registro" / REGISTER
    records = [json.loads(line) for line in register.read_text(encoding="utf-8").splitlines()]
    for mail in (mail for record in records for mail in record.get("mails", ())):
        mail["recipients"] = 1  # a column of schemas up to 0004
    register.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    with open_desk(database) as desk:
        assert import_store(desk.store, tmp_path / "registro")[0] == 2
        with desk.store.reading() as unit:
            assert sent_to(unit, [mail.to for mail in mails], NOW) == [1] * len(mails)


def test_a_broken_register_brings_nothing_in(database: str, tmp_path: Path) -> None:
    with open_desk(make_workspace(tmp_path / "origem", 2)) as first:
        export_store(first.store, tmp_path / "saida")
    register = tmp_path / "saida" / REGISTER
    register.write_text(register.read_text(encoding="utf-8") + '{"ticket": \n', encoding="utf-8")
    with open_desk(database) as desk:
        with pytest.raises(StoreError, match="linha 4"):
            import_store(desk.store, tmp_path / "saida")
        assert desk.tickets() == []


def test_a_store_keeps_tickets_without_a_workspace(database: str) -> None:
    with open_desk(database) as desk:
        desk.add(Ticket(coligada=1, locality=1, code=9, type=3, subject="Só no banco"))
        assert desk.show("1;1;9")["ticket"]["subject"] == "Só no banco"
        assert desk.add(Ticket(coligada=1, locality=1, code=9, type=3)) == []
        assert desk.move("1;1;9", ADVANCE, NOW).status == "refused"


def test_a_letter_about_a_ticket_is_queued_and_noted(desk: Desk) -> None:
    letter = Letter("1;2", "1;3, cliente@example.com", "chefia@example.com", "Segue a nota.", ("request", "solution", "summary"))
    name = desk.write("1;1;1", letter, NOW, [Attachment("nota.pdf", "application/pdf", b"%PDF")])
    shown = desk.show("1;1;1")
    assert shown["mails"] == [
        {"kind": "ticket", "to": "ana@exemplo.com.br, cliente@example.com", "cc": "chefia@example.com",
         "subject": "Atendimento 1;1;1: Farinha de trigo, pedido 1", "state": "queued", "message_id": name}
    ]  # fmt: skip
    assert "ana@exemplo.com.br" in shown["discussion"][-1]["text"]
    assert shown["ticket"]["version"] == 2


@pytest.mark.parametrize(
    "letter",
    [
        Letter("1;2", ""),
        Letter("1;77", "1;3"),
        Letter("1;2", "ana@exemplo.com.br\r\nBcc: x@example.com"),
        Letter("1;2", "1;88"),
    ],
)
def test_a_letter_that_cannot_go_changes_nothing(desk: Desk, letter: Letter) -> None:
    before = desk.show("1;1;1")
    with pytest.raises(MailFault):
        desk.write("1;1;1", letter, NOW)
    assert desk.show("1;1;1") == before


def test_the_opening_mail_can_be_sent_again(desk: Desk) -> None:
    client = attrs.evolve(desk.ticket("1;1;1"), code=60, client_kind="cliente", client_code="C100")
    desk.add(client)
    desk.write_opening("1;1;60", "1;2", NOW)
    shown = desk.show("1;1;60")
    assert [(one["kind"], one["to"]) for one in shown["mails"]] == [("opening", "contato@aurora.example.com")]
    assert "contato@aurora.example.com" in shown["discussion"][-1]["text"]
    with pytest.raises(MailFault):
        desk.write_opening("1;1;1", "1;2", NOW)
    with pytest.raises(UnknownTicket):
        desk.write_opening("1;1;999", "1;2", NOW)


def test_between_two_real_servers(tmp_path: Path) -> None:
    with postgres_database() as one, postgres_database() as two:
        with open_desk(one) as desk:
            import_store(desk.store, make_workspace(tmp_path / "pasta", 1))
        with open_desk(one) as desk:
            assert desk.tickets() == ["1;1;1"]
            desk.move("1;1;1", ADVANCE, NOW)
            export_store(desk.store, tmp_path / "um")
        with open_desk(two) as desk:
            import_store(desk.store, tmp_path / "um")
            export_store(desk.store, tmp_path / "dois")
    assert files_of(tmp_path / "um") == files_of(tmp_path / "dois")


def test_a_folder_and_its_database_leave_together(tmp_path: Path) -> None:
    source = make_workspace(tmp_path / "pasta", 2)
    with open_desk(source) as desk:
        desk.move("1;1;1", ADVANCE, NOW)
        export_store(desk.store, tmp_path / "saida", source)
        with pytest.raises(StoreError):
            export_store(desk.store, source / "dentro", source)
    with open_desk(tmp_path / "saida") as copy:
        assert copy.tickets() == ["1;1;1", "1;1;2"]


def test_an_export_is_one_moment_while_others_move(database: str, tmp_path: Path) -> None:
    with open_desk(make_workspace(tmp_path / "origem", 40)) as first:
        export_store(first.store, tmp_path / "inicio")
    make_workspace(tmp_path / "inicio", 40)
    with open_desk(database) as empty:
        import_store(empty.store, tmp_path / "inicio")
    with open_desk(database) as desk:
        begun = Barrier(2)

        def move() -> None:
            begun.wait()
            for number in range(1, 41):
                desk.move(f"1;1;{number}", ADVANCE, NOW)

        with ThreadPoolExecutor(1) as pool:
            work = pool.submit(move)
            begun.wait()
            for round_ in range(4):
                export_store(desk.store, tmp_path / f"saida{round_}")
            work.result()
    for round_ in range(4):
        lines = (tmp_path / f"saida{round_}" / REGISTER).read_text(encoding="utf-8").splitlines()[1:]
        for record in (one for one in map(json.loads, lines) if "ticket" in one):
            newest = max((one["version"] for one in record["decisions"]), default=record["ticket"]["version"])
            assert newest == record["ticket"]["version"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda record: record["ticket"].update(version=record["ticket"]["version"] - 1), "versão"),
        (lambda record: record["decisions"].append(record["decisions"][-1]), "mesma versão"),
        (lambda record: record["ticket"].update(step=1), "histórico"),
        (lambda record: record["ticket"].pop("version"), "não é um registro"),
        (lambda record: record.update(steps=7), "não é um registro"),
    ],
)
def test_a_register_that_contradicts_itself_is_refused_by_name(
    database: str, tmp_path: Path, change: Callable[[dict[str, Any]], object], said: str
) -> None:
    with open_desk(make_workspace(tmp_path / "origem", 2)) as first:
        first.move("1;1;1", ADVANCE, NOW)
        export_store(first.store, tmp_path / "saida")
    register = tmp_path / "saida" / REGISTER
    records = [json.loads(line) for line in register.read_text(encoding="utf-8").splitlines()]
    change(records[1])
    register.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    with open_desk(database) as desk:
        with pytest.raises(StoreError, match="linha 2") as caught:
            import_store(desk.store, tmp_path / "saida")
        assert said in str(caught.value)
        with pytest.raises(UnknownTicket):
            desk.ticket("1;1;1")


def test_files_with_tickets_are_their_owner_s_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with open_desk(make_workspace(tmp_path / "origem", 1)) as desk:
            export_store(desk.store, tmp_path / "saida")
            made = [*(tmp_path / "origem").glob("*.sqlite*"), tmp_path / "saida" / REGISTER]
            assert [oct(path.stat().st_mode & 0o777) for path in made] == ["0o600"] * len(made)
    finally:
        os.umask(before)


def test_decisions_are_made_again_where_a_store_has_moved_to(database: str, tmp_path: Path) -> None:
    """Releases, presence, turns and articles come along, and facts speak of the rows that this store has numbered."""
    folder = make_workspace(tmp_path / "origem", 3, formula="ATENDENTEDOGRUPO(5, 'RODIZIO')")
    with open_desk(folder) as first:
        for turn in range(4):
            for code in (3, 1, 2):
                first.move(f"1;1;{code}", ADVANCE, NOW + timedelta(hours=turn))
            first.say_presence(Said(attendant="1;3", status="ausente" if turn % 2 else "disponivel", actor="1;2"), NOW)
        export_store(first.store, tmp_path / "saida", folder)
        with first.store.reading() as unit:
            (turns,) = (unit.driver.execute('SELECT "group", member FROM rotation ORDER BY 1').fetchall(),)
    with open_desk(database) as empty:
        assert import_store(empty.store, tmp_path / "saida") == (3, 0)
        assert import_store(empty.store, tmp_path / "saida") == (0, 3)
    with open_desk(database) as desk:
        again = [ask_again(desk.store, desk.site, number) for number in range(1, 13)]
        assert [one.equal for one in again] == [True] * 12
        with desk.store.reading() as unit:
            assert [tuple(row) for row in unit.driver.execute('SELECT "group", member FROM rotation ORDER BY 1').fetchall()] == [
                tuple(row) for row in turns
            ]
            assert unit.driver.execute("SELECT count(*) FROM presence").fetchone()[0] == 4
        assert desk.move("1;1;1", ADVANCE, NOW + timedelta(days=1)).status == "moved"


def test_a_register_of_the_first_form_comes_in_without_facts(database: str, tmp_path: Path) -> None:
    with open_desk(make_workspace(tmp_path / "origem", 1)) as first:
        first.move("1;1;1", ADVANCE, NOW)
        export_store(first.store, tmp_path / "saida", tmp_path / "origem")
    register = tmp_path / "saida" / REGISTER
    lines = [text for text in register.read_text(encoding="utf-8").splitlines() if '"shared"' not in text]
    register.write_text("\n".join(['{"registro":1}', *lines[1:], ""]), encoding="utf-8")
    with open_desk(database) as empty:
        assert import_store(empty.store, tmp_path / "saida") == (1, 0)
    with open_desk(database) as desk, pytest.raises(NotRecorded):
        ask_again(desk.store, desk.site, 1)
