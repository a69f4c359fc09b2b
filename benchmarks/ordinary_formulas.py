"""Ordinary formulas, each beside a Python function of the same semantics that somebody wrote to win.

A twin is the body of a function of ``F``, the fields. ``$NAME`` in it stands for reading a field, in the quickest way that is
right for the kind in which the field comes: of an int or a Decimal the field itself, of a float its exact decimal, of a text the
number or date in it. ``$NAME!`` is read for a question that the host's own kind answers as well: comparing with a whole number,
taking the parts of a date. ``%2026-07-01%`` is a date that can be compared with ``$NAME!``.
"""

from __future__ import annotations

from typing import NamedTuple


class Ordinary(NamedTuple):
    """A formula; its twin; its optional field, which one of the kinds leaves empty; whether it reads rows of a sentence."""

    name: str
    text: str
    twin: str
    optional: str = ""
    rows: bool = False


NUMBERS = ("VALOR", "DESCONTO", "PARCELAS", "MINUTOS")
DATES = ("ABERTO", "LIMITE", "NASCIMENTO")
TEXTS = ("FILIAL", "PRIORIDADE", "PRODUTO", "TIPOCLIENTE", "ASSUNTO", "CONTA", "CPF", "CPFCOLADO", "VALORDIGITADO", "CODIGOS")
SCHEMA = {**dict.fromkeys(NUMBERS, "numero"), **dict.fromkeys(DATES, "data"), **dict.fromkeys(TEXTS, "texto")}

BRANCHES = ("MG", "SP", "RJ", "ES", "BA", "PR")
PRODUCTS = ("Folha", "Ponto", "Fiscal", "Estoque")
TABLE = [(branch, product, f"1;{number}") for number, (branch, product) in enumerate(
    [(branch, product) for branch in BRANCHES for product in PRODUCTS[:2]], 1
)]  # fmt: skip


def chain(arms: list[tuple[str, str]], last: str) -> str:
    return "".join(f"SE {test} ENTAO '{value}' SENAO " for test, value in arms) + f"'{last}'" + " FIMSE" * len(arms)


def branches(arms: list[tuple[str, str]], last: str) -> str:
    return "".join(f"if {test}: return '{value}'\n" for test, value in arms) + f"return '{last}'"


