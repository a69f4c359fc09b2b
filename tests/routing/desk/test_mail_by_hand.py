"""Mail by hand (S:66-79, S:90-103): whom it reaches, what goes along, files; as a decision, on both databases and over SMTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest
from kit import sites
from kit.paths import ROOT
from kit.servers import smtp_server
from kit.stores import NOW, OpenDesk, database, desk, desk_of  # noqa: F401

from routing import Request, plan
from routing.deciding.mail_facts import FACT_NAMES
from routing.desk.desk import Desk
from routing.desk.worker import work
from routing.domain.decision import Plan
from routing.domain.mails import MailFile, mail_file, plain_name
from routing.domain.model import Client, DiscussionEntry, Ticket
from routing.domain.people import NoWorkload
from routing.domain.site import Policy
from routing.failures import MailFault
from routing.releases.asking import ask_again
from routing.store import decisions

CLIENT = Client(
    kind="cliente",
    code="C1",
    name="Padaria Aurora",
    email="ficha@aurora.example.com",
    contact_emails={"7": "zeca@aurora.example.com"},
)
SMTP = '[smtp]\nservidor = "127.0.0.1"\nporta = {port}\nseguranca = "nenhuma"\nremetente = "atendimento@exemplo.com.br"\n'


def asked(site: Any = None, ticket: Ticket | None = None, workload: Any = None, **request: Any) -> Plan:
    """Carlos writes about a ticket that Ana has; any attendant may (S:66)."""
    made = site or sites.site(people=sites.people(clients=(CLIENT,)))
    given = {"action": "mail", "actor": "1;2", "to": "1;3", **request}
    return plan(made, ticket or sites.handed(), Request(**given), sites.NOW, workload=workload)


def told(made: Plan) -> tuple[str | None, str | None]:
    return made.gate, made.reason and made.reason.code


@pytest.mark.parametrize(
    ("to", "cc", "wanted"),
    [
        ("1;3", "", ("ana@exemplo.com.br", "")),
        ("Ana, 1;1", "Beatriz, copia@example.com", ("ana@exemplo.com.br, beatriz@exemplo.com.br", "copia@example.com")),
        ("Marina <m@example.com>; b@example.com", "", ("m@example.com, b@example.com", "")),
        ("Suporte", "", ("carlos@exemplo.com.br, ana@exemplo.com.br", "")),
        ("cliente", "", ("zeca@aurora.example.com", "")),
        ("pessoa;P1", "cliente;C1", ("marina@exemplo.com.br", "ficha@aurora.example.com")),
    ],
)
def test_whom_it_reaches(to: str, cc: str, wanted: tuple[str, str]) -> None:
    """S:66 attendants and clients of any kind; S:69 copies; only of the ticket's own client the contact (S:92)."""
    ticket = sites.handed(client_kind="cliente", client_code="C1", client_contact="7")
    if to != "cliente":
        ticket = attrs.evolve(ticket, client_code="")
    (mail,) = asked(ticket=ticket, to=to, cc=cc).mails
    assert (mail.to, mail.cc, mail.kind) == (*wanted, "ticket")


@pytest.mark.parametrize(
    ("request_", "wanted"),
    [
        ({"to": ""}, ("G6", "sem-destinatario")),
        ({"to": "ana@exemplo.com.br\r\nBcc: x@example.com"}, ("G10", "endereco-invalido")),
        ({"to": "Ninguém"}, ("G10", "atendente-desconhecido")),
        ({"to": "1;77"}, ("G11", "atendente-desconhecido")),
        ({"to": "1;7"}, ("G11", "atendente-inativo")),
        ({"to": "cliente"}, ("G11", "sem-cliente")),
        ({"to": "cliente;C9"}, ("G11", "cliente-desconhecido")),
        ({"parts": ("resumo", "orçamento")}, ("G6", "parte-desconhecida")),
        ({"kind": "grito"}, ("G6", "tipo-de-email-desconhecido")),
        ({"kind": "abertura"}, ("G6", "abertura-sem-destinatario")),
        ({"kind": "abertura", "to": None}, ("G11", "cliente-sem-endereco")),
        ({"actor": "1;77"}, ("G4", "atendente-desconhecido")),
    ],
)
def test_what_cannot_go_says_why(request_: dict[str, Any], wanted: tuple[str, str]) -> None:
    made = asked(**request_)
    assert told(made) == wanted
    assert made.reason is not None
    assert (made.after, made.mails, made.entries) == (made.before, (), ())


