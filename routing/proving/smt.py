"""The solver's side of a conversation: conditions in, values out. Runs as a process of its own, bounded in memory.

``python -m routing.proving.smt MEGABYTES`` reads pickled lists of conditions from standard input, each with a time in
milliseconds, and answers ``("sat", values)``, ``("unsat", None)`` or ``("unknown", None)``.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from time import monotonic
from typing import Any

import z3

from formula.builtins.operators import blank
from formula.values import NULL_DATE, date_text, number_text, parse_date, parse_number
from routing.proving.terms import Box, Term, heads_in, symbols_in, texts_in

SECONDS = 86_400
LAST_DAY = 3_652_059


class Problem:
    """Some conditions as formulas of the solver."""

    def __init__(self, conditions: Sequence[Term]) -> None:
        """Number the texts; what is known of each is said once."""
        self.texts = list(dict.fromkeys(["", *(blank(text) for one in conditions for text in texts_in(one))]))
        self.numbers = {text: number for number, text in enumerate(self.texts)}
        self.reads_number = z3.Function("reads_number", z3.IntSort(), z3.BoolSort())
        self.number_read = z3.Function("number_read", z3.IntSort(), z3.RealSort())
        self.reads_date = z3.Function("reads_date", z3.IntSort(), z3.BoolSort())
        self.date_read = z3.Function("date_read", z3.IntSort(), z3.IntSort())
        self.side: list[Any] = []
        self.fresh = 0
        self.exact: list[Any] = []
        """That quotients are the true ones: a wish, since at the edge of what they may be the engine's are on either side."""
        self.exact_texts = any(mentions(one, {"tis"}) for one in conditions)
        self.made: dict[tuple[str, int], Any] = {}
        self.symbols = {one[1]: one for condition in conditions for one in symbols_in(condition)}
        self.free = {name: self.variable(one) for name, one in self.symbols.items()}
        self.empty = {name: z3.Bool(f"empty {name}") for name in self.symbols}
        self.asks_texts = any(mentions(one, {"isnum", "tonum", "isdate", "todate"}) for one in conditions)
        self.facts()
        self.conditions = [self.logical(one) for one in conditions]

    def variable(self, one: Term) -> Any:
        """A free value: dates count in seconds, texts are numbered."""
        name, kind = one[1], one[2]
        if kind == "bool":
            return z3.Bool(name)
        if kind == "num":
            return z3.Real(name)
        made = z3.Int(name)
        if kind == "text":
            self.side.append(made >= (-64 if self.exact_texts else 0))
        elif kind == "date":
            self.side += [made >= 0, made < LAST_DAY * SECONDS]
        return made

    def facts(self) -> None:
        """What the known texts read as, and that a text is not both a number and a date unless it is blank."""
        if not self.asks_texts:
            return
        for text, number in self.numbers.items():
            found, when = parse_number(text), parse_date(text)
            self.side.append(self.reads_number(number) == (found is not None))
            self.side.append(self.reads_date(number) == (when is not None))
            if found is not None:
                self.side.append(self.number_read(number) == rational(found))
            if when is not None:
                self.side.append(self.date_read(number) == seconds_of(when))
        for one in self.symbols.values():
            if one[2] == "text":
                number = self.text(one)
                both = z3.And(self.reads_number(number), self.reads_date(number))
                self.side.append(z3.Or(number == 0, z3.Not(both)))
                self.side.append(
                    z3.Implies(
                        self.reads_date(number), z3.And(self.date_read(number) >= 0, self.date_read(number) < LAST_DAY * SECONDS)
                    )
                )

    def logical(self, term: Term) -> Any:
        """A condition."""
        kind = term[0]
        if kind == "not":
            return z3.Not(self.logical(term[1]))
        if kind == "and":
            return z3.And(*(self.logical(part) for part in term[1:]))
        if kind == "or":
            return z3.Or(*(self.logical(part) for part in term[1:]))
        if kind == "empty":
            return self.empty[term[1][1]]
        if kind == "let":
            return self.kept("logical", term[1])
        if kind == "if":
            return z3.If(self.logical(term[1]), self.logical(term[2]), self.logical(term[3]))
        if kind == "s":
            return z3.And(z3.Not(self.empty[term[1]]), self.free[term[1]])
        if kind == "v":
            return z3.BoolVal(bool(term[1]))
        if kind == "teq":
            return self.text(term[1]) == self.text(term[2])
        if kind == "tis":
            return self.exact_text(term[1]) == self.exact_text(term[2])
        if kind == "isnum":
            return self.reads_number(self.text(term[1]))
        if kind == "isdate":
            return self.reads_date(self.text(term[1]))
        if kind == "calendar":
            day = self.number(term[1])
            return z3.And(day >= 0, day < LAST_DAY)
        left, right = self.number(term[1]), self.number(term[2])
        return {"<": left < right, "<=": left <= right, "=": left == right}[kind]

    def kept(self, sort: str, box: Box) -> Any:
        """A box, written once."""
        key = (sort, id(box))
        if key not in self.made:
            self.made[key] = {"logical": self.logical, "text": self.exact_text, "number": self.number}[sort](box.term)
        return self.made[key]

    def text(self, term: Term) -> Any:
        """A text by its number; all texts of blanks count as the empty one (T7)."""
        number = self.exact_text(term)
        return z3.If(number < 0, z3.IntVal(0), number) if self.exact_texts else number

    def exact_text(self, term: Term) -> Any:
        """A text by its number; below zero, so many blanks."""
        if term[0] == "v":
            text = term[1]
            return z3.IntVal(-len(text) if text and not blank(text) else self.numbers[blank(text)])
        if term[0] == "let":
            return self.kept("text", term[1])
        if term[0] == "if":
            return z3.If(self.logical(term[1]), self.exact_text(term[2]), self.exact_text(term[3]))
        name = term[1]
        return z3.If(self.empty[name], z3.IntVal(0), self.free[name])

    def number(self, term: Term) -> Any:
        """A number, or a date in days."""
        kind = term[0]
        if kind == "v":
            return z3.RealVal(str(rational(term[1])))
        if kind == "s":
            return self.free_number(term)
        if kind == "let":
            return self.kept("number", term[1])
        if kind == "if":
            return z3.If(self.logical(term[1]), self.number(term[2]), self.number(term[3]))
        if kind == "neg":
            return -self.number(term[1])
        if kind == "tonum":
            return self.number_read(self.text(term[1]))
        if kind == "todate":
            return z3.ToReal(self.date_read(self.text(term[1]))) / SECONDS
        if kind == "day":
            return z3.ToReal(z3.ToInt(self.number(term[1])))
        if kind in {"trunc", "round"}:
            inner = self.number(term[1])
            size = z3.If(inner < 0, -inner, inner)
            cut = z3.ToReal(z3.ToInt(size + z3.Q(1, 2) if kind == "round" else size))
            return z3.If(inner < 0, -cut, cut)
        left, right = self.number(term[1]), self.number(term[2])
        if kind == "/":
            return self.quotient(left, right)
        return left + right if kind == "+" else left - right if kind == "-" else left * right

    def free_number(self, term: Term) -> Any:
        """A free number or date; an empty one is its neutral value (T10)."""
        name, kind = term[1], term[2]
        made = self.free[name]
        if kind == "date":
            made = z3.ToReal(made) / SECONDS
        elif kind == "int":
            made = z3.ToReal(made)
        return z3.If(self.empty[name], z3.RealVal(0), made)

    def quotient(self, left: Any, right: Any) -> Any:
        """A quotient has 28 digits (T1): any number so near to the true one."""
        self.fresh += 1
        made = z3.Real(f"quotient {self.fresh}")
        true = z3.Real(f"true quotient {self.fresh}")
        size = z3.If(true < 0, -true, true)
        off = made - true
        bound = size * z3.Q(1, 10**27)
        told = z3.And(true * right == left, off <= bound, -off <= bound)
        self.side.append(z3.Implies(right != 0, told))
        self.exact.append(off == 0)
        return made

    def values(self, model: Any) -> dict[str, Any] | None:
        """What the model says of each free value; None when a number of it cannot be written."""
        made: dict[str, Any] = {}
        for name, one in self.symbols.items():
            if z3.is_true(model.eval(self.empty[name], model_completion=True)):
                made[name] = None
                continue
            found = model.eval(self.free[name], model_completion=True)
            value = READERS[one[2]](self, model, found)
            if value is None:
                return None
            made[name] = value
        return made

    def text_value(self, model: Any, found: Any) -> str | None:
        """A text of a number: a known one, or one that reads as the model says."""
        number: int = found.as_long()
        if number < 0:
            return " " * -number
        if number < len(self.texts):
            return self.texts[number]
        if self.asks_texts and z3.is_true(model.eval(self.reads_number(found), model_completion=True)):
            value = number_value(self, model, model.eval(self.number_read(found), model_completion=True))
            if value is None:
                return None
            text = number_text(value)
            while text in self.numbers:
                text = f"-0{text[1:]}" if text.startswith("-") else f"0{text}"
            return text
        if self.asks_texts and z3.is_true(model.eval(self.reads_date(found), model_completion=True)):
            when = date_value(self, model, model.eval(self.date_read(found), model_completion=True))
            return date_text(when)
        return f"Texto {number - len(self.texts) + 1}"


