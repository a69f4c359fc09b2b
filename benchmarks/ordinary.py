"""Ordinary formulas with the kinds that hosts pass, beside hand-written Python of the same semantics.

    python benchmarks/ordinary.py [--rounds N] [formulas|functions] [WORD]     # WORD: only lines whose name holds it

Every formula runs through the public door, ``rule.run(Context(fields=…))``, on thousands of tickets that differ, so that what is
remembered about one text does not answer for the next. Formula and twin take turns in short rounds over the same tickets; of each
round the ratio counts, and of the ratios their median. Before it is timed, every twin must answer as the formula does.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import time
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from random import Random
from statistics import median
from typing import Any, NamedTuple

import ordinary_functions as functions
from ordinary_formulas import DATES, FORMULAS, NUMBERS, SCHEMA, Ordinary

import formula
from formula.effects import AddDiscussion
from formula.values import release

Ticket = dict[str, Any]
TICKETS, CHUNK = 2_000, 200
NULL = datetime(1, 1, 1)
NUMBER_TEXT = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)", re.ASCII)
DATE_TEXT = re.compile(r"\s*(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*", re.ASCII)


def number_of(text: str) -> int | Decimal:
    """A number as people type it."""
    if text.isdigit() and text.isascii():
        return int(text)
    text = text.strip()
    if NUMBER_TEXT.fullmatch(text):
        return Decimal(text.replace(",", "."))
    if text:
        raise ValueError
    return 0


def exact(number: float) -> int | Decimal:
    """What a float stands for."""
    return int(number) if number.is_integer() and abs(number) < 1e15 else Decimal(repr(number))


def day_of(text: str) -> datetime:
    """A date as people type it."""
    found = DATE_TEXT.fullmatch(text)
    if found is None:
        if text.strip() in {"", "00/00/0000"}:
            return NULL
        raise ValueError
    day, month, year, hour, minute, second = found.groups()
    if hour is None:
        return datetime(int(year), int(month), int(day))
    return datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))


def written(number: int | Decimal) -> str:
    """A number in its shortest form."""
    if type(number) is int:
        return str(number)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def span(number: int | Decimal) -> timedelta:
    """So many days."""
    return timedelta(days=number) if type(number) is int else timedelta(seconds=round(number * 86_400))


SPACE: dict[str, Any] = {
    "D": Decimal, "Decimal": Decimal, "datetime": datetime, "timedelta": timedelta, "monthrange": monthrange, "NULL": NULL, "EMPTY": "",
    "ROUND_HALF_UP": ROUND_HALF_UP, "ROUND_DOWN": ROUND_DOWN, "CENT": functions.CENT, "DIVIDE": functions.DIVIDE,
    "TEN_DAYS": timedelta(days=10), "THIRTY_DAYS": timedelta(days=30), "ROWS": functions.ROWS, "AddDiscussion": AddDiscussion,
    "number_of": number_of, "exact": exact, "day_of": day_of, "written": written, "span": span, "money": functions.money,
    "remainder": functions.remainder, "midnight": lambda day: datetime(day.year, day.month, day.day),
}  # fmt: skip


class Kind(NamedTuple):
    """How hosts pass the numbers or dates of a formula. ``value`` makes it of a Decimal or a datetime; ``read`` is how a twin
    reads it, ``ask`` how it reads it for a question that the host's kind answers."""

    name: str
    names: tuple[str, ...]
    value: Callable[[Any], Any]
    read: str
    ask: str
    day: Callable[[int, int, int], date] = datetime


PLAIN = 'F["{}"]'
BASE = Kind("int", NUMBERS, int, PLAIN, PLAIN)
NUMBER_KINDS = (
    BASE,
    Kind("Decimal", NUMBERS, lambda v: v, PLAIN, PLAIN),
    Kind("float", NUMBERS, float, 'exact(F["{}"])', PLAIN),
    Kind("'12,5'", NUMBERS, lambda v: str(v).replace(".", ","), 'number_of(F["{}"])', 'number_of(F["{}"])'),
)
DATE_KINDS = (
    Kind("date", DATES, datetime.date, 'midnight(F["{}"])', PLAIN, date),
    Kind("dd/mm/aaaa", DATES, lambda v: f"{v:%d/%m/%Y}", 'day_of(F["{}"])', 'day_of(F["{}"])'),
    Kind("ISO", DATES, lambda v: f"{v:%Y-%m-%d}", 'day_of(F["{}"])', 'day_of(F["{}"])'),
)


