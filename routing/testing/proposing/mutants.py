"""Mutants: a formula changed in one place as people err. A mutant that every case still accepts is a rule without a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

import attrs

from formula.destinations import parse_destination
from formula.diagnostics import FormulaError
from formula.engine import Rule
from formula.engine import compile as compile_formula
from formula.limits import Limits
from formula.messages import Message
from formula.outcome import Outcome
from formula.parser import parse
from formula.reading.tree import (
    Assign,
    Binary,
    Call,
    Evaluate,
    Expression,
    Formula,
    If,
    LogicalLiteral,
    NumberLiteral,
    Repeat,
    TextLiteral,
    While,
    bare,
    walk,
)
from formula.source import Source, Span
from routing.domain.site import FormulaText, Site
from routing.messages import message
from routing.testing.bench import Bench, ticket_of
from routing.testing.case import Case
from routing.testing.cases import cases_of
from routing.testing.coverage.measure import EFFECTS, Measures, is_data
from routing.testing.expectations import compare_all
from routing.testing.proposing.alike import Alike
from routing.testing.proposing.climbing import STARTS, edges
from routing.testing.proposing.generate import go, shared_lines, single, start
from routing.testing.proposing.inputs import COMPARISONS, applied
from routing.testing.proposing.search import Search, Trial
from routing.testing.run import PASSED, Prepared, Unprepared, judged, observe_moves, prepare, run_case
from routing.workspace.toml_text import toml

EDGES = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<>", "<>": "="}
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*"}
JOINS = {"E": "OU", "OU": "E"}
EDGE_RUNS = 400
EDGES_TRIED = 80
SEARCH_RUNS = 600
"""Contexts tried when looking for a case that would notice a mutant."""
PROPOSALS_TRIED = 5
"""Cases that are run against a mutant before none is proposed for it."""
LOOP_STEPS = 20_000
"""A mutant may loop for ever; it is then noticed by this limit."""


@attrs.frozen
class Change:
    """One change of a text: ``sort`` is a key of :data:`SORTS`."""

    sort: str
    span: Span
    text: str
    said: Message


@attrs.frozen(eq=False)
class Mutant:
    """A change, how it ended (``noticed``, ``survived``, ``equivalent``, ``invalid``), and for a survivor a case that would notice,
    or the reason why none was found."""

    change: Change
    line: int
    ended: str
    by: str = ""
    would_notice: str = ""
    reason: Message | None = None


@attrs.define(eq=False)
class Target:
    """A formula with the cases that run it: its own and those of formulas that call it, ready to run, and moves in which it
    takes part."""

    formula: FormulaText
    bench: Bench
    own: list[Prepared] = attrs.field(factory=list)
    callers: list[Prepared] = attrs.field(factory=list)
    moves: list[Case] = attrs.field(factory=list)

    @property
    def cases(self) -> int:
        """How many cases run it."""
        return len(self.own) + len(self.callers) + len(self.moves)


SORTS = {
    "comparison": message("comparação"),
    "constant": message("constante"),
    "branch": message("ramo"),
    "destination": message("destino"),
    "operator": message("operador"),
    "effect": message("efeito"),
    "type": message("tipo de atendimento"),
    "directory": message("diretório"),
}


# -- changes --------------------------------------------------------------------------------------


def changes(tree: Formula, source: Source) -> Iterator[Change]:
    """Every change tried, in order of place."""
    destinations = list(dict.fromkeys(node.value for node in destination_texts(tree)))
    given = {id(node) for node in destination_texts(tree)}
    compared = compared_literals(tree)
    steps = list(dict.fromkeys(one.value for node in walk(tree) if (one := step_text(node)) is not None))
    made: list[Change] = []
    for node in walk(tree):
        if isinstance(node, Binary):
            made += operator_changes(node)
        elif isinstance(node, NumberLiteral):
            made += number_changes(node)
        elif isinstance(node, TextLiteral) and id(node) in given:
            made += destination_changes(node, destinations)
        elif isinstance(node, TextLiteral) and id(node) in compared:
            made += text_changes(node, compared)
        elif isinstance(node, LogicalLiteral):
            other = "FALSO" if node.value else "VERDADE"
            made.append(
                Change("constant", node.span, other, message("{antes} virou {depois}", antes=source.slice(node.span), depois=other))
            )
        elif isinstance(node, If | While | Repeat):
            made += branch_changes(node, source)
        elif isinstance(node, Evaluate):
            made += effect_changes(node, source, steps)
    yield from sorted(made, key=lambda one: (one.span.start, one.span.end, one.text))


def operator_changes(node: Binary) -> Iterator[Change]:
    """Comparison at its edge and turned round; arithmetic and joins for their opposites."""
    before = node.operator
    kinds = (("comparison", EDGES), ("comparison", TURNED), ("operator", ARITHMETIC), ("operator", JOINS))
    for sort, table in kinds:
        after = table.get(before)
        if after is not None:
            yield Change(sort, node.operator_span, after, message("{antes} virou {depois}", antes=before, depois=after))


def number_changes(node: NumberLiteral) -> Iterator[Change]:
    """One more, one less; the last digit of a decimal."""
    step: int | Decimal = 1
    if isinstance(node.value, Decimal) and isinstance(exponent := node.value.as_tuple().exponent, int) and exponent < 0:
        step = Decimal(1).scaleb(exponent)
    for value in (node.value + step, node.value - step):
        if value >= 0:
            yield Change(
                "constant",
                node.span,
                f"{value:f}" if isinstance(value, Decimal) else str(value),
                message("{antes} virou {depois}", antes=node.written, depois=value),
            )


def destination_texts(tree: Formula) -> Iterator[TextLiteral]:
    """Texts that stand where a value is given and have the form of a destination."""
    for node in walk(tree):
        value = node.value if isinstance(node, Assign) else node.expression if isinstance(node, Evaluate) else None
        places: Sequence[Any] = [bare(value)] if value is not None else []
        if isinstance(node, Call):
            places = [bare(argument) for argument in node.arguments]
        yield from (one for one in places if isinstance(one, TextLiteral) and parse_destination(one.value, 1) is not None)


def destination_changes(node: TextLiteral, others: Sequence[str]) -> Iterator[Change]:
    """Another destination of the formula, or the next code."""
    other = next((one for one in others if one != node.value), None)
    if other is None:
        head, _, code = node.value.rpartition(";")
        other = f"{head};{int(code) + 1}" if head else str(int(code) + 1)
    yield Change(
        "destination",
        node.span,
        quoted(other, node.quote),
        message("destino {antes} virou {depois}", antes=node.value, depois=other),
    )


def compared_literals(tree: Formula) -> dict[int, str]:
    """Texts that are compared with something."""
    made: dict[int, str] = {}
    for node in walk(tree):
        if isinstance(node, Binary) and node.operator in COMPARISONS:
            for side in (bare(node.left), bare(node.right)):
                if isinstance(side, TextLiteral):
                    made[id(side)] = side.value
    return made


def text_changes(node: TextLiteral, compared: dict[int, str]) -> Iterator[Change]:
    """Another text that the formula compares with, or the text with a slip of the key."""
    other = next((one for one in compared.values() if one != node.value), f"{node.value}x")
    yield Change(
        "constant", node.span, quoted(other, node.quote), message("'{antes}' virou '{depois}'", antes=node.value, depois=other)
    )


def branch_changes(node: If | While | Repeat, source: Source) -> Iterator[Change]:
    """The condition turned round; always true; never true. A loop's is only turned once, for it must end."""
    condition: Expression = node.until if isinstance(node, Repeat) else node.condition
    shown = source.slice(condition.span)
    if isinstance(node, If):
        yield Change("branch", condition.span, f"NAO ({shown})", message("a condição {texto} foi negada", texto=shown))
        yield Change("branch", condition.span, "VERDADE", message("a condição {texto} virou VERDADE", texto=shown))
        yield Change("branch", condition.span, "FALSO", message("a condição {texto} virou FALSO", texto=shown))
    else:
        ending = "VERDADE" if isinstance(node, Repeat) else "FALSO"
        yield Change("branch", condition.span, ending, message("a condição {texto} virou {depois}", texto=shown, depois=ending))


