"""Slips of speech, of print and of other languages: the first message names the cause, and the offered fixes give what was meant;
texts that only look like them are left alone."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

import pytest
from kit.followed import canonical, followed
from kit.paths import TESTS

import formula
from formula.destinations import parse_destination
from formula.diagnostics import Diagnostic
from formula.reading.number_words import number_in_words

SCHEMA = formula.Schema(fields={"FILIAL": "texto", "CENTRO": "texto"}, parameters={"VALOR": "numero", "APROVADOR": "texto"})
TABLE = TESTS / "formula" / "mending" / "slips_of_speech.toml"
SLIPS: list[Mapping[str, str]] = tomllib.loads(TABLE.read_text(encoding="utf-8"))["slip"]


def faults(text: str) -> list[Diagnostic]:
    return formula.check(text, SCHEMA)


@pytest.mark.parametrize("slip", SLIPS, ids=[slip["text"][:50] for slip in SLIPS])
def test_first_message_names_the_cause_and_the_fixes_mend(slip: Mapping[str, str]) -> None:
    text = slip["text"]
    assert str(faults(text)[0].message) == slip["says"]
    text = followed(text, SCHEMA)
    assert canonical(text) == canonical(slip["meant"])
    assert [fault.code for fault in faults(text) if fault.severity != "lint"] == []


@pytest.mark.parametrize(
    "text",
    [
        "DECL x, mil; SETVAR(x, 2); SETVAR(mil, 3); x * mil",
        "DECL COD, IGO; SETVAR(COD, 3); SETVAR(IGO, 1); COD-\nIGO",
        "DECL A; SETVAR(A, 1); SE A = 1 ENTAO '1;3' SENAO '5' FIMSE",
        "ADICIONARDISCUSSAO('compre 1,500.00 em {24/11/2026} [1] f(x) => new Date()'); '5'",
        "ADICIONARDISCUSSAO('disse ''ok'' hoje, E/OU amanhã; x'); '5'",
        "CONCAT('a', CONCAT('b', FILIAL))",
        "SE PRIORIDADE = 'Alta'; ENTAO '1;3' SENAO '5' FIMSE",
        "SE (FILIAL = 'x') E NAO (CENTRO = 'y') ENTAO '1;3' SENAO '5' FIMSE",
        "/* function f() { SE SE x e/ou y } */ '5'",
    ],
)
def test_what_only_looks_so_is_left_alone(text: str) -> None:
    assert [fault.code for fault in faults(text) if fault.severity in {"error", "warning"}] == []


@pytest.mark.parametrize(
    ("text", "never"),
    [
        (
            "DECL S; SETVAR(S, 1); SE NIVELACESSO = S E COLIGADA = 1 ENTAO '1;3' SENAO 5 && 6 FIMSE",
            "= SE COLIGADA",
        ),
        ("SE NIVELACESSO > 1 => 2 ENTAO '1;3' SENAO '5' FIMSE", "> 1 ENTAO 2"),
        ("SWITCH(COLIGADA = 1; '1;3'; COLIGADA = 2; '1;4'; '5')", "SE COLIGADA = 1 = "),
        ("SWITCH(VERDADE; NIVELACESSO > 2; '1;3'; '5')", "SE VERDADE = "),
        ("PARA I = 1 ATE 9 PASSO 2 FACA ADICIONARDISCUSSAO('x') FIMPARA; '5'", "SETVAR(I, I + 1)"),
        ("PARA I = 1 ATE 9 FACA SE I = 2 ENTAO SAIR FIMSE FIMPARA; '5'", "SETVAR(I, I + 1)"),
        ("switch (COLIGADA) { case 1: '1;3'; case 2: '1;4'; break; default: '5'; }", "SENAO"),
        ("SE NIVELACESSO > 5m ENTAO '1;3' SENAO '5' FIMSE", "5000000"),
        ("{ AVANCARETAPA('Gestor'); '5' }", "/*"),
    ],
)
def test_what_may_mean_something_else_is_not_mended_into_it(text: str, never: str) -> None:
    assert faults(text)
    assert never not in followed(text, SCHEMA)


def test_a_comment_between_braces_becomes_one() -> None:
    text = "{ aprova se for alta (regra nova) }\n'1;3'"
    assert followed(text, SCHEMA) == "/* aprova se for alta (regra nova) */\n'1;3'"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("NIVELACESSO + 1 + ' nível'", "CONCAT(NIVELACESSO, 1"),
        ("SE COLIGADA = 1 E PRIORIDADE ENTAO '1;3' SENAO '5' FIMSE", "FIMSE FIMSE"),
        ("DECL CONT; SETVAR(CONT, 1); SE CONT = Total Geral ENTAO '1;3' SENAO '5' FIMSE; DECL GERAL", "CONCAT"),
    ],
)
def test_no_fix_says_what_was_not_written(text: str, wrong: str) -> None:
    for fault in faults(text):
        if fault.fix is not None:
            assert wrong not in text[: fault.fix.span.start] + fault.fix.text + text[fault.fix.span.end :]


@pytest.mark.parametrize("sign", ["\u00a0", "\u2007", "\u202f", "\u2009", "\u3000"])
def test_a_blank_of_a_document_is_a_blank_in_a_destination(sign: str) -> None:
    assert parse_destination(f"1;{sign}9{sign}", 1) == parse_destination("1;9", 1)
    assert [fault.code for fault in faults(f"'1;{sign}9'")] == []


@pytest.mark.parametrize("given", ["PRIORIDADE = 'Alta'", "HOJE", "VERDADE"])
def test_a_step_is_a_code_or_a_name(given: str) -> None:
    assert [fault.code for fault in faults(f"AVANCARETAPA({given}); '5'")] == ["tipo-errado"]
    assert faults("AVANCARETAPA('Gestor'); AVANCARETAPA(2); '5'") == []


@pytest.mark.parametrize("written", ["Media", "Al", "Normal ou Alta", "X"])
def test_a_value_that_is_near_nothing_is_not_replaced(written: str) -> None:
    (fault,) = faults(f"SE PRIORIDADE = '{written}' ENTAO '1;3' SENAO '5' FIMSE")
    assert (fault.code, fault.fix) == ("comparacao-nunca-verdadeira", None)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("MIL", 1_000),
        ("CINCO MIL", 5_000),
        ("DOIS MIL QUINHENTOS", 2_500),
        ("UM MILHAO", 1_000_000),
        ("CENTO VINTE", 120),
        ("CINCO MIL REAIS", 5_000),
        ("", None),
        ("REAIS", None),
    ],
)
def test_numbers_in_words(words: str, number: int | None) -> None:
    assert number_in_words(words.split()) == number


@pytest.mark.parametrize(
    "text", ["SE NIVELACESSO * 3 % 2 = 0 ENTAO '1;3' SENAO '5' FIMSE", "SE (NIVELACESSO + 1) ^ 2 > 4 ENTAO '1;3' SENAO '5' FIMSE"]
)
def test_a_remainder_of_more_than_one_word_is_left_to_its_author(text: str) -> None:
    (fault,) = faults(text)
    assert fault.fix is None


@pytest.mark.parametrize(
    "text",
    [
        "if PRIORIDADE == 'Alta':\n    return '1;3'\nreturn '5'",
        "SE PRIORIDADE = 'Alta' ENTAO RETORNE '1;3' FIMSE; '5'",
        "SE PRIORIDADE = 'Alta' ENTAO RETORNE '1;3'; FIMSE; RETORNE '5'",
        "SE PRIORIDADE = 'Alta' ENTAO RETURN '1;3' FIMSE RETURN '5'",
        "if (PRIORIDADE == 'Alta') { return '1;3'; } return '5';",
        "RETURN '1;3'; RETURN '5'",
    ],
)
def test_a_value_given_early_is_not_lost_by_fixes(text: str) -> None:
    """Nothing ends a formula here: without its RETURN the first value would be passed over."""
    assert any(fault.severity == "error" for fault in faults(followed(text, SCHEMA)))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("RETURN '5'", "'5'"),
        ("SE PRIORIDADE = 'Alta' ENTAO RETURN '1;3' SENAO RETURN '5' FIMSE;", "SE PRIORIDADE = 'Alta' ENTAO '1;3' SENAO '5' FIMSE"),
        ("DECL X; SETVAR(X, 1); RETORNA X;", "DECL X; SETVAR(X, 1); X"),
    ],
)
def test_a_value_given_at_the_end_loses_only_its_word(text: str, meant: str) -> None:
    assert canonical(followed(text, SCHEMA)) == canonical(meant)
