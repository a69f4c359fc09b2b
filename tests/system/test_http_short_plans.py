"""Many short plans at once go to a process in a row; one that proves endless holds up none of them for long."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from kit.service import ADVANCE, Service, running_service

SETTINGS = "[limites]\npassos = 1000000000\n[servico]\nsegundos_movimento = 2.0\nprocessos_mesa = 2\n"
FORMULA = """\
DECL I;
SETVAR(I, 0);
SE CAMPOATENDIMENTO('PRIORIDADE') = 'Urgente' ENTAO
  ENQUANTO 1 = 1 FACA SETVAR(I, I + 1) FIMENQ
FIMSE;
'1;3'
"""
SHORT, ENDLESS = ADVANCE, ADVANCE | {"ticket": "1;1;2"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running_service(tmp_path_factory.mktemp("curtos"), SETTINGS, formula=FORMULA) as made:
        yield made


def asked(service: Service, body: dict[str, str], times: int) -> list[tuple[int, str]]:
    """Status and explanation, or code, of a plan asked for again and again."""
    made = []
    with service.client() as client:
        for _ in range(times):
            answer = client.post("/v1/plans", json=body)
            told = answer.json()
            made.append((answer.status_code, str(told.get("explanation", told.get("code")))))
    return made


def test_all_get_the_answer_of_one_alone(service: Service) -> None:
    ((status, alone),) = asked(service, SHORT, 1)
    assert status == 200
    with ThreadPoolExecutor(12) as pool:
        answers = [one for part in pool.map(lambda _: asked(service, SHORT, 25), range(12)) for one in part]
    assert Counter(answers) == {(200, alone): 300}


def test_an_endless_plan_is_ended_and_the_others_are_answered(service: Service) -> None:
    ((_, alone),) = asked(service, SHORT, 1)
    with ThreadPoolExecutor(13) as pool:
        short = [pool.submit(asked, service, SHORT, 40) for _ in range(12)]
        time.sleep(0.05)
        endless = pool.submit(asked, service, ENDLESS, 1)
        assert endless.result() == [(504, "prazo-esgotado")]
        assert {answer for one in short for answer in one.result()} == {(200, alone)}
    with service.client() as client:
        until = time.monotonic() + 15
        while 'repasse_pool_busy{pool="desk"} 0' not in client.get("/metrics").text:
            assert time.monotonic() < until
            time.sleep(0.05)
    assert asked(service, SHORT, 1) == [(200, alone)]