STEP_CALLS = frozenset({"AVANCARETAPA"})
FIELD_CALLS = frozenset({"ALTERARCAMPOATENDIMENTO"})


def step_text(node: Any) -> TextLiteral | None:
    """The step that a call names by a text."""
    if not isinstance(node, Call) or node.word.key not in STEP_CALLS or not node.arguments:
        return None
    first = bare(node.arguments[0])
    return first if isinstance(first, TextLiteral) else None


def effect_changes(node: Evaluate, source: Source, steps: Sequence[str]) -> Iterator[Change]:
    """An effect that is never asked for, that is asked for twice, that goes to another address, another step, or sets another
    value."""
    call = bare(node.expression)
    if not isinstance(call, Call) or call.word.key not in EFFECTS:
        return
    shown = source.slice(call.span)
    yield Change("effect", call.span, f"SE FALSO ENTAO {shown} FIMSE", message("{chamada} foi tirada", chamada=shown))
    yield Change("effect", call.span, f"{shown}; {shown}", message("{chamada} acontece duas vezes", chamada=shown))
    for argument in call.arguments:
        literal = bare(argument)
        if not isinstance(literal, TextLiteral) or parse_destination(literal.value, 1) is not None:
            continue
        other = other_text(call.word.key, literal.value, steps)
        if other is not None:
            said = message("'{antes}' virou '{depois}'", antes=literal.value, depois=other)
            yield Change("effect", literal.span, quoted(other, literal.quote), said)


