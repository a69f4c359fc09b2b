"""How long a check takes beside the parsing library alone, and whether time grows with length (issue, Numbers).

Both times are taken in one run, alternating, and the best of several turns counts, so the ratio does not depend on the
machine. ``python benchmarks/check_speed.py [LINES]``
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from time import perf_counter

import formula
from formula.lexical import Keywords
from formula.parser import grammar_text

LINES = (
    "SE PRIORIDADE = 'Urgente' E NIVELACESSO >= 2 ENTAO",
    "  SETVAR(TOTAL, TOTAL + ARREDONDA(VALOR * 1.05, 2));",
    "  ADICIONARDISCUSSAO(CONCAT('total ', TOTAL));",
    "SENAO",
    "  SETVAR(VALOR, MAX(VALOR - 12.5, 0)); /* desconto */",
    "FIMSE;",
    "SETVAR(DIAS, DIFDIAS(ABERTURA, HOJE) + 1);",
)


def text_of(lines: int) -> str:
    """A formula of so many lines that checks without errors."""
    body = [LINES[at % len(LINES)] for at in range(lines - lines % len(LINES) - 2)]
    body = body[: len(body) - len(body) % len(LINES)]
    return "\n".join(["DECL TOTAL, VALOR, DIAS;", "SETVAR(TOTAL, 0); SETVAR(VALOR, 100);", *body, "TOTAL + DIAS"])


def bare_parser() -> Callable[[str], object]:
    """The library alone on the same grammar: its lexer, its parser, its own trees."""
    from lark import Lark

    parser = Lark(
        grammar_text(),
        start="formula",
        parser="lalr",
        lexer="basic",
        keep_all_tokens=True,
        maybe_placeholders=False,
        postlex=Keywords(),
    )
    return parser.parse


def best(work: Callable[[], object]) -> float:
    """Seconds of one turn, garbage collected before."""
    gc.collect()
    start = perf_counter()
    work()
    return perf_counter() - start


def measure(lines: int, turns: int = 3) -> dict[str, float]:
    """Best seconds of the library alone, of a check, of a check of twice the lines, and of the same two texts with a
    fault in their last line."""
    parse = bare_parser()
    text, twice = text_of(lines), text_of(lines * 2)
    assert not [fault for fault in formula.check(text) if fault.severity == "error"]
    works: dict[str, Callable[[], object]] = {
        "alone": lambda: parse(text),
        "check": lambda: formula.check(text),
        "twice": lambda: formula.check(twice),
        "faulty": lambda: formula.check(text + " )"),
        "faulty twice": lambda: formula.check(twice + " )"),
    }
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(turns):
        for name, work in works.items():
            found[name].append(best(work))
    return {name: min(seconds) for name, seconds in found.items()}


def main() -> int:
    """Print the times and ratios; 1 when a limit is not kept."""
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    took = measure(lines)
    ratio, growth = took["check"] / took["alone"], took["twice"] / took["check"]
    faulty = took["faulty twice"] / took["faulty"]
    print(
        f"{lines} lines: parser alone {took['alone']:.3f} s, check {took['check']:.3f} s, ratio {ratio:.2f} (limit 4)"
    )
    print(f"{2 * lines} lines: check {took['twice']:.3f} s, growth {growth:.2f} (limit 2.3)")
    print(
        f"fault at the end: {took['faulty']:.3f} s and {took['faulty twice']:.3f} s, growth {faulty:.2f} (limit 2.3)"
    )
    return 0 if ratio <= 4 and growth <= 2.3 and faulty <= 2.3 else 1


if __name__ == "__main__":
    sys.exit(main())
