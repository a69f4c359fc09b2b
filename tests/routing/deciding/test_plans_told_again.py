"""A plan says the same whatever was planned before it: what is kept of a formula and of its explanation tells nothing."""

from __future__ import annotations

import json
import pickle
from datetime import timedelta
from decimal import Decimal
from functools import partial
from random import Random

import attrs
import pytest
from kit import sites
from kit.wanderers import asked, made_workspace

from formula.types import ANY
from routing import Request, open_desk, plan
from routing.domain.mails import LaterFacts
from routing.domain.model import changed
from routing.http.problems import Refused
from routing.http.workers.jobs import Asked, DeskJobs

LOOP = "DECL I; SETVAR(I, 0); REPITA SETVAR(I, I + 1) ATE I = 3; '1;3'"
REQUEST = Request(action="advance", actor="1;2")


def same_as_fresh(site, *tickets, now=sites.NOW):
    """Plans of tickets on one site say what each says on a fresh one."""
    for ticket in tickets:
        again, fresh = plan(site, ticket, REQUEST, now), plan(attrs.evolve(site), ticket, REQUEST, now)
        assert again.as_json("pt") == fresh.as_json("pt")
        assert again.as_json("en") == fresh.as_json("en")


def test_the_same_values_and_others():
    site = sites.formula_site("SE PRIORIDADE = 'Alta' ENTAO '1;4' SENAO '1;3' FIMSE")
    ticket = sites.ticket()
    same_as_fresh(site, ticket, ticket, changed(ticket, version=7), changed(ticket, priority="Alta"))


@pytest.mark.parametrize("values", [(1, True), (0, False), (Decimal("1.0"), 1), (Decimal("1.50"), Decimal("1.5")), ("1", 1)])
def test_equal_in_python_is_not_equal_to_a_formula(values):
    site = attrs.evolve(sites.formula_site("SE NOTA = 1 ENTAO '1;4' SENAO '1;3' FIMSE"), extra_fields={"NOTA": ANY})
    made = [plan(site, changed(sites.ticket(), fields={"NOTA": one}), REQUEST, sites.NOW) for one in values]
    fresh = [plan(attrs.evolve(site), changed(sites.ticket(), fields={"NOTA": one}), REQUEST, sites.NOW) for one in values]
    assert [one.as_json() for one in made] == [one.as_json() for one in fresh]


@pytest.mark.parametrize(
    "formula",
    [
        "SE HOJE = HOJE ENTAO '1;3' SENAO '1;4' FIMSE",
        "SE USUARIOCORRENTE = 'x' ENTAO '1;4' SENAO '1;3' FIMSE",
        "ADICIONARDISCUSSAO(USUARIOCORRENTE); '1;3'",
        LOOP.replace("3;", "300;"),
    ],
)
def test_what_depends_on_more_is_run_each_time(formula):
    site = sites.formula_site(formula)
    same_as_fresh(site, sites.ticket(), sites.ticket())
    same_as_fresh(site, sites.ticket(), now=sites.NOW + timedelta(days=1))


@pytest.mark.parametrize(
    "formula",
    [
        "ADICIONARDISCUSSAO(ASSUNTO); '1;3'",
        LOOP.replace("; '1;3'", "; ADICIONARDISCUSSAO(I); '1;3'"),
        "ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta'); '1;3'",
        "AVANCARETAPA(3); '1;3'",
        "SE PRIORIDADE = 'Alta' ENTAO ADICIONARSOLUCAO('alta') FIMSE; ADICIONARSOLICITACAO(CONCAT(ASSUNTO, '!')); '1;3'",
        "ENVIAEMAILREPASSE('bruno@exemplo.com.br', 'compras@exemplo.com.br', '', '1;3'); '1;3'",
    ],
)
def test_what_a_run_asks_for_is_asked_for_again(formula):
    site = sites.formula_site(formula)
    ticket = sites.ticket()
    same_as_fresh(site, ticket, ticket)
    assert plan(site, ticket, REQUEST, sites.NOW).effects == plan(attrs.evolve(site), ticket, REQUEST, sites.NOW).effects != ()


def said_alike(make):
    """A plan says the same as JSON and in its headline, whether somebody read its lines before or not."""
    for language in ("pt", "en"):
        unread, read = make(), make()
        assert list(read.explanation)
        assert unread.as_json(language) == read.as_json(language)
        assert json.loads(make().as_text(language, json.dumps)) == json.loads(json.dumps(read.as_json(language)))
        assert make().explanation.heaviest() == read.explanation.heaviest()


@pytest.mark.parametrize("subject", ["Compra", "a\x00b\x1b[0m\u202e", "\ud800", "{chave} {{", ""])
@pytest.mark.parametrize(
    "formula",
    ["SE ASSUNTO = 'Compra' ENTAO '1;3' SENAO '1;4' FIMSE", LOOP, LOOP.replace("3;", "300;"), "CONCAT(ASSUNTO, 'x')", "'1;99'"],
)
def test_lines_that_nobody_read_say_the_same(formula, subject):
    site, ticket = sites.formula_site(formula), sites.ticket(subject=subject)
    said_alike(lambda: plan(site, ticket, REQUEST, sites.NOW))


def test_lines_that_nobody_read_say_the_same_on_generated_sites(tmp_path):
    told = 0
    for seed in range(4):
        rolls = Random(seed)
        with open_desk(made_workspace(tmp_path / str(seed), seed)) as desk:
            jobs = DeskJobs(desk)
            for turn in range(40):
                body, now = asked(rolls), sites.NOW + timedelta(minutes=turn)
                try:
                    request = jobs.request(Asked(body, "pt", {}, now))
                except Refused:
                    continue
                said_alike(partial(desk.plan, body["ticket"], request, now))
                desk.move(body["ticket"], request, now)
                told += 1
    assert told > 100


def test_what_a_mail_template_may_use_is_worked_out_once_and_leaves_the_process_as_it_is():
    site = sites.formula_site("ENVIAEMAILREPASSE('bruno@exemplo.com.br', 'compras@exemplo.com.br', '', '1;3'); '1;3'")
    made = plan(site, sites.ticket(), REQUEST, sites.NOW).mails
    for mail in made:
        assert dict(mail.facts)["assunto_do_atendimento"] == sites.ticket().subject
        assert isinstance(mail.facts, LaterFacts)
        assert mail.facts.all() is mail.facts.all()
        there = pickle.loads(pickle.dumps(mail))
        assert there == mail
        assert isinstance(there.facts, tuple)
