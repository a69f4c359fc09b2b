"""A move decided in a view, before it keeps others from writing, and what the decision went by.

In its turn to write the move looks again: if the ticket and what was asked about people are still so, what was decided is
written; otherwise it is decided anew there. What is written is therefore always what would have been decided in the turn.
"""

from __future__ import annotations

import attrs

from routing.domain.decision import Plan
from routing.store.tickets import Stored
from routing.store.workload import AnswersKept, StoreWorkload


@attrs.frozen(eq=False)
class FirstLook:
    """The ticket as it was ``stored`` (None: there was none), the plan, and what the store had answered about people."""

    stored: Stored | None
    plan: Plan
    answers: AnswersKept

    def holds(self, stored: Stored | None, workload: StoreWorkload) -> bool:
        """Whether the decision would be the same by what a transaction that may write sees."""
        return stored == self.stored and self.answers.agree(workload)
