"""The debugger's words in a session, and the page that shows where one stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import attrs

from formula.diagnostics import FormulaError
from formula.effects import Effect
from formula.messages import Message
from formula.names import name_key
from formula.reading.tree import Call, Name, TextLiteral, walk
from formula.runtime.record import Record
from formula.values import shorten
from repl.messages import message
from repl.session.debugger import Debugger, Watch
from repl.session.evaluation import Evaluated, Memory, Question
from repl.session.folder import context_of, runs_of
from repl.session.session import LastRun, Session, faulty, nothing_ran
from repl.session.timeline import Spot, Trail
from repl.session.words import without_accents
from repl.showing.answers import CHANGED, CURRENT, DIM, EFFECT, FAULT, HINT, SOURCE, TITLE, Answer, Line, answer, refusal
from repl.showing.values import answered, quoted

AROUND = 4
"""Lines of the source shown before and after the current one."""
MOST_EFFECTS = 5

Act = Callable[[Session, str, bool], Answer]


@attrs.frozen
class Word:
    """A word of the debugger: Portuguese, short and English names, what follows, whether ``volta`` may stand before."""

    name: str
    short: str
    english: str
    usage: Message | str
    help: Message
    act: Act
    both_ways: bool = False


def start(session: Session, rest: str) -> Answer:
    """``:depurar``: travel in the latest run; with a formula's text or code after it, run that first. After a plan the way goes
    through all formulas of the move, in their order, or through the one of a code."""
    if session.plan is not None and session.plan.before is not None:
        chosen = [one for one in runs_of(session.plan) if not rest or one.record.source.name.upper() == rest.strip().upper()]
        if chosen:
            return through(session, chosen)
    if rest:
        from repl.session.runs import run_loaded

        first = run_loaded(session, rest) if rest.upper() in names_of(session) else session.run_text(rest)
        if session.last is None or (first.faulty and first.outcome is None):
            return first
    elif session.plan is not None:
        return refusal(
            message("nenhuma fórmula decidiu este movimento; :porque diz o que decidiu"),
            message(":depurar CÓDIGO executa uma fórmula e a percorre"),
        )
    if session.last is None:
        return nothing_ran()
    done = session.last.evaluated
    record = done.record
    if done.outcome.status == "stopped":
        record = done.rule.record(session.last.context, session.limits, past_stops=True)
    travel = Debugger(record, done.first)
    if record.broken is not None:
        travel.go(travel.last)
    session.debugger = travel
    return shown(session)


def through(session: Session, runs: list[Any]) -> Answer:
    """Travel in formulas of the latest plan, each with the ticket as it was by then; a fault is where it begins. One that stopped
    in ANALISAR is followed beyond it, though the move was not."""
    contexts = tuple(context_of(session, one) for one in runs)
    records, desk = [one.record for one in runs], session.planned_on or session.desk
    rule = desk.site.rule(records[-1].source.name, session.plan.before)
    session.last = LastRun(
        rule.source.text, records[-1].source.name, contexts[-1], Memory(), Evaluated(rule, records[-1], records[-1].outcome, 0, ())
    )
    if records[-1].outcome.status == "stopped":
        records[-1] = rule.record(contexts[-1], session.limits, past_stops=True)
    travel = Debugger(records[0], then=tuple(records[1:]), contexts=contexts)
    if records[-1].broken is not None:
        travel.go(travel.last)
    session.debugger = travel
    return shown(session)


def here(session: Session) -> Debugger:
    """The debugger of a session that is travelling."""
    assert session.debugger is not None
    return session.debugger


def names_of(session: Session) -> set[str]:
    """Codes of the formulas the context has."""
    return {code.upper() for code in session.context.formulas}


def carry_out(session: Session, line: str) -> Answer:
    """One line while travelling; an empty one is a step."""
    line = PHRASES.get(without_accents(line), line)
    head, _, rest = line.partition(" ")
    word = word_of(session, head, rest) if line else BY_NAME["passo"]
    back = False
    if word is not None and word.name == "volta" and rest and not rest.strip().isdigit():
        inner, _, rest = rest.strip().partition(" ")
        word, back = BY_NAME.get(without_accents(inner)), True
        if word is None or not word.both_ways:
            return refusal(message("não se volta com '{palavra}'", palavra=inner), message("ajuda mostra as palavras"))
    if word is None:
        return ask(session, line, head)
    return word.act(session, rest.strip(), back)


def word_of(session: Session, head: str, rest: str) -> Word | None:
    """The word that a line begins with. ``I`` in capitals is a variable where there is one, and ``a > 2`` a question."""
    word = BY_NAME.get(without_accents(head))
    if word is None or (head.isupper() and head in here(session).record.variables):
        return None
    goes_on = rest.lstrip()[:1] in set("+-*/<>=,;(") if rest else False
    return None if goes_on or (rest and not word.usage and word.name != "volta") else word


def ask(session: Session, line: str, head: str) -> Answer:
    """Anything that is no word is an expression, asked of the state here."""
    near = get_close_matches(without_accents(head), BY_NAME, 1, 0.75)
    try:
        outcome = question(session, line).answer(here(session).state())
    except FormulaError as error:
        if near:
            said = message("'{palavra}' não é palavra do depurador", palavra=head)
            return refusal(said, message("você quis dizer {nome}?", nome=near[0]))
        return faulty(error.source, error.diagnostics, session.language)
    return Answer((Line(answered(outcome)),), faulty=outcome.status == "fault")


def question(session: Session, text: str) -> Question:
    """An expression over the variables of the formula one is in, and the context."""
    return question_about(session, text, here(session).spot)


def question_about(session: Session, text: str, spot: Spot) -> Question:
    """The same of the formula of a place."""
    assert session.last is not None
    contexts = here(session).contexts
    context = contexts[here(session).timeline.run_at(spot.number)] if contexts else session.last.context
    return Question(text, spot.record.written, context, session.schema())


# -- moving ---------------------------------------------------------------------------------------


def moved(session: Session, changed: bool, *, back: bool = False) -> Answer:
    """The page after a move, or that there is nowhere to go."""
    if changed:
        return shown(session)
    nowhere = message("não há passo assim antes deste") if back else message("não há passo assim depois deste")
    return Answer((Line(nowhere, HINT),))


def count_of(rest: str) -> int | None:
    """A number of steps; nothing is one."""
    if not rest:
        return 1
    return int(rest) if rest.isascii() and rest.isdigit() and len(rest) < 10 else None


def step(session: Session, rest: str, _back: bool) -> Answer:
    """Forward."""
    count = count_of(rest)
    return wanted_number(rest) if count is None else moved(session, here(session).step(count))


def back_step(session: Session, rest: str, _back: bool) -> Answer:
    """Back."""
    count = count_of(rest)
    return wanted_number(rest) if count is None else moved(session, here(session).step(-count), back=True)


def wanted_number(rest: str) -> Answer:
    """A number was expected."""
    return refusal(message("'{texto}' não é um número", texto=rest))


def over(session: Session, _rest: str, back: bool) -> Answer:
    """Past a whole statement."""
    return moved(session, here(session).over(back=back), back=back)


def out(session: Session, _rest: str, back: bool) -> Answer:
    """Out of the block."""
    return moved(session, here(session).out(back=back), back=back)


def back_to_caller(session: Session, _rest: str, back: bool) -> Answer:
    """Out of a called formula."""
    return moved(session, here(session).back_to_caller(back=back), back=back)


def to_line(session: Session, rest: str, back: bool) -> Answer:
    """To a step on a line."""
    if not (rest.isascii() and rest.isdigit()):
        return wanted_number(rest)
    travel = here(session)
    return moved(session, travel.seek(travel.on_line(int(rest)), back=back), back=back)


def to_change(session: Session, rest: str, back: bool) -> Answer:
    """To the next change of a variable."""
    travel = here(session)
    if rest.upper() not in travel.record.variables:
        known = ", ".join(travel.record.written.values())
        return refusal(message("não há variável '{nome}'", nome=rest), message("variáveis: {nomes}", nomes=known or "–"))
    return moved(session, travel.seek(travel.after_change(rest), back=back), back=back)


def to_condition(session: Session, rest: str, back: bool) -> Answer:
    """To where an expression is VERDADE."""
    if not rest:
        return refusal(message("diga a condição: ate A > 10"))
    travel = here(session)
    try:
        wanted = travel.when(question(session, rest))
    except FormulaError as error:
        return faulty(error.source, error.diagnostics, session.language)
    return moved(session, travel.seek(wanted, back=back), back=back)


def go_on(session: Session, _rest: str, back: bool) -> Answer:
    """To the next breakpoint or ANALISAR, else to the end or the start."""
    travel = here(session)
    if travel.seek(travel.at_stop(), back=back):
        return shown(session)
    return moved(session, travel.go(travel.first if back else travel.last), back=back)


def to_end(session: Session, _rest: str, _back: bool) -> Answer:
    """The end."""
    return moved(session, here(session).go(here(session).last))


def to_start(session: Session, _rest: str, _back: bool) -> Answer:
    """The start."""
    return moved(session, here(session).go(0), back=True)


# -- breakpoints, watches, seeing -------------------------------------------------------------------


def stop_at(session: Session, rest: str, _back: bool) -> Answer:
    """Set or clear a breakpoint; without a line, list them."""
    travel = here(session)
    if rest:
        if not (rest.isascii() and rest.isdigit()):
            return wanted_number(rest)
        travel.stops.symmetric_difference_update({(travel.record.source.name, int(rest))})
    if not travel.stops:
        return answer(message("nenhuma parada"), style=DIM)
    outermost = None if travel.then else travel.whole.source.name
    stops = sorted(travel.stops, key=lambda stop: (stop[0] != outermost, stop))
    shown = (str(line) if name == outermost else f"{name} {line}" for name, line in stops)
    return answer(message("paradas nas linhas {linhas}", linhas=", ".join(shown)))


def watch(session: Session, rest: str, _back: bool) -> Answer:
    """Watch an expression; the same one again ends it."""
    travel = here(session)
    if rest:
        others = [one for one in travel.watches if one.text != rest]
        if len(others) == len(travel.watches):
            try:
                question(session, rest)
            except FormulaError as error:
                return faulty(error.source, error.diagnostics, session.language)
            others.append(Watch(rest, lambda text, spot: question_about(session, text, spot)))
        travel.watches = others
    if not travel.watches:
        return answer(message("nenhuma vigia"), style=DIM)
    return Answer(tuple(watch_lines(travel)))


def leave(session: Session, _rest: str, _back: bool) -> Answer:
    """Back to the session."""
    session.debugger = None
    return answer(message("fora do depurador"), style=DIM)


def show(session: Session, _rest: str, _back: bool) -> Answer:
    """The page again."""
    return shown(session)


def whole_screen(session: Session, _rest: str, _back: bool) -> Answer:
    """The same on the whole screen, where there is one."""
    return attrs.evolve(shown(session), whole_screen=True)


def show_help(session: Session, _rest: str, _back: bool) -> Answer:
    """All words."""
    lines = [Line(message("Palavras do depurador"), TITLE)]
    for word in WORDS:
        name = word.english if session.language == "en" else word.name
        names = message("{nome}, {curta} {uso}", nome=name, curta=word.short, uso=word.usage)
        way = message(" (também com volta antes)") if word.both_ways else ""
        lines.append(Line(message("  {nomes:24} {ajuda}{volta}", nomes=names, ajuda=word.help, volta=way)))
    lines.append(Line(message("Enter dá um passo. Outra linha é uma expressão, calculada com os valores daqui."), DIM))
    return Answer(tuple(lines))


def shown(session: Session) -> Answer:
    """The page: where one stands, the source around, variables, effects, watches."""
    return Answer(tuple(page(here(session))))


def page(travel: Debugger) -> Iterator[Line]:
    """Line by line, the same in a terminal and in a pipe."""
    yield head_line(travel)
    if travel.then:
        yield run_line(travel)
    yield from caller_lines(travel)
    yield from source_lines(travel)
    yield from field_lines(travel)
    yield from variable_lines(travel)
    yield from effect_lines(travel.effects())
    yield from watch_lines(travel)


def run_line(travel: Debugger) -> Line:
    """``fórmula 2 de 3: repasse_gestor``: where in a move one is."""
    name = travel.timeline.runs[travel.at].record.source.name
    return Line(
        message("  fórmula {numero} de {quantas}: {nome}", numero=travel.at + 1, quantas=len(travel.timeline.runs), nome=name), DIM
    )


def field_lines(travel: Debugger) -> Iterator[Line]:
    """In a move: the fields and parameters that its formulas read, as the ticket had them when this formula began; one that is not
    as it was for the formula before carries a star."""
    if not travel.contexts:
        return
    seen = [(one.fields, one.parameters) for one in travel.contexts]
    for name, value, before in fields_on_the_way(travel.timeline, seen, travel.at):
        if value != before:
            said = message("* campo {nome} = {valor}  (era {antes})", nome=name, valor=quoted(value), antes=quoted(before))
            yield Line(said, CHANGED)
        else:
            yield Line(message("  campo {nome} = {valor}", nome=name, valor=quoted(value)), DIM)


Seen = Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]
"""The fields and the parameters of the ticket for each formula of a move."""


def fields_on_the_way(trail: Trail, seen: Seen, at: int) -> Iterator[tuple[str, Any, Any]]:
    """The fields and parameters that the formulas of a move read, and those that change on the way: as one of the formulas found
    them, and as the one before it did."""
    now, before = values_seen(*seen[at]), values_seen(*seen[max(at - 1, 0)])
    asked = {name for run in trail.runs for record in run.record.all_records() for name in names_read(record, now)}
    for name, value in now.items():
        if name in asked or value != before.get(name):
            yield name, value, before.get(name)


def values_seen(fields: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Fields and parameters by the names that people give them."""
    return {**fields, **{f"PARAMETRO.{name}": value for name, value in parameters.items()}}


