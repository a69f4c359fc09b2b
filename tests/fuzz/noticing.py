"""What cases notice: seeded changes of the example workspaces, made by rules over their files, and how many of them go unnoticed.

    PYTHONPATH=.:tests .venv/bin/python tests/fuzz/noticing.py [tables|suites] [seed]

``tables``: the table that ``repasse test --gerar`` proposes for each of twelve formulas, against changes of that formula.
``suites``: the cases of each workspace, made complete by what ``--gerar``, ``--mutantes`` and ``repasse case`` propose, against changes of
formulas, effects, types and directory.

The rules know nothing of the mutants of ``--mutantes``: they work on the text. A change counts where it changes what somebody
sees: another end of the formula in a context drawn at random, or another plan for some ticket, action and person.
"""

from __future__ import annotations

import random
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
from kit.paths import ROOT

from formula.engine import compile as compile_formula
from formula.limits import Limits
from routing.deciding.planner import plan as decide
from routing.domain.decision import Request
from routing.domain.model import Ticket
from routing.domain.site import Site
from routing.exchange.cases import StandInSentences
from routing.testing.bench import Bench, open_bench
from routing.testing.case import Case
from routing.testing.cases import cases_of
from routing.testing.keeping import Unkeepable, kept, unused
from routing.testing.proposing.generate import go, proposal, start
from routing.testing.proposing.inputs import applied
from routing.testing.proposing.mutants import mutants, strengthen, targets
from routing.testing.proposing.people import vary_people
from routing.testing.proposing.search import Search
from routing.testing.proposing.site_mutants import site_mutants, site_targets
from routing.testing.run import PASSED, Prepared, Unprepared, prepare, run_case
from routing.testing.suite import find_files, gather
from routing.workspace.folder import read_workspace

EXAMPLES = ("compras", "suporte", "requisicao")
PER_FORMULA, CHANGES, REGRESSIONS = 6, 60, 60
CONTEXTS = 1_500
"""Contexts in which a changed formula is looked at."""

Edit = tuple[str, str]
"""What was done, in words, and the text after it."""


def replaced(text: str, found: re.Match[str], new: str, said: str) -> Edit:
    """A text with another piece in place of one."""
    line = text.count("\n", 0, found.start()) + 1
    return f"line {line}: {said} {found[0].strip()!r} -> {new.strip()!r}", text[: found.start()] + new + text[found.end() :]


def formula_edits(text: str) -> Iterator[Edit]:
    """Changes of a formula: numbers, comparisons, joins, texts, statements that go or are done twice."""
    for found in re.finditer(r"(?<![\w'.])\d+(?:\.\d+)?(?![\w'])", text):
        number = found[0]
        yield replaced(text, found, number + "0" if "." not in number else number + "5", "number")
        yield replaced(text, found, str(int(float(number)) + 1), "number")
    for found in re.finditer(r"(?<=[\w)'] )(<=|>=|<>|<|>|=)(?= )", text):
        other = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<>", "<>": "="}[found[0]]
        yield replaced(text, found, other, "comparison")
    for found in re.finditer(r"\b(E|OU)\b(?=[^']*(?:'[^']*'[^']*)*$)", text):
        yield replaced(text, found, "OU" if found[0] == "E" else "E", "join")
    for found in re.finditer(r"'([^'\n]+)'", text):
        inner = found[1]
        last = str((int(inner[-1]) + 1) % 10) if inner[-1].isdecimal() else inner[-1] + "s"
        yield replaced(text, found, f"'{inner[:-1]}{last}'", "text")
    for found in re.finditer(r"^[ \t]*(?!DECL)[A-Z]+\([^\n]*\);?[ \t]*$", text, re.MULTILINE):
        yield replaced(text, found, "", "statement gone")
        if not found[0].strip().startswith("SETVAR"):
            yield replaced(text, found, f"{found[0].rstrip().rstrip(';')};{found[0]}", "statement twice")


def type_edits(text: str) -> Iterator[Edit]:
    """Changes of a type: ways, what is demanded, who receives, what runs, the opening mail."""
    for found in re.finditer(r"\[\[fluxo\]\]\nde = \d+\npara = \d+\n", text):
        yield replaced(text, found, "", "way gone")
        yield replaced(text, found, re.sub(r"de = (\d+)\npara = (\d+)", r"de = \2\npara = \1", found[0]), "way turned round")
    for found in re.finditer(r"^(obrigatorios(?:_ao_sair)?|ao_entrar|ao_sair|ao_vencer) = .*\n", text, re.MULTILINE):
        yield replaced(text, found, "", "key gone")
    for found in re.finditer(r'^repasse = ("\w+")', text, re.MULTILINE):
        yield replaced(text, found, 'repasse = "manter"' if "manter" not in found[0] else 'repasse = "abertura"', "who receives")
    for found in re.finditer(r"^destino = (.*)$", text, re.MULTILINE):
        yield replaced(text, found, 'destino = "1;1"' if "1;1" not in found[0] else 'destino = "1;2"', "who receives")
    for found in re.finditer(r"^email_abertura = (true|false)", text, re.MULTILINE):
        yield replaced(text, found, f"email_abertura = {'false' if 'true' in found[0] else 'true'}", "opening mail")
    for found in re.finditer(r"^ao_concluir = .*\n", text, re.MULTILINE):
        yield replaced(text, found, "", "key gone")


