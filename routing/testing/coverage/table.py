"""Coverage as a table for the terminal, and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from formula.diagnostics import in_language
from routing.domain.flow import CLOCK, TRANSITIONS
from routing.domain.gates import REFUSING
from routing.messages import message, plural
from routing.testing.coverage.measure import Choice, FormulaMeasure, Measures, SiteMeasure
from routing.testing.report import shown_path


def table_lines(measures: Measures, language: str = "pt") -> Iterator[str]:
    """A row for each formula, what is missing below it, the total, then each site."""

    def say(text: str) -> str:
        return in_language(text, language)

    found = sorted(measures.formulas.values(), key=lambda one: (one.path, one.code))
    names = [name_of(one) for one in found]
    wide = max([len(name) for name in names] + [len(say(TITLES[0]))])
    yield row([say(title) for title in TITLES], wide)
    for name, one in zip(names, found, strict=True):
        yield row([name, *(share(pair) for pair in (one.line_count, one.branch_count, one.condition_count))], wide)
        yield from (f"    {say(line)}" for line in missing_lines(one))
    yield row([say(message("total")), *(share(pair) for pair in measures.totals())], wide)
    for site in measures.sites.values():
        if site.moves:
            yield from (say(line) for line in site_lines(site, measures.of_site(site)))


TITLES = (message("fórmula"), message("linhas"), message("ramos"), message("condições"))


def row(cells: Sequence[str], wide: int) -> str:
    """A line of the table."""
    return f"{cells[0]:<{wide}}  " + "  ".join(f"{cell:>13}" for cell in cells[1:])


def share(pair: tuple[int, int]) -> str:
    """``7/8  87%``; whole percents are cut, so that 100 means all."""
    reached, everything = pair
    return f"{reached}/{everything} {100 * reached // everything:>4}%" if everything else "–"


def name_of(one: FormulaMeasure) -> str:
    """The file of a formula, or its code."""
    from pathlib import Path

    return shown_path(Path(one.path)) if one.path else one.code


def missing_lines(one: FormulaMeasure) -> Iterator[str]:
    """What no case reached."""
    lines = sorted(one.lines - one.reached)
    if lines:
        yield message("linhas sem caso: {linhas}", linhas=ranges(lines))
    for choice, answer in one.missing_branches():
        if choice.line in one.reached:
            yield message(
                "linha {linha}: {condicao} nunca é {resposta}",
                linha=choice.line,
                condicao=one.source.slice(choice.span),
                resposta="VERDADE" if answer else "FALSO",
            )
    whole = {choice.span for choice in one.tests}
    for choice, answer in one.missing_conditions():
        if choice.span not in whole and choice.line in one.reached:
            yield message(
                "linha {linha}: a condição {condicao} nunca é {resposta}",
                linha=choice.line,
                condicao=one.source.slice(choice.span),
                resposta="VERDADE" if answer else "FALSO",
            )


def ranges(lines: Sequence[int]) -> str:
    """``3–5, 9``."""
    made: list[list[int]] = []
    for line in lines:
        if made and made[-1][1] == line - 1:
            made[-1][1] = line
        else:
            made.append([line, line])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in made)


def site_lines(site: SiteMeasure, formulas: Sequence[FormulaMeasure]) -> Iterator[str]:
    """Steps, edges, handoff kinds, gates, actions and mails of a site, and the effects of its formulas."""
    name = site.bench.folder.name if site.bench.folder is not None else "–"
    yield plural(
        site.moves,
        "ambiente {nome}: {movimentos} movimento",
        "ambiente {nome}: {movimentos} movimentos",
        nome=name,
        movimentos=site.moves,
    )
    parts = (
        (message("etapas"), site.all_steps(), site.steps, lambda one: f"{one[0]}:{one[1]}"),
        (message("fluxos"), site.all_edges(), site.edges, lambda one: f"{one[0]}:{one[1]}→{one[2]}"),
        (message("tipos de repasse"), site.all_kinds(), site.kinds, str),
        (message("verificações com recusa"), set(REFUSING), site.gates, str),
        (message("ações"), site.all_actions(), site.actions, lambda one: ALL_ACTIONS[one].name),
        (message("e-mails"), site.all_mails(may_copy(formulas)), site.mails, lambda one: MAIL_NAMES[one]),
        (
            message("efeitos das fórmulas"), every_effect(formulas), every_effect(formulas) - missing_effects(formulas),
            lambda one: f"{one[0]}:{one[1]}",
        ),
    )  # fmt: skip
    for title, everything, reached, shown in parts:
        if not everything:
            continue
        left = sorted(everything - reached, key=lambda one: (len(one), one) if isinstance(one, str) else one)
        rest = message("; faltam {lista}", lista=", ".join(shown(one) for one in left)) if left else ""
        yield message(
            "  {o_que}: {share}{resto}", o_que=title, share=share((len(everything & reached), len(everything))), resto=rest
        )


ALL_ACTIONS = {**TRANSITIONS, **CLOCK}
MAIL_NAMES = {
    "handoff": message("de repasse"), "handoff_copy": message("de fórmula"), "opening": message("de abertura"),
    "reminder": message("de lembrete"),
}  # fmt: skip


def every_effect(formulas: Sequence[FormulaMeasure]) -> set[tuple[str, int, int]]:
    """The effects of formulas: code, line, and where it stands."""
    return {(one.code, effect.line, effect.span.start) for one in formulas for effect in one.effects}


def missing_effects(formulas: Sequence[FormulaMeasure]) -> set[tuple[str, int, int]]:
    """Those that no run asked for."""
    return {(one.code, effect.line, effect.span.start) for one in formulas for effect in one.missing_effects()}


def may_copy(formulas: Sequence[FormulaMeasure]) -> bool:
    """Whether a formula asks for mails of its own."""
    return any("ENVIAEMAILREPASSE" in one.source.text.upper() for one in formulas)


def further(site: SiteMeasure, formulas: Sequence[FormulaMeasure]) -> dict[str, list[int]]:
    """Actions, mails and effects as data: reached, and all."""
    effects, actions, mails = every_effect(formulas), site.all_actions(), site.all_mails(may_copy(formulas))
    return {
        "actions": [len(actions & site.actions), len(actions)],
        "mails": [len(mails & site.mails), len(mails)],
        "effects": [len(effects - missing_effects(formulas)), len(effects)],
    }


def answer_json(one: FormulaMeasure, choice: Choice, answer: bool) -> dict[str, Any]:
    """An answer that was never given."""
    return {"line": choice.line, "text": one.source.slice(choice.span), "answer": answer}


def as_json(measures: Measures) -> dict[str, Any]:
    """The figures as data: pairs of reached and all."""
    lines, branches, conditions = measures.totals()
    return {
        "percent": round(measures.percent(), 2),
        "lines": list(lines), "branches": list(branches), "conditions": list(conditions),
        "formulas": [
            {
                "code": one.code, "path": one.path or None, "lines": list(one.line_count), "branches": list(one.branch_count),
                "conditions": list(one.condition_count), "missing_lines": sorted(one.lines - one.reached),
                "missing_branches": [answer_json(one, *missing) for missing in one.missing_branches()],
                "missing_conditions": [answer_json(one, *missing) for missing in one.missing_conditions()],
            }
            for one in sorted(measures.formulas.values(), key=lambda one: (one.path, one.code))
        ],
        "sites": [
            {
                "folder": str(site.bench.folder or ""), "steps": [len(site.all_steps() & site.steps), len(site.all_steps())],
                "edges": [len(site.all_edges() & site.edges), len(site.all_edges())],
                "kinds": [len(site.all_kinds() & site.kinds), len(site.all_kinds())],
                "gates": [len(set(REFUSING) & site.gates), len(REFUSING)],
                **further(site, measures.of_site(site)),
            }
            for site in measures.sites.values()
            if site.moves
        ],
    }  # fmt: skip
