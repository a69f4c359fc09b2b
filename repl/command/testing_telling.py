"""What ``repasse test`` tells beside the results: slow cases, snapshots without a case, annotations for GitHub."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from repl.command.testing_wish import Ended
from repl.messages import message
from repl.showing.console import Console
from routing.testing.many import Unstable
from routing.testing.report import shown_path
from routing.testing.run import FAILED, Result
from routing.testing.snapshots import Snapshots
from routing.testing.versions import by_line


def slowest(ended: Sequence[Ended], count: int) -> list[Ended]:
    """The entries that took longest, the longest first."""
    return sorted(ended, key=lambda one: -one.seconds)[:count]


MOST_GROUPED, SHOWN_NAMES = 1_000, 5
"""Failures whose deciding lines are looked for, and names of a group that people see."""


def failures_by_line(ended: Sequence[Ended]) -> Mapping[str, list[Result]]:
    """What failed, by the line of a formula that decided."""
    return by_line([one.result for one in ended if one.status == FAILED and one.result is not None][:MOST_GROUPED])


def say_failures_by_line(console: Console, ended: Sequence[Ended]) -> None:
    """Where several failures come from one line, the line with its cases."""
    groups = failures_by_line(ended)
    if groups:
        console.say(message("falhas pela linha que decidiu:"))
    for where, those in groups.items():
        names = "; ".join(one.case.name for one in those[:SHOWN_NAMES])
        more = "; …" if len(those) > SHOWN_NAMES else ""
        console.say(message("  {onde}: {quantos} casos: {nomes}", onde=where, quantos=len(those), nomes=names + more))


def say_slowest(console: Console, ended: Sequence[Ended], count: int) -> None:
    """The slowest cases with their milliseconds."""
    if count and ended:
        console.say(message("os mais lentos:"))
    for one in slowest(ended, count):
        shown = f"{one.seconds * 1000:.1f}".replace(".", ",")
        place = f"{shown_path(one.entry.file.path)}:{one.entry.line}"
        console.say(message("  {tempo} ms  {nome}  ({onde})", tempo=shown, nome=one.entry.name, onde=place))


def say_obsolete(console: Console, found: Sequence[tuple[Snapshots, list[str]]], *, pruned: bool) -> None:
    """Snapshots of cases that are gone, or that they were taken out."""
    for kept, names in found:
        said = (
            message("tirados de {arquivo}: {nomes}", arquivo=shown_path(kept.path), nomes="; ".join(names))
            if pruned
            else message("retratos sem caso em {arquivo}: {nomes}", arquivo=shown_path(kept.path), nomes="; ".join(names))
        )
        console.say(said, error=True)
    if found and not pruned:
        console.say(message("  tire-os com: repasse test --prune"), error=True)


def obsolete_json(found: Sequence[tuple[Snapshots, list[str]]]) -> list[dict[str, Any]]:
    """The same as data."""
    return [{"path": shown_path(kept.path), "name": name} for kept, names in found for name in names]


def say_unstable(console: Console, found: Sequence[Unstable]) -> None:
    """The cases that do not always do the same, with what differed."""
    for one in found:
        place = f"{shown_path(one.entry.file.path)}:{one.entry.line}"
        console.say(message("instável: {nome}  ({onde})", nome=one.entry.name, onde=place))
        for key, before, after in one.differences:
            console.say(message("  {chave}: uma vez {antes}, outra {depois}", chave=key, antes=before, depois=after))


def unstable_json(found: Sequence[Unstable]) -> list[dict[str, Any]]:
    """The same as data."""
    return [
        {"path": shown_path(one.entry.file.path), "line": one.entry.line, "name": one.entry.name,
         "differences": [{"key": key, "once": before, "then": after} for key, before, after in one.differences]}
        for one in found
    ]  # fmt: skip


def annotate(console: Console, failed: Sequence[tuple[Ended, str]]) -> None:
    """``::error file=…,line=…`` for each failure, where GitHub runs the tests; they go to stderr, which it reads too."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return
    for one, detail in failed:
        if one.status == FAILED:
            console.say(annotation(one, detail), error=True)


def annotation(one: Ended, detail: str) -> str:
    """One annotation; paths are those of the repository's folder."""
    path = one.entry.file.path
    root = os.environ.get("GITHUB_WORKSPACE", "")
    file = path.absolute()
    shown = file.relative_to(root).as_posix() if root and file.is_relative_to(Path(root)) else shown_path(path)
    line = next((wrong.line for wrong in one.result.mismatches if wrong.line), 0) if one.result is not None else 0
    keys = f"file={value(shown)},line={line or one.entry.line},title={value(one.entry.name)}"
    return f"::error {keys}::{data(detail)}"


def data(text: str) -> str:
    """A text as GitHub's commands want it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def value(text: str) -> str:
    """The value of a property."""
    return data(text).replace(":", "%3A").replace(",", "%2C")
