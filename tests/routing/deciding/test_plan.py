"""What a plan holds: histories, entries, mails, effects and the explanation."""

from __future__ import annotations

import json
from datetime import datetime

import attrs
import pytest
from kit import sites

import routing
from routing import Request, plan
from routing.deciding.handoffs import Wanted
from routing.domain.model import Client, Edge, Step, attendant_holder, group_holder


def advance(site, ticket=None, **more):
    return plan(site, ticket or sites.ticket(), Request(action="advance", actor="1;2", **more), sites.NOW)


def do(action, ticket, site=None, **more):
    return plan(site or sites.site(), ticket, Request(action=action, **{"actor": "1;3", **more}), sites.NOW)


def said(made, language="pt"):
    return [line["text"] for line in made.as_json(language)["explanation"]]


# -- an advance by formula -----------------------------------------------------------------------


def test_an_advance_moves_step_and_holder_with_all_histories():
    made = advance(sites.formula_site("'1;3'"))
    assert [row.as_json() for row in made.steps] == [
        {"from": 1, "to": 2, "holder_from": {"attendant": "1;2"}, "holder_to": {"attendant": "1;3"}, "by": "1;2",
         "at": "2026-11-24T10:00:00"}]  # fmt: skip
    assert [row.as_json() for row in made.handoffs] == [
        {"from": {"attendant": "1;2"}, "to": {"attendant": "1;3"}, "by": "1;2", "reason": None, "justification": "",
         "at": "2026-11-24T10:00:00"}]  # fmt: skip
    assert [(one.kind, one.from_step, one.to_step) for one in made.entries] == [("Repasse", 1, 2)]
    assert [(mail.kind, mail.from_address, mail.to) for mail in made.mails] == [
        ("handoff", "carlos@exemplo.com.br", "ana@exemplo.com.br")
    ]
    assert (made.after.version, made.after.changed_by, made.after.changed_at) == (2, "1;2", sites.NOW)


def test_a_group_is_of_the_coligada_of_the_ticket():
    site = sites.formula_site("'5'")
    ticket = sites.ticket(coligada=2, holder=attendant_holder("2;3"), opener="2;3")
    assert plan(site, ticket, Request(action="advance"), sites.NOW).after.holder == group_holder("2;5")
    assert advance(site).after.holder == group_holder("1;5")


def test_a_number_is_a_group():
    assert advance(sites.formula_site("5")).after.holder == group_holder("1;5")


def test_a_pair_crosses_coligadas():
    assert advance(sites.formula_site("'2;3'")).after.holder == attendant_holder("2;3")


def test_the_plan_knows_the_version_of_each_formula():
    site = sites.formula_site("'1;3'")
    assert [run.as_json() for run in advance(site).formulas] == [
        {
            "code": "gestor",
            "hash": site.rule("gestor", sites.ticket()).hash,
            "value": {"kind": "texto", "value": "1;3", "display": "1;3"},
            "steps": 0,
        }
    ]


def test_analisar_stops_with_exactly_its_text():
    made = advance(sites.formula_site("ANALISAR('85', '27', '61', '49')"))
    assert (made.status, made.gate, made.reason.message) == ("stopped", "G9", "85 27 61 49")


def test_enviaemailrepasse_writes_a_copy_and_moves_nobody():
    text = "ENVIAEMAILREPASSE('de@exemplo.com.br', 'para@exemplo.com.br', 'copia@exemplo.com.br', '1;1'); '1;3'"
    made = advance(sites.formula_site(text))
    assert made.after.holder == attendant_holder("1;3")
    copy = next(mail for mail in made.mails if mail.kind == "handoff_copy")
    assert (copy.from_address, copy.to, copy.cc) == ("de@exemplo.com.br", "para@exemplo.com.br", "copia@exemplo.com.br")
    assert "Beatriz" in copy.subject


