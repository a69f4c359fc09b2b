"""A session with a consultant: lines go in, answers come out. No terminal, no clock, no printing.

A line that begins with ``:`` is a command; in time travel (``:depurar``) every line is one of the debugger's words;
anything else is a formula, over several lines while the text cannot be whole yet.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs

from formula.context import Context
from formula.diagnostics import Diagnostic, FormulaError
from formula.limits import Limits
from formula.schema import Schema
from formula.source import Source
from repl.messages import message
from repl.session.debugger import Debugger
from repl.session.evaluation import Evaluated, Memory, evaluate
from repl.session.probing import Probe, probe_lines
from repl.showing.answers import DIM, FAULT, HINT, Answer, Line, refusal
from repl.showing.coverage import Covered
from repl.showing.outcomes import fault_lines, outcome_lines
from repl.showing.plugin_names import with_plugins
from repl.showing.values import quoted

NAME = "<entrada>"
OF_A_TICKET = frozenset({"campo-sem-valor", "parametro-sem-valor"})
"""Faults of a formula that needs a ticket and has none."""


@attrs.frozen
class LastRun:
    """The latest run: what ran, what it could see, and the variables before it."""

    text: str
    name: str
    context: Context
    before: Memory
    evaluated: Evaluated


@attrs.define(eq=False)
class Session:
    """What a session knows. ``clock`` gives the time of a run whose context has none.

    ``context`` is what formulas see; with ``site`` and ``ticket`` it is made from the ticket. ``real`` is the context that the
    opened ticket gave: what differs from it is supposed; ``planned_on`` is the desk of the latest plan. ``loaded`` is the formula
    that ``:executar`` runs. ``question`` waits for the next line. ``debugger`` is there while travelling in time.
    """

    clock: Callable[[], datetime]
    language: str = "pt"
    context: Context = attrs.field(factory=Context)
    lenient: bool = False
    limits: Limits = Limits()
    site: Any = None
    desk: Any = None
    ticket: Any = None
    real: Context | None = None
    planned_on: Any = None
    stamp: tuple[Any, ...] = ()
    memory: Memory = attrs.field(factory=Memory)
    loaded: tuple[str, str] | None = None
    last: LastRun | None = None
    plan: Any = None
    pending: list[str] = attrs.field(factory=list)
    question: Callable[[str], Answer] | None = None
    debugger: Debugger | None = None
    probes: list[Probe] = attrs.field(factory=list)
    covered: dict[str, Covered] = attrs.field(factory=dict)

    def schema(self) -> Schema:
        """The names that the context offers."""
        if self.site is not None:
            kind = None if self.ticket is None else self.ticket.type
            made: Schema = self.site.schema(kind)
            return made
        return with_plugins(Schema.of(self.context))

    def run_context(self) -> Context:
        """The context of the next run, with a time."""
        return self.context if self.context.now is not None else attrs.evolve(self.context, now=self.clock())

    def finish(self) -> Answer:
        """Run what has been typed so far, whole or not."""
        text = "\n".join(self.pending)
        self.pending.clear()
        return self.run_text(text) if text.strip() else Answer()

    def interrupt(self) -> Answer:
        """Ctrl-C: what was being typed or asked is forgotten, everything else stays."""
        self.pending.clear()
        self.question = None
        return Answer((Line(message("Interrompido; a sessão continua."), HINT),))

    def run_text(self, text: str, name: str = NAME) -> Answer:
        """Run a formula with the session's variables and say what came of it."""
        before = Memory(dict(self.memory.values), dict(self.memory.written))
        context = self.run_context()
        try:
            done = evaluate(text, name, self.memory, context, self.schema(), self.limits, lenient=self.lenient)
        except FormulaError as error:
            return faulty(error.source, error.diagnostics, self.language)
        self.last, self.plan = LastRun(text, name, context, before, done), None
        for record in done.record.all_records():
            own = record is done.record
            self.covered.setdefault(record.source.text, Covered(name if own else record.source.name, record)).add(record)
        return self.said(done)

    def said(self, done: Evaluated) -> Answer:
        """An answer about a run: lints, value or message, effects, changed variables."""
        lines: list[Line] = []
        if done.lints:
            lines += fault_lines(done.rule.source, done.lints, self.language, HINT)
        lines += outcome_lines(done.outcome, done.rule.source, self.language, done.record)
        if self.site is not None and self.ticket is None and any(one.code in OF_A_TICKET for one in done.outcome.diagnostics):
            key = next(iter(self.site.tickets), "C;L;N")
            lines.append(Line(message("abra um atendimento, que traz os seus: :atendimento {chave}", chave=key), HINT))
        for key in done.changed:
            name, value = self.memory.written[key], self.memory.values[key]
            lines.append(Line(message("{nome} = {valor}", nome=name, valor=quoted(value)), DIM))
        if self.probes and self.last is not None:
            lines += probe_lines(self.probes, done.record, done.first, self.last.context, self.schema())
        return Answer(tuple(lines), faulty=done.outcome.status == "fault", outcome=done.outcome)


def faulty(source: Source, diagnostics: list[Diagnostic], language: str) -> Answer:
    """An input that cannot run."""
    return Answer(tuple(fault_lines(source, diagnostics, language, FAULT)), faulty=True)


def nothing_ran() -> Answer:
    """A question about a run before any run."""
    return refusal(message("ainda não houve execução"), message("escreva uma fórmula, ou :abrir ARQUIVO e :executar"))
