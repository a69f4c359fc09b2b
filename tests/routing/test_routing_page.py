"""docs/routing.md says what the code does: tables, drawings, defaults."""

from __future__ import annotations

import re

import attrs
import pytest
from kit.paths import ROOT

from routing.deciding.handoffs import KINDS
from routing.domain.access import ACT, HAND_OFF, LINK_CLIENT, REOPEN
from routing.domain.flow import TRANSITIONS
from routing.domain.site import Policy
from routing.workspace.folder import POLICY_KEYS
from routing.workspace.references import ACTION_ITEMS

PAGE = (ROOT / "docs" / "routing.md").read_text("utf-8")


def test_the_table_of_actions():
    rows = {
        row[0]: row[1]
        for row in re.findall(r"^\| `([a-z-]+)` \| ([A-Z –a-zfil]+?) \|", PAGE, re.MULTILINE)
        if row[0] in TRANSITIONS
    }
    assert set(rows) == set(TRANSITIONS)
    for action, written in rows.items():
        if action not in ("open", "claim"):
            assert set(written.split()) == set(TRANSITIONS[action].sources), action


def test_every_gate_kind_right_and_item_is_named():
    words = [
        *(f"| G{number} |" for number in range(1, 14)),
        *(f"| `{kind}` |" for kind in KINDS),
        *(f"`{right}`" for right in (ACT, HAND_OFF, REOPEN, LINK_CLIENT)),
        *(f"`{item}`" for item in ACTION_ITEMS),
    ]
    assert [word for word in words if word not in PAGE] == []


@pytest.mark.parametrize("key", POLICY_KEYS)
def test_the_defaults_of_limits(key):
    assert f"| `{key}` | {attrs.asdict(Policy())[POLICY_KEYS[key]]} |" in PAGE


def test_every_key_of_a_step_and_type_is_told():
    source = (ROOT / "routing" / "workspace" / "reading.py").read_text("utf-8")
    part = source[source.index("def read_type") : source.index("def upper")]
    keys = set(re.findall(r"table\.\w+\(\"(\w+)\"", part))
    assert {key for key in keys if f"`{key}`" not in PAGE} == set()
