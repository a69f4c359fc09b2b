"""Why not X: true, useful, and every change that is proposed leads to X when it is planned."""

from __future__ import annotations

from random import Random
from time import process_time

import pytest
from kit import sites

from routing import Request
from routing.deciding.planner import plan
from routing.deciding.supposing import suppose
from routing.domain.model import Attendant, Edge, Step
from routing.explaining.targets import targets
from routing.explaining.whynot import reached, with_answer

ADVANCE = Request(action="advance", actor="1;2")
STEPS = (
    Step(code=1, name="Abertura", entry=True, formula="rota"),
    Step(code=2, name="Gestor", handoff="formula", formula="gestor"),
    Step(code=3, name="Diretoria", handoff="atendente", receiver="1;9", on_conclude="F"),
    Step(code=4, name="Fila", handoff="grupo", receiver="5"),
    Step(code=5, name="Fim", handoff="abertura"),
)
EDGES = (Edge(1, 2), Edge(1, 3), Edge(1, 4), Edge(2, 5))
ROUTE = """SE PRIORIDADE = 'Urgente' ENTAO AVANCARETAPA('Diretoria'); SENAO
SE FILIAL = 'NE' ENTAO AVANCARETAPA(4); SENAO AVANCARETAPA('Gestor'); FIMSE; FIMSE;"""
MANAGER = """DECL Q, N;
SETVAR(N, PARAMETROATENDIMENTO('VALOR', 'V'));
SE N > 1000 ENTAO SETVAR(Q, '1;1') SENAO SETVAR(Q, '1;3') FIMSE;
SE ASSUNTO = 'Teste' ENTAO SETVAR(Q, '1;4') FIMSE;
Q"""


def site(route: str = ROUTE, manager: str = MANAGER, **more):
    return sites.site({"rota": route, "gestor": manager}, steps=STEPS, edges=EDGES, **more)


def ticket(**changes):
    given = {
        "step": 1,
        "priority": "Normal",
        "subject": "Compra",
        "parameters": {"VALOR": 1500},
        "fields": {"FILIAL": "MG"},
        **changes,
    }
    return sites.ticket(**given)


def asked(text: str, where=None, of=None, request: Request = ADVANCE):
    where, of = where or site(), of or ticket()
    made = plan(where, of, request, sites.NOW)
    return with_answer(where, made, text).why_not, where, of


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Beatriz", "é quem recebe: Beatriz (1;1)"),
        ("1;1", "é quem recebe: Beatriz (1;1)"),
        ("gestor", "é para onde vai: etapa Gestor"),
        ("2", "é para onde vai: etapa Gestor"),
        ("beatriz@exemplo.com.br", "é quem recebe: Beatriz (1;1)"),
        ("Em andamento", "é como fica: status 'Em andamento'"),
        ("Zuleide", "'Zuleide' não existe: nem pessoa, nem grupo, nem etapa, nem status, nem endereço"),
        ("1;77", "'1;77' não existe"),
        ("Beatris", "você quis dizer 'Beatriz'?"),
        ("", "diga quem ou o quê"),
        ("ana", "N > 1000 precisava ser FALSO; foi VERDADE (N = 1500); com PARAMETRO.VALOR = 1000 iria para Ana (1;3)"),
        ("carlos", "a fórmula gestor não dá Carlos (1;2) em nenhum caminho; dá: '1;1', '1;3', '1;4'"),
        (
            "Diretoria",
            "PRIORIDADE = 'Urgente' precisava ser VERDADE; foi FALSO (PRIORIDADE = 'Normal'); com PRIORIDADE = 'Urgente'",
        ),
        ("Fila", "FILIAL = 'NE' precisava ser VERDADE; foi FALSO (FILIAL = 'MG'); com FILIAL = 'NE' iria para etapa Fila"),
        ("4", "com FILIAL = 'NE' iria para etapa Fila"),
        ("grupo 5", "grupo Suporte (1;5) recebe na etapa Fila, e o atendimento não vai para ela; com FILIAL = 'NE'"),
        ("Helena", "Helena (1;9) recebe na etapa Diretoria, e o atendimento não vai para ela; com PRIORIDADE = 'Urgente'"),
        ("Fim", "da etapa 1 'Abertura' o fluxo não vai para a etapa Fim"),
        ("Gustavo", "Gustavo (1;7) está inativo no diretório"),
        ("Davi", "Davi (1;4) está ausente de 20/11/2026 a 01/12/2026; o substituto é Ana (1;3)"),
        ("F", "a ação 'avançar etapa' deixa o atendimento em 'Em andamento'"),
        ("ninguem@exemplo.com.br", "os e-mails deste movimento vão para beatriz@exemplo.com.br"),
    ],
)
def test_the_answer_is_the_first_link_of_the_way(text: str, answer: str) -> None:
    found, _, _ = asked(text)
    assert answer in str(found.answer)


