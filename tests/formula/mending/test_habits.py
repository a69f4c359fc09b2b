"""What people bring along from other languages and spreadsheets: one message each, with the way to write it here."""

from __future__ import annotations

import pytest
from kit.counting import growth

import formula

SCHEMA = formula.Schema(parameters={"VALOR": "numero"})

MENDED = [
    ("REPASSARATENDIMENTO(RETPROXIMOCHEFESECAOLABORE('01.02', 'GER'), -1, '')", "argumentos-demais"),
    ("REPASSARATENDIMENTO(RETORNAPROXIMOCHEFESECAOLABORE(1), -1, '')", "faltam-argumentos"),
    ("SE PRIORIDADE = 'Alta' ENTAO '1;3' FIMSE SENAO '5' FIMSE", "fim-sem-inicio"),
    ("SE PRIORIDADE = 'Alta' OU 'Urgente' ENTAO '1;3' SENAO '5' FIMSE", "tipo-errado"),
    ("SE VALOR > 1000 ENTAO '1;3' SENAO '5' FIMSE", "nome-desconhecido"),
    ("SE NIVELACESSO = 1 OU 2 ENTAO '1;3' SENAO '5' FIMSE", "condicao-numerica"),
    ("SE PRIORIDADE NAO = 'Alta' ENTAO '1;3' SENAO '5' FIMSE", "diferente-errado"),
    ("SE ASSUNTO = NULL ENTAO '1;3' SENAO '5' FIMSE", "palavra-de-outra-linguagem"),
    ("SE PRIORIDADE = 'Alta' ENTAO '1;3' SENAO '5' END", "palavra-de-outra-linguagem"),
    ("DECL TOTAL;\nSETVAR(10, TOTAL);\nTOTAL", "setvar-sem-nome"),
    ("DECL TOTAL NUMERO;\nSETVAR(TOTAL, 1);\nTOTAL", "decl-com-mais"),
    ("DECL TOTAL = 10;\nTOTAL", "decl-com-mais"),
    ("DECL T; SETVAR(T, 0); T++; T", "atribuicao"),
    ("DECL T; SETVAR(T, 0); T += 1; T", "atribuicao"),
    ("DECL T; SETVAR(T, 0); T = 1; T", "comparacao-como-comando"),
    ("SE ABERTURA > 24/11/2026 ENTAO '1;3' SENAO '5' FIMSE", "tipo-errado"),
    ("SE ABERTURA > '2026-11-24' ENTAO '1;3' SENAO '5' FIMSE", "data-impossivel"),
    ("SE PARAMETROATENDIMENTO('VALOR') > 1.500,00 ENTAO '1;3' SENAO '5' FIMSE", "virgula-decimal"),
    ("DECL T; SETVAR(T, 100 * 10%); T", "resto"),
    ("SE 'PRIORIDADE' = 'Alta' ENTAO '1;3' SENAO '5' FIMSE", "condicao-constante"),
    ("SE ATENDIMENTO.PRIORIDADE = 'Alta' ENTAO '1;3' SENAO '5' FIMSE", "membro-fora-de-chamada"),
    ("SE STATUS = 'Em andamento' ENTAO '1;3' SENAO '5' FIMSE", "comparacao-nunca-verdadeira"),
    ("SE NIVELACESSO &gt; 1 ENTAO '1;3' SENAO '5' FIMSE", "texto-de-pagina"),
    ("ADICIONARDISCUSSAO 'texto'; '5'", "falta-parentese"),
    ("SE EXECSQL('CHEFES') = 'VERDADE' ENTAO '1;3' SENAO '5' FIMSE", "tipo-errado"),
    ("SE COLIGADA = 1 ENTAO '1,3' SENAO '5' FIMSE", "destino-duvidoso"),
    ("SE COLIGADA = 1 ENTAO 1;3 SENAO '5' FIMSE", "destino-sem-aspas"),
    ("SE PRIORIDADE = 'Alta': '1;3' SENAO '5' FIMSE", "falta-entao"),
    ("DECL N; SETVAR(N, 0); ENQUANTO N < 3: SETVAR(N, N + 1) FIMENQ; N", "falta-faca"),
    ("SE PARAMETROATENDIMENTO('VALOR') > R$ 1500 ENTAO '1;3' SENAO '5' FIMSE", "caractere-estranho"),
    ("SE PARAMETROATENDIMENTO('VALOR') > US$1500 ENTAO '1;3' SENAO '5' FIMSE", "caractere-estranho"),
    ("SE PRIORIDADE = 'Alta\" ENTAO '1;3' SENAO '5' FIMSE", "texto-sem-fim"),
    ('SE PRIORIDADE = "Alta\' OU PRIORIDADE = "Urgente" ENTAO "1;3" SENAO "5" FIMSE', "texto-sem-fim"),
    ("ADICIONARDISCUSSAO('visto\"); '5'", "texto-sem-fim"),
    ("SE PRIORIDADE = 'Alta ENTAO '1;3' SENAO '5' FIMSE", "texto-sem-fim"),
    ("SE PRIORIDADE = 'Alta' ENTAO '1;3 SENAO '5' FIMSE", "texto-sem-fim"),
    ("SE PRIORIDADE = 'Alta' ENTAO '1;3' SENAO '5 FIMSE", "texto-sem-fim"),
    ("SE PRIORIDADE = Alta' ENTAO '1;3' SENAO '5' FIMSE", "texto-sem-fim"),
    ("SE ASSUNTO = Nota fiscal' ENTAO '1;3' SENAO '5' FIMSE", "texto-sem-fim"),
    ("ENVIAEMAILREPASSE('a@exemplo.com.br', b@exemplo.com.br', '', '1;3')", "texto-sem-fim"),
    ("SE PRIORIDADE = 'Alta' ENTAO Equipe de compras' SENAO '5' FIMSE", "texto-sem-fim"),
    ("SE PRIORIDADE = 'Alta' ENTAO 1;3' SENAO '5' FIMSE", "texto-sem-fim"),
    ("ADICIONARDISCUSSAO('oi); '5'", "texto-sem-fim"),
    ("ENVIAEMAILREPASSE('a@exemplo.com.br, 'b@exemplo.com.br', '', '1;3')", "texto-sem-fim"),
    ("ENVIAEMAILREPASSE('a@exemplo.com.br', 'b@exemplo.com.br, '', '1;3')", "texto-sem-fim"),
    ("'1;3", "texto-sem-fim"),
    ("ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta,ASSUNTO=Revisar'); '5'", "atribuicao-duvidosa"),
    ("ALTERARCAMPOATENDIMENTO('ASSUNTO=Revisar;PRIORIDADE=urgente'); '5'", "atribuicao-duvidosa"),
    ("ALTERARCAMPOATENDIMENTO('ASUNTO=Revisar;PRIORIDADE=Alta'); '5'", "campo-desconhecido"),
    ("ALTERARCAMPOATENDIMENTO('PARAMETRO1.VALLOR=3'); '5'", "parametro-desconhecido"),
]


