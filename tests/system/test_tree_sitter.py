"""The tree-sitter grammar of ``editors/`` reads what the engine's own parser reads, and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from kit.corpus import cases
from kit.paths import ROOT
from kit.tree_sitter import corpus, grammar_of, parser_of, shape
from lark import Lark
from lark.exceptions import UnexpectedInput

from formula.parser import parse
from formula.reading.lexer import KEYWORDS

FOLDER = ROOT / "editors" / "tree-sitter-repasse"
SHIPPED = sorted(path for place in ("repl/examples", "examples") for path in (ROOT / place).rglob("*.formula"))
TESTS = [(path.stem, *one) for path in sorted((FOLDER / "test" / "corpus").glob("*.txt")) for one in corpus(path)]

ELSEWHERE = {"acento-no-nome"}
"""Faults of words, which leave the tree as it is."""


@pytest.fixture(scope="module")
def parser() -> Lark:
    """Lark refuses a grammar with conflicts."""
    return parser_of(FOLDER)


def reads(parser: Lark, text: str) -> bool:
    """Whether a text has a tree without faults."""
    try:
        parser.parse(text)
    except UnexpectedInput:
        return False
    return True


def test_every_shipped_formula_is_read(parser: Lark):
    assert len(SHIPPED) > 10
    assert [path for path in SHIPPED if not reads(parser, path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(("file", "name", "text", "tree"), TESTS, ids=[f"{one[0]}: {one[1]}" for one in TESTS])
def test_trees_are_those_of_the_grammars_own_tests(parser: Lark, file: str, name: str, text: str, tree: str):
    if tree == ":error":
        assert not reads(parser, text)
    else:
        assert shape(parser.parse(text)) == tree


def test_the_corpus_of_the_language_is_judged_alike(parser: Lark):
    """What the engine has nothing to mend in has a tree, and the rest has none."""
    told = {}
    for case in cases():
        found = [one.code for one in parse(case.text).diagnostics if one.severity == "error"]
        if (not found) != reads(parser, case.text) and not ELSEWHERE.issuperset(found or {""}):
            told[case.name] = found
    assert told == {}


@pytest.mark.parametrize(
    "text",
    [
        "SE A ENTAO 1",
        "1 +",
        "SETVAR(A)",
        "DECL",
        "A B",
        "1 < 2 < 3",
        "(1",
        "'aberto",
        "NAO",
        "REPITA A",
        "A.B",
        "1 == 1",
        "ENQUANTO A FACA",
    ],
)
def test_what_the_engine_refuses_has_no_tree(parser: Lark, text: str):
    assert any(one.severity == "error" for one in parse(text).diagnostics)
    assert not reads(parser, text)


def test_queries_name_what_the_grammar_has():
    found = grammar_of(FOLDER)
    written = (FOLDER / "grammar.js").read_text(encoding="utf-8")
    named = {*found["rules"], "binary_expression", "unary_expression"}
    fields = set(re.findall(r'field\("(\w+)"', written))
    literal = {*re.findall(r'word\("(\w+)"\)', written), *re.findall(r'"([^\w"]{1,2})"', written)}
    for path in (FOLDER / "queries").glob("*.scm"):
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"\((\w+)", text)) <= named, path.name
        assert set(re.findall(r"(\w+):", text)) <= fields, path.name
        assert set(re.findall(r'"([^"]+)"', text)) <= literal, path.name
    coloured = (FOLDER / "queries" / "highlights.scm").read_text(encoding="utf-8")
    words = {word for word in KEYWORDS.values() if f'"{word}"' not in coloured}
    assert words == {"VERDADE", "FALSO"}, "the two are nodes of their own"


def test_tree_sitter_itself_generates_and_passes(tmp_path: Path):
    """Where the program is: it is fetched from outside the package registries, so no machine must have it."""
    program = shutil.which("tree-sitter")
    if program is None:
        return  # the grammar is read above by other means
    place = shutil.copytree(FOLDER, tmp_path / "grammar")
    for words in (["generate"], ["test"], ["parse", "--quiet", *map(str, SHIPPED)]):
        done = subprocess.run([program, *words], cwd=place, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
