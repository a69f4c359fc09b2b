"""A ticket opened from another one (S:197): what it takes over, what the request says otherwise, what stays behind, who may."""

from __future__ import annotations

import attrs
import pytest
from kit.stores import NOW, OpenDesk, database, desk_of  # noqa: F401 - fixtures

from routing import Request
from routing.domain.model import EMPTY_TICKET, Ticket
from routing.releases.asking import ask_again

SETTINGS = """
[campos]
FILIAL = "texto"
LOTE = "numero"
[[anexo]]
nome = "PESQUISA"
campos = { NOTA = "numero" }
[representantes]
"R1" = ["Carla"]
"R2" = ["Davi"]
[classificacoes]
"Comum" = 0
"Sigilosa" = 7
"""
OTHER_TYPE = """\
codigo = 20
nome = "Reembolso"
repasse = "manter"
parametros = { PEDIDO = "String", VALOR = "Data", MOTIVO = "String" }
[[etapa]]
codigo = 1
nome = "Entrada"
entrada = true
"""


@pytest.fixture
def desk(desk_of: OpenDesk, tmp_path):
    types = tmp_path / "pasta" / "tipos"
    types.mkdir(parents=True)
    (types / "reembolso.toml").write_text(OTHER_TYPE, encoding="utf-8")
    opened = desk_of(settings=SETTINGS)
    told = {
        "CLIENTE": "C100", "TIPOCLIENTE": "cliente", "REPRESENTANTE": "R1", "CONTATOREPRESENTANTE": "Carla", "FILIAL": "MG",
        "LOTE": "3", "SOLICITACAO": "duas sacas", "SOLUCAO": "comprar", "CATEGORIA": "insumo", "MOVIMENTO": "2.1;5",
        "CLASSIFICACAO": "Sigilosa", "PRODUTO": "farinha", "ORIGEMCONTATO": "cliente",
    }  # fmt: skip
    draft = Ticket(
        coligada=1, locality=1, code=40, type=10, priority="Alta", subject="Farinha", parameters={"VALOR": 12, "PEDIDO": "P-1"}
    )
    draft = attrs.evolve(draft, representative="R1", representative_contact="Carla")
    for name in ("REPRESENTANTE", "CONTATOREPRESENTANTE"):
        del told[name]
    assert opened.move("1;1;40", Request(action="open", actor="1;2", draft=draft), NOW).status == "moved"
    assert opened.move("1;1;40", Request(action="change", actor="1;2", set=tuple(told.items())), NOW).status == "moved"
    annex = Request(action="annex", actor="1;2", kind="PESQUISA", set=(("NOTA", "5"),))
    assert opened.move("1;1;40", annex, NOW).status == "moved"
    return opened


def copy(desk, key="1;1;90", source="1;1;40", actor="1;3", draft=None, **values):
    given = tuple((name.replace("__", "."), value) for name, value in values.items())
    return desk.move(key, Request(action="open", actor=actor, copy_from=source, set=given, draft=draft), NOW)


def code(plan):
    return plan.status if plan.reason is None else plan.reason.code


def test_the_new_ticket_has_what_describes_the_other_and_nothing_of_its_life(desk):
    assert copy(desk).status == "moved"
    source, made = desk.ticket("1;1;40"), desk.ticket("1;1;90")
    same = [
        name
        for name in EMPTY_TICKET
        if getattr(made, name) == getattr(source, name) and getattr(made, name) not in ("", (), None, 0)
    ]
    assert sorted(same) == sorted([
        "access_level", "category", "classification", "client_code", "client_kind", "coligada", "contact_origin", "entered_at",
        "first_contact_at", "locality", "opened_at", "parameters", "priority", "product", "representative", "representative_contact",
        "request", "status", "step", "subject", "type", "changed_at", "step_version",
    ])  # fmt: skip
    assert made.fields == {"FILIAL": "MG", "LOTE": 3}
    assert (made.opener, made.holder.key, made.contact_owner) == ("1;3", "1;3", "1;3")
    assert (made.solution, made.movement, made.annexes, made.version, len(made.steps)) == ("", "", (), 1, 1)
    assert source.access_level == 7


