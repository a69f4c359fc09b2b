"""Approvals over HTTP: who tries to decide the own ticket, to speak twice, late, or for somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from kit.approving import folder_of
from kit.service import new_key, served

WAITS = '"1;2", "1;3", "5"'


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = folder_of(tmp_path_factory.mktemp("aprova"), by=WAITS, rule='"2"', veto="false", back='"Abertura"')
    kind = folder / "tipos/compra.toml"
    kind.write_text(kind.read_text("utf-8").replace("aprovacao = {", "aprovacao_propria = false\naprovacao = {"), "utf-8")
    people = folder / "diretorio.toml"
    twice = '[[atendente]]\ncoligada = 2\ncodigo = 1\nnome = "Rui"\nusuario = "RUI"\n'
    twice += '[[cliente]]\ntipo = "pessoa"\ncodigo = "P2"\nnome = "Lia Prado"\nemail = "LIA@exemplo.com.br"\n'
    text = people.read_text("utf-8").replace('nome = "Rui"\n', 'nome = "Rui"\nusuario = "rui"\nchefe = "1;4"\n')
    text = text.replace('nome = "Lia"\n', 'nome = "Lia"\nemail = "lia@exemplo.com.br"\n')
    people.write_text(twice + text.replace('membros = ["1;3", "1;4"]', 'membros = ["1;1", "2;1", "1;3", "1;4"]'), "utf-8")
    sample = (folder / "atendimentos/pedidos.toml").read_text("utf-8")
    more = "\n".join(sample.replace("codigo = 7", f"codigo = {code}") for code in range(8, 12))
    more += sample.replace("codigo = 7", 'codigo = 12\ntipo_cliente = "pessoa"\ncliente = "P2"')
    (folder / "atendimentos/mais.toml").write_text(more, "utf-8")
    with (
        served("--workspace", str(folder)) as (_, url, _),
        httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {new_key(folder, 'read', 'run', 'move')}"}, timeout=30
        ) as made,
    ):
        yield made


def say(client: httpx.Client, ticket: str, action: str, actor: str | None, **more: object) -> tuple[int, str]:
    """The status, and why not."""
    key = {"Idempotency-Key": str(more.pop("key"))} if "key" in more else {}
    body = {"ticket": ticket, "action": action, "actor": actor, "justification": "lido", **more}
    answer = client.post("/v1/moves", json={name: value for name, value in body.items() if value is not None}, headers=key)
    document = answer.json()
    reason = document.get("reason") or {}
    return answer.status_code, document.get("code") or reason.get("code") or document["status"]


def waiting(client: httpx.Client, ticket: str) -> str:
    """A ticket that waits for its approval."""
    assert say(client, ticket, "advance", "1;1", justification=None) == (200, "moved")
    return ticket


def test_who_opened_it_decides_by_no_way(client: httpx.Client) -> None:
    ticket = waiting(client, "1;1;7")
    for actor in ("1;1", "2;1"):
        assert say(client, ticket, "aprovar", actor)[1] == "aprovacao-propria"
        assert say(client, ticket, "reject", actor)[1] == "aprovacao-propria"
    for action in ("advance", "conclude"):
        assert say(client, ticket, action, "1;1")[1] == "aprovacao-propria"
        assert say(client, ticket, action, "2;1")[1] in {"nao-detem", "aprovacao-propria"}
    assert say(client, ticket, "approve", None)[1] == "aprovacao-propria"
    assert say(client, ticket, "approve", "0;0")[1] == "atendente-desconhecido"
    assert say(client, ticket, "expire", "0;0")[1] != "moved"
    shown = client.get(f"/v1/tickets/{ticket}").json()
    assert (shown["ticket"]["step"], shown["approvals"], shown["missing"]) == (2, [], ["1;2", "1;3", "5"])


def test_nor_does_who_asked_for_it(client: httpx.Client) -> None:
    ticket = waiting(client, "1;1;12")
    for action in ("approve", "reject"):
        assert say(client, ticket, action, "1;2")[1] == "aprovacao-propria"
    body = {"ticket": ticket, "action": "approve", "actor": "1;2", "justification": "lido"}
    reason = client.post("/v1/plans", json=body).json()["reason"]
    assert "o cliente Lia Prado (P2) tem o e-mail de Lia (1;2)" in reason["message"]
    assert say(client, ticket, "approve", "1;3") == (200, "moved")
    assert say(client, ticket, "approve", "1;4") == (200, "moved")


def test_a_voice_counts_once_however_often_it_is_sent(client: httpx.Client) -> None:
    ticket = waiting(client, "1;1;8")
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: say(client, ticket, "approve", "1;2", key="k8"), range(4)))
    assert {one for one in told if one[0] == 200} == {(200, "moved")}
    with ThreadPoolExecutor(4) as pool:
        told = [one[1] for one in pool.map(lambda _: say(client, ticket, "approve", "1;2"), range(4))]
    assert set(told) == {"ja-se-pronunciou"}
    shown = client.get(f"/v1/tickets/{ticket}").json()
    assert ([one["by"] for one in shown["approvals"]], shown["ticket"]["step"]) == (["1;2"], 2)
    assert say(client, ticket, "approve", "1;3", version=1)[1] == "versao-mudou"
    assert say(client, ticket, "approve", "1;3") == (200, "moved")
    assert say(client, ticket, "approve", "1;4")[1] == "sem-aprovacao"


def test_a_round_that_was_rejected_gives_nothing_to_the_next(client: httpx.Client) -> None:
    ticket = waiting(client, "1;1;9")
    assert say(client, ticket, "approve", "1;2") == (200, "moved")
    assert say(client, ticket, "reject", "1;3", justification="")[1] == "falta-justificativa"
    assert say(client, ticket, "reject", "1;3", justification="\u200b")[1] == "falta-justificativa"
    assert say(client, ticket, "reject", "1;3") == (200, "moved")
    assert say(client, ticket, "reject", "1;4") == (200, "moved")
    assert client.get(f"/v1/tickets/{ticket}").json()["ticket"]["step"] == 1
    assert say(client, ticket, "approve", "1;2")[1] == "sem-aprovacao"
    waiting(client, ticket)
    assert say(client, ticket, "approve", "1;3") == (200, "moved")
    shown = client.get(f"/v1/tickets/{ticket}").json()
    assert ([one["by"] for one in shown["approvals"]], shown["ticket"]["step"]) == (["1;3"], 2)


def test_a_plan_of_a_voice_gives_none(client: httpx.Client) -> None:
    ticket = waiting(client, "1;1;10")
    for set_ in ({}, {"STATUS": "A"}):
        plan = client.post("/v1/plans", json={"ticket": ticket, "action": "approve", "actor": "1;2", "set": set_}).json()
        assert plan["status"] in {"planned", "refused"}
    assert say(client, ticket, "approve", "1;2", set={"ETAPA": "3"})[1] != "moved"
    assert client.get(f"/v1/tickets/{ticket}").json()["approvals"] == []


def test_two_voices_that_meet_the_rule_at_once_advance_once(client: httpx.Client) -> None:
    ticket = waiting(client, "1;1;11")
    with ThreadPoolExecutor(4) as pool:
        told = [one[1] for one in pool.map(lambda actor: say(client, ticket, "approve", actor), ["1;2", "1;3", "1;4", "1;2"])]
    assert told.count("moved") == 2
    assert set(told) <= {"moved", "ja-se-pronunciou", "sem-aprovacao", "versao-mudou"}
    shown = client.get(f"/v1/tickets/{ticket}").json()
    assert [(one["from"], one["to"]) for one in shown["steps"]] == [(1, 2), (2, 3)]
