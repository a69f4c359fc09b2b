"""Changes and notes by hand are ways too: proved where the steps lock what decides, broken by taking a lock away."""

from __future__ import annotations

import json

import pytest
from kit.seeded import edges, person, step

import routing
from repl.commands import run
from routing.domain.decision import Request
from routing.proving.answers import move_json
from routing.proving.proving import NOW, answer_property
from routing.proving.reading import read_properties
from routing.proving.solver import Solver

PEOPLE = person(1, "Alice Prado") + person(2, "Bento Luz", 'chefe = "1;1"') + person(3, "Clara Dias", 'chefe = "1;1"')
LOCK = 'somente_leitura = ["PARAMETRO.VALOR", "CATEGORIA", "PARAMETRO.QUANDO", "PARAMETRO.CERTO"]'
OPEN = 'somente_leitura = ["PARAMETRO.VALOR", "PARAMETRO.QUANDO", "PARAMETRO.CERTO"]'
TYPE = (
    'codigo = 1\nnome = "Compra"\nrepasse = "manter"\n'
    'parametros = { VALOR = "Real", QUANDO = "Data", CERTO = "Logico", OBS = "String" }\n\n'
    + step(1, "Pedido", f"entrada = true\n{LOCK}")
    + step(2, "Diretoria", f'repasse = "atendente"\ndestino = "1;1"\nao_entrar = ["visto"]\n{OPEN}')
    + step(3, "Fim", f'repasse = "atendente"\ndestino = "1;3"\nao_entrar = ["confere"]\n{LOCK}')
    + edges((1, 2), (1, 3), (2, 3))
)
GUARD = "SE PARAMETROATENDIMENTO('VALOR', 'V') > 20000 E CATEGORIA <> 'visto' ENTAO ANALISAR('falta', 'a', 'Diretoria', ''); FIMSE"
BOARD = 'quando = "VALOR > 20000 E CATEGORIA = \'\'"\nsempre = { passa = "Diretoria" }\nate = "Fim"'


def answer(folder, asked, kind=TYPE, guard=GUARD, proves=True):
    for name, text in {
        "repasse.toml": "coligada = 1\n",
        "diretorio.toml": PEOPLE,
        "tipos/compra.toml": kind,
        "formulas/visto.formula": "ALTERARCAMPOATENDIMENTO('CATEGORIA=visto')",
        "formulas/confere.formula": guard,
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


def unlocked(*names):
    made = TYPE
    for name in names:
        made = made.replace(f"entrada = true\n{LOCK}", f"entrada = true\n{LOCK.replace(name, 'ASSUNTO')}")
    return made


def passes(folder, found):
    (folder / "casos").mkdir()
    (folder / "casos" / "achado.casos.toml").write_text(found.case, encoding="utf-8")
    return run(["test", str(folder / "casos")]) == 0


CASES = [
    (BOARD, unlocked("PARAMETRO.VALOR"), GUARD, "change", ["PARAMETRO.VALOR"]),
    (BOARD, unlocked("CATEGORIA"), GUARD, "change", ["CATEGORIA"]),
    ('quando = "CERTO"\nsempre = { passa = "Diretoria" }\nate = "Fim"\nacoes = ["avançar", "mudar"]', unlocked("PARAMETRO.CERTO"),
     "SE PARAMETROATENDIMENTO('CERTO') E CATEGORIA <> 'visto' ENTAO ANALISAR('n', '', '', ''); FIMSE", "change",
     ["PARAMETRO.CERTO"]),
    ('quando = "QUANDO > MTDATA(1, 1, 2026) E CATEGORIA = \'\'"\nsempre = { passa = "Diretoria" }\nate = "Fim"',
     unlocked("PARAMETRO.QUANDO"),
     "SE PARAMETROATENDIMENTO('QUANDO', 'D') > MTDATA(1, 1, 2026) E CATEGORIA <> 'visto' ENTAO ANALISAR('n', '', '', ''); FIMSE",
     "change", ["PARAMETRO.QUANDO"]),
    ('nunca = { muda = "VALOR" }', unlocked("PARAMETRO.VALOR"), GUARD, "change", ["PARAMETRO.VALOR"]),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "broken", "guard", "action", "fields"), CASES, ids=range(len(CASES)))
