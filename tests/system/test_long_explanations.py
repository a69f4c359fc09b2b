"""A hundred thousand loop turns are explained within a second and in sixty lines at every door, also those of a run that its limits
stopped, and inside a SE, where each turn stands behind the same test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from time import process_time

import httpx
import pytest
from kit.service import running_service

from repl.commands import run
from repl.session.feeding import feed
from repl.session.opening import open_session
from repl.showing.console import Console

ENDS = """DECL N;
SETVAR(N, 0);
SE COLIGADA = 1 ENTAO
  ENQUANTO N < 99990 FACA SETVAR(N, N + 1); FIMENQ;
FIMSE;
N;
"""
STOPPED = """DECL FIM, TOTAL; SETVAR(TOTAL, 0); SETVAR(FIM, FALSO);
SE COLIGADA = 1 ENTAO REPITA SE FIM = FALSO ENTAO SETVAR(TOTAL, TOTAL + 1); FIMSE; ATE FIM; FIMSE; TOTAL;
"""
SECONDS, LINES = 1.0, 60
TOLD = {ENDS: "o laço termina depois de 99990 voltas", STOPPED: "o laço não terminou: FIM foi testado"}
both = pytest.mark.parametrize("text", [ENDS, STOPPED], ids=["ends", "stopped by its limits"])


@both
@pytest.mark.parametrize("more", [(), ("--full",), ("--format", "json")], ids=["", "full", "json"])
def test_the_command(text: str, more: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "laco.formula"
    path.write_text(text, encoding="utf-8")
    began = process_time()
    run(["--lang", "pt", "explain", str(path), *more])
    assert process_time() - began <= SECONDS
    told = capsys.readouterr().out
    assert TOLD[text] in told
    count = len(json.loads(told)["explanation"]) if more[-1:] == ("json",) else len(told.splitlines())
    assert count <= LINES


@both
def test_a_session(text: str, tmp_path: Path) -> None:
    path = tmp_path / "laco.formula"
    path.write_text(text, encoding="utf-8")
    session = open_session(Console("pt"), str(path), None, None, None)
    began = process_time()
    feed(session, ":executar")
    answer = feed(session, ":porque tudo").text("pt")
    assert process_time() - began <= SECONDS
    assert TOLD[text] in answer
    assert len(answer.splitlines()) <= LINES


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with running_service(tmp_path_factory.mktemp("servico")) as running, running.client() as made:
        yield made


@both
def test_the_service(client: httpx.Client, text: str) -> None:
    answer = client.post("/v1/explain", json={"text": text, "context": {"coligada": 1}})
    assert answer.status_code == 200, answer.text  # and not 504: it took less than what a request may take
    lines = [one["text"] for one in answer.json()["explanation"]]
    assert any(TOLD[text] in one for one in lines)
    assert len(lines) <= LINES


@both
def test_a_failing_case(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.casos.toml").write_text(f"texto = '''{text}'''\n[[caso]]\nnome = 'a'\nespera.valor = 1\n", encoding="utf-8")
    began = process_time()
    assert run(["--lang", "pt", "test", str(tmp_path)]) == 1
    assert process_time() - began <= 2 * SECONDS
    told = capsys.readouterr().out
    assert TOLD[text] in told
    assert len(told.splitlines()) <= LINES
