"""Twenty thousand generated moves, decided again by the rules they were made by, are the same ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import attrs
import pytest
from kit.wanderers import NOW, PEOPLE, asked, set_balance, widened_workspace

from routing.desk.clock import do_due
from routing.desk.desk import Desk, open_desk
from routing.desk.presence import Said
from routing.domain.decision import Plan
from routing.errors import RoutingError
from routing.http.problems import Refused
from routing.http.workers.jobs import Asked, DeskJobs
from routing.releases.choosing import rules_named
from routing.releases.facts import read_facts
from routing.releases.replay import Question, Tally, replay
from routing.store import decision_log

SITES, MOVES, TICKETS = 24, 880, 120


@pytest.mark.slow
def test_the_same_rules_decide_twenty_thousand_moves_the_same(tmp_path: Path) -> None:
    told, seen = Tally(), set[str]()
    for seed in range(SITES):
        folder = widened_workspace(tmp_path / str(seed), seed, TICKETS)
        with open_desk(folder) as desk:
            seen |= walk(desk, folder, Random(f"{seed} walk"))
            tally = Tally()
            replay(desk.store, rules_named("published", desk.site, desk.store), Question(), tally)
            assert tally.as_json()["counts"] == {"changed": 0, "faults": 0, "missing": 0}, (
                seed,
                (tally.changed + tally.faults + tally.missing)[:3],
            )
            told.join(tally)
    assert told.same == told.decisions >= 20_000
    assert seen >= {
        "moved", "refused", "fault", "stopped", "approve", "reject", "expire", "remind", "wake", "type 10", "type 20", "sentence",
        "no row", "failed sentence", "turn", "load", "somebody away", "hidden", "mail", "several steps",
    }  # fmt: skip


def walk(desk: Desk, folder: Path, rolls: Random) -> set[str]:
    """Requests of all kinds, one after another, each kept as a decision, made or refused; now and then somebody goes or comes back,
    another database changes, and the clock does what is due. What the decisions had to do with."""
    jobs, seen, day = DeskJobs(desk), set[str](), NOW

    def heard(plan: Plan) -> None:
        seen.update(met(plan))

    for turn in range(MOVES):
        now = day + timedelta(minutes=turn % 130)
        body = asked(rolls) if rolls.random() < 0.5 else likely(rolls)
        body["ticket"] = f"1;1;{rolls.randrange(1, TICKETS + 3)}"
        try:
            request = jobs.request(Asked(body, "pt", {}, now))
        except Refused:
            continue
        plan = desk.move(body["ticket"], request, now)
        if plan.status != "moved":
            decision_log.keep_refusal(desk.store, plan)
        heard(plan)
        if turn % 40 == 0:
            say(desk, rolls, now)
            set_balance(folder, rolls)
        if turn % 130 == 129:
            day += timedelta(days=1)
            do_due(desk, lambda at=day: at, report=heard)
    return seen


def likely(rolls: Random) -> dict[str, Any]:
    """A request as people make them who look at the ticket: most of them are done."""
    action = rolls.choice(
        [*["advance"] * 6, "approve", "approve", "reject", "handoff", "change", "change", "note", "wait", "resume"]
    )
    body: dict[str, Any] = {"action": action, "justification": "combinado"}
    if action in ("approve", "reject"):
        body["actor"] = rolls.choice(["1;1", "1;2", "1;3"])
    if action == "handoff":
        body |= {"actor": "1;1", "to": rolls.choice(["1;2", "5", "6", "1;4"])}
    if action == "change":
        body["set"] = {"PARAMETRO.VALOR": rolls.choice(["10", "30000,50", ""]), "ASSUNTO": "outro", "FILIAL": "MG"}
    if action == "note":
        body |= {"text": "ligou", "kind": "log"}
    return body


def say(desk: Desk, rolls: Random, now: datetime) -> None:
    """Somebody says to be away, with a substitute or without, or to be here again."""
    said = Said(attendant=rolls.choice(PEOPLE), status=rolls.choice(["ausente", "ausente", "disponivel"]))
    if said.status == "ausente" and rolls.random() < 0.5:
        said = attrs.evolve(said, substitute=rolls.choice(PEOPLE))
    try:
        desk.say_presence(said, now)
    except RoutingError:
        return


def met(plan: Plan) -> set[str]:
    """What a decision had to do with."""
    facts = read_facts(plan.facts)
    assert facts is not None
    traits = {
        "sentence": any(rows for _, _, rows in facts.rows), "no row": any(not rows for _, _, rows in facts.rows),
        "failed sentence": facts.failures, "turn": facts.receivers, "load": facts.loads, "somebody away": facts.presence,
        "hidden": facts.about, "mail": plan.mails, "several steps": len(plan.steps) > 1,
    }  # fmt: skip
    kind = "" if plan.before is None else f"type {plan.before.type}"
    return {plan.status, plan.action, kind, *(name for name, there in traits.items() if there)}
