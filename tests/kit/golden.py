"""Golden files: what people read, kept under tests/golden and compared as a whole."""

from __future__ import annotations

from pathlib import Path

from kit.paths import TESTS

GOLDEN = TESTS / "golden"


def compare(path: Path, got: str, *, updating: bool) -> None:
    """Compare with the kept text, or keep the new one. A missing file is a failure unless it is being written."""
    if updating:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(got, encoding="utf-8")
    assert got == (path.read_text(encoding="utf-8") if path.exists() else None)
