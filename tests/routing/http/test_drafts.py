"""What a body tells twice or with characters that no database keeps is refused with its place, at every door of drafts and changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from kit.workspaces import make_workspace

from routing import open_desk
from routing.desk.desk import Desk
from routing.http.problems import Refused
from routing.http.workers.jobs import Asked, DeskJobs, carried_out, read_json
from routing.workspace.folder import read_workspace

NOW = datetime(2026, 11, 24, 13, tzinfo=UTC)
DRAFT = {"tipo": 10, "assunto": "Farinha"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(make_workspace(tmp_path, settings='[campos]\nFILIAL = "texto"\n')) as made:
        yield made


def asked(desk: Desk, **body: Any) -> tuple[int, Any]:
    answer = carried_out(DeskJobs(desk).plan, Asked({"ticket": "1;1;99", "actor": "1;2", "action": "open", **body}, "pt", {}, NOW))
    return answer.status, json.loads(answer.body)


@pytest.mark.parametrize(
    ("draft", "name"),
    [
        ({"parametros": {"VALOR": "5", "valor": "25000"}}, "valor"),
        ({"parametros": {"Valor": 5, "VALOR": 5}}, "VALOR"),
        ({"campos": {"filial": "NE", "FILIAL": "MG"}}, "FILIAL"),
    ],
)
def test_a_name_in_two_spellings_is_one_name(desk: Desk, draft: dict[str, Any], name: str) -> None:
    status, problem = asked(desk, draft=DRAFT | draft)
    assert (status, problem["code"]) == (422, "codigo-repetido")
    assert problem["detail"].startswith(f"'{name}' aparece duas vezes")


@pytest.mark.parametrize(
    "number", ["0e99999999999999999999", "1e99999999999999999999", "-1E-99999999999999999999", "1e10001", "NaN"]
)
def test_a_number_too_far_out_is_no_json(number: str) -> None:
    with pytest.raises(Refused) as told:
        read_json(f'{{"set": {{"PARAMETRO.VALOR": {number}}}}}'.encode())
    assert told.value.problem.code == "json-invalido"


@pytest.mark.parametrize(
    "text",
    [
        '{"ticket": "1;1;1", "ticket": "1;1;2"}',
        '{"draft": {"assunto": "a", "assunto": "b"}}',
        '{"set": {"PARAMETRO.VALOR": "5", "PARAMETRO.VALOR": "9"}}',
    ],
)
def test_a_member_that_stands_there_twice(text: str) -> None:
    with pytest.raises(Refused) as told:
        read_json(text.encode())
    assert told.value.problem.code == "chave-repetida"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"draft": DRAFT | {"assunto": "a\0b"}}, "draft.assunto"),
        ({"draft": DRAFT | {"parametros": {"CENTRO": "a\0"}}}, "draft.parametros.CENTRO"),
        ({"draft": DRAFT | {"campos": {"FILIAL": "\0"}}}, "draft.campos.FILIAL"),
        ({"draft": DRAFT | {"assunto": "a\ud800b"}}, "draft.assunto"),
        ({"draft": DRAFT | {"campos": {"FILIAL\0": "NE"}}}, "draft.campos"),
    ],
)
def test_characters_that_no_text_may_have(desk: Desk, body: dict[str, Any], place: str) -> None:
    status, problem = asked(desk, **body)
    assert (status, problem["code"]) == (422, "texto-invalido")
    assert f"'{place}'" in problem["detail"]


def test_a_sample_with_a_name_told_twice_or_a_nul(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, settings='[campos]\nFILIAL = "texto"\n')
    (folder / "atendimentos" / "outros.toml").write_text(
        '[[atendimento]]\ncoligada = 1\nlocalidade = 1\ncodigo = 900\ntipo = 10\nassunto = "a\\u0000b"\n'
        'parametros = { VALOR = "5", valor = "25000" }\ncampos = { FILIAL = "\\u0000" }\n',
        encoding="utf-8",
    )
    told = [
        (one.code, one.start.line) for file, faults in read_workspace(folder)[1] for one in faults if file.name == "outros.toml"
    ]
    assert sorted(told) == [("codigo-repetido", 7), ("valor-invalido", 6), ("valor-invalido", 8)]
