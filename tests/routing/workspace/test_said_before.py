"""What an explanation of a move would say and can be seen without a ticket is said by ``check``, at its place (issue of answers)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from kit.paths import ROOT

from routing.checking import check_workspace

MANAGER, FIRST, TYPE, PEOPLE = (
    "formulas/repasse_gestor.formula",
    "formulas/repasse_compras.formula",
    "tipos/compras.toml",
    "diretorio.toml",
)
LAST = (MANAGER, "\nAPROVADOR;\n", "\nSETVAR(APROVADOR, RETORNAPROXIMOATENDENTEHIERARQUIARH(1, '1;2'));\nAPROVADOR;\n")
OTHER_WAY = ('repasse = "formula"\nformula = "repasse_compras"', 'repasse = "abertura"\nformula = "repasse_compras"')

SAID = {
    "a value that another replaces": ([LAST], MANAGER, "valor-sobrescrito", 18, "linhas 7, 12, 14"),
    "texts compared letter by letter": (
        [(MANAGER, "SE VALOR > 20000", "SE PARAMETROATENDIMENTO('VALOR', 'S') > '20000'")],
        MANAGER, "textos-que-parecem-numeros", 6, "letra a letra",
    ),
    "a thousand that is one": ([(MANAGER, "20000", "20.000")], MANAGER, "milhar-duvidoso", 6, "20.000 aqui é 20"),
    "a blank nobody sees": ([(FIRST, "'NE'", "'NE '")], FIRST, "branco-na-ponta", 10, "termina em branco"),
    "a blank at the beginning": ([(FIRST, "'NE'", "' NE'")], FIRST, "branco-na-ponta", 10, "começa em branco"),
    "capitals of a listed value": ([(MANAGER, "'Alta'", "'ALTA'")], MANAGER, "comparacao-nunca-verdadeira", 11, "nunca é 'ALTA'"),
    "accents of a closed list": (
        [(FIRST, "FILIAL = 'NE'", "CATEGORIA = 'Manutencao'")],
        FIRST, "comparacao-nunca-verdadeira", 10, "CATEGORIA nunca é 'Manutencao'",
    ),
    "a value that a closed list has not": (
        [(FIRST, "FILIAL = 'NE'", "CAMPOATENDIMENTO('CATEGORIA') <> 'Obra'")],
        FIRST, "comparacao-nunca-verdadeira", 10, "CATEGORIA nunca é 'Obra'",
    ),
    "a change to what a closed list has not": (
        [(FIRST, "AVANCARETAPA(5);", "AVANCARETAPA(5); ALTERARCAMPOATENDIMENTO('CATEGORIA=Obra');")],
        FIRST, "atribuicao-duvidosa", 11, "CATEGORIA nunca é 'Obra'",
    ),
    "a branch that asks for no step": (
        [(FIRST, "AVANCARETAPA(5);", "ADICIONARDISCUSSAO('filial');")],
        FIRST, "etapa-nao-pedida", 10, "quando isto vale",
    ),
    "no branch at all": (
        [(FIRST, "SENAO\n    AVANCARETAPA('Gestor');\n", "")],
        FIRST, "etapa-nao-pedida", 13, "quando isto não vale",
    ),
    "a vacant node": ([(PEOPLE, 'ocupantes = ["1;3"]', "ocupantes = []")], PEOPLE, "no-vago", 152, "o nó 1;2 está vago"),
    "a step without its formula": ([(TYPE, 'formula = "repasse_gestor"\n', "")], TYPE, "formula-do-tipo", 18, "vale a do tipo"),
    "a formula that decides nothing": (
        [(TYPE, 'repasse = "formula"\nformula = "repasse_gestor"', 'repasse = "abertura"\nformula = "repasse_gestor"')],
        TYPE, "formula-sem-efeito", 19, "não decide quem recebe",
    ),
    "copies of another handoff": ([(TYPE, *OTHER_WAY)], MANAGER, "copia-sem-repasse-por-formula", 9, "repassa por 'abertura'"),
    "a receiver without an address": (
        [(PEOPLE, 'email = "beatriz.nogueira@serraazul.example.com"\n', "")],
        MANAGER, "receptor-sem-email", 7, "não tem endereço de e-mail",
    ),
    "an inactive chief of a section": (
        [(PEOPLE, 'email = "ana.lima@serraazul.example.com"', 'email = "ana.lima@serraazul.example.com"\nativo = false')],
        PEOPLE, "chefe-inativo", None, "está inativo",
    ),
}  # fmt: skip


def example(folder: Path) -> Path:
    made = folder / "compras"
    shutil.copytree(ROOT / "examples" / "compras", made)
    shutil.rmtree(made / "propriedades")  # they take their time, and what is asked here stands elsewhere
    return made


@pytest.mark.parametrize("situation", SAID)
def test_check_says_it_before(tmp_path, situation):
    changes, file, code, line, words = SAID[situation]
    folder = example(tmp_path)
    for name, old, new in changes:
        path = folder / name
        text = path.read_text("utf-8")
        assert old in text, name
        path.write_text(text.replace(old, new, 1), "utf-8")
    found = [
        (path.relative_to(folder).as_posix(), one.start.line, one.message)
        for path, faults in check_workspace(folder)
        for one in faults
        if one.code == code
    ]
    assert [(name, words in said) for name, _, said in found] == [(file, True)], found
    assert line is None or found[0][1] == line


def test_the_example_has_none_of_them(tmp_path):
    assert check_workspace(example(tmp_path)) == []


def test_a_closed_list_takes_a_change_without_its_accents(tmp_path):
    """As every door does: the value is kept as the list writes it."""
    folder = example(tmp_path)
    path = folder / FIRST
    text = path.read_text("utf-8").replace("AVANCARETAPA(5);", "AVANCARETAPA(5); ALTERARCAMPOATENDIMENTO('CATEGORIA=manutencao');")
    path.write_text(text, "utf-8")
    assert check_workspace(folder) == []


def test_a_step_may_name_the_formula_of_a_type_that_hands_off_another_way(tmp_path):
    """There is no other way to say that this step goes by the type's formula: no lost formula, and no warning."""
    folder = example(tmp_path)
    path = folder / TYPE
    text = (
        path.read_text("utf-8")
        .replace('repasse = "formula"\n', 'repasse = "abertura"\n', 1)
        .replace('formula = "repasse_gestor"\n', "")
    )
    path.write_text(text, "utf-8")
    assert "formula-do-tipo" not in {one.code for _, faults in check_workspace(folder) for one in faults}
