"""Check, compile and run: the three verbs of the package."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from formula.context import Context, Run
from formula.diagnostics import Diagnostic, FormulaError, Stop, place
from formula.host import FALLBACK, steps_spent
from formula.limits import DEFAULT, Limits
from formula.messages import message
from formula.outcome import Ends, Outcome, made
from formula.runtime.calling import Formulas
from formula.runtime.program import Program
from formula.runtime.stopping import as_fault, place_of, steps_at
from formula.schema import Schema
from formula.source import Source, Span
from formula.values import NOTED, Distrust, ambiguous_thousands, exact_context, release

if TYPE_CHECKING:
    from formula.checking.checker import Checked
    from formula.reading.tree import Formula
    from formula.runtime.record import Record
    from formula.runtime.recording import Recording

Bounds = tuple[int, int, int, int]


@lru_cache(maxsize=64)
def bounds_of(limits: Limits) -> tuple[Bounds, decimal.Context]:
    """What generated code needs of the limits, and the exact arithmetic of a run."""
    high = 10**limits.digits
    return (limits.steps, limits.text, -high, high), exact_context(limits.digits)


DEFAULT_BOUNDS, DEFAULT_ARITHMETIC = bounds_of(DEFAULT)


class RuleStore(Protocol):
    """Keeps what was compiled, and gives it again for the same text and names (:class:`formula.cache.Cache`)."""

    def rule(self, text: str, schema: Schema, lenient: bool = False, name: str = "<texto>", limits: Limits = DEFAULT) -> Rule:
        """As :func:`compile`."""


class KeptText(Protocol):
    """A text whose code was found ready, read only when somebody asks for its tree (:class:`formula.cache.Kept`)."""

    @property
    def cache(self) -> RuleStore:
        """Where it is kept."""

    @property
    def source(self) -> Source:
        """The text."""

    @property
    def schema(self) -> Schema:
        """What its names mean."""

    @property
    def clean(self) -> bool:
        """Whether its check had nothing to say."""

    @property
    def again(self) -> Mapping[str, Checked]:
        """The typed tree, once somebody has asked for it."""

    def checked(self) -> Checked:
        """The typed tree."""

    def plain(self, rule: Rule) -> Program:
        """The code that trusts no field."""


class Rule:
    """A compiled formula. Safe to share between threads; nothing in it changes after it is made but what is first made
    when someone needs it: the plain way, the recording, and the tree of a rule whose code was kept."""

    __slots__ = (
        "_checked", "_fits", "_function", "_kept", "_most_text", "_needs_numbers", "_needs_run", "_plain", "_program", "_recording",
        "_steps", "schema", "source",
    )  # fmt: skip

    def __new__(cls, checked: Checked | None, program: Program, kept: KeptText | None = None) -> Rule:  # noqa: ARG004, PYI034
        """A rule that only looks at fields has a shorter way to run."""
        return object.__new__(RuleOnFields if program.asks_fields_only else cls)

    def __init__(self, checked: Checked | None, program: Program, kept: KeptText | None = None) -> None:
        """Use :func:`compile`. ``kept`` comes from a cache; then ``checked`` may be None, and is made when asked for."""
        self._checked = checked
        self._kept = kept
        asked = kept or checked
        assert asked is not None
        self.source: Source = asked.source
        self.schema: Schema = asked.schema
        self._program = program
        self._plain: Program | None = None
        self._recording: Recording | None = None
        self._function = program.function
        self._needs_run = program.needs_run
        self._needs_numbers = program.needs_numbers
        self._steps = program.base_steps
        self._most_text = program.most_text
        self._fits = self.fits(DEFAULT)

    @property
    def checked(self) -> Checked:
        """The typed tree."""
        if self._checked is not None:
            return self._checked
        assert self._kept is not None
        return self._kept.checked()

    @property
    def unread(self) -> bool:
        """Whether the code was found ready, and nobody has needed the text yet."""
        return self._checked is None and self._kept is not None and not self._kept.again

    @property
    def tree(self) -> Formula:
        """The formula's tree."""
        return self.checked.tree

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Warnings and lints; a rule has no errors."""
        if self._checked is None and self._kept is not None and self._kept.clean:
            return ()
        return self.checked.diagnostics

    @property
    def hash(self) -> str:
        """SHA-256 of the text, in hexadecimal: which version of a formula decided."""
        from hashlib import sha256

        return sha256(self.source.text.encode("utf-8", "surrogatepass")).hexdigest()

    def run(self, context: Context = Context(), limits: Limits = DEFAULT) -> Outcome:  # noqa: B008
        """Run once. Never raises for what the formula or the context holds: a fault is an Outcome (§8)."""
        if limits is DEFAULT:
            bounds, arithmetic, fits = DEFAULT_BOUNDS, DEFAULT_ARITHMETIC, self._fits
        else:
            (bounds, arithmetic), fits = bounds_of(limits), self.fits(limits)
        if not fits:
            return self.run_plain(context, limits, bounds, arithmetic)
        run = self.start(context, limits) if self._needs_run else None
        if self._needs_numbers:
            before = decimal.getcontext()
            decimal.setcontext(arithmetic)
        try:
            value = self._function(context.fields, context.parameters, run, bounds)
            if value is FALLBACK:
                return self.run_plain(context, limits, bounds, arithmetic)
        except Distrust:
            return self.run_plain(context, limits, bounds, arithmetic)
        except decimal.InvalidOperation as error:
            # a field that is no number at all (NaN) was compared; the checked way says so
            return self.failed(error, self._program) if run else self.run_plain(context, limits, bounds, arithmetic)
        except Stop as stop:
            return Outcome("stopped", None, (), stop.text, (), steps_at(stop.__traceback__, self._program))
        except Exception as error:  # noqa: BLE001 - the formula's own faults; anything else is raised again inside
            return self.failed(error, self._program)
        finally:
            if self._needs_numbers:
                decimal.setcontext(before)
        kind = type(value)
        if kind is datetime or kind is Decimal:
            value = release(value)
        if run is None:
            return made(Outcome, ("ok", value, (), None, (), self._steps))
        steps = run.steps if self._program.own_steps else self._steps
        return made(Outcome, ("ok", value, tuple(run.effects), None, (), steps))

    def fits(self, limits: Limits) -> bool:
        """Whether what the trusted code does not count is within the limits; else the plain way counts it."""
        return self._steps <= limits.steps and self._most_text <= limits.text

    def run_plain(self, context: Context, limits: Limits, bounds: Bounds, arithmetic: decimal.Context) -> Outcome:
        """The same with every kind checked as it comes: a field was not what its schema says."""
        program = self.plain()
        run = self.start(context, limits)
        before = decimal.getcontext()
        decimal.setcontext(arithmetic)
        noting = NOTED.set([])
        try:
            if program.base_steps > bounds[0]:
                raise steps_spent(program.base_steps, bounds[0])
            value = program.function(context.fields, context.parameters, run, bounds)
        except Stop as stop:
            return Outcome("stopped", None, (), stop.text, (), steps_at(stop.__traceback__, program))
        except Exception as error:  # noqa: BLE001 - as above
            return self.failed(error, program)
        finally:
            decimal.setcontext(before)
            noted = NOTED.get()
            NOTED.reset(noting)
        steps = run.steps if program.own_steps else program.base_steps
        return Outcome("ok", release(value), tuple(run.effects), None, self.two_readings(noted or ()), steps)

    def two_readings(self, texts: Iterable[str]) -> tuple[Diagnostic, ...]:
        """T6, Decisions: a warning for each text that a run took as a number and that people may read as another."""
        found: list[Diagnostic] = []
        for text in dict.fromkeys(texts):
            readings = ambiguous_thousands(text)
            assert readings is not None
            read, other = readings
            told = message(
                "o texto '{texto}' foi lido como {lido}; quem separa milhares com ponto lê {outro}",
                texto=text.strip(),
                lido=read.replace(".", ","),
                outro=other,
            )
            hint = message("escreva {lido} ou {outro}, para que só se leia de um modo", lido=read, outro=other)
            found.append(place(self.source, Span(0, 0), "texto-ambiguo", "warning", told, hint))
        return tuple(found)

    def plain(self) -> Program:
        """The code that trusts no field."""
        if self._plain is None:
            self._plain = plain_program(self) if self._kept is None else self._kept.plain(self)
        return self._plain

    def record(self, context: Context = Context(), limits: Limits = DEFAULT, *, past_stops: bool = False) -> Record:  # noqa: B008
        """Run once and keep everything that happened. Value, effects and steps are those of :meth:`run`; formulas that
        are called have records of their own (:meth:`Record.called`).

        ``past_stops``: ANALISAR is noted and the run goes on, so that one can look behind it.
        """
        from formula.runtime.recorded import record_rule

        return record_rule(self, context, limits, bounds_of(limits)[1], self.compiled, past_stops)

    def recording(self) -> Recording:
        """The code that writes down what it does."""
        if self._recording is None:
            from formula.runtime.recording import compile_recording

            self._recording = compile_recording(self.checked)
        return self._recording

    def compiled(self, text: str, schema: Schema, name: str) -> Rule:
        """A formula that this one calls, compiled once for all runs. Raises :class:`FormulaError`."""
        return compiled(text, schema, name) if self._kept is None else self._kept.cache.rule(text, schema, name=name)

    def start(self, context: Context, limits: Limits) -> Run:
        """The state of a run, able to reach other formulas."""
        run = Run(context, limits)
        run.others = self.formulas
        return run

    def formulas(self, run: Run) -> Callable[[str], Any]:
        """How a run of this rule finds the value of another formula."""
        return Formulas(run, self.schema, self.source.name, self.compiled).value

    def failed(self, error: Exception, program: Program) -> Outcome:
        """A fault with its place; an error that is no fault of the formula or its functions is raised again."""
        fault = as_fault(error)
        if fault is None:
            raise error
        span = place_of(error.__traceback__, program)
        from formula.codes.table import TABLE

        found = place(
            self.source,
            span,
            fault.code,
            TABLE[fault.code].severity if fault.code in TABLE else "error",
            fault.message,
            fault.hint,
        )
        return Outcome("fault", None, (), found.message, (found,), steps_at(error.__traceback__, program))


class RuleOnFields(Rule):
    """A rule whose trusted code takes the fields and nothing else."""

    __slots__ = ("_ends",)

    def __init__(self, checked: Checked | None, program: Program, kept: KeptText | None = None) -> None:
        """As above."""
        super().__init__(checked, program, kept)
        self._ends: dict[Any, Outcome] = {}

    def run(self, context: Context = Context(), limits: Limits = DEFAULT) -> Outcome:  # noqa: B008
        """As above. Whatever goes wrong, the plain way tells."""
        if limits is DEFAULT or self.fits(limits):
            try:
                return self._ends[self._function(context.fields)]
            except KeyError:
                outcome = self.new_end(context.fields)
                if outcome is not None:
                    return outcome
            except Exception:  # noqa: BLE001, S110 - see above
                pass
        return self.run_plain(context, limits, *bounds_of(limits))

    def new_end(self, fields: Mapping[str, Any]) -> Outcome | None:
        """An outcome that is not yet kept; None when the trusted way gives none. The first that is not worth keeping
        says that others will come, too: from then on a missing one costs no exception."""
        found = Ends(self._steps, self._ends)
        try:
            outcome = found[self._function(fields)]
        except Exception:  # noqa: BLE001 - as in a run
            return None
        if len(found) > len(self._ends):
            self._ends[outcome.value] = outcome
        else:
            self._ends = found
        return outcome


@lru_cache(maxsize=512)
def compiled(text: str, schema: Schema, name: str) -> Rule:
    """A formula that others call, compiled once for all runs against a schema. Raises :class:`FormulaError`."""
    return compile(text, schema, name=name)


def check(
    text: str, schema: Schema | None = None, lenient: bool = False, name: str = "<texto>", limits: Limits = DEFAULT
) -> list[Diagnostic]:
    """Every diagnostic of a text, in order of place. Never raises for what the author wrote."""
    return list(examine(text, schema, lenient, name, limits)[1])


def examine(
    text: str, schema: Schema | None = None, lenient: bool = False, name: str = "<texto>", limits: Limits = DEFAULT
) -> tuple[Checked | None, tuple[Diagnostic, ...], Source]:
    """Parse and check: the typed tree, when there is a tree, and all diagnostics. A text with foreign parts is checked as it
    was meant, and has no tree."""
    from formula.mending.pasting import placed
    from formula.parser import foreign_layers

    foreign = foreign_layers(text, name, limits)
    if not foreign:
        return examine_plain(text, schema, lenient, name, limits)
    _, diagnostics, _ = examine_plain(foreign[-1].clean.text, schema, lenient, name, limits)
    return None, tuple(placed(foreign, diagnostics)), foreign[0].source


def examine_plain(
    text: str, schema: Schema | None, lenient: bool, name: str, limits: Limits
) -> tuple[Checked | None, tuple[Diagnostic, ...], Source]:
    """The same for a text in which nothing is foreign any more."""
    from formula.checking.checker import check_tree
    from formula.parser import parse_plain

    parsed = parse_plain(text, name, limits)
    if parsed.tree is None:
        return None, tuple(parsed.diagnostics), parsed.source
    checked = check_tree(parsed.source, parsed.tree, schema or Schema(), lenient)
    if not parsed.diagnostics:
        return checked, checked.diagnostics, parsed.source
    sure = [fault for fault in checked.diagnostics if parsed.believes(fault)]
    merged = sorted((*parsed.diagnostics, *sure), key=lambda d: (d.span.start, d.span.end))
    return checked, tuple(merged), parsed.source


def compile(  # noqa: A001 - the contract's name
    text: str,
    schema: Schema | None = None,
    lenient: bool = False,
    name: str = "<texto>",
    limits: Limits = DEFAULT,
    cache: RuleStore | None = None,
) -> Rule:
    """A rule ready to run. Raises :class:`FormulaError` with the whole list when the text has errors.

    ``cache`` keeps what was compiled, and gives it again for the same text and names.
    """
    if cache is not None:
        return cache.rule(text, schema or Schema(), lenient, name, limits)
    checked = examined(text, schema or Schema(), lenient, name, limits)
    return Rule(checked, trusted_program(checked))


def examined(text: str, schema: Schema, lenient: bool, name: str, limits: Limits) -> Checked:
    """The typed tree of a text without errors, with all its warnings and lints. Raises :class:`FormulaError`."""
    checked, diagnostics, source = examine(text, schema, lenient, name, limits)
    if checked is None or any(diagnostic.severity == "error" for diagnostic in diagnostics):
        raise FormulaError(list(diagnostics), source)
    if diagnostics != checked.diagnostics:
        import attrs

        checked = attrs.evolve(checked, diagnostics=diagnostics)
    return checked


def trusted_program(checked: Checked) -> Program:
    """The code that trusts fields to be what the schema says. Raises :class:`FormulaError` when Python cannot hold it."""
    from formula.runtime.compile import compile_program

    try:
        return compile_program(checked, trusted=True)
    except (RecursionError, SyntaxError):
        whole = place(
            checked.source,
            checked.tree.span,
            "formula-complexa",
            "error",
            message("a fórmula é complexa demais para ser executada"),
            message("divida a fórmula em outras, chamadas pelo código"),
        )
        raise FormulaError([*checked.diagnostics, whole], checked.source) from None


def plain_program(rule: Rule) -> Program:
    """The code that trusts no field."""
    from formula.runtime.compile import compile_program

    return compile_program(rule.checked, trusted=False)
