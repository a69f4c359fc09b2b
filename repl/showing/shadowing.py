"""The list of releases, and what one in shadow came to, for people and programs."""

from __future__ import annotations

from typing import Any

import attrs

from repl.messages import message, plural
from repl.showing.console import Console
from repl.showing.plans import desk_of, moment_text
from repl.showing.replaying import say_rows
from routing.releases import shadow
from routing.releases.loading import load
from routing.releases.replay import Tally
from routing.store.releases import Active

STATES = {
    "published": message("vale"),
    "shadow": message("ao lado"),
    "share": message("para uma parte"),
    "former": message("anterior"),
}


def say_rules(console: Console, workspace: str, form: str) -> None:
    """The list of releases."""
    from routing.store import releases

    with desk_of(workspace) as desk:
        found = releases.listed(desk.store)
        active = releases.look(desk.store)
        people = [one.as_json() for one in releases.listed(desk.store, releases.PEOPLE)]
        beside = shadow_now(desk, active)
    if form == "json":
        console.say_json({
            "rules": [one.as_json() for one in found], "active": None if active is None else active.rules, "people": people,
            "shadow": None if beside is None else beside.as_json(),
        })  # fmt: skip
        return
    if not found:
        console.say(message("nada foi publicado ainda: repasse publish {pasta}", pasta=workspace))
        return
    assert active is not None
    console.say(message("vale a publicação {revisao}, com as pessoas {pessoas}", revisao=active.rules, pessoas=active.people))
    titles = [message("revisão"), message("quando"), message("por quem"), message("estado"), message("nota")]
    console.say_table(titles, ([one.revision, moment_text(one.at), one.by, state_text(one), one.note] for one in found))
    if beside is not None:
        say_shadow(console, beside, workspace)


def state_text(one: Any) -> str:
    """The state of a release."""
    name = STATES.get(one.state, one.state)
    return name if one.percent is None else message("{estado}: {porcento} %", estado=name, porcento=one.percent)


@attrs.frozen
class Shadow:
    """The counts, how many decisions were not looked at yet, and the latest that differ, both ways."""

    seen: shadow.Seen
    behind: int
    differing: Tally
    site: Any

    def as_json(self) -> dict[str, Any]:
        """For ``rules --format json``."""
        rows = self.differing.as_json()
        return {
            "rules": self.seen.rules,
            "decisions": self.seen.decisions,
            "same": self.seen.same,
            "counts": {name: getattr(self.seen, name) for name in ("changed", "faults", "missing")},
            "behind": self.behind,
            **{name: rows[name] for name in ("changed", "faults", "missing")},
        }


def shadow_now(desk: Any, active: Active | None) -> Shadow | None:
    """What the release in shadow came to; None without one."""
    seen = shadow.seen_of(desk.store)
    if active is None or active.shadow is None or seen is None:
        return None
    rules = load(desk.store, active.shadow, active.people, desk.site)
    return Shadow(seen, shadow.behind(desk.store, seen), shadow.listed(desk.store, rules, seen), desk.site)


def say_shadow(console: Console, found: Shadow, workspace: str) -> None:
    """The counts first, then the latest that differ."""
    seen, revision = found.seen, found.seen.rules
    if not seen.decisions:
        console.say(message("ao lado, {revisao}: nada foi decidido ainda", revisao=revision))
    elif seen.decisions == seen.same:
        console.say(plural(
            seen.decisions,
            "ao lado, {revisao}: {quantas} decisão, a mesma",
            "ao lado, {revisao}: {quantas} decisões, todas as mesmas",
            revisao=revision, quantas=seen.decisions,
        ))  # fmt: skip
    else:
        console.say(plural(
            seen.decisions,
            "ao lado, {revisao}: de {quantas} decisão mudam {mudam}, falham {falham}, não se sabe {faltam}",
            "ao lado, {revisao}: de {quantas} decisões mudam {mudam}, falham {falham}, não se sabe {faltam}",
            revisao=revision, quantas=seen.decisions, mudam=seen.changed, falham=seen.faults, faltam=seen.missing,
        ))  # fmt: skip
    say_rows(console, found.differing.as_json(), found.site)
    if found.behind:
        said = plural(
            found.behind,
            "  {quantas} ainda não foi olhada: repasse work {pasta} a olha",
            "  {quantas} ainda não foram olhadas: repasse work {pasta} as olha",
            quantas=found.behind, pasta=workspace,
        )  # fmt: skip
        console.say(said)
