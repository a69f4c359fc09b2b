"""Where a ticket went astray the plan names the datum that is the cause: sixty situations in three invented places, told as people tell
them, written before the product was asked any of them."""

from __future__ import annotations

import pytest
from kit.astray import Seen, seen, situations

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """The sixty."""
    told = situations("perdidos.toml")
    assert len(told) == 60
    return seen(tmp_path_factory.mktemp("sixty"), told)


def test_the_cause_stands_in_the_first_three_lines(sixty: Seen) -> None:
    assert sixty.first >= 45, "\n\n".join(sixty.missed)


def test_the_cause_stands_on_the_first_screen(sixty: Seen) -> None:
    assert sixty.screen >= 56, "\n\n".join(sixty.missed)


def test_the_cause_is_said_somewhere(sixty: Seen) -> None:
    assert sixty.anywhere >= 58, "\n\n".join(sixty.missed)


def test_a_plan_that_may_happen_is_short(sixty: Seen) -> None:
    """At 80 columns."""
    assert sixty.length <= 14


@pytest.fixture(scope="module")
def thirty(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """The thirty written later."""
    told = situations("outros.toml")
    assert len(told) == 30
    return seen(tmp_path_factory.mktemp("thirty"), told)


def test_of_others_too_the_cause_is_said_early(thirty: Seen) -> None:
    """The same shares of thirty."""
    assert (thirty.first >= 23, thirty.screen >= 28, thirty.anywhere >= 29) == (True, True, True), "\n\n".join(thirty.missed)
    assert thirty.length <= 14
