"""Snapshots (``retrato``): what a case gave once, kept beside the cases as JSON for a person to review."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from routing.messages import message
from routing.testing.case import SUFFIX, Case
from routing.testing.expectations import Mismatch

ENDING = ".retratos.json"
WAITS = 250
"""Fiftieths of a second that one process waits for another to write."""


@attrs.define(eq=False)
class Snapshots:
    """The snapshots of one file of cases. ``updating`` writes what is new or different instead of failing."""

    path: Path
    kept: dict[str, Any]
    updating: bool = False
    changed: list[str] = attrs.field(factory=list)

    @staticmethod
    def of(cases: Path, updating: bool = False) -> Snapshots:
        """The snapshots beside a file of cases; a file that cannot be read counts as none, and every comparison says so."""
        path = cases.with_name(cases.name.removesuffix(SUFFIX) + ENDING)
        return Snapshots(path, kept_in(path), updating)

    def compare(self, case: Case, picture: Any) -> list[Mismatch]:
        """The difference from what was kept, part by part."""
        now = json.loads(json.dumps(picture, ensure_ascii=False))
        if self.updating:
            if self.kept.get(case.name) != now or case.name not in self.kept:
                self.kept[case.name] = now
                self.changed.append(case.name)
            return []
        if case.name not in self.kept:
            return [
                Mismatch(
                    "retrato",
                    message("um retrato guardado"),
                    message("nenhum ainda"),
                    case.line,
                    message("grave-o com: repasse test --update, e revise {arquivo}", arquivo=self.path.name),
                )
            ]
        before = dict(leaves(behaviour(self.kept[case.name])))
        after = dict(leaves(now))
        wrong = [key for key in {**before, **after} if before.get(key, MISSING) != after.get(key, MISSING)]
        hint = message("se a mudança é a que se quer: repasse test --update")
        return [
            Mismatch(f"retrato: {key}", shown(before.get(key, MISSING)), shown(after.get(key, MISSING)), case.line, hint)
            for key in wrong
        ]

    def save(self) -> None:
        """Write what changed; nothing otherwise. What other processes wrote meanwhile stays."""
        if not self.changed:
            return
        with alone(self.path):
            kept = kept_in(self.path) | {name: self.kept[name] for name in self.changed}
            fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}")
            fresh.write_text(json.dumps(kept, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8")
            fresh.replace(self.path)


def kept_in(path: Path) -> dict[str, Any]:
    """The snapshots of a file; none when it cannot be read."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """One process at a time, by a file beside; one that was left behind by a process that died is not waited for long."""
    lock = path.with_name(f"{path.name}.trava")
    for _ in range(WAITS):
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
            break
        except FileExistsError:
            time.sleep(0.02)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def behaviour(kept: Any) -> Any:
    """A snapshot without the explanation that earlier versions kept with it."""
    if isinstance(kept, list):
        return [behaviour(one) for one in kept]
    return {key: value for key, value in kept.items() if key != "explicacao"} if isinstance(kept, dict) else kept


MISSING = object()


def leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Every single value of a document with its path; lists and tables without content stand for themselves."""
    if isinstance(value, dict) and value:
        return [leaf for key, inner in value.items() for leaf in leaves(inner, f"{path}.{key}" if path else key)]
    if isinstance(value, list) and value:
        return [leaf for number, inner in enumerate(value, 1) for leaf in leaves(inner, f"{path}[{number}]")]
    return [(path, value)]


def shown(value: Any) -> str:
    """A value for a difference."""
    return message("nada") if value is MISSING else json.dumps(value, ensure_ascii=False)
