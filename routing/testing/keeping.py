"""A plan of real life kept as a case: with the rows it was decided by, people masked when asked, and run before it is shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import attrs

from formula.messages import Message
from routing.domain.decision import Plan
from routing.domain.site import Site
from routing.exchange.cases import NOT_KEPT, outcome, tables_of, tables_of_all, text_of
from routing.exchange.masks import Masks
from routing.messages import message
from routing.testing.bench import Bench, ticket_of
from routing.testing.case import SUFFIX, Case
from routing.testing.cases import cases_of
from routing.testing.report import failure_text
from routing.testing.run import PASSED, observe_moves, run_case

NEW_FILE = f"gravados{SUFFIX}"
"""Where a case that goes to no file is taken to stand."""


class Unkeepable(Exception):
    """A plan that makes no case; ``detail`` is how the case fails, in several lines."""

    def __init__(self, sentence: Message, hint: Message | None = None, detail: str = "") -> None:
        """Keep what is to be said."""
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint
        self.detail = detail


@attrs.frozen
class Kept:
    """The text of a case, ``[[caso]]`` first. ``otherwise``: with the names masked, the rules decide something else."""

    name: str
    text: str
    otherwise: bool = False


def kept(
    plan: Plan, name: str, bench: Bench, place: Path, *, before: str = "", site: Site | None = None, masks: Masks | None = None,
    earlier: Sequence[Plan] = (),
) -> Kept:  # fmt: skip
    """A plan as a case that passes on a bench, at the end of a file's text ``before``. Where it does not pass alone, the
    ``earlier`` moves of its ticket come first. Raises Unkeepable."""
    if plan.action in NOT_KEPT:
        raise Unkeepable(
            message("um caso não guarda e-mails escritos à mão"),
            message("guarde o movimento que vem depois: repasse case PASTA ATENDIMENTO avançar"),
        )
    if plan.before is None and plan.request.draft is None:
        raise Unkeepable(message("o atendimento {chave} não existe", chave=plan.ticket))
    where = site if site is not None else bench.site
    plans: Sequence[Plan] = (plan,)
    try:
        text = passing((plan,), name, bench, place, before, where)
    except Unkeepable:
        if not earlier or any(one.action in NOT_KEPT for one in earlier):
            raise
        plans = (*earlier, plan)
        text = passing(plans, name, bench, place, before, where)
    if masks is None:
        return Kept(name, text)
    name, masked = masks.text(name), [masks.plan(one) for one in plans]
    tables = masks.values(tables_of_all(plans, where))
    again = decided(last_case(before + text_of(masked, name, tables), place), bench)
    otherwise = outcome(again) != outcome(plan)
    shown = [*masked[:-1], attrs.evolve(again, before=masked[-1].before, request=masked[-1].request)]
    return Kept(name, verified(text_of(shown, name, tables, addresses=False), bench, place, before), otherwise)


def passing(plans: Sequence[Plan], name: str, bench: Bench, place: Path, before: str, site: Site) -> str:
    """The text of a case of some plans that passes. Raises Unkeepable."""
    return verified(text_of(plans, name, tables_of_all(plans, site)), bench, place, before)


def verified(text: str, bench: Bench, place: Path, before: str) -> str:
    """The text of a case that passes at the end of a file. Raises Unkeepable."""
    result = run_case(last_case(before + text, place), bench)
    if result.status == PASSED:
        return text
    raise Unkeepable(
        message("o caso não passa com as regras da pasta, e por isso não foi gravado"),
        message(
            "ou as regras mudaram desde a decisão (repasse decision PASTA N --again diz), ou ela dependeu do que um caso não "
            "guarda: históricos, votos, cargas, rodízios"
        ),
        failure_text(result),
    )


def last_case(text: str, place: Path) -> Case:
    """The case at the end of a text."""
    file = cases_of(text, place)
    if not file.cases:
        fault = file.faults[0].message if file.faults else message("o arquivo não tem casos")
        raise Unkeepable(message("'{caminho}' não aceita mais um caso: {motivo}", caminho=str(place), motivo=fault))
    return file.cases[-1]


def decided(case: Case, bench: Bench) -> Plan:
    """What the last move of a case does."""
    ticket, faults = ticket_of(bench, case)
    faults = [*case.faults, *faults]
    if faults or ticket is None:
        raise Unkeepable(message("o caso mascarado não pode ser lido: {motivo}", motivo=faults[0].message if faults else ""))
    *_, (_, seen) = observe_moves(case, bench.site_for(case.given), ticket)
    assert seen.plan is not None
    return seen.plan


def text_before(target: Path) -> str:
    """What a file of cases holds, ready for one more; nothing when it is not there. Raises OSError, UnicodeDecodeError."""
    if not target.exists():
        return ""
    before = target.read_text(encoding="utf-8-sig")
    return before + ("" if not before or before.endswith("\n") else "\n") + ("\n" if before else "")


def add_case(target: Path, make: Callable[[str, Collection[str]], Kept]) -> Kept:
    """One more case at the end of a file; what it holds stays as it is. ``make`` gets the text before and the names it has.

    Raises Unkeepable, OSError, UnicodeDecodeError.
    """
    before = text_before(target)
    file = cases_of(before, target)
    wrong = [one for one in file.every_fault if one.severity == "error"] if before.strip() else []
    if wrong:
        raise Unkeepable(
            message("'{caminho}' não aceita mais um caso: {motivo}", caminho=str(target), motivo=wrong[0].message),
            message("escolha outro arquivo"),
        )
    made = make(before, {case.name for case in file.cases})
    old = target.read_bytes() if target.exists() else b""
    gap = "" if not old else "\n" if old.endswith(b"\n") else "\n\n"
    with target.open("a", encoding="utf-8", newline="") as out:
        out.write(gap + made.text)
    return made


def target_of(path: str) -> Path:
    """A file of cases by its path, with its ending or without."""
    return Path(path if path.endswith(SUFFIX) else path + SUFFIX)


def unused(name: str, taken: Collection[str]) -> str:
    """A name, with a number after it where a case has it already."""
    return next(one for one in (name, *(f"{name} ({number})" for number in range(2, 100_000))) if one not in taken)


__all__ = ["Kept", "Masks", "Unkeepable", "add_case", "kept", "tables_of", "target_of", "unused"]
