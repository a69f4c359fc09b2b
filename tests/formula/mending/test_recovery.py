"""Faulty texts: what is told, where, and that fixes mend (rules L4–L10, P4, V2, C1–C6, O4, §8)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import formula
from formula.decoding import decode
from formula.diagnostics import Diagnostic
from formula.parser import parse


def told(text: str) -> list[tuple[str, int, int]]:
    """Code, line and column of each fault."""
    return [(fault.code, fault.start.line, fault.start.column) for fault in parse(text).diagnostics]


def fixed(text: str, fault: Diagnostic) -> str:
    assert fault.fix is not None
    return text[: fault.fix.span.start] + fault.fix.text + text[fault.fix.span.end :]


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("DECL A; SETVAR(A, 1)\nSETVAR(A, 2)", "DECL A; SETVAR(A, 1);\nSETVAR(A, 2)"),
        ("SE 1 = 1 2 FIMSE", "SE 1 = 1 ENTAO 2 FIMSE"),
        ("SE 1 = 1 ENTO 2 FIMSE", "SE 1 = 1 ENTAO 2 FIMSE"),
        ("SE 1 = 1 ENTAO 2", "SE 1 = 1 ENTAO 2 FIMSE"),
        ("ENQUANTO 1 = 2 FACA 3 FIMSE", "ENQUANTO 1 = 2 FACA 3 FIMENQ"),
        ("MAX(1, ABS(2);", "MAX(1, ABS(2));"),
        ("ABS(1))", "ABS(1)"),
        ("MAX(1; 2)", "MAX(1, 2)"),
        ("MAX(1 2)", "MAX(1, 2)"),
        ("SETVAR A = 1 + 2", "SETVAR(A, 1 + 2)"),
        ("A := 1 + 2; A", "SETVAR(A, 1 + 2); A"),
        ("SETVAR('A', 1)", "SETVAR(A, 1)"),
        ("1 < A < 3", "1 < A E A < 3"),
        ("1420,38 * 2", "1420.38 * 2"),
        ("1 == 2", "1 = 2"),
        ("A & B", "A  E  B"),
        ("'abc", "'abc'"),
        ("X('a, 'b')", None),
        ("1 // fim", "1 /* fim */"),
        ("AÇÃO", "ACAO"),
        ("RETORNE 5", " 5"),
        ("VAR A; 1", "DECL A; 1"),
    ],
)
def test_the_fix_mends(text: str, mended: str | None) -> None:
    (fault,) = parse(text).diagnostics
    if mended is not None:
        assert fixed(text, fault) == mended
        assert [found.severity for found in parse(mended).diagnostics] == []


def test_a_missing_end_names_its_opening() -> None:
    (fault,) = parse("1;\nSE A = 1 ENTAO\n  2").diagnostics
    assert (fault.code, fault.start.line, fault.start.column) == ("falta-fimse", 3, 4)
    assert fault.hint == "o SE da linha 2, coluna 1 precisa de FIMSE"
    assert [(other.start.line, other.start.column) for other in fault.related] == [(2, 1)]


def test_indentation_tells_where_an_end_is_missing() -> None:
    text = "SE A = 1 ENTAO\n  SE B = 1 ENTAO\n    1;\n  2\nSENAO\n  3\nFIMSE"
    assert told(text) == [("falta-fimse", 4, 3)]


def test_each_open_block_is_told() -> None:
    assert told("SE 1=1 ENTAO SE 2=2 ENTAO 3") == [("falta-fimse", 1, 28), ("falta-fimse", 1, 28)]


def test_all_faults_in_order_without_noise() -> None:
    text = "SE A == 1 ENTAO B := 'x'; C := C + 1 FIMSE; 1 = 2 & 3 = 4;\nMAX(1; 2); 3 + ;\n4 5"
    assert [(code, line) for code, line, _ in told(text)] == [
        ("igual-duplo", 1),
        ("atribuicao", 1),
        ("atribuicao", 1),
        ("e-comercial", 1),
        ("separador-de-argumentos", 2),
        ("falta-valor", 2),
        ("falta-ponto-e-virgula", 3),
    ]


def test_a_repaired_tree_lets_the_checker_go_on() -> None:
    codes = [fault.code for fault in formula.check("DECL A;\nSETVAR(A, 1\nSETVAR(B, CONCATT('x', 'y'));\nA")]
    assert codes == ["falta-parentese", "variavel-nao-declarada", "funcao-desconhecida"]


def test_no_faults_inside_what_an_open_comment_hides() -> None:
    assert [fault.code for fault in formula.check("DECL A; SE A = 1 ENTAO /* resto\n FIMSE")] == ["comentario-sem-fim"]


def test_no_run_of_a_repaired_tree() -> None:
    with pytest.raises(formula.FormulaError) as caught:
        formula.compile("1 +")
    assert [fault.code for fault in caught.value.diagnostics] == ["falta-valor"]


BAD = {
    "a million brackets": "(" * 1_000_000,
    "ten megabytes": "A;" * 5_000_000,
    "nested comments": "/*" * 400_000,
    "NULs": "\0" * 900_000,
    "open quotes": "'\n" * 400_000,
    "signs": "-" * 900_000,
    "closing brackets": ")" * 900_000,
    "open blocks": "SE 1 ENTAO " * 80_000,
    "words": "A " * 100_000,
    "lone surrogates": "\ud800" * 1_000,
    "members": "ABS(1)" + ".value" * 100_000,
    "assignments": ":=" * 400_000,
    "accents": "ç " * 400_000,
    "foreign words": "PARA " * 150_000,
    "square brackets": "[" * 900_000,
    "numbers": "1.2.3 " * 150_000,
    "unknown names": ";".join(f"NOME{number}" for number in range(50_000)),
    "near names": "DECL "
    + ",".join(f"VARIAVEL{number}" for number in range(5_000))
    + ";"
    + ";".join(f"SETVAR(VARIVEL{number}, 1)" for number in range(5_000)),
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_bad_input_is_told_and_ends(text: str) -> None:
    found = formula.check(text)
    assert any(fault.severity == "error" for fault in found)
    assert len(found) <= 210


def test_a_code_is_told_a_hundred_times_and_then_counted() -> None:
    found = formula.check("; ".join(f"NOME{number}" for number in range(130)))
    assert [fault.code for fault in found].count("nome-desconhecido") == 100
    assert [fault.message for fault in found if fault.code == "mais-do-mesmo"] == [
        "mais 30 casos de 'Nome desconhecido' não são mostrados"
    ]


def test_lints_do_not_stop_the_reading() -> None:
    found = formula.check("SE 1 = 1 ENTÃO 2 FIMSE; " * 120 + "1 +")
    assert [fault.code for fault in found if fault.severity == "error"] == ["falta-valor"]


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_answered(text: str) -> None:
    for fault in formula.check(text):
        assert 0 <= fault.span.start <= fault.span.end <= len(text)


WORDS = [
    "SE",
    "ENTAO",
    "SENAO",
    "FIMSE",
    "DECL",
    "SETVAR",
    "(",
    ")",
    ",",
    ";",
    "A",
    "B",
    "1",
    "2.5",
    "'x'",
    '"',
    "'",
    "=",
    "<",
    "==",
    ":=",
    "&",
    "E",
    "OU",
    "NAO",
    "REPITA",
    "ATE",
    "ENQUANTO",
    "FACA",
    "FIMENQ",
    "/*",
    "*/",
    "{",
    "}",
    "//",
    ".",
    ".5",
    "1e3",
    "ção",
    "PARA",
    "IF",
    "SENAOSE",
    "+",
    "-",
    "*",
    "/",
    "^",
    "MOD",
    "CONCAT(",
    "SETVAR(A,",
]


@given(st.lists(st.sampled_from((*WORDS, "\n", "\0")), max_size=40).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_any_words_are_answered(text: str) -> None:
    parsed = parse(text)
    places = [(fault.span.start, fault.span.end) for fault in parsed.diagnostics]
    assert places == sorted(places)
    assert parsed.tree is not None or any(fault.severity == "error" for fault in parsed.diagnostics)
    formula.check(text)


def test_bytes_become_text() -> None:
    assert decode("ação".encode()) == ("ação", [])
    assert decode(b"\xef\xbb\xbf1") == ("1", [])
    assert decode("ação".encode("utf-16")) == ("ação", [])
    text, notes = decode("'ação'".encode("cp1252"))
    assert text == "'ação'"
    assert [(note.code, note.start.column) for note in notes] == [("codificacao", 3)]
    assert "\ufffd" in decode(b"\x81\x8d")[0]


@pytest.mark.parametrize(
    "text",
    ["SETVAR()", "SETVAR(1, 2)", "SETVAR(, 1)", "SETVAR", "DECL A; SETVAR(", "DECL", "DECL A,", "SETVAR(SE, 2)", "SETVAR(ATE, 2)"],
)
def test_no_message_and_no_fix_speaks_of_a_name_that_nobody_wrote(text):
    """A missing name is told once; what the reading put in its place is not told as undeclared."""
    found = [one for one in formula.check(text) if one.severity == "error"]
    assert found
    assert not [str(one.message) for one in found if one.code == "variavel-nao-declarada" or "NAME" in str(one.message)]
    assert not [one.fix for one in found if one.fix is not None and "DECL" in str(one.fix)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("DECL '1'; 2", "depois de DECL vem o nome de uma variável; aqui há '1'"),
        ("DECL A, 5; A", "depois de DECL vem o nome de uma variável; aqui há 5"),
        ("DECL ; 2", "depois de DECL vem o nome de uma variável; aqui há ;"),
        ("SETVAR(1, 2)", "depois de SETVAR( vem o nome de uma variável; aqui há 1"),
        ("SETVAR('a b', 2)", "depois de SETVAR( vem o nome de uma variável; aqui há 'a b'"),
    ],
)
def test_where_a_name_goes_the_message_says_so(text, said):
    assert next(str(one.message) for one in formula.check(text)) == said
