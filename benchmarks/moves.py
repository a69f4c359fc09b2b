"""Durable moves a second against bare SQL that writes the same rows, and the cost of a move as the store grows.

    python benchmarks/moves.py [--moves N] [--rounds N] [--movers N ...] [--threads N] [--large N] [--database sqlite|postgresql]

Both sides run in one process, in turns, each on its own copy of the database. The desk reads, decides, explains and
applies each move. The bare side writes exactly the rows of the same moves (they are compared at the end) with the
statements a program without a desk would use: one transaction a move, the ticket's version expected, a statement a
table, on PostgreSQL a job a mail; it reads nothing and its rows are ready made. On PostgreSQL a second bare side sends
its statements in pipelines. Prints moves a second and their ratio: of one mover on each side; of several processes on each
side, or several threads of one process at the desk and one bare writer, each with tickets of its own; and of the most that each
side reaches in any of these ways, in the middle one of many rounds and in the best. Also, if asked, the ratio of a move's cost
with many tickets to few.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "tests")]

from kit.servers import postgres_database  # noqa: E402
from kit.workspaces import make_workspace  # noqa: E402

from routing.desk.desk import Desk, open_desk  # noqa: E402
from routing.domain.decision import Request  # noqa: E402
from routing.domain.model import Ticket, attendant_holder  # noqa: E402
from routing.http.workers.child import gather_rarely  # noqa: E402
from routing.store import tickets  # noqa: E402
from routing.store.engine import open_engine  # noqa: E402
from routing.store.unit import Store  # noqa: E402

NOW = datetime(2026, 11, 24, 10, 0)
TICKETS = 24
"""As many for each of 1, 2, 3 or 4 processes."""
BLOCK = 50


PLAIN = ("step_change", "handoff", "status_change", "discussion", "decision", "mail", "recipient")
"""The tables a move appends to; every row carries the move's own time."""

LEFT_OUT = frozenset({"id", "attachments", "attempts", "next_at", "lease_until", "worker", "sent_at", "remaining"})
"""Columns that the database or a worker fills."""

JOBS = "SELECT procrastinate_defer_jobs_v1(%s::procrastinate_job_to_defer_v1[])"
UPDATE = "UPDATE ticket SET version = ?, step = ?, holder = ?, changed_by = ?, changed_at = ? WHERE id = ? AND version = ?"

Written = list[tuple[str, list[tuple[Any, ...]]]]
"""Statements of one transaction, each with its rows."""
Shape = tuple[int, int]
"""Processes on each side, and threads that share each desk."""
Asking = tuple[str, Request, datetime]
"""What a caller of the desk gives."""


def model_moves(desk: Desk, count: int) -> list[Written]:
    """Let a desk make the moves, and read from its database what each of them wrote, as plain statements."""
    desk_moves(desk, count, 0)
    connection = desk.store.engine.raw_connection()
    driver: Any = connection.driver_connection
    mark = "?" if desk.store.is_sqlite else "%s"
    found: dict[Any, Written] = {}
    for table in PLAIN:
        cursor = driver.execute(f"SELECT * FROM {table} ORDER BY {in_order(table)}")
        names = [one[0] for one in cursor.description]
        kept = [place for place, name in enumerate(names) if name not in LEFT_OUT]
        listed = ", ".join(f'"{names[place]}"' for place in kept)
        text = f"INSERT INTO {table} ({listed}) VALUES ({', '.join([mark] * len(kept))})"
        for row in cursor.fetchall():
            statements = found.setdefault(row[names.index("at")], [])
            if not statements or statements[-1][0] != text:
                statements.append((text, []))
            statements[-1][1].append(tuple(row[place] for place in kept))
    connection.close()
    moves = [found[when] for when in sorted(found)]
    return [[(UPDATE.replace("?", mark), [ticket_values(written)]), *written] for written in moves]


def in_order(table: str) -> str:
    """The columns by which the rows of a table stand in the order of the moves."""
    return "at, address" if table == "recipient" else "id"


def ticket_values(written: Written) -> tuple[Any, ...]:
    """What a move changed in its ticket, as its own rows tell; last the row number and the version expected."""
    rows = {text.split()[2]: dict(zip(columns_of(text), rows[0], strict=True)) for text, rows in written}
    step, decision = rows["step_change"], rows["decision"]
    version = decision["version"]
    return (version, step["to_step"], step["holder_to"], decision["actor"], decision["at"], decision["ticket_id"], version - 1)


