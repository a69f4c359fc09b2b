"""The decision table: each row of moves.tsv is one move, with its gate, code and status afterwards.

A situation is the common one of its action with one thing changed. Columns: action, status before (``-``: not opened),
situation, result, gate (of the refusal, or of a warning that counts), code, status after.
"""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from unicodedata import normalize
from zoneinfo import ZoneInfo

import attrs
import pytest
from kit import sites

from formula.types import kind_set
from formula.working_calendar import WorkingCalendar
from routing import Request, plan
from routing.domain.annexes import Annex
from routing.domain.model import (
    CLOCK_ACTIONS,
    CLOCK_KEY,
    Absence,
    Approval,
    Attendant,
    Client,
    DiscussionEntry,
    Edge,
    FieldChange,
    Group,
    HandoffRecord,
    Relation,
    Step,
    StepChange,
    Voice,
    attendant_holder,
    group_holder,
)
from routing.domain.people import NoWorkload
from routing.domain.site import Policy

ROWS = list(csv.DictReader(Path(__file__).with_name("moves.tsv").open(encoding="utf-8"), delimiter="\t"))
ANA, CARLOS = attendant_holder("1;3"), attendant_holder("1;2")
STEPS = (attrs.evolve(sites.STEPS[0], possible_entry=False), *sites.STEPS[1:])


class OneOther(NoWorkload):
    """A store with one other ticket."""

    def ticket(self, key):
        return attrs.evolve(sites.handed(), code=8) if key == "1;1;8" else None


def common(action, status):
    """Ana has Carlos's ticket in the first step and may hand off; a claim is by Carlos from his group's queue."""
    letter = "" if status == "-" else status
    ticket = attrs.evolve(sites.handed(), status=letter, step=1 if letter else None, version=3,
                          changed_by="1;2", changed_at=datetime(2026, 11, 24, 9, 0))  # fmt: skip
    request = Request(action=action, actor="1;3", justification="combinado com o cliente", reason=2,
                      wake_up=datetime(2026, 11, 26), deadline=datetime(2026, 11, 30))  # fmt: skip
    if action == "change":
        request = attrs.evolve(request, set=(("PRIORIDADE", "Alta"),))
    if action == "note":
        request = attrs.evolve(request, text="ligou de novo")
    if action == "mail":
        request = attrs.evolve(request, to="1;2, cliente@exemplo.com.br", text="segue")
    if action == "annex":
        site = attrs.evolve(sites.site(), annexes={"PESQUISA": Annex(name="PESQUISA", title="Pesquisa", fields={"NOTA": "numero"})})
        return site, ticket, attrs.evolve(request, kind="PESQUISA", set=(("NOTA", "5"),))
    if action in ("relate", "unrelate"):
        kept = (Relation("1;1;8", "relacionado", "1;2", datetime(2026, 11, 24, 9, 0)),) if action == "unrelate" else ()
        request = attrs.evolve(request, to="1;1;8", reason=None)
        return attrs.evolve(sites.site(), workload=OneOther()), attrs.evolve(ticket, relations=kept), request
    if action == "handoff":
        request = attrs.evolve(request, to="1;1")
    if action == "open":
        ticket = attrs.evolve(ticket, holder=None, handoffs=())
    if action == "claim":
        ticket, request = attrs.evolve(ticket, holder=group_holder("1;5")), attrs.evolve(request, actor="1;2")
    if action in CLOCK_ACTIONS:
        return timed(), attrs.evolve(ticket, wake_up=YESTERDAY, deadline=YESTERDAY, entered_at=YESTERDAY), Request(action=action)
    if action in ("approve", "reject"):
        ticket = attrs.evolve(ticket, step=2 if letter else None)
        return approving(), ticket, request
    return sites.site(), ticket, request


def timed(text="ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta')", **more):
    """The first step takes eight hours, with a reminder after six, and asks a formula at its end."""
    step = attrs.evolve(STEPS[0], duration=8, reminder=2, when_due=("cobra",), **more.pop("step", {}))
    return sites.site({"cobra": text, **sites.FORMULAS}, steps=(step, *STEPS[1:]), **more)


