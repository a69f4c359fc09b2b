"""The fuzz target on random inputs, without the fuzzer; and the fuzzer's own door."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from fuzz.formulas import as_words, examine, language, seeds, text_of
from hypothesis import given, settings
from hypothesis import strategies as st

WORDS = language()
SEEDS = seeds()
TARGET = Path(__file__).parent / "formulas.py"


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes(data: bytes) -> None:
    examine(text_of(data, WORDS))


@given(st.binary(max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_words(data: bytes) -> None:
    examine(text_of(b"\0" + data, WORDS))


@given(st.sampled_from(SEEDS), st.sampled_from(SEEDS), st.data())
@settings(max_examples=200, deadline=None)
def test_spliced_formulas(one: str, other: str, data: st.DataObject) -> None:
    cut, end = data.draw(st.integers(0, len(one))), data.draw(st.integers(0, len(other)))
    examine(one[:cut] + data.draw(st.sampled_from(["", *WORDS])) + other[end:])


@pytest.mark.slow
@pytest.mark.parametrize("text", SEEDS)
def test_the_formulas_it_starts_from(text: str) -> None:
    examine(text)


def test_a_formula_of_words_keeps_its_words() -> None:
    text = "SE VALOR > 1 ENTAO 2 SENAO 7 FIMSE"
    assert " ".join(text_of(as_words(text, WORDS), WORDS).split()) == text


def test_a_broken_promise_is_noticed() -> None:
    """The target itself can fail: a text whose canonical form is another formula."""
    from fuzz import formulas

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("formula.printing.printer.lay_out", lambda _: "1;\n")
        with pytest.raises(AssertionError):
            formulas.examine("2")


def test_without_the_fuzzer_its_command_says_what_is_missing() -> None:
    if find_spec("atheris") is not None:
        done = subprocess.run([sys.executable, TARGET, "-runs=1"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return
    done = subprocess.run([sys.executable, TARGET], capture_output=True, text=True, check=False)
    assert (done.returncode, "pip install atheris" in done.stderr) == (2, True)
