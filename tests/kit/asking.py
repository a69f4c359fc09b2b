"""Asking what a seed asks: a property of a file, or a question without one, of the sound workspace or of the broken one."""

from __future__ import annotations

from pathlib import Path

import attrs
from kit.seeded import Seed, World, written

import routing
from routing.domain.site import Site
from routing.proving.answers import Answer
from routing.proving.builtin.questions import answer_builtin
from routing.proving.equality import answer_equal
from routing.proving.proving import answer_property
from routing.proving.reading import read_properties
from routing.proving.solver import Solver


def answer_of(world: World, seed: Seed, folder: Path, *, broken: bool, proves: bool = True, within: float = 10.0) -> Answer:
    """The answer to a seed's question."""
    with Solver(proves=proves) as solver:
        if seed.property.startswith("@equal "):
            return equal(world, seed, folder, solver, broken=broken, within=within)
        site = routing.load_workspace(written(world, folder, seed, broken=broken))
        if seed.property.startswith("@"):
            return without_file(site, seed, solver, within)
        (file,) = read_properties(site, folder)
        assert file.faults == (), [one.message for one in file.faults]
        (asked,) = file.properties
        return answer_property(site, asked, solver, within=within)


def without_file(site: Site, seed: Seed, solver: Solver, within: float) -> Answer:
    """``@kind``, and a type's name or a formula's code."""
    kind, _, what = seed.property[1:].partition(" ")
    formula = what if what.upper() in site.formulas else ""
    found = answer_builtin(site, solver, formula=formula, within=within)
    return next(one for one in found if one.kind == kind and what in str(one.name))


def equal(world: World, seed: Seed, folder: Path, solver: Solver, *, broken: bool, within: float) -> Answer:
    """``@equal code old|new``: both texts mean the same; broken, the seed's change takes the place of that one."""
    code, _, texts = seed.property.removeprefix("@equal ").partition(" ")
    old, new = texts.split("|")
    other = seed if broken else attrs.evolve(seed, file=f"formulas/{code}.formula", old=old, new=new)
    one = routing.load_workspace(written(world, folder / "one", seed, broken=False))
    two = routing.load_workspace(written(world, folder / "other", other, broken=True))
    (found,) = answer_equal(one, two, solver, formula=code, within=within)
    return found
