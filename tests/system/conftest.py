"""What the tests of pages share: a browser, and a studio for those that leave it running."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx
    from kit.studio import Studio
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from kit.chromium import FLAGS, chromium
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield made
        made.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Studio, httpx.Client]]:
    """A studio on the purchase example."""
    from kit.studio import studio

    from repl.example import copy_example

    folder = tmp_path_factory.mktemp("estudio") / "compras"
    copy_example(folder)
    with studio(folder) as running, running.client() as client:
        yield running, client
