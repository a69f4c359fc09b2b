"""Branches that nothing reaches and conditions whose order decides: said where it is so, and nowhere else."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest
from kit.paths import ROOT

import formula

NEVER, SHARED = "ramo-nunca-tomado", "condicoes-sobrepostas"
SCHEMA = formula.Schema(fields={"N": "numero", "P": "texto", "B": "logico"}, parameters={"VALOR": "numero"})


def chain(*conditions, last="SENAO 99"):
    opened = " SENAO ".join(f"SE {one} ENTAO {number}" for number, one in enumerate(conditions))
    return f"{opened} {last} {'FIMSE ' * len(conditions)}"


def found(text, schema=SCHEMA):
    return [one.code for one in formula.check(text, schema) if one.code in {NEVER, SHARED}]


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        (("N > 10", "N > 20"), [NEVER]),
        (("N > 10", "N > 5"), []),
        (("N > 10", "N <= 10"), []),
        (("N > 10", "20 < N"), [NEVER]),
        (("N >= 10", "N = 10"), [NEVER]),
        (("N > 10", "N = 10"), []),
        (("N > 10", "N < 20"), [SHARED]),
        (("N > 10 E N < 30", "N >= 20 E N < 40"), [SHARED]),
        (("N > 10 E N < 20", "N >= 20 E N < 40"), []),
        (("N > 10 OU N <= 10", "P = 'a'"), [NEVER]),
        (("NAO (N > 10)", "N < 5"), [NEVER]),
        (("P = 'a' OU P = 'b'", "P = 'b'"), [NEVER]),
        (("P = 'a' OU P = 'b'", "P = 'b' OU P = 'c'"), [SHARED]),
        (("P = 'a'", "P = 'A'"), []),
        (("P = ''", "P = '   '"), [NEVER]),
        (("B", "B E N > 3"), [NEVER]),
        (("B", "NAO B"), []),
        (("N > 10", "P = 'a'"), []),
        (("N > 10", "N * 2 > 30"), []),
        (("N > 10", "N > 20 E HOJE > MTDATA(1, 1, 2026)"), [NEVER]),
        (("N > 10 E HOJE > MTDATA(1, 1, 2026)", "N > 20"), []),
        (("P = 'a'", "N > 3", "P = 'a' E N < 0"), [NEVER]),
        (("PARAMETROATENDIMENTO('VALOR', 'V') > 10", "PARAMETROATENDIMENTO('valor', 'V') > 20"), [NEVER]),
        (("PARAMETROATENDIMENTO('VALOR', 'V') > 10", "PARAMETROATENDIMENTO('VALOR', 'I') > 20"), []),
        (("P > 5", "P > 7"), []),  # a text that is compared as a number may be none
    ],
)
def test_a_chain(conditions, said):
    assert found(chain(*conditions)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SE N > 10 ENTAO SE N < 5 ENTAO 1 SENAO 2 FIMSE SENAO 3 FIMSE", [NEVER]),
        ("DECL V; SETVAR(V, N); SE V > 10 ENTAO SE V < 5 ENTAO 1 SENAO 2 FIMSE SENAO 3 FIMSE", [NEVER]),
        ("DECL V; SETVAR(V, N); SE V > 10 ENTAO SETVAR(V, 1); SE V < 5 ENTAO 1 SENAO 2 FIMSE SENAO 3 FIMSE", []),
        ("DECL V; SETVAR(V, N); SE V > 10 ENTAO ENQUANTO V > 0 FACA SETVAR(V, V - 1); SE V < 5 ENTAO 1 FIMSE FIMENQ; 1 SENAO 3 FIMSE", []),
        ("SE N > 10 ENTAO 1 SENAO SE N < 20 ENTAO 1 SENAO 3 FIMSE FIMSE", []),  # whichever is taken, the same is done
    ],
)  # fmt: skip
def test_what_is_known_where_a_branch_begins(text, said):
    assert found(text) == said


ATOMS = (
    "N > 3",
    "N < 8",
    "N <= 3",
    "N = 5",
    "N <> 5",
    "5 < N",
    "N >= 8",
    "P = 'a'",
    "P <> 'a'",
    "P = 'b'",
    "B",
    "NAO B",
    "N + 1 > 6",
)
TICKETS = [
    {"N": number, "P": text, "B": truth}
    for number, text, truth in product((None, -1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 20), (None, "", "a", "b", "c"), (None, True, False))
]


def condition(random, depth=0):
    if depth == 2 or random.random() < 0.45:
        return random.choice(ATOMS)
    if random.random() < 0.2:
        return f"NAO ({condition(random, depth + 1)})"
    return f"({condition(random, depth + 1)} {random.choice(('E', 'OU'))} {condition(random, depth + 1)})"


def test_a_branch_that_is_never_taken_is_taken_by_no_ticket():
    """Random chains of three, for every ticket of a grid that has each side of each comparison."""
    random = Random(20261129)
    said = unsaid = shared = 0
    for _ in range(300):
        conditions = [condition(random) for _ in range(3)]
        text = chain(*conditions)
        rule = formula.compile(text, SCHEMA)
        taken = {rule.run(formula.Context(fields=fields)).value for fields in TICKETS}
        places = {rule.source.text.index(f"SE {one} ENTAO {number}") + 3: number for number, one in enumerate(conditions)}
        for one in formula.check(text, SCHEMA):
            number = places.get(one.start.column - 1)
            if one.code == NEVER:
                assert number not in taken, (text, number)
                said += 1
            elif one.code == SHARED:
                both = formula.compile(f"({conditions[number - 1]}) E ({conditions[number]})", SCHEMA)
                assert any(both.run(formula.Context(fields=fields)).value for fields in TICKETS), text
                shared += 1
        unsaid += len({0, 1, 2} - taken)
    assert said > 30
    assert shared > 3
    assert said >= unsaid * 0.5


def test_nothing_is_said_of_the_examples():
    for path in sorted((ROOT / "examples").glob("**/*.formula")):
        told = [one.code for one in formula.check(path.read_text(encoding="utf-8"))]
        assert not {NEVER, SHARED} & set(told), path
    for text in (ROOT / "tests" / "formula" / "valid_formulas.txt").read_text(encoding="utf-8").split("\n\n"):
        assert not {NEVER, SHARED} & {one.code for one in formula.check(text)}, text


def test_long_and_deep_conditions_are_read_to_a_bound():
    assert found(chain(" E ".join(["N > 1"] * 5_000), "N > 2")) in ([], [NEVER])
    assert found(chain("NAO " * 300 + "B", "B")) in ([], [NEVER])
    assert found(chain(*(f"N = {number}" for number in range(60)))) == []
