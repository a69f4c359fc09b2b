"""Carrying out ``repasse test``: run, tell, write what was asked for."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from formula.diagnostics import in_language
from formula.printing.render import render
from repl.command.testing_telling import (
    annotate,
    failures_by_line,
    obsolete_json,
    say_failures_by_line,
    say_obsolete,
    say_slowest,
    say_unstable,
    slowest,
    unstable_json,
)
from repl.command.testing_wish import Ended, Wish
from repl.messages import message
from repl.showing.console import FAULTY, FINE, Console, Refusal, why
from routing.messages import how_to_add
from routing.testing.many import passed_elsewhere, unstable
from routing.testing.report import failure_text, shown_path
from routing.testing.run import FAILED, PASSED, SKIPPED, Result
from routing.testing.suite import Entry, Suite, find_files, focused, gather, wanted, with_properties

if TYPE_CHECKING:
    from routing.proving.answers import Answer
    from routing.releases.replay import Tally
    from routing.testing.coverage.measure import Measures

ALONE = (
    "update", "watch", "prune", "mutantes", "gerar", "coverage", "html", "lcov", "cobertura_xml", "dados", "minimo", "junit",
    "report", "replay", "slowest", "repeat",
)  # fmt: skip
"""Options that ``--contra`` does not go with."""
PAUSE = 0.4
"""Seconds between two looks at the files of ``--watch``."""


def carry_out(console: Console, wish: Wish) -> int:
    """Once, or again at every change."""
    if wish.ci and (wish.update or wish.watch):
        raise Refusal(message("--ci não grava nada e executa uma vez: tire --update e --watch"))
    if wish.ci and wish.prune:
        raise Refusal(message("--ci não grava nada: tire --prune"))
    if wish.repeat and wish.update:
        raise Refusal(message("--repetir compara o que os casos fazem: tire --update"))
    alone = [name for name in ALONE if getattr(wish, name)]
    if wish.contra is not None and alone:
        raise Refusal(message("--contra só compara: tire --{opcao}", opcao=alone[0]))
    if wish.files:
        need_coverage()
    if wish.gerar is not None:
        from repl.command.testing_proposals import propose

        return propose(console, wish.gerar, wish.paths)
    if wish.watch:
        return watched(console, wish)
    return once(console, wish)


def need_coverage() -> None:
    """coverage.py is an extra."""
    try:
        import coverage  # noqa: F401 - only whether it is there
    except ImportError as missing:
        raise Refusal(
            message("relatórios de cobertura em arquivo precisam do coverage.py"),
            how_to_add("tests"),
        ) from missing


def once(console: Console, wish: Wish) -> int:
    """Run what was asked for and tell."""
    began = time.perf_counter()
    suite, chosen = gathered(wish)
    if wish.contra is not None:
        from repl.command.testing_versions import compare

        return compare(console, chosen, wish)
    if wish.mutantes:
        from repl.command.testing_mutants import search

        return search(console, suite, chosen, wish)
    measures = new_measures() if wish.measured else None
    ended = list(run_all(console, wish, suite, chosen, measures))
    moving = unstable(suite, chosen, wish.repeat) if wish.repeat else []
    for path in suite.save():
        console.say(message("retratos gravados em {arquivo}: revise-os antes de guardar", arquivo=shown_path(path)), error=True)
    obsolete = list(suite.obsolete())
    if wish.prune:
        for kept, names in obsolete:
            kept.write({}, names)
    seconds = time.perf_counter() - began
    replays = replayed(wish)
    if measures is not None:
        measures.add_untouched(bench for bench in suite.benches.found.values() if not wish.words)
    details = [(one, detail(one, console.language) if one.status == FAILED else "") for one in ended]
    if wish.form == "json":
        document = as_json(details, seconds, measures, console.language)
        document["groups"] = [
            {"where": where, "cases": [{"path": shown_path(one.case.path), "line": one.case.line, "name": one.case.name}
                                       for one in those]} for where, those in failures_by_line(ended).items()
        ]  # fmt: skip
        if wish.slowest:
            document["slowest"] = [
                {"path": shown_path(one.entry.file.path), "line": one.entry.line, "name": one.entry.name,
                 "seconds": round(one.seconds, 6)} for one in slowest(ended, wish.slowest)
            ]  # fmt: skip
        if obsolete and not wish.prune:
            document["obsolete"] = obsolete_json(obsolete)
        if wish.repeat:
            document["unstable"] = unstable_json(moving)
        if wish.replay:
            document["replay"] = {shown_path(folder): tally.as_json() for folder, tally in replays}
        console.say_json(document)
    else:
        say_failures(console, details)
        say_failures_by_line(console, ended)
        if measures is not None:
            say_coverage(console, measures)
        if replays:
            from repl.command.testing_versions import say_replays

            say_replays(console, replays)
        say_unstable(console, moving)
        say_slowest(console, ended, wish.slowest)
        say_undecided(console, ended)
        say_obsolete(console, obsolete, pruned=wish.prune)
        console.say(summary(ended, seconds))
    annotate(console, details)
    write_files(console, wish, details, measures, seconds)
    failed = any(one.status == FAILED for one in ended) or bool(moving) or changes(replays)
    return FAULTY if failed or below_minimum(console, wish, measures) else FINE


def replayed(wish: Wish) -> list[tuple[Path, Tally]]:
    """The recorded decisions made again, when asked for."""
    if not wish.replay:
        return []
    from repl.command.testing_versions import replay_stores

    return replay_stores(wish.paths)


def changes(replays: list[tuple[Path, Tally]]) -> bool:
    """Whether a decision would be another, or fail."""
    return any(tally.counts["changed"] or tally.counts["faults"] for _, tally in replays)


def gathered(wish: Wish) -> tuple[Suite, list[Entry]]:
    """The files and the cases that were asked for. Raises Refusal."""
    try:
        files = find_files(wish.paths or (".",))
    except FileNotFoundError as missing:
        raise Refusal(message("'{caminho}' não existe", caminho=str(missing))) from missing
    if not files and wish.replay:
        return gather([]), []
    if not files:
        raise Refusal(
            message("não há arquivos *.casos.toml em {lugar}", lugar=", ".join(wish.paths or (".",))),
            message(
                'um caso cabe em cinco linhas: formula = "CODIGO", [[caso]], nome = "…", contexto.campos.PRIORIDADE = "Alta", '
                'espera.valor = "1;3"'
            ),
        )
    try:
        suite = gather(files, wish.update)
        if not wish.mutantes and wish.contra is None:
            suite = with_properties(suite, wish.paths or (".",))
    except OSError as fault:
        raise Refusal(
            message("não foi possível ler '{caminho}': {motivo}", caminho=str(fault.filename), motivo=why(fault))
        ) from fault
    focus = next((entry for entry in suite.entries if entry.case is not None and entry.case.focus), None)
    if wish.ci and focus is not None:
        raise Refusal(
            message("{onde}: o caso '{nome}' tem foco, e --ci executa todos", onde=place_of(focus), nome=focus.name),
            message("tire foco = true"),
        )
    try:
        chosen = focused(wanted(suite.entries, wish.words))
    except ValueError as fault:
        raise Refusal(
            message("-k não entende '{palavras}'", palavras=wish.words), message("junte palavras com: e, ou, não, parênteses")
        ) from fault
    if not chosen:
        raise Refusal(message("nenhum caso tem '{palavras}'", palavras=wish.words))
    return suite, chosen


def new_measures() -> Measures:
    """Nothing measured yet."""
    from routing.testing.coverage.measure import Measures

    return Measures()


def run_all(console: Console, wish: Wish, suite: Suite, chosen: list[Entry], measures: Measures | None) -> Iterator[Ended]:
    """One after the other, with a sign for each on a terminal or in a log."""
    progress = Progress(shown=wish.form == "text")
    judged = judgements(chosen)
    watch = (lambda one: measures.watches(one.bench, one.case)) if measures is not None else None
    elsewhere = passed_elsewhere(suite, chosen) if watch is None else (None for _ in chosen)
    for entry, seconds in zip(chosen, elsewhere, strict=True):
        progress.begins(entry)
        if seconds is not None and entry.case is not None:
            done = Ended(entry, Result(entry.case, PASSED), seconds)
        else:
            began = time.perf_counter()
            result = suite.run(entry, watch)
            answer = None if entry.asked is None else judged(entry)
            done = Ended(entry, result, time.perf_counter() - began, answer)
            if result is not None and result.status == PASSED:
                result.observed = None  # only a failure is told; thousands of runs kept alive cost as much as making them
        progress.ended(done)
        yield done
        if wish.first_only and done.status == FAILED:
            break
    progress.over(console)


def judgements(chosen: Sequence[Entry]) -> Callable[[Entry], Answer]:
    """Answers to the properties that were chosen, each workspace's when its first is asked for, in one time for all of them."""
    known: dict[int, Answer] = {}

    def judged(entry: Entry) -> Answer:
        from routing.proving.checking import CHECK_SECONDS, answered

        if id(entry.asked) not in known:
            mine = [one.asked for one in chosen if one.asked is not None and one.bench is entry.bench]
            known.update((id(asked), answer) for asked, answer in answered(entry.bench.site, mine, CHECK_SECONDS))
        return known[id(entry.asked)]

    return judged


