"""PostgreSQL: jobs of procrastinate as part of a transaction's own statements.

The queue's function in the database, which our migration installs with its tables, is called as such: the job appears
with the mail it speaks of or not at all, and no round trip is spent on it. What a worker does with it: :mod:`routing.mail.jobs`.
"""

from __future__ import annotations

from collections.abc import Sequence

QUEUE, MAIL_TASK = "repasse", "repasse.mail"

JOB = f"ROW('{QUEUE}', '{MAIL_TASK}', 0, NULL, NULL, jsonb_build_object('name', %s::text), NULL)"


def deferring(names: Sequence[str]) -> tuple[str, list[str]]:
    """The call that makes a job for each mail, and its values."""
    jobs = ", ".join([JOB] * len(names))
    return f"procrastinate_defer_jobs_v1(ARRAY[{jobs}]::procrastinate_job_to_defer_v1[])", list(names)
