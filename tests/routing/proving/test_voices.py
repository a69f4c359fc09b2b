"""Approvals, distributions and the clock are ways too: proved where the rules are sound, broken by a mutant of each."""

from __future__ import annotations

import pytest
from kit.seeded import PEOPLE, edges, step

import routing
from repl.commands import run
from routing.proving.builtin.questions import answer_builtin
from routing.proving.proving import answer_property
from routing.proving.reading import read_properties
from routing.proving.solver import Solver

pytestmark = pytest.mark.slow

GROUP = '[[grupo]]\ncoligada = 1\ncodigo = 8\nnome = "Plantão"\nmembros = ["1;2", "1;3"]\ndistribuicao = "rodizio"\n'
ASKS = 'aprovacao = { por = ["1;1", "7"], regra = "todos", ao_rejeitar = "Pedido" }'
TYPE = (
    'codigo = 1\nnome = "Contrato"\nrepasse = "manter"\nparametros = { VALOR = "Real" }\nconcessoes = ["repassar"]\n\n'
    + step(1, "Pedido", "entrada = true")
    + step(2, "Comitê", f'{ASKS}\naprovacao_propria = false\nduracao = 8\nlembrete = 2\nao_vencer = ["sobe"]')
    + step(3, "Plantão", 'repasse = "grupo"\ndestino = "8"\naprovacao_propria = false')
    + edges((1, 2), (2, 3))
)
SOUND = "ADICIONARDISCUSSAO('venceu')"


def answer(folder, asked, kind=TYPE, due=SOUND, people=PEOPLE + GROUP, proves=True):
    for name, text in {
        "repasse.toml": "coligada = 1\n",
        "diretorio.toml": people,
        "tipos/contrato.toml": kind,
        "formulas/sobe.formula": due,
        "propriedades/uma.toml": f'[[propriedade]]\nnome = "uma"\n{asked}\n',
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    site = routing.load_workspace(folder)
    (file,) = read_properties(site, folder)
    assert [one.message for one in file.faults] == []
    with Solver(proves=proves) as solver:
        return answer_property(site, file.properties[0], solver, within=60)


CASES = [
    ('nunca = { passa = "Plantão" }\nacoes = ["avançar"]', {}, "proved", {"kind": TYPE.replace(f"{ASKS}\naprovacao_propria = false\n", "")}),
    ('nunca = { termina = "C" }\nacoes = ["avançar", "aprovar", "rejeitar"]', {}, "proved", {"kind": TYPE.replace(', ao_rejeitar = "Pedido"', "")}),
    ('sempre = { passa = "Comitê" }\nate = "Plantão"', {}, "proved", {"kind": TYPE + edges((1, 3))}),
    ('nunca = { muda = "PRIORIDADE" }\nmenos = ["mudar"]', {}, "proved", {"due": "ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta')"}),
    ('nunca = { email = "p4@exemplo.com.br" }\nacoes = ["avançar", "aprovar", "lembrar"]', {"kind": TYPE.replace("lembrete = 2\n", "")}, "proved", {}),
    ('nunca = { recebe = "Dario Melo" }\nacoes = ["avançar", "aprovar"]\nquando = "ABERTO_POR <> \'1;4\'"', {}, "proved",
     {"people": PEOPLE + GROUP.replace('"1;2", "1;3"', '"1;2", "1;3", "1;4"')}),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "sound", "wanted", "broken"), CASES, ids=range(len(CASES)))
def test_ways_have_voices_and_the_clock(tmp_path, asked, sound, wanted, broken):
    found = answer(tmp_path / "a", asked, **sound)
    assert (found.answer, found.assumptions) == (wanted, found.assumptions)
    folder = tmp_path / "b"
    found = answer(folder, asked, **broken)
    assert (found.answer, found.because) == ("fails", found.because)
    if found.case is None:
        assert any("é a vez de Dario" in one for one in found.assumptions)
        return
    (folder / "casos").mkdir()
    (folder / "casos" / "achado.casos.toml").write_text(found.case, encoding="utf-8")
    assert run(["test", str(folder / "casos")]) == 0


ALONE = (
    'codigo = 1\nnome = "Contrato"\nrepasse = "manter"\nparametros = { VALOR = "Real" }\n\n'
    + step(1, "Pedido", "entrada = true")
    + step(
        2, "Comitê", 'aprovacao = { por = ["1;1", "1;2"], regra = "qualquer", ao_rejeitar = "Pedido" }\naprovacao_propria = false'
    )
    + step(3, "Arquivo")
    + edges((1, 2), (2, 3))
)


def test_a_flow_can_end_unless_nobody_may_decide(tmp_path):
    def ending(kind):
        answer(tmp_path, "nunca = { falha = true }", kind=kind)
        with Solver() as solver:
            found = answer_builtin(routing.load_workspace(tmp_path), solver, within=60)
            return next(one for one in found if one.kind == "can_end")

    assert ending(ALONE).answer == "proved"
    last = ALONE.replace(step(3, "Arquivo"), "").replace(edges((2, 3)), "")  # who opened may not conclude where he decides
    found = ending(last)
    assert (found.answer, found.plans[-1].after.step) == ("fails", 2)
    assert found.plans[-1].after.holder.key == found.ticket.opener


def test_own_approval_is_seen_among_voices(tmp_path):
    def own(kind):
        answer(tmp_path, "nunca = { falha = true }", kind=kind)
        with Solver() as solver:
            found = answer_builtin(routing.load_workspace(tmp_path), solver, within=60)
            return next(one for one in found if one.kind == "own_approval")

    assert own(TYPE).answer == "proved"
    found = own(TYPE.replace("aprovacao_propria = false\n", "", 1))
    assert (found.answer, found.moves[-1].action, found.moves[-1].actor) == ("fails", "approve", found.ticket.opener)