def on_time(text, **more):
    return lambda site, ticket, request: (timed(text, **more), ticket, request)


YESTERDAY = sites.NOW - timedelta(days=1)
LEADER = Attendant(coligada=1, code=31, name="Lia", level=9, rights=frozenset({"atuar"}))
LED = Attendant(coligada=1, code=32, name="Rui", chief="1;31")


def staying(holder):
    """An advance that leaves the ticket with who has it."""
    return lambda site, ticket, request: (
        sites.site(steps=(sites.STEPS[0], attrs.evolve(sites.STEPS[1], handoff="manter"), *sites.STEPS[2:])),
        attrs.evolve(ticket, holder=holder),
        attrs.evolve(request, actor="1;9"),
    )


def talked(*entries):
    """The step is left when somebody wrote to the discussion; the ticket came to it yesterday."""
    return lambda site, ticket, request: (
        sites.site(steps=(attrs.evolve(sites.STEPS[0], required_on_exit=("ACAO.DISCUSSAO",)), *sites.STEPS[1:])),
        attrs.evolve(ticket, discussion=entries, steps=(StepChange(None, 1, None, CARLOS, "1;2", YESTERDAY),)),
        request,
    )


def chained(text):
    """The second step wants a discussion and has a formula that goes on by itself; somebody wrote in the first."""
    second = attrs.evolve(sites.STEPS[1], required_on_exit=("ACAO.DISCUSSAO",), on_entry=("segue",))
    return lambda site, ticket, request: (
        sites.site({"segue": text, **sites.FORMULAS}, steps=(sites.STEPS[0], second, *sites.STEPS[2:])),
        attrs.evolve(ticket, discussion=(DiscussionEntry("Log", "Falei", "1;2", sites.NOW),)),
        request,
    )


def approving(by=("1;3", "1;1", "5"), **more):
    """Step 2 asks for approval, by anyone of three unless said otherwise; the first rejection decides."""
    given = {"by": by, "rule": "qualquer", "veto": True, **more.pop("approval", {})}
    step = attrs.evolve(sites.STEPS[1], required=(), approval=Approval(**given), **more)
    edges = tuple(edge for edge in sites.EDGES if edge != Edge(2, 4))
    return sites.site(steps=(sites.STEPS[0], step, *sites.STEPS[2:]), edges=edges)


def spoken(by, seat, **more):
    return lambda site, ticket, request: (
        approving(approval={"rule": "todos"}),
        attrs.evolve(ticket, step=2, voices=(Voice(2, seat, by, "approve", sites.NOW, "", 2),)),
        attrs.evolve(request, actor="1;3", **more),
    )


def own(formula, **step):
    """The flow leads into a step that nobody decides for oneself; Carlos opened the ticket."""
    return lambda site, ticket, request: (
        sites.formula_site(
            formula,
            steps=(sites.STEPS[0], attrs.evolve(sites.STEPS[1], self_approval=False, **step), *sites.STEPS[2:]),
            people=sites.people((*sites.PEOPLE, SUBSTITUTED)),
        ),
        ticket,
        request,
    )


CLIENTS = {
    "cliente;D1": Client(kind="cliente", code="D1", name="Dias Ltda.", email="contato@example.com", contact_emails={"A": "carlos@exemplo.com.br"}),
    "pessoa;C1": Client(kind="pessoa", code="C1", name="Carlos Dias", email="Carlos Dias <CARLOS@exemplo.com.br>"),
    "pessoa;H1": Client(kind="pessoa", code="H1", name="Hugo Reis", email="hugo@exemplo.com.br"),
    "pessoa;C2": Client(kind="pessoa", code="C2", name="Cora Lima", email="cora@example.com"),
}  # fmt: skip
BY_CONTACT = {"client_kind": "cliente", "client_code": "D1", "client_contact": "A"}
REPLACED = {"client_code": "C2", "changes": (FieldChange("CLIENTE", "C1", "C2", "1;2", sites.NOW),)}