@pytest.mark.parametrize(("text", "code"), MENDED, ids=[text for text, _ in MENDED])
def test_one_message_whose_fix_mends(text: str, code: str) -> None:
    (fault,) = formula.check(text, SCHEMA)
    assert fault.code == code
    assert fault.fix is not None
    mended = text[: fault.fix.span.start] + fault.fix.text + text[fault.fix.span.end :]
    assert [left.code for left in formula.check(mended, SCHEMA)] == []


@pytest.mark.parametrize("word", ["SEN\u0301AOSE", "SENA\u00adOSE", "SENAO\u200bSE", "ELS\u0301EIF"])
def test_a_foreign_word_with_what_nobody_sees_is_told(word: str) -> None:
    assert formula.check(f"SE 1 = 1 ENTAO '1;3' {word} 2 = 2 ENTAO '5' FIMSE", SCHEMA)


TOLD = [
    ("ALTERARCAMPOATENDIMENTO('ASSUNTO=''a'';PRIORIDADE=muita'); '5'", "atribuicao-duvidosa"),
    ("ALTERARCAMPOATENDIMENTO('PRIORIDADE Alta;ASSUNTO=x'); '5'", "atribuicao-invalida"),
    ("SE PRIORIDADE EM ('Alta', 'Urgente') ENTAO '1;3' SENAO '5' FIMSE", "operador-de-outra-linguagem"),
    ("SE NIVELACESSO ENTRE 1 E 3 ENTAO '1;3' SENAO '5' FIMSE", "operador-de-outra-linguagem"),
    ("DECL TOTAL;\nSETVAR(TOTAL);\nTOTAL", "falta-valor"),
    ("SE NIVELACESSO > 1 ENTAO '1;3' SENAO '5' SENAO '6' FIMSE", "fim-sem-inicio"),
    ("REPITA\n  1;\nFIMREPITA", "palavra-de-outra-linguagem"),
    ("SETVAR(PRIORIDADE, 'Alta'); '5'", "variavel-nao-declarada"),
    ("SETVAR(COLIGADA, 2); '5'", "variavel-nao-declarada"),
    ("SE PRIORIDADE = 'Alta' ENTAO: '1;3' SENAO '5' FIMSE", "caractere-estranho"),
    ("DECL T; SETVAR(T, 'cano de 5\" de ferro'); T = 'x", "texto-sem-fim"),
    ("/* fora /* dentro */ fora */ '5'", "comentario-aninhado"),
    ("SE NIVELACESSO > 5 E NIVELACESSO < 3 ENTAO '1;3' SENAO '5' FIMSE", "comparacao-nunca-verdadeira"),
    ("SE 1 < NIVELACESSO E NIVELACESSO = 1 ENTAO '1;3' SENAO '5' FIMSE", "comparacao-nunca-verdadeira"),
    ("SE ETAPA = 1 ENTAO '1;3' SENAO SE ETAPA = 1 ENTAO '1;4' SENAO '5' FIMSE FIMSE", "comparacao-nunca-verdadeira"),
    ("SE ETAPA <> 1 OU ETAPA <> 2 ENTAO '1;3' SENAO '5' FIMSE", "condicao-constante"),
    ("SE ETAPA = ETAPA ENTAO '1;3' SENAO '5' FIMSE", "condicao-constante"),
    ("RETORNAPROXIMAHIERARQUIARH(1, '1;2')", "par-nao-e-destino"),
    ("SE COLIGADA = 1 ENTAO '1;4;2' SENAO '5' FIMSE", "destino-duvidoso"),
]