@attrs.define
class Progress:
    """A sign for each entry, file by file; written some at a time, as people see them."""

    shown: bool
    file: Path | None = None
    waiting: list[str] = attrs.field(factory=list)
    written: float = 0.0

    def begins(self, entry: Entry) -> None:
        """The name of a file before its first sign."""
        if self.shown and entry.file.path != self.file:
            self.waiting.append(("" if self.file is None else "\n") + shown_path(entry.file.path) + " ")
            self.file = entry.file.path
            self.write()

    def ended(self, done: Ended) -> None:
        """The sign of an entry."""
        if self.shown:
            self.waiting.append(SIGNS[done.status])
            if done.status != PASSED or time.monotonic() - self.written > SEEN:
                self.write()

    def write(self) -> None:
        """Put out what waits."""
        click.echo("".join(self.waiting), nl=False)
        self.waiting.clear()
        self.written = time.monotonic()

    def over(self, console: Console) -> None:
        """The end of the last line."""
        if self.shown:
            self.write()
            console.say()


SEEN = 0.1
"""Seconds within which signs are put out together."""
SIGNS = {
    PASSED: click.style(".", fg="green"),
    FAILED: click.style("F", fg="red", bold=True),
    SKIPPED: click.style("p", fg="yellow"),
}


def say_failures(console: Console, details: list[tuple[Ended, str]]) -> None:
    """Each failure in full, then what was left out."""
    ended = [one for one, _ in details]
    for one, text in details:
        if one.status == FAILED:
            console.say()
            console.say(
                click.style(f"✗ {one.entry.name}", fg="red", bold=True) + click.style(f"  ({place_of(one.entry)})", dim=True)
            )
            for line in text.splitlines():
                console.say(f"  {line}".rstrip())
    skipped = [one for one in ended if one.status == SKIPPED and one.result is not None]
    for one in skipped:
        console.say(message("– {nome}: pulado: {motivo}", nome=one.entry.name, motivo=one.result.reason if one.result else ""))
    if any(one.status == FAILED for one in ended):
        console.say()


