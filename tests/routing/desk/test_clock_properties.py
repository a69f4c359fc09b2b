"""Over many generated sites: nothing that is due is lost, early, or done twice, whenever workers look and whenever they die; and the
store finds exactly the tickets that something is due of."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import attrs
import pytest
from kit import sites
from kit.timed import MONDAY, ticket, timed_desk

from formula.working_calendar import WorkingCalendar
from routing import plan
from routing.desk import clock
from routing.domain.decision import Request
from routing.domain.due import due_things
from routing.store import clock as store_clock

SITES, TICKETS = 200, 20
HORIZON = MONDAY + timedelta(days=400)
FORMULAS = {
    "sobe": "ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta')",
    "repassa": "REPASSARATENDIMENTO('1;1', -1, 'venceu')",
    "avanca": "SE CAMPOATENDIMENTO('ETAPA', 'I') = 1 ENTAO AVANCARETAPA(2) FIMSE",
    "espera": "AGUARDARTERCEIROS",
    "falha": "DECL A; SETVAR(A, 0); 1 / A",
}
FORMULAS["agenda"] = "AGENDARARESPONDER(AGORA + 3, AGORA + 5, -1, 'mais tempo')"


def some_calendar(rolls):
    """One with a working day and working hours."""
    start = rolls.randrange(0, 20 * 60, 30)
    middle = rolls.randrange(start + 30, 22 * 60, 30)
    hours = ((start, middle),) if rolls.random() < 0.5 else ((start, middle), (middle + 60, 24 * 60))
    days = frozenset(rolls.sample(range(7), rolls.randint(1, 7)))
    off = frozenset(MONDAY.date() + timedelta(days=rolls.randrange(60)) for _ in range(rolls.randrange(8)))
    return WorkingCalendar(days, hours, rolls.choice(["", "BR-MG"]), off)


def some_site(rolls):
    """Steps with times, reminders and formulas at their end."""

    def timed(step):
        duration = rolls.choice([None, rolls.randint(1, 60)])
        reminder = rolls.choice([None, rolls.randrange(1, duration)]) if duration is not None and duration > 1 else None
        codes = rolls.sample(["sobe", "repassa", "avanca", "espera", "agenda"], rolls.randrange(3))
        asks = [code for code in codes if code in ("avanca", "repassa")]
        return attrs.evolve(
            step, duration=duration, reminder=reminder, when_due=tuple(c for c in codes if c not in asks[1:]), required=()
        )

    steps = [timed(step) for step in sites.STEPS]
    return sites.site({**sites.FORMULAS, **FORMULAS}, steps=steps, calendar=some_calendar(rolls))


def some_moment(rolls, days=40):
    return MONDAY + timedelta(minutes=rolls.randrange(-days * 24 * 60, days * 24 * 60))


def some_ticket(rolls, code=42, **more):
    """In any status and step, scheduled or not."""
    day = rolls.choice([None, some_moment(rolls), some_moment(rolls).date(), some_moment(rolls).replace(microsecond=5)])
    end = rolls.choice([None, some_moment(rolls), some_moment(rolls).date()])
    return sites.ticket(
        code=code, status=rolls.choice("AAAGGGETROFC"), step=rolls.randint(1, 6), wake_up=day, deadline=end,
        entered_at=rolls.choice([None, some_moment(rolls), some_moment(rolls)]), step_told=rolls.choice([0, 0, 1, 2]),
        deadline_told=rolls.choice([0, 0, 1]), **more,
    )  # fmt: skip


def turn_of(one, due):
    """What makes a due thing another one than the last of its kind."""
    return (
        due.kind,
        one.step_version if due.kind in ("remind", "expire") else (str(one.wake_up), str(one.deadline), len(one.statuses)),
    )


def live(site, one, rolls):
    """A worker's looks at a ticket, some of them with a clock set back, some of them its last; what was done."""
    looks = sorted(some_moment(rolls, 60) for _ in range(6))
    looks.insert(rolls.randrange(6), MONDAY - timedelta(days=50))
    done = []
    for now in [*looks, HORIZON]:
        refused = set()
        for _ in range(40):
            due = next((due for due in due_things(site, one) if due.at <= now and due.kind not in refused), None)
            if due is None:
                break
            made = plan(site, one, Request(action=due.kind), now)
            if made.status != "planned":
                assert made.reason.code == "status-nao-permite", "only a scheduled ticket is not scheduled again"
                refused.add(due.kind)
                continue
            if rolls.random() < 0.3 and now != HORIZON:
                break  # killed before it was kept
            assert due.at <= now
            done.append(turn_of(one, due))
            one = made.after
        else:
            raise AssertionError(f"something is due for ever: {done}")
    return one, done, refused


def lived(seed, tickets):
    """The lives of some tickets under one site; how many due things were done."""
    rolls = random.Random(seed)
    site, many = some_site(rolls), 0
    for _ in range(tickets):
        one = some_ticket(rolls)
        first = due_things(site, one)
        after, done, refused = live(site, one, rolls)
        assert len(done) == len(set(done)), (seed, done)
        assert {due.kind for due in due_things(site, after) if due.at <= HORIZON} <= refused
        if not refused and after.step == one.step and after.status == one.status and not after.steps and not after.statuses:
            assert [kind for kind, _ in done] == [due.kind for due in first if due.at <= HORIZON]
        many += len(done)
    return many


def test_nothing_due_is_lost_early_or_done_twice():
    assert sum(lived(seed, TICKETS) for seed in range(SITES)) > SITES


@pytest.mark.parametrize("seed", range(6))
def test_the_store_finds_exactly_what_is_due(tmp_path, monkeypatch, seed):
    rolls = random.Random(seed)
    monkeypatch.setattr(clock, "PAGE", rolls.choice([1, 3, 200]))
    site = some_site(rolls)
    with timed_desk(tmp_path / "pasta") as opened:
        desk = attrs.evolve(opened, site=site, release=None, follows=None)
        tickets = {f"1;1;{n}": some_ticket(rolls, n) for n in range(1, 60)}
        desk.add(*tickets.values())
        (rules,) = clock.rule_sets(desk, MONDAY)
        for now in [some_moment(rolls, 50) for _ in range(15)]:
            found = {one.ticket.key for page in clock.found_due(desk, rules, now) for one in page}
            due = {key for key, one in tickets.items() if any(thing.at <= now for thing in due_things(site, one))}
            assert found == due, "nothing is missed, and nobody is looked at for nothing"
            listed = clock.due_list(desk, {"limit": 1000, "until": now}, now)["due"]
            assert sorted((row["ticket"], row["kind"]) for row in listed) == sorted(
                (key, one.kind) for key, held in tickets.items() for one in due_things(site, held) if one.at <= now
            )
            assert [row["at"] for row in listed] == sorted(row["at"] for row in listed)
        assert list(store_clock.questions(site, None))


def test_five_hundred_things_due_at_one_moment(tmp_path):
    settings = "[limites]\nemails_por_hora = 10000\n"
    with timed_desk(tmp_path / "pasta", *(ticket(1000 + n, step_told=1) for n in range(500)), settings=settings) as desk:
        start = datetime.now()
        assert clock.do_due(desk, lambda: MONDAY + timedelta(days=1)) == 500
        assert datetime.now() - start < timedelta(seconds=30)
        assert clock.do_due(desk, lambda: MONDAY + timedelta(days=1)) == 0
