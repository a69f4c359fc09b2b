"""Proposing cases: a search for contexts that reach every branch of a formula.

Values come from the constants that the formula compares with and their neighbours (:mod:`routing.testing.proposing.inputs`). The
search varies one input at a time from every context that reached something new, then climbs towards each answer that is
missing by turning its condition round (:mod:`routing.testing.proposing.climbing`), then tries pairs, then anything, always in the
same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time
from decimal import Decimal
from functools import partial
from typing import Any

import attrs

from formula.context import Context
from formula.effects import Advance, Effect
from formula.types import TEXT
from formula.values import display, parse_number
from routing.domain.model import Holder
from routing.messages import message, plural
from routing.testing.coverage.measure import new_measure
from routing.testing.proposing.climbing import climb
from routing.testing.proposing.inputs import (
    MOST,
    TABLES,
    Input,
    Literals,
    around,
    called_formulas,
    candidates,
    present_value,
    read_inputs,
)
from routing.testing.proposing.people import climbed_from, climbers
from routing.testing.proposing.search import Search, Trial
from routing.testing.run import Prepared
from routing.workspace.toml_text import inline, key_text, toml


def go(search: Search) -> None:
    """Search to the end. KeyboardInterrupt leaves what was found."""
    first = {one: given[0] for one, given in search.values.items()}
    search.attempt(first)
    for seed in search.seeds:
        search.attempt({**first, **seed})
    search.vary(0)
    for further in (partial(climb_all, search), search.pairs, search.at_random):
        if not search.done():
            further()


def climb_all(search: Search) -> None:
    """Each answer that is missing, from the contexts nearest to it; what is reached on the way counts."""
    missing = (search.branches | search.conditions) - search.reached
    for goal in sorted(missing, key=lambda one: (one.span.start, one.span.end, one.answer)):
        if goal not in search.reached and not search.spent:
            climb(search, goal)


def start(prepared: Prepared, progress: Callable[[Search], None] | None = None, others: Sequence[Prepared] = ()) -> Search:
    """A search over a prepared case: its context is where the search begins; those of ``others``, cases of the same formula, come
    next. A formula that the case puts in place of another is an input too, with what the cases put there."""
    prepared = own_rule(prepared)
    literals = Literals()
    inputs: dict[tuple[str, str], Input] = {}
    found = list(trees(prepared))
    for tree, bindings in found:
        for one in read_inputs(tree, bindings, prepared.schema, literals):
            inputs.setdefault((one.table, one.name), one)
    values = {one: candidates(one, literals, prepared.context) for one in inputs.values()}
    climber = climbed_from(prepared.context, [tree for tree, _ in found])
    if climber is not None:
        offered = values.get(climber) or candidates(climber, Literals(), prepared.context)[:1]
        values[climber] = list(dict.fromkeys([*offered[:1], *climbers(prepared.context.directory), *offered[1:]]))
    for code in stand_ins(prepared):
        texts = stand_in_values(code, (prepared, *others), literals)
        if len(texts) > 1:
            values[Input("formulas", code, TEXT)] = texts
    seeds = [seed_of(values, other.context) for other in others]
    for seed in seeds:
        for one, value in seed.items():
            if value not in values[one]:
                values[one] = [*values[one][:1], value, *values[one][1:]]
    values = {one: given for one, given in values.items() if given}
    rule = prepared.rule
    return Search(
        prepared,
        list(values),
        values,
        new_measure(prepared.formula.code, prepared.formula.path, rule.source, rule.tree),
        columns=literals.columns,
        progress=progress,
        seeds=seeds,
    )


def stand_ins(prepared: Prepared) -> list[str]:
    """The formulas that a case puts others in place of and that its formula calls, in upper case."""
    given = {code.upper() for code in prepared.case.given.context.formulas}
    checked = prepared.rule.checked
    return [code for code in dict.fromkeys(called_formulas(checked.tree, checked.bindings)) if code in given]


def stand_in_values(code: str, cases: Sequence[Prepared], literals: Literals) -> list[str]:
    """What the cases put in place of a formula; where that is a number, also the numbers of the formula that calls it."""
    texts = [text for one in cases for key, text in one.case.given.context.formulas.items() if key.upper() == code]
    if any(parse_number(text) is not None for text in texts):
        texts += [f"{near:f}" if isinstance(near, Decimal) else str(near) for number in literals.numbers for near in around(number)]
    return list(dict.fromkeys(texts))[:MOST]


def seed_of(values: Mapping[Input, Any], context: Context) -> dict[Input, Any]:
    """What a context holds for inputs."""
    made = {}
    for one in values:
        attribute = TABLES.get(one.table)
        held: Any = present_value(one, context)
        if attribute == "sql":
            held = next((list(rows) for code, rows in context.sql.items() if code.upper() == one.name), None)
        if held is not None:
            made[one] = held
    return made


def own_rule(prepared: Prepared) -> Prepared:
    """The same with the formula compiled anew: a kept one has no tree, or another at every question."""
    from formula.engine import compile as compile_formula

    rule = prepared.rule
    made = compile_formula(rule.source.text, prepared.schema, lenient=prepared.case.given.lenient, name=rule.source.name)
    return attrs.evolve(prepared, rule=made)


def trees(prepared: Prepared) -> Iterator[tuple[Any, Any]]:
    """The formula's tree and those of the formulas it calls, with their bindings."""
    from formula.diagnostics import FormulaError
    from formula.engine import compile as compile_formula

    checked = prepared.rule.checked
    yield checked.tree, checked.bindings
    done: set[str] = set()
    waiting = list(called_formulas(checked.tree, checked.bindings))
    texts = {code.upper(): text for code, text in prepared.context.formulas.items()}
    while waiting:
        code = waiting.pop()
        if code in done or code not in texts:
            continue
        done.add(code)
        try:
            inner = compile_formula(texts[code], prepared.schema, name=code).checked
        except FormulaError:
            continue  # the run that meets it says so, as a fault
        yield inner.tree, inner.bindings
        waiting += called_formulas(inner.tree, inner.bindings)