def test_below_the_answer_stand_the_data_it_rests_on() -> None:
    found, _, _ = asked("ana")
    assert [str(link.text) for link in found.because] == ["N recebeu 1500 de PARAMETROATENDIMENTO('VALOR', 'V')"]


def test_an_absent_receiver_that_the_formula_named() -> None:
    found, _, _ = asked("Davi", site(manager="'1;4'"))
    assert "Davi (1;4) está ausente" in str(found.answer)


def test_a_value_from_data_is_said_to_come_from_there() -> None:
    found, _, _ = asked("Ana", site(manager="ATENDENTEDOGRUPO(5, 'RODIZIO')"))
    assert "o valor vem de ATENDENTEDOGRUPO(5, 'RODIZIO'), que deu '1;2'" in str(found.answer)


def test_a_refused_move_says_what_refuses_it() -> None:
    found, _, _ = asked("Ana", of=ticket(voicemail=2))
    assert str(found.answer).startswith("o movimento não acontece: ")


def test_a_fault_in_the_way() -> None:
    found, _, _ = asked("Ana", site(manager="1 / 0"))
    assert str(found.answer).startswith("o movimento não acontece: ")


def test_analisar_in_the_way() -> None:
    found, _, _ = asked("Ana", site(manager="ANALISAR('aqui', 7)"))
    assert str(found.answer) == "o movimento não acontece: a fórmula parou em ANALISAR: aqui 7"


def test_a_run_at_its_limits_in_the_way() -> None:
    found, _, _ = asked("Ana", site(manager="DECL N; REPITA SETVAR(N, N + 1) ATE N < 0; '1;3'"))
    assert str(found.answer).startswith("o movimento não acontece: a fórmula gestor falhou na linha 1")
    assert found.change is None


@pytest.mark.parametrize("text", ["Ana, Beatriz", "Ana e Beatriz", "Ana, Beatriz, Gestor", "1;3 ou 1;1"])
def test_several_at_once_are_asked_about_one_by_one(text: str) -> None:
    found, _, _ = asked(text)
    assert str(found.answer).startswith("pergunte por um de cada vez: ")


def test_somebody_is_found_by_any_part_of_the_name_that_is_no_one_else_s() -> None:
    people = sites.people(
        (*sites.PEOPLE, Attendant(coligada=1, code=20, name="Ana Bela Torres"), Attendant(coligada=1, code=21, name="Rui Torres"))
    )
    assert str(asked("Bela", site(people=people))[0].answer).startswith("a fórmula gestor não dá Ana Bela Torres")
    assert "pode ser mais de um: Ana Bela Torres (1;20) · Rui Torres (1;21)" in str(asked("Torres", site(people=people))[0].answer)


def test_a_step_that_comes_through_a_variable() -> None:
    route = "DECL X; SETVAR(X, 'Gestor'); SE FILIAL = 'NE' ENTAO SETVAR(X, 'Fila') FIMSE; AVANCARETAPA(X)"
    found, _, _ = asked("Fila", site(route=route))
    assert "FILIAL = 'NE' precisava ser VERDADE; foi FALSO (FILIAL = 'MG'); com FILIAL = 'NE' iria para etapa Fila" in str(
        found.answer
    )


def test_a_step_that_a_formula_computes_is_not_said_to_be_impossible() -> None:
    found, _, _ = asked("Fila", site(route="AVANCARETAPA(PARAMETROATENDIMENTO('VALOR', 'V') - 1498)"))
    assert "não pede" not in str(found.answer)


def test_a_value_that_replaced_another_says_by_what_test() -> None:
    manager = "DECL Q; SETVAR(Q, '1;3'); SE PRIORIDADE = 'Normal' ENTAO SETVAR(Q, '1;1') FIMSE; Q"
    found, _, _ = asked("Ana", site(manager=manager))
    assert "pôs '1;1' no lugar" in str(found.answer)
    assert [str(link.text) for link in found.because] == ["PRIORIDADE = 'Normal' foi VERDADE (PRIORIDADE = 'Normal')"]


