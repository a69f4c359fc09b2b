"""The consultant's bench on the sixty sown routing faults: the cause is found in at most two commands."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from kit import sites

from repl.session.feeding import feed
from repl.session.opening import open_session
from repl.showing.console import Console
from repl.showing.faults import check_paths
from routing.errors import WorkspaceError
from tests.routing.workspace.test_faults import EXAMPLE, FAULTS, sow

pytestmark = pytest.mark.slow

OPTIONS = {"ator": "--ator", "motivo": "--motivo", "justificativa": "--justificativa", "versao": "--versao"}
WANTED = 57


def commands_needed(fault: Mapping[str, Any], folder: Path) -> int | None:
    """How many commands bring the sentence that names the cause: ``repasse check``, or ``:planejar`` and then ``:porque``."""
    parts = [*fault["mensagem"], *fault.get("dica", [])]
    asked = fault["pedido"]
    try:
        session = open_session(Console(), None, None, str(folder), asked["atendimento"])
    except WorkspaceError:
        said = "\n".join(f"{one.message} {one.hint}" for file in check_paths([str(folder)]) for one in file.diagnostics)
        return 1 if all(part in said for part in parts) else None
    session.clock = lambda: sites.NOW
    words = [asked["acao"], *(str(asked[key]) for key in ("para",) if key in asked)]
    words += [f"{OPTIONS[key]} {asked[key]}" for key in OPTIONS if key in asked]
    said = ""
    with session.desk:
        for count, line in enumerate((f":planejar {' '.join(words)}", ":porque"), 1):
            said += feed(session, line).text()
            if all(part in said for part in parts):
                return count
    return None


def test_the_cause_is_found_in_two_commands(tmp_path: Path) -> None:
    needed = {}
    for number, fault in enumerate(FAULTS):
        folder = Path(shutil.copytree(EXAMPLE, tmp_path / str(number)))
        sow(fault, folder)
        needed[fault["nome"]] = commands_needed(fault, folder)
    missed = [name for name, count in needed.items() if count is None]
    assert len(FAULTS) - len(missed) >= WANTED, missed