@pytest.mark.parametrize(("text", "code"), TOLD, ids=[text for text, _ in TOLD])
def test_one_message(text: str, code: str) -> None:
    (fault,) = formula.check(text, SCHEMA)
    assert fault.code == code


@pytest.mark.parametrize(
    "text",
    [
        "SE NIVELACESSO >= 1 E NIVELACESSO <= 1 ENTAO '1;3' SENAO '5' FIMSE",
        "SE ETAPA <> 1 E ETAPA <> 2 ENTAO '1;3' SENAO '5' FIMSE",
        "SE ETAPA = 1 ENTAO '1;3' SENAO SE ETAPA = 2 ENTAO '1;4' SENAO '5' FIMSE FIMSE",
        "DECL A; SETVAR(A, 1); A = 1",
        "1; 3",
        "1;2;3",
        "ADICIONARDISCUSSAO('x');\n1;\n'1;3';\nAVANCARETAPA(2)",
        "DECL NUMERO, DATA; SETVAR(NUMERO, 1); SETVAR(DATA, 2); NUMERO + DATA",
    ],
)
def test_no_false_message(text: str) -> None:
    assert formula.check(text, SCHEMA) == []


@pytest.mark.parametrize("piece", ["'a\" ENTAO \"b' ENTAO ", "'a\", ", "\"a', ", "'\") "])
@pytest.mark.parametrize("end", ["", "'", '"'])
def test_texts_closed_with_the_other_sign_over_and_over_are_read_to_the_end(piece: str, end: str) -> None:
    assert formula.check(piece * 2_000 + end)


@pytest.mark.parametrize("piece", ["'a' . ", "A . ", "/* a */ -- b\n"])
def test_what_never_ends_is_not_looked_at_to_its_end_each_time(piece: str) -> None:
    assert formula.check(piece * 15_000)
    assert growth(lambda times: formula.check(piece * times), 7_500) < 3


def test_a_parameter_written_as_a_name_is_shown_how_it_is_read() -> None:
    ((known,), (unknown,)) = (formula.check("valor + 1", schema) for schema in (SCHEMA, formula.Schema()))
    assert known.hint == "valor é um parâmetro do atendimento: PARAMETROATENDIMENTO('VALOR')"
    assert unknown.hint is not None
    assert "[funcoes]: VALOR = 0" in unknown.hint