def test_effects_are_listed_in_order():
    text = "ADICIONARDISCUSSAO('um'); ADICIONARSOLICITACAO('dois'); ADICIONARSOLUCAO('tres'); ADICIONARDISCUSSAOATENDIMENTO(1, 1, 9, 'quatro'); '1;3'"
    made = advance(sites.formula_site(text))
    assert [effect.type for effect in made.effects] == [
        "add_discussion",
        "add_request",
        "add_solution",
        "add_discussion_to",
    ]
    assert (made.after.request, made.after.solution) == ("dois", "tres")
    assert [(other.ticket, other.entry.text) for other in made.other_entries] == [("1;1;9", "quatro")]


def test_exit_and_entry_formulas_run_around_the_handoff():
    steps = (
        attrs.evolve(sites.STEPS[0], on_exit=("saida",)),
        attrs.evolve(sites.STEPS[1], on_entry=("entrada",)),
        *sites.STEPS[2:],
    )
    site = sites.site(
        steps=steps,
        formulas={
            "saida": "ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta')",
            "gestor": "SE PRIORIDADE = 'Alta' ENTAO '1;3' SENAO '1;1' FIMSE",
            "entrada": "ADICIONARDISCUSSAO(CONCAT('etapa ', ETAPA))",
        },
    )
    made = advance(site)
    assert [run.code for run in made.formulas] == ["saida", "gestor", "entrada"]
    assert (made.after.priority, made.after.holder) == ("Alta", attendant_holder("1;3"))
    assert made.entries[-1].text == "etapa 2"


def test_a_formula_that_advances_further_is_followed():
    steps = (*sites.STEPS[:1], attrs.evolve(sites.STEPS[1], on_entry=("segue",)), *sites.STEPS[2:])
    made = advance(sites.site(steps=steps, formulas={"segue": "AVANCARETAPA('Diretoria')", **sites.FORMULAS}))
    assert [row.to_step for row in made.steps] == [2, 3]
    assert made.after.holder == attendant_holder("1;9")


def test_a_ring_names_every_step_formula_and_holder():
    steps = (
        sites.STEPS[0],
        Step(code=2, name="Dois", handoff="atendente", receiver="1;3", on_entry=("vai3",)),
        Step(code=3, name="Tres", handoff="atendente", receiver="1;9", on_entry=("vai2",)),
    )
    made = advance(
        sites.site(
            steps=steps, edges=(Edge(1, 2), Edge(2, 3), Edge(3, 2)), formulas={"vai3": "AVANCARETAPA(3)", "vai2": "AVANCARETAPA(2)"}
        )
    )
    assert str(made.reason.message) == (
        "as fórmulas avançam numa referência circular: 2 'Dois' (Ana (1;3)) → 3 'Tres' (vai3, Helena (1;9)) → 2 'Dois' (vai2)"
    )


def test_a_formula_cannot_hand_off_where_its_actor_may_not():
    text = "REPASSARATENDIMENTO('1;9', -1, 'regra'); '1;3'"
    made = advance(sites.formula_site(text))
    assert (made.status, made.gate, made.reason.code) == ("refused", "G5", "sem-direito-de-repasse")


def test_unless_the_type_grants_it():
    text = "REPASSARATENDIMENTO('1;9', -1, 'regra'); '1;3'"
    made = advance(sites.formula_site(text, kind={"grants": frozenset({"repassar"})}))
    assert made.after.holder == attendant_holder("1;9")
    assert [record.to_holder.key for record in made.handoffs] == ["1;3", "1;9"]


def test_a_status_asked_for_by_a_formula_keeps_its_gates():
    assert advance(sites.formula_site("CONCLUIDOCONFIRMADO; '1;3'")).reason.code == "status-nao-permite"
    assert advance(sites.formula_site("AGUARDARTERCEIROS; '1;3'")).after.status == "T"


def test_the_same_holder_gets_no_mail_and_no_handoff_row():
    made = advance(sites.formula_site("'1;2'"))
    assert (made.status, made.mails, made.handoffs, len(made.steps)) == ("planned", (), (), 1)


