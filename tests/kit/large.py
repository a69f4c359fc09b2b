"""A large workspace, made by rule and always the same: formulas of a hundred lines (nested SE, loops, calls, texts, dates, amounts)
and a type of thirty steps with formulas on its way; with properties of each kind, some of which do not hold."""

from __future__ import annotations

from pathlib import Path
from random import Random

from kit.seeded import edges, person, step

STEPS = (
    "Pedido", "Triagem", "Cadastro", "Orçamento", "Cotação", "Mapa", "Negociação", "Técnica", "Segurança", "Ambiental",
    "Jurídico", "Fiscal", "Tributos", "Tesouraria", "Controladoria", "Gerência", "Superintendência", "Diretoria", "Conselho",
    "Minuta", "Assinatura", "Empenho", "Emissão", "Expedição", "Recebimento", "Conferência", "Medição", "Faturamento",
    "Pagamento", "Arquivo",
)  # fmt: skip
STATES = ("SP", "RJ", "MG", "BA", "PR")
CENTRES = ("OBRA", "TI", "FROTA", "RH")
GUARD = "SE PARAMETROATENDIMENTO('VALOR', 'V') > 50000 E CATEGORIA <> 'aprovada' ENTAO\n  ANALISAR('falta', 'a diretoria', '', '');\nFIMSE"
PARAMETERS = (
    'parametros = { VALOR = "Real", PARCELAS = "Inteiro", INICIO = "Data", FIM = "Data", CENTRO = "String", RENOVA = "Logico" }'
)


def rule_text(number: int) -> str:
    """A formula of at least a hundred lines whose value is a destination."""
    random = Random(number)

    def amount(low: int, high: int) -> str:
        return f"{random.randint(low, high) * 50}.{random.choice(('00', '50', '25'))}"

    lines = [
        f"/* Análise {number}: limites por estado, prazo, parcelas, e quem decide. */",
        "DECL V, LIMITE, DIAS, N, TOTAL, MULTA, DESTINO;",
        "SETVAR(V, PARAMETROATENDIMENTO('VALOR', 'V'));",
        "SETVAR(LIMITE, 0);",
        "SETVAR(TOTAL, 0);",
        "SETVAR(MULTA, 0);",
        "SETVAR(DIAS, 0);",
        "",
        "/* o limite do estado */",
    ]
    for depth, state in enumerate(STATES):
        lines += [
            f"{'  ' * depth}SE UF = '{state}' ENTAO",
            f"{'  ' * depth}  SETVAR(LIMITE, {amount(20, 400)});",
            f"{'  ' * depth}SENAO",
        ]
    lines += [f"{'  ' * len(STATES)}SETVAR(LIMITE, FORMULA('teto'));"]
    lines += [f"{'  ' * depth}FIMSE;" for depth in reversed(range(len(STATES)))]
    lines += [
        "",
        "/* o prazo, onde há as duas datas */",
        "SE PARAMETROATENDIMENTO('INICIO', 'D') <> DATANULA E PARAMETROATENDIMENTO('FIM', 'D') <> DATANULA ENTAO",
        "  SETVAR(DIAS, DIFDIAS(PARAMETROATENDIMENTO('FIM', 'D'), PARAMETROATENDIMENTO('INICIO', 'D')));",
        "  SE DIAS < 0 ENTAO",
        "    SETVAR(DIAS, 0);",
        "  SENAO",
        f"    SE DIAS > {random.choice((180, 360, 720))} ENTAO",
        "      ADICIONARDISCUSSAO('Contrato de prazo longo');",
        f"      SETVAR(LIMITE, LIMITE / {random.choice((2, 4))});",
        "    FIMSE;",
        "  FIMSE;",
        "FIMSE;",
        "",
        "/* doze parcelas com juros simples */",
        "SETVAR(N, 0);",
        "ENQUANTO N < 12 FACA",
        "  SETVAR(TOTAL, TOTAL + V / 12);",
        "  SE N >= 6 ENTAO",
        f"    SETVAR(TOTAL, TOTAL + V * 0.00{random.randint(1, 9)});",
        "  FIMSE;",
        "  SETVAR(N, N + 1);",
        "FIMENQ;",
        "",
        "/* quantas vezes o limite cabe no valor, até seis */",
        "SETVAR(N, 1);",
        "ENQUANTO LIMITE * N < V E N < 6 FACA",
        f"  SETVAR(MULTA, MULTA + {random.choice((10, 25, 50))});",
        "  SETVAR(N, N + 1);",
        "FIMENQ;",
        "",
        "/* o centro de custo */",
    ]
    for depth, centre in enumerate(CENTRES):
        lines += [
            f"{'  ' * depth}SE PARAMETROATENDIMENTO('CENTRO', 'S') = '{centre}' ENTAO",
            f"{'  ' * depth}  SETVAR(MULTA, MULTA + {depth + 1});",
            f"{'  ' * depth}SENAO",
        ]
    lines += [f"{'  ' * len(CENTRES)}SETVAR(MULTA, MULTA + 0.5);"]
    lines += [f"{'  ' * depth}FIMSE;" for depth in reversed(range(len(CENTRES)))]
    lines += [
        "",
        "/* quem decide */",
        "SE PRIORIDADE = 'Urgente' ENTAO",
        "  SE TOTAL + MULTA > 50000 ENTAO",
        "    SETVAR(DESTINO, '1;1');",
        "  SENAO",
        "    SETVAR(DESTINO, '1;2');",
        "  FIMSE;",
        "SENAO",
        f"  SE TOTAL + MULTA <= {amount(10, 60)} ENTAO",
        "    SETVAR(DESTINO, '7');",
        "  SENAO",
        f"    SE TOTAL <= {amount(200, 400)} E NAO PARAMETROATENDIMENTO('RENOVA') ENTAO",
        "      SETVAR(DESTINO, '1;3');",
        "    SENAO",
        "      SE V > 50000 ENTAO",
        f"        ENVIAEMAILREPASSE('c@exemplo.com.br', 'analise{number}@exemplo.com.br', '', '1;1');",
        "        SETVAR(DESTINO, '1;1');",
        "      SENAO",
        "        SETVAR(DESTINO, '1;2');",
        "      FIMSE;",
        "    FIMSE;",
        "  FIMSE;",
        "FIMSE;",
        "",
        "DESTINO",
    ]
    return "\n".join(lines) + "\n"


