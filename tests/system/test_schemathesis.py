"""The OpenAPI document tells the truth: Schemathesis tries to catch it lying, over a real socket."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from kit.service import Service, running_service

CONFIGURATION = """
# A text that fits the schema may still be no formula, and a context may hold what its reader refuses: 422 says so.
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "412", "422", "429", "503"]
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running_service(tmp_path_factory.mktemp("servico"), tickets=5) as running:
        yield running


@pytest.mark.slow
def test_schemathesis_finds_nothing(service: Service, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION)
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run", f"{service.url}/openapi.json",
        "--header", f"Authorization: Bearer {service.key}", "--checks", "all", "--max-examples", "25",
        "--request-timeout", "20", "--seed", "20261124", "--generation-deterministic",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False, timeout=400)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
