"""The engine against hand-written Python and against other rule engines, in one process, in turns.

    python benchmarks/engine.py            # peers that are installed take part; the others are named
    pip install common-expression-language zen-engine datalogic-py json-logic-qubit simpleeval rule-engine starlark-pyo3 lupa

Every contender must give the same result before it is timed. The machine may be noisy: contenders take turns in short
rounds, each keeps its best round, and only ratios to the hand-written Python of the same run are quoted.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import formula
from formula.engine import DEFAULT_BOUNDS, Rule

Contender = Callable[[], Any]
ROUNDS = 60
SCHEMA = formula.Schema(fields={"VALOR": "numero", "DATA1": "data", "DATA2": "data", "CODIGOTEXTO": "texto"})
FIELDS: dict[str, Any] = {
    "PRIORIDADE": "Alta",
    "PRODUTO": "Folha",
    "TIPOCLIENTE": "aluno",
    "VALOR": 1500,
    "DATA1": datetime(2026, 1, 1),
    "DATA2": datetime(2026, 11, 24),
    "ASSUNTO": "Troca de monitor da recepção",
    "CODIGOTEXTO": "1250",
}

W1 = """SE PRIORIDADE = 'Urgente' ENTAO '1;9'
SENAO SE PRODUTO = 'Folha' E VALOR > 1000 ENTAO '1;3'
SENAO SE TIPOCLIENTE = 'aluno' ENTAO '1;4' SENAO '5' FIMSE FIMSE FIMSE"""


def hand1(f: dict[str, Any]) -> str:
    if f["PRIORIDADE"] == "Urgente":
        return "1;9"
    if f["PRODUTO"] == "Folha" and f["VALOR"] > 1000:
        return "1;3"
    if f["TIPOCLIENTE"] == "aluno":
        return "1;4"
    return "5"


ARMS = [
    (priority, product, client, amount, f"1;{number}")
    for number, (priority, product, client, amount) in enumerate(
        [
            (p, q, c, a)
            for p in ("Urgente", "Alta")
            for q in ("ERP", "Estoque", "Ponto", "Fiscal", "Folha")
            for c in ("pessoa", "aluno")
            for a in (2000, 1000)
        ],
        1,
    )
]
W2 = (
    "".join(
        f"SE PRIORIDADE = '{p}' E PRODUTO = '{q}' E TIPOCLIENTE = '{c}' E VALOR > {a} ENTAO '{d}' SENAO " for p, q, c, a, d in ARMS
    )
    + "'5'"
    + " FIMSE" * len(ARMS)
)
HAND2 = (
    "def hand2(f):\n"
    + "".join(
        f"    {'el' if n else ''}if f['PRIORIDADE'] == '{p}' and f['PRODUTO'] == '{q}' and f['TIPOCLIENTE'] == '{c}' and f['VALOR'] > {a}:\n        return '{d}'\n"
        for n, (p, q, c, a, d) in enumerate(ARMS)
    )
    + "    return '5'\n"
)
space: dict[str, Any] = {}
exec(HAND2, space)
hand2 = space["hand2"]

W3 = """DECL I, S, T; SETVAR(I, 0); SETVAR(S, 0); SETVAR(T, '');
REPITA
  SETVAR(I, I + 1);
  SETVAR(S, S + I * 3);
  SE S > 100000 ENTAO SETVAR(S, S - 100000); SETVAR(T, CONCAT(T, 'x')) FIMSE;