def columns_of(text: str) -> list[str]:
    """The columns of an INSERT made above."""
    return [name.strip(' "') for name in text[text.index("(") + 1 : text.index(")")].split(",")]


def bare_moves(store: Store, moves: Sequence[Written], pipeline: bool = False) -> float:
    """Seconds for as many transactions that write the same rows: a statement a table, the version of the ticket
    checked, on PostgreSQL a job for each mail. ``pipeline`` sends a transaction's statements in one go."""
    connection = store.engine.raw_connection()
    driver: Any = connection.driver_connection
    one = bare_on_sqlite if store.is_sqlite else bare_in_pipeline if pipeline else bare_on_postgres
    began = time.perf_counter()
    for written in moves:
        one(driver, written)
    spent = time.perf_counter() - began
    connection.close()
    return spent


def bare_on_sqlite(driver: Any, written: Written) -> None:
    """One transaction."""
    driver.execute("BEGIN IMMEDIATE")
    for text, rows in written:
        assert driver.execute(*one_statement(text, rows)).rowcount == len(rows)
    driver.execute("COMMIT")


def bare_on_postgres(driver: Any, written: Written) -> None:
    """One transaction, each statement waited for."""
    with driver.cursor() as cursor:
        for text, rows in written:
            cursor.execute(*one_statement(text, rows))
            assert cursor.rowcount == len(rows)
        cursor.execute(JOBS, (jobs(written),))
    driver.commit()


def one_statement(text: str, rows: list[tuple[Any, ...]]) -> tuple[str, Sequence[Any]]:
    """A statement with all its rows."""
    if len(rows) == 1:
        return text, rows[0]
    places = text[text.rindex("(") :]
    return text + f", {places}" * (len(rows) - 1), [value for row in rows for value in row]


def bare_in_pipeline(driver: Any, written: Written) -> None:
    """One transaction whose statements go out together."""
    with driver.pipeline():
        cursors = [driver.execute(text, row) for text, rows in written for row in rows]
        driver.execute(JOBS, (jobs(written),))
    assert cursors[0].rowcount == 1
    driver.commit()


def jobs(written: Written) -> list[tuple[Any, ...]]:
    """The jobs of the mails, as the queue's own function takes them."""
    text, rows = next(one for one in written if one[0].startswith("INSERT INTO mail "))
    place = columns_of(text).index("message_id")
    return [("repasse", "repasse.mail", 0, None, None, json.dumps({"name": row[place]}), None) for row in rows]


def desk_moves(desk: Desk, count: int, start: int) -> float:
    """Seconds for ``count`` moves through the desk, tickets in turn."""
    asked = asking(range(start, start + count))
    began = time.perf_counter()
    desk_moves_of(desk, asked)
    return time.perf_counter() - began


def asking(numbers: Iterable[int]) -> list[Asking]:
    """Moves by their numbers; each has its own time and key."""
    return [
        (
            f"1;1;{number % TICKETS + 1}",
            Request(action="advance", actor="1;2", key=f"mov-{number}"),
            NOW + timedelta(minutes=number),
        )
        for number in numbers
    ]


def desk_moves_of(desk: Desk, asked: Iterable[Asking]) -> None:
    """One after the other."""
    for key, request, now in asked:
        moved = desk.move(key, request, now)
        assert moved.status == "moved", moved.reason


def compare(database: str, moves: int) -> dict[str, float]:
    """Moves a second of the desk and of bare SQL, in alternating blocks, each on its own copy of the database; the
    best block of each, as others disturb, and the middle one of the blocks' own ratios."""
    with ExitStack() as stack:
        model, desk, bare, piped = (stack.enter_context(fresh_desk(database)) for _ in range(4))
        written = model_moves(model, moves)
        ours: list[float] = []
        plain: list[float] = []
        together: list[float] = []
        for start in range(0, moves, BLOCK):
            part = written[start : start + BLOCK]
            ours.append(desk_moves(desk, len(part), start) / len(part))
            plain.append(bare_moves(bare.store, part) / len(part))
            if database == "postgresql":
                together.append(bare_moves(piped.store, part, pipeline=True) / len(part))
        assert contents(desk) == contents(bare), "the two sides did not write the same rows"
    result = {
        "moves_s": round(1 / min(ours)),
        "bare_s": round(1 / min(plain)),
        "ratio": round(min(plain) / min(ours), 3),
        "ratio_of_middle_block": round(median(b / a for a, b in zip(ours, plain, strict=True)), 3),
    }
    if together:
        result |= {"bare_in_pipeline_s": round(1 / min(together)), "ratio_to_it": round(min(together) / min(ours), 3)}
    return result


