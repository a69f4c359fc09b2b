"""The language's corpus through the HTTP service: what it answers is what the engine does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import httpx
import pytest
from kit.corpus import Case, cases, observed, portable
from kit.service import Service, running_service

CASES = [case for case in cases() if portable(case)]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running_service(tmp_path_factory.mktemp("servico")) as running:
        yield running


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[httpx.Client]:
    with service.client() as made:
        yield made


def written(value: object, name: str = "") -> object:
    """Tables as JSON: dates as the service writes its own values, ``agora`` as ISO text."""
    if isinstance(value, Mapping):
        return {key: written(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [written(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat() if name == "agora" else {"kind": "data", "value": value.isoformat()}
    return value


def http_door(client: httpx.Client, text: str, tables: Mapping[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """Check, then run; a text with errors is refused with the same diagnostics."""
    body = json.dumps({"text": text, "context": written(tables)}).encode()
    headers = {"Content-Type": "application/json"}
    diagnostics = client.post("/v1/check", content=body, headers=headers).json()["files"][0]["diagnostics"]
    answer = client.post("/v1/run", content=body, headers=headers)
    if answer.status_code == 422:
        assert answer.json()["diagnostics"] == diagnostics
        return diagnostics, None
    assert answer.status_code == 200, answer.text
    return diagnostics, answer.json()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}:{case.name}")
def test_http_observes_what_the_corpus_says(client: httpx.Client, case: Case) -> None:
    assert observed(*http_door(client, case.text, case.context)) == case.expected
