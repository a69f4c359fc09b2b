"""``repasse studio``: the door, the files and the questions, asked of the real process."""

from __future__ import annotations

import json
import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from kit.studio import ask, ask_long, studio

from repl.example import copy_example

GESTOR = "formulas/repasse_gestor.formula"


def file_of(client: httpx.Client, path: str) -> dict:
    return client.get("/api/file", params={"path": path}).json()


# ---------------------------------------------------------------- the door


def test_the_printed_address_is_loopback_and_opens_once(tmp_path: Path):
    copy_example(tmp_path / "w")
    with studio(tmp_path / "w") as running:
        assert running.url.startswith("http://127.0.0.1:")
        first = httpx.get(running.opening)
        assert first.status_code == 303
        assert first.headers["location"] == "/"
        cookie = first.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert running.opening.partition("token=")[2] not in cookie
        again = httpx.get(running.opening, headers={"accept": "text/html"})
        assert again.status_code == 403
        assert "já foi usado" in again.text
        cookies = httpx.Cookies(first.cookies)
        assert httpx.get(running.url + "/", cookies=cookies).status_code == 200
        assert running.interrupt() == 0


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"host": "rebinding.example.com"}, "endereco-estranho"),
        ({"origin": "http://outro.example.com"}, "origem-estranha"),
        ({"origin": "http://127.0.0.1:1"}, "origem-estranha"),
        ({"origin": "null"}, "origem-estranha"),
        ({"sec-fetch-site": "cross-site"}, "origem-estranha"),
        ({"sec-fetch-site": "same-site"}, "origem-estranha"),
        ({"cookie": "repasse_studio_1=x"}, "entrada-fechada"),
    ],
)
def test_strangers_are_refused_with_the_cookie_or_without(shared, headers: dict[str, str], code: str):
    running, client = shared
    own = {} if "cookie" in headers else {"cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}
    for path in ("/", "/api/folder", "/static/studio.js", f"/api/file?path={GESTOR}"):
        answer = httpx.get(running.url + path, headers={**own, **headers})
        assert answer.json()["code"] == code
        assert answer.status_code in {401, 403}


def test_nothing_is_told_without_the_cookie(shared):
    running, _ = shared
    for method, path in (
        ("GET", "/"),
        ("GET", "/api/folder"),
        ("PUT", "/api/file"),
        ("POST", "/api/ask/look"),
        ("GET", "/static/icon.svg"),
    ):
        assert httpx.request(method, running.url + path).status_code == 401
    page = httpx.get(running.url, headers={"accept": "text/html"})
    assert "abra o endereço que o terminal mostra" in page.text


def test_a_guessed_token_and_one_fetched_ahead_use_nothing_up(tmp_path: Path):
    copy_example(tmp_path / "w")
    with studio(tmp_path / "w") as running:
        assert httpx.get(running.url + "/?token=" + "a" * 32).status_code == 403
        assert httpx.get(running.opening, headers={"sec-purpose": "prefetch"}).status_code == 503
        assert httpx.get(running.opening, headers={"sec-fetch-site": "cross-site"}).status_code == 403
        with running.client() as client:
            other = client.post("/api/token").json()["address"]
        assert httpx.get(other).status_code == 303


def test_the_language_server_asks_for_cookie_and_origin(shared):
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    running, client = shared
    address = running.url.replace("http", "ws") + "/lsp"
    cookie = {"cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}
    for origin, headers in ((running.url, {}), ("http://outro.example.com", cookie), (None, cookie)):
        with pytest.raises(InvalidStatus), connect(address, origin=origin, additional_headers=headers):
            pass
    with connect(address, origin=running.url, additional_headers=cookie):
        pass


def test_the_studio_listens_on_loopback_alone(shared):
    running, _ = shared
    port = int(running.url.rpartition(":")[2])
    lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines() + Path("/proc/net/tcp6").read_text("ascii").splitlines()
    listening = [line.split()[1] for line in lines[1:] if line.split()[3:4] == ["0A"]]
    assert [one.partition(":")[0] for one in listening if int(one.rpartition(":")[2], 16) == port] == ["0100007F"]


# ---------------------------------------------------------------- files


@pytest.mark.parametrize(
    "path",
    [
        "../fora.formula", "formulas/../../fora.formula", "/etc/passwd", "formulas//x.formula", "formulas\\x.formula", "formulas/a\0.formula",
        "formulas/CON.formula", "formulas/nul.formula", "formulas/x.formula.", "formulas/x.formula:ads", "formulas/.x.formula", "C:/x.formula",
        "formulas/x.py", "outra/x.formula", "atendimentos.sqlite", "", "formulas", "formulas/COM1.formula", "formulas/a b .formula/",
    ],
)  # fmt: skip
def test_paths_that_lead_elsewhere_are_refused(shared, path: str):
    running, client = shared
    before = sorted(str(one) for one in running.folder.parent.rglob("*"))
    read = client.get("/api/file", params={"path": path})
    written = client.put("/api/file", json={"path": path, "text": "1", "base": None})
    assert (read.status_code, written.status_code) == (403, 403)
    assert read.json()["message"]
    assert ask(client, "look")["tickets"]
    assert client.post("/api/ask/check", json={"texts": {path: "1"}}).status_code == 403
    assert sorted(str(one) for one in running.folder.parent.rglob("*") if "sqlite" not in one.name) == [
        one for one in before if "sqlite" not in one
    ]


def test_links_are_not_followed(tmp_path: Path):
    folder = tmp_path / "w"
    copy_example(folder)
    secret = tmp_path / "segredo.formula"
    secret.write_text("'segredo'", encoding="utf-8")
    (folder / "formulas" / "fora.formula").symlink_to(secret)
    (folder / "modelos").symlink_to(tmp_path)
    with studio(folder) as running, running.client() as client:
        paths = [one["path"] for one in client.get("/api/folder").json()["files"]]
        assert "formulas/fora.formula" not in paths
        for path in ("formulas/fora.formula", "modelos/segredo.txt"):
            answer = client.get("/api/file", params={"path": path})
            assert answer.json()["code"] == "ligacao-recusada"
            assert client.put("/api/file", json={"path": path, "text": "x", "base": None}).json()["code"] == "ligacao-recusada"
        assert "segredo" not in ask(client, "check")["files"].get("formulas/fora.formula", "")
    assert secret.read_text(encoding="utf-8") == "'segredo'"


def test_saving_takes_the_base_and_overwrites_nothing(shared):
    running, client = shared
    path = "formulas/tres.formula"
    target = running.folder / path
    made = client.put("/api/file", json={"path": path, "text": "'1;3'\n", "base": None}).json()
    assert target.read_bytes() == b"'1;3'\n"
    target.write_bytes(b"'1;9'\n")
    answer = client.put("/api/file", json={"path": path, "text": "'1;4'\n", "base": made["revision"]})
    assert answer.status_code == 409
    told = answer.json()
    assert (told["base"], told["theirs"], told["mine"]) == ("'1;3'\n", "'1;9'\n", "'1;4'\n")
    assert target.read_bytes() == b"'1;9'\n"
    again = client.put("/api/file", json={"path": path, "text": "'1;4'\n", "base": told["revision"]})
    assert again.status_code == 200
    target.unlink()
    gone = client.put("/api/file", json={"path": path, "text": "'1;5'\n", "base": again.json()["revision"]})
    assert (gone.status_code, gone.json()["theirs"]) == (409, None)
    assert client.put("/api/file", json={"path": path, "text": "'1;5'\n", "base": None}).status_code == 200
    assert client.put("/api/file", json={"path": path, "text": "'1;6'\n", "base": None}).status_code == 409
    target.unlink()


def test_of_two_browsers_on_one_file_one_saves(shared):
    running, client = shared
    path = "formulas/corrida.formula"
    with httpx.Client(base_url=running.url, timeout=60) as other:
        other.get(client.post("/api/token").json()["address"])
        for turn in range(5):
            (running.folder / path).write_text("'1;1'\n", encoding="utf-8")
            base = file_of(client, path)["revision"]
            texts = [f"'1;{turn}{who}'\n" for who in range(2)]

            def save(number: int, base: str = base, texts: list[str] = texts) -> int:
                return (
                    (client, other)[number].put("/api/file", json={"path": path, "text": texts[number], "base": base}).status_code
                )

            with ThreadPoolExecutor(2) as both:
                codes = list(both.map(save, range(2)))
            assert sorted(codes) == [200, 409]
            assert (running.folder / path).read_text(encoding="utf-8") == texts[codes.index(200)]
    (running.folder / path).unlink()
    assert list((running.folder / "formulas").glob(".*")) == []


def test_line_ends_and_marks_stay(shared):
    running, client = shared
    path = "formulas/fins.formula"
    target = running.folder / path
    for before, edit, after in (
        (b"'a';\r\n'b'\r\n", ("'a'", "'c'"), b"'c';\r\n'b'\r\n"),
        (b"\xef\xbb\xbf'a';\n'b'", ("'b'", "'c'\n'd'"), b"\xef\xbb\xbf'a';\n'c'\n'd'"),
        (b"'a';\r\n'b';\n'c';\r\n'd'", ("'c'", "'x'"), b"'a';\r\n'b';\n'x';\r\n'd'"),
        (b"'a';\r\n'b'", ("'b'", "'b';\n'c'"), b"'a';\r\n'b';\r\n'c'"),
    ):
        target.write_bytes(before)
        read = file_of(client, path)
        assert "\r" not in read["text"]
        changed = read["text"].replace(*edit)
        assert client.put("/api/file", json={"path": path, "text": changed, "base": read["revision"]}).status_code == 200
        assert target.read_bytes() == after
    target.unlink()


def test_what_is_no_utf8_is_shown_and_not_saved(shared):
    running, client = shared
    path = "formulas/antiga.formula"
    raw = "/* ação */ '1;3'".encode("cp1252")
    (running.folder / path).write_bytes(raw)
    read = file_of(client, path)
    assert (read["utf8"], read["writable"], read["text"]) == (False, False, "/* ação */ '1;3'")
    answer = client.put("/api/file", json={"path": path, "text": "'1;4'", "base": read["revision"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "codificacao")
    assert (running.folder / path).read_bytes() == raw
    (running.folder / path).unlink()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_told(shared):
    running, client = shared
    read = file_of(client, GESTOR)
    (running.folder / "formulas").chmod(0o555)
    try:
        answer = client.put("/api/file", json={"path": GESTOR, "text": "1", "base": read["revision"]})
        assert (answer.status_code, answer.json()["code"]) == (403, "disco")
    finally:
        (running.folder / "formulas").chmod(0o755)


def test_a_folder_that_vanishes_and_comes_back(tmp_path: Path):
    folder = tmp_path / "w"
    copy_example(folder)
    with studio(folder) as running, running.client() as client:
        read = file_of(client, GESTOR)
        folder.rename(tmp_path / "longe")
        for answer in (
            client.get("/api/folder"),
            client.put("/api/file", json={"path": GESTOR, "text": "1", "base": read["revision"]}),
            client.post("/api/ask/check", json={}),
            client.post("/api/ask/look", json={}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (503, "pasta-sumiu")
        (tmp_path / "longe").rename(folder)
        assert client.put("/api/file", json={"path": GESTOR, "text": "'1;3'", "base": read["revision"]}).status_code == 200
        assert ask(client, "look")["tickets"]


def test_a_restart_asks_for_the_new_address_and_saves_what_was_being_written(tmp_path: Path):
    folder = tmp_path / "w"
    copy_example(folder)
    with studio(folder) as running, running.client() as old:
        read, cookies = file_of(old, GESTOR), httpx.Cookies(old.cookies)
        assert running.interrupt() == 0
    with studio(folder) as running, running.client() as client:
        refused = httpx.get(running.url + "/api/folder", cookies=cookies)
        assert (refused.status_code, refused.json()["code"]) == (401, "entrada-fechada")
        assert client.put("/api/file", json={"path": GESTOR, "text": "'1;4'", "base": read["revision"]}).status_code == 200
        # a base that this process never gave out: the conflict says so, and nothing is overwritten
        told = client.put("/api/file", json={"path": GESTOR, "text": "'1;5'", "base": read["revision"]}).json()
        assert (told["base"], told["theirs"], told["mine"]) == (None, "'1;4'", "'1;5'")


def test_a_folder_that_is_none_and_a_port_that_is_taken(tmp_path: Path, capfd: pytest.CaptureFixture[str], shared):
    from repl.commands import run

    assert run(["studio", str(tmp_path / "nada"), "--no-browser"]) == 2
    assert "repasse init" in capfd.readouterr().err
    assert run(["studio", str(tmp_path), "--no-browser", "--port", shared[0].url.rpartition(":")[2]]) == 2
    assert "--port" in capfd.readouterr().err


# ---------------------------------------------------------------- questions


def test_unsaved_texts_are_checked_planned_and_run(shared):
    running, client = shared
    before = (running.folder / GESTOR).read_bytes()
    text = before.decode().replace("'1;3'", "'1;1'")
    seen = ask(client, "check", texts={GESTOR: "SE 1 ENTAO"})
    assert {one["severity"] for one in seen["files"][GESTOR]} >= {"error"}
    assert seen["state"]["edited"] == [GESTOR]
    now = {"ticket": "1;1;42", "action": "advance", "set": {"PRIORIDADE": "Normal", "PARAMETRO.VALOR": "6000"}}
    old, new = ask(client, "plan", **now), ask(client, "plan", texts={GESTOR: text}, **now)
    assert (old["status"], new["status"]) == ("planned", "planned")
    assert old["state"] != new["state"]
    assert (old["after"]["holder"], new["after"]["holder"]) == ({"attendant": "1;3"}, {"attendant": "1;1"})
    assert old["shown"]["hypothesis"].startswith("Hipótese: ")
    assert 'class="going"' in old["flow"]
    ran = ask(client, "run", texts={GESTOR: text}, code="repasse_gestor", ticket="1;1;47")
    assert ran["value"]["value"] == "1;1"
    assert [one["line"] for one in ran["trace"]][-1] == 18
    assert (running.folder / GESTOR).read_bytes() == before


def test_with_errors_nothing_is_decided_and_the_files_are_named(shared):
    _, client = shared
    answer = client.post("/api/ask/plan", json={"texts": {GESTOR: "1"}, "ticket": "1;1;47", "action": "advance"})
    assert answer.status_code == 200
    answer = client.post("/api/ask/plan", json={"texts": {"tipos/compras.toml": "nada"}, "ticket": "1;1;47", "action": "advance"})
    assert (answer.status_code, answer.json()["code"]) == (422, "pasta-com-erros")
    assert [one["path"] for one in answer.json()["files"]] == ["tipos/compras.toml"]
    for given in ({"ticket": "1;1;999"}, {"ticket": "1;1;47", "action": "voar"}, {"ticket": "1;1;47", "set": {"NADA": "1"}}):
        answer = client.post("/api/ask/plan", json={"action": "advance", **given})
        assert answer.status_code == 422
        assert answer.json()["message"]


def test_an_endless_formula_is_ended_and_the_next_question_answered(shared):
    _, client = shared
    text = "DECL A; SETVAR(A, ''); ENQUANTO 1 = 1 FACA SETVAR(A, 'x') FIMENQ; A"
    began = time.monotonic()
    answer = client.post("/api/ask/run", json={"texts": {GESTOR: text}, "code": "repasse_gestor", "ticket": "1;1;47"})
    assert answer.json().get("status") in {"fault", 504}
    assert time.monotonic() - began < 40
    assert ask(client, "plan", ticket="1;1;47", action="advance")["gate"] == "G3"


def test_cases_say_where_they_fail_and_what_they_reach(shared):
    _, client = shared
    good = ask_long(client, "cases")["result"]
    assert (good["failed"], good["passed"] > 20) == (0, True)
    assert good["coverage"][GESTOR]["missed"] == []
    text = file_of(client, GESTOR)["text"].replace("20000", "200000")
    bad = ask_long(client, "cases", texts={GESTOR: text})["result"]
    failed = [one for one in bad["cases"] if one["status"] == "failed"]
    assert failed
    assert {one["path"].partition("/")[0] for one in failed} == {"casos"}
    assert all(one["line"] > 0 and one["detail"] for one in failed)
    assert "repasse-studio-" not in str(bad)


def test_a_situation_becomes_a_case_that_passes(shared):
    running, client = shared
    situation = {"ticket": "1;1;47", "action": "advance", "set": {"CAIXAPOSTAL": "0"}, "to": "Conferência"}
    made = ask_long(client, "case", name="sem mensagens, vai à conferência", **situation)["result"]
    assert made["path"] == "casos/gravados.casos.toml"
    assert client.put("/api/file", json={"path": made["path"], "text": made["text"], "base": None}).status_code == 200
    run = ask_long(client, "cases")["result"]
    assert [one["status"] for one in run["cases"] if one["name"] == "sem mensagens, vai à conferência"] == ["passed"]
    (running.folder / made["path"]).unlink()


def test_people_are_masked_in_a_case_on_request(shared):
    _, client = shared
    said = {"ASSUNTO": "pedido de Helena Castro, ana.lima@serraazul.example.com"}
    situation = {"ticket": "1;1;43", "action": "advance", "set": said}
    plain, masked = (ask_long(client, "case", mask=mask, **situation)["result"] for mask in (False, True))
    assert "Helena Castro" in plain["text"]
    assert not any(name in masked["text"] for name in ("Helena", "Castro", "serraazul"))


def test_the_impact_names_tickets_and_who_gets_more(shared):
    _, client = shared
    text = file_of(client, "formulas/repasse_compras.formula")["text"]
    none = ask_long(client, "impact")["result"]
    assert (none["changed"], none["tickets"], none["saved"]) == ([], none["all"], none["rules"])
    gestor = file_of(client, GESTOR)["text"].replace("'1;1'", "'1;3'")
    made = ask_long(client, "impact", texts={GESTOR: gestor, "formulas/repasse_compras.formula": text})["result"]
    changed = {one["ticket"]: one for one in made["changed"]}
    assert changed["1;1;43"]["was"] != changed["1;1;43"]["would"]
    assert {one["name"]: (one["was"] < one["would"]) for one in made["holders"]}["Ana Lima (1;3)"]
    assert made["saved"] != made["rules"]


def test_why_not_gives_a_change_that_leads_there(shared):
    _, client = shared
    made = ask(client, "plan", ticket="1;1;42", action="advance", to="Gestor", expected="Ana Lima")
    assert made["why_not"]["asked"] == "Ana Lima"
    assert made["why_not"]["answer"]


def test_publishing_makes_the_saved_folder_a_release(tmp_path: Path):
    folder = tmp_path / "w"
    copy_example(folder)
    with studio(folder) as running, running.client() as client:
        first = ask_long(client, "publish", note="do estúdio")["result"]
        assert first["new"]
        assert ask_long(client, "publish")["result"] == {"rules": first["rules"], "new": False}
        shutil.copy(folder / GESTOR, folder / "formulas" / "quebrada.formula")
        (folder / "formulas" / "quebrada.formula").write_text("SE", encoding="utf-8")
        assert ask_long(client, "publish")["fault"]["code"] == "pasta-com-erros"


def test_properties_are_answered_over_the_texts_being_edited(shared):
    running, client = shared
    text = (running.folder / GESTOR).read_text(encoding="utf-8").replace("VALOR > 20000", "VALOR > 25000")
    answer = client.post("/api/long/properties", json={"formula": "repasse_gestor", "texts": {GESTOR: text}})
    lines = [json.loads(line) for line in answer.text.splitlines()]
    made = lines[-1]["result"]
    assert made["state"]["edited"] == [GESTOR]
    assert [one["answer"] for one in lines[:-1]] == made["answers"]
    assert {one["kind"] for one in made["answers"]} == {"property", "fault", "no_destination", "dead_branch"}
    (broken,) = [one for one in made["answers"] if one["answer"] == "fails"]
    assert broken["name"] == "compra grande avisa a controladoria antes da Diretoria"
    assert broken["path"] == "propriedades/compras.toml"
    source = (running.folder / broken["path"]).read_text(encoding="utf-8").splitlines()
    assert broken["name"] in source[broken["line"]]
    assert "VALOR = " in broken["ticket"]
    assert len(broken["moves"]) >= 2
    assert any((one["where"] or "").startswith("repasse_gestor, linha") for one in broken["decisions"])
    cases = ask_long(client, "cases", texts={GESTOR: text, broken["case_path"]: broken["case"]})["result"]["cases"]
    assert [one["status"] for one in cases if one["path"] == broken["case_path"]] == ["passed"]


def test_properties_of_what_is_not_there_are_refused(shared):
    _, client = shared
    assert ask_long(client, "properties", formula="nenhuma")["fault"]["code"] == "formula-ausente"
    bad = {"propriedades/x.toml": '[[propriedade]]\nnome = "x"\nsempre = { passa = "Porão" }\n'}
    made = ask_long(client, "properties", formula="repasse_filial", texts=bad)["result"]
    assert made["faulty"] == ["propriedades/x.toml"]
    assert "x" not in {one["name"] for one in made["answers"]}


def test_a_failing_property_is_published_only_when_accepted(tmp_path: Path):
    folder = tmp_path / "w"
    copy_example(folder)
    text = (folder / GESTOR).read_text(encoding="utf-8").replace("VALOR > 20000", "VALOR > 25000")
    (folder / GESTOR).write_text(text, encoding="utf-8")
    with studio(folder) as running, running.client() as client:
        refused = ask_long(client, "publish")["fault"]
        assert refused["code"] == "propriedades-quebradas"
        assert any("compra grande avisa a controladoria" in one for one in refused["pulled"])
        assert ask_long(client, "publish", accept=True)["result"]["new"]


def test_english_answers_are_english(shared):
    _, client = shared
    client.headers["accept-language"] = "en"
    try:
        assert ask(client, "plan", ticket="1;1;47", action="advance")["reason"]["message"].startswith("there ")
        assert "not" in client.get("/api/file", params={"path": "../x"}).json()["message"]
    finally:
        client.headers["accept-language"] = "pt"
