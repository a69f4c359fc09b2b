"""Mutants of a workspace beside its formulas: a type's flow, what its steps demand and do, its opening mail, and the directory.

Only what the cases come by is changed: types that their moves go through, people and groups that their explanations name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from formula.messages import Message
from formula.source import Span
from routing.domain.model import TicketType
from routing.domain.people import People
from routing.domain.site import FormulaText, Site
from routing.messages import message
from routing.testing.bench import Bench
from routing.testing.case import Case
from routing.testing.keeping import NEW_FILE
from routing.testing.proposing.mutants import Change, Mutant, Target, small
from routing.testing.proposing.site_cases import Moves, noticing_again, noticing_move
from routing.testing.run import PASSED, run_case
from routing.testing.versions import look_at

KEY = re.compile(r"\b\d+;\d+\b")
NOWHERE = Span(0, 0)
SiteChange = tuple[Change, Site]


@attrs.define(eq=False)
class Met:
    """What the cases of a workspace come by: types by code, people and groups by key."""

    cases: list[Case] = attrs.field(factory=list)
    types: set[int] = attrs.field(factory=set)
    keys: set[str] = attrs.field(factory=set)


def site_targets(cases: Sequence[tuple[Case, Bench]]) -> Iterator[tuple[Target, list[SiteChange]]]:
    """The types and the directory of each workspace, with the changes that are tried on them. Cases that fail already are left
    out."""
    met: dict[int, tuple[Bench, Met]] = {}
    for case, bench in cases:
        if bench.folder is None or case.faults or run_case(case, bench).status != PASSED:
            continue
        _, one = met.setdefault(id(bench), (bench, Met()))
        one.cases.append(case)
        look = look_at(case, bench)
        for seen in look.seen:
            if seen.plan is not None and seen.type is not None:
                one.types.add(seen.type)
        for text, where in look.links():
            one.keys |= set(KEY.findall(f"{text} {where}"))
    for bench, one in met.values():
        for code in sorted(one.types):
            kind = bench.site.types.get(code)
            if kind is not None:
                name = message("tipo {codigo} {nome}", codigo=code, nome=kind.name)
                yield Target(FormulaText(name, "", ""), bench, moves=one.cases), list(type_changes(bench.site, kind))
        found = list(directory_changes(bench.site, one.keys))
        if found:
            yield Target(FormulaText(message("diretório"), "", ""), bench, moves=one.cases), found


def type_changes(site: Site, kind: TicketType) -> Iterator[SiteChange]:
    """A way of the flow that is gone, a field that is no longer demanded, a formula that no longer runs, the opening mail."""

    def made(said: Message, **changed: Any) -> SiteChange:
        types = {**site.types, kind.code: attrs.evolve(kind, **changed)}
        return Change("type", NOWHERE, str(said), said), attrs.evolve(site, types=types)

    names = {step.code: f"{step.code} {step.name}" for step in kind.steps}
    for edge in kind.edges:
        way = f"{names.get(edge.from_step, edge.from_step)} → {names.get(edge.to_step, edge.to_step)}"
        said = message("o caminho {caminho} foi tirado", caminho=way)
        yield made(said, edges=tuple(one for one in kind.edges if one != edge))
    for step in kind.steps:
        for key in ("required", "required_on_exit", "on_entry", "on_exit", "when_due"):
            listed: tuple[str, ...] = getattr(step, key)
            for name in listed:
                rest = tuple(one for one in listed if one != name)
                without: Any = {key: rest}
                steps = tuple(attrs.evolve(one, **without) if one is step else one for one in kind.steps)
                said = message("na etapa {etapa}, {chave} perdeu {nome}", etapa=names[step.code], chave=KEYS[key], nome=name)
                yield made(said, steps=steps)
    said = message("email_abertura deixou de valer") if kind.opening_mail else message("email_abertura passou a valer")
    yield made(said, opening_mail=not kind.opening_mail)


KEYS: Mapping[str, str] = {
    "required": "obrigatorios", "required_on_exit": "obrigatorios_ao_sair", "on_entry": "ao_entrar", "on_exit": "ao_sair",
    "when_due": "ao_vencer",
}  # fmt: skip
"""The keys of a step in ``tipos/*.toml``."""


def directory_changes(site: Site, keys: set[str]) -> Iterator[SiteChange]:
    """Somebody with another address, without an absence or a chief, no longer active; a member that left a group."""
    people = site.people

    def made(said: Message, changed: People) -> SiteChange:
        return Change("directory", NOWHERE, str(said), said), attrs.evolve(site, people=changed)

    for key, person in people.attendants.items():
        if key not in keys:
            continue
        for said, changed in (
            (message("{nome} não está mais ativo", nome=person.name), {"active": False}),
            (message("{nome} tem outro e-mail", nome=person.name), {"email": f"x{person.email}"}),
            (message("{nome} não está mais ausente", nome=person.name), {"absence": None}),
            (message("{nome} ficou sem chefe", nome=person.name), {"chief": None}),
        ):
            if all(getattr(person, name) not in (None, "") for name in changed):
                yield made(said, attrs.evolve(people, attendants={**people.attendants, key: attrs.evolve(person, **changed)}))
    for key, group in people.groups.items():
        for member in group.members if key in keys else ():
            rest = tuple(one for one in group.members if one != member)
            said = message("{nome} saiu do grupo {grupo}", nome=people.name(member), grupo=group.name)
            yield made(said, attrs.evolve(people, groups={**people.groups, key: attrs.evolve(group, members=rest)}))


def behaves_otherwise(case: Case, bench: Bench, changed: Bench) -> bool:
    """Whether a case does something else on another bench, whatever it expects."""
    return [seen(one) for one in look_at(case, bench).pictures] != [seen(one) for one in look_at(case, changed).pictures]


def seen(picture: Any) -> Any:
    """What a case does, without the advice that goes with a refusal."""
    reason = picture.get("motivo") if isinstance(picture, dict) else None
    return {**picture, "motivo": {**reason, "hint": None}} if isinstance(reason, dict) else picture


def site_mutants(target: Target, found: Sequence[SiteChange], told: Callable[[int, int], None] | None = None) -> Iterator[Mutant]:
    """Every change of a workspace and which case notices it; for one that none notices, a case that would."""
    place = (target.bench.folder or Path()) / "casos" / NEW_FILE
    moves = {code: Moves(target.bench, kind, target.moves) for code, kind in target.bench.site.types.items()}
    for number, (change, site) in enumerate(found, 1):
        policy = attrs.evolve(site.policy, limits=small(site.policy.limits))
        bench = Bench(
            target.bench.folder, attrs.evolve(site, policy=policy), rules=target.bench.rules, samples=target.bench.samples
        )
        by = next((case.name for case in target.moves if run_case(case, bench).status != PASSED), None)
        ended, reason, proposed = ("survived" if by is None else "noticed"), None, ""
        if by is None:
            other = next((case for case in target.moves if behaves_otherwise(case, target.bench, bench)), None)
            kind = next((code for code, one in target.bench.site.types.items() if site.types[code] is not one), None)
            if other is not None:
                proposed = noticing_again(other, target.bench, bench, place)
                reason = message("um caso faz outra coisa e não a espera: {caso}", caso=other.name)
            elif kind is None:
                ended = "invalid"  # no case depends on it: a name in a directory is no rule
            else:
                reason = message("nenhum caso faz outra coisa: falta um que dependa disto")
            if not proposed and kind is not None:
                proposed = noticing_move(moves[kind], bench, place)
        yield Mutant(change, 0, ended, by or "", would_notice=proposed, reason=None if proposed else reason)
        if told is not None:
            told(number, len(found))
