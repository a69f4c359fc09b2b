"""Forty properties that hold and forty changes that break them, in three small workspaces."""

from __future__ import annotations

import pytest
from kit.seeded import COMPRAS, WORLDS, written

import routing
from routing.proving.proving import answer_property
from routing.proving.reading import read_properties
from routing.proving.solver import Solver

SEEDS = [(world, seed) for world in WORLDS for seed in world.seeds]
QUICK = [(COMPRAS, seed) for seed in COMPRAS.seeds]


def answered(world, seed, folder, *, broken, proves=True, within=10.0):
    site = routing.load_workspace(written(world, folder, seed, broken=broken))
    (file,) = read_properties(site, folder)
    assert file.faults == ()
    with Solver(proves=proves) as solver:
        return answer_property(site, file.properties[0], solver, within=within)


def names(seeds):
    return [f"{world.name}: {seed.name}" for world, seed in seeds]


def test_there_are_forty():
    assert len(SEEDS) == 40
    assert all(seed.old for _, seed in SEEDS)


@pytest.mark.parametrize(("world", "seed"), QUICK, ids=names(QUICK))
def test_a_true_property_is_proved_and_its_mutant_found(world, seed, tmp_path):
    assert answered(world, seed, tmp_path / "sound", broken=False, within=60).answer == "proved"
    found = answered(world, seed, tmp_path / "broken", broken=True, within=60)
    assert found.answer == "fails"
    assert found.plans


@pytest.mark.slow
def test_most_are_proved_and_found_and_none_wrongly(tmp_path):
    sound = [answered(world, seed, tmp_path / f"s{n}", broken=False).answer for n, (world, seed) in enumerate(SEEDS)]
    broken = [answered(world, seed, tmp_path / f"b{n}", broken=True).answer for n, (world, seed) in enumerate(SEEDS)]
    assert sound.count("proved") >= 32
    assert set(sound) <= {"proved", "held"}
    assert broken.count("fails") >= 38
    assert "proved" not in broken


@pytest.mark.slow
def test_the_search_alone_finds_most(tmp_path):
    broken = [answered(world, seed, tmp_path / f"b{n}", broken=True, proves=False).answer for n, (world, seed) in enumerate(SEEDS)]
    assert broken.count("fails") >= 28
    assert "proved" not in broken
