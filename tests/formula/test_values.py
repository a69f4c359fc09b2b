"""Readings of texts as values (T6)."""

from __future__ import annotations

import pytest

from formula.values import ambiguous_thousands


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("25.000", ("25", "25000")),
        (" 1.500 ", ("1.5", "1500")),
        ("-10.000", ("-10", "-10000")),
        ("999.999", ("999.999", "999999")),
        ("0.500", None),
        ("1200.500", None),
        ("12.50", None),
        ("1.000.000", None),
        ("1.000,00", None),
        ("25000", None),
        ("", None),
    ],
)
def test_a_text_that_may_be_thousands_or_thousandths(text: str, readings: tuple[str, str] | None) -> None:
    """Both readings, only when people differ."""
    assert ambiguous_thousands(text) == readings
