"""A fifth small workspace, of another style than the others: leave and reimbursements of a company's staff, with sections, a
hierarchy, groups in turn, absences, dates and registered sentences; twenty properties that hold and twenty changes that break them."""

from __future__ import annotations

from kit.seeded import Seed, World, edges, person, step

ACTS = 'direitos = ["repassar"]'


def of(section: str, chief: str, more: str = "") -> str:
    return f'secao = "{section}"\n' + (f'chefe = "{chief}"\n' if chief else "") + more


PEOPLE = (
    person(20, "Ivo Prado", of("01", "", ACTS))
    + person(21, "Júlia Moraes", of("01.1", "1;20"))
    + person(22, "Kátia Nobre", of("01.2", "1;20", 'ausente = { de = 2026-05-04, ate = 2026-05-20, substituto = "1;21" }'))
    + person(23, "Luís Otero", of("01.1", "1;21"))
    + person(24, "Mirian Paz", of("01.2", "1;22"))
    + person(25, "Nilo Quadros", of("01.3", "1;20"))
    + person(26, "Olívia Ramos", of("01.3", "1;20"))
    + person(27, "Pedro Silva", of("01.3", "1;20", "ativo = false"))
    + person(28, "Rita Tavares", of("01.3", "1;20"))
    + '[[grupo]]\ncoligada = 1\ncodigo = 4\nnome = "Pessoal"\nmembros = ["1;25", "1;26"]\ndistribuicao = "rodizio"\n\n'
    + '[[grupo]]\ncoligada = 1\ncodigo = 5\nnome = "Financeiro"\nmembros = ["1;28", "1;25"]\n\n'
    + '[[hierarquia]]\ncoligada = 1\ncodigo = 10\nocupantes = ["1;20"]\n\n'
    + '[[hierarquia]]\ncoligada = 1\ncodigo = 11\nsuperior = "1;10"\nocupantes = ["1;21"]\n\n'
    + '[[hierarquia]]\ncoligada = 1\ncodigo = 12\nsuperior = "1;10"\nocupantes = ["1;22"]\n\n'
    + '[[secao]]\ncoligada = 1\ncodigo = "01"\nchefe = "1;20"\nfuncao = "DIR"\n\n'
    + "".join(
        f'[[secao]]\ncoligada = 1\ncodigo = "01.{number}"\npai = "01"\n{chief}\n'
        for number, chief in ((1, 'chefe = "1;21"\nfuncao = "GER"'), (2, 'chefe = "1;22"\nfuncao = "GER"'), (3, ""))
    )
)

LEAVE, REFUND = "tipos/licenca.toml", "tipos/reembolso.toml"

CHEFIA = """/* quem abriu é o diretor: a gerente mais antiga; os outros, o chefe da seção */
SE ABERTO_POR = '1;20' ENTAO
  '1;21'
SENAO
  RETPROXIMOCHEFESECAOLABORE(1)
FIMSE"""

CLASSIFICA = """SE PARAMETROATENDIMENTO('REMUNERADA') E PARAMETROATENDIMENTO('DIAS', 'I') > 15 ENTAO
  ENVIAEMAILREPASSE('p@exemplo.com.br', 'folha@exemplo.com.br', '', '1;20');
SENAO
  SE PARAMETROATENDIMENTO('DIAS', 'I') > 10 ENTAO
    ENVIAEMAILREPASSE('p@exemplo.com.br', 'escala@exemplo.com.br', '', '1;20');
  FIMSE;
FIMSE"""

SALDO = """DECL S;
SETVAR(S, 0);
SE EXECSQL('FOLGAS') ENTAO
  SETVAR(S, MAX(0, RESULTSQL('FOLGAS', 'DIAS')));
FIMSE;
SE PARAMETROATENDIMENTO('DIAS', 'I') > S ENTAO
  ADICIONARDISCUSSAO(CONCAT('Pedido acima do saldo de ', S));
  ENVIAEMAILREPASSE('p@exemplo.com.br', 'saldo@exemplo.com.br', '', '1;20');
FIMSE"""

FECHA = """DECL LONGA;
SETVAR(LONGA, PARAMETROATENDIMENTO('FIM', 'D') - PARAMETROATENDIMENTO('INICIO', 'D') > 30);
SE LONGA E CATEGORIA <> 'aprovada' ENTAO
  ANALISAR('licença longa', 'falta a diretoria', '', '');
FIMSE"""