PEOPLE = (
    person(1, "Alice Prado", 'direitos = ["repassar"]')
    + person(2, "Bento Luz", 'chefe = "1;1"')
    + person(3, "Clara Dias", 'chefe = "1;1"')
    + person(4, "Dario Melo", 'ausente = { de = 2026-02-02, ate = 2026-02-20, substituto = "1;2" }')
    + person(5, "Eva Rios", "ativo = false")
    + '[[grupo]]\ncoligada = 1\ncodigo = 7\nnome = "Mesa"\nmembros = ["1;2", "1;3"]\n'
)

RULES = {4: 1, 8: 2, 11: 3, 14: 4, 16: 5, 21: 6, 26: 7, 28: 8}
"""The steps that a formula of a hundred lines gives to somebody, with the formula's number."""


def steps_text() -> str:
    """Thirty steps: a line with short cuts that formulas guard, and two ways back."""
    made = []
    for code, name in enumerate(STEPS, 1):
        more = ['repasse = "manter"'] if code not in RULES else ['repasse = "formula"', f'formula = "analise{RULES[code]}"']
        if code == 1:
            more.append("entrada = true")
        if name == "Diretoria":
            more = ['repasse = "atendente"', 'destino = "1;1"', 'ao_entrar = ["aprova"]']
        if name == "Emissão":
            more.append('ao_entrar = ["confere"]')
        if name == "Orçamento":
            more.append('obrigatorios = ["PARAMETRO.VALOR"]')
        made.append(step(code, name, "\n".join(more)))
    line = [(code, code + 1) for code in range(1, len(STEPS))]
    return "".join(made) + edges(*line, (2, 4), (7, 16), (16, 20), (17, 20), (12, 4), (26, 25))


PROPERTIES = (
    ("o arquivo só depois da triagem", 'sempre = { passa = "Triagem" }\nate = "Arquivo"', "proved"),
    ("a emissão só depois da assinatura", 'sempre = { passa = "Assinatura" }\nate = "Emissão"', "proved"),
    ("acima de 50.000 só se emite aprovado", 'quando = "VALOR > 50000 E CATEGORIA = \'\'"\nsempre = { passa = "Diretoria" }\nate = "Emissão"\nmenos = ["mudar"]', "proved"),
    ("acima de 40.000 só se emite aprovado", 'quando = "VALOR > 40000 E CATEGORIA = \'\'"\nsempre = { passa = "Diretoria" }\nate = "Emissão"\nmenos = ["mudar"]', "fails"),
    ("nada falha", "nunca = { falha = true }", "proved"),
    ("sempre há destino", "nunca = { sem_destino = true }", "proved"),
    ("inativo não recebe", 'nunca = { recebe = "Eva Rios" }', "proved"),
    ("Alice não recebe", 'nunca = { recebe = "Alice Prado" }\nacoes = ["avançar"]\nquando = "ABERTO_POR <> \'1;1\'"', "fails"),
    ("compra pequena não avisa a quinta análise", 'quando = "VALOR <= 50000"\nnunca = { email = "analise5@exemplo.com.br" }\nmenos = ["mudar"]', "proved"),
    ("o valor não muda pelas regras", 'nunca = { muda = "PARAMETRO.VALOR" }\nmenos = ["mudar"]', "proved"),
    ("a prioridade não muda", 'nunca = { muda = "PRIORIDADE" }', "fails"),
    ("não se cancela antes da triagem", 'sempre = { passa = "Triagem" }\nate = "C"', "fails"),
)  # fmt: skip
"""Name, text, and what is true of it."""


def large(folder: Path) -> Path:
    """The workspace in a folder."""
    files = {
        "repasse.toml": 'coligada = 1\n[campos]\nUF = "texto"\n',
        "diretorio.toml": PEOPLE,
        "tipos/contratacao.toml": f'codigo = 1\nnome = "Contratação"\nrepasse = "manter"\n{PARAMETERS}\nconcessoes = ["repassar"]\n\n{steps_text()}',
        "formulas/teto.formula": "DECL T;\nSETVAR(T, 5000);\nSE PRIORIDADE = 'Alta' ENTAO\n  SETVAR(T, 7500);\nFIMSE;\nT\n",
        "formulas/aprova.formula": "ALTERARCAMPOATENDIMENTO('CATEGORIA=aprovada')\n",
        "formulas/confere.formula": GUARD + "\n",
        "propriedades/todas.toml": "\n".join(f'[[propriedade]]\nnome = "{name}"\n{text}\n' for name, text, _ in PROPERTIES),
    }
    for number in RULES.values():
        files[f"formulas/analise{number}.formula"] = rule_text(number)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
