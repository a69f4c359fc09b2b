"""Approvals through the desk: voices are rows, `plan` and `show` say who spoke and who is missing, a new round begins anew."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from kit import sites
from kit.stores import database  # noqa: F401 - a fixture
from kit.workspaces import make_workspace

from repl.showing.plans import plan_lines
from routing import Request, open_desk
from routing.checking import check_workspace
from routing.reports.ticket_lines import TicketPage

TYPE = """codigo = 10
nome = "Compra"
repasse = "manter"
[[etapa]]
codigo = 1
nome = "Abertura"
entrada = true
[[etapa]]
codigo = 2
nome = "Comitê"
aprovacao = {{ por = [{by}], regra = {rule}, veto = {veto}, ao_rejeitar = {back} }}
[[etapa]]
codigo = 3
nome = "Fim"
[[fluxo]]
de = 1
para = 2
[[fluxo]]
de = 2
para = 3
"""
PEOPLE = "\n".join(
    f'[[atendente]]\ncoligada = 1\ncodigo = {code}\nnome = "{name}"\n'
    for code, name in enumerate(("Rui", "Lia", "Nilo", "Otto"), 1)
)
TICKET = '[[atendimento]]\ncoligada = 1\nlocalidade = 1\ncodigo = 7\ntipo = 10\netapa = 1\nstatus = "A"\nassunto = "Prensa"\naberto_por = "1;1"\natendente = "1;1"\n'


def folder_of(tmp_path, by='"1;2", "1;3", "5"', rule='"todos"', veto="false", back='"C"'):
    group = '[[grupo]]\ncoligada = 1\ncodigo = 5\nnome = "Fiscal"\nmembros = ["1;3", "1;4"]\n'
    folder = make_workspace(tmp_path / "ws", tickets=0)
    (folder / "tipos/compra.toml").write_text(TYPE.format(by=by, rule=rule, veto=veto, back=back), encoding="utf-8")
    (folder / "diretorio.toml").write_text(PEOPLE + group, encoding="utf-8")
    (folder / "atendimentos/pedidos.toml").write_text(TICKET, encoding="utf-8")
    return folder


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
        assert "no lugar de Nilo (1;3), pode aprovar Lia (1;2)" in [str(line.text) for line in entered.explanation]
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
