"""Recorded decisions under other rules: what would be the same, what would change and why, who would have more to do. Read only.

One range of decisions is replayed by one function, in this process, in processes beside it, or on a cluster; what comes of the
ranges is added up.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs

from routing.domain.decision import Plan
from routing.failures import WrongQuestion
from routing.messages import message
from routing.releases.again import MissingFact, Recorded, because, decided_again, recorded, same, summary
from routing.releases.archive import archive_bounds, archived
from routing.releases.loading import Rules, of_files
from routing.store.engine import open_engine
from routing.store.recordings import bounds
from routing.store.unit import Store

RANGE = 2_000
"""Decisions that one task replays."""
MOST_ROWS = 10_000
"""Rows of each list that are kept; the counts go on."""
BEFORE_RELEASES = "antes das publicações"


@attrs.frozen
class Question:
    """Which decisions are replayed, of the store or of a Parquet ``file``."""

    since: datetime | None = None
    kind: int | None = None
    file: str | None = None

    def decisions(self, store: Store, first: int, last: int) -> Iterator[Recorded]:
        """Those from one number to another."""
        if self.file is None:
            return recorded(store, first, last, self.since, self.kind)
        return archived(Path(self.file), first, last, self.since, self.kind)

    def bounds(self, store: Store) -> tuple[int, int]:
        """The first and the last number."""
        return bounds(store) if self.file is None else archive_bounds(Path(self.file))


@attrs.define(eq=False)
class Tally:
    """What came of it. ``holders`` count decisions that leave a ticket with somebody, then and now."""

    decisions: int = 0
    same: int = 0
    changed: list[dict[str, Any]] = attrs.field(factory=list)
    faults: list[dict[str, Any]] = attrs.field(factory=list)
    missing: list[dict[str, Any]] = attrs.field(factory=list)
    holders: dict[str, list[int]] = attrs.field(factory=dict)
    counts: dict[str, int] = attrs.field(factory=lambda: {"changed": 0, "faults": 0, "missing": 0})
    then: set[str] = attrs.field(factory=set)
    new: str = ""

    def add(self, name: str, row: dict[str, Any]) -> None:
        """A row of one of the lists."""
        self.counts[name] += 1
        rows: list[dict[str, Any]] = getattr(self, name)
        if len(rows) < MOST_ROWS:
            rows.append(row)

    def held(self, plan: Plan, column: int) -> None:
        """Count who has the ticket after a move."""
        after = plan.after
        if plan.applies and after is not None and after.holder is not None:
            key = after.holder.key if after.holder.kind == "attendant" else f"grupo {after.holder.key}"
            self.holders.setdefault(key, [0, 0])[column] += 1

    def join(self, other: Tally) -> None:
        """Add what came of another range."""
        self.decisions += other.decisions
        self.same += other.same
        for name in self.counts:
            self.counts[name] += other.counts[name]
            rows: list[dict[str, Any]] = getattr(self, name)
            rows.extend(getattr(other, name)[: MOST_ROWS - len(rows)])
        for key, (was, would) in other.holders.items():
            mine = self.holders.setdefault(key, [0, 0])
            mine[0] += was
            mine[1] += would
        self.then |= other.then
        self.new = self.new or other.new

    def as_json(self) -> dict[str, Any]:
        """The contract's shape."""
        for name in ("changed", "faults", "missing"):
            getattr(self, name).sort(key=lambda row: row["decision"])
        return {
            "rules": {"then": sorted(self.then), "new": self.new},
            "decisions": self.decisions,
            "same": self.same,
            "changed": self.changed,
            "faults": self.faults,
            "missing": self.missing,
            "holders": {key: {"was": was, "would": would} for key, (was, would) in sorted(self.holders.items())},
            "counts": self.counts,
        }


Progress = Callable[[int, int], None]
"""Told how many decisions of how many are done."""


def replayed(store: Store, rules: Rules, question: Question, first: int, last: int, tally: Tally) -> None:
    """Replay the decisions from one number to another."""
    for one in question.decisions(store, first, last):
        replayed_one(rules, one, tally)
    tally.new = rules.revision


