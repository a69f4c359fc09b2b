"""One row per function: checking, running, completion, help and the generated page all read it.

A row is declared where the function is implemented::

    @function(origin="published", examples=["ABS(-17) -> 17"])
    def abs_(num: Number) -> Number:
        \"\"\"Valor absoluto de um número.\"\"\"

Types come from the annotations (:mod:`formula.types`). A first parameter named ``run`` receives the
:class:`formula.context.Run`. A parameter with a default may be left out. ``*rest`` takes any number more.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any

import attrs

from formula.messages import Message
from formula.types import Parameter

GLOBAL = "global"
TAA = "taa"

ORIGINS = ("seed", "vendor", "published", "extension")
"""seed: the help page S; vendor: a public vendor page P; published: several independent formulas; extension: ours."""


@attrs.frozen
class Argument:
    """One parameter of a function: its name as people write it, kind set, role, whether it may be left out."""

    name: str
    kinds: int
    role: str
    optional: bool
    kind_name: str


@attrs.frozen
class Example:
    """A call and what it shows; ``shown`` is the display of the value, or of the effect's JSON for effects."""

    call: str
    shown: str


@attrs.frozen(eq=False)
class Function:
    """A row. ``result`` is a kind set; a function called for its effect gives Vazio and does not replace the
    formula's value (P8)."""

    name: str
    call: Callable[..., Any]
    arguments: tuple[Argument, ...]
    result: int
    result_name: str
    result_role: str
    needs_run: bool
    variadic: bool
    contexts: frozenset[str]
    origin: str
    pure: bool
    effect: bool
    never_returns: bool
    examples: tuple[Example, ...]
    help: Message
    aliases: tuple[str, ...]
    cost: int
    """Steps that a call takes: what it costs beside an ordinary one."""
    scans: bool
    """Reads its texts from end to end: what it reads counts against the run's budget of text. Only a function that looks at a
    bounded part of them, or whose result is as long and counts already, says that it does not."""

    @property
    def minimum(self) -> int:
        """The fewest arguments a call may have."""
        return sum(not argument.optional for argument in self.arguments)

    @property
    def maximum(self) -> int | None:
        """The most arguments, or None without a bound."""
        return None if self.variadic else len(self.arguments)

    @property
    def signature(self) -> str:
        """``NAME(a: texto, b: inteiro)`` as help shows it; the result follows ``→``."""
        parts = [f"{a.name}{'?' if a.optional else ''}: {a.kind_name}" for a in self.arguments]
        inside = ", ".join(parts) + ("…" if self.variadic else "")
        return f"{self.name}({inside}) → {self.result_name}" if parts else f"{self.name} → {self.result_name}"

    def as_json(self, language: str = "pt") -> dict[str, Any]:
        """The row as data, with its help in a language."""
        return {
            "name": self.name,
            "signature": self.signature,
            "help": self.help.text(language),
            "arguments": [
                {"name": one.name, "kind": one.kind_name, "role": one.role, "optional": one.optional} for one in self.arguments
            ],
            "result": self.result_name,
            "contexts": sorted(self.contexts),
            "origin": self.origin,
            "effect": self.effect,
            "aliases": list(self.aliases),
            "examples": [{"call": example.call, "shown": example.shown} for example in self.examples],
        }


def function(
    *,
    origin: str,
    contexts: Iterable[str] = (GLOBAL,),
    pure: bool = True,
    effect: bool = False,
    never_returns: bool = False,
    examples: Iterable[str] = (),
    aliases: Iterable[str] = (),
    name: str | None = None,
    domain: str = "formula",
    cost: int = 1,
    scans: bool = True,
) -> Callable[[Callable[..., Any]], Function]:
    """Make a row of a Python function. Examples are written ``CALL -> shown``."""

    def make(implementation: Callable[..., Any]) -> Function:
        parameters = list(inspect.signature(implementation).parameters.values())
        needs_run = bool(parameters) and parameters[0].name == "run"
        if needs_run:
            parameters = parameters[1:]
        marks = inspect.get_annotations(implementation, eval_str=True)
        result = mark(marks["return"])
        rows = tuple(
            Argument(
                name=parameter.name.rstrip("_"),
                kinds=mark(marks[parameter.name]).kinds,
                role=mark(marks[parameter.name]).role,
                optional=parameter.default is not parameter.empty or parameter.kind is parameter.VAR_POSITIONAL,
                kind_name=mark(marks[parameter.name]).name,
            )
            for parameter in parameters
        )
        return Function(
            name=(name or implementation.__name__).rstrip("_").upper(),
            call=implementation,
            arguments=rows,
            result=result.kinds,
            result_name=result.name,
            result_role=result.role,
            needs_run=needs_run,
            variadic=any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters),
            contexts=frozenset(contexts),
            origin=origin,
            pure=pure and not effect,
            effect=effect,
            never_returns=never_returns,
            examples=tuple(Example(*(part.strip() for part in text.split("->", 1))) for text in examples),
            help=Message(" ".join((implementation.__doc__ or "").replace("{", "{{").replace("}", "}}").split()), {}, domain),
            aliases=tuple(alias.upper() for alias in aliases),
            cost=cost,
            scans=scans,
        )

    return make


def mark(annotation: Any) -> Parameter:
    """The :class:`Parameter` inside an annotation of :mod:`formula.types`; TypeError for any other annotation."""
    for part in getattr(annotation, "__metadata__", ()):
        if isinstance(part, Parameter):
            return part
    raise TypeError(f"{annotation!r} is no annotation of formula.types")


def collect(modules: Iterable[ModuleType]) -> Mapping[str, Function]:
    """All rows of some modules by name and alias, in order of declaration."""
    table: dict[str, Function] = {}
    for module in modules:
        for row in vars(module).values():
            if isinstance(row, Function):
                for key in (row.name, *row.aliases):
                    if key in table:
                        raise ValueError(f"two rows are called {key}")
                    table[key] = row
    return table
