"""Chiefs, sections, the hierarchy and groups: vacant places, several occupants, other coligadas, rings, the root."""

from __future__ import annotations

import pytest

import formula
from formula.outcome import Outcome
from routing.workspace.contexts import read_context

PEOPLE = "".join(
    f"""[[diretorio.atendente]]
coligada = {coligada}
codigo = {code}
nome = "Pessoa {coligada}.{code}"
email = "p{coligada}{code}@exemplo.com.br"
{more}
"""
    for coligada, code, more in [
        (1, 1, 'secao = "01"'),
        (1, 2, 'secao = "01.01"\nusuario = "chefe"'),
        (1, 3, 'secao = "01.01.01"\nusuario = "ana"'),
        (1, 4, "ativo = false"),
        (1, 5, 'usuario = "semsecao"'),
        (2, 1, 'secao = "M"'),
    ]
)


def node(key: str, parent: str = "", occupants: tuple[str, ...] = ()) -> str:
    """A node in the directory's language."""
    coligada, code = key.split(";")
    above = f'superior = "{parent}"\n' if parent else ""
    people = ", ".join(f'"{one}"' for one in occupants)
    return f"[[diretorio.hierarquia]]\ncoligada = {coligada}\ncodigo = {code}\n{above}ocupantes = [{people}]\n"


def section(code: str, parent: str = "", chief: str = "", role: str = "", coligada: int = 1) -> str:
    """A section in the directory's language."""
    more = "".join(f'{key} = "{value}"\n' for key, value in [("pai", parent), ("chefe", chief), ("funcao", role)] if value)
    return f'[[diretorio.secao]]\ncoligada = {coligada}\ncodigo = "{code}"\n{more}'


TREE = (
    node("1;10", "1;11", ("1;3",))
    + node("1;11", "1;12")
    + node("1;12", "2;20", ("1;4", "1;2", "1;1"))
    + node("2;20", "", ("2;1",))
    + section("01", "", "1;1", "DIR")
    + section("01.01", "01", "1;2", "GER")
    + section("01.01.01", "01.01", "1;4", "SUP")
)
RING = node("1;1", "1;2") + node("1;2", "1;3") + node("1;3", "1;1")


def run(text: str, user: str = "ana", tree: str = TREE, coligada: int = 1) -> Outcome:
    context = read_context(f'coligada = {coligada}\nusuario = "{user}"\n{PEOPLE}{tree}').context
    return formula.compile(text).run(context)


def code(outcome: Outcome) -> str:
    """The code of the one fault."""
    (fault,) = outcome.diagnostics
    return fault.code


def test_climbing_crosses_into_another_coligada() -> None:
    assert run("RETORNAPROXIMAHIERARQUIARH(3, '1;10')").value == "2;20"


def test_a_vacant_node_is_a_step_of_the_climb() -> None:
    assert run("RETORNAPROXIMAHIERARQUIARH(1, '1;10')").value == "1;11"


def test_a_vacant_node_is_passed_over_for_a_person() -> None:
    assert run("RETORNAPROXIMOATENDENTEHIERARQUIARH(1, '1;10')").value == "1;2"


def test_of_several_occupants_the_first_active_one_counts() -> None:
    assert run("RETORNAPROXIMOATENDENTEHIERARQUIARH(2, '1;10')").value == "1;2"


def test_the_person_may_be_of_another_coligada() -> None:
    assert run("RETORNAPROXIMOATENDENTEHIERARQUIARH(3, '1;10')").value == "2;1"


def test_a_place_past_the_root_is_empty() -> None:
    assert run("RETORNAPROXIMAHIERARQUIARH(4, '1;10')").value == ""


def test_a_person_past_the_root_is_a_fault_that_counts() -> None:
    (fault,) = run("RETORNAPROXIMOATENDENTEHIERARQUIARH(9, '1;10')").diagnostics
    assert fault.code == "diretorio-topo"
    assert fault.message == "pediram-se 9 níveis com ocupante acima de 1;10, e só há 3"


def test_a_loop_can_climb_to_the_root() -> None:
    text = """
        DECL NO, ACIMA, PASSOS;
        SETVAR(NO, '1;10'); SETVAR(PASSOS, 0);
        SETVAR(ACIMA, RETORNAPROXIMAHIERARQUIARH(1, NO));
        ENQUANTO ACIMA <> '' FACA
          SETVAR(NO, ACIMA); SETVAR(PASSOS, PASSOS + 1);
          SETVAR(ACIMA, RETORNAPROXIMAHIERARQUIARH(1, NO));
        FIMENQ;
        CONCAT(NO, ' ', PASSOS)
    """
    assert run(text).value == "2;20 3"


@pytest.mark.parametrize("call", ["RETORNAPROXIMAHIERARQUIARH(9, '1;1')", "RETORNAPROXIMOATENDENTEHIERARQUIARH(0, '1;1')"])
def test_a_ring_is_shown(call: str) -> None:
    (fault,) = run(call, tree=RING).diagnostics
    assert fault.code == "diretorio-anel"
    assert fault.message == "referência circular na hierarquia: 1;1 → 1;2 → 1;3 → 1;1"


