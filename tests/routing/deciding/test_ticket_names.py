"""Names that a site does not have, numbers with two readings, and fields that nobody filled."""

from __future__ import annotations

import attrs
import pytest
from kit import sites

from formula.source import Source
from formula.types import kind_set
from routing import Request, plan
from routing.domain.model import Client, attendant_holder
from routing.workspace.contexts import ContextFault, context_of
from routing.workspace.reading import read_ticket
from routing.workspace.toml_places import Document
from routing.workspace.toml_tables import Table

FIELDS = {"ORCAMENTO": kind_set("numero"), "FILIAL": kind_set("texto")}
CLIENTS = (
    Client(kind="cliente", code="K7", name="Padaria Aurora", contact_emails={"1": "ana@exemplo.com.br"}),
    Client(kind="professor", code="L2", name="Livia Sereno"),
)
LISTS = {"CATEGORIA": ("Compra", "Manutenção"), "FILIAL": ("SP", "MG")}
REPRESENTATIVES = {
    "NORTE": Client(kind="representante", code="NORTE", name="Norte", contact_emails={"1": "", "2": ""}),
    "SUL": Client(kind="representante", code="SUL", name="Sul"),
}


def shop(formulas=None, **more):
    return sites.site(formulas=formulas, people=sites.people(clients=CLIENTS), extra_fields=FIELDS,
                      declared_fields=frozenset(FIELDS), classifications={"RESERVADA": 6},
                      representatives=REPRESENTATIVES, lists=LISTS, **more)  # fmt: skip


def opened(**changes):
    draft = attrs.evolve(sites.ticket(), status="", step=None, holder=None, **changes)
    return plan(shop(), None, Request(action="open", actor="1;2", draft=draft), sites.NOW, key=draft.key)


