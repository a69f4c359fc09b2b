"""What a ticket service gets from the wheel: typed public names, so that its own checker finds a misspelt one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from kit.paths import ROOT

import formula
import routing
import routing.testing

PROGRAM = """\
from datetime import datetime
from decimal import Decimal

import formula
import routing
from routing import Conflict, Desk, Plan, Request, Site, StoreError, Ticket, UnknownTicket, WorkspaceError, attendant_holder


def total(text: str) -> int | Decimal | None:
    rule = formula.compile(text, formula.Schema(fields={"VALOR": "numero"}))
    value = rule.run(formula.Context(fields={"VALOR": 3}), limits=formula.Limits(steps=100)).value
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def advance(desk: Desk, key: str) -> tuple[str, str | None]:
    try:
        plan: Plan = desk.move(key, Request(action="advance", actor="1;2", key="pedido-1"), now=datetime(2026, 11, 24))
    except (Conflict, UnknownTicket, StoreError) as failure:
        return failure.code, failure.hint
    return plan.status, plan.gate


def with_us(folder: str) -> list[str]:
    try:
        site: Site = routing.load_workspace(folder)
    except WorkspaceError as error:
        return [str(path) for path, _faults in error.files]
    tickets: list[Ticket] = list(site.tickets.values())
    return [one.key for one in tickets if one.holder == attendant_holder("1;2")]
"""

MISSPELT = "from routing import load_workspaces\nfrom routing.testing import run_cases\nimport formula\nformula.compil('1')\n"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked as pip would."""
    place = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "-q",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            str(place),
            str(copied(place / "source")),
        ],
        check=True,
        capture_output=True,
    )
    (wheel,) = place.glob("*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(place / "site")
    return place / "site"


def copied(place: Path) -> Path:
    """The sources alone: building leaves folders behind."""
    from shutil import copytree, ignore_patterns

    for name in ("formula", "routing", "repl"):
        copytree(ROOT / name, place / name, ignore=ignore_patterns("__pycache__", "examples"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (place / name).write_bytes((ROOT / name).read_bytes())
    return place


def checked(program: str, installed: Path, tmp_path: Path) -> list[str]:
    """What ``mypy --strict`` says of a program that uses the wheel."""
    file = tmp_path / "servico.py"
    file.write_text(program, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--follow-imports=silent", "--config-file=", file.name],
        cwd=tmp_path,
        env={"MYPYPATH": str(installed), "PATH": "", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.splitlines()


@pytest.mark.slow
def test_a_user_s_program_is_checked_against_the_wheel(installed: Path, tmp_path: Path) -> None:
    assert all((installed / name / "py.typed").exists() for name in ("formula", "routing", "repl"))
    assert checked(PROGRAM, installed, tmp_path) == []


@pytest.mark.slow
def test_a_misspelt_name_is_found(installed: Path, tmp_path: Path) -> None:
    said = [line.split(": ", 2)[2] for line in checked(MISSPELT, installed, tmp_path) if ": error: " in line]
    assert ["load_workspaces" in said[0], "run_cases" in said[1], "compil" in said[2], len(said)] == [True, True, True, 3]


@pytest.mark.parametrize("package", [formula, routing, routing.testing], ids=lambda one: one.__name__)
def test_public_names_are_there(package: object) -> None:
    names = set(package.__all__)
    assert names == set(package.HOMES)
    assert names <= set(dir(package))
    assert all(getattr(package, name) is not None for name in names)