def of_client(situation, **given):
    """The same, where Helena opened the ticket and Carlos is its client."""

    def made(site, ticket, request):
        site, ticket, request = situation(site, ticket, request)
        people = attrs.evolve(site.people, clients={**site.people.clients, **CLIENTS})
        mine = {"opener": "1;9", "client_kind": "pessoa", "client_code": "C1", **given}
        return attrs.evolve(site, people=people), attrs.evolve(ticket, **mine), request

    return made


def own_voice(site, ticket, request):
    """Carlos approves or rejects where nobody may decide the own ticket."""
    return approving(self_approval=False), ticket, attrs.evolve(request, actor="1;2")


def own_step(site, ticket, request):
    """Carlos has a ticket in a step that nobody decides for oneself."""
    steps = (sites.STEPS[0], attrs.evolve(sites.STEPS[1], required=(), self_approval=False), *sites.STEPS[2:])
    site = sites.site(steps=steps, edges=tuple(edge for edge in sites.EDGES if edge != Edge(2, 4)))
    return site, attrs.evolve(ticket, step=2, holder=CARLOS), attrs.evolve(request, actor="1;2")


SUBSTITUTED = Attendant(coligada=1, code=30, name="Bia", absence=Absence(date(2026, 11, 20), date(2026, 12, 1), "1;2"))


def asked(**changes):
    return lambda site, ticket, request: (site, ticket, attrs.evolve(request, **changes))


def being(**changes):
    return lambda site, ticket, request: (site, attrs.evolve(ticket, **changes), request)


def by_formula(text, **more):
    return lambda site, ticket, request: (sites.formula_site(text, **more), ticket, request)


def receiver(destination):
    """Both ways to name a receiver: a person's handoff, and the formula of an advance."""

    def change(site, ticket, request):
        if request.action == "handoff":
            actor = "1;9" if request.actor == "1;3" else request.actor
            return site, ticket, attrs.evolve(request, to=destination, actor=actor)
        return sites.formula_site(f"'{destination}'"), ticket, request

    return change


def storm(site, ticket, request):
    at = sites.NOW - timedelta(minutes=1)
    many = tuple(HandoffRecord(CARLOS, ANA, "1;2", None, "", at) for _ in range(5))
    return attrs.evolve(site, policy=Policy(moves_per_ticket_hour=5)), attrs.evolve(ticket, handoffs=many), request


class Busy:
    def load(self, attendant):
        return 0

    def last_turn(self, group):
        return None

    def mails(self, addresses, since):
        return [300] * len(addresses)

    def ticket(self, key):
        return None

    def entry(self, ticket, number):
        return None


TOKYO = timezone(timedelta(hours=9))


def in_paulo(**changes):
    """A site of São Paulo, asked with times of other zones."""
    return lambda site, ticket, request: (
        attrs.evolve(site, zone=ZoneInfo("America/Sao_Paulo")), ticket, attrs.evolve(request, **changes))  # fmt: skip


def handed_out(distribution, **more):
    """A handoff, or an advance by formula, to a group that hands out by its own distribution."""
    given = Group(**{"coligada": 1, "code": 8, "name": "Fiscal", "members": ("1;3", "1;1"), "distribution": distribution, **more})
    return lambda site, ticket, request: grouped(given, *receiver("8")(site, ticket, request))


def grouped(given, site, ticket, request):
    return attrs.evolve(site, people=sites.people(sites.PEOPLE, (*sites.GROUPS, given))), ticket, request


RING_STEPS = (
    Step(code=1, name="Um", entry=True),
    Step(code=2, name="Dois", handoff="manter", on_entry=("vai3",)),
    Step(code=3, name="Tres", handoff="manter", on_entry=("vai2",)),
)
RING = {"vai3": "AVANCARETAPA(3)", "vai2": "AVANCARETAPA(2)"}
FORK = (Edge(1, 2), Edge(1, 4))

