"""A decision as a case of rule tests over HTTP: the answered text runs green in the workspace that decided."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from kit.service import ADVANCE, Service, new_key, problem, running_service

from repl.commands import run as command

SETTINGS = '[servico]\nsegundos_chave = 0\nmascarar = ["PEDIDO"]\n'


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running_service(tmp_path_factory.mktemp("servico"), SETTINGS, tickets=8) as running:
        yield running


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[httpx.Client]:
    with service.client() as made:
        yield made


def decision(client: httpx.Client, **body: Any) -> int:
    return int(client.post("/v1/moves", json={**ADVANCE, **body}).json()["decision"])


def green(service: Service, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The text passes as a file of cases of the workspace."""
    target = Path(service.folder) / "casos" / "http.casos.toml"
    target.parent.mkdir(exist_ok=True)
    target.write_text(text, encoding="utf-8")
    code = command(["test", str(target)])
    assert code == 0, capsys.readouterr().out


def test_a_decision_is_answered_as_a_case_that_passes(
    service: Service, client: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    bodies = (
        {"ticket": "1;1;1"},
        {"ticket": "1;1;1", "action": "note", "actor": "1;3", "to": None, "text": "visto"},
        {"ticket": "1;1;2", "action": "change", "to": None, "set": {"PRIORIDADE": "Alta"}},
        {"ticket": "1;1;3", "actor": "1;4"},
        {"ticket": "1;1;90", "action": "open", "to": None, "draft": {"tipo": 10, "assunto": "novo", "aberto_por": "1;2"}},
    )
    for body in bodies:
        number = decision(client, **body)
        for mask in ("false", "true"):
            answer = client.get(f"/v1/decisions/{number}/case", params={"mask": mask})
            assert answer.status_code == 200, (body, answer.text)
            made = answer.json()
            assert made["text"].startswith("[[caso]]")
            assert made["otherwise"] is False
            green(service, made["text"], capsys)


def test_what_is_hidden_is_never_in_it_and_people_are_masked_on_request(service: Service, client: httpx.Client) -> None:
    number = decision(
        client, ticket="1;1;4", action="note", actor="1;2", to=None, text="Ana Lima pediu, do P-4, ana@exemplo.com.br"
    )
    plain, masked = (client.get(f"/v1/decisions/{number}/case", params={"mask": one}).json()["text"] for one in ("false", "true"))
    assert "P-4" not in plain + masked
    assert "Ana Lima pediu" in plain
    assert "Ana" not in masked
    assert "ana@exemplo.com.br" not in masked
    assert "Pessoa 1" in masked


def test_a_case_is_of_those_who_may_see_the_decision(service: Service, client: httpx.Client) -> None:
    number = decision(client, ticket="1;1;5")
    address = f"/v1/decisions/{number}/case"
    problem(client.get("/v1/decisions/999999/case"), 404, "decisao-desconhecida")
    problem(client.get(address, params={"viewer": "1;99"}), 422, "atendente-desconhecido")
    problem(client.get(address, params={"filtro": "1"}), 422, "filtro-invalido")
    assert client.get(address, params={"mask": "talvez"}).status_code == 422
    with service.client(new_key(service.folder, "run")) as other:
        assert other.get(address).status_code == 403
    with service.client("") as nobody:
        assert nobody.get(address).status_code == 401


def test_a_decision_that_would_be_another_now_makes_no_case(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running_service(tmp_path, "[servico]\nsegundos_chave = 0\n", tickets=2) as service, service.client() as client:
        number = decision(client, ticket="1;1;1")
        assert client.get(f"/v1/decisions/{number}/case").status_code == 200
        for formula in (Path(service.folder) / "formulas").glob("*.formula"):
            formula.write_text("ANALISAR('hoje não')", encoding="utf-8")
        for _ in range(100):
            answer = client.get(f"/v1/decisions/{number}/case")
            if answer.status_code == 409:
                break
            time.sleep(0.1)
        problem(answer, 409, "decisao-sem-caso")
