"""The rows of sentences are free values of their kinds: whatever they are, and said among the assumptions."""

from __future__ import annotations

import pytest
from kit.seeded import PEOPLE, edges, step

import routing
from repl.commands import run
from routing.proving.builtin.questions import answer_builtin
from routing.proving.equality import answer_equal
from routing.proving.proving import answer_property
from routing.proving.reading import read_properties
from routing.proving.solver import Solver

TYPE = (
    'codigo = 1\nnome = "Pedido"\nrepasse = "manter"\nconcessoes = ["repassar"]\n\n'
    + step(1, "Abertura", "entrada = true")
    + step(2, "Decisão", 'repasse = "formula"\nformula = "decide"')
    + edges((1, 2))
)
SOUND = """DECL S;
SE EXECSQL('SALDO') ENTAO
  SETVAR(S, RESULTSQL('SALDO', 'VALOR'));
  SE S > 1000 E RESULTSQL('SALDO', 'SETOR') = 'TI' ENTAO '1;1' SENAO '1;3' FIMSE
SENAO
  '1;2'
FIMSE"""
SUM = """DECL T;
SETVAR(T, 0);
SE EXECSQL('SALDO') ENTAO
  REPITA SETVAR(T, T + RESULTSQL('SALDO', 'VALOR')) ATE NAO PROXREGSQL('SALDO');
FIMSE;
SE T > 1000 ENTAO '1;1' SENAO '1;3' FIMSE"""


def workspace(folder, decide, asked):
    for name, text in {
        "repasse.toml": 'coligada = 1\n[fontes]\npadrao = "sqlite:///dados.sqlite"\n',
        "diretorio.toml": PEOPLE,
        "tipos/pedido.toml": TYPE,
        "formulas/decide.formula": decide,
        "sentencas/SALDO.sql": "SELECT VALOR, SETOR FROM SALDOS WHERE ASSUNTO = :ASSUNTO\n",
        "propriedades/uma.toml": f'[[propriedade]]\nnome = "uma"\n{asked}\n',
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return routing.load_workspace(folder)


def answer(folder, decide, asked, proves=True):
    site = workspace(folder, decide, asked)
    (file,) = read_properties(site, folder)
    with Solver(proves=proves) as solver:
        return answer_property(site, file.properties[0], solver, within=60)


CASES = [
    ("nunca = { falha = true }", SOUND, SOUND.replace("S > 1000", "100 / (S - 7.5) > 3")),
    ("nunca = { sem_destino = true }", SOUND, SOUND.replace("SENAO\n  '1;2'\n", "")),
    ('nunca = { recebe = "1;4" }\nacoes = ["avançar"]\nquando = "ABERTO_POR <> \'1;4\'"', SUM,
     SUM.replace("T > 1000 ENTAO '1;1'", "T > 1000 ENTAO '1;4'")),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "sound", "broken"), CASES, ids=range(len(CASES)))
def test_whatever_a_sentence_gives(tmp_path, asked, sound, broken):
    found = answer(tmp_path / "a", sound, asked)
    assert found.answer == "proved"
    assert any("a sentença SALDO dá de 0 a 2 linhas" in one and "VALOR (número)" in one for one in found.assumptions)
    for proves in (True, False):
        folder = tmp_path / f"b{proves}"
        found = answer(folder, broken, asked, proves)
        assert found.answer == "fails"
        (folder / "casos").mkdir()
        (folder / "casos" / "achado.casos.toml").write_text(found.case, encoding="utf-8")
        assert run(["test", str(folder / "casos")]) == 0


def test_versions_and_branches_with_sentences(tmp_path):
    one = workspace(tmp_path / "a", SOUND, "nunca = { falha = true }")
    same = workspace(tmp_path / "b", SOUND.replace("S > 1000", "NAO (S <= 1000)"), "nunca = { falha = true }")
    other = workspace(tmp_path / "c", SOUND.replace("S > 1000", "S >= 1000"), "nunca = { falha = true }")
    with Solver() as solver:
        assert [found.answer for found in answer_equal(one, same, solver, within=60)] == ["proved"]
        assert [found.answer for found in answer_equal(one, other, solver, within=60)] == ["fails"]
        told = {found.kind: found.answer for found in answer_builtin(one, solver, formula="decide", within=60)}
    assert told == {"fault": "proved", "no_destination": "proved", "dead_branch": "proved"}