READERS: Mapping[str, str] = {"CAMPOATENDIMENTO": "", "PARAMETROATENDIMENTO": "PARAMETRO."}
"""Functions that read a field or parameter named by their first argument, and what goes before the name."""


def names_read(record: Record, known: Mapping[str, Any]) -> Iterator[str]:
    """The fields and parameters that a formula's text reads: bare names, and those that functions are asked for by a text."""
    for node in (node for point in record.recording.points for node in walk(point.expression)):
        if isinstance(node, Name) and node.word.key in known and node.word.key not in record.written:
            yield node.word.key
        elif isinstance(node, Call) and node.word.key in READERS and node.arguments and isinstance(node.arguments[0], TextLiteral):
            yield READERS[node.word.key] + name_key(node.arguments[0].value)


def head_line(travel: Debugger) -> Line:
    """``passo 3 de 9: linha 2: SETVAR(A, 2)``; at the end what the run came to."""
    done, total = travel.position - travel.first, travel.last - travel.first
    spot = travel.spot
    event = spot.comes
    if event is None:
        whole = spot.caller is None and not travel.then
        end = message("fim") if whole else message("fim de {nome}", nome=spot.record.source.name)
        return Line(message("passo {feitos} de {total}: {fim}: {resultado}", feitos=done, total=total, fim=end,
                            resultado=result_text(spot.record)), TITLE)  # fmt: skip
    place = place_text(spot, outermost=spot.caller is None and not travel.then)
    text = travel.record.text(event.point.span)
    if event.failed and travel.at_end:
        return Line(message("passo {feitos} de {total}: {lugar}: aqui parou: {texto}: {resultado}", feitos=done, total=total,
                            lugar=place, texto=text, resultado=result_text(spot.record)), FAULT)  # fmt: skip
    said = message("passo {feitos} de {total}: {lugar}: {texto}", feitos=done, total=total, lugar=place, texto=text)
    if travel.halts(spot) and not event.failed:
        said = message("{dito}  (ANALISAR: {textos})", dito=said, textos=quoted(event.value))
    return Line(said, TITLE)


