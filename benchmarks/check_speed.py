"""How long a check takes beside the parsing library alone, and whether time grows with length (issue, Numbers).

All times are processor time of one process, taken in turns, and the best of several turns counts, so the ratios hardly depend
on the machine. ``python benchmarks/check_speed.py [LINES]``
"""

from __future__ import annotations

import gc
import itertools
import sys
from collections.abc import Callable
from time import process_time

import formula
from formula.parser import grammar_text, words
from formula.reading.lexer import Keywords

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


def many_variables(lines: int) -> str:
    """Half of the lines declare a variable each, the others give each its value."""
    half = lines // 2
    return "\n".join([*(f"DECL V{at};" for at in range(half)), *(f"SETVAR(V{at}, {at});" for at in range(half)), "V0"])


def branches(lines: int) -> str:
    """Many variables, each changed in a branch of its own."""
    part = lines // 4
    body = (f"SE PRIORIDADE = 'Alta' ENTAO\n  SETVAR(V{at}, {at})\nFIMSE;" for at in range(part))
    return "\n".join([*(f"DECL V{at};" for at in range(part)), *body, "V1"])


def loops(lines: int) -> str:
    """Many variables, each counted in a loop of its own."""
    part = lines // 5
    body = (f"DECL V{at};\nSETVAR(V{at}, 0);\nREPITA\n  SETVAR(V{at}, V{at} + 1)\nATE V{at} > 3;" for at in range(part))
    return "\n".join([*body, "V1"])


def chains(lines: int) -> str:
    """SE … SENAO SE … of ninety arms, one after another."""
    arms = "\n".join(f"SE NIVELACESSO = {at} ENTAO\n  SETVAR(A, {at})\nSENAO" for at in range(90))
    return "DECL A;\n" + "\n".join([arms, "  SETVAR(A, 0)", "FIMSE " * 90 + ";"] * (lines // 272)) + "\nA"


def deep(lines: int) -> str:
    """SE inside SE, ninety deep, one after another."""
    nest = ["SE NIVELACESSO = 1 ENTAO"] * 90 + ["  1"] + ["FIMSE"] * 90 + [";"]
    return "\n".join(nest * (lines // len(nest)) + ["1"])


def long_sum(lines: int) -> str:
    """One expression of so many lines."""
    return "1" + " +\nNIVELACESSO * 2" * lines


def wide(lines: int) -> str:
    """A call with an argument on each line."""
    return "MAX(" + ",\n".join(["NIVELACESSO"] * lines) + ")"


def comments(lines: int) -> str:
    """Every other line is a comment."""
    return "\n".join(["/* o que a linha de baixo faz */", "ABS(1); /* e mais */"] * (lines // 2))


def unknown(lines: int) -> str:
    """A different unknown name on each line."""
    return "\n".join(f"NOME{at} + 1;" for at in range(lines))


def broken(lines: int) -> str:
    """A fault in the last line only."""
    return text_of(lines) + " )"


SHAPES: dict[str, Callable[[int], str]] = {
    "ordinary": text_of,
    "fault at the end": broken,
    "many variables": many_variables,
    "variables in branches": branches,
    "variables in loops": loops,
    "chains of SENAO SE": chains,
    "deep blocks": deep,
    "long expression": long_sum,
    "many arguments": wide,
    "comments": comments,
    "unknown names": unknown,
}

MOST_GROWTH = 2.3
MOST_RATIO = 4.0


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


def once(work: Callable[[], object]) -> float:
    """Seconds of one turn, garbage collected before."""
    gc.collect()
    start = process_time()
    work()
    return process_time() - start


def best(works: list[Callable[[], object]], turns: int) -> list[float]:
    """Best seconds of each, taken in turns."""
    found = [[once(work) for work in works] for _ in range(turns)]
    return [min(seconds) for seconds in zip(*found, strict=True)]


def ratio(lines: int) -> float:
    """A check of an ordinary formula over the library's own parse of it."""
    parse, text = bare_parser(), text_of(lines)
    assert not [fault for fault in formula.check(text) if fault.severity == "error"]
    alone, check = best([lambda: parse(text), lambda: formula.check(text)], 5)
    print(f"{lines} lines: parser alone {alone:.3f} s, check {check:.3f} s, ratio {check / alone:.2f} (limit {MOST_RATIO})")
    return check / alone


def growth(name: str, lines: int) -> float:
    """The most that time grows by when a text of this shape doubles, from half of ``lines`` to four times."""
    texts = [SHAPES[name](size) for size in (lines // 2, lines, lines * 2, lines * 4)]
    seconds = best([lambda text=text: formula.check(text) for text in texts], 3)  # type: ignore[misc]
    steps = [after / before for before, after in itertools.pairwise(seconds)]
    shown = " ".join(f"{second:.3f}" for second in seconds)
    print(f"{name:22} {shown} s, growth {' '.join(f'{step:.2f}' for step in steps)} (limit {MOST_GROWTH})")
    return max(steps)


def largest() -> None:
    """The longest texts that are read, beside the library's lexer alone."""
    for name, text in {"ordinary": text_of(28_000)[:990_000].rpartition("SE ")[0], "a million words": "1;" * 500_000}.items():
        lexer, check = best([lambda text=text: sum(1 for _ in words(text)), lambda text=text: formula.check(text)], 2)  # type: ignore[misc]
        print(f"{len(text)} characters, {name}: lexer alone {lexer:.2f} s, check {check:.2f} s, {check / lexer:.1f} ×")


def main() -> int:
    """Print the times and ratios; 1 when a limit is not kept."""
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    kept = ratio(lines) <= MOST_RATIO
    steepest = max(growth(name, lines) for name in SHAPES)
    largest()
    return 0 if kept and steepest <= MOST_GROWTH else 1


if __name__ == "__main__":
    sys.exit(main())