def replayed_one(rules: Rules, one: Recorded, tally: Tally) -> None:
    """Replay one decision."""
    tally.decisions += 1
    tally.then.add(one.rules or BEFORE_RELEASES)
    try:
        now = decided_again(rules, one)
    except MissingFact as missing:
        tally.add("missing", {"decision": one.number, "fact": missing.fact})
        return
    tally.held(one.plan, 0)
    tally.held(now, 1)
    if same(one.plan, now):
        tally.same += 1
        return
    row = {"decision": one.number, "ticket": one.plan.ticket, "action": one.plan.action}
    if now.status == "fault" and one.plan.status != "fault":
        reason = None if now.reason is None else now.reason.as_json()
        tally.add("faults", {**row, "reason": reason})
    else:
        tally.add("changed", {**row, "was": summary(one.plan), "would": summary(now), "because": because(one.plan, now)})


def ranges(first: int, last: int) -> Iterator[tuple[int, int]]:
    """The tasks of a replay."""
    for start in range(first, last + 1, RANGE):
        yield start, min(start + RANGE - 1, last)


@attrs.frozen
class Task:
    """What another process needs: where the store is, which decisions are asked for, and the rules by their texts."""

    address: str
    question: Question
    revision: str
    people: str
    files: Mapping[str, bytes] = attrs.field(eq=False, repr=False)
    settings: Mapping[str, Any] = attrs.field(eq=False, repr=False)


def task_of(store: Store, rules: Rules, question: Question) -> Task:
    """The task of a question under some rules. Its paths are whole: a cluster's workers stand elsewhere."""
    url = store.engine.url
    if store.is_sqlite and url.database is not None:
        url = url.set(database=str(Path(url.database).absolute()))
    if question.file is not None:
        question = attrs.evolve(question, file=str(Path(question.file).absolute()))
    return Task(
        url.render_as_string(hide_password=False),
        question,
        rules.revision,
        rules.people,
        dict(rules.files),
        dict(rules.site.settings),
    )


def replay_range(task: Task, first: int, last: int) -> Tally:
    """One range, in a process that may have done others of the same task."""
    store, rules = opened(task)
    tally = Tally()
    replayed(store, rules, task.question, first, last, tally)
    return tally


OPENED: dict[Task, tuple[Store, Rules]] = {}
"""The task this process works at, with its store and rules."""


def opened(task: Task) -> tuple[Store, Rules]:
    """The store and the rules of a task, once a process."""
    if task not in OPENED:
        for store, _ in OPENED.values():
            store.close()
        OPENED.clear()
        OPENED[task] = (Store(open_engine(task.address)), of_files(task.files, task.revision, task.people, task.settings))
    return OPENED[task]


def replay(store: Store, rules: Rules, question: Question, tally: Tally, progress: Progress | None = None) -> None:
    """Replay everything here, adding to a tally that can be looked at when it is interrupted."""
    first, last = question.bounds(store)
    for start, end in ranges(first, last):
        replayed(store, rules, question, start, end, tally)
        if progress is not None:
            progress(end - first + 1, last - first + 1)


def replay_beside(
    store: Store, rules: Rules, question: Question, tally: Tally, jobs: int, progress: Progress | None = None
) -> None:
    """The same in some processes."""
    from multiprocessing import get_context

    first, last = question.bounds(store)
    task, done = task_of(store, rules, question), 0
    with ProcessPoolExecutor(max_workers=min(jobs, os.cpu_count() or 1, 64), mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(replay_range, task, start, end): end - start + 1 for start, end in ranges(first, last)}
        try:
            for one in as_completed(waiting):
                tally.join(one.result())
                done += waiting[one]
                if progress is not None:
                    progress(done, last - first + 1)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def replay_on_cluster(
    store: Store, rules: Rules, question: Question, tally: Tally, address: str, progress: Progress | None = None
) -> None:
    """The same on a Dask cluster, whose workers must reach the store (a file that they share, or a database server)."""
    try:
        import distributed
    except ImportError:
        raise WrongQuestion(message("falta o extra 'cluster'"), message("instale distributed no mesmo ambiente")) from None
    cluster: Any = distributed
    first, last = question.bounds(store)
    task, done = task_of(store, rules, question), 0
    try:
        client = cluster.Client(address, timeout=10)
    except (OSError, ValueError) as fault:
        raise WrongQuestion(
            message("não há cluster em '{endereco}': {motivo}", endereco=address, motivo=str(fault)),
            message("dê o endereço de um dask scheduler, como tcp://127.0.0.1:8786"),
        ) from None
    with client:
        sizes = {}
        for start, end in ranges(first, last):
            sizes[client.submit(replay_range, task, start, end, pure=False)] = end - start + 1
        for one in cluster.as_completed(list(sizes)):
            tally.join(one.result())
            done += sizes[one]
            if progress is not None:
                progress(done, last - first + 1)
