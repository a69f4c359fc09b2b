"""Three small workspaces of invented companies, each with properties that hold and, for each, a change of the rules that breaks it."""

from __future__ import annotations

from pathlib import Path

import attrs


@attrs.frozen
class Seed:
    """``property`` is the text after ``nome``, or a question without a file (``@can_end Tipo``, ``@equal codigo old|new``); ``file``,
    ``old``, ``new`` are the change that breaks it."""

    name: str
    property: str
    file: str
    old: str
    new: str


@attrs.frozen
class World:
    """The files of a workspace by path, and its seeds."""

    name: str
    files: dict[str, str]
    seeds: tuple[Seed, ...]


def person(code: int, name: str, more: str = "") -> str:
    return f'[[atendente]]\ncoligada = 1\ncodigo = {code}\nnome = "{name}"\nemail = "p{code}@exemplo.com.br"\n{more}\n'


def step(code: int, name: str, more: str = "") -> str:
    return f'[[etapa]]\ncodigo = {code}\nnome = "{name}"\n{more}\n'


def edges(*pairs: tuple[int, int]) -> str:
    return "".join(f"[[fluxo]]\nde = {one}\npara = {other}\n\n" for one, other in pairs)


PEOPLE = (
    person(1, "Alice Prado", 'direitos = ["repassar"]')
    + person(2, "Bento Luz", 'chefe = "1;1"')
    + person(3, "Clara Dias", 'chefe = "1;1"')
    + person(4, "Dario Melo", 'ausente = { de = 2026-02-02, ate = 2026-02-20, substituto = "1;2" }')
    + person(5, "Eva Rios", "ativo = false")
    + '[[grupo]]\ncoligada = 1\ncodigo = 7\nnome = "Mesa"\nmembros = ["1;2", "1;3"]\n'
)

