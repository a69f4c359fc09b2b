"""A few hundred random inputs for the fuzz target of the doors."""

from __future__ import annotations

import tomllib
from pathlib import Path
from random import Random

import pytest
from fuzz import doors
from kit.paths import TESTS

GUARD = tomllib.loads(Path(TESTS, "routing/workspace/sentence_guard.toml").read_text(encoding="utf-8"))
SEEDS = [text for lists in GUARD.values() for texts in lists.values() for text in texts]
TEXTS = (*SEEDS, '{"ticket":"1;1;1","a":[1,2.5,null]}', '[a.b]\nc = "x" # y\nd = [1, {e = 2}]\n', "a = '''x'''\n")


@pytest.mark.parametrize("seed", range(4))
def test_broken_texts_are_answered(seed: int) -> None:
    random = Random(seed)
    for _ in range(60):
        data = bytearray(random.choice(TEXTS).encode())
        for _ in range(random.randrange(6)):
            at = random.randrange(len(data) + 1)
            data[at : at + random.randrange(3)] = random.choice(
                [b"", b'"', b"(", b"]", b"\\", b"\xff", b";", b"\x00", b"::", b"--"]
            )
        for door in range(3):
            doors.examine(bytes([door]) + bytes(data))