def place_text(spot: Spot, *, outermost: bool) -> Message:
    """``linha 5``, with the formula's name where it is not the one that the run began with."""
    line = spot.record.line(min(spot.done, len(spot.record) - 1))
    if outermost:
        return message("linha {linha}", linha=line)
    return message("{nome}, linha {linha}", nome=spot.record.source.name, linha=line)


def caller_lines(travel: Debugger) -> Iterator[Line]:
    """The steps that wait for the formula one is in, innermost first."""
    for spot in travel.spot.callers():
        text = shorten(spot.record.text(spot.record.point(spot.done).span), 100)
        place = place_text(spot, outermost=spot.caller is None and not travel.then)
        yield Line(message("  chamada por {lugar}: {texto}", lugar=place, texto=text), DIM)


def result_text(record: Record) -> str:
    """What a formula gave."""
    outcome = record.outcome
    if outcome.status == "ok":
        return message("valor {valor}", valor=quoted(outcome.value))
    return outcome.message or ""


def source_lines(travel: Debugger) -> Iterator[Line]:
    """The source around the current line, which carries a mark; lines with a breakpoint carry another."""
    spot = travel.spot
    current = current_line(spot)
    source, stops = spot.record.source, travel.stop_lines()
    count = len(source.text.splitlines())
    for line in range(max(1, current - AROUND), min(count, current + AROUND) + 1):
        mark = ("►" if line == current else " ") + ("●" if line in stops else " ")
        yield Line(f"{mark}{line:4}  {source.line_text(line)}".rstrip(), CURRENT if line == current else SOURCE)


