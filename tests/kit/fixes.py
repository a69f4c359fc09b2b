"""Every offered fix on many texts, and what it did: no fix may change what a text means, or ask for something else.

``PYTHONPATH=.:tests python -m kit.fixes 25000`` follows so many fixes and prints what it found.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from random import Random

import attrs
from kit.corpus import cases
from kit.mutants import mutants, valid_formulas
from kit.paths import TESTS
from kit.programs import FIELDS, Programs, sample_fields

import formula
from formula.builtins import TABLE
from formula.checking.near_names import distance
from formula.codes.table import ERROR
from formula.context import Context
from formula.diagnostics import Diagnostic
from formula.printing.printer import print_tree
from formula.reading.lexer import KEYWORDS

ACTIONS = frozenset(name for name, row in TABLE.items() if row.effect)
SCHEMA = formula.Schema(
    fields=FIELDS,
    parameters={
        "VALOR": "numero",
        "ENTREGA": "data",
        "PARCELAS": "inteiro",
        "USADO": "numero",
        "VENCIMENTO": "data",
        "APROVADOR": "texto",
    },
    sentences={"PEDIDOS"},
)
LIMITS = formula.Limits(steps=2_000)

OTHER_READING: Mapping[str, str] = {
    "milhar-duvidoso": "says that 10.000 is ten, and offers ten thousand",
    "codigo-sem-aspas": "says that a code without quotes loses its zeros, and offers the code",
    "caractere-invisivel": "says that what one reads is not what is compared",
    "comparacao-nunca-verdadeira": "says that no value fits, and offers one that does",
    "comparacao-como-comando": "says that the value is thrown away, and offers SETVAR",
    "condicao-constante": "says that the condition asks nothing, and offers the field",
    "destino-duvidoso": "says that the value is no destination, and offers one",
    "destino-sem-aspas": "says that 1;3 is two statements, and offers a destination",
    "atribuicao-duvidosa": "says that a change does what nobody means, and offers what is meant",
    "textos-que-parecem-numeros": "says that letters are compared, and offers numbers",
}
"""Codes of texts that run whose fix gives the text another meaning, and how their message says so. All others keep it."""
UNSAID = frozenset(
    {
        "texto-de-pagina",
        "aspas-curvas",
        "chaves",
        "comentario-de-linha",
        "texto-sem-fim",
        "falta-parentese",
        "comentario-sem-fim",
        "comentario-aninhado",
    }
)
"""Codes whose fix may end the text of a comment or of a literal earlier or later: words may leave or enter it."""


@attrs.frozen
class Followed:
    """One fix and what was wrong with it; ``wrong`` is empty when nothing was."""

    text: str
    fault: Diagnostic
    after: str
    wrong: str


def applied(text: str, fault: Diagnostic) -> str:
    """A text after one fix."""
    assert fault.fix is not None
    return text[: fault.fix.span.start] + fault.fix.text + text[fault.fix.span.end :]


def contexts() -> list[Context]:
    """Some tickets: empty, ordinary, odd."""
    random = Random(5)
    made = []
    for turn in range(4):
        fields = sample_fields(random) | {"ASSUNTO": "Nota", "NIVELACESSO": turn, "ABERTO_POR": "ana"}
        parameters = {} if turn == 0 else {"VALOR": Decimal(800 * turn**3), "PARCELAS": turn, "USADO": 1, "APROVADOR": "1;3"}
        rows = {"PEDIDOS": [{"VALOR": 10 * turn, "CODIGO": turn}] * turn}
        now = datetime(2026, 11, 20 + turn, 10, 30)
        made.append(Context(fields=fields, parameters=parameters, sql=rows, now=now, user="ana", coligada=1 + turn % 2))
    return made


CONTEXTS = contexts()


def meaning(text: str) -> list[object] | None:
    """What a text does in each context; None when it has errors."""
    try:
        rule = formula.compile(text, SCHEMA, limits=LIMITS)
    except formula.FormulaError:
        return None
    seen: list[object] = []
    for context in CONTEXTS:
        outcome = rule.run(context)
        seen.append((outcome.status, outcome.value, outcome.effects, outcome.message if outcome.status == "stopped" else ""))
    return seen


WORD = re.compile(r"/\*[\s\S]*?(?:\*/|\Z)|'[^'\r\n]*'|\"[^\"\r\n]*\"|[^\W\d]\w*")


def words(text: str) -> Counter[str]:
    """The names of a text, outside its comments and literals."""
    return Counter(
        found[0].upper() for found in WORD.finditer(text) if found[0][0] not in "/'\"" and found[0].upper() not in KEYWORDS
    )


def judged(text: str, fault: Diagnostic, meant: list[object] | None, errors: Counter[str]) -> Followed:
    """What one fix did."""
    after = applied(text, fault)
    return Followed(text, fault, after, other_action(text, fault, after) or other_meaning(fault, after, meant, errors))


def other_action(text: str, fault: Diagnostic, after: str) -> str:
    """An action that the text did not ask for, unless it nearly names it."""
    if fault.code in UNSAID:
        return ""
    before, now = words(text), words(after)
    gone = [word for word in before - now if word not in ACTIONS]
    for action in (now - before).keys() & ACTIONS:
        if not any(distance(word, action) <= 2 for word in gone):
            return f"asks for {action}"
    for action in (before - now).keys() & ACTIONS:
        return f"no longer asks for {action}"
    return ""


def other_meaning(fault: Diagnostic, after: str, meant: list[object] | None, errors: Counter[str]) -> str:
    """A text that ran does something else; or one that did not is no better at this place."""
    if fault.severity != ERROR:
        return "" if meant is None or fault.code in OTHER_READING or meaning(after) == meant else "means something else"
    assert fault.fix is not None
    start = fault.fix.span.start
    stop = start + len(fault.fix.text)
    left = [one for one in formula.check(after, SCHEMA) if one.severity == ERROR]
    here = [one for one in left if one.code == fault.code and one.span.start <= stop and start <= one.span.end]
    if here and len(left) >= errors.total() and Counter(one.code for one in left)[fault.code] >= errors[fault.code]:
        return f"{fault.code} is still there"
    return ""


def follow(text: str) -> Iterator[Followed]:
    """Each fix that is offered for a text, by itself."""
    found = formula.check(text, SCHEMA)
    offered = [fault for fault in found if fault.fix is not None]
    if not offered:
        return
    errors = Counter(one.code for one in found if one.severity == ERROR)
    meant = None if errors else meaning(text)
    for fault in offered:
        yield judged(text, fault, meant, errors)


NAMES = sorted({*TABLE, "PRIORIDADE", "COLIGADA", "ASSUNTO", "NIVELACESSO", "ABERTURA"})
SWAPS = (
    (" = ", " == "), (" <> ", " != "), (" >= ", " => "), (" E ", " && "), (" OU ", " || "), ("'", "’"), ("'", "&#39;"), ("'", "''"),
    (";", ""), (";", ";;"), (")", ""), ("(", ""), (",", ";"), (";\n", ",\n"), ("'", ""), ("ENTAO", "ENTÃO"), ("ENTAO", "then"),
    ("SENAO", "else"), ("FIMSE", "END IF"), ("FIMSE", ""), ("SETVAR", "SET"), (" = ", " := "), (".", ","), ("SE ", "IF "),
    ("NAO ", "!"), ("FACA", "DO"), (" ", "\u00a0"), (" ", "&nbsp;"), ("\n", "<br>\n"), ("\n", " -- nota\n"), ("'", "\u200b'"),
    (" <> ", " NAO = "), ("'", '"'), (">", "&gt;"), ("FIMENQ", "FIMSE"), (" + ", " & "), ("ENTAO", ""), ("ENTAO", "ENTAO;"),
    (" - ", " – "), ("ATE ", "ATÉ "), ("(", "["), ("1", "1.000,00"), ("0", "O"), ("DECL ", "VAR "), ("\n", "\n// nota\n"),
)  # fmt: skip
"""What typing and pasting put in the place of what was there."""
LETTERS = "ABCDEIMNORSTU_1"


def misspelt(random: Random, word: str) -> str:
    """A name after one to three slips of the fingers; or only a part of it; or with the end of another."""
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(word) + 1)
        word = random.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + random.choice(LETTERS) + word[at:],
                word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
            )
        )
    if random.random() < 0.2:
        word = word[: max(4, len(word) // 2)] + random.choice(NAMES)[-6:]
    return word or "X"


def changed(random: Random, text: str) -> str:
    """A text after a slip or two."""
    for _ in range(random.choice((1, 1, 1, 2))):
        if random.random() < 0.45:
            names = [found for found in WORD.finditer(text) if found[0][0] not in "/'\""]
            if names:
                found = random.choice(names)
                text = text[: found.start()] + misspelt(random, found[0].upper()) + text[found.end() :]
            continue
        old, new = random.choice(SWAPS)
        places = [found.start() for found in re.finditer(re.escape(old), text)]
        if places:
            at = random.choice(places)
            text = text[:at] + new + text[at + len(old) :]
    return text


@lru_cache(maxsize=1)
def written() -> tuple[list[str], list[str]]:
    """Texts that people wrote, or may have: all of them, and those without errors."""
    slips = tomllib.loads((TESTS / "formula" / "mending" / "slips.toml").read_text(encoding="utf-8"))["slip"]
    short = [case.text for case in cases() if len(case.text) <= 1_000]
    made = Programs(7)
    printed = [print_tree(made.formula()) for _ in range(300)]
    every = [*valid_formulas().values(), *short, *(slip["text"] for slip in slips), *(one.text for one in mutants()), *printed]
    near = [
        f"{name[:-2]}{name[-1]}{name[-2]}({'1, ' * (row.minimum - 1) + '1' if row.minimum else ''}); '5'"
        for name, row in TABLE.items()
    ]
    every += [*near, *(f"{name}; '5'" for name in OF_OTHERS)]
    clean = [text for text in every if not any(one.severity == ERROR for one in formula.check(text, SCHEMA))]
    return every, clean


OF_OTHERS = tuple(
    f"{verb}{what}"
    for verb in (
        "CONCLUIR",
        "CANCELAR",
        "AVANCAR",
        "AGENDAR",
        "REPASSAR",
        "ALTERAR",
        "ADICIONAR",
        "ENVIAR",
        "REABRIR",
        "EXCLUIR",
        "GRAVAR",
    )
    for what in ("ATENDIMENTO", "ETAPA", "DISCUSSAO", "SOLUCAO", "EMAIL", "REPASSE", "CAMPO", "TERCEIROS", "")
)
"""Names of actions as other systems and sites have them."""


def texts(seed: int) -> Iterator[str]:
    """Texts without end: what is written, then mutants of what is right."""
    every, clean = written()
    yield from every
    random = Random(seed)
    while True:
        yield changed(random, random.choice(clean))


def fixes(count: int, seed: int = 1) -> Iterator[Followed]:
    """So many fixes."""
    done = 0
    for text in texts(seed):
        for one in follow(text):
            yield one
            done += 1
            if done >= count:
                return


def main() -> None:
    """Follow fixes and print what was wrong with them."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    kinds: Counter[str] = Counter()
    wrong = []
    for one in fixes(count, int(sys.argv[2]) if len(sys.argv) > 2 else 1):
        kinds[one.fault.code] += 1
        if one.wrong:
            wrong.append(one)
    for one in wrong[:60]:
        print(
            f"{one.fault.code}: {one.wrong}\n  {one.text[:300]!r}\n  {one.after[:300]!r}\n  {one.fault.message} · {one.fault.hint}"
        )
    print(f"{count} fixes of {len(kinds)} codes, {len(wrong)} wrong; most: {kinds.most_common(8)}")


if __name__ == "__main__":
    main()
