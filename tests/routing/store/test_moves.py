"""Moves on both databases: what is written, what is not, and what a key gives back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
import pytest
from kit import workspaces
from kit.stores import NOW, OpenDesk, database, desk, desk_of  # noqa: F401
from sqlalchemy import func, select

from routing.desk.apply import apply
from routing.desk.desk import Desk, open_desk
from routing.domain.decision import Request
from routing.domain.mails import MailDraft
from routing.domain.model import Ticket
from routing.failures import Conflict, StoreClash, StoreError, StoreGone, UnknownTicket
from routing.mail.outbox import queue
from routing.store import tables, tickets
from routing.store.engine import reading
from routing.store.recipients import sent_to

ADVANCE = Request(action="advance", actor="1;2")


def rows(desk: Desk) -> dict[str, int]:
    with reading(desk.store.engine) as connection:
        return {name: connection.scalar(select(func.count()).select_from(table)) for name, table in tables.metadata.tables.items()}


def beside_the_release(counted: dict[str, int]) -> dict[str, int]:
    """The counts without what the first decision under new rules records: which rules they are, since when, and that they are."""
    return {name: count for name, count in counted.items() if name not in {"release", "release_text", "switch", "event"}}


def test_a_move_writes_ticket_histories_discussion_and_mails(desk: Desk) -> None:
    moved = desk.move("1;1;1", ADVANCE, NOW)
    assert (moved.status, moved.reason) == ("moved", None)
    shown = desk.show("1;1;1")
    assert (shown["ticket"]["step"], shown["ticket"]["holder"], shown["ticket"]["version"]) == (
        2,
        {"attendant": "1;3"},
        2,
    )
    assert shown["steps"] == [
        {
            "from": 1,
            "to": 2,
            "holder_from": {"attendant": "1;2"},
            "holder_to": {"attendant": "1;3"},
            "by": "1;2",
            "at": NOW.isoformat(),
        }
    ]
    assert [one["to"] for one in shown["handoffs"]] == [{"attendant": "1;3"}]
    assert [one["kind"] for one in shown["discussion"]] == ["Repasse"]
    assert [(one["kind"], one["to"], one["cc"], one["state"]) for one in shown["mails"]] == [
        ("handoff", "ana@exemplo.com.br", "", "queued"),
        ("handoff_copy", "compras@exemplo.com.br", "arquivo@exemplo.com.br", "queued"),
    ]


def test_planning_changes_nothing_and_foretells_the_move(desk: Desk) -> None:
    before = rows(desk)
    planned = desk.plan("1;1;1", ADVANCE, NOW)
    assert rows(desk) == before
    moved = desk.move("1;1;1", ADVANCE, NOW)
    assert planned.as_json()["decision"] is None
    assert planned.as_json() | {"status": "moved", "decision": 1} == moved.as_json()


def test_a_refused_move_changes_no_row(desk: Desk) -> None:
    before, ticket = rows(desk), desk.ticket("1;1;1")
    refused = desk.move("1;1;1", attrs.evolve(ADVANCE, actor="1;77", key="negado"), NOW)
    assert refused.status == "refused"
    once = rows(desk)
    assert (beside_the_release(once), desk.ticket("1;1;1")) == (beside_the_release(before), ticket)
    again = desk.move("1;1;1", attrs.evolve(ADVANCE, actor="1;77", key="outro"), NOW)
    assert (again.status, rows(desk), desk.ticket("1;1;1")) == ("refused", once, ticket)


def test_a_formula_that_faults_changes_no_row(desk_of: OpenDesk) -> None:
    desk = desk_of(formula="ADICIONARDISCUSSAO('começo'); 1 / 0")
    before = rows(desk)
    faulty = desk.move("1;1;1", ADVANCE, NOW)
    assert (faulty.status, faulty.gate) == ("fault", "G9")
    once = rows(desk)
    assert beside_the_release(once) == beside_the_release(before)
    assert (desk.move("1;1;1", ADVANCE, NOW).status, rows(desk)) == ("fault", once)


def test_a_stale_version_is_refused_at_g2(desk: Desk) -> None:
    desk.move("1;1;1", ADVANCE, NOW)
    stale = desk.move("1;1;1", Request(action="advance", actor="1;3", version=1), NOW)
    assert (stale.status, stale.gate) == ("refused", "G2")


def test_a_plan_of_an_older_version_is_not_written(desk: Desk) -> None:
    stale = desk.plan("1;1;1", ADVANCE, NOW)
    with desk.store.reading() as unit:
        stored = tickets.find(unit, "1;1;1")
    assert stored is not None
    desk.move("1;1;1", ADVANCE, NOW)
    before = rows(desk)

    def write() -> None:
        with desk.store.writing() as unit:
            apply(unit, stored.id, stale, desk.name)
            unit.commit()

    with pytest.raises(StoreClash, match="mudou durante"):
        write()
    assert (rows(desk), desk.ticket("1;1;1").version) == (before, 2)


def test_rows_of_a_move_keep_their_order(desk_of: OpenDesk) -> None:
    formula = "ADICIONARDISCUSSAO('um'); ADICIONARDISCUSSAO('dois'); ADICIONARDISCUSSAOATENDIMENTO(1,1,2,'três'); ADICIONARDISCUSSAOATENDIMENTO(1,1,2,'quatro'); '1;3'"
    desk = desk_of(formula=formula)
    for turn in range(8):  # beyond the number of runs after which a driver prepares a statement
        assert desk.move("1;1;1", ADVANCE, NOW + timedelta(hours=turn)).status == "moved"
    own, other = (
        [one["text"] for one in desk.show(key)["discussion"] if one["text"] in {"um", "dois", "três", "quatro"}]
        for key in ("1;1;1", "1;1;2")
    )
    assert (own, other) == (["um", "dois"] * 8, ["três", "quatro"] * 8)


def test_an_unknown_ticket_or_key_is_refused_at_g1(desk: Desk) -> None:
    for key in ("1;1;999", "nada disso", "1;1;99999999999999999999"):
        answer = desk.move(key, ADVANCE, NOW)
        assert (answer.status, answer.gate, answer.ticket) == ("refused", "G1", key)
    with pytest.raises(UnknownTicket):
        desk.show("1;1;999")


def test_the_same_key_gives_the_stored_answer_in_both_languages(desk: Desk) -> None:
    request = attrs.evolve(ADVANCE, key="pedido-981")
    first = desk.move("1;1;1", request, NOW)
    counted = rows(desk)
    again = desk.move("1;1;1", request, NOW + timedelta(hours=5))
    assert rows(desk) == counted
    assert (again.as_json("pt"), again.as_json("en")) == (first.as_json("pt"), first.as_json("en"))
    assert again.after == attrs.evolve(first.after, steps=(), handoffs=(), statuses=(), discussion=())


@pytest.mark.parametrize(("ticket", "change"), [("1;1;1", {"actor": "1;3"}), ("1;1;2", {})])
def test_the_same_key_with_another_request_is_a_conflict(desk: Desk, ticket: str, change: dict[str, str]) -> None:
    desk.move("1;1;1", attrs.evolve(ADVANCE, key="k"), NOW)
    counted = rows(desk)
    with pytest.raises(Conflict) as caught:
        desk.move(ticket, attrs.evolve(ADVANCE, key="k", **change), NOW)
    assert caught.value.code == "chave-reutilizada"
    assert rows(desk) == counted


def test_a_refusal_does_not_use_up_its_key(desk: Desk) -> None:
    assert desk.move("1;1;1", Request(action="advance", actor="1;77", key="k"), NOW).status == "refused"
    assert desk.move("1;1;1", attrs.evolve(ADVANCE, key="k"), NOW).status == "moved"


def test_a_time_with_a_zone_is_turned_to_the_sites_clock(desk: Desk) -> None:
    desk.move("1;1;1", ADVANCE, datetime(2026, 11, 24, 10, tzinfo=UTC))
    assert desk.ticket("1;1;1").changed_at == datetime(2026, 11, 24, 10, tzinfo=UTC).astimezone(desk.site.zone).replace(tzinfo=None)


def test_a_return_finds_the_previous_holder_in_the_stored_history(desk: Desk) -> None:
    desk.move("1;1;1", ADVANCE, NOW)
    returned = desk.move("1;1;1", Request(action="return", actor="1;3", justification="falta a nota"), NOW)
    assert returned.status == "moved"
    assert desk.ticket("1;1;1").holder.key == "1;2"


def test_a_new_ticket_is_opened_from_a_draft(desk: Desk) -> None:
    draft = Ticket(coligada=1, locality=1, code=900, type=10, status="", opener="1;2", subject="Fermento",
                   client_kind="cliente", client_code="C100")  # fmt: skip
    request = Request(action="open", actor="1;2", draft=draft, key="novo-900")
    opened = desk.move("1;1;900", request, NOW)
    assert (opened.status, opened.reason) == ("moved", None)
    shown = desk.show("1;1;900")
    assert (shown["ticket"]["status"], shown["ticket"]["step"]) == ("A", 1)
    assert [one["status"] for one in shown["statuses"]] == ["A"]
    assert [one["to"] for one in shown["mails"] if one["kind"] == "opening"] == ["contato@aurora.example.com"]
    assert desk.move("1;1;900", request, NOW).as_json() == opened.as_json()


@pytest.mark.parametrize("text", ["a\ud800b", "a\0b"])
def test_a_text_that_the_database_does_not_keep_is_no_outage(desk: Desk, text: str) -> None:
    wanted = Request(action="note", actor="1;2", text=text)
    if text.isascii() and desk.store.is_sqlite:
        assert desk.move("1;1;1", wanted, NOW).status == "moved"
        return
    with pytest.raises(StoreError, match="caractere") as told:
        desk.move("1;1;1", wanted, NOW)
    assert not isinstance(told.value, StoreGone)


def test_a_formula_writes_to_another_ticket_in_the_same_move(desk_of: OpenDesk) -> None:
    desk = desk_of(formula="ADICIONARDISCUSSAOATENDIMENTO(1, 1, 2, 'veja também o 1;1;1'); '1;3'")
    desk.move("1;1;1", ADVANCE, NOW)
    assert [one["text"] for one in desk.show("1;1;2")["discussion"]] == ["veja também o 1;1;1"]


def test_writing_to_a_ticket_that_does_not_exist_refuses_the_whole_move(desk_of: OpenDesk) -> None:
    desk = desk_of(formula="ADICIONARDISCUSSAOATENDIMENTO(1, 1, 777, 'olá'); '1;3'")
    first = desk.move("1;1;1", ADVANCE, NOW)
    before = rows(desk)
    answer = desk.move("1;1;1", ADVANCE, NOW)
    assert [(one.status, one.reason.code) for one in (first, answer)] == [("refused", "atendimento-desconhecido")] * 2
    assert rows(desk) == before


def test_decisions_are_kept_and_can_be_read_again(desk: Desk) -> None:
    moved = desk.move("1;1;1", ADVANCE, NOW)
    (number,) = desk.decisions("1;1;1")
    assert desk.decision(number).as_json() == moved.as_json()
    assert desk.decision(number + 1) is None


def test_sample_tickets_come_in_once_and_then_the_database_is_the_truth(desk_of: OpenDesk) -> None:
    first = desk_of(tickets=2)
    first.move("1;1;1", ADVANCE, NOW)
    second = desk_of(tickets=3)
    assert second.tickets() == ["1;1;1", "1;1;2", "1;1;3"]
    assert second.ticket("1;1;1").step == 2


def test_load_and_turn_come_from_the_store(desk_of: OpenDesk) -> None:
    turn = desk_of(formula="ATENDENTEDOGRUPO(5, 'RODIZIO')")
    holders = []
    for code in (1, 2, 3):
        turn.move(f"1;1;{code}", ADVANCE, NOW)
        holders.append(turn.ticket(f"1;1;{code}").holder.key)
    assert holders == ["1;3", "1;4", "1;3"]


def test_the_least_loaded_member_receives(desk_of: OpenDesk) -> None:
    least = desk_of(formula="ATENDENTEDOGRUPO(5, 'MENORCARGA')")
    holders = []
    for code in (1, 2, 3):
        least.move(f"1;1;{code}", ADVANCE, NOW)
        holders.append(least.ticket(f"1;1;{code}").holder.key)
    assert holders == ["1;3", "1;4", "1;3"]


def test_the_storm_guard_knows_an_address_however_it_is_written(desk_of: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspaces, "DIRECTORY", workspaces.DIRECTORY.replace("ana@exemplo.com.br", "Ana.Lima@Exemplo.com.br"))
    copies = "ENVIAEMAILREPASSE('bruno@exemplo.com.br', 'compras@exemplo.com.br', 'ana.lima@exemplo.com.br', '1;3'); '1;3'"
    desk = desk_of(settings="[limites]\nemails_por_hora = 1\n", formula=copies)
    answers = [desk.move(f"1;1;{code}", ADVANCE, NOW + timedelta(minutes=code)) for code in (1, 2)]
    assert [(one.status, one.gate) for one in answers] == [("moved", None), ("refused", "G13")]
    assert "Ana.Lima@Exemplo.com.br receberia 2 e-mails" in answers[1].reason.message


def test_the_storm_guard_knows_an_address_behind_a_name(desk_of: OpenDesk) -> None:
    copies = (
        "ENVIAEMAILREPASSE('bruno@exemplo.com.br', 'Caio <caio@exemplo.com.br>; Ana Lima <Ana@exemplo.com.br>', '', '1;3'); '1;3'"
    )
    desk = desk_of(settings="[limites]\nemails_por_hora = 1\n", formula=copies)
    answers = [desk.move(f"1;1;{code}", ADVANCE, NOW + timedelta(minutes=code)) for code in (2, 3)]
    assert [(one.status, one.gate) for one in answers] == [("moved", None), ("refused", "G13")]
    assert "receberia 2 e-mails" in answers[1].reason.message


def test_a_copy_that_is_not_sent_counts_for_nothing(desk_of: OpenDesk) -> None:
    """Who receives the handoff gets its text once, and is counted once; a copy that the site words itself counts beside it."""
    copies = "ENVIAEMAILREPASSE('bruno@exemplo.com.br', 'ana@exemplo.com.br', '', '1;3'); '1;3'"
    desk = desk_of(settings="[limites]\nemails_por_hora = 2\n", formula=copies)
    assert [desk.move(f"1;1;{code}", ADVANCE, NOW + timedelta(minutes=code)).status for code in (1, 2)] == ["moved", "moved"]
    models = Path(desk.site.folder) / "modelos"
    models.mkdir()
    (models / "handoff_copy.assunto").write_text("Para o arquivo", encoding="utf-8")
    worded = open_desk(desk.site.folder)
    assert worded.plan("1;1;3", ADVANCE, NOW + timedelta(hours=2)).gate is None
    assert "receberia 4 e-mails" in worded.plan("1;1;3", ADVANCE, NOW + timedelta(minutes=3)).reason.message


def test_mails_are_counted_by_whole_addresses_in_any_case(desk_of: OpenDesk) -> None:
    desk = desk_of()
    with desk.store.writing() as unit:
        for number, (to, cc) in enumerate((("Ana@Exemplo.com.br", ""), ("ana@exemplo.com.br", ""), ("x@exemplo.com.br", "ANA@exemplo.com.br"),
                                           ("mariana@exemplo.com.br", "b@exemplo.com.br"), ("anaxb@exemplo.com.br", "c@exemplo.com.br"))):  # fmt: skip
            draft = MailDraft(kind="handoff", from_address="a@exemplo.com.br", to=to, cc=cc, subject="s", body="b")
            queue(unit, 1, "1;1;1", 10 + number, [draft], NOW, desk.name)
        since = NOW - timedelta(hours=1)
        assert sent_to(unit, ("ana@exemplo.com.br", "ANA@EXEMPLO.COM.BR", "ana_b@exemplo.com.br"), since) == [3, 3, 0]
        unit.commit()


def test_the_storm_guard_counts_mails_in_the_store(desk_of: OpenDesk) -> None:
    desk = desk_of(settings="[limites]\nemails_por_hora = 2\n")
    answers = [desk.move(f"1;1;{code}", ADVANCE, NOW + timedelta(minutes=code)) for code in (1, 3)]
    assert [one.status for one in answers] == ["moved", "moved"]
    assert desk.move("1;1;2", ADVANCE, NOW + timedelta(minutes=9)).gate == "G13"
    assert desk.move("1;1;2", ADVANCE, NOW + timedelta(hours=2)).status == "moved"


def test_the_turn_is_the_groups_own(desk_of: OpenDesk) -> None:
    """Only the rotation moves it: not a handoff by a person, not a plan, and it counts though the holder stays."""
    turn = desk_of(formula="ATENDENTEDOGRUPO(5, 'RODIZIO')")
    assert turn.plan("1;1;1", ADVANCE, NOW).after.holder.key == "1;3"
    assert turn.move("1;1;1", ADVANCE, NOW).after.holder.key == "1;3"
    assert turn.move("1;1;1", Request(action="handoff", to="1;4", actor="1;3"), NOW).status == "moved"
    assert turn.move("1;1;2", ADVANCE, NOW).after.holder.key == "1;4"
    assert turn.move("1;1;3", ADVANCE, NOW).after.holder.key == "1;3"
