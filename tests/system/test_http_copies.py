"""A ticket opened from another one over HTTP (S:197): `from`, what `draft` and `set` say otherwise; related tickets (S:168)."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from kit.service import running_service


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("servico")
    with running_service(folder, tickets=3) as service, service.client() as made:
        yield made


def opening(code: int, **more: object) -> dict[str, object]:
    return {"ticket": f"1;1;{code}", "action": "open", "actor": "1;3", "from": "1;1;2", **more}


def ticket(client: httpx.Client, code: int) -> dict[str, object]:
    made: dict[str, object] = client.get(f"/v1/tickets/1;1;{code}").json()["ticket"]
    return made


def test_a_copy_is_planned_without_a_hypothesis_and_made(client: httpx.Client) -> None:
    body = opening(90, set={"ASSUNTO": "Outra farinha", "PARAMETRO.VALOR": 7.5})
    planned = client.post("/v1/plans", json=body).json()
    assert (planned["status"], planned["hypothesis"]) == ("planned", None)
    assert client.post("/v1/moves", json=body).json()["status"] == "moved"
    made = ticket(client, 90)
    assert (made["subject"], made["priority"], made["type"], made["opener"]) == ("Outra farinha", "Urgente", 10, "1;3")
    assert made["parameters"] == {"VALOR": "7.5", "PEDIDO": "P-2"}


def test_the_keys_of_the_draft_stand_in_place_of_the_copied_also_the_usual_and_the_empty_ones(client: httpx.Client) -> None:
    body = opening(91, draft={"prioridade": "Normal", "assunto": "", "parametros": {"PEDIDO": "P-7"}})
    assert client.post("/v1/moves", json=body).json()["status"] == "moved"
    made = ticket(client, 91)
    assert (made["subject"], made["priority"], made["parameters"]) == ("", "Normal", {"VALOR": "1500.50", "PEDIDO": "P-7"})


def test_a_relation_is_made_listed_and_shown_on_both_sides(client: httpx.Client) -> None:
    body = {"ticket": "1;1;1", "action": "relate", "actor": "1;2", "to": "1;1;3", "kind": "duplicado"}
    assert client.post("/v1/moves", json=body).json()["status"] == "moved"
    shown = client.get("/v1/tickets/1;1;3").json()["relations"]
    assert [(one["ticket"], one["kind"], one["by"]) for one in shown] == [("1;1;1", "original", "1;2")]
    listed = client.get("/v1/tickets", params={"related": "1;1;3"}).json()["tickets"]
    assert [one["key"] for one in listed] == ["1;1;1"]
    assert client.get("/v1/tickets", params={"related": "1;1;999"}).status_code == 404


def test_what_cannot_be_copied_is_refused(client: httpx.Client) -> None:
    unknown = client.post("/v1/moves", json=opening(92, draft={"assunto": "x"}) | {"from": "1;1;999"}).json()
    assert (unknown["status"], unknown["reason"]["code"]) == ("refused", "atendimento-desconhecido")
    for body in (
        opening(92) | {"action": "advance"},
        opening(92, copy_parameters_from="1;1;1") | {"from": None},
        opening(92, draft={"tipo": 10, "desconhecida": 1}),
    ):
        assert client.post("/v1/moves", json=body).status_code == 422
    assert client.get("/v1/tickets/1;1;92").status_code == 404
