"""``repasse test --contra REV|DIR`` and ``--replay``: the cases under two versions of the rules, recorded decisions made again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from repl.command.testing_wish import Wish
from repl.messages import message, plural
from repl.showing.console import FAULTY, FINE, Console
from routing.releases.replay import Question, Tally
from routing.testing.bench import workspace_of
from routing.testing.report import shown_path
from routing.testing.suite import Entry
from routing.testing.versions import NO_LINE, Difference, differences, grouped

SHOWN_CASES, SHOWN_KEYS = 10, 4
LONGEST = 100
"""Cases of a group, and parts of a case, that are shown to people, and characters of a value; JSON has all."""


def compare(console: Console, chosen: list[Entry], wish: Wish) -> int:
    """Exit code 1 when a case behaves differently, or a file cannot be read."""
    assert wish.contra is not None
    broken = [entry for entry in chosen if entry.case is None or entry.case.faults]
    running = [
        (entry.case, entry.bench) for entry in chosen if entry.case is not None and not entry.case.faults and not entry.case.skip
    ]
    found = [one for one in differences(running, wish.contra) if one is not None]
    if wish.form == "json":
        console.say_json(as_json(wish.contra, len(running), found, broken))
    else:
        say_groups(console, found)
        for entry in broken:
            fault = (entry.faults or (entry.case.faults if entry.case is not None else ()))[0]
            console.say(message("✗ {nome} ({onde}): {motivo}", nome=entry.name, onde=place_of(entry), motivo=fault.message))
        console.say(
            message(
                "{casos} casos contra {regras}: {mudam} diferem, {iguais} iguais",
                casos=len(running), regras=wish.contra, mudam=len(found), iguais=len(running) - len(found),
            )
        )  # fmt: skip
    return FAULTY if found or broken else FINE


def place_of(entry: Entry) -> str:
    """``casos/x.casos.toml:12``."""
    return f"{shown_path(entry.file.path)}:{entry.line}"


def say_groups(console: Console, found: list[Difference]) -> None:
    """Group by group, the line first."""
    for (where, then, now), members in grouped(found).items():
        title = message("fora das fórmulas: tipos, pessoas ou ajustes") if where == NO_LINE else where
        count = len(members)
        said = plural(count, "{onde}: {quantos} caso", "{onde}: {quantos} casos", onde=console.text(title), quantos=count)
        console.say(click.style(said, bold=True))
        if then or now:
            console.say(message("  antes: {texto}", texto=then or NO_LINE))
            console.say(message("  agora: {texto}", texto=now or NO_LINE))
        for one in members[:SHOWN_CASES]:
            console.say(
                message("  • {nome}  ({onde}:{linha})", nome=one.case.name, onde=shown_path(one.case.path), linha=one.case.line)
            )
            for key, was, would in one.keys[:SHOWN_KEYS]:
                console.say(message("      {parte}: {antes} → {depois}", parte=key, antes=cut(was), depois=cut(would)))
            if len(one.keys) > SHOWN_KEYS:
                console.say(message("      … e mais {quantas}", quantas=len(one.keys) - SHOWN_KEYS))
        if len(members) > SHOWN_CASES:
            console.say(more_cases(len(members) - SHOWN_CASES))
        console.say()


def more_cases(count: int) -> str:
    """How many are not shown."""
    return plural(count, "  … e mais {quantos} caso", "  … e mais {quantos} casos", quantos=count)


def cut(text: str) -> str:
    """A value short enough for a line."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def as_json(against: str, count: int, found: list[Difference], broken: list[Entry]) -> dict[str, Any]:
    """The whole comparison as one document."""
    return {
        "against": against,
        "cases": count,
        "same": count - len(found),
        "different": len(found),
        "groups": [
            {
                "where": None if where == NO_LINE else where, "then": then or None, "now": now or None,
                "cases": [
                    {
                        "path": shown_path(one.case.path), "line": one.case.line, "name": one.case.name,
                        "differences": [{"key": key, "then": was, "now": would} for key, was, would in one.keys],
                    }
                    for one in members
                ],
            }
            for (where, then, now), members in grouped(found).items()
        ],
        "faults": [{"path": shown_path(entry.file.path), "line": entry.line, "name": entry.name} for entry in broken],
    }  # fmt: skip


def replay_stores(paths: tuple[str, ...]) -> list[tuple[Path, Tally]]:
    """The recorded decisions of each workspace that the paths lie in, made again by the rules of its folder."""
    from repl.showing.plans import desk_of
    from routing.releases.choosing import FOLDER, rules_named
    from routing.releases.replay import replay

    made: dict[Path, Tally] = {}
    for given in paths or (".",):
        folder = workspace_of(Path(given).absolute() / "x")
        if folder is None or folder in made:
            continue
        tally = made[folder] = Tally()
        with desk_of(str(folder)) as desk:
            replay(desk.store, rules_named(FOLDER, desk.site, desk.store), Question(), tally)
    return list(made.items())


def say_replays(console: Console, replays: list[tuple[Path, Tally]]) -> None:
    """Each workspace's, as ``repasse replay`` tells them."""
    import routing
    from repl.showing.replaying import say_table

    for folder, tally in replays:
        console.say(click.style(message("decisões gravadas de {pasta}", pasta=shown_path(folder)), bold=True))
        say_table(console, tally, routing.load_workspace(folder))
