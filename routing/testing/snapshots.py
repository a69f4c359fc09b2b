"""Snapshots (``retrato``): what a case gave once, kept beside the cases as JSON for a person to review."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from formula.messages import Message
from routing.messages import message
from routing.testing.case import SUFFIX, Case
from routing.testing.expectations import Mismatch

ENDING = ".retratos.json"
PARTS = (
    "fim", "valor", "falha", "mensagem", "efeitos", "portao", "motivo", "depois", "emails", "discussao", "avisos",
)  # fmt: skip
"""What a snapshot may keep: the parts of :meth:`Observed.picture`."""
WAITS = 250
"""Fiftieths of a second that one process waits for another to write."""


@attrs.define(eq=False)
class Snapshots:
    """The snapshots of one file of cases. ``updating`` writes what is new or different instead of failing."""

    path: Path
    kept: dict[str, Any]
    updating: bool = False
    changed: list[str] = attrs.field(factory=list)
    broken: Message | None = None
    """Why the file cannot be used, where it is there and cannot."""

    @staticmethod
    def of(cases: Path, updating: bool = False) -> Snapshots:
        """The snapshots beside a file of cases; of a file that cannot be read, every comparison says so."""
        path = cases.with_name(cases.name.removesuffix(SUFFIX) + ENDING)
        try:
            return Snapshots(path, kept_in(path), updating)
        except Unreadable as fault:
            return Snapshots(path, {}, updating, broken=fault.sentence)

    def compare(self, case: Case, picture: Any) -> list[Mismatch]:
        """The difference from what was kept, part by part."""
        if self.broken is not None:
            hint = message("conserte {arquivo}, ou apague-o e grave de novo com: repasse test --update", arquivo=self.path.name)
            return [Mismatch("retrato", message("um arquivo de retratos em JSON"), self.broken, case.line, hint)]
        now = json.loads(json.dumps(chosen(picture, case.snapshot), ensure_ascii=False))
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
        before = dict(leaves(chosen(self.kept[case.name], case.snapshot)))
        after = dict(leaves(now))
        wrong = [key for key in {**before, **after} if before.get(key, MISSING) != after.get(key, MISSING)]
        hint = message("se a mudança é a que se quer: repasse test --update")
        return [
            Mismatch(f"retrato: {key}", shown(before.get(key, MISSING)), shown(after.get(key, MISSING)), case.line, hint)
            for key in wrong
        ]

    def save(self) -> None:
        """Write what changed; nothing otherwise. What other processes wrote meanwhile stays."""
        if self.changed:
            self.write({name: self.kept[name] for name in self.changed}, ())

    def write(self, fresh: Mapping[str, Any], gone: Collection[str]) -> None:
        """Put some snapshots in and take others out; a file that would hold none is taken away."""
        with alone(self.path):
            kept = {name: one for name, one in kept_in(self.path).items() if name not in gone} | dict(fresh)
            if not kept:
                self.path.unlink(missing_ok=True)
                return
            beside = self.path.with_name(f"{self.path.name}.{os.getpid()}")
            beside.write_text(json.dumps(kept, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8")
            beside.replace(self.path)

    def obsolete(self, names: Collection[str]) -> list[str]:
        """The snapshots of cases that are not among those with ``retrato``."""
        return sorted(name for name in self.kept if name not in names)


class Unreadable(Exception):
    """A file of snapshots that is there and cannot be used."""

    def __init__(self, sentence: Message) -> None:
        """Why."""
        super().__init__(sentence)
        self.sentence = sentence


def kept_in(path: Path) -> dict[str, Any]:
    """The snapshots of a file; none when it is not there. Raises Unreadable."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except json.JSONDecodeError as fault:
        raise Unreadable(
            message(
                "{arquivo} não é JSON: linha {linha}, coluna {coluna}", arquivo=path.name, linha=fault.lineno, coluna=fault.colno
            )
        ) from fault
    except (OSError, ValueError, RecursionError) as fault:
        raise Unreadable(message("{arquivo} não pode ser lido", arquivo=path.name)) from fault
    if not isinstance(kept, dict):
        raise Unreadable(message("{arquivo} não é uma tabela de retratos por nome do caso", arquivo=path.name))
    return kept


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


def chosen(kept: Any, parts: Collection[str]) -> Any:
    """The parts of a snapshot that a case keeps; never the explanation, which earlier versions had in it."""
    if isinstance(kept, list):
        return [chosen(one, parts) for one in kept]
    return {key: value for key, value in kept.items() if key in parts} if isinstance(kept, dict) else kept


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
