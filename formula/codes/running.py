"""Fault codes of a run."""

from __future__ import annotations

from formula.codes.row import ERROR, Code, row

RUNNING: tuple[Code, ...] = (
    row(
        "divisao-por-zero",
        ERROR,
        "S8",
        "Divisão por zero",
        "Não há resultado; nunca um 0 silencioso.",
        "DECL A; SETVAR(A, 0); 10 / A",
    ),
    row(
        "texto-nao-numerico",
        ERROR,
        "T6",
        "Texto que não é número",
        "Um texto vale como número só quando se lê como um: '85', '-12,5'.",
        "'a' * 2",
    ),
    row(
        "data-impossivel",
        ERROR,
        "T2",
        "Data impossível",
        "O dia não existe, ou o texto não tem a forma dd/mm/aaaa.",
        "MTDATA(31, 2, 2026)",
    ),
    row(
        "data-fora-do-calendario",
        ERROR,
        "T4",
        "Data fora do calendário",
        "O resultado cai antes do ano 1 ou depois do ano 9999.",
        "MTDATA(31, 12, 9999) + 1",
    ),
    row("tipo-errado", ERROR, "T9", "Tipo errado", "O valor é de um tipo que não serve aqui.", "VERDADE + 1"),
    row(
        "numero-nao-inteiro",
        ERROR,
        "T1",
        "Número não inteiro",
        "Aqui só serve um número sem casas decimais.",
        "SUBSTR('abc', 1.5, 1)",
    ),
    row(
        "valor-estranho",
        ERROR,
        "T1",
        "Valor estranho",
        "O sistema que chamou a fórmula deu um valor que a linguagem não conhece. Surge só ao chamar de Python.",
    ),
    row(
        "campo-sem-valor",
        ERROR,
        "T11",
        "Campo sem valor no contexto",
        "O campo existe, mas o contexto desta execução não o traz.",
        "CONCAT(ASSUNTO, '')",
    ),
    row(
        "campo-desconhecido",
        ERROR,
        "T11",
        "Campo desconhecido",
        "O atendimento não tem este campo.",
        "CAMPOATENDIMENTO('PRIORIDAD')",
    ),
    row(
        "parametro-sem-valor",
        ERROR,
        "T11",
        "Parâmetro sem valor no contexto",
        "O contexto desta execução não traz este parâmetro.",
        "PARAMETROATENDIMENTO('VALOR')",
    ),
    row(
        "funcao-sem-resposta",
        ERROR,
        "F2",
        "Função sem resposta no contexto",
        "A função é respondida pelo contexto, e ele não tem linha para estes argumentos.",
    ),
    row("formula-sem-texto", ERROR, "F6", "Fórmula sem texto no contexto", "O contexto não traz a fórmula chamada."),
    row("formula-com-erros", ERROR, "F6", "Fórmula chamada com erros", "A fórmula chamada tem erros e não pode ser executada."),
    row("formula-complexa", ERROR, "S8", "Fórmula complexa demais", "A fórmula tem partes demais umas dentro das outras."),
    row("formulas-em-circulo", ERROR, "F6", "Fórmulas em círculo", "Uma fórmula chama outra que volta a chamá-la."),
    row(
        "limite-passos",
        ERROR,
        "S8",
        "Limite de passos",
        "A execução deu mais voltas e chamadas do que o limite permite.",
        "DECL A; SETVAR(A, 1); REPITA SETVAR(A, A + 1) ATE A = 0",
    ),
    row(
        "limite-texto",
        ERROR,
        "S8",
        "Limite de texto",
        "A execução fez mais texto do que o limite permite.",
        "DECL A; SETVAR(A, 'x'); REPITA SETVAR(A, CONCAT(A, A)) ATE A = ''",
    ),
    row(
        "limite-digitos",
        ERROR,
        "S8",
        "Limite de algarismos",
        "Um número ficou maior do que o limite permite.",
        "DECL A; SETVAR(A, 10); REPITA SETVAR(A, A * A) ATE A = 0",
    ),
    row(
        "limite-profundidade", ERROR, "F6", "Limite de profundidade", "Fórmulas chamam fórmulas mais fundo do que o limite permite."
    ),
    row("funcao-falhou", ERROR, "S8", "A função falhou", "Uma função do sistema que chamou a fórmula falhou; a mensagem é dela."),
)