COMPRAS = World(
    "compras",
    {
        "repasse.toml": 'coligada = 1\n[campos]\nFILIAL = "texto"\n',
        "diretorio.toml": PEOPLE,
        "tipos/compra.toml": 'codigo = 1\nnome = "Compra"\nrepasse = "formula"\nformula = "alcada"\n'
        'parametros = { VALOR = "Real", CENTRO = "String", QTD = "Inteiro" }\nconcessoes = ["repassar"]\n\n'
        + step(1, "Pedido", 'entrada = true\nrepasse = "manter"')
        + step(2, "Gerência", 'repasse = "formula"\nformula = "alcada"\nobrigatorios = ["PARAMETRO.VALOR"]\nao_entrar = ["avisos"]')
        + step(3, "Diretoria", 'repasse = "atendente"\ndestino = "1;1"\nobrigatorios = ["PARAMETRO.CENTRO"]')
        + step(4, "Emissão", 'repasse = "grupo"\ndestino = "7"')
        + edges((1, 2), (2, 3), (3, 4)),
        "formulas/alcada.formula": "DECL V;\nSETVAR(V, PARAMETROATENDIMENTO('VALOR', 'V'));\nSE V <= 1000 ENTAO\n  '1;2'\nSENAO\n"
        "  SE V <= 20000 ENTAO\n    '1;3'\n  SENAO\n    '1;1'\n  FIMSE\nFIMSE",
        "formulas/avisos.formula": "SE PARAMETROATENDIMENTO('VALOR', 'V') > 20000 ENTAO\n"
        "  ENVIAEMAILREPASSE('c@exemplo.com.br', 'diretoria@exemplo.com.br', '', '1;1');\n  ALTERARCAMPOATENDIMENTO('PRIORIDADE=Urgente');\nFIMSE",
    },
    (
        Seed(
            "emissão só depois da Diretoria",
            'sempre = { passa = "Diretoria" }\nate = "Emissão"',
            "tipos/compra.toml",
            "[[fluxo]]\nde = 3",
            "[[fluxo]]\nde = 2\npara = 4\n\n[[fluxo]]\nde = 3",
        ),
        Seed(
            "emissão só depois da Gerência",
            'sempre = { passa = "Gerência" }\nate = "Emissão"',
            "tipos/compra.toml",
            "[[fluxo]]\nde = 3",
            "[[fluxo]]\nde = 1\npara = 3\n\n[[fluxo]]\nde = 3",
        ),
        Seed("nada falha", "nunca = { falha = true }", "formulas/alcada.formula", "SE V <= 1000", "SE V / (V - 333.33) <= 1000"),
        Seed(
            "sempre há destino",
            "nunca = { sem_destino = true }",
            "formulas/alcada.formula",
            "  SE V <= 20000 ENTAO\n    '1;3'\n  SENAO\n    '1;1'\n  FIMSE",
            "  SE V > 1000.5 ENTAO\n    '1;3'\n  FIMSE",
        ),
        Seed(
            "grande avisa a diretoria",
            'quando = "VALOR > 20000"\nsempre = { email = "diretoria@exemplo.com.br" }\nate = "Diretoria"\nmenos = ["mudar"]',
            "formulas/avisos.formula",
            "> 20000",
            "> 20000.01",
        ),
        Seed(
            "pequena não avisa a diretoria",
            'quando = "VALOR <= 20000"\nnunca = { email = "diretoria@exemplo.com.br" }\nmenos = ["mudar"]',
            "formulas/avisos.formula",
            "> 20000",
            ">= 20000",
        ),
        Seed("inativo não recebe", 'nunca = { recebe = "Eva Rios" }', "diretorio.toml", "ativo = false", "ativo = true"),
        Seed(
            "sem centro não há Diretoria",
            'quando = "PARAMETROATENDIMENTO(\'CENTRO\') = \'\'"\nnunca = { passa = "Diretoria" }\nmenos = ["mudar"]',
            "tipos/compra.toml",
            'obrigatorios = ["PARAMETRO.CENTRO"]',
            'obrigatorios = ["ASSUNTO"]',
        ),
        Seed(
            "o valor não muda",
            'nunca = { muda = "PARAMETRO.VALOR" }\nmenos = ["mudar"]',
            "formulas/avisos.formula",
            "PRIORIDADE=Urgente",
            "PARAMETRO1.VALOR=20000",
        ),
        Seed(
            "só compra grande muda a prioridade",
            'quando = "VALOR <= 20000"\nnunca = { muda = "PRIORIDADE" }\nmenos = ["mudar"]',
            "formulas/avisos.formula",
            "> 20000",
            "> 19000",
        ),
        Seed(
            "a Diretoria recebe antes da emissão",
            'sempre = { recebe = "grupo:Mesa" }\nate = "Emissão"',
            "tipos/compra.toml",
            'repasse = "grupo"\ndestino = "7"',
            'repasse = "atendente"\ndestino = "1;4"',
        ),
        Seed(
            "o centro não muda",
            'nunca = { muda = "CENTRO" }\nmenos = ["mudar"]',
            "formulas/avisos.formula",
            "PRIORIDADE=Urgente",
            "PARAMETRO1.CENTRO=X",
        ),
        Seed(
            "nunca vai a terceiros",
            'nunca = { termina = "T" }\nacoes = ["advance", "handoff", "claim"]',
            "formulas/avisos.formula",
            "ALTERARCAMPOATENDIMENTO('PRIORIDADE=Urgente');",
            "AGUARDARTERCEIROS;",
        ),
        Seed(
            "quantidade não decide falha",
            'quando = "QTD > 3"\nnunca = { falha = true }',
            "formulas/alcada.formula",
            "SE V <= 1000",
            "SE V / (PARAMETROATENDIMENTO('QTD', 'I') - 17) <= 1000",
        ),
    ),
)