ATE I >= 1000; CONCAT(S, T)"""


def hand3(f: dict[str, Any]) -> str:
    i, s, t = 0, 0, ""
    while True:
        i = i + 1
        s = s + i * 3
        if s > 100000:
            s = s - 100000
            t = t + "x"
        if i >= 1000:
            break
    return str(s) + t


def number_of(text: str) -> Any:
    """A code that people typed, as a number: digits, or a decimal with a point or comma; blank is zero."""
    if text.isascii() and text.isdigit():
        return int(text)
    return Decimal(text.strip().replace(",", ".") or "0")


def written(number: Any) -> str:
    """A number in its shortest form, with a point."""
    return str(number) if type(number) is int else f"{number.normalize():f}"


W4 = "CONCAT(MAIUSCULA(SUBSTR(ASSUNTO, 1, 5)), CONCAT('-', DIFDIAS(DATA2, DATA1) + CODIGOTEXTO * 2))"


def hand4(f: dict[str, Any]) -> str:
    days = f["DATA2"].toordinal() - f["DATA1"].toordinal()
    return f["ASSUNTO"][0:5].upper() + "-" + written(days + number_of(f["CODIGOTEXTO"]) * 2)


def short4(f: dict[str, Any]) -> str:
    """The same for texts of whole numbers and dates without hours only."""
    return f["ASSUNTO"][0:5].upper() + "-" + str((f["DATA2"] - f["DATA1"]).days + int(f["CODIGOTEXTO"]) * 2)


def ours(text: str) -> tuple[Contender, Contender, Rule]:
    rule = formula.compile(text, SCHEMA)
    function, bounds, context = rule._function, DEFAULT_BOUNDS, formula.Context
    run = rule.start(context(fields=FIELDS), formula.Limits()) if rule._needs_run else None
    none: dict[str, Any] = {}
    if rule._program.asks_fields_only:
        return (lambda: function(FIELDS)), (lambda: rule.run(context(fields=FIELDS)).value), rule
    return (lambda: function(FIELDS, none, run, bounds)), (lambda: rule.run(context(fields=FIELDS)).value), rule


PLAIN = {name: value for name, value in FIELDS.items() if not isinstance(value, date)}


ARMS1 = [("PRIORIDADE == 'Urgente'", "1;9"), ("PRODUTO == 'Folha' && VALOR > 1000", "1;3"), ("TIPOCLIENTE == 'aluno'", "1;4")]
ARMS2 = [(f"PRIORIDADE == '{p}' && PRODUTO == '{q}' && TIPOCLIENTE == '{c}' && VALOR > {a}", d) for p, q, c, a, d in ARMS]


def worded(test: str) -> str:
    return test.replace("&&", "and")


def nested(arms: list[tuple[str, str]], last: str, shape: str) -> str:
    made = f"'{last}'"
    for test, value in reversed(arms):
        made = shape.format(test=test, value=f"'{value}'", rest=made)
    return made


def logic(arms: list[tuple[str, str]], last: str) -> dict[str, Any]:
    parts: list[Any] = []
    for test, value in arms:
        tests = []
        for part in test.split(" && "):
            name, sign, other = part.split(" ", 2)
            tests.append({sign: [{"var": name}, other.strip("'") if "'" in other else int(other)]})
        parts += [{"and": tests} if len(tests) > 1 else tests[0], value]
    return {"if": [*parts, last]}


def peer_cel(arms: list[tuple[str, str]], last: str) -> Contender:
    import cel

    program = cel.compile(nested(arms, last, "({test}) ? {value} : ({rest})"))
    return lambda: program.execute(PLAIN)


def peer_zen(arms: list[tuple[str, str]], last: str) -> Contender:
    import zen

    expression = zen.compile_expression(nested([(worded(t), v) for t, v in arms], last, "({test}) ? {value} : ({rest})"))
    return lambda: expression.evaluate(PLAIN)


def peer_datalogic(arms: list[tuple[str, str]], last: str) -> Contender:
    import datalogic_py

    rule = datalogic_py.Engine().compile(json.dumps(logic(arms, last)))
    return lambda: rule.evaluate(PLAIN)


def peer_jsonlogic(arms: list[tuple[str, str]], last: str) -> Contender:
    from json_logic import jsonLogic

    rule = logic(arms, last)
    return lambda: jsonLogic(rule, PLAIN)


def peer_simpleeval(arms: list[tuple[str, str]], last: str) -> Contender:
    import simpleeval

    text = nested([(worded(t), v) for t, v in arms], last, "({value} if {test} else {rest})")
    engine = simpleeval.SimpleEval(names=PLAIN)
    parsed = engine.parse(text)
    return lambda: engine.eval(text, previously_parsed=parsed)


def peer_rule_engine(arms: list[tuple[str, str]], last: str) -> Contender:
    import rule_engine

    rule = rule_engine.Rule(nested([(worded(t), v) for t, v in arms], last, "({test}) ? {value} : ({rest})"))
    return lambda: rule.evaluate(PLAIN)


def peer_starlark(arms: list[tuple[str, str]], last: str) -> Contender:
    import starlark

    body = "".join(f"    if {worded(test)}:\n        return '{value}'\n" for test, value in arms) + f"    return '{last}'\n"
    return starlark_function(
        starlark, f"def rule(PRIORIDADE, PRODUTO, TIPOCLIENTE, VALOR):\n{body}", ("PRIORIDADE", "PRODUTO", "TIPOCLIENTE", "VALOR")
    )


def starlark_function(starlark: Any, text: str, names: tuple[str, ...]) -> Contender:
    module = starlark.Module()
    starlark.eval(module, starlark.parse("rule.star", text), starlark.Globals.standard())
    frozen = module.freeze()
    return lambda: frozen.call("rule", *[FIELDS[name] for name in names])


def peer_lua(arms: list[tuple[str, str]], last: str) -> Contender:
    import lupa

    body = "".join(f"if {test.replace('&&', 'and')} then return '{value}' end\n" for test, value in arms)
    function = lupa.LuaRuntime().eval(f"function(PRIORIDADE, PRODUTO, TIPOCLIENTE, VALOR) {body} return '{last}' end")
    return lambda: function(FIELDS["PRIORIDADE"], FIELDS["PRODUTO"], FIELDS["TIPOCLIENTE"], FIELDS["VALOR"])


PEERS: dict[str, Callable[[list[tuple[str, str]], str], Contender]] = {
    "CEL (Rust)": peer_cel,
    "zen-engine": peer_zen,
    "datalogic (Rust)": peer_datalogic,
    "json-logic": peer_jsonlogic,
    "simpleeval": peer_simpleeval,
    "rule-engine": peer_rule_engine,
    "starlark (Rust)": peer_starlark,
    "lupa (Lua)": peer_lua,
}


def best_of(contenders: dict[str, Contender], seconds: float = 0.004) -> dict[str, float]:
    """Seconds a call, the best of short rounds taken in turns."""
    counts = {}
    for name, contender in contenders.items():
        start = time.perf_counter()
        contender()
        once = max(time.perf_counter() - start, 1e-7)
        counts[name] = max(1, int(seconds / once))
    best = dict.fromkeys(contenders, float("inf"))
    for _ in range(ROUNDS):
        for name, contender in contenders.items():
            count = counts[name]
            start = time.perf_counter()
            for _ in range(count):
                contender()
            best[name] = min(best[name], (time.perf_counter() - start) / count)
    return best


def workload(
    title: str, text: str, hand: Callable[[dict[str, Any]], Any], arms: list[tuple[str, str]] | None, last: str = "5"
) -> None:
    """Measure one workload and print its ratios."""
    function, public, rule = ours(text)
    context = formula.Context(fields=FIELDS)
    contenders: dict[str, Contender] = {
        "Python à mão": lambda: hand(FIELDS),
        "função compilada": function,
        "rule.run(Context(…))": public,
    }
    if arms is not None:
        for name, make in PEERS.items():
            try:
                contenders[name] = make(arms, last)
            except ImportError as error:
                print(f"  {name}: não instalado ({error.name})")
    expected = hand(FIELDS)
    for name in list(contenders):
        got = contenders[name]()
        if got != expected:
            print(f"  {name}: {got!r} em vez de {expected!r}; fica de fora")
            del contenders[name]
    if arms is None:
        contenders["gravada"] = lambda: rule.record(context)
    empty = best_of({"nada": lambda: None})["nada"]
    best = {name: max(value - empty, 1e-9) for name, value in best_of(contenders).items()}
    base = best["Python à mão"]
    print(f"{title}: Python à mão {base * 1e6:.3f} µs")
    for name, value in best.items():
        print(f"  {name:24} {value * 1e6:9.3f} µs   {value / base:8.2f} ×")
    print(f"  porta pública menos função: {(best['rule.run(Context(…))'] - best['função compilada']) * 1e6:.2f} µs")
    if "gravada" in best:
        record = rule.record(context)
        size = sys.getsizeof(record.log) + sum(sys.getsizeof(v) for v in {id(v): v for v in record.log}.values())
        print(
            f"  gravada / rule.run: {best['gravada'] / best['rule.run(Context(…))']:.2f}; {size / len(record):.0f} bytes por passo"
        )


def compile_cost() -> None:
    """Compiling the forty-arm table beside Lark's own parse of it (its lexer, its parser, its own trees), and beside ours."""
    from check_speed import bare_parser

    from formula.parser import parse

    alone = bare_parser()
    best = best_of({"lark": lambda: alone(W2), "parse": lambda: parse(W2), "compile": lambda: formula.compile(W2, SCHEMA)}, 0.02)
    took = best["compile"]
    print(
        f"compilar 40 ramos: {took * 1e3:.2f} ms; leitura do Lark {best['lark'] * 1e3:.2f} ms; razão {took / best['lark']:.2f}"
        f"; a nossa leitura {best['parse'] * 1e3:.2f} ms; razão {took / best['parse']:.2f}"
    )


if __name__ == "__main__":
    workload("W1 três condições sobre quatro campos", W1, hand1, ARMS1)
    FIELDS["VALOR"] = PLAIN["VALOR"] = 1500
    workload("W2 tabela de 40 ramos, último tomado", W2, hand2, ARMS2)
    workload("W3 mil voltas", W3, hand3, None)
    workload("W4 textos, datas, números", W4, hand4, None)
    compile_cost()
