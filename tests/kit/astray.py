"""Situations of tickets gone astray, planned in a copy of an invented place and shown as people see them."""

from __future__ import annotations

import re
import shutil
import sqlite3
import tomllib
from contextlib import closing
from datetime import datetime
from pathlib import Path
from statistics import median
from textwrap import wrap

import attrs
from kit.paths import TESTS

import routing
from formula.diagnostics import in_language
from repl.showing.plans import plan_lines

HERE = TESTS / "routing" / "explaining"
NOW = datetime(2026, 11, 24, 10)
OPENERS = {"sinistros": ("1;1;501", "1;10"), "predial": ("1;1;801", "1;2"), "escola": ("1;1;901", "1;2")}
"""The ticket and the actor of a situation that names none."""


def situations(name: str) -> list[dict]:
    """The situations of a file."""
    found: list[dict] = tomllib.loads((HERE / name).read_text("utf-8"))["situacao"]
    return found


def workspace(folder: Path, situation: dict) -> Path:
    """A place with the changes of a situation."""
    shutil.copytree(HERE / situation["ambiente"], folder)
    closing(sqlite3.connect(folder / "dados.sqlite")).__enter__().close()
    for name, old, new in situation.get("troca", ()):
        path = folder / name
        text = path.read_text("utf-8")
        assert old in text, (situation.get("conta"), old)
        path.write_text(text.replace(old, new, 1), "utf-8")
    for code, text in situation.get("sentenca", {}).items():
        (folder / "sentencas" / f"{code}.sql").write_text(text, "utf-8")
    return folder


def planned(folder: Path, situation: dict) -> tuple[routing.Plan | None, list[str], list[str]]:
    """The plan of a situation and its lines in both languages; of a place that cannot be loaded what is wrong in it."""
    try:
        with routing.open_desk(workspace(folder / "w", situation)) as desk:
            plan = asked_of(desk, situation)
            lines = list(plan_lines(plan, desk.site))
    except routing.WorkspaceError as fault:
        told = [(path, one) for path, found in fault.files for one in found if one.severity == "error"]
        said = [
            [f"{path.name}:{one.start.line}: {in_language(one.message, language)}" for path, one in told]
            for language in ("pt", "en")
        ]
        return None, *said
    return plan, [str(line) for line in lines], [in_language(line, "en") for line in lines]


def asked_of(desk: routing.Desk, situation: dict) -> routing.Plan:
    """The plan of a situation, after the moves that come first."""
    ticket, opener = OPENERS[situation["ambiente"]]
    ticket = situation.get("atendimento", ticket)
    action = situation.get("acao", "advance")
    for key, moved, who in situation.get("mover", ()):
        made = desk.move(key, routing.Request(action=moved, actor=who, justification="pedido" if moved == "reject" else ""), NOW)
        assert made.status == "moved", made.reason
    holder = desk.ticket(ticket).holder
    actor = situation.get("ator", "" if action == "expire" else opener if holder is None else holder.key)
    request = routing.Request(
        action=action, actor=actor, to=situation.get("para"), justification=situation.get("justificativa", "")
    )
    return desk.plan(ticket, request, situation.get("agora", NOW))


def names(causes: list[str], text: str) -> bool:
    """Whether all pieces of a cause stand in a text."""
    return all(any(one in text for one in cause.split("|")) for cause in causes)


@attrs.frozen
class Seen:
    """What a person sees of the answers to some situations: how many name the cause so early, and how long plans are."""

    first: int
    screen: int
    anywhere: int
    length: float
    missed: list[str]


def seen(tmp_path: Path, told: list[dict]) -> Seen:
    """Plan each situation."""
    first = screen = anywhere = 0
    lengths, missed = [], []
    for number, situation in enumerate(told):
        plan, lines, english = planned(tmp_path / str(number), situation)
        assert len(english) == len(lines)
        for one, other in zip(lines, english, strict=True):
            assert facts(one) == facts(other), (situation["conta"], one, other)
        shown = [piece for line in lines for piece in wrap(line, 80, break_on_hyphens=False) or [""]]
        causes = situation["causa"]
        first += names(causes, "\n".join(lines[:3]))
        screen += names(causes, " ".join(shown[:24]))
        anywhere += names(causes, "\n".join(lines))
        if not names(causes, "\n".join(lines[:3])):
            missed.append("\n".join([situation["conta"], f"   {causes}", *lines[:12]]))
        if plan is not None and plan.status == "planned":
            lengths.append(len(shown))
    return Seen(first, screen, anywhere, median(lengths), missed)


def facts(line: str) -> list[str]:
    """The quoted texts and numbers of a line, which both languages give alike."""
    return sorted(re.findall(r"\d+(?:[.,;/]\d+)*", line))
