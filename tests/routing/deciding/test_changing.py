"""Changes and notes by people: rights, values, history (S:26-46, S:116-146, S:194-206)."""

from __future__ import annotations

from datetime import datetime

import attrs
import pytest
from kit import sites

from routing import Request, plan
from routing.domain.model import Client, DiscussionEntry, attendant_holder, group_holder
from routing.domain.people import NoWorkload, people_of

LINK = "vincular_cliente_representante"


def asked(site=None, ticket=None, workload=None, **request):
    given = {"action": "change", "actor": "1;3", **request}
    given["set"] = tuple(given.pop("set", {}).items())
    ticket = sites.handed() if ticket is None else ticket
    return plan(site or sites.site(), ticket, Request(**given), sites.NOW, workload=workload)


def code(made):
    return made.status if made.reason is None else made.reason.code


def with_rights(*rights, key="1;3"):
    people = tuple(attrs.evolve(one, rights=one.rights | set(rights)) if one.key == key else one for one in sites.PEOPLE)
    return attrs.evolve(sites.site(), people=people_of(people, sites.GROUPS))


def test_a_field_a_parameter_and_the_history_of_both():
    made = asked(set={"prioridade": "alta", "PARAMETRO.VALOR": "1600,00"})
    assert made.after.priority == "Alta"
    assert made.after.parameters["VALOR"] == 1600
    old = sites.handed()
    assert [(one.field, one.old, one.new, one.by, one.at) for one in made.changes] == [
        ("PRIORIDADE", old.priority, "Alta", "1;3", sites.NOW),
        ("PARAMETRO.VALOR", "1500", "1600", "1;3", sites.NOW),
    ]
    assert made.after.changes == made.changes


def test_a_value_that_is_there_already_leaves_no_row():
    ticket = attrs.evolve(sites.handed(), priority="Alta")
    assert asked(ticket=ticket, set={"PRIORIDADE": "Alta"}).changes == ()


def test_the_voice_mail_is_heard():
    ticket = attrs.evolve(sites.handed(), voicemail=2)
    assert asked(ticket=ticket, set={"CAIXAPOSTAL": "0"}).after.voicemail == 0
    assert asked(ticket=ticket, set={"CAIXAPOSTAL": None}).after.voicemail == 0


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("PRIORIDADE", "urgentíssima", "valor-invalido"),
        ("PRIORIDADE", None, "valor-invalido"),
        ("ORIGEMCONTATO", "marte", "valor-invalido"),
        ("PRIORIDDE", "Alta", "campo-desconhecido"),
        ("PARAMETRO.VALLOR", "1", "parametro-desconhecido"),
        ("PARAMETRO.VALOR", "muito", "valor-invalido"),
        ("CAIXAPOSTAL", "-1", "valor-invalido"),
        ("ABERTO_POR", "1;1", "campo-somente-leitura"),
        ("STATUS", "F", "campo-somente-leitura"),
        ("ATENDENTE", "1;1", "campo-somente-leitura"),
        ("CODIGO", "7", "campo-somente-leitura"),
        ("RESPONSAVELCONTATO", "ninguém", "atendente-desconhecido"),
        ("CLASSIFICACAO", "SIGILLOSA", "classificacao-desconhecida"),
    ],
)
def test_what_cannot_be_is_refused(name, value, wanted):
    site = attrs.evolve(sites.site(), classifications={"SIGILOSA": 5})
    assert code(asked(site, set={name: value})) == wanted


def test_everything_that_is_wrong_is_told_at_once():
    made = asked(set={"PRIORIDDE": "Alta", "PARAMETRO.VALLOR": "1"})
    assert made.reason.message == "o campo 'PRIORIDDE' não existe; o tipo não tem o parâmetro 'VALLOR'"
    assert made.reason.hint == "você quis dizer 'PRIORIDADE'?; você quis dizer 'VALOR'?"


def test_nothing_is_done_when_something_is_wrong():
    ticket = sites.handed()
    assert asked(ticket=ticket, set={"PRIORIDADE": "Baixa", "X": "1"}).after == ticket