def detail(one: Ended, language: str) -> str:
    """Why an entry failed."""
    if one.result is not None:
        return failure_text(one.result, language)
    if one.answer is not None:
        return f"{in_language(one.answer.because, language)}\n{one.answer.case or ''}".strip()
    assert one.entry.source is not None
    return render(one.entry.source, one.entry.faults, language)


def say_undecided(console: Console, ended: Sequence[Ended]) -> None:
    """The properties that their time did not decide, which fail nothing."""
    from repl.showing.releases import say_open
    from routing.proving.checking import CHECK_SECONDS

    folders: dict[Path, list[str]] = {}
    for one in ended:
        if one.answer is not None and one.answer.answer in {"held", "undecided"} and one.entry.bench.folder is not None:
            folders.setdefault(one.entry.bench.folder, []).append(one.entry.name)
    for folder, names in folders.items():
        say_open(console, names, shown_path(folder), CHECK_SECONDS)


def place_of(entry: Entry) -> str:
    """``casos/x.casos.toml:12``."""
    return f"{shown_path(entry.file.path)}:{entry.line}"


def say_coverage(console: Console, measures: Measures) -> None:
    """The table."""
    from routing.testing.coverage.table import table_lines

    console.say()
    for line in table_lines(measures, console.language):
        console.say(line)
    console.say()


def summary(ended: list[Ended], seconds: float) -> str:
    """How many of each, and how long."""
    count = {status: sum(one.status == status for one in ended) for status in (PASSED, FAILED, SKIPPED)}
    return message(
        "{passou} passaram, {falhou} falharam, {pulou} pulados em {segundos} s",
        passou=count[PASSED],
        falhou=count[FAILED],
        pulou=count[SKIPPED],
        segundos=f"{seconds:.2f}".replace(".", ","),
    )


