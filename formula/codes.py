"""The table of fault codes: severity, title, explanation and an example that triggers each (house §5).

A code is a slug that is never renamed. ``example`` is a formula whose check or run reports the code; it makes the page
``docs/diagnostics.md`` and a test. Codes without a formula example (limits of a text, host failures) say how they arise.
"""

from __future__ import annotations

from collections.abc import Mapping

from formula.code import ERROR, LINT, WARNING, Code, row
from formula.codes_checking import CHECKING
from formula.codes_functions import FUNCTIONS
from formula.codes_running import RUNNING
from formula.diagnostics import Diagnostic, place
from formula.source import Source, Span

ROWS: tuple[Code, ...] = (
    # -- words (language, Palavras) --
    row("texto-longo", ERROR, "S8", "Texto longo demais",
        "O texto passa do tamanho que uma fórmula pode ter. Surge só em textos enormes, por isso não há exemplo."),
    row("aninhamento-demais", ERROR, "S8", "Aninhamento demais",
        "Há parênteses, blocos ou sinais demais uns dentro dos outros.", "(" * 120 + "1" + ")" * 120),
    row("erros-demais", ERROR, "S8", "Erros demais",
        "Depois de cem erros a leitura para, porque o resto da lista já não ajudaria.", "# " * 120),
    row("acento-na-palavra", LINT, "L3", "Palavra-chave com acento",
        "As palavras da linguagem escrevem-se sem acento; a forma acentuada é aceita.", "SE 1 = 1 ENTÃO 2 FIMSE"),
    row("comentario-sem-fim", ERROR, "L4", "Comentário sem fim",
        "Um comentário aberto com /* precisa ser fechado com */.", "1 /* total"),
    row("comentario-de-linha", ERROR, "L5", "Comentário com //",
        "Comentários só se escrevem entre /* e */.", "1 // total"),
    row("chaves", ERROR, "L5", "Chaves", "Chaves não existem na linguagem; comentários ficam entre /* e */.", "1 {total}"),
    row("texto-sem-fim", ERROR, "L6", "Texto sem fim",
        "Um texto termina na mesma linha com o mesmo sinal que o abriu.", "CONCAT('Olá, NOME)"),
    row("aspas-curvas", ERROR, "L6", "Aspas curvas",
        "Só ' e \" delimitam textos; editores de texto trocam esses sinais por aspas curvas.", "CONCAT(‘a’, ‘b’)"),
    row("numero-malformado", ERROR, "L8", "Número malformado",
        "Um número tem algarismos e, se preciso, um ponto com algarismos dos dois lados.", "1 + .5"),
    row("virgula-decimal", ERROR, "L8", "Vírgula decimal",
        "Em fórmulas o separador decimal é o ponto; a vírgula separa argumentos.", "1420,3876 * 2"),
    row("numero-longo", ERROR, "T1", "Número longo demais",
        "O número tem mais algarismos do que uma fórmula pode usar.", "9" * 1_001),
    row("acento-no-nome", ERROR, "L10", "Nome com acento",
        "Nomes têm letras sem acento, algarismos e _.", "DECL AÇÃO; SETVAR(AÇÃO, 1); AÇÃO"),
    row("caractere-estranho", ERROR, "L11", "Caractere estranho",
        "O caractere não faz parte da linguagem.", "1 + #2"),
    # -- operators of other languages --
    row("igual-duplo", ERROR, "O4", "Operador ==", "A igualdade se escreve com um só =.", "1 == 1"),
    row("diferente-errado", ERROR, "O4", "Operador !=", "A diferença se escreve <>.", "1 != 2"),
    row("comparacao-trocada", ERROR, "O4", "Comparação trocada",
        "Maior ou igual se escreve >= e menor ou igual <=.", "1 => 2"),
    row("e-comercial", ERROR, "O4", "Operador &", "A conjunção se escreve E; textos se juntam com CONCAT.", "1 = 1 & 2 = 2"),
    row("barra-vertical", ERROR, "O4", "Operador |", "A disjunção se escreve OU.", "1 = 1 || 2 = 2"),
    row("exclamacao", ERROR, "O4", "Operador !", "A negação se escreve NAO.", "!(1 = 1)"),
    row("atribuicao", ERROR, "O4", "Atribuição com :=",
        "Variáveis recebem valores com SETVAR.", "DECL A; A := 5; A"),
    row("potencia", ERROR, "O4", "Potência", "Não há operador de potência; repete-se a multiplicação.", "2 ^ 3"),
    row("resto", ERROR, "O4", "Resto e divisão inteira",
        "Não há operadores de resto nem de divisão inteira; usa-se INT.", "7 MOD 2"),
    row("sinal-tipografico", ERROR, "O4", "Sinal tipográfico",
        "Sinais como × ou – vêm de editores de texto; a linguagem usa * / -.", "2 × 3"),
    # -- shape --
    row("sintaxe", ERROR, "P1", "Sintaxe", "O texto não segue a forma da linguagem neste ponto.", "SETVAR A = 2"),
    row("ponto-e-virgula-sobrando", LINT, "P3", "Ponto e vírgula antes de ENTAO",
        "Entre a condição e ENTAO não é preciso ponto e vírgula.", "SE 1 = 1; ENTAO 2 FIMSE"),
)

TABLE: Mapping[str, Code] = {code.code: code for code in (*ROWS, *CHECKING, *RUNNING, *FUNCTIONS)}


def report(
    source: Source,
    span: Span,
    code: str,
    message: str,
    hint: str | None = None,
    fix: tuple[Span, str] | None = None,
    related: Mapping[Span, str] | None = None,
) -> Diagnostic:
    """A diagnostic at offsets of a text, with the severity of its row. ``fix`` is a range and its new text."""
    return place(source, span, code, TABLE[code].severity, message, hint, fix, related)
