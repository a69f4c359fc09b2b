"""Texts that come from elsewhere: each foreign piece gets one message, whose fix leaves what was meant (L4–L6, L11, O4)."""

from __future__ import annotations

import time

import pytest

import formula
from formula.engine import examine
from formula.limits import Limits
from formula.mending.pasting import as_meant

MEANT = "SE PRIORIDADE = 'Urgente' ENTAO '1;3' SENAO '5' FIMSE"

FOREIGN = [
    ("SE PRIORIDADE = &#39;Urgente&#39; ENTAO '1;3' SENAO '5' FIMSE", "texto-de-pagina", 2),
    ("SE PRIORIDADE = &apos;Urgente&apos; ENTAO '1;3' SENAO '5' FIMSE", "texto-de-pagina", 2),
    ("SE&nbsp;PRIORIDADE = 'Urgente' ENTAO '1;3' SENAO '5' FIMSE", "texto-de-pagina", 1),
    ("SE PRIORIDADE = 'Urgente' ENTAO<br>'1;3' SENAO '5' FIMSE", "texto-de-pagina", 1),
    ("<p>SE PRIORIDADE = 'Urgente' ENTAO '1;3' SENAO '5' FIMSE</p>", "texto-de-pagina", 2),
    ("SE PRIORIDADE = 'Urgente' <b>ENTAO</b> '1;3' SENAO '5' FIMSE", "texto-de-pagina", 2),
    ("SE PRIORIDADE ＝ 'Urgente' ENTAO '1;3' SENAO '5' FIMSE", "sinal-tipografico", 1),
    ("SE PRIОRIDADE = 'Urgente' ENTAO '1;3' SENAO '5' FIMSE", "acento-no-nome", 1),
    ("SE PRIO\u200bRIDADE = 'Urgente' ENTAO '1;3' SENAO '5' FIMSE", "caractere-estranho", 1),
    ("SE PRIORIDADE = \u202e'Urgente' ENTAO '1;3' SENAO '5' FIMSE", "caractere-estranho", 1),
    ("SE PRIORIDADE = ''Urgente'' ENTAO '1;3' SENAO '5' FIMSE", "texto-de-fora", 1),
    ("SE PRIORIDADE = \"\"Urgente\"\" ENTAO '1;3' SENAO '5' FIMSE", "texto-de-fora", 1),
    ("'SE PRIORIDADE = ''Urgente'' ENTAO ''1;3'' SENAO ''5'' FIMSE'", "texto-de-fora", 1),
    ("> SE PRIORIDADE = 'Urgente'\n> ENTAO '1;3'\n> SENAO '5' FIMSE", "texto-de-fora", 1),
    ("1 SE PRIORIDADE = 'Urgente'\n2 ENTAO '1;3'\n3 SENAO '5' FIMSE", "texto-de-fora", 1),
    ("```\nSE PRIORIDADE = 'Urgente' ENTAO '1;3' SENAO '5' FIMSE\n```", "texto-de-fora", 1),
    ("=SE PRIORIDADE = 'Urgente' ENTAO '1;3' SENAO '5' FIMSE", "texto-de-fora", 1),
    ("SE PRIORIDADE = N'Urgente' ENTAO '1;3' SENAO '5' FIMSE", "texto-de-fora", 1),
    ("SE PRIORIDADE = \\'Urgente\\' ENTAO '1;3' SENAO '5' FIMSE", "texto-de-fora", 1),
    ("SE PRIORIDADE = 'Urgente' ENTAO\\n'1;3' SENAO '5' FIMSE", "texto-de-fora", 1),
    ("SE [PRIORIDADE] = 'Urgente' ENTAO '1;3' SENAO '5' FIMSE", "texto-de-fora", 1),
    ("SE PRIORIDADE = 'Urgente’ ENTAO '1;3' SENAO '5' FIMSE", "aspas-curvas", 1),
    ("SE PRIORIDADE = ‘Urgente' ENTAO '1;3' SENAO '5' FIMSE", "aspas-curvas", 1),
    ("SE PRIORIDADE = «Urgente» ENTAO '1;3' SENAO '5' FIMSE", "aspas-curvas", 1),
    ("SE PRIORIDADE = \"Urgente' ENTAO '1;3' SENAO '5' FIMSE", "texto-sem-fim", 1),
    ("SE PRIORIDADE = 'Urgente' ENTAO '1;3' -- gestor\nSENAO '5' FIMSE", "comentario-de-linha", 1),
    ("-- regra\nSE PRIORIDADE = 'Urgente' ENTAO '1;3' SENAO '5' FIMSE", "comentario-de-linha", 1),
    ("# regra\nSE PRIORIDADE = 'Urgente' ENTAO '1;3' SENAO '5' FIMSE", "comentario-de-linha", 1),
    ("<!-- regra -->SE PRIORIDADE = 'Urgente' ENTAO '1;3' SENAO '5' FIMSE", "comentario-de-linha", 1),
    ("SE PRIORIDADE = 'Urgente' ENTAO '1;3' SENAO '5' FIM SE", "palavra-de-outra-linguagem", 1),
    ("SE PRIORIDADE = 'Urgente' ENTAO BEGIN '1;3' END SENAO '5' FIMSE", "palavra-de-outra-linguagem", 1),
]