def test_a_handoff_to_a_queue_writes_to_its_active_members():
    assert advance(sites.formula_site("'5'")).mails[0].to == "carlos@exemplo.com.br, ana@exemplo.com.br"


# -- other actions -------------------------------------------------------------------------------


def test_a_return_goes_back_to_the_previous_holder_without_any_right():
    made = plan(sites.site(), sites.handed(), Request(action="return", actor="1;3", justification="faltou orçamento"), sites.NOW)
    assert made.after.holder == attendant_holder("1;2")
    assert made.entries[0].text == "Repassado de Ana (1;3) para Carlos (1;2): faltou orçamento"


def test_closing_time_is_set_when_answered_and_cleared_on_resume():
    answered = do("concluded-answered", sites.handed(status="R")).after
    assert answered.closed_at == sites.NOW
    assert do("resume", answered).after.closed_at is None


def test_a_confirmed_ticket_keeps_its_closing_time():
    early = datetime(2026, 11, 20, 8)
    assert do("concluded-confirmed", sites.handed(status="O", closed_at=early)).after.closed_at == early


def test_the_scheduling_count_rises_when_answered():
    assert do("scheduled-answered", sites.handed(status="G", schedule_count=2)).after.schedule_count == 3


def test_a_claim_takes_from_the_queue():
    made = do("claim", sites.queued(), actor="1;2")
    assert (made.after.holder, made.mails) == (attendant_holder("1;2"), ())


def test_opening_sets_opener_times_level_and_first_contact():
    site = sites.site(classifications={"SIGILOSA": 7})
    draft = sites.ticket(status="", step=None, holder=None, opener="", classification="Sigilosa", version=0)
    made = plan(site, None, Request(action="open", actor="1;2", draft=draft), sites.NOW)
    after = made.after
    assert (made.before, after.opener, after.opened_at, after.first_contact_at, after.access_level, after.step, after.status,
            after.version) == (None, "1;2", sites.NOW, sites.NOW, 7, 1, "A", 1)  # fmt: skip
    assert [row.as_json()["from"] for row in made.steps] == [None]


def test_a_ticket_opened_through_the_voicemail_had_no_first_contact():
    draft = sites.ticket(status="", step=None, holder=None, voicemail=1)
    assert do("open", draft, actor="1;2").after.first_contact_at is None


@pytest.mark.parametrize(
    ("client", "contact", "address"),
    [
        (
            Client(kind="cliente", code="C1", name="", email="a@exemplo.com.br", contact_emails={"7": "b@exemplo.com.br"}),
            "7",
            "b@exemplo.com.br",
        ),
        (Client(kind="cliente", code="C1", name="", email="a@exemplo.com.br"), "7", "a@exemplo.com.br"),
        (Client(kind="aluno", code="C1", name="", person_email="p@exemplo.com.br"), "", "p@exemplo.com.br"),
        (Client(kind="prospect", code="C1", name="", email="sem endereço"), "", None),
    ],
)
def test_the_opening_mail_goes_by_client_kind(client, contact, address):
    site = sites.site(people=sites.people(clients=(client,)), kind={"opening_mail": True})
    draft = sites.ticket(status="", step=None, holder=None, client_kind=client.kind, client_code="C1", client_contact=contact)
    made = do("open", draft, site, actor="1;2")
    assert [mail.to for mail in made.mails if mail.kind == "opening"] == ([] if address is None else [address])
    assert [warning.code for warning in made.warnings] == (["cliente-sem-endereco"] if address is None else [])
    assert [entry.kind for entry in made.entries] == ([] if address is None else ["Log"])