def compare_together(database: str, rounds: int, shapes: Sequence[Shape]) -> dict[str, Any]:
    """The same with several processes on each side, or several threads of the desk; a service has several as well. All sides take
    turns, so that each round has a rate of every one from the same moment: the most of the desk's over the most of the bare ones is
    the round's ratio, and the middle round counts."""
    with ExitStack() as stack:
        model = stack.enter_context(fresh_desk(database))
        written = model_moves(model, rounds * BLOCK * max(count for count, _ in shapes) + TICKETS)
        sides = {one: stack.enter_context(two_sides(database, written, *one, rounds)) for one in shapes}
        rates = [{one: [BLOCK * one[0] / turn() for turn in both] for one, both in sides.items()} for _ in range(rounds)]
    shares = [max(ours for ours, _ in one.values()) / max(bare for _, bare in one.values()) for one in rates]
    best = [max(one[shape][side] for one in rates for shape in shapes) for side in (0, 1)]
    return {
        "together": {
            shape_name(shape): {
                "moves_s": round(median(one[shape][0] for one in rates)),
                "bare_s": round(median(one[shape][1] for one in rates)),
                "ratio": round(median(one[shape][0] / one[shape][1] for one in rates), 3),
            }
            for shape in shapes
        },
        "ratio_of_most": round(median(shares), 3),
        "ratio_of_best_rounds": round(best[0] / best[1], 3),
    }


def shape_name(shape: Shape) -> str:
    """For people."""
    processes, threads = shape
    return f"{processes} processes" if threads == 1 else f"{threads} threads"


@contextmanager
def two_sides(
    database: str, written: list[Written], count: int, threads: int, rounds: int
) -> Iterator[tuple[Callable[[], float], ...]]:
    """Processes of a desk and of bare SQL, so many each, every one with tickets and a connection of its own. Gives the functions
    that let each side make a block; at the end both must have written the same."""
    with fresh_desk(database) as bare, fresh_place(database) as place:
        open_desk(place).close()
        shares = [[n for n in range(len(written)) if n % TICKETS % count == one][: rounds * BLOCK] for one in range(count)]
        url = bare.store.engine.url.render_as_string(hide_password=False)
        with (
            processes(desk_mover, [(str(place), share, BLOCK, threads) for share in shares]) as ours,
            processes(bare_mover, [(url, [written[n] for n in share], BLOCK) for share in shares]) as plain,
        ):
            yield ours, plain
        with open_desk(place) as desk:
            assert in_any_order(desk) == in_any_order(bare), "the two sides did not write the same rows"


def desk_mover(work: tuple[str, list[int], int, int]) -> Iterator[None]:
    """Moves through a desk of this process, a block between two yields. Each of its threads has tickets of its own."""
    place, numbers, block, threads = work
    blocks = [numbers[start : start + block] for start in range(0, len(numbers), block)]
    shares = [[asking(n for n in one if n % TICKETS % threads == thread) for thread in range(threads)] for one in blocks]
    with open_desk(Path(place)) as desk, ThreadPoolExecutor(threads) as pool:
        gather_rarely()  # as the processes of the service do
        yield
        for share in shares:
            if threads == 1:
                desk_moves_of(desk, share[0])
            else:
                list(pool.map(desk_moves_of, [desk] * threads, share))
            yield


def bare_mover(work: tuple[str, list[Written], int]) -> Iterator[None]:
    """As :func:`desk_mover`, with bare SQL."""
    url, moves, block = work
    store = Store(open_engine(url))
    yield
    for start in range(0, len(moves), block):
        bare_moves(store, moves[start : start + block])
        yield