LONGA = """SE PARAMETROATENDIMENTO('INICIO', 'D') = DATANULA OU PARAMETROATENDIMENTO('FIM', 'D') = DATANULA ENTAO
  'sem datas'
SENAO
  SE PARAMETROATENDIMENTO('FIM', 'D') - PARAMETROATENDIMENTO('INICIO', 'D') > 30 ENTAO 'longa' SENAO 'curta' FIMSE
FIMSE"""

ALCADA = """DECL V;
SETVAR(V, PARAMETROATENDIMENTO('VALOR', 'V') + PARAMETROATENDIMENTO('KM', 'V') * 0.75);
SE V <= 500 ENTAO
  '5'
SENAO
  SE V <= 3000 ENTAO
    SE ABERTO_POR = '1;20' ENTAO '1;28' SENAO RETPROXIMOCHEFESECAOLABORE(1) FIMSE
  SENAO
    RETORNAPROXIMOATENDENTEHIERARQUIARH(1, '1;11')
  FIMSE
FIMSE"""

PAGA = """SE PARAMETROATENDIMENTO('VALOR', 'V') > 500 E CATEGORIA <> 'aprovada' ENTAO
  ANALISAR('valor', 'falta a aprovação', '', '');
FIMSE;
SE PARAMETROATENDIMENTO('DATA', 'D') > MTDATA(31, 12, 2029) ENTAO
  ANALISAR('data', 'no futuro', '', '');
FIMSE"""

GASTOS = """DECL T;
SETVAR(T, PARAMETROATENDIMENTO('VALOR', 'V'));
SE EXECSQL('GASTOS') ENTAO
  REPITA
    SETVAR(T, T + RESULTSQL('GASTOS', 'VALOR'));
  ATE NAO PROXREGSQL('GASTOS');
FIMSE;
SE T > 10000 ENTAO
  ADICIONARDISCUSSAO('Auditoria: muitos gastos no mês');
FIMSE"""

FAIXA = """SE PARAMETROATENDIMENTO('VALOR', 'V') < 100 ENTAO
  ADICIONARDISCUSSAO('faixa A');
SENAO
  SE PARAMETROATENDIMENTO('VALOR', 'V') < 1000 ENTAO
    ADICIONARDISCUSSAO('faixa B');
  SENAO
    SE PARAMETROATENDIMENTO('VALOR', 'V') < 5000 ENTAO
      ADICIONARDISCUSSAO('faixa C');
    SENAO
      ADICIONARDISCUSSAO('faixa D');
    FIMSE;
  FIMSE;
FIMSE"""

