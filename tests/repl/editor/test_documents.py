"""Open texts: places in an editor's units, and words kept over edits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import formula
from formula.editing.typed_words import words, words_again
from repl.editor.documents import UTF8, UTF16, UTF32, Document

PIECES = st.lists(
    st.sampled_from(["A", "SE", "'x y'", "'", "(", ")", " ", "\n", "/*", "*/", "1.5", ".", "<", ">", ";", "é", "😀", '"']),
    max_size=30,
).map("".join)


@given(PIECES, PIECES, PIECES, PIECES)
def test_words_after_an_edit_are_those_of_the_whole_text(start: str, old: str, new: str, end: str):
    before, after = start + old + end, start + new + end
    assert words_again(after, before, words(before)) == words(after)


def test_a_letter_may_decide_about_digits_far_before_it():
    before, after = "1.51.5B (2)", "1.51.5 (2)"
    assert words_again(after, before, words(before)) == words(after)


@pytest.mark.parametrize(("units", "column"), [(UTF8, 10), (UTF16, 7), (UTF32, 6)])
def test_columns_count_in_the_editors_units(units: str, column: int):
    document = Document("1;\r\n'é😀' + B", "x", formula.Schema(), units=units)
    offset = document.text.index(" + B")
    assert document.place(offset + 1) == (1, column - 1)
    assert document.offset(1, column - 1) == offset + 1


def test_places_past_the_end_are_the_end():
    document = Document("12;\nA", "x", formula.Schema())
    assert (document.offset(0, 99), document.offset(9, 0)) == (3, 5)