def current_line(spot: Spot) -> int:
    """The line of the step that comes next, at the end of the last one; a formula without steps is at its first line."""
    last = len(spot.record) - 1
    return spot.record.line(min(spot.done, last)) if last >= 0 else 1


def variable_lines(travel: Debugger) -> Iterator[Line]:
    """Every variable; the one that the step just done changed carries a star and its old value."""
    spot, changed = travel.spot, travel.changed()
    for key, value in spot.state().items():
        name = spot.record.written.get(key, key)
        if key in changed:
            old = spot.record.value_at(key, spot.done - 2)
            yield Line(message("* {nome} = {valor}  (era {antes})", nome=name, valor=quoted(value), antes=quoted(old)), CHANGED)
        else:
            yield Line(message("  {nome} = {valor}", nome=name, valor=quoted(value)))


def effect_lines(effects: tuple[Effect, ...]) -> Iterator[Line]:
    """The latest effects asked for so far."""
    from repl.showing.doings import effect_line

    if len(effects) > MOST_EFFECTS:
        yield Line(message("  … {quantos} efeitos antes", quantos=len(effects) - MOST_EFFECTS), EFFECT)
    for effect in effects[-MOST_EFFECTS:]:
        yield Line(message("  efeito: {efeito}", efeito=effect_line(effect)), EFFECT)


