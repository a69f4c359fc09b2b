"""Compiled formulas that are kept: found by content, whole or not at all, and no different from those just compiled."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.corpus import Case, cases, observed, portable, seen_by_engine

import formula
from formula.builtins import TABLE
from formula.builtins.table import function
from formula.cache import MARK, Cache, key_of, opened, sealed
from formula.context import Context
from formula.limits import DEFAULT, Limits
from formula.runtime.compile import compile_program
from formula.runtime.packing import Unpackable, packed, unpacked
from formula.runtime.program import Program
from formula.schema import Schema
from formula.types import Number
from routing.workspace.contexts import context_of

TEXT = "SE VALOR > 1.5 E DATA = '24/11/2026' ENTAO CONCAT('a', MAIUSCULA(PRIORIDADE)) SENAO 2 FIMSE"
SCHEMA = Schema(fields={"VALOR": "numero", "DATA": "data"})
FIELDS = {"VALOR": 2, "DATA": datetime(2026, 11, 24), "PRIORIDADE": "Alta"}


class Drawer:
    """A shelf in memory."""

    def __init__(self, stamp: str = "1") -> None:
        self.stamp = stamp
        self.entries: dict[str, bytes] = {}
        self.asked: list[str] = []

    def get(self, key: str) -> bytes | None:
        self.asked.append(key)
        return self.entries.get(key)

    def put(self, key: str, entry: bytes) -> None:
        self.entries[key] = entry


def from_shelf(rule: formula.Rule) -> bool:
    """Whether a rule's code came from a shelf: then its text has not been read."""
    return rule.unread


def test_another_process_finds_what_was_compiled() -> None:
    drawer = Drawer()
    first = formula.compile(TEXT, SCHEMA, cache=Cache(drawer))
    again = formula.compile(TEXT, SCHEMA, cache=Cache(drawer))
    assert (from_shelf(first), from_shelf(again)) == (False, True)
    assert again.run(Context(fields=FIELDS)) == first.run(Context(fields=FIELDS))
    assert again.run(Context(fields=FIELDS)).value == "aALTA"


def test_memory_answers_before_the_shelf() -> None:
    drawer = Drawer()
    cache = Cache(drawer)
    first = formula.compile(TEXT, SCHEMA, cache=cache)
    before = len(drawer.asked)
    assert formula.compile(TEXT, SCHEMA, cache=cache) is first
    assert formula.compile(TEXT, Schema(fields={"VALOR": "numero", "DATA": "data"}), cache=cache) is first
    assert len(drawer.asked) == before


def test_the_code_that_trusts_no_field_is_kept_too() -> None:
    drawer = Drawer()
    wrong = {**FIELDS, "VALOR": "1.500"}
    first = formula.compile(TEXT, SCHEMA, cache=Cache(drawer)).run(Context(fields=wrong))
    assert len(drawer.entries) == 2
    again = formula.compile(TEXT, SCHEMA, cache=Cache(drawer))
    assert again.run(Context(fields=wrong)) == first
    assert from_shelf(again)


def test_called_formulas_are_kept() -> None:
    drawer = Drawer()
    context = Context(formulas={"BASE": "1 + 1"})
    schema = Schema.of(context)
    assert formula.compile("BASE * 2", schema, cache=Cache(drawer)).run(context).value == 4
    asked = Drawer()
    asked.entries = drawer.entries
    assert formula.compile("BASE * 2", schema, cache=Cache(asked)).run(context).value == 4
    assert len(asked.entries) == len(drawer.entries) >= 3
    assert all(asked.get(key) is not None for key in tuple(asked.asked))


def test_a_kept_rule_reads_its_text_again_when_asked() -> None:
    drawer = Drawer()
    text = "DECL X; SETVAR(X, 1); 2"
    first = formula.compile(text, cache=Cache(drawer))
    again = formula.compile(text, cache=Cache(drawer))
    assert from_shelf(again)
    assert [one.code for one in again.diagnostics] == [one.code for one in first.diagnostics] == ["variavel-sem-uso"]
    assert again.tree == first.tree
    assert again.record(Context()).outcome == first.record(Context()).outcome


