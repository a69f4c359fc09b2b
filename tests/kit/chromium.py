"""Debian's Chromium, and how the tests start it."""

from __future__ import annotations

import os
import shutil

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def chromium() -> str:
    """The path of Debian's Chromium."""
    found = os.environ.get("REPASSE_TEST_CHROMIUM") or shutil.which("chromium")
    assert found is not None, "Chromium is not installed: apt-get install chromium"
    return found
