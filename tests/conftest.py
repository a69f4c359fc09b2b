"""What all tests share: the order of the run."""

from __future__ import annotations

from collections.abc import Iterable

import pytest


def last(item: pytest.Item) -> bool:
    """Browser tests come last: they are the slowest to start and the likeliest to disturb timings."""
    return item.get_closest_marker("browser") is not None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=last)


def pytest_report_header() -> Iterable[str]:
    yield "repasse: formula, routing, repl"
