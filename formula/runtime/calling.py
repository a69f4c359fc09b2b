"""Formulas that call formulas: by name, by FORMULA, or by the binds of a sentence (F5, F6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol

from formula.builtins import is_foreign
from formula.context import Run
from formula.diagnostics import Diagnostic, Fault, FormulaError, Stop
from formula.host import MISSING, find, of_kind, stand_in, steps_spent
from formula.messages import message
from formula.names import name_key
from formula.outcome import Outcome
from formula.runtime.stopping import as_fault, place_of
from formula.schema import Schema
from formula.source import Source
from formula.values import Distrust, admit

if TYPE_CHECKING:
    from formula.runtime.program import Program
    from formula.runtime.recording import Recording


class Called(Protocol):
    """A compiled formula, as a run that calls it needs it (:class:`formula.engine.Rule`)."""

    source: Source
    schema: Schema

    def failed(self, error: Exception, program: Program) -> Outcome:
        """A fault with its place."""

    def two_readings(self, texts: Iterable[str]) -> tuple[Diagnostic, ...]:
        """What :meth:`formula.engine.Rule.two_readings` gives."""

    def plain(self) -> Program:
        """The code that trusts no field."""

    def recording(self) -> Recording:
        """The code that writes down what it does."""


class Formulas:
    """Other formulas of a run: found by code, compiled once a run, kept from rings (F6)."""

    def __init__(self, run: Run, schema: Schema, name: str, compiled: Callable[[str, Schema, str], Called]) -> None:
        """``name`` is the formula that started the run; ``compiled`` gives the rule of a text."""
        self.run = run
        self.compiled = compiled
        self.schema = schema
        self.name = name
        self.rules: dict[str, Called] = {}

    def value(self, code: str) -> Any:
        """The value of a formula, or of a zero-argument function when no formula has the code (F5)."""
        key = name_key(code)
        text = find(self.run.context.formulas, key)
        if text is MISSING:
            return self.function_value(key, code)
        chain = self.run.chain
        if key in chain:
            raise Fault(
                "formulas-em-circulo",
                message("referência circular entre fórmulas: {caminho}", caminho=" → ".join([*chain, key])),
                message("tire uma das chamadas"),
            )
        if len(chain) >= self.run.limits.depth:
            raise Fault(
                "limite-profundidade",
                message(
                    "fórmulas dentro de fórmulas passaram do limite de {limite}: {caminho}",
                    limite=self.run.limits.depth,
                    caminho=" → ".join([*chain, key]),
                ),
            )
        rule = self.rule(key, text)
        chain.append(key)
        try:
            return self.inner(rule, key)
        finally:
            chain.pop()

    def function_value(self, key: str, code: str) -> Any:
        """A zero-argument function, a stand-in or a field by its name."""
        row = self.schema.table.get(key)
        if row is not None and not row.minimum:
            value = row.call(self.run) if row.needs_run else row.call()
            return of_kind(value, row.result, key) if is_foreign(row) else value
        if find(self.run.context.functions, key) is not MISSING:
            return stand_in(self.run, key)
        field = find(self.run.context.fields, key)
        if field is not MISSING:
            return admit(field, key)
        raise Fault(
            "formula-sem-texto",
            message("falta no contexto: a fórmula '{codigo}'", codigo=code),
            message('acrescente ao contexto, em [formulas]: {codigo} = "…"', codigo=key),
        )

    def rule(self, key: str, text: str) -> Called:
        """The compiled formula of a code."""
        if key not in self.rules:
            try:
                self.rules[key] = self.compiled(text, self.schema, key)
            except FormulaError as error:
                first = next(d for d in error.diagnostics if d.severity == "error")
                raise Fault(
                    "formula-com-erros",
                    message(
                        "a fórmula {codigo} tem erros: linha {linha}: {mensagem}",
                        codigo=key,
                        linha=first.start.line,
                        mensagem=first.message,
                    ),
                    first.hint,
                ) from None
        return self.rules[key]

    def inner(self, rule: Called, key: str) -> Any:
        """The value of a called formula."""
        return self.perform(rule, key, rule.plain())

    def perform(self, rule: Called, key: str, program: Program, function: Callable[..., Any] | None = None) -> Any:
        """Run a called formula's code on this run's budget; its fault names its own line. ``function`` is that of the program
        unless given: one with a log of its own."""
        run = self.run
        high = 10**run.limits.digits
        steps = run.steps + program.base_steps
        if steps > run.limits.steps:
            raise steps_spent(steps, run.limits.steps)
        # the called code starts counting from its own base; the caller's steps are taken off its allowance
        bounds = (run.limits.steps - run.steps, run.text_left, -high, high)
        before, run.steps = run.steps, 0
        try:
            value = (function or program.function)(run.context.fields, run.context.parameters, run, bounds)
        except (Stop, RecursionError, Distrust):
            raise
        except Exception as error:
            fault = as_fault(error)
            if fault is None:
                raise
            where = rule.source.position(place_of(error.__traceback__, program).start)
            raise Fault(
                fault.code,
                message("na fórmula {codigo}, linha {linha}: {mensagem}", codigo=key, linha=where.line, mensagem=fault.message),
                fault.hint,
            ) from error
        run.steps = before + (run.steps if program.own_steps else program.base_steps)
        return value
