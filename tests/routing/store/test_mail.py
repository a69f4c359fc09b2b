"""Mail rows: how they are named, refused, claimed, limited, settled, and put into words."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import attrs
import pytest
from kit.paths import ROOT
from kit.stores import NOW, OpenDesk, database, desk, desk_of  # noqa: F401

from routing.desk.apply import apply
from routing.desk.desk import Desk
from routing.desk.worker import office_of
from routing.domain.addresses import one_address, opening_address, read_addresses
from routing.domain.decision import Request
from routing.domain.model import Client
from routing.failures import MailFault, SettingsFault
from routing.mail import states as dispatch
from routing.mail import watching
from routing.mail.building import build
from routing.mail.letters import compile_templates, dress
from routing.mail.outbox import Attachment
from routing.settings import Rules, read_settings
from routing.store import tickets
from routing.store.engine import reading
from routing.store.followers import take

ADVANCE = Request(action="advance", actor="1;2")
START = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
RULES = Rules()


def names_of(desk: Desk, key: str = "1;1;1") -> list[str]:
    return [one["message_id"] for one in desk.show(key)["mails"]]


def mail_of(desk: Desk, name: str) -> dispatch.Mail:
    with reading(desk.store.engine) as connection:
        found = dispatch.read(connection, name)
    assert found is not None
    return found


def test_message_ids_come_from_the_row_and_are_never_shared(desk: Desk) -> None:
    desk.move("1;1;1", ADVANCE, NOW)
    desk.move("1;1;1", attrs.evolve(ADVANCE, actor="1;3"), NOW)
    assert names_of(desk) == [
        f"<repasse.{desk.name}.1-1-1.v{version}.{number}@exemplo.com.br>" for version, number in ((2, 1), (2, 2), (3, 1))
    ]


@pytest.mark.parametrize(
    "address",
    ["ana@exemplo.com.br\r\nBcc: fora@example.com", "ana", "@exemplo.com.br", "ana@exemplo..br", "a b@example.com"],
)
def test_a_bad_address_is_kept_as_a_failed_mail_with_the_reason(desk: Desk, address: str) -> None:
    plan = desk.plan("1;1;1", ADVANCE, NOW)
    bad = attrs.evolve(plan.mails[0], to=f"bia@example.com, {address}")
    with desk.store.writing() as unit:
        stored = tickets.find(unit, "1;1;1")
        apply(unit, stored.id, attrs.evolve(plan, mails=(bad, plan.mails[1])), desk.name)
        unit.commit()
    failed, queued = desk.show("1;1;1")["mails"]
    assert (failed["state"], failed["to"], queued["state"]) == ("failed", "bia@example.com", "queued")
    assert repr(address) in (mail_of(desk, failed["message_id"]).fault or "")


def test_a_formula_that_mails_to_a_forged_header_faults_or_warns(desk_of: OpenDesk) -> None:
    desk = desk_of(formula="ENVIAEMAILREPASSE('bruno@exemplo.com.br', PARAMETROATENDIMENTO('PEDIDO'), '', '1;3'); '1;3'")
    desk.add(attrs.evolve(desk.ticket("1;1;1"), code=50, parameters={"PEDIDO": "ana@exemplo.com.br\r\nBcc: fora@example.com"}))
    answer = desk.move("1;1;50", ADVANCE, NOW)
    assert answer.status in {"fault", "refused"} or answer.warnings
    assert not any("Bcc" in one["to"] for one in desk.show("1;1;50")["mails"])


def test_addresses() -> None:
    found = read_addresses("Ana Lima <ana@exemplo.com.br>; bia@example.com, ana@exemplo.com.br,, não é")
    assert (found.good, found.bad) == (("ana@exemplo.com.br", "bia@example.com"), ("não é",))
    assert one_address("compras@ação.example") == "compras@xn--ao-siap.example"
    assert [one_address(text) for text in ("a@b\n", "a@b\x00", "\ra@b", "a@" + "x" * 64, "x" * 250 + "@b.br")] == [None] * 5
    long = "compras@" + ".".join(["çãçãçãçãçã"] * 21) + ".example"
    assert (len(long) < 254, one_address(long)) == (True, None), "what a domain becomes on the wire counts"


@pytest.mark.parametrize(
    ("kind", "contact", "address"),
    [
        ("cliente", "7", "contato@example.com"),
        ("cliente", "8", "ficha@example.com"),
        ("fornecedor", "", "ficha@example.com"),
        ("prospect", "7", "ficha@example.com"),
        ("suspect", "", "ficha@example.com"),
        ("pessoa", "7", "ficha@example.com"),
    ],
)
def test_whom_the_opening_mail_goes_to(kind: str, contact: str, address: str) -> None:
    client = Client(kind=kind, code="1", name="Aurora", email="ficha@example.com", contact_emails={"7": "contato@example.com"})
    assert opening_address(client, contact) == address


def test_a_student_is_reached_through_the_person_behind() -> None:
    for kind in ("aluno", "professor"):
        assert opening_address(Client(kind=kind, code="1", name="Rui", person_email="rui@example.com"), "") == "rui@example.com"
    assert opening_address(Client(kind="aluno", code="1", name="Rui", email="nada"), "") is None


def test_a_claim_holds_a_mail_until_its_lease_runs_out(desk: Desk) -> None:
    desk.move("1;1;1", ADVANCE, NOW)
    name = names_of(desk)[0]
    first = dispatch.claim(desk.store, name, "um", START, RULES)
    assert first.mail is not None
    assert dispatch.claim(desk.store, name, "dois", START + timedelta(minutes=1), RULES) == dispatch.Claim(
        later=START + RULES.lease
    )
    second = dispatch.claim(desk.store, name, "dois", START + RULES.lease, RULES)
    assert second.mail is not None
    assert second.mail.attempts == 2
    dispatch.sent(desk.store, first.mail, "um", START)
    assert mail_of(desk, name).state == "sending"
    dispatch.sent(desk.store, second.mail, "dois", START)
    assert mail_of(desk, name).state == "sent"
    assert dispatch.claim(desk.store, name, "três", START + timedelta(days=1), RULES) == dispatch.Claim()


def test_due_mails_oldest_first(desk: Desk) -> None:
    for code in (2, 1):
        desk.move(f"1;1;{code}", ADVANCE, NOW)
    assert dispatch.due(desk.store, START, 10) == [*names_of(desk, "1;1;2"), *names_of(desk, "1;1;1")]
    claimed = dispatch.claim(desk.store, names_of(desk)[0], "um", START, RULES)
    assert claimed.mail is not None
    again = dispatch.again(desk.store, claimed.mail, "um", START, RULES, "451 depois")
    assert again == START + RULES.first_wait
    assert names_of(desk)[0] not in dispatch.due(desk.store, START, 10)
    assert names_of(desk)[0] in dispatch.due(desk.store, START + RULES.first_wait, 10)


def test_waits_grow_and_end() -> None:
    assert [RULES.wait(attempt).total_seconds() for attempt in (1, 2, 3, 4, 5, 6, 40)] == [
        30,
        120,
        480,
        1920,
        7680,
        21600,
        21600,
    ]


def test_the_last_attempt_fails_with_the_reason(desk: Desk) -> None:
    desk.move("1;1;1", ADVANCE, NOW)
    name, rules = names_of(desk)[0], Rules(attempts=2)
    for when in (START, START + timedelta(hours=1)):
        claimed = dispatch.claim(desk.store, name, "um", when, rules)
        assert claimed.mail is not None
        last = dispatch.again(desk.store, claimed.mail, "um", when, rules, "451 caixa cheia")
    assert last is None
    assert (mail_of(desk, name).state, mail_of(desk, name).fault) == ("failed", "451 caixa cheia")
    assert dispatch.retry(desk.store, name)
    assert (mail_of(desk, name).state, mail_of(desk, name).attempts) == ("queued", 0)


def test_limits_let_mails_wait_without_counting_attempts(desk: Desk) -> None:
    for code in (1, 3):
        desk.move(f"1;1;{code}", ADVANCE, NOW)
    first, second = names_of(desk)[0], names_of(desk, "1;1;3")[0]
    one_an_hour = Rules(per_address_hour=1)
    assert dispatch.claim(desk.store, first, "um", START, one_an_hour).mail is not None
    later = dispatch.claim(desk.store, second, "um", START + timedelta(minutes=5), one_an_hour)
    assert later == dispatch.Claim(later=START + timedelta(hours=1))
    assert (mail_of(desk, second).state, mail_of(desk, second).attempts) == ("waiting", 0)
    one_a_minute = Rules(per_minute=1)
    assert dispatch.claim(desk.store, names_of(desk)[1], "um", START, one_a_minute) == dispatch.Claim(
        later=START + timedelta(minutes=1)
    )


def test_the_switch_holds_every_mail(desk: Desk) -> None:
    dispatch.turn_mail(desk.store, on=False)
    assert desk.move("1;1;1", ADVANCE, NOW).status == "moved"
    assert dispatch.due(desk.store, START, 10) == []
    assert dispatch.claim(desk.store, names_of(desk)[0], "um", START, RULES).mail is None
    dispatch.turn_mail(desk.store, on=True)
    assert len(dispatch.due(desk.store, START, 10)) == 2


def test_an_operator_cancels_what_nobody_has_in_hand(desk: Desk) -> None:
    desk.move("1;1;1", ADVANCE, NOW)
    held, free = names_of(desk)
    dispatch.claim(desk.store, held, "um", START, RULES)
    assert (dispatch.cancel(desk.store, held), dispatch.cancel(desk.store, free)) == (False, True)
    assert dispatch.counts(desk.store) == {
        "queued": 0,
        "sending": 1,
        "waiting": 0,
        "sent": 0,
        "failed": 0,
        "cancelled": 1,
    }


def test_a_message_has_text_and_html_and_survives_any_words(desk: Desk) -> None:
    desk.move("1;1;1", ADVANCE, NOW)
    mail = attrs.evolve(
        mail_of(desk, names_of(desk)[0]),
        subject="Ação\r\nBcc: fora@example.com " + "é" * 300,
        body="Olá <b>Ana</b> & cia\r\rfim\x00",
    )
    made = build(mail, "", START, [Attachment("nota\r\nX: 1.pdf", "application/pdf", b"%PDF-1.7 \x00\xff")])
    raw = made.as_bytes()
    read = message_from_bytes(raw, policy=policy.default)
    assert read["Bcc"] is None
    assert read["X"] is None
    assert str(read["Subject"]).startswith("Ação Bcc: fora@example.com ééé")
    assert max(raw) < 128
    assert read.get_body(("plain",)).get_content().split() == ["Olá", "<b>Ana</b>", "&", "cia", "fim"]
    assert "Olá &lt;b&gt;Ana&lt;/b&gt; &amp; cia" in read.get_body(("html",)).get_content()
    assert [(part.get_filename(), part.get_content()) for part in read.iter_attachments()] == [
        ("nota X: 1.pdf", b"%PDF-1.7 \x00\xff")
    ]
    assert read["Message-ID"] == mail.message_id
    assert read["Auto-Submitted"] == "auto-generated"


def test_a_mail_without_a_sender_cannot_be_built(desk: Desk) -> None:
    desk.move("1;1;1", ADVANCE, NOW)
    with pytest.raises(MailFault):
        build(attrs.evolve(mail_of(desk, names_of(desk)[0]), from_address=""), "", START)


def test_the_site_s_own_words(desk: Desk) -> None:
    templates = compile_templates(
        {
            "handoff.assunto": "[Horizonte] {{ assunto }}",
            "handoff.txt": "Para {{ para }}: {{ chave }}",
            "handoff.html": "<p>{{ corpo }}</p>",
        }
    )
    dressed = dress(attrs.evolve(desk.plan("1;1;1", ADVANCE, NOW)), templates)
    first, second = dressed.mails
    assert first.subject.startswith("[Horizonte] Atendimento 1;1;1")
    assert first.body == "Para ana@exemplo.com.br: 1;1;1"
    assert first.html.startswith("<p>")
    assert "&#39;Conferência&#39;" in first.html
    assert second.subject.startswith("[Horizonte] Atendimento 1;1;1")
    assert (second.kind, second.body) == ("handoff_copy", "Para compras@exemplo.com.br: 1;1;1")


def test_a_site_that_writes_a_part_of_the_copy_writes_it_whole(desk: Desk) -> None:
    plan = desk.plan("1;1;1", ADVANCE, NOW)
    texts = {
        "handoff.assunto": "[Horizonte] {{ assunto }}",
        "handoff.txt": "Para {{ para }}",
        "handoff_copy.txt": "Cópia de {{ chave }}",
    }
    first, second = dress(plan, compile_templates(texts)).mails
    assert first.body == "Para ana@exemplo.com.br"
    assert second == attrs.evolve(plan.mails[1], body="Cópia de 1;1;1")


@pytest.mark.parametrize("text", ["{{ nada_disso }}", "{{ ''.__class__.__mro__ }}", "{% for a in range(10**9) %}x{% endfor %}"])
def test_a_template_that_fails_leaves_the_built_in_words_and_a_warning(desk: Desk, text: str) -> None:
    plan = desk.plan("1;1;1", ADVANCE, NOW)
    dressed = dress(plan, compile_templates({"handoff.txt": text}))
    assert dressed.mails == plan.mails
    assert [one.code for one in dressed.warnings] == ["modelo-com-falha"]


def test_a_template_with_a_mistake_is_named_with_its_line() -> None:
    with pytest.raises(SettingsFault, match="handoff.txt.*linha 2"):
        compile_templates({"handoff.txt": "a\n{% if %}"})


@pytest.mark.parametrize(
    "found",
    [{"smtp": 3}, {"smtp": {"porta": "25"}}, {"smtp": {"seguranca": "talvez"}}, {"smtp": {"portas": 25}}, {"banco": 7}],
)
def test_settings_that_do_not_fit_are_named(found: dict[str, object]) -> None:
    with pytest.raises(SettingsFault):
        read_settings(found, {})


def test_the_environment_wins() -> None:
    read = read_settings(
        {"banco": "sqlite:///a.sqlite", "smtp": {"senha": "x", "prazo": 60}},
        {"REPASSE_BANCO": "sqlite:///b.sqlite", "REPASSE_SMTP_SENHA": "y"},
    )
    assert (read.database, read.smtp.password, read.rules.lease) == ("sqlite:///b.sqlite", "y", timedelta(minutes=1))
    assert "senha" not in repr(read)
    assert "'y'" not in repr(read)


def test_the_settings_of_the_manual_are_read() -> None:
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", manual, re.DOTALL)
    read = [read_settings(tomllib.loads(block), {}) for block in blocks]
    assert read[0].database == "sqlite:////var/lib/repasse/repasse.sqlite"
    assert (read[1].smtp.host, read[1].rules) == ("smtp.example.com", Rules(per_minute=60, per_address_hour=20))


def test_ages_workers_and_addresses_are_measured(desk_of: OpenDesk) -> None:
    desk = desk_of()
    quiet = dict_of(watching.gauges(desk.store, NOW))
    assert (quiet["repasse_mail_oldest_seconds"], quiet["repasse_workers"]) == (0, 0)
    desk.move("1;1;1", ADVANCE, NOW)
    office = office_of(desk)
    watching.seen(office)
    watching.seen(office)
    take(desk.store, "abc", 0)
    found = dict_of(watching.gauges(desk.store, NOW + timedelta(minutes=5)))
    assert (found["repasse_mail_oldest_seconds"], found["repasse_workers"], found["repasse_webhook_behind"]) == (300, 1, 2)
    assert 0 <= found["repasse_worker_seen_seconds"] < 60
    watching.gone(office)
    assert dict_of(watching.gauges(desk.store, NOW))["repasse_workers"] == 0


def dict_of(found: list[tuple[str, dict[str, str], float]]) -> dict[str, float]:
    return {name: value for name, _, value in found}
