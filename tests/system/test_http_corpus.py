"""The language's corpus through the HTTP service: what it answers is what the engine does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import httpx
import pytest
from corpus_kit import Case, cases, observed, portable
from service import Service, running_service

CASES = [case for case in cases() if portable(case)]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running_service(tmp_path_factory.mktemp("servico")) as running:
        yield running


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[httpx.Client]:
    with service.client() as made:
        yield made


def sendable(case: Case) -> bool:
    """JSON has no dates; only ``agora`` may be one, as ISO text."""
    return not holds_dates({name: value for name, value in case.context.items() if name != "agora"})


def holds_dates(value: object) -> bool:
    """Whether a date is somewhere in a value."""
    if isinstance(value, Mapping):
        return any(holds_dates(inner) for inner in value.values())
    return any(map(holds_dates, value)) if isinstance(value, list) else isinstance(value, date)


def http_door(
    client: httpx.Client, text: str, tables: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """Check, then run; a text with errors is refused with the same diagnostics."""
    body = json.dumps({"text": text, "context": dict(tables)}, default=lambda value: value.isoformat()).encode()
    headers = {"Content-Type": "application/json"}
    diagnostics = client.post("/v1/check", content=body, headers=headers).json()["files"][0]["diagnostics"]
    answer = client.post("/v1/run", content=body, headers=headers)
    if answer.status_code == 422:
        assert answer.json()["diagnostics"] == diagnostics
        return diagnostics, None
    assert answer.status_code == 200, answer.text
    return diagnostics, answer.json()


@pytest.mark.parametrize(
    "case", [case for case in CASES if sendable(case)], ids=lambda case: f"{case.file}:{case.name}"
)
def test_http_observes_what_the_corpus_says(client: httpx.Client, case: Case) -> None:
    assert observed(*http_door(client, case.text, case.context)) == case.expected
