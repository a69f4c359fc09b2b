"""Branches of formulas that no ticket takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from formula.engine import examine
from formula.reading.tree import If, While, every_statement
from routing.domain.site import Site, formula_codes
from routing.messages import message
from routing.proving.answers import Answer
from routing.proving.builtin.looking import Report
from routing.proving.builtin.survey import Branch
from routing.proving.proving import all_assumed
from routing.proving.rules import looks_of


def dead_branches(site: Site, reports: Sequence[Report], taken: set[Branch], wanted: str) -> Iterator[Answer]:
    """For each formula that types use, whether every branch is taken by some ticket."""
    for code in dict.fromkeys(code for report in reports for code in formula_codes(report.kind)):
        if code not in site.formulas or (wanted and code != wanted):
            continue
        mine = [report for report in reports if code in looks_of(site, report.kind).codes]
        missing = [(place, point, answer) for place, point, answer in points(site, code) if (code, point, answer) not in taken]
        dead = [
            place
            for place, point, answer in missing
            if all(not report.left and all(day.misses((code, point, answer)) for day in report.days) for report in mine)
        ]
        left = dict.fromkeys(why for report in mine for why in report.missed(lambda day: day.whole)) if missing else {}
        yield dead_branch(
            site,
            code,
            [place for place, _, _ in missing],
            dead,
            (*all_assumed([one for report in mine for one in report.explorers]),),
            tuple(left),
            sum(report.tried for report in mine),
            sum(report.seconds for report in mine),
        )


def dead_branch(
    site: Site,
    code: str,
    missing: Sequence[str],
    dead: Sequence[str],
    assumptions: tuple[str, ...],
    left: tuple[str, ...],
    tried: int,
    seconds: float,
) -> Answer:
    """One formula: ``missing`` are branches that nobody was seen to take, ``dead`` those of them that nobody can."""
    name = message("{formula} não tem ramo morto", formula=site.formulas[code].code)
    common: dict[str, Any] = {"name": name, "kind": "dead_branch", "tried": tried, "seconds": seconds}
    if not missing:
        return Answer(answer="proved", because=message("cada ramo é tomado por algum atendimento"), **common)
    if dead:
        return Answer(
            answer="fails", because=message("nenhum atendimento toma: {lugares}", lugares=", ".join(dead)), assumptions=assumptions,
            where=tuple(dead), **common,
        )  # fmt: skip
    return Answer(
        answer="held" if tried else "undecided",
        because=message("faltou ver quem toma: {lugares}", lugares=", ".join(missing)),
        assumptions=(*assumptions, *left),
        **common,
    )


def points(site: Site, code: str) -> list[tuple[str, int, bool]]:
    """The branches of a formula: where for people, the place of the condition, the answer that takes it."""
    text = site.formulas[code]
    users = [kind.code for kind in site.types.values() if code in looks_of(site, kind).codes]
    checked, _, source = examine(text.text, site.schema(users[0] if users else None), name=text.code)
    made: list[tuple[str, int, bool]] = []
    if checked is None:
        return made
    for statement in every_statement(checked.tree):
        if isinstance(statement, If):
            where = source.position(statement.condition.span.start)
            made.append(
                (
                    message("{codigo}, linha {linha} (ENTAO)", codigo=text.code, linha=where.line),
                    statement.condition.span.start,
                    True,
                )
            )
            if statement.otherwise:
                made.append(
                    (
                        message("{codigo}, linha {linha} (SENAO)", codigo=text.code, linha=where.line),
                        statement.condition.span.start,
                        False,
                    )
                )
        elif isinstance(statement, While):
            where = source.position(statement.condition.span.start)
            made.append(
                (
                    message("{codigo}, linha {linha} (laço)", codigo=text.code, linha=where.line),
                    statement.condition.span.start,
                    True,
                )
            )
    return made
