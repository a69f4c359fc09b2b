"""Round trip: what a plan refuses for a reason that the formula's text shows, the check of the site has told; and what it tells of
nothing else."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from time import process_time

import pytest
from kit import workspaces

from routing import Plan, Request, check_workspace, load_workspace, plan

NOW = datetime(2026, 11, 24, 10, 0)
TYPE = """\
codigo = 10
nome = "Compra"
repasse = "formula"
formula = "pede"
parametros = { VALOR = "Real" }
[[etapa]]
codigo = 1
nome = "Abertura"
entrada = true
[[etapa]]
codigo = 2
nome = "Gestor"
repasse = "formula"
formula = "recebe"
[[etapa]]
codigo = 3
nome = "Cotação"
[[fluxo]]
de = 1
para = 2
[[fluxo]]
de = 1
para = 3
[[fluxo]]
de = 2
para = 1
[[fluxo]]
de = 3
para = 1
"""
TICKET = """\
[[atendimento]]
coligada = 1
localidade = 1
codigo = 1
tipo = 10
etapa = 1
status = "A"
prioridade = "Normal"
assunto = "Pão"
aberto_por = "1;2"
atendente = "1;2"
parametros = { VALOR = "10" }
"""
GONE = '\n[[atendente]]\ncoligada = 1\ncodigo = 9\nnome = "Saiu Daqui"\nativo = false\n'
USES = {
    "step": ("pede", "AVANCARETAPA({}); '5'", ("Gestor", "2"), ("Gerente", "7", "Diretoria")),
    "field": (
        "pede",
        "ALTERARCAMPOATENDIMENTO({}); AVANCARETAPA(2); '5'",
        ("PRIORIDADE=Alta",),
        ("PRIORIDAD=Alta", "PARAMETRO.VALO=1"),
    ),
    "receiver": ("recebe", "{}", ("1;3", "5"), ("1;77", "1;9", "88", "Ana", "1;3;4")),
    "group": ("recebe", "ATENDENTEDOGRUPO({}, 'rodizio')", ("5",), ("88",)),
    "handed": ("pede", "REPASSARATENDIMENTO({}); AVANCARETAPA(2); '5'", ("1;3",), ("1;77", "1;9")),
}
"""For each kind of value: the formula that uses it, how, values that are right, and values that no move can carry out."""


def quoted(value: str) -> str:
    return f"'{value}'"


def way(random: Random, value: str, formulas: dict[str, str], depth: int = 2) -> tuple[str, str]:
    """Statements that prepare a value, and the expression that gives it, written in one of many ways."""
    name = f"V{random.randrange(10**6)}"
    kind = random.randrange(8 if depth else 1)
    if kind == 0:
        return "", quoted(value)
    before, inner = way(random, value, formulas, depth - 1)
    if kind == 1:
        return f"DECL {name}; {before}SETVAR({name}, {inner}); ", name
    if kind == 2:
        return f"DECL {name}; {before}SE COLIGADA = 1 ENTAO SETVAR({name}, {inner}) SENAO SETVAR({name}, {inner}) FIMSE; ", name
    if kind == 3:
        return f"{before}ATRIBUI('{name}', {inner}); ", f"MEMORIA('{name}')"
    if kind == 4:
        at = random.randrange(len(value) + 1)
        return "", f"CONCAT({quoted(value[:at])}, {quoted(value[at:])})"
    if kind == 5:
        return before, f"({inner})"
    formulas[name] = f"{before}{inner}"
    return ("", name) if kind == 6 else ("", f"FORMULA('{name}')")


def site_with(folder: Path, seed: int, *, right: bool) -> tuple[str, Path]:
    """A site that writes one value, right or not, in some way; and the name of its kind."""
    random = Random(seed)
    kind = random.choice(sorted(USES))
    code, use, good, bad = USES[kind]
    formulas = {"pede": "AVANCARETAPA(2); '5'", "recebe": "'1;3'"}
    before, value = way(random, random.choice(good if right else bad), formulas)
    formulas[code] = before + use.format(value)
    written = {f"formulas/{name}.formula": text for name, text in formulas.items()} | {
        "repasse.toml": "coligada = 1\n",
        "diretorio.toml": workspaces.DIRECTORY + GONE,
        "tipos/compra.toml": TYPE,
        "atendimentos/um.toml": TICKET,
    }
    for name, text in written.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return f"{kind}: {formulas}", folder


def planned(folder: Path) -> Plan:
    site = load_workspace(folder)
    return plan(site, site.tickets["1;1;1"], Request(action="advance", actor="1;2"), NOW, key="1;1;1")


def told(folder: Path) -> list[str]:
    return [fault.message for path, faults in check_workspace(folder) for fault in faults if fault.severity != "lint"]


@pytest.mark.parametrize("start", range(0, 120, 30))
def test_what_a_plan_refuses_the_check_has_told(tmp_path: Path, start: int) -> None:
    refused = 0
    for seed in range(start, start + 30):
        what, folder = site_with(tmp_path / str(seed), seed, right=False)
        made = planned(folder)
        if made.status != "planned":
            refused += 1
            assert told(folder), (what, made.gate, made.reason)
    assert refused >= 25


@pytest.mark.parametrize("start", range(0, 60, 30))
def test_what_is_right_is_not_told(tmp_path: Path, start: int) -> None:
    for seed in range(start, start + 30):
        what, folder = site_with(tmp_path / str(seed), seed, right=True)
        assert planned(folder).status == "planned", what
        assert told(folder) == [], what


def test_names_that_lead_to_names_are_looked_at_to_a_bound(tmp_path: Path) -> None:
    """Forty variables, each given the next one in two places: more ways than anybody can look at."""
    names = [f"V{number}" for number in range(40)]
    given = "".join(f"SETVAR({one}, {other}); SETVAR({one}, {other}); " for one, other in pairwise(names))
    text = f"DECL {', '.join(names)}; SETVAR(V39, COLIGADA); {given} {'AVANCARETAPA(V0); ' * 300} '5'"
    folder = workspaces.make_workspace(tmp_path / "pasta", formula=text)
    began = process_time()
    check_workspace(folder)
    assert process_time() - began < 5
