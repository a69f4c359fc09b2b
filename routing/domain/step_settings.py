"""What a step's set-up says and does not mean, told alike by a plan and by ``check``: formulas that fill obligatory fields only
after G8 has looked at them (rout-28), a step's formula that is lost or decides nothing, copies of another handoff (S:82).

G8 stands before all that formulas change in an advance: what the one that chose the step wrote is done after it, and those of
leaving, of the handoff and of entering run after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from formula.messages import Message
from routing.domain.decision import Reason
from routing.domain.model import Step, TicketType
from routing.messages import message

LITERAL = re.compile(r"'((?:[^']|'')*+)'|\"((?:[^\"]|\"\")*+)\"")
WRITTEN = re.compile(r"(?:^|;)\s*+(PARAMETRO)?[0-9]*+\s*+(?:\.\s*+)?([^\W\d]\w*+)\s*+=")
CALLED = re.compile(r"\bFORMULA\s*+\(\s*+['\"]([^'\"]*+)['\"]", re.IGNORECASE)
ACTIONS = {"ADICIONARDISCUSSAO": "ACAO.DISCUSSAO", "ADICIONARSOLUCAO": "ACAO.SOLUCAO", "ADICIONARSOLICITACAO": "ACAO.SOLICITACAO"}

Late = tuple[str, Message]
"""The code of a formula, and how it is spoken of."""


def late_formulas(kind: TicketType, left: Step | None, target: Step, ways: int) -> Iterator[Late]:
    """The formulas of an advance whose changes come after G8, in the order in which they run."""
    if left is not None:
        yield from leaving_formulas(kind, left, ways)
    receiving = target.formula or kind.formula
    if (target.handoff or kind.handoff) == "formula" and receiving:
        yield receiving, message("a fórmula de repasse '{codigo}'", codigo=receiving)
    yield from ((code, message("a fórmula de entrada '{codigo}'", codigo=code)) for code in target.on_entry)


def leaving_formulas(kind: TicketType, left: Step, ways: int) -> Iterator[Late]:
    """Those that belong to the step that is left: the ones that choose where the flow divides, and those of leaving it."""
    if ways > 1:
        chosen = dict.fromkeys(code for code in (left.formula, kind.formula) if code)
        yield from ((code, message("a fórmula que escolhe a etapa, '{codigo}'", codigo=code)) for code in chosen)
    yield from ((code, message("a fórmula de saída '{codigo}'", codigo=code)) for code in left.on_exit)


def filled_by(code: str, texts: Mapping[str, str], seen: frozenset[str] = frozenset()) -> frozenset[str]:
    """The obligatory items that a formula may fill, with those of the formulas it calls."""
    key = code.strip().upper()
    text = texts.get(key, "")
    if not text or key in seen:
        return frozenset()
    made, others = filled_in(text)
    return made.union(*(filled_by(called, texts, seen | {key}) for called in others))


@lru_cache(maxsize=1_024)
def filled_in(text: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """What a formula's own text fills, and the formulas it calls."""
    upper = text.upper()
    made = {item for name, item in ACTIONS.items() if re.search(rf"\b{name}\b", upper)}
    if "ALTERARCAMPOATENDIMENTO" in upper:
        for first, second in LITERAL.findall(upper):
            made |= {f"PARAMETRO.{name}" if parameter else name for parameter, name in WRITTEN.findall(first or second)}
    return frozenset(made), tuple(CALLED.findall(text))


def filling_late(late: Iterable[Late], items: Iterable[str], texts: Mapping[str, str]) -> tuple[Message, list[str]] | None:
    """The first of these formulas that fills one of the items, and those it fills."""
    wanted = list(items)
    for code, said in late:
        filled = filled_by(code, texts)
        found = [item for item in wanted if item.upper() in filled]
        if found:
            return said, found
    return None


def lost_formula(kind: TicketType, step: Step) -> Reason | None:
    """A step that hands off by formula and names none: its type's counts. Where a ticket opens, the key says that opening hands
    off, and is no slip."""
    if step.handoff != "formula" or step.formula is not None or kind.formula is None or step.entry or step.possible_entry:
        return None
    said = message(
        "a etapa '{etapa}' repassa por fórmula e não diz qual: vale a do tipo, {codigo}", etapa=step.name, codigo=kind.formula
    )
    return Reason("formula-do-tipo", said, message('escreva formula = "…" na etapa, se ela deve ter a sua'))


def idle_formula(kind: TicketType, step: Step) -> Message | None:
    """A step's formula that decides nobody, since the step hands off another way."""
    handoff = step.handoff or kind.handoff
    if step.formula is None or handoff == "formula":
        return None
    return message(
        "a fórmula {codigo} da etapa '{etapa}' não decide quem recebe: o tipo de repasse é '{tipo}'",
        codigo=step.formula,
        etapa=step.name,
        tipo=handoff,
    )


def copy_outside(kind: TicketType, code: str) -> Reason | None:
    """ENVIAEMAILREPASSE in a type that hands off another way (S:82)."""
    if kind.handoff == "formula":
        return None
    said = message(
        "ENVIAEMAILREPASSE da fórmula {codigo} só vale em tipos que repassam por fórmula; '{tipo}' repassa por '{repasse}'",
        codigo=code,
        tipo=kind.name,
        repasse=kind.handoff,
    )
    return Reason("copia-sem-repasse-por-formula", said, message('escreva repasse = "formula" no tipo, ou tire a chamada'))
