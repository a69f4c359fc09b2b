"""A counter-example as the text of a file of cases: the way from the opening on, with what happens now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from routing.domain.decision import Plan, Request
from routing.domain.flow import CLOCK
from routing.domain.model import TicketType
from routing.proving.fields import Free
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
        if value is None or value == "":
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
        if made.after.holder is not None:
            holder = made.after.holder
            expected["destino"] = holder.key if holder.kind == "attendant" else holder.key.split(";")[1]
    move["espera"] = expected
    return move


def inline(table: Mapping[str, Any]) -> str:
    """A table on one line."""
    return "{ " + ", ".join(f"{key} = {toml(value)}" for key, value in table.items()) + " }" if table else "{}"


def toml(value: Any) -> str:
    """A value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return inline(value)
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
