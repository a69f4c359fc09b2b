"""The language's corpus typed into the page: what the page runs is what the engine runs."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

import pytest
from kit.corpus import Case, cases, observed, portable, toml
from kit.service import served
from playwright.sync_api import Browser, Response, expect
from system.test_page import Opened

pytestmark = pytest.mark.browser


def link(text: str, context: Mapping[str, Any]) -> str:
    """The address of a page that holds a formula and a context."""
    written = "\n".join(f"{name} = {toml(value)}" for name, value in context.items())
    state = json.dumps({"formula": text, "context": written, "ticket": None}).encode()
    packer = zlib.compressobj(wbits=-15)
    return "#1" + base64.urlsafe_b64encode(packer.compress(state) + packer.flush()).decode().rstrip("=")


def typeable(case: Case) -> bool:
    """An editor keeps one kind of line end and no control characters; the rest of the corpus can be typed."""
    odd = any(character != "\n" and (ord(character) < 32 or character in "\ufeff\u2028\u2029\ud800") for character in case.text)
    return portable(case) and not odd


SHOWN = """async text => {
  const found = () => document.querySelector("#formula .cm-content");
  const view = () => found().cmTile?.view ?? found().cmView?.view;
  while (view()?.state.doc.toString() !== text) await new Promise((next) => setTimeout(next, 10));
}"""
"""Waits in the page itself: the driver's own waiting builds code from a text, which the page's policy forbids."""


def seen_by_page(opened: Opened, case: Case) -> dict[str, Any]:
    """Open the case in the page, run it as a person does, and observe what the page was answered."""
    page = opened.page
    wanted = case.text
    page.evaluate("hash => { location.hash = hash }", link(wanted, case.context))
    page.evaluate(SHOWN, wanted)
    with page.expect_response(lambda answer: is_run_of(answer, wanted)) as told:
        page.locator("#run").click()
    document = told.value.json()
    if told.value.ok:
        return {name: part for name, part in observed([], document).items() if name != "codes"}
    return {"codes": [fault["code"] for fault in document["diagnostics"]]}


def is_run_of(answer: Response, text: str) -> bool:
    """Whether an answer is to the run of a text, not to one before it nor to its steps."""
    if not answer.url.endswith("/sandbox/run"):
        return False
    asked = answer.request.post_data_json
    return asked["text"] == text and "trace" not in asked


def test_the_page_agrees_with_the_corpus(browser: Browser, tmp_path):
    chosen = [case for case in cases() if typeable(case)]
    assert len(chosen) > 0.8 * len(cases())
    different = []
    with served(cwd=tmp_path) as (_process, url, _lines):
        opened = Opened(browser, url)
        for case in chosen:
            seen = seen_by_page(opened, case)
            refused = "status" not in case.expected
            expected = {name: part for name, part in case.expected.items() if (name == "codes") == refused}
            if seen != expected:
                different.append((case.file, case.name, seen, expected))
        opened.context.close()
    assert different == []


def test_a_link_is_opened_though_the_page_writes_its_own_address_at_that_moment(browser: Browser, tmp_path):
    with served(cwd=tmp_path) as (_process, url, _lines):
        opened = Opened(browser, url)
        opened.page.evaluate(
            "([wanted, own]) => { location.hash = wanted; history.replaceState(null, '', own); }",
            [link("222;", {}), link("111;", {})],
        )
        expect(opened.page.locator("#formula .cm-content")).to_have_text("222;")
        opened.context.close()
