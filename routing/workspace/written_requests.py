"""What a formula asks for where it runs: steps that the flow does not lead to, sections and hierarchy nodes that nobody has, and
actions without what they require. The text says it, so ``check`` tells what a plan would refuse.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches

import attrs

from formula.diagnostics import Diagnostic, place
from formula.messages import Message
from formula.names import name_key
from formula.reading.tree import Call, Evaluate, Expression, Formula, Name, NumberLiteral, TextLiteral, Unary, bare, walk
from formula.source import Source, Span
from formula.values import parse_date
from routing.domain.flow import THE_NEEDS, TRANSITIONS, find_step, step_list
from routing.domain.model import Step, TicketType
from routing.domain.site import FormulaText, Site
from routing.domain.words import shows
from routing.messages import message
from routing.refusals import TABLE
from routing.workspace.written_values import Texts, Written

NEEDS: Mapping[str, tuple[str, Mapping[int, str]]] = {
    "AGENDARARESPONDER": ("schedule", {0: "wake_up", 1: "deadline", 2: "reason", 3: "justification"}),
    "CANCELARATENDIMENTO": ("cancel", {0: "reason", 1: "justification"}),
    "REPASSARATENDIMENTO": ("handoff", {1: "reason", 2: "justification"}),
    "REPASSARDEVOLTA": ("return", {0: "justification"}),
}
"""The action that a function asks for, and the parts of the request that its arguments are."""
OTHER_TICKET = "ADICIONARDISCUSSAOATENDIMENTO"


@attrs.frozen
class Place:
    """A step in which a formula runs; ``entering`` when the step asked for may be the one that is being entered."""

    type: int
    step: int
    entering: bool


def places_of(site: Site, kind: TicketType, code: str) -> Iterator[Place]:
    """Where a formula of a type runs."""
    for step in kind.steps:
        hands = (step.handoff or kind.handoff) == "formula" and upper(deciding(kind, step)) == code
        divides = len(site.ways(kind.code, step.code)) > 1 and code in {upper(step.formula), upper(kind.formula)}
        when = {upper(one) for one in (*step.on_entry, *step.on_exit, *step.when_due)}
        if hands or divides or code in when:
            yield Place(kind.code, step.code, hands)


def deciding(kind: TicketType, step: Step) -> str | None:
    """The formula that says who receives in a step."""
    return kind.formula if step.handoff is None else step.formula or kind.formula


def upper(code: str | None) -> str:
    """A code as formulas are kept by."""
    return (code or "").upper()


def callers_of(trees: Mapping[str, Formula]) -> dict[str, set[str]]:
    """The formulas that call each, by name or with FORMULA."""
    made: dict[str, set[str]] = {}
    for code, tree in trees.items():
        for node in walk(tree):
            called = node.word.key if isinstance(node, Name | Call) else ""
            if isinstance(node, Call) and called == "FORMULA" and node.arguments:
                named = bare(node.arguments[0])
                called = name_key(named.value) if isinstance(named, TextLiteral) else ""
            if called in trees:
                made.setdefault(called, set()).add(code)
    return made


def all_places(site: Site, code: str, callers: Mapping[str, Collection[str]]) -> list[Place]:
    """Where a formula runs, by itself or called by another."""
    waiting, seen = [code], {code}
    made: list[Place] = []
    while waiting:
        one = waiting.pop()
        made += [place for kind in site.types.values() for place in places_of(site, kind, one)]
        fresh = set(callers.get(one, ())) - seen
        seen |= fresh
        waiting += fresh
    return made


def request_faults(
    site: Site, text: FormulaText, trees: Mapping[str, Formula], callers: Mapping[str, Collection[str]]
) -> Iterator[Diagnostic]:
    """What a formula asks for and no move can give it."""
    tree, source, texts = trees[text.code.upper()], Source(text.text, text.code), Texts(trees)
    own = {name.split("(", 1)[0].strip().upper() for name in site.stand_ins}
    places: list[Place] | None = None
    always = [bare(one.expression) for one in tree.statements if isinstance(one, Evaluate)]
    for node in walk(tree):
        if not isinstance(node, Call) or not node.arguments or node.word.key in own:
            continue
        if node.word.key == "AVANCARETAPA":
            places = all_places(site, text.code.upper(), callers) if places is None else places
            first = [one for one in places if begins(site, one)] if any(one is node for one in always) else []
            yield from steps_out_of_reach(site, source, texts.of(tree, node.arguments[0]), first or places)
        elif node.word.key in NEEDS:
            yield from unmet_needs(source, texts, tree, node)
        else:
            yield from unknown_places(site, source, texts, tree, node)


def fault(source: Source, span: Span, code: str, said: Message, hint: Message | None) -> Diagnostic:
    """A fault of this file's kind."""
    return place(source, span, code, TABLE[code].severity, said, hint)