def empty(name: str) -> Kind:
    """A field that holds nothing."""
    neutral = "0" if name in NUMBERS else "NULL" if name in DATES else "EMPTY"
    return Kind("vazio", (name,), lambda _: None, f'(F["{{}}"] or {neutral})', f'(F["{{}}"] or {neutral})')


def tickets(kind: Kind, count: int = TICKETS) -> list[Ticket]:
    """Tickets whose fields of a kind's names come in that kind; the others are int, datetime and str."""
    random = Random(1)
    made: list[Ticket] = []
    while len(made) < count:
        opened = datetime(2026, 1, 1) + timedelta(days=random.randrange(365))
        digits = f"{random.randrange(10**11):011}"
        ticket: Ticket = {
            "VALOR": Decimal(random.choice((f"{random.randrange(30_000)}", f"{random.randrange(3_000_000) / 100:.2f}"))),
            "DESCONTO": Decimal(random.randrange(10_000)) / 100,
            "PARCELAS": Decimal(random.randrange(2, 49)),
            "MINUTOS": Decimal(random.randrange(3_000)),
            "ABERTO": opened,
            "LIMITE": opened + timedelta(days=random.randrange(60)),
            "NASCIMENTO": datetime(random.randrange(1950, 2008), random.randrange(1, 13), random.randrange(1, 29)),
            "FILIAL": random.choice(("MG", "SP", "RJ", "ES", "BA", "PR", "SC", " mg")),
            "PRIORIDADE": random.choice(("Urgente", "Alta", "Normal")),
            "PRODUTO": random.choice(("Folha", "Ponto", "Fiscal")),
            "TIPOCLIENTE": random.choice(("aluno", "pessoa")),
            "ASSUNTO": random.choice(("Troca de monitor", "Férias de novembro", "Compra de papel para a recepção")),
            "CONTA": random.choice(("3.01.02.0007", "1.02", "3.04", "3.12.99.1234")),
            "CPF": digits,
            "CPFCOLADO": f" {digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]} ",
            "VALORDIGITADO": random.choice(("{}", "{},5", "{},50", " {}.05 ")).format(random.randrange(9_000)),
            "CODIGOS": ";".join(str(random.randrange(1000)) for _ in range(random.randrange(1, 6))),
        }
        for name in (*NUMBERS, *DATES):
            change = kind.value if name in kind.names else int if name in NUMBERS else None
            ticket[name] = change(ticket[name]) if change else ticket[name]
        for name in kind.names:
            ticket[name] = None if kind.name == "vazio" else ticket[name]
        made.append(ticket)
    return made


def twin_of(ordinary: Ordinary, kind: Kind) -> Callable[[Ticket], Any]:
    """The hand-written function for fields of a kind."""

    def read(found: re.Match[str]) -> str:
        shape = (kind.ask if found[2] else kind.read) if found[1] in kind.names else PLAIN
        return shape.format(found[1])

    space = dict(SPACE)

    def constant(found: re.Match[str]) -> str:
        day = kind.day if kind.names == DATES else datetime
        name = "day" + found[1].replace("-", "")
        space[name] = day(*map(int, found[1].split("-")))
        return name

    body = re.sub(r"%(\d{4}-\d\d-\d\d)%", constant, re.sub(r"\$(\w+)(!?)", read, ordinary.twin))
    text = "def twin(F):\n" + "".join(f" {line}\n" for line in body.split("\n"))
    exec(text, space)
    return space["twin"]


def cases() -> Iterator[tuple[Ordinary, Kind]]:
    """Every formula with every kind that it can tell apart."""
    for ordinary in FORMULAS:
        used = set(re.findall(r"\w+", ordinary.text))
        if used & set(NUMBERS):
            yield from ((ordinary, kind) for kind in NUMBER_KINDS)
        else:
            yield ordinary, BASE._replace(name="datetime" if used & set(DATES) else "str")
        if used & set(DATES):
            yield from ((ordinary, kind) for kind in DATE_KINDS)
        if ordinary.optional:
            yield ordinary, empty(ordinary.optional)


