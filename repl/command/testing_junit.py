"""The result of rule tests as JUnit XML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from routing.testing.report import shown_path
from routing.testing.run import FAILED, SKIPPED

if TYPE_CHECKING:
    from repl.command.testing_wish import Ended


def junit(ended: Sequence[tuple[Ended, str]], seconds: float) -> bytes:
    """One test case an entry; ``file`` and ``line`` say where it stands."""
    counts = {status: str(sum(one.status == status for one, _ in ended)) for status in (FAILED, SKIPPED)}
    root = ET.Element("testsuites")
    suite = ET.SubElement(
        root,
        "testsuite",
        name="repasse",
        tests=str(len(ended)),
        failures=counts[FAILED],
        errors="0",
        skipped=counts[SKIPPED],
        time=f"{seconds:.3f}",
    )
    for one, detail in ended:
        path = shown_path(one.entry.file.path)
        case = ET.SubElement(
            suite,
            "testcase",
            classname=path,
            name=plain(one.entry.name),
            file=path,
            line=str(one.entry.line),
            time=f"{one.seconds:.6f}",
        )
        if one.status == FAILED:
            failure = ET.SubElement(case, "failure", message=plain(detail.splitlines()[0] if detail else ""))
            failure.text = plain(detail)
        elif one.status == SKIPPED and one.result is not None:
            ET.SubElement(case, "skipped", message=plain(one.result.reason))
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def plain(text: str) -> str:
    """A text without what XML cannot hold."""
    return "".join(
        char if char in "\t\n\r" or (char >= " " and not "\ud800" <= char <= "\udfff" and char not in "\ufffe\uffff") else "\ufffd"
        for char in text
    )
