"""The look-up of clients (S:23-27): kinds, names, documents, who is hidden, contacts; and masked documents."""

from __future__ import annotations

import attrs
import pytest
from kit import sites

from routing import Request, plan
from routing.desk.clients import client_list
from routing.domain.model import Client
from routing.domain.site import Site
from routing.failures import WrongFilter

CLIENTS = (
    Client(kind="cliente", code="C1", name="Padaria São João", document="12345678000195", email="p@example.com",
           contact_emails={"7": "zeca@example.com"}, contact_names={"7": "Zeca"}),
    Client(kind="fornecedor", code="F1", name="São João Farinhas", document="12ABC34501DE35"),
    Client(kind="prospect", code="P1", name="João Prado", document="52998224725"),
    Client(kind="prospect", code="P2", name="João Sumido", active=False),
    Client(kind="pessoa", code="P9", name="João Inativo", active=False),
)  # fmt: skip


def site(**more: object) -> Site:
    return sites.site(people=sites.people(clients=CLIENTS), **more)


def found(given: dict[str, str], made: Site | None = None) -> list[str]:
    return [f"{one['kind']};{one['code']}" for one in client_list(made or site(), given)["clients"]]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"name": "SAO JOAO"}, ["cliente;C1", "fornecedor;F1"]),
        ({"name": "joão", "kind": "Prospect"}, ["prospect;P1"]),
        ({"name": "joão"}, ["pessoa;P9", "prospect;P1", "cliente;C1", "fornecedor;F1"]),
        ({"document": "529.982.247-25"}, ["prospect;P1"]),
        ({"document": "12.abc.345/01de-35"}, ["fornecedor;F1"]),
        ({"code": "c1"}, ["cliente;C1"]),
        ({"name": "ninguém"}, []),
    ],
)
def test_by_kind_name_document_and_code(given: dict[str, str], wanted: list[str]) -> None:
    assert found(given) == wanted


def test_who_may_have_no_tickets_is_not_found_and_not_opened() -> None:
    """S:24-25: the look-up and the gate of opening agree."""
    closed = site(settings={"atendimento": {"fornecedores": False}})
    assert found({"name": "são joão"}, closed) == ["cliente;C1"]
    for kind, code in (("fornecedor", "F1"), ("prospect", "P2")):
        draft = attrs.evolve(sites.ticket(holder=None), client_kind=kind, client_code=code, status="")
        made = plan(closed, None, Request(action="open", actor="1;3", draft=draft), sites.NOW, key=draft.key)
        assert (made.gate, f"{kind};{code}" in found({}, closed)) == ("G8", False)


def test_contacts_have_names_and_documents_are_masked() -> None:
    (row,) = client_list(site(), {"code": "C1"}, masked=("CPF",))["clients"]
    assert (row["document"], row["contacts"]) == ("12345678000195", [{"code": "7", "name": "Zeca", "email": "zeca@example.com"}])
    masked = {one["code"]: one["document"] for one in client_list(site(), {"name": "joão"}, masked=("cpf", "CNPJ"))["clients"]}
    assert masked == {"C1": "•••", "F1": "•••", "P1": "•••", "P9": ""}


@pytest.mark.parametrize("given", [{"kind": "marciano"}, {"document": "--"}, {"limit": "0"}])
def test_a_filter_that_means_nothing_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(WrongFilter) as told:
        found(given)
    assert told.value.hint


def test_a_page_tells_that_there_are_more() -> None:
    assert [client_list(site(), {"limit": "3"})["more"], client_list(site(), {})["more"]] == [True, False]
