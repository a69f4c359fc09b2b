"""Slips of people who do not know TOML, told in words with what to write instead."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest
from kit.paths import ROOT

from routing.checking import check_workspace
from routing.workspace.toml_places import read


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("espera.valor=1500,50", "um número não leva vírgula", '1500.50, ou "1500,50"'),
        ("x = 1.000,00", "um número não leva vírgula", "1000.00"),
        ("x=24/11/2026", "uma data não se escreve com barras", "2026-11-24"),
        ("x = 5/1/26", "uma data não se escreve com barras", "2026-01-05"),
        ("linhas = [[24/11/2026, 1]]", "uma data não se escreve com barras", "2026-11-24"),
        ("espera.destino = 1;3", "'1;3' precisa de aspas", 'escreva "1;3"'),
        ('linhas=[\n["a", 1;3],\n]', "'1;3' precisa de aspas", 'escreva "1;3"'),
        ("x=01", "'01' precisa de aspas", 'escreva "01"'),
        ("x=VERDADE", "verdadeiro e falso se escrevem em inglês", "escreva true"),
        ("x = não", "verdadeiro e falso se escrevem em inglês", "escreva false"),
        ("x=“a”", "aspas curvas não são aspas aqui", "aspas retas"),
        ("“nome” = 1", "aspas curvas não são aspas aqui", "aspas retas"),
        ("x = Ana Lima # nota", "'Ana Lima' precisa de aspas", 'escreva "Ana Lima"'),
        ("situação=1", "a chave 'situação' tem acento ou espaço", 'escreva "situação"'),
        ("espera.descrição = 1", "a chave 'descrição' tem acento ou espaço", "não têm acento: descricao"),
        ("a = { campos.situação = 1 }", "a chave 'situação' tem acento ou espaço", 'escreva "situação"'),
        ("meu nome = 1", "a chave 'meu nome' tem acento ou espaço", 'escreva "meu nome"'),
        ("t={linhas=[[1] [2]]}", "falta uma vírgula antes deste ponto", "vírgulas"),
        ('linhas=[\n["a", 1]\n["b", 2],\n]', "falta uma vírgula antes deste ponto", "vírgulas"),
        ("espera = { valor = 1 b = 2 }", "falta uma vírgula antes deste ponto", "vírgulas"),
        ('x = {a = "b", }', "sobra uma vírgula antes de }", "tire"),
        ("contexto={\na=1\nb=2}", "uma tabela entre chaves não continua na linha seguinte", "numa linha só"),
        ("espera = { valor = 1", "uma tabela entre chaves não continua na linha seguinte", "numa linha só"),
        ("x = [1,2", "a lista não foi fechada", "feche com ]"),
        ('nome="a\nb"', "o texto não foi fechado", "feche as aspas"),
        ("a = 'x", "o texto não foi fechado", "feche as aspas"),
        ("[[caso]\n", "os colchetes não foram fechados", "[[caso]]"),
        ("a = 1 b = 2", "há duas chaves na mesma linha", "cada chave numa linha"),
        ('nome: "x"', "falta o sinal de igual depois da chave", "chave = valor"),
        ("a = ", "falta o valor", "sinal de igual"),
        ("a = 1\na = 2", "a mesma chave ou tabela aparece duas vezes", "junte as duas"),
        ("[a]\n[a]\n", "a mesma chave ou tabela aparece duas vezes", "junte as duas"),
        ('x = "c:\\dir"', "há uma barra invertida num texto entre aspas duplas", "aspas simples"),
        ("x = 10%", "sobra texto depois do valor", "aspas em volta"),
        ("= 3", "esta linha não começa com uma chave", "chave = valor"),
    ],
)  # fmt: skip
def test_a_slip_is_told_in_words(text: str, said: str, hint: str) -> None:
    (fault,) = read(text, "x").faults
    assert str(fault.message) == f"o arquivo não é TOML válido neste ponto ({said})"
    assert hint in str(fault.hint)


def test_what_is_valid_has_no_slip() -> None:
    text = 'a = "1;3"\nb = 1500.50\nc = 2026-11-24\nd = true\n[e]\nf = { g = 1, h = [1, 2] }\n[[caso]]\nx = "“a”"\n'
    assert read(text, "x").faults == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("diretorio.toml", 'nome = "Ana Lima"', "nome = “Ana Lima”"),
        ("tipos/compras.toml", "email_abertura = true", "email_abertura = sim"),
    ],
)
def test_a_slip_is_the_first_thing_told(tmp_path: Path, file: str, old: str, new: str) -> None:
    folder = tmp_path / "compras"
    shutil.copytree(ROOT / "examples" / "compras", folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    (first, faults), *_ = check_workspace(folder)
    assert first == folder / file
    assert faults[0].code == "toml-invalido"


SLIPS = tomllib.loads((Path(__file__).parent / "slips.toml").read_text(encoding="utf-8"))["slip"]


@pytest.mark.parametrize("slip", SLIPS, ids=[f"{one['arquivo']}: {one['para'].splitlines()[-1]}" for one in SLIPS])
def test_a_slip_in_any_file_names_its_key_its_place_and_the_cure(tmp_path: Path, slip: dict[str, str]) -> None:
    folder = tmp_path / "compras"
    left_out = () if slip["arquivo"].startswith("propriedades") else ("propriedades",)  # they take time
    shutil.copytree(ROOT / "examples" / "compras", folder, ignore=shutil.ignore_patterns(*left_out))
    file = folder / slip["arquivo"]
    text = file.read_text(encoding="utf-8")
    assert slip["de"] in text
    text = text.replace(slip["de"], slip["para"], 1)
    file.write_text(text, encoding="utf-8")
    told = [one for path, faults in check_workspace(folder) if path == file for one in faults if one.severity == "error"]
    found = [
        one
        for one in told
        if slip["chave"] in str(one.message) and text[one.span.start :].lstrip('"').startswith(slip.get("lugar", slip["chave"]))
    ]
    assert found, [(one.start, str(one.message)) for one in told]
    assert any(slip.get("cura", "") in str(one.hint) for one in found), [str(one.hint) for one in found]


def test_an_element_of_a_list_and_a_key_between_braces_have_their_place() -> None:
    text = 'x = [{ a = 1 }, # ] , {\n  { "b" = 1, c = { d = 2 } }]\n'
    document = read(text, "x")
    assert text[document.span(("x", 1, "b")).start :].startswith('"b" = 1')
    assert text[document.span(("x", 1, "c", "d")).start :].startswith("d = 2")
    assert text[document.span(("x", 0, "a")).start :].startswith("a = 1")
    assert text[document.span(("x", 7, "z")).start :].startswith("x = [")
