"""Steps that formulas ask for: two in one run, which the move would refuse (G7), and none where the flow divides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import attrs

from formula.diagnostics import Diagnostic, place
from formula.names import name_key
from formula.reading.tree import (
    Assign,
    Call,
    Evaluate,
    Expression,
    Formula,
    If,
    Name,
    NumberLiteral,
    Repeat,
    Statement,
    TextLiteral,
    While,
    bare,
    walk,
)
from formula.source import Source, Span
from routing.domain.flow import find_step
from routing.domain.site import FormulaText, Site
from routing.messages import message
from routing.refusals import TABLE

CODE, SILENT = "duas-etapas-pedidas", "etapa-nao-pedida"
ADVANCE = "AVANCARETAPA"


@attrs.frozen
class Ask:
    """A call that asks for a step: which one (None when it is worked out), and where it is written or called from."""

    step: str | None
    span: Span


Trees = Mapping[str, Formula]


def two_steps_asked(site: Site, text: FormulaText, trees: Trees, types: Sequence[int]) -> Iterator[Diagnostic]:
    """One warning for a formula, at the first call after which another step may still be asked for in the same run."""
    found = next(conflicts(site, trees[text.code.upper()].statements, trees, types), None)
    if found is None:
        return
    first, second = found
    source = Source(text.text, text.code)
    line = source.position(first.span.start).line
    said = message(
        "num só movimento a fórmula pode pedir duas etapas: aqui {outra}, e na linha {linha} {uma}",
        outra=shown(second),
        linha=line,
        uma=shown(first),
    )
    hint = message("o movimento seria recusado (G7); ponha as chamadas em ramos de um mesmo SE … SENAO … FIMSE")
    yield place(source, second.span, CODE, TABLE[CODE].severity, said, hint)


def shown(ask: Ask) -> str:
    """The step asked for, as it is written."""
    return message("uma etapa calculada") if ask.step is None else f"'{ask.step}'"


def conflicts(site: Site, block: Sequence[Statement], trees: Trees, types: Sequence[int]) -> Iterator[tuple[Ask, Ask]]:
    """Two calls of a block that may both happen in one run and mean different steps."""
    earlier: list[Ask] = []
    for statement in block:
        for inner in inner_blocks(statement):
            yield from conflicts(site, inner, trees, types)
        here = asks_of(statement, trees, frozenset())
        own = asks_in(owned(statement), trees, frozenset())
        yield from ((one, other) for one, other in product(earlier, here) if different(site, one, other, types))
        yield from (
            (one, other) for number, one in enumerate(own) for other in own[number + 1 :] if different(site, one, other, types)
        )
        earlier += here


def inner_blocks(statement: Statement) -> tuple[Sequence[Statement], ...]:
    """The blocks below a statement, each run or not by itself."""
    match statement:
        case If():
            return (statement.then, statement.otherwise or ())
        case Repeat() | While():
            return (statement.body,)
        case _:
            return ()


def owned(statement: Statement) -> tuple[Expression, ...]:
    """The expressions of a statement itself."""
    match statement:
        case Assign():
            return (statement.value,)
        case Evaluate():
            return (statement.expression,)
        case If() | While():
            return (statement.condition,)
        case Repeat():
            return (statement.until,)
        case _:
            return ()


def asks_of(statement: Statement, trees: Trees, entered: frozenset[str]) -> list[Ask]:
    """Every call in a statement and the blocks below it."""
    made = asks_in(owned(statement), trees, entered)
    for block in inner_blocks(statement):
        for inner in block:
            made += asks_of(inner, trees, entered)
    return made


def asks_in(expressions: Sequence[Expression], trees: Trees, entered: frozenset[str]) -> list[Ask]:
    """The calls in some expressions; those of a formula that is called stand where it is called."""
    made: list[Ask] = []
    for expression in expressions:
        for node in walk(expression):
            if not isinstance(node, Call | Name):
                continue
            key = node.word.key
            if key == ADVANCE and isinstance(node, Call):
                made.append(Ask(written_step(node), node.span))
            elif key in trees and key not in entered:
                inner = [ask for one in trees[key].statements for ask in asks_of(one, trees, entered | {key})]
                made += [attrs.evolve(ask, span=node.span) for ask in inner]
    return made


def written_step(call: Call) -> str | None:
    """The step of a call, when it is a literal."""
    given = bare(call.arguments[0]) if call.arguments else None
    return str(given.value).strip() if isinstance(given, TextLiteral | NumberLiteral) else None


def different(site: Site, one: Ask, other: Ask, types: Sequence[int]) -> bool:
    """Whether two literal calls mean different steps in a type that uses the formula. One worked out may mean any."""
    if one.span == other.span:
        return False
    if one.step is None or other.step is None:
        return True
    if name_key(one.step) == name_key(other.step):
        return False
    return (
        any((found := find_step(site, code, one.step)) is None or found != find_step(site, code, other.step) for code in types)
        or not types
    )


@attrs.frozen
class Gap:
    """Where a way through a formula parts that asks for no step: the condition, and what it is there."""

    condition: Expression
    truth: bool


def silent_ways(site: Site, text: FormulaText, trees: Trees) -> Iterator[Diagnostic]:
    """A formula that chooses the step on some ways and on others none, where the flow divides: who advances has to choose then."""
    tree = trees[text.code.upper()]
    if not asks_a_step(tree, trees):
        return
    for kind in site.types.values():
        for step in kind.steps:
            ways = site.ways(kind.code, step.code)
            choosing = [code.upper() for code in (step.formula, kind.formula) if code]
            if len(ways) < 2 or text.code.upper() not in choosing:
                continue
            others = [trees[code] for code in choosing if code in trees and code != text.code.upper()]
            if always_asks(tree.statements, trees) or any(asks_a_step(one, trees) for one in others):
                continue  # what this one leaves open another may choose
            gap = gap_of(tree.statements, trees)
            if gap is None:
                continue
            said = message(
                "quando isto {vale}, a fórmula não pede etapa: de '{etapa}' saem {quantos} caminhos, e quem avança tem de escolher",
                vale=message("vale") if gap.truth else message("não vale"),
                etapa=step.name,
                quantos=len(ways),
            )
            hint = message("peça a etapa com AVANCARETAPA em cada ramo")
            yield place(Source(text.text, text.code), gap.condition.span, SILENT, TABLE[SILENT].severity, said, hint)
            return


def asks_a_step(tree: Formula, trees: Trees) -> bool:
    """Whether a formula, or one that it calls, asks for a step somewhere."""
    return any(asks_of(one, trees, frozenset()) for one in tree.statements)


def always_asks(block: Sequence[Statement], trees: Trees) -> bool:
    """Whether every way through a block asks for a step, or stops."""
    return any(asks_surely(one, trees) for one in block)


def asks_surely(statement: Statement, trees: Trees) -> bool:
    """Whether every way through a statement asks for a step, or stops."""
    if any(sure(expression, trees) for expression in owned(statement)):
        return True
    if isinstance(statement, If):
        return statement.otherwise is not None and always_asks(statement.then, trees) and always_asks(statement.otherwise, trees)
    return isinstance(statement, Repeat) and always_asks(statement.body, trees)


def sure(expression: Expression, trees: Trees) -> bool:
    """A call that asks, or that stops the formula; a formula that is called counts when something in it asks."""
    inner = bare(expression)
    stops = isinstance(inner, Call) and inner.word.key == "ANALISAR"
    return stops or bool(asks_in((expression,), trees, frozenset()))


def gap_of(block: Sequence[Statement], trees: Trees) -> Gap | None:
    """The first condition behind which a way asks for nothing though another does."""
    for statement in block:
        if not isinstance(statement, If) or asks_surely(statement, trees) or not asks_of(statement, trees, frozenset()):
            continue
        for branch, truth in ((statement.then, True), (statement.otherwise or (), False)):
            if not always_asks(branch, trees):
                return gap_of(branch, trees) or Gap(statement.condition, truth)
    return None
