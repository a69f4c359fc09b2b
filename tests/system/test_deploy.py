"""What stands in ``examples/deploy``: the script that container and units install with is run, the service that they start answers."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
import yaml
from kit.paths import ROOT
from kit.service import served

DEPLOY = ROOT / "examples" / "deploy"


def words_after(mark: str, text: str) -> list[str]:
    """The words of each line that begins with a mark."""
    return re.findall(rf"^{re.escape(mark)}(.*)$", text, re.MULTILINE)


@pytest.mark.slow
def test_what_the_script_installs_serves_a_workspace(tmp_path: Path) -> None:
    folder = tmp_path / "um lugar é"
    subprocess.run(["sh", str(DEPLOY / "install"), str(folder)], check=True, timeout=600, capture_output=True)
    shutil.copytree(ROOT / "examples" / "compras", tmp_path / "dados")
    command = [str(folder / "bin" / "repasse")]
    with served("--workspace", str(tmp_path / "dados"), cwd=tmp_path, command=command) as (_, url, _):
        assert httpx.get(f"{url}/readyz").status_code == 200


def test_the_container_runs_as_nobody_special_and_is_watched() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    user = words_after("USER ", text)
    assert user == ["repasse"]
    assert text.index("USER repasse") < text.index("ENTRYPOINT")
    assert "install /opt/repasse" in text
    assert "/readyz" in text[text.index("HEALTHCHECK") :]


def test_the_units_start_what_the_script_installs() -> None:
    for name, job in (("repasse.service", "serve"), ("repasse-work.service", "work"), ("repasse-directory.service", "directory")):
        started = words_after("ExecStart=", (DEPLOY / name).read_text(encoding="utf-8"))
        assert [one.split()[:2] for one in started] == [["/opt/repasse/bin/repasse", job]]


def test_the_composition_has_service_worker_database_and_post() -> None:
    found = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert set(found["services"]) == {"servico", "trabalhador", "banco", "correio"}
    assert found["services"]["trabalhador"]["command"][0] == "work"
