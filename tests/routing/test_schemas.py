"""The schemas of a workspace's files: what the reader takes validates, what it refuses as unknown does not."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from kit.paths import ROOT

from routing.schemas import workspace_schemas
from routing.workspace.folder import ELSEWHERE

WHOLE = workspace_schemas()
EXAMPLES = sorted((ROOT / "examples" / "compras").rglob("*.toml"))


def kind_of(path: Path) -> str:
    return path.stem if path.stem in {"repasse", "diretorio"} else path.parent.name


def faults(kind: str, data: Any) -> list[str]:
    checker = jsonschema.Draft202012Validator({**WHOLE, "$ref": f"#/$defs/{kind}"})
    return [one.message for one in checker.iter_errors(data)]


def test_there_is_a_schema_for_every_kind_of_file() -> None:
    jsonschema.Draft202012Validator.check_schema(WHOLE)
    kinds = {"repasse", "diretorio", "tipos", "atendimentos", "casos", "propriedades", "contexto"}
    assert set(WHOLE["$defs"]) == kinds


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_files_of_the_example_validate(path: Path) -> None:
    assert faults(kind_of(path), tomllib.loads(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("diretorio", '[[atendente]]\ncoligada = 1\ncodigo = 1\nnome = "Rui"\nchefee = "1;2"'),
        (
            "diretorio",
            '[[atendente]]\ncoligada = 1\ncodigo = 1\nnome = "Rui"\nausente = { de = 2026-01-01, ate = 2026-01-09, dee = 2026-01-01 }',
        ),
        ("tipos", 'codigo = 1\nnome = "Férias"\nformulas = "x"'),
        ("tipos", 'codigo = 1\nnome = "Férias"\n[[etapa]]\ncodigo = 1\nnome = "A"\nobrigatorio = ["ASSUNTO"]'),
        ("atendimentos", "[[atendimento]]\ncoligada = 1\nlocalidade = 1\ncodigo = 1\ntipo = 1\nprioridde = 'Alta'"),
        ("casos", 'formula = "x"\n[[caso]]\nnome = "a"\nesperaa.valor = 1'),
        ("casos", 'formula = "x"\n[[caso]]\nnome = "a"\nespera.valr = 1'),
        ("contexto", "coligda = 1"),
        ("propriedades", '[[propriedade]]\nnome = "a"\nsempree = { passa = "X" }'),
        ("repasse", "[smtp]\nservidr = 'x'"),
        ("repasse", "colligada = 1"),
        ("repasse", "[limite]\npassos = 1"),
        ("repasse", "[sql]\nfuncao = ['X']"),
        ("repasse", "[atendimento]\nfornecedor = false"),
    ],
)
def test_a_key_that_nobody_reads_does_not_validate(kind: str, text: str) -> None:
    assert len(faults(kind, tomllib.loads(text))) == 1


def test_every_key_of_repasse_toml_validates() -> None:
    told = tomllib.loads((ROOT / "tests" / "kit" / "workspace_keys.toml").read_text(encoding="utf-8"))["repasse"]
    known = set(WHOLE["$defs"]["repasse"]["properties"])
    assert {name.partition(".")[0] for name in told} | ELSEWHERE == known
    text = 'chefia_a_partir = "usuario"\npublicar = "manual"\n[sql]\nsegundos = 3\nfuncoes = ["X"]\n[atendimento]\nfornecedores = false'
    assert faults("repasse", tomllib.loads(text)) == []


def test_a_context_file_may_hold_people() -> None:
    text = 'agora = 2026-11-24T10:00:00\n[campos]\nVALOR = "1.5"\n[[diretorio.atendente]]\ncoligada = 1\ncodigo = 2\nnome = "Rui"'
    assert faults("contexto", tomllib.loads(text)) == []


def test_the_command_prints_one_document() -> None:
    done = subprocess.run([sys.executable, "-m", "repl.commands", "schema"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == json.loads(json.dumps(WHOLE))


def test_an_approval_is_known_with_its_keys() -> None:
    text = 'codigo = 1\nnome = "Compra"\n[[etapa]]\ncodigo = 1\nnome = "A"\n'
    good = text + 'aprovacao = { por = ["1;3", "5"], regra = "todos", veto = true, ao_rejeitar = "C" }\naprovacao_propria = false'
    assert faults("tipos", tomllib.loads(good)) == []
    assert len(faults("tipos", tomllib.loads(text + 'aprovacao = { por = ["1;3"], regras = "todos" }'))) == 1


def test_cases_may_include_files_and_take_tables_from_them() -> None:
    text = (
        'inclui = "base.toml"\ncontexto.campos.X = 1\n[[caso]]\nnome = "a"\ninclui = ["b.toml", "c.toml"]\ntabela = "casos.xlsx"\n'
        'espera = { nao = { etapa = 3 }, discussao = { contem = "x", vezes = 1 }, emails = [{ corpo_contem = "x" }] }\n'
        '[[caso]]\nnome = "b"\nmovimentos = [{ acao = "advance", agora = 2026-11-24T10:00:00 }, { depois = "1 dia" }]\n'
    )
    assert faults("casos", tomllib.loads(text)) == []
    assert len(faults("casos", {"inclui": 1, "caso": []})) == 1
    assert len(faults("casos", {"caso": [{"nome": "a", "tabela": 1}]})) == 1


def test_a_case_may_be_about_many_people() -> None:
    text = """
formula = "f"
[[caso]]
nome = "todos"
para_cada = { secao = ["01.02", "01.03"], grupo = 5, exceto = "Ana Lima" }
atendimento = { modelo = "1;1;42", aberto_por = "{pessoa}" }
espera.valor = "{chefe}"
"""
    assert faults("casos", tomllib.loads(text)) == []
    for wrong in (text.replace("secao", "secoa"), text.replace("{pessoa}", "{pesoa}"), text.replace("{ secao", "{ a = {}, secao")):
        assert len(faults("casos", tomllib.loads(wrong))) == 1, wrong


def test_cases_may_use_bases_change_people_and_keep_parts() -> None:
    text = (
        '[bases.x]\nusa = "y"\npessoas."1;4".ativo = false\n[[caso]]\nnome = "a"\nusa = ["x"]\nretrato = ["depois"]\n'
        'pessoas."Ana Lima".ausente = {}\n'
    )
    assert faults("casos", tomllib.loads(text)) == []
    for wrong in ('[bases.x]\nnome = "a"', '[[caso]]\nretrato = ["depos"]', '[[caso]]\npessoas."1;4".atvo = true'):
        assert len(faults("casos", tomllib.loads(wrong))) == 1, wrong
