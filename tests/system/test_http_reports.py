"""Annexes, questions and tips, statistics and pages for paper over HTTP; names for clients in the OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import httpx
import pytest
from kit.service import running_service

SETTINGS = """
[servico]
segundos_chave = 0
mascarar = ["PEDIDO", "ANEXO.PESQUISA.COMENTARIO"]
[[anexo]]
nome = "PESQUISA"
campos = { NOTA = "numero", COMENTARIO = "texto" }
"""
NAME = re.compile(r"[a-z]+(_[a-z]+)+")
VERBS = {"check", "decide", "explain", "keep", "list", "make", "plan", "print", "read", "repeat", "run", "save", "show"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("servico")
    with running_service(folder, SETTINGS, tickets=3) as service, service.client() as made:
        yield made


def test_a_client_made_from_the_document_has_names_of_verbs_and_nouns(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    names = [row["operationId"] for path, methods in paths.items() for row in methods.values() if not path.startswith("/sandbox")]
    assert len(names) == len(set(names))
    assert [name for name in names if NAME.fullmatch(name) is None or name.split("_")[0] not in VERBS] == []
    everything = [row["operationId"] for methods in paths.values() for row in methods.values()]
    assert len(everything) == len(set(everything))


def test_a_record_is_made_shown_and_masked(client: httpx.Client) -> None:
    body = {"ticket": "1;1;1", "action": "annex", "actor": "1;2", "kind": "PESQUISA", "set": {"NOTA": 5, "COMENTARIO": "lento"}}
    planned = client.post("/v1/plans", json=body).json()
    assert (planned["status"], planned["hypothesis"]) == ("planned", None)
    assert client.post("/v1/moves", json=body).json()["status"] == "moved"
    shown = client.get("/v1/tickets/1;1;1")
    assert shown.json()["annexes"][0]["values"] == {"COMENTARIO": "•••", "NOTA": 5}
    assert "lento" not in shown.text


def test_a_page_for_paper_is_inert_masked_and_of_who_may_see_it(client: httpx.Client) -> None:
    client.post(
        "/v1/moves", json={"ticket": "1;1;1", "action": "note", "actor": "1;2", "text": "<script>alert(1)</script><img src=x>"}
    )
    answer = client.get("/v1/tickets/1;1;1/page", params={"viewer": "1;3"})
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    tags: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list) -> None:
            tags.add(tag)
            assert not any(name.startswith("on") or name in {"src", "href"} for name, _ in attrs)

    Reader().feed(answer.text)
    assert tags <= {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "footer"}
    assert "&lt;script&gt;" in answer.text
    assert "P-1" not in answer.text
    assert client.get("/v1/tickets/1;1;99/page").status_code == 404


def test_statistics_as_a_document_and_a_picture(client: httpx.Client) -> None:
    client.post("/v1/moves", json={"ticket": "1;1;2", "action": "handoff", "actor": "1;3", "to": "1;4"})
    client.post("/v1/moves", json={"ticket": "1;1;3", "action": "advance", "actor": "1;2"})
    assert client.post("/v1/moves", json={"ticket": "1;1;3", "action": "advance", "actor": "1;3"}).json()["status"] == "moved"
    found = client.get("/v1/stats").json()
    assert {"action": "advance", "status": "moved", "count": 2} in found["moves"]
    assert [(row["gate"], row["count"]) for row in found["refusals"]] == [("G4", 1)]
    assert sum(row["open"] for row in found["holders"]) == 3
    assert [(row["step_name"], row["stays"], row["now"]) for row in found["steps"]] == [("Pedido", 1, 1), ("Conferência", 1, 0)]
    drawn = client.get("/v1/stats", params={"picture": "svg"})
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert ET.fromstring(drawn.text).tag.endswith("svg")
    assert client.get("/v1/stats", params={"sinze": "2026-01-01"}).status_code == 422


@pytest.mark.parametrize(
    "asked",
    [
        "/v1/stats?picture=png",
        "/v1/tickets?away=perhaps",
        "/v1/articles?any_word=2",
        "/v1/absences?history=x",
        "/v1/absences?history=",
    ],
)
def test_a_filter_that_is_on_or_off_takes_nothing_else(client: httpx.Client, asked: str) -> None:
    answer = client.get(asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "filtro-invalido")


def test_what_a_list_has_to_be_told_is_asked_for(client: httpx.Client) -> None:
    answer = client.get("/v1/contacts")
    assert (answer.status_code, "owner" in answer.json()["detail"]) == (422, True)


def test_the_document_names_the_filters_of_every_list(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for path in ("tickets", "decisions", "events", "due", "stats", "articles", "absences", "clients"):
        names = {one["name"] for one in paths[f"/v1/{path}"]["get"]["parameters"]} - {"viewer"}
        assert names, path
        assert client.get(f"/v1/{path}", params={"no_filter": "1"}).json()["detail"].startswith("o filtro 'no_filter'")
        for name in names:
            answer = client.get(f"/v1/{path}", params={name: "1"})
            assert f"o filtro '{name}' não existe" not in answer.text, (path, name)


def test_a_question_is_requested_found_and_solves_a_ticket(client: httpx.Client) -> None:
    made = client.post("/v1/articles", json={"actor": "1;3", "ticket": "1;1;2"}).json()
    assert (made["state"], made["title"]) == ("requested", "Farinha de trigo, pedido 2")
    number = made["id"]
    asked = {"actor": "1;3", "number": number, "solution": "Pedir à padaria"}
    refused = client.post("/v1/articles", json=asked)
    assert (refused.status_code, refused.json()["code"]) == (403, "sem-direito")
    assert client.get("/v1/articles", params={"text": "FARÍNHA"}).json()["articles"] == []
    assert len(client.get("/v1/articles", params={"state": "requested"}).json()["articles"]) == 1
    body = {"ticket": "1;1;2", "action": "note", "actor": "1;2", "kind": "faq", "entry": number}
    assert client.post("/v1/moves", json=body).json()["reason"]["code"] == "faq-desconhecida"
    assert client.get("/v1/articles/999").status_code == 404
