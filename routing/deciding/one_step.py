"""One step at most may be asked for in one run of a formula, and by the formulas of one step (taa.md, Decisions).

Two different ones would carry a ticket through a step in which nobody decided anything. The refusal names both places.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from formula.effects import Advance, Effect
from formula.messages import Message
from formula.names import name_key
from routing.deciding.move import Asked, Move, refuse
from routing.domain.flow import find_step, step_name
from routing.domain.model import Step
from routing.messages import message

if TYPE_CHECKING:
    from formula.runtime.record import Record

CODE = "duas-etapas-pedidas"
HINT = message("deixe um só AVANCARETAPA para cada caminho da fórmula, com SE … SENAO … FIMSE")


def gate_one_step(move: Move, record: Record) -> None:
    """G7: a run asks for one step, perhaps more than once. Cheap where it asks for one or none."""
    effects = record.outcome.effects
    asked = [number for number, effect in enumerate(effects) if isinstance(effect, Advance)]
    for first, second in pairwise(asked):
        one, other = effects[first], effects[second]
        assert isinstance(one, Advance)
        assert isinstance(other, Advance)
        if same_step(move, one.step, other.step):
            continue
        said = message(
            "a fórmula pede duas etapas de uma vez: {uma} em {lugar} e {outra} em {outro_lugar}",
            uma=shown_step(move, one.step),
            lugar=place_of(move, record, first),
            outra=shown_step(move, other.step),
            outro_lugar=place_of(move, record, second),
        )
        refuse("G7", CODE, said, HINT)


def queue_advance(move: Move, effect: Advance, formula: str) -> None:
    """Have an advance done after the arrival, unless another formula of this step asked for the same. Not another one."""
    for waiting in move.pending:
        if not isinstance(waiting.effect, Advance):
            continue
        if same_step(move, waiting.effect.step, effect.step):
            return
        said = message(
            "as fórmulas da etapa pedem duas etapas de uma vez: {codigo} pede {uma}, e {outro_codigo} pede {outra}",
            codigo=waiting.formula,
            uma=shown_step(move, waiting.effect.step),
            outro_codigo=formula,
            outra=shown_step(move, effect.step),
        )
        refuse("G7", CODE, said, message("deixe só uma das fórmulas da etapa pedir o avanço"))
    move.pending.append(Asked(effect, formula))


def gate_same_way(move: Move, effects: Iterable[Effect], target: Step, formula: str) -> None:
    """G7: a formula run on leaving a step asks for no other step than the one under way."""
    for effect in effects:
        if isinstance(effect, Advance) and not same_step(move, effect.step, target.code):
            said = message(
                "o avanço vai para {etapa}, mas a fórmula de saída {codigo} pede {outra}",
                etapa=shown_step(move, target.code),
                codigo=formula,
                outra=shown_step(move, effect.step),
            )
            refuse("G7", CODE, said, message("escolha a etapa no pedido, ou na fórmula que decide o avanço"))


def same_step(move: Move, one: str | int, other: str | int) -> bool:
    """Whether two ways to write a step mean one: its code, or its name in any letter case."""
    if name_key(str(one)) == name_key(str(other)):
        return True
    found = find_step(move.site, move.ticket.type, one)
    return found is not None and found == find_step(move.site, move.ticket.type, other)


def shown_step(move: Move, wanted: str | int) -> str:
    """A step as people know it; one that the type does not have as it is written."""
    found = find_step(move.site, move.ticket.type, wanted)
    return f"'{wanted}'" if found is None else step_name(move.site, move.ticket.type, found.code)


def place_of(move: Move, record: Record, number: int) -> Message:
    """Where a run asked for its effect of a number, in the formula itself or in one that it called."""
    step = next(step for step in range(len(record)) if record.before + record.effects_after(step) > number)
    for called in record.called(step):
        if called.before <= number < called.before + len(called.asked):
            return place_of(move, called, number)
    start = record.source.position(record.point(step).span.start)
    known = move.site.formulas.get(record.source.name.upper())
    name = record.source.name if known is None else known.code
    return message("{formula}, linha {linha}, coluna {coluna}", formula=name, linha=start.line, coluna=start.column)
