"""Records that a site declares, at every door: gates, values, history, what formulas read, who sees them (S:159-179)."""

from __future__ import annotations

import json

import pytest
from kit.stores import NOW, OpenDesk, database, desk_of  # noqa: F401 - fixtures

from routing import Request
from routing.deciding.supposing import suppose
from routing.desk.desk import open_desk
from routing.http.masking import masked_plan, masked_ticket
from routing.schemas import workspace_schemas
from routing.store.transfer import export_store, import_store
from routing.workspace.folder import read_workspace

DECLARED = """
[[anexo]]
nome = "PESQUISA"
titulo = "Pesquisa de satisfação"
campos = { NOTA = "numero", COMENTARIO = "texto" }
obrigatorios = ["NOTA"]
valores = { NOTA = [1, 2, 3, 4, 5] }
quem = ["abertura", "direito:pesquisar"]
encerrado = true
[[anexo]]
nome = "APONTAMENTO"
campos = { HORAS = "numero", DIA = "data" }
quem = ["todos"]
varios = true
[[anexo]]
nome = "ESTRATEGIA"
campos = { IMPACTO = "texto" }
nivel = 10
"""


@pytest.fixture
def desk(desk_of: OpenDesk):
    return desk_of(settings=DECLARED)


def put(desk, name, entry=None, actor="1;2", key="1;1;1", **values):
    given = tuple((field, value) for field, value in values.items())
    return desk.move(key, Request(action="annex", actor=actor, kind=name, set=given, entry=entry), NOW)


def code(plan):
    return plan.status if plan.reason is None else plan.reason.code


def test_a_record_is_kept_with_its_history_decision_and_event(desk):
    made = put(desk, "pesquisa", NOTA="4", COMENTARIO="bom")
    again = put(desk, "Pesquisa de Satisfação", NOTA="5")
    shown = desk.show("1;1;1")
    assert [(one["number"], one["values"]) for one in shown["annexes"]] == [(1, {"COMENTARIO": "bom", "NOTA": 5})]
    assert [(one["field"], one["old"], one["new"]) for one in shown["changes"]] == [
        ("ANEXO.PESQUISA.NOTA", "", "4"), ("ANEXO.PESQUISA.COMENTARIO", "", "bom"), ("ANEXO.PESQUISA.NOTA", "4", "5"),
    ]  # fmt: skip
    assert (made.status, again.after.version) == ("moved", 3)
    assert [one["type"] for one in desk.events()["events"]][1:] == ["ticket.changed"] * 2


def test_formulas_read_the_latest_value_the_count_and_the_sum(desk):
    for hours in ("1,5", "2"):
        put(desk, "APONTAMENTO", HORAS=hours, DIA="24/11/2026")
    put(desk, "APONTAMENTO", entry=2, HORAS="3")
    seen = desk.ticket("1;1;1").fields
    assert [str(seen[f"ANEXO.APONTAMENTO.{name}"]) for name in ("HORAS", "QUANTOS", "SOMA.HORAS")] == ["3", "2", "4.5"]
    assert code(put(desk, "APONTAMENTO", entry=1, HORAS="3")) == "registro-antigo"
    assert code(put(desk, "APONTAMENTO", entry=9, HORAS="3")) == "registro-desconhecido"
    supposed = suppose(desk.site, desk.ticket("1;1;1"), {"ANEXO.APONTAMENTO.HORAS": "8"})
    assert supposed.fields["ANEXO.APONTAMENTO.HORAS"] == 8


def test_what_is_wrong_is_said_with_what_there_is(desk):
    faulty = (
        ("PESQUIZA", {"NOTA": "4"}, "anexo-desconhecido", "PESQUISA"),
        ("PESQUISA", {"NOTA": "6"}, "valor-invalido", "1, 2, 3, 4, 5"),
        ("PESQUISA", {"NOTA": "ótimo"}, "valor-invalido", "ótimo"),
        ("PESQUISA", {"NOTTA": "4"}, "valor-invalido", "NOTA"),
        ("PESQUISA", {"COMENTARIO": "bom"}, "faltam-dados", "NOTA"),
        ("PESQUISA", {}, "valor-invalido", "registrar"),
        ("ESTRATEGIA", {"IMPACTO": "alto"}, "anexo-desconhecido", "APONTAMENTO"),
        ("APONTAMENTO", {"HORAS": "1", "DIA": "31/02/2026"}, "valor-invalido", "31/02/2026"),
    )
    for name, values, wanted, said in faulty:
        made = put(desk, name, **values)
        assert code(made) == wanted
        assert said in f"{made.reason.message} {made.reason.hint}"
    assert desk.show("1;1;1")["annexes"] == []