@pytest.mark.parametrize(
    ("code", "why"),
    [("", "não diz o cliente"), ("C9", "o diretório não tem o cliente 'C9'"), ("C1", "o cliente 'C1' não tem endereço de e-mail")],
)
def test_an_opening_mail_that_cannot_go_says_why(code, why):
    client = Client(kind="cliente", code="C1", name="")
    people = attrs.evolve(sites.people(), clients={"cliente;C1": client} if code == "C1" else {})
    draft = sites.ticket(status="", step=None, holder=None, client_kind="cliente", client_code=code)
    made = do("open", draft, sites.site(people=people, kind={"opening_mail": True}), actor="1;2")
    assert [(one.code, why in one.message) for one in made.warnings] == [("cliente-sem-endereco", True)]
    assert (made.mails, made.entries) == ((), ())


def test_the_discussion_never_says_that_an_opening_mail_went():
    client = Client(kind="cliente", code="C1", name="", email="a@exemplo.com.br")
    site = sites.site(people=sites.people(clients=(client,)), kind={"opening_mail": True})
    made = do("open", sites.ticket(status="", step=None, holder=None, client_kind="cliente", client_code="C1"), site, actor="1;2")
    assert [entry.text for entry in made.entries] == [
        "E-mail de abertura do atendimento a ser enviado ao cliente: a@exemplo.com.br"
    ]


class Load:
    """Carlos has five tickets and had the latest turn."""

    def load(self, attendant):
        return 5 if attendant == "1;2" else 1

    def last_turn(self, group):
        return "1;2"

    def mails(self, addresses, since):
        return [0] * len(addresses)


@pytest.mark.parametrize("kind", ["rodizio", "menorcarga"])
def test_turns_and_least_load_within_a_group(kind):
    steps = (sites.STEPS[0], Step(code=2, name="Fila", handoff=kind, receiver="5"))
    made = plan(
        sites.site(steps=steps, edges=(Edge(1, 2),)),
        sites.ticket(),
        Request(action="advance", actor="1;2"),
        sites.NOW,
        workload=Load(),
    )
    assert made.after.holder == attendant_holder("1;3")


def test_a_formula_may_ask_for_turns_too():
    made = plan(
        sites.formula_site("ATENDENTEDOGRUPO(5, 'MENORCARGA')"),
        sites.ticket(),
        Request(action="advance", actor="1;2"),
        sites.NOW,
        workload=Load(),
    )
    assert made.after.holder == attendant_holder("1;3")


def test_a_plugins_handoff_kind_decides():
    def to_helena(move, setup):
        return Wanted(attendant_holder("1;9"))

    steps = (sites.STEPS[0], Step(code=2, name="Especial", handoff="especial"))
    made = advance(sites.site(steps=steps, edges=(Edge(1, 2),), handoff_kinds={"especial": to_helena}))
    assert made.after.holder == attendant_holder("1;9")


# -- the explanation -----------------------------------------------------------------------------


def test_the_explanation_is_a_chain_from_values_to_gates():
    made = advance(sites.formula_site("SE PRIORIDADE = 'Urgente' ENTAO\n  '1;4'\nSENAO\n  '1;1'\nFIMSE"))
    chain = [(line.text, line.where) for line in made.explanation]
    order = ["PRIORIDADE vale 'Urgente'", "segue por ENTAO", "a fórmula vale '1;4'", "o destino é Davi (1;4)",
             "o substituto é Ana (1;3)", "recebe: Ana (1;3)", "dentro dos limites"]  # fmt: skip
    found = [next(number for number, (text, _) in enumerate(chain) if part in text) for part in order]
    assert found == sorted(found)
    assert ("recebe: Ana (1;3)", "G11") in chain
    assert any(where == "gestor, linha 1" for _, where in chain)


def test_the_explanation_in_english():
    made = advance(sites.formula_site("'1;7'"))
    lines = said(made, "en")
    assert lines[-1] == "did not pass gate G11: the attendant Gustavo (1;7) is inactive"
    assert not any("ç" in line or "ã" in line for line in lines)


def test_the_same_inputs_give_the_same_bytes():
    texts = {json.dumps(advance(sites.formula_site("'1;3'")).as_json(), ensure_ascii=False) for _ in range(3)}
    assert len(texts) == 1


def test_the_public_names():
    assert routing.plan is plan
    assert routing.Request is Request