def directory_edits(text: str) -> Iterator[Edit]:
    """Changes of a directory: who is active, away, whose chief, in which group, at which address, with which rights."""
    for found in re.finditer(r'^nome = ".*"\nusuario = ', text, re.MULTILINE):
        yield replaced(text, found, f"ativo = false\n{found[0]}", "no longer active")
    for found in re.finditer(r"^(ausente|chefe|direitos|nivel) = .*\n", text, re.MULTILINE):
        yield replaced(text, found, "", "key gone")
    for found in re.finditer(r'^email = "(.*)"', text, re.MULTILINE):
        yield replaced(text, found, f'email = "novo.{found[1]}"', "address")
    for found in re.finditer(r'^membros = \[("[^"]*"), (.*)\]', text, re.MULTILINE):
        yield replaced(text, found, f"membros = [{found[2]}]", "member gone")
    for found in re.finditer(r"^distribuicao = .*\n", text, re.MULTILINE):
        yield replaced(text, found, "", "distribution gone")


# -- tables ---------------------------------------------------------------------------------------


def prepared_formulas(bench: Bench, cases: list[Case]) -> dict[str, list[Prepared]]:
    """The formulas of a workspace, ready to run in the contexts of their cases."""
    made: dict[str, list[Prepared]] = {}
    assert bench.folder is not None
    for code, formula in bench.site.formulas.items():
        own = [one for one in cases if one.formula.upper() == code and not one.moves]
        if not own:
            text = f'formula = "{formula.code}"\n[[caso]]\nnome = "proposta"\nretrato = true\n'
            own = list(cases_of(text, bench.folder / "casos" / "proposta.casos.toml").cases)
        for case in own:
            try:
                made.setdefault(code, []).append(prepare(case, bench))
            except Unprepared:
                continue
    return made


def proposed(ready: list[Prepared]) -> tuple[Search, str]:
    """What ``--gerar`` proposes."""
    search = start(ready[0], None, ready[1:])
    go(search)
    strengthen(search)
    vary_people(search)
    return search, proposal(search)


def differs(search: Search, text: str, order: random.Random) -> bool:
    """Whether a changed formula ends otherwise in some context drawn at random."""
    prepared = search.prepared
    try:
        rule = compile_formula(text, prepared.schema, lenient=prepared.case.given.lenient, name=prepared.formula.code)
    except Exception:
        return False
    limits = attrs.evolve(prepared.limits, steps=20_000)
    pools = {one: [*given, *(drawn(value, order) for value in given for _ in range(3))] for one, given in search.values.items()}
    for _ in range(CONTEXTS):
        context = applied(prepared.context, {one: order.choice(pool) for one, pool in pools.items()})
        if ended(prepared.rule.run(context, limits)) != ended(rule.run(context, limits)):
            return True
    return False


def drawn(value: Any, order: random.Random) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    return value + order.randint(-3, 3)


def ended(outcome: Any) -> Any:
    """What somebody sees of a run."""
    return outcome.status, type(outcome.value), outcome.value, outcome.effects, outcome.message


def chosen(edits: list[Edit], count: int, order: random.Random, counts: Callable[[str], bool]) -> list[Edit]:
    """Some edits drawn at random, of those that change something."""
    order.shuffle(edits)
    made: list[Edit] = []
    for edit in edits:
        if len(made) == count:
            break
        if counts(edit[1]):
            made.append(edit)
    return made


def tables(seed: int, most: int = CHANGES) -> tuple[int, list[str]]:
    """How many changes there were, and those that no row noticed."""
    tried, missed = 0, list[str]()
    for name in EXAMPLES:
        folder = ROOT / "examples" / name
        bench = open_bench(folder)
        cases = [one.case for one in gather(find_files([folder])).entries if one.case is not None]
        for code, ready in prepared_formulas(bench, cases).items():
            order = random.Random(f"{seed} {code}")
            search, text = proposed(ready)
            counts = partial(differs, search, order=order)
            edits = chosen(list(formula_edits(bench.site.formulas[code].text)), min(PER_FORMULA, most - tried), order, counts)
            rows = cases_of(text, folder / "casos" / "proposta.casos.toml").cases
            assert all(run_case(case, bench).status == PASSED for case in rows), (code, text)
            for said, new in edits:
                tried += 1
                if not any(run_case(case, with_formula(bench, code, new)).status != PASSED for case in rows):
                    missed.append(f"{name}/{code}: {said}")
    return tried, missed