def test_a_responsible_may_be_named():
    assert asked(set={"RESPONSAVELCONTATO": "beatriz"}).after.contact_owner == "1;1"


def test_a_classification_brings_its_level():
    site = attrs.evolve(sites.site(), classifications={"SIGILOSA": 5})
    assert asked(site, set={"CLASSIFICACAO": "Sigilosa"}).after.access_level == 5


class TestFirstContact:
    ticket = attrs.evolve(sites.handed(), opened_at=datetime(2026, 11, 20, 9), first_contact_at=None)

    def test_now(self):
        assert asked(ticket=self.ticket, set={"PRIMEIROCONTATO": "agora"}).after.first_contact_at == sites.NOW

    def test_at_a_time(self):
        made = asked(ticket=self.ticket, set={"PRIMEIROCONTATO": "23/11/2026 10:00"})
        assert made.after.first_contact_at == datetime(2026, 11, 23, 10)

    def test_once(self):
        ticket = attrs.evolve(self.ticket, first_contact_at=datetime(2026, 11, 23))
        assert code(asked(ticket=ticket, set={"PRIMEIROCONTATO": "agora"})) == "primeiro-contato-registrado"

    @pytest.mark.parametrize("when", ["25/11/2026", "19/11/2026", "ontem"])
    def test_between_the_opening_and_now(self, when):
        assert code(asked(ticket=self.ticket, set={"PRIMEIROCONTATO": when})) == "valor-invalido"


class TestLevel:
    """S:140: only chiefs; whose ticket it is does not matter, as long as they see it and may act."""

    @pytest.mark.parametrize(
        ("actor", "holder", "wanted"),
        [
            ("1;1", attendant_holder("1;3"), "planned"),
            ("1;1", attendant_holder("1;1"), "planned"),
            ("1;3", attendant_holder("1;3"), "planned"),
            ("1;2", attendant_holder("1;2"), "sem-direito-ao-campo"),
            ("1;8", attendant_holder("1;3"), "sem-direito-ao-campo"),
        ],
    )
    def test_who_may(self, actor, holder, wanted):
        ticket = attrs.evolve(sites.handed(), holder=holder)
        assert code(asked(ticket=ticket, actor=actor, set={"NIVELACESSO": "1"})) == wanted

    def test_a_queue(self):
        ticket = attrs.evolve(sites.handed(), holder=group_holder("1;5"))
        site = with_rights("atuar", key="1;1")
        assert code(asked(site, ticket, actor="1;1", set={"NIVELACESSO": "1"})) == "planned"


class TestContact:
    """All four conditions of S:28-32; the right alone for the representative (S:40-44)."""

    ticket = attrs.evolve(sites.handed(), contact_owner="1;3", client_code="")

    def test_with_all_four(self):
        assert code(asked(with_rights(LINK), self.ticket, set={"CONTATOCLIENTE": "2"})) == "planned"

    @pytest.mark.parametrize("change", [{"status": "R"}, {"contact_owner": "1;8"}])
    def test_without_one_of_the_ticket(self, change):
        made = asked(with_rights(LINK), attrs.evolve(self.ticket, **change), set={"CONTATOCLIENTE": "2"})
        assert code(made) == "sem-direito-ao-campo"

    def test_without_the_right(self):
        assert code(asked(ticket=self.ticket, set={"CONTATOCLIENTE": "2"})) == "sem-direito-ao-campo"

    def test_the_rights_are_those_of_the_ticket_as_it_was(self):
        ticket = attrs.evolve(self.ticket, contact_owner="1;8")
        made = asked(with_rights(LINK), ticket, set={"RESPONSAVELCONTATO": "1;3", "CONTATOCLIENTE": "2"})
        assert code(made) == "sem-direito-ao-campo"

    @pytest.mark.parametrize("name", ["REPRESENTANTE", "CONTATOREPRESENTANTE"])
    def test_representatives(self, name):
        assert code(asked(set={name: "R1"})) == "sem-direito-ao-campo"
        assert code(asked(with_rights(LINK), set={name: "R1"})) == "planned"