FERIAS = World(
    "ferias",
    {
        "repasse.toml": 'coligada = 1\n[campos]\nSETOR = "texto"\n',
        "diretorio.toml": PEOPLE,
        "tipos/ferias.toml": 'codigo = 2\nnome = "Férias"\nrepasse = "manter"\n'
        'parametros = { INICIO = "Data", FIM = "Data", DIAS = "Inteiro", ABONO = "Logico" }\nconcessoes = ["repassar"]\n\n'
        + step(1, "Pedido", "entrada = true")
        + step(
            2,
            "Chefia",
            'repasse = "formula"\nformula = "chefia"\nobrigatorios = ["PARAMETRO.DIAS", "PARAMETRO.INICIO", "PARAMETRO.FIM"]',
        )
        + step(3, "Pessoal", 'repasse = "formula"\nformula = "pessoal"\nao_entrar = ["marca"]')
        + step(4, "Arquivo", 'repasse = "abertura"')
        + edges((1, 2), (2, 3), (3, 4)),
        "formulas/chefia.formula": "SE SETOR = 'TI' ENTAO\n  '1;2'\nSENAO\n  SE SETOR = 'RH' ENTAO\n    '1;3'\n  SENAO\n    '1;1'\n  FIMSE\nFIMSE",
        "formulas/pessoal.formula": "DECL D;\nSETVAR(D, PARAMETROATENDIMENTO('FIM', 'D') - PARAMETROATENDIMENTO('INICIO', 'D'));\n"
        "SE D < 0 OU D > 30 ENTAO\n  '1;1'\nSENAO\n  '7'\nFIMSE",
        "formulas/marca.formula": "SE PARAMETROATENDIMENTO('ABONO') E PARAMETROATENDIMENTO('DIAS', 'I') <= 20 ENTAO\n"
        "  ALTERARCAMPOATENDIMENTO('PRIORIDADE=Baixa');\nFIMSE;\n"
        "SE PARAMETROATENDIMENTO('DIAS', 'I') > 20 ENTAO\n  ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta');\nFIMSE",
    },
    (
        Seed(
            "arquivo depois da chefia",
            'sempre = { passa = "Chefia" }\nate = "Arquivo"',
            "tipos/ferias.toml",
            "[[fluxo]]\nde = 3",
            "[[fluxo]]\nde = 1\npara = 4\n\n[[fluxo]]\nde = 3",
        ),
        Seed(
            "arquivo depois do pessoal",
            'sempre = { passa = "Pessoal" }\nate = 4',
            "tipos/ferias.toml",
            "[[fluxo]]\nde = 3",
            "[[fluxo]]\nde = 2\npara = 4\n\n[[fluxo]]\nde = 3",
        ),
        Seed("nada falha", "nunca = { falha = true }", "formulas/pessoal.formula", "SE D < 0", "SE 10 / (D - 7) < 0"),
        Seed(
            "há sempre destino",
            "nunca = { sem_destino = true }",
            "formulas/chefia.formula",
            "  SENAO\n    '1;1'\n  FIMSE",
            "  FIMSE",
        ),
        Seed(
            "o fim não muda",
            'nunca = { muda = "FIM" }\nmenos = ["mudar"]',
            "formulas/marca.formula",
            "PRIORIDADE=Alta",
            "PARAMETRO1.FIM=01/01/2026",
        ),
        Seed(
            "sem abono e sem dias nada muda",
            'quando = "DIAS = 0 E NAO ABONO"\nnunca = { muda = "PRIORIDADE" }\nmenos = ["mudar"]',
            "formulas/marca.formula",
            "('ABONO') E",
            "('ABONO') OU",
        ),
        Seed(
            "fim antes do início vai à chefe",
            'quando = "FIM < INICIO"\nsempre = { recebe = "Alice Prado" }\nate = "Arquivo"\nacoes = ["advance", "claim"]',
            "formulas/pessoal.formula",
            "D < 0 OU ",
            "",
        ),
        Seed(
            "longas vão à chefe",
            'quando = "FIM - INICIO > 30"\nsempre = { recebe = "1;1" }\nate = "Arquivo"\nmenos = ["mudar"]',
            "formulas/pessoal.formula",
            "D > 30",
            "D > 31",
        ),
        Seed(
            "poucos dias sem abono não mudam",
            'quando = "DIAS <= 20 E NAO ABONO"\nnunca = { muda = "PRIORIDADE" }\nmenos = ["mudar"]',
            "formulas/marca.formula",
            "> 20 ENTAO",
            "> 19 ENTAO",
        ),
        Seed(
            "TI vai ao Bento",
            'quando = "SETOR = \'TI\'"\nsempre = { recebe = "Bento Luz" }\nate = "Pessoal"\nacoes = ["advance"]',
            "formulas/chefia.formula",
            "'TI'",
            "'Ti'",
        ),
        Seed(
            "Dario não recebe",
            'quando = "ABERTO_POR <> \'1;4\'"\nnunca = { recebe = "Dario Melo" }\nacoes = ["advance", "claim"]',
            "formulas/chefia.formula",
            "'1;1'",
            "'1;4'",
        ),
        Seed(
            "ninguém ausente recebe",
            'nunca = { recebe = "ausente" }',
            "diretorio.toml",
            'membros = ["1;2", "1;3"]',
            'membros = ["1;2", "1;4"]',
        ),
        Seed(
            "dias não mudam",
            'nunca = { muda = "DIAS" }\nmenos = ["mudar"]',
            "formulas/marca.formula",
            "PRIORIDADE=Alta",
            "PARAMETRO1.DIAS=20",
        ),
    ),
)

