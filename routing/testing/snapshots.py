"""Snapshots (``retrato``): what a case gave once, kept beside the cases as JSON for a person to review."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs

from routing.messages import message
from routing.testing.case import SUFFIX, Case
from routing.testing.expectations import Mismatch

ENDING = ".retratos.json"


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
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            kept = {}
        return Snapshots(path, kept if isinstance(kept, dict) else {}, updating)

    def compare(self, case: Case, picture: Any) -> list[Mismatch]:
        """The difference from what was kept, part by part."""
        now = json.loads(json.dumps(picture, ensure_ascii=False))
        if self.updating:
            if self.kept.get(case.name) != now or case.name not in self.kept:
                self.kept[case.name] = now
                self.changed.append(case.name)
            return []
        if case.name not in self.kept:
            return [Mismatch("retrato", message("um retrato guardado"), message("nenhum ainda"), case.line,
                             message("grave-o com: repasse test --update, e revise {arquivo}", arquivo=self.path.name))]
        before = dict(leaves(self.kept[case.name]))
        after = dict(leaves(now))
        wrong = [key for key in {**before, **after} if before.get(key, MISSING) != after.get(key, MISSING)]
        hint = message("se a mudança é a que se quer: repasse test --update")
        return [Mismatch(f"retrato: {key}", shown(before.get(key, MISSING)), shown(after.get(key, MISSING)), case.line, hint) for key in wrong]

    def save(self) -> None:
        """Write what changed; nothing otherwise."""
        if self.changed:
            text = json.dumps(self.kept, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
            self.path.write_text(text, encoding="utf-8")


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