CLIENTS = (
    Client(kind="cliente", code="C1", name="Padaria Aurora", contact_emails={"1": "a@exemplo.com.br"}),
    Client(kind="prospect", code="P1", name="Doces Lua", active=False),
    Client(kind="fornecedor", code="F1", name="Moinho Sul"),
)


class TestClient:
    """S:24-25, for a change as for an opening."""

    def site(self, **settings):
        people = people_of(sites.PEOPLE, sites.GROUPS, clients=CLIENTS)
        return attrs.evolve(sites.site(), people=people, settings={"atendimento": settings})

    @pytest.mark.parametrize(
        ("kind", "client", "wanted"),
        [
            ("cliente", "C1", "planned"),
            ("cliente", "C9", "cliente-desconhecido"),
            ("prospect", "P1", "cliente-inativo"),
            ("fornecedor", "F1", "cliente-fornecedor"),
        ],
    )
    def test_who_may_be_one(self, kind, client, wanted):
        site = self.site(fornecedores=False)
        changing = asked(site, attrs.evolve(sites.handed(), client_kind=kind, client_code=""), set={"CLIENTE": client})
        draft = attrs.evolve(sites.handed(), client_kind=kind, client_code=client, status="", holder=None, step=None, handoffs=())
        opening = plan(site, None, Request(action="open", actor="1;3", draft=draft), sites.NOW, key=draft.key)
        assert (code(changing), code(opening)) == (wanted, wanted)
        assert opening.gate == {"planned": None, "cliente-desconhecido": "G1"}.get(wanted, "G8")

    def test_suppliers_without_the_parameter(self):
        ticket = attrs.evolve(sites.handed(), client_kind="fornecedor", client_code="")
        assert code(asked(self.site(), ticket, set={"CLIENTE": "F1"})) == "planned"

    def test_a_contact_that_the_client_does_not_have(self):
        site = attrs.evolve(
            with_rights(LINK), people=people_of(with_rights(LINK).people.attendants.values(), sites.GROUPS, clients=CLIENTS)
        )
        ticket = attrs.evolve(sites.handed(), contact_owner="1;3", client_code="C1", client_kind="cliente")
        assert code(asked(site, ticket, set={"CONTATOCLIENTE": "9"})) == "contato-desconhecido"


@attrs.frozen(eq=False)
class Others(NoWorkload):
    tickets: dict = attrs.field(factory=dict)
    entries: tuple = ()

    def ticket(self, key):
        return self.tickets.get(key)

    def entry(self, ticket, number):
        return self.entries[number - 1] if 1 <= number <= len(self.entries) else None


class TestCopying:
    other = attrs.evolve(sites.handed(), code=7, parameters={"VALOR": 77, "ANTIGO": 1})

    def test_parameters_that_the_type_has(self):
        made = asked(workload=Others({"1;1;7": self.other}), copy_from="1;1;7")
        assert made.after.parameters == {"VALOR": 77}

    @pytest.mark.parametrize("level", [0, 9])
    def test_from_a_ticket_that_is_not_there_or_not_seen(self, level):
        others = {"1;1;7": attrs.evolve(self.other, access_level=9, holder=attendant_holder("1;9"))} if level else {}
        made = asked(workload=Others(others), copy_from="1;1;7")
        assert (code(made), made.reason.message) == ("atendimento-desconhecido", "o atendimento 1;1;7 não existe")