def test_every_bad_recipient_is_told_at_once() -> None:
    made = asked(to="1;77, Ninguém, x@", cc="cliente;C9")
    assert made.reason is not None
    assert all(word in made.reason.message for word in ("1;77", "Ninguém", "x@"))


def test_nobody_is_written_to_who_may_not_see_the_ticket() -> None:
    """S:139, by key, by group or by address; a stranger's address is not an attendant's."""
    secret = sites.handed(access_level=8)
    assert told(asked(ticket=secret, actor="1;1", to="1;2")) == ("G11", "destinatario-sem-nivel")
    assert told(asked(ticket=secret, actor="1;1", to="CARLOS@exemplo.com.br")) == ("G11", "destinatario-sem-nivel")
    assert told(asked(ticket=secret, actor="1;2", to="1;1")) == ("G1", "atendimento-desconhecido")
    assert asked(ticket=secret, actor="1;1", to="1;3").status == "planned", "who has it sees it"


class Discussion(NoWorkload):
    """A ticket with many entries."""

    def entry(self, ticket: str, number: int) -> DiscussionEntry | None:
        return DiscussionEntry("Log", f"dito {number}.", "1;3", sites.NOW) if 1 <= number <= 37 else None


def test_what_goes_along() -> None:
    """S:67: own words, then request, discussion, solution and a summary, as asked for."""
    ticket = sites.handed(request="Falta peça", solution="Trocar a peça")
    words = {name: asked(ticket=ticket, workload=Discussion(), text="Segue.", parts=parts).mails[0].body
             for name, parts in {"usual": (), "all": ("resumo", "solicitação", "discussion", "solution"), "none": ("nada",)}.items()}  # fmt: skip
    assert words["none"] == "Segue.\n"
    assert [part in words["usual"] for part in ("Segue.", "Falta peça", "Trocar a peça", "Urgente")] == [True, True, True, False]
    assert all(part in words["all"] for part in ("Urgente", "Falta peça", "Trocar a peça", "dito 18.", "dito 37."))
    assert "dito 17." not in words["all"], "the latest twenty"


def test_names_of_files_are_no_paths() -> None:
    names = {
        "/etc/passwd": "passwd", r"C:\Users\ana\nota.pdf": "nota.pdf", "../../x": "x", "..": "anexo", "": "anexo", "a\r\nb\x00.txt": "a b .txt",
        'orçamento "final".pdf': "orçamento final .pdf", "é" * 300 + ".pdf": "é" * 146 + ".pdf",
    }  # fmt: skip
    assert {name: plain_name(name) for name in names} == names
    kinds = {("nota.PDF", ""): "application/pdf", ("x", "text/plain; a=b"): "application/octet-stream",
             ("x.eml", "message/rfc822"): "application/octet-stream", ("a.csv", "TEXT/CSV"): "text/csv"}  # fmt: skip
    assert {given: mail_file(given[0], b"", given[1]).content_type for given in kinds} == kinds


@pytest.mark.parametrize(
    ("sizes", "code"),
    [((11,), "anexo-grande"), ((9, 9, 9), "anexo-grande"), ((1, 1, 1, 1), "anexos-demais"), ((10, 10), None)],
)
def test_files_have_limits(sizes: tuple[int, ...], code: str | None) -> None:
    policy = Policy(file_bytes=10, mail_bytes=20, files_per_mail=3)
    files = tuple(mail_file(f"{number}.txt", b"x" * size) for number, size in enumerate(sizes))
    assert told(asked(sites.site(policy=policy), files=files)) == ((None, None) if code is None else ("G13", code))


def test_two_files_of_one_name_are_refused() -> None:
    files = (mail_file("a/nota.txt", b"1"), mail_file("b/nota.txt", b"2"))
    assert told(asked(files=files)) == ("G6", "anexo-repetido")