def steps_out_of_reach(site: Site, source: Source, asked: Sequence[Written], places: Sequence[Place]) -> Iterator[Diagnostic]:
    """Steps that the types have, and that the flow leads to from nowhere the formula runs."""
    for one in asked:
        found = [(where, find_step(site, where.type, str(one.value))) for where in places]
        here = [(where, step) for where, step in found if step is not None]
        if not here or any(may_go(site, where, step) for where, step in here):
            continue
        first = here[0][0]
        step = site.step(first.type, first.step)
        ways = site.ways(first.type, first.step)
        said = message(
            "a fórmula roda na etapa '{de}', e de lá o fluxo não vai para '{para}'; o movimento seria recusado (G7)",
            de="" if step is None else step.name,
            para=one.value,
        )
        if len({where.step for where, _ in here}) > 1:
            said = message(
                "de nenhuma etapa em que a fórmula roda o fluxo vai para '{para}'; o movimento seria recusado (G7)", para=one.value
            )
        hint = message("acrescente um [[fluxo]] para ela")
        if ways and step is not None:
            listed = step_list(site, first.type, ways)
            hint = message("de {de} se vai para: {lista}; ou acrescente um [[fluxo]]", de=step.name, lista=listed)
        yield fault(source, one.span, "etapa-fora-do-fluxo", said, hint)


def begins(site: Site, where: Place) -> bool:
    """Whether tickets begin in a step: what a formula always asks for there happens to each."""
    step = site.step(where.type, where.step)
    return step is not None and step.entry


def may_go(site: Site, where: Place, step: Step) -> bool:
    """Whether the flow leads to a step from where a formula runs."""
    return step.code in site.ways(where.type, where.step) or (where.entering and step.code == where.step)


def unmet_needs(source: Source, texts: Texts, tree: Formula, call: Call) -> Iterator[Diagnostic]:
    """Parts of a request that the action requires and the text leaves out: no reason, no justification, dates in a wrong order."""
    action, parts = NEEDS[call.word.key]
    row = TRANSITIONS[action]
    needs = row.needs if action != "schedule" else ()  # a formula may schedule without a reason
    for number, argument in enumerate(call.arguments):
        part, given = parts.get(number, ""), bare(argument)
        if part == "reason":
            reason = written_number(given)
            if reason is not None and reason < -1:
                said = message("não existe o motivo {numero}", numero=reason)
                yield fault(source, given.span, "acao-incompleta", said, message("use o código de um motivo, ou -1 quando não há"))
            elif reason == -1 and part in needs:
                yield fault(source, given.span, "acao-incompleta", *lacking(row.name, part))
        elif part == "justification" and part in needs:
            for one in texts.of(tree, given):
                if isinstance(one.value, str) and not shows(one.value):
                    yield fault(source, one.span, "acao-incompleta", *lacking(row.name, part))
    if action == "schedule" and len(call.arguments) > 1:
        first, second = (texts.of(tree, bare(argument)) for argument in call.arguments[:2])
        days = [[parse_date(str(one.value)) for one in values] for values in (first, second)]
        if all(len(one) == 1 and one[0] is not None for one in days) and days[1][0] < days[0][0]:  # type: ignore[operator]
            said = message("o prazo do agendamento vem antes do despertamento")
            hint = message("primeiro o despertamento, depois o prazo")
            yield fault(source, second[0].span, "acao-incompleta", said, hint)


def lacking(action: Message, part: str) -> tuple[Message, Message]:
    """What an action requires and does not get, and what to do."""
    said = message("para {acao} é preciso informar {parte}; o movimento seria recusado (G6)", acao=action, parte=THE_NEEDS[part])
    cure = message("escreva o código de um motivo") if part == "reason" else message("escreva a justificativa")
    return said, cure


def written_number(given: Expression) -> int | None:
    """A whole number as it is written, with its sign."""
    if isinstance(given, Unary) and given.operator == "-":
        inner = written_number(bare(given.operand))
        return None if inner is None else -inner
    return int(given.value) if isinstance(given, NumberLiteral) and given.value == int(given.value) else None


