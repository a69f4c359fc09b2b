"""A name typed on a Mac, its accents apart (NFD), is the name that stands there composed (NFC), at every door."""

from __future__ import annotations

from datetime import datetime
from unicodedata import normalize

import httpx
import pytest
from kit import service, workspaces

import formula
from routing import Request, check_workspace, load_workspace, plan
from routing.deciding.supposing import suppose
from routing.domain.flow import find_step

NOW = datetime(2026, 11, 24, 10, 0)

TYPE = """\
codigo = 10
nome = "Aprovação"
repasse = "formula"
formula = "decisão"
parametros = { "PREÇO" = "Real", NOME = "String" }

[[etapa]]
codigo = 1
nome = "Abertura"
entrada = true

[[etapa]]
codigo = 2
nome = "Cotação"
obrigatorios = ["PARAMETRO.PREÇO"]
ao_entrar = ["visão"]

[[fluxo]]
de = 1
para = 2
"""
DECISION = """\
SE PARAMETROATENDIMENTO('PREÇO', 'V') > 100 E CAMPOATENDIMENTO('REGIÃO') = 'São Paulo' E FORMULA('limiar') = 7 ENTAO
  ALTERARCAMPOATENDIMENTO('REGIÃO=Sé;PARAMETRO.PREÇO=150');
  AVANCARETAPA('Cotação')
FIMSE;
'1;2'
"""
FILES = {
    "tipos/compra.toml": TYPE,
    "repasse.toml": 'coligada = 1\n[campos]\n"REGIÃO" = "texto"\n[classificacoes]\n"SEGREDO DE JOÃO" = 3\n',
    "diretorio.toml": workspaces.DIRECTORY
    + '\n[[atendente]]\ncoligada = 1\ncodigo = 8\nnome = "João Assunção"\nusuario = "joão"\n',
    "formulas/decisão.formula": DECISION,
    "formulas/visão.formula": "ADICIONARDISCUSSAO('vista')",
    "formulas/limiar.formula": "FORMULA('número')",
    "formulas/número.formula": "7",
    "atendimentos/um.toml": """\
[[atendimento]]
coligada = 1
localidade = 1
codigo = 1
tipo = 10
etapa = 1
status = "A"
assunto = "Pão"
classificacao = "segredo de joão"
aberto_por = "1;2"
atendente = "1;2"
parametros = { "PREÇO" = "120", NOME = "Zé" }
campos = { "REGIÃO" = "São Paulo" }
""",
}


