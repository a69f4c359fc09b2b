"""SQLite: how who wants to write waits for other processes. A turn takes a fraction of a millisecond, and SQLite's own pauses grow
from one millisecond to a hundred: beside others who look again sooner, who sleeps so long hardly ever finds it free.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from typing import Any

AT_ONCE = 0.001
"""Seconds in which we look again and again whether another process has ended its turn, others running in between: a move is
written in less, and the shortest sleep takes a good part of that."""
OF_THE_WAIT, LONGEST_PAUSE = 0.1, 0.005
"""Seconds of sleep between two looks afterwards: for each second waited, and at most."""


def is_busy(error: sqlite3.OperationalError) -> bool:
    """Whether another process holds the database."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def give_way() -> None:
    """Let others run first."""
    if sys.platform == "win32" or sys.platform == "darwin":
        time.sleep(0)
    else:
        os.sched_yield()


def begin(driver: Any, patience: float) -> None:
    """Begin to write, at the latest after ``patience`` seconds; then SQLite's own error."""
    began = time.monotonic()
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            waited = time.monotonic() - began
            if not is_busy(error) or waited >= patience:
                raise
        else:
            return
        if waited < AT_ONCE:
            give_way()
        else:
            time.sleep(min(waited * OF_THE_WAIT, LONGEST_PAUSE))


def begin_in_pool(driver: Any, patience: float) -> None:
    """As :func:`begin`, on a connection that else waits as SQLite does."""
    ((milliseconds,),) = driver.execute("PRAGMA busy_timeout").fetchall()
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        begin(driver, patience)
    finally:
        driver.execute(f"PRAGMA busy_timeout = {milliseconds}")