@contextmanager
def processes(mover: Callable[[Any], Iterator[None]], works: Sequence[Any]) -> Iterator[Callable[[], float]]:
    """A process for each work. Gives the function that lets all of them go on to their next yield, in seconds."""
    context = multiprocessing.get_context("spawn")
    ends = [context.Pipe() for _ in works]
    started = [context.Process(target=go_on, args=(theirs, mover, work)) for (_, theirs), work in zip(ends, works, strict=True)]
    for one, (_, theirs) in zip(started, ends, strict=True):
        one.start()
        theirs.close()

    def turn() -> float:
        began = time.perf_counter()
        for ours, _ in ends:
            ours.send(True)
        for ours, _ in ends:
            assert ours.recv()
        return time.perf_counter() - began

    try:
        turn()
        yield turn
    finally:
        for ours, _ in ends:
            ours.close()
        for one in started:
            one.join()


def go_on(asked: Connection, mover: Callable[[Any], Iterator[None]], work: Any) -> None:
    """In a process: one yield each time it is asked."""
    steps = mover(work)
    with suppress(EOFError):
        while asked.recv():
            next(steps)
            asked.send(True)


def contents(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every table of a move, without what names the database itself."""
    connection = desk.store.engine.raw_connection()
    driver: Any = connection.driver_connection
    made = {}
    for table in ("ticket", *PLAIN):
        rows = driver.execute(f"SELECT * FROM {table} ORDER BY {in_order(table)}").fetchall()
        made[table] = [tuple("" if str(value).startswith("<repasse.") else value for value in row) for row in rows]
    connection.close()
    return made


def in_any_order(desk: Desk) -> dict[str, list[str]]:
    """The same without row numbers, which depend on who came first."""
    return {name: sorted(repr(row[1:]) for row in rows) for name, rows in contents(desk).items()}


def growth(desk: Desk, moves: int, large: int) -> float:
    """The cost of a move with ``large`` tickets over that with 1,000, each the best of blocks."""
    fill(desk, 1_000)
    few = min(desk_moves(desk, BLOCK, 100_000 + n * BLOCK) for n in range(moves // BLOCK))
    fill(desk, large)
    many = min(desk_moves(desk, BLOCK, 200_000 + n * BLOCK) for n in range(moves // BLOCK))
    return many / few


def fill(desk: Desk, upto: int) -> None:
    """Bring the store to so many tickets, in transactions of 20,000."""
    present = len(desk.tickets())
    for start in range(present, upto, 20_000):
        with desk.store.writing() as unit:
            for code in range(start, min(start + 20_000, upto)):
                ticket = Ticket(
                    coligada=1, locality=2, code=code, type=10, step=1, opener="1;2", holder=attendant_holder("1;3"),
                    subject=f"Pedido {code}",
                )  # fmt: skip
                tickets.add(unit, ticket)
            unit.commit()


@contextmanager
def fresh_desk(database: str) -> Iterator[Desk]:
    """A desk over a new database of a kind, with the sample tickets."""
    with fresh_place(database) as place, open_desk(place) as desk:
        yield desk


@contextmanager
def fresh_place(database: str) -> Iterator[Path]:
    """A workspace with a new database of a kind."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(postgres_database() if database == "postgresql" else nullcontext(f"sqlite:///{folder}/b.sqlite"))
        limits = "[limites]\nmovimentos_por_hora = 100000\nemails_por_hora = 1000000\n"
        make_workspace(folder / "pasta", TICKETS, f'banco = "{url}"\n{limits}')
        yield folder / "pasta"


def main() -> None:
    """Run and print one line a database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=30, help="of several processes, each a block of 50 moves")
    parser.add_argument("--movers", type=int, nargs="*", default=[1, 2, 3], help="numbers of processes on each side")
    parser.add_argument("--threads", type=int, default=8, help="threads of one process at the desk; 0 measures none")
    parser.add_argument("--large", type=int, default=0, help="also measure growth up to so many tickets")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    chosen = parser.parse_args()
    results = []
    for database in chosen.database or ("sqlite", "postgresql"):
        result: dict[str, Any] = {"database": database, **compare(database, chosen.moves)}
        shapes = [*((one, 1) for one in chosen.movers), *([(1, chosen.threads)] if chosen.threads > 1 else [])]
        if shapes:
            result |= compare_together(database, chosen.rounds, shapes)
        result["asked"] = 0.55
        if chosen.large:
            with fresh_desk(database) as desk:
                result["growth"] = round(growth(desk, chosen.moves, chosen.large), 3)
        results.append(result)
        if chosen.format == "text":
            print(" · ".join(f"{key} {value}" for key, value in result.items()), flush=True)
    if chosen.format == "json":
        print(json.dumps(results))


if __name__ == "__main__":
    main()