def written(folder, apart):
    """The workspace with these files in NFD, the others in NFC; the text that a formula compares stays as it is."""
    for name, text in FILES.items():
        form = "NFD" if name in apart else "NFC"
        path = folder / normalize(form, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(normalize(form, text).replace(normalize(form, "São Paulo"), "São Paulo"), encoding="utf-8")
    return folder


def apart(text):
    return normalize("NFD", text)


@pytest.mark.parametrize(
    "names", [(), *((name,) for name in FILES), tuple(FILES)], ids=lambda names: "+".join(names)[:24] or "none"
)
def test_a_workspace_means_the_same_in_either_form(tmp_path, names):
    folder = written(tmp_path, names)
    assert [fault.message for _, faults in check_workspace(folder) for fault in faults if fault.severity == "error"] == []
    site = load_workspace(folder)
    ticket = site.tickets["1;1;1"]
    made = plan(site, ticket, Request(action="advance", actor="1;2"), NOW, key="1;1;1")
    assert (made.status, made.after.step, made.after.parameters["PREÇO"]) == ("planned", 2, 150), made.reason
    assert normalize("NFC", made.after.fields["REGIÃO"]) == "Sé"
    assert made.entries[-1].text == "vista"
    assert made.after.parameters["NOME"] == normalize("NFD" if "atendimentos/um.toml" in names else "NFC", "Zé")


def test_what_a_person_names_in_a_move_may_be_apart(tmp_path):
    site = load_workspace(written(tmp_path, ()))
    ticket = site.tickets["1;1;1"]
    request = Request(action="change", actor="1;2", set=((apart("PARAMETRO.PREÇO"), "90"), (apart("região"), apart("Pará"))))
    made = plan(site, ticket, request, NOW, key="1;1;1")
    assert (made.status, made.after.parameters["PREÇO"], made.after.fields["REGIÃO"]) == ("planned", 90, apart("Pará"))
    supposed = suppose(site, ticket, {apart("PARAMETRO.PREÇO"): "80", apart("REGIÃO"): "RJ"})
    assert (supposed.parameters["PREÇO"], supposed.fields["REGIÃO"]) == (80, "RJ")
    assert site.people.attendants[site.people.users["JOÃO"]].name == "João Assunção"
    assert find_step(site, 10, apart("cotação")).code == 2


def test_a_draft_over_http_may_be_apart(tmp_path):
    folder = written(tmp_path, ())
    draft = {"tipo": 10, "assunto": apart("Pão"), "classificacao": apart("Segredo de João"), "campos": {apart("REGIÃO"): "SP"},
             "parametros": {apart("PREÇO"): "10"}}  # fmt: skip
    with service.served("--workspace", str(folder)) as (_, url, _):
        key = service.new_key(folder, "read", "run", "move")
        asked = {"ticket": "1;1;9", "action": "open", "actor": "1;2", "draft": draft}
        told = httpx.post(f"{url}/v1/moves", json=asked, headers={"Authorization": f"Bearer {key}"}).json()
        assert told["status"] == "moved", told
        after = httpx.get(f"{url}/v1/tickets/1;1;9", headers={"Authorization": f"Bearer {key}"}).json()["ticket"]
    assert (after["parameters"]["PREÇO"], after["fields"]["REGIÃO"], after["subject"]) == (10, "SP", apart("Pão"))


@pytest.mark.parametrize("text", ["PARAMETROATENDIMENTO('PREÇO', 'V') + CAMPOATENDIMENTO('TAXA')", "FORMULA('dobrão')"])
def test_a_context_and_its_formula_may_be_written_apart(text):
    for form, other in (("NFC", "NFD"), ("NFD", "NFC"), ("NFD", "NFD")):
        context = formula.Context(
            parameters={normalize(form, "PREÇO"): 3}, fields={"TAXA": 4}, formulas={normalize(form, "dobrão"): "7"}
        )
        assert formula.compile(normalize(other, text), formula.Schema.of(context)).run(context).value == 7


def unseen(text):
    """The text with characters that nobody sees, as pages and chats leave them in what is copied."""
    return f"\u2060{text[:1]}\u200b{text[1:]}\u200e".replace(" ", "\u00a0")


def test_what_nobody_sees_in_a_name_changes_nothing(tmp_path):
    folder = written(tmp_path, ())
    site = load_workspace(folder)
    ticket = site.tickets["1;1;1"]
    request = Request(action=unseen("avançar"), actor=unseen("1;2"), to=unseen("Cotação"))
    made = plan(site, ticket, request, NOW, key="1;1;1")
    assert (made.status, made.after.step) == ("planned", 2)
    assert Request(action="change", actor="1;2", copy_from=unseen("1;1;1")).copy_from == "1;1;1"
    changed = Request(action="change", actor="1;2", set=((unseen("PARAMETRO.PREÇO"), "90"), (unseen("REGIÃO"), unseen("Pará"))))
    after = plan(site, ticket, changed, NOW, key="1;1;1").after
    assert (after.parameters["PREÇO"], after.fields["REGIÃO"]) == (90, unseen("Pará"))
    assert suppose(site, ticket, {unseen("PARAMETRO.PREÇO"): "80"}).parameters["PREÇO"] == 80
    with service.served("--workspace", str(folder)) as (_, url, _):
        sent = {"Authorization": f"Bearer {service.new_key(folder, 'read', 'run')}"}
        asked = {"ticket": unseen("1;1;1"), "action": unseen("avançar"), "to": unseen("Cotação"), "actor": unseen("João Assunção")}
        told = httpx.post(f"{url}/v1/plans", json=asked | {"set": {unseen("REGIÃO"): "SP"}}, headers=sent).json()
        assert (told["ticket"], told["gate"]) == ("1;1;1", "G4"), told
        assert httpx.get(f"{url}/v1/tickets/{unseen('1;1;1')}", headers=sent).json()["ticket"]["key"] == "1;1;1"


def test_a_context_with_unseen_characters_in_its_keys(tmp_path):
    from routing.workspace.contexts import read_context

    given = read_context(f'[parametros]\n"{unseen("PREÇO")}" = "3"\n[campos]\n"{unseen("FILIAL")}" = "{unseen("MG")}"\n').context
    assert (given.parameters, given.fields) == ({"PREÇO": "3"}, {"FILIAL": unseen("MG")})
