"""One run of a formula from the command line: gather what it may see, run it, show what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs

import formula
from formula.diagnostics import Diagnostic, FormulaError
from formula.names import name_key
from formula.source import Source
from repl.messages import message
from repl.session.surroundings import Surroundings, limits_of, surroundings
from repl.showing.console import Console, Refusal, clock, read_text
from repl.showing.faults import say_diagnostics
from repl.showing.plugin_names import UNKNOWN, with_plugins


@attrs.frozen
class Prepared:
    """A text and all that its run may see; ``noticed`` came up while the text was decoded."""

    text: str
    name: str
    around: Surroundings
    limits: formula.Limits
    lenient: bool
    noticed: tuple[Diagnostic, ...]

    @property
    def source(self) -> Source:
        """The text with its name."""
        return Source(self.text, self.name)


@attrs.frozen
class Done:
    """A run, or a text that could not run: then the outcome is a fault that carries the check's diagnostics.

    ``record`` is there when the run was recorded, ``stop`` when ANALISAR ended it; ``lints`` are what the check noticed in a text
    that ran.
    """

    prepared: Prepared
    outcome: formula.Outcome
    lints: tuple[Diagnostic, ...] = ()
    record: Any = None
    stop: Any = None


def prepare(
    console: Console,
    *,
    path: str | None,
    expression: str | None,
    context_path: str | None,
    workspace: str | None,
    ticket: str | None,
    limits: Iterable[str],
    lenient: bool,
) -> Prepared:
    """Read the text, the context file, the workspace and the limits. Raises Refusal."""
    if (path is None) == (expression is None):
        raise Refusal(message("dê um arquivo de fórmula ou -e TEXTO"), message("'-' lê a entrada padrão"))
    bounds = limits_of(tuple(limits))
    around = surroundings(console, context_path, workspace, ticket)
    known = around.site.formulas.get(name_key(path or "")) if around.site is not None else None
    if known is not None and not Path(path or "").is_file():
        expression = known.text
    text, noticed = (expression, []) if expression is not None else read_text(path or "")
    if around.context.now is None:
        around = attrs.evolve(around, context=attrs.evolve(around.context, now=clock(around.zone)))
    name = path if path is not None and path != "-" else "<texto>"
    return Prepared(text, name, around, bounds, lenient or around.lenient, tuple(noticed))


def run_once(prepared: Prepared, *, recorded: bool = False) -> Done:
    """Compile and run; the desk of a workspace is closed afterwards."""
    try:
        rule = compiled(prepared)
        if recorded:
            record = rule.record(prepared.around.context, prepared.limits)
            return Done(prepared, record.outcome, rule.diagnostics, record, record)
        outcome = rule.run(prepared.around.context, prepared.limits)
        stop = rule.record(prepared.around.context, prepared.limits) if outcome.status == "stopped" else None
        return Done(prepared, outcome, rule.diagnostics, stop=stop)
    except FormulaError as error:
        return Done(prepared, formula.Outcome("fault", None, (), None, tuple(error.diagnostics), 0))
    finally:
        if prepared.around.desk is not None:
            prepared.around.desk.close()


def compiled(prepared: Prepared) -> formula.Rule:
    """The rule. Raises FormulaError."""
    from routing.workspace.code_folder import user_cache

    def made(schema: formula.Schema) -> formula.Rule:
        return formula.compile(
            prepared.text, schema, lenient=prepared.lenient, name=prepared.name, limits=prepared.limits, cache=user_cache()
        )

    around = prepared.around
    try:
        return made(around.schema)
    except FormulaError as error:
        if around.site is not None or not any(fault.code in UNKNOWN for fault in error.diagnostics):
            raise
    return made(with_plugins(around.schema))


def say_run(console: Console, done: Done, form: str) -> None:
    """The contract's JSON, or for people: the value on stdout, faults and remarks on stderr."""
    if form == "json":
        document = done.outcome.as_json(console.language)
        if done.record is not None:
            document["trace"] = done.record.trace()
        console.say_json(document)
        return
    from repl.showing.answers import FAULT, HINT
    from repl.showing.outcomes import outcome_lines

    prepared = done.prepared
    say_diagnostics(console, prepared.text, prepared.name, [*prepared.noticed, *done.lints], error=True)
    if done.record is not None:
        from repl.showing.tracing import trace_lines

        for line in trace_lines(done.record):
            console.say(line)
    for said in outcome_lines(done.outcome, prepared.source, console.language, done.stop):
        console.say_styled(said.text, said.style, error=said.style in {FAULT, HINT})


def say_explanation(console: Console, done: Done, form: str, *, full: bool = False) -> None:
    """The outcome with its chain, facts included when ``full``. A text with errors has none: its diagnostics say why."""
    from formula.explaining.explanation import explain
    from repl.showing.explaining import numbered, unfolded
    from repl.showing.faults import say_diagnostics

    lines = explain(done.record) if done.record is not None else []
    if form == "json":
        document = done.outcome.as_json(console.language)
        document["explanation"] = [line.as_json(console.language) for line in lines]
        console.say_json(document)
        return
    if done.record is None:
        say_diagnostics(console, done.prepared.text, done.prepared.name, done.outcome.diagnostics, error=True)
        return
    for line in numbered(lines if full else unfolded(lines)):
        console.say(line)
    if not full and (folded := len(lines) - len(unfolded(lines))):
        console.say(message("(mais {quantos} fatos: --completo)", quantos=folded))