class TestNote:
    @pytest.mark.parametrize(
        ("kind", "wanted"), [("log", "Log"), ("possible-solution", "Possível Solução"), ("Possível solução", "Possível Solução")]
    )
    def test_an_entry(self, kind, wanted):
        made = asked(action="anotar", text="reinstalar", kind=kind, publishable=True)
        assert made.entries == (DiscussionEntry(wanted, "reinstalar", "1;3", sites.NOW, None, None, True),)

    @pytest.mark.parametrize(("kind", "name"), [("solution", "SOLUCAO"), ("request", "SOLICITACAO"), ("solução", "SOLUCAO")])
    def test_more_of_a_text(self, kind, name):
        ticket = attrs.evolve(sites.handed(), solution="uma", request="uma")
        made = asked(ticket=ticket, action="note", text="duas", kind=kind)
        assert [(one.field, one.old, one.new) for one in made.changes] == [(name, "uma", "uma\nduas")]

    @pytest.mark.parametrize("request_of", [{"publishable": True}, {"entry": 1}])
    def test_only_the_discussion_is_published_and_numbered(self, request_of):
        assert code(asked(action="note", text="x", kind="solution", **request_of)) == "so-na-discussao"

    def test_an_unknown_kind(self):
        assert code(asked(action="note", text="x", kind="grito")) == "tipo-de-anotacao-desconhecido"

    def test_another_text_keeps_the_former_one(self):
        old = DiscussionEntry("Log", "antes", "1;2", datetime(2026, 11, 20), 1, 2)
        made = asked(workload=Others(entries=(old,)), action="note", text="depois", entry=1, publishable=True)
        assert [(one.field, one.old, one.new) for one in made.changes] == [("DISCUSSAO.1", "antes", "depois")]
        assert made.edits[0].entry == attrs.evolve(old, text="depois", publishable=True)
        assert made.entries == ()

    def test_an_entry_that_is_not_there_or_not_a_persons(self):
        old = DiscussionEntry("Repasse", "de A para B", "1;2", datetime(2026, 11, 20))
        assert code(asked(action="note", text="x", entry=3)) == "entrada-desconhecida"
        assert code(asked(workload=Others(entries=(old,)), action="note", text="x", entry=1)) == "entrada-do-sistema"


class TestNames:
    """door-05, door-14: either language's verbs, people by their names."""

    @pytest.mark.parametrize("word", ["mudar", "Mudar", "change", "alterar"])
    def test_verbs(self, word):
        made = asked(action=word, set={"PRIORIDADE": "Baixa"})
        assert (made.status, made.action) == ("planned", "change")

    @pytest.mark.parametrize("word", ["avançar", "avancar", "AVANÇAR", "avançar etapa"])
    def test_verbs_without_accents(self, word):
        assert asked(action=word).action == "advance"

    def test_a_verb_that_is_none(self):
        made = asked(action="avansar")
        assert (code(made), made.reason.hint) == ("acao-desconhecida", "você quis dizer 'avançar'?")

    @pytest.mark.parametrize("who", ["ana", "Ana", "ANA@exemplo.com.br"])
    def test_people(self, who):
        assert asked(actor=who, set={"PRIORIDADE": "Baixa"}).changes[0].by == "1;3"

    def test_a_name_that_two_have(self):
        people = people_of((*sites.PEOPLE, attrs.evolve(sites.PEOPLE[2], code=30, user="", email="")), sites.GROUPS)
        made = asked(attrs.evolve(sites.site(), people=people), actor="Ana", set={"PRIORIDADE": "Baixa"})
        assert (made.gate, code(made), made.before) == ("G4", "nome-ambiguo", None)

    @pytest.mark.parametrize(("who", "holder"), [("beatriz", attendant_holder("1;1")), ("Suporte", group_holder("1;5"))])
    def test_receivers(self, who, holder):
        assert asked(action="handoff", to=who).after.holder == holder


def test_who_may_not_see_a_ticket_is_told_that_it_does_not_exist():
    hidden = attrs.evolve(sites.handed(), access_level=9)
    missing = plan(sites.site(), None, Request(action="cancel", actor="1;1"), sites.NOW, key=hidden.key)
    seen = plan(sites.site(), hidden, Request(action="cancel", actor="1;1"), sites.NOW, key=hidden.key)
    assert seen == missing


def test_who_holds_a_ticket_sees_it_whatever_its_level():
    hidden = attrs.evolve(sites.handed(), access_level=9)
    assert code(asked(ticket=hidden, set={"PRIORIDADE": "Baixa"})) == "planned"


def test_nothing_of_a_ticket_is_told_to_an_actor_who_is_nobody():
    made = asked(actor="1;99", set={"PRIORIDADE": "Baixa"})
    assert made.before is None
    assert sites.handed().subject not in " ".join(line.text for line in made.explanation)
