"""Mail over real SMTP: STARTTLS, login, refusals for now and for good, on both databases with their own workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kit.servers import MailServer, free_port, postgres_database, smtp_server
from kit.stores import NOW, OpenDesk, database, desk_of  # noqa: F401
from kit.workspaces import make_workspace
from sqlalchemy import update

from routing.desk.desk import Desk, open_desk
from routing.desk.worker import work
from routing.domain.decision import Request
from routing.mail.states import turn_mail
from routing.store import tables
from routing.store.engine import reading, writing

ADVANCE = Request(action="advance", actor="1;2")
SETTINGS = '[smtp]\nservidor = "127.0.0.1"\nporta = {port}\nseguranca = "{security}"\nremetente = "atendimento@exemplo.com.br"\ntempo_limite = 5\n'


def settings(server: MailServer, security: str = "nenhuma", more: str = "") -> str:
    return SETTINGS.format(port=server.port, security=security) + more


def mails(desk: Desk, key: str = "1;1;1") -> list[tuple[str, str]]:
    return [(one["to"], one["state"]) for one in desk.show(key)["mails"]]


def fault(desk: Desk) -> str:
    with reading(desk.store.engine) as connection:
        return str(connection.scalar(tables.mail.select().with_only_columns(tables.mail.c.fault).order_by(tables.mail.c.id)))


def make_due(desk: Desk) -> None:
    """Let the wait of every waiting mail be over; on PostgreSQL the jobs' too."""
    with writing(desk.store.engine) as connection:
        connection.execute(update(tables.mail).where(tables.mail.c.state == "waiting").values(next_at=None))
        if not desk.store.is_sqlite:
            connection.exec_driver_sql("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
        connection.commit()


@pytest.fixture
def plain() -> Iterator[MailServer]:
    with smtp_server() as server:
        yield server


def test_mails_of_a_move_arrive_with_their_headers(desk_of: OpenDesk, plain: MailServer) -> None:
    desk = desk_of(settings=settings(plain))
    desk.move("1;1;1", ADVANCE, NOW)
    work(desk, drain=True)
    assert mails(desk) == [("ana@exemplo.com.br", "sent"), ("compras@exemplo.com.br", "sent")]
    by_id = {one.message_id: one for one in plain.received}
    assert sorted(by_id) == sorted(one["message_id"] for one in desk.show("1;1;1")["mails"])
    copy = next(one for one in plain.received if "compras@exemplo.com.br" in one.recipients)
    assert sorted(copy.recipients) == ["arquivo@exemplo.com.br", "compras@exemplo.com.br"]
    assert (copy.mail["From"], copy.mail["Cc"]) == ("bruno@exemplo.com.br", "arquivo@exemplo.com.br")
    assert "repassado para Ana Lima" in copy.mail["Subject"]


def test_nothing_is_sent_twice_by_a_second_round(desk_of: OpenDesk, plain: MailServer) -> None:
    desk = desk_of(settings=settings(plain))
    desk.move("1;1;1", ADVANCE, NOW)
    work(desk, drain=True)
    work(desk, drain=True)
    assert len(plain.received) == 2


def test_a_mail_that_no_job_speaks_of_is_found(tmp_path: Path, plain: MailServer) -> None:
    with postgres_database() as url:
        folder = make_workspace(tmp_path / "pasta", 1, f'banco = "{url}"\n{settings(plain)}')
        with open_desk(folder) as desk:
            desk.move("1;1;1", ADVANCE, NOW)
            with writing(desk.store.engine) as connection:
                connection.exec_driver_sql("DELETE FROM procrastinate_jobs")
                connection.commit()
            work(desk, drain=True)
            assert mails(desk) == [("ana@exemplo.com.br", "sent"), ("compras@exemplo.com.br", "sent")]
            assert len(plain.received) == 2


def test_starttls_and_login(desk_of: OpenDesk) -> None:
    with smtp_server(tls=True, login=("repasse", "segredo-longo")) as server:
        more = f'usuario = "repasse"\nsenha = "segredo-longo"\nautoridade = "{server.certificate}"\n'
        desk = desk_of(settings=settings(server, "starttls", more))
        desk.move("1;1;1", ADVANCE, NOW)
        work(desk, drain=True)
        assert [(one.secure, one.login) for one in server.received] == [(True, "repasse")] * 2


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('usuario = "repasse"\nsenha = "errada"\nautoridade = "{ca}"\n', "senha"),
        ('usuario = "repasse"\nsenha = "segredo-longo"\n', "certificate"),
    ],
)
def test_a_wrong_password_or_an_unknown_certificate_loses_no_mail(desk_of: OpenDesk, more: str, said: str) -> None:
    with smtp_server(tls=True, login=("repasse", "segredo-longo")) as server:
        desk = desk_of(settings=settings(server, "starttls", more.replace("{ca}", str(server.certificate))))
        desk.move("1;1;1", ADVANCE, NOW)
        work(desk, drain=True)
        assert [state for _, state in mails(desk)] == ["waiting", "waiting"]
        assert said in fault(desk)
        assert server.received == []


