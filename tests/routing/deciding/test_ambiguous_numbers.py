"""A number text with two readings, such as ``25.000``: told where a run takes it, an error where a formula writes it (taa.md)."""

from __future__ import annotations

import pytest
from kit import sites

from formula.engine import examine
from routing import Request, plan
from routing.workspace.toml_tables import scalar_of

READ = "SE CATEGORIA > 1000 ENTAO '1;9' SENAO '1;3' FIMSE"


def planned(category: str):
    site = sites.site(formulas={"gestor": READ})
    return plan(site, sites.ticket(category=category), Request(action="advance", actor="1;2"), sites.NOW)


def test_the_plan_warns_of_a_text_that_was_taken_as_another_number():
    made = planned("25.000")
    assert made.status == "planned", made.reason
    (warning,) = [one for one in made.warnings if one.code == "texto-ambiguo"]
    assert str(warning.message) == ("a fórmula gestor: o texto '25.000' foi lido como 25; quem separa milhares com ponto lê 25000")


def test_a_text_with_one_reading_is_no_warning():
    assert [one.code for one in planned("25000").warnings if one.code == "texto-ambiguo"] == []


def test_check_refuses_a_literal_with_two_readings_where_a_number_is_declared():
    schema = sites.site().schema(10)
    _, faults, _ = examine("ALTERARCAMPOATENDIMENTO('PARAMETRO1.VALOR=25.000')", schema, name="f")
    (fault,) = faults
    assert (fault.code, fault.severity) == ("atribuicao-invalida", "error")
    assert fault.message == "VALOR é um número, e '25.000' tem duas leituras: 25 ou 25000"
    assert fault.hint == "escreva 25 ou 25000, para que só se leia de um modo"


def test_a_text_parameter_may_hold_it():
    _, faults, _ = examine("ALTERARCAMPOATENDIMENTO('PARAMETRO1.CENTRO=25.000')", sites.site().schema(10), name="f")
    assert not faults


@pytest.mark.parametrize("text", ["", " ", "\t \n", "\u00a0"])
@pytest.mark.parametrize("kind", ["numero", "data", "logico"])
def test_a_blank_text_is_no_value(text: str, kind: str):
    """Not zero: an obligatory amount would be filled, and the small way taken."""
    assert scalar_of(text, kind, None) == (True, None)


def test_a_blank_amount_is_missing():
    emptied = plan(sites.site(), sites.ticket(), Request(action="change", actor="1;2", set=(("PARAMETRO.VALOR", "  "),)), sites.NOW)
    made = plan(sites.site(), emptied.after, Request(action="advance", actor="1;2"), sites.NOW)
    assert (made.gate, made.reason.code) == ("G8", "faltam-obrigatorios")
