"""What all tests share: the order of the run, compiled modules, and a folder of their own for compiled formulas."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

SYSTEM = Path(__file__).parent / "system"
"""What goes against real servers takes long."""
KEPT = TemporaryDirectory(prefix="repasse-codigo-")
os.environ["REPASSE_CACHE"] = KEPT.name

# Tests start some hundreds of programs, which would each read the sources of a changed module again; their own would be read, and
# their assertions told anew, at every run.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts what runs in the background (``&``, ``nohup``) without Ctrl-C; the programs that tests interrupt inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update", action="store_true", help="write expectations of corpus and golden files anew; the difference is for review"
    )


@pytest.fixture
def updating(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written."""
    return bool(request.config.getoption("--update"))


def last(item: pytest.Item) -> bool:
    """Browser tests come last: they are the slowest to start and the likeliest to disturb timings."""
    return item.get_closest_marker("browser") is not None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if SYSTEM in item.path.parents:
            item.add_marker("slow")
    items.sort(key=last)


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay to the end: the search for garbage need not look at them over and over."""
    gc.collect()
    gc.freeze()


def pytest_report_header() -> Iterable[str]:
    yield "repasse: formula, routing, repl"
