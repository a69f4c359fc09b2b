"""The ten properties of docs/properties.md get the answers that the page says; those of the example workspace are among them."""

from __future__ import annotations

import re
import shutil
import tomllib

import pytest
from kit.paths import ROOT

import routing
from routing.proving.proving import answer_property
from routing.proving.reading import read_properties
from routing.proving.solver import Solver

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "properties.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (.+?) \| (proved|held|fails|never_applies|undecided) \|$", re.MULTILINE)


def test_the_page_has_the_properties_of_the_example():
    asked = tomllib.loads(PAGE.split("```toml\n")[1].split("```")[0])["propriedade"]
    example = tomllib.loads((ROOT / "examples/compras/propriedades/compras.toml").read_text("utf-8"))["propriedade"]
    assert example == asked[: len(example)]
    assert [answer for _, answer in ROW.findall(PAGE)][: len(example)] == ["proved"] * 8


def test_the_page_says_what_is_answered(tmp_path):
    folder = tmp_path / "compras"
    shutil.copytree(ROOT / "examples" / "compras", folder)
    (folder / "propriedades" / "compras.toml").write_text(PAGE.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    site = routing.load_workspace(folder)
    (file,) = read_properties(site, folder)
    assert file.faults == ()
    with Solver() as solver:
        answers = {one.name: answer_property(site, one, solver, within=60).answer for one in file.properties}
    assert list(answers.items()) == ROW.findall(PAGE)
    assert len(answers) == 10