FAULT = object()


def answer(twin: Callable[[Ticket], Any], ticket: Ticket) -> Any:
    """What a twin gives, as a formula would."""
    try:
        value = twin(ticket)
    except ValueError:
        return FAULT
    return release(value if type(value) is not date else datetime(value.year, value.month, value.day))


class Compared(NamedTuple):
    """Microseconds of formula and twin, the median ratio of the rounds, and the lowest and highest quarter of them."""

    ours: float
    twin: float
    ratio: float
    low: float
    high: float


def compared(ours: Callable[[], Any], twin: Callable[[], Any], calls: int, rounds: int) -> Compared:
    """Both in turns, by processor time. ``calls``: how many runs one call of them makes."""
    times: list[tuple[float, float]] = []
    for _ in range(rounds):
        start = time.process_time_ns()
        ours()
        middle = time.process_time_ns()
        twin()
        times.append(((middle - start) / calls / 1e3, (time.process_time_ns() - middle) / calls / 1e3))
    ratios = sorted(one / other for one, other in times)
    quarter = len(ratios) // 4
    return Compared(median(t[0] for t in times), median(t[1] for t in times), median(ratios), ratios[quarter], ratios[-1 - quarter])


def chunks(held: list[Ticket]) -> Iterator[list[Ticket]]:
    """The tickets in slices, again and again."""
    while True:
        for start in range(0, len(held), CHUNK):
            yield held[start : start + CHUNK]


SQL = {"ITENS": functions.ROWS}


def rule_of(ordinary: Ordinary) -> formula.engine.Rule:
    """The formula, compiled."""
    return formula.compile(ordinary.text, formula.Schema(fields=SCHEMA, sentences=("ITENS",)))


def context_of(ordinary: Ordinary, ticket: Ticket) -> formula.Context:
    """What a host gives."""
    return formula.Context(fields=ticket, sql=SQL) if ordinary.rows else formula.Context(fields=ticket)


def differences(ordinary: Ordinary, kind: Kind, count: int = TICKETS) -> list[tuple[Ticket, Any, Any]]:
    """Tickets on which formula and twin differ."""
    rule, twin = rule_of(ordinary), twin_of(ordinary, kind)
    found = []
    for ticket in tickets(kind, count):
        outcome = rule.run(context_of(ordinary, ticket))
        ours, expected = outcome.value if outcome.status == "ok" else FAULT, answer(twin, ticket)
        if ours != expected or (type(ours) is not type(expected) and not isinstance(ours, int | Decimal)):
            found.append((ticket, outcome, expected))
    return found


def timed(ordinary: Ordinary, kind: Kind, rounds: int) -> Compared:
    """A formula and its twin over the same tickets."""
    run, twin, context = rule_of(ordinary).run, twin_of(ordinary, kind), formula.Context
    held = tickets(kind)
    mine, others = chunks(held), chunks(held)

    def ours() -> None:
        if ordinary.rows:
            for ticket in next(mine):
                run(context(fields=ticket, sql=SQL)).value  # noqa: B018
        else:
            for ticket in next(mine):
                run(context(fields=ticket)).value  # noqa: B018

    def hand() -> None:
        if kind.name != "ISO":
            for ticket in next(others):
                twin(ticket)
            return
        for ticket in next(others):
            with contextlib.suppress(ValueError):
                twin(ticket)

    return compared(ours, hand, CHUNK, rounds)


def loop_of(call: str) -> str:
    """A loop that calls it two hundred times."""
    return f"DECL I, X; SETVAR(I, 0); REPITA SETVAR(I, I + 1); SETVAR(X, {call}) ATE I >= {functions.TURNS}; X"


def loop_twin(expression: str) -> Callable[[Ticket], Any]:
    """The same loop by hand; of the fields those are read that the expression names."""
    names = [name for name in functions.SCHEMA if re.search(rf"\b{name}\b", expression)]
    reads = "".join(f" {name} = F['{name}']\n" for name in names)
    text = (
        f"def twin(F):\n{reads} I = 0\n while True:\n  I += 1\n  X = {expression}\n  if I >= {functions.TURNS}: break\n return X\n"
    )
    space = {**vars(functions), "number_of": number_of, "day_of": day_of}
    exec(text, space)
    return space["twin"]