def other_text(function: str, text: str, steps: Sequence[str]) -> str | None:
    """Another address, another step of the formula, another value of a field; None for a text that says none of these."""
    if function in STEP_CALLS:
        return next((one for one in steps if one != text), None)
    if function in FIELD_CALLS:
        name, sign, value = text.partition("=")
        slip = value[:-1] + str((int(value[-1]) + 1) % 10) if value[-1:].isdecimal() and value.isascii() else f"{value}x"
        return f"{name}={slip}" if sign else None
    return f"x{text}" if "@" in text and " " not in text.strip() else None


def quoted(text: str, quote: str) -> str:
    """A text literal."""
    return quote + text.replace(quote, quote * 2) + quote


def changed_text(text: str, change: Change) -> str:
    """The formula with the change; blanks keep words apart."""
    before, after = text[: change.span.start], text[change.span.end :]
    left = " " if before[-1:].isalnum() and change.text[:1].isalnum() else ""
    right = " " if after[:1].isalnum() and change.text[-1:].isalnum() else ""
    return before + left + change.text + right + after


# -- running --------------------------------------------------------------------------------------


def targets(cases: Sequence[tuple[Case, Bench]], failing: list[Case] | None = None) -> list[Target]:
    """The formulas that cases run and pass, called ones included. Cases that fail already say nothing about mutants: they are
    added to ``failing``."""
    made: dict[tuple[int, str], Target] = {}
    measures = Measures()

    def target(bench: Bench, formula: FormulaText) -> Target:
        return made.setdefault((id(bench), formula.text), Target(formula, bench))

    for case, bench in cases:
        watch, _ = measures.watches(bench, case)
        if run_case(case, bench, watch=watch).status == PASSED:
            prepared = None if case.moves else prepare(case, bench)
            if prepared is not None and not is_data(bench, case):
                target(bench, prepared.formula).own.append(prepared)
            for formula in ran(measures, bench.site_for(case.given)):
                if prepared is None:
                    target(bench, formula).moves.append(case)
                elif formula.text != prepared.formula.text:
                    target(bench, formula).callers.append(prepared)
        elif failing is not None:
            failing.append(case)
        measures.forget()
    return list(made.values())


def ran(measures: Measures, site: Site) -> Iterator[FormulaText]:
    """The formulas of a site that ran."""
    for one in measures.formulas.values():
        found = site.formulas.get(one.code.upper())
        if found is not None and found.text == one.source.text and one.facts:
            yield found


def mutants(target: Target, told: Callable[[int, int], None] | None = None) -> Iterator[Mutant]:
    """Every mutant of a formula and how it ended. ``told`` hears how many of how many are done."""
    parsed = parse(target.formula.text, target.formula.code)
    assert parsed.tree is not None  # it ran
    found = list(changes(parsed.tree, parsed.source))
    searches: list[Search | None] = []
    proofs = Alike()
    for number, change in enumerate(found, 1):
        yield judged_mutant(target, change, parsed.source.position(change.span.start).line, searches, proofs)
        if told is not None:
            told(number, len(found))


