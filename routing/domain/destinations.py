"""The value of a formula as a destination (G10): what it means, or why it is none, with what was probably meant."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from formula.destinations import parse_destination
from formula.messages import Message
from formula.names import name_key
from formula.values import display, kind_name, number_text
from routing.domain.decision import Reason
from routing.domain.model import Holder, attendant_holder, group_holder
from routing.domain.people import People
from routing.messages import message

TWO_FORMS = message("um destino é 'coligada;código' de um atendente, como '1;3', ou o código de um grupo, como '5'")


def destination_of(value: Any, coligada: int, people: People) -> Holder | Reason:
    """The holder a value names in a coligada, or the fault that shows the raw value and the two forms."""
    text = value if isinstance(value, str) else ""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        text = number_text(value)
    found = parse_destination(text, coligada)
    if found is None:
        return not_a_destination(value, text, people)
    if found.attendant is not None:
        return attendant_holder(found.attendant)
    assert found.group is not None
    return group_holder(found.group)


def destination_text(holder: Holder, coligada: int) -> str | None:
    """How a formula of a coligada names a holder; None for a group of another one, which it cannot name."""
    if holder.kind == "attendant":
        return holder.key
    home, _, code = holder.key.partition(";")
    return code if int(home) == coligada else None


def not_a_destination(value: Any, text: str, people: People) -> Reason:
    """Why a value is no destination."""
    if value is None:
        return Reason(
            "destino-vazio",
            message("a fórmula terminou sem valor (Vazio): nenhuma expressão deu o destino"),
            message("cada ramo precisa terminar com o destino; {formas}", formas=TWO_FORMS),
        )
    if isinstance(value, str) and not value.strip():
        return Reason("destino-vazio", message("o destino é um texto vazio ('{texto}')", texto=value), TWO_FORMS)
    shown = f"'{display(value)}'"
    return Reason(
        "destino-malformado",
        message("{valor} ({tipo}) não é um destino", valor=shown, tipo=kind_name(value)),
        message("{dica}; {formas}", dica=meant, formas=TWO_FORMS) if (meant := guess(value, text, people)) else TWO_FORMS,
    )


def guess(value: Any, text: str, people: People) -> Message | None:
    """What the author probably meant."""
    stripped = text.strip()
    quoted = stripped.strip("'\"")
    if quoted != stripped and parse_destination(quoted, 1) is not None:
        return message("há aspas dentro do texto: escreva '{certo}' sem aspas duplicadas", certo=quoted)
    if isinstance(value, Decimal) or re.fullmatch(r"\d+\s*[,.:/\-|]\s*\d+", stripped):
        pair = re.sub(r"\s*[,.:/\-|]\s*", ";", stripped)
        return message("o separador é ponto e vírgula: '{certo}'", certo=pair)
    if stripped.count(";") > 1 or stripped.endswith(";") or stripped.startswith(";"):
        return message("são só dois números, com um ponto e vírgula entre eles")
    for person in people.attendants.values():
        if name_key(stripped) in {name_key(person.name), name_key(person.email), name_key(person.user)} - {""}:
            return message("o código de {nome} é '{chave}'", nome=person.name, chave=person.key)
    for group in people.groups.values():
        if name_key(stripped) == name_key(group.name):
            return message("o código do grupo {nome} é '{codigo}'", nome=group.name, codigo=group.code)
    return None