# -- as TOML --------------------------------------------------------------------------------------


def proposal(search: Search) -> str:
    """The chosen contexts as a file of cases, for a person to confirm."""
    chosen = search.chosen()
    ended = [one for one in chosen if one.outcome.status == "ok"]
    broken = [one for one in chosen if one.outcome.status != "ok"]
    lines = [f"formula = {toml(search.prepared.formula.code)}", *shared_lines(search, search.prepared.case.tables), ""]
    if ended:
        asks = any(one.outcome.effects for one in search.trials)
        names = [in_words(search.inputs, one) for one in ended]
        lines += table(f"proposta para {search.prepared.formula.code}", search.inputs, ended, names, effects=asks)
    for number, one in enumerate(broken, 1):
        lines += single(
            search.inputs, one, f"falha proposta {number}" if one.outcome.status == "fault" else f"parada proposta {number}"
        )
    lines += people_lines(search)
    return "\n".join(lines) + "\n"


def shared_lines(search: Search, tables: Mapping[str, Any]) -> Iterator[str]:
    """What of the case in which the search began is no input: every proposed case needs it too. ``tables`` are those of its
    context that are not there anyway."""
    case, inputs = search.prepared.case, {(one.table, one.name) for one in search.inputs}
    if case.type is not None:
        yield f"tipo = {case.type}"
    ticket = case.document.data.get("atendimento")
    if ticket is not None:
        yield f"atendimento = {toml(ticket)}"
    if case.given.people and tables is case.tables:
        yield f"pessoas = {toml(case.given.people)}"
    for key, value in tables.items():
        if key == "diretorio" or not isinstance(value, Mapping):
            if (key, "") not in inputs:
                yield f"contexto.{key} = {toml(value)}"
            continue
        for name, inner in value.items():
            if (key, name.upper()) not in inputs:
                yield f"contexto.{key}.{key_text(name)} = {toml(inner)}"


def people_lines(search: Search) -> list[str]:
    """Tables of what depends on somebody of the directory: who receives, where somebody does, and what the formula gives."""
    lines: list[str] = []
    code, shown = search.prepared.formula.code, [one for one in search.shifted if one.trial.outcome.status == "ok"]
    asks = any(one.outcome.effects for one in search.trials)
    for title, those in (
        (f"proposta para {code}: quem recebe", [one for one in shown if one.receiver is not None]),
        (f"proposta para {code}: pessoas", [one for one in shown if one.receiver is None]),
    ):
        if those:
            trials = [one.trial for one in those]
            names = [f"{one.said}; {in_words(search.inputs, one.trial)}" for one in those]
            receivers = [one.receiver for one in those if one.receiver is not None]
            lines += table(title, with_people(search.inputs, trials), trials, names, receivers, effects=asks)
    for one in search.shifted:
        if one not in shown:
            lines += single(with_people(search.inputs, [one.trial]), one.trial, f"{one.said}; {in_words(search.inputs, one.trial)}")
    return lines