SITUATIONS = {
    "comum": lambda site, ticket, request: (site, ticket, request),
    "atendimento inexistente": lambda site, ticket, request: (site, None, request),
    "versão velha": asked(version=2),
    "ator desconhecido": asked(actor="1;99"),
    "ator inativo": asked(actor="1;7"),
    "caixa postal com mensagens": being(voicemail=2),
    "ator sem o atendimento": asked(actor="2;3"),
    "ator é o chefe": asked(actor="1;1"),
    "ator com direito de atuar": asked(actor="1;8"),
    "atendimento na fila": being(holder=group_holder("1;5")),
    "tempestade": storm,
    "fora do grupo": asked(actor="1;1"),
    "fora da fila": being(holder=ANA),
    "destino sem direito": lambda site, ticket, request: (
        site, attrs.evolve(ticket, holder=CARLOS), attrs.evolve(request, actor="1;2", to="1;1")),
    "direito só da coligada": lambda site, ticket, request: (
        site, attrs.evolve(ticket, holder=attendant_holder("2;3")), attrs.evolve(request, actor="2;3", to="2;3")),
    "direito de outra coligada": lambda site, ticket, request: (
        site, attrs.evolve(ticket, holder=attendant_holder("2;3")), attrs.evolve(request, actor="2;3", to="1;3")),
    "sem justificativa": asked(justification="  "),
    "anexo desconhecido": asked(kind="PESQUIZA"),
    "sem valores": asked(set=()),
    "sem direito de repasse": lambda site, ticket, request: (
        site, attrs.evolve(ticket, holder=CARLOS, handoffs=(HandoffRecord(ANA, CARLOS, "1;3", None, "", sites.NOW),)),
        attrs.evolve(request, actor="1;2")),
    "sem motivo": asked(reason=-1),
    "sem despertamento": asked(wake_up=None),
    "sem prazo": asked(deadline=None),
    "prazo antes do despertamento": asked(deadline=datetime(2026, 11, 25)),
    "etapa fora do fluxo": asked(to=3),
    "etapa que não existe": asked(to="Almoxarifado"),
    "atendimento sem etapa": being(step=None),
    "última etapa": being(step=5),
    "várias saídas": lambda site, ticket, request: (sites.site(edges=FORK), ticket, request),
    "várias saídas com AVANCARETAPA": lambda site, ticket, request: (
        sites.site(edges=FORK, formulas={"caminho": "AVANCARETAPA('Fila')", **sites.FORMULAS}, kind={"formula": "caminho"}), ticket, request),
    "duas etapas pedidas de uma vez": by_formula("AVANCARETAPA('Diretoria'); AVANCARETAPA('Fila'); '1;3'"),
    "uma etapa pedida duas vezes": by_formula("AVANCARETAPA('Diretoria'); AVANCARETAPA(3); '1;3'"),
    "tipo sem entrada": lambda site, ticket, request: (
        sites.site(steps=[attrs.evolve(step, entry=False) for step in STEPS]), ticket, request),
    "etapa que não é de entrada": asked(to=3),
    "tipo que não existe": being(type=77),
    "faltam obrigatórios": being(subject=" ", parameters={}),
    "fórmula falha": by_formula("DECL A; SETVAR(A, 0); 1 / A"),
    "fórmula com ANALISAR": by_formula("ANALISAR('85', '27', '61', '49')"),
    "fórmula que não existe": lambda site, ticket, request: (sites.site(formulas={}), ticket, request),
    "fórmula com erro de escrita": by_formula("SE 1 = 1 ENTAO '1;3'"),
    "valor Vazio": by_formula("SE PRIORIDADE = 'Baixa' ENTAO '1;3' FIMSE"),
    "valor em branco": by_formula("' '"),
    "valor com vírgula": by_formula("'1,3'"),
    "valor é um nome": by_formula("'Ana'"),
    "valor é data": by_formula("MTDATA(1, 2, 2026)"),
    "destino malformado": asked(to="1;3;5"),
    "destino desconhecido": receiver("1;99"),
    "destino inativo": receiver("1;7"),
    "substitutos em anel": receiver("1;5"),
    "ausente sem substituto": receiver("1;10"),
    "grupo desconhecido": receiver("99"),
    "grupo vazio": receiver("6"),
    "grupo inativo": receiver("7"),
    "destino ausente com substituto": receiver("1;4"),
    "destino de nível menor": lambda site, ticket, request: receiver("1;2")(site, attrs.evolve(ticket, access_level=6), request),
    "sem detentor anterior": being(handoffs=()),
    "fórmulas em anel": lambda site, ticket, request: (
        sites.site(formulas=RING, steps=RING_STEPS, edges=(Edge(1, 2), Edge(2, 3), Edge(3, 2))), ticket, request),
    "ações demais": by_formula("DECL I; SETVAR(I, 0); REPITA AGUARDARTERCEIROS; EMANDAMENTO; SETVAR(I, I + 1) ATE I > 20; '1;3'"),
    "e-mails demais": lambda site, ticket, request: (
        sites.formula_site("'1;1'", workload=Busy()), ticket, request),
    "reabrir sem direito": lambda site, ticket, request: (site, ticket, request),
    "reabrir com direito": asked(actor="1;9"),
    "etapa que conclui em F": being(step=3),
    "quem não aprova": asked(actor="1;8"),
    "já falou": spoken("1;3", "1;3"),
    "o grupo já falou": lambda site, ticket, request: (
        approving(("1;1", "5")), attrs.evolve(ticket, voices=(Voice(2, "5", "1;2", "approve", sites.NOW, "", 2),)), request),
    "etapa sem aprovação": being(step=3),
    "o próprio pedido": lambda site, ticket, request: (approving(self_approval=False), ticket, attrs.evolve(request, actor="1;2")),
    "etapa com aprovação": lambda site, ticket, request: (approving(), attrs.evolve(ticket, step=2), request),
    "avança o próprio pedido": lambda site, ticket, request: (
        sites.site(steps=(sites.STEPS[0], attrs.evolve(sites.STEPS[1], self_approval=False), *sites.STEPS[2:])),
        attrs.evolve(ticket, step=2, opener="1;3"), request),
    "destino é quem abriu": own("'1;2'"),
    "destino é quem abriu, como substituto": own("'1;30'"),
    "a vez é de quem abriu": own("ATENDENTEDOGRUPO(5, 'RODIZIO')"),
    "a menor carga é de quem abriu": own("ATENDENTEDOGRUPO(5, 'MENORCARGA')"),
    "o pedido de que é cliente": of_client(own_voice),
    "o pedido de que é o contato": of_client(own_voice, **BY_CONTACT),
    "o pedido de que outro é o contato": of_client(own_voice, **BY_CONTACT | {"client_contact": ""}),
    "o pedido de que outro é cliente": of_client(own_voice, client_code="C2"),
    "o pedido de que era cliente, até trocá-lo": of_client(own_voice, **REPLACED),
    "o pedido de que é cliente, sem a proibição": of_client(lambda site, ticket, request: (
        approving(), ticket, attrs.evolve(request, actor="1;2"))),
    "decide o pedido de que é cliente": of_client(own_step),
    "decide o pedido de que outro é cliente": of_client(own_step, client_code="C2"),
    "destino é o cliente": of_client(own("'1;2'")),
    "destino é o cliente, como substituto": of_client(own("'1;30'")),
    "destino é o contato do cliente": of_client(own("'1;2'"), **BY_CONTACT),
    "a vez é do cliente": of_client(own("ATENDENTEDOGRUPO(5, 'RODIZIO')")),
    "a menor carga é do cliente": of_client(own("ATENDENTEDOGRUPO(5, 'MENORCARGA')")),
    "só o cliente aprovaria, sem chefe": of_client(lambda site, ticket, request: (
        approving(("1;8",), approval={"rule": "todos"}, self_approval=False), ticket, request), opener="1;1", client_code="H1"),
    "só o cliente aprovaria, com chefe": of_client(lambda site, ticket, request: (
        approving(("1;2",), approval={"rule": "todos"}, self_approval=False), ticket, request), opener="1;1"),
    "assume o pedido de que é cliente": of_client(lambda site, ticket, request: (
        own_step(site, ticket, request)[0], attrs.evolve(ticket, step=2, holder=group_holder("1;5")), attrs.evolve(request, actor="1;2"))),
    "repassa ao cliente": of_client(lambda site, ticket, request: (
        own_step(site, ticket, request)[0], attrs.evolve(ticket, step=2, holder=ANA), attrs.evolve(request, actor="1;3", to="1;2"))),
    "faltam aprovadores": lambda site, ticket, request: (approving(("1;7", "6"), approval={"rule": "todos"}), ticket, request),
    "ainda não": being(wake_up=sites.NOW + timedelta(minutes=1), deadline=sites.NOW + timedelta(minutes=1), entered_at=sites.NOW),
    "já feito": being(step_told=2, deadline_told=1, wake_up=None),
    "sem data": being(wake_up=None, deadline=None, entered_at=None),
    "sem duração": lambda site, ticket, request: (sites.site(steps=STEPS), ticket, request),
    "etapa que não há mais": being(step=77),
    "agendado para hoje": being(wake_up=sites.NOW.date(), deadline=sites.NOW.date()),
    "pedido por uma pessoa": asked(actor="1;7"),
    "vence e avança": on_time("AVANCARETAPA(2)"),
    "vence e repassa": on_time("REPASSARATENDIMENTO('1;1', -1, 'venceu')"),
    "vence e devolve": on_time("REPASSARDEVOLTA('venceu')"),
    "vence e aguarda": on_time("AGUARDARTERCEIROS"),
    "vence e cancela": on_time("CANCELARATENDIMENTO(2, 'venceu')"),
    "vence e a fórmula falha": on_time("DECL A; SETVAR(A, 0); 1 / A"),
    "vence e a fórmula para": on_time("ANALISAR('85', '27', '61', '49')"),
    "vence e não há fórmula": lambda site, ticket, request: (
        attrs.evolve(timed(), formulas={}), ticket, request),
    "vence e avança o que se aprova": on_time(
        "AVANCARETAPA(2)", step={"approval": Approval(by=("1;3",))}),
    "vence e vai a quem não existe": on_time("REPASSARATENDIMENTO('1;99')"),
    "prazo em dias úteis": by_formula("SE DIASUTEIS('24/11/2026', '30/11/2026') = 4 ENTAO '1;1' SENAO '1;99' FIMSE"),
    "folga do ambiente": by_formula(
        "SE SOMADIASUTEIS('24/11/2026', 1) = '26/11/2026' ENTAO '1;1' SENAO '1;99' FIMSE",
        calendar=WorkingCalendar(days_off=frozenset({date(2026, 11, 25)}))),
    "feriado do estado": by_formula(
        "SE HORASUTEIS('08/07/2026 17:00', '10/07/2026 09:00') = 2 ENTAO '1;1' SENAO '1;99' FIMSE",
        calendar=WorkingCalendar(holidays="BR-SP")),
    "dias úteis de data nenhuma": by_formula("DIASUTEIS(DATANULA, HOJE)"),
    "dia útil fora do calendário": by_formula("SOMADIASUTEIS(HOJE, 9999999)"),
    "laço de dias úteis": by_formula("DECL D; SETVAR(D, HOJE); ENQUANTO VERDADE FACA SETVAR(D, SOMADIASUTEIS(D, 1)) FIMENQ"),
    "despertamento em outro fuso": in_paulo(
        wake_up=datetime(2026, 11, 26, 13, tzinfo=UTC), deadline=datetime(2026, 11, 26, 22, 30, tzinfo=TOKYO)),
    "prazo antes do despertamento, em outro fuso": in_paulo(
        wake_up=datetime(2026, 11, 26, 10), deadline=datetime(2026, 11, 26, 12, tzinfo=UTC)),
    "primeiro contato em outro fuso": in_paulo(set=(("PRIMEIROCONTATO", "2026-11-24T12:30:00Z"),)),
    "primeiro contato no futuro, em outro fuso": in_paulo(set=(("PRIMEIROCONTATO", "2026-11-24T08:30:00-05:00"),)),
    "grupo em rodízio": handed_out("rodizio"),
    "grupo por carga": handed_out("menorcarga"),
    "grupo em fila": handed_out("fila"),
    "grupo com atendente fixo": handed_out("atendente", attendant="1;2"),
    "grupo com atendente fixo inativo": handed_out("atendente", attendant="1;7", members=("1;7", "1;3")),
    "nada a mudar": asked(set=()),
    "número com duas leituras": asked(set=(("PARAMETRO.VALOR", "25.000"),)),
    "parâmetro com erro de escrita": asked(set=(("PARAMETRO.VALLOR", "25"),)),
    "campo com erro de escrita": asked(set=(("PRIORIDDE", "Alta"),)),
    "etapa com nome escrito num Mac": lambda site, ticket, request: (
        sites.site(edges=FORK, formulas={"caminho": normalize("NFD", "AVANCARETAPA('Aprovação')"), **sites.FORMULAS},
                   steps=(*sites.STEPS[:3], attrs.evolve(sites.STEPS[3], name="Aprovação"), sites.STEPS[4]), kind={"formula": "caminho"}),
        ticket, request),
    "nível por quem é chefe, nas próprias mãos": asked(set=(("NIVELACESSO", "2"),)),
    "nível por quem não é chefe": lambda site, ticket, request: (
        site, attrs.evolve(ticket, holder=CARLOS), attrs.evolve(request, actor="1;2", set=(("NIVELACESSO", "2"),))),
    "repassa a quem já o tem": lambda site, ticket, request: (site, ticket, attrs.evolve(request, to="1;3")),
    "rascunho com classificação errada": lambda site, ticket, request: (
        attrs.evolve(site, classifications={"SIGILOSA": 7}), attrs.evolve(ticket, classification="SIGILLOSA"), request),
    "classificação acima de quem abre": lambda site, ticket, request: (
        attrs.evolve(site, classifications={"SIGILOSA": 7}), attrs.evolve(ticket, classification="sigilosa"), request),
    "campo complementar sem valor": lambda site, ticket, request: (
        sites.formula_site("SE FILIAL = '' ENTAO '1;1' SENAO '1;99' FIMSE", extra_fields={"FILIAL": kind_set("texto")}), ticket, request),
    "fórmula muda o nível e repassa": by_formula("ALTERARCAMPOATENDIMENTO('NIVELACESSO=2'); '1;1'"),
    "fórmula muda o nível e repassa a nível menor": by_formula("ALTERARCAMPOATENDIMENTO('NIVELACESSO=4'); '1;2'"),
    "fórmula preenche o obrigatório tarde demais": lambda site, ticket, request: (
        sites.formula_site("ALTERARCAMPOATENDIMENTO('ASSUNTO=Novo'); '1;1'"), attrs.evolve(ticket, subject=""), request),
    "grupo em rodízio, o da vez ausente": handed_out("rodizio", members=("1;10", "1;4", "1;1")),
    "grupo por carga, todos ausentes": handed_out("menorcarga", members=("1;10", "1;4")),
    "sem texto": asked(text=" "),
    "com valores de campos": asked(set=(("FILIAL", "NE"),)),
    "com uma cópia de parâmetros": asked(copy_from="1;1;41"),
    "com texto": asked(text="ligou"),
    "com tipo de anotação": asked(kind="solution"),
    "texto que ninguém vê": asked(text="\u200b\u3164"),
    "justificativa que ninguém vê": asked(justification="\u200b\u2060"),
    "assunto que ninguém vê": being(subject="\ufeff\u2800"),
    "texto com nulo": asked(set=(("ASSUNTO", "a\0b"),)),
    "parâmetro com nulo": asked(set=(("PARAMETRO.CENTRO", "a\0b"),)),
    "rascunho sigiloso de outra pessoa": being(access_level=9, opener="1;9"),
    "rascunho sigiloso próprio": being(access_level=9, opener="1;3"),
    "rascunho com detentor inativo": being(holder=attendant_holder("1;7")),
    "rascunho com detentor ausente": being(holder=attendant_holder("1;4")),
    "rascunho na fila de ninguém": being(holder=group_holder("1;6")),
    "fica com quem está inativo": staying(attendant_holder("1;7")),
    "fica com quem saiu": staying(attendant_holder("1;77")),
    "fica na fila de ninguém": staying(group_holder("1;6")),
    "reabre com quem saiu": lambda site, ticket, request: (
        site, attrs.evolve(ticket, holder=attendant_holder("1;77")), attrs.evolve(request, actor="1;9")),
    "nível que a fila não vê": lambda site, ticket, request: (
        sites.site(people=sites.people((*sites.PEOPLE, LEADER, LED))), attrs.evolve(ticket, holder=group_holder("1;5")),
        attrs.evolve(request, actor="1;31", set=(("NIVELACESSO", "6"),))),
    "nível que a fila ainda vê": lambda site, ticket, request: (
        sites.site(people=sites.people((*sites.PEOPLE, LEADER, LED))), attrs.evolve(ticket, holder=group_holder("1;5")),
        attrs.evolve(request, actor="1;31", set=(("NIVELACESSO", "3"),))),
    "discussão só do sistema": talked(
        DiscussionEntry("Repasse", "Repassado", "1;2", sites.NOW), DiscussionEntry("Log", "Etapa avançada", "1;2", sites.NOW, 1, 2),
        DiscussionEntry("Log", "Lembrete", CLOCK_KEY, sites.NOW)),
    "discussão de alguém": talked(DiscussionEntry("Log", "Falei com o cliente", "1;2", sites.NOW)),
    "discussão de antes da etapa": talked(DiscussionEntry("Log", "Falei", "1;2", sites.NOW - timedelta(days=3))),
    "discussão de antes, e fórmulas avançam": chained("AVANCARETAPA(3)"),
    "fórmula discute e avança": chained("ADICIONARDISCUSSAO('visto'); AVANCARETAPA(3)"),
    "atendimento sigiloso": lambda site, ticket, request: (
        site, attrs.evolve(ticket, access_level=9, holder=CARLOS if ticket.holder == ANA else ticket.holder),
        attrs.evolve(request, actor="1;1" if request.action != "claim" else request.actor)),
}  # fmt: skip


