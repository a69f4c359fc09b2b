"""``repasse test --mutantes``: which small errors in formulas, types and directory no case would notice."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import attrs
import click

from formula.diagnostics import in_language
from repl.command.testing_wish import Wish
from repl.messages import message, plural
from repl.showing.console import FAULTY, FINE, INTERRUPTED, Console
from routing.testing.case import Case
from routing.testing.proposing.mutants import SORTS, Mutant, Target, mutants, targets
from routing.testing.proposing.site_mutants import site_mutants, site_targets
from routing.testing.report import shown_path
from routing.testing.suite import Entry, Suite


@attrs.define(eq=False)
class Score:
    """The mutants of one formula."""

    target: Target
    found: list[Mutant] = attrs.field(factory=list)

    def count(self, ended: str) -> int:
        """How many ended so."""
        return sum(one.ended == ended for one in self.found)


def search(console: Console, suite: Suite, chosen: list[Entry], wish: Wish) -> int:
    """Exit code 1 when a mutant survives; Ctrl-C tells what is known so far."""
    del suite
    began = time.perf_counter()
    scores: list[Score] = []
    failing: list[Case] = []
    code = FINE
    try:
        for target in targets(
            [(entry.case, entry.bench) for entry in chosen if entry.case is not None and not entry.case.skip], failing
        ):
            score = Score(target)
            scores.append(score)
            score.found += mutants(target, told if sys.stderr.isatty() else None)
        for target, changes in site_targets(
            [(entry.case, entry.bench) for entry in chosen if entry.case is not None and not entry.case.skip]
        ):
            score = Score(target)
            scores.append(score)
            score.found += site_mutants(target, changes, told if sys.stderr.isatty() else None)
    except KeyboardInterrupt:
        code = INTERRUPTED
        console.say(message("\ninterrompido: aqui está o que já se sabe"), error=True)
    if sys.stderr.isatty():
        click.echo("\r" + " " * 40 + "\r", nl=False, err=True)
    if wish.form == "json":
        console.say_json(as_json(scores, console.language))
    else:
        for score in scores:
            say_score(console, score)
        if failing:
            console.say(
                plural(
                    len(failing),
                    "{numero} caso que já falha ficou de fora: {nomes}",
                    "{numero} casos que já falham ficaram de fora: {nomes}",
                    numero=len(failing),
                    nomes="; ".join(one.name for one in failing[:5]),
                ),
                error=True,
            )
        seconds = f"{time.perf_counter() - began:.1f}".replace(".", ",")
        whole = sum(score.count("noticed") + score.count("survived") for score in scores)
        console.say(
            message(
                "{percebidos} de {todos} mutantes percebidos em {segundos} s",
                percebidos=sum(score.count("noticed") for score in scores),
                todos=whole,
                segundos=seconds,
            )
        )
    if code == FINE and any(score.count("survived") for score in scores):
        return FAULTY
    return code


def told(done: int, whole: int) -> None:
    """One line that changes."""
    click.echo(f"\r{done} de {whole} mutantes", nl=False, err=True)


def say_score(console: Console, score: Score) -> None:
    """A formula: its score, then each survivor with a case that would notice."""
    noticed, survived = score.count("noticed"), score.count("survived")
    name = shown_path(Path(score.target.formula.path)) if score.target.formula.path else score.target.formula.code
    console.say(
        plural(
            score.target.cases,
            "{formula}: {percebidos} de {todos} mutantes percebidos por {casos} caso",
            "{formula}: {percebidos} de {todos} mutantes percebidos por {casos} casos",
            formula=name,
            percebidos=noticed,
            todos=noticed + survived,
            casos=score.target.cases,
        )
    )
    grouped: dict[str, list[Mutant]] = {}
    for one in score.found:
        if not one.would_notice and one.ended in {"survived", "equivalent"}:
            grouped.setdefault(str(one.reason), []).append(one)
        if not one.would_notice:
            continue
        tipo, said = SORTS[one.change.sort], one.change.said
        if one.line:
            console.say(message("  linha {linha}, {tipo}: {mudanca}: nenhum caso percebe", linha=one.line, tipo=tipo, mudanca=said))
        else:
            console.say(message("  {tipo}: {mudanca}: nenhum caso percebe", tipo=tipo, mudanca=said))
        console.say(message("    este caso perceberia:"))
        for line in one.would_notice.splitlines():
            console.say(f"      {line}")
    for alike in sorted(grouped.values(), key=lambda those: those[0].ended):
        say_group(console, alike)


def say_group(console: Console, alike: list[Mutant]) -> None:
    """Mutants without a case that would notice them, under their common reason."""
    first = alike[0]
    reason = first.reason or ""
    if first.ended == "equivalent":
        console.say(
            plural(
                len(alike),
                "  {numero} equivalente, que não conta: {motivo}",
                "  {numero} equivalentes, que não contam: {motivo}",
                numero=len(alike),
                motivo=reason,
            )
        )
    else:
        console.say(message("  {numero} que nenhum caso percebe: {motivo}", numero=len(alike), motivo=reason))
    for one in alike:
        if one.line:
            console.say(message("    linha {linha}: {mudanca}", linha=one.line, mudanca=one.change.said))
        else:
            console.say(message("    {mudanca}", mudanca=one.change.said))


def as_json(scores: list[Score], language: str) -> dict[str, object]:
    """The scores as one document."""
    return {
        "formulas": [
            {
                "code": score.target.formula.code, "noticed": score.count("noticed"), "survived": score.count("survived"),
                "invalid": score.count("invalid"), "equivalent": score.count("equivalent"),
                "mutants": [
                    {
                        "line": one.line or None, "sort": one.change.sort, "text": one.change.text,
                        "change": in_language(one.change.said, language),
                        "ended": one.ended, "by": one.by or None, "case": one.would_notice or None,
                        "reason": in_language(one.reason, language) if one.reason is not None else None,
                    }
                    for one in score.found
                ],
            }
            for score in scores
        ]
    }  # fmt: skip
