"""Tickets of the store that no longer find what they use, and samples edited after they went in, are told without a move."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import attrs
import pytest
from kit import sites
from kit.workspaces import make_workspace

from routing import Request, check_workspace, open_desk, plan
from routing.desk.clock import due_list
from routing.desk.listing import decision_list, ticket_list
from routing.domain.model import ACTIONS, CLOCK_ACTIONS, attendant_holder
from routing.failures import UnknownPerson

NOW = datetime(2026, 11, 24, 10)


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace whose samples are in its store."""
    made = make_workspace(tmp_path / "ambiente", tickets=3)
    with open_desk(made) as desk:
        desk.plan("1;1;1", Request(action="advance", actor="1;2"), NOW)
    return made


def warnings(folder: Path) -> list[tuple[str, str, str]]:
    return [(path.name, one.code, str(one.message)) for path, faults in check_workspace(folder) for one in faults]


def test_an_untouched_workspace_says_nothing_before_and_after_moves(folder: Path) -> None:
    assert warnings(folder) == []
    with open_desk(folder) as desk:
        desk.move("1;1;1", Request(action="advance", actor="1;2"), NOW)
        desk.move("1;1;2", Request(action="change", actor="1;2", set=(("PARAMETRO.VALOR", "7"), ("ASSUNTO", "Outro"))), NOW)
    assert warnings(folder) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('VALOR = "1500.50", PEDIDO = "P-2"', 'VALOR = "9", PEDIDO = "P-2"', "parametros.VALOR"),
        ('assunto = "Farinha de trigo, pedido 2"', 'assunto = "Fubá"', "assunto"),
        ('prioridade = "Urgente"', 'prioridade = "Alta"', "prioridade"),
        ('VALOR = "1500.50", PEDIDO = "P-2"', 'PEDIDO = "P-2"', "parametros.VALOR"),
    ],
)
def test_a_sample_edited_after_the_first_look_is_told_at_every_door(folder: Path, old: str, new: str, told: str) -> None:
    change(folder / "atendimentos" / "pedidos.toml", old, new)
    ((file, code, said),) = warnings(folder)
    assert (file, code) == ("pedidos.toml", "atendimento-editado")
    assert "1;1;2 (versão 1)" in said
    assert said.endswith(f"o que o arquivo diz de {told} não vale mais")
    with open_desk(folder) as desk:
        made = desk.plan("1;1;2", Request(action="advance", actor="1;2"), NOW)
        assert [str(one.message) for one in made.warnings] == [said]
        assert str(attrs.asdict(desk.sample_note("1;1;2"))["message"]) == said  # type: ignore[arg-type]
        assert desk.plan("1;1;1", Request(action="advance", actor="1;2"), NOW).warnings == ()


def test_a_new_store_takes_the_file_again(folder: Path) -> None:
    change(folder / "atendimentos" / "pedidos.toml", 'VALOR = "1500.50", PEDIDO = "P-2"', 'VALOR = "9", PEDIDO = "P-2"')
    (folder / "repasse.sqlite").unlink()
    assert warnings(folder) == []
    with open_desk(folder) as desk:
        assert desk.sample_note("1;1;2") is None


def test_check_names_the_tickets_of_who_is_inactive(folder: Path) -> None:
    change(folder / "diretorio.toml", 'nome = "Bruno Prado"', 'nome = "Bruno Prado"\nativo = false')
    said = [text for _, code, text in warnings(folder) if code == "atendimento-sem-chao"]
    assert said == [
        (
            "atendimentos em andamento no banco: Bruno Prado (1;2), que tem atendimentos nas mãos, está inativo: "
            "3 atendimentos, como 1;1;1, 1;1;2, 1;1;3"
        )
    ]


def test_check_names_the_tickets_whose_parameter_is_gone(folder: Path) -> None:
    change(folder / "tipos" / "compra.toml", "VALOR =", "TOTAL =")
    change(folder / "atendimentos" / "pedidos.toml", "VALOR =", "TOTAL =")
    said = [text for _, code, text in warnings(folder) if code == "atendimento-sem-chao"]
    assert any("'VALOR'" in text and "3 atendimentos, como 1;1;1" in text for text in said)


def test_a_store_that_is_not_there_or_damaged_does_not_stop_the_check(tmp_path: Path) -> None:
    made = make_workspace(tmp_path / "ambiente")
    assert warnings(made) == []
    assert not (made / "repasse.sqlite").exists()
    (made / "repasse.sqlite").write_bytes(b"isto nao e um banco" * 100)
    assert [(file, code) for file, code, _ in warnings(made)] == [("repasse.toml", "banco-ilegivel")]


def test_a_plan_warns_of_a_parameter_that_the_type_no_longer_has() -> None:
    ticket = attrs.evolve(sites.ticket(), parameters={**sites.ticket().parameters, "VALRO": 3})
    made = plan(sites.site(), ticket, Request(action="advance", actor=""), sites.NOW)
    assert made.status == "planned"
    assert [(one.code, "'VALRO'" in str(one.message)) for one in made.warnings] == [("parametro-desconhecido", True)]
    empty = attrs.evolve(sites.ticket(), parameters={**sites.ticket().parameters, "VALRO": None})
    assert plan(sites.site(), empty, Request(action="advance", actor=""), sites.NOW).warnings == ()


@pytest.mark.parametrize("gone", ["1;99", "3;1"])
def test_a_holder_out_of_the_directory_is_named_as_the_cause(gone: str) -> None:
    ticket = attrs.evolve(sites.ticket(), holder=attendant_holder(gone))
    made = plan(sites.site(), ticket, Request(action="advance", actor=""), sites.NOW)
    assert made.reason is not None
    assert (made.reason.code, made.before) == ("detentor-sem-acesso", ticket)  # nobody is named: the ticket is told
    assert "está com quem não pode agir" in str(made.reason.message)


@pytest.mark.parametrize("action", [*ACTIONS[1:], *CLOCK_ACTIONS])
@pytest.mark.parametrize("actor", ["1;8", "1;7", "1;99", "3;1", "ninguém"])
@pytest.mark.parametrize("status", ["A", "G", "F"])
def test_no_action_tells_a_ticket_to_who_may_not_see_it_or_is_nobody(action: str, actor: str, status: str) -> None:
    """1;8 is below the ticket's level, 1;7 inactive; the others are in no directory."""
    ticket = attrs.evolve(sites.ticket(), access_level=9, status=status)
    made = plan(sites.site(), ticket, Request(action=action, actor=actor, set=(("ASSUNTO", "x"),), text="x"), sites.NOW)
    assert (made.status, made.before, made.after) == ("refused", None, None)
    assert ticket.subject not in str(made.as_json())


def test_a_sample_file_of_windows_is_read_as_everywhere_else(folder: Path) -> None:
    path = folder / "atendimentos" / "pedidos.toml"
    text = path.read_text(encoding="utf-8").replace("Farinha de trigo, pedido 2", "Fubá")
    path.write_bytes(text.encode("cp1252"))
    assert [code for _, code, _ in warnings(folder)] == ["codificacao", "atendimento-editado"]


def test_an_empty_viewer_is_nobody_in_every_list(folder: Path) -> None:
    with open_desk(folder) as desk:
        for listed in (ticket_list, decision_list):
            with pytest.raises(UnknownPerson):
                listed(desk, {"viewer": ""})
        with pytest.raises(UnknownPerson):
            due_list(desk, {"viewer": ""}, NOW)
        with pytest.raises(UnknownPerson):
            desk.events(viewer="")