def unknown_places(site: Site, source: Source, texts: Texts, tree: Formula, call: Call) -> Iterator[Diagnostic]:
    """Sections, their functions, hierarchy nodes and requisitions that the directory does not have."""
    from formula.builtins import TABLE as FUNCTIONS

    key, arguments, people = call.word.key, call.arguments, site.people
    row = FUNCTIONS.get(key)
    if key == "SECAOPAI" and len(arguments) > 1:
        coligada = written_number(bare(arguments[0]))
        found = texts.of(tree, arguments[1])
        yield from unknown_sections(site, source, found, {coligada} if coligada is not None else None)
    elif key == "RETORNAPROXIMOCHEFESECAOLABORE" and len(arguments) == 2:
        yield from unknown_sections(site, source, texts.of(tree, arguments[0]), None)
        roles = {name_key(one.role): one.role for one in people.sections.values() if one.role}
        for one in texts.of(tree, arguments[1]):
            if name_key(str(one.value)) not in roles:
                said = message("nenhuma seção do diretório tem a função '{funcao}'", funcao=one.value)
                yield fault(source, one.span, "lugar-desconhecido", said, nearest(str(one.value), roles))
    elif key == "SECAOORIGEMREQUISICAO" and len(arguments) == 2:
        numbers = [written_number(bare(one)) for one in arguments]
        asked = f"{numbers[0]};{numbers[1]}"
        if None not in numbers and people.requisitions and asked not in people.requisitions:
            said = message("não existe a requisição {chave}", chave=asked)
            yield fault(source, bare(arguments[1]).span, "lugar-desconhecido", said, nearest(asked, people.requisitions))
    elif row is not None:
        for argument, given in zip(row.arguments, arguments, strict=False):
            for one in texts.of(tree, given) if argument.role == "hierarquia" else ():
                node = node_key(str(one.value))
                if node is not None and node not in people.nodes:
                    said = message("não existe o nó de hierarquia {chave}", chave=node)
                    yield fault(source, one.span, "lugar-desconhecido", said, nearest(node, people.nodes))


def unknown_sections(site: Site, source: Source, found: Sequence[Written], where: set[int] | None) -> Iterator[Diagnostic]:
    """Sections that no coligada has, or not the one that is named."""
    every = {one.code: one.code for one in site.people.sections.values() if where is None or one.coligada in where}
    for one in found:
        written = str(one.value).strip()
        before, mark, after = written.partition(";")
        known = f"{before.strip()};{after.strip()}" in site.people.sections if mark else written in every
        if not known and written:
            said = message("não existe a seção '{secao}' no diretório", secao=written)
            yield fault(source, one.span, "lugar-desconhecido", said, nearest(written, every))


def node_key(text: str) -> str | None:
    """A hierarchy pair as nodes are kept by; None for a text that is none."""
    before, mark, after = (part.strip() for part in text.partition(";"))
    return f"{int(before)};{int(after)}" if mark and all(one.isascii() and one.isdigit() for one in (before, after)) else None


MOST_LISTED = 12


def nearest(written: str, known: Collection[str]) -> Message:
    """The one that is probably meant, else those that there are."""
    near = get_close_matches(name_key(written), sorted(known), 1)
    if near:
        return message("você quis dizer '{nome}'?", nome=near[0])
    if not known:
        return message("o diretório não tem nenhuma: inclua-a em diretorio.toml")
    listed = ", ".join(sorted(known)[:MOST_LISTED]) + (" …" if len(known) > MOST_LISTED else "")
    return message("os que existem são: {lista}", lista=listed)


def other_tickets(site: Site) -> Iterator[tuple[FormulaText, str, Span]]:
    """The keys of other tickets to whose discussion formulas write, as far as they stand in the text."""
    from formula.engine import examine

    for text in site.formulas.values():
        checked = examine(text.text, site.schema(None), name=text.code)[0] if OTHER_TICKET in text.text.upper() else None
        for node in walk(checked.tree) if checked is not None else ():
            if isinstance(node, Call) and node.word.key == OTHER_TICKET and len(node.arguments) == 4:
                numbers = [written_number(bare(one)) for one in node.arguments[:3]]
                if None not in numbers:
                    span = Span(node.arguments[0].span.start, node.arguments[2].span.end)
                    yield text, ";".join(str(one) for one in numbers), span
