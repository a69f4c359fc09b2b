"""A sixth small workspace, written after the search was, of yet another style: the orders and parts of a workshop, with formulas that
advance, wait, hand back and call each other, a committee, what a step needs before it is left, and loops; twenty properties that hold
and twenty changes that break them."""

from __future__ import annotations

from kit.seeded import Seed, World, edges, person, step

PEOPLE = (
    person(30, "Aldo Vaz", 'direitos = ["repassar", "atuar"]')
    + person(31, "Berta Lins", 'chefe = "1;30"')
    + person(32, "Ciro Nunes", 'chefe = "1;31"')
    + person(33, "Dalva Reis", 'chefe = "1;31"\nausente = { de = 2026-03-02, ate = 2026-03-13, substituto = "1;32" }')
    + person(34, "Elio Sá", 'chefe = "1;30"')
    + person(35, "Flora Mota", "ativo = false")
    + '[[grupo]]\ncoligada = 1\ncodigo = 6\nnome = "Bancada"\nmembros = ["1;32", "1;33"]\n\n'
    + '[[grupo]]\ncoligada = 1\ncodigo = 9\nnome = "Almoxarifado"\nmembros = ["1;34"]\ndistribuicao = "menorcarga"\n'
)

ORDER, PARTS = "tipos/ordem.toml", "tipos/pecas.toml"
PRICE, BENCH, ALERT, LEAVES, SPLIT, STOCK = (
    f"formulas/{name}.formula" for name in ("preco", "bancada", "alerta", "saida", "parcela", "estoque")
)

ORCA = """/* o preço com o desconto do cliente antigo */
DECL P;
SETVAR(P, PARAMETROATENDIMENTO('MAO', 'V') + PARAMETROATENDIMENTO('PECAS', 'V'));
SE PARAMETROATENDIMENTO('ANTIGO') ENTAO
  SETVAR(P, P - P * 0.1);
FIMSE;
MAX(P, 0)"""

BANCADA = """SE PRIORIDADE = 'Urgente' OU FORMULA('preco') > 8000 ENTAO
  '1;31'
SENAO
  SE PARAMETROATENDIMENTO('SERVICO', 'S') = 'PINTURA' ENTAO '1;32' SENAO '6' FIMSE
FIMSE"""

ALERTA = """DECL P;
SETVAR(P, FORMULA('preco'));
SE P > 8000 ENTAO
  ENVIAEMAILREPASSE('o@exemplo.com.br', 'gerencia@exemplo.com.br', '', '1;30');
SENAO
  SE P > 4000 ENTAO
    ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta');
  FIMSE;
FIMSE"""

SAIDA = """SE CATEGORIA <> 'testado' E PARAMETROATENDIMENTO('SERVICO', 'S') = 'FREIO' ENTAO
  ANALISAR('falta testar o freio', '', '', '');
FIMSE"""

PARCELA = """/* reparte o total em parcelas e soma de novo */
DECL N, I, T;
SETVAR(N, MIN(MAX(PARAMETROATENDIMENTO('VEZES', 'I'), 1), 6));
SETVAR(I, 0);
SETVAR(T, 0);
REPITA
  SETVAR(T, T + PARAMETROATENDIMENTO('TOTAL', 'V') / N);
  SETVAR(I, I + 1);
ATE I >= N;
SE ABS(T - PARAMETROATENDIMENTO('TOTAL', 'V')) > 1 ENTAO
  ALTERARCAMPOATENDIMENTO('PRIORIDADE=Baixa');
FIMSE"""

ESTOQUE = """DECL Q;
SETVAR(Q, PARAMETROATENDIMENTO('QTD', 'I'));
SE Q <= 0 ENTAO
  '1;31'
SENAO
  SE Q <= 20 ENTAO '9' SENAO '1;31' FIMSE
FIMSE"""

