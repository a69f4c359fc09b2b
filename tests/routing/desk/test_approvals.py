"""Approvals through the desk: voices are rows, `plan` and `show` say who spoke and who is missing, a new round begins anew."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from kit import sites
from kit.approving import folder_of
from kit.stores import database  # noqa: F401 - a fixture

from repl.showing.plans import plan_lines
from routing import Request, open_desk
from routing.checking import check_workspace
from routing.desk.presence import Said
from routing.failures import Conflict, NotAllowed
from routing.reports.ticket_lines import TicketPage


def desk_of(tmp_path, **given):
    desk = open_desk(folder_of(tmp_path, **given))
    assert desk.move("1;1;7", Request(action="avançar", actor="1;1"), sites.NOW).status == "moved"
    return desk


def say(desk, action, actor):
    made = desk.move("1;1;7", Request(action=action, actor=actor, justification="lido"), sites.NOW)
    return made.status if made.reason is None else made.reason.code, made.after.step, made.after.status


def test_the_last_voice_advances_and_each_counts_once(tmp_path):
    desk = desk_of(tmp_path)
    assert say(desk, "aprovar", "1;3") == ("moved", 2, "A")
    shown = desk.show("1;1;7")
    assert [(one["by"], one["voice"], one["justification"]) for one in shown["approvals"]] == [("1;3", "approve", "lido")]
    assert shown["missing"] == ["1;2", "5"]
    assert say(desk, "approve", "1;3")[0] == "ja-se-pronunciou"
    assert say(desk, "advance", "1;1")[0] == "exige-aprovacao"
    assert say(desk, "approve", "1;1")[0] == "nao-aprova"
    assert say(desk, "approve", "1;4") == ("moved", 2, "A")
    assert say(desk, "approve", "1;2") == ("moved", 3, "A")


def test_without_veto_it_is_rejected_when_the_rule_can_no_longer_be_met(tmp_path):
    desk = desk_of(tmp_path, rule='"2"')
    assert say(desk, "reject", "1;2") == ("moved", 2, "A")
    assert say(desk, "reject", "1;4") == ("moved", 2, "C")


def test_with_veto_the_first_rejection_decides_and_a_new_round_begins_anew(tmp_path):
    desk = desk_of(tmp_path, veto="true", back='"Abertura"')
    assert say(desk, "approve", "1;2") == ("moved", 2, "A")
    assert say(desk, "rejeitar", "1;3") == ("moved", 1, "A")
    made = desk.move("1;1;7", Request(action="advance", actor="1;1"), sites.NOW).as_json()
    assert (made["approvals"], made["missing"]) == ([], ["1;2", "1;3", "5"])
    assert say(desk, "approve", "1;2") == ("moved", 2, "A")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"by": '"1;99"'}, "atendente-desconhecido"),
        ({"by": '"9"'}, "grupo-desconhecido"),
        ({"by": '"x"'}, "valor-invalido"),
        ({"by": ""}, "chave-ausente"),
        ({"rule": '"4"'}, "valor-invalido"),
        ({"back": '"Longe"'}, "valor-invalido"),
    ],
)
def test_check_refuses_approvers_who_are_nobody(tmp_path, given, code):
    found = check_workspace(folder_of(tmp_path, **given))
    assert (code, "error") in {(one.code, one.severity) for _, faults in found for one in faults}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"by": ""}, "chave-ausente"),
        ({"by": "", "rule": '"2"'}, "chave-ausente"),
        ({"by": '"1;99", "1;2"', "rule": '"2"'}, "atendente-desconhecido"),
        ({"by": '"9", "1;2"', "rule": '"2"'}, "grupo-desconhecido"),
        ({"by": '"1;3", "6"', "rule": '"2"'}, "aprovadores-insuficientes"),
    ],
)
def test_one_slip_in_an_approval_is_one_error(tmp_path, given, code):
    folder = folder_of(tmp_path, **given)
    people = folder / "diretorio.toml"
    people.write_text(people.read_text("utf-8") + '[[grupo]]\ncoligada = 1\ncodigo = 6\nnome = "Um"\nmembros = ["1;3"]\n', "utf-8")
    found = check_workspace(folder)
    assert [one.code for _, faults in found for one in faults if one.severity == "error"] == [code]


def test_a_duration_that_is_none_is_one_error(tmp_path):
    folder = folder_of(tmp_path)
    kind = folder / "tipos/compra.toml"
    text = kind.read_text("utf-8").replace(
        'nome = "Comitê"\n', 'nome = "Comitê"\nduracao = 0\nlembrete = 2\nao_vencer = ["alcada"]\n'
    )
    kind.write_text(text, "utf-8")
    (folder / "formulas/alcada.formula").write_text("''", "utf-8")
    found = check_workspace(folder)
    assert [one.code for _, faults in found for one in faults if one.severity != "lint"] == ["valor-invalido"]


def test_pages_for_people_say_who_has_spoken_and_who_is_missing(tmp_path):
    with desk_of(tmp_path) as desk:
        say(desk, "approve", "1;2")
        page = [str(line) for line in TicketPage(desk.show("1;1;7"), desk.site).lines()]
        place = page.index("Aprovação")
        wanted = ["Lia (1;2) aprovou, 24/11/2026 10:00: lido", "falta: Nilo (1;3), grupo Fiscal (1;5)"]
        assert [line.strip() for line in page[place + 1 : place + 3]] == wanted
        made = desk.plan("1;1;7", Request(action="approve", actor="1;4"), sites.NOW)
        lines = [str(line).strip() for line in plan_lines(made, desk.site)]
        assert lines[lines.index("Aprovação") + 2 : lines.index("Aprovação") + 4] == [
            "Otto (1;4) aprovou, 24/11/2026 10:00", "falta: Nilo (1;3)",
        ]  # fmt: skip


def test_what_must_be_approved_is_not_concluded_instead(tmp_path):
    with desk_of(tmp_path) as desk:
        assert say(desk, "conclude", "1;1") == ("exige-aprovacao", 2, "A")
        assert say(desk, "cancel", "1;1")[0] != "exige-aprovacao"


def test_for_somebody_absent_whose_substitute_opened_the_ticket_the_chief_speaks(tmp_path):
    folder = folder_of(tmp_path, by='"1;3"')
    kind = folder / "tipos/compra.toml"
    kind.write_text(kind.read_text("utf-8").replace("aprovacao = {", "aprovacao_propria = false\naprovacao = {"), "utf-8")
    people = folder / "diretorio.toml"
    away = 'ausente = { de = 2026-11-20, ate = 2026-12-01, substituto = "1;1" }\n'
    text = people.read_text("utf-8").replace('nome = "Rui"\n', 'nome = "Rui"\nchefe = "1;2"\n')
    people.write_text(text.replace('nome = "Nilo"\n', f'nome = "Nilo"\n{away}'), "utf-8")
    with open_desk(folder) as desk:
        entered = desk.move("1;1;7", Request(action="advance", actor="1;1"), sites.NOW)
        why = "o chefe mais próximo, porque Rui (1;1) abriu o atendimento"
        assert f"no lugar de Nilo (1;3), pode aprovar Lia (1;2), {why}" in " / ".join(
            str(line.text) for line in entered.explanation
        )
        assert say(desk, "approve", "1;1")[0] == "aprovacao-propria"
        assert say(desk, "approve", "1;4")[0] == "nao-aprova"
        assert say(desk, "approve", "1;2") == ("moved", 3, "A")


@pytest.mark.parametrize("round_", range(3))
def test_two_voices_at_once_each_count_once(database, tmp_path, round_):
    folder = folder_of(tmp_path, by='"1;2", "1;3", "1;4"', rule='"todos"')
    settings = folder / "repasse.toml"
    settings.write_text(f'banco = "{database}"\n' + settings.read_text("utf-8"), "utf-8")
    with open_desk(folder) as desk, ThreadPoolExecutor(9) as pool:
        assert desk.move("1;1;7", Request(action="avançar", actor="1;1"), sites.NOW).status == "moved"
        told = sorted(pool.map(lambda actor: say(desk, "approve", actor)[0], ["1;2", "1;3", "1;4"] * 3))
        shown = desk.show("1;1;7")
        assert told.count("moved") == 3
        assert set(told) <= {"moved", "ja-se-pronunciou", "sem-aprovacao"}
        assert [(one["from"], one["to"]) for one in shown["steps"]] == [(1, 2), (2, 3)]
        assert (shown["ticket"]["step"], shown["ticket"]["version"]) == (3, 5)


def test_in_a_last_step_the_ticket_is_concluded_when_it_is_approved_and_not_before(tmp_path):
    folder = folder_of(tmp_path, by='"1;2", "1;3"')
    kind = folder / "tipos/compra.toml"
    kind.write_text(kind.read_text("utf-8").replace("[[fluxo]]\nde = 2\npara = 3\n", ""), "utf-8")
    with open_desk(folder) as desk:
        assert desk.move("1;1;7", Request(action="advance", actor="1;1"), sites.NOW).status == "moved"
        assert say(desk, "approve", "1;2") == ("moved", 2, "A")
        assert say(desk, "conclude", "1;1") == ("exige-aprovacao", 2, "A")
        assert say(desk, "approve", "1;3") == ("moved", 2, "A")
        assert say(desk, "conclude", "1;1") == ("moved", 2, "R")


def test_whoever_takes_a_rejected_ticket_up_again_asks_everybody_again(tmp_path):
    folder = folder_of(tmp_path, by='"1;2", "1;3"', veto="true")
    people = folder / "diretorio.toml"
    people.write_text(people.read_text("utf-8").replace('nome = "Otto"\n', 'nome = "Otto"\ndireitos = ["reabrir"]\n'), "utf-8")
    with open_desk(folder) as desk:
        assert desk.move("1;1;7", Request(action="advance", actor="1;1"), sites.NOW).status == "moved"
        assert say(desk, "approve", "1;3") == ("moved", 2, "A")
        assert say(desk, "reject", "1;2") == ("moved", 2, "C")
        assert say(desk, "resume", "1;4") == ("moved", 2, "A")
        shown = desk.show("1;1;7")
        assert (shown["approvals"], shown["missing"]) == ([], ["1;2", "1;3"])
        assert say(desk, "approve", "1;2") == ("moved", 2, "A")
        assert say(desk, "approve", "1;3") == ("moved", 3, "A")


def test_the_page_says_what_changed_since_somebody_approved(tmp_path):
    with desk_of(tmp_path) as desk:
        say(desk, "approve", "1;2")
        page = [str(line).strip() for line in TicketPage(desk.show("1;1;7"), desk.site).lines()]
        assert not [line for line in page if "mudou" in line]
        change = Request(action="change", actor="1;1", set=(("PRIORIDADE", "Alta"), ("ASSUNTO", "Duas prensas")))
        assert desk.move("1;1;7", change, sites.NOW).status == "moved"
        page = [str(line).strip() for line in TicketPage(desk.show("1;1;7"), desk.site).lines()]
        place = page.index("desde que Lia (1;2) aprovou, mudou: PRIORIDADE, ASSUNTO")
        assert page[place - 1].startswith("falta:")


def test_a_key_used_again_is_the_same_voice_and_none_of_anybody_else(tmp_path):
    with desk_of(tmp_path) as desk:
        first = desk.move("1;1;7", Request(action="approve", actor="1;2", key="k"), sites.NOW)
        again = desk.move("1;1;7", Request(action="approve", actor="1;2", key="k"), sites.NOW)
        assert (first.status, again.decision) == ("moved", first.decision)
        with pytest.raises(Conflict):
            desk.move("1;1;7", Request(action="approve", actor="1;3", key="k"), sites.NOW)
        assert [one["by"] for one in desk.show("1;1;7")["approvals"]] == ["1;2"]


def codes(folder):
    return [one.code for _, faults in check_workspace(folder) for one in faults if one.severity == "error"]


def test_check_tells_of_an_approval_whose_people_are_all_gone(tmp_path):
    folder = folder_of(tmp_path, by='"1;2", "5"', rule='"qualquer"')
    people = folder / "diretorio.toml"
    persons, head, groups = people.read_text("utf-8").partition("[[grupo]]")
    people.write_text(persons.replace("codigo", "ativo = false\ncodigo") + head + groups, "utf-8")
    assert "aprovadores-insuficientes" in codes(folder)


def test_check_counts_two_attendants_with_one_login_once(tmp_path):
    folder = folder_of(tmp_path, by='"1;2", "1;3"')
    people = folder / "diretorio.toml"
    text = people.read_text("utf-8").replace('nome = "Lia"\n', 'nome = "Lia"\nusuario = "lia"\n')
    people.write_text(text, "utf-8")
    assert codes(folder) == []
    people.write_text(text.replace('nome = "Nilo"\n', 'nome = "Nilo"\nusuario = "LIA"\n'), "utf-8")
    assert "aprovadores-insuficientes" in codes(folder)


@pytest.mark.parametrize(
    ("status", "found"), [("G", []), ("R", ["aprovadores-insuficientes"]), ("C", ["aprovadores-insuficientes"])]
)
def test_check_tells_of_a_step_that_begins_where_nobody_approves(tmp_path, status, found):
    folder = folder_of(tmp_path)
    kind = folder / "tipos/compra.toml"
    kind.write_text(
        kind.read_text("utf-8").replace('nome = "Comitê"\n', f'nome = "Comitê"\nstatus_ao_entrar = "{status}"\n'), "utf-8"
    )
    assert codes(folder) == found


def delegates(desk, approver, to, actor=""):
    day = sites.NOW.date()
    desk.say_presence(Said(attendant=approver, start=day, end=day, substitute=to, actor=actor), sites.NOW)


def test_a_voice_that_was_delegated_counts_once_and_goes_back_with_a_word(tmp_path):
    with desk_of(tmp_path, by='"1;2", "1;3"') as desk:
        assert say(desk, "approve", "1;4")[0] == "nao-aprova"
        with pytest.raises(NotAllowed):
            delegates(desk, "1;2", "1;4", actor="1;4")
        delegates(desk, "1;2", "1;4")
        assert say(desk, "approve", "1;4") == ("moved", 2, "A")
        assert say(desk, "approve", "1;2")[0] == "ja-se-pronunciou"
        delegates(desk, "1;3", "1;4")
        assert say(desk, "approve", "1;4")[0] == "ja-se-pronunciou"
        desk.say_presence(Said(attendant="1;3", back=True), sites.NOW)
        assert say(desk, "approve", "1;3") == ("moved", 3, "A")


def test_who_opened_the_ticket_gets_no_voice_by_delegation(tmp_path):
    folder = folder_of(tmp_path, by='"1;3"')
    kind = folder / "tipos/compra.toml"
    kind.write_text(kind.read_text("utf-8").replace("aprovacao = {", "aprovacao_propria = false\naprovacao = {"), "utf-8")
    people = folder / "diretorio.toml"
    people.write_text(people.read_text("utf-8").replace('nome = "Rui"\n', 'nome = "Rui"\nchefe = "1;2"\n'), "utf-8")
    with open_desk(folder) as desk:
        assert desk.move("1;1;7", Request(action="advance", actor="1;1"), sites.NOW).status == "moved"
        delegates(desk, "1;3", "1;1")
        assert say(desk, "approve", "1;1")[0] == "aprovacao-propria"
        assert say(desk, "approve", "1;2") == ("moved", 3, "A")


def test_who_leaves_between_two_voices_leaves_the_own_behind(tmp_path):
    folder = folder_of(tmp_path, by='"1;2", "1;3", "1;4"', rule='"2"')
    with open_desk(folder) as desk:
        assert desk.move("1;1;7", Request(action="advance", actor="1;1"), sites.NOW).status == "moved"
        assert say(desk, "approve", "1;2") == ("moved", 2, "A")
    people = folder / "diretorio.toml"
    people.write_text(people.read_text("utf-8").replace('nome = "Lia"', 'ativo = false\nnome = "Lia"'), "utf-8")
    with open_desk(folder) as desk:
        gone = desk.move("1;1;7", Request(action="approve", actor="1;2"), sites.NOW)
        assert gone.reason.code == "atendente-inativo"
        assert say(desk, "approve", "1;4") == ("moved", 3, "A")