def test_a_lock_is_proved_and_its_want_is_found(tmp_path, asked, broken, guard, action, fields):
    wanted = asked.replace('quando = "CERTO"', "quando = \"CERTO E CATEGORIA = ''\"")
    assert answer(tmp_path / "a", wanted, guard=guard).answer == "proved"
    found = answer(tmp_path / "b", wanted, kind=broken, guard=guard)
    assert found.answer == "fails"
    (change,) = [one for one in found.moves if one.action == action]
    assert [name for name, _ in change.set] == fields
    assert move_json(change)["set"].keys() | set(move_json(change)["clear"]) == set(fields)
    assert passes(tmp_path / "b", found)
    without = answer(tmp_path / "b", f'{wanted}\nmenos = ["mudar"]', kind=broken, guard=guard)
    assert without.answer == "proved"


def test_the_moves_of_an_answer_are_made_by_plan_and_move(tmp_path, capsys):
    folder = tmp_path / "w"
    found = answer(folder, BOARD, kind=unlocked("PARAMETRO.VALOR"))
    site, ticket = routing.load_workspace(folder), found.ticket
    for move in found.moves:
        made = routing.plan(site, ticket, Request(**request_of(move_json(move))), now=NOW)
        assert made.applies
        ticket = made.after
    assert ticket.step == 3
    assert run(["prove", str(folder), "uma", "--format", "json", "--within", "60"]) == 1
    (told,) = json.loads(capsys.readouterr().out)["properties"]
    assert [one["action"] for one in told["moves"]] == [one.action for one in found.moves]
    assert {"name", "kind", "answer", "assumptions", "tried", "ticket", "moves", "case"} <= told.keys()
    assert all({"action", "to", "actor", "reason", "justification"} <= one.keys() for one in told["moves"])


def request_of(told):
    pairs = (*told.pop("set", {}).items(), *((name, None) for name in told.pop("clear", ())))
    return {**{key: value for key, value in told.items() if value is not None}, "set": pairs}


def test_a_note_that_a_step_asks_for_is_written(tmp_path):
    kind = TYPE.replace('destino = "1;1"\nao_entrar = ["visto"]', 'destino = "1;1"\nobrigatorios = ["ACAO.DISCUSSAO"]')
    assert kind != TYPE
    found = answer(tmp_path, 'nunca = { passa = "Diretoria" }', kind=kind)
    assert (found.answer, found.moves[0].action) == ("fails", "note")
    assert passes(tmp_path, found)
    assert answer(tmp_path, 'nunca = { passa = "Diretoria" }\nmenos = ["anotar"]', kind=kind).answer == "proved"


def test_who_opens_and_receives_is_not_taken_for_another(tmp_path):
    """Clara may do what Bento may, but only she opens what Clara receives."""
    asked = 'nunca = { recebe = "abertura" }\nacoes = ["avançar"]\nquando = "ABERTO_POR <> \'1;1\'"'
    found = answer(tmp_path, asked)
    assert (found.answer, found.ticket.opener) == ("fails", "1;3")


def test_changes_that_nothing_looks_at_are_not_tried(tmp_path):
    free = TYPE.replace(LOCK, "").replace(OPEN, "")
    asked = 'sempre = { passa = "Diretoria" }\nate = "Fim"\nacoes = ["avançar", "mudar"]'
    still = answer(tmp_path / "a", asked, kind=free.replace("[[fluxo]]\nde = 1\npara = 3\n\n", ""), guard="ADICIONARDISCUSSAO('a')")
    without = answer(tmp_path / "b", asked.replace(', "mudar"', ""), kind=free.replace("[[fluxo]]\nde = 1\npara = 3\n\n", ""),
                     guard="ADICIONARDISCUSSAO('a')")  # fmt: skip
    assert (still.answer, still.tried) == (without.answer, without.tried) == ("proved", still.tried)