def test_a_server_without_starttls_gets_nothing(desk_of: OpenDesk, plain: MailServer) -> None:
    desk = desk_of(settings=settings(plain, "starttls"))
    desk.move("1;1;1", ADVANCE, NOW)
    work(desk, drain=True)
    assert ([state for _, state in mails(desk)], plain.received) == (["waiting", "waiting"], [])


def test_451_is_tried_again_and_550_is_not(desk_of: OpenDesk, plain: MailServer) -> None:
    tries: list[str] = []

    def script(_sender: str, recipients: list[str], _content: bytes) -> str | None:
        tries.append(recipients[0])
        if recipients[0] == "compras@exemplo.com.br":
            return "550 5.1.1 caixa desconhecida"
        return "451 4.2.0 volte mais tarde" if tries.count(recipients[0]) == 1 else None

    plain.script = script
    desk = desk_of(settings=settings(plain))
    desk.move("1;1;1", ADVANCE, NOW)
    work(desk, drain=True)
    assert mails(desk) == [("ana@exemplo.com.br", "waiting"), ("compras@exemplo.com.br", "failed")]
    assert fault(desk).startswith("451")
    work(desk, drain=True)
    assert len(tries) == 2
    make_due(desk)
    work(desk, drain=True)
    assert mails(desk) == [("ana@exemplo.com.br", "sent"), ("compras@exemplo.com.br", "failed")]
    assert len(plain.received) == 1


def test_an_unreachable_server_loses_no_mail(desk_of: OpenDesk) -> None:
    port = free_port()
    desk = desk_of(settings=SETTINGS.format(port=port, security="nenhuma"))
    desk.move("1;1;1", ADVANCE, NOW)
    work(desk, drain=True)
    assert [state for _, state in mails(desk)] == ["waiting", "waiting"]
    make_due(desk)
    with smtp_server(port=port) as server:
        work(desk, drain=True)
        assert len(server.received) == 2


def test_the_switch_stops_every_worker_until_it_is_turned_on(desk_of: OpenDesk, plain: MailServer) -> None:
    desk = desk_of(settings=settings(plain))
    turn_mail(desk.store, on=False)
    desk.move("1;1;1", ADVANCE, NOW)
    work(desk, drain=True)
    assert plain.received == []
    turn_mail(desk.store, on=True)
    make_due(desk)
    work(desk, drain=True)
    assert len(plain.received) == 2


def test_the_per_minute_limit_holds_in_the_worker(desk_of: OpenDesk, plain: MailServer) -> None:
    desk = desk_of(settings=settings(plain, more="por_minuto = 1\n"))
    desk.move("1;1;1", ADVANCE, NOW)
    work(desk, drain=True)
    assert len(plain.received) == 1
    assert sorted(state for _, state in mails(desk)) == ["sent", "waiting"]


def test_partial_refusals_reach_only_those_who_are_left(desk_of: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    from aiosmtpd.smtp import SMTP

    asked: list[str] = []
    accept: Callable[..., object] = SMTP.smtp_RCPT

    async def choosy(self: SMTP, argument: str) -> None:
        asked.append(argument)
        if "arquivo" in argument and sum("arquivo" in one for one in asked) == 1:
            await self.push("450 4.2.1 caixa ocupada")
            return
        await accept(self, argument)  # type: ignore[misc]

    monkeypatch.setattr(SMTP, "smtp_RCPT", choosy)
    with smtp_server() as server:
        desk = desk_of(settings=settings(server))
        desk.move("1;1;1", ADVANCE, NOW)
        work(desk, drain=True)
        assert ("compras@exemplo.com.br", "waiting") in mails(desk)
        make_due(desk)
        work(desk, drain=True)
        assert mails(desk) == [("ana@exemplo.com.br", "sent"), ("compras@exemplo.com.br", "sent")]
        reached = [address for one in server.received for address in one.recipients]
        assert sorted(reached) == ["ana@exemplo.com.br", "arquivo@exemplo.com.br", "compras@exemplo.com.br"]
