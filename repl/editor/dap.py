"""The debug adapter: an editor's questions about a recorded run, in the Debug Adapter Protocol on the standard streams.

A run is recorded when it is launched and then travelled through (:mod:`repl.editor.dap_journey`), so that going back is as cheap as
going forward and nothing that a formula asks for is done.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from formula import values
from formula.messages import LANGUAGES, Message
from repl.editor.dap_adapter import (
    REASONS,
    THREAD,
    Adapter,
    Arguments,
    Body,
    key_of_source,
    table_of,
    tables_of,
    text_of,
    whole,
)
from repl.editor.dap_journey import ANALISAR, FAULT, HIT, Breakpoint, Journey, Stopped, statement_lines, wrong_expression
from repl.editor.dap_launch import launch, wanted_of
from repl.editor.dap_stream import Unreadable, read_message, write_message
from repl.messages import message
from repl.showing.console import Console, Refusal, read_text
from repl.showing.language import language_of
from repl.showing.outcomes import outcome_lines
from repl.showing.values import quoted

CAPABILITIES: dict[str, Any] = {
    "supportsConfigurationDoneRequest": True,
    "supportsConditionalBreakpoints": True,
    "supportsHitConditionalBreakpoints": True,
    "supportsLogPoints": True,
    "supportsStepBack": True,
    "supportsEvaluateForHovers": True,
    "supportsTerminateRequest": True,
    "supportsExceptionInfoRequest": True,
    "supportsBreakpointLocationsRequest": True,
    "supportsLoadedSourcesRequest": True,
}


# -- requests --------------------------------------------------------------------------------------


def initialize(adapter: Adapter, arguments: Arguments) -> Body:
    """The editor's language and how it counts."""
    if adapter.initialized:
        raise Refusal(message("initialize já foi pedido"))
    adapter.initialized = True
    locale = arguments.get("locale")
    if isinstance(locale, str) and locale:
        adapter.language = language_of({"LANG": locale.replace("-", "_")})
    adapter.first_line = 0 if arguments.get("linesStartAt1") is False else 1
    adapter.first_column = 0 if arguments.get("columnsStartAt1") is False else 1
    adapter.later.append(lambda: adapter.event("initialized"))
    filters = [
        {"filter": FAULT, "label": adapter.say(message("Falhas")), "default": True},
        {"filter": ANALISAR, "label": "ANALISAR", "default": True},
    ]
    return {**CAPABILITIES, "exceptionBreakpointFilters": filters}


def start(adapter: Adapter, arguments: Arguments) -> Body:
    """Record what is to be debugged; it begins when the breakpoints are there."""
    if adapter.launched is not None:
        raise Refusal(message("já há uma execução"), message("termine-a com disconnect e comece outra"))
    told = arguments.get("language")
    if told in LANGUAGES:
        adapter.language = str(told)
    adapter.arguments = wanted_of(arguments)
    adapter.launched = launch(adapter.arguments, Console(adapter.language))
    adapter.journey = Journey(adapter.launched.legs, adapter.key_of)
    adapter.later.append(adapter.begin)
    return None


def attach(adapter: Adapter, arguments: Arguments) -> Body:
    """There is no running formula to attach to."""
    raise Refusal(message("não há execução a que se ligar"), message("use launch"))


def configured(adapter: Adapter, arguments: Arguments) -> Body:
    """All breakpoints are there."""
    adapter.configured = True
    adapter.later.append(adapter.begin)
    return None


def set_breakpoints(adapter: Adapter, arguments: Arguments) -> Body:
    """Those of one text, which replace the ones before; each moves to the next line on which a step begins."""
    source = table_of(arguments, "source")
    key = key_of_source(source)
    wanted = tables_of(arguments, "breakpoints")
    if not wanted and isinstance(arguments.get("lines"), list):
        wanted = [{"line": line} for line in arguments["lines"]]
    lines = lines_of_text(adapter, key)
    kept: list[Breakpoint] = []
    told = [breakpoint_of(adapter, key, one, lines, kept) for one in wanted]
    adapter.points[key] = kept
    adapter.give_points()
    return {"breakpoints": told}


def breakpoint_of(
    adapter: Adapter, key: str, wanted: Mapping[str, Any], lines: list[int] | None, kept: list[Breakpoint]
) -> dict[str, Any]:
    """One breakpoint as the editor is told of it; a good one is kept."""
    line = whole(wanted, "line") + 1 - adapter.first_line
    condition = text_of(wanted, "condition", "")
    hits, log = text_of(wanted, "hitCondition", ""), text_of(wanted, "logMessage", "")
    adapter.numbers += 1
    told: dict[str, Any] = {"id": adapter.numbers, "verified": False, "line": line - 1 + adapter.first_line}

    def no(sentence: str) -> dict[str, Any]:
        return {**told, "message": adapter.say(sentence)}

    if lines is None:
        return no(message("este arquivo não pode ser lido como fórmula"))
    place = next((one for one in lines if one >= line), None)
    if place is None:
        return no(message("não há instrução nesta linha nem depois dela"))
    if condition.strip() and (fault := wrong_expression(condition)) is not None:
        return no(message("a condição não se entende: {motivo}", motivo=fault))
    if hits.strip() and HIT.fullmatch(hits) is None:
        return no(message("a contagem '{texto}' não se entende: escreva 3, >= 3 ou % 3", texto=hits[:50]))
    kept.append(Breakpoint(adapter.numbers, key, place, condition.strip(), hits, log))
    return {**told, "verified": True, "line": place - 1 + adapter.first_line}


