"""The questions that need no file: each proved on sound rules, and broken by a change of them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from kit.seeded import PEOPLE, edges, step

import routing
from repl.commands import run
from routing.proving.builtin import answer_builtin
from routing.proving.equality import answer_equal
from routing.proving.solver import Solver

TYPE = (
    'codigo = 1\nnome = "Pedido"\nrepasse = "manter"\nparametros = { VALOR = "Real" }\nconcessoes = ["repassar"]\n\n'
    + step(1, "Abertura", "entrada = true")
    + step(2, "Decisão", 'repasse = "formula"\nformula = "decide"')
    + step(3, "Fim", 'repasse = "abertura"')
    + edges((1, 2), (2, 3))
)
DECIDE = "SE PARAMETROATENDIMENTO('VALOR', 'V') > 100 ENTAO\n  '1;1'\nSENAO\n  '1;3'\nFIMSE"
OTHERS = "SE ABERTO_POR = '1;4' ENTAO\n  '1;3'\nSENAO\n  '1;4'\nFIMSE"


def workspace(folder, decide=DECIDE, kind=TYPE, people=PEOPLE):
    for name, text in {
        "repasse.toml": "coligada = 1\n",
        "diretorio.toml": people,
        "tipos/pedido.toml": kind,
        "formulas/decide.formula": decide,
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def answers(folder):
    """The answers by kind; of one formula and one type each kind has one."""
    with Solver() as solver:
        return {one.kind: one for one in answer_builtin(routing.load_workspace(folder), solver, within=60)}


def test_sound_rules_are_proved(tmp_path):
    found = {kind: one.answer for kind, one in answers(workspace(tmp_path)).items()}
    assert found == {
        "fault": "proved",
        "no_destination": "proved",
        "dead_branch": "proved",
        "can_end": "proved",
        "own_approval": "fails",  # Alice opens a large one and decides it
    }


@pytest.mark.parametrize(
    ("kind", "decide"),
    [
        ("fault", DECIDE.replace("> 100", "> 100 / (PARAMETROATENDIMENTO('VALOR', 'V') - 50.5)")),
        (
            "fault",
            "DECL N;\nSETVAR(N, 0);\nENQUANTO N < 1 FACA\n  SE PARAMETROATENDIMENTO('VALOR', 'V') <> 7 ENTAO SETVAR(N, 1); FIMSE;\nFIMENQ;\n'1;3'",
        ),
        (
            "no_destination",
            "SE PARAMETROATENDIMENTO('VALOR', 'V') > 100 ENTAO\n  '1;1'\nSENAO\n  SE PARAMETROATENDIMENTO('VALOR', 'V') < 100 ENTAO '1;3' FIMSE\nFIMSE",
        ),
        (
            "dead_branch",
            DECIDE.replace("  '1;3'\n", "  SE PARAMETROATENDIMENTO('VALOR', 'V') > 200 ENTAO '1;2' SENAO '1;3' FIMSE\n"),
        ),
    ],
)
def test_a_mutant_breaks_each(tmp_path, kind, decide):
    found = answers(workspace(tmp_path, decide))[kind]
    assert found.answer == "fails"
    assert found.where if kind == "dead_branch" else found.plans


def test_a_substitute_approves_what_he_opened(tmp_path):
    found = answers(workspace(tmp_path, OTHERS))["own_approval"]
    assert found.answer == "fails"
    assert (found.ticket.opener, found.plans[-1].now.month) == ("1;2", 2)
    assert [one.status for one in found.plans] == ["planned"] * len(found.plans)


def test_nobody_approves_his_own_without_absences(tmp_path):
    people = PEOPLE.replace('ausente = { de = 2026-02-02, ate = 2026-02-20, substituto = "1;2" }', "")
    assert answers(workspace(tmp_path, OTHERS, people=people))["own_approval"].answer == "proved"


@pytest.mark.parametrize(
    ("other", "answer"),
    [
        (DECIDE.replace("> 100", ">= 100"), "fails"),
        (DECIDE.replace("PARAMETROATENDIMENTO('VALOR', 'V') > 100", "NAO (PARAMETROATENDIMENTO('VALOR', 'V') <= 100)"), "proved"),
        (DECIDE.replace("PARAMETROATENDIMENTO('VALOR', 'V') > 100", "PARAMETROATENDIMENTO('VALOR', 'V') * 3 > 300"), "proved"),
        (
            DECIDE.replace("PARAMETROATENDIMENTO('VALOR', 'V') > 100", "ARREDONDA(PARAMETROATENDIMENTO('VALOR', 'V'), 2) > 100"),
            "fails",
        ),
    ],
)
def test_two_versions_are_equal_or_a_ticket_shows_where_not(tmp_path, other, answer):
    one = routing.load_workspace(workspace(tmp_path / "a"))
    two = routing.load_workspace(workspace(tmp_path / "b", other))
    with Solver() as solver:
        (found,) = answer_equal(one, two, solver, within=60)
    assert found.answer == answer
    assert (found.ticket is not None) == (answer == "fails")


def test_the_command_gives_the_document_and_the_case_passes(tmp_path, capsys):
    folder = workspace(tmp_path / "w", "SE PARAMETROATENDIMENTO('VALOR', 'V') > 100 ENTAO '1;1' FIMSE")
    (folder / "propriedades").mkdir()
    (folder / "propriedades" / "p.toml").write_text(
        '[[propriedade]]\nnome = "há destino"\nnunca = { sem_destino = true }\n', encoding="utf-8"
    )
    assert run(["prove", str(folder), "destino", "--format", "json"]) == 1
    (one,) = json.loads(capsys.readouterr().out)["properties"]
    assert (one["name"], one["kind"], one["answer"]) == ("há destino", "property", "fails")
    assert one["moves"][-1]["action"] == "advance"
    (folder / "casos").mkdir()
    (folder / "casos" / "um.casos.toml").write_text(one["case"], encoding="utf-8")
    assert run(["test", str(folder / "casos")]) == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('nome = "a"\nsempre = { passa = "Diretoria" }', "não tem a etapa 'Diretoria'"),
        ('nome = "a"\nsempre = { recebe = "Zé" }', "ninguém no diretório é 'Zé'"),
        ('nome = "a"\nquando = "VALORR > 1"\nnunca = { falha = true }', "a condição tem um erro"),
        ('nome = "a"\nquando = "\'x\'"\nnunca = { falha = true }', "precisa ser uma condição"),
        ('nome = "a"\nsempre = { falha = true }\nnunca = { falha = true }', "se contradiz"),
        ('nome = "a"\nsempree = { falha = true }', "não diz o que espera"),
        ('nome = "a"\nnunca = { muda = "VALORES" }', "não tem o campo nem o parâmetro"),
        ('nome = "a"\ntipo = 9\nnunca = { falha = true }', "o tipo 9 não existe"),
    ],
)
def test_a_badly_written_property_is_told_by_check(tmp_path, text, said):
    folder = workspace(tmp_path)
    (folder / "propriedades").mkdir()
    (folder / "propriedades" / "p.toml").write_text(f"[[propriedade]]\n{text}\n", encoding="utf-8")
    found = {path.name: faults for path, faults in routing.check_workspace(folder)}["p.toml"]
    assert any(said in str(one.message) for one in found)
    assert all(one.start.line >= 1 for one in found)


def test_pytest_collects_properties(tmp_path):
    folder = workspace(tmp_path)
    (folder / "propriedades").mkdir()
    (folder / "propriedades" / "p.toml").write_text(
        '[[propriedade]]\nnome = "nada falha"\nnunca = { falha = true }\n\n'
        '[[propriedade]]\nnome = "Alice não recebe"\nnunca = { recebe = "Alice Prado" }\n',
        encoding="utf-8",
    )
    words = [sys.executable, "-m", "pytest", "-q", "-W", "ignore", "-rfE", "-p", "no:cacheprovider"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert "1 failed, 1 passed" in done.stdout
    assert "p.toml::Alice não recebe" in done.stdout
    assert "movimentos = [" in done.stdout