def with_formula(bench: Bench, code: str, text: str) -> Bench:
    """The bench with another text for a formula."""
    site = bench.site
    policy = attrs.evolve(site.policy, limits=attrs.evolve(Limits(), steps=20_000))
    other = attrs.evolve(site.formulas[code], text=text, path="")
    return Bench(bench.folder, attrs.evolve(site, formulas={**site.formulas, code: other}, policy=policy), samples=bench.samples)


# -- suites ---------------------------------------------------------------------------------------


def complete(folder: Path) -> list[str]:
    """Put beside the cases of a workspace what the product proposes; the mutants that no case notices even so."""
    bench = open_bench(folder)
    cases = [one.case for one in gather(find_files([folder])).entries if one.case is not None]
    for code, ready in prepared_formulas(bench, cases).items():
        (folder / "casos" / f"gerados_{code}.casos.toml").write_text(proposed(ready)[1], encoding="utf-8")
    keep_moves(bench, folder / "casos" / "gravados.casos.toml")
    names: set[str] = set()
    more = ""
    for target in targets(ready_cases(folder, bench)):
        for one in mutants(target):
            if one.ended == "survived" and one.would_notice:
                name = unused("proposta", names)
                names.add(name)
                more += one.would_notice.replace('nome = "proposta"', f'nome = "{name}"') + "\n\n"
    for target, found in site_targets(ready_cases(folder, bench)):
        for one in site_mutants(target, found):
            if one.would_notice:
                name = unused("proposta", names)
                names.add(name)
                more += one.would_notice.replace('nome = "proposta"', f'nome = "{name}"') + "\n\n"
    (folder / "casos" / "percebem.casos.toml").write_text(more or "# nada\n", encoding="utf-8")
    if not more:
        (folder / "casos" / "percebem.casos.toml").unlink()
    ready_ = ready_cases(folder, bench)
    left = [
        f"{target.formula.code} line {one.line}: {one.change.said}"
        for target in targets(ready_)
        for one in mutants(target)
        if one.ended == "survived"
    ]
    return left + [
        str(one.change.said)
        for target, found in site_targets(ready_)
        for one in site_mutants(target, found)
        if one.ended == "survived"
    ]


def ready_cases(folder: Path, bench: Bench) -> list[tuple[Case, Bench]]:
    """The cases of a folder."""
    return [(one.case, bench) for one in gather(find_files([folder])).entries if one.case is not None]


def keep_moves(bench: Bench, target: Path) -> None:
    """Every move of every sample ticket that a person could ask for, kept as ``repasse case`` does."""
    text = ""
    seen: set[Any] = set()
    for ticket in variants(bench.site):
        for request, now in asked(bench.site, ticket):
            made = decide(bench.site, ticket, request, now, sentences=StandInSentences({}))
            told = (ticket.type, ticket.step, request.action, request.to, picture(made))
            if told in seen:
                continue
            seen.add(told)
            try:
                text += kept(made, f"{ticket.key} {request.action} ({len(seen)})", bench, target, before="").text + "\n"
            except Unkeepable:
                continue
    target.write_text(text, encoding="utf-8")


def variants(site: Site) -> Iterator[Ticket]:
    """The sample tickets, each also in every step of its type, and without what its type demands."""
    for ticket in site.tickets.values():
        yield ticket
        kind = site.types[ticket.type]
        for step in kind.steps:
            moved = attrs.evolve(ticket, step=step.code)
            yield moved
            for name in (*step.required, *step.required_on_exit):
                bare = name.removeprefix("PARAMETRO.")
                if bare in moved.parameters:
                    yield attrs.evolve(moved, parameters={**moved.parameters, bare: None})
                elif bare in moved.fields:
                    yield attrs.evolve(moved, fields={**moved.fields, bare: ""})
                elif bare == "ASSUNTO":
                    yield attrs.evolve(moved, subject="")


def asked(site: Site, ticket: Ticket) -> Iterator[tuple[Request, Any]]:
    """What may be asked of a ticket: every way on, every common action, by its holder and by others."""
    from datetime import datetime

    kind = site.types[ticket.type]
    now = datetime(2026, 11, 24, 10)
    actors = [ticket.holder.key] if ticket.holder is not None and ticket.holder.kind == "attendant" else []
    for actor in [*actors, *[key for key in site.people.attendants if key not in actors]]:
        if not ticket.status:
            yield Request(action="open", actor=actor), now
            continue
        for step in kind.steps:
            yield Request(action="advance", to=step.code, actor=actor), now
        for action in ("conclude", "return", "claim"):
            yield Request(action=action, actor=actor), now
        for key in site.people.attendants:
            yield Request(action="handoff", to=key, actor=actor), now
        for group in site.people.groups.values():
            yield Request(action="handoff", to=str(group.code), actor=actor), now
    if ticket.status:
        yield Request(action="open", actor=ticket.opener, draft=attrs.evolve(ticket, status="", step=None)), now


