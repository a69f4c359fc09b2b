"""Whatever makes a case makes one that passes at once, and on any other day: whoever receives is away until tomorrow, the members of a
group take turns, a ticket is solved."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from kit.service import new_key, served
from kit.studio import ask_long, studio

from repl.commands import run as command
from repl.example import copy_example
from repl.session.feeding import feed
from repl.session.opening import open_session
from repl.showing.console import Console
from routing import Request, open_desk
from routing.clock import now_in

SOLVED = """
[[atendimento]]
coligada = 1
localidade = 1
codigo = 901
tipo = 10
etapa = 6
status = "R"
atendente = "1;3"
aberto_por = "1;2"
assunto = "Comprado"
solucao = "Entregue"
parametros = { CENTRO = "Aço", VALOR = "900.00", JUSTIFICATIVA = "ok" }
campos = { FILIAL = "MG", FORNECEDOR = "Sol" }
"""
PROPERTY = """
[[propriedade]]
nome = "Beatriz não recebe compra pequena"
tipo = 10
quando = "VALOR < 1000"
nunca = { recebe = "1;1" }
"""
MOVES = (
    ("1;1;42", "advance", "1;2", {"to": "Gestor"}),  # Ana, who is away: her substitute receives
    ("1;1;50", "advance", "1;2", {}),  # whose turn it is in the group
    ("1;1;901", "concluded-answered", "1;3", {}),
    ("1;1;901", "resume", "1;9", {"justification": "voltou"}),
    ("1;1;901", "note", "1;3", {"text": "visto"}),
)
"""Each is planned, and kept before it is made and after."""


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example with whom most purchases go to away until tomorrow."""
    monkeypatch.setenv("LANG", "pt_BR.UTF-8")
    folder = tmp_path / "compras"
    copy_example(folder)
    today = datetime.now().date()
    away = f'ausente = {{ de = {today - timedelta(days=3)}, ate = {today + timedelta(days=1)}, substituto = "1;1" }}\n'
    directory = folder / "diretorio.toml"
    text = directory.read_text(encoding="utf-8")
    assert text.count('usuario = "ana"\n') == 1
    directory.write_text(text.replace('usuario = "ana"\n', f'usuario = "ana"\n{away}'), encoding="utf-8")
    (folder / "atendimentos" / "mais.toml").write_text(SOLVED, encoding="utf-8")
    for old in (*(folder / "casos").glob("*.toml"), *(folder / "propriedades").glob("*.toml")):
        old.unlink()
    return folder


def passes(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, at_least: int) -> None:
    """All cases of the folder pass today, and in forty-five days."""
    capsys.readouterr()
    for days in (0, 45):
        with monkeypatch.context() as patched:
            patched.setattr("routing.clock.datetime", Later(days))
            code = command(["test", str(folder / "casos"), "--format", "json"])
        said = json.loads(capsys.readouterr().out)
        assert (code, [one["detail"] for one in said["cases"] if one["status"] != "passed"]) == (0, [])
        assert said["summary"]["passed"] >= at_least


class Later:
    """A clock that is ahead."""

    def __init__(self, days: int) -> None:
        self.ahead = timedelta(days=days)

    def now(self, zone: Any = None) -> datetime:
        return datetime.now(zone) + self.ahead


def write(folder: Path, name: str, text: str) -> None:
    (folder / "casos" / f"{name}.casos.toml").write_text(text, encoding="utf-8")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str, codes: tuple[int, ...] = (0,)) -> str:
    capsys.readouterr()
    code = command(list(arguments))
    said = capsys.readouterr()
    assert code in codes, said.err
    return said.out


def test_what_is_kept_of_plans_and_decisions(
    world: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_desk(world) as desk:
        for number, (ticket, action, actor, more) in enumerate(MOVES):
            options = [part for key, value in more.items() for part in (f"--{key}", str(value))]
            for mask in ((), ("--mask",)):
                text = printed(capsys, "case", str(world), ticket, action, "--actor", actor, *options, *mask)
                write(world, f"plano{number}{len(mask)}", text)
            made = desk.move(ticket, Request(action=action, actor=actor, **more), now=now_in(None))
            assert made.status == "moved", made.reason
            write(world, f"feito{number}", printed(capsys, "case", str(world), str(made.decision)))
            if ticket == "1;1;42":
                assert made.after is not None
                assert made.after.holder is not None
                assert made.after.holder.key == "1;1"
    passes(world, capsys, monkeypatch, 3 * len(MOVES))


def test_what_a_session_keeps(world: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for number, (ticket, action, actor, _) in enumerate(MOVES[:3]):
        session = open_session(Console("pt"), None, None, str(world), ticket)
        for line in (f":planejar {action} --ator {actor}", f":caso {world}/casos/s{number}.casos.toml"):
            answer = feed(session, line)
            assert not answer.faulty, "\n".join(str(one.text) for one in answer.lines)
    passes(world, capsys, monkeypatch, 3)


def test_what_is_proposed(world: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    codes = [path.stem for path in sorted((world / "formulas").glob("*.formula"))]
    for code in codes:
        write(world, f"gerado_{code}", printed(capsys, "test", str(world), "--gerar", code))
    write(world, "um", printed(capsys, "case", str(world), "1;1;42", "advance", "--to", "Gestor", "--actor", "1;2"))
    scores = json.loads(printed(capsys, "test", str(world / "casos"), "--mutantes", "--format", "json", codes=(0, 1)))
    proposed = [one["case"] for score in scores["formulas"] for one in score["mutants"] if one["case"]]
    assert proposed
    for number, text in enumerate(proposed):
        write(world, f"mutante{number}", text)
    passes(world, capsys, monkeypatch, len(codes) + len(proposed))


def test_the_way_of_a_property_that_fails(world: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (world / "propriedades" / "x.toml").write_text(PROPERTY, encoding="utf-8")
    answers = json.loads(printed(capsys, "prove", str(world), "Beatriz não recebe compra pequena", "--format", "json", codes=(1,)))
    (failing,) = answers["properties"]
    assert failing["answer"] == "fails"
    write(world, "propriedade", failing["case"])
    passes(world, capsys, monkeypatch, 1)


def test_what_the_studio_and_the_service_keep(
    world: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with studio(world) as running, running.client() as client:
        for ticket, action, actor, more in MOVES[:3]:
            made = ask_long(
                client, "case", ticket=ticket, action=action, actor=actor, path=f"casos/e{ticket[4:]}.casos.toml", **more
            )
            write(world, f"e{ticket[4:]}", made["result"]["text"])
    with served("--workspace", str(world)) as (_, url, _), client_of(world, url) as http:
        for number, (ticket, action, actor, more) in enumerate(MOVES):
            moved = http.post("/v1/moves", json={"ticket": ticket, "action": action, "actor": actor, **more}).json()
            write(world, f"h{number}", http.get(f"/v1/decisions/{moved['decision']}/case").json()["text"])
    passes(world, capsys, monkeypatch, 3 + len(MOVES))


def client_of(world: Path, url: str) -> httpx.Client:
    key = new_key(world, "read", "move")
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=30)