def judged_mutant(target: Target, change: Change, line: int, searches: list[Search | None], proofs: Alike) -> Mutant:
    """Run the cases until one notices."""
    text = changed_text(target.formula.text, change)
    rules: dict[int, Rule] = {}
    for prepared in target.own:
        try:
            rule = rules.get(id(prepared.schema)) or compile_formula(
                text, prepared.schema, lenient=prepared.case.given.lenient, name=target.formula.code
            )
        except FormulaError:
            return Mutant(change, line, "invalid")
        rules[id(prepared.schema)] = rule
        if noticed_by_run(prepared, rule):
            return Mutant(change, line, "noticed", prepared.case.name)
    for prepared in target.callers:
        try:
            rule = rules.get(id(prepared.schema)) or compile_formula(text, prepared.schema, name=target.formula.code)
        except FormulaError:
            return Mutant(change, line, "invalid")
        rules[id(prepared.schema)] = rule
        if noticed_by_run(calling(prepared, target.formula.code, text), prepared.rule):
            return Mutant(change, line, "noticed", prepared.case.name)
    mutated = FormulaText(target.formula.code, text, target.formula.path)
    for case in target.moves:
        if noticed_by_moves(case, target.bench, mutated):
            return Mutant(change, line, "noticed", case.name)
    proposed, tried = noticing_case(target, text, searches)
    if proposed:
        return Mutant(change, line, "survived", would_notice=proposed)
    same, reason = proofs.of(target.bench.site, target.formula, text, tried)
    return Mutant(change, line, "equivalent" if same else "survived", reason=reason)


def calling(prepared: Prepared, code: str, text: str) -> Prepared:
    """The same case with another text for a formula that it calls."""
    others = {name: one for name, one in prepared.context.formulas.items() if name.upper() != code.upper()}
    return attrs.evolve(prepared, context=attrs.evolve(prepared.context, formulas={**others, code: text}))


def noticed_by_run(prepared: Prepared, rule: Rule) -> bool:
    """Whether a formula's case fails with a mutant."""
    seen = attrs.evolve(prepared, limits=small(prepared.limits)).observe(rule)
    return judged(prepared.case, seen, None, prepared.formula).status != PASSED


def noticed_by_moves(case: Case, bench: Bench, mutated: FormulaText) -> bool:
    """Whether a move's case fails with a mutant in the site."""
    site = bench.site_for(case.given)
    policy = attrs.evolve(site.policy, limits=small(site.policy.limits))
    site = attrs.evolve(site, formulas={**site.formulas, mutated.code.upper(): mutated}, policy=policy)
    ticket, _ = ticket_of(bench, case)
    assert ticket is not None
    for step, seen in observe_moves(case, site, ticket):
        if next(compare_all([(one.key, one.value, one.line) for one in step.expected], seen), None) is not None:
            return True
    return False


def noticing_case(target: Target, text: str, searches: list[Search | None]) -> tuple[str, int]:
    """A case in which formula and mutant differ, as TOML, and how many contexts showed no difference; no case when none was
    found: perhaps they mean the same."""
    if not searches:
        searches.append(searched(target))
    search = searches[0]
    if search is None:
        return "", 0
    try:
        rule = compile_formula(text, search.prepared.schema, lenient=search.prepared.case.given.lenient, name=target.formula.code)
    except FormulaError:
        return "", 0
    mutated = FormulaText(target.formula.code, text, target.formula.path)
    proposals, looked_at = 0, 0
    for trial in (*search.trials, *at_the_edges(search, rule)):
        if not differs(trial, rule, search):
            looked_at += 1
            continue
        proposed = "\n".join(noticing(search, trial)).strip()
        if perceives(proposed, search.prepared.case, target.bench, mutated):
            return proposed, looked_at
        proposals += 1
        if proposals >= PROPOSALS_TRIED:
            break
    return "", looked_at


