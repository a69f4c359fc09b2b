"""Formulas that try to run for ever, to grow without end, or to reach what is outside: at least 200."""

from __future__ import annotations

from collections.abc import Iterator

INTERNALS = (
    "__import__",
    "__builtins__",
    "__class__",
    "__globals__",
    "__subclasses__",
    "eval",
    "exec",
    "open",
    "os",
    "sys",
    "getattr",
    "globals",
    "locals",
    "vars",
    "compile",
    "breakpoint",
    "input",
    "self",
    "run",
    "F",
    "P",
    "L",
    "LOG",
    "FALLBACK",
    "v0",
    "r",
    "s",
    "left",
    "top",
    "n0",
    "field_value",
    "stand_in",
    "B_ABS",
    "K0",
    "T0",
    "lambda",
    "None",
    "True",
)
FORMATS = (
    "{0.__class__}",
    "%s%s%s",
    "%(x)s",
    "{run.context}",
    "${jndi:x}",
    "{{7*7}}",
    "\\x41",
    "' or 1=1 --",
    "<script>",
    "__class__",
)
BODIES = (
    "SETVAR(A, A + 1)",
    "SETVAR(A, A * 3 - A * 2)",
    "SETVAR(A, (A + 1) / 3)",
    "SETVAR(T, CONCAT(T, 'x'))",
    "SETVAR(T, SUBSTR('abc', 1, 2))",
    "SETVAR(T, MAIUSCULA('abc'))",
    "SETVAR(D, '24/11/2026' + A)",
    "SETVAR(D, ULTDIAMES('24/11/2026'))",
    "ADICIONARDISCUSSAO('x')",
    "ATRIBUI('M', MEMORIA('M'))",
    "SETVAR(A, ABS(A) + INT(A))",
    "SETVAR(A, '12,5' * '3' + '7')",
    "SETVAR(T, EXTENSOVALOR(123456.78))",
    "SETVAR(T, EXTENSODATA('24/11/2026'))",
    "SETVAR(T, FORMATAVALOR(1234.5))",
    "SETVAR(A, DIFDIAS('1/1/2026', '2/2/2026'))",
    "SE A = 1 ENTAO 1 SENAO 2 FIMSE",
    "ENVIAEMAILREPASSE('a@exemplo.com.br', 'b@exemplo.com.br', '', '1;3')",
    "ALTERARCAMPOATENDIMENTO('ASSUNTO=x')",
    "SETVAR(A, POSICAO('b', 'aaab'))",
    "SETVAR(T, SUBSTITUI('aaaa', 'a', 'bb'))",
)
GROWTHS = (
    "SETVAR(T, CONCAT(T, T))",
    "SETVAR(T, CONCAT(CONCAT(T, T), CONCAT(T, T)))",
    "SETVAR(T, SUBSTITUI(T, 'x', 'xxxxxxxxxx'))",
    "SETVAR(T, PREENCHE(T, 999999, 'x'))",
    "SETVAR(A, A * A)",
    "SETVAR(A, A + A)",
    "SETVAR(A, A * 10)",
    "SETVAR(A, A * A * A * A)",
    "SETVAR(A, A * 1.0000000001)",
    "SETVAR(A, A / 3 * A)",
    "ATRIBUI('M', CONCAT(MEMORIA('M'), 'xxxxxxxxxxxxxxxx'))",
    "ATRIBUI(CONCAT('M', A), 'x'); SETVAR(A, A + 1)",
    "ADICIONARDISCUSSAO(T); SETVAR(T, CONCAT(T, 'xxxxxxxx'))",
    "SETVAR(T, MAIUSCULA(CONCAT(T, 'ßßßßßßßß')))",
)
DECLARED = "DECL A, T, D, U; SETVAR(A, 2); SETVAR(T, 'x'); "
LONG = "DECL A, T, U; SETVAR(T, PREENCHE('', 60000, ' ')); SETVAR(U, PREENCHE('', 60000, ' ')); "


def payloads() -> Iterator[tuple[str, str]]:
    """Names and formulas."""
    for number, body in enumerate(BODIES):
        yield f"repita-{number}", f"{DECLARED}REPITA {body} ATE FALSO"
        yield f"enquanto-{number}", f"{DECLARED}ENQUANTO VERDADE FACA {body} FIMENQ"
        yield f"dentro-{number}", f"{DECLARED}REPITA REPITA REPITA {body} ATE FALSO ATE FALSO ATE FALSO"
        yield f"gordo-{number}", f"{DECLARED}REPITA {'; '.join([body] * 40)} ATE FALSO"
    for number, body in enumerate(GROWTHS):
        yield f"cresce-{number}", f"{DECLARED}REPITA {body} ATE FALSO"
        yield f"cresce-gordo-{number}", f"{DECLARED}REPITA {'; '.join([body] * 20)} ATE FALSO"
        yield f"cresce-reto-{number}", DECLARED + "; ".join([body] * 60)
    for number, test in enumerate(("T = U", "T < U", "T <> U", "TRIM(T) = ''", "POSICAO('x', T) > 0", "CONCAT(T, U) = U", "T = 0")):
        yield f"longo-{number}", f"{LONG}REPITA SETVAR(A, A + 1) ATE NAO ({test}) E FALSO"
        yield f"longo-gordo-{number}", f"{LONG}REPITA {'; '.join([f'SE {test} ENTAO 1 SENAO 2 FIMSE'] * 15)} ATE FALSO"
    for name in INTERNALS:
        yield f"nome-{name}", name
        yield f"chamada-{name}", f"{name}('x')"
        yield f"variavel-{name}", f"DECL {name}; SETVAR({name}, 1); {name}"
    for number, text in enumerate(FORMATS):
        quoted = text.replace("'", "''")
        yield f"formato-{number}", f"ANALISAR('{quoted}', '{quoted}', '', '')"
        yield f"campo-{number}", f"CAMPOATENDIMENTO('{quoted}')"
        yield f"formula-{number}", f"FORMULA('{quoted}')"
    for depth in (99, 101, 1_000, 100_000):
        yield f"parenteses-{depth}", "(" * depth + "1" + ")" * depth
        yield f"se-{depth}", "SE 1 = 1 ENTAO " * depth + "1" + " FIMSE" * depth
        yield f"nao-{depth}", "NAO " * depth + "VERDADE"
        yield f"menos-{depth}", "- " * depth + "1"
    for count in (1_000, 5_000):
        yield f"soma-{count}", "+".join(["1"] * count)
        yield f"e-{count}", " E ".join(["VERDADE"] * count)
        yield f"senao-{count}", "".join(f"SE COLIGADA = {n} ENTAO {n} SENAO " for n in range(80)) + "0" + " FIMSE" * 80
    yield "milhao-de-parenteses", "(" * 1_000_000
    yield "texto-enorme", "'" + "x" * 900_000 + "'"
    yield "numero-enorme", "9" * 900_000
    yield "decimal-enorme", "1." + "9" * 900_000
    yield "anel", "ANEL1"
    yield "anel-por-funcao", "FORMULA('ANEL1')"
    yield "fundo", "FUNDO0"


FORMULAS = {"ANEL1": "ANEL2 + 1", "ANEL2": "FORMULA('ANEL1')", **{f"FUNDO{n}": f"FUNDO{n + 1}" for n in range(40)}, "FUNDO40": "1"}
FIELDS = {f"CAMPO{number}": text for number, text in enumerate(FORMATS)}