OFICINA = World(
    "oficina",
    {
        "repasse.toml": 'coligada = 1\n[campos]\nPLACA = "texto"\n',
        "diretorio.toml": PEOPLE,
        ORDER: 'codigo = 50\nnome = "Ordem"\nrepasse = "manter"\n'
        'parametros = { MAO = "Real", PECAS = "Real", ANTIGO = "Logico", SERVICO = "String", ENTREGA = "Data", CHEGADA = "Data" }\n'
        'concessoes = ["repassar"]\n\n'
        + step(1, "Recepção", 'entrada = true\nobrigatorios_ao_sair = ["PARAMETRO.SERVICO"]\nsomente_leitura = ["CATEGORIA"]')
        + step(2, "Bancada", 'repasse = "formula"\nformula = "bancada"\nao_entrar = ["alerta"]\nsomente_leitura = ["CATEGORIA"]')
        + step(3, "Teste", 'repasse = "atendente"\ndestino = "1;33"\nao_entrar = ["testa"]\nsomente_leitura = ["PARAMETRO.SERVICO"]')
        + step(4, "Entrega", 'repasse = "abertura"\nao_entrar = ["saida"]\nsomente_leitura = ["PARAMETRO.SERVICO"]')
        + edges((1, 2), (2, 3), (2, 4), (3, 4), (3, 2)),
        PARTS: 'codigo = 51\nnome = "Peças"\nrepasse = "manter"\n'
        'parametros = { QTD = "Inteiro", TOTAL = "Real", VEZES = "Inteiro", NOTA = "String" }\n\n'
        + step(1, "Pedido", "entrada = true")
        + step(2, "Comitê", 'aprovacao = { por = ["1;30", "1;31", "1;34"], regra = "2", ao_rejeitar = "Pedido" }\naprovacao_propria = false')
        + step(3, "Compra", 'repasse = "formula"\nformula = "estoque"\nao_entrar = ["parcela"]\nduracao = 16\nao_vencer = ["cobra"]')
        + step(4, "Baixa", 'repasse = "grupo"\ndestino = "9"\nobrigatorios = ["PARAMETRO.NOTA"]\nstatus_ao_entrar = "T"')
        + edges((1, 2), (2, 3), (3, 4)),
        "formulas/preco.formula": ORCA,
        "formulas/bancada.formula": BANCADA,
        "formulas/alerta.formula": ALERTA,
        "formulas/saida.formula": SAIDA,
        "formulas/testa.formula": "ALTERARCAMPOATENDIMENTO('CATEGORIA=testado')",
        "formulas/parcela.formula": PARCELA,
        "formulas/estoque.formula": ESTOQUE,
        "formulas/cobra.formula": "ADICIONARDISCUSSAO('compra atrasada')",
        "formulas/atraso.formula": "SE PARAMETROATENDIMENTO('ENTREGA', 'D') - PARAMETROATENDIMENTO('CHEGADA', 'D') > 7 ENTAO 'atrasado' SENAO "
        "SE PARAMETROATENDIMENTO('ENTREGA', 'D') - PARAMETROATENDIMENTO('CHEGADA', 'D') > 3 ENTAO 'no limite' SENAO 'em dia' FIMSE FIMSE",
    },
    (
        Seed("freio só se entrega testado",
             'tipo = 50\nquando = "SERVICO = \'FREIO\' E CATEGORIA = \'\'"\nsempre = { passa = "Teste" }\nate = "Entrega"\nmenos = ["mudar"]',
             LEAVES, "= 'FREIO'", "= 'FREIOS'"),
        Seed("freio só se entrega testado, mude-se o que for",
             'tipo = 50\nquando = "SERVICO = \'FREIO\' E CATEGORIA = \'\'"\nsempre = { passa = "Teste" }\nate = "Entrega"\nacoes = ["avançar", "anotar"]',
             LEAVES, "'testado' E", "'testado' E PARAMETROATENDIMENTO('MAO', 'V') < 7000 E"),
        Seed("preço nunca falha", "tipo = 50\nnunca = { falha = true }", PRICE, "P * 0.1", "P / (PARAMETROATENDIMENTO('MAO', 'V') - 450)"),
        Seed("a bancada dá destino", 'tipo = 50\nnunca = { sem_destino = "bancada" }', BENCH, "SENAO '6' FIMSE", "FIMSE"),
        Seed("caro avisa a gerência",
             'tipo = 50\nquando = "MAO + PECAS > 8000 E NAO ANTIGO"\nsempre = { email = "gerencia@exemplo.com.br" }\nate = "Entrega"\nmenos = ["mudar"]',
             ALERT, "P > 8000", "P > 8000.5"),
        Seed("barato de cliente antigo não avisa",
             'tipo = 50\nquando = "ANTIGO E MAO + PECAS <= 8800"\nnunca = { email = "gerencia@exemplo.com.br" }\nmenos = ["mudar"]',
             PRICE, "P * 0.1", "P * 0.05"),
        Seed("até 4000 a prioridade fica",
             'tipo = 50\nquando = "MAO >= 0 E PECAS >= 0 E MAO + PECAS <= 4000"\nnunca = { muda = "PRIORIDADE" }\nmenos = ["mudar"]',
             ALERT, "P > 4000", "P >= 4000"),
        Seed("sem serviço não se chega à bancada",
             'tipo = 50\nquando = "SERVICO = \'\'"\nnunca = { passa = "Bancada" }\nmenos = ["mudar"]',
             ORDER, 'obrigatorios_ao_sair = ["PARAMETRO.SERVICO"]', 'obrigatorios_ao_sair = ["PRIORIDADE"]'),
        Seed("Flora não recebe ordem", 'tipo = 50\nnunca = { recebe = "1;35" }', "diretorio.toml", "ativo = false", "ativo = true"),
        Seed("urgente vai à Berta",
             'tipo = 50\nquando = "PRIORIDADE = \'Urgente\'"\nsempre = { recebe = "Berta Lins" }\nate = "Entrega"\nacoes = ["avançar", "apropriar"]',
             BENCH, "'Urgente' OU", "'Urgente' E"),
        Seed("Elio não vê ordens dos outros",
             'tipo = 50\nquando = "ABERTO_POR <> \'1;34\'"\nnunca = { recebe = "Elio Sá" }\nacoes = ["avançar", "apropriar"]',
             BENCH, "'1;32'", "'1;34'"),
        Seed("toda ordem pode acabar", "@can_end Ordem", ORDER, 'nome = "Entrega"\nrepasse = "abertura"',
             'nome = "Entrega"\naprovacao = { por = ["1;30"] }\naprovacao_propria = false\nrepasse = "abertura"'),
        Seed("compra só aprovada", 'tipo = 51\nsempre = { passa = "Comitê" }\nate = "Compra"', PARTS, "[[fluxo]]\nde = 2", "[[fluxo]]\nde = 1\npara = 3\n\n[[fluxo]]\nde = 2"),
        Seed("grande não vai ao almoxarifado antes da baixa",
             'tipo = 51\nquando = "QTD > 20"\nnunca = { recebe = "grupo:Almoxarifado" }\nate = "Compra"\nacoes = ["avançar", "aprovar", "rejeitar"]',
             STOCK, "Q <= 20", "Q <= 21"),
        Seed("as parcelas somam o total",
             'tipo = 51\nquando = "TOTAL >= 0 E TOTAL <= 1000"\nnunca = { muda = "PRIORIDADE" }\nmenos = ["mudar"]',
             SPLIT, "ATE I >= N", "ATE I >= N OU I = 5"),
        Seed("parcelar nunca falha", "tipo = 51\nnunca = { falha = true }", SPLIT, "MIN(MAX(PARAMETROATENDIMENTO('VEZES', 'I'), 1), 6)", "MIN(PARAMETROATENDIMENTO('VEZES', 'I'), 6)"),
        Seed("sem nota não há baixa",
             'tipo = 51\nquando = "NOTA = \'\'"\nnunca = { passa = "Baixa" }\nmenos = ["mudar"]', PARTS, '"PARAMETRO.NOTA"', '"PARAMETRO.QTD"'),
        Seed("o atraso da compra não muda nada",
             'tipo = 51\nnunca = { muda = "ASSUNTO" }\nmenos = ["mudar"]', "formulas/cobra.formula", "ADICIONARDISCUSSAO('compra atrasada')", "ALTERARCAMPOATENDIMENTO('ASSUNTO=atrasada')"),
        Seed("o prazo diz o mesmo de outro jeito",
             "@equal atraso PARAMETROATENDIMENTO('CHEGADA', 'D') > 7|PARAMETROATENDIMENTO('CHEGADA', 'D') > 3 + 4",
             "formulas/atraso.formula", "'D') > 3", "'D') >= 3"),
        Seed("todo ramo do estoque se toma", "@dead_branch estoque", STOCK, "SE Q <= 20", "SE Q > 0"),
    ),
)  # fmt: skip