def tokens_of(text: str) -> list[str]:
    """The words of a text without its comments, however it is laid out."""
    from formula.parser import words

    return [str(token).replace('"', "'").upper() for token in words(text)]


@pytest.mark.parametrize(("text", "code", "times"), FOREIGN, ids=[repr(text) for text, _, _ in FOREIGN])
def test_foreign_pieces_are_told_once_and_their_fixes_leave_what_was_meant(text: str, code: str, times: int) -> None:
    assert [fault.code for fault in formula.check(text)] == [code] * times
    for _ in range(times):
        fix = formula.check(text)[0].fix
        assert fix is not None
        text = text[: fix.span.start] + fix.text + text[fix.span.end :]
    assert tokens_of(text) == tokens_of(MEANT)
    assert formula.check(text) == []


JOINED = [
    ("'1' || ';' || 3", "CONCAT('1', ';', 3)"),
    ("'1;' & COLIGADA", "CONCAT('1;', COLIGADA)"),
    ("'1;' &amp; COLIGADA", "CONCAT('1;', COLIGADA)"),
    (
        "SE COLIGADA = 1 ENTAO 'a' || USUARIOCORRENTE SENAO '5' FIMSE",
        "SE COLIGADA = 1 ENTAO CONCAT('a', USUARIOCORRENTE) SENAO '5' FIMSE",
    ),
]


@pytest.mark.parametrize(("text", "better"), JOINED)
def test_joined_texts_become_a_call_of_concat(text: str, better: str) -> None:
    (fault,) = formula.check(text)
    assert fault.fix is not None
    assert "CONCAT" in fault.message
    assert text[: fault.fix.span.start] + fault.fix.text + text[fault.fix.span.end :] == better


NOT_FOREIGN = [
    "5 --3",
    "DECL A; SETVAR(A, 5); A -- A",
    "SE ASSUNTO = '' E SOLUCAO = '' ENTAO '1;3' SENAO '5' FIMSE",
    "SE ASSUNTO=''ENTAO '1;3' SENAO '5' FIMSE",
    "CONCAT('',ASSUNTO,'')",
    "CONCAT('d’água', \" 5' \")",
    "ADICIONARDISCUSSAO('<b>visto</b> &amp; lido -- # [x] \\n'); '5'",
    "'1;3 /* SE ENTAO */ // {'",
    "DECL FIM, INICIO; SETVAR(INICIO, 1); SETVAR(FIM, 2); INICIO + FIM",
    "DECL N; SETVAR(N, 1); N",
    "/* <br> -- & \\ [ */ '5'",
    "1;\n2;\n3",
    "1\n",
]


@pytest.mark.parametrize("text", NOT_FOREIGN)
def test_what_only_looks_foreign_is_left_alone(text: str) -> None:
    assert as_meant(text, "x", lambda _: False) == (), "however it reads"
    assert [fault.code for fault in formula.check(text) if fault.severity == "error"] == []


def test_later_faults_stand_at_their_places_in_the_authors_text() -> None:
    text = "SE&nbsp;PRIORIDADE &#61; &#39;Urgente&#39; ENTAO DESCONHECIDA(1) SENAO '5' FIMSE"
    unknown = formula.check(text)[-1]
    assert unknown.code == "funcao-desconhecida"
    assert text[unknown.span.start : unknown.span.end] == "DESCONHECIDA"


def test_utf_16_without_a_mark_is_one_message() -> None:
    (fault,) = formula.check("\0".join(MEANT) + "\0")
    assert "UTF-16" in fault.message
    assert fault.fix is not None
    assert fault.fix.text == MEANT


@pytest.mark.parametrize("sign", ["\0", "\ud800"])
@pytest.mark.parametrize("around", ["'a{}b'", "/* a{}b */ '5'", "'5'; {}'6'"])
def test_what_no_text_can_hold_is_refused_at_its_place(sign: str, around: str) -> None:
    text = around.format(sign)
    (fault,) = formula.check(text)
    assert (fault.severity, fault.span.start) == ("error", text.index(sign))


PIECES = (
    "&#39;", "<b>", "''a", "[", "\\'", "BEGIN ", "'a' || ", "‘a", "-- ", "&amp;", "1E", "> ", "(*", "(* a", "<!--", "a?", "a ? b : ",
    "\n' a", "SE ", "{a", "%a", "_ ", "- ", "'' a", "** ", "R$ ", "1 m", "IIF(", "CASE WHEN a THEN ", "A", "é", "_",
    "PARA A = 1 ", "FOR A = 1 TO 2 DO ", "for (a = 1; a < 2; a++) { ",
    "a{", "a-\n", "f(x ", "a = b ", "S E ", "switch (a) { case 1: b; break; ", "a -> ", "SE a = 1 => ", "'a {}'.format(", "'a %s' % b ", "1 m ",
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_foreign_signs_over_and_over_are_read_in_little_time(piece: str) -> None:
    """In proportion to their number: what is looked for far away is not looked for from each of them."""
    spent = []
    for count in (5_000, 20_000):
        began = time.process_time()
        examine(piece * count, limits=Limits())
        spent.append(time.process_time() - began)
    assert spent[1] <= 8 * spent[0] + 0.5, spent
    assert spent[1] < 5
