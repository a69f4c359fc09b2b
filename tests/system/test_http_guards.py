"""The HTTP service at its door: keys and scopes, bodies of any shape, the page, readiness and metrics."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from kit.paths import ROOT
from kit.servers import postgres_database
from kit.service import ADVANCE, PROBLEM, Service, new_key, problem, running_service, served

from routing.desk.desk import open_desk
from routing.http import keys


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    settings = '[servico]\nsegundos_chave = 0\ncorpo = 200000\nmascarar = ["PEDIDO"]\n'
    with running_service(tmp_path_factory.mktemp("servico"), settings, tickets=20) as running:
        yield running


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[httpx.Client]:
    with service.client() as made:
        yield made


# ---------------------------------------------------------------- keys


def test_without_a_key_nothing_opens(service: Service) -> None:
    with service.client("") as stranger:
        for path in ("/v1/check", "/v1/run", "/v1/explain", "/v1/plans", "/v1/moves"):
            answer = stranger.post(path, json={"text": "1"})
            problem(answer, 401, "chave-ausente")
            assert answer.headers["www-authenticate"].startswith("Bearer")
        problem(stranger.get("/v1/tickets/1;1;1"), 401, "chave-ausente")


@pytest.mark.parametrize("wrong", ["x", "rp_000000000000_" + "0" * 64, "rp_", "ç"])
def test_a_wrong_key_opens_nothing(service: Service, wrong: str) -> None:
    answer = httpx.get(f"{service.url}/v1/functions", headers={"Authorization": f"Bearer {wrong}".encode()})
    problem(answer, 401, "chave-invalida")


def test_a_secret_with_another_id_opens_nothing(service: Service) -> None:
    _, number, _ = service.key.split("_")
    _, _, secret = new_key(service.folder, "read").split("_")
    with service.client(f"rp_{number}_{secret}") as client:
        problem(client.get("/v1/functions"), 401, "chave-invalida")


@pytest.mark.parametrize(
    ("scope", "opened"),
    [
        ("read", {"/v1/functions", "stored plan", "draft plan"}),
        ("run", {"/v1/functions", "/v1/check", "draft plan"}),
        ("move", {"/v1/functions", "stored plan", "draft plan", "/v1/moves"}),
    ],
)
def test_a_scope_opens_its_own_doors_only(service: Service, scope: str, opened: set[str]) -> None:
    draft = {"tipo": 10, "assunto": "Fermento", "prioridade": "Alta", "parametros": {"VALOR": "12.50"}}
    asked = {
        "/v1/functions": ("/v1/functions", None),
        "/v1/check": ("/v1/check", {"text": "1"}),
        "stored plan": ("/v1/plans", ADVANCE),
        "draft plan": ("/v1/plans", {"ticket": "1;1;502", "action": "open", "actor": "1;2", "draft": draft}),
        "/v1/moves": ("/v1/moves", ADVANCE | {"actor": "9;9"}),
    }
    with service.client(new_key(service.folder, scope)) as client:
        answers = {name: client.get(path) if body is None else client.post(path, json=body) for name, (path, body) in asked.items()}
    assert {name for name, answer in answers.items() if answer.status_code == 200} == opened
    assert {answer.json()["code"] for name, answer in answers.items() if name not in opened} == {"escopo-ausente"}


def test_a_revoked_key_opens_nothing_any_more(service: Service) -> None:
    key = new_key(service.folder, "read")
    with service.client(key) as client:
        assert client.get("/v1/functions").status_code == 200
        command = [
            sys.executable,
            "-m",
            "repl.commands",
            "key",
            "revoke",
            key.split("_")[1],
            "--workspace",
            str(service.folder),
        ]
        subprocess.run(command, check=True, capture_output=True)
        problem(client.get("/v1/functions"), 401, "chave-invalida")


def test_the_store_keeps_no_secret(service: Service) -> None:
    secret = service.key.split("_")[2]
    with open_desk(service.folder) as desk:
        assert keys.verify(desk.store, service.key) is not None
        assert secret not in repr(keys.all_keys(desk.store))
    for file in service.folder.glob("*.sqlite*"):
        assert secret.encode() not in file.read_bytes()


# ---------------------------------------------------------------- bad requests

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"text": NaN}',
        b'{"text": "1", "context": {"campos": {"A": NaN}}}',
        b"[" * 100_000,
        b"1" * 10_000,
    ],
    ids=["empty", "open", "no utf-8", "NaN", "inner NaN", "deep", "long number"],
)
def test_a_body_that_is_no_json_is_refused(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/v1/run", content=body, headers=JSON)
    assert (answer.status_code in {400, 422}, answer.headers["content-type"]) == (True, PROBLEM)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "text"),
        ({"text": 1}, "text"),
        ({"text": "1", "txet": "1"}, "txet"),
        ({"text": "1", "context": []}, "context"),
        ({"text": "1", "limits": {"steps": 0}}, "limits.steps"),
        ({"text": "1", "limits": {"steps": True}}, "limits.steps"),
        ({"text": "1", "trace": "sim"}, "trace"),
        ([], "corpo"),
    ],
)
def test_a_body_of_another_shape_names_the_member(client: httpx.Client, body: object, where: str) -> None:
    document = problem(client.post("/v1/run", json=body), 422, "pedido-invalido")
    assert document["errors"][0]["where"] == where


def test_a_half_character_is_refused(client: httpx.Client) -> None:
    problem(client.post("/v1/run", content=b'{"text": "\\ud800"}', headers=JSON), 422, "caractere-estranho")
    raw = b'{"ticket": "1;1;1", "action": "advance", "actor": "1;2", "justification": "\\ud800"}'
    problem(client.post("/v1/moves", content=raw, headers=JSON), 422, "pedido-invalido")


def test_a_half_character_in_a_field_comes_back_as_it_came(client: httpx.Client) -> None:
    raw = b'{"text": "NOME", "context": {"campos": {"NOME": "\\ud800"}}}'
    answer = client.post("/v1/run", content=raw, headers=JSON)
    assert (answer.status_code, answer.json()["value"]["value"]) == (200, "\ud800")


def test_a_script_in_a_field_is_text_in_a_json_answer(client: httpx.Client) -> None:
    script = "<script>alert(1)</script>"
    answer = client.post("/v1/run", json={"text": "NOME", "context": {"campos": {"NOME": script}}})
    assert answer.json()["value"]["value"] == script
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == ("application/json", "nosniff")


def test_a_nul_in_a_move_is_refused(client: httpx.Client) -> None:
    problem(client.post("/v1/moves", json=ADVANCE | {"justification": "a\0b"}), 422, "pedido-invalido")


def test_a_form_is_no_json(client: httpx.Client) -> None:
    problem(client.post("/v1/run", data={"text": "1"}), 415, "corpo-nao-json")


def test_too_big_a_body_is_refused(client: httpx.Client) -> None:
    problem(client.post("/v1/check", json={"text": "1" * 200_000}), 413, "corpo-grande")


def test_too_big_a_body_in_pieces_is_refused(client: httpx.Client) -> None:
    pieces = (b" " * 50_000 for _ in range(5))
    problem(client.post("/v1/check", content=pieces, headers=JSON), 413, "corpo-grande")


@pytest.mark.parametrize("key", ["com espaço", "x" * 256, ""])
def test_an_idempotency_key_is_one_plain_word(client: httpx.Client, key: str) -> None:
    headers = [(b"Idempotency-Key", key.encode())]
    problem(client.post("/v1/moves", json=ADVANCE, headers=headers), 422, "pedido-invalido")


def test_an_unknown_address_and_method_are_problems(client: httpx.Client) -> None:
    problem(client.get("/v2/nada"), 404, "endereco-desconhecido")
    answer = client.delete("/v1/run")
    problem(answer, 405, "metodo-desconhecido")
    assert answer.headers["allow"] == "POST"


# ---------------------------------------------------------------- the page's own runs


def test_the_page_needs_no_key(service: Service) -> None:
    with service.client("") as page:
        answer = page.post("/sandbox/run", json={"text": "1 + 1"}, headers={"Origin": service.url, "Sec-Fetch-Site": "same-origin"})
        assert answer.json()["value"]["value"] == "2"
        assert page.get("/sandbox/functions").status_code == 200


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Origin": "https://mau.example.com"}, "origem-estranha"),
        ({"Origin": "null"}, "origem-estranha"),
        ({"Sec-Fetch-Site": "cross-site"}, "origem-estranha"),
        ({"Sec-Fetch-Site": "same-site"}, "origem-estranha"),
        ({"Host": "mau.example.com", "Origin": "http://mau.example.com"}, "endereco-estranho"),
    ],
)
def test_other_sites_cannot_use_the_page(service: Service, headers: dict[str, str], code: str) -> None:
    with service.client("") as page:
        problem(page.post("/sandbox/run", json={"text": "1"}, headers=headers), 403, code)


def test_other_sites_get_no_permission_to_read(service: Service) -> None:
    with service.client("") as page:
        headers = {"Origin": "https://mau.example.com", "Access-Control-Request-Method": "POST"}
        answer = page.options("/sandbox/run", headers=headers)
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_the_page_has_no_tickets(service: Service) -> None:
    with service.client("") as page:
        for path in ("/sandbox/plans", "/sandbox/moves", "/sandbox/tickets/1;1;1"):
            assert page.post(path, json=ADVANCE).status_code == 404


def test_a_sandbox_formula_sees_no_sentence_of_the_site(service: Service) -> None:
    with service.client("") as page:
        answer = page.post("/sandbox/run", json={"text": "EXECSQL('QUALQUER')"})
    assert "sqlite" not in answer.text
    assert answer.json().get("status") in {"fault", 422}


# ---------------------------------------------------------------- state


def test_health_readiness_and_metrics_tell_the_state(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert (ready.pop("status"), ready.pop("pending_faults")) == ("ready", 0)
    text = client.get("/metrics").text
    assert set(ready) == {"rules", "people"}
    assert f'repasse_rules{{rules="{ready["rules"]}",people="{ready["people"]}"}} 1\n' in text
    assert 'repasse_requests_total{method="GET",route="/healthz",status="200"}' in text
    assert 'repasse_pool_busy{pool="desk"} 0' in text
    assert 'repasse_mails{state="queued"}' in text
    told = set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE))
    named = {
        name
        for path in ("alerts.yml", "grafana.json")
        for name in re.findall(r"repasse_\w+", (ROOT / "examples/deploy" / path).read_text("utf-8"))
    }
    ends = {f"{name}{end}" for name in told for end in ("", "_bucket", "_sum", "_count")}
    assert named - ends == {"repasse_worker_seen_seconds", "repasse_webhook_behind"}, (
        "those of workers and webhooks, which are none here"
    )


def test_metrics_have_no_words_of_strangers(client: httpx.Client) -> None:
    client.get("/segredo-de-alguem")
    assert "segredo" not in client.get("/metrics").text


def test_a_request_keeps_its_id_in_answer_and_log(client: httpx.Client, service: Service) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": "pedido.77"}).headers["x-request-id"] == "pedido.77"
    assert client.get("/healthz", headers={"X-Request-Id": 'x" y'}).headers["x-request-id"] != 'x" y'
    assert [one["route"] for one in service.logged("request", request_id="pedido.77")] == ["/healthz"]


def test_the_log_has_no_key_and_no_text(client: httpx.Client, service: Service) -> None:
    answer = client.post("/v1/run", json={"text": "'frase confidencial'"})
    assert service.logged("request", request_id=answer.headers["x-request-id"])
    assert not [line for line in service.lines if "confidencial" in line or service.key.split("_")[2] in line]


def test_the_same_service_on_postgresql(tmp_path: Path) -> None:
    with postgres_database() as url, running_service(tmp_path / "pasta", f'banco = "{url}"\n') as running:
        with running.client() as client:
            answers = [client.post("/v1/moves", json=ADVANCE, headers={"Idempotency-Key": "um"}).json() for _ in range(2)]
            assert [answer["status"] for answer in answers] == ["moved", "moved"]
            assert client.get("/v1/tickets/1;1;1").json()["ticket"]["version"] == 2
            assert client.get("/readyz").status_code == 200


def test_without_a_workspace_only_the_page_works(tmp_path: Path) -> None:
    with served(cwd=tmp_path) as (_, url, _lines):
        assert httpx.post(f"{url}/sandbox/run", json={"text": "2 * 3"}, timeout=30).json()["value"]["value"] == "6"
        answer = httpx.post(f"{url}/v1/run", json={"text": "1"}, headers={"Authorization": "Bearer rp_1_2"}, timeout=30)
        problem(answer, 401, "chave-invalida")


def test_a_workspace_that_is_not_there_ends_with_2(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "repl.commands", "serve", "--workspace", str(tmp_path / "nada")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (2, "", False)


def test_a_port_in_use_ends_with_2(service: Service) -> None:
    port = str(service.address[1])
    command = [sys.executable, "-m", "repl.commands", "serve", "--workspace", str(service.folder), "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "--port" in done.stderr, "Traceback" in done.stderr) == (2, True, False)