def test_a_clean_text_need_not_be_read_for_its_diagnostics() -> None:
    drawer = Drawer()
    formula.compile(TEXT, SCHEMA, cache=Cache(drawer))
    again = formula.compile(TEXT, SCHEMA, cache=Cache(drawer))
    assert again.diagnostics == ()
    assert from_shelf(again)


def test_faults_of_kept_code_have_their_place() -> None:
    drawer = Drawer()
    text = "DECL A;\nSETVAR(A, 1);\n  A / (PRIORIDADE - 1)"
    outcomes = [formula.compile(text, cache=Cache(drawer)).run(Context(fields={"PRIORIDADE": "1"})) for _ in range(2)]
    assert outcomes[0] == outcomes[1]
    assert outcomes[1].diagnostics[0].start.line == 3


def test_errors_are_told_every_time() -> None:
    cache = Cache(Drawer())
    for _ in range(2):
        with pytest.raises(formula.FormulaError):
            formula.compile("1 +", cache=cache)


# -- keys -----------------------------------------------------------------------------------------


@function(origin="extension")
def triplo(numero: Number) -> Number:
    """Três vezes um número."""
    return numero * 3


KEYS: dict[str, tuple[str, Schema, bool, Limits, str]] = {
    "the text": (TEXT + " ", SCHEMA, False, DEFAULT, "1"),
    "a kind": (TEXT, Schema(fields={"VALOR": "texto", "DATA": "data"}), False, DEFAULT, "1"),
    "a parameter": (TEXT, Schema(fields={"VALOR": "numero", "DATA": "data"}, parameters={}), False, DEFAULT, "1"),
    "a formula": (TEXT, Schema(fields={"VALOR": "numero", "DATA": "data"}, formulas=["X"]), False, DEFAULT, "1"),
    "a stand-in": (TEXT, Schema(fields={"VALOR": "numero", "DATA": "data"}, functions={"X": "numero"}), False, DEFAULT, "1"),
    "a sentence": (TEXT, Schema(fields={"VALOR": "numero", "DATA": "data"}, sentences=["X"]), False, DEFAULT, "1"),
    "a context": (TEXT, Schema(fields={"VALOR": "numero", "DATA": "data"}, contexts=["global"]), False, DEFAULT, "1"),
    "a plugin's function": (TEXT, Schema(fields={"VALOR": "numero", "DATA": "data"}, table={**TABLE, "TRIPLO": triplo}), False, DEFAULT, "1"),
    "a missing function": (TEXT, Schema(fields={"VALOR": "numero", "DATA": "data"}, table={k: v for k, v in TABLE.items() if k != "ABS"}), False, DEFAULT, "1"),
    "strictness": (TEXT, Schema(fields={"VALOR": "numero", "DATA": "data"}, strict=True), False, DEFAULT, "1"),
    "lenience": (TEXT, SCHEMA, True, DEFAULT, "1"),
    "a limit of reading": (TEXT, SCHEMA, False, Limits(nesting=50), "1"),
    "the version": (TEXT, SCHEMA, False, DEFAULT, "2"),
}  # fmt: skip


@pytest.mark.parametrize("what", KEYS)
def test_whatever_the_code_depends_on_is_in_the_key(what: str) -> None:
    assert key_of(*KEYS[what]) != key_of(TEXT, SCHEMA, False, DEFAULT, "1")


def test_equal_names_have_equal_keys() -> None:
    same = Schema(fields={"DATA": "data", "VALOR": "numero"})
    assert key_of(TEXT, same, False, Limits(steps=5), "1") == key_of(TEXT, SCHEMA, False, DEFAULT, "1")


def test_the_interpreter_is_in_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    from formula import cache

    before = cache.versions()
    monkeypatch.setattr(sys, "version", sys.version + "x")
    assert cache.versions() != before