def test_a_member_of_the_group_in_whose_queue_it_stays() -> None:
    found, _, _ = asked("Ana", of=ticket(fields={"FILIAL": "NE"}))
    assert "fica na fila de grupo Suporte (1;5), de que Ana (1;3) faz parte" in str(found.answer)


@pytest.mark.parametrize("text", ["Ana" * 40_000, "a, " * 40_000, "' e " * 40_000, "\u0301" * 100_000])
def test_a_long_text_is_answered_shortly_and_soon(text: str) -> None:
    where, of = site(), ticket()
    made = plan(where, of, ADVANCE, sites.NOW)
    start = process_time()
    found = with_answer(where, made, text).why_not
    assert process_time() - start < 0.25
    assert len(str(found.answer)) < 400


def test_a_formula_of_a_thousand_lines_is_answered() -> None:
    long = "DECL Q;\n" + "\n".join(f"SE PARAMETROATENDIMENTO('VALOR','V') = {n} ENTAO SETVAR(Q, '1;3') FIMSE;" for n in range(400))
    found, _, _ = asked("Ana", site(manager=long + "\nSE Q = '' ENTAO '1;1' SENAO Q FIMSE"))
    assert "precisava ser VERDADE" in str(found.answer)


def test_the_json_has_the_contract_s_keys() -> None:
    where, of = site(), ticket()
    made = with_answer(where, plan(where, of, ADVANCE, sites.NOW), "Ana")
    said = made.as_json()["why_not"]
    assert {"asked", "answer", "where", "change"} <= set(said)
    assert said["change"] == {"set": {"PARAMETRO.VALOR": 1000}}
    assert made.as_json("en")["why_not"]["answer"].endswith("with PARAMETRO.VALOR = 1000 it would go to Ana (1;3)")


def condition(random: Random) -> str:
    limit, sign = random.choice([0, 5, 100, 1000, 20_000]), random.choice(["<", "<=", ">", ">=", "=", "<>"])
    return random.choice(
        [
            f"N {sign} {limit}",
            f"PARAMETROATENDIMENTO('VALOR', 'V') {sign} {limit}",
            f"FILIAL = '{random.choice(['NE', 'SP', 'MG'])}'",
            f"PRIORIDADE = '{random.choice(['Alta', 'Urgente'])}'",
            f"ASSUNTO = 'Teste' {random.choice(['E', 'OU'])} N {sign} {limit}",
        ]
    )


def generated(random: Random) -> str:
    """A formula of branches that give one of several people."""
    people = ["'1;1'", "'1;3'", "'1;9'", "'1;8'", "'5'"]

    def branch(depth: int) -> str:
        if depth == 0 or random.random() < 0.3:
            return f"SETVAR(Q, {random.choice(people)});"
        return f"SE {condition(random)} ENTAO {branch(depth - 1)} SENAO {branch(depth - 1)} FIMSE;"

    return f"DECL Q, N; SETVAR(N, PARAMETROATENDIMENTO('VALOR', 'V')); {branch(3)} Q"


def proposals(seeds: range) -> tuple[int, int]:
    """How often a generated question was asked, and how often a change was proposed; each is planned."""
    questions = proposed = 0
    for seed in seeds:
        random = Random(seed)
        where = site(manager=generated(random))
        of = ticket(parameters={"VALOR": random.choice([0, 3, 500, 1500, 50_000])}, fields={"FILIAL": random.choice(["MG", "NE"])})
        text = random.choice(["Ana", "Beatriz", "Helena", "Hugo", "grupo 5", "Diretoria", "Fila", "Gestor"])
        made = plan(where, of, ADVANCE, sites.NOW)
        answer = with_answer(where, made, text).why_not
        questions += 1
        if answer.change is not None:
            proposed += 1
            again = plan(where, suppose(where, of, answer.change), ADVANCE, sites.NOW)
            assert any(reached(again, one) for one in targets(where, of.type, of.coligada, text)), (seed, text, answer)
        if "não dá" in str(answer.answer):
            assert answer.change is None
    return questions, proposed


def test_every_proposed_change_leads_there_when_planned() -> None:
    questions, proposed = proposals(range(25))
    assert proposed >= questions // 4


@pytest.mark.slow
def test_every_proposed_change_leads_there_when_planned_at_length() -> None:
    questions, proposed = proposals(range(5_000))
    assert questions == 5_000
    assert proposed >= questions // 4
