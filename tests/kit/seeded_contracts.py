"""A fourth small workspace, with twenty properties that hold and twenty changes that break them: what people may change by hand,
steps that guard themselves, and questions without a file."""

from __future__ import annotations

from kit.seeded import Seed, World, edges, person, step

LOCKED = '"PARAMETRO.VALOR", "PARAMETRO.PRAZO", "PARAMETRO.INICIO", "PARAMETRO.RENOVA", "UF", "PRODUTO"'
LOCK = f'somente_leitura = [{LOCKED}, "CATEGORIA"]'
ABSENT = 'ausente = { de = 2026-03-02, ate = 2026-03-20, substituto = "1;11" }'

PEOPLE = (
    person(10, "Norma Sá")
    + person(11, "Olga Reis", 'chefe = "1;10"')
    + person(12, "Paulo Vaz", 'chefe = "1;10"')
    + person(13, "Quésia Nun", 'chefe = "1;12"')
    + person(14, "Raul Tor", "ativo = false")
    + person(15, "Selma Uch", 'chefe = "1;11"')
    + '[[grupo]]\ncoligada = 1\ncodigo = 3\nnome = "Cartório"\nmembros = ["1;13", "1;15"]\n'
)

STEPS = (
    step(1, "Pedido", f'entrada = true\nrepasse = "manter"\n{LOCK}')
    + step(2, "Jurídico", f'repasse = "formula"\nformula = "juridico"\n{LOCK}')
    + step(3, "Diretoria", f'repasse = "atendente"\ndestino = "1;10"\nao_entrar = ["visto"]\nsomente_leitura = [{LOCKED}]')
    + step(4, "Assinatura", f'repasse = "formula"\nformula = "assina"\nao_entrar = ["confere", "parcelas"]\n{LOCK}')
    + step(5, "Arquivo", f'repasse = "grupo"\ndestino = "3"\nobrigatorios = ["PARAMETRO.CENTRO"]\n{LOCK}')
)

JURIDICO = """DECL V;
SETVAR(V, PARAMETROATENDIMENTO('VALOR', 'V'));
SE ABERTO_POR = '1;11' ENTAO
  '1;12'
SENAO
  SE V <= 10000 ENTAO
    '1;15'
  SENAO
    SE V <= 50000 ENTAO '1;11' SENAO '1;10' FIMSE
  FIMSE
FIMSE"""

ASSINA = """SE PARAMETROATENDIMENTO('RENOVA') E PARAMETROATENDIMENTO('PRAZO', 'I') > 12 ENTAO
  '1;11'
SENAO
  SE PARAMETROATENDIMENTO('PRAZO', 'I') > 12 ENTAO
    '1;12'
  SENAO
    SE UF = 'SP' ENTAO '1;13' SENAO '1;15' FIMSE
  FIMSE
FIMSE"""

CONFERE = """SE PARAMETROATENDIMENTO('VALOR', 'V') > 50000 E CATEGORIA <> 'visto' ENTAO
  ANALISAR('falta', 'a', 'Diretoria', '');
FIMSE;
SE PARAMETROATENDIMENTO('INICIO', 'D') < MTDATA(1, 1, 2026) ENTAO
  ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta');
FIMSE"""

PARCELAS = """DECL N, TOTAL;
SETVAR(N, 0);
SETVAR(TOTAL, 0);
ENQUANTO N < 12 FACA
  SETVAR(TOTAL, TOTAL + PARAMETROATENDIMENTO('VALOR', 'V') / 12);
  SETVAR(N, N + 1);
FIMENQ;
SE PARAMETROATENDIMENTO('PRAZO', 'I') >= 24 ENTAO
  ADICIONARDISCUSSAO('contrato longo');
  ENVIAEMAILREPASSE('c@exemplo.com.br', 'conselho@exemplo.com.br', '', '1;10');
FIMSE"""

TYPE = "tipos/contrato.toml"

