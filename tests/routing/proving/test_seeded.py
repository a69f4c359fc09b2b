"""Eighty properties that hold and eighty changes that break them, in five small workspaces: none of a broken one is ever proved."""

from __future__ import annotations

import pytest
from kit.asking import answer_of
from kit.seeded import COMPRAS, WORLDS
from kit.seeded_contracts import CONTRATOS
from kit.seeded_staff import PESSOAL

SEEDS = [(world, seed) for world in WORLDS for seed in world.seeds]
QUICK = [(COMPRAS, seed) for seed in COMPRAS.seeds]
LATER = [(world, seed) for world in (CONTRATOS, PESSOAL) for seed in world.seeds]


def names(seeds):
    return [f"{world.name}: {seed.name}" for world, seed in seeds]


def answers(seeds, tmp_path, *, broken, proves=True):
    return [
        answer_of(world, seed, tmp_path / f"{broken}{n}", broken=broken, proves=proves) for n, (world, seed) in enumerate(seeds)
    ]


def test_there_are_eighty():
    assert (len(SEEDS), len(LATER)) == (40, 40)
    assert all(seed.old and seed.old != seed.new for _, seed in (*SEEDS, *LATER))
    assert len({seed.name for _, seed in LATER}) == 40


@pytest.mark.parametrize(("world", "seed"), QUICK, ids=names(QUICK))
def test_a_true_property_is_proved_and_its_mutant_found(world, seed, tmp_path):
    assert answer_of(world, seed, tmp_path / "sound", broken=False, within=60).answer == "proved"
    found = answer_of(world, seed, tmp_path / "broken", broken=True, within=60)
    assert found.answer == "fails"
    assert found.plans


@pytest.mark.slow
def test_most_are_proved_and_found_and_none_wrongly(tmp_path):
    sound = [one.answer for one in answers(SEEDS, tmp_path, broken=False)]
    broken = [one.answer for one in answers(SEEDS, tmp_path, broken=True)]
    assert sound.count("proved") >= 32
    assert set(sound) <= {"proved", "held"}
    assert broken.count("fails") >= 38
    assert "proved" not in broken


@pytest.mark.slow
def test_the_search_alone_finds_most(tmp_path):
    broken = [one.answer for one in answers(SEEDS, tmp_path, broken=True, proves=False)]
    assert broken.count("fails") >= 28
    assert "proved" not in broken


SLOW_TO_FIND = {
    "acima de 50.000 só se arquiva depois da Diretoria", "arquivo só depois da Assinatura",
    "todo reembolso pode acabar", "acima de 3000 decide o diretor", "os gastos acabam de somar", "ninguém decide o próprio reembolso",
    "toda faixa tem quem caia nela", "antes do arquivo o grupo do Pessoal recebe", "a alçada sempre dá destino",
}  # fmt: skip
"""What may take more than its time on a busy machine; then it is held, and not proved."""


@pytest.mark.slow
@pytest.mark.parametrize(("world", "seed"), LATER, ids=names(LATER))
def test_workspaces_of_another_style_too(world, seed, tmp_path):
    """Changes by hand, steps that guard themselves, sections and hierarchy, turns, absences, dates, sentences, and what needs no file."""
    assert answer_of(world, seed, tmp_path / "sound", broken=False, within=4).answer in {"proved", "held"}
    found = answer_of(world, seed, tmp_path / "broken", broken=True, within=4 if seed.name in SLOW_TO_FIND else 20).answer
    assert found == "fails" or (found == "held" and seed.name in SLOW_TO_FIND)


PROVED = {
    "o Pessoal vê depois da chefia", "Luís não recebe o que pediu", "remunerada longa avisa a folha", "as datas dizem o mesmo",
}  # fmt: skip
QUICK_LATER = [(world, seed) for world, seed in LATER if seed.name in PROVED]


@pytest.mark.parametrize(("world", "seed"), QUICK_LATER, ids=names(QUICK_LATER))
def test_turns_absences_and_dates_are_proved_and_their_mutants_found(world, seed, tmp_path):
    assert answer_of(world, seed, tmp_path / "sound", broken=False, within=60).answer == "proved"
    assert answer_of(world, seed, tmp_path / "broken", broken=True, within=60).answer == "fails"