def with_people(inputs: Sequence[Input], trials: Sequence[Trial]) -> list[Input]:
    """The inputs, and the people that are others in some of the contexts."""
    return [*inputs, *dict.fromkeys(one for trial in trials for one in trial.state if one.table == "pessoas")]


def table(
    title: str, inputs: list[Input], trials: list[Trial], names: list[str], receivers: Sequence[Holder] = (), *, effects: bool
) -> list[str]:
    """A ``tabela``: inputs, value, who receives, and effects of a formula that may ask for some."""
    steps = any(isinstance(effect, Advance) for one in trials for effect in one.outcome.effects)
    steps = steps and all(any(isinstance(effect, Advance) for effect in one.outcome.effects) for one in trials)
    expected = ["valor", *(["recebedor"] if receivers else []), *(["efeitos"] if effects else []), *(["etapa"] if steps else [])]
    columns = ["nome", *(one.column for one in inputs), *expected]
    lines = [
        "[[caso]]",
        f"nome = {toml(title)}",
        "[caso.tabela]",
        f"colunas = [{', '.join(toml(column) for column in columns)}]",
        "linhas = [",
    ]
    for number, one in enumerate(trials):
        cells = [toml(names[number]), *(held(name, one) for name in inputs), toml(one.outcome.value)]
        if receivers:
            who = receivers[number]
            cells.append(toml(who.key if who.kind == "attendant" else f"grupo {who.key}"))
        if effects:
            cells.append(f"[{', '.join(whole(effect) for effect in one.outcome.effects)}]")
        if steps:
            cells.append(toml([effect.step for effect in one.outcome.effects if isinstance(effect, Advance)][-1]))
        lines.append(f"  [{', '.join(cells)}],")
    return [*lines, "]", ""]


MOST_WORDS = 4
"""Inputs that the name of a row tells."""


def in_words(inputs: list[Input], trial: Trial) -> str:
    """A name for a row: what its inputs are."""
    parts = []
    for one in inputs[:MOST_WORDS]:
        value = trial.state.get(one)
        shown = rows_in_words(value) if isinstance(value, list) else display(value)
        parts.append(f"{one.name or one.table} {shown}" if shown else str(message("{nome} vazio", nome=one.name or one.table)))
    return ", ".join(parts) or str(message("sem entradas"))


def rows_in_words(rows: Sequence[Mapping[str, Any]]) -> str:
    """How many rows, and what the first of them hold."""
    said = str(plural(len(rows), "{quantas} linha", "{quantas} linhas", quantas=len(rows)))
    held = "; ".join(" ".join(display(value) for value in row.values()) for row in rows[:NAMED_ROWS])
    return f"{said} ({held[:NAMED_LETTERS]})" if held.strip() else said


NAMED_ROWS, NAMED_LETTERS = 3, 60
"""Rows that a case's name shows, and letters of them."""


def whole(effect: Effect) -> str:
    """An effect in one line, with what it lacks as the empty text."""
    return inline({key: "" if value is None else value for key, value in effect.as_json().items()})


def held(one: Input, trial: Trial) -> str:
    """What an input holds in a row; people who are as the directory has them are changed in nothing."""
    value = trial.state.get(one)
    return "{}" if value is None and one.table == "pessoas" else cell(value)


def cell(value: Any) -> str:
    """A value in a row; a time at midnight is a date."""
    midnight = isinstance(value, datetime) and value.time() == time() and value.year > 1
    return toml(value.date() if midnight else value)


def single(inputs: list[Input], trial: Trial, name: str) -> list[str]:
    """A case of its own: for an end in fault or ANALISAR."""
    lines = ["[[caso]]", f"nome = {toml(name)}", *context_lines(inputs, trial.state)]
    outcome = trial.outcome
    if outcome.status == "stopped":
        lines.append(f"espera.mensagem = {toml(outcome.message or '')}")
    elif outcome.status == "fault":
        lines.append(f"espera.falha = {toml(outcome.diagnostics[0].code)}")
    else:
        lines.append(f"espera.valor = {toml(outcome.value)}" if outcome.value is not None else "espera.vazio = true")
        if outcome.effects:
            lines.append(f"espera.efeitos = [{', '.join(whole(effect) for effect in outcome.effects)}]")
    return [*lines, ""]


def context_lines(inputs: list[Input], state: Mapping[Input, Any]) -> list[str]:
    """The inputs as keys of a case."""
    made = []
    for one in inputs:
        column = one.column if one.column.startswith("contexto.") or one.table == "pessoas" else f"contexto.{one.column}"
        made.append(f"{column} = {toml(state.get(one))}")
    return made