CONTRATOS = World(
    "contratos",
    {
        "repasse.toml": 'coligada = 1\n[campos]\nUF = "texto"\n',
        "diretorio.toml": PEOPLE,
        TYPE: 'codigo = 5\nnome = "Contrato"\nrepasse = "manter"\nconcessoes = ["repassar"]\n'
        'parametros = { VALOR = "Real", PRAZO = "Inteiro", INICIO = "Data", RENOVA = "Logico", CENTRO = "String" }\n\n'
        + STEPS
        + edges((1, 2), (2, 3), (2, 4), (3, 4), (4, 5)),
        "formulas/juridico.formula": JURIDICO,
        "formulas/assina.formula": ASSINA,
        "formulas/visto.formula": "ALTERARCAMPOATENDIMENTO('CATEGORIA=visto')",
        "formulas/confere.formula": CONFERE,
        "formulas/parcelas.formula": PARCELAS,
    },
    (
        Seed(
            "acima de 50.000 só se assina depois da Diretoria",
            'quando = "VALOR > 50000 E CATEGORIA = \'\'"\nsempre = { passa = "Diretoria" }\nate = "Assinatura"',
            "formulas/confere.formula",
            "> 50000",
            "> 50000.5",
        ),
        Seed(
            "acima de 50.000 só se arquiva depois da Diretoria",
            'quando = "VALOR > 50000 E CATEGORIA = \'\'"\nsempre = { passa = "Diretoria" }\nate = "Arquivo"',
            TYPE,
            f'entrada = true\nrepasse = "manter"\n{LOCK}',
            f'entrada = true\nrepasse = "manter"\n{LOCK.replace("PARAMETRO.VALOR", "ASSUNTO")}',
        ),
        Seed(
            "quem abre não se dá o visto",
            'quando = "VALOR > 50000 E CATEGORIA = \'\'"\nsempre = { passa = "Diretoria" }\nate = "Assinatura"',
            TYPE,
            f'formula = "juridico"\n{LOCK}',
            f'formula = "juridico"\nsomente_leitura = [{LOCKED}]',
        ),
        Seed(
            "contrato médio vai à Olga",
            'quando = "VALOR > 10000 E VALOR <= 50000 E ABERTO_POR <> \'1;11\'"\nsempre = { recebe = "Olga Reis" }\nate = "Assinatura"',
            "formulas/juridico.formula",
            "V <= 10000",
            "V < 10000.01",
        ),
        Seed(
            "pequeno vai à Selma",
            'quando = "VALOR <= 10000 E ABERTO_POR <> \'1;11\'"\nsempre = { recebe = "Selma Uch" }\nate = "Assinatura"',
            "formulas/juridico.formula",
            "V <= 10000",
            "V < 10000",
        ),
        Seed(
            "contrato longo avisa o conselho",
            'quando = "PRAZO >= 24"\nsempre = { email = "conselho@exemplo.com.br" }\nate = "Assinatura"',
            "formulas/parcelas.formula",
            ">= 24",
            "> 24",
        ),
        Seed(
            "arquivo só depois do Jurídico",
            'sempre = { passa = "Jurídico" }\nate = "Arquivo"',
            TYPE,
            "[[fluxo]]\nde = 4",
            "[[fluxo]]\nde = 1\npara = 4\n\n[[fluxo]]\nde = 4",
        ),
        Seed(
            "arquivo só depois da Assinatura",
            'sempre = { passa = "Assinatura" }\nate = "Arquivo"',
            TYPE,
            "[[fluxo]]\nde = 4",
            "[[fluxo]]\nde = 3\npara = 5\n\n[[fluxo]]\nde = 4",
        ),
        Seed(
            "Paulo não decide o que abriu",
            'quando = "ABERTO_POR = \'1;12\'"\nnunca = { recebe = "abertura" }\nate = "Diretoria"\nacoes = ["avançar"]',
            "diretorio.toml",
            '"Olga Reis"\nemail = "p11@exemplo.com.br"\n',
            f'"Olga Reis"\nemail = "p11@exemplo.com.br"\n{ABSENT.replace("1;11", "1;12")}\n',
        ),
        Seed(
            "Olga não decide o que abriu",
            'quando = "ABERTO_POR = \'1;11\'"\nnunca = { recebe = "1;11" }\nate = "Diretoria"\nacoes = ["avançar"]',
            "diretorio.toml",
            '"Paulo Vaz"\nemail = "p12@exemplo.com.br"\n',
            f'"Paulo Vaz"\nemail = "p12@exemplo.com.br"\n{ABSENT}\n',
        ),
        Seed(
            "o Jurídico sempre dá destino",
            "nunca = { sem_destino = true }",
            "formulas/juridico.formula",
            "SE V <= 50000 ENTAO '1;11' SENAO '1;10' FIMSE",
            "SE V <= 50000 ENTAO '1;11' FIMSE",
        ),
        Seed(
            "a assinatura sempre dá destino",
            'nunca = { sem_destino = "assina" }',
            "formulas/assina.formula",
            " SENAO '1;15' FIMSE",
            " SENAO TRIM(' ') FIMSE",
        ),
        Seed(
            "as parcelas acabam",
            'nunca = { falha = "parcelas" }',
            "formulas/parcelas.formula",
            "SETVAR(N, N + 1)",
            "SE PARAMETROATENDIMENTO('PRAZO', 'I') <> 37 ENTAO SETVAR(N, N + 1) FIMSE",
        ),
        Seed(
            "nada falha",
            "nunca = { falha = true }",
            "formulas/parcelas.formula",
            "/ 12)",
            "/ (PARAMETROATENDIMENTO('PRAZO', 'I') - 5))",
        ),
        Seed(
            "renovação longa é da Olga",
            'quando = "RENOVA E PRAZO > 12"\nsempre = { recebe = "Olga Reis" }\nate = "Arquivo"',
            "formulas/assina.formula",
            "PARAMETROATENDIMENTO('RENOVA') E PARAMETROATENDIMENTO('PRAZO', 'I') > 12",
            "PARAMETROATENDIMENTO('RENOVA') E PARAMETROATENDIMENTO('PRAZO', 'I') > 12 E UF <> 'RJ'",
        ),
        Seed(
            "longo sem renovação é do Paulo",
            'quando = "NAO RENOVA E PRAZO > 12"\nsempre = { recebe = "Paulo Vaz" }\nate = "Arquivo"',
            "formulas/assina.formula",
            "PARAMETROATENDIMENTO('RENOVA') E PARAMETROATENDIMENTO('PRAZO', 'I') > 12",
            "PARAMETROATENDIMENTO('RENOVA') OU PARAMETROATENDIMENTO('PRAZO', 'I') > 12",
        ),
        Seed("o valor não muda", 'nunca = { muda = "PARAMETRO.VALOR" }', TYPE, '["PARAMETRO.VALOR", ', "["),
        Seed(
            "contrato novo não sobe de prioridade pelas regras",
            'quando = "INICIO >= MTDATA(1, 1, 2026)"\nnunca = { muda = "PRIORIDADE" }\nacoes = ["avançar", "repassar", "apropriar"]',
            "formulas/confere.formula",
            "MTDATA(1, 1, 2026)",
            "MTDATA(2, 1, 2026)",
        ),
        Seed(
            "os contratos são os mesmos",
            "@equal assina SE UF = 'SP' ENTAO|SE NAO (UF <> 'SP') ENTAO",
            "formulas/assina.formula",
            "UF = 'SP'",
            "UF = 'SP '",
        ),
        Seed(
            "as alçadas são as mesmas",
            "@equal juridico V <= 10000|NAO (V > 10000)",
            "formulas/juridico.formula",
            "V <= 50000",
            "V <= 50000.001",
        ),
    ),
)
