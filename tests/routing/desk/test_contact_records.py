"""Contacts of clients and representatives recorded while the service runs (S:26-46): obeyed, recorded with decisions, guarded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from kit import sites
from kit.stores import NOW, database  # noqa: F401
from kit.workspaces import make_workspace

from routing import Request
from routing.desk.contacts import ContactAsked
from routing.desk.desk import Desk, open_desk
from routing.domain.access import LINK_CLIENT
from routing.failures import Failure, NotAllowed, WrongContact
from routing.releases.asking import ask_again

DIRECTORY = """
[[cliente]]
codigo = "C1"
nome = "Padaria Aurora"
email = "casa@example.com"
contatos = { "1" = "um@example.com" }
"""
REPRESENTATIVES = '[representantes]\nR1 = { nome = "Sul Vendas", contatos = { 1 = { nome = "Otto" } } }\n'
RIGHTS = 'email = "ana@exemplo.com.br"\nchefe = "1;2"\nnivel = 9\ndireitos = ["repassar"]'
ZECA = ContactAsked(owner="cliente;C1", code="9", name="Zeca", email="zeca@example.com", actor="1;3")


@pytest.fixture
def shop(database: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk whose directory has a client and a representative; Ana may link contacts, Beto may not."""
    folder = make_workspace(tmp_path / "pasta", 0, f'banco = "{database}"\n{REPRESENTATIVES}')
    directory = folder / "diretorio.toml"
    people = directory.read_text(encoding="utf-8").replace(RIGHTS, f'{RIGHTS[:-1]}, "{LINK_CLIENT}"]')
    directory.write_text(people + DIRECTORY, encoding="utf-8")
    with open_desk(folder) as made:
        assert LINK_CLIENT in made.site.people.attendants["1;3"].rights
        yield made


def opened(desk: Desk, code: int, **fields: str) -> object:
    draft = attrs.evolve(sites.ticket(code=code), status="", step=None, holder=None, **fields)
    return desk.move(draft.key, Request(action="open", actor="1;2", draft=draft), NOW)


def with_contact(desk: Desk, code: int, contact: str) -> object:
    return opened(desk, code, client_kind="cliente", client_code="C1", client_contact=contact)


def test_a_contact_counts_from_the_next_decision_on_and_decisions_remember(shop: Desk) -> None:
    before = with_contact(shop, 71, "9")
    assert (before.status, before.reason.code) == ("refused", "contato-desconhecido")
    found = shop.save_contact(ZECA, NOW)
    assert [(one["code"], one["source"], one["active"]) for one in found["contacts"]] == [
        ("1", "directory", True), ("9", "recorded", True),
    ]  # fmt: skip
    made = with_contact(shop, 72, "9")
    assert made.status == "moved"
    written = shop.move("1;1;72", Request(action="mail", kind="opening", actor="1;2"), NOW)
    assert written.mails[0].to == "zeca@example.com"
    shop.save_contact(attrs.evolve(ZECA, email="novo@example.com", name=None), NOW)
    assert shop.plan("1;1;72", Request(action="mail", kind="opening", actor="1;2"), NOW).mails[0].to == "novo@example.com"
    assert [ask_again(shop.store, shop.site, one.decision).equal for one in (made, written)] == [True, True]
    assert shop.clients(code="C1")["clients"][0]["contacts"][1] == {"code": "9", "name": "Zeca", "email": "novo@example.com"}
    assert shop.absences(NOW, history=True) == {"people": [], "history": []}, "a contact is nobody's absence"


def test_a_linked_contact_of_a_client_stays_and_a_free_one_goes(shop: Desk) -> None:
    shop.save_contact(ZECA, NOW)
    with_contact(shop, 71, "9")
    with pytest.raises(WrongContact, match="está vinculado a um atendimento e não pode ser excluído"):
        shop.save_contact(attrs.evolve(ZECA, remove=True), NOW)
    shop.save_contact(attrs.evolve(ZECA, code="8"), NOW)
    left = shop.save_contact(attrs.evolve(ZECA, code="8", remove=True), NOW)
    assert [one["code"] for one in left["contacts"]] == ["1", "9"]
    with pytest.raises(WrongContact, match="não tem o contato '8'"):
        shop.save_contact(attrs.evolve(ZECA, code="8", remove=True), NOW)


def test_a_linked_contact_of_a_representative_becomes_inactive(shop: Desk) -> None:
    bia = attrs.evolve(ZECA, owner="representante;r1", code="2", name="Bia")
    assert shop.save_contact(bia, NOW)["owner"] == "representante;R1"
    assert opened(shop, 71, representative="R1", representative_contact="2").status == "moved"
    left = shop.save_contact(attrs.evolve(bia, remove=True), NOW)
    assert [(one["code"], one["active"]) for one in left["contacts"]] == [("1", True), ("2", False)]
    refused = opened(shop, 72, representative="R1", representative_contact="2")
    assert refused.reason.code == "contato-desconhecido", "an inactive contact may not be chosen"
    assert shop.show("1;1;71")["ticket"]["representative_contact"] == "2"
    shop.save_contact(attrs.evolve(bia, name="Bia Melo"), NOW)
    assert opened(shop, 72, representative="R1", representative_contact="2").status == "moved", "recorded anew"


@pytest.mark.parametrize(
    ("asked", "fault", "said"),
    [
        ({"actor": "1;2"}, NotAllowed, "não pode gravar contatos"),
        ({"code": "1"}, WrongContact, "não foi criado aqui"),
        ({"code": "1", "remove": True}, WrongContact, "não foi criado aqui"),
        ({"owner": "cliente;C2"}, WrongContact, "não existe cliente 'C2'"),
        ({"owner": "marciano;C1"}, WrongContact, "não diz de quem é o contato"),
        ({"owner": "representante;R9"}, WrongContact, "não existe representante 'R9'"),
        ({"email": "zeca"}, WrongContact, "não é um endereço de e-mail"),
        ({"name": " ", "email": ""}, WrongContact, "não tem nome nem endereço"),
        ({"code": " "}, WrongContact, "precisa de um código"),
    ],
)
def test_what_cannot_be_recorded_says_why_and_keeps_nothing(shop: Desk, asked: dict[str, object], fault: type[Failure], said: str):
    with pytest.raises(fault, match=said):
        shop.save_contact(attrs.evolve(ZECA, **asked), NOW)
    assert [one["code"] for one in shop.contacts("cliente;C1")["contacts"]] == ["1"]
