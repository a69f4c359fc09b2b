"""Plugins: real distributions found by entry points, and what happens when one does not fit."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

import formula
from formula.builtins import TABLE
from formula.builtins.table import function
from formula.types import Number
from routing.plugins import GROUP, Misfit, Plugin, load, with_aliases
from routing.workspace.folder import load_workspace, read_workspace


@function(origin="extension", examples=["RATEIO(100, 4) -> 25"])
def rateio(valor: Number, partes: Number) -> Number:
    """A parte de cada um."""
    return valor // partes


GOOD = Plugin(functions=(rateio,), aliases={"DIVIDEPOR": "RATEIO"}, handoff_kinds={"sorteio": lambda *_: None})
SAME_FUNCTION = Plugin(functions=(rateio,))
SAME_KIND = Plugin(handoff_kinds={"sorteio": lambda *_: None})
NOT_CALLABLE = Plugin(sql_sources={"rh": "sqlite://"})  # type: ignore[dict-item]
NO_ROW = Plugin(functions=(len,))  # type: ignore[arg-type]
ALIAS_OF_NOTHING = Plugin(aliases={"X": "NAOEXISTE"})
ALIAS_KEYWORD = Plugin(aliases={"se": "ABS"})
ALIAS_TAKEN = Plugin(aliases={"int": "ABS"})
ALIAS_ODD = Plugin(aliases={"DIVISÃO": "ABS"})
NO_PLUGIN = 42


def maker() -> Plugin:
    return GOOD


def broken_maker() -> Plugin:
    raise RuntimeError("sem licença")


def entry(name: str) -> EntryPoint:
    return EntryPoint(name.lower(), f"{__name__}:{name}", GROUP)


@pytest.mark.parametrize("name", ["GOOD", "maker"])
def test_a_plugin_adds_functions_aliases_and_kinds(name: str) -> None:
    plugins = load([entry(name)])
    assert plugins.failures == ()
    assert plugins.names == (name.lower(),)
    assert plugins.functions["DIVIDEPOR"] is plugins.functions["RATEIO"] is rateio
    assert list(plugins.handoff_kinds) == ["sorteio"]
    assert "RATEIO" not in TABLE


def test_a_formula_calls_a_plugin_s_function() -> None:
    schema = formula.Schema(table=load([entry("GOOD")]).functions)
    assert formula.compile("dividepor(100, 4) + 1", schema).run().value == 26


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing", "o plugin 'missing' não carrega: AttributeError"),
        ("broken_maker", "o plugin 'broken_maker' não carrega: RuntimeError: sem licença"),
        ("NO_PLUGIN", "o plugin 'no_plugin' não dá um routing.plugins.Plugin, e sim int"),
        ("SAME_FUNCTION", "já existe uma função RATEIO"),
        ("SAME_KIND", "o plugin 'same_kind' repete 'sorteio', que já existe"),
        ("NOT_CALLABLE", "no plugin 'not_callable', 'rh' não se pode chamar"),
        ("NO_ROW", "o plugin 'no_row' traz uma função que não é uma linha da tabela: builtin_function_or_method"),
        ("ALIAS_OF_NOTHING", "o apelido X quer a função NAOEXISTE, que não existe"),
        ("ALIAS_KEYWORD", "SE é palavra da linguagem e não pode ser função"),
        ("ALIAS_TAKEN", "já existe uma função INT"),
        ("ALIAS_ODD", "'DIVISÃO' não serve de nome de função"),
    ],
)
def test_a_plugin_that_does_not_fit_is_left_out_by_name(name: str, said: str) -> None:
    plugins = load([entry("GOOD"), entry(name)])
    assert [failure.plugin for failure in plugins.failures] == [name.lower()]
    assert plugins.failures[0].message.startswith(said)
    assert plugins.names == ("good",)
    assert len(plugins.functions) == len(TABLE) + 2


def test_a_module_that_does_not_exist_is_reported() -> None:
    plugins = load([EntryPoint("sumido", "pacote_que_sumiu.regras:plugin", GROUP)])
    assert plugins.failures[0].message.startswith("o plugin 'sumido' não carrega: ModuleNotFoundError")


def test_an_alias_needs_a_function() -> None:
    with pytest.raises(Misfit):
        with_aliases(TABLE, {"NOVO": "VELHO"})


REPASSE = 'coligada = 1\n[apelidos]\nPROXIMOCHEFE = "RETPROXIMOCHEFESECAOLABORE"\n'
DIRECTORY = '[[atendente]]\ncoligada = 1\ncodigo = 1\nnome = "Ana Lima"\nemail = "ana@exemplo.com.br"\n'


def test_a_workspace_names_aliases(tmp_path: Path) -> None:
    (tmp_path / "repasse.toml").write_text(REPASSE, encoding="utf-8")
    (tmp_path / "diretorio.toml").write_text(DIRECTORY, encoding="utf-8")
    site = load_workspace(tmp_path)
    assert site.functions is not None
    assert site.functions["PROXIMOCHEFE"] is TABLE["RETPROXIMOCHEFESECAOLABORE"]


def test_a_wrong_alias_has_its_line(tmp_path: Path) -> None:
    (tmp_path / "repasse.toml").write_text(REPASSE + 'OUTRO = "NADA"\n', encoding="utf-8")
    (tmp_path / "diretorio.toml").write_text(DIRECTORY, encoding="utf-8")
    ((path, faults),) = read_workspace(tmp_path)[1]
    assert path.name == "repasse.toml"
    assert [(fault.start.line, fault.message) for fault in faults] == [(4, "o apelido OUTRO quer a função NADA, que não existe")]


def distribution(folder: Path, name: str, module: str, target: str) -> None:
    """Lay down an installed distribution as pip does."""
    (folder / f"{name}.py").write_text(module, encoding="utf-8")
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = {target}\n", encoding="utf-8")


PROGRAM = """
import json
from routing.plugins import installed
found = installed()
print(json.dumps([found.names, [failure.plugin for failure in found.failures], found.functions['FRETE'].signature]))
"""


def test_installed_distributions_are_found(tmp_path: Path) -> None:
    distribution(
        tmp_path,
        "frete_simples",
        "from formula.builtins.table import function\nfrom formula.types import Number\n"
        "from routing.plugins import Plugin\n"
        "@function(origin='extension', examples=['FRETE(10) -> 25'])\n"
        "def frete(peso: Number) -> Number:\n    '''O frete de um peso.'''\n    return 5 + 2 * peso\n"
        "plugin = Plugin(functions=(frete,))\n",
        "frete_simples:plugin",
    )
    distribution(tmp_path, "quebrado", "raise ImportError('faz falta outra coisa')\n", "quebrado:plugin")
    root = str(Path(formula.__file__).parents[1])
    done: Any = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"PYTHONPATH": f"{tmp_path}:{root}", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == [["frete_simples"], ["quebrado"], "FRETE(peso: valor) → valor"]