CHAMADOS = World(
    "chamados",
    {
        "repasse.toml": 'coligada = 1\n[campos]\nNOTA = "numero"\n',
        "diretorio.toml": PEOPLE,
        "tipos/chamado.toml": 'codigo = 3\nnome = "Chamado"\nrepasse = "formula"\nformula = "quem"\n'
        'parametros = { HORAS = "Real", CODIGOERP = "String" }\nconcessoes = ["repassar"]\n\n'
        + step(1, "Triagem", 'entrada = true\nrepasse = "manter"')
        + step(2, "Técnico", 'formula = "quem"\nrepasse = "formula"')
        + step(3, "Validação", 'repasse = "abertura"\nobrigatorios = ["SOLUCAO"]\nao_entrar = ["laco"]')
        + step(4, "Fechamento", 'repasse = "manter"\nobrigatorios = ["PARAMETRO.HORAS"]')
        + edges((1, 2), (2, 3), (3, 4), (3, 2)),
        "formulas/quem.formula": "SE PRIORIDADE = 'Urgente' ENTAO\n  '1;1'\nSENAO\n  SE PARAMETROATENDIMENTO('CODIGOERP') = '85' ENTAO\n    '1;3'\n"
        "  SENAO\n    '7'\n  FIMSE\nFIMSE",
        "formulas/laco.formula": "DECL N, TOTAL;\nSETVAR(N, 0);\nSETVAR(TOTAL, 0);\n"
        "ENQUANTO N < 3 FACA\n  SETVAR(TOTAL, TOTAL + N);\n  SETVAR(N, N + 1);\nFIMENQ;\n"
        "SE ABS(PARAMETROATENDIMENTO('HORAS', 'V')) > 100 ENTAO\n  ADICIONARDISCUSSAO('muitas horas');\n  ALTERARCAMPOATENDIMENTO('ASSUNTO=longo');\nFIMSE",
    },
    (
        Seed(
            "fecha depois de validar",
            'sempre = { passa = "Validação" }\nate = "Fechamento"',
            "tipos/chamado.toml",
            "[[fluxo]]\nde = 2",
            "[[fluxo]]\nde = 2\npara = 4\n\n[[fluxo]]\nde = 2",
        ),
        Seed(
            "fecha depois do técnico",
            'sempre = { passa = "Técnico" }\nate = "Fechamento"',
            "tipos/chamado.toml",
            "[[fluxo]]\nde = 2",
            "[[fluxo]]\nde = 1\npara = 3\n\n[[fluxo]]\nde = 2",
        ),
        Seed(
            "nada falha",
            "nunca = { falha = true }",
            "formulas/laco.formula",
            "  SETVAR(N, N + 1);\n",
            "  SE PARAMETROATENDIMENTO('HORAS', 'V') <> 12.5 ENTAO SETVAR(N, N + 1) FIMSE;\n",
        ),
        Seed("sempre há destino", "nunca = { sem_destino = true }", "formulas/quem.formula", "'1;1'", "CONCAT('1,', '1')"),
        Seed(
            "urgente vai à Alice",
            'quando = "PRIORIDADE = \'Urgente\'"\nsempre = { recebe = "Alice Prado" }\nate = "Validação"\nmenos = ["mudar"]',
            "formulas/quem.formula",
            "'Urgente'",
            "'URGENTE'",
        ),
        Seed(
            "código 85 vai à Clara",
            'quando = "CODIGOERP = \'85\' E PRIORIDADE <> \'Urgente\'"\nsempre = { recebe = "Clara Dias" }\nate = "Validação"\nacoes = ["advance", "claim"]',
            "formulas/quem.formula",
            "= '85'",
            "= '085'",
        ),
        Seed(
            "sem solução não valida",
            'quando = "SOLUCAO = \'\'"\nnunca = { passa = "Validação" }\nmenos = ["mudar"]',
            "tipos/chamado.toml",
            'obrigatorios = ["SOLUCAO"]',
            'obrigatorios = ["PRIORIDADE"]',
        ),
        Seed(
            "as horas não mudam",
            'nunca = { muda = "HORAS" }\nmenos = ["mudar"]',
            "formulas/laco.formula",
            "ASSUNTO=longo",
            "PARAMETRO1.HORAS=1",
        ),
        Seed(
            "assunto de poucas horas fica",
            'quando = "HORAS >= -100 E HORAS <= 100"\nnunca = { muda = "ASSUNTO" }\nmenos = ["mudar"]',
            "formulas/laco.formula",
            "> 100",
            ">= 100",
        ),
        Seed(
            "Dario nunca vê",
            'quando = "ABERTO_POR <> \'1;4\'"\nnunca = { recebe = "1;4" }\nacoes = ["advance", "claim"]',
            "formulas/quem.formula",
            "'7'",
            "'1;4'",
        ),
        Seed("inativo nunca vê", 'nunca = { recebe = "1;5" }', "diretorio.toml", "ativo = false", "ativo = true"),
        Seed(
            "prioridade fica",
            'nunca = { muda = "PRIORIDADE" }\nmenos = ["mudar"]',
            "formulas/laco.formula",
            "ASSUNTO=longo",
            "PRIORIDADE=Alta",
        ),
        Seed(
            "não se cancela por fórmula",
            'nunca = { termina = "C" }\nacoes = ["advance", "claim", "handoff"]',
            "formulas/laco.formula",
            "ADICIONARDISCUSSAO('muitas horas');",
            "CANCELARATENDIMENTO(1, 'longo');",
        ),
    ),
)

WORLDS = (COMPRAS, FERIAS, CHAMADOS)


def written(world: World, folder: Path, seed: Seed, *, broken: bool) -> Path:
    """The workspace in a folder, with one property, as it should be or broken."""
    for name, sound in world.files.items():
        text = sound
        if broken and name == seed.file:
            assert seed.old in sound, (seed.name, seed.old)
            text = sound.replace(seed.old, seed.new, 1)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if not seed.property.startswith("@"):
        path = folder / "propriedades" / "uma.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'[[propriedade]]\nnome = "{seed.name}"\n{seed.property}\n', encoding="utf-8")
    return folder