def test_who_may_write_and_until_when(desk):
    assert code(put(desk, "PESQUISA", actor="1;3", NOTA="4")) == "sem-direito-ao-anexo"
    assert code(put(desk, "APONTAMENTO", actor="1;4", HORAS="1")) == "moved"
    desk.move("1;1;1", Request(action="cancel", actor="1;2", reason=1), NOW)
    assert code(put(desk, "PESQUISA", NOTA="4")) == "moved"
    closed = put(desk, "APONTAMENTO", HORAS="1")
    assert (closed.gate, code(closed)) == ("G1", "atendimento-encerrado")
    changed = desk.move("1;1;2", Request(action="change", actor="1;2", set=(("ANEXO.PESQUISA.NOTA", "3"),)), NOW)
    assert code(changed) == "campo-somente-leitura"


def test_whose_level_does_not_reach_an_annex_sees_nothing_of_it(tmp_path):
    from kit.workspaces import make_workspace

    folder = make_workspace(tmp_path / "pasta", 1, DECLARED.replace("nivel = 10", "nivel = 9\nquem = ['todos']"))
    directory = folder / "diretorio.toml"
    directory.write_text(directory.read_text().replace("nivel = 9", "nivel = 5", 1), encoding="utf-8")
    with open_desk(folder) as desk:
        put(desk, "ESTRATEGIA", actor="1;3", IMPACTO="alto")
        assert code(put(desk, "ESTRATEGIA", actor="1;2", IMPACTO="alto")) == "anexo-desconhecido"
        assert "alto" in json.dumps(desk.show("1;1;1", "1;3"))
        assert "alto" not in json.dumps(desk.show("1;1;1", "1;2"))


def test_masked_fields_are_hidden_in_records_too(desk):
    put(desk, "PESQUISA", NOTA="4", COMENTARIO="demorou demais")
    hidden = masked_ticket(desk.show("1;1;1"), ("ANEXO.PESQUISA.COMENTARIO",))
    assert "demorou" not in json.dumps(hidden)
    plan = desk.plan("1;1;1", Request(action="annex", actor="1;2", kind="pesquisa", set=(("COMENTARIO", "caro"),)), NOW)
    assert "caro" not in json.dumps(masked_plan(plan, ("ANEXO.PESQUISA.COMENTARIO",), "pt"))


def test_records_move_with_the_store(desk, tmp_path):
    put(desk, "APONTAMENTO", HORAS="1,25")
    export_store(desk.store, tmp_path / "saida")
    with open_desk(f"sqlite:///{tmp_path / 'outra.sqlite'}") as other:
        import_store(other.store, tmp_path / "saida")
        assert other.show("1;1;1")["annexes"] == desk.show("1;1;1")["annexes"]


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("campos = { NOTA = 'numeroo' }", "valor-invalido", "numero"),
        ("campos = { NOTA = 'numero' }\nobrigatorios = ['NOTTA']", "campo-obrigatorio-desconhecido", "NOTA"),
        ("campos = { NOTA = 'numero' }\nquem = ['detentro']", "valor-invalido", "detentor"),
        ("campos = { NOTA = 'numero' }\nvarioss = true", "chave-desconhecida", "varios"),
        ("campos = { NOTA = 'numero' }\nvalores = { NOTA = ['bom'] }", "valor-invalido", None),
        ("campos = { NOTA = 'numero' }\ntipos = [99]", "tipo-desconhecido", "10"),
        ("campos = { QUANTOS = 'numero' }", "valor-invalido", None),
        ("", "chave-ausente", "campos"),
    ],
)
def test_a_faulty_declaration_is_said_by_check(tmp_path, text, code, hint):
    from kit.workspaces import make_workspace

    folder = make_workspace(tmp_path / "pasta", 1, f'[[anexo]]\nnome = "PESQUISA"\n{text}')
    _, found = read_workspace(folder)
    faults = [fault for _, faults in found for fault in faults]
    assert [fault.code for fault in faults] == [code]
    assert hint is None or hint in str(faults[0].hint)


def test_the_schema_knows_the_table():
    table = workspace_schemas()["$defs"]["repasse"]["properties"]["anexo"]["items"]
    assert set(table["properties"]) == {
        "nome", "titulo", "campos", "obrigatorios", "valores", "quem", "varios", "encerrado", "tipos", "nivel",
    }  # fmt: skip
