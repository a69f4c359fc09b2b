"""Tickets of generated workspaces go whatever way requests lead them: what holds after every move, and that every door decides alike."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from kit.wanderers import NOW, asked, made_workspace

from repl.commands import run
from repl.session.feeding import feed
from repl.session.opening import open_session
from repl.showing.console import Console
from routing import open_desk
from routing.desk.desk import Desk
from routing.desk.listing import decision_list
from routing.domain.access import holds
from routing.domain.decision import Plan
from routing.domain.flow import TERMINAL
from routing.domain.model import Holder, Ticket
from routing.domain.names import action_named
from routing.domain.words import shows
from routing.errors import RoutingError
from routing.http.problems import Refused
from routing.http.workers.jobs import Asked, DeskJobs, carried_out, request_of

pytestmark = pytest.mark.slow

SITES, MOVES = 32, 40


@pytest.mark.parametrize("part", range(4))
def test_whatever_is_asked_the_store_stays_whole(tmp_path: Path, part: int) -> None:
    moved = refused = 0
    for seed in range(part * SITES // 4, (part + 1) * SITES // 4):
        done, not_done = walked(tmp_path / str(seed), seed)
        moved, refused = moved + done, refused + not_done
    assert moved > 25
    assert refused > 100


def walked(folder: Path, seed: int) -> tuple[int, int]:
    """A walk through a site of a seed: how many moves were made, and how many refused."""
    rolls, moved, refused = random.Random(-seed), 0, 0
    with open_desk(made_workspace(folder, seed)) as desk:
        jobs = DeskJobs(desk)
        for turn in range(MOVES):
            body, now = asked(rolls), NOW + timedelta(minutes=turn)
            asking = Asked(body, "pt", {}, now)
            planned = carried_out(jobs.plan, asking)
            shown = json.loads(planned.body)
            try:
                request = jobs.request(asking)
            except Refused:
                assert planned.status == 422, (seed, turn, body)
                continue
            before = stored(desk, body["ticket"])
            rows = numbers(desk)
            made = desk.move(body["ticket"], request, now)
            place = (seed, turn, body, made.status, made.gate, made.reason and str(made.reason.message))
            assert shown["status"] == made.status.replace("moved", "planned"), (place, shown["reason"])
            assert (shown["gate"], shown["reason"] and shown["reason"]["code"]) == (made.gate, made.reason and made.reason.code), (
                place
            )
            assert len(numbers(desk)) - len(rows) == (made.status == "moved"), place
            after = stored(desk, body["ticket"])
            if made.status != "moved":
                assert after == before, place
                refused += 1
                continue
            assert after is not None
            expect_whole(desk, before, after, made, place)
            moved += 1
    return moved, refused


def stored(desk: Desk, key: str) -> Ticket | None:
    try:
        return desk.ticket(key)
    except RoutingError:
        return None


def numbers(desk: Desk) -> list[int]:
    return [one["id"] for one in decision_list(desk, {"limit": "200"})["decisions"]]


def expect_whole(desk: Desk, before: Ticket | None, after: Ticket, made: Plan, place: Any) -> None:
    """Histories lead to where the ticket is; who has it sees it; nobody is told of the own act or while inactive."""
    people = desk.site.people
    assert after.version == (before.version if before is not None and before.status else 0) + 1, place
    assert (after.step, after.status, after.holder) == (made.after.step, made.after.status, made.after.holder), place
    if after.steps:
        assert after.steps[-1].to_step == after.step, place
        assert all(one.to_step == other.from_step for one, other in pairwise(after.steps)), place
    if after.statuses:
        assert after.statuses[-1].status == after.status, place
    chain = made.handoffs
    assert all(one.to_holder == other.from_holder for one, other in pairwise(chain)), place
    assert not chain or chain[-1].to_holder == after.holder, place
    assert len({one.to_step for one in made.steps}) == len(made.steps), place
    expect_seen(desk, after, made, place)
    actor = after.changed_by
    person = people.attendants[actor]
    assert person.active, place
    if before is not None and before.status:
        assert before.access_level <= person.level or holds(before, actor), place
    for mail in made.mails:
        told = {address.strip() for address in f"{mail.to},{mail.cc}".split(",") if address.strip()}
        assert mail.kind != "handoff" or person.email == "" or told != {person.email}, place
        assert not told & {one.email for one in people.attendants.values() if not one.active and one.email}, place
    for step in made.steps:
        entered = desk.site.step(after.type, step.to_step)
        assert entered is not None, place
        if entered.self_approval is False and made.handoffs and after.step == step.to_step:
            assert after.holder != Holder("attendant", after.opener), place


def expect_seen(desk: Desk, after: Ticket, made: Plan, place: Any) -> None:
    """An open ticket is with somebody who may go on with it, or that nobody may is told."""
    if after.status in TERMINAL or after.holder is None:
        return
    people, told = desk.site.people, {one.code for one in made.warnings}
    if after.holder.kind == "attendant":
        assert people.attendants[after.holder.key].active or "detentor-sem-acesso" in told, place
        return
    members = [people.attendants[key] for key in people.groups[after.holder.key].members]
    active = [one for one in members if one.active]
    assert active or "detentor-sem-acesso" in told, place
    changed = made.handoffs or made.after.access_level != made.before.access_level if made.before else bool(made.handoffs)
    if changed and active:
        assert any(one.level >= after.access_level for one in active) or "nivel-menor" in told, place


WORDS = {"to": "--to", "actor": "--actor", "justification": "--justification", "reason": "--reason", "wake_up": "--wake-up",
         "deadline": "--deadline", "text": "--text", "kind": "--kind"}  # fmt: skip
SAID = {"actor": "--ator", "justification": "--justificativa", "reason": "--motivo"}


def test_command_service_session_and_python_answer_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same request, whoever carries it: status, gate, reason, and where the ticket would be."""
    rolls, alike = random.Random(18), 0
    for seed in range(100, 104):
        folder = made_workspace(tmp_path / str(seed), seed)
        with open_desk(folder) as desk:
            session = None
            for _ in range(12):
                body = asked(rolls)
                if (
                    body["action"] == "dance"
                    or "draft" in body
                    or "set" in body
                    or action_named(body["action"]) in {"open", "note"}
                ):
                    continue
                if not all(shows(str(value)) for value in body.values()):
                    continue
                service = json.loads(carried_out(DeskJobs(desk).plan, Asked(body, "pt", {}, NOW)).body)
                python = desk.plan(body["ticket"], request_of(Asked(body, "pt", {}, NOW)), NOW).as_json()
                words = [part for name, option in WORDS.items() if name in body for part in (option, str(body[name]))]
                capsys.readouterr()
                run(["plan", str(folder), body["ticket"], body["action"], *words, "--format", "json", "--now", NOW.isoformat()])
                command = json.loads(capsys.readouterr().out)
                assert answer(service) == answer(python) == answer(command), body
                alike += 1
                if "wake_up" in body or stored(desk, body["ticket"]) is None:
                    continue
                session = open_session(Console("pt"), None, None, str(folder), body["ticket"])
                session.clock = lambda: NOW
                options = [part for name, option in SAID.items() if name in body for part in (option, str(body[name]))]
                line = " ".join([":planejar", body["action"], *([str(body["to"])] if "to" in body else []), *options])
                feed(session, line)
                assert session.plan is not None, line
                assert answer(session.plan.as_json()) == answer(service), line
    assert alike > 20


def answer(plan: dict[str, Any]) -> Any:
    """What must be the same at every door."""
    return (
        plan["status"],
        plan["gate"],
        plan["reason"] and plan["reason"]["code"],
        {name: plan["after"][name] for name in ("status", "step", "holder", "access_level", "priority") if name in plan["after"]},
    )