def lines_of_text(adapter: Adapter, key: str) -> list[int] | None:
    """Where steps of a text begin; None when it cannot be read or has none."""
    if key.startswith("#"):
        at = int(key[1:]) - 1
        text = adapter.texts[at].text if at < len(adapter.texts) else ""
    else:
        try:
            text = read_text(key)[0]
        except Refusal:
            return None
    return statement_lines(text) or None


def locations(adapter: Adapter, arguments: Arguments) -> Body:
    """Lines on which one can stop."""
    lines = lines_of_text(adapter, key_of_source(table_of(arguments, "source"))) or []
    first = whole(arguments, "line") + 1 - adapter.first_line
    last = whole(arguments, "endLine", first - 1 + adapter.first_line) + 1 - adapter.first_line
    return {"breakpoints": [{"line": line - 1 + adapter.first_line} for line in lines if first <= line <= last]}


def set_exceptions(adapter: Adapter, arguments: Arguments) -> Body:
    """Whether to stop at faults and at ANALISAR."""
    filters = arguments.get("filters", [])
    if not isinstance(filters, list) or not all(isinstance(one, str) for one in filters):
        raise Refusal(message("'{nome}' deve ser uma lista de textos", nome="filters"))
    adapter.filters = frozenset(filters)
    adapter.give_points()
    return {"breakpoints": [{"verified": one in {FAULT, ANALISAR}} for one in filters]}


def threads(adapter: Adapter, arguments: Arguments) -> Body:
    """The one there is."""
    return {"threads": [{"id": THREAD, "name": adapter.say(message("fórmula"))}]}


def stack(adapter: Adapter, arguments: Arguments) -> Body:
    """The formulas one is in, innermost first; columns in code points."""
    journey = adapter.go()
    frames = journey.frames()
    leg = journey.legs[journey.leg_at(journey.place)]
    told = []
    for number, spot in enumerate(frames, 1):
        end = {}
        if len(spot.record):
            place = spot.record.source.position(spot.record.point(min(spot.done, len(spot.record) - 1)).span.end)
            end = {"endLine": place.line - 1 + adapter.first_line, "endColumn": place.column - 1 + adapter.first_column}
        name = leg.title if spot.caller is None else spot.record.source.name
        told.append({"id": number, "name": name, **adapter.where(spot), **end})
    first = max(whole(arguments, "startFrame", 0), 0)
    levels = whole(arguments, "levels", 0)
    return {"stackFrames": told[first : first + levels] if levels > 0 else told[first:], "totalFrames": len(told)}


def scopes(adapter: Adapter, arguments: Arguments) -> Body:
    """What there is to see in a frame: variables, the ticket's fields and parameters, effects asked for so far."""
    spot, journey = adapter.frame(arguments), adapter.go()
    leg = journey.legs[journey.leg_at(journey.place)]
    asked = leg.travel.timeline.asked(spot)
    found: list[tuple[Message, str, Callable[[], list[dict[str, Any]]], int]] = [
        (message("Variáveis"), "locals", lambda: named(journey.state(spot)), len(spot.record.variables)),
        (message("Campos"), "", lambda: named(leg.context.fields), len(leg.context.fields)),
        (message("Parâmetros"), "arguments", lambda: named(leg.context.parameters), len(leg.context.parameters)),
    ]
    if asked:
        from repl.showing.doings import effect_line

        def effects() -> list[dict[str, Any]]:
            return [
                {"name": str(number), "value": adapter.say(effect_line(one)), "variablesReference": 0}
                for number, one in enumerate(asked, 1)
            ]

        found.append((message("Efeitos até aqui"), "", effects, len(asked)))
    return {
        "scopes": [
            {
                "name": adapter.say(name),
                **({"presentationHint": hint} if hint else {}),
                "variablesReference": adapter.reference(make),
                "namedVariables": count,
                "expensive": False,
            }
            for name, hint, make, count in found
        ]
    }