WARNED = {"nivel-menor": "G12", "detentor-sem-acesso": "-"}
"""Warnings of moves that may happen, with the gate that gives them."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['action']}-{row['status']}-{row['situation']}")
def test_move(row):
    site, ticket, request = SITUATIONS[row["situation"]](*common(row["action"], row["status"]))
    made = plan(site, ticket, request, sites.NOW, key="1;1;42")
    warned = next((one.code for one in made.warnings if one.code in WARNED), None)
    gate = made.gate or WARNED.get(warned, "-")
    code = made.reason.code if made.reason else (warned or "-")
    after = (made.after.status or "-") if made.after else row["status"]
    got = {"result": made.status, "gate": gate, "code": code if row["code"] != "*" else "*", "after": after}
    assert got == {name: row[name] for name in got}, [line.text for line in made.explanation]


def test_the_table_covers_every_action_status_and_gate():
    assert len(ROWS) >= 120
    assert {row["action"] for row in ROWS} == set(SEEN_ACTIONS)
    assert {(row["action"], row["status"]) for row in ROWS} == {(a, s) for a in SEEN_ACTIONS for s in "-AGERTOFC"}
    assert {row["gate"] for row in ROWS} - {"-"} == {f"G{number}" for number in range(1, 14)}


SEEN_ACTIONS = [
    "open",
    "advance",
    "handoff",
    "return",
    "schedule",
    "scheduled-answered",
    "conclude",
    "concluded-answered",
    "concluded-confirmed",
    "wait",
    "resume",
    "cancel",
    "claim",
    "change",
    "note",
    "mail",
    "annex",
    "relate",
    "unrelate",
    "approve",
    "reject",
    *CLOCK_ACTIONS,
]


def test_a_refusal_changes_nothing():
    site, ticket, request = SITUATIONS["destino inativo"](*common("advance", "A"))
    made = plan(site, ticket, request, sites.NOW)
    assert made.after == made.before == ticket
    assert (made.effects, made.mails, made.entries, made.steps, made.handoffs, made.statuses) == (
        (),
        (),
        (),
        (),
        (),
        (),
    )
