"""Clients made from the service's own document, in Python and TypeScript: the programs of ``examples/clients`` against a real service."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from kit.paths import ROOT
from kit.service import new_key, served
from playwright._impl._driver import compute_driver_executable

EXAMPLES = ROOT / "examples" / "clients"
SAID = """\
opened: moved version 1
planned: Vai para .*, etapa Gestor, porque .*
moved: moved to 1;\\d
noted: moved
with the holder: true
history: Recebido
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The example on a socket: what a program's environment says of it, and the document beside."""
    folder = tmp_path_factory.mktemp("clientes")
    shutil.copytree(ROOT / "examples" / "compras", folder / "compras")
    with served("--workspace", str(folder / "compras")) as (_, url, _):
        (folder / "openapi.json").write_text(httpx.get(f"{url}/openapi.json", timeout=30).text, encoding="utf-8")
        key = new_key(folder / "compras", "read", "move")
        yield {**os.environ, "REPASSE_URL": url, "REPASSE_KEY": key, "DOCUMENT": str(folder / "openapi.json")}


def run(command: list[str], environment: dict[str, str], folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, encoding="utf-8", timeout=240)


def good(command: list[str], environment: dict[str, str], folder: Path = ROOT) -> str:
    done = run(command, environment, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def works(program: list[str], service: dict[str, str], folder: Path, ticket: str) -> None:
    """The program does what it says, and tells a problem as people read it."""
    assert re.fullmatch(SAID, good([*program, ticket], service, folder).replace("True", "true"))
    refused = run([*program, ticket], service | {"REPASSE_KEY": "rp_nobody"}, folder)
    assert refused.returncode == 1
    assert re.match(r"chave-[a-z-]+: \S", refused.stderr)


@pytest.fixture(scope="module")
def python_client(service: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("python")
    tools = {**service, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{service['PATH']}"}
    said = good(
        [
            sys.executable,
            "-m",
            "openapi_python_client",
            "generate",
            "--path",
            service["DOCUMENT"],
            "--output-path",
            str(folder / "made"),
        ],
        tools,
    )
    assert "WARNING" not in said.upper(), said
    return folder / "made"


@pytest.mark.slow
def test_a_program_in_python_works_with_the_client_made_of_the_document(service: dict[str, str], python_client: Path) -> None:
    program = str(EXAMPLES / "python" / "program.py")
    paths = service | {"PYTHONPATH": str(python_client), "MYPYPATH": str(python_client)}
    good([sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(python_client / "cache"), program], paths)
    works([sys.executable, program], paths, python_client, "1;1;900")


def test_the_names_of_the_python_client_can_be_read(python_client: Path) -> None:
    """A shape without a name would be called after the place where it stands."""
    names = {path.stem for path in (python_client / "repasse_client" / "models").iterdir()}
    assert [name for name in sorted(names) if re.search(r"_type_\d|additional_property|_item$", name)] == []
    assert {"plan_shape", "move_body", "problem_shape", "formula_context", "ticket_row_shape"} <= names


@pytest.mark.slow
def test_a_program_in_typescript_works_with_the_types_made_of_the_document(service: dict[str, str], tmp_path: Path) -> None:
    packages = Path(sys.prefix) / "node" / "node_modules"
    assert packages.is_dir(), "./go test installs them"
    for path in (EXAMPLES / "typescript").iterdir():
        shutil.copy(path, tmp_path)
    (tmp_path / "node_modules").symlink_to(packages, target_is_directory=True)
    node, _ = compute_driver_executable()
    about = json.loads((tmp_path / "package.json").read_text("utf-8"))
    options = about["scripts"]["types"].partition("-o repasse.ts")[2].split()
    script = str(packages / "openapi-typescript" / "bin" / "cli.js")
    good([node, script, service["DOCUMENT"], "-o", "repasse.ts", *options], service, tmp_path)
    good([node, str(packages / "typescript" / "bin" / "tsc")], service, tmp_path)
    works([node, "program.ts"], service, tmp_path, "1;1;901")


def test_the_lock_of_the_typescript_client_has_a_hash_for_every_package_and_no_address() -> None:
    lock = json.loads((EXAMPLES / "typescript" / "package-lock.json").read_text("utf-8"))
    packages = {name: about for name, about in lock["packages"].items() if name}
    assert len(packages) > 10
    assert [name for name, about in packages.items() if "integrity" not in about or "resolved" in about] == []
