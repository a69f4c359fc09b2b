"""A counter-example as the text of a file of cases: the way from the opening on, with what happens now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from routing.domain.decision import Plan, Request
from routing.domain.destinations import destination_text
from routing.domain.flow import CLOCK
from routing.domain.model import TicketType
from routing.proving.fields import ROWS, Free, FreeRows
from routing.workspace.reading import TEXT_KEYS
from routing.workspace.toml_text import quoted

FIELD_KEYS: Mapping[str, str] = {
    "PRIORIDADE": "prioridade", "TIPOCLIENTE": "tipo_cliente", "NIVELACESSO": "nivel", "CAIXAPOSTAL": "caixa_postal",
}  # fmt: skip


def case_text(name: str, kind: TicketType, free: Free, given: Mapping[str, Any], plans: Sequence[Plan], now: datetime) -> str:
    """The case: it passes as long as the rules do what was found."""
    ticket: dict[str, Any] = {}
    parameters: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    from routing.deciding.ticket_fields import NUMBER_FIELDS, TEXT_FIELDS

    keys = {attribute: key for key, attribute in TEXT_KEYS.items()}
    for place, (table, key) in free.places.items():
        value = given.get(place)
        if value is None or value == "" or table == ROWS:
            continue
        if table == "parametro":
            parameters[key] = value
        elif key in TEXT_FIELDS:
            written = FIELD_KEYS.get(key) or keys.get(TEXT_FIELDS[key])
            if written is not None:
                ticket[written] = value
        elif key in NUMBER_FIELDS:
            if value:
                ticket[FIELD_KEYS[key]] = value
        else:
            fields[key] = value
    lines = [f"tipo = {kind.code}", "", "[[caso]]", f"nome = {quoted(name)}", f"contexto.agora = {now.isoformat()}"]
    if parameters:
        ticket["parametros"] = parameters
    if fields:
        ticket["campos"] = fields
    asked = FreeRows(free, given)
    lines += [f"contexto.sql.{quoted(code)}.linhas = [{', '.join(map(row_text, asked.listed(code)))}]" for code in free.sentences]
    lines.append(f"atendimento = {inline(ticket)}")
    lines.append("movimentos = [")
    lines += [f"  {inline(move_table(made.request, made))}," for made in plans]
    lines.append("]")
    return "\n".join(lines) + "\n"


def move_table(request: Request, made: Plan) -> dict[str, Any]:
    """One move with what it does."""
    move: dict[str, Any] = {"acao": request.action}
    if request.to is not None:
        move["para"] = request.to
    if request.actor:
        move["ator"] = request.actor
    if request.reason is not None:
        move["motivo"] = request.reason
    if request.justification:
        move["justificativa"] = request.justification
    if any(value is not None for _, value in request.set):
        move["muda"] = {name: value for name, value in request.set if value is not None}
    if any(value is None for _, value in request.set):
        move["limpa"] = [name for name, value in request.set if value is None]
    if request.text:
        move["anota"] = request.text
    if request.wake_up is not None:
        move["despertamento"] = request.wake_up
    if request.deadline is not None:
        move["prazo"] = request.deadline
    if request.action in CLOCK:
        move["agora"] = made.now
    expected: dict[str, Any] = {}
    if made.status == "fault" and made.reason is not None:
        expected["falha"] = made.reason.code
    elif made.status == "refused":
        expected["portao"] = made.gate
    elif made.applies and made.after is not None:
        expected["status"] = made.after.status
        if made.after.step is not None:
            expected["etapa"] = made.after.step
        holder = made.after.holder
        if holder is not None and (receiver := destination_text(holder, made.after.coligada)) is not None:
            expected["recebedor"] = receiver
    move["espera"] = expected
    return move


def inline(table: Mapping[str, Any]) -> str:
    """A table on one line."""
    shown = ((key if BARE.fullmatch(key) else quoted(key), value) for key, value in table.items())
    return "{ " + ", ".join(f"{key} = {toml(value)}" for key, value in shown) + " }" if table else "{}"


def sayable(free: Free, given: Mapping[str, Any]) -> bool:
    """Whether a case can say the rows of sentences: a column that is NULL in all of them has no place in TOML."""
    asked = FreeRows(free, given)
    listed = ((columns, asked.listed(code)) for code, columns in free.sentences.items())
    return all(not rows or any(row[name] is not None for row in rows) for columns, rows in listed for name in columns)


def row_text(row: Mapping[str, Any]) -> str:
    """A row of a sentence; a number is written as one, since a text in its place would be a text."""
    told = (
        f"{quoted(name)} = {format(value, 'f') if isinstance(value, Decimal) else toml(value)}"
        for name, value in row.items()
        if value is not None  # a column that another row has is NULL
    )
    return "{ " + ", ".join(told) + " }"


BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
"""Keys that need no quotes."""


def toml(value: Any) -> str:
    """A value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return inline(value)
    if isinstance(value, list):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return quoted(format(value, "f"))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return quoted(str(value))


def listed(values: Iterable[str]) -> str:
    """Some texts, with commas."""
    return ", ".join(values)