def mentions(term: Term, kinds: set[str]) -> bool:
    """Whether a term has a part of some kinds."""
    return any(one in kinds for one in heads_in(term))


def seconds_of(when: datetime) -> int:
    """Seconds since the first day."""
    gap = when - NULL_DATE
    return gap.days * SECONDS + gap.seconds


def rational(value: Any) -> Fraction:
    """A number, or a date in days."""
    if isinstance(value, datetime):
        return Fraction(seconds_of(value), SECONDS)
    return Fraction(value)


def number_value(problem: Problem, model: Any, found: Any) -> int | Decimal | None:
    """A number that can be written with decimals."""
    if not z3.is_rational_value(found):
        return None
    value = Fraction(found.numerator_as_long(), found.denominator_as_long())
    if value.denominator == 1:
        return int(value)
    with localcontext() as context:
        context.prec = 60
        made = Decimal(value.numerator) / Decimal(value.denominator)
    return made if Fraction(made) == value else None


def date_value(problem: Problem, model: Any, found: Any) -> datetime:
    """A date of seconds."""
    return NULL_DATE + timedelta(seconds=found.as_long())


READERS: Mapping[str, Callable[[Problem, Any, Any], Any]] = {
    "bool": lambda problem, model, found: bool(z3.is_true(found)),
    "int": lambda problem, model, found: int(found.as_long()),
    "num": number_value,
    "text": Problem.text_value,
    "date": date_value,
}


