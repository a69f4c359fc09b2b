"""English is complete, says the same things, and the compiled files are those of the text files."""

from __future__ import annotations

import pytest
from kit.catalogue import PACKAGES, broken, missing, mo_bytes, po_bytes, po_path, up_to_date


@pytest.mark.parametrize("domain", PACKAGES)
def test_every_sentence_has_its_english(domain: str) -> None:
    assert missing(up_to_date(domain)) == []


@pytest.mark.parametrize("domain", PACKAGES)
def test_placeholders_agree(domain: str) -> None:
    assert broken(up_to_date(domain)) == []


@pytest.mark.parametrize("domain", PACKAGES)
def test_files_are_up_to_date(domain: str) -> None:
    catalogue = up_to_date(domain)
    assert po_path(domain).read_bytes() == po_bytes(catalogue)
    assert po_path(domain).with_suffix(".mo").read_bytes() == mo_bytes(catalogue)