def below_minimum(console: Console, wish: Wish, measures: Measures | None) -> bool:
    """Whether coverage is too low; said on stderr."""
    if wish.minimo is None or measures is None or measures.percent() >= wish.minimo:
        return False
    console.say(
        message(
            "cobertura de {tem}%, abaixo do mínimo de {minimo}%",
            tem=f"{measures.percent():.1f}".replace(".", ","),
            minimo=f"{wish.minimo:g}".replace(".", ","),
        ),
        error=True,
    )
    return True


def write_files(console: Console, wish: Wish, details: list[tuple[Ended, str]], measures: Measures | None, seconds: float) -> None:
    """JUnit, the report for people and reports of coverage."""
    try:
        if wish.junit:
            from repl.command.testing_junit import junit

            Path(wish.junit).write_bytes(junit(details, seconds))
        if wish.report:
            from repl.command.testing_report import page

            told = summary([one for one, _ in details], seconds)
            Path(wish.report).write_text(page(details, told, console.language), encoding="utf-8")
        if measures is not None and wish.files:
            write_coverage(console, wish, measures)
    except OSError as fault:
        raise Refusal(
            message("não foi possível escrever '{caminho}': {motivo}", caminho=str(fault.filename), motivo=why(fault))
        ) from fault


def write_coverage(console: Console, wish: Wish, measures: Measures) -> None:
    """The data file and the reports of coverage.py."""
    from tempfile import TemporaryDirectory

    from routing.testing.coverage.files import reports

    if not any(one.path for one in measures.formulas.values()):
        raise Refusal(message("nenhuma fórmula em arquivo foi executada: não há cobertura a escrever"))
    with TemporaryDirectory() as folder:
        data = Path(wish.dados) if wish.dados else Path(folder) / "dados"
        for place in reports(measures, html=wish.html, lcov=wish.lcov, cobertura=wish.cobertura_xml, data=data):
            console.say(message("cobertura em {lugar}", lugar=place), error=True)


def as_json(details: list[tuple[Ended, str]], seconds: float, measures: Measures | None, language: str) -> dict[str, Any]:
    """The whole run as one document."""
    ended = [one for one, _ in details]
    made: dict[str, Any] = {
        "cases": [
            {
                "path": shown_path(one.entry.file.path), "line": one.entry.line, "name": one.entry.name, "status": one.status,
                "seconds": round(one.seconds, 6), "detail": text or None,
                "reason": one.result.reason or None if one.result is not None else None,
                "mismatches": [
                    {"key": wrong.key, "expected": in_language(wrong.expected, language),
                     "obtained": in_language(wrong.obtained, language), "line": wrong.line}
                    for wrong in (one.result.mismatches if one.result is not None else ())
                ],
            }
            for one, text in details
        ],
        "summary": {
            **{status: sum(one.status == status for one in ended) for status in (PASSED, FAILED, SKIPPED)},
            "seconds": round(seconds, 3),
        },
    }  # fmt: skip
    if measures is not None:
        from routing.testing.coverage.table import as_json as coverage_json

        made["coverage"] = coverage_json(measures)
    return made


# -- watching -------------------------------------------------------------------------------------


def watched(console: Console, wish: Wish) -> int:
    """Again at every change below the paths' workspaces, until Ctrl-C, which ends well."""
    again = attrs.evolve(wish, watch=False)
    before: dict[Path, tuple[int, int]] | None = None
    try:
        while True:
            now = looked_at(wish.paths or (".",))
            if now != before:
                if before is not None and sys.stdout.isatty():
                    click.clear()
                before = now
                try:
                    once(console, again)
                except Refusal as refusal:
                    console.say_refusal(refusal)
                console.say(message("à espera de mudanças; Ctrl-C termina"))
                sys.stdout.flush()
            time.sleep(PAUSE)
    except KeyboardInterrupt:
        return FINE


def looked_at(paths: tuple[str, ...]) -> dict[Path, tuple[int, int]]:
    """Time and size of every file that cases may depend on."""
    from routing.testing.bench import workspace_of
    from routing.testing.suite import LEFT_OUT

    made: dict[Path, tuple[int, int]] = {}
    for given in paths:
        path = Path(given).absolute()
        root = workspace_of(path / "x") or (path if path.is_dir() else path.parent)
        for file in root.rglob("*"):
            if file.suffix in {".toml", ".formula", ".sql", ".json", ".csv", ".xlsx"} and not LEFT_OUT & set(file.parts):
                try:
                    seen = file.stat()
                except OSError:
                    continue  # gone between the listing and the look: the next look sees it gone
                made[file] = (seen.st_mtime_ns, seen.st_size)
    return made