def test_it_is_a_decision_like_any_other(desk: Desk) -> None:
    """Version, discussion, event, decision without the bytes; asked again with its key it answers, and is not sent again."""
    files = (mail_file("nota fiscal.txt", "ação".encode() * 1000),)
    request = Request(action="e-mail", actor="1;3", to="1;4, fora@example.com", text="Segue.", files=files, key="carta-1")
    first, again = (desk.move("1;1;1", request, NOW) for _ in range(2))
    assert (first.status, again.decision, first.decision is not None) == ("moved", first.decision, True)
    assert first.mails[0].as_json()["attachments"] == [files[0].as_json()]
    shown = desk.show("1;1;1")
    assert [(one["kind"], one["to"], one["state"]) for one in shown["mails"]] == [
        ("ticket", "celia@exemplo.com.br, fora@example.com", "queued")
    ]
    assert (shown["ticket"]["version"], len(shown["discussion"])) == (2, 1)
    assert "nota fiscal.txt" in shown["discussion"][0]["text"]
    assert desk.events()["events"][-1]["type"] == "ticket.noted"
    with desk.store.reading() as unit:
        kept = decisions.by_number(unit, first.decision)
    assert len(kept.answer) < 6000, "the bytes of files are no part of a decision"
    assert kept.plan().request.files == (MailFile(files[0].name, "text/plain", 6000, files[0].digest),)
    assert ask_again(desk.store, desk.site, first.decision).equal


def test_files_arrive_as_they_were_sent(desk_of: OpenDesk, tmp_path: Path) -> None:
    contents = {"relatório final.pdf": bytes(range(256)) * 40, "notas.txt": "ação\n".encode(), "página.html": b"<b>x</b>"}
    with smtp_server() as server:
        desk = desk_of(settings=SMTP.format(port=server.port))
        files = tuple(mail_file(f"/home/alguem/{name}", content) for name, content in contents.items())
        desk.move("1;1;1", Request(action="mail", actor="1;2", to="fora@example.com", cc="1;3", files=files), NOW)
        work(desk, drain=True)
        (got,) = server.received
    assert {part.get_filename(): part.get_payload(decode=True) for part in got.mail.iter_attachments()} == contents
    assert [part.get_content_type() for part in got.mail.iter_attachments()] == ["application/pdf", "text/plain", "text/html"]
    assert sorted(got.recipients) == ["ana@exemplo.com.br", "fora@example.com"]
    assert b"alguem" not in got.content


MODEL = "{{ cliente }} | {{ parametros.VALOR }} | {{ campos.FILIAL }} | {{ com }} | {{ assunto_do_atendimento }} | {{ prioridade }}"


def test_templates_have_the_facts_of_the_ticket_and_can_be_seen_before(desk_of: OpenDesk, tmp_path: Path) -> None:
    """S:71-79: parameters, extra fields, client, people; every kind of mail is shown in its own words, and nothing is sent."""
    desk_of(settings='[campos]\nFILIAL = "texto"\n').close()
    models = tmp_path / "pasta" / "modelos"
    models.mkdir()
    for kind in ("ticket", "handoff", "opening", "reminder"):
        (models / f"{kind}.txt").write_text(f"{kind}: {MODEL}", encoding="utf-8")
    (models / "handoff.html").write_text("<b>{{ assunto_do_atendimento }} {{ nada }}</b>", encoding="utf-8")
    desk = desk_of(settings='[campos]\nFILIAL = "texto"\n')
    known = attrs.evolve(
        desk.ticket("1;1;1"), code=70, client_kind="cliente", client_code="C100", subject="<Farinha>", fields={"FILIAL": "MG"}
    )
    desk.add(known)
    facts = "Padaria Aurora | 1500,5 | MG | Bruno Prado (1;2) | <Farinha> | Normal"
    for kind in ("ticket", "opening", "reminder", "handoff_copy"):
        mail, failed = desk.preview("1;1;70", kind, NOW, to="cliente" if kind == "ticket" else "")
        named = "handoff" if kind == "handoff_copy" else kind
        assert (mail.body, [one.code for one in failed]) == (f"{named}: {facts}", ["modelo-com-falha"] * (named == "handoff"))
    mail, failed = desk.preview("1;1;70", "handoff", NOW, to="1;3")
    assert (mail.to, mail.html, "nada" in failed[0].message) == ("ana@exemplo.com.br", "", True)
    assert desk.show("1;1;70")["mails"] == []
    with pytest.raises(MailFault):
        desk.preview("1;1;1", "opening", NOW)


def test_the_pages_name_every_fact_and_limit() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [name for name in FACT_NAMES if f"`{name}`" not in page] == []