PESSOAL = World(
    "pessoal",
    {
        "repasse.toml": 'coligada = 1\n[fontes]\npadrao = "sqlite:///folha.sqlite"\n[campos]\nMATRICULA = "texto"\n',
        "diretorio.toml": PEOPLE,
        LEAVE: 'codigo = 40\nnome = "Licença"\nrepasse = "manter"\nconcessoes = ["repassar"]\n'
        'parametros = { INICIO = "Data", FIM = "Data", DIAS = "Inteiro", MOTIVO = "String", REMUNERADA = "Logico" }\n\n'
        + step(1, "Pedido", "entrada = true")
        + step(2, "Chefia", 'repasse = "formula"\nformula = "chefia"\nao_entrar = ["classifica"]')
        + step(3, "Pessoal", 'repasse = "grupo"\ndestino = "4"\nobrigatorios = ["PARAMETRO.MOTIVO"]\nao_entrar = ["saldo"]')
        + step(4, "Diretoria", 'repasse = "atendente"\ndestino = "1;20"\nao_entrar = ["aprova"]')
        + step(5, "Arquivo", 'repasse = "abertura"\nao_entrar = ["fecha"]')
        + edges((1, 2), (2, 3), (3, 4), (3, 5), (4, 5)),
        REFUND: 'codigo = 41\nnome = "Reembolso"\nrepasse = "manter"\nconcessoes = ["repassar"]\n'
        'parametros = { VALOR = "Real", KM = "Real", DATA = "Data", CENTRO = "String" }\n\n'
        + step(1, "Pedido", "entrada = true")
        + step(
            2,
            "Conferência",
            'repasse = "grupo"\ndestino = "5"\naprovacao_propria = false\nao_entrar = ["gastos"]\nao_sair = ["faixa"]',
        )
        + step(3, "Aprovação", 'repasse = "formula"\nformula = "alcada"\naprovacao_propria = false\nao_entrar = ["aprova"]')
        + step(
            4,
            "Pagamento",
            'aprovacao = { por = ["1;28", "1;25"], regra = "qualquer" }\naprovacao_propria = false\nao_entrar = ["paga"]',
        )
        + edges((1, 2), (2, 3), (2, 4), (3, 4)),
        "formulas/chefia.formula": CHEFIA,
        "formulas/classifica.formula": CLASSIFICA,
        "formulas/saldo.formula": SALDO,
        "formulas/aprova.formula": "ALTERARCAMPOATENDIMENTO('CATEGORIA=aprovada')",
        "formulas/fecha.formula": FECHA,
        "formulas/longa.formula": LONGA,
        "formulas/alcada.formula": ALCADA,
        "formulas/paga.formula": PAGA,
        "formulas/gastos.formula": GASTOS,
        "formulas/faixa.formula": FAIXA,
        "sentencas/FOLGAS.sql": "SELECT DIAS FROM FOLGAS WHERE MATRICULA = :MATRICULA\n",
        "sentencas/GASTOS.sql": "SELECT VALOR FROM GASTOS WHERE MATRICULA = :MATRICULA\n",
    },
    (
        Seed(
            "licença longa passa pela Diretoria",
            'tipo = 40\nquando = "FIM - INICIO > 30 E CATEGORIA = \'\'"\nsempre = { passa = "Diretoria" }\nate = "Arquivo"\nmenos = ["mudar"]',
            "formulas/fecha.formula",
            "> 30",
            "> 31",
        ),
        Seed(
            "nada se arquiva sem o Pessoal",
            'tipo = 40\nsempre = { passa = "Pessoal" }\nate = "Arquivo"',
            LEAVE,
            "[[fluxo]]\nde = 4",
            "[[fluxo]]\nde = 2\npara = 5\n\n[[fluxo]]\nde = 4",
        ),
        Seed(
            "o Pessoal vê depois da chefia",
            'tipo = 40\nsempre = { passa = "Chefia" }\nate = "Pessoal"',
            LEAVE,
            "[[fluxo]]\nde = 4",
            "[[fluxo]]\nde = 1\npara = 3\n\n[[fluxo]]\nde = 4",
        ),
        Seed(
            "Luís não recebe o que pediu",
            'tipo = 40\nquando = "ABERTO_POR = \'1;23\'"\nnunca = { recebe = "1;23" }\nate = "Pessoal"\nacoes = ["avançar"]',
            "diretorio.toml",
            '"Júlia Moraes"\nemail = "p21@exemplo.com.br"\n',
            '"Júlia Moraes"\nemail = "p21@exemplo.com.br"\nausente = { de = 2026-07-01, ate = 2026-07-15, substituto = "1;23" }\n',
        ),
        Seed(
            "a chefia nunca falha",
            'tipo = 40\nnunca = { falha = "chefia" }',
            "formulas/chefia.formula",
            "ABERTO_POR = '1;20'",
            "ABERTO_POR = '1;02'",
        ),
        Seed(
            "quem pede zero dias não avisa o saldo",
            'tipo = 40\nquando = "DIAS = 0"\nnunca = { email = "saldo@exemplo.com.br" }\nmenos = ["mudar"]',
            "formulas/saldo.formula",
            "MAX(0, RESULTSQL('FOLGAS', 'DIAS'))",
            "RESULTSQL('FOLGAS', 'DIAS') + 0",
        ),
        Seed(
            "o saldo nunca falha",
            'tipo = 40\nnunca = { falha = "saldo" }',
            "formulas/saldo.formula",
            "PARAMETROATENDIMENTO('DIAS', 'I') > S",
            "PARAMETROATENDIMENTO('DIAS', 'I') / (S - 12) > 1",
        ),
        Seed(
            "remunerada longa avisa a folha",
            'tipo = 40\nquando = "REMUNERADA E DIAS > 15"\nsempre = { email = "folha@exemplo.com.br" }\nate = "Pessoal"\nmenos = ["mudar"]',
            "formulas/classifica.formula",
            "PARAMETROATENDIMENTO('DIAS', 'I') > 15 ENTAO",
            "PARAMETROATENDIMENTO('DIAS', 'I') > 15 E NAO (PARAMETROATENDIMENTO('DIAS', 'I') > 60) ENTAO",
        ),
        Seed(
            "sem motivo não chega ao Pessoal",
            'tipo = 40\nquando = "PARAMETROATENDIMENTO(\'MOTIVO\') = \'\'"\nnunca = { passa = "Pessoal" }\nmenos = ["mudar"]',
            LEAVE,
            'obrigatorios = ["PARAMETRO.MOTIVO"]\n',
            "",
        ),
        Seed(
            "antes do arquivo o grupo do Pessoal recebe",
            'tipo = 40\nsempre = { recebe = "grupo:Pessoal" }\nate = "Arquivo"',
            LEAVE,
            'repasse = "grupo"\ndestino = "4"',
            'repasse = "atendente"\ndestino = "1;28"',
        ),
        Seed(
            "as datas dizem o mesmo",
            "@equal longa PARAMETROATENDIMENTO('FIM', 'D') - PARAMETROATENDIMENTO('INICIO', 'D') > 30"
            "|NAO (PARAMETROATENDIMENTO('FIM', 'D') - PARAMETROATENDIMENTO('INICIO', 'D') <= 30)",
            "formulas/longa.formula",
            "PARAMETROATENDIMENTO('FIM', 'D') - PARAMETROATENDIMENTO('INICIO', 'D') > 30",
            "PARAMETROATENDIMENTO('INICIO', 'D') + 30 < PARAMETROATENDIMENTO('FIM', 'D')",
        ),
        Seed(
            "todo reembolso pode acabar",
            "@can_end Reembolso",
            REFUND,
            'por = ["1;28", "1;25"], regra = "qualquer"',
            'por = ["1;28"], regra = "todos"',
        ),
        Seed(
            "acima de 500 só se paga aprovado",
            'tipo = 41\nquando = "VALOR > 500 E CATEGORIA = \'\'"\nsempre = { passa = "Aprovação" }\nate = "Pagamento"\nmenos = ["mudar"]',
            "formulas/paga.formula",
            "> 500 E",
            "> 500 E PARAMETROATENDIMENTO('CENTRO') <> 'OBRA' E",
        ),
        Seed(
            "acima de 3000 decide o diretor",
            'tipo = 41\nquando = "VALOR > 3000 E KM >= 0 E CATEGORIA = \'\'"\nsempre = { recebe = "Ivo Prado" }\nate = "Pagamento"\nmenos = ["mudar"]',
            "diretorio.toml",
            'codigo = 11\nsuperior = "1;10"',
            'codigo = 11\nsuperior = "1;12"',
        ),
        Seed(
            "a alçada sempre dá destino",
            'tipo = 41\nquando = "ABERTO_POR <> \'1;20\'"\nnunca = { sem_destino = "alcada" }',
            "formulas/alcada.formula",
            "  SENAO\n    RETORNAPROXIMOATENDENTEHIERARQUIARH(1, '1;11')\n  FIMSE",
            "  SENAO\n    SE V > 3000.01 ENTAO RETORNAPROXIMOATENDENTEHIERARQUIARH(1, '1;11') FIMSE\n  FIMSE",
        ),
        Seed(
            "os gastos acabam de somar",
            'tipo = 41\nnunca = { falha = "gastos" }',
            "formulas/gastos.formula",
            "  ATE NAO PROXREGSQL('GASTOS');",
            "  ATE NAO PROXREGSQL('GASTOS') E T <> 7;",
        ),
        Seed(
            "a auditoria só registra",
            'tipo = 41\nnunca = { muda = "PRIORIDADE" }\nmenos = ["mudar"]',
            "formulas/gastos.formula",
            "ADICIONARDISCUSSAO('Auditoria: muitos gastos no mês')",
            "ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta')",
        ),
        Seed(
            "ninguém decide o próprio reembolso",
            "@own_approval Reembolso",
            REFUND,
            'formula = "alcada"\naprovacao_propria = false',
            'formula = "alcada"',
        ),
        Seed(
            "data no futuro não se paga",
            'tipo = 41\nquando = "DATA > MTDATA(1, 1, 2030)"\nnunca = { passa = "Pagamento" }\nmenos = ["mudar"]',
            "formulas/paga.formula",
            "MTDATA(31, 12, 2029)",
            "MTDATA(5, 1, 2030)",
        ),
        Seed(
            "toda faixa tem quem caia nela",
            "@dead_branch faixa",
            "formulas/faixa.formula",
            "< 5000 ENTAO",
            "< 900 ENTAO",
        ),
    ),
)