FORMULAS = [
    Ordinary(
        "alçada por valor",
        chain([("VALOR > 20000", "1;9"), ("VALOR > 5000", "1;3"), ("VALOR > 1000", "1;4")], "5"),
        "v = $VALOR!\n" + branches([("v > 20000", "1;9"), ("v > 5000", "1;3"), ("v > 1000", "1;4")], "5"),
        "VALOR",
    ),
    Ordinary(
        "alçada com centavos",
        chain([("VALOR >= 12500.50", "1;9"), ("VALOR >= 999.99", "1;3")], "5"),
        "v = $VALOR\n" + branches([("v >= D('12500.50')", "1;9"), ("v >= D('999.99')", "1;3")], "5"),
        "VALOR",
    ),
    Ordinary(
        "filial",
        chain([(f"FILIAL = '{branch}'", f"1;{number}") for number, branch in enumerate(BRANCHES)], "5"),
        "x = $FILIAL\n" + branches([(f"x == '{branch}'", f"1;{number}") for number, branch in enumerate(BRANCHES)], "5"),
        "FILIAL",
    ),
    Ordinary(
        "filial, produto e valor",
        chain([(f"FILIAL = '{b}' E PRODUTO = '{p}' E VALOR > 1000", to) for b, p, to in TABLE], "5"),
        "x, p, v = $FILIAL, $PRODUTO, $VALOR!\n"
        + branches([(f"x == '{b}' and p == '{p}' and v > 1000", to) for b, p, to in TABLE], "5"),
        "PRODUTO",
    ),
    Ordinary(
        "cinco níveis de SE",
        "SE PRIORIDADE = 'Urgente' ENTAO SE FILIAL <> 'BA' ENTAO SE VALOR > 500 ENTAO SE PRODUTO = 'Folha' ENTAO "
        "SE TIPOCLIENTE = 'aluno' ENTAO '1;1' SENAO '1;2' FIMSE SENAO '1;3' FIMSE SENAO '1;4' FIMSE SENAO '1;5' FIMSE SENAO '1;6' FIMSE",
        "if $PRIORIDADE == 'Urgente':\n if $FILIAL != 'BA':\n  if $VALOR! > 500:\n   if $PRODUTO == 'Folha':\n"
        "    if $TIPOCLIENTE == 'aluno': return '1;1'\n    return '1;2'\n   return '1;3'\n  return '1;4'\n return '1;5'\nreturn '1;6'",
        "TIPOCLIENTE",
    ),
    Ordinary(
        "OU, E e NAO",
        "SE (PRIORIDADE = 'Urgente' OU PRIORIDADE = 'Alta') E NAO (PRODUTO = 'Ponto' OU FILIAL = 'RJ') ENTAO '1;3' SENAO '5' FIMSE",
        "p = $PRIORIDADE\nif (p == 'Urgente' or p == 'Alta') and not ($PRODUTO == 'Ponto' or $FILIAL == 'RJ'): return '1;3'\nreturn '5'",
        "FILIAL",
    ),
    Ordinary(
        "data limite em texto",
        "SE ABERTO > '01/07/2026' ENTAO '1;3' SENAO '5' FIMSE",
        "return '1;3' if $ABERTO! > %2026-07-01% else '5'",
        "ABERTO",
    ),
    Ordinary(
        "período",
        "SE ABERTO >= '01/01/2026' E ABERTO <= '30/06/2026' ENTAO 'primeiro' SENAO 'segundo' FIMSE",
        "return 'primeiro' if %2026-01-01% <= $ABERTO! <= %2026-06-30% else 'segundo'",
        "ABERTO",
    ),
    Ordinary(
        "prazo: data mais dias",
        "SE ABERTO + 10 < LIMITE ENTAO 'no prazo' SENAO 'vencido' FIMSE",
        "return 'no prazo' if $ABERTO! + TEN_DAYS < $LIMITE! else 'vencido'",
    ),
    Ordinary(
        "prazo: data mais número de um campo",
        "ABERTO + PARCELAS",
        "return $ABERTO! + span($PARCELAS)",
        "PARCELAS",
    ),
    Ordinary(
        "dias em aberto",
        "SE LIMITE - ABERTO > 30 ENTAO 'atrasado' SENAO 'em dia' FIMSE",
        "return 'atrasado' if $LIMITE! - $ABERTO! > THIRTY_DAYS else 'em dia'",
    ),
    Ordinary(
        "DIFDIAS",
        "SE DIFDIAS(LIMITE, ABERTO) > 30 ENTAO 'atrasado' SENAO 'em dia' FIMSE",
        "return 'atrasado' if $LIMITE!.toordinal() - $ABERTO!.toordinal() > 30 else 'em dia'",
    ),
    Ordinary(
        "idade numa data",
        "DECL IDADE; SETVAR(IDADE, ANODT(LIMITE) - ANODT(NASCIMENTO)); SE MESDT(LIMITE) * 100 + DIADT(LIMITE) < "
        "MESDT(NASCIMENTO) * 100 + DIADT(NASCIMENTO) ENTAO SETVAR(IDADE, IDADE - 1) FIMSE; IDADE",
        "a, b = $LIMITE!, $NASCIMENTO!\nif a.toordinal() == 1 or b.toordinal() == 1: raise ValueError\n"
        "age = a.year - b.year\nreturn age - 1 if (a.month, a.day) < (b.month, b.day) else age",
    ),
    Ordinary(
        "fim de semana",
        "SE DIASEMANA(ABERTO, 'V') = 1 OU DIASEMANA(ABERTO, 'V') = 7 ENTAO 'plantão' SENAO 'equipe' FIMSE",
        "d = $ABERTO!\nif d.toordinal() == 1: raise ValueError\nreturn 'plantão' if d.weekday() > 4 else 'equipe'",
    ),
    Ordinary(
        "fim do mês",
        "SE ULTDIAMES(ABERTO) - ABERTO <= 5 ENTAO 'fechamento' SENAO 'rotina' FIMSE",
        "d = $ABERTO!\nif d.toordinal() == 1: raise ValueError\n"
        "return 'fechamento' if monthrange(d.year, d.month)[1] - d.day <= 5 else 'rotina'",
    ),
    Ordinary(
        "primeiro dia do mês seguinte",
        "MTDATA(1, INCMES(MESDT(ABERTO), 1), INCANO(MESDT(ABERTO), ANODT(ABERTO), 1))",
        "d = $ABERTO!\nif d.toordinal() == 1: raise ValueError\n"
        "return datetime(d.year + 1, 1, 1) if d.month == 12 else datetime(d.year, d.month + 1, 1)",
    ),
    Ordinary("desconto", "VALOR * 0.9 - DESCONTO", "return $VALOR * D('0.9') - $DESCONTO", "DESCONTO"),
    Ordinary(
        "taxa arredondada",
        "ARREDONDA(VALOR * 7.5 / 100, 2)",
        "return DIVIDE($VALOR * D('7.5'), 100).quantize(CENT, ROUND_HALF_UP)",
        "VALOR",
    ),
    Ordinary(
        "parcelas",
        "ARREDONDA(VALOR / PARCELAS, 2)",
        "return DIVIDE(Decimal($VALOR), $PARCELAS).quantize(CENT, ROUND_HALF_UP)",
        "VALOR",
    ),
    Ordinary(
        "última parcela",
        "DECL P; SETVAR(P, TRUNC(VALOR / PARCELAS, 2)); VALOR - P * (PARCELAS - 1)",
        "v, n = $VALOR, $PARCELAS\np = DIVIDE(Decimal(v), n).quantize(CENT, ROUND_DOWN)\nreturn v - p * (n - 1)",
        "VALOR",
    ),
    Ordinary(
        "faixas progressivas",
        "DECL T; SE VALOR <= 1412 ENTAO SETVAR(T, VALOR * 0.075) SENAO SE VALOR <= 2666.68 ENTAO SETVAR(T, VALOR * 0.09 - 21.18) "
        "SENAO SE VALOR <= 4000.03 ENTAO SETVAR(T, VALOR * 0.12 - 101.18) SENAO SETVAR(T, VALOR * 0.14 - 181.18) FIMSE FIMSE FIMSE; T",
        "v = $VALOR\nif v <= 1412: return v * D('0.075')\nif v <= D('2666.68'): return v * D('0.09') - D('21.18')\n"
        "if v <= D('4000.03'): return v * D('0.12') - D('101.18')\nreturn v * D('0.14') - D('181.18')",
        "VALOR",
    ),
    Ordinary(
        "teto e piso",
        "MAX(100, MIN(VALOR - DESCONTO, 5000))",
        "v = $VALOR - $DESCONTO\nreturn 100 if v < 100 else 5000 if v > 5000 else v",
        "DESCONTO",
    ),
    Ordinary(
        "horas e minutos",
        "CONCAT(INT(MINUTOS / 60), CONCAT(':', PREENCHE(RESTO(MINUTOS, 60), 2, '0')))",
        "m = $MINUTOS\nw = int(m)\nif w == m and w >= 0: return f'{w // 60}:{w % 60:02}'\n"
        "return f'{int(DIVIDE(m, 60))}:' + written(remainder(m, 60)).rjust(2, '0')",
        "MINUTOS",
    ),
    Ordinary(
        "dinheiro escrito",
        "CONCAT('R$ ', FORMATAVALOR(VALOR))",
        "return 'R$ ' + money($VALOR)",
        "VALOR",
    ),
    Ordinary(
        "texto com valor",
        "CONCAT('Pedido de ', CONCAT(PRODUTO, CONCAT(' no valor de ', VALOR)))",
        "return 'Pedido de ' + $PRODUTO + ' no valor de ' + written($VALOR)",
        "PRODUTO",
    ),
    Ordinary(
        "texto em seis partes",
        "DECL T; SETVAR(T, CONCAT('[', FILIAL, '] ', ASSUNTO)); SE PRIORIDADE = 'Urgente' ENTAO SETVAR(T, CONCAT('URGENTE ', T)) FIMSE; "
        "CONCAT(T, ' - ', TIPOCLIENTE)",
        "t = f'[{$FILIAL}] {$ASSUNTO}'\nif $PRIORIDADE == 'Urgente': t = 'URGENTE ' + t\nreturn f'{t} - {$TIPOCLIENTE}'",
        "TIPOCLIENTE",
    ),
    Ordinary(
        "filial digitada",
        "SE MAIUSCULA(TRIM(FILIAL)) = 'MG' ENTAO '1;3' SENAO '5' FIMSE",
        "return '1;3' if $FILIAL.strip().upper() == 'MG' else '5'",
        "FILIAL",
    ),
    Ordinary(
        "código colado",
        "TRIM(SUBSTITUI(SUBSTITUI(CPFCOLADO, '.', ''), '-', ''))",
        "return $CPFCOLADO.replace('.', '').replace('-', '').strip()",
        "CPFCOLADO",
    ),
    Ordinary(
        "conta: grupo e sintético",
        "SE SUBSTR(CONTA, 1, 1) = '3' E TAMANHO(CONTA) > 8 ENTAO CONCAT('custo ', SUBSTR(CONTA, 3, 2)) SENAO 'outra' FIMSE",
        "c = $CONTA\nreturn 'custo ' + c[2:4] if c[:1] == '3' and len(c) > 8 else 'outra'",
        "CONTA",
    ),
    Ordinary(
        "valor digitado com vírgula",
        "SE VALORDIGITADO > 1000 ENTAO '1;3' SENAO '5' FIMSE",
        "return '1;3' if number_of($VALORDIGITADO) > 1000 else '5'",
        "VALORDIGITADO",
    ),
    Ordinary(
        "soma com texto",
        "VALORDIGITADO + VALOR",
        "return number_of($VALORDIGITADO) + $VALOR",
        "VALOR",
    ),
    Ordinary(
        "partes de uma lista",
        "CONCAT(PARTE(CODIGOS, ';', 2), CONCAT('/', PARTE(CODIGOS, ';', 3)))",
        "x = $CODIGOS.split(';', 3)\nreturn (x[1] if len(x) > 1 else '') + '/' + (x[2] if len(x) > 2 else '')",
        "CODIGOS",
    ),
    Ordinary(
        "procura numa lista",
        "SE POSICAO(CONCAT(';', CONCAT(FILIAL, ';')), ';MG;SP;RJ;') > 0 ENTAO 'sudeste' SENAO 'outra' FIMSE",
        "return 'sudeste' if ';' + $FILIAL + ';' in ';MG;SP;RJ;' else 'outra'",
    ),
    Ordinary(
        "dígito verificador",
        "DECL I, S; SETVAR(I, 1); SETVAR(S, 0); ENQUANTO I <= 9 FACA SETVAR(S, S + SUBSTR(CPF, I, 1) * (11 - I)); SETVAR(I, I + 1) "
        "FIMENQ; RESTO(S * 10, 11)",
        "c = $CPF\nreturn sum([int(c[i : i + 1] or 0) * (10 - i) for i in range(9)]) * 10 % 11",
    ),
    Ordinary(
        "contador de cem voltas",
        "DECL I, S; SETVAR(I, 0); SETVAR(S, 0); REPITA SETVAR(I, I + 1); SE RESTO(I, 3) = 0 ENTAO SETVAR(S, S + I) FIMSE ATE I >= 100; S",
        "i = s = 0\nwhile True:\n i += 1\n if i % 3 == 0: s += i\n if i >= 100: break\nreturn s",
    ),
    Ordinary(
        "juros mês a mês",
        "DECL I, V; SETVAR(I, 0); SETVAR(V, VALOR); REPITA SETVAR(V, ARREDONDA(V * 1.015, 2)); SETVAR(I, I + 1) ATE I >= 12; V",
        "v = Decimal($VALOR)\nfor _ in range(12): v = (v * D('1.015')).quantize(CENT, ROUND_HALF_UP)\nreturn v",
    ),
    Ordinary(
        "cursor: soma de 20 linhas",
        "DECL S; SETVAR(S, 0); SE EXECSQL('ITENS') ENTAO REPITA SETVAR(S, S + RESULTSQL('ITENS', 'PRECO')) ATE NAO PROXREGSQL('ITENS') "
        "FIMSE; S",
        "s = 0\nfor row in ROWS: s += row['PRECO']\nreturn s",
        rows=True,
    ),
    Ordinary(
        "cursor: maior de 20 linhas",
        "DECL M, N; SETVAR(M, 0); SETVAR(N, ''); SE EXECSQL('ITENS') ENTAO REPITA SE RESULTSQL('ITENS', 'PRECO') > M E "
        "RESULTSQL('ITENS', 'TIPO') = 'S' ENTAO SETVAR(M, RESULTSQL('ITENS', 'PRECO')); SETVAR(N, RESULTSQL('ITENS', 'NOME')) FIMSE ATE "
        "NAO PROXREGSQL('ITENS') FIMSE; N",
        "m, n = 0, ''\nfor row in ROWS:\n if row['PRECO'] > m and row['TIPO'] == 'S': m, n = row['PRECO'], row['NOME']\nreturn n",
        rows=True,
    ),
    Ordinary(
        "memória",
        "ATRIBUI('TOTAL', VALOR + DESCONTO); SE MEMORIA('TOTAL') > 1000 ENTAO '1;3' SENAO '5' FIMSE",
        "kept = {}\nkept['TOTAL'] = $VALOR + $DESCONTO\nreturn '1;3' if kept.get('TOTAL') > 1000 else '5'",
        "DESCONTO",
    ),
    Ordinary(
        "discussão e destino",
        "SE VALOR > 1000 ENTAO ADICIONARDISCUSSAO(CONCAT('Valor alto em ', FILIAL)); '1;3' SENAO '5' FIMSE",
        "asked = []\nif $VALOR! > 1000:\n asked.append(AddDiscussion('Valor alto em ' + $FILIAL))\n return '1;3'\nreturn '5'",
        "VALOR",
    ),
]
