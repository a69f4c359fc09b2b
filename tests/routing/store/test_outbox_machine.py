"""The outbox as a state machine: moves, two workers, a clock, and a crash between any two steps."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from kit.stores import NOW
from kit.workspaces import make_workspace

from routing.desk.desk import open_desk
from routing.domain.decision import Request
from routing.mail import states as dispatch
from routing.mail.states import Mail
from routing.settings import Rules
from routing.store.engine import reading

RULES = Rules(lease=timedelta(minutes=2), attempts=3, per_minute=3)
WORKERS = st.sampled_from(["um", "dois"])


class Outbox(RuleBasedStateMachine):
    """``in_hand`` is what a living worker holds; a crash forgets it, the rows do not."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.desk = self.stack.enter_context(open_desk(make_workspace(folder, 3)))
        self.clock = datetime(2026, 11, 24, 13, tzinfo=UTC)
        self.moves = 0
        self.in_hand: dict[str, tuple[Mail, datetime]] = {}
        self.handed_over: set[str] = set()
        self.taken: dict[str, datetime] = {}

    def teardown(self) -> None:
        self.stack.close()

    def states(self) -> dict[str, str]:
        return {one["message_id"]: one["state"] for key in self.desk.tickets() for one in self.desk.show(key)["mails"]}

    @rule(code=st.integers(1, 3))
    def move(self, code: int) -> None:
        self.moves += 1
        request = Request(action="advance", actor="1;2", key=str(self.moves))
        assert self.desk.move(f"1;1;{code}", request, NOW + timedelta(hours=self.moves)).status == "moved"

    @rule(seconds=st.sampled_from([1, 20, 70, 130, 600]))
    def wait(self, seconds: int) -> None:
        self.clock += timedelta(seconds=seconds)

    @precondition(lambda self: self.moves)
    @rule(worker=WORKERS, pick=st.integers(0, 20))
    def claim(self, worker: str, pick: int) -> None:
        due = dispatch.due(self.desk.store, self.clock, 100)
        if worker in self.in_hand or not due:
            return
        name = due[pick % len(due)]
        claim = dispatch.claim(self.desk.store, name, worker, self.clock, RULES)
        if claim.mail is None:
            assert claim.later is not None
            assert claim.later > self.clock
            return
        assert self.taken.get(name, self.clock) <= self.clock, "taken from a worker whose lease still runs"
        self.taken[name] = self.clock + RULES.lease
        self.in_hand[worker] = (claim.mail, self.clock)

    @precondition(lambda self: self.in_hand)
    @rule(worker=WORKERS, outcome=st.sampled_from(["sent", "again", "failed", "crash", "sent and crash"]))
    def finish(self, worker: str, outcome: str) -> None:
        if worker not in self.in_hand:
            return
        mail, since = self.in_hand.pop(worker)
        if outcome.startswith("sent"):
            self.handed_over.add(mail.message_id)
        if "crash" in outcome:
            return
        if self.clock < since + RULES.lease:
            self.taken.pop(mail.message_id, None)
        if outcome == "sent":
            dispatch.sent(self.desk.store, mail, worker, self.clock)
        elif outcome == "again":
            dispatch.again(self.desk.store, mail, worker, self.clock, RULES, "451")
        else:
            dispatch.failed(self.desk.store, mail, worker, self.clock, "550")

    @rule(on=st.booleans())
    def switch(self, on: bool) -> None:
        dispatch.turn_mail(self.desk.store, on)

    @invariant()
    def nothing_is_lost(self) -> None:
        """Whatever is not settled can be taken by somebody once enough time has passed; what is sent was handed over."""
        states = self.states()
        assert {name for name, state in states.items() if state == "sent"} <= self.handed_over
        with reading(self.desk.store.engine) as connection:
            on = dispatch.mail_is_on(connection)
        later = set(dispatch.due(self.desk.store, self.clock + timedelta(days=1), 1000))
        assert later == ({name for name, state in states.items() if state in {"queued", "waiting", "sending"}} if on else set())


Outbox.TestCase.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestOutbox = Outbox.TestCase