def solve(conditions: Sequence[Term], milliseconds: int) -> tuple[str, dict[str, Any] | None]:
    """Whether the conditions can hold together, and for which values: round ones when there are any."""
    until = monotonic() + milliseconds / 1_000
    problem = Problem(conditions)
    solver = z3.Solver()
    solver.set("timeout", left_until(until))
    solver.add(*problem.side, *problem.conditions)
    found = solver.check()
    if found == z3.unsat:
        return "unsat", None
    if found != z3.sat:
        return "unknown", None
    model = solver.model()
    for wish in (wishes(problem, 100, 10**7), wishes(problem, 10**6, 10**15), problem.exact):
        if wish:
            solver.push()
            solver.set("timeout", left_until(until))
            solver.add(*wish)
            if solver.check() == z3.sat:
                model = solver.model()
                solver.pop()
                break
            solver.pop()
    values = problem.values(model)
    return ("unknown", None) if values is None else ("sat", values)


def left_until(until: float) -> int:
    """The milliseconds that are left of an answer's time; the least there is when none are, since no time means any."""
    return max(1, int((until - monotonic()) * 1_000))


def wishes(problem: Problem, unit: int, most: int) -> list[Any]:
    """Numbers of few digits, true quotients, dates without times and near our days."""
    made: list[Any] = list(problem.exact)
    for name, one in problem.symbols.items():
        value = problem.free[name]
        if one[2] == "num":
            made += [z3.IsInt(value * unit), value < most, value > -most]
        elif one[2] == "int":
            made += [value < most, value > -most]
        elif one[2] == "date":
            made += [value % SECONDS == 0, z3.Or(value == 0, z3.And(value > 693_595 * SECONDS, value < 767_008 * SECONDS))]
    return made


def bound(megabytes: int) -> None:
    """Use no more memory: the solver stops by itself, and where the system can it holds the whole process to it."""
    z3.set_param("memory_max_size", megabytes)
    if sys.platform != "win32":
        import resource

        limit = megabytes * 1_048_576
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def main(megabytes: int) -> None:
    """Answer until nobody asks."""
    bound(megabytes)
    asked, told = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            conditions, milliseconds = pickle.load(asked)  # noqa: S301 - our own parent writes it
        except EOFError:
            return
        try:
            answer = solve(conditions, milliseconds)
        except (z3.Z3Exception, MemoryError, RecursionError):
            answer = ("unknown", None)
        pickle.dump(answer, told)
        told.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