def test_equal_rows_with_other_implementations_are_told_apart() -> None:
    other = attrs.evolve(triplo, call=lambda numero: numero * 30)
    drawer = Drawer()
    cache = Cache(drawer)
    values = [
        formula.compile("TRIPLO(2)", Schema(table={**TABLE, "TRIPLO": row}), cache=cache).run().value for row in (triplo, other)
    ]
    assert values == [6, 60]
    assert len(drawer.entries) == 1


# -- damage ---------------------------------------------------------------------------------------


def entry() -> tuple[str, bytes]:
    """A real entry and its key."""
    drawer = Drawer()
    formula.compile(TEXT, SCHEMA, cache=Cache(drawer))
    return next(iter(drawer.entries.items()))


KEY, ENTRY = entry()


def made_again(damaged: bytes) -> None:
    """A shelf with a damaged entry gives the right rule, and a whole entry afterwards."""
    drawer = Drawer()
    drawer.entries[KEY] = damaged
    rule = formula.compile(TEXT, SCHEMA, cache=Cache(drawer))
    assert not from_shelf(rule)
    assert rule.run(Context(fields=FIELDS)).value == "aALTA"
    assert opened(drawer.entries[KEY], KEY) is not None


@given(st.integers(0, len(ENTRY) * 8 - 1))
def test_one_wrong_bit_is_noticed(bit: int) -> None:
    wrong = bytearray(ENTRY)
    wrong[bit // 8] ^= 1 << bit % 8
    made_again(bytes(wrong))


@given(st.integers(0, len(ENTRY) - 1))
def test_a_cut_entry_is_noticed(size: int) -> None:
    made_again(ENTRY[:size])


@given(st.binary(max_size=200), st.booleans())
def test_foreign_bytes_are_noticed(content: bytes, marked: bool) -> None:
    made_again(MARK + content if marked else content)


def test_bytes_after_an_entry_are_noticed() -> None:
    made_again(ENTRY + b"\0")


def test_an_entry_under_another_key_is_noticed() -> None:
    made_again(sealed(opened(ENTRY, KEY) or b"", KEY + "p"))


def test_an_entry_is_as_it_was_sealed() -> None:
    assert opened(ENTRY, KEY) is not None


# -- the whole language ---------------------------------------------------------------------------


def kept_door(text: str, tables: Any) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """As the engine's own door, by way of bytes."""
    given_ = context_of(tables)
    schema = Schema.of(given_.context)
    found = formula.check(text, schema, lenient=given_.lenient)
    diagnostics = [one.as_json() for one in found]
    if any(one.severity == "error" for one in found):
        return diagnostics, None
    drawer = Drawer()
    formula.compile(text, schema, lenient=given_.lenient, cache=Cache(drawer)).run(given_.context)
    rule = formula.compile(text, schema, lenient=given_.lenient, cache=Cache(drawer))
    assert from_shelf(rule), f"this code cannot be kept: {text}"
    return diagnostics, rule.run(given_.context).as_json()


@pytest.mark.parametrize("case", [case for case in cases() if portable(case)], ids=lambda case: f"{case.file}:{case.name}")
def test_the_corpus_runs_the_same_from_a_shelf(case: Case) -> None:
    assert observed(*kept_door(case.text, case.context)) == seen_by_engine(case)


def program_of(text: str) -> Program:
    return compile_program(formula.compile(text).checked, trusted=True)


def test_no_program_is_left_out_silently() -> None:
    program = program_of("1 + 1")
    stranger = attrs.evolve(program, namespace={**program.namespace, "X": object()})
    with pytest.raises(Unpackable):
        packed(stranger, TABLE)


def test_code_may_come_from_this_package_alone() -> None:
    from formula.runtime.packing import found

    for module, path in (("os", "system"), ("subprocess", "run"), ("builtins", "nothing_of_the_kind"), ("formulary", "x")):
        with pytest.raises(Unpackable):
            found(module, path)


def test_spans_survive() -> None:
    program = program_of("DECL A; SETVAR(A, 1); A / 0 + A * 2")
    again = unpacked(packed(program, TABLE), TABLE)
    assert list(again.spans) == list(program.spans)
    assert again.spans[-1] == program.spans[-1]
    assert list(again.spans[1:3]) == list(program.spans[1:3])
