"""Complete formulas in the styles people write them, with their cases in the contract's own format."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import formula
from formula.outcome import Outcome
from formula.values import number_text
from routing.workspace.contexts import context_of

FOLDER = Path(__file__).parent / "formulas"


def merged(common: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Tables of a case over the common ones, key by key."""
    made = dict(common)
    for key, value in own.items():
        made[key] = merged(made.get(key, {}), value) if isinstance(value, Mapping) else value
    return made


def cases() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.casos.toml")):
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in told["caso"]:
            tables = merged(told["contexto"], case.get("contexto", {}))
            yield pytest.param(told["formula"], tables, case["espera"], id=f"{told['formula']}: {case['nome']}")


def run(code: str, tables: dict[str, Any]) -> Outcome:
    context = context_of(tables).context
    text = (FOLDER / f"{code}.formula").read_text(encoding="utf-8")
    return formula.compile(text, formula.Schema.of(context), name=code).run(context)


def plain(value: object) -> object:
    """A value as cases write it: decimals as exact text, Vazio as an empty text."""
    if value is None:
        return ""
    return number_text(value) if not isinstance(value, int | str) else value  # type: ignore[arg-type]


def without_none(effect: dict[str, Any]) -> dict[str, Any]:
    """TOML has no null."""
    return {key: value for key, value in effect.items() if value is not None}


@pytest.mark.parametrize(("code", "tables", "expected"), list(cases()))
def test_a_formula_does_what_its_cases_say(code: str, tables: dict[str, Any], expected: dict[str, Any]) -> None:
    outcome = run(code, tables)
    got: dict[str, Any] = {}
    if "valor" in expected:
        got["valor"] = plain(outcome.value)
    if "efeitos" in expected:
        got["efeitos"] = [without_none(effect.as_json()) for effect in outcome.effects]
    if "mensagem" in expected:
        got["mensagem"] = outcome.message
    if "falha" in expected or outcome.status == "fault":
        got["falha"] = outcome.diagnostics[0].code if outcome.diagnostics else None
    assert got == expected


def test_there_are_at_least_ten_formulas_and_each_has_cases() -> None:
    codes = {path.stem for path in FOLDER.glob("*.formula")}
    assert codes == {path.name.removesuffix(".casos.toml") for path in FOLDER.glob("*.casos.toml")}
    assert len(codes) >= 10


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.formula")), ids=lambda path: path.stem)
def test_nothing_is_wrong_with_a_formula_that_people_use(path: Path) -> None:
    told = tomllib.loads(path.with_name(f"{path.stem}.casos.toml").read_text(encoding="utf-8"))
    schema = formula.Schema.of(context_of(told["contexto"]).context)
    found = formula.check(path.read_text(encoding="utf-8"), schema)
    assert [(d.code, d.start.line) for d in found if d.severity != "lint"] == []
