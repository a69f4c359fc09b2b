"""Making a folder's rules a release, and going back to a former one.

``check`` is the door: a state with an error never becomes a release. What a release would pull from under tickets that are under
way (types, steps, people), and the properties that its rules break, are listed first, and published only when that is accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import attrs

from formula.messages import Message
from routing.domain.site import Site
from routing.errors import FileFaults, WorkspaceError
from routing.failures import Failure, UnknownRules
from routing.messages import message, plural
from routing.releases.choosing import revision_of
from routing.releases.release import Release, taken
from routing.store import releases
from routing.store.engine import reading
from routing.store.releases import Active, tickets_under_way
from routing.store.unit import Store
from routing.workspace.folder import load_workspace

EXAMPLES = 3
Check = Callable[[Path], list[FileFaults]]
"""What ``repasse check`` says of a folder: :func:`routing.checking.check_workspace`, which stands above this room."""

Broken = Callable[[Site], list[Message]]
"""The properties that rules break: :func:`routing.proving.checking.judged_properties`, which stands above this room too."""


class PulledAway(Failure):
    """A release would take away what tickets under way need. ``pulled`` lists it."""

    code = "atendimentos-sem-chao"

    def __init__(self, pulled: list[Message]) -> None:
        """Keep the list."""
        super().__init__(
            plural(
                len(pulled),
                "a publicação tira de {quantos} lugar o que atendimentos em andamento usam",
                "a publicação tira de {quantos} lugares o que atendimentos em andamento usam",
                quantos=len(pulled),
            ),
            message("confira a lista e repita com --accept"),
        )
        self.pulled = pulled


class BrokenProperties(PulledAway):
    """A release would break properties of its folder. ``pulled`` lists them, after what else it takes away."""

    code = "propriedades-quebradas"

    def __init__(self, pulled: list[Message], broken: int) -> None:
        """Keep the list."""
        super().__init__(pulled)
        self.message = plural(
            broken,
            "{quantas} propriedade não vale com estas regras",
            "{quantas} propriedades não valem com estas regras",
            quantas=broken,
        )


@attrs.frozen
class Published:
    """What came of publishing: the release, and whether anything changed."""

    active: Active
    new: bool
    pulled: tuple[Message, ...] = ()


def whole_release(folder: Path, check: Check) -> tuple[Site, Release]:
    """The release of a folder that passed the door. Raises WorkspaceError with every fault, SettingsFault, OSError."""
    found = check(folder)
    errors: list[FileFaults] = [(path, [one for one in faults if one.severity == "error"]) for path, faults in found if faults]
    errors = [(path, faults) for path, faults in errors if faults]
    if errors:
        raise WorkspaceError(errors)
    site = load_workspace(folder)
    return site, taken(folder, site)


def publish(
    store: Store, folder: Path, now: datetime, check: Check, *, by: str = "", note: str = "", accept: bool = False,
    shadow: bool = False, percent: int = 0, broken: Broken = lambda site: [],
) -> Published:  # fmt: skip
    """Make the folder's rules the active release, or let them run in shadow or for a share of tickets. ``broken`` tells
    the properties that they break.

    Raises WorkspaceError with all faults, PulledAway, BrokenProperties, StoreError.
    """
    site, release = whole_release(folder, check)
    pulled = [] if shadow else pulled_away(store, site)
    failing = [] if shadow or accept else broken(site)
    if failing:
        raise BrokenProperties([*pulled, *failing], len(failing))
    if pulled and not accept:
        raise PulledAway(pulled)
    made = publish_release(store, release, now, by=by, note=note, shadow=shadow, percent=percent)
    return attrs.evolve(made, pulled=tuple(pulled))


def publish_release(
    store: Store, release: Release, now: datetime, *, by: str = "", note: str = "", shadow: bool = False, percent: int = 0
) -> Published:
    """Keep a release that passed the door and make it active, in one transaction."""
    revision, people = release.revision, release.people.revision

    def choose(old: Active | None) -> Active:
        return after(old, revision, people, shadow, percent)

    active, _, changed = releases.publish(store, release.rules, release.people, now, by, note, choose)
    return Published(active, changed)


def after(old: Active | None, revision: str, people: str, shadow: bool, percent: int) -> Active:
    """What is active then. The first release of all decides everything, whatever was asked."""
    if old is None:
        return Active(revision, people)
    serial = old.serial + 1
    if shadow:
        return attrs.evolve(old, serial=serial, shadow=revision)
    if percent:
        return attrs.evolve(old, serial=serial, share=revision, percent=percent)
    return Active(revision, people, serial)


def roll_back(store: Store, now: datetime, name: str | None = None) -> Active:
    """A former release again, at once: the named one, or what decided before: without the one that has a share of the tickets, else
    the latest that decided for all. What ran beside it ends. The people stay. Raises UnknownRules."""
    active = releases.look(store)
    if active is None:
        raise UnknownRules(message("nada foi publicado ainda"), message("repasse publish PASTA publica as regras da pasta"))
    former = former_ones(store, active.rules)
    if name is None and (active.share is not None or (active.shadow is not None and not former)):
        revision = active.rules
    elif name is None:
        if not former:
            raise UnknownRules(message("não há outra publicação a que voltar"), message("repasse rules mostra as que há"))
        revision = former[-1]
    else:
        revision = revision_of(name, store)
    taken_back = active.rules if revision != active.rules else active.share or active.shadow or active.held
    wanted = Active(revision, active.people, active.serial + 1, held=taken_back)
    releases.activate(store, wanted, now)
    return wanted


def former_ones(store: Store, active: str) -> list[str]:
    """The releases that decided for all once and are still kept, the latest last."""
    known = {one.revision for one in releases.listed(store)}
    with reading(store.engine) as connection:
        return [one for one in releases.decided_once(connection) if one in known and one != active]


def pulled_away(store: Store, site: Site) -> list[Message]:
    """What tickets under way have and a site has not: types, steps, holders, parameters; each with a few tickets."""
    found: dict[Message, list[str]] = {}
    for row in tickets_under_way(store):
        for said in missing_of(site, row):
            found.setdefault(said, []).append(f"{row.coligada};{row.locality};{row.code}")
    return [
        plural(
            len(keys),
            "{falta}: {quantos} atendimento, {exemplos}",
            "{falta}: {quantos} atendimentos, como {exemplos}",
            falta=said,
            quantos=len(keys),
            exemplos=", ".join(keys[:EXAMPLES]),
        )
        for said, keys in found.items()
    ]


def missing_of(site: Site, row: object) -> Iterator[Message]:
    """What one ticket lacks."""
    kind = site.types.get(row.type)  # type: ignore[attr-defined]
    if kind is None:
        yield message("o tipo {tipo} deixa de existir", tipo=row.type)  # type: ignore[attr-defined]
        return
    step, holder = row.step, row.holder  # type: ignore[attr-defined]
    if step is not None and site.step(kind.code, step) is None:
        yield message("a etapa {etapa} do tipo '{tipo}' deixa de existir", etapa=step, tipo=kind.name)
    if holder is not None:
        known = site.people.attendants if holder.kind == "attendant" else site.people.groups
        if holder.key not in known:
            yield message("{quem} deixa de estar no diretório", quem=holder.key)
        elif holder.kind == "attendant" and not site.people.attendants[holder.key].active:
            yield message("{quem}, que tem atendimentos nas mãos, está inativo", quem=site.people.name(holder.key))
    for name, value in (row.parameters or {}).items():  # type: ignore[attr-defined]
        if value is not None and name not in kind.parameters:
            yield message("o tipo '{tipo}' deixa de ter o parâmetro '{nome}'", tipo=kind.name, nome=name)