def perceives(proposed: str, beside: Case, bench: Bench, mutated: FormulaText) -> bool:
    """Whether a proposed case, put into the file of another, passes with the formula as it is and fails with the mutant."""
    head = beside.document.source.text.partition("[[caso]]")[0]
    case = cases_of(f"{head}\n{proposed}", beside.path).cases[-1]
    if run_case(case, bench).status != PASSED:
        return False
    policy = attrs.evolve(bench.site.policy, limits=small(bench.site.policy.limits))
    site = attrs.evolve(bench.site, formulas={**bench.site.formulas, mutated.code.upper(): mutated}, policy=policy)
    return run_case(case, Bench(bench.folder, site)).status != PASSED


def small(limits: Limits) -> Limits:
    """Limits under which a mutant that loops for ever ends soon."""
    return attrs.evolve(limits, steps=min(limits.steps, LOOP_STEPS))


def noticing(search: Search, trial: Trial) -> list[str]:
    """The lines of a case that can be put beside the others of its file."""
    head, name, *rest = single(search.inputs, trial, "proposta")
    case = search.prepared.case
    lines = [head, name, f"formula = {toml(search.prepared.formula.code)}", *shared_lines(search, case.own_tables), *rest]
    nothing = trial.outcome.status == "ok" and not trial.outcome.effects
    return [*lines[:-1], "espera.efeitos = []", ""] if nothing else lines


def at_the_edges(search: Search, mutant: Rule) -> Iterator[Trial]:
    """Contexts in which comparisons of the formula, or of the mutant, stand just at their edge."""
    tried: set[Any] = set()
    for rule in (search.prepared.rule, mutant):
        for trial in search.kept[:STARTS]:
            view = search.view(trial.state, rule)
            for changes in islice(edges(view), EDGES_TRIED):
                state = {**trial.state, **changes}
                key = search.key(state)
                if key not in tried and len(tried) < EDGE_RUNS:
                    tried.add(key)
                    yield search.tried(state)


def searched(target: Target) -> Search | None:
    """Contexts worth trying on a formula's mutants."""
    if target.own:
        prepared = target.own[0]
    else:
        first = target.callers[0].case if target.callers else target.moves[0]
        case = attrs.evolve(first, formula=target.formula.code, text="", moves=())
        try:
            prepared = prepare(case, target.bench)
        except Unprepared:
            return None
    search = start(prepared)
    go(search)
    widen(search)
    return search


def widen(search: Search) -> None:
    """Beyond the branches: every value of every input from the contexts kept, for boundaries and destinations."""
    for trial in list(search.kept):
        for one in search.inputs:
            for value in search.values.get(one, ()):
                if search.runs < SEARCH_RUNS:
                    search.attempt({**trial.state, one: value})


MOST_EXTRA = 40
"""Contexts that a proposed table takes beyond those that reach every branch."""


def strengthen(search: Search) -> None:
    """Let the chosen contexts notice the small errors of the formula too, not only reach its branches: for each mutant that none
    of them notices, the first context found in which formula and mutant differ."""
    prepared = search.prepared
    parsed = parse(prepared.formula.text, prepared.formula.code)
    if parsed.tree is None:
        return
    widen(search)
    own = search.chosen()
    for change in changes(parsed.tree, parsed.source):
        if len(search.extra) >= MOST_EXTRA:
            return
        try:
            rule = compile_formula(
                changed_text(prepared.formula.text, change), prepared.schema, lenient=prepared.case.given.lenient,
                name=prepared.formula.code,
            )  # fmt: skip
        except FormulaError:
            continue
        if any(differs(trial, rule, search) for trial in (*own, *search.extra)):
            continue
        found = next((one for one in (*search.trials, *at_the_edges(search, rule)) if differs(one, rule, search)), None)
        if found is not None:
            search.extra.append(found)


def differs(trial: Trial, mutant: Rule, search: Search) -> bool:
    """Whether formula and mutant end differently in a context."""
    other: Outcome = mutant.run(applied(search.prepared.context, trial.state), small(search.prepared.limits))
    own = trial.outcome
    if own.status != other.status:
        return True
    if own.status == "fault":
        return own.diagnostics[0].code != other.diagnostics[0].code
    return (type(own.value), own.value, own.effects, own.message) != (type(other.value), other.value, other.effects, other.message)