def test_what_the_request_sets_and_the_draft_fills_stands_in_place_of_it(desk):
    draft = Ticket(coligada=1, locality=1, code=90, type=0, subject="Do rascunho", category="outra", parameters={"PEDIDO": "P-9"})
    made = copy(
        desk, draft=draft, ASSUNTO="Do pedido", PARAMETRO__VALOR="7,5", FILIAL=None, REPRESENTANTE="R2", PRIORIDADE="normal"
    )
    assert made.status == "moved"
    after = desk.ticket("1;1;90")
    assert (after.subject, after.category, after.priority, after.representative, after.representative_contact) == (
        "Do pedido", "outra", "Normal", "R2", "",
    )  # fmt: skip
    assert after.fields == {"FILIAL": None, "LOTE": 3}
    assert {name: str(value) for name, value in after.parameters.items()} == {"VALOR": "7.5", "PEDIDO": "P-9"}


def test_what_another_type_does_not_know_is_left_out_and_told(desk):
    made = copy(desk, TIPO="reembolso")
    assert made.status == "moved"
    assert [one.code for one in made.warnings] == ["copia-incompleta"]
    assert str(made.warnings[0].message).endswith("assim: PARAMETRO.VALOR")
    after = desk.ticket("1;1;90")
    assert (after.type, dict(after.parameters)) == (20, {"PEDIDO": "P-1"})
    assert code(copy(desk, key="1;1;91", TIPO="99")) == "tipo-desconhecido"
    assert code(copy(desk, key="1;1;91", TIPO="nenhum")) == "tipo-desconhecido"


def test_who_does_not_see_the_other_ticket_copies_nothing_of_it(desk_of: OpenDesk):
    desk = desk_of()
    secret = attrs.evolve(desk.ticket("1;1;1"), code=50, access_level=99, holder=None, subject="segredo")
    desk.add(secret)
    plans = [copy(desk, source=source) for source in ("1;1;50", "1;1;777", "nada")]
    assert [(plan.gate, code(plan)) for plan in plans] == [("G9", "atendimento-desconhecido")] * 3
    assert "segredo" not in str(plans[0].as_json())
    assert code(copy(desk, actor="8;8")) == "atendente-desconhecido"
    assert code(copy(desk, actor="")) == "sem-ator"
    assert code(copy(desk, key="nada", source="1;1;1")) == "atendimento-desconhecido"
    assert "1;1;90" not in desk.tickets()


def test_all_that_is_wrong_is_told_at_once_and_an_open_ticket_is_not_opened_again(desk):
    wrong = copy(desk, PARAMETRO__NADA="1", ETAPA="2", PRIORIDADE="já")
    assert wrong.gate == "G9"
    for name in ("NADA", "ETAPA", "PRIORIDADE"):
        assert name in str(wrong.reason.message)
    assert code(copy(desk, key="1;1;1")) == "ja-aberto"
    assert code(desk.move("1;1;1", Request(action="advance", actor="1;2", copy_from="1;1;40"), NOW)) == "sobra-no-pedido"
    unsaid = Request(action="open", actor="1;2", draft=desk.ticket("1;1;40"), set=(("ASSUNTO", "x"),))
    fresh = attrs.evolve(unsaid, draft=attrs.evolve(desk.ticket("1;1;40"), code=77))
    assert code(desk.move("1;1;77", fresh, NOW)) == "sobra-no-pedido"


def test_a_repeated_request_opens_once_and_the_decision_is_made_again_from_its_facts(desk):
    asked = Request(action="open", actor="1;3", copy_from="1;1;40", key="pedido-9", set=(("ASSUNTO", "Outra"),))
    first, second = (desk.move("1;1;90", asked, NOW) for _ in range(2))
    assert (first.status, second.status) == ("moved", "moved")
    assert [first.after.subject, desk.ticket("1;1;90").version] == ["Outra", 1]
    desk.move("1;1;40", Request(action="change", actor="1;2", set=(("CATEGORIA", "mudou"),)), NOW)
    assert ask_again(desk.store, desk.site, first.decision).equal
