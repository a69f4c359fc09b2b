"""Whom of the directory the end of a formula depends on: those it asks for, and whoever would receive, present or away, active or
not, under this chief or another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import attrs

from formula.context import Context
from formula.messages import Message
from formula.reading.tree import Call, Node, walk
from formula.types import ANY, TEXT
from routing.domain.model import Attendant, Holder
from routing.domain.people import People, SiteDirectory
from routing.messages import message
from routing.testing.observed import Observed
from routing.testing.proposing.inputs import DAY, Input, applied
from routing.testing.proposing.search import Search, Shifted, Trial

CLIMBING = "RETPROXIMOCHEFESECAOLABORE"
"""Climbs from somebody whom no argument names."""
MOST_ROWS, MOST_TRIALS, MOST_ASKED = 12, 12, 40
"""Proposed rows about people, rows that are looked at again, and people looked at in each."""


@attrs.frozen(eq=False, slots=False)
class Noting(SiteDirectory):
    """A directory that notes for whom it is asked."""

    asked: dict[str, None] = attrs.field(factory=dict)

    def attendant(self, key: str) -> Attendant | None:
        """As there."""
        self.asked[key] = None
        return super().attendant(key)

    def attendant_of_user(self, user: str) -> Attendant | None:
        """As there."""
        found = super().attendant_of_user(user)
        if found is not None:
            self.asked[found.key] = None
        return found

    def members_present(self, group: str, day: date | None) -> list[str]:
        """As there; all members are asked whether they are present."""
        found = self.people.groups.get(group)
        self.asked.update(dict.fromkeys(found.members if found is not None else ()))
        return super().members_present(group, day)


@attrs.frozen
class Shift:
    """Somebody as the directory does not have him: the ``table`` of ``pessoas`` that says so, and how it is told."""

    sort: str
    table: Mapping[str, Any]
    said: Message


def shifts(people: People, person: Attendant, day: date) -> Iterator[Shift]:
    """Away with a substitute, or present where the directory says away; no longer active; under another chief."""
    name, absence = person.name, person.absence
    others = [one for one in people.attendants.values() if one.key != person.key and one.active and here(one, day)]
    if absence is not None and absence.covers(day):
        yield Shift("absence", {"ausente": {}}, message("{nome} não está mais ausente", nome=name))
    else:
        wanted = [person.chief, *(one.key for one in others if one.coligada == person.coligada), *(one.key for one in others)]
        substitute = next((one for key in wanted for one in others if one.key == key), None)
        if substitute is not None:
            away = {"de": day - DAY, "ate": day + DAY, "substituto": substitute.key}
            said = message("{nome} ausente, com {outro} no lugar", nome=name, outro=substitute.name)
            yield Shift("absence", {"ausente": away}, said)
    if person.active:
        yield Shift("active", {"ativo": False}, message("{nome} com cadastro inativo", nome=name))
    chief = next((one for one in others if one.key != person.chief and one.chief != person.key), None)
    if person.chief and chief is not None:
        yield Shift("chief", {"chefe": chief.key}, message("{nome} com {outro} como chefe", nome=name, outro=chief.name))


def here(person: Attendant, day: date) -> bool:
    """Whether somebody is not away on a day."""
    return person.absence is None or not person.absence.covers(day)


def vary_people(search: Search) -> None:
    """For each person on whom the end of a chosen context depends, that context with the person as he is not: what the formula
    gives then, or who receives then, is another."""
    directory = search.prepared.context.directory
    if not isinstance(directory, SiteDirectory):
        return
    vary_who(search)
    shown: set[tuple[str, str]] = set()
    for trial in [one for one in search.chosen() if one.outcome.status == "ok"][:MOST_TRIALS]:
        first = receiver(search, trial)
        for person in met(search, trial, directory, first):
            for shift in shifts(directory.people, person, day_of(search, trial)):
                if (person.key, shift.sort) in shown or len(search.shifted) >= MOST_ROWS:
                    continue
                moved = search.tried({**trial.state, Input("pessoas", person.key, ANY): shift.table})
                then = receiver(search, moved)
                if ended(moved) != ended(trial) or (then is not None and then != first):
                    shown.add((person.key, shift.sort))
                    search.shifted.append(Shifted(moved, shift.said, then))


def vary_who(search: Search) -> None:
    """For other people whom the context may be about, one whenever the end is one that no chosen context has."""
    from formula.builtins.people import CHIEFS_FROM

    chosen = [one for one in search.chosen() if one.outcome.status == "ok"][:MOST_TRIALS]
    ends = [ended(one) for one in search.chosen()]
    for one in search.inputs:
        if one.table != "usuario" and (one.table, one.name) not in {("campos", field) for field in CHIEFS_FROM.values()}:
            continue
        for trial in chosen:
            for value in search.values[one][:MOST_ASKED]:
                found = search.tried({**trial.state, one: value})
                if found.outcome.status == "ok" and ended(found) not in ends and len(search.extra) < MOST_ASKED:
                    ends.append(ended(found))
                    search.extra.append(found)


def met(search: Search, trial: Trial, directory: SiteDirectory, first: Holder | None) -> list[Attendant]:
    """Those for whom the formula asks in a context, whoever it names, and whoever receives."""
    noting = Noting(directory.people, directory.workload)
    context = attrs.evolve(applied(search.prepared.context, trial.state), directory=noting)
    outcome = search.prepared.rule.run(context, search.limits)
    named = observed(search, attrs.evolve(trial, outcome=outcome)).destination()
    keys = [*noting.asked, *(one.key for one in (named, first) if one is not None and one.kind == "attendant")]
    return [directory.people.attendants[key] for key in dict.fromkeys(keys) if key in directory.people.attendants][:MOST_ASKED]


def observed(search: Search, trial: Trial) -> Observed:
    """A run as expectations see it, with the people of its context."""
    context = applied(search.prepared.context, trial.state)
    assert isinstance(context.directory, SiteDirectory)
    assert context.now is not None
    return Observed(
        search.prepared.site, context.coligada, context.now, outcome=trial.outcome, people=context.directory.people,
        type=search.prepared.type,
    )  # fmt: skip


def receiver(search: Search, trial: Trial) -> Holder | None:
    """Who receives; nobody where the value names nobody, or nobody can."""
    return observed(search, trial).receiver() if trial.outcome.status == "ok" else None


def day_of(search: Search, trial: Trial) -> date:
    """The day of a run."""
    now = applied(search.prepared.context, trial.state).now
    assert now is not None
    return now.date()


def ended(trial: Trial) -> tuple[Any, ...]:
    """What somebody sees of a run."""
    one = trial.outcome
    fault = one.diagnostics[0].code if one.status == "fault" else None
    return one.status, type(one.value), one.value, one.effects, one.message if one.status == "stopped" else fault


# -- who the context is about -------------------------------------------------------------------------


def climbed_from(context: Context, trees: Sequence[Node]) -> Input | None:
    """Who is meant where a formula climbs the sections from nobody it names: a field of the ticket, or the user."""
    from formula.builtins.people import CHIEFS_FROM

    calls = (node for tree in trees for node in walk(tree) if isinstance(node, Call) and node.word.key == CLIMBING)
    if next(calls, None) is None:
        return None
    field = CHIEFS_FROM[context.chiefs_from or "abertura"]
    held = next((value for name, value in context.fields.items() if name.upper() == field), None) if field else None
    return Input("usuario", "", TEXT) if held in (None, "") else Input("campos", field, TEXT)


def climbers(directory: Any) -> list[str]:
    """People with a section, those of different sections first."""
    if not isinstance(directory, SiteDirectory):
        return []
    found = [one for one in directory.people.attendants.values() if one.section and one.active]
    first = list({one.section: one for one in reversed(found)}.values())[::-1]
    return [one.user or one.key for one in (*first, *(one for one in found if one not in first))][:MOST_CLIMBERS]


MOST_CLIMBERS = 10
"""People from whom the sections are climbed on trial."""