def picture(made: Any) -> Any:
    """What somebody sees of a plan."""
    after = made.after if made.applies else None
    return (
        made.status, made.gate, None if made.reason is None else made.reason.code,
        None if after is None else (after.step, after.status, after.holder, tuple(sorted(after.fields.items(), key=str)), after.priority),
        tuple((one.to, one.cc, one.kind) for one in made.mails), len(made.entries),
    )  # fmt: skip


def sweep(site: Site) -> Iterator[tuple[Any, Any]]:
    """Everything that may be asked of the sample tickets, and what comes of it."""
    for number, ticket in enumerate(variants(site)):
        for request, now in asked(site, ticket):
            done = decide(site, ticket, request, now, sentences=StandInSentences({}))
            yield (number, request.action, request.to, request.actor, request.draft is None), picture(done)


def regressions(folder: Path, count: int, seed: int) -> Iterator[tuple[str, Path, str]]:
    """Changes of the files of a workspace that change what somebody sees: a quarter each of what formulas compute, of their
    effects, of types and of the directory, and more of the others where one has too few."""
    site, _ = read_workspace(folder)
    before = dict(sweep(site))
    order = random.Random(f"{seed} {folder.name}")
    formulas = [
        (file, edit) for file in sorted((folder / "formulas").glob("*.formula")) for edit in formula_edits(file.read_text("utf-8"))
    ]
    pools = [
        [one for one in formulas if not EFFECT.search(one[1][0])],
        [one for one in formulas if EFFECT.search(one[1][0])],
        [(file, edit) for file in sorted((folder / "tipos").glob("*.toml")) for edit in type_edits(file.read_text("utf-8"))],
        [(folder / "diretorio.toml", edit) for edit in directory_edits((folder / "diretorio.toml").read_text("utf-8"))],
    ]
    for pool in pools:
        order.shuffle(pool)
    found, kinds = 0, [iter(pool) for pool in pools]
    while kinds and found < count:
        for kind in list(kinds):
            chosen = next((one for one in kind if changes_something(folder, one[0], one[1][1], before)), None)
            if chosen is None:
                kinds.remove(kind)
            elif found < count:
                found += 1
                file, (said, text) = chosen
                yield f"{file.name}: {said}", file, text


EFFECT = re.compile("statement (gone|twice)")
"""How edits of effects are named."""


def changes_something(folder: Path, file: Path, text: str, before: dict[Any, Any]) -> bool:
    """Whether a changed file still makes a workspace, and another one."""
    old = file.read_text("utf-8")
    file.write_text(text, encoding="utf-8")
    try:
        site, faults = read_workspace(folder)
        if any(one.severity == "error" for _, found in faults for one in found):
            return False
        seen = set()
        for asked_for, after in sweep(site):
            if before.get(asked_for) != after:
                return True
            seen.add(asked_for)
        return len(seen) < len(before)
    except Exception:
        return False
    finally:
        file.write_text(old, encoding="utf-8")


def suites(seed: int) -> tuple[int, list[str], list[str]]:
    """How many changes there were, those that a complete suite did not notice, and the mutants for which nothing was proposed."""
    tried, missed, without = 0, list[str](), list[str]()
    for name in EXAMPLES:
        with TemporaryDirectory() as place:
            folder = Path(place) / name
            shutil.copytree(ROOT / "examples" / name, folder)
            shutil.rmtree(folder / "propriedades", ignore_errors=True)
            left = complete(folder)
            without += left
            cases = [case for case, _ in ready_cases(folder, open_bench(folder))]
            print(f"{name}: {len(cases)} cases, mutants left: {len(left)}", *left, sep="\n    ")
            for said, file, text in regressions(folder, REGRESSIONS // len(EXAMPLES), seed):
                old = file.read_text("utf-8")
                file.write_text(text, encoding="utf-8")
                bench = open_bench(folder)
                tried += 1
                if not bench.faults and all(run_case(case, bench).status == PASSED for case in cases):
                    missed.append(f"{name}/{said}")
                file.write_text(old, encoding="utf-8")
    return tried, missed, without


def main(what: str, seed: int) -> None:
    """Measure and tell."""
    for name, measure in (("tables", tables), ("suites", suites)):
        if what in (name, "all"):
            tried, missed, *_ = measure(seed)
            print(f"{name}: {tried - len(missed)} of {tried} changes noticed", *missed, sep="\n    ")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "all", int(sys.argv[2]) if len(sys.argv) > 2 else 1)
