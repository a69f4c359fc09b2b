"""Routing faults sown one at a time: the first message must name the true cause (see faults/faults.toml)."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest
from kit import sites
from kit.paths import ROOT

from routing import Request, load_workspace, plan
from routing.errors import WorkspaceError

EXAMPLE = ROOT / "examples" / "compras"
FAULTS = tomllib.loads(Path(__file__).with_name("faults").joinpath("faults.toml").read_text("utf-8"))["falha"]


def sow(fault, folder):
    for file, old, new in fault.get("troca", []):
        path = folder / file
        text = path.read_text("utf-8") if path.exists() else ""
        assert old in text, f"{file}: {old}"
        path.write_text(text.replace(old, new, 1) if old else text + new, "utf-8")


def first_message(fault, folder):
    """Gate or code, message and hint: of the workspace's first error, else of the refused move."""
    asked = fault["pedido"]
    try:
        site = load_workspace(folder)
    except WorkspaceError as error:
        first = next(one for _, faults in error.files for one in faults if one.severity == "error")
        return first.code, str(first.message), str(first.hint or "")
    request = Request(action=asked["acao"], to=asked.get("para"), actor=asked.get("ator", ""), version=asked.get("versao"),
                      justification=asked.get("justificativa", ""), reason=asked.get("motivo"))  # fmt: skip
    made = plan(site, site.tickets[asked["atendimento"]], request, sites.NOW)
    assert made.reason is not None, [line.text for line in made.explanation]
    return made.gate, str(made.reason.message), str(made.reason.hint or "")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["nome"])
def test_the_first_message_names_the_cause(fault, tmp_path):
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "compras"))
    sow(fault, folder)
    where, message, hint = first_message(fault, folder)
    assert where == fault.get("portao", fault.get("codigo")), message
    assert [part for part in fault["mensagem"] if part not in message] == [], message
    assert [part for part in fault.get("dica", []) if part not in hint] == [], hint


def test_there_are_sixty():
    assert len({fault["nome"] for fault in FAULTS}) == len(FAULTS) >= 60
