"""``repasse functions``: the rows of the function table, as a list or one by one."""

from __future__ import annotations

from collections.abc import Mapping

from formula.builtins.page import ORIGINS
from formula.builtins.table import GLOBAL, Function
from formula.checking.near_names import by_part, near
from formula.diagnostics import in_language
from formula.names import name_key
from repl.messages import message
from repl.showing.console import Console, Refusal


def function_rows() -> Mapping[str, Function]:
    """Rows by name and alias, those of plugins included."""
    from routing.plugins import installed

    return installed().functions


def rows_of(rows: Mapping[str, Function], context: str) -> Mapping[str, Function]:
    """The rows that formulas of a context may call (F2). Raises Refusal for a context nothing belongs to."""
    known = sorted(set().union(*(row.contexts for row in rows.values())))
    wanted = context.strip().lower()
    if wanted not in known:
        raise Refusal(
            message("o contexto '{nome}' não existe", nome=context),
            message("os contextos são: {nomes}", nomes=", ".join(known)),
        )
    return {name: row for name, row in rows.items() if row.contexts & {wanted, GLOBAL}}


def say_functions(console: Console, rows: Mapping[str, Function], form: str) -> None:
    """Every row once, by name."""
    unique = sorted({id(row): row for row in rows.values()}.values(), key=lambda row: row.name)
    if form == "json":
        console.say_json({"functions": [row.as_json(console.language) for row in unique]})
        return
    for row in unique:
        console.say(row.signature)


def say_function(console: Console, rows: Mapping[str, Function], name: str, form: str) -> bool:
    """One row with its help and examples; False and near names when there is none."""
    key = name_key(name)
    row = rows.get(key)
    if row is None and (told := known_elsewhere(key)):
        if form == "json":
            console.say_json({"name": key, "known": False, "help": [in_language(line, console.language) for line in told]})
        else:
            for line in told:
                console.say(line)
        return False
    if row is None:
        actions = frozenset(code for code, one in rows.items() if one.effect)
        proposed = near(key, rows, actions).names or by_part(key, rows, actions)
        console.say(message("a função '{nome}' não existe", nome=name), error=True)
        if proposed:
            console.say(message("você quis dizer {nomes}?", nomes=", ".join(proposed)), error=True)
        return False
    if form == "json":
        console.say_json(row.as_json(console.language))
    else:
        for line in page(row):
            console.say(line)
    return True


def known_elsewhere(name: str) -> list[str]:
    """What the checker knows of a name that is no function here: whose it is, what it is called, how a context stands in."""
    from formula.other_modules import OTHERS, said
    from formula.other_systems import COLUMNS, NO_FIELDS, OTHERWISE, SAME

    if name in OTHERS:
        one = OTHERS[name]
        lines = " · ".join((one.stand_in(called=False), one.stand_in(called=True)))
        return [said(one), message("para simular, acrescente ao contexto, em [funcoes]: {linha}", linha=lines)]
    same = SAME.get(name) or NO_FIELDS.get(name)
    if same is not None:
        return [message("{nome} não existe aqui; quem faz isso é {certo}", nome=name, certo=same), *page(function_rows()[same])]
    if name in COLUMNS:
        return [message("{nome} não é função; no atendimento o campo se chama {certo}", nome=name, certo=COLUMNS[name])]
    if name in OTHERWISE:
        return [message("{nome} não existe aqui", nome=name), OTHERWISE[name]]
    return []


def page(row: Function) -> list[str]:
    """The help of one row, line by line."""
    lines: list[str] = [row.signature, "", row.help, ""]
    if row.aliases:
        lines.append(message("outros nomes: {nomes}", nomes=", ".join(row.aliases)))
    lines.append(message("origem: {origem}", origem=ORIGINS[row.origin]))
    if row.effect:
        lines.append(message("pede um efeito; o valor da fórmula não muda"))
    lines.extend(message("exemplo: {chamada} → {valor}", chamada=one.call, valor=one.shown) for one in row.examples)
    return lines
