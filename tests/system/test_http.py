"""The HTTP service over a real socket: formulas, plans and moves, decisions and events."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from kit.service import ADVANCE, Service, new_key, problem, running_service, served
from kit.workspaces import make_workspace

import formula


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    settings = '[servico]\nsegundos_chave = 0\ncorpo = 200000\nmascarar = ["PEDIDO"]\n'
    with running_service(tmp_path_factory.mktemp("servico"), settings, tickets=20) as running:
        yield running


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[httpx.Client]:
    with service.client() as made:
        yield made


# ---------------------------------------------------------------- formulas


def test_check_gives_every_fault_with_its_place(client: httpx.Client) -> None:
    answer = client.post("/v1/check", json={"text": "SE A > 1 ENTAO\n  ABS("})
    assert answer.status_code == 200
    (file,) = answer.json()["files"]
    assert file["path"] == "<texto>"
    assert file["diagnostics"] == [one.as_json() for one in formula.check("SE A > 1 ENTAO\n  ABS(")]
    assert file["diagnostics"]


def test_check_knows_the_names_of_a_context(client: httpx.Client) -> None:
    body = {"text": "FILIAL", "context": {"campos": {"FILIAL": "MG"}}}
    assert client.post("/v1/check", json=body).json() == {"files": [{"path": "<texto>", "diagnostics": []}]}


def test_lenient_check_lets_variables_begin_to_exist(client: httpx.Client) -> None:
    codes = [
        [
            one["severity"]
            for one in client.post("/v1/check", json={"text": "SETVAR(A, 1); A", "lenient": lenient}).json()["files"][0][
                "diagnostics"
            ]
        ]
        for lenient in (False, True)
    ]
    assert "error" in codes[0]
    assert "error" not in codes[1]


def test_run_gives_the_outcome_exactly(client: httpx.Client) -> None:
    raw = '{"text": "VALOR * 2", "context": {"campos": {"VALOR": 0.1234567890123456789}}}'
    answer = client.post("/v1/run", content=raw, headers={"Content-Type": "application/json"})
    assert answer.json()["value"] == {
        "kind": "numero",
        "value": "0.2469135780246913578",
        "display": "0,2469135780246913578",
    }


def test_run_with_trace_lists_the_steps(client: httpx.Client) -> None:
    document = client.post("/v1/run", json={"text": "DECL A;\nSETVAR(A, 3);\nA + 1", "trace": True}).json()
    assert [(step["line"], step["text"]) for step in document["trace"]] == [(2, "SETVAR(A, 3)"), (3, "A + 1")]
    assert document["value"]["value"] == "4"


def test_a_fault_of_the_run_is_an_outcome(client: httpx.Client) -> None:
    answer = client.post("/v1/run", json={"text": "1 / CAMPOATENDIMENTO('CAIXAPOSTAL')", "context": {"campos": {"CAIXAPOSTAL": 0}}})
    assert answer.status_code == 200
    document = answer.json()
    assert (document["status"], document["effects"], len(document["diagnostics"])) == ("fault", [], 1)


def test_analisar_stops_without_effects(client: httpx.Client) -> None:
    document = client.post("/v1/run", json={"text": "ADICIONARDISCUSSAO('x'); ANALISAR('85', 27)"}).json()
    assert (document["status"], document["message"], document["effects"]) == ("stopped", "85 27", [])


@pytest.mark.parametrize("path", ["/v1/run", "/v1/explain"])
def test_a_text_that_is_no_formula_is_a_problem_with_diagnostics(client: httpx.Client, path: str) -> None:
    document = problem(client.post(path, json={"text": "SE 1 = 1 ENTAO 2"}), 422, "falta-fimse")
    assert [one["code"] for one in document["diagnostics"]] == ["falta-fimse"]
    assert document["diagnostics"][0]["start"] == {"line": 1, "column": 17}


def test_a_wrong_context_is_a_problem_with_diagnostics(client: httpx.Client) -> None:
    body = {"text": "1", "context": {"campos": {"A": []}, "agora": "ontem"}}
    document = problem(client.post("/v1/run", json=body), 422, "valor-invalido")
    assert [one["code"] for one in document["diagnostics"]] == ["valor-invalido", "valor-invalido"]


@pytest.mark.parametrize("path", ["/v1/run", "/v1/explain", "/v1/check"])
def test_an_unknown_key_of_a_context_is_an_error(client: httpx.Client, path: str) -> None:
    document = problem(client.post(path, json={"text": "1", "context": {"campoz": {}}}), 422, "chave-desconhecida")
    assert document["hint"] == "você quis dizer 'campos'?"
    assert [(one["code"], one["severity"]) for one in document["diagnostics"]] == [("chave-desconhecida", "error")]


def test_explain_tells_the_chain(client: httpx.Client) -> None:
    body = {
        "text": "SE PRIORIDADE = 'Urgente' ENTAO '1;3' SENAO '5' FIMSE",
        "context": {"campos": {"PRIORIDADE": "Urgente"}},
    }
    document = client.post("/v1/explain", json=body).json()
    assert document["value"]["value"] == "1;3"
    assert document["explanation"][0]["text"] == "PRIORIDADE vale 'Urgente'"
    assert document["explanation"][-1]["text"] == "a fórmula vale '1;3'"


def test_answers_speak_the_language_of_the_request(client: httpx.Client) -> None:
    portuguese, english = (
        client.post("/v1/run", json={"text": "SE 1 = 1 ENTAO 2"}, headers={"Accept-Language": language}).json()
        for language in ("pt-BR,pt;q=0.9", "en-GB, pt;q=0.5")
    )
    assert portuguese["title"] == "O pedido não pode ser atendido como está"
    assert english["title"] == "The request cannot be served as it stands"
    assert english["detail"] != portuguese["detail"]


def test_a_run_may_ask_for_less_but_not_for_more(client: httpx.Client) -> None:
    text = "DECL I; SETVAR(I, 0); ENQUANTO I < 1000 FACA SETVAR(I, I + 1) FIMENQ; I"
    document = client.post("/v1/run", json={"text": text, "limits": {"steps": 100}}).json()
    assert (document["status"], document["diagnostics"][0]["code"]) == ("fault", "limite-passos")
    problem(client.post("/v1/run", json={"text": "1", "limits": {"steps": 200_001}}), 422, "limite-acima-do-permitido")


def test_functions_are_those_that_formulas_can_call(client: httpx.Client) -> None:
    names = {row["name"] for row in client.get("/v1/functions").json()["functions"]}
    assert {"ABS", "ENVIAEMAILREPASSE", "CAMPOATENDIMENTO"} <= names


# ---------------------------------------------------------------- tickets


def test_a_plan_writes_nothing(client: httpx.Client) -> None:
    before = client.get("/v1/tickets/1;1;1").json()
    document = client.post("/v1/plans", json=ADVANCE).json()
    assert (document["status"], document["after"]["holder"]) == ("planned", {"attendant": "1;3"})
    assert client.get("/v1/tickets/1;1;1").json() == before


def test_a_move_is_made_once_for_one_idempotency_key(client: httpx.Client) -> None:
    body, headers = ADVANCE | {"ticket": "1;1;2"}, {"Idempotency-Key": "pedido-2"}
    first, again = (client.post("/v1/moves", json=body, headers=headers) for _ in range(2))
    assert (first.status_code, first.json()["status"]) == (200, "moved")
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    shown = client.get("/v1/tickets/1;1;2").json()
    assert (shown["ticket"]["version"], len(shown["steps"]), len(shown["mails"])) == (2, 1, 2)


def test_the_same_key_for_another_request_is_409(client: httpx.Client) -> None:
    headers = {"Idempotency-Key": "pedido-3"}
    assert client.post("/v1/moves", json=ADVANCE | {"ticket": "1;1;3"}, headers=headers).status_code == 200
    other = client.post("/v1/moves", json=ADVANCE | {"ticket": "1;1;4"}, headers=headers)
    problem(other, 409, "chave-reutilizada")
    assert client.get("/v1/tickets/1;1;4").json()["ticket"]["version"] == 1


def test_a_stale_version_is_412_with_the_plan(client: httpx.Client) -> None:
    seen = client.get("/v1/tickets/1;1;5").headers["etag"]
    assert client.post("/v1/moves", json=ADVANCE | {"ticket": "1;1;5"}, headers={"If-Match": seen}).status_code == 200
    answer = client.post("/v1/moves", json=ADVANCE | {"ticket": "1;1;5", "actor": "1;3"}, headers={"If-Match": seen})
    document = problem(answer, 412, answer.json()["code"])
    assert (document["plan"]["status"], document["plan"]["gate"]) == ("refused", "G2")


def test_a_refused_move_is_an_answer_and_changes_nothing(client: httpx.Client) -> None:
    document = client.post("/v1/moves", json=ADVANCE | {"ticket": "1;1;6", "actor": "9;9"}).json()
    assert (document["status"], document["gate"]) == ("refused", "G4")
    assert client.get("/v1/tickets/1;1;6").json()["ticket"]["version"] == 1


def test_absences_over_http(client: httpx.Client) -> None:
    body = {"attendant": "1;4", "from": "2026-01-01", "to": "2999-12-31", "substitute": "1;3"}
    assert client.post("/v1/absences", json=body).json()["away"] is True
    found = client.get("/v1/absences", params={"history": "true"}).json()
    assert ([one["attendant"] for one in found["people"]], len(found["history"])) == (["1;4"], 1)
    planned = client.post("/v1/plans", json={"ticket": "1;1;9", "action": "handoff", "to": "1;4", "actor": "1;2"}).json()
    assert planned["after"]["holder"] == {"attendant": "1;3"}
    problem(client.post("/v1/absences", json=body | {"actor": "1;3"}), 403, "sem-direito")
    problem(client.post("/v1/absences", json=body | {"to": "2025-01-01"}), 422, "ausencia-invalida")
    problem(client.post("/v1/absences", json=body | {"from": 0}), 422, "pedido-invalido")
    assert client.post("/v1/absences", json={"attendant": "1;4", "back": True}).json()["away"] is False
    assert client.put("/v1/absences", json=body).headers["allow"] == "GET, POST"


def test_many_tickets_at_once_over_http(client: httpx.Client) -> None:
    body = {"to": "1;4", "actor": "1;2", "text": "pedido 10", "limit": 5}
    first, again = (client.post("/v1/transfers", json=body, headers={"Idempotency-Key": "muitos"}).json() for _ in range(2))
    assert ([one["ticket"] for one in first["moved"]], first["refused"], first["next"]) == (["1;1;10"], [], None)
    assert (again["moved"], again["before"]) == ([], 1)
    problem(client.post("/v1/transfers", json={"to": "1;4"}), 422, "filtro-invalido")


def test_a_mail_by_hand_with_a_file(client: httpx.Client) -> None:
    file = {"name": "/srv/segredo/nota.pdf", "content": b64encode(b"%PDF").decode()}
    body = {
        "ticket": "1;1;8",
        "action": "mail",
        "actor": "1;2",
        "to": "1;3",
        "cc": "x@example.com",
        "parts": ["summary"],
        "files": [file],
    }
    first, again = (client.post("/v1/moves", json=body, headers={"Idempotency-Key": "carta-8"}).json() for _ in range(2))
    assert (first["status"], again, first["mails"][0]["to"]) == ("moved", first, "ana@exemplo.com.br")
    assert [one["name"] for one in first["mails"][0]["attachments"]] == ["nota.pdf"]
    assert [one["kind"] for one in client.get("/v1/tickets/1;1;8").json()["mails"]] == ["ticket"]
    problem(client.post("/v1/moves", json=body | {"files": [file | {"content": "não"}]}), 422, "anexo-invalido")
    problem(client.post("/v1/moves", json=body | {"files": [file | {"path": "x"}]}), 422, "pedido-invalido")
    large = client.post("/v1/moves", json=body | {"files": [file | {"content": b64encode(b"x" * 200_000).decode()}]})
    assert large.status_code == 413


def test_a_draft_opens_a_ticket_that_was_not_there(client: httpx.Client) -> None:
    draft = {"tipo": 10, "assunto": "Fermento", "prioridade": "Alta", "parametros": {"VALOR": "12.50"}}
    body = {"ticket": "1;1;500", "action": "open", "actor": "1;2", "draft": draft}
    document = client.post("/v1/moves", json=body, headers={"Idempotency-Key": "abre-500"}).json()
    assert (document["status"], document["before"]["version"]) == ("moved", 0)
    ticket = client.get("/v1/tickets/1;1;500").json()["ticket"]
    assert (ticket["subject"], ticket["priority"], ticket["parameters"]["VALOR"], ticket["step"]) == (
        "Fermento",
        "Alta",
        "12.50",
        1,
    )


def test_a_draft_with_a_wrong_value_is_a_problem_with_diagnostics(client: httpx.Client) -> None:
    body = {"ticket": "1;1;501", "action": "open", "actor": "1;2", "draft": {"tipo": 10, "prioridade": "Enorme"}}
    document = problem(client.post("/v1/moves", json=body), 422, "valor-invalido")
    assert len(document["diagnostics"]) == 1
    problem(client.post("/v1/plans", json=body | {"ticket": "x", "draft": {"tipo": 10}}), 422, "chave-invalida")
    problem(client.get("/v1/tickets/1;1;501"), 404, "atendimento-desconhecido")


def test_parallel_requests_with_one_key_move_once(service: Service) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def move(_: int) -> tuple[int, str]:
        with service.client() as own:
            answer = own.post("/v1/moves", json=ADVANCE | {"ticket": "1;1;7"}, headers={"Idempotency-Key": "juntos-7"})
        return answer.status_code, answer.json()["status"]

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(move, range(8))) == {(200, "moved")}
    with service.client() as client:
        assert client.get("/v1/tickets/1;1;7").json()["ticket"]["version"] == 2


def test_an_unknown_ticket_is_404(client: httpx.Client) -> None:
    problem(client.get("/v1/tickets/1;1;999"), 404, "atendimento-desconhecido")
    problem(client.get("/v1/tickets/nada"), 404, "atendimento-desconhecido")


def test_a_decision_is_kept_with_formula_hashes_and_masked_fields(client: httpx.Client, service: Service) -> None:
    moved = client.post("/v1/moves", json=ADVANCE | {"ticket": "1;1;8"})
    decision = client.get(moved.headers["location"]).json()
    assert decision["formulas"] == moved.json()["formulas"]
    assert decision["before"]["parameters"]["PEDIDO"] == "•••"
    assert decision["actor"] == "1;2"
    assert "P-8" not in json.dumps(decision)
    (logged,) = service.logged("request", request_id=moved.headers["x-request-id"])
    assert (logged["decision_id"], logged["decision"]["formulas"][0]["hash"]) == (
        moved.headers["location"].rpartition("/")[2],
        moved.json()["formulas"][0]["hash"],
    )


def test_a_refused_move_is_kept_as_a_decision_with_masked_fields(client: httpx.Client, service: Service) -> None:
    refused = client.post("/v1/moves", json=ADVANCE | {"ticket": "1;1;9", "version": 5})
    decision = client.get(refused.headers["location"]).json()
    assert (decision["status"], decision["gate"], decision["actor"]) == ("refused", "G2", "1;2")
    assert decision["reason"] == refused.json()["reason"]
    assert (decision["before"]["parameters"]["PEDIDO"], decision["after"]["version"]) == ("•••", 1)
    assert "P-9" not in json.dumps(decision)
    (logged,) = service.logged("request", request_id=refused.headers["x-request-id"])
    assert logged["decision_id"] == refused.headers["location"].rpartition("/")[2]
    assert (logged["decision"]["status"], logged["decision"]["gate"], logged["job"]) == ("refused", "G2", "move")
    shown = client.get("/v1/tickets/1;1;9").json()
    assert [len(shown[name]) for name in ("steps", "handoffs", "statuses", "discussion", "mails")] == [0] * 5


def test_a_refused_move_of_nobody_is_kept_and_tells_nothing_of_the_ticket(client: httpx.Client, service: Service) -> None:
    refused = client.post("/v1/moves", json=ADVANCE | {"ticket": "1;1;9", "actor": "9;9"})
    decision = client.get(refused.headers["location"]).json()
    assert (decision["status"], decision["gate"], decision["actor"]) == ("refused", "G4", "9;9")
    assert decision["reason"] == refused.json()["reason"]
    nothing = {"status": None, "step": None, "holder": None, "version": 0}
    assert [one[part] for one in (decision, refused.json()) for part in ("before", "after")] == [nothing] * 4
    assert "pedido 9" not in refused.text + json.dumps(decision)
    (logged,) = service.logged("request", request_id=refused.headers["x-request-id"])
    assert (logged["decision"]["status"], logged["decision"]["gate"], logged["job"]) == ("refused", "G4", "move")


def test_a_refused_move_keeps_no_idempotency_key(client: httpx.Client) -> None:
    body, headers = ADVANCE | {"ticket": "1;1;10", "version": 5}, {"Idempotency-Key": "pedido-10"}
    first = client.post("/v1/moves", json=body, headers=headers)
    assert (first.json()["status"], first.json()["gate"]) == ("refused", "G2")
    again = client.post("/v1/moves", json=ADVANCE | {"ticket": "1;1;10"}, headers=headers)
    assert again.json()["status"] == "moved"
    assert client.get(again.headers["location"]).json()["status"] == "moved"
    assert client.get(first.headers["location"]).json()["status"] == "refused"


def test_a_stale_version_is_kept_as_a_decision_too(client: httpx.Client) -> None:
    answer = client.post("/v1/moves", json=ADVANCE | {"ticket": "1;1;11"}, headers={"If-Match": '"7"'})
    assert answer.status_code == 412
    assert client.get(answer.headers["location"]).json()["gate"] == "G2"


def test_a_move_of_no_ticket_has_no_decision_to_show(client: httpx.Client) -> None:
    for key in ("1;1;999", "nada"):
        answer = client.post("/v1/moves", json=ADVANCE | {"ticket": key})
        assert (answer.json()["gate"], "location" in answer.headers) == ("G1", False)


READING = ("/v1/tickets", "/v1/decisions", "/v1/due", "/v1/tickets/1;1;1", "/v1/decisions/1")


@pytest.mark.parametrize("address", READING)
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("viewer=1;99", "atendente-desconhecido"),
        ("viewer=Ningu%C3%A9m", "atendente-desconhecido"),
        ("viewer=", "pedido-invalido"),
        ("viewer=" + "0" * 129, "pedido-invalido"),
        ("viewer=1;2&viewer=1;3", "filtro-invalido"),
        ("veiwer=1;2", "filtro-invalido"),
    ],
)
def test_a_viewer_who_is_nobody_sees_nothing(client: httpx.Client, address: str, query: str, code: str) -> None:
    problem(client.get(f"{address}?{query}"), 422, code)


def test_a_viewer_sees_what_the_level_allows_at_every_address(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, tickets=2)
    directory = folder / "diretorio.toml"
    text = directory.read_text(encoding="utf-8")
    before, found, after = text.partition('nome = "Célia Nóbrega"')
    directory.write_text(before + found + after.replace("nivel = 9", "nivel = 0", 1), encoding="utf-8")
    key = new_key(folder, "read", "move")
    with (
        served("--workspace", str(folder)) as (_, url, _),
        httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=30) as client,
    ):
        moved = client.post("/v1/moves", json=ADVANCE).json()["decision"]
        later = {"action": "schedule", "wake_up": "2030-01-02", "deadline": "2030-01-03", "reason": 1, "justification": "espera"}
        assert client.post("/v1/moves", json=later | {"ticket": "1;1;2", "actor": "1;2"}).json()["status"] == "moved"
        for address in ("/v1/tickets/1;1;1", f"/v1/decisions/{moved}", f"/v1/decisions/{moved}/case"):
            assert client.get(address, params={"viewer": "1;2"}).status_code == 200
            assert client.get(address, params={"viewer": "1;4"}).status_code == 404
        for address, rows in (("/v1/tickets", 2), ("/v1/decisions", 2), ("/v1/due", 2)):
            name = address.rpartition("/")[2]
            assert len(client.get(address, params={"viewer": "1;2"}).json()[name]) == rows
            assert client.get(address, params={"viewer": "1;4"}).json()[name] == []


def test_a_decision_is_made_again_from_what_was_recorded(client: httpx.Client) -> None:
    made = client.post("/v1/moves", json={**ADVANCE, "ticket": "1;1;13"}).json()
    found = client.post(f"/v1/decisions/{made['decision']}/again")
    assert found.status_code == 200
    again = found.json()
    assert again["equal"] is True
    assert again["then"]["after"] == again["now"]["after"]
    assert again["then"]["status"] == again["now"]["status"] == "moved"
    assert "P-13" not in found.text  # masked
    problem(client.post("/v1/decisions/999999/again"), 404, "decisao-desconhecida")
    problem(client.post(f"/v1/decisions/{made['decision']}/again?viewer=1;99"), 422, "atendente-desconhecido")
    listed = client.get("/v1/decisions", params={"rules": made["rules"], "ticket": "1;1;13"}).json()["decisions"]
    assert [one["id"] for one in listed] == [made["decision"]]
    assert client.get("/v1/decisions", params={"rules": "ffffffffffff"}).status_code in {404, 422}


def test_events_come_in_order_behind_a_number(client: httpx.Client) -> None:
    made = client.post("/v1/moves", json={**ADVANCE, "ticket": "1;1;12"}).json()
    found = client.get("/v1/events", params={"limit": 1000}).json()
    last = found["events"][-1]
    assert (last["type"], last["ticket"], last["decision"]) == ("ticket.moved", "1;1;12", made["decision"])
    assert [one["id"] for one in found["events"]] == list(range(1, found["next"] + 1))
    assert client.get("/v1/events", params={"after": found["next"]}).json() == {"events": [], "next": found["next"]}
    problem(client.get("/v1/events", params={"after": "ontem"}), 422, "filtro-invalido")
    problem(client.get("/v1/events", params={"afer": "1"}), 422, "filtro-invalido")


def test_an_unknown_decision_is_404(client: httpx.Client) -> None:
    problem(client.get("/v1/decisions/999999"), 404, "decisao-desconhecida")