FUNCTION_CONTEXT = formula.Context(
    fields=functions.FIELDS, sql=SQL, now=functions.NOW, coligada=functions.COMPANY, formulas={"OUTRA": "QTD * 2"}
)


def function_loop(call: str) -> Callable[[], Any]:
    """The loop as a formula, through the public door; what goes before it opens a cursor or fills a memory."""
    before = {"RESULTSQL": "EXECSQL('ITENS');", "PROXREGSQL": "EXECSQL('ITENS');", "MEMORIA": "ATRIBUI('TOTAL', 7);"}
    text = before.get(call.split("(", 1)[0], "") + loop_of(call)
    rule = formula.compile(text, formula.Schema(fields=functions.SCHEMA, sentences=("ITENS",), formulas=("OUTRA",)))
    return lambda: rule.run(FUNCTION_CONTEXT)


def function_difference(call: str, expression: str) -> tuple[Any, Any] | None:
    """The two answers, when they differ."""
    functions.MEMORY["TOTAL"] = 7
    functions.opened()
    outcome, expected = function_loop(call)(), answer(loop_twin(expression), functions.FIELDS)
    return None if outcome.value == expected and outcome.status == "ok" else (outcome, expected)


def summary(title: str, found: list[Compared]) -> None:
    ratios = sorted(one.ratio for one in found)
    over = sum(ratio > 2.5 for ratio in ratios)
    print(f"{title:34} mediana {median(ratios):6.2f} ×   pior {ratios[-1]:6.2f} ×   acima de 2,5 ×: {over} de {len(ratios)}")


def table_of_formulas(rounds: int, word: str) -> None:
    """Every formula with every kind, then what the kinds do to it."""
    found: dict[tuple[str, str], Compared] = {}
    for ordinary, kind in cases():
        if word not in ordinary.name:
            continue
        wrong = differences(ordinary, kind)
        if wrong:
            print(f"{ordinary.name}, {kind.name}: difere em {len(wrong)} atendimentos; o primeiro: {wrong[0]}")
            continue
        one = found[ordinary.name, kind.name] = timed(ordinary, kind, rounds)
        print(
            f"{ordinary.name:36} {kind.name:10} {one.ours:9.2f} µs  {one.twin:8.2f} µs  {one.ratio:6.2f} ×  ({one.low:.2f}–{one.high:.2f})"
        )
    if not found:
        return
    print()
    sound = {key: one for key, one in found.items() if key[1] != "ISO"}
    summary("tudo, sem as falhas (ISO)", list(sound.values()))
    for name in dict.fromkeys(key[1] for key in found):
        summary(name, [one for key, one in found.items() if key[1] == name])
    print()
    for name in ("Decimal", "float", "'12,5'", "vazio"):
        each = sorted(
            (one.ours / found[key, "int"].ours, key) for (key, kind), one in found.items() if kind == name and (key, "int") in found
        )
        if each:
            print(f"{name:10} sobre int: mediana {median(e[0] for e in each):.2f} ×, pior {each[-1][0]:.2f} × ({each[-1][1]})")


def table_of_functions(rounds: int, word: str) -> None:
    """Every function in a loop."""
    found: list[Compared] = []
    for name, call, expression in functions.CALLS:
        if word not in name:
            continue
        wrong = function_difference(call, expression)
        if wrong:
            print(f"{call}: {wrong[0]} em vez de {wrong[1]!r}")
            continue
        loop, twin = function_loop(call), loop_twin(expression)
        one = compared(loop, lambda twin=twin: twin(functions.FIELDS), functions.TURNS, rounds)
        found.append(one)
        print(f"{call:36} {one.ours:9.3f} µs  {one.twin:8.3f} µs  {one.ratio:6.2f} ×  ({one.low:.2f}–{one.high:.2f})")
    print()
    if found:
        summary("funções num laço", found)
        print(f"acima de 4 ×: {sum(one.ratio > 4 for one in found)} de {len(found)}")


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=30)
    asked.add_argument("what", nargs="?", choices=("formulas", "functions", "all"), default="all")
    asked.add_argument("word", nargs="?", default="")
    given = asked.parse_args()
    if given.what != "functions":
        table_of_formulas(given.rounds, given.word)
    if given.what != "formulas":
        table_of_functions(given.rounds, given.word)