@pytest.mark.parametrize("pair", ["1", "1;2;3", ";1", "1;x", "-1;2", ""])
def test_a_pair_of_the_wrong_form_is_a_fault(pair: str) -> None:
    assert code(run(f"RETORNAPROXIMAHIERARQUIARH(1, CONCAT('{pair}', ''))")) == "par-mal-formado"


def test_chiefs_are_counted_from_who_opened_the_ticket() -> None:
    assert on_ticket("").value == "1;1"


def test_a_site_says_whose_chiefs_are_meant() -> None:
    assert on_ticket('chefia_a_partir = "usuario"').value == "1;2"
    assert on_ticket('chefia_a_partir = "atendimento"').value == "1;3"


def test_who_opened_needs_a_section() -> None:
    (fault,) = on_ticket("", opener="1;5").diagnostics
    assert fault.message == "1;5, que abriu o atendimento, não tem seção no diretório"


def test_a_ticket_in_a_queue_has_nobody_to_count_from() -> None:
    (fault,) = on_ticket('chefia_a_partir = "atendimento"', holder="").diagnostics
    assert fault.message == "o atendimento está numa fila; não há atendente de quem contar os chefes"


def test_somebody_without_a_login_is_found_by_key() -> None:
    assert run("RETPROXIMOCHEFESECAOLABORE(1)", user="1;3").value == "1;2"


def on_ticket(setting: str, opener: str = "1;2", holder: str = "2;1") -> Outcome:
    """The first chief, asked by Ana on a ticket that another person opened."""
    fields = f'[campos]\nABERTO_POR = "{opener}"\nATENDENTE = "{holder}"\n'
    tree = section("01", "", "1;1", "DIR") + section("01.01", "01", "1;2") + section("01.01.01", "01.01")
    tree += section("M", "1;01.01.01", "1;3", coligada=2)
    text = f'usuario = "ana"\n{setting}\n{fields}{PEOPLE}{tree}'
    return formula.compile("RETPROXIMOCHEFESECAOLABORE(1)").run(read_context(text).context)


def test_a_negative_level_is_a_fault() -> None:
    assert code(run("RETORNAPROXIMAHIERARQUIARH(-1, '1;10')")) == "argumento-invalido"


def test_the_next_chief_skips_an_inactive_one() -> None:
    assert run("RETPROXIMOCHEFESECAOLABORE(1)").value == "1;2"


def test_the_second_chief_is_the_next_one_up() -> None:
    assert run("RETPROXIMOCHEFESECAOLABORE(2)").value == "1;1"


def test_nobody_is_their_own_next_chief() -> None:
    assert run("RETPROXIMOCHEFESECAOLABORE(1)", user="chefe").value == "1;1"


def test_past_the_last_chief_the_fault_counts() -> None:
    (fault,) = run("RETPROXIMOCHEFESECAOLABORE(3)").diagnostics
    assert fault.message == "pediram-se 3 chefes acima de 1;3, e só há 2"


@pytest.mark.parametrize("user", ["semsecao", "ninguem"])
def test_a_user_without_a_section_is_named(user: str) -> None:
    (fault,) = run("RETPROXIMOCHEFESECAOLABORE(1)", user=user).diagnostics
    assert (fault.code, user in fault.message) == ("diretorio-desconhecido", True)


def test_a_role_is_sought_from_the_section_itself_upward() -> None:
    assert run("RETORNAPROXIMOCHEFESECAOLABORE('01.01', 'GER')").value == "1;2"
    assert run("RETORNAPROXIMOCHEFESECAOLABORE('01.01.01', 'dir')").value == "1;1"


def test_a_role_whose_chief_is_inactive_is_not_found() -> None:
    assert code(run("RETORNAPROXIMOCHEFESECAOLABORE('01.01.01', 'SUP')")) == "diretorio-topo"


def test_a_section_ring_is_shown() -> None:
    tree = section("A", "B") + section("B", "A")
    assert code(run("SECAOPAI(1, 'A', 5)", tree=tree)) == "diretorio-anel"


def test_sections_of_another_coligada_are_reached_by_its_number() -> None:
    tree = section("M", "N", coligada=2) + section("N", coligada=2)
    assert run("SECAOPAI(2, 'M', 1)", tree=tree).value == "N"


def test_turns_start_with_the_first_member() -> None:
    group = '[[diretorio.grupo]]\ncoligada = 1\ncodigo = 5\nnome = "Apoio"\nmembros = ["1;4", "1;3", "1;2"]\n'
    assert run("ATENDENTEDOGRUPO(5, 'rodizio')", tree=group).value == "1;3"


def test_a_group_without_active_members_is_a_fault() -> None:
    group = '[[diretorio.grupo]]\ncoligada = 1\ncodigo = 5\nnome = "Apoio"\nmembros = ["1;4"]\n'
    assert code(run("ATENDENTEDOGRUPO(5, 'RODIZIO')", tree=group)) == "diretorio-vago"


def test_the_group_is_of_the_context_s_coligada() -> None:
    group = '[[diretorio.grupo]]\ncoligada = 2\ncodigo = 5\nnome = "Apoio"\nmembros = ["2;1"]\n'
    assert run("ATENDENTEDOGRUPO(5, 'RODIZIO')", tree=group, coligada=2).value == "2;1"