WRONG = {
    "parameter": ({"parameters": {"VALLOR": 3}}, "parametro-desconhecido", "VALOR"),
    "field": ({"fields": {"FILLIAL": "SP"}}, "campo-desconhecido", "FILIAL"),
    "classification": ({"classification": "RESERVADDA"}, "classificacao-desconhecida", "RESERVADA"),
    "client": ({"client_code": "K8"}, "cliente-desconhecido", "K7"),
    "contact": ({"client_code": "K7", "client_contact": "9"}, "contato-desconhecido", "1"),
    "contact of nobody": ({"client_contact": "1"}, "contato-desconhecido", "apague o contato"),
    "representative": ({"representative": "NORT"}, "representante-desconhecido", "NORTE"),
    "representative's contact": ({"representative": "norte", "representative_contact": "9"}, "contato-desconhecido", "1, 2"),
    "listed": ({"category": "Comprra"}, "valor-fora-da-lista", "Compra"),
    "listed field": ({"fields": {"FILIAL": "MGG"}}, "valor-fora-da-lista", "MG"),
    "origin": ({"contact_origin": "representantee"}, "origem-desconhecida", "representante"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_draft_in_python_is_refused_with_the_near_name(name):
    changes, code, near = WRONG[name]
    made = opened(**changes)
    assert (made.status, made.gate, made.reason.code) == ("refused", "G1", code)
    assert f"'{near}'" in made.reason.hint or made.reason.hint.endswith(near)


def test_what_is_wrong_is_told_at_once():
    made = opened(parameters={"VALLOR": 3}, classification="RESERVADDA")
    assert "VALLOR" in made.reason.message
    assert "RESERVADDA" in made.reason.message


@pytest.mark.parametrize("changes", [
    {}, {"classification": "reservada"}, {"client_code": "K7", "client_contact": "1"}, {"contact_origin": "Interna"},
    {"representative": "norte", "representative_contact": "2"}, {"representative": "SUL"},
    {"fields": {"FILIAL": "MG"}}, {"client_kind": "pessoa", "client_code": "P1"},
])  # fmt: skip
def test_names_that_are_there_pass(changes):
    assert opened(**changes).status == "planned"


@pytest.mark.parametrize(("table", "key"), [("parametros", "VALOR"), ("campos", "ORCAMENTO")])
@pytest.mark.parametrize(("text", "fits"), [
    ("25.000", False), ("-1.250", False), ("25,000", True), ("25000,00", True), ("25000", True), ("0.125", True), ("1200.500", True),
])  # fmt: skip
def test_a_declared_number_with_two_readings_is_refused(table, key, text, fits):
    data = {"tipo": 10, "coligada": 1, "localidade": 1, "codigo": 9, table: {key: text}}
    document = Document(Source("", "<draft>"), data)
    site = shop()
    read_ticket(Table(document, (), data), site.types, FIELDS)
    assert [one.code for one in document.faults] == ([] if fits else ["valor-invalido"])
    if not fits:
        assert "duas leituras" in document.faults[0].message


@pytest.mark.parametrize("name", ["ORCAMENTO", "PARAMETRO1.VALOR"])
def test_a_formula_cannot_write_such_a_number_either(name):
    assert_refused(f"'{name}=25.000'", "fault", "atribuicao-invalida")  # what is written there, check reads


@pytest.mark.parametrize("name", ["ORCAMENTO", "PARAMETRO1.VALOR"])
def test_nor_one_that_only_a_run_finds(name):
    assert_refused(f"CONCAT('{name}=', ASSUNTO)", "refused", "valor-invalido", subject="25.000")


def assert_refused(written, status, code, **changes):
    site = shop({"gestor": f"ALTERARCAMPOATENDIMENTO({written}); '1;3'"})
    made = plan(site, sites.ticket(**changes), Request(action="advance", actor="1;2"), sites.NOW)
    assert (made.status, made.gate, made.reason.code) == (status, "G9", code)
    assert "duas leituras: 25 ou 25000" in made.reason.message


def test_a_declared_field_that_nobody_filled_is_empty():
    site = shop({"gestor": "SE FILIAL = '' ENTAO '1;3' SENAO '1;9' FIMSE"})
    made = plan(site, sites.ticket(), Request(action="advance", actor="1;2"), sites.NOW)
    assert (made.status, made.after.holder) == ("planned", attendant_holder("1;3"))


def test_a_formula_may_fill_it():
    site = shop({"gestor": "ALTERARCAMPOATENDIMENTO('FILIAL=SP'); '1;3'"})
    made = plan(site, sites.ticket(), Request(action="advance", actor="1;2"), sites.NOW)
    assert (made.status, made.after and made.after.fields) == ("planned", {"FILIAL": "SP"})


@pytest.mark.parametrize(("table", "name", "fits"), [
    ("parametros", "VALOR", False), ("campos", "ORCAMENTO", False), ("campos", "ASSUNTO", True), ("memorias", "TOTAL", True),
])  # fmt: skip
def test_a_context_file_says_which_number_is_meant(table, name, fits):
    tables = {table: {name: "25.000"}}
    if fits:
        assert context_of(tables).warnings == ()
        return
    with pytest.raises(ContextFault) as caught:
        context_of(tables)
    assert "25000" in caught.value.diagnostics[0].message


@pytest.mark.parametrize(("text", "code"), [
    ("REPRESENTANTE=NORT", "representante-desconhecido"), ("REPRESENTANTE=NORTE;CONTATOREPRESENTANTE=9", "contato-desconhecido"),
    ("REPRESENTANTE=NORTE;CONTATOREPRESENTANTE=2", None),
])  # fmt: skip
@pytest.mark.parametrize("door", ["change", "formula"])
def test_a_representative_nobody_is_cannot_be_set(door, text, code):
    pairs = tuple(tuple(one.split("=")) for one in text.split(";"))
    linker = attrs.evolve(sites.PEOPLE[1], rights=frozenset({"vincular_cliente_representante"}))
    team = sites.people((*sites.PEOPLE[:1], linker, *sites.PEOPLE[2:]), clients=CLIENTS)
    request = Request(action="change", actor="1;2", set=pairs) if door == "change" else Request(action="advance", actor="1;2")
    site = attrs.evolve(shop(formulas={"gestor": f"ALTERARCAMPOATENDIMENTO('{text}'); '1;3'"}), people=team)
    made = plan(site, sites.ticket(), request, sites.NOW)
    assert (made.status, made.reason and made.reason.code) == (("planned", None) if code is None else ("refused", code))


@pytest.mark.parametrize(
    "changes",
    [
        {"client_kind": "professor", "client_code": "L2", "client_contact": "9"},
        {"representative": "SUL", "representative_contact": "9"},
    ],
)
def test_a_list_without_contacts_does_not_say(changes):
    assert opened(**changes).reason is None


def test_a_site_that_names_no_representatives_takes_any():
    draft = attrs.evolve(sites.ticket(), status="", step=None, holder=None, representative="QUALQUER")
    assert plan(sites.site(), None, Request(action="open", actor="1;2", draft=draft), sites.NOW, key=draft.key).status == "planned"


@pytest.mark.parametrize(
    ("text", "field", "kept"),
    [
        ("CATEGORIA=Comprra", None, "valor-fora-da-lista"),
        ("FILIAL=RJ", None, "valor-fora-da-lista"),
        ("CATEGORIA=manutencao", "category", "Manutenção"),
        ("CATEGORIA= compra ", "category", "Compra"),
        ("CATEGORIA=", "category", ""),
        ("PRODUTO=Qualquer", "product", "Qualquer"),
    ],
)
@pytest.mark.parametrize("door", ["change", "formula"])
def test_a_field_with_a_list_takes_its_values_only_spelt_as_there(door, text, field, kept):
    name, _, value = text.partition("=")
    request = (
        Request(action="change", actor="1;2", set=((name, value),)) if door == "change" else Request(action="advance", actor="1;2")
    )
    made = plan(shop({"gestor": f"ALTERARCAMPOATENDIMENTO('{text}'); '1;3'"}), sites.ticket(category="Compra"), request, sites.NOW)
    if field is None:
        assert (made.status, made.reason.code) == ("refused", kept)
    else:
        assert (made.status, getattr(made.after, field)) == ("planned", kept)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("door", ["change", "formula", "two statements"])
@pytest.mark.parametrize("code", ["L2", "K7"])
def test_a_client_of_another_kind_is_set_in_any_order(door, turned, code):
    pairs = (("TIPOCLIENTE", "professor"), ("CLIENTE", code))[:: -1 if turned else 1]
    text = ";".join(f"{name}={value}" for name, value in pairs)
    linker = attrs.evolve(sites.PEOPLE[1], rights=frozenset({"vincular_cliente_representante"}))
    team = sites.people((*sites.PEOPLE[:1], linker, *sites.PEOPLE[2:]), clients=CLIENTS)
    asked = text.replace(";", "'); ALTERARCAMPOATENDIMENTO('") if door == "two statements" else text
    site = attrs.evolve(shop({"gestor": f"ALTERARCAMPOATENDIMENTO('{asked}'); '1;3'"}), people=team)
    ticket = sites.ticket(client_kind="cliente", client_code="K7", client_contact="")
    request = Request(action="change", actor="1;2", set=pairs) if door == "change" else Request(action="advance", actor="1;2")
    made = plan(site, ticket, request, sites.NOW)
    if code == "K7":
        assert (made.status, made.reason.code) == ("refused", "cliente-desconhecido")
    else:
        assert (made.status, made.after.client_kind, made.after.client_code) == ("planned", "professor", "L2")
