"""What generated code asks outside itself: fields, stand-ins, and the words for spent limits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from formula.context import Run
from formula.diagnostics import Fault
from formula.messages import message
from formula.names import name_key
from formula.types import DATE, DECIMAL, EMPTY, INTEGER, LOGICAL, NUMBER, TEXT, shown
from formula.values import Distrust, Value, admit, number_text, shorten, to_date, to_logical, to_number, to_text

FALLBACK = object()
"""Given by a trusted function whose fields are not what the schema says."""

MISSING = object()
CONVERT = {TEXT: to_text, NUMBER: to_number, INTEGER: to_number, DATE: to_date, LOGICAL: to_logical}


def value_of(run: Any, code: str) -> Any:
    """The value of another formula (F6)."""
    return run.formula(code)


def lend(run: Any, steps: int, left: int) -> None:
    """Give the run what it has used so far, for a call that uses more."""
    run.steps, run.text_left = steps, left


def steps_of(run: Any) -> int:
    """Steps so far, after a called formula."""
    return int(run.steps)


def text_of(run: Any) -> int:
    """Text budget left, after a called formula."""
    return int(run.text_left)


def bounded(number: Any, high: int) -> Any:
    """A number that may have grown: an integer beyond the limit of digits is a fault; decimals raise by themselves."""
    if type(number) is int and not -high < number < high:
        return too_long(number, high)
    return number


def too_long(number: int, high: int) -> int:
    """The fault of a number with too many digits. ``high`` is the first number that is too long."""
    raise digits_spent(len(str(high)) - 1)


def digits_spent(digits: int) -> Fault:
    """The fault of a number with too many digits."""
    return Fault(
        "limite-digitos",
        message("um número passou do limite de {limite} algarismos", limite=digits),
        message("veja se um laço multiplica o número sem parar"),
    )


def text_spent(bounds: tuple[Any, ...]) -> str:
    """The fault of a run that made too much text."""
    raise Fault(
        "limite-texto",
        message("a fórmula produziu mais de {limite} caracteres", limite=bounds[1]),
        message("veja se um laço junta textos sem parar"),
    )


def length(value: object) -> int:
    """What a value costs of the budget of text when it is read or kept."""
    return len(value) if type(value) is str else 0


def weight(left: Any, right: Any) -> int:
    """What comparing two texts costs of the budget of text: nothing unless they are long."""
    if type(left) is str and type(right) is str:
        length = len(left) + len(right)
        return length >> 4 if length > 256 else 0
    return 0


def steps_spent(steps: int, limit: int) -> Fault:
    """The fault of a run that takes too many steps."""
    return Fault(
        "limite-passos",
        message(
            "a fórmula foi interrompida: mais de {limite} voltas de laço e chamadas (já são {passos})", limite=limit, passos=steps
        ),
        message(
            "veja se a condição do laço pode se tornar verdadeira, ou aumente o limite: passos, em [limites] de repasse.toml; "
            "num comando que tem --limit, --limit steps=N"
        ),
    )


def find(values: Mapping[str, Any], key: str) -> Any:
    """A value by upper-case name in a mapping whose names may have any letter case (L1); MISSING when absent."""
    found = values.get(key, MISSING)
    if found is MISSING:
        for name, value in values.items():
            if name_key(name) == key:
                return value
    return found


def field_value(fields: Mapping[str, Any], key: str, kinds: int) -> Value:
    """A ticket field as its declared kind (T11). Absent: a fault with the line to add."""
    found = find(fields, key)
    if found is MISSING:
        raise Fault(
            "campo-sem-valor",
            message("falta no contexto: o campo {campo}", campo=key),
            message("acrescente ao contexto, em [campos]: {linha}", linha=f"{key} = {SAMPLE.get(kinds, SAMPLE[TEXT])}"),
        )
    return as_kind(admit(found, key), kinds)


def parameter_value(parameters: Mapping[str, Any], key: str, kinds: int) -> Value:
    """A ticket parameter as its declared kind (T11). Absent: a fault with the line to add."""
    found = find(parameters, key)
    if found is MISSING:
        raise Fault(
            "parametro-sem-valor",
            message("falta no contexto: o parâmetro {parametro}", parametro=key),
            message("acrescente ao contexto, em [parametros]: {linha}", linha=f"{key} = {SAMPLE.get(kinds, SAMPLE[TEXT])}"),
        )
    return as_kind(admit(found, key), kinds)


SAMPLE = {TEXT: '"…"', NUMBER: '"0.00"', INTEGER: "0", DATE: "2026-11-24", LOGICAL: "true"}


def as_kind(value: Value, kinds: int) -> Value:
    """A host's value as the kind its schema declares; Vazio stays Vazio."""
    convert = CONVERT.get(kinds)
    return value if value is None or convert is None else convert(value)


def stand_in(run: Run, key: str, *arguments: Value) -> Value:
    """A function of another module, answered by the context: exact arguments first, then any (contract, [funcoes])."""
    if run.answers is None:
        run.answers = {}
        for name, value in run.context.functions.items():
            run.answers.setdefault(normal(name), value)
    answers = run.answers
    written = [source_text(argument) for argument in arguments]
    found = answers.get(f"{key}({','.join(written)})", MISSING)
    if found is MISSING and not arguments:
        found = answers.get(key, MISSING)
    if found is MISSING:
        found = answers.get(f"{key}(*)", MISSING)
    if found is MISSING and callable(answers.get(key)):
        found = answers[key]
    if found is not MISSING:
        return admit(found(*arguments) if callable(found) else found, key)
    call = f"{key}({shorten(', '.join(written), 300)})"
    line = f'"{call}" = 0' if arguments else f"{key} = 0"
    raise Fault(
        "funcao-sem-resposta",
        message("o contexto não responde por {chamada}", chamada=call if arguments else key),
        message("acrescente ao contexto, em [funcoes]: {linha}", linha=line),
    )


HELD: Mapping[type, int] = {
    str: TEXT,
    bool: LOGICAL,
    int: INTEGER,
    Decimal: DECIMAL,
    datetime: DATE,
    type(None): EMPTY,
}
"""The kind of a value of ours."""


def trusted_stand_in(run: Run, key: str, kinds: int, *arguments: Value) -> Value:
    """The answer of a stand-in whose kind the code trusts. One of another kind sends the run to the checked way."""
    value = stand_in(run, key, *arguments)
    if HELD[type(value)] & ~kinds:
        raise Distrust
    return value


def of_kind(value: object, kinds: int, name: str) -> Value:
    """What a site's own function gave, as a value of ours; Fault when it is not of the kind that its row declares."""
    admitted = admit(value, name)
    found = HELD[type(admitted)]
    if found & ~kinds:
        raise Fault(
            "funcao-falhou",
            message("a função {nome} deu {veio}, mas declara dar {devia}", nome=name, veio=shown(found), devia=shown(kinds)),
            message("a falha é do sistema que responde pela função, não da fórmula"),
        )
    return admitted


def source_text(value: Value) -> str:
    """An argument as a context file writes it."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, bool):
        return "VERDADE" if value else "FALSO"
    if value is None:
        return "''"
    return number_text(value) if not hasattr(value, "year") else f"'{to_text(value)}'"


def normal(call: str) -> str:
    """A written call without blanks outside texts, the name in upper case, texts in single quotes."""
    made: list[str] = []
    quote = ""
    for char in call:
        if quote:
            made.append("'" if char == quote else char)
            if char == quote:
                quote = ""
        elif char in "'\"":
            quote = char
            made.append("'")
        elif not char.isspace():
            made.append(char.upper())
    return "".join(made)
