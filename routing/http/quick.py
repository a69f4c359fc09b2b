"""Small plans decided in the serving process itself, because passing them on would cost more than deciding them.

Only what is surely short is decided here: a first attempt has a small budget of steps, text and digits, no SQL sentence, no
function of a plugin and no template of the site. Whatever needs more is left to the processes, which decide it anew under
the site's own limits: a plan changes nothing, so a second attempt is as good as a first. Nothing in a plan that ended well
tells the budget. An attempt that failed, or took long, keeps the next ones away for a while.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from formula.working_calendar import is_working_day
from routing.clock import this_moment
from routing.desk.desk import Desk
from routing.desk.small_budget import NoSentences, NotHere, with_small_budget
from routing.failures import Failure
from routing.http.bodies import MoveBody, PlanBody
from routing.http.problems import Refused
from routing.http.workers.jobs import Answer, Asked, DeskJobs, read_json
from routing.mail.letters import NO_TEMPLATES
from routing.releases.following import Follower, OtherRules
from routing.releases.loading import Rules
from routing.store.unit import Store

LONG, BUSY = 0.05, 0.01
"""Seconds after which an attempt was too long to be made here: as others wait for it, and of the processor. A machine that others
use as well makes a short one wait too."""
REST = 1.0
"""Seconds without attempts after one that should not have been made."""


@attrs.define(eq=False)
class QuickDesk:
    """The desk with a small budget. ``rested`` is the moment (monotonic) from which attempts are made again."""

    jobs: DeskJobs
    rested: float = 0.0

    def expects(self, body: MoveBody, moment: float) -> bool:
        """Whether a plan is most likely small, at a moment (monotonic)."""
        asks_more = isinstance(body, PlanBody) and (body.supposes or body.expected is not None)
        return body.draft is None and not asks_more and moment >= self.rested

    def plan(self, body: MoveBody, language: str, options: Mapping[str, Any], now: datetime) -> Answer | None:
        """The answer to a request for a plan; None when the processes are to give it."""
        start, used = time.monotonic(), time.thread_time()
        if not self.expects(body, start):
            return None
        asked = Asked(body.__dict__, language, options, now)
        try:
            if body.given:
                read_json(body.given)  # what the quick reader of bodies lets pass, the processes tell
            plan = self.jobs.desk.plan(body.ticket, self.jobs.request(asked), asked.now)
        except (NotHere, Refused, Failure):
            plan = None
        answer = None if plan is None or plan.status == "fault" else self.jobs.decided(plan, asked, {})
        end = time.monotonic()
        if answer is None or end - start > LONG or time.thread_time() - used > BUSY:
            self.rested = end + REST
        return answer


class OnlyThese(Follower):
    """When other rules decide than those at hand, the plan is left to the processes."""

    def rules(self, store: Store, wanted: OtherRules) -> Rules:
        """Raises NotHere."""
        del store
        raise NotHere(wanted.revision)


def quick_desk(desk: Desk | None, masked: tuple[str, ...]) -> QuickDesk | None:
    """A desk for small plans that hides ``masked`` fields; None where even those may have to wait for others: for a database
    server, for a plugin's code or for a site's templates."""
    if desk is None or not desk.store.is_sqlite:
        return None
    if desk.site.has_plugins() or desk.templates is not NO_TEMPLATES:
        return None
    small = attrs.evolve(desk, site=with_small_budget(desk.site), sentences=NoSentences(), follows=OnlyThese(desk.site))
    made = DeskJobs(small, masked)
    is_working_day(desk.site.calendar, this_moment())
    for key in desk.tickets()[:1]:
        # Loads and compiles before the first request; the processes do the same.
        QuickDesk(made).plan(MoveBody.model_validate({"ticket": key, "action": "advance"}), "pt", {}, this_moment())
    return QuickDesk(made)
