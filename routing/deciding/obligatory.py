"""G8: obligatory fields, parameters and actions of the steps that a move leaves and enters."""

from __future__ import annotations

from collections.abc import Sequence

from formula.messages import Message
from routing.deciding.gates import joined
from routing.deciding.move import Move, refuse
from routing.deciding.ticket_fields import filled, seen_fields, seen_parameters
from routing.domain.model import Step, Ticket
from routing.domain.step_settings import filling_late, late_formulas
from routing.domain.ticket_fields import BY_FORMULA_NAME
from routing.messages import later, message, plural

PARAMETER = "PARAMETRO."
ACTIONS_DONE = {
    "ACAO.DISCUSSAO": message("um registro na discussão"),
    "ACAO.SOLUCAO": message("a solução"),
    "ACAO.SOLICITACAO": message("a solicitação"),
    "ACAO.PRIMEIROCONTATO": message("o primeiro contato"),
}
"""What counts as done, as people say it."""


def filled_too_late(move: Move, target: Step, absent: Sequence[str], *, chosen: bool) -> Message | None:
    """What to say when a formula of this advance fills what is missing: its changes come after this gate."""
    ways = len(move.site.ways(move.ticket.type, move.ticket.step)) if chosen else 1
    found = filling_late(late_formulas(move.kind, move.step, target, ways), absent, move.site.formula_texts)
    if found is None:
        return None
    return message(
        "preencha todos e avance de novo; o que {qual} preenche só vale depois desta verificação: "
        "quem pode preencher antes é a fórmula de entrada da etapa em que o atendimento está",
        qual=found[0],
    )


def who_fills(move: Move, absent: Sequence[str]) -> Message:
    """What fills what is missing: a ticket that is open is changed by an action of its own."""
    if move.step is None or all(item.startswith("ACAO.") for item in absent):
        return message("preencha todos e avance de novo")
    return message("preencha todos e avance de novo: campos e parâmetros se preenchem com a ação 'mudar'")


def gate_required(move: Move, target: Step, *, chosen: bool) -> None:
    """G8: obligatory fields, parameters and actions of the steps left and entered, all missing at once (S:126). ``chosen``: by a
    formula."""
    left = move.step
    items: dict[str, Step] = {}
    if left is not None:
        items |= dict.fromkeys((*left.required, *left.required_on_exit), left)
    items |= {item: target for item in target.required if item not in items}
    if not items:
        return
    fields, parameters = seen_fields(move.site, move.ticket), seen_parameters(move.site, move.ticket)
    absent = [item for item in items if not present(move, item, fields, parameters)]
    if absent:
        steps = list(dict.fromkeys(items[item].name for item in absent))
        refuse(
            "G8",
            "faltam-obrigatorios",
            plural(
                len(absent),
                "falta um campo obrigatório: {lista} (etapa {etapas})",
                "faltam campos obrigatórios: {lista} (etapa {etapas})",
                lista=joined([item_name(item) for item in absent]),
                itens=", ".join(absent),
                etapas=", ".join(f"'{one}'" for one in steps),
            ),
            filled_too_late(move, target, absent, chosen=chosen) or who_fills(move, absent),
        )
    move.passed("G8", later("obrigatórios preenchidos: {lista}", lista=", ".join(items)))


def item_name(item: str) -> Message:
    """An obligatory item as people call it."""
    if item.startswith(PARAMETER):
        return message("parâmetro {nome}", nome=item.removeprefix(PARAMETER))
    row = BY_FORMULA_NAME.get(item)
    return ACTIONS_DONE.get(item) or (message("{nome}", nome=item) if row is None else row.label)


def present(move: Move, item: str, fields: dict[str, object], parameters: dict[str, object]) -> bool:
    """Whether an obligatory item is there; an action counts when it was done since the step was entered."""
    if item.startswith(PARAMETER):
        return filled(parameters.get(item.removeprefix(PARAMETER)))
    if item == "ACAO.DISCUSSAO":
        return discussed(move.ticket, move)
    if item == "ACAO.SOLUCAO":
        return filled(move.ticket.solution)
    if item == "ACAO.SOLICITACAO":
        return filled(move.ticket.request)
    if item == "ACAO.PRIMEIROCONTATO":
        return move.ticket.first_contact_at is not None
    return filled(fields.get(item))


def discussed(ticket: Ticket, move: Move) -> bool:
    """Whether somebody wrote to the discussion since the ticket came to its step, perhaps in this move."""
    if any(entry.said_by_somebody for entry in move.entries[move.entries_before :]):
        return True
    return not move.steps and ticket.discussed_since_its_step
