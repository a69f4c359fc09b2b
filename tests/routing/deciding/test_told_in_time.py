"""What is told where it helps: who can fill an obligatory field in time, a client that is not there, texts equal on a screen."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit import sites
from kit.workspaces import make_workspace

import routing
from formula.explaining.remarks import only_difference, smallest_difference
from routing.desk.desk import open_desk
from routing.domain.decision import Plan, Request

NOW = datetime(2026, 11, 24, 10, 0)


def advanced(folder: Path, formula: str) -> Plan:
    """The advance of ticket 1 into a step that wants a solution."""
    made = make_workspace(folder / "w", 1, formula=formula)
    kind = made / "tipos" / "compra.toml"
    kind.write_text(
        kind.read_text("utf-8").replace('nome = "Conferência"', 'nome = "Conferência"\nobrigatorios = ["PRODUTO"]'), "utf-8"
    )
    with open_desk(made) as desk:
        return desk.plan("1;1;1", Request(action="advance", actor="1;2"), NOW)


def test_a_handoff_formula_fills_too_late_and_the_hint_says_who_can(tmp_path: Path) -> None:
    plan = advanced(tmp_path, "ALTERARCAMPOATENDIMENTO('PRODUTO=ERP'); '1;3'")
    assert plan.gate == "G8"
    assert plan.reason is not None
    assert "o que a fórmula de repasse 'vez' preenche só vale depois desta verificação" in str(plan.reason.hint)
    assert "fórmula de entrada" in str(plan.reason.hint)


def test_other_formulas_are_not_spoken_of(tmp_path: Path) -> None:
    plan = advanced(tmp_path, "'1;3'")
    assert plan.reason is not None
    assert str(plan.reason.hint) == "preencha todos e avance de novo: campos e parâmetros se preenchem com a ação 'mudar'"


@pytest.mark.parametrize(("client", "known"), [("C999", False), ("C100", True)])
def test_the_opening_mail_is_not_told_as_sent_before_it_is(tmp_path: Path, client: str, known: bool) -> None:
    """Whether it left stands in the list of mails; a client that is not there is refused at the door."""
    with open_desk(make_workspace(tmp_path / "w", 1)) as desk:
        ticket = attrs.evolve(desk.ticket("1;1;1"), code=9, client_kind="cliente", client_code=client)
        plan = desk.plan(ticket.key, Request(action="open", actor="1;2", draft=ticket), NOW)
    if known:
        assert any("a ser enviado ao cliente: contato@aurora.example.com" in entry.text for entry in plan.entries)
    else:
        assert plan.status == "refused"
        assert "não tem o cliente 'C999'" in str(plan.reason.message if plan.reason else "")
        assert plan.mails == plan.entries == ()


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        ("São Paulo", unicodedata.normalize("NFD", "São Paulo"), "na tela são iguais"),
        ("São Paulo", "Sao Paulo", "só difere em acentos"),
        ("Norte", "Nor\u200bte", "só difere em um caractere que não se vê"),
    ],
)
def test_texts_that_look_alike_are_told_apart(left: str, right: str, said: str) -> None:
    assert str(only_difference(left, right)).startswith(said)
    assert str(only_difference(right, left)).startswith(said)


ODD = st.sampled_from([*"aAáÁàãçßẞoO0lI1iSs5ſŉİıﬁ \t\u00a0\u200b\u202e\x00", "a\u0301", "i\u0307"])


@given(st.lists(ODD, max_size=4).map("".join), st.lists(ODD, max_size=4).map("".join))
def test_texts_that_the_eye_takes_for_one_are_not_put_aside_early(left: str, right: str) -> None:
    if left != right and smallest_difference(left, right) is not None:
        assert only_difference(left, right) is not None


@pytest.mark.parametrize(("required", "changes"), [("ASSUNTO", True), ("PARAMETRO.VALOR", True), ("ACAO.DISCUSSAO", False)])
def test_what_is_missing_is_filled_by_an_action_that_the_hint_names(required: str, changes: bool) -> None:
    steps = (sites.STEPS[0], attrs.evolve(sites.STEPS[1], required=(required,)), *sites.STEPS[2:])
    site, ticket = sites.site(steps=steps), sites.ticket(subject="", parameters={})
    made = routing.plan(site, ticket, Request(action="advance", to=2, actor="1;2"), sites.NOW)
    assert (made.gate, "'mudar'" in str(made.reason and made.reason.hint)) == ("G8", changes)