def named(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Names with values as people read them."""
    return [
        {
            "name": name,
            "value": quoted(value),
            "type": values.as_json(value)["kind"],
            "evaluateName": name,
            "variablesReference": 0,
        }
        for name, value in found.items()
    ]


def variables(adapter: Adapter, arguments: Arguments) -> Body:
    """What lies behind a number."""
    adapter.go()
    number = whole(arguments, "variablesReference")
    if not 1 <= number <= len(adapter.shown):
        raise Refusal(message("não há estas variáveis"), message("peça scopes de novo"))
    found = adapter.shown[number - 1]()
    first, count = max(whole(arguments, "start", 0), 0), whole(arguments, "count", 0)
    part = found[first : first + count] if count > 0 else found[first:]
    return {"variables": [{**one, "value": adapter.say(one["value"])} for one in part]}


def evaluate(adapter: Adapter, arguments: Arguments) -> Body:
    """An expression in a frame; what it asks for is not done."""
    outcome = adapter.go().evaluate(text_of(arguments, "expression"), adapter.frame(arguments))
    if outcome.status != "ok":
        raise Refusal(outcome.message or message("falha"))
    return {
        "result": adapter.say(quoted(outcome.value)),
        "type": values.as_json(outcome.value)["kind"],
        "variablesReference": 0,
    }


def moving(move: Callable[[Journey], Stopped], *, runs_on: bool = False) -> Callable[[Adapter, Arguments], Body]:
    """A request that moves the run."""

    def act(adapter: Adapter, arguments: Arguments) -> Body:
        journey = adapter.go()
        before = journey.place

        def go() -> None:
            adapter.moved(before, move(journey))

        adapter.later.append(go)
        return {"allThreadsContinued": True} if runs_on else None

    return act


def pause(adapter: Adapter, arguments: Arguments) -> Body:
    """The run stands already: it is travelled between two requests, never during one."""
    adapter.go()
    adapter.later.append(lambda: adapter.stop_event("pause", REASONS["pause"], ()))
    return None


def exception(adapter: Adapter, arguments: Arguments) -> Body:
    """What the run ended in, with its place."""
    journey = adapter.go()
    record = journey.legs[journey.leg_at(journey.place)].record
    if record.broken is None:
        raise Refusal(message("a execução não falhou"))
    outcome = record.outcome
    text = "\n".join(adapter.say(line.text) for line in outcome_lines(outcome, record.source, adapter.language, record))
    code = outcome.diagnostics[0].code if outcome.diagnostics else "ANALISAR"
    return {"exceptionId": code, "description": text, "breakMode": "always"}


def source(adapter: Adapter, arguments: Arguments) -> Body:
    """The text of a formula that is no file."""
    given = arguments.get("source")
    number = whole(given if isinstance(given, dict) and "sourceReference" in given else arguments, "sourceReference")
    if not 1 <= number <= len(adapter.texts):
        raise Refusal(message("não há este texto"))
    return {"content": adapter.texts[number - 1].text, "mimeType": "text/x-repasse"}


def loaded(adapter: Adapter, arguments: Arguments) -> Body:
    """All formulas that ran."""
    found: dict[str, dict[str, Any]] = {}
    for leg in adapter.journey.legs if adapter.journey is not None else ():
        for record in leg.record.all_records():
            found.setdefault(adapter.key_of(record), adapter.source_of(record))
    return {"sources": list(found.values())}


def terminate(adapter: Adapter, arguments: Arguments) -> Body:
    """End the run."""
    if adapter.launched is None:
        raise Refusal(message("nada está em execução"))
    adapter.later.append(adapter.stop_now)
    return None


def disconnect(adapter: Adapter, arguments: Arguments) -> Body:
    """The editor leaves."""
    adapter.leaving = True
    return None


REQUESTS: dict[str, Callable[[Adapter, Arguments], Body]] = {
    "initialize": initialize,
    "launch": start,
    "attach": attach,
    "configurationDone": configured,
    "setBreakpoints": set_breakpoints,
    "setExceptionBreakpoints": set_exceptions,
    "breakpointLocations": locations,
    "threads": threads,
    "stackTrace": stack,
    "scopes": scopes,
    "variables": variables,
    "evaluate": evaluate,
    "exceptionInfo": exception,
    "source": source,
    "loadedSources": loaded,
    "continue": moving(lambda journey: journey.forward(journey.end, "end"), runs_on=True),
    "next": moving(lambda journey: journey.forward(journey.over(), "step")),
    "stepIn": moving(lambda journey: journey.forward(journey.from_here(journey.place + 1), "step")),
    "stepOut": moving(lambda journey: journey.forward(journey.out(), "step")),
    "stepBack": moving(Journey.step_back),
    "reverseContinue": moving(Journey.backward),
    "pause": pause,
    "terminate": terminate,
    "disconnect": disconnect,
}
"""What an editor may ask."""


def serve(incoming: BinaryIO, outgoing: BinaryIO, language: str) -> None:
    """Answer one editor until it disconnects or closes the stream."""
    number = 0

    def send(told: dict[str, Any]) -> None:
        nonlocal number
        number += 1
        write_message(outgoing, {"seq": number, **told})

    adapter = Adapter(send, REQUESTS, language)
    while not adapter.leaving:
        try:
            told = read_message(incoming)
        except Unreadable as fault:
            adapter.refuse(0, "", fault.sentence)
            if fault.last:
                return
            continue
        if told is None:
            return
        adapter.take(told)


def serve_stdio(language: str) -> None:
    """Serve one editor on the standard streams; what anything else prints must not reach it."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers, contextlib.redirect_stdout(sys.stderr):
        serve(sys.stdin.buffer, answers, language)