def watch_lines(travel: Debugger) -> Iterator[Line]:
    """Each watch with its value here."""
    for text, outcome in travel.answers():
        said = answered(outcome) if outcome is not None else message("não existe nesta fórmula")
        yield Line(message("  vigia {texto} = {valor}", texto=text, valor=said))


WORDS: tuple[Word, ...] = (
    Word("passo", "p", "step", "[N]", message("um passo, ou N; entra nas fórmulas chamadas"), step),
    Word("volta", "v", "back", "[N]", message("um passo para trás, ou N; com outra palavra depois, ela para trás"), back_step),
    Word(
        "porcima", "c", "over", "", message("passa o comando inteiro, também um laço ou uma fórmula chamada"), over, both_ways=True
    ),
    Word("fora", "f", "out", "", message("sai do bloco"), out, both_ways=True),
    Word("retorne", "r", "return", "", message("sai da fórmula chamada, para depois da chamada"), back_to_caller, both_ways=True),
    Word("linha", "l", "line", "N", message("até um passo da linha N"), to_line, both_ways=True),
    Word("muda", "m", "change", "VAR", message("até a variável mudar"), to_change, both_ways=True),
    Word("ate", "a", "until", "COND", message("até a condição valer"), to_condition, both_ways=True),
    Word("segue", "s", "go", "", message("até uma parada ou ANALISAR, senão até o fim"), go_on, both_ways=True),
    Word("inicio", "i", "start", "", message("ao começo"), to_start),
    Word("fim", "e", "end", "", message("ao fim, por cima de ANALISAR"), to_end),
    Word("pare", "b", "stop", "[N]", message("põe ou tira uma parada na linha N"), stop_at),
    Word("vigie", "w", "watch", "[EXPR]", message("mostra sempre o valor de uma expressão; de novo, deixa de mostrar"), watch),
    Word("mostre", "o", "show", "", message("mostra de novo onde se está"), show),
    Word("tela", "t", "screen", "", message("o mesmo na tela inteira, uma tecla por movimento"), whole_screen),
    Word("ajuda", "h", "help", "", message("estas palavras"), show_help),
    Word("sair", "q", "quit", "", message("volta à sessão"), leave),
)

BY_NAME: Mapping[str, Word] = {name: word for word in WORDS for name in (word.name, word.short, word.english)}

PHRASES: Mapping[str, str] = {
    "por cima": "porcima",
    "passo por cima": "porcima",
    "volta por cima": "volta porcima",
    "step over": "over",
    "step out": "out",
}
"""Words that people write apart."""
